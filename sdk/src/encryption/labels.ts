import { CommitmentMismatchError, commitLabels } from '../commitments.js'
import { BaseError } from '../errors/base.js'
import { FIELD_ORDER, type Field, toField } from '../field.js'
import { decodeLabels, type Label, unpackWords } from '../labels/codes.js'
import { layoutOf, type Rules } from '../labels/rules.js'
import { domains, MAX_POSEIDON_INPUTS, poseidonOutputs } from '../poseidon.js'
import { BASE8, multiply, type Point } from './babyjub.js'

/** Encrypted labels as they travel; the `Delivery` struct of the settlement contracts. */
export type Delivery = {
  /** R = ρ · Base8. */
  readonly ephemeralKey: Point
  /** One element per label word, then the salt. */
  readonly ciphertext: readonly bigint[]
}

/** A ciphertext has another length than the rules give it. */
export class CiphertextLengthError extends BaseError {
  override name = 'CiphertextLengthError'
  constructor(
    readonly length: number,
    readonly expected: number,
  ) {
    super(`The ciphertext has ${length} elements, not ${expected}.`)
  }
}

/** Longest keystream drawn from one 4-input permutation. */
const NARROW_KEYSTREAM = 4
/** Elements of the wide permutation's state that one block publishes; the 17th stays secret. */
const BLOCK = MAX_POSEIDON_INPUTS

/** Keystream of `length` elements under the shared point S. */
function keystream(shared: Point, length: number): Field[] {
  const head = [domains.keystream, shared[0], shared[1]]
  if (length <= NARROW_KEYSTREAM) return poseidonOutputs([...head, 0n], length)
  const padding = new Array<bigint>(BLOCK - head.length - 1).fill(0n)
  const stream: Field[] = []
  for (let block = 0n; stream.length < length; block++)
    stream.push(...poseidonOutputs([...head, block, ...padding], Math.min(BLOCK, length - stream.length)))
  return stream
}

/**
 * Encrypts packed labels and their salt to the requester: hashed ElGamal on BabyJubJub.
 *
 * @param publicKey - The requester's key; checked.
 * @param ephemeralScalar - From {@link randomScalar}, in [1, 2^250). Secret; one per delivery.
 * @param words - From {@link packCodes}.
 * @param salt - Salt of the label commitment.
 * @throws {@link InvalidEncryptionKeyError}, {@link ScalarOutOfRangeError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { encryptLabels, generateKeyPair, randomSalt, randomScalar } from '@veritask/sdk'
 *
 * const { publicKey } = generateKeyPair()
 * const delivery = encryptLabels({
 *   publicKey, ephemeralScalar: randomScalar(), words: [7n, 0n, 0n], salt: randomSalt(),
 * })
 */
export function encryptLabels(parameters: {
  readonly publicKey: Point
  readonly ephemeralScalar: bigint
  readonly words: readonly bigint[]
  readonly salt: bigint
}): Delivery {
  const { publicKey, ephemeralScalar, words, salt } = parameters
  const shared = multiply(publicKey, ephemeralScalar)
  const plain = [...words, salt].map((element) => toField(element, 'A label word or the salt'))
  const stream = keystream(shared, plain.length)
  return {
    ephemeralKey: multiply(BASE8, ephemeralScalar),
    ciphertext: plain.map((element, i) => (element + stream[i]!) % FIELD_ORDER),
  }
}

/**
 * Decrypts a delivery. ElGamal alone does not say whether it was meant for this key: check the result against the
 * commitment, or use {@link openDelivery}, which does.
 *
 * @param secretKey - The requester's, in [1, 2^250).
 * @throws {@link InvalidEncryptionKeyError} for a bad ephemeral key, {@link ScalarOutOfRangeError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { decryptLabels, encryptLabels, generateKeyPair, randomSalt, randomScalar } from '@veritask/sdk'
 *
 * const { publicKey, secretKey } = generateKeyPair()
 * const delivery = encryptLabels({
 *   publicKey, ephemeralScalar: randomScalar(), words: [7n, 0n, 0n], salt: randomSalt(),
 * })
 * const { words } = decryptLabels({ secretKey, ...delivery })
 */
export function decryptLabels(parameters: { readonly secretKey: bigint } & Delivery): {
  readonly words: Field[]
  readonly salt: Field
} {
  const { secretKey, ephemeralKey } = parameters
  const ciphertext = parameters.ciphertext.map((element) => toField(element, 'A ciphertext element'))
  if (ciphertext.length < 2) throw new CiphertextLengthError(ciphertext.length, 2)
  const stream = keystream(multiply(ephemeralKey, secretKey, 'The ephemeral key'), ciphertext.length)
  const plain = ciphertext.map((element, i) => ((element - stream[i]! + FIELD_ORDER) % FIELD_ORDER) as Field)
  const salt = plain.pop()!
  return { words: plain, salt }
}

/**
 * Decrypts a delivery and checks it against the slot's label commitment.
 *
 * @returns The worker's labels in item order, their codes and the commitment's salt.
 * @throws {@link CommitmentMismatchError} when the key is not the one encrypted to, or the delivery belongs elsewhere;
 * {@link CiphertextLengthError}, {@link InvalidEncryptionKeyError}, {@link LabelOutsideSchemaError}
 *
 * @example
 * import { type Delivery, openDelivery, type Rules } from '@veritask/sdk'
 *
 * const labelsOf = (rules: Rules, secretKey: bigint, delivery: Delivery, commitmentContext: bigint, commitment: bigint) =>
 *   openDelivery({ rules, secretKey, delivery, commitmentContext, commitment }).labels
 */
export function openDelivery(parameters: {
  readonly rules: Rules
  readonly secretKey: bigint
  readonly delivery: Delivery
  readonly commitmentContext: bigint
  readonly commitment: bigint
}): { readonly labels: Label[]; readonly codes: bigint[]; readonly salt: Field } {
  const { rules, secretKey, delivery, commitmentContext, commitment } = parameters
  const length = layoutOf(rules).words + 1
  if (delivery.ciphertext.length !== length) throw new CiphertextLengthError(delivery.ciphertext.length, length)
  const { words, salt } = decryptLabels({ secretKey, ...delivery })
  const codes = openWords(rules, words)
  if (!codes || commitLabels({ rules, commitmentContext, salt, codes }) !== commitment)
    throw new CommitmentMismatchError(commitment)
  return { labels: decodeLabels(rules, codes), codes, salt }
}

/** Codes of decrypted words, or nothing when they are noise (a wrong key decrypts to random field elements). */
function openWords(rules: Rules, words: readonly bigint[]): bigint[] | undefined {
  try {
    return unpackWords(rules, words)
  } catch {
    return undefined
  }
}
