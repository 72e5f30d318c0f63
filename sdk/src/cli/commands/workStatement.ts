import { type Hex, isAddressEqual, isHex } from 'viem'
import { amountsOf } from '../../text/amounts.js'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { command, type Flags, idOf, numberOf, requiredText } from '../command.js'
import { type Context, readJson } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { list, time } from '../output.js'
import { wordOf } from '../taskFields.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const
const slotArgument = { type: 'string', valueHint: 'N', description: 'Default: the slot of your account' } as const
const proofArgument = {
  type: 'string',
  valueHint: 'FILE',
  description: 'JSON {"publicSignals": ["123", …], "proof": "0x…"}',
} as const
const ADVICE = 'Give JSON with "publicSignals", a list of numbers in quotes, and "proof", bytes in hex.'

type Client = Awaited<ReturnType<Context['signer']>>

export const workLeave = command({
  name: 'leave',
  description: 'Give your slot back without loss, while nothing was handed in',
  args: { id, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const out = outOf(flags)
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) => client.leaveTask({ taskId, ...how }))
    if (!sent) return { data: { taskId, file: out }, text: list({ written: out }) }
    const { slot, hash, found } = sent
    return { data: { taskId, slot, hash, found }, text: list({ left: `slot ${slot}`, transaction: hash }) }
  },
})

export const workStatement = command({
  name: 'statement',
  description: 'What a slot has to prove: the key, its public signals, and the context of the slot',
  args: { id, slot: slotArgument },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot') ?? (await ownSlot(client, taskId, await context.address()))
    const data = { taskId, slot, ...(await client.getStatement({ taskId, slot })) }
    const signals = data.signals.map((signal, index) => `${index}: ${signal ?? 'yours to fill'}`)
    return { data, text: list({ slot, key: data.keyId, context: data.context, signals: signals.join(', ') }) }
  },
})

export const workClaimStatement = command({
  name: 'claim-statement',
  description: 'Claim the statement of an optimistic task; your stake answers for it',
  args: { id, signals: { ...proofArgument, description: 'JSON {"publicSignals": ["123", …]}' }, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { publicSignals } = await readProof(flags, 'signals')
    const out = outOf(flags)
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.claimStatement({ taskId, publicSignals, ...how }),
    )
    if (!sent) return { data: { taskId, file: out }, text: list({ written: out }) }
    const { slot, challengeBy, hash, found } = sent
    const data = { taskId, slot, challengeBy, hash, found }
    return { data, text: list({ slot, 'disputable until': time(challengeBy), transaction: hash }) }
  },
})

export const workProveStatement = command({
  name: 'prove-statement',
  description: 'Prove the statement of a direct task, or what an optimistic one has claimed: pays at once',
  args: { id, slot: slotArgument, proof: proofArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { publicSignals, proof } = await readProof(flags, 'proof')
    if (proof === undefined) throw new UsageError('The file holds no proof.', ADVICE)
    const { kind, token } = await client.getTask({ taskId })
    const slot = numberOf(flags, 'slot') ?? (await ownSlot(client, taskId, await context.address()))
    const { payment, receiptId, hash, found } =
      kind === 'optimistic'
        ? await client.proveClaim({ taskId, slot, proof })
        : await client.proveStatement({ taskId, slot, publicSignals, proof })
    const data = { taskId, slot, receiptId, hash, found, payment }
    const reward = (await amountsOf(client, token))(payment.reward)
    return { data, text: list({ slot, receipt: receiptId, reward, transaction: hash }) }
  },
})

export const workResolve = command({
  name: 'resolve',
  description: 'End a disputed claim that was not proven in time',
  args: { id, slot: { ...slotArgument, description: 'Disputed slot', required: true } },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot')
    if (slot === undefined) throw new UsageError('--slot is missing.', 'Say which slot: --slot 0.')
    const { ruling, hash, found } = await client.resolveClaim({ taskId, slot })
    return { data: { taskId, slot, ruling, hash, found }, text: list({ slot, ruling, transaction: hash }) }
  },
})

/** The slot of an account. */
async function ownSlot(client: Pick<Client, 'getSlots'>, taskId: Hex, worker: Hex): Promise<number> {
  const own = (await client.getSlots({ taskId })).find((slot) => isAddressEqual(slot.worker, worker))
  if (!own) throw new UsageError(`Account ${worker} holds no slot of this task.`, 'Name one: --slot N.')
  return own.slot
}

/** Proofs come from any prover, as plain JSON. */
async function readProof(
  flags: Flags,
  name: string,
): Promise<{ publicSignals: readonly bigint[]; proof: Hex | undefined }> {
  const file = requiredText(flags, name)
  const content = ((await readJson(file, ADVICE)) ?? {}) as { publicSignals?: unknown; proof?: unknown }
  const wrong = (reason: string): never => {
    throw new InputFileError({ file, reason, advice: ADVICE })
  }
  const words = Array.isArray(content.publicSignals) ? content.publicSignals : wrong('"publicSignals" must be a list')
  const publicSignals = words.map(
    (word: unknown, index) => wordOf(word) ?? wrong(`"publicSignals[${index}]" must be a number in quotes`),
  )
  const { proof } = content
  if (proof !== undefined && !isHex(proof)) return wrong('"proof" must be bytes in hex')
  return { publicSignals, proof }
}
