import { type Hex, isHex } from 'viem'
import { command, idOf, textOf } from '../command.js'
import { readJson } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { list } from '../output.js'

export const keysFreeze = command({
  name: 'freeze',
  description: 'End a key for ever: as guardian with a reason, or as anyone with a proof of its impossible statement',
  args: {
    id: { type: 'positional', required: true, description: 'Key id' },
    reason: { type: 'string', valueHint: 'TEXT', description: 'Why, at most 280 bytes; public for ever' },
    exploit: { type: 'string', valueHint: 'HEX', description: 'Evidence beside the reason' },
    advisory: {
      type: 'string',
      valueHint: 'ID',
      description: 'The published advisory, for example GHSA-63x8-x938-vx33',
    },
    'advisory-uri': { type: 'string', valueHint: 'URI', description: 'Where to read it: https or ipfs' },
    proof: {
      type: 'string',
      valueHint: 'FILE',
      description: 'JSON {"proof": "0x…"} of the impossible statement',
    },
    dependent: { type: 'boolean', description: 'Record that the key it depends on is frozen' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const keyId = idOf(flags)
    const [reason, file, exploit] = [textOf(flags, 'reason'), textOf(flags, 'proof'), textOf(flags, 'exploit')]
    const dependent = flags.dependent === true
    if ([reason !== undefined, file !== undefined, dependent].filter(Boolean).length !== 1)
      throw new UsageError('Give one of --reason, --proof and --dependent.')
    if (exploit !== undefined && (reason === undefined || !isHex(exploit)))
      throw new UsageError('--exploit is hex and stands beside --reason.')
    const advisory = { id: textOf(flags, 'advisory'), uri: textOf(flags, 'advisory-uri') }
    if (reason === undefined && (advisory.id !== undefined || advisory.uri !== undefined))
      throw new UsageError('--advisory and --advisory-uri stand beside --reason.')
    const { hash, found } =
      file !== undefined
        ? await client.freezeKeyWithProof({ keyId, proof: await readProof(file) })
        : reason !== undefined
          ? await client.freezeKey({ keyId, reason, exploit: exploit as Hex | undefined, advisory })
          : await client.freezeDependentKey({ keyId })
    return { data: { keyId, hash, found }, text: list({ frozen: keyId, transaction: hash }) }
  },
})

async function readProof(file: string): Promise<Hex> {
  const advice = 'Give JSON {"proof": "0x…"}. The registry knows the public signals.'
  const { proof } = ((await readJson(file, advice)) ?? {}) as Record<string, unknown>
  if (!isHex(proof)) throw new InputFileError({ file, reason: 'is no proof', advice })
  return proof
}

export const keysActivate = command({
  name: 'activate',
  description: 'Make a proposed key usable once its delay has passed; anyone may',
  args: { id: { type: 'positional', required: true, description: 'Key id' } },
  run: async (context, flags) => {
    const client = await context.signer()
    const keyId = idOf(flags)
    const { hash, found } = await client.activateKey({ keyId })
    return { data: { keyId, hash, found }, text: list({ activated: keyId, transaction: hash }) }
  },
})
