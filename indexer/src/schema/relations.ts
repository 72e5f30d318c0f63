import { relations } from 'ponder'
import { account, credit } from './account.js'
import { consensus, consensusRound } from './consensus.js'
import { dataset, datasetVersion } from './dataset.js'
import { dispute, goldAudit, goldAuditAnswer } from './dispute.js'
import { gateTerms } from './gate.js'
import { operation, operationCall, proposal, vote } from './governance.js'
import { model, modelEdge, modelVersion } from './model.js'
import { receipt } from './receipt.js'
import { slot } from './slot.js'
import { stake, taskStake } from './stake.js'
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
  gateTerms: one(gateTerms, { fields: [task.id], references: [gateTerms.taskId] }),
  goldAudits: many(goldAudit),
  consensus: one(consensus, { fields: [task.id], references: [consensus.taskId] }),
  rounds: many(consensusRound),
  disputes: many(dispute),
  stakes: many(taskStake),
}))

export const consensusRoundRelations = relations(consensusRound, ({ one }) => ({
  task: one(task, { fields: [consensusRound.taskId], references: [task.id] }),
}))

export const disputeRelations = relations(dispute, ({ one }) => ({
  task: one(task, { fields: [dispute.taskId], references: [task.id] }),
}))

export const goldAuditRelations = relations(goldAudit, ({ one, many }) => ({
  task: one(task, { fields: [goldAudit.taskId], references: [task.id] }),
  answers: many(goldAuditAnswer),
}))

export const goldAuditAnswerRelations = relations(goldAuditAnswer, ({ one }) => ({
  audit: one(goldAudit, {
    fields: [goldAuditAnswer.taskId, goldAuditAnswer.slot],
    references: [goldAudit.taskId, goldAudit.slot],
  }),
}))

export const taskStakeRelations = relations(taskStake, ({ one }) => ({
  task: one(task, { fields: [taskStake.taskId], references: [task.id] }),
}))

export const proposalRelations = relations(proposal, ({ one, many }) => ({
  votes: many(vote),
  operation: one(operation, { fields: [proposal.operationHash], references: [operation.id] }),
}))

export const voteRelations = relations(vote, ({ one }) => ({
  proposal: one(proposal, { fields: [vote.proposalId], references: [proposal.id] }),
}))

export const operationRelations = relations(operation, ({ many }) => ({ calls: many(operationCall) }))

export const operationCallRelations = relations(operationCall, ({ one }) => ({
  operation: one(operation, { fields: [operationCall.operationHash], references: [operation.id] }),
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

export const accountRelations = relations(account, ({ many }) => ({ credits: many(credit), stakes: many(stake) }))

export const stakeRelations = relations(stake, ({ one }) => ({
  owner: one(account, { fields: [stake.account], references: [account.address] }),
}))

export const creditRelations = relations(credit, ({ one }) => ({
  owner: one(account, { fields: [credit.account], references: [account.address] }),
}))
