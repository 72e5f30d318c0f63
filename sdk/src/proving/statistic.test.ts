import { afterAll, describe, expect, test } from 'vitest'
import { WordsMalformedError } from '../labels/codes.js'
import { domain, hash } from '../poseidon.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { seeded } from '../testing/seeded.js'
import { createNodeProver } from './nodeProver.js'
import { WitnessRejectedError } from './prover.js'
import { commitValues, statisticWitness } from './statistic.js'

const prover = createNodeProver({ artifacts: builtArtifacts })
afterAll(() => prover.close())

describe('statisticWitness', () => {
  test('default: 31 values to a word', () => {
    const values = [1, ...new Array<number>(30).fill(0), 2, ...new Array<number>(30).fill(0), 3, 4]
    expect(commitValues({ values, salt: 9n })).toBe(hash([domain('veritask.values.1'), 9n, 1n, 2n, 3n + 4n * 256n]))
  })

  test.each([
    ['no value', []],
    [
      'random values',
      Array.from(
        { length: 64 },
        (
          (random) => () =>
            random.below(256)
        )(seeded(4)),
      ),
    ],
    ['the largest values', new Array<number>(64).fill(255)],
  ])('default: %s, proven on the real circuit', async (_, values) => {
    const { circuit, inputs, publicSignals, sum } = statisticWitness({ values, salt: 5n, context: 6n })
    let total = 0
    for (const value of values) total += value
    expect(sum).toBe(total)
    expect(publicSignals).toEqual([commitValues({ values, salt: 5n }), BigInt(total), 6n])
    const { publicSignals: proven } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals })
    expect(proven).toEqual(publicSignals)
  })

  test('error: too many values, or no bytes', async () => {
    const refused = (values: readonly number[]) => () => statisticWitness({ values, salt: 5n, context: 6n })
    expect(refused(new Array<number>(65).fill(0))).toThrow(WordsMalformedError)
    expect(refused([256])).toThrow(WordsMalformedError)
    expect(refused([-1])).toThrow(WordsMalformedError)
    expect(refused([0.5])).toThrow(WordsMalformedError)
    const { circuit, inputs } = statisticWitness({ values: [1], salt: 5n, context: 6n })
    const values = [256n, ...(inputs.values as bigint[]).slice(1)]
    await expect(prover.prove({ circuit, inputs: { ...inputs, values } })).rejects.toThrow(WitnessRejectedError)
  })
})
