import type { Hex } from 'viem'
import {
  DeadlinePassedError,
  NotWorkerError,
  SlotEndedError,
  type TaskNotFoundError,
  TooEarlyError,
} from '../errors/contract.js'
import { AlreadyDisputedError, NotClaimedError, NotDisputableError, TooFewAnswersError } from '../errors/disputes.js'
import {
  BondNotHeldError,
  type BondStillHeldError,
  BondTooHighError,
  type NotEnoughStakeError,
} from '../errors/stakes.js'
import { findEvent } from '../events/decode.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { askBy, auditBond, canUphold, isRedressed, MIN_ANSWERS, MIN_SUBMITTED, panelPopulation } from '../phase.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { assertNoChallenge, type KeyNeedsChallengeError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import { readTakenSlot, readTask } from './internal/task.js'
import { assertFreeStake } from './internal/validateTask.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { Slot, TaskState } from './types.js'

/** Bonds of challengers are `uint96` on the chain. */
const MAX_BOND = 2n ** 96n - 1n

export type DisputeSlotParameters = WriteParameters & {
  readonly taskId: Hex
  readonly slot: number
  /** Most the bond may be, in base units of the task's token. Default: what the dispute needs now. */
  readonly maxBond?: bigint | undefined
}
export type DisputeSlotReturnType = WriteReturnType & {
  readonly slot: number
  /** Locked out of the challenger's free stake, in base units. */
  readonly bond: bigint
}
export type DisputeSlotErrorType =
  | TaskNotFoundError
  | NotDisputableError
  | KeyNeedsChallengeError
  | NotClaimedError
  | TooFewAnswersError
  | AlreadyDisputedError
  | NotWorkerError
  | SlotEndedError
  | TooEarlyError
  | DeadlinePassedError
  | BondTooHighError
  | NotEnoughStakeError
  | Error

/**
 * Disputes a slot and locks a bond out of the caller's free stake (`depositStake`): who is wrong loses it.
 *
 * Optimistic: anyone disputes a claim within its challenge window; the worker must then prove it. Hidden gold: the worker of a
 * rejected slot asks for a gold audit after scoring; the requester must then prove on whose side the others are. A challenger whose
 * audit is upheld or void gets its bond back when the slot is settled. When more than 32 slots could answer, draw the panel
 * soon (`drawPanel`).
 *
 * @example
 * import { disputeSlot } from '@veritask/sdk'
 * const { bond } = await disputeSlot(client, { taskId, slot: 0 })
 */
export async function disputeSlot(
  client: VeritaskClient,
  parameters: DisputeSlotParameters,
): Promise<DisputeSlotReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const challenger = signer.address
  const task = await readTask(client, deployment, taskId)
  // Its worker could prove a false claim and take the bond.
  if (task.kind === 'optimistic') await assertNoChallenge(client, deployment, task.terms.statement.keyId)
  const taken = await readTakenSlot(client, deployment, task, slot)
  const findDispute = async () => {
    const [opened] = await readLogs(client, deployment, {
      contract: 'taskRegistry',
      eventName: 'DisputeOpened',
      args: { taskId, slot },
    })
    if (opened && opened.args.challenger !== challenger)
      throw new AlreadyDisputedError({ taskId, slot, challenger: opened.args.challenger })
    return opened?.transactionHash
  }
  const bond = bondOf(task, taken)
  const { maxBond = bond } = parameters
  if ((await findDispute()) === undefined) {
    assertDisputable(task, taken, challenger)
    if (bond > maxBond) throw new BondTooHighError({ bond, maxBond })
    await assertFreeStake(client, deployment, { account: challenger, token: task.token, required: bond })
  }

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'dispute', [taskId, slot, maxBond]),
    findEffect: findDispute,
  })
  return { ...sent, slot, bond: findEvent(events, 'DisputeOpened')?.args.bond ?? bond }
}

