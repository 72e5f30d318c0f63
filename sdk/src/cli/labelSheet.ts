import { stat } from 'node:fs/promises'
import { type Hex, isAddressEqual } from 'viem'
import type { Slot, Task } from '../actions/index.js'
import { BaseError, type Label, type Rules } from '../core.js'
import { type LabelFileFormat, labelFileFormats, parseLabelFile } from '../labels-io/index.js'
import { formatTable, parseTable, type Table } from '../text/index.js'
import { type Flags, requiredText, textOf } from './command.js'
import { type ConsensusTask, readSeed } from './commands/taskStanding.js'
import { type Context, inFile, readText } from './context.js'
import { type Drawing, InputFileError, NotDrawnError, UsageError, VaultLockedError } from './errors.js'
import { warn } from './goldText.js'
import { workerSecrets } from './kept.js'
import { time } from './output.js'
import { extensionOf } from './records.js'

export const labelArgs = {
  labels: { type: 'string', valueHint: 'FILE', description: 'Labels as CSV, JSONL, JSON, Label Studio JSON or COCO' },
  format: { type: 'string', valueHint: labelFileFormats.join('|'), description: 'Default: told from the file' },
  'round-boxes': { type: 'boolean', description: 'Move edges of boxes that lie between pixels to the nearest' },
} as const

/** Whose a sheet is. */
export type SheetOwner = { readonly taskId: Hex; readonly worker: Hex }

/** One line per item, each of which says whose it is; the file column is for people. */
export function labelSheet(
  rules: Rules,
  items: readonly { readonly item: number; readonly file: string }[],
  { taskId, worker }: SheetOwner,
): string {
  const columns = rules.kind === 'box' ? ['class', 'x', 'y', 'w', 'h'] : ['label']
  const rows = items.map(({ item, file }) => [item, ...columns.map(() => ''), file, taskId, worker])
  return formatTable(['item', ...columns, 'file', 'task', 'worker'], rows)
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
  if (format !== undefined && !isFormat(format))
    throw new UsageError(`--format must be one of ${labelFileFormats.join(', ')}.`)
  const worker = await context.address()
  const task = await (await context.reader()).getTask({ taskId })
  if (!('rules' in task))
    throw new UsageError('This task asks for a proof and not for labels.', 'See `veritask task show`.')
  const { rules } = task
  const text = await readText(file, 'Fill in the sheet that `veritask work label` wrote.')
  const { classes, files } = await assignedWords(context, taskId, worker)
  const own = await slotOf(context, taskId, worker)
  // Without a slot the action says so.
  const assigned = own && (await assignedItems(context, task, own.slot))
  const roundBoxes = flags['round-boxes'] === true
  return parseLabelFile({ text, format, rules, classes, files, task: taskId, worker, roundBoxes, assigned })
}

const isFormat = (format: string): format is LabelFileFormat => (labelFileFormats as readonly string[]).includes(format)

/** Names of the classes and of the items' files, which are in the encrypted payload. What cannot be had is undefined, and it is said why. */
async function assignedWords(context: Context, taskId: Hex, worker: Hex) {
  try {
    const secrets = await workerSecrets(context, taskId, worker)
    const client = await context.reader()
    const { classes, items } = await client.fetchAssignment({ taskId, secrets, store: context.contents() })
    return { classes, files: items.map(({ mediaType }, item) => itemFile(item, mediaType)) }
  } catch (error) {
    // A wrong passphrase is no reason to go on.
    if (!(error instanceof BaseError) || error instanceof VaultLockedError) throw error
    warn(`the class names of this task could not be loaded: ${error.shortMessage}`)
    return { classes: undefined, files: undefined }
  }
}

/** Path of an item's file in the folder that `work label` writes. */
export function itemFile(item: number, mediaType: string): string {
  return `items/${String(item).padStart(4, '0')}${extensionOf(mediaType)}`
}

/**
 * Checks that what is in a folder already is the sheet of this task and worker, which is being filled in; false when there is none.
 *
 * @throws {InputFileError} when it is another's.
 */
export async function hasOwnSheet(sheet: string, { taskId, worker }: SheetOwner): Promise<boolean> {
  if ((await stat(sheet).catch(() => undefined)) === undefined) return false
  const advice = 'Give another folder: --out DIR. Or move the sheet away.'
  const text = await readText(sheet, advice)
  const refuse = (reason: string): never => {
    throw new InputFileError({ file: sheet, reason, advice })
  }
  let table: Table
  try {
    table = parseTable(text, { known: ['item'] })
  } catch (error) {
    throw inFile(error, sheet, advice)
  }
  for (const { cells } of table.rows) {
    const { task, worker: by } = cells
    if (!task) refuse('is a sheet that does not say whose it is')
    if (task!.toLowerCase() !== taskId.toLowerCase()) refuse(`is the sheet of task ${task!.slice(0, ID_LENGTH)}`)
    if (by && by.toLowerCase() !== worker.toLowerCase()) refuse(`is the sheet of worker ${by.slice(0, ID_LENGTH)}`)
  }
  return true
}

const ID_LENGTH = 66
