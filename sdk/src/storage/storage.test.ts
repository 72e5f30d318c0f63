import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode as encodeNode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { hexToBytes, sha256 } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { seeded } from '../testing/seeded.js'
import { CidInvalidError, cidFromDigest, DAG_PB, digestOfCid, RAW, SHA2_256 } from './cid.js'
import {
  ContentMalformedError,
  ContentMismatchError,
  ContentNotFoundError,
  ContentTooLargeError,
  ContentUnavailableError,
  contentCid,
  readContent,
} from './content.js'
import { type BlockContentStore, createFileContentStore, createGatewayHandler } from './fileStore.js'
import { createHttpGatewayStore, GatewayUrlError } from './gateway.js'

const small = new TextEncoder().encode('a payload')
const large = seeded(90).bytes(700_000)

let directory: string
let store: BlockContentStore
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veritask-store-'))
  store = createFileContentStore(join(directory, 'content'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A block and its CID. */
function blockOf(bytes: Uint8Array, codec: number = DAG_PB): { cid: CID; bytes: Uint8Array } {
  return { cid: CID.createV1(codec, Digest.create(SHA2_256, hexToBytes(sha256(bytes)))), bytes }
}

function fileNode(links: readonly CID[], data = new Uint8Array()): { cid: CID; bytes: Uint8Array } {
  const file = new UnixFS({ type: 'file', data, blockSizes: links.map(() => 1n) })
  return blockOf(encodeNode(prepare({ Data: file.marshal(), Links: links.map((Hash) => ({ Hash, Tsize: 1 })) })))
}

/** Serves these blocks whatever they hold. */
function reader(...blocks: readonly { cid: CID; bytes: Uint8Array }[]) {
  const known = new Map(blocks.map(({ cid, bytes }) => [cid.toString(), bytes]))
  return async (cid: CID) => {
    const block = known.get(cid.toString())
    if (!block) throw new ContentNotFoundError(cid.toString())
    return block
  }
}

describe('cids', () => {
  test('default: a CID and its digest stand for each other', async () => {
    const cid = await contentCid(small)
    expect(cidFromDigest(digestOfCid(cid))).toBe(cid)
    expect(CID.parse(cid).code).toBe(DAG_PB)
  })

  test('default: the CIDs of kubo', async () => {
    // ipfs add --cid-version=1 --raw-leaves=false, of the empty file and of "hello world\n".
    expect(await contentCid(new Uint8Array())).toBe('bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y')
    const hello = CID.parse('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o').toV1().toString()
    expect(await contentCid(new TextEncoder().encode('hello world\n'))).toBe(hello)
  })

  test.each([
    '',
    'nothing',
    'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH',
    'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
    `b${'a'.repeat(10_000)}`,
    '/ipfs/bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y',
  ])('error: %s', (cid) => {
    expect(() => digestOfCid(cid)).toThrow(CidInvalidError)
  })

  test('error: other hashes, and digests of the wrong length', () => {
    const identity = CID.createV1(DAG_PB, Digest.create(0, new Uint8Array(32)))
    expect(() => digestOfCid(identity.toString())).toThrow(CidInvalidError)
    expect(() => cidFromDigest('0x1234')).toThrow(CidInvalidError)
  })
})

describe('createFileContentStore', () => {
  test.each([0, 1, 262_143, 262_144, 262_145, 700_000])(
    'default: %i bytes round trip under a dag-pb root',
    async (length) => {
      const bytes = large.slice(0, length)
      const cid = await store.put(bytes)
      expect(cid).toBe(await contentCid(bytes))
      expect(CID.parse(cid).code).toBe(DAG_PB)
      expect(await store.get(cid)).toEqual(bytes)
    },
  )

  test('default: another store on the same folder has the contents', async () => {
    const cid = await store.put(small)
    expect(await createFileContentStore(join(directory, 'content')).get(cid)).toEqual(small)
  })

  test('error: not there', async () => {
    await expect(store.get(cidFromDigest(`0x${'77'.repeat(32)}`))).rejects.toThrow(ContentNotFoundError)
  })

  test('error: a file that rotted on disk', async () => {
    const own = createFileContentStore(join(directory, 'rotten'))
    const cid = await own.put(small)
    const [file] = (await readdir(join(directory, 'rotten'), { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    )
    const path = join(file!.parentPath, file!.name)
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
    await expect(own.get(cid)).rejects.toThrow(ContentMismatchError)
  })
})

describe('readContent', () => {
  const leaf = blockOf(small, RAW)

  test('default: raw leaves are read too', async () => {
    const root = fileNode([leaf.cid, leaf.cid])
    expect(await readContent(root.cid.toString(), reader(root, leaf))).toEqual(new Uint8Array([...small, ...small]))
  })

  test('error: a directory, bytes that are no node, a foreign codec', async () => {
    const folder = blockOf(encodeNode(prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: [] })))
    const noise = blockOf(seeded(91).bytes(100))
    const foreign = fileNode([CID.createV1(0x71, leaf.cid.multihash)])
    for (const root of [folder, noise, foreign])
      await expect(readContent(root.cid.toString(), reader(root, leaf))).rejects.toThrow(ContentMalformedError)
  })

  test('error: a link under the identity hash, which would verify anything', async () => {
    const root = fileNode([CID.createV1(RAW, Digest.create(0, small))])
    await expect(readContent(root.cid.toString(), reader(root))).rejects.toThrow(CidInvalidError)
  })

  test('error: a tree that unfolds to far more than it weighs', async () => {
    let node = fileNode([leaf.cid])
    const blocks = [leaf, node]
    for (let depth = 0; depth < 5; depth++) {
      node = fileNode(new Array<CID>(100).fill(node.cid))
      blocks.push(node)
    }
    await expect(readContent(node.cid.toString(), reader(...blocks), 10_000)).rejects.toThrow(ContentTooLargeError)
  })

  test('error: a tree of nothing that never ends', async () => {
    let node = fileNode([])
    const blocks = [node]
    for (let depth = 0; depth < 6; depth++) {
      node = fileNode(new Array<CID>(1000).fill(node.cid))
      blocks.push(node)
    }
    await expect(readContent(node.cid.toString(), reader(...blocks))).rejects.toThrow(ContentTooLargeError)
  })

  test('error: too deep', async () => {
    let node = fileNode([])
    const blocks = [node]
    for (let depth = 0; depth < 9; depth++) {
      node = fileNode([node.cid])
      blocks.push(node)
    }
    await expect(readContent(node.cid.toString(), reader(...blocks))).rejects.toThrow(ContentMalformedError)
  })

  test('error: seeded noise under valid CIDs gives typed errors', async () => {
    const random = seeded(92)
    for (let i = 0; i < 300; i++) {
      const block = blockOf(random.bytes(random.below(64)))
      await readContent(block.cid.toString(), reader(block)).catch((error: unknown) => {
        expect(['ContentMalformedError', 'ContentNotFoundError', 'CidInvalidError']).toContain((error as Error).name)
      })
    }
  })
})

describe('createHttpGatewayStore', () => {
  test('default: reads small and large contents through the handler', async () => {
    const gateway = createHttpGatewayStore({ url: await serve(createGatewayHandler(store)) })
    for (const bytes of [small, large]) expect(await gateway.get(await store.put(bytes))).toEqual(bytes)
  })

  test('default: a gateway below a path', async () => {
    const handler = createGatewayHandler(store)
    const url = await serve((request, response) => {
      request.url = request.url?.replace('/below', '')
      handler(request, response)
    })
    expect(await createHttpGatewayStore({ url: `${url}/below` }).get(await store.put(small))).toEqual(small)
  })

  test('error: a gateway that lies', async () => {
    const cid = await store.put(small)
    const other = await store.getBlock(CID.parse(await store.put(large)))
    const wrong = createHttpGatewayStore({ url: await serve((_, response) => void response.end(other)) })
    await expect(wrong.get(cid)).rejects.toThrow(ContentMismatchError)
    const text = createHttpGatewayStore({ url: await serve((_, response) => void response.end('<html>')) })
    await expect(text.get(cid)).rejects.toThrow(ContentMismatchError)
    const empty = createHttpGatewayStore({ url: await serve((_, response) => void response.end()) })
    await expect(empty.get(cid)).rejects.toThrow(ContentMismatchError)
  })

  test('error: a leaf that lies below an honest root', async () => {
    const cid = await store.put(large)
    const handler = createGatewayHandler(store)
    const url = await serve((request, response) => {
      if (request.url?.includes(cid)) handler(request, response)
      else response.end(Buffer.alloc(262_158))
    })
    await expect(createHttpGatewayStore({ url }).get(cid)).rejects.toThrow(ContentMismatchError)
  })

  test('error: huge and endless answers are cut off', async () => {
    const cid = await store.put(small)
    let sent = 0
    const url = await serve((_, response) => {
      const push = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536
        if (!response.destroyed) response.once('drain', push)
      }
      push()
    })
    await expect(createHttpGatewayStore({ url }).get(cid)).rejects.toThrow(ContentTooLargeError)
    expect(sent).toBeLessThan(2 ** 26)
  })

  test('error: contents past the caller’s limit', async () => {
    const gateway = createHttpGatewayStore({ url: await serve(createGatewayHandler(store)), maxBytes: 600_000 })
    await expect(gateway.get(await store.put(large))).rejects.toThrow(ContentTooLargeError)
  })

  test('error: silence, trickle, refusal, cancellation', async () => {
    const cid = await store.put(small)
    const silent = await serve(() => {})
    await expect(createHttpGatewayStore({ url: silent, blockTimeoutMs: 200 }).get(cid)).rejects.toThrow(
      ContentUnavailableError,
    )
    const trickle = await serve((_, response) => {
      const timer = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(timer))
    })
    await expect(createHttpGatewayStore({ url: trickle, contentTimeoutMs: 300 }).get(cid)).rejects.toThrow(
      ContentUnavailableError,
    )
    const broken = await serve((_, response) => void response.writeHead(500).end())
    await expect(createHttpGatewayStore({ url: broken }).get(cid)).rejects.toThrow('HTTP status 500')
    const missing = await serve((_, response) => void response.writeHead(404).end())
    await expect(createHttpGatewayStore({ url: missing }).get(cid)).rejects.toThrow(ContentNotFoundError)
    await expect(createHttpGatewayStore({ url: 'http://127.0.0.1:1' }).get(cid)).rejects.toThrow(
      ContentUnavailableError,
    )
    const abort = new AbortController()
    const reading = createHttpGatewayStore({ url: silent }).get(cid, { signal: abort.signal })
    abort.abort()
    await expect(reading).rejects.toThrow(ContentUnavailableError)
  })

  test('args: a few redirects are followed; loops and other schemes are not', async () => {
    const cid = await store.put(small)
    const target = await serve(createGatewayHandler(store))
    const redirecting = (to: (path: string) => string) =>
      serve((request, response) => void response.writeHead(302, { location: to(request.url ?? '') }).end())
    const honest = await redirecting((path) => `${target}${path}`)
    expect(await createHttpGatewayStore({ url: honest }).get(cid)).toEqual(small)
    for (const to of [
      (path: string) => path,
      () => 'file:///etc/passwd',
      () => 'ftp://127.0.0.1/',
      () => 'http://u:p@h/',
    ])
      await expect(createHttpGatewayStore({ url: await redirecting(to) }).get(cid)).rejects.toThrow(GatewayUrlError)
  })

  test.each(['', 'nothing', 'file:///etc', 'ftp://host', 'http://user:pass@host', 'http://host/?a=b', 'javascript:1'])(
    'error: gateway address %j',
    (url) => {
      expect(() => createHttpGatewayStore({ url })).toThrow(GatewayUrlError)
    },
  )

  test('error: a bad CID is never fetched', async () => {
    let fetched = false
    const gateway = createHttpGatewayStore({
      url: 'http://127.0.0.1:1',
      fetch: async () => {
        fetched = true
        return new Response()
      },
    })
    await expect(gateway.get('../../secret')).rejects.toThrow(CidInvalidError)
    expect(fetched).toBe(false)
  })
})

describe('createGatewayHandler', () => {
  test('default: headers, HEAD, and what it refuses', async () => {
    const url = await serve(createGatewayHandler(store))
    const cid = await store.put(small)
    const good = await fetch(`${url}/ipfs/${cid}?format=raw`)
    expect(good.headers.get('content-type')).toBe('application/vnd.ipld.raw')
    expect(good.headers.get('cache-control')).toContain('immutable')
    const head = await fetch(`${url}/ipfs/${cid}?format=raw`, { method: 'HEAD' })
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0])
    const statusOf = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status
    expect(await statusOf(`/ipfs/${cid}`)).toBe(400)
    expect(await statusOf(`/ipfs/${cid}?format=car`)).toBe(400)
    expect(await statusOf('/ipfs/nothing?format=raw')).toBe(400)
    expect(await statusOf('/ipfs/..%2f..%2fetc%2fpasswd?format=raw')).toBe(400)
    expect(await statusOf('/')).toBe(400)
    expect(await statusOf(`/ipfs/${cidFromDigest(`0x${'77'.repeat(32)}`)}?format=raw`)).toBe(404)
    expect(await statusOf(`/ipfs/${cid}?format=raw`, { method: 'POST' })).toBe(405)
  })
})
