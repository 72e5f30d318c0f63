import type { Hash, Hex } from 'viem'
import { proofContext } from '../core.js'
import type { Deployment } from '../deployments.js'
import {
  DeadlinePassedError,
  type KeyNotActiveError,
  NotWorkerError,
  type ProofRejectedError,
  SlotEndedError,
  type TaskNotFoundError,
} from '../errors/contract.js'
import {
  AlreadyClaimedError,
  ClaimSignalsDifferError,
  NotClaimedError,
  NotResolvableError,
  type StatementSignalsError,
} from '../errors/disputes.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { directSettlementAbi, optimisticSettlementAbi } from '../generated/abis.js'
import { type Ruling, rulings } from '../states.js'
import {
  connect,
  type ReadParameters,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { assertNoChallenge, type KeyNeedsChallengeError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import { signalsHash, statementReceiptId } from './internal/statement.js'
import { assertProofHolds, assertSignals, statementPlace } from './internal/statementTask.js'
import { assertKind, assertStatementTask, readSlot, readTakenSlot, readTask, slotNumberOf } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { findEnding } from './settleSlot.js'
import { PAYOUT_GAS, type Payment, paymentOf } from './submitProof.js'
import type { SlotClaim } from './types.js'

type Place = { readonly taskId: Hex; readonly slot: number }

export type GetStatementParameters = ReadParameters & Place
export type GetStatementReturnType = {
  readonly keyId: Hex
  /** What the proof of this slot is bound to: the public signal at `contextIndex`. */
  readonly context: bigint
  readonly contextIndex: number
  /** One entry per public signal: what it must be, or `undefined` where it is the worker's to fill. */
  readonly signals: readonly (bigint | undefined)[]
}
export type GetStatementErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * What a slot's worker has to prove, with its context in place.
 *
 * @example
 * import { getStatement } from '@veritask/sdk'
 * const { keyId, signals, context } = await getStatement(client, { taskId, slot: 0 })
 */
export async function getStatement(
  client: VeritaskClient,
  parameters: GetStatementParameters,
): Promise<GetStatementReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertStatementTask(task)
  const taken = await readTakenSlot(client, deployment, task, slot)
  const { keyId, contextIndex, pinned, signals } = task.terms.statement
  const context = proofContext(statementPlace(deployment, task, taken))
  return {
    keyId,
    context,
    contextIndex,
    signals: signals.map((signal, index) =>
      index === contextIndex ? context : ((pinned >> BigInt(index)) & 1n) === 1n ? signal : undefined,
    ),
  }
}

/** A proof of any proof system, as its public signals and the bytes its verifier reads. */
export type StatementProof = Place & { readonly publicSignals: readonly bigint[]; readonly proof: Hex }

export type ProveStatementParameters = WriteParameters &
  StatementProof & {
    /** Whether to try the payout transfer in the same transaction. Default: true. */
    readonly transferNow?: boolean | undefined
  }
export type ProveStatementReturnType = WriteReturnType & {
  readonly slot: number
  readonly receiptId: Hex
  readonly payment: Payment
}
export type ProveStatementErrorType =
  | TaskNotFoundError
  | WrongSettlementKindError
  | StatementSignalsError
  | KeyNeedsChallengeError
  | DeadlinePassedError
  | SlotEndedError
  | KeyNotActiveError
  | ProofRejectedError
  | Error

/**
 * Proves the statement of a direct task for a slot and pays it at once. Anyone may send it: the reward goes to the payout address
 * the proof is bound to. The chain is asked whether the proof holds before it is sent.
 *
 * @example
 * import { proveStatement } from '@veritask/sdk'
 * const { payment } = await proveStatement(client, { taskId, slot: 0, publicSignals, proof })
 */
export async function proveStatement(
  client: VeritaskClient,
  parameters: ProveStatementParameters,
): Promise<ProveStatementReturnType> {
  const { taskId, slot, publicSignals, proof, transferNow = true } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'direct')
  await assertNoChallenge(client, deployment, task.terms.statement.keyId)
  const taken = await readTakenSlot(client, deployment, task, slot)
  const place = statementPlace(deployment, task, taken)
  assertSignals(task.terms.statement, place, publicSignals)
  const receiptId = statementReceiptId(place, publicSignals)
  if ((await findReceiptOf(client, deployment, { taskId, slot, receiptId, contract: 'direct' })) === undefined) {
    const { timestamp } = task
    const deadline = task.terms.proveBy
    if (timestamp > deadline) throw new DeadlinePassedError({ what: 'prove', taskId, deadline, timestamp })
    await assertProofHolds(client, deployment, place, { publicSignals, proof })
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(
      directSettlementAbi,
      task.settlement,
      'prove',
      [taskId, slot, publicSignals, proof, transferNow],
      { extraGas: PAYOUT_GAS },
    ),
    findEffect: () => findReceiptOf(client, deployment, { taskId, slot, receiptId, contract: 'direct' }),
  })
  return { ...sent, slot, receiptId, payment: paymentOf(events, taskId, slot)! }
}

