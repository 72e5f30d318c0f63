import { index, onchainTable, primaryKey } from 'ponder'
import { wordsOf } from './words.js'

export const dataset = onchainTable(
  'dataset',
  (p) => ({
    id: p.hex().primaryKey(), // DatasetRegistered
    owner: p.hex().notNull(), // DatasetRegistered, DatasetTransferred
    pendingOwner: p.hex(), // DatasetTransferStarted; cleared by DatasetTransferred
    name: p.text().notNull(), // DatasetRegistered; untrusted text
    versions: p.integer().notNull(), // DatasetVersionPublished
    latestVersionId: p.hex(), // DatasetVersionPublished
    registeredAt: p.bigint().notNull(), // DatasetRegistered
    registeredTransaction: p.hex().notNull(), // DatasetRegistered
    updatedAt: p.bigint().notNull(), // every event of the dataset
    eventId: p.text().notNull(), // DatasetRegistered; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
    owner: index().on(table.owner, table.eventId),
    words: index('dataset_words').using('gin', wordsOf(table.name)),
  }),
)

/** Written once by DatasetVersionPublished and never again. */
export const datasetVersion = onchainTable(
  'dataset_version',
  (p) => ({
    id: p.hex().primaryKey(), // DatasetVersionPublished
    datasetId: p.hex().notNull(), // DatasetVersionPublished
    number: p.integer().notNull(), // DatasetVersionPublished
    root: p.bigint().notNull(), // DatasetVersionPublished
    size: p.bigint().notNull(), // DatasetVersionPublished
    schemaHash: p.hex().notNull(), // DatasetVersionPublished
    manifestDigest: p.hex().notNull(), // DatasetVersionPublished
    licence: p.text().notNull(), // DatasetVersionPublished; untrusted text
    publishedAt: p.bigint().notNull(), // DatasetVersionPublished
    publishedTransaction: p.hex().notNull(), // DatasetVersionPublished
    eventId: p.text().notNull(), // DatasetVersionPublished; sorts rows in chain order
  }),
  (table) => ({
    dataset: index().on(table.datasetId, table.number),
    manifest: index().on(table.manifestDigest, table.eventId),
    schema: index().on(table.schemaHash, table.eventId),
    root: index().on(table.root, table.eventId),
  }),
)

/** Lineage: `childId` derives from `parentId`; both are dataset version ids. Written by DatasetVersionPublished. */
export const datasetEdge = onchainTable(
  'dataset_edge',
  (p) => ({
    childId: p.hex().notNull(), // DatasetVersionPublished
    position: p.integer().notNull(), // DatasetVersionPublished; place in the event's list
    parentId: p.hex().notNull(), // DatasetVersionPublished
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.childId, table.position] }),
    parent: index().on(table.parentId),
  }),
)
