import type { Hex } from 'viem'
import type { Slot, WorkerSecrets } from '../../actions/index.js'
import { readLogs } from '../../actions/internal/logs.js'
import { BaseError, reputationBlinding, reputationCommitment } from '../../core.js'
import { ContractRevertError } from '../../errors/contract.js'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { addressOf, command, idOf } from '../command.js'
import type { Context } from '../context.js'
import { NotAcceptedError } from '../errors.js'
import { evidenceArgs, evidenceOf } from '../evidence.js'
import { WORKER_PREFIX } from '../kept.js'
import { slotOf } from '../labelSheet.js'
import { list, proving, table, withProgress } from '../output.js'
import { findReputationSecret, ownReputationSecret } from '../reputationSecret.js'
import { agreementText } from '../scoreText.js'
import { joiningArgs, prepare } from './workJoin.js'

/** How many commitments of one slot a secret finds again. */
const ATTEMPTS = 4

type Recorded = {
  readonly requester: Hex
  readonly taskId: Hex
  readonly slot: number
  readonly scoreBps: number
  readonly commitment: bigint
  readonly hash: Hex
}

/** A slot of this person that was paid with a proven score. */
type Accepted = {
  readonly taskId: Hex
  readonly slot: number
  readonly worker: Hex
  readonly requester: Hex
  readonly scoreBps: number
  readonly recorded: boolean
}

export const reputationShow = command({
  name: 'show',
  description: 'What you have recorded, by whose tree it counts in, and what you could record still',
  args: {
    requester: { type: 'string', valueHint: 'ADDRESS', description: 'Only what this requester accepted' },
  },
  run: async (context, flags) => {
    const requester = addressOf(flags, 'requester')?.toLowerCase()
    const ofAsked = (entry: { readonly requester: Hex }) => !requester || entry.requester.toLowerCase() === requester
    const secret = await findReputationSecret(context)
    const all = await readRecords(context)
    const recorded = secret === undefined ? [] : all.filter((entry) => ofAsked(entry) && isOwn(secret, entry))
    const open = (await acceptedSlots(context, all)).filter((entry) => ofAsked(entry) && !entry.recorded)
    const data = {
      recorded: recorded.map(({ requester: of, taskId, slot, scoreBps, hash }) => ({
        requester: of,
        taskId,
        slot,
        scoreBps,
        hash,
      })),
      recordable: open.map(({ recorded: _, ...entry }) => entry),
    }
    const agrees = await agreementsOf(context, [...recorded, ...open])
    const rows = recorded.map((entry) => [entry.requester, entry.taskId, entry.slot, agrees(entry)])
    const left = open.map((entry) => [entry.taskId, entry.slot, agrees(entry), entry.worker])
    const text = [
      rows.length === 0 ? 'nothing recorded' : table(['requester', 'task', 'slot', 'agrees'], rows),
      ...(left.length === 0
        ? []
        : ['', 'not recorded yet: `reputation record`', table(['task', 'slot', 'agrees', 'worker'], left)]),
    ].join('\n')
    return { data, text }
  },
})

export const reputationRecord = command({
  name: 'record',
  description: "Record your accepted slot of a task in its requester's tree, under a commitment that hides you",
  args: { id: { type: 'positional', required: true, description: 'Task id' }, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const out = outOf(flags)
    const secret = await ownReputationSecret(context)
    // Other accounts record under the same secret: only this account's slot is what was asked for.
    const own = await slotOf(context, taskId, await context.address())
    // Under any attempt, it is there.
    const before = (await readRecords(context)).find(
      (entry) => entry.taskId === taskId && entry.slot === own?.slot && isOwn(secret, entry),
    )
    if (before) {
      const { slot, hash } = before
      return { data: { taskId, slot, hash, found: true }, text: list({ recorded: `slot ${slot}`, transaction: hash }) }
    }
    if (own && !isAccepted(own)) throw new NotAcceptedError(own)
    const sent = await withAttempts((attempt) =>
      sendOrSign({ out, chainId: client.chain.id }, (how) =>
        client.recordReputation({ taskId, secret, attempt, ...how }),
      ),
    )
    if (!sent) return { data: { taskId, file: out }, text: list({ written: out }) }
    const { slot, hash, found } = sent
    return { data: { taskId, slot, hash, found }, text: list({ recorded: `slot ${slot}`, transaction: hash }) }
  },
})