/** The transaction that proved these signals for a slot; a slot that ended otherwise is a second claim. */
async function findReceiptOf(
  client: VeritaskClient,
  deployment: Deployment,
  { taskId, slot, receiptId, contract }: Place & { receiptId: Hex; contract: 'direct' | 'optimistic' },
): Promise<Hash | undefined> {
  const [receipt] = await readLogs(client, deployment, { contract, eventName: 'ReceiptIssued', args: { receiptId } })
  if (receipt) return receipt.transactionHash
  if (await findEnding(client, deployment, { taskId, slot })) throw new SlotEndedError({ taskId, slot })
  return undefined
}

export type GetClaimParameters = ReadParameters & Place
export type GetClaimReturnType = SlotClaim & {
  readonly slot: number
  /** What is claimed. */
  readonly publicSignals: readonly bigint[]
  /** Last second to dispute it. */
  readonly challengeBy: bigint
  /** Last second to prove it once it is disputed; undefined while it is not. */
  readonly proveBy: bigint | undefined
}
export type GetClaimErrorType = TaskNotFoundError | NotClaimedError | WrongSettlementKindError | Error

/**
 * What a slot of an optimistic task has claimed, and how long it may be disputed or proven.
 *
 * @example
 * import { getClaim } from '@veritask/sdk'
 * const { publicSignals, challengeBy } = await getClaim(client, { taskId, slot: 0 })
 */
export async function getClaim(client: VeritaskClient, parameters: GetClaimParameters): Promise<GetClaimReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'optimistic')
  const { claim } = await readSlot(client, deployment, task, slot)
  const [claimed] = await readLogs(client, deployment, {
    contract: 'optimistic',
    eventName: 'StatementClaimed',
    args: { taskId, slot },
  })
  if (!claim || !claimed) throw new NotClaimedError({ taskId, slot })
  const { publicSignals, challengeBy } = claimed.args
  const { disputedAt } = claim
  const proveBy = disputedAt === 0n ? undefined : disputedAt + BigInt(task.terms.proveWindow)
  return { ...claim, slot, publicSignals, challengeBy, proveBy }
}

export type ClaimStatementParameters = WriteParameters & {
  readonly taskId: Hex
  /** Default: the slot of the account that sends. */
  readonly slot?: number | undefined
  /** All of the key's public signals, in its order: `getStatement` gives what they must be. */
  readonly publicSignals: readonly bigint[]
}
export type ClaimStatementReturnType = WriteReturnType & {
  readonly slot: number
  /** Last second to dispute it. */
  readonly challengeBy: bigint
}
export type ClaimStatementErrorType =
  | TaskNotFoundError
  | WrongSettlementKindError
  | NotWorkerError
  | SlotEndedError
  | StatementSignalsError
  | KeyNeedsChallengeError
  | AlreadyClaimedError
  | DeadlinePassedError
  | Error

/**
 * Claims the statement of an optimistic task for the caller's slot. Claim only what can be proven: a worker who does not
 * prove a disputed one in time loses its stake, half of it to who disputed.
 *
 * @example
 * import { claimStatement } from '@veritask/sdk'
 * const { challengeBy } = await claimStatement(client, { taskId, publicSignals })
 */
export async function claimStatement(
  client: VeritaskClient,
  parameters: ClaimStatementParameters,
): Promise<ClaimStatementReturnType> {
  const { taskId, publicSignals } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'optimistic')
  await assertNoChallenge(client, deployment, task.terms.statement.keyId)
  const slot = parameters.slot ?? (await slotNumberOf(client, deployment, taskId, signer.address))
  const taken = await readTakenSlot(client, deployment, task, slot)
  if (taken.worker !== signer.address) throw new NotWorkerError({ taskId, slot, caller: signer.address })
  assertSignals(task.terms.statement, statementPlace(deployment, task, taken), publicSignals)
  if (!taken.claim) {
    if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
    const { timestamp } = task
    const deadline = task.terms.claimBy
    if (timestamp > deadline) throw new DeadlinePassedError({ what: 'claim', taskId, deadline, timestamp })
  }
  const hash = signalsHash(publicSignals)
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(optimisticSettlementAbi, task.settlement, 'claim', [taskId, slot, publicSignals]),
    findEffect: async () => {
      const [claimed] = await readLogs(client, deployment, {
        contract: 'optimistic',
        eventName: 'StatementClaimed',
        args: { taskId, slot },
      })
      if (claimed && signalsHash(claimed.args.publicSignals) !== hash) throw new AlreadyClaimedError({ taskId, slot })
      return claimed?.transactionHash
    },
  })
  const claimed = findEvent(eventsOf(events, { taskId, slot }), 'StatementClaimed')!
  return { ...sent, slot, challengeBy: claimed.args.challengeBy }
}

