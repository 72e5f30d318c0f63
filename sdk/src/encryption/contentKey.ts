import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519'
import { x25519 } from '@noble/curves/ed25519'
import { type Address, bytesToHex, encodeAbiParameters, type Hex, hexToBytes, parseAbiParameters } from 'viem'
import { BaseError } from '../errors/base.js'
import { randomBytes } from '../random.js'

/** Bytes of a payload content key (AES-256). */
export const CONTENT_KEY_BYTES = 32
/** Bytes of an X25519 key. */
export const WORKER_KEY_BYTES = 32
const ENCAPSULATION_BYTES = 32
const TAG_BYTES = 16
/** Bytes of a wrapped content key: HPKE encapsulation, then ciphertext and tag. */
export const WRAPPED_KEY_BYTES = ENCAPSULATION_BYTES + CONTENT_KEY_BYTES + TAG_BYTES

/** Order of the field under X25519; key encodings at or above it are not canonical. */
const CURVE25519_PRIME = 2n ** 255n - 19n

/** Application label of the HPKE key schedule. */
const INFO = new TextEncoder().encode('veritask.content-key.1')

/** A worker's X25519 key that must not be wrapped to. */
export class InvalidWorkerKeyError extends BaseError {
  override name = 'InvalidWorkerKeyError'
  constructor(readonly reason: 'length' | 'non-canonical' | 'low-order') {
    super(`The worker's X25519 key is not usable: ${reason}.`)
  }
}

/** A wrapped content key that this worker cannot open: it is for another key, task or payload, or was altered. */
export class ContentKeyUnwrapError extends BaseError {
  override name = 'ContentKeyUnwrapError'
  constructor(reason: string) {
    super(`The wrapped content key does not open: ${reason}.`)
  }
}

/** A content key of the wrong length. */
export class ContentKeyLengthError extends BaseError {
  override name = 'ContentKeyLengthError'
  constructor(readonly length: number) {
    super(`A content key has ${CONTENT_KEY_BYTES} bytes, not ${length}.`)
  }
}

/** What a wrapped content key is bound to. */
export type ContentKeyBinding = {
  readonly chainId: number | bigint
  readonly taskRegistry: Address
  readonly taskId: Hex
  /** sha2-256 digest of the payload's CID. */
  readonly payloadDigest: Hex
  /** The worker's X25519 public key, as in `SlotJoined`. */
  readonly workerKey: Hex
}

const BINDING_TYPES = parseAbiParameters('uint256, address, bytes32, bytes32, bytes32')

function bindingBytes(binding: ContentKeyBinding): Uint8Array<ArrayBuffer> {
  const { chainId, taskRegistry, taskId, workerKey, payloadDigest } = binding
  return bytesOf(encodeAbiParameters(BINDING_TYPES, [BigInt(chainId), taskRegistry, taskId, workerKey, payloadDigest]))
}

/** A copy of its own, whatever buffer the bytes were a view of. */
function bytesOf(hex: Hex): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hexToBytes(hex))
}

function suite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

/** Checks a worker key that came from the chain: 32 bytes, canonical, not of low order. */
function checkedWorkerKey(key: Hex): Uint8Array<ArrayBuffer> {
  const bytes = /^0x[0-9a-fA-F]{64}$/.test(key) ? bytesOf(key) : undefined
  if (!bytes) throw new InvalidWorkerKeyError('length')
  const littleEndian = BigInt(bytesToHex(bytes.slice().reverse()))
  if (littleEndian >= CURVE25519_PRIME) throw new InvalidWorkerKeyError('non-canonical')
  try {
    // Any clamped scalar sends exactly the points of low order to zero, which the library refuses.
    x25519.getSharedSecret(new Uint8Array(WORKER_KEY_BYTES).fill(1), bytes)
  } catch {
    throw new InvalidWorkerKeyError('low-order')
  }
  return bytes
}

/**
 * A fresh content key. Encrypts one payload; whoever holds it reads it.
 *
 * @example
 * import { generateContentKey } from '@veritask/sdk'
 *
 * const contentKey = generateContentKey()
 */
export function generateContentKey(): Uint8Array<ArrayBuffer> {
  return randomBytes(CONTENT_KEY_BYTES)
}

/**
 * A worker's X25519 key pair. The public key goes on-chain with `join`; keep the secret key encrypted at rest.
 *
 * @example
 * import { generateWorkerKeyPair } from '@veritask/sdk'
 *
 * const { publicKey } = generateWorkerKeyPair()
 */
