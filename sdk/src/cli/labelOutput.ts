import { extname } from 'node:path'
import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { RequesterSecrets } from '../actions/index.js'
import { bytesFromHex } from '../actions/internal/secrets.js'
import { BaseError, openPayload, type Rules } from '../core.js'
import { datasetRegistryAbi } from '../generated/abis.js'
import { formatLabelFile, type LabelFileFormat, type LabelRow, labelFileFormats } from '../labels-io/index.js'
import { type Flags, textOf } from './command.js'
import { findDataset } from './commands/dataset.js'
import type { Context } from './context.js'
import { ClassNamesUnavailableError, UsageError } from './errors.js'
import { writeNew } from './written.js'

/** Labels as `--out` writes them, in the formats that labels are read in. */
export const labelOutArgs = {
  out: { type: 'string', valueHint: 'FILE', description: 'Write the labels there' },
  format: {
    type: 'string',
    valueHint: labelFileFormats.join('|'),
    description: 'Of --out; default: by its name (.csv, .jsonl, .json), else CSV',
  },
} as const

/** What a name says of its file's format: the first is the default. */
const NAMED: Readonly<Record<string, readonly LabelFileFormat[]>> = {
  '.csv': ['csv'],
  '.jsonl': ['jsonl'],
  '.json': ['json', 'label-studio', 'coco'],
}

/** The format that `--out` and `--format` say; told before anything is sent. */
export function formatOf(flags: Flags, rules?: Rules): LabelFileFormat {
  const out = textOf(flags, 'out')
  const given = textOf(flags, 'format')
  const format = labelFileFormats.find((known) => known === given)
  if (given !== undefined && format === undefined)
    throw new UsageError(`--format must be one of ${labelFileFormats.join(', ')}.`)
  const named = out === undefined ? undefined : NAMED[extname(out).toLowerCase()]
  if (format && named && !named.includes(format))
    throw new UsageError(
      `A file named ${extname(out!)} is not ${format}.`,
      'Give --out another name, or leave --format out.',
    )
  const chosen = format ?? named?.[0] ?? 'csv'
  if (chosen === 'coco' && rules && rules.kind !== 'box')
    throw new UsageError('COCO has boxes, and this task asks for classes.', 'Write csv, jsonl, json or label-studio.')
  return chosen
}

/** What a task's labels are called by. */
export type TaskWords = {
  /** Names of the classes, in label order. */
  readonly classes: readonly string[]
  /** Index of each item's record in the dataset version. */
  readonly records: readonly number[]
  /** Name of each item's file, where this state directory registered the dataset. */
  readonly files: readonly (string | undefined)[]
}

/**
 * Class names and record ids are in the payload, which its requester can open.
 *
 * @throws {ClassNamesUnavailableError}
 */
export async function taskWords(context: Context, secrets: RequesterSecrets): Promise<TaskWords> {
  const client = await context.reader()
  const { chainId, contracts } = await context.deployment()
  const { taskRegistry, datasetRegistry } = contracts
  const { taskId, contentKey } = secrets
  const { datasetVersionId } = await client.getTask({ taskId })
  try {
    const contract = { address: datasetRegistry, abi: datasetRegistryAbi } as const
    const root = await readContract(client, { ...contract, functionName: 'rootOf', args: [datasetVersionId] })
    const sealed = await context.contents().get(secrets.payloadCid)
    const key = bytesFromHex(contentKey, 'contentKey')
    const { classes, items } = await openPayload({ chainId, taskRegistry, taskId, contentKey: key, sealed, root })
    const kept = await findDataset(context, datasetVersionId)
    return {
      classes,
      records: items.map(({ index }) => index),
      files: items.map(({ index }) => kept?.files?.[index]),
    }
  } catch (cause) {
    throw new ClassNamesUnavailableError({ taskId, cause })
  }
}

/** Class names to show beside numbers: without them the numbers say it, and why is said too. */
export function shownWords(found: TaskWords | ClassNamesUnavailableError): {
  readonly classes: readonly string[]
  readonly note: string | undefined
} {
  if (!(found instanceof BaseError)) return { classes: found.classes, note: undefined }
  return { classes: [], note: found.shortMessage }
}

/** The words of a task, or why they cannot be had. */
export function tryTaskWords(context: Context, secrets: RequesterSecrets) {
  return taskWords(context, secrets).catch((error: unknown) => {
    if (error instanceof ClassNamesUnavailableError) return error
    throw error
  })
}

/** Writes labels to `--out` as every reader here reads them back; nothing when there are none. Whether it did. */
export async function writeLabels(
  flags: Flags,
  table: { readonly taskId: Hex; readonly rules: Rules; readonly words: TaskWords | ClassNamesUnavailableError },
  rows: readonly Pick<LabelRow, 'item' | 'label' | 'slot' | 'worker'>[],
): Promise<boolean> {
  const { taskId, rules, words } = table
  const out = textOf(flags, 'out')
  if (!out || rows.length === 0) return false
  // Numbers would be read as names, or as other classes.
  if (words instanceof BaseError) throw words
  const { classes, records, files } = words
  const named = rows.map((row) => ({ ...row, record: records[row.item], file: files[row.item], task: taskId }))
  await writeNew(out, formatLabelFile({ rules, classes, rows: named, format: formatOf(flags, rules) }))
  return true
}
