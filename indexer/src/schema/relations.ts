import { relations } from 'ponder'
import { account, credit } from './account.js'
import { dataset, datasetVersion } from './dataset.js'
import { model, modelEdge, modelVersion } from './model.js'
import { receipt } from './receipt.js'
import { slot } from './slot.js'
import { gold, task, terms } from './task.js'

// Links the GraphQL API follows. Each nested list costs rows: see api/graphql.ts for the bound.

export const taskRelations = relations(task, ({ one, many }) => ({
  terms: one(terms, { fields: [task.id], references: [terms.taskId] }),
  gold: one(gold, { fields: [task.id], references: [gold.taskId] }),
  datasetVersion: one(datasetVersion, {
    fields: [task.datasetVersionId],
    references: [datasetVersion.id],
  }),
  taken: many(slot),
}))

export const slotRelations = relations(slot, ({ one, many }) => ({
  task: one(task, { fields: [slot.taskId], references: [task.id] }),
  receipts: many(receipt),
}))

export const receiptRelations = relations(receipt, ({ one }) => ({
  slotRow: one(slot, {
    fields: [receipt.taskId, receipt.slot],
    references: [slot.taskId, slot.number],
  }),
}))

export const datasetRelations = relations(dataset, ({ many }) => ({ published: many(datasetVersion) }))

export const datasetVersionRelations = relations(datasetVersion, ({ one }) => ({
  dataset: one(dataset, { fields: [datasetVersion.datasetId], references: [dataset.id] }),
}))

export const modelRelations = relations(model, ({ many }) => ({ published: many(modelVersion) }))

export const modelVersionRelations = relations(modelVersion, ({ one, many }) => ({
  model: one(model, { fields: [modelVersion.modelId], references: [model.id] }),
  edges: many(modelEdge),
}))

export const modelEdgeRelations = relations(modelEdge, ({ one }) => ({
  version: one(modelVersion, { fields: [modelEdge.versionId], references: [modelVersion.id] }),
}))

export const accountRelations = relations(account, ({ many }) => ({ credits: many(credit) }))

export const creditRelations = relations(credit, ({ one }) => ({
  owner: one(account, { fields: [credit.account], references: [account.address] }),
}))
