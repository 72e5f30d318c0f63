import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { BaseError } from '../errors/base.js'

/** CIDv1 of a dag-pb root with a sha2-256 digest, in base32: the only form the contracts' 32-byte digests stand for. */
export type Cid = string

/** Multicodec codes. */
export const DAG_PB = 0x70
export const RAW = 0x55
export const SHA2_256 = 0x12
const SHA2_256_BYTES = 32
/** A base32 CIDv1 of this kind has 59 characters; longer strings are not even parsed. */
const MAX_CID_CHARACTERS = 128

/** A string that is not a CIDv1 of a dag-pb root under sha2-256. */
export class CidInvalidError extends BaseError {
  override name = 'CidInvalidError'
  constructor(readonly reason: string) {
    super(`The content identifier is not usable: ${reason}.`, {
      metaMessages: ['Contents are named by CIDv1, dag-pb, sha2-256.'],
    })
  }
}

/**
 * Parses the CID of a content.
 *
 * @throws {@link CidInvalidError}
 */
export function parseCid(cid: Cid): CID {
  if (cid.length > MAX_CID_CHARACTERS) throw new CidInvalidError('it is too long')
  let parsed: CID
  try {
    parsed = CID.parse(cid)
  } catch {
    throw new CidInvalidError('it cannot be parsed')
  }
  if (parsed.version !== 1 || parsed.code !== DAG_PB) throw new CidInvalidError('it is not a CIDv1 of a dag-pb root')
  assertSha256(parsed)
  return parsed
}

/** Refuses other hashes, such as the identity hash, which verifies anything. */
export function assertSha256(cid: CID): void {
  if (cid.multihash.code !== SHA2_256 || cid.multihash.digest.length !== SHA2_256_BYTES)
    throw new CidInvalidError('its hash is not sha2-256')
}

/**
 * The 32-byte digest that goes on-chain for a content.
 *
 * @throws {@link CidInvalidError}
 *
 * @example
 * import { digestOfCid } from '@veritask/sdk'
 *
 * const digest = digestOfCid('bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y')
 */
export function digestOfCid(cid: Cid): Hex {
  return bytesToHex(parseCid(cid).multihash.digest)
}

/**
 * The CID behind an on-chain digest.
 *
 * @throws {@link CidInvalidError}
 *
 * @example
 * import { cidFromDigest } from '@veritask/sdk'
 *
 * const cid = cidFromDigest(`0x${'11'.repeat(32)}`)
 */
export function cidFromDigest(digest: Hex): Cid {
  if (!/^0x[0-9a-fA-F]{64}$/.test(digest)) throw new CidInvalidError('the digest does not have 32 bytes')
  return CID.createV1(DAG_PB, Digest.create(SHA2_256, hexToBytes(digest))).toString()
}
