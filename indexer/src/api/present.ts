import type { auditEvent, gold, receipt, slot, task, terms, verifierKey } from 'ponder:schema'
import { type PhaseInput, taskPhase } from '../phase.js'

// Rows as the API shows them. Key order is the order of API.md.

export type TaskRow = typeof task.$inferSelect
export type TermsRow = typeof terms.$inferSelect
export type GoldRow = typeof gold.$inferSelect
export type SlotRow = typeof slot.$inferSelect
export type KeyRow = typeof verifierKey.$inferSelect
export type ReceiptRow = typeof receipt.$inferSelect
export type TaskWithTerms = { readonly task: TaskRow; readonly terms: TermsRow | null; readonly halted: boolean }

export function presentTask({ task, terms, halted }: TaskWithTerms, now: bigint) {
  const { joinBy, eventId: _, ...columns } = task
  const deadlines = {
    joinBy,
    commitBy: terms?.commitBy ?? null,
    openBy: terms?.openBy ?? null,
    proveBy: terms?.proveBy ?? null,
    submitBy: terms?.submitBy ?? null,
    scoreBy: terms?.scoreBy ?? null,
  }
  const input: PhaseInput = { ...task, ...deadlines, halted }
  const { phase, nextDeadline } = taskPhase(input, now)
  return { ...columns, phase, halted, deadlines, nextDeadline }
}

export function presentTerms(terms: TermsRow | null) {
  if (!terms) return null
  return {
    rules: terms.rules,
    encryptionKey: [terms.encryptionKeyX, terms.encryptionKeyY],
    goldCommitment: terms.goldCommitment,
    legalityKeyId: terms.legalityKeyId,
    agreementKeyId: terms.agreementKeyId,
    scoreKeyId: terms.scoreKeyId,
  }
}

export function presentGold(gold: GoldRow | null) {
  if (!gold) return null
  const { taskId: _, ...columns } = gold
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
    name: names.circuits.get(columns.id) ?? null,
    proofSystemName: names.proofSystems.get(columns.proofSystem) ?? null,
  }
}

export function presentAudit(row: typeof auditEvent.$inferSelect, taskId: string) {
  return { ...row, related: row.taskId !== taskId }
}
