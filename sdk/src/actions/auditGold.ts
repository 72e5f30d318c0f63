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
import {
  AuditVoidError,
  DeliveryUnreadableError,
  NoAuditError,
  type PanelBeaconPendingError,
} from '../errors/disputes.js'
import { goldAuditAbi } from '../generated/abis.js'
import { auditStanding } from '../phase.js'
import {
  assertOption,
  connect,
  resolveSigner,
  type UnrelayedParameters,
  type VeritaskClient,
} from './internal/context.js'
import { readDeliveries, type SealedLabels } from './internal/deliveries.js'
import { readLogs } from './internal/logs.js'
import { drawUntilKnown, readPanel } from './internal/panel.js'
import { assertProof, type PreparedProof } from './internal/proof.js'
import { assertSecretsOf, type SecretsMismatchError, scalarFromHex } from './internal/secrets.js'
import { assertKind, readSlot, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { DeliveredLabels } from './readDeliveredLabels.js'
import type { ProofOptions } from './scoreSlot.js'
import type { Audit, RequesterSecrets, Slot, TaskState } from './types.js'

/**
 * Most slots of one transaction: each asks for about 0.35 million gas, and a transaction may ask for 2^24 (EIP-7825).
 */
const MAX_SLOTS = 16

type HiddenGoldTask = Extract<TaskState, { kind: 'hidden-gold' }>

export type AuditGoldParameters = UnrelayedParameters &
  ProofOptions & {
    readonly taskId: Hex
    /** Of the worker who asked for the audit. Default: every audit that waits for an answer. */
    readonly slot?: number | undefined
    readonly secrets: RequesterSecrets
    /** How long to wait for the block that draws a panel, in seconds. Default: 120. */
    readonly waitSeconds?: number | undefined
    /** Called before each proof. */
    readonly onMember?: ((progress: AuditGoldProgress) => void) | undefined
  }
export type AuditGoldProgress = {
  /** Of the worker who asked. */
  readonly slot: number
  /** Slot of the panel that is proven next. */
  readonly member: number
  /** Slots that are proven or about to be, of this panel. */
  readonly done: number
  readonly panelSize: number
}
/** An audit that was answered. */
export type AnsweredAudit = {
  /** Of the worker who asked. */
  readonly slot: number
  /** Slots of the panel proven by this call, in the order sent. */
  readonly audited: readonly number[]
  /** Slots that were proven before it. */
  readonly found: readonly number[]
  readonly transactions: readonly WriteReturnType[]
}
export type AuditGoldReturnType = { readonly audits: readonly AnsweredAudit[] }
export type AuditGoldErrorType =
  | TaskNotFoundError
  | WrongSettlementKindError
  | NoAuditError
  | PanelBeaconPendingError
  | DeadlinePassedError
  | AuditVoidError
  | DeliveryUnreadableError
  | GoldDoesNotOpenError
  | SecretsMismatchError
  | Error

/**
 * Answers gold audits: draws their panels where that is left to do, and proves for every slot of them on how many of the items that
 * the challenger disputes it sides with the gold, and on how many with the challenger. In batches, without showing the gold.
 * What was proven stays proven: called again after an interruption, it goes on with the rest, and a slot whose proof somebody
 * sent on before counts as it is. Then anyone decides each audit (`closeAudit`).
 *
 * @throws {ProvingAbortedError} with everything sent before still counted.
 * @throws {DeadlinePassedError} before anything is proven, when the time of one of them is over: `closeAudit` decides it, and with it
 * for the whole task.
 * @throws {AuditVoidError} before anything is proven, when a key that audits need is frozen: `closeAudit` ends them.
 * @throws {DeliveryUnreadableError} when labels that an audit is about are not what their slot committed to; every other audit is
 * answered before.
 *
 * @example
 * import { auditGold, closeAudit } from '@veritask/sdk'
 * const { audits } = await auditGold(client, { taskId, secrets, prover })
 * for (const { slot } of audits) await closeAudit(client, { taskId, slot })
 */
export async function auditGold(client: VeritaskClient, parameters: AuditGoldParameters): Promise<AuditGoldReturnType> {
  const { taskId, slot, secrets, prover } = parameters
  assertOption('prover', prover)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'hidden-gold')
  const asked = task.audits.filter((audit) => (slot === undefined ? !audit.closed : audit.slot === slot))
  if (asked.length === 0) throw new NoAuditError({ taskId, ...(slot === undefined ? {} : { slot }) })
  for (const audit of asked) assertAnswerable(task, audit)

  const run: Run = { client, deployment, signer, task, sides: new Map(), parameters }
  const audits: AnsweredAudit[] = []
  let unreadable: DeliveryUnreadableError | undefined
  for (const audit of asked) {
    try {
      audits.push(await answer(run, audit))
    } catch (error) {
      // Other audits may not be about that slot: what is proven of them decides even when the legality key is frozen.
      if (!(error instanceof DeliveryUnreadableError)) throw error
      unreadable ??= error
    }
  }
  if (unreadable) throw unreadable
  return { audits }
}

type Run = {
  readonly client: VeritaskClient
  readonly deployment: Deployment
  readonly signer: ReturnType<typeof resolveSigner>
  readonly task: HiddenGoldTask
  readonly parameters: AuditGoldParameters
  /** Slots that an audit is about, once they were read. */
  readonly sides: Map<number, Side>
}

/** A slot and the labels it delivered. */
type Side = { readonly taken: Slot; readonly labels: DeliveredLabels }

