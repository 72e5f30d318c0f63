import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputFileError, NotKeptError, VaultLockedError } from './errors.js'

/** scrypt cost: about 100 ms and 32 MiB for each guess of the passphrase. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const KEY_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SUFFIX = '.json'

type Sealed = {
  readonly version: 1
  readonly kdf: 'scrypt'
  readonly cost: { readonly N: number; readonly r: number; readonly p: number }
  readonly cipher: 'aes-256-gcm'
  readonly salt: string
  readonly nonce: string
  readonly sealed: string
}

/** Secrets of one person on disk: each in its own file, encrypted under one passphrase, readable by its owner alone. */
export type Vault = {
  readonly directory: string
  readonly put: (name: string, value: unknown) => Promise<void>
  /** @param what - Named in the error when nothing is kept. */
  readonly get: <T>(name: string, what: string) => Promise<T>
  readonly find: <T>(name: string) => Promise<T | undefined>
  /** Names of what is kept that start so, in lower case. */
  readonly names: (prefix: string) => Promise<string[]>
}

export function openVault(directory: string, passphrase: () => Promise<string>): Vault {
  const pathOf = (name: string) => join(directory, `${name.toLowerCase()}${SUFFIX}`)

  const find = async <T>(name: string): Promise<T | undefined> => {
    const file = pathOf(name)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw new InputFileError({ file, reason: 'cannot be read', advice: 'Check its permissions.', cause: error })
    })
    if (text === undefined) return undefined
    return unseal(text, name, file, await passphrase()) as T
  }

  return {
    directory,
    find,
    get: async <T>(name: string, what: string) => {
      const value = await find<T>(name)
      if (value === undefined) throw new NotKeptError({ what, directory })
      return value
    },
    names: async (prefix) => {
      const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw new InputFileError({
          file: directory,
          reason: 'cannot be read',
          advice: 'Check its permissions.',
          cause: error,
        })
      })
      return files
        .filter((file) => file.startsWith(prefix.toLowerCase()) && file.endsWith(SUFFIX))
        .map((file) => file.slice(0, -SUFFIX.length))
        .sort()
    },
    put: async (name, value) => {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const file = pathOf(name)
      const next = `${file}.${randomBytes(6).toString('hex')}`
      await writeFile(next, JSON.stringify(seal(value, name, await passphrase())), { mode: 0o600, flush: true })
      await rename(next, file)
    },
  }
}

function seal(value: unknown, name: string, passphrase: string): Sealed {
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, KEY_BYTES, COST), nonce)
  cipher.setAAD(Buffer.from(name.toLowerCase()))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()])
  const { N, r, p } = COST
  return {
    version: 1,
    kdf: 'scrypt',
    cost: { N, r, p },
    cipher: 'aes-256-gcm',
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
  }
}

function unseal(text: string, name: string, file: string, passphrase: string): unknown {
  try {
    const { version, salt, nonce, sealed } = JSON.parse(text) as Sealed
    if (version !== 1) throw new Error('version')
    const bytes = Buffer.from(sealed, 'base64')
    // The cost is this program's own: a file cannot ask for more memory than that.
    const key = scryptSync(passphrase, Buffer.from(salt, 'base64'), KEY_BYTES, COST)
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'))
    decipher.setAAD(Buffer.from(name.toLowerCase()))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])
    return JSON.parse(plain.toString('utf8'))
  } catch {
    throw new VaultLockedError({ file })
  }
}
