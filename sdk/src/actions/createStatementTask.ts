import { type Hex, zeroHash } from 'viem'
import type { Deployment } from '../deployments.js'
import type { GateNotAllowedError } from '../errors/admission.js'
import {
  type DatasetNotFoundError,
  type DeadlineOutOfRangeError,
  type KeyNotActiveError,
  TaskExistsError,
} from '../errors/contract.js'
import { type ClaimStakeError, StatementSignalsError, type WindowOutOfRangeError } from '../errors/disputes.js'
import type { NoTreasuryError, NotEnoughStakeError, StakeTooSmallError } from '../errors/stakes.js'
import type { InsufficientFundsError } from '../errors/submission.js'
import { connect, type VeritaskClient } from './internal/context.js'
import { draftTask, freshTaskSalt, sendTask, type TaskParameters } from './internal/createTask.js'
import { assertNoChallenge, type KeyNeedsChallengeError } from './internal/keys.js'
import { isWord } from './internal/statementTask.js'
import { readTask } from './internal/task.js'
import { encodeTerms, type StatementTerms } from './internal/terms.js'
import { assertText, MAX_TITLE_BYTES } from './internal/validateTask.js'
import type { WriteReturnType } from './internal/write.js'
import { getVerifierKey } from './verifierKeys.js'

/** What is to be proven: public signals of a verifier key of any proof system. */
export type TaskStatement = {
  readonly keyId: Hex
  /**
   * One entry per public signal of the key, in its order: a number pins the signal, `undefined` leaves it to the worker. At most
   * 256 signals.
   */
  readonly signals: readonly (bigint | undefined)[]
  /**
   * Position of the signal that must be the slot's context: without it a proof seen in the mempool could be taken for another
   * slot. Its entry in `signals` is left open.
   */
  readonly contextIndex: number
}

/** How a statement task is settled. Deadlines in seconds since the epoch, inclusive; windows in seconds. */
export type StatementSettlementParameters =
  /** The proof pays at once. */
  | { readonly kind: 'direct'; readonly statement: TaskStatement; readonly proveBy: bigint }
  /** A claim pays when nobody disputes it in time; a disputed one must be proven. `stakePerSlot` is its bond. */
  | {
      readonly kind: 'optimistic'
      readonly statement: TaskStatement
      readonly claimBy: bigint
      /** Time to dispute a claim. */
      readonly challengeWindow: number
      /** Time to prove a disputed claim. */
      readonly proveWindow: number
    }

export type CreateStatementTaskParameters = TaskParameters & { readonly settlement: StatementSettlementParameters }
export type CreateStatementTaskReturnType = WriteReturnType & {
  readonly taskId: Hex
  /** Fixes the task id: give it again to find this task after an interruption. */
  readonly salt: Hex
}
export type CreateStatementTaskErrorType =
  | StatementSignalsError
  | KeyNeedsChallengeError
  | KeyNotActiveError
  | DatasetNotFoundError
  | DeadlineOutOfRangeError
  | WindowOutOfRangeError
  | ClaimStakeError
  | StakeTooSmallError
  | NoTreasuryError
  | GateNotAllowedError
  | NotEnoughStakeError
  | InsufficientFundsError
  | TaskExistsError
  | Error

/**
 * Creates a task whose whole rule is one statement under one verifier key of any proof system: an inference, a training step, a
 * RISC Zero program. A key that needs a challenge, as those of the labelling circuits, is refused: its prover would choose it. Nothing is encrypted and nothing need be kept but the salt.
 *
 * Everything the contracts would refuse is refused here first, with a typed error and nothing sent.
 *
 * @example
 * import { createStatementTask } from '@veritask/sdk'
 * import { parseEther } from 'viem'
 *
 * const now = BigInt(Math.floor(Date.now() / 1000))
 * const { taskId } = await createStatementTask(client, {
 *   title: 'Sum the private values', datasetVersionId, rewardPerSlot: parseEther('0.01'), slots: 1, joinBy: now + 3600n,
 *   settlement: {
 *     kind: 'direct', statement: { keyId, signals: [commitment, undefined, undefined], contextIndex: 2 }, proveBy: now + 7200n,
 *   },
 * })
 */
