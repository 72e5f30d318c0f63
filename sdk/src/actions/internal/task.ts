import { type Address, type Hex, zeroAddress, zeroHash } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { allowedMistakes, decodeRules } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { NotWorkerError, SlotStateError } from '../../errors/contract.js'
import {
  consensusSettlementAbi,
  directSettlementAbi,
  goldAuditAbi,
  hiddenGoldSettlementAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
  protocolParametersAbi,
  taskRegistryAbi,
  verifierKeyRegistryAbi,
} from '../../generated/abis.js'
import { mayAsk, openAuditsOf, type PhaseInput, phaseOf, rejectionsPendingUntil } from '../../phase.js'
import { auditStates, bondStates, keyStatuses, rulings, slotEndings, slotOutcomes, slotStates } from '../../states.js'
import type {
  Audit,
  ConsensusProgress,
  LabelTaskState,
  Slot,
  SlotRejection,
  StatementTaskState,
  TaskState,
} from '../types.js'
import { read, type VeritaskClient } from './context.js'
import { readLogs } from './logs.js'
import { settlementKindOf, WrongSettlementKindError } from './terms.js'

type At = { readonly blockNumber: bigint }
type Common = Omit<TaskState, 'kind' | 'terms' | 'phase' | 'nextDeadline'>

/** Everything the contracts say about a task, read at one block. */
export async function readTask(client: VeritaskClient, deployment: Deployment, taskId: Hex): Promise<TaskState> {
  return read(async () => {
    const block = await getBlock(client, { blockTag: 'latest' })
    const at = { blockNumber: block.number }
    const { bondState, ...task } = await readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'task',
      args: [taskId],
      ...at,
    })
    const kind = settlementKindOf(deployment, task.settlement)
    const halted = await readContract(client, {
      address: task.settlement,
      abi: openGoldSettlementAbi,
      functionName: 'halted',
      args: [taskId],
      ...at,
    })
    const common: Common = {
      ...task,
      taskId,
      bondState: bondStates[bondState] ?? 'none',
      halted,
      timestamp: block.timestamp,
    }
    return readers[kind](client, deployment, common, at)
  })
}

/** A task of one of these kinds. */
export function assertKind<kind extends TaskState['kind']>(
  task: TaskState,
  ...expected: kind[]
): asserts task is Extract<TaskState, { kind: kind }> {
  if (!expected.some((kind) => kind === task.kind))
    throw new WrongSettlementKindError({ taskId: task.taskId, expected, actual: task.kind })
}

export function isLabelTask(task: TaskState): task is LabelTaskState {
  return 'rules' in task
}

export function assertLabelTask(task: TaskState): asserts task is LabelTaskState {
  assertKind(task, 'open-gold', 'hidden-gold', 'consensus')
}

export function assertStatementTask(task: TaskState): asserts task is StatementTaskState {
  assertKind(task, 'direct', 'optimistic')
}

type Reader = (client: VeritaskClient, deployment: Deployment, common: Common, at: At) => Promise<TaskState>

const readers: { readonly [kind in TaskState['kind']]: Reader } = {
  'open-gold': readOpenGold,
  'hidden-gold': readHiddenGold,
  consensus: readConsensus,
  direct: readDirect,
  optimistic: readOptimistic,
}

async function readOpenGold(client: VeritaskClient, _: Deployment, common: Common, at: At): Promise<TaskState> {
  const kind = 'open-gold'
  const module = { address: common.settlement, abi: openGoldSettlementAbi, args: [common.taskId], ...at } as const
  const [terms, goldOpenedAt, committed] = await Promise.all([
    readContract(client, { ...module, functionName: 'terms' }),
    readContract(client, { ...module, functionName: 'goldOpenedAt' }),
    readContract(client, { ...module, functionName: 'committedCount' }),
  ])
  const phase = phaseIn(common, { ...terms, kind, committed, goldOpen: goldOpenedAt !== 0n })
  return { ...common, kind, terms, rules: decodeRules(terms.rules), goldOpenedAt, committed, ...phase }
}

