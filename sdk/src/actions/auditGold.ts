import type { Hash, Hex } from 'viem'
import {
  auditWitness,
  commitmentContext,
  type GoldDoesNotOpenError,
  ProvingAbortedError,
  packGold,
  proofContext,
  proofToBytes,
} from '../core.js'
import type { Deployment } from '../deployments.js'
import { DeadlinePassedError, type TaskNotFoundError } from '../errors/contract.js'
import { AuditPendingError, NoAuditError } from '../errors/disputes.js'
import { findEvent } from '../events/decode.js'
import { hiddenGoldSettlementAbi } from '../generated/abis.js'
import { type Ruling, rulings } from '../states.js'
import { assertOption, connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertProof, type PreparedProof } from './internal/proof.js'
import { assertSecretsOf, type SecretsMismatchError, scalarFromHex } from './internal/secrets.js'
import { assertKind, readSlot, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { type DeliveredLabels, readDeliveredLabels } from './readDeliveredLabels.js'
import type { ProofOptions } from './scoreSlot.js'
import type { RequesterSecrets, Slot, TaskState } from './types.js'

/**
 * Most slots of one transaction: each asks for about 0.35 million gas, and a transaction may ask for 2^24 (EIP-7825).
 */
const MAX_SLOTS = 16

type HiddenGoldTask = Extract<TaskState, { kind: 'hidden-gold' }>

export type AuditGoldParameters = WriteParameters &
  ProofOptions & {
    readonly taskId: Hex
    readonly secrets: RequesterSecrets
    /** Called before each proof with how many slots are proven or about to be, of how many. */
    readonly onSlot?: ((done: number, panel: number, slot: number) => void) | undefined
  }
export type AuditGoldReturnType = {
  /** Slots proven by this call, in the order sent. */
  readonly audited: readonly number[]
  /** Slots that were proven before it. */
  readonly found: readonly number[]
  readonly transactions: readonly WriteReturnType[]
}
export type AuditGoldErrorType =
  | TaskNotFoundError
  | WrongSettlementKindError
  | NoAuditError
  | DeadlinePassedError
  | GoldDoesNotOpenError
  | SecretsMismatchError
  | Error

/**
 * Answers a gold audit: proves with which gold items every slot of the panel agrees, in batches, without showing the gold. What
 * was proven stays proven: called again after an interruption, it goes on with the rest, and a slot whose proof somebody sent
 * on before counts as it is. Then anyone decides the audit (`closeAudit`).
 *
 * @throws {ProvingAbortedError} with everything sent before still counted.
 *
 * @example
 * import { auditGold, closeAudit } from '@veritask/sdk'
 * await auditGold(client, { taskId, secrets, prover })
 * const { ruling } = await closeAudit(client, { taskId })
 */
export async function auditGold(client: VeritaskClient, parameters: AuditGoldParameters): Promise<AuditGoldReturnType> {
  const { taskId, secrets, prover, signal, onSlot } = parameters
  assertOption('prover', prover)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'hidden-gold')
  const { audit, timestamp } = task
  if (!audit) throw new NoAuditError({ taskId })
  const found = await auditedSlots(client, deployment, taskId)
  const panel = await panelOf(client, deployment, task, audit.ofRejected)
  const due = panel.filter(({ slot }) => !found.has(slot))
  if (due.length > 0 && audit.closed) throw new NoAuditError({ taskId })
  if (due.length > 0 && timestamp > audit.answerBy)
    throw new DeadlinePassedError({ what: 'answer the audit', taskId, deadline: audit.answerBy, timestamp })

  const delivered = await readDeliveredLabels(client, { deployment, taskId, secrets })
  const labelsOf = new Map(delivered.map((labels) => [labels.slot, labels]))
  const challenger = await readSlot(client, deployment, task, audit.disputedSlot)
  const transactions: WriteReturnType[] = []
  let done = panel.length - due.length
  for (let start = 0; start < due.length; start += MAX_SLOTS) {
    const audits: SlotAudit[] = []
    for (const taken of due.slice(start, start + MAX_SLOTS)) {
      if (signal?.aborted) throw new ProvingAbortedError('audit')
      onSlot?.(done++, panel.length, taken.slot)
      audits.push(await proveAudit(client, deployment, task, { taken, challenger, labelsOf }, parameters))
    }
    transactions.push(await sendAudits(client, { deployment, signer, taskId, settlement: task.settlement, audits }))
  }
  return {
    audited: due.map(({ slot }) => slot),
    found: panel.filter(({ slot }) => found.has(slot)).map(({ slot }) => slot),
    transactions,
  }
}

type SlotAudit = {
  readonly slot: number
  readonly withGold: number
  readonly withChallenger: number
  readonly digest: bigint
  readonly proof: Hex
}

