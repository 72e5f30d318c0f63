import { Link } from '../router'

type PagerWords = { first: string; later: string; toFirst: string; toNext: string }

type PagerProps = {
  cursor: string | undefined
  next: string | null
  urlOf: (cursor?: string) => string
  words?: PagerWords
}

const NEWEST_FIRST: PagerWords = {
  first: 'Newest entries',
  later: 'Older entries',
  toFirst: 'Newest',
  toNext: 'Older',
}

/** Moves through a list, which is newest first unless its words say otherwise. Shown only when there is more than one page. */
export function Pager({ cursor, next, urlOf, words = NEWEST_FIRST }: PagerProps) {
  if (!cursor && !next) return null
  return (
    <nav className="pager" aria-label="Pages">
      <span>{cursor ? words.later : words.first}</span>
      <span>
        {cursor && (
          <Link className="button" to={urlOf()} rel="first">
            {words.toFirst}
          </Link>
        )}
        {next && (
          <Link className="button" to={urlOf(next)} rel="next">
            {words.toNext}
          </Link>
        )}
      </span>
    </nav>
  )
}