async function readHiddenGold(
  client: VeritaskClient,
  deployment: Deployment,
  common: Common,
  at: At,
): Promise<TaskState> {
  const kind = 'hidden-gold'
  const { taskId, halted, timestamp } = common
  const module = { address: common.settlement, abi: hiddenGoldSettlementAbi, args: [taskId], ...at } as const
  const logs = { args: { taskId }, toBlock: at.blockNumber }
  const [terms, submitted, standing, scores, { auditWindow: window }] = await Promise.all([
    readContract(client, { ...module, functionName: 'terms' }),
    readContract(client, { ...module, functionName: 'submittedCount' }),
    readContract(client, { ...module, functionName: 'standingOf' }),
    readLogs(client, deployment, { contract: 'hiddenGold', eventName: 'SlotScored', ...logs }),
    readContract(client, {
      address: deployment.contracts.protocolParameters,
      abi: protocolParametersAbi,
      functionName: 'parametersAt',
      args: [common.parametersVersion],
      ...at,
    }),
  ])
  const audits = standing.rejected === 0 ? [] : await readAudits(client, deployment, taskId, at)
  const frozen = async (...keyIds: Hex[]) =>
    halted && (await Promise.all(keyIds.map((keyId) => isFrozen(client, deployment, keyId, at)))).includes(true)
  const { submitBy, scoreBy } = terms
  const rules = decodeRules(terms.rules)
  const progress = {
    submitted,
    scored: scores.length,
    scoreKeyFrozen: await frozen(terms.scoreKeyId),
    ...standing,
    allowedMistakes: allowedMistakes(rules),
    ...openAuditsOf(audits),
    auditKeysFrozen: await frozen(terms.auditKeyId, terms.legalityKeyId),
    auditWindow: BigInt(window),
  }
  const rejections = { ...progress, scoreBy }
  return {
    ...common,
    kind,
    terms,
    rules,
    ...progress,
    audits,
    rejectionsPendingUntil: rejectionsPendingUntil(rejections, timestamp),
    mayAsk: mayAsk(rejections, timestamp),
    ...phaseIn(common, { ...rejections, kind, submitBy }),
  }
}

/** Every audit that was asked for, oldest first. */
async function readAudits(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  { blockNumber }: At,
): Promise<Audit[]> {
  const opened = await readLogs(client, deployment, {
    contract: 'goldAudit',
    eventName: 'GoldAuditOpened',
    args: { taskId },
    toBlock: blockNumber,
  })
  return Promise.all(
    opened.map(async ({ args: { slot, challenger } }) => {
      const {
        ruling,
        proven: _,
        ...audit
      } = await readContract(client, {
        address: deployment.contracts.goldAudit,
        abi: goldAuditAbi,
        functionName: 'auditOf',
        args: [taskId, slot],
        blockNumber,
      })
      return { ...audit, slot, challenger, ruling: audit.closed ? (rulings[ruling] ?? 'void') : undefined }
    }),
  )
}

async function isFrozen(client: VeritaskClient, deployment: Deployment, keyId: Hex, at: At): Promise<boolean> {
  const status = await readContract(client, {
    address: deployment.contracts.verifierKeyRegistry,
    abi: verifierKeyRegistryAbi,
    functionName: 'status',
    args: [keyId],
    ...at,
  })
  return keyStatuses[status] === 'frozen'
}

