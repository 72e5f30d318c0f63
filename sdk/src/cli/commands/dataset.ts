import { sha256, toHex } from 'viem'
import { buildTree, digestOfCid, randomSalt, recordCommitment } from '../../core.js'
import { command, idOf, requiredText, textOf } from '../command.js'
import { readText } from '../context.js'
import { list, table, withProgress } from '../output.js'
import { readRecords } from '../records.js'

/** What the owner of a dataset keeps: with the records, it proves which record stands where. */
export type DatasetSecrets = {
  readonly version: 1
  readonly versionId: string
  readonly salts: readonly string[]
}

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

    const salts = records.map(() => randomSalt())
    const tree = await withProgress('Committing records', context.json, async (report) => {
      const leaves = records.map(({ bytes }, index) => {
        report(index / records.length)
        return recordCommitment({ salt: salts[index]!, bytes })
      })
      return buildTree(leaves)
    })
    const schemaHash = sha256(toHex(schema))
    const root = toHex(tree.root, { size: 32 })
    const manifest = { version: 1, name, licence, root, size: tree.size, schemaHash, schema }
    const manifestCid = await context.store().put(new TextEncoder().encode(JSON.stringify(manifest)))
    const { hash, datasetId, versionId } = await client.registerDataset({
      name,
      version: { root: tree.root, size: tree.size, schemaHash, manifestDigest: digestOfCid(manifestCid), licence },
    })
    const secrets: DatasetSecrets = { version: 1, versionId, salts: salts.map(String) }
    await context.vault().put(datasetName(versionId), secrets)
    const data = { datasetId, versionId, root, size: tree.size, manifestCid, hash }
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
