import { type Hex, isAddressEqual } from 'viem'
import type { Slot, Task, WorkerSecrets } from '../actions/index.js'
import type { Label, Rules } from '../core.js'
import { type LabelFileFormat, parseLabelFile } from '../labels-io/index.js'
import { type Flags, requiredText, textOf } from './command.js'
import { type ConsensusTask, readSeed } from './commands/taskStanding.js'
import { type Context, readText } from './context.js'
import { type Drawing, NotDrawnError, UsageError } from './errors.js'
import { workerName } from './kept.js'
import { time } from './output.js'

export const labelArgs = {
  labels: { type: 'string', valueHint: 'FILE', description: 'Labels as CSV, JSONL or Label Studio JSON' },
  format: { type: 'string', valueHint: 'csv|jsonl|label-studio', description: 'Default: told from the file' },
} as const

/** One line per item; the file column is for people and is ignored when the sheet is read. */
export function labelSheet(rules: Rules, items: readonly { readonly item: number; readonly file: string }[]): string {
  const columns = rules.kind === 'box' ? 'class,x,y,w,h' : 'label'
  const blanks = rules.kind === 'box' ? ',,,,' : ''
  return [`item,${columns},file`, ...items.map(({ item, file }) => `${item},${blanks},${file}`), ''].join('\n')
}

/** The slot of an account, or undefined. */
export async function slotOf(context: Context, taskId: Hex, worker: Hex): Promise<Slot | undefined> {
  const slots = await (await context.reader()).getSlots({ taskId })
  return slots.find((slot) => isAddressEqual(slot.worker, worker))
}

/**
 * The items that count for a slot; undefined when all do.
 *
 * @throws {NotDrawnError} while nobody can know them.
 */
export async function assignedItems(
  context: Context,
  task: Task,
  slot: number,
): Promise<readonly number[] | undefined> {
  if (task.kind !== 'consensus' || task.terms.assignmentShift === 0) return undefined
  const { taskId, rules } = task
  const items = await (await context.reader()).getAssignedItems({ taskId, slot })
  if (items === undefined) throw new NotDrawnError({ taskId, slot, drawing: await drawingOf(context, task, slot) })
  return items.filter((item) => item < rules.itemCount)
}

/** What the items of a slot are waiting for. */
async function drawingOf(context: Context, task: ConsensusTask, slot: number): Promise<Drawing> {
  const { phase, progress, nextDeadline } = task
  if (slot >= progress.firstSlot && nextDeadline !== null) {
    if (phase === 'joining') return { stands: 'joining', until: time(nextDeadline) }
    if (phase === 'drawing') {
      const seed = await readSeed(await context.reader(), task)
      return { stands: seed?.beaconDrawn ? 'seed' : 'beacon', until: time(nextDeadline) }
    }
  }
  return { stands: 'over' }
}

/** The labels of `--labels`, one per item of the task. */
export async function readLabels(context: Context, flags: Flags, taskId: Hex): Promise<Label[]> {
  const file = requiredText(flags, 'labels')
  const format = textOf(flags, 'format')
  if (format !== undefined && !['csv', 'jsonl', 'label-studio'].includes(format))
    throw new UsageError('--format must be csv, jsonl or label-studio.')
  const worker = await context.address()
  const task = await (await context.reader()).getTask({ taskId })
  if (!('rules' in task))
    throw new UsageError('This task asks for a proof and not for labels.', 'See `veritask task show`.')
  const { rules } = task
  const text = await readText(file, 'Fill in the sheet that `veritask work label` wrote.')
  const classes = await assignedClasses(context, taskId, worker)
  const own = await slotOf(context, taskId, worker)
  // Without a slot the action says so.
  const assigned = own && (await assignedItems(context, task, own.slot))
  return parseLabelFile({ text, format: format as LabelFileFormat | undefined, rules, classes, assigned })
}

/** Class names are in the encrypted payload; without it labels are numbers. */
async function assignedClasses(context: Context, taskId: Hex, worker: Hex): Promise<readonly string[]> {
  const secrets = await context.vault().find<WorkerSecrets>(workerName(taskId, worker))
  if (!secrets) return []
  const client = await context.reader()
  return client.fetchAssignment({ taskId, secrets, store: context.contents() }).then(
    ({ classes }) => classes,
    () => [],
  )
}
