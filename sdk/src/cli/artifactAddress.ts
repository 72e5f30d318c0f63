import { parseCid } from '../storage/cid.js'
import { UsageError } from './errors.js'

/**
 * Where artifacts are fetched from: an HTTP address, or a folder in the content store by its CID, which any gateway serves. Undefined for a
 * folder on disk. Wherever they come from, they are checked by their hash.
 *
 * @throws {UsageError} when a CID is given without a gateway, or is none.
 */
export function artifactAddress(from: string, gateway: string | undefined): string | undefined {
  if (/^https?:\/\//.test(from)) return from
  const cid = /^ipfs:\/\/([^/]+)\/?$/.exec(from)?.[1]
  if (cid === undefined) {
    if (from.startsWith('ipfs:')) throw new UsageError('--artifacts ipfs://CID names a folder by its CID alone.')
    return undefined
  }
  if (gateway === undefined)
    throw new UsageError('Artifacts in the content store are fetched through a gateway.', 'Give one: --gateway URL.')
  parseCid(cid)
  return `${gateway.replace(/\/+$/, '')}/ipfs/${cid}`
}
