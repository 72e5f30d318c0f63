import { type Hex, sha256, sliceHex } from 'viem'
import { BaseError } from '../errors/base.js'
import { isBytes } from './bytes.js'

/** The public output of a zkVM program that is not what its key says. */
export class JournalMalformedError extends BaseError {
  override name = 'JournalMalformedError'
  constructor(readonly reason: string) {
    super(`The program's output is malformed: ${reason}.`)
  }
}

/** Bytes, or {@link JournalMalformedError}. */
export function journalBytes(journal: Hex): Hex {
  if (!isBytes(journal)) throw new JournalMalformedError('it is not hexadecimal bytes')
  return journal
}

/**
 * Public signals of a journal (RISC Zero): its 32-byte words, or with zero words its sha256.
 *
 * @param words - As in the key: zero, or the number of words that the journal has.
 * @throws {@link JournalMalformedError}
 *
 * @example
 * import { journalSignals } from '@veritask/sdk'
 *
 * const [digest] = journalSignals('0x6a757374', 0)
 */
export function journalSignals(journal: Hex, words: number): bigint[] {
  if (words === 0) return [BigInt(sha256(journalBytes(journal)))]
  return journalWords(journal, words)
}

/** The words of a program's output. */
export function journalWords(journal: Hex, words: number): bigint[] {
  if (!Number.isSafeInteger(words) || !isBytes(journal, 32 * words))
    throw new JournalMalformedError(`it does not have ${words} words`)
  return Array.from({ length: words }, (_, i) => BigInt(sliceHex(journal, 32 * i, 32 * (i + 1))))
}
