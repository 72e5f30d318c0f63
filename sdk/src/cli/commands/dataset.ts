import { bytesToHex, concatHex, type Hex, sha256, toHex } from 'viem'
import { buildTree, digestOfCid, randomBytes, randomSalt, recordCommitment, toField } from '../../core.js'
import { addressOf, command, idOf, requiredText, textOf } from '../command.js'
import { readText } from '../context.js'
import { UsageError } from '../errors.js'
import { list, table, withProgress } from '../output.js'
import { readRecords } from '../records.js'

/** What the owner of a dataset keeps: with the records, it proves which record stands where. */
export type DatasetSecrets = {
  readonly version: 1
  readonly versionId: string
  readonly salts: readonly string[]
}

/** Kept before anything is sent, so that an interrupted registration is finished and not repeated. */
type PendingDataset = { readonly version: 1; readonly salt: Hex; readonly salts: readonly string[] }

export const datasetName = (versionId: string) => `dataset-${versionId}`

export const datasetCreate = command({
  name: 'create',
  description: 'Register a dataset from a folder of files or a JSONL file',
  args: {
    records: { type: 'positional', required: true, description: 'Folder with one file per record, or a .jsonl file' },
    name: { type: 'string', description: 'Display name, 1 to 128 bytes' },
    licence: { type: 'string', description: 'SPDX licence expression, for example CC-BY-4.0' },
    schema: { type: 'string', valueHint: 'FILE', description: 'Document that says what a record is (default: none)' },
  },
  run: async (context, flags) => {
    const name = requiredText(flags, 'name')
    const licence = requiredText(flags, 'licence')
    const records = await readRecords(requiredText(flags, 'records'))
    const schemaFile = textOf(flags, 'schema')
    const schema = schemaFile ? await readText(schemaFile, 'Give the schema document: --schema FILE.') : ''
    const client = await context.signer()

    const schemaHash = sha256(toHex(schema))
    const { chainId, contracts } = await context.deployment()
    const input = [chainId, contracts.datasetRegistry.toLowerCase(), name, licence, schemaHash]
    const digests = records.map(({ bytes }) => sha256(bytes))
    const pendingName = `pending-dataset-${await context.address()}-${sha256(concatHex([toHex(JSON.stringify(input)), ...digests]))}`
    const pending: PendingDataset = (await context.vault().find<PendingDataset>(pendingName)) ?? {
      version: 1,
      salt: bytesToHex(randomBytes(32)),
      salts: records.map(() => String(randomSalt())),
    }
    const salts = pending.salts.map((salt) => toField(salt, 'A kept record salt'))
    const tree = await withProgress('Committing records', context.json, async (report) => {
      const leaves = records.map(({ bytes }, index) => {
        report(index / records.length)
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
    const secrets: DatasetSecrets = { version: 1, versionId, salts: pending.salts }
    await context.vault().put(datasetName(versionId), secrets)
    const data = { datasetId, versionId, root, size: tree.size, manifestCid, hash, found }
    return { data, text: list(data) }
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
