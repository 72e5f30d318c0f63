import { commitValues, proofToBytes, randomSalt, statisticWitness } from '@veritask/sdk'
import type { Hex } from 'viem'
import type { Job } from './context.ts'
import type { Batch } from './dataset.ts'
import { decodePng } from './image.ts'

/** A data owner: the brightness of 64 images, which nobody else sees, and the commitment everybody sees. */
export interface DataOwner {
  readonly values: readonly number[]
  readonly salt: bigint
  readonly commitment: bigint
  readonly sum: number
}

export function ownBrightness(batch: Batch): DataOwner {
  const values = batch.items.map(({ bytes }) => {
    const pixels = decodePng(bytes)
    return Math.round(pixels.reduce((total, pixel) => total + pixel, 0) / pixels.length)
  })
  const salt = randomSalt()
  return { values, salt, commitment: commitValues({ values, salt }), sum: values.reduce((a, b) => a + b, 0) }
}

export interface SumProof {
  readonly publicSignals: readonly bigint[]
  readonly proof: Hex
  readonly milliseconds: number
}

/** Proves the sum of committed values for one slot, and nothing else about them. */
export async function proveSum(
  job: Job,
  { values, salt }: { readonly values: readonly number[]; readonly salt: bigint },
  context: bigint,
): Promise<SumProof> {
  const { circuit, inputs, publicSignals } = statisticWitness({ values, salt, context })
  const { proof, milliseconds } = await job.prover.prove({ circuit, inputs, expectedSignals: publicSignals })
  return { publicSignals, proof: proofToBytes(proof), milliseconds }
}

/** Signals of the statistic circuit: commitment, sum, context. The task pins the first; the second is what it pays for. */
export const statementAbout = (job: Job, { commitment }: DataOwner) => ({
  keyId: job.deployment.keys['statistic-64'] as Hex,
  signals: [commitment, undefined, undefined],
  contextIndex: 2,
})