/** What was proven is found, whatever came of the audit. */
function assertAnswerable(task: HiddenGoldTask, audit: Audit): void {
  const { taskId, timestamp } = task
  const { slot, answerBy: deadline, audited, panelSize } = audit
  if (audited === panelSize) return
  const standing = auditStanding(audit, task, timestamp)
  if (standing === 'void') throw new AuditVoidError({ taskId, slot })
  if (standing === 'late') {
    const advice = 'Anyone decides it with `closeAudit`: the gold is taken for rigged, and every rejected slot is paid.'
    throw new DeadlinePassedError({ what: `answer the audit of slot ${slot}`, taskId, deadline, timestamp, advice })
  }
  if (standing !== 'waiting') throw new NoAuditError({ taskId, slot })
}

async function answer(run: Run, audit: Audit): Promise<AnsweredAudit> {
  const { client, deployment, signer, task, parameters } = run
  const { taskId } = task
  const { slot } = audit
  const { signal, onMember, waitSeconds } = parameters
  const panel = audit.drawn
    ? await readPanel(client, deployment, taskId, slot)
    : (await drawUntilKnown(client, { deployment, signer, taskId, slot, waitSeconds })).panel
  const proven = await auditedIn(client, deployment, taskId, slot)
  const due = panel.filter((member) => !proven.has(member))
  const transactions: WriteReturnType[] = []
  if (due.length > 0) {
    const sides = await readSides(run, [slot, ...due])
    const challenger = sides.get(slot)!
    let done = panel.length - due.length
    for (let start = 0; start < due.length; start += MAX_SLOTS) {
      const answers: SlotAudit[] = []
      for (const member of due.slice(start, start + MAX_SLOTS)) {
        if (signal?.aborted) throw new ProvingAbortedError('audit')
        onMember?.({ slot, member, done: done++, panelSize: panel.length })
        answers.push(await proveMember(run, sides.get(member)!, challenger))
      }
      transactions.push(await sendAnswers(run, slot, answers))
    }
  }
  return { slot, audited: due, found: panel.filter((member) => proven.has(member)), transactions }
}

/** Reads what these slots delivered, and no other: a delivery that does not open concerns the audits it is in alone. */
async function readSides(run: Run, slots: readonly number[]): Promise<ReadonlyMap<number, Side>> {
  const { client, deployment, task, parameters, sides } = run
  const { taskId } = task
  const missing = slots.filter((slot) => !sides.has(slot))
  if (missing.length === 0) return sides
  const { secrets } = parameters
  const delivered = await readDeliveries(client, { deployment, taskId, slots: missing, secrets })
  for (const slot of missing) {
    const taken = await readSlot(client, deployment, task, slot)
    sides.set(slot, { taken, labels: openOf(taskId, slot, delivered) })
  }
  return sides
}

function openOf(taskId: Hex, slot: number, delivered: readonly SealedLabels[]): DeliveredLabels {
  const sealed = delivered.find((found) => found.slot === slot)
  if (!sealed) throw new DeliveryUnreadableError({ taskId, slot })
  try {
    return sealed.open()
  } catch (cause) {
    throw new DeliveryUnreadableError({ taskId, slot, cause })
  }
}

type SlotAudit = {
  readonly member: number
  readonly withGold: bigint
  readonly withChallenger: bigint
  readonly digest: bigint
  readonly proof: Hex
}

/** Labels are committed to the settlement; the proof is made for the contract of the audit. */
async function proveMember(
  { client, deployment, task, parameters }: Run,
  member: Side,
  challenger: Side,
): Promise<SlotAudit> {
  const { taskId, rules, terms, settlement } = task
  const { secrets, prover, onProgress, signal } = parameters
  const { goldCommitment, auditKeyId: keyId } = terms
  const { chainId, contracts } = deployment
  const committed = ({ taken, labels: { labels, salt } }: Side) => {
    const { slot, payout, commitment } = taken
    const place = { chainId, module: settlement, taskId, slot, payout }
    return { labels, salt, commitment, commitmentContext: commitmentContext(place) }
  }
  const { slot, payout, commitment } = member.taken
  const place = { chainId, module: contracts.goldAudit, taskId, slot, payout, keyId }
  const against = committed(challenger)
  const witness = auditWitness({
    rules,
    context: proofContext(place),
    slot: committed(member),
    challenger: against,
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
      settlement,
      goldCommitment,
      challengerCommitmentContext: against.commitmentContext,
      challengerCommitment: against.commitment,
      withGold,
      withChallenger,
    },
  })
  const counts = { withGold: BigInt(withGold), withChallenger: BigInt(withChallenger) }
  return { member: slot, ...counts, digest, proof: prepared.proof }
}

async function sendAnswers(
  { client, deployment, signer, task: { taskId } }: Run,
  slot: number,
  answers: readonly SlotAudit[],
): Promise<WriteReturnType> {
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(goldAuditAbi, deployment.contracts.goldAudit, 'auditSlots', [taskId, slot, answers]),
    findEffect: async () => {
      const proven = await auditedIn(client, deployment, taskId, slot)
      const hashes = answers.map(({ member }) => proven.get(member))
      return hashes.every((hash) => hash !== undefined) ? hashes.at(-1) : undefined
    },
  })
  return sent
}

/** Slots proven in the audit that a slot's worker asked for, each with the transaction that proved it. */
async function auditedIn(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  slot: number,
): Promise<Map<number, Hash>> {
  const proven = await readLogs(client, deployment, {
    contract: 'goldAudit',
    eventName: 'SlotAudited',
    args: { taskId, slot },
  })
  return new Map(proven.map(({ args, transactionHash }) => [args.member, transactionHash]))
}