export const reputationProve = command({
  name: 'prove',
  description: 'Make the evidence for a reputation gate, for `work join --admission` with the same payout and fee',
  args: {
    id: { type: 'positional', required: true, description: 'Task id' },
    ...joiningArgs,
    'min-anonymity': evidenceArgs['min-anonymity'],
  },
  run: async (context, flags) => {
    const taskId = idOf(flags)
    return withProgress('Proving', context.json, async (report) => {
      const { gate } = await (await context.reader()).getTask({ taskId })
      const evidence = await evidenceOf(context, { ...flags, reputation: true }, { taskId, gate }, proving(report))
      if (typeof evidence !== 'function') throw new Error('a reputation has no evidence')
      // Nothing is joined here: what a vote is worth is said when it is.
      const agreed = { unsafeVoting: true }
      const { prepared } = await prepare(context, flags, { taskId, admission: evidence, agreed })
      const { payout, relayFee } = prepared.joining
      const data = { taskId, payout, relayFee, admission: prepared.admission }
      return { data, text: list(data) }
    })
  },
})

/** Everything that anybody recorded. */
async function readRecords(context: Context): Promise<Recorded[]> {
  const client = await context.reader()
  const events = await readLogs(client, await context.deployment(), {
    contract: 'reputationRegistry',
    eventName: 'ReputationRecorded',
  })
  return events.map(({ args, transactionHash }) => ({ ...args, hash: transactionHash }))
}

/** Whether a secret opens a record, whichever attempt it was. */
function isOwn(secret: bigint, { taskId, slot, commitment }: Recorded): boolean {
  return Array.from({ length: ATTEMPTS }, (_, attempt) => attempt).some(
    (attempt) =>
      reputationCommitment({ secret, blinding: reputationBlinding({ secret, taskId, slot, attempt }) }) === commitment,
  )
}

/** What the registry takes: paid, with a proven score. */
const isAccepted = ({ state, scoreBps }: Pick<Slot, 'state' | 'scoreBps'>) => state === 'paid' && scoreBps > 0

/** Slots of every account that ever joined from this state directory. */
async function acceptedSlots(context: Context, records: readonly Recorded[]): Promise<Accepted[]> {
  const vault = context.vault()
  const client = await context.reader()
  const { chainId, contracts } = await context.deployment()
  const names = await vault.names(WORKER_PREFIX)
  const kept = await Promise.all(names.map((name) => vault.find<WorkerSecrets>(name)))
  const found = await Promise.all(
    kept.map(async (secrets) => {
      if (secrets?.chainId !== chainId) return []
      if (secrets.taskRegistry.toLowerCase() !== contracts.taskRegistry.toLowerCase()) return []
      const { taskId, worker } = secrets
      const [{ requester }, slots] = await Promise.all([client.getTask({ taskId }), client.getSlots({ taskId })])
      const own = slots.find((slot) => slot.worker.toLowerCase() === worker.toLowerCase())
      if (!own || !isAccepted(own)) return []
      const { slot, scoreBps } = own
      const recorded = records.some((entry) => entry.taskId === taskId && entry.slot === slot)
      return [{ taskId, slot, worker, requester, scoreBps, recorded }]
    }),
  )
  return found.flat()
}

/** Somebody may have recorded a copied commitment first: another blinding mends it. */
async function withAttempts<T>(record: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await record(attempt)
    } catch (error) {
      const revert =
        error instanceof BaseError ? error.walk((cause) => cause instanceof ContractRevertError) : undefined
      const copied = revert instanceof ContractRevertError && revert.errorName === 'ReputationRegistry_LeafExists'
      if (!copied || attempt === ATTEMPTS - 1) throw error
    }
  }
}

type Scored = { readonly taskId: Hex; readonly scoreBps: number }

/** What was proven of each slot, in the words of its task's settlement. */
async function agreementsOf(context: Context, scored: readonly Scored[]): Promise<(entry: Scored) => string> {
  const client = await context.reader()
  const ids = [...new Set(scored.map(({ taskId }) => taskId))]
  const tasks = new Map(
    await Promise.all(ids.map(async (taskId) => [taskId, await client.getTask({ taskId })] as const)),
  )
  return ({ taskId, scoreBps }) => agreementText(tasks.get(taskId)!, scoreBps)
}
