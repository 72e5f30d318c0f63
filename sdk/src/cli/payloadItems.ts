import { sha256 } from 'viem'
import { buildTree, type PayloadItem, recordCommitment, toField } from '../core.js'
import { mapBounded } from './bounded.js'
import { keptDataset } from './commands/dataset.js'
import type { Context } from './context.js'
import { InputFileError } from './errors.js'
import { openRecords } from './records.js'

const ADVICE = 'Give the very records the dataset version was registered with.'

/**
 * The records that a task is about, each with the proof that it belongs to the dataset version, and the names of their files.
 *
 * @throws {InputFileError} when they are not those the version was registered with.
 */
export async function readPayloadItems(
  context: Context,
  task: { readonly datasetVersionId: string; readonly records: string; readonly items: readonly number[] | undefined },
  file: string,
): Promise<{ readonly items: readonly PayloadItem[]; readonly files: readonly string[] }> {
  const { datasetVersionId } = task
  const kept = await keptDataset(context, datasetVersionId)
  const { records } = await openRecords(task.records)
  const differ = (reason: string): never => {
    throw new InputFileError({ file: task.records, reason, advice: ADVICE })
  }
  // By name: a file that came or went does not make the others stand elsewhere.
  const byName = new Map(records.map((record) => [record.name, record]))
  const added = records.find(({ name }) => !kept.files.includes(name))
  if (added) differ(`holds ${added.name}, which the dataset version does not have`)
  const chosen = task.items ?? kept.files.map((_, index) => index)
  const outside = chosen.find((index) => index >= kept.files.length)
  if (outside !== undefined)
    throw new InputFileError({
      file,
      reason: `"items" names record ${outside}`,
      advice: `There are ${kept.files.length}, from 0 to ${kept.files.length - 1}.`,
    })
  const wanted = new Set(chosen)
  const salts = kept.salts.map((salt) => toField(salt, 'A kept record salt'))
  const read = await mapBounded(kept.files, async (name, index) => {
    const record = byName.get(name) ?? differ(`lacks ${name}, record ${index} of the dataset version`)
    const bytes = await record.read()
    if (sha256(bytes) !== kept.digests[index])
      differ(`${name}, record ${index} of the dataset version, was changed since it was registered`)
    const { mediaType } = record
    const leaf = recordCommitment({ salt: salts[index]!, bytes })
    return { leaf, mediaType, bytes: wanted.has(index) ? bytes : undefined }
  })
  const tree = buildTree(read.map(({ leaf }) => leaf))
  return {
    items: chosen.map((index) => {
      const { mediaType, bytes } = read[index]!
      return { index, mediaType, bytes: bytes!, recordSalt: salts[index]!, path: tree.path(index) }
    }),
    files: chosen.map((index) => kept.files[index]!),
  }
}
