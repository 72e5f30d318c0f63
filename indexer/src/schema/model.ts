import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'
import { wordsOf } from './words.js'

export const model = onchainTable(
  'model',
  (p) => ({
    id: p.hex().primaryKey(), // ModelRegistered
    owner: p.hex().notNull(), // ModelRegistered, ModelTransferred
    pendingOwner: p.hex(), // ModelTransferStarted; cleared by ModelTransferred
    name: p.text().notNull(), // ModelRegistered; untrusted text
    versions: p.integer().notNull(), // ModelVersionPublished
    latestVersionId: p.hex(), // ModelVersionPublished
    registeredAt: p.bigint().notNull(), // ModelRegistered
    registeredTransaction: p.hex().notNull(), // ModelRegistered
    updatedAt: p.bigint().notNull(), // every event of the model
    eventId: p.text().notNull(), // ModelRegistered; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
    owner: index().on(table.owner, table.eventId),
    words: index('model_words').using('gin', wordsOf(table.name)),
  }),
)

/** Written once by ModelVersionPublished and never again. */
export const modelVersion = onchainTable(
  'model_version',
  (p) => ({
    id: p.hex().primaryKey(), // ModelVersionPublished
    modelId: p.hex().notNull(), // ModelVersionPublished
    number: p.integer().notNull(), // ModelVersionPublished
    weightsCommitment: p.bigint().notNull(), // ModelVersionPublished
    architectureHash: p.hex().notNull(), // ModelVersionPublished
    manifestDigest: p.hex().notNull(), // ModelVersionPublished
    licence: p.text().notNull(), // ModelVersionPublished; untrusted text
    publishedAt: p.bigint().notNull(), // ModelVersionPublished
    publishedTransaction: p.hex().notNull(), // ModelVersionPublished
    eventId: p.text().notNull(), // ModelVersionPublished; sorts rows in chain order
  }),
  (table) => ({
    model: index().on(table.modelId, table.number),
    manifest: index().on(table.manifestDigest, table.eventId),
    architecture: index().on(table.architectureHash, table.eventId),
    weights: index().on(table.weightsCommitment, table.eventId),
  }),
)

/** What a model version links to: a parent model version, a training dataset version or a verifier key. */
export const modelEdgeKind = onchainEnum('model_edge_kind', ['parent', 'dataset', 'key'])

/** Lineage of a model version. Written by ModelVersionPublished. */
export const modelEdge = onchainTable(
  'model_edge',
  (p) => ({
    versionId: p.hex().notNull(), // ModelVersionPublished
    kind: modelEdgeKind('kind').notNull(), // ModelVersionPublished; which of the event's lists
    position: p.integer().notNull(), // ModelVersionPublished; place in that list
    targetId: p.hex().notNull(), // ModelVersionPublished
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.versionId, table.kind, table.position] }),
    target: index().on(table.targetId, table.kind),
  }),
)
