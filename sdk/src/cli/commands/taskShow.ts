import { zeroAddress } from 'viem'
import type { AccountRecord, Slot, Task } from '../../actions/index.js'
import { describeRules } from '../../labels/describeRules.js'
import { askBy } from '../../phase.js'
import { gradingCurves } from '../../states.js'
import { type AmountText, amountsOf } from '../../text/amounts.js'
import { addressOf, command, idOf } from '../command.js'
import { goldWarning, overturnText, rejectionLines, slotStateText } from '../goldText.js'
import { nextStepOf, nextStepText } from '../nextStep.js'
import { count, list, table, time } from '../output.js'
import { agreementText } from '../scoreText.js'
import { consensusLines, readSeed, readWorks, seedText, votingOf, type Work, workCells } from './taskStanding.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

/** Tasks that are read at once: each takes several calls, which a node may count. */
const AT_ONCE = 8

async function mapInTurns<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(read))))
  return results
}

export const taskList = command({
  name: 'list',
  description: 'List tasks, oldest first',
  args: { requester: { type: 'string', valueHint: 'ADDRESS', description: 'Only tasks of this requester' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const requester = addressOf(flags, 'requester')
    const created = await client.listTasks(requester ? { requester } : {})
    const tokens = [...new Set(created.map(({ token }) => token))]
    const amounts = new Map(
      await Promise.all(tokens.map(async (token) => [token, await amountsOf(client, token)] as const)),
    )
    const data = await mapInTurns(created, async (task) => {
      const { kind, phase, nextDeadline } = await client.getTask({ taskId: task.taskId })
      return { ...task, kind, phase, nextDeadline, reward: amounts.get(task.token)!(task.rewardPerSlot) }
    })
    const rows = data.map(({ taskId, kind, phase, nextDeadline, slots, reward, title }) => {
      return [taskId, kind, phase, nextDeadline === null ? '-' : time(nextDeadline), slots, reward, title]
    })
    const headings = ['task', 'settlement', 'phase', 'until', 'slots', 'reward', 'title']
    return { data, text: data.length === 0 ? 'no tasks' : table(headings, rows) }
  },
})

export const taskShow = command({
  name: 'show',
  description: 'Show a task and its slots',
  args: { id },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const [task, slots] = await Promise.all([client.getTask({ taskId }), client.getSlots({ taskId })])
    const record = await client.getRecord({ account: task.requester })
    const works = task.kind === 'consensus' ? await readWorks(client, task) : undefined
    const seed = task.kind === 'consensus' ? await readSeed(client, task) : undefined
    const data = {
      ...task,
      ...(seed ? { seed } : {}),
      ...(task.kind === 'consensus' ? { voting: votingOf(task) } : {}),
      slotsTaken: slots.map((slot) => ({ ...slot, ...works?.[slot.slot] })),
      requesterRecord: record,
      nextStep: nextStepOf(task, slots),
    }
    const amount = await amountsOf(client, task.token)
    return { data, text: describe({ task, slots, record, works, seed, amount }) }
  },
})

type Seed = Awaited<ReturnType<typeof readSeed>>
type Shown = {
  readonly task: Task
  readonly slots: readonly Slot[]
  readonly record: AccountRecord
  readonly works: readonly Work[] | undefined
  readonly seed: Seed | undefined
  readonly amount: AmountText
}

function describe({ task, slots, record, works, seed, amount }: Shown): string {
  const head = list({
    task: task.taskId,
    title: task.title,
    settlement: task.kind,
    phase: task.phase + (task.nextDeadline === null ? '' : `, until ${time(task.nextDeadline)}`),
    'next step': nextStepText(nextStepOf(task, slots)),
    requester: task.requester,
    'its record': `${record.paid} paid by proof, ${record.refused} rejected, ${record.silent} paid by silence, ${count(record.bondsLost, 'bond')} lost`,
    reward: `${amount(task.rewardPerSlot)} per slot`,
    ...(task.gate === zeroAddress ? {} : { gate: task.gate }),
    ...(task.stakePerSlot === 0n ? {} : { stake: `${amount(task.stakePerSlot)} per slot` }),
    ...(task.bond === 0n ? {} : { bond: `${amount(task.bond)}, ${task.bondState}` }),
    slots: `${task.joined} of ${task.slots} taken, ${task.ended} ended`,
    ...('rules' in task ? { rules: describeRules(task.rules).join(' ') } : {}),
    'join by': time(task.joinBy),
    ...termLines(task),
    terms: task.termsHash,
    ...(seed ? { items: seedText(task, seed) } : {}),
  })
  const rows = slots.map((taken) => [
    taken.slot,
    slotStateText(taken),
    handedIn(taken, works?.[taken.slot]),
    ...(works ? workCells(works[taken.slot]) : []),
    scoreText(task, taken),
    taken.dispute?.challenger ?? '-',
    taken.worker,
    taken.payout,
  ])
  const headings = [
    'slot',
    'state',
    'handed in',
    ...(works ? ['items', 'weight'] : []),
    'agrees',
    'disputed by',
    'worker',
    'payout',
  ]
  return slots.length === 0 ? head : `${head}\n\n${table(headings, rows)}`
}

function scoreText(task: Task, { scoreBps, rejection }: Slot): string {
  if (rejection && 'rules' in task) return `${rejection.agreements}/${task.rules.goldCount}`
  return agreementText(task, scoreBps)
}

function handedIn({ commitment, claim }: Slot, work: Work | undefined): string {
  if (claim) return claim.disputedAt === 0n ? 'claim' : 'disputed claim'
  if (work?.delivered) return 'delivered'
  return commitment === 0n ? 'no' : 'labels'
}

/** Deadlines and what else a settlement module adds. */
function termLines(task: Task): Record<string, string> {
  switch (task.kind) {
    case 'open-gold': {
      const { commitBy, openBy, proveBy } = task.terms
      return { 'commit by': time(commitBy), 'open by': time(openBy), 'prove by': time(proveBy) }
    }
    case 'hidden-gold': {
      const { submitBy, scoreBy, grading } = task.terms
      const warning = goldWarning(task)
      return {
        'submit by': time(submitBy),
        'score by': time(scoreBy),
        'audits until': time(askBy({ scoreBy, auditWindow: task.auditWindow })),
        grading: gradingCurves[grading.curve] ?? 'threshold',
        ...(warning ? {} : { 'a rejection': `can be ${overturnText(task)}` }),
        ...rejectionLines(task),
        ...(warning ? { 'know before joining': warning } : {}),
      }
    }
    case 'consensus':
      return consensusLines(task)
    case 'direct':
      return { key: task.terms.statement.keyId, 'prove by': time(task.terms.proveBy) }
    case 'optimistic': {
      const { statement, claimBy, challengeWindow, proveWindow } = task.terms
      return {
        key: statement.keyId,
        'claim by': time(claimBy),
        challenge: `${challengeWindow} s`,
        'prove within': `${proveWindow} s`,
        claimed: `${task.claimed}, ${task.openDisputes} disputed`,
      }
    }
    default: {
      const never: never = task
      return never
    }
  }
}
