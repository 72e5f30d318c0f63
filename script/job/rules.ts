import { neededAgreements, type ScalarRules } from '@veritask/sdk'
import type { Batch } from './dataset.ts'
import { classes } from './mnist.ts'
import { sample, seeded } from './random.ts'

const goldItems = 16
const basisPoints = 10_000

/** Ten classes, no tolerance. 7,000 basis points of 16 gold answers are 12 of them. */
export const digitRules = (itemCount: number): ScalarRules => ({
  kind: 'distance',
  capacity: 64,
  itemCount,
  goldCount: goldItems,
  thresholdBps: 7_000,
  max: classes - 1,
  tolerance: 0,
})

export const asksForGold = (rules: ScalarRules): string =>
  `${rules.itemCount} images, ${rules.goldCount} gold answers of which ${neededAgreements(rules)} must agree`

export const drawGold = (batch: Batch, seed: number): { index: number; label: number }[] =>
  sample(seeded(seed), goldItems, batch.items.length)
    .sort((a, b) => a - b)
    .map((index) => ({ index, label: batch.truth[index] as number }))

/** How somebody did, counted from the true answers alone and not by the code under test. */
export function judge(
  labels: readonly number[],
  truth: readonly number[],
  gold: readonly { index: number; label: number }[],
  rules: ScalarRules,
): { accuracy: number; agreements: number; passes: boolean } {
  const agreements = gold.filter(({ index, label }) => labels[index] === label).length
  return {
    accuracy: labels.filter((label, index) => label === truth[index]).length / truth.length,
    agreements,
    passes: agreements * basisPoints >= rules.thresholdBps * gold.length,
  }
}
