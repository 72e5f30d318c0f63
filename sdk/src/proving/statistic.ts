import { type Field, toField } from '../field.js'
import { packInto, WordsMalformedError } from '../labels/codes.js'
import { SCALAR_CODE_BITS } from '../labels/rules.js'
import { domains, hash } from '../poseidon.js'
import type { CircuitInputs } from './witness.js'

/** Values that a statistic proof is about. */
export const STATISTIC_VALUES = 64

const PER_WORD = 31
const WORDS = Math.ceil(STATISTIC_VALUES / PER_WORD)

/**
 * Hiding, binding commitment to private values: `H("veritask.values.1", salt, words…)`, 31 values to a word.
 *
 * @param values - At most 64, each 0 to 255; the rest are zero. Secret.
 * @param salt - From {@link randomSalt}. Secret.
 * @throws {@link WordsMalformedError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { commitValues, randomSalt } from '@veritask/sdk'
 *
 * const commitment = commitValues({ values: [3, 1, 4], salt: randomSalt() })
 */
export function commitValues(parameters: { readonly values: readonly number[]; readonly salt: bigint }): Field {
  const { values, salt } = parameters
  const words = packInto(valueCodes(values), WORDS, PER_WORD, SCALAR_CODE_BITS)
  return hash([domains.values, toField(salt, 'Salt of the values'), ...words])
}

/**
 * Everything a data owner needs to prove the sum of its committed values, and nothing else about them.
 *
 * @param parameters.context - What the proof is for.
 * @returns `publicSignals` in order: commitment, sum, context.
 * @throws {@link WordsMalformedError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { type Prover, statisticWitness } from '@veritask/sdk'
 *
 * async function prove(prover: Prover, values: readonly number[], salt: bigint, context: bigint) {
 *   const { circuit, inputs, publicSignals, sum } = statisticWitness({ values, salt, context })
 *   const { proof } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals })
 *   return { proof, sum }
 * }
 */
export function statisticWitness(parameters: {
  readonly values: readonly number[]
  readonly salt: bigint
  readonly context: bigint
}): {
  readonly circuit: 'statistic-64'
  readonly inputs: CircuitInputs
  readonly publicSignals: readonly Field[]
  readonly commitment: Field
  readonly sum: number
} {
  const { values, salt } = parameters
  const commitment = commitValues(parameters)
  const context = toField(parameters.context, 'The context')
  const sum = values.reduce((total, value) => total + value, 0)
  const inputs = { values: valueCodes(values), salt, context }
  return { circuit: 'statistic-64', inputs, publicSignals: [commitment, toField(sum), context], commitment, sum }
}

function valueCodes(values: readonly number[]): bigint[] {
  if (values.length > STATISTIC_VALUES)
    throw new WordsMalformedError(`${values.length} values, more than ${STATISTIC_VALUES}`)
  if (!values.every((value) => Number.isInteger(value))) throw new WordsMalformedError('a value is no whole number')
  return Array.from({ length: STATISTIC_VALUES }, (_, index) => BigInt(values[index] ?? 0))
}
