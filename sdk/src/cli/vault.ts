import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputFileError, NotKeptError, VaultLockedError, WrongPassphraseError } from './errors.js'

/** scrypt cost: about 100 ms and 32 MiB for each guess of the passphrase. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const KEY_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SUFFIX = '.json'
/** Sealed like a secret and holding none: what opens it is the passphrase of the folder. */
const CHECK = 'passphrase'

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
  /** @throws {WrongPassphraseError} when what is kept in the folder is under another passphrase. */
  readonly assertPassphrase: () => Promise<void>
}

export type VaultPassphrase = {
  /** Asked once the passphrase of a new folder is about to be fixed; throws when it is not meant. */
  readonly confirm?: (passphrase: string) => Promise<void>
  /** Another try after a wrong one; undefined when there is nobody to ask. */
  readonly again?: () => Promise<string | undefined>
}

/** One folder has one passphrase, which is compared with what is kept there before anything more is. */
export function openVault(
  directory: string,
  passphrase: () => Promise<string>,
  { confirm, again }: VaultPassphrase = {},
): Vault {
  const pathOf = (name: string) => join(directory, `${name.toLowerCase()}${SUFFIX}`)

  const find = async <T>(name: string): Promise<T | undefined> => {
    const file = pathOf(name)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw new InputFileError({ file, reason: 'cannot be read', advice: 'Check its permissions.', cause: error })
    })
    if (text === undefined) return undefined
    const given = checked ? await checked : await passphrase()
    try {
      return unseal(text, name, file, given) as T
    } catch (error) {
      // Typed wrongly, or the passphrase of the key file and not of the folder.
      if (checked) throw error
      const right = await assertPassphrase()
      if (right === given) throw error
      return unseal(text, name, file, right) as T
    }
  }

  const sealedFiles = async (): Promise<readonly string[]> => {
    const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith(SUFFIX)).sort()
    const sealed = await Promise.all(
      files.map(async (file) => isSealed(await readFile(join(directory, file), 'utf8').catch(() => ''))),
    )
    return files.filter((_, index) => sealed[index])
  }

  /** Whether a passphrase opens the folder: by its check, or in a folder from before there was one by anything kept in it. */
  const opens = async (given: string, sealed: readonly string[]): Promise<boolean> => {
    const [check] = sealed.filter((file) => file === `${CHECK}${SUFFIX}`)
    for (const file of check ? [check] : sealed) {
      try {
        unseal(await readFile(join(directory, file), 'utf8'), file.slice(0, -SUFFIX.length), file, given)
        return true
      } catch (error) {
        if (!(error instanceof VaultLockedError)) throw error
      }
    }
    return false
  }

  const write = async (name: string, value: unknown, given: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = pathOf(name)
    const next = `${file}.${randomBytes(6).toString('hex')}`
    await writeFile(next, JSON.stringify(seal(value, name, given)), { mode: 0o600, flush: true })
    await rename(next, file)
  }

  let checked: Promise<string> | undefined
  /** The passphrase of the folder, compared with it; fixed by the first use of a new folder. */
  const assertPassphrase = (): Promise<string> => {
    checked ??= (async () => {
      const sealed = await sealedFiles()
      let given = await passphrase()
      if (sealed.length === 0) await confirm?.(given)
      else
        while (!(await opens(given, sealed))) {
          const next = await again?.()
          if (next === undefined) throw new WrongPassphraseError({ directory })
          given = next
        }
      if (!sealed.includes(`${CHECK}${SUFFIX}`)) await write(CHECK, { version: 1 }, given)
      return given
    })()
    // Whoever calls again is asked again.
    checked.catch(() => {
      checked = undefined
    })
    return checked
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
    put: async (name, value) => write(name, value, await assertPassphrase()),
    assertPassphrase: async () => void (await assertPassphrase()),
  }
}

function isSealed(text: string): boolean {
  try {
    const { version, kdf, cipher, sealed } = JSON.parse(text) as Partial<Sealed>
    return version === 1 && kdf === 'scrypt' && cipher === 'aes-256-gcm' && typeof sealed === 'string'
  } catch {
    return false
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
