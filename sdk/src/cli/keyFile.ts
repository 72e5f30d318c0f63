import { createDecipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Hex, isHex, keccak256, type LocalAccount, size, toBytes } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { decodeText, parseJson, TextFileError } from '../text/index.js'
import { KeyFileError } from './errors.js'

/** Bounds on what a keystore may ask of this machine. */
const MAX_SCRYPT_MEMORY = 512 * 1024 * 1024
const MAX_PBKDF2_ROUNDS = 10_000_000

type Keystore = {
  version: number
  crypto: {
    cipher: string
    ciphertext: string
    cipherparams: { iv: string }
    kdf: string
    kdfparams: { dklen: number; salt: string; n?: number; r?: number; p?: number; c?: number; prf?: string }
    mac: string
  }
}

/** The account of a key file: an encrypted keystore (version 3), or JSON `{"privateKey"}`. */
export async function readAccount(file: string, passphrase: () => Promise<string>): Promise<LocalAccount> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new KeyFileError({ file, reason: error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read' })
  })
  let content: unknown
  try {
    content = parseJson(decodeText(bytes))
  } catch (error) {
    // Neither repeats what the file holds.
    throw new KeyFileError({ file, reason: error instanceof TextFileError ? `it ${error.reason}` : 'it is not JSON' })
  }
  const { privateKey, ...keystore } = (content ?? {}) as { privateKey?: unknown; crypto?: unknown; Crypto?: unknown }
  // The version 3 of some wallets writes it with a capital.
  const crypto = keystore.crypto ?? keystore.Crypto
  if (crypto) return toAccount(file, decrypt(file, { ...keystore, crypto } as Keystore, await passphrase()))
  return toAccount(file, typeof privateKey === 'string' ? prefixed(privateKey) : privateKey)
}

/** A key as many tools print it: 64 hex digits without 0x. */
const prefixed = (key: string) => (/^[0-9a-f]{64}$/i.test(key.trim()) ? `0x${key.trim()}` : key.trim())

function toAccount(file: string, key: unknown): LocalAccount {
  if (!isHex(key) || size(key) !== 32) throw new KeyFileError({ file, reason: 'it holds no 32-byte key' })
  try {
    return privateKeyToAccount(key)
  } catch {
    // The library's message would repeat the key.
    throw new KeyFileError({ file, reason: 'its key is not a valid secp256k1 key' })
  }
}

function decrypt(file: string, keystore: Keystore, passphrase: string): Hex {
  try {
    const { cipher, ciphertext, cipherparams, kdf, kdfparams, mac } = keystore.crypto
    if (keystore.version !== 3 || cipher !== 'aes-128-ctr') throw new Error('unsupported')
    const salt = Buffer.from(kdfparams.salt, 'hex')
    const { n = 0, r = 0, p = 0, c = 0 } = kdfparams
    if (kdf === 'scrypt' ? 128 * n * r * p > MAX_SCRYPT_MEMORY : c > MAX_PBKDF2_ROUNDS) throw new Error('too costly')
    const key =
      kdf === 'scrypt'
        ? scryptSync(passphrase, salt, 32, { N: n, r, p, maxmem: 2 * MAX_SCRYPT_MEMORY })
        : pbkdf2Sync(passphrase, salt, c, 32, 'sha256')
    const sealed = Buffer.from(ciphertext, 'hex')
    const actual = toBytes(keccak256(Buffer.concat([key.subarray(16, 32), sealed])))
    if (!timingSafeEqual(actual, Buffer.from(mac, 'hex'))) throw new Error('mac')
    const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), Buffer.from(cipherparams.iv, 'hex'))
    return `0x${Buffer.concat([decipher.update(sealed), decipher.final()]).toString('hex')}`
  } catch {
    throw new KeyFileError({ file, reason: 'the passphrase does not open it, or it is not a version 3 keystore' })
  }
}
