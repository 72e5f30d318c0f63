import { Link } from '../router'
import { ChainText } from './ChainText'

export type LineageLink = { versionId: string; number: number; name: string; to: string }

type LineageProps = {
  self: string
  sources: { title: string; links: readonly LineageLink[] }
  results: { title: string; links: readonly LineageLink[] }
}

/** What a version was made from, and what was made from it. */
export function Lineage({ self, sources, results }: LineageProps) {
  return (
    <div className="lineage">
      <LineageSide {...sources} />
      <span className="arrow" aria-hidden="true">
        →
      </span>
      <div className="self">{self}</div>
      <span className="arrow" aria-hidden="true">
        →
      </span>
      <LineageSide {...results} />
    </div>
  )
}

function LineageSide({ title, links }: LineageProps['sources']) {
  return (
    <div>
      <h3>{title}</h3>
      {links.length === 0 ? (
        <p className="none">None registered</p>
      ) : (
        <ul>
          {links.map(({ versionId, number, name, to }) => (
            <li key={versionId}>
              <Link to={to}>
                <ChainText>{name}</ChainText>
              </Link>{' '}
              v{number}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
