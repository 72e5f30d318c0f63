import {
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
} from 'poseidon-lite'
import { BaseError } from './errors/base.js'
import { bytesToBigInt, type Field, toField } from './field.js'

/** Widest Poseidon of circomlib: 16 inputs, a state of 17. */
export const MAX_POSEIDON_INPUTS = 16

/** ASCII bytes that fit one field element whatever they are. */
const MAX_DOMAIN_BYTES = 31

type Permutation = (inputs: bigint[], outputs?: number) => bigint | bigint[]

const permutations: readonly Permutation[] = [
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
]

/** A Poseidon call with too few or too many inputs or outputs. */
export class PoseidonArityError extends BaseError {
  override name = 'PoseidonArityError'
  constructor(
    readonly inputs: number,
    readonly outputs: number,
  ) {
    super(`Poseidon takes 1 to ${MAX_POSEIDON_INPUTS} inputs and gives at most inputs + 1 outputs.`, {
      metaMessages: [`Inputs: ${inputs}`, `Outputs: ${outputs}`],
    })
  }
}

/** A domain separator that is empty, too long or not ASCII. */
export class DomainInvalidError extends BaseError {
  override name = 'DomainInvalidError'
  constructor(readonly domain: string) {
    super(`A hash domain is 1 to ${MAX_DOMAIN_BYTES} printable ASCII characters.`)
  }
}

/**
 * First `outputs` elements of circomlib's Poseidon permutation (`PoseidonEx` with initial state 0).
 *
 * @param inputs - 1 to 16 field elements.
 * @param outputs - 1 to `inputs.length + 1`.
 * @throws {@link PoseidonArityError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { poseidonOutputs } from '@veritask/sdk'
 *
 * const [first, second] = poseidonOutputs([1n, 2n], 2)
 */
export function poseidonOutputs(inputs: readonly bigint[], outputs: number): Field[] {
  const permutation = permutations[inputs.length - 1]
  if (!permutation || !Number.isInteger(outputs) || outputs < 1 || outputs > inputs.length + 1)
    throw new PoseidonArityError(inputs.length, outputs)
  const checked = inputs.map((input) => toField(input, 'Poseidon input'))
  const result = permutation(checked, outputs)
  return (Array.isArray(result) ? result : [result]) as Field[]
}

/**
 * Poseidon hash `H` of any number of field elements: circomlib's Poseidon up to 16, beyond that the hash of the first 16
 * takes their place.
 *
 * @throws {@link PoseidonArityError} on no input, {@link FieldOutOfRangeError}
 *
 * @example
 * import { hash } from '@veritask/sdk'
 *
 * const digest = hash([1n, 2n])
 */
export function hash(inputs: readonly bigint[]): Field {
  let rest = inputs
  while (rest.length > MAX_POSEIDON_INPUTS) {
    const head = poseidonOutputs(rest.slice(0, MAX_POSEIDON_INPUTS), 1)[0] as Field
    rest = [head, ...rest.slice(MAX_POSEIDON_INPUTS)]
  }
  return poseidonOutputs(rest, 1)[0] as Field
}

/**
 * A domain separator: ASCII bytes read as one big-endian integer.
 *
 * @param ascii - 1 to 31 printable ASCII characters.
 * @throws {@link DomainInvalidError}
 *
 * @example
 * import { domain, hash } from '@veritask/sdk'
 *
 * const digest = hash([domain('veritask.labels.1'), 1n])
 */
export function domain(ascii: string): Field {
  if (!/^[\x20-\x7e]+$/.test(ascii) || ascii.length > MAX_DOMAIN_BYTES) throw new DomainInvalidError(ascii)
  return bytesToBigInt(new TextEncoder().encode(ascii)) as Field
}

/** Every domain separator of the protocol, one per kind of hash. */
export const domains = {
  labels: domain('veritask.labels.1'),
  gold: domain('veritask.gold.1'),
  record: domain('veritask.record.1'),
  keystream: domain('veritask.keystream.1'),
  openGold: domain('veritask.open-gold.1'),
  legality: domain('veritask.legality.1'),
  score: domain('veritask.score.1'),
  audit: domain('veritask.audit.2'),
  counts: domain('veritask.counts.1'),
  consensus: domain('veritask.consensus.1'),
  tally: domain('veritask.tally.1'),
  decide: domain('veritask.decide.1'),
  agree: domain('veritask.agree.1'),
  reputation: domain('veritask.reputation.1'),
  reputationLeaf: domain('veritask.reputation-leaf.1'),
  reputationNullifier: domain('veritask.reputation-nullifier.1'),
  values: domain('veritask.values.1'),
} as const
