import { buildTree, type PayloadItem, recordCommitment, toField } from '../core.js'
import { type DatasetSecrets, datasetName } from './commands/dataset.js'
import type { Context } from './context.js'
import { InputFileError } from './errors.js'
import { readRecords } from './records.js'

/**
 * The records that a task is about, each with the proof that it belongs to the dataset version.
 *
 * @throws {InputFileError} when they are not those the version was registered with.
 */
export async function readPayloadItems(
  context: Context,
  task: { readonly datasetVersionId: string; readonly records: string; readonly items: readonly number[] | undefined },
  file: string,
): Promise<PayloadItem[]> {
  const { datasetVersionId } = task
  const kept = await context
    .vault()
    .get<DatasetSecrets>(datasetName(datasetVersionId), `secrets of dataset version ${datasetVersionId}`)
  const records = await readRecords(task.records)
  if (records.length !== kept.salts.length)
    throw new InputFileError({
      file: task.records,
      reason: `holds ${records.length} records, and the dataset version has ${kept.salts.length}`,
      advice: 'Give the very records the dataset version was registered with.',
    })
  const salts = kept.salts.map((salt) => toField(salt, 'A kept record salt'))
  const tree = buildTree(records.map(({ bytes }, index) => recordCommitment({ salt: salts[index]!, bytes })))
  const chosen = task.items ?? records.map((_, index) => index)
  return chosen.map((index) => {
    const record = records[index]
    if (!record)
      throw new InputFileError({
        file,
        reason: `"items" names record ${index}`,
        advice: `There are ${records.length}.`,
      })
    const { mediaType, bytes } = record
    return { index, mediaType, bytes, recordSalt: salts[index]!, path: tree.path(index) }
  })
}