async function readConsensus(
  client: VeritaskClient,
  deployment: Deployment,
  common: Common,
  at: At,
): Promise<TaskState> {
  const kind = 'consensus'
  const module = { address: common.settlement, abi: consensusSettlementAbi, ...at } as const
  const [terms, progress] = await Promise.all([
    readContract(client, { ...module, functionName: 'terms', args: [common.taskId] }),
    readContract(client, { ...module, functionName: 'progressOf', args: [common.taskId] }),
  ])
  const { slotLimit, delivered, joinBy, commitBy, deliverBy, settleBy } = progress
  const [counts, seed] = await Promise.all([
    roundCounts(client, deployment, common, progress, at),
    terms.assignmentShift === 0
      ? undefined
      : readContract(client, { ...module, functionName: 'seedOf', args: [common.taskId, progress.round] }),
  ])
  const round = { ...counts, seedMissing: seed === zeroHash, joinBy, commitBy, deliverBy, settleBy }
  const phase = phaseIn(common, { kind, slotLimit, delivered, decided: progress.out !== 0n, round })
  return {
    ...common,
    kind,
    terms,
    rules: decodeRules(terms.rules),
    progress: progress satisfies ConsensusProgress,
    round,
    ...phase,
  }
}

/** What the chain counts over all rounds, of the current one alone. */
async function roundCounts(
  client: VeritaskClient,
  deployment: Deployment,
  { taskId, joined }: Common,
  { firstSlot, committed, delivered }: ConsensusProgress,
  { blockNumber }: At,
) {
  if (firstSlot === 0) return { joined, committed, delivered }
  const count = async (eventName: 'LabelsCommitted' | 'LabelsDelivered') => {
    const query = { contract: 'consensus', eventName, args: { taskId }, toBlock: blockNumber } as const
    const events = await readLogs(client, deployment, query)
    return events.filter(({ args }) => args.slot >= firstSlot).length
  }
  const [own, ownDelivered] = await Promise.all([count('LabelsCommitted'), count('LabelsDelivered')])
  return { joined: joined - firstSlot, committed: own, delivered: ownDelivered }
}

async function readDirect(client: VeritaskClient, _: Deployment, common: Common, at: At): Promise<TaskState> {
  const kind = 'direct'
  const module = { address: common.settlement, abi: directSettlementAbi, args: [common.taskId], ...at } as const
  const terms = await readContract(client, { ...module, functionName: 'terms' })
  return { ...common, kind, terms, ...phaseIn(common, { kind, proveBy: terms.proveBy }) }
}

async function readOptimistic(
  client: VeritaskClient,
  deployment: Deployment,
  common: Common,
  at: At,
): Promise<TaskState> {
  const kind = 'optimistic'
  const { taskId } = common
  const module = { address: common.settlement, abi: optimisticSettlementAbi, ...at } as const
  const logs = { args: { taskId }, toBlock: at.blockNumber }
  const [terms, claims, opened, closed] = await Promise.all([
    readContract(client, { ...module, functionName: 'terms', args: [taskId] }),
    readLogs(client, deployment, { contract: 'optimistic', eventName: 'StatementClaimed', ...logs }),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'DisputeOpened', ...logs }),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'DisputeClosed', ...logs }),
  ])
  const decided = new Set(closed.map(({ args }) => args.slot))
  const disputed = opened.map(({ args }) => args.slot).filter((slot) => !decided.has(slot))
  const disputes = await Promise.all(
    disputed.map((slot) => readContract(client, { ...module, functionName: 'claimOf', args: [taskId, slot] })),
  )
  const phase = phaseIn(common, {
    kind,
    claimed: claims.length,
    openDisputes: disputes.length,
    claimBy: terms.claimBy,
    challengeBy: latest(claims.map(({ args }) => args.challengeBy)),
    answerBy: latest(disputes.map(({ disputedAt }) => disputedAt + BigInt(terms.proveWindow))),
  })
  return { ...common, kind, terms, claimed: claims.length, openDisputes: disputes.length, ...phase }
}

function phaseIn(
  common: Common,
  progress: PhaseInput extends infer input ? (input extends PhaseInput ? Omit<input, keyof Shared> : never) : never,
) {
  const { slots, joined, ended, unfilledReturned, halted, joinBy, bondState, timestamp } = common
  const shared: Shared = { slots, joined, ended, unfilledReturned, halted, joinBy, bondHeld: bondState === 'held' }
  return phaseOf({ ...progress, ...shared } as PhaseInput, timestamp)
}

