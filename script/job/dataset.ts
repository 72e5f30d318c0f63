import { buildTree, type PayloadItem, randomSalt, recordCommitment } from '@veritask/sdk'
import type { Hex } from 'viem'
import type { JobClient } from './context.ts'
import { encodePng, imageMediaType } from './image.ts'
import { classes, readDigits } from './mnist.ts'
import { sample, seeded } from './random.ts'

export const imagesPerTask = 64
const testImages = 10_000

/** The images of one task, with the answers nobody but the requester has. */
export interface Batch {
  readonly datasetVersionId: Hex
  readonly items: readonly PayloadItem[]
  readonly truth: readonly number[]
}

/** Registers a dataset of MNIST test images, drawn by seed, and cuts it into one batch per task. */
export async function registerDigits(requester: JobClient, seed: number, tasks: number): Promise<Batch[]> {
  const positions = sample(seeded(seed), tasks * imagesPerTask, testImages)
  const digits = readDigits('t10k', positions)
  const records = digits.map((digit) => ({ bytes: encodePng(digit.pixels), recordSalt: randomSalt() }))
  const tree = buildTree(records.map(({ bytes, recordSalt }) => recordCommitment({ salt: recordSalt, bytes })))
  const { versionId } = await requester.registerDataset({
    name: `MNIST test digits, ${records.length} drawn with seed ${seed}`,
    // Yann LeCun and Corinna Cortes hold the copyright of MNIST and license it so.
    licence: 'CC-BY-SA-3.0',
    schema: JSON.stringify({
      mediaType: imageMediaType,
      width: 28,
      height: 28,
      labels: { minimum: 0, maximum: classes - 1 },
    }),
    tree,
  })
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
