import type { ReceiptRow, StatementRow, SubmissionRow } from '../api/types'

const HEX_PER_WORD = 64
const BYTES_PER_WORD = 32

/** Public signals of every labelling circuit, in order, and what each one binds. */
const LABELLING_SIGNALS = [
  ['digest', 'fixes the labels, the rules and the keys inside the circuit'],
  ['evaluation', 'binds everything published beside the proof'],
  ['context', 'binds chain, contract, task, slot, payout address and key'],
  ['alpha', 'the challenge at which the evaluation is taken'],
] as const

export type NamedSignal = { name: string; meaning: string; value: string }

/**
 * Public signals with their names. Those of a task's own statement are told apart by what the task fixed; those of a key
 * that is not a labelling circuit keep plain numbers.
 */
export function namedSignals(
  { publicSignals }: Pick<ReceiptRow, 'publicSignals'>,
  statement: StatementRow | null = null,
): NamedSignal[] {
  if (statement) return publicSignals.map((value, position) => statementSignal(statement, value, position))
  const known = publicSignals.length === LABELLING_SIGNALS.length
  return publicSignals.map((value, position) => {
    const [name, meaning] = (known && LABELLING_SIGNALS[position]) || [`signal ${position}`, '']
    return { name, meaning, value }
  })
}

/** Of a signal that the task pins. */
export const FIXED = 'fixed by the requester'

function statementSignal({ contextIndex, pinned }: StatementRow, value: string, position: number): NamedSignal {
  const name = `signal ${position}`
  if (position === contextIndex) {
    return { name, meaning: 'binds chain, contract, task, slot, payout address and key', value }
  }
  const isPinned = ((BigInt(pinned) >> BigInt(position)) & 1n) === 1n
  return { name, meaning: isPinned ? FIXED : "the worker's own", value }
}

/** A Groth16 proof's coordinates as the precompile takes them: eight words of 32 bytes. */
const PROOF_WORDS = ['A.x', 'A.y', 'B.x imaginary', 'B.x real', 'B.y imaginary', 'B.y real', 'C.x', 'C.y'] as const

export type ProofWord = { name: string; value: string }

/** The proof split into its coordinates, or undefined when it has another shape. */
export function proofWords(proof: string): ProofWord[] | undefined {
  const digits = proof.slice(2)
  if (digits.length !== PROOF_WORDS.length * HEX_PER_WORD) return undefined
  return PROOF_WORDS.map((name, word) => ({
    name,
    value: `0x${digits.slice(word * HEX_PER_WORD, (word + 1) * HEX_PER_WORD)}`,
  }))
}

/** Bytes of a hex string. */
export const hexBytes = (hex: string): number => Math.max(0, (hex.length - 2) / 2)

/** How large the encrypted labels are: words of labels, then one word of salt. */
export function deliverySize(delivery: NonNullable<SubmissionRow['delivery']>) {
  const words = delivery.ciphertext.length
  return { words, labelWords: Math.max(0, words - 1), bytes: words * BYTES_PER_WORD }
}

/** What a receipt's key says about the receipt, from the circuit's name. */
export function circuitWords(keyName: string | null): string {
  if (keyName?.startsWith('open-gold')) return 'Agreement with the opened gold'
  if (keyName?.startsWith('legality')) return 'Labels are legal and delivered'
  if (keyName?.startsWith('score')) return 'Score against the hidden gold'
  if (keyName?.startsWith('audit')) return 'On whose side the slot is in a gold audit'
  if (keyName?.startsWith('consensus')) return 'The majority, and who agrees with it'
  if (keyName?.startsWith('tally')) return 'Votes added to the counts'
  if (keyName?.startsWith('decide')) return 'The majority of all counts'
  if (keyName?.startsWith('agree')) return 'Who agrees with the majority'
  return 'Statement'
}
