import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { confirmPassphrase } from './context.js'
import { openVault } from './vault.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veritask-vault-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const typed = (passphrase: string) => async () => passphrase

describe('the passphrase of a folder', () => {
  test('default: what is kept opens with it', async () => {
    await openVault(directory, typed('right')).put('worker-1', { salt: '0x01' })
    expect(await openVault(directory, typed('right')).get('worker-1', 'secrets')).toEqual({ salt: '0x01' })
  })

  test('error: one that is mistyped is refused before anything is kept, so that nothing is sent', async () => {
    await openVault(directory, typed('right')).put('worker-1', 1)
    const before = await readdir(directory)
    const vault = openVault(directory, typed('rihgt'))
    await expect(vault.put('worker-2', 2)).rejects.toMatchObject({ name: 'WrongPassphraseError' })
    await expect(vault.assertPassphrase()).rejects.toMatchObject({ name: 'WrongPassphraseError' })
    expect(await readdir(directory)).toEqual(before)
  })

  test('one that is mistyped can be typed again', async () => {
    await openVault(directory, typed('right')).put('worker-1', 1)
    const tries = ['wrong', 'right']
    const vault = openVault(directory, typed('rihgt'), { again: async () => tries.shift() })
    await vault.put('worker-2', 2)
    expect(await openVault(directory, typed('right')).get('worker-2', 'secrets')).toBe(2)
    // What is read first asks as well.
    const reader = openVault(directory, typed('rihgt'), { again: typed('right') })
    expect(await reader.get('worker-1', 'secrets')).toBe(1)
  })

  test('a new one is confirmed, once for the folder', async () => {
    const confirmed: string[] = []
    const confirm = async (passphrase: string) => void confirmed.push(passphrase)
    await openVault(directory, typed('new'), { confirm }).put('worker-1', 1)
    await openVault(directory, typed('new'), { confirm }).put('worker-2', 2)
    expect(confirmed).toEqual(['new'])
  })

  test('error: a new one that is not confirmed fixes nothing', async () => {
    const confirm = (passphrase: string) => confirmPassphrase(passphrase, typed('other'))
    const vault = openVault(directory, typed('new'), { confirm })
    await expect(vault.put('worker-1', 1)).rejects.toMatchObject({ name: 'PassphraseNotConfirmedError' })
    expect(await readdir(directory)).toEqual([])
    await expect(confirmPassphrase('', typed(''))).rejects.toThrow('An empty passphrase protects nothing.')
  })

  test('a folder from before there was a check is opened by what is kept there', async () => {
    await openVault(directory, typed('right')).put('worker-1', 1)
    await rm(join(directory, 'passphrase.json'))
    await expect(openVault(directory, typed('wrong')).put('worker-2', 2)).rejects.toMatchObject({
      name: 'WrongPassphraseError',
    })
    await openVault(directory, typed('right')).put('worker-2', 2)
    expect(await readdir(directory)).toEqual(['passphrase.json', 'worker-1.json', 'worker-2.json'])
  })

  test('error: an altered file is told from a wrong passphrase', async () => {
    const vault = openVault(directory, typed('right'))
    await vault.put('worker-1', 1)
    await rm(join(directory, 'worker-1.json'))
    const other = await mkdtemp(join(tmpdir(), 'veritask-vault-'))
    await openVault(other, typed('other')).put('worker-1', 1)
    const { rename } = await import('node:fs/promises')
    await rename(join(other, 'worker-1.json'), join(directory, 'worker-1.json'))
    await rm(other, { recursive: true, force: true })
    await expect(openVault(directory, typed('right')).get('worker-1', 'secrets')).rejects.toMatchObject({
      name: 'VaultLockedError',
    })
  })
})