export type ProveClaimParameters = WriteParameters &
  Place & {
    /** As the key's proof system reads it. */
    readonly proof: Hex
    /** Whether to try the payout transfer in the same transaction. Default: true. */
    readonly transferNow?: boolean | undefined
  }
export type ProveClaimReturnType = WriteReturnType & {
  readonly slot: number
  readonly receiptId: Hex
  readonly payment: Payment
}
export type ProveClaimErrorType =
  | NotClaimedError
  | ClaimSignalsDifferError
  | DeadlinePassedError
  | SlotEndedError
  | ProofRejectedError
  | Error

/**
 * Proves what a slot has claimed, disputed or not: the slot is paid at once, and half of a challenger's bond goes to the worker. Anyone
 * may send it.
 *
 * @example
 * import { proveClaim } from '@veritask/sdk'
 * const { payment } = await proveClaim(client, { taskId, slot: 0, proof })
 */
export async function proveClaim(
  client: VeritaskClient,
  parameters: ProveClaimParameters,
): Promise<ProveClaimReturnType> {
  const { taskId, slot, proof, transferNow = true } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'optimistic')
  const taken = await readTakenSlot(client, deployment, task, slot)
  const place = statementPlace(deployment, task, taken)
  const { publicSignals, proveBy, signalsHash: claimed } = await getClaim(client, { deployment, taskId, slot })
  // A node that serves another event than the claim the chain keeps is not to be believed.
  if (signalsHash(publicSignals) !== claimed) throw new ClaimSignalsDifferError({ taskId, slot })
  const receiptId = statementReceiptId(place, publicSignals)
  const findProof = () => findReceiptOf(client, deployment, { taskId, slot, receiptId, contract: 'optimistic' })
  if ((await findProof()) === undefined) {
    const { timestamp } = task
    // What nobody disputes in time is paid by silence alone.
    const deadline = proveBy ?? taken.claim!.claimedAt + BigInt(task.terms.challengeWindow)
    if (timestamp > deadline) throw new DeadlinePassedError({ what: 'prove the claim', taskId, deadline, timestamp })
    await assertProofHolds(client, deployment, place, { publicSignals, proof })
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(
      optimisticSettlementAbi,
      task.settlement,
      'prove',
      [taskId, slot, publicSignals, proof, transferNow],
      { extraGas: PAYOUT_GAS },
    ),
    findEffect: findProof,
  })
  return { ...sent, slot, receiptId, payment: paymentOf(events, taskId, slot)! }
}

export type ResolveClaimParameters = WriteParameters & Place
export type ResolveClaimReturnType = WriteReturnType & {
  readonly slot: number
  /**
   * `upheld`: half of the worker's stake is the challenger's, the other half the treasury's. `void`: the key was frozen and both keep
   * theirs.
   */
  readonly ruling: Ruling
}
export type ResolveClaimErrorType = NotClaimedError | NotResolvableError | SlotEndedError | Error

/**
 * Ends a disputed slot that was not proven in time, or whose key was frozen. Anyone may call.
 *
 * @example
 * import { resolveClaim } from '@veritask/sdk'
 * const { ruling } = await resolveClaim(client, { taskId, slot: 0 })
 */
export async function resolveClaim(
  client: VeritaskClient,
  parameters: ResolveClaimParameters,
): Promise<ResolveClaimReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'optimistic')
  const taken = await readTakenSlot(client, deployment, task, slot)
  if (!taken.claim) throw new NotClaimedError({ taskId, slot })
  const findRuling = async () => {
    const [closed] = await readLogs(client, deployment, {
      contract: 'taskRegistry',
      eventName: 'DisputeClosed',
      args: { taskId, slot },
    })
    if (closed && rulings[closed.args.ruling] === 'dismissed') throw new SlotEndedError({ taskId, slot })
    return closed?.transactionHash
  }
  if ((await findRuling()) === undefined) {
    if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
    const { disputedAt } = taken.claim
    const late = task.timestamp > disputedAt + BigInt(task.terms.proveWindow)
    if (disputedAt === 0n || !(late || task.halted)) throw new NotResolvableError({ taskId, slot })
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(optimisticSettlementAbi, task.settlement, 'resolve', [taskId, slot]),
    findEffect: findRuling,
  })
  const closed = findEvent(eventsOf(events, { taskId, slot }), 'DisputeClosed')!
  return { ...sent, slot, ruling: rulings[closed.args.ruling] ?? 'void' }
}

/** The events of one slot among those of a transaction. */
function eventsOf(events: readonly VeritaskEvent[], { taskId, slot }: Place): VeritaskEvent[] {
  return events.filter(({ args }) => 'slot' in args && args.taskId === taskId && args.slot === slot)
}
