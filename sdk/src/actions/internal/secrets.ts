import { bytesToHex, type Hex, hexToBytes, isHex, numberToHex, size } from 'viem'
import {
  assertUnguessable,
  BaseError,
  generateKeyPair,
  type Point,
  publicKeyOf,
  randomBytes,
  randomSalt,
} from '../../core.js'
import type { LabelKind, RequesterSecrets, WorkerSecrets } from '../types.js'

/** Secrets that were kept do not belong to the task, or are damaged. What they hold is not repeated. */
export class SecretsMismatchError extends BaseError {
  override name = 'SecretsMismatchError'
  constructor({ reason }: { reason: string }) {
    super(`The secrets do not fit: ${reason}.`, {
      metaMessages: ['Use the secrets that were kept when this very task was created or joined.'],
    })
  }
}

/** Field elements and scalars travel as 32-byte hex in secrets. */
export function scalarToHex(value: bigint): Hex {
  return numberToHex(value, { size: 32 })
}

export function scalarFromHex(hex: Hex, what: string): bigint {
  return BigInt(word(hex, what))
}

export function bytesFromHex(hex: Hex, what: string): Uint8Array {
  return hexToBytes(word(hex, what))
}

/** Gold, items and labels of a task lie behind these three: whoever guesses one reads what it hides. */
export function assertRequesterSecrets({ contentKey, encryptionSecret, goldSalt }: RequesterSecrets): void {
  assertUnguessable(bytesFromHex(contentKey, 'contentKey'), 'The content key')
  assertUnguessable(bytesFromHex(encryptionSecret, 'encryptionSecret'), 'The encryption secret')
  assertUnguessable(bytesFromHex(goldSalt, 'goldSalt'), 'The salt of the gold')
}

export function requesterKeys(secrets: RequesterSecrets): { secretKey: bigint; publicKey: Point } {
  const secretKey = scalarFromHex(secrets.encryptionSecret, 'encryptionSecret')
  return { secretKey, publicKey: publicKeyOf(secretKey) }
}

export function freshEncryptionSecret(): Hex {
  return scalarToHex(generateKeyPair().secretKey)
}

/** Gold that will be opened has a 32-byte salt; gold that stays hidden a field element. */
export function freshGoldSalt(kind: LabelKind): Hex {
  return kind === 'open-gold' ? bytesToHex(randomBytes(32)) : scalarToHex(randomSalt())
}

export function assertSecretsOf(
  secrets: RequesterSecrets | WorkerSecrets,
  task: { readonly taskId: Hex; readonly chainId: number },
): void {
  if (secrets.version !== 1) throw new SecretsMismatchError({ reason: 'they are of another version' })
  if (secrets.chainId !== task.chainId) throw new SecretsMismatchError({ reason: 'they are for another chain' })
  if (secrets.taskId.toLowerCase() !== task.taskId.toLowerCase())
    throw new SecretsMismatchError({ reason: 'they are for another task' })
}

function word(hex: Hex, what: string): Hex {
  if (!isHex(hex) || size(hex) !== 32) throw new SecretsMismatchError({ reason: `"${what}" is not 32 bytes of hex` })
  return hex
}
