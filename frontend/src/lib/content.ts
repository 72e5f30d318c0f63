import { cidFromDigest } from '@veritask/sdk'
import type { Hex } from '../api/types'
import { safeHref } from './uri'

/** Where a document named on-chain by its digest can be read. */
export function contentLink(digest: Hex, gatewayUrl: string): { cid: string; href: string | undefined } {
  const cid = cidFromDigest(digest as `0x${string}`)
  return { cid, href: safeHref(`ipfs://${cid}`, gatewayUrl) }
}
