/** A content identifier in the base32 form the protocol's digests take; nothing else may enter a gateway path. */
const CID = /^b[a-z2-7]{20,120}$/

/**
 * Turns a URI from the outside into something safe to put in `href`, or undefined when it is not allowed.
 * Only `https:` and `ipfs:` pass; `ipfs:` goes through the configured gateway, which is asked for the block as it is:
 * a file to save, which no browser renders as a page of the gateway's origin.
 */
export function safeHref(uri: string, gatewayUrl: string): string | undefined {
  const ipfs = /^ipfs:\/\/([^/?#]+)$/.exec(uri)
  if (ipfs) return CID.test(ipfs[1] ?? '') ? `${gatewayUrl.replace(/\/$/, '')}/ipfs/${ipfs[1]}?format=raw` : undefined
  let parsed: URL
  try {
    parsed = new URL(uri)
  } catch {
    return undefined
  }
  if (parsed.protocol !== 'https:') return undefined
  if (parsed.username || parsed.password) return undefined
  return parsed.href
}
