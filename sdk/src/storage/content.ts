import { decode as decodeNode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { importBytes } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import type { CID } from 'multiformats/cid'
import { bytesToHex, sha256 } from 'viem'
import { BaseError } from '../errors/base.js'

import { assertSha256, type Cid, DAG_PB, parseCid, RAW } from './cid.js'

/** Where contents can be read from. */
export type ContentReader = {
  /**
   * The content behind a CID, verified block by block.
   *
   * @throws {@link CidInvalidError}, {@link ContentNotFoundError}, {@link ContentMismatchError},
   * {@link ContentMalformedError}, {@link ContentTooLargeError}, {@link ContentUnavailableError}
   */
  readonly get: (cid: Cid, options?: { readonly signal?: AbortSignal | undefined }) => Promise<Uint8Array>
}

/** Where contents can be kept. */
export type ContentStore = ContentReader & {
  /** Keeps a content under its CID; the same bytes always have the same CID. */
  readonly put: (bytes: Uint8Array) => Promise<Cid>
}

/** A store answered with other bytes than the CID names. */
export class ContentMismatchError extends BaseError {
  override name = 'ContentMismatchError'
  constructor(readonly cid: string) {
    super(`The store gave other bytes than ${cid} names. They were not used.`)
  }
}

/** A store that does not have a block of the content. */
export class ContentNotFoundError extends BaseError {
  override name = 'ContentNotFoundError'
  constructor(
    readonly cid: string,
    cause?: unknown,
  ) {
    super(`The store does not have ${cid}.`, { cause })
  }
}

/** Verified blocks that do not form a file. */
export class ContentMalformedError extends BaseError {
  override name = 'ContentMalformedError'
  constructor(
    readonly cid: string,
    readonly reason: string,
  ) {
    super(`${cid} is not a file: ${reason}.`)
  }
}

/** A content past the reader's bounds. */
export class ContentTooLargeError extends BaseError {
  override name = 'ContentTooLargeError'
  constructor(
    readonly cid: string,
    readonly limit: string,
  ) {
    super(`${cid} exceeds the limit of ${limit}.`)
  }
}

/** A store that could not be reached, or answered neither with the content nor that it lacks it. */
export class ContentUnavailableError extends BaseError {
  override name = 'ContentUnavailableError'
  constructor(
    readonly cid: string,
    details: string,
    cause?: unknown,
  ) {
    super(`${cid} could not be fetched.`, { details, cause })
  }
}

/** Leaves are this large: 256 KiB. */
const CHUNK_BYTES = 2 ** 18
/** Largest block that is accepted, as elsewhere on IPFS: 2 MiB. */
export const MAX_BLOCK_BYTES = 2 ** 21
/** Largest content that is read unless said otherwise: 64 MiB and its tree. */
export const MAX_CONTENT_BYTES = 2 ** 26 + 2 ** 20
/** Most blocks visited for one content; a hostile tree may repeat links without end. */
const MAX_BLOCKS = 2 ** 14
/** Deepest tree: 174 links to a node make three levels enough for any content within the bounds. */
const MAX_DEPTH = 8

/** Reads one block; whether it is the right one is checked by whoever asked. */
export type BlockReader = (cid: CID) => Promise<Uint8Array>

/**
 * Cuts a content into blocks, hands each to `keep`, and returns the root's CID. The root is always dag-pb, however small
 * the content.
 */
export async function writeContent(
  bytes: Uint8Array,
  keep: (cid: CID, block: Uint8Array) => Promise<unknown>,
): Promise<Cid> {
  const blockstore = {
    put: async (cid: CID, block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
      await keep(cid, await joined(block))
      return cid
    },
  }
  const root = await importBytes(bytes, blockstore, {
    cidVersion: 1,
    rawLeaves: false,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
  })
  return root.cid.toString()
}

async function joined(block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (block instanceof Uint8Array) return block
  const parts: Uint8Array[] = []
  for await (const part of block) parts.push(part)
  return concat(parts)
}

/**
 * The CID that any store gives these bytes.
 *
 * @example
 * import { contentCid } from '@veritask/sdk'
 *
 * const cid = await contentCid(new Uint8Array([1, 2, 3]))
 */
export function contentCid(bytes: Uint8Array): Promise<Cid> {
  return writeContent(bytes, async () => {})
}

/**
 * Reads a content block by block, checking each against its CID before looking into it.
 *
 * @throws as {@link ContentReader.get}
 */
export async function readContent(cid: Cid, read: BlockReader, maxBytes = MAX_CONTENT_BYTES): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let total = 0
  let visited = 0

  const visit = async (current: CID, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw new ContentMalformedError(cid, `its tree is deeper than ${MAX_DEPTH} levels`)
    if (++visited > MAX_BLOCKS) throw new ContentTooLargeError(cid, `${MAX_BLOCKS} blocks`)
    const block = await verifiedBlock(current, read)
    const { data, links } = current.code === RAW ? { data: block, links: [] } : fileNode(cid, block)
    total += data.length
    if (total > maxBytes) throw new ContentTooLargeError(cid, `${maxBytes} bytes`)
    parts.push(data)
    for (const link of links) {
      if (link.code !== RAW && link.code !== DAG_PB)
        throw new ContentMalformedError(cid, 'it links to something other than file blocks')
      await visit(link, depth + 1)
    }
  }

  await visit(parseCid(cid), 0)
  return concat(parts)
}

async function verifiedBlock(cid: CID, read: BlockReader): Promise<Uint8Array> {
  assertSha256(cid)
  const block = await read(cid)
  if (block.length > MAX_BLOCK_BYTES) throw new ContentTooLargeError(cid.toString(), `${MAX_BLOCK_BYTES} bytes a block`)
  if (sha256(block) !== bytesToHex(cid.multihash.digest)) throw new ContentMismatchError(cid.toString())
  return block
}

function fileNode(cid: Cid, block: Uint8Array): { data: Uint8Array; links: CID[] } {
  try {
    const node = decodeNode(block)
    const file = UnixFS.unmarshal(node.Data ?? new Uint8Array())
    if (file.type === 'file' || file.type === 'raw')
      return { data: file.data ?? new Uint8Array(), links: node.Links.map((link) => link.Hash as CID) }
  } catch {
    throw new ContentMalformedError(cid, 'a block cannot be decoded')
  }
  throw new ContentMalformedError(cid, 'it holds something other than a file, such as a directory')
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
