import { bytesToHex, concatHex, type Hex, sha256, toHex } from 'viem'
import { buildTree, digestOfCid, randomBytes, randomSalt, recordCommitment, toField } from '../../core.js'
import { formatTable } from '../../text/index.js'
import { mapBounded } from '../bounded.js'
import { addressOf, command, idOf, requiredText, textOf } from '../command.js'
import { type Context, readText } from '../context.js'
import { InputFileError, NotKeptError, UsageError } from '../errors.js'
import { assertLicence } from '../licence.js'
import { list, table, withProgress } from '../output.js'
import { openRecords } from '../records.js'
import { writeNew } from '../written.js'

/** What the owner of a dataset keeps: with the records, it proves which record stands where. */
export type DatasetSecrets = {
  readonly version: 1
  readonly versionId: string
  readonly salts: readonly string[]
  /** Name of each record's file, by index: which record stands where. */
  readonly files: readonly string[]
  /** SHA-256 of each record. */
  readonly digests: readonly Hex[]
}

/** Kept before anything is sent, so that an interrupted registration is finished and not repeated. */
type PendingDataset = { readonly version: 1; readonly salt: Hex; readonly salts: readonly string[] }

const datasetName = (versionId: string) => `dataset-${versionId}`

/** What was kept of a dataset version; undefined when it was registered from elsewhere. */
export function findDataset(context: Context, versionId: string): Promise<DatasetSecrets | undefined> {
  return context.vault().find<DatasetSecrets>(datasetName(versionId))
}

/** @throws {NotKeptError} when it was registered from elsewhere. */
export async function keptDataset(context: Context, versionId: string): Promise<DatasetSecrets> {
  const kept = await findDataset(context, versionId)
  if (kept?.files && kept.digests) return kept
  const what = kept ? 'file names' : 'secrets'
  throw new NotKeptError({ what: `${what} of dataset version ${versionId}`, directory: context.vault().directory })
}

export const datasetCreate = command({
  name: 'create',
  description: 'Register a dataset from a folder of files, or a JSONL, JSON, CSV or COCO file',
  args: {
    records: {
      type: 'positional',
      required: true,
      description: 'Folder with one file per record, .jsonl, .json or .csv with one record each, or a COCO file',
    },
    name: { type: 'string', description: 'Display name, 1 to 128 bytes' },
    licence: { type: 'string', description: 'SPDX licence expression, for example CC-BY-4.0' },
    schema: { type: 'string', valueHint: 'FILE', description: 'Document that says what a record is (default: none)' },
  },
  run: async (context, flags) => {
    const schemaFile = textOf(flags, 'schema')
    const registered = await registerRecords(context, {
      path: requiredText(flags, 'records'),
      name: requiredText(flags, 'name'),
      licence: requiredText(flags, 'licence'),
      schema: schemaFile ? await readText(schemaFile, 'Give the schema document: --schema FILE.') : '',
    })
    const { files, leftOut, ...data } = registered
    const lines = list({ ...data, taken: data.size, 'left out': leftOut.length })
    const left =
      leftOut.length === 0
        ? ''
        : `\n\n${table(
            ['left out', ''],
            leftOut.map(({ name, reason }) => [name, reason]),
          )}`
    return { data: registered, text: `${lines}\n\n${recordTable(files, data.versionId)}${left}` }
  },
})

/** What a dataset is registered from. */
export type DatasetSource = {
  /** A folder or a file of records. */
  readonly path: string
  readonly name: string
  readonly licence: string
  /** The schema's text; empty for none. */
  readonly schema: string
}

