import { Link } from '../router'

type PagerProps = { cursor: string | undefined; next: string | null; urlOf: (cursor?: string) => string }

/** Moves through a list that is newest first. Shown only when there is more than one page. */
export function Pager({ cursor, next, urlOf }: PagerProps) {
  if (!cursor && !next) return null
  return (
    <nav className="pager" aria-label="Pages">
      <span>{cursor ? 'Older entries' : 'Newest entries'}</span>
      <span>
        {cursor && (
          <Link className="button" to={urlOf()} rel="first">
            Newest
          </Link>
        )}
        {next && (
          <Link className="button" to={urlOf(next)} rel="next">
            Older
          </Link>
        )}
      </span>
    </nav>
  )
}
