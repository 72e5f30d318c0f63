import { BaseError } from './errors/base.js'
import { type Field, fieldToBytes, toField } from './field.js'

/** Fewest significant bits of a secret: one of 248 random bits has fewer once in 2^48 times. */
const MIN_BITS = 200
/** Fewest different bytes: random ones have about 29 of 31. */
const MIN_DISTINCT_BYTES = 16
/** Longest block whose repetition is looked for. */
const MAX_PERIOD = 16
/** So many zero bytes at the end are a small number, shifted. */
const MAX_TRAILING_ZEROS = 8

declare const secretBrand: unique symbol

/** A secret that nobody can guess: drawn by {@link randomSalt}, or kept from there and read by {@link restoreSecret}. */
export type Secret = Field & { readonly [secretBrand]: true }

/**
 * A secret that was drawn, or one of the caller's own making, taken as it is. The hash of a passphrase looks drawn and is not:
 * whoever tries passphrases finds it, and with it everything that was ever made from it. So only drawn ones are taken as such.
 */
export type SecretInput = Secret | { readonly unsafe: bigint }

/** A secret can be guessed. It is not repeated here. */
export class GuessableSecretError extends BaseError {
  override name = 'GuessableSecretError'
  constructor({ what, reason }: { what: string; reason: string }) {
    super(`${what} can be guessed: it ${reason}.`, {
      metaMessages: [
        'Draw it with `randomSalt()` (248 random bits) and keep it: whoever finds it by trying can open, or link, what it hides.',
        'A number, a text or the hash of a passphrase is no secret. To use one all the same, say so with `{ unsafe: value }` where the parameter takes it.',
      ],
    })
  }
}

/**
 * Reads a secret that {@link randomSalt} drew and that was kept since. What was not drawn so must not be given: what looks
 * guessable is refused, and not everything that is looks so.
 *
 * @param kept - Decimal, 0x-hex or a number.
 * @param what - Its name, for the error.
 * @throws {@link GuessableSecretError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomSalt, restoreSecret } from '@veritask/sdk'
 *
 * const kept = String(randomSalt())
 * const secret = restoreSecret(kept, 'The reputation secret')
 */
export function restoreSecret(kept: bigint | string, what: string): Secret {
  const value = toField(kept, what)
  assertUnguessable(fieldToBytes(value), what)
  return value as Secret
}

/**
 * What a secret that was given is worth as a field element. One that calls itself drawn and looks guessable is refused.
 *
 * @throws {@link GuessableSecretError}, {@link FieldOutOfRangeError}
 */
export function secretField(input: SecretInput, what: string): Field {
  return typeof input === 'object' ? toField(input.unsafe, what) : restoreSecret(input, what)
}

/**
 * Refuses bytes that look guessable: fewer than 200 significant bits, text, few different bytes, a repeated block or a sequence.
 *
 * @throws {@link GuessableSecretError}
 */
export function assertUnguessable(bytes: Uint8Array, what: string): void {
  const reason = weaknessOf(bytes)
  if (reason !== undefined) throw new GuessableSecretError({ what, reason })
}

function weaknessOf(bytes: Uint8Array): string | undefined {
  const first = bytes.findIndex((byte) => byte !== 0)
  const own = first === -1 ? new Uint8Array() : bytes.subarray(first)
  const bits = own.length === 0 ? 0 : 8 * own.length - Math.clz32(own[0]!) + 24
  if (bits < MIN_BITS) return `has ${bits} bits, fewer than ${MIN_BITS}`
  if (own.subarray(-MAX_TRAILING_ZEROS).every((byte) => byte === 0)) return 'is a small number times a power of two'
  if (own.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'is text'
  for (let period = 1; period <= MAX_PERIOD; period++)
    if (own.every((byte, index) => index < period || byte === own[index - period])) return 'repeats itself'
  const step = (own[1]! - own[0]!) & 0xff
  if (own.every((byte, index) => index === 0 || ((byte - own[index - 1]!) & 0xff) === step)) return 'is a sequence'
  const distinct = new Set(own).size
  if (distinct < MIN_DISTINCT_BYTES) return `has ${distinct} different bytes`
  return undefined
}
