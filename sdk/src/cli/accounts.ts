import { createCipheriv, randomBytes, scrypt } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Address, getAddress, type Hex, isAddress, keccak256, toBytes } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { UsageError } from './errors.js'
import { writeNew } from './written.js'

/** scrypt cost of a new keystore: 128 MiB and a third of a second for each guess of the passphrase. */
const COST = { n: 2 ** 17, r: 8, p: 1 }
const MAX_MEMORY = 256 * 1024 * 1024
const KEY_BYTES = 32
const SUFFIX = '.json'
/** What can be a file's name anywhere and is told from a path and an address. */
const NAME = /^(?!0x)[a-z0-9][a-z0-9_-]{0,31}$/i

export type KeptAccount = { readonly name: string; readonly address: Address; readonly file: string }

/** Encrypted keystores of a folder, by name. */
export type Accounts = {
  readonly list: () => Promise<readonly KeptAccount[]>
  readonly find: (name: string) => Promise<KeptAccount | undefined>
  /** Makes a key and keeps it encrypted. Never overwrites. */
  readonly create: (name: string, passphrase: string) => Promise<KeptAccount>
}

export function keptAccounts(directory: string): Accounts {
  const fileOf = (name: string) => join(directory, `${name}${SUFFIX}`)
  const list = async (): Promise<readonly KeptAccount[]> => {
    const files = await readdir(directory).catch(() => [])
    const names = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length))
    const found = await Promise.all(
      names.sort().map(async (name) => ({ name, address: await addressIn(fileOf(name)) })),
    )
    return found.flatMap(({ name, address }) => (address ? [{ name, address, file: fileOf(name) }] : []))
  }
  return {
    list,
    find: async (name) => (await list()).find((kept) => kept.name === name),
    create: async (name, passphrase) => {
      assertName(name)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const key = generatePrivateKey()
      const address = privateKeyToAddress(key)
      const file = fileOf(name)
      await writeNew(file, `${JSON.stringify(await keystoreOf(key, address, passphrase), null, 2)}\n`, 'state')
      return { name, address, file }
    },
  }
}

export function assertName(name: string): void {
  if (!NAME.test(name))
    throw new UsageError('The name of an account is up to 32 letters, digits, - and _.', 'For example: alice.')
}

async function addressIn(file: string): Promise<Address | undefined> {
  try {
    const { address } = JSON.parse(await readFile(file, 'utf8')) as { address?: unknown }
    const hex = `0x${String(address).replace(/^0x/, '')}`
    return isAddress(hex, { strict: false }) ? getAddress(hex) : undefined
  } catch {
    return undefined
  }
}

/** A keystore of version 3, as every wallet reads it. */
async function keystoreOf(key: Hex, address: Address, passphrase: string): Promise<object> {
  const salt = randomBytes(32)
  const iv = randomBytes(16)
  const { n, r, p } = COST
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)
  const derived = await derive(passphrase, salt, KEY_BYTES, { N: n, r, p, maxmem: MAX_MEMORY })
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const sealed = Buffer.concat([cipher.update(toBytes(key)), cipher.final()])
  return {
    version: 3,
    id: crypto.randomUUID(),
    address: address.slice(2).toLowerCase(),
    crypto: {
      cipher: 'aes-128-ctr',
      ciphertext: sealed.toString('hex'),
      cipherparams: { iv: iv.toString('hex') },
      kdf: 'scrypt',
      kdfparams: { dklen: KEY_BYTES, salt: salt.toString('hex'), n, r, p },
      mac: keccak256(Buffer.concat([derived.subarray(16, 32), sealed])).slice(2),
    },
  }
}