async function proveAudit(
  client: VeritaskClient,
  deployment: Deployment,
  task: HiddenGoldTask,
  panel: {
    readonly taken: Slot
    readonly challenger: Slot
    readonly labelsOf: ReadonlyMap<number, DeliveredLabels>
  },
  { secrets, prover, onProgress, signal }: AuditGoldParameters,
): Promise<SlotAudit> {
  const { taskId, rules, terms, settlement: module } = task
  const { goldCommitment, auditKeyId: keyId } = terms
  const placeOf = ({ slot, payout }: Slot) => ({ chainId: deployment.chainId, module, taskId, slot, payout, keyId })
  const sideOf = (side: Slot) => {
    const { labels, salt } = panel.labelsOf.get(side.slot)!
    return { labels, salt, commitment: side.commitment, commitmentContext: commitmentContext(placeOf(side)) }
  }
  const { slot, commitment } = panel.taken
  const [place, challenger] = [placeOf(panel.taken), sideOf(panel.challenger)]
  const witness = auditWitness({
    rules,
    context: proofContext(place),
    slot: sideOf(panel.taken),
    challenger,
    gold: packGold(rules, secrets.gold),
    goldSalt: scalarFromHex(secrets.goldSalt, 'goldSalt'),
    goldCommitment,
  })
  const { proof, publicSignals } = await prover.prove({
    circuit: witness.circuit,
    inputs: witness.inputs,
    expectedSignals: witness.statement.publicSignals,
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  })
  const { withGold, withChallenger } = witness
  const { digest } = witness.statement
  const prepared: PreparedProof = { ...place, digest, publicSignals, proof: proofToBytes(proof) }
  await assertProof(client, deployment, prepared, {
    place,
    statement: {
      statement: 'audit',
      rules: terms.rules,
      commitment,
      goldCommitment,
      challengerCommitmentContext: challenger.commitmentContext,
      challengerCommitment: challenger.commitment,
      withGold,
      withChallenger,
    },
  })
  return { slot, withGold, withChallenger, digest, proof: prepared.proof }
}

async function sendAudits(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: ReturnType<typeof resolveSigner>
    readonly taskId: Hex
    readonly settlement: Hex
    readonly audits: readonly SlotAudit[]
  },
): Promise<WriteReturnType> {
  const { deployment, signer, taskId, settlement, audits } = parameters
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(hiddenGoldSettlementAbi, settlement, 'auditSlots', [taskId, audits as never]),
    findEffect: async () => {
      const proven = await auditedSlots(client, deployment, taskId)
      const hashes = audits.map(({ slot }) => proven.get(slot))
      return hashes.every((hash) => hash !== undefined) ? hashes.at(-1) : undefined
    },
  })
  return sent
}

/** Slots proven in the task's audit, each with the transaction that proved it. */
async function auditedSlots(client: VeritaskClient, deployment: Deployment, taskId: Hex): Promise<Map<number, Hash>> {
  const proven = await readLogs(client, deployment, {
    contract: 'hiddenGold',
    eventName: 'SlotAudited',
    args: { taskId },
  })
  return new Map(proven.map(({ args, transactionHash }) => [args.slot, transactionHash]))
}

/** Every accepted slot that submitted, or every rejected one. */
async function panelOf(
  client: VeritaskClient,
  deployment: Deployment,
  task: HiddenGoldTask,
  ofRejected: boolean,
): Promise<Slot[]> {
  const slots = await Promise.all(
    Array.from({ length: task.joined }, (_, slot) => readSlot(client, deployment, task, slot)),
  )
  return slots.filter(({ commitment, ending }) => commitment !== 0n && (ending === 'rejected') === ofRejected)
}

export type CloseAuditParameters = WriteParameters & { readonly taskId: Hex }
export type CloseAuditReturnType = WriteReturnType & {
  /** `upheld`: the requester lost its bond. `dismissed`: the gold held. `void`: a key was frozen before it could be proven. */
  readonly ruling: Ruling
  readonly panel: number
  readonly audited: number
  /** Place in the gold of the item with the fewest agreements, and how many; undefined unless all were proven. */
  readonly weakest: { readonly item: number; readonly count: number } | undefined
}
export type CloseAuditErrorType =
  | TaskNotFoundError
  | NoAuditError
  | AuditPendingError
  | WrongSettlementKindError
  | Error

/**
 * Decides a gold audit whose panel is proven, whose time is over or whose key is frozen. Anyone may call.
 *
 * @example
 * import { closeAudit } from '@veritask/sdk'
 * const { ruling } = await closeAudit(client, { taskId })
 */
export async function closeAudit(
  client: VeritaskClient,
  parameters: CloseAuditParameters,
): Promise<CloseAuditReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'hidden-gold')
  const { audit, timestamp, auditKeysFrozen } = task
  if (!audit) throw new NoAuditError({ taskId })
  const { audited, panel, answerBy } = audit
  if (!audit.closed && audited < panel && timestamp <= answerBy && !auditKeysFrozen)
    throw new AuditPendingError({ taskId, audited, panel, answerBy })
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(hiddenGoldSettlementAbi, task.settlement, 'closeAudit', [taskId]),
    findEffect: async () => {
      const [closed] = await readLogs(client, deployment, {
        contract: 'hiddenGold',
        eventName: 'GoldAuditClosed',
        args: { taskId },
      })
      return closed?.transactionHash
    },
  })
  const closed = findEvent(
    events.filter(({ args }) => 'taskId' in args && args.taskId === taskId),
    'GoldAuditClosed',
  )!
  const { ruling, weakestItem, weakestCount } = closed.args
  const proven = closed.args.audited === closed.args.panel
  return {
    ...sent,
    ruling: rulings[ruling] ?? 'void',
    panel: closed.args.panel,
    audited: closed.args.audited,
    weakest: proven ? { item: Number(weakestItem), count: Number(weakestCount) } : undefined,
  }
}
