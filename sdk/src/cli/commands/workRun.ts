import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { Slot, Task } from '../../actions/index.js'
import { parseTable } from '../../text/index.js'
import { command, type Flags, idOf, textOf } from '../command.js'
import { askLine, type Context, canAsk, inFile, readText } from '../context.js'
import { UsageError } from '../errors.js'
import { evidenceArgs } from '../evidence.js'
import { slotStateText } from '../goldText.js'
import { keptLabels } from '../kept.js'
import { labelArgs, readLabels, slotOf } from '../labelSheet.js'
import { type Answer, list, time } from '../output.js'
import { contentText } from '../sheetText.js'
import { type Look, watch } from '../watching.js'
import { workCommit, workLabel } from './work.js'
import { sheetContent } from './workCheck.js'
import { joiningArgs, trustArgs, workJoin } from './workJoin.js'
import { workProve } from './workSend.js'

const SHEET_ADVICE = 'Fill in the sheet that `veritask work run` wrote.'

export const workRun = command({
  name: 'run',
  description:
    'Join, fetch the items, and once their sheet is filled in commit, prove and be paid, each as it falls due; run again it goes on',
  args: {
    id: { type: 'positional', required: true, description: 'Task id' },
    out: { type: 'string', valueHint: 'DIR', description: 'Folder for the items (default: task-<id>)' },
    ...joiningArgs,
    ...evidenceArgs,
    ...trustArgs,
    ...labelArgs,
    yes: { type: 'boolean', description: 'Do not ask before labels are fixed for good (nobody is asked in a pipe)' },
  },
  run: async (context, flags) => {
    const taskId = idOf(flags)
    const client = await context.signer()
    const worker = await context.address()
    const directory = textOf(flags, 'out') ?? `task-${taskId.slice(2, 10)}`
    const labels = textOf(flags, 'labels') ?? join(directory, 'labels.csv')
    const { out: _, ...joining } = flags
    return watch(context, async (): Promise<Look<Answer>> => {
      const [task, slot] = await Promise.all([client.getTask({ taskId }), slotOf(context, taskId, worker)])
      if (!('rules' in task))
        throw new UsageError('This task asks for a proof and not for labels.', 'See `veritask work statement`.')
      if (slot === undefined)
        return due('joining', 'not joined yet', async () => (await workJoin.answer(context, joining)).text)
      const where = `slot ${slot.slot}, ${task.phase}`
      if (slot.state !== 'joined') return { line: where, done: true, result: ended(taskId, slot) }
      if (slot.wrappedAt === 0n) return waiting(task, `${where}: the requester gives the key to the items`)
      if (slot.commitment === 0n)
        return handIn({ context, flags: { ...flags, labels, out: undefined }, task, slot, directory, labels, where })
      if (task.phase === 'proving' || task.phase === 'delivering')
        return due(where, `${where}: prove what is committed`, async () => {
          return (await workProve.answer(context, { ...flags, labels: undefined, out: undefined })).text
        })
      return waiting(task, `${where}: ${waitsFor(task)}`)
    })
  },
})

const due = (state: string, line: string, run: () => Promise<string>): Look<Answer> => ({
  line,
  done: false,
  act: { state, run },
})

function waiting({ nextDeadline }: Task, line: string): Look<Answer> {
  const until = nextDeadline === null ? '' : `, until ${time(nextDeadline).replace(/ \(.*/, '')}`
  return { line: `${line}${until}`, done: false }
}

function waitsFor({ phase, kind }: Task): string {
  switch (phase) {
    case 'joining':
    case 'committing':
    case 'submitting':
      return 'others are still at it'
    case 'opening':
      return 'the requester opens the gold'
    case 'scoring':
      return 'the requester proves the scores; silence pays'
    case 'disputable':
      return 'scoring is over; who was rejected may ask for an audit (`veritask task dispute`)'
    case 'aggregating':
      return 'the majority is being proven'
    default:
      return kind === 'consensus' ? 'the round goes on' : 'anyone settles what is left (`veritask task settle`)'
  }
}

type HandIn = {
  readonly context: Context
  readonly flags: Flags
  readonly task: Task
  readonly slot: Slot
  readonly directory: string
  readonly labels: string
  readonly where: string
}

/** Fetches the items, has the sheet filled in, and fixes the labels: committed, or of hidden gold proven and submitted. */
async function handIn({ context, flags, task, slot, directory, labels, where }: HandIn): Promise<Look<Answer>> {
  const { taskId, kind } = task
  if (!['joining', 'committing', 'submitting'].includes(task.phase))
    return waiting(task, `${where}: nothing was handed in in time; ${waitsFor(task)}`)
  const fetched = await stat(labels).then(
    () => true,
    () => false,
  )
  if (!fetched)
    return due('fetch', `${where}: fetch the items`, async () => {
      return (await workLabel.answer(context, { ...flags, labels: undefined, out: directory })).text
    })
  if (await isBlank(labels)) {
    const by = task.nextDeadline === null ? '' : ` by ${time(task.nextDeadline)}`
    const fill = `Fill in ${labels}${by}; what the labels are is in ${join(directory, 'instructions.txt')}`
    if (!canAsk()) {
      const data = { taskId, slot: slot.slot, stage: 'to label', sheet: labels }
      return { line: where, done: true, result: { data, text: `${fill}. Then run the same command again.` } }
    }
    await askLine(`${fill}. Then press Enter: `)
    return { line: where, done: false, act: { state: `asked ${Date.now()}`, run: async () => 'reading the sheet' } }
  }
  const read = await readLabels(context, flags, taskId)
  const holds = contentText(await sheetContent(context, taskId, read))
  const line = `${where}: the sheet holds ${holds}`
  const committed = (await keptLabels(context, taskId, slot.worker)).length > 0
  if (!committed && flags.yes !== true && canAsk()) {
    const answer = await askLine(`The sheet holds ${holds}. Hand them in for good? [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) {
      const data = { taskId, slot: slot.slot, stage: 'to label', sheet: labels }
      return { line, done: true, result: { data, text: `Nothing was handed in. Change ${labels} and run it again.` } }
    }
  }
  const hand = kind === 'hidden-gold' ? workProve : workCommit
  return due('hand in', line, async () => (await hand.answer(context, flags)).text)
}

/** Whether nothing is filled in yet of a sheet; other files of labels never are. */
async function isBlank(labels: string): Promise<boolean> {
  if (!labels.endsWith('.csv')) return false
  const text = await readText(labels, SHEET_ADVICE)
  const given = ['item', 'file', 'task', 'worker']
  try {
    const { rows } = parseTable(text, { known: ['item'] })
    return rows.every(({ cells }) => Object.entries(cells).every(([name, cell]) => given.includes(name) || cell === ''))
  } catch (error) {
    throw inFile(error, labels, SHEET_ADVICE)
  }
}

function ended(taskId: Hex, slot: Slot): Answer {
  const { slot: number, state } = slot
  return {
    data: { taskId, slot: number, stage: state },
    text: list({ slot: number, outcome: slotStateText(slot) }),
  }
}