export async function createStatementTask(
  client: VeritaskClient,
  parameters: CreateStatementTaskParameters,
): Promise<CreateStatementTaskReturnType> {
  const { title, settlement, joinBy } = parameters
  const { kind } = settlement
  assertText('title', title, MAX_TITLE_BYTES)
  const statement = statementTerms(settlement.statement)
  const deployment = await connect(client, parameters)
  const { signalCount } = await getVerifierKey(client, { deployment, keyId: statement.keyId })
  await assertNoChallenge(client, deployment, statement.keyId)
  if (statement.signals.length !== signalCount)
    throw new StatementSignalsError({ reason: `there are ${statement.signals.length} and the key has ${signalCount}` })

  const salt = parameters.salt ?? freshTaskSalt()
  const settlementData = encodeSettlement(settlement, statement)
  const draft = await draftTask(client, {
    deployment,
    task: parameters,
    kind,
    salt,
    checks: {
      keyIds: [statement.keyId],
      deadlines: [{ name: 'joinBy', at: joinBy }, deadlineOf(settlement)],
      windows: kind === 'optimistic' ? windowsOf(settlement) : [],
      items: [],
    },
  })
  if (draft.existing) await assertSameTerms(client, deployment, draft.taskId, settlementData)
  const sent = await sendTask(client, { draft, task: parameters, payloadDigest: zeroHash, settlementData })
  return { ...sent, taskId: draft.taskId, salt }
}

/** @throws {StatementSignalsError} for what no chain would take. */
function statementTerms({ keyId, signals, contextIndex }: TaskStatement): StatementTerms {
  const refuse = (reason: string): never => {
    throw new StatementSignalsError({ reason })
  }
  if (!Number.isInteger(contextIndex) || contextIndex < 0 || contextIndex >= signals.length)
    refuse(`position ${contextIndex} cannot be the context: there are ${signals.length} signals`)
  if (signals[contextIndex] !== undefined) refuse(`signal ${contextIndex} is the context and cannot be pinned`)
  const pinned = signals.reduce<bigint>((mask, signal, index) => {
    if (signal === undefined) return mask
    if (!isWord(signal)) refuse(`signal ${index} is no 256-bit number`)
    return mask | (1n << BigInt(index))
  }, 0n)
  return { keyId, contextIndex, pinned, signals: signals.map((signal) => signal ?? 0n) }
}

function encodeSettlement(settlement: StatementSettlementParameters, statement: StatementTerms): Hex {
  if (settlement.kind === 'direct') {
    const { kind, proveBy } = settlement
    return encodeTerms({ kind, terms: { statement, proveBy } })
  }
  const { kind, claimBy, challengeWindow, proveWindow } = settlement
  return encodeTerms({ kind, terms: { statement, claimBy, challengeWindow, proveWindow } })
}

function deadlineOf(settlement: StatementSettlementParameters): { name: string; at: bigint } {
  return settlement.kind === 'direct'
    ? { name: 'proveBy', at: settlement.proveBy }
    : { name: 'claimBy', at: settlement.claimBy }
}

function windowsOf({
  challengeWindow,
  proveWindow,
}: Extract<StatementSettlementParameters, { kind: 'optimistic' }>): { name: string; seconds: number }[] {
  return [
    { name: 'challenge window', seconds: challengeWindow },
    { name: 'prove window', seconds: proveWindow },
  ]
}

/** A task found under this salt is only an earlier attempt when it asks for the very same. */
async function assertSameTerms(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  settlementData: Hex,
): Promise<void> {
  const task = await readTask(client, deployment, taskId)
  const same =
    (task.kind === 'direct' && encodeTerms({ kind: task.kind, terms: task.terms }) === settlementData) ||
    (task.kind === 'optimistic' && encodeTerms({ kind: task.kind, terms: task.terms }) === settlementData)
  if (!same) throw new TaskExistsError({ taskId })
}
