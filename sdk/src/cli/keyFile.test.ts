import { createCipheriv, pbkdf2Sync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAccount } from './keyFile.js'

const KEY = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'
const { address } = privateKeyToAccount(`0x${KEY}`)
const PASSPHRASE = 'correct horse'
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veritask-keys-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function read(content: unknown) {
  const file = join(directory, 'key.json')
  await writeFile(file, JSON.stringify(content))
  return readAccount(file, async () => PASSPHRASE)
}

/** A keystore of version 3 as the Web3 Secret Storage Definition has it. */
function sealed() {
  const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)]
  const derived = pbkdf2Sync(PASSPHRASE, salt, 1000, 32, 'sha256')
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const text = Buffer.concat([cipher.update(Buffer.from(KEY, 'hex')), cipher.final()])
  return {
    cipher: 'aes-128-ctr',
    ciphertext: text.toString('hex'),
    cipherparams: { iv: iv.toString('hex') },
    kdf: 'pbkdf2',
    kdfparams: { dklen: 32, salt: salt.toString('hex'), c: 1000, prf: 'hmac-sha256' },
    mac: keccak256(Buffer.concat([derived.subarray(16, 32), text])).slice(2),
  }
}

describe('a key file', () => {
  test.each([
    ['with 0x', `0x${KEY}`],
    ['without 0x', KEY],
    ['in capitals without 0x', KEY.toUpperCase()],
    ['with blanks around it', ` ${KEY}\n`],
  ])('default: a private key %s', async (_, privateKey) => {
    expect((await read({ privateKey })).address).toBe(address)
  })

  test.each(['crypto', 'Crypto'])('default: a keystore with %s', async (field) => {
    expect((await read({ version: 3, id: 'x', [field]: sealed() })).address).toBe(address)
  })

  test.each([
    ['31 bytes', { privateKey: KEY.slice(2) }],
    ['no hex', { privateKey: 'z'.repeat(64) }],
    ['a number', { privateKey: 5 }],
    ['nothing', {}],
  ])('error: %s is no key, and what was given is not repeated', async (_, content) => {
    const error = await read(content).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'KeyFileError' })
    expect(error.message).not.toContain(KEY.slice(2, 20))
  })
})
