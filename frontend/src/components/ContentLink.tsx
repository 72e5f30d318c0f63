import { useConfig } from '../config'
import { contentLink } from '../lib/content'
import { shortHash } from '../lib/format'

const CID_HEAD = 10
const CID_TAIL = 6

/** A document by its content identifier, through the configured gateway. */
export function ContentLink({ digest }: { digest: string }) {
  const { cid, href } = contentLink(digest, useConfig().gatewayUrl)
  const text = <code title={cid}>{shortHash(cid, CID_HEAD, CID_TAIL)}</code>
  if (!href) return text
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  )
}