/** What a challenger locks: as much as the worker it disputes, or a reward for every eight slots of the panel. */
function bondOf(task: TaskState, taken: Slot): bigint {
  if (task.kind === 'hidden-gold') {
    const disputedItems = taken.rejection === undefined ? 0 : task.rules.goldCount - taken.rejection.agreements
    return auditBond(panelPopulation({ ...task, disputedItems }).panelSize, task.rewardPerSlot)
  }
  return task.stakePerSlot < MAX_BOND ? task.stakePerSlot : MAX_BOND
}

/** The checks of the modules, in their order. */
function assertDisputable(task: TaskState, taken: Slot, challenger: Hex): void {
  const { taskId, timestamp } = task
  const deadline = disputeBy(task, taken, challenger)
  if (timestamp > deadline) throw new DeadlinePassedError({ what: 'dispute', taskId, deadline, timestamp })
}

/** Last second to dispute a slot. */
function disputeBy(task: TaskState, taken: Slot, challenger: Hex): bigint {
  const { taskId, timestamp } = task
  const { slot } = taken
  switch (task.kind) {
    case 'optimistic':
      if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
      if (!taken.claim) throw new NotClaimedError({ taskId, slot })
      return taken.claim.claimedAt + BigInt(task.terms.challengeWindow)
    case 'hidden-gold': {
      const { scoreBy } = task.terms
      const { rejection } = taken
      if (!rejection) throw new NotDisputableError({ taskId, slot, reason: 'it was not rejected' })
      const disputedItems = task.rules.goldCount - rejection.agreements
      if (isRedressed(task, disputedItems)) {
        const reason = 'audits overturned as much of the gold as it lacks: `settleSlot` pays it in full'
        throw new NotDisputableError({ taskId, slot, reason })
      }
      if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
      if (taken.worker !== challenger) throw new NotWorkerError({ taskId, slot, caller: challenger })
      if (rejection.audit !== 'none') throw new NotDisputableError({ taskId, slot, reason: 'it had its gold audit' })
      if (timestamp <= scoreBy) throw new TooEarlyError({ what: 'dispute', taskId, deadline: scoreBy, timestamp })
      if (task.auditKeysFrozen)
        throw new NotDisputableError({ taskId, slot, reason: 'a key that audits need is frozen: nobody loses by it' })
      assertWinnable(task, slot, disputedItems)
      return askBy({ scoreBy, auditWindow: task.auditWindow })
    }
    case 'open-gold':
    case 'consensus':
    case 'direct':
      throw new NotDisputableError({ taskId, slot, reason: 'its settlement rests on proofs alone' })
    default: {
      const never: never = task
      return never
    }
  }
}

/** @throws {TooFewAnswersError} when the others could not overturn the gold by the items that a slot disputes. */
function assertWinnable(task: Extract<TaskState, { kind: 'hidden-gold' }>, slot: number, disputedItems: number): void {
  if (task.submitted >= MIN_SUBMITTED && canUphold(task.submitted - 1, disputedItems)) return
  const answers = panelPopulation({ ...task, disputedItems }).panelSize * disputedItems
  throw new TooFewAnswersError({ taskId: task.taskId, slot, answers, required: MIN_ANSWERS })
}

export type ReleaseBondParameters = WriteParameters & { readonly taskId: Hex }
export type ReleaseBondReturnType = WriteReturnType & {
  /** Free stake of the requester again, in base units. */
  readonly amount: bigint
}
export type ReleaseBondErrorType = TaskNotFoundError | BondNotHeldError | BondStillHeldError | Error

/**
 * Frees the requester's bond once every slot has ended and never-taken slots went back. Anyone may call.
 *
 * @example
 * import { releaseBond } from '@veritask/sdk'
 * const { amount } = await releaseBond(client, { taskId })
 */
export async function releaseBond(
  client: VeritaskClient,
  parameters: ReleaseBondParameters,
): Promise<ReleaseBondReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { bondState, bond } = await readTask(client, deployment, taskId)
  if (bondState === 'none' || bondState === 'burned') throw new BondNotHeldError({ taskId, state: bondState })
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'releaseBond', [taskId]),
    findEffect: async () => {
      const [released] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'BondReleased',
        args: { taskId },
      })
      return released?.transactionHash
    },
  })
  return { ...sent, amount: bond }
}
