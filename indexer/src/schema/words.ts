import { type AnyPgColumn, sql } from 'ponder'

/** Characters of a text that are searched: anyone can write more, and an index row has a bound. */
const searchedCharacters = 512

/**
 * The words of a text, as a GIN index holds them and as a search has to ask for them: the two expressions must be the
 * same. ASCII punctuation parts words, so that `batch-2` is `batch` and `2` and not a signed number or an address.
 */
export function wordsOf(column: AnyPgColumn) {
  const punctuation = sql.raw(String.raw`'[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+'`)
  const searched = sql.raw(String(searchedCharacters))
  return sql`to_tsvector('simple'::regconfig, regexp_replace(left(${column}, ${searched}), ${punctuation}, ' ', 'g'))`
}
