import type { Secret } from './entropy.js'
import { bytesToBigInt } from './field.js'

/** Salts are uniform in [0, 2^248): 31 bytes, so that every one is a field element without rejection. */
const SALT_BYTES = 31

/** Fresh bytes from the platform's cryptographic generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}

/**
 * A fresh commitment salt, uniform in [0, 2^248). Secret until what it hides is opened; use each once.
 *
 * @example
 * import { randomSalt } from '@veritask/sdk'
 *
 * const salt = randomSalt()
 */
export function randomSalt(): Secret {
  return bytesToBigInt(randomBytes(SALT_BYTES)) as Secret
}
