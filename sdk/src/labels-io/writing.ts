import type { Address, Hex } from 'viem'
import type { Label } from '../labels/codes.js'
import type { Rules } from '../labels/rules.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'

/** One label to write, and whose it is. What is not known is left out. */
export type LabelRow = {
  readonly item: number
  readonly label: Label
  /** Index of the item's record in its dataset version. */
  readonly record?: number | undefined
  /** Name of the item's file. */
  readonly file?: string | undefined
  readonly slot?: number | undefined
  readonly worker?: Address | undefined
  readonly task?: Hex | undefined
}

/** Labels as a file has them: the words are those that the readers read. */
export type LabelTable = {
  readonly rules: Rules
  /** Names of the classes, in label order; empty when the task names none. */
  readonly classes: readonly string[]
  readonly rows: readonly LabelRow[]
}

export type Writing = LabelTable & { readonly vocabulary: Vocabulary }

export function writingOf(table: LabelTable): Writing {
  return { ...table, vocabulary: createVocabulary(table.rules, table.classes) }
}

/** Entries of the same key together, in the order in which the keys come first. */
export function groupBy<T, K>(entries: readonly T[], keyOf: (entry: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const entry of entries) {
    const group = groups.get(keyOf(entry))
    if (group) group.push(entry)
    else groups.set(keyOf(entry), [entry])
  }
  return groups
}
