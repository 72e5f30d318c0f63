import {
  buildTree,
  type ContentStore,
  digestOfCid,
  type PayloadItem,
  randomSalt,
  recordCommitment,
} from '@veritask/sdk'
import { type Hex, sha256 } from 'viem'
import type { JobClient } from './context.ts'
import { encodePng, imageMediaType } from './image.ts'
import { classes, imageSide, readDigits } from './mnist.ts'
import { sample, seeded } from './random.ts'

export const imagesPerTask = 64
const testImages = 10_000

const schema = {
  mediaType: imageMediaType,
  width: imageSide,
  height: imageSide,
  labels: { minimum: 0, maximum: classes - 1 },
}

/** The images of one task, with the answers nobody but the requester has. */
export interface Batch {
  readonly datasetVersionId: Hex
  readonly items: readonly PayloadItem[]
  readonly truth: readonly number[]
}

/**
 * Registers a dataset of digits: its Merkle root, what a record looks like, and where it comes from. Which images they are
 * stays out of the manifest, because whoever knows that knows the answers.
 */
export async function publishDigits(
  client: JobClient,
  store: ContentStore,
  name: string,
  tree: { readonly root: bigint; readonly size: number },
): Promise<Hex> {
  const manifest = { source: 'MNIST, test part', size: tree.size, schema, root: String(tree.root) }
  const cid = await store.put(new TextEncoder().encode(JSON.stringify(manifest)))
  const { versionId } = await client.registerDataset({
    name,
    version: {
      root: tree.root,
      size: tree.size,
      schemaHash: sha256(new TextEncoder().encode(JSON.stringify(schema))),
      manifestDigest: digestOfCid(cid),
      // Yann LeCun and Corinna Cortes hold the copyright of MNIST and license it so.
      licence: 'CC-BY-SA-3.0',
    },
  })
  return versionId
}

/** Registers a dataset of MNIST test images, drawn by seed, and cuts it into one batch per task. */
export async function registerDigits(
  requester: JobClient,
  store: ContentStore,
  seed: number,
  tasks: number,
): Promise<Batch[]> {
  const positions = sample(seeded(seed), tasks * imagesPerTask, testImages)
  const digits = readDigits('t10k', positions)
  const records = digits.map((digit) => ({ bytes: encodePng(digit.pixels), recordSalt: randomSalt() }))
  const tree = buildTree(records.map(({ bytes, recordSalt }) => recordCommitment({ salt: recordSalt, bytes })))
  const versionId = await publishDigits(requester, store, `MNIST test digits, ${records.length} of 10,000`, tree)
  const items = records.map(({ bytes, recordSalt }, index) => ({
    index,
    bytes,
    recordSalt,
    mediaType: imageMediaType,
    path: tree.path(index),
  }))
  return Array.from({ length: tasks }, (_, task) => {
    const [from, to] = [task * imagesPerTask, (task + 1) * imagesPerTask]
    return {
      datasetVersionId: versionId,
      items: items.slice(from, to),
      truth: digits.slice(from, to).map((digit) => digit.label),
    }
  })
}
