import type { HitRow } from '../api/types'
import { hitDetails, hitKindWords, hitTitle, hitUrl } from '../lib/search'
import { Link } from '../router'
import { Badge } from './Badge'
import { ChainText } from './ChainText'
import { Hash } from './Hash'

/** Things of all kinds, each with what it is and a link to its page. */
export function HitList({ hits }: { hits: readonly HitRow[] }) {
  return (
    <ul className="hits">
      {hits.map((hit) => (
        <Hit key={`${hit.kind} ${hit.id}`} hit={hit} />
      ))}
    </ul>
  )
}

function Hit({ hit }: { hit: HitRow }) {
  const { words, tone } = hitKindWords(hit.kind)
  const url = hitUrl(hit)
  const title = hitTitle(hit)
  const details = hitDetails(hit)
  const name = (
    <>
      {title.text !== undefined && <ChainText>{title.text}</ChainText>}
      {title.words}
    </>
  )
  return (
    <li>
      <Badge tone={tone} plain>
        {words}
      </Badge>
      <div className="found">
        <span className="name">{url ? <Link to={url}>{name}</Link> : name}</span>
        {details && <span className="detail">{details}</span>}
      </div>
      <Hash value={hit.id} label={`id of this ${words.toLowerCase()}`} />
    </li>
  )
}