/** Registers records as a dataset of one version; the same records under the same name are found and not registered twice. */
export async function registerRecords(context: Context, { path, name, licence, schema }: DatasetSource) {
  assertLicence(licence)
  const { records, leftOut } = await openRecords(path)
  const client = await context.signer()

  const schemaHash = sha256(toHex(schema))
  const { chainId, contracts } = await context.deployment()
  const input = [chainId, contracts.datasetRegistry.toLowerCase(), name, licence, schemaHash]
  const digests = await withProgress('Reading records', context.json, (report) =>
    mapBounded(records, async (record, index) => {
      report(index / records.length)
      return sha256(await record.read())
    }),
  )
  const files = records.map((record) => record.name)
  const pendingName = `pending-dataset-${await context.address()}-${sha256(concatHex([toHex(JSON.stringify(input)), ...digests]))}`
  const pending: PendingDataset = (await context.vault().find<PendingDataset>(pendingName)) ?? {
    version: 1,
    salt: bytesToHex(randomBytes(32)),
    salts: records.map(() => String(randomSalt())),
  }
  const salts = pending.salts.map((salt) => toField(salt, 'A kept record salt'))
  const tree = await withProgress('Committing records', context.json, async (report) => {
    const leaves = await mapBounded(records, async (record, index) => {
      report(index / records.length)
      const bytes = await record.read()
      if (sha256(bytes) !== digests[index])
        throw new InputFileError({
          file: record.name,
          reason: 'was changed while it was read',
          advice: 'Run the command again.',
        })
      return recordCommitment({ salt: salts[index]!, bytes })
    })
    return buildTree(leaves)
  })
  const root = toHex(tree.root, { size: 32 })
  const manifest = { version: 1, name, licence, root, size: tree.size, schemaHash, schema }
  const manifestCid = await context.store().put(new TextEncoder().encode(JSON.stringify(manifest)))
  await context.vault().put(pendingName, pending)
  const { hash, datasetId, versionId, found } = await client.registerDataset({
    name,
    salt: pending.salt,
    version: { root: tree.root, size: tree.size, schemaHash, manifestDigest: digestOfCid(manifestCid), licence },
  })
  const secrets: DatasetSecrets = { version: 1, versionId, salts: pending.salts, files, digests }
  await context.vault().put(datasetName(versionId), secrets)
  return { datasetId, versionId, root, size: tree.size, manifestCid, hash, found, files, leftOut }
}

/** Rows of a table on the screen; more are in the file that `dataset records --out` writes. */
const ROWS_SHOWN = 50

function recordTable(files: readonly string[], versionId: string): string {
  const rows = files.slice(0, ROWS_SHOWN).map((file, index) => [index, file])
  const more = files.length - rows.length
  const hint = more > 0 ? `\n… and ${more} more: veritask dataset records ${versionId} --out FILE` : ''
  return `${table(['record', 'file'], rows)}${hint}`
}

export const datasetRecords = command({
  name: 'records',
  description: 'Which file is which record of a dataset version that was registered from here',
  args: {
    id: { type: 'positional', required: true, description: 'Version id' },
    out: { type: 'string', valueHint: 'FILE', description: 'Write the table as CSV there' },
  },
  run: async (context, flags) => {
    const versionId = idOf(flags)
    const { files, digests } = await keptDataset(context, versionId)
    const out = textOf(flags, 'out')
    const rows = files.map((file, index) => [index, file, digests[index]!] as const)
    if (out) await writeNew(out, formatTable(['record', 'file', 'sha256'], rows))
    const data = { versionId, files, digests, ...(out ? { file: out } : {}) }
    return { data, text: out ? list({ records: files.length, written: out }) : recordTable(files, versionId) }
  },
})

export const datasetShow = command({
  name: 'show',
  description: 'Show a dataset and its versions',
  args: { id: { type: 'positional', required: true, description: 'Dataset id' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const data = await client.getDataset({ datasetId: idOf(flags) })
    const rows = data.versions.map(({ number, versionId, size, licence }) => [number, versionId, size, licence])
    const head = list({ dataset: data.datasetId, name: data.name, owner: data.owner })
    return { data, text: `${head}\n\n${table(['no', 'version', 'records', 'licence'], rows)}` }
  },
})

export const datasetOffer = command({
  name: 'offer',
  description: 'Offer a dataset to another account, which owns it once it accepts',
  args: {
    id: { type: 'positional', required: true, description: 'Dataset id' },
    to: { type: 'string', valueHint: 'ADDRESS', description: 'Who may accept it' },
  },
  run: async (context, flags) => {
    const to = addressOf(flags, 'to')
    if (!to) throw new UsageError('Say who may accept the dataset: --to ADDRESS.')
    const client = await context.signer()
    const { hash, found } = await client.offerDataset({ datasetId: idOf(flags), to })
    const data = { datasetId: idOf(flags), offeredTo: to, hash, found }
    return { data, text: list(data) }
  },
})

export const datasetAccept = command({
  name: 'accept',
  description: 'Accept a dataset offered to this account, such as the result of a consensus',
  args: { id: { type: 'positional', required: true, description: 'Dataset id' } },
  run: async (context, flags) => {
    const client = await context.signer()
    const { hash, previous, found } = await client.acceptDataset({ datasetId: idOf(flags) })
    const data = { datasetId: idOf(flags), owner: await context.address(), previous, hash, found }
    return { data, text: list(data) }
  },
})
