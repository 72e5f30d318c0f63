import type { auditEvent, gold, goldAudit, receipt, slot, task, terms, verifierKey } from 'ponder:schema'
import { type Around, rejectionsAt, taskPhase } from '../phase.js'
import type { Json } from '../reducers/audit.js'
import { boundJson, cutData, cutText, evidenceBytes, reasonBytes, sizeOf } from './bounds.js'

// Rows as the API shows them. Key order is the order of API.md.

export type TaskRow = typeof task.$inferSelect
export type TermsRow = typeof terms.$inferSelect
export type GoldAuditRow = typeof goldAudit.$inferSelect
export type GoldRow = typeof gold.$inferSelect
export type SlotRow = typeof slot.$inferSelect
export type KeyRow = typeof verifierKey.$inferSelect
export type ReceiptRow = typeof receipt.$inferSelect
export type TaskWithTerms = Around & { readonly task: TaskRow; readonly terms: TermsRow | null }

const deadlineNames = [
  'joinBy',
  'commitBy',
  'openBy',
  'proveBy',
  'submitBy',
  'scoreBy',
  'disputableUntil',
  'roundJoinBy',
  'deliverBy',
  'settleBy',
  'claimBy',
  'challengeBy',
  'answerBy',
] as const satisfies readonly (keyof TaskRow)[]

/** What the phase alone needs: what the votes of earlier rounds were. */
const ofPhase = ['committedBefore', 'deliveredBefore'] as const satisfies readonly (keyof TaskRow)[]

export function presentTask({ task, ...around }: TaskWithTerms, now: bigint) {
  const { halted, firstAnswerBy } = around
  const { phase, nextDeadline } = taskPhase(task, around, now)
  // Of audits the one that is due first: by it the requester loses all.
  const rejections = rejectionsAt(task, around, now)
  const answerBy = rejections.allRedressed ? task.answerBy : (firstAnswerBy ?? task.answerBy)
  const named = deadlineNames.map((name) => [name, name === 'answerBy' ? answerBy : task[name]])
  const deadlines = Object.fromEntries(named)
  const hidden: readonly string[] = [...deadlineNames, ...ofPhase, 'eventId']
  const columns = Object.fromEntries(Object.entries(task).filter(([name]) => !hidden.includes(name)))
  return { ...columns, phase, halted, deadlines, nextDeadline, ...rejections }
}

export function presentTerms(terms: TermsRow | null) {
  if (!terms) return null
  return {
    keyIds: terms.keyIds,
    rules: terms.rules,
    encryptionKey: terms.encryptionKeyX === null ? null : [terms.encryptionKeyX, terms.encryptionKeyY],
    goldCommitment: terms.goldCommitment,
    legalityKeyId: terms.legalityKeyId,
    agreementKeyId: terms.agreementKeyId,
    scoreKeyId: terms.scoreKeyId,
    auditKeyId: terms.auditKeyId,
    consensusKeyId: terms.consensusKeyId,
    tallyKeyId: terms.tallyKeyId,
    decideKeyId: terms.decideKeyId,
    agreeKeyId: terms.agreeKeyId,
    grading: terms.gradingCurve === null ? null : { curve: terms.gradingCurve, steps: terms.gradingSteps },
    consensus: terms.kind === 'consensus' ? presentConsensusTerms(terms) : null,
    statement: terms.statementKeyId === null ? null : presentStatement(terms),
    challengeWindow: terms.challengeWindow,
    proveWindow: terms.proveWindow,
  }
}

function presentConsensusTerms(terms: TermsRow) {
  return {
    aggregator: terms.aggregator,
    historyOf: terms.historyOf,
    assignmentShift: terms.assignmentShift,
    seedCommitment: terms.seedCommitment,
    firstSlots: terms.firstSlots,
    stepSlots: terms.stepSlots,
    agreementBoundBps: terms.agreementBoundBps,
    joinWindow: terms.joinWindow,
    commitWindow: terms.commitWindow,
    deliverWindow: terms.deliverWindow,
    settleWindow: terms.settleWindow,
    publication: {
      name: terms.publicationName,
      licence: terms.publicationLicence,
      schemaHash: terms.publicationSchemaHash,
      manifestDigest: terms.publicationManifestDigest,
    },
  }
}

function presentStatement(terms: TermsRow) {
  return {
    keyId: terms.statementKeyId,
    contextIndex: terms.contextIndex,
    pinned: terms.pinned,
    signals: terms.signals,
  }
}

export function withoutTask<row extends { taskId: string }>({ taskId: _, ...columns }: row) {
  return columns
}

export function presentGold(gold: GoldRow | null) {
  if (!gold) return null
  const { taskId: _, ...columns } = gold
  return columns
}

export function presentGoldAudit({ taskId: _, eventId: __, ...columns }: GoldAuditRow) {
  return columns
}

/** A slot without the bulky parts: its wrapped key and its delivery. */
export function presentSlot(row: SlotRow) {
  const { wrappedKey: _w, ephemeralKeyX: _x, ephemeralKeyY: _y, ciphertext: _c, eventId: _e, ...columns } = row
  return columns
}

export function presentDelivery(row: SlotRow) {
  if (row.ciphertext === null) return null
  return { ephemeralKey: [row.ephemeralKeyX, row.ephemeralKeyY], ciphertext: row.ciphertext }
}

export function presentReceipt({ eventId: _, ...columns }: ReceiptRow) {
  return columns
}

export type KeyNames = {
  readonly circuits: ReadonlyMap<string, string>
  readonly proofSystems: ReadonlyMap<string, string>
}

export function presentKey<row extends Omit<KeyRow, 'keyData' | 'frozenExploit'>>(
  names: KeyNames,
  { eventId: _, ...columns }: row,
) {
  return {
    ...columns,
    frozenReason: columns.frozenReason === null ? null : cutText(columns.frozenReason, reasonBytes),
    name: names.circuits.get(columns.id) ?? null,
    proofSystemName: names.proofSystems.get(columns.proofSystem) ?? null,
  }
}

/** With what only a page of its own shows: its data, and the evidence it was frozen on. */
export function presentWholeKey(names: KeyNames, row: KeyRow) {
  const { frozenExploit: evidence } = row
  return {
    ...presentKey(names, row),
    frozenExploit: evidence === null ? null : cutData(evidence, evidenceBytes),
    frozenExploitSize: evidence === null ? null : sizeOf(evidence),
  }
}

export function presentEvent<row extends typeof auditEvent.$inferSelect>(row: row) {
  return { ...row, args: boundJson(row.args as Json) }
}

export function presentAudit(row: typeof auditEvent.$inferSelect, taskId: string) {
  return { ...presentEvent(row), related: row.taskId !== taskId }
}