type Shared = Pick<PhaseInput, 'slots' | 'joined' | 'ended' | 'unfilledReturned' | 'halted' | 'joinBy' | 'bondHeld'>

function latest(times: readonly bigint[]): bigint {
  return times.reduce((last, time) => (time > last ? time : last), 0n)
}

/** Everything the contracts say about one slot. */
export async function readSlot(
  client: VeritaskClient,
  deployment: Deployment,
  task: Pick<TaskState, 'taskId' | 'settlement' | 'kind'>,
  slot: number,
): Promise<Slot> {
  return read(async () => {
    const { taskId, settlement, kind } = task
    const registry = { address: deployment.contracts.taskRegistry, abi: taskRegistryAbi, args: [taskId, slot] } as const
    const statement = kind === 'direct' || kind === 'optimistic'
    const [found, dispute, outcome, commitment, rejection, claim] = await Promise.all([
      readContract(client, { ...registry, functionName: 'slotOf' }),
      readContract(client, { ...registry, functionName: 'disputeOf' }),
      // Every module answers this, and every labelling one the next, in the same way.
      readContract(client, {
        address: settlement,
        abi: openGoldSettlementAbi,
        functionName: 'outcome',
        args: [taskId, slot],
      }),
      statement
        ? 0n
        : readContract(client, {
            address: settlement,
            abi: openGoldSettlementAbi,
            functionName: 'commitmentOf',
            args: [taskId, slot],
          }),
      kind === 'hidden-gold' ? readRejection(client, task, slot) : undefined,
      kind === 'optimistic'
        ? readContract(client, {
            address: settlement,
            abi: optimisticSettlementAbi,
            functionName: 'claimOf',
            args: [taskId, slot],
          })
        : undefined,
    ])
    return {
      ...found,
      taskId,
      slot,
      state: slotStates[found.state] ?? 'open',
      ending: slotEndings[found.ending] ?? 'none',
      commitment,
      outcome: slotOutcomes[outcome] ?? 'pending',
      rejection,
      dispute: dispute.challenger === zeroAddress ? undefined : dispute,
      claim: claim && claim.claimedAt !== 0n ? claim : undefined,
    }
  })
}

/** The proven score below the threshold of a hidden-gold slot, if there is one. */
async function readRejection(
  client: VeritaskClient,
  { taskId, settlement }: Pick<TaskState, 'taskId' | 'settlement'>,
  slot: number,
): Promise<SlotRejection | undefined> {
  const { rejected, agreements, audit } = await readContract(client, {
    address: settlement,
    abi: hiddenGoldSettlementAbi,
    functionName: 'rejectionOf',
    args: [taskId, slot],
  })
  return rejected ? { agreements, audit: auditStates[audit] ?? 'none' } : undefined
}

/** A slot somebody took, whatever became of it. */
export async function readTakenSlot(
  client: VeritaskClient,
  deployment: Deployment,
  task: Pick<TaskState, 'taskId' | 'settlement' | 'kind'>,
  slot: number,
): Promise<Slot> {
  const taken = await readSlot(client, deployment, task, slot)
  if (taken.worker === zeroAddress)
    throw new SlotStateError({ taskId: task.taskId, slot, state: 'not taken by anyone' })
  return taken
}

/** The slot a worker took, or `undefined`. */
export async function findSlotOf(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  worker: Address,
): Promise<number | undefined> {
  const plusOne = await read(() =>
    readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'slotNumberPlusOne',
      args: [taskId, worker],
    }),
  )
  return plusOne === 0 ? undefined : plusOne - 1
}

/** The slot a worker took. */
export async function slotNumberOf(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  worker: Address,
): Promise<number> {
  const slot = await findSlotOf(client, deployment, taskId, worker)
  if (slot === undefined) throw new NotWorkerError({ taskId, caller: worker })
  return slot
}