export function generateWorkerKeyPair(): { readonly secretKey: Uint8Array<ArrayBuffer>; readonly publicKey: Hex } {
  const secretKey = randomBytes(WORKER_KEY_BYTES)
  return { secretKey, publicKey: workerPublicKeyOf(secretKey) }
}

/** X25519 public key of a 32-byte secret key. */
export function workerPublicKeyOf(secretKey: Uint8Array): Hex {
  if (secretKey.length !== WORKER_KEY_BYTES) throw new InvalidWorkerKeyError('length')
  return bytesToHex(x25519.getPublicKey(secretKey))
}

/**
 * Wraps the content key to one worker with HPKE (X25519, HKDF-SHA256, AES-256-GCM), bound to chain, contract, task,
 * worker key and payload.
 *
 * @returns 80 bytes: encapsulation (32), ciphertext and tag (48).
 * @throws {@link InvalidWorkerKeyError}, {@link ContentKeyLengthError}
 *
 * @example
 * import { zeroAddress, zeroHash } from 'viem'
 * import { generateContentKey, generateWorkerKeyPair, wrapContentKey } from '@veritask/sdk'
 *
 * const { publicKey } = generateWorkerKeyPair()
 * const wrapped = await wrapContentKey({
 *   chainId: 31337, taskRegistry: zeroAddress, taskId: zeroHash, payloadDigest: zeroHash,
 *   workerKey: publicKey, contentKey: generateContentKey(),
 * })
 */
export async function wrapContentKey(
  parameters: ContentKeyBinding & { readonly contentKey: Uint8Array },
): Promise<Hex> {
  const { contentKey, workerKey } = parameters
  if (contentKey.length !== CONTENT_KEY_BYTES) throw new ContentKeyLengthError(contentKey.length)
  const keyBytes = checkedWorkerKey(workerKey)
  const hpke = suite()
  const recipientPublicKey = await hpke.kem.deserializePublicKey(keyBytes)
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: INFO })
  const sealed = await sender.seal(new Uint8Array(contentKey), bindingBytes(parameters))
  const wrapped = new Uint8Array(WRAPPED_KEY_BYTES)
  wrapped.set(new Uint8Array(sender.enc), 0)
  wrapped.set(new Uint8Array(sealed), ENCAPSULATION_BYTES)
  return bytesToHex(wrapped)
}

/**
 * Opens a wrapped content key.
 *
 * @param workerSecretKey - The 32-byte secret of `workerKey`.
 * @throws {@link ContentKeyUnwrapError} when it is for another key, chain, contract, task or payload, or was altered.
 *
 * @example
 * import type { Hex } from 'viem'
 * import { type ContentKeyBinding, unwrapContentKey } from '@veritask/sdk'
 *
 * const open = (binding: ContentKeyBinding, workerSecretKey: Uint8Array, wrappedKey: Hex) =>
 *   unwrapContentKey({ ...binding, workerSecretKey, wrappedKey })
 */
export async function unwrapContentKey(
  parameters: ContentKeyBinding & { readonly workerSecretKey: Uint8Array; readonly wrappedKey: Hex },
): Promise<Uint8Array<ArrayBuffer>> {
  const { workerKey, workerSecretKey, wrappedKey } = parameters
  if (workerPublicKeyOf(workerSecretKey) !== workerKey.toLowerCase())
    throw new ContentKeyUnwrapError('the secret key is not the one of the registered worker key')
  if (!/^0x[0-9a-fA-F]*$/.test(wrappedKey) || wrappedKey.length !== 2 + 2 * WRAPPED_KEY_BYTES)
    throw new ContentKeyUnwrapError(`it does not have ${WRAPPED_KEY_BYTES} bytes`)
  const wrapped = bytesOf(wrappedKey)
  const hpke = suite()
  try {
    const recipientKey = await hpke.kem.importKey('raw', new Uint8Array(workerSecretKey).buffer, false)
    const enc = wrapped.slice(0, ENCAPSULATION_BYTES)
    const recipient = await hpke.createRecipientContext({ recipientKey, enc, info: INFO })
    return new Uint8Array(await recipient.open(wrapped.slice(ENCAPSULATION_BYTES), bindingBytes(parameters)))
  } catch {
    // The library's error is left out: it says no more, and its origin is secret-dependent.
    throw new ContentKeyUnwrapError('it is for another worker, task or payload, or was altered')
  }
}
