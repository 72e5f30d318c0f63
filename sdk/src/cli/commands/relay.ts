import { type Address, type Hash, isAddressEqual, zeroAddress } from 'viem'
import { getCode } from 'viem/actions'
import { MAX_RELAY_GAS } from '../../actions/internal/write.js'
import { amountsOf } from '../../text/amounts.js'
import { AMOUNT_HINT, amountOf } from '../amounts.js'
import { examineCall } from '../callFile.js'
import { addressOf, argumentsOf, command, type Flags } from '../command.js'
import type { Context } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { type AskedFee, feeRefusalOf, refusalOf } from '../joiningCheck.js'
import { type RelayFile, readRelayFile } from '../joiningFile.js'
import { errorData, table } from '../output.js'
import { wordOf } from '../taskFields.js'

/** What the relayer is ready to bring. */
type Asked = {
  readonly fee: AskedFee | undefined
  /** Of one whole transaction. */
  readonly maxGas: bigint
  readonly contracts: boolean
}

type Seen = { readonly what: string; readonly fee: bigint; readonly token?: Address }

type Result = Seen & { readonly file: string } & (
    | { readonly outcome: 'sent'; readonly hash: Hash; readonly found: boolean }
    | {
        readonly outcome: 'sent' | 'brought before'
        readonly hash: Hash
        readonly found: boolean
        readonly slot: number
        readonly relayer: Address | undefined
      }
    | { readonly outcome: 'refused'; readonly error: unknown }
  )

export const relay = command({
  name: 'relay',
  description: 'Bring what workers without coins wrote with --out: joinings, for their fee, and signed calls',
  args: {
    file: { type: 'positional', required: true, valueHint: 'FILE…', description: 'Joinings and signed calls' },
    'min-fee': {
      type: 'string',
      valueHint: 'AMOUNT',
      description: `Bring no joining that promises you less, ${AMOUNT_HINT}`,
    },
    token: {
      type: 'string',
      valueHint: 'ADDRESS',
      description: 'The token of --min-fee: no joining of a task in another is brought (default: the native coin)',
    },
    'max-gas': {
      type: 'string',
      valueHint: 'GAS',
      description: `Send no transaction that takes more (default: ${MAX_RELAY_GAS})`,
    },
    'allow-contract-workers': {
      type: 'boolean',
      description: 'Bring joinings of workers that are contracts: their code runs at your cost, up to --max-gas',
    },
  },
  many: true,
  run: async (context, flags) => {
    const asked = await askedOf(context, flags)
    await context.signer()
    const results: Result[] = []
    // One after the other: a call may need the joining before it.
    for (const file of argumentsOf(flags)) results.push(await bring(context, file, asked))
    const data = results.map((result) =>
      result.outcome === 'refused' ? { ...result, error: errorData(result.error) } : result,
    )
    const rows = results.map((result) => [result.file, result.what, outcomeText(result), detail(result)])
    const failed = results.some(({ outcome }) => outcome === 'refused')
    return { data, text: table(['file', 'what', 'outcome', ''], rows), failed }
  },
})

async function askedOf(context: Context, flags: Flags): Promise<Asked> {
  const maxGas = wordOf(flags['max-gas'])
  if (flags['max-gas'] !== undefined && maxGas === undefined)
    throw new UsageError('--max-gas must be a whole number of gas.')
  const token = addressOf(flags, 'token')
  const minFee =
    flags['min-fee'] === undefined ? undefined : await amountOf(await context.reader(), token, flags, 'min-fee')
  const any = minFee === undefined && token === undefined
  return {
    fee: any ? undefined : { minFee: minFee ?? 0n, token: token ?? zeroAddress },
    maxGas: maxGas ?? MAX_RELAY_GAS,
    contracts: flags['allow-contract-workers'] === true,
  }
}

function outcomeText(result: Result): string {
  if (result.outcome !== 'brought before') return result.outcome
  return `brought before by ${result.relayer ?? 'the worker itself'}`
}

const detail = (result: Result) => (result.outcome === 'refused' ? errorData(result.error).message : result.hash)

/** Files come from strangers: what is wrong with one keeps back no other. */
async function bring(context: Context, file: string, asked: Asked): Promise<Result> {
  let seen: Seen = { what: '-', fee: 0n }
  try {
    const content = await readRelayFile(file)
    seen = await examine(context, file, content, asked)
    const client = await context.signer()
    const { maxGas } = asked
    if (content.kind === 'call') {
      const { hash, found } = await client.relayForwardRequest({ request: content.request, maxGas })
      return { file, ...seen, outcome: 'sent', hash, found }
    }
    const { slot, hash, found, relayer } = await client.relayJoin({ prepared: content.prepared, maxGas })
    const own = relayer !== undefined && isAddressEqual(relayer, await context.address())
    return { file, ...seen, outcome: own ? 'sent' : 'brought before', slot, hash, found, relayer }
  } catch (error) {
    return { file, ...seen, outcome: 'refused', error }
  }
}

async function examine(context: Context, file: string, content: RelayFile, asked: Asked): Promise<Seen> {
  const refuse = (reason: string, advice = 'Bring nothing you do not understand.') =>
    new InputFileError({ file, reason, advice })
  const deployment = await context.deployment()
  if (content.kind === 'call') {
    const seen = examineCall(content, deployment, asked.maxGas)
    if ('refused' in seen) throw refuse(seen.refused)
    return { what: seen.words, fee: 0n }
  }
  const refused = refusalOf(content.prepared, deployment)
  if (refused) throw refuse(refused)
  const { taskId, joining } = content.prepared
  const { relayFee: fee, worker } = joining
  const client = await context.reader()
  const { token } = await client.getTask({ taskId })
  const amount = await amountsOf(client, token)
  const tooLittle = feeRefusalOf({ token, fee }, asked.fee, amount)
  if (tooLittle) throw refuse(tooLittle, 'Change --min-fee or --token if it is worth it to you.')
  if (!asked.contracts && (await getCode(client, { address: worker })) !== undefined)
    throw refuse(
      `joins the contract ${worker}, whose code would run at your cost`,
      'Give --allow-contract-workers to bring it all the same.',
    )
  return { what: `joining of ${taskId.slice(0, 10)}… for ${amount(fee)}`, fee, token }
}
