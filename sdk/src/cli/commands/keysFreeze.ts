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
    proof: {
      type: 'string',
      valueHint: 'FILE',
      description: 'JSON {"publicSignals": ["…"], "proof": "0x…"} of the designated impossible statement',
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
    const { hash, found } =
      file !== undefined
        ? await client.freezeKeyWithProof({ keyId, ...(await readProof(file)) })
        : reason !== undefined
          ? await client.freezeKey({ keyId, reason, exploit: exploit as Hex | undefined })
          : await client.freezeDependentKey({ keyId })
    return { data: { keyId, hash, found }, text: list({ frozen: keyId, transaction: hash }) }
  },
})

async function readProof(file: string): Promise<{ publicSignals: readonly bigint[]; proof: Hex }> {
  const advice = 'Give JSON {"publicSignals": ["1", …], "proof": "0x…"}.'
  const { publicSignals, proof } = ((await readJson(file, advice)) ?? {}) as Record<string, unknown>
  // As strings: a JSON number of this size would have been rounded.
  const decimals =
    Array.isArray(publicSignals) &&
    publicSignals.every((signal) => typeof signal === 'string' && /^\d{1,78}$/.test(signal))
  if (!decimals || !isHex(proof)) throw new InputFileError({ file, reason: 'is no proof', advice })
  return { publicSignals: publicSignals.map((signal: string) => BigInt(signal)), proof }
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
