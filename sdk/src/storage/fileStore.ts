import type { IncomingMessage, ServerResponse } from 'node:http'
import { FsBlockstore } from 'blockstore-fs'
import { CID } from 'multiformats/cid'
import { DAG_PB, RAW } from './cid.js'
import { ContentNotFoundError, type ContentStore, readContent, writeContent } from './content.js'

/** A content store that also gives out its single blocks, for serving them. */
export type BlockContentStore = ContentStore & {
  /** One block, unchecked; `undefined` when the store lacks it. */
  readonly getBlock: (cid: CID) => Promise<Uint8Array | undefined>
}

/**
 * A content store on disk: each block in a file of its own, under real CIDs, so that any IPFS node can serve the folder's
 * contents. Whatever is read is checked again.
 *
 * @param directory - Made when missing.
 *
 * @example
 * import { createFileContentStore } from '@veritask/sdk/node'
 *
 * const store = createFileContentStore('.veritask/content')
 */
export function createFileContentStore(directory: string): BlockContentStore {
  const blocks = new FsBlockstore(directory)
  let opened: Promise<void> | undefined
  const open = (): Promise<void> => {
    opened ??= blocks.open()
    return opened
  }

  const getBlock = async (cid: CID): Promise<Uint8Array | undefined> => {
    await open()
    const parts: Uint8Array[] = []
    try {
      for await (const part of blocks.get(cid)) parts.push(part)
    } catch (error) {
      if ((error as Error).name === 'NotFoundError') return undefined
      throw error
    }
    return new Uint8Array(Buffer.concat(parts))
  }

  const readBlock = async (cid: CID): Promise<Uint8Array> => {
    const block = await getBlock(cid)
    if (!block) throw new ContentNotFoundError(cid.toString())
    return block
  }

  return {
    getBlock,
    put: async (bytes) => {
      await open()
      return writeContent(bytes, (cid, block) => blocks.put(cid, block))
    },
    get: (cid) => readContent(cid, readBlock),
  }
}

const BLOCK_PATH = /^\/ipfs\/([a-z0-9]{1,128})$/

/**
 * HTTP handler for local use: serves a store's blocks as a trustless gateway does, at `GET /ipfs/{cid}?format=raw`.
 *
 * @example
 * import { createServer } from 'node:http'
 * import { createFileContentStore, createGatewayHandler } from '@veritask/sdk/node'
 *
 * const server = createServer(createGatewayHandler(createFileContentStore('.veritask/content')))
 */
export function createGatewayHandler(
  store: Pick<BlockContentStore, 'getBlock'>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    respond(store, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  }
}

async function respond(
  store: Pick<BlockContentStore, 'getBlock'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Blocks are public and name themselves, so any page may read them.
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('x-content-type-options', 'nosniff')
  const fail = (status: number) => void response.writeHead(status).end()
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(405)
  const url = new URL(request.url ?? '/', 'http://gateway.invalid')
  const cid = blockCid(BLOCK_PATH.exec(url.pathname)?.[1])
  if (!cid || url.searchParams.get('format') !== 'raw') return fail(400)
  const block = await store.getBlock(cid)
  if (!block) return fail(404)
  response.writeHead(200, {
    'content-type': 'application/vnd.ipld.raw',
    'content-length': block.length,
    'cache-control': 'public, max-age=31536000, immutable',
    etag: `"${cid}.raw"`,
  })
  response.end(request.method === 'HEAD' ? undefined : block)
}

function blockCid(text: string | undefined): CID | undefined {
  try {
    const cid = text === undefined ? undefined : CID.parse(text)
    return cid?.version === 1 && (cid.code === DAG_PB || cid.code === RAW) ? cid : undefined
  } catch {
    return undefined
  }
}
