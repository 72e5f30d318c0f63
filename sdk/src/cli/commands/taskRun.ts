import { isAddressEqual, zeroAddress } from 'viem'
import type { Slot, Task } from '../../actions/index.js'
import { command, type Flags, idOf } from '../command.js'
import type { Context } from '../context.js'
import { requesterSecrets } from '../kept.js'
import { formatOf, labelOutArgs } from '../labelOutput.js'
import { type NextStep, nextStepOf, nextStepText } from '../nextStep.js'
import { type Answer, count, time } from '../output.js'
import { watch } from '../watching.js'
import { taskAssign, taskLabels, taskOpenGold, taskScore } from './task.js'
import { showConsensus, taskSeed } from './taskConsensus.js'
import { taskAudit, taskReleaseBond } from './taskDispute.js'
import { taskSettle } from './taskSettle.js'

export const taskRun = command({
  name: 'run',
  description:
    "Do all that is the requester's as it falls due, wait for the workers, and show or write the labels at the end; run again it goes on",
  args: {
    id: { type: 'positional', required: true, description: 'Task id' },
    ...labelOutArgs,
    merge: { type: 'boolean', description: 'One label per item: what most workers gave (not for boxes)' },
  },
  run: async (context, flags) => {
    const taskId = idOf(flags)
    const client = await context.signer()
    const first = await client.getTask({ taskId })
    const labelled = 'rules' in first
    // Both asked for before anything is done: without them it would end in vain.
    formatOf(flags, labelled ? first.rules : undefined)
    if (labelled) await requesterSecrets(context, taskId)
    return watch(context, async () => {
      const [task, slots] = await Promise.all([client.getTask({ taskId }), client.getSlots({ taskId })])
      const step = nextStepOf(task, slots)
      const line = `${task.phase}${standing(task, slots)}: ${nextStepText({ ...step, command: null })}`
      if (isOver(task)) return { line, done: true, result: await ending(context, flags, task) }
      const run = actionOf(context, await context.address(), task, slots, step)
      return { line, done: false, act: run && { state: stateOf(task, slots), run } }
    })
  },
})

type HiddenGoldTask = Extract<Task, { kind: 'hidden-gold' }>

const isOver = ({ phase }: Task): boolean => phase === 'completed' || phase === 'cancelled'

function standing({ slots: places, nextDeadline }: Task, slots: readonly Slot[]): string {
  const until = nextDeadline === null ? '' : `, until ${time(nextDeadline).replace(/ \(.*/, '')}`
  return ` (${slots.length} of ${count(places, 'place')} taken${until})`
}

/** Equal while nothing happened: what was done then need not be done again. */
function stateOf({ phase }: Task, slots: readonly Slot[]): string {
  return [phase, ...slots.map(({ state, wrappedAt, commitment }) => [state, wrappedAt, commitment].join())].join(';')
}

/** The command of the next step, where it is the requester's, or anyone's and needs no judgment. */
function actionOf(
  context: Context,
  account: `0x${string}`,
  task: Task,
  slots: readonly Slot[],
  { who }: NextStep,
): (() => Promise<string>) | undefined {
  const of =
    (...commands: readonly { readonly answer: (context: Context, flags: Flags) => Promise<Answer> }[]) =>
    async () => {
      const texts: string[] = []
      for (const { answer } of commands) texts.push((await answer(context, { id: task.taskId })).text)
      return texts.join('\n')
    }
  const unwrapped = 'rules' in task && slots.some(({ state, wrappedAt }) => state === 'joined' && wrappedAt === 0n)
  switch (task.phase) {
    case 'joining':
    case 'committing':
    case 'submitting':
      return unwrapped ? of(taskAssign) : undefined
    case 'drawing':
      return of(taskSeed)
    case 'opening':
      return of(taskOpenGold)
    case 'scoring':
      return of(taskScore)
    case 'aggregating':
      return who === 'requester' || aggregates(task, account) ? of(taskSettle) : undefined
    case 'auditing':
      return of(taskAudit)
    case 'settling':
    case 'halted':
      return task.kind === 'hidden-gold' ? closing(context, task, slots) : of(taskSettle)
    default:
      return undefined
  }
}

/** Audits that only have to be decided, then the slots, then the bond. */
function closing(context: Context, task: HiddenGoldTask, slots: readonly Slot[]): () => Promise<string> {
  const { taskId: id, audits } = task
  return async () => {
    const open = audits.some(({ closed }) => !closed)
    const closed = open ? [(await taskAudit.answer(context, { id, close: true })).text] : []
    const ended = slots.every(({ state }) => state !== 'joined')
    const { text } = await (ended ? taskReleaseBond : taskSettle).answer(context, { id })
    return [...closed, text].join('\n')
  }
}

function aggregates(task: Task, account: `0x${string}`): boolean {
  return (
    task.kind === 'consensus' &&
    !isAddressEqual(task.terms.aggregator, zeroAddress) &&
    isAddressEqual(task.terms.aggregator, account)
  )
}

async function ending(context: Context, flags: Flags, task: Task): Promise<Answer> {
  if (task.phase === 'cancelled')
    return { data: { taskId: task.taskId, phase: task.phase }, text: 'nobody joined: what was in escrow is a credit' }
  if (task.kind === 'consensus') {
    return task.progress.out === 0n
      ? { data: { taskId: task.taskId, phase: task.phase }, text: 'the task is over without a consensus' }
      : showConsensus(context, flags, task)
  }
  if ('rules' in task) return taskLabels.answer(context, flags)
  return {
    data: { taskId: task.taskId, phase: task.phase },
    text: 'the task is over: `veritask task show` has its slots',
  }
}
