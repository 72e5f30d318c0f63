import { zeroAddress, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { type Task, type VotingTask, votingTermsOf } from '../../actions/index.js'
import type { VeritaskClient } from '../../actions/internal/context.js'
import { assessVoting, type VotingAssessment } from '../../core.js'
import { consensusSettlementAbi } from '../../generated/abis.js'
import { gradingCurves } from '../../states.js'
import { time } from '../output.js'

export type ConsensusTask = Extract<Task, { kind: 'consensus' }>

/** What a worker's vote weighs and is about; a weight of zero before it commits. */
export type Work = {
  readonly weight: number
  readonly delivered: boolean
  readonly tallied: boolean
  /** Items that count; undefined before they are drawn. */
  readonly assigned: readonly number[] | undefined
}

type Client = VeritaskClient & {
  readonly getAssignedItems: (parameters: {
    readonly taskId: Task['taskId']
    readonly slot: number
  }) => Promise<readonly number[] | undefined>
}

export function readWorks(client: Client, { taskId, settlement, joined, rules }: ConsensusTask): Promise<Work[]> {
  const module = { address: settlement, abi: consensusSettlementAbi } as const
  return Promise.all(
    Array.from({ length: joined }, async (_, slot) => {
      const [work, assigned] = await Promise.all([
        readContract(client, { ...module, functionName: 'workOf', args: [taskId, slot] }),
        client.getAssignedItems({ taskId, slot }),
      ])
      const { weight, delivered, tallied } = work
      return { weight, delivered, tallied, assigned: assigned?.filter((item) => item < rules.itemCount) }
    }),
  )
}

export function workCells(work: Work | undefined): readonly unknown[] {
  return [work?.assigned?.length ?? 'not drawn', work === undefined || work.weight === 0 ? '-' : work.weight]
}

/** Where the drawing of the current round stands; undefined when every worker gets every item. */
export async function readSeed(client: VeritaskClient, { taskId, settlement, terms, progress }: ConsensusTask) {
  if (terms.assignmentShift === 0) return undefined
  const module = { address: settlement, abi: consensusSettlementAbi, args: [taskId, progress.round] } as const
  const [[beacon, beaconBlock], seed] = await Promise.all([
    readContract(client, { ...module, functionName: 'beaconOf' }),
    readContract(client, { ...module, functionName: 'seedOf' }),
  ])
  return { beaconBlock, beaconDrawn: beacon !== zeroHash, revealed: seed !== zeroHash }
}

export function seedText(task: Task, { beaconDrawn, revealed }: { beaconDrawn: boolean; revealed: boolean }): string {
  const share =
    task.kind === 'consensus' ? `each goes to each worker with probability 1/${2 ** task.terms.assignmentShift}` : ''
  if (revealed) return `${share}; drawn for this round`
  return beaconDrawn ? `${share}; the seed is to be shown` : `${share}; not drawn: see \`task seed\``
}

/** What the vote of a consensus is worth against a worker that does not look. */
export function votingOf(task: VotingTask): VotingAssessment {
  return assessVoting(votingTermsOf(task))
}

export function votingText({ voters, paid, reasons }: VotingAssessment): string {
  if (reasons.length > 0) return `${reasons.join(' ')} \`work join\` refuses it without --unsafe-voting.`
  return `${voters} voters of an item or more; always giving one answer is paid in ${share(paid)} of cases`
}

const share = (part: number): string =>
  part > 0 && part < LEAST_SHOWN ? `less than ${LEAST_SHOWN * 100} %` : `${Math.round(part * 1000) / 10} %`
const LEAST_SHOWN = 0.001

/** Round, standing and deadlines of a consensus. */
export function consensusLines(task: ConsensusTask): Record<string, string> {
  const { progress, terms, requester } = task
  const { round, roundLimit, slotLimit, firstSlot, committed, delivered, tallied, out, support, possible } = progress
  const bound = terms.agreementBoundBps
  return {
    round: `${round + 1} of at most ${roundLimit}, slots ${firstSlot} to ${slotLimit - 1}`,
    ...(bound === 0 ? {} : { 'next round': `while less than ${bound / 100} % agree` }),
    votes: `${committed} committed, ${delivered} delivered, ${tallied} counted`,
    consensus: out === 0n ? 'not proven' : `proven, ${percent(support, possible)} agree`,
    aggregator: terms.aggregator === zeroAddress ? requester : terms.aggregator,
    weights: terms.historyOf === zeroAddress ? 'one worker, one vote' : `by agreement with ${terms.historyOf} before`,
    'worth of the vote': votingText(votingOf(task)),
    grading: gradingCurves[terms.grading.curve] ?? 'threshold',
    publishes: terms.publication.name,
    'commit by': time(progress.commitBy),
    'deliver by': time(progress.deliverBy),
    'settle by': time(progress.settleBy),
  }
}

const percent = (part: bigint, whole: bigint): string =>
  whole === 0n ? '-' : `${Number((part * 10_000n) / whole) / 100} %`
