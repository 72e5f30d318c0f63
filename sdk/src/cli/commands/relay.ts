import type { Hash } from 'viem'
import { examineCall } from '../callFile.js'
import { argumentsOf, command } from '../command.js'
import type { Context } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { type RelayFile, readRelayFile } from '../joiningFile.js'
import { errorData, table } from '../output.js'
import { wordOf } from '../taskFields.js'

type Result = { readonly file: string; readonly what: string; readonly fee: bigint } & (
  | { readonly outcome: 'sent'; readonly hash: Hash; readonly found: boolean; readonly slot?: number }
  | { readonly outcome: 'refused'; readonly error: unknown }
)

export const relay = command({
  name: 'relay',
  description: 'Bring what workers without coins wrote with --out: joinings, for their fee, and signed calls',
  args: {
    file: { type: 'positional', required: true, valueHint: 'FILE…', description: 'Joinings and signed calls' },
    'min-fee': { type: 'string', valueHint: 'BASE-UNITS', description: 'Bring no joining that promises you less' },
  },
  many: true,
  run: async (context, flags) => {
    const given = flags['min-fee']
    const minFee = given === undefined ? 0n : wordOf(given)
    if (minFee === undefined) throw new UsageError('--min-fee must be a whole number of base units.')
    await context.signer()
    const results: Result[] = []
    // One after the other: a call may need the joining before it.
    for (const file of argumentsOf(flags)) results.push(await bring(context, file, minFee))
    const data = results.map((result) =>
      result.outcome === 'refused' ? { ...result, error: errorData(result.error) } : result,
    )
    const rows = results.map((result) => [
      result.file,
      result.what,
      result.outcome,
      result.outcome === 'refused' ? errorData(result.error).message : result.hash,
    ])
    const failed = results.some(({ outcome }) => outcome === 'refused')
    return { data, text: table(['file', 'what', 'outcome', ''], rows), failed }
  },
})

/** Files come from strangers: what is wrong with one keeps back no other. */
async function bring(context: Context, file: string, minFee: bigint): Promise<Result> {
  let [what, fee] = ['-', 0n]
  try {
    const content = await readRelayFile(file)
    ;({ what, fee } = await examine(context, file, content, minFee))
    const client = await context.signer()
    if (content.kind === 'call') {
      const { hash, found } = await client.relayForwardRequest({ request: content.request })
      return { file, what, fee, outcome: 'sent', hash, found }
    }
    const { slot, hash, found } = await client.relayJoin({ prepared: content.prepared })
    return { file, what, fee, outcome: 'sent', slot, hash, found }
  } catch (error) {
    return { file, what, fee, outcome: 'refused', error }
  }
}

async function examine(context: Context, file: string, content: RelayFile, minFee: bigint) {
  if (content.kind === 'call') {
    const seen = examineCall(content, await context.deployment())
    if ('refused' in seen)
      throw new InputFileError({ file, reason: seen.refused, advice: 'Bring nothing you do not understand.' })
    return { what: seen.words, fee: 0n }
  }
  const { taskId, joining } = content.prepared
  const { relayFee: fee } = joining
  if (fee < minFee)
    throw new InputFileError({ file, reason: `promises ${fee} base units`, advice: `You ask for ${minFee}.` })
  return { what: `joining of ${taskId.slice(0, 10)}… for ${fee} base units`, fee }
}
