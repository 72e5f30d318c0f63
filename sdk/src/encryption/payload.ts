import { type Address, encodeAbiParameters, type Hex, hexToBytes, parseAbiParameters } from 'viem'
import { createPathVerifier, recordCommitment } from '../datasets/tree.js'
import { BaseError } from '../errors/base.js'
import type { Rules } from '../labels/rules.js'
import { randomBytes } from '../random.js'
import { CONTENT_KEY_BYTES, ContentKeyLengthError } from './contentKey.js'
import { decodePayload, encodePayload } from './payloadCodec.js'

/** One item of a task as a worker receives it. */
export type PayloadItem = {
  /** Index of the record in the dataset version. */
  readonly index: number
  /** Media type of the bytes, for example `image/png`; at most 127 characters. */
  readonly mediaType: string
  /** The record. */
  readonly bytes: Uint8Array
  /** Salt of the record commitment. */
  readonly recordSalt: bigint
  /** The 24 Merkle siblings from the leaf upwards. */
  readonly path: readonly bigint[]
}

/** What the requester tells the workers of a task, encrypted. */
export type Payload = {
  readonly version: 1
  /** What to do, in words. */
  readonly instructions: string
  /** Display names of the classes, in label order; may be empty. */
  readonly classes: readonly string[]
  readonly rules: Rules
  /** The items in label order: `rules.itemCount` of them. */
  readonly items: readonly PayloadItem[]
}

/** What a sealed payload is bound to. */
export type PayloadBinding = {
  readonly chainId: number | bigint
  readonly taskRegistry: Address
  readonly taskId: Hex
}

/** A payload that fails authentication: wrong key, wrong task, or altered bytes. */
export class PayloadAuthenticationError extends BaseError {
  override name = 'PayloadAuthenticationError'
  constructor() {
    super('The payload fails authentication.', {
      metaMessages: [
        'The content key is not this payload’s, the payload is for another task, or its bytes were altered.',
      ],
    })
  }
}

/** A payload larger than this client accepts. */
export class PayloadTooLargeError extends BaseError {
  override name = 'PayloadTooLargeError'
  constructor(
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`The payload has ${bytes} bytes; at most ${maxBytes} are accepted.`)
  }
}

/** An item of the payload is not the record that the task's dataset has at that index. */
export class DatasetProofMismatchError extends BaseError {
  override name = 'DatasetProofMismatchError'
  constructor(
    /** Position of the item in the payload, 0-based. */
    readonly item: number,
    /** Index that the item claims in the dataset. */
    readonly recordIndex: number,
  ) {
    super(`Item ${item} of the payload is not record ${recordIndex} of the task's dataset.`, {
      metaMessages: ['Its Merkle proof does not lead to the registered dataset root. Do not label this payload.'],
    })
  }
}

/** AES-GCM nonce bytes, in front of the ciphertext. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Largest sealed payload that is made or opened: 64 MiB. */
export const MAX_PAYLOAD_BYTES = 2 ** 26

const BINDING_TYPES = parseAbiParameters('uint256, address, bytes32')

function bindingBytes({ chainId, taskRegistry, taskId }: PayloadBinding): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hexToBytes(encodeAbiParameters(BINDING_TYPES, [BigInt(chainId), taskRegistry, taskId])))
}

async function aesKey(contentKey: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  if (contentKey.length !== CONTENT_KEY_BYTES) throw new ContentKeyLengthError(contentKey.length)
  return globalThis.crypto.subtle.importKey('raw', new Uint8Array(contentKey), 'AES-GCM', false, [usage])
}

/**
 * Encrypts a payload for one task: canonical CBOR under AES-256-GCM, bound to chain, registry and task.
 *
 * @param contentKey - From {@link generateContentKey}; use it for this payload only.
 * @returns Nonce (12 bytes), ciphertext, tag (16 bytes): the bytes to store.
 * @throws {@link PayloadMalformedError}, {@link PayloadTooLargeError}, {@link ContentKeyLengthError}
 *
 * @example
 * import { type Payload, type PayloadBinding, generateContentKey, sealPayload } from '@veritask/sdk'
 *
 * const seal = (binding: PayloadBinding, payload: Payload) =>
 *   sealPayload({ ...binding, contentKey: generateContentKey(), payload })
 */
export async function sealPayload(
  parameters: PayloadBinding & { readonly contentKey: Uint8Array; readonly payload: Payload },
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = encodePayload(parameters.payload)
  const size = NONCE_BYTES + plain.length + TAG_BYTES
  if (size > MAX_PAYLOAD_BYTES) throw new PayloadTooLargeError(size, MAX_PAYLOAD_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const key = await aesKey(parameters.contentKey, 'encrypt')
  const ciphertext = await globalThis.crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: bindingBytes(parameters) },
    key,
    plain,
  )
  const sealed = new Uint8Array(size)
  sealed.set(nonce, 0)
  sealed.set(new Uint8Array(ciphertext), NONCE_BYTES)
  return sealed
}

/**
 * Decrypts a payload and checks that every item is a record of the task's dataset.
 *
 * @param sealed - From {@link sealPayload}; at most 64 MiB.
 * @param root - Root of the task's dataset version, from the chain.
 * @throws {@link PayloadAuthenticationError}, {@link PayloadMalformedError}, {@link DatasetProofMismatchError},
 * {@link PayloadTooLargeError}, {@link ContentKeyLengthError}
 *
 * @example
 * import { openPayload, type PayloadBinding } from '@veritask/sdk'
 *
 * const open = (binding: PayloadBinding, contentKey: Uint8Array, sealed: Uint8Array, root: bigint) =>
 *   openPayload({ ...binding, contentKey, sealed, root })
 */
export async function openPayload(
  parameters: PayloadBinding & {
    readonly contentKey: Uint8Array
    readonly sealed: Uint8Array
    readonly root: bigint
  },
): Promise<Payload> {
  const payload = decodePayload(await decryptPayload(parameters))
  const verify = createPathVerifier(parameters.root)
  payload.items.forEach((item, position) => {
    const leaf = recordCommitment({ salt: item.recordSalt, bytes: item.bytes })
    if (!verify({ leaf, index: item.index, path: item.path })) throw new DatasetProofMismatchError(position, item.index)
  })
  return payload
}

async function decryptPayload(
  parameters: PayloadBinding & { readonly contentKey: Uint8Array; readonly sealed: Uint8Array },
): Promise<Uint8Array> {
  const { sealed } = parameters
  if (sealed.length > MAX_PAYLOAD_BYTES) throw new PayloadTooLargeError(sealed.length, MAX_PAYLOAD_BYTES)
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new PayloadAuthenticationError()
  const key = await aesKey(parameters.contentKey, 'decrypt')
  try {
    const plain = await globalThis.crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: new Uint8Array(sealed.slice(0, NONCE_BYTES)), additionalData: bindingBytes(parameters) },
      key,
      new Uint8Array(sealed.slice(NONCE_BYTES)),
    )
    return new Uint8Array(plain)
  } catch {
    throw new PayloadAuthenticationError()
  }
}
