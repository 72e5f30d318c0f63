import { ponder } from 'ponder:registry'
import { consensus, consensusHistory, consensusRound, countsAddition, slot, task, terms } from 'ponder:schema'
import {
  addCounts,
  afterReached,
  afterSeedRevealed,
  closeRound,
  drawBeacon,
  firstRound,
  nextRound,
  reachConsensus,
  remember,
  revealSeed,
  scheduleBeacon,
  taskInRound,
} from '../reducers/consensus.js'
import { agreeSlot, commitLabels, tallySlot } from '../reducers/slot.js'
import { afterSlotStep, touched } from '../reducers/task.js'
import { consensusTerms } from '../reducers/terms.js'
import { audit, momentOf, parent } from './log.js'
import { receiptEntities, recordDelivery, recordReceipt } from './settlement.js'

ponder.on('ConsensusSettlement:ConsensusTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const set = consensusTerms(taskId, event.args.terms)
  const round = firstRound(set, parent(await context.db.find(task, { id: taskId }), 'task', taskId), at)
  await context.db.insert(terms).values(set)
  await context.db.insert(consensusRound).values(round)
  const row = await context.db.update(task, { id: taskId }).set((row) => taskInRound(row, set, round, at))
  await audit(context, 'ConsensusSettlement:ConsensusTermsSet', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:BeaconScheduled', async ({ event, context }) => {
  const { taskId, round, blockNumber } = event.args
  const at = momentOf(event)
  await context.db.update(consensusRound, { taskId, round }).set((row) => scheduleBeacon(row, blockNumber))
  const row = await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'ConsensusSettlement:BeaconScheduled', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:BeaconDrawn', async ({ event, context }) => {
  const { taskId, round, beacon } = event.args
  const at = momentOf(event)
  await context.db.update(consensusRound, { taskId, round }).set((row) => drawBeacon(row, beacon))
  const row = await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'ConsensusSettlement:BeaconDrawn', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:SeedRevealed', async ({ event, context }) => {
  const { taskId, round, seed } = event.args
  const at = momentOf(event)
  await context.db.update(consensusRound, { taskId, round }).set((row) => revealSeed(row, seed, at))
  const row = await context.db.update(task, { id: taskId }).set((row) => afterSeedRevealed(row, at))
  await audit(context, 'ConsensusSettlement:SeedRevealed', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:LabelsCommitted', async ({ event, context }) => {
  const { taskId, slot: number, worker, commitment, weight } = event.args
  const at = momentOf(event)
  await context.db.update(slot, { taskId, number }).set((row) => commitLabels(row, commitment, at, weight))
  await context.db.update(task, { id: taskId }).set((row) => afterSlotStep(row, ['committed'], at))
  await audit(context, 'ConsensusSettlement:LabelsCommitted', event, { taskId, slot: number, account: worker })
})

ponder.on('ConsensusSettlement:LabelsDelivered', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const row = await recordDelivery(context.db, event.args, momentOf(event))
  await audit(context, 'ConsensusSettlement:LabelsDelivered', event, { taskId, slot: number, account: row.worker })
})

ponder.on('ConsensusSettlement:CountsAdded', async ({ event, context }) => {
  const { taskId, slots } = event.args
  const at = momentOf(event)
  for (const number of slots) await context.db.update(slot, { taskId, number }).set((row) => tallySlot(row, at))
  await context.db.insert(countsAddition).values(addCounts(event.args, at))
  const row = await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'ConsensusSettlement:CountsAdded', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:RoundOpened', async ({ event, context }) => {
  const { taskId, round } = event.args
  const at = momentOf(event)
  const pinned = parent(await context.db.find(terms, { taskId }), 'terms of task', taskId)
  await context.db.update(consensusRound, { taskId, round: round - 1 }).set((row) => closeRound(row, event.args))
  const next = nextRound(pinned, event.args, at)
  await context.db.insert(consensusRound).values(next)
  const row = await context.db.update(task, { id: taskId }).set((row) => taskInRound(row, pinned, next, at))
  await audit(context, 'ConsensusSettlement:RoundOpened', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:ConsensusReached', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(task, { id: taskId }).set((row) => afterReached(row, at))
  const round = parent(row.round, 'round of task', taskId)
  await context.db.update(consensusRound, { taskId, round }).set((before) => closeRound(before, event.args))
  await context.db.insert(consensus).values(reachConsensus(event.args, round, at))
  await audit(context, 'ConsensusSettlement:ConsensusReached', event, { taskId, account: row.requester })
})

ponder.on('ConsensusSettlement:SlotAgreed', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => agreeSlot(row, event.args, at))
  const { requester } = await context.db.update(task, { id: taskId }).set((row) => afterSlotStep(row, ['scored'], at))
  const key = { requester, worker: row.worker }
  const { agreements, items, updatedAt } = remember(await context.db.find(consensusHistory, key), key, event.args, at)
  const columns = { agreements, items, updatedAt }
  await context.db
    .insert(consensusHistory)
    .values({ ...key, ...columns })
    .onConflictDoUpdate(columns)
  await audit(context, 'ConsensusSettlement:SlotAgreed', event, { taskId, slot: number, account: row.worker })
})

ponder.on('ConsensusSettlement:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'ConsensusSettlement:ReceiptIssued', event, receiptEntities(event.args, worker))
})

// A batch went on without this submission: nothing changed but the log.
ponder.on('ConsensusSettlement:SubmissionRefused', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'ConsensusSettlement:SubmissionRefused', event, { taskId, slot: number })
})
