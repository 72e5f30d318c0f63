import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, http } from 'viem'
import { foundry } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import * as abi from './abi.js'
import * as events from './events/index.js'
import * as sdk from './index.js'
import * as types from './types.js'
import * as verify from './verify.js'

const here = dirname(fileURLToPath(import.meta.url))

/** Every module an entry point reaches, and every package it imports. */
function reach(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    const source = readFileSync(file, 'utf8')
    // Type-only imports and exports leave nothing behind.
    const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^(import|export) type [\s\S]*?from '.*'$/gm, '')
    for (const [, specifier] of code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      if (!specifier!.startsWith('.')) packages.add(specifier!)
      else if (/\.js$/.test(specifier!)) {
        const target = resolve(dirname(file), specifier!)
        visit(sourceOf(target))
      }
    }
  }
  visit(join(here, entry))
  return { files, packages }
}

function sourceOf(target: string): string {
  const source = target.replace(/\.js$/, '.ts')
  try {
    readFileSync(source)
    return source
  } catch {
    return target
  }
}

describe('entry points', () => {
  test('default: the root runs in a browser, the light ones carry no prover', () => {
    const root = reach('index.ts')
    expect([...root.packages].filter((name) => name.startsWith('node:'))).toEqual([])
    expect(root.files.size).toBeGreaterThan(50)
    for (const entry of ['types.ts', 'abi.ts', 'events/index.ts']) {
      const { files, packages } = reach(entry)
      expect([...packages].filter((name) => name.startsWith('node:') || name === 'snarkjs')).toEqual([])
      expect([...files].filter((file) => file.includes('/proving/') || file.includes('/storage/'))).toEqual([])
    }
  })

  test('default: who only verifies loads no prover, no Poseidon, no encryption, and no verifying keys', () => {
    const { files, packages } = reach('verify.ts')
    expect([...packages].sort()).toEqual(['@noble/curves/bn254', 'viem', 'viem/actions'])
    const own = [...files].map((file) => file.slice(here.length + 1))
    const allowed = ['vectors', 'consensusVectors', 'groth16', 'unboundSignal'].map((name) => `proving/${name}.ts`)
    expect(own.filter((file) => file.startsWith('proving/') && !allowed.includes(file))).toEqual([])
    const others =
      /^(ceremony|cli|datasets|encryption|gates|labels-io|reputation|storage)\/|poseidon|core|circuits|reverts\.ts/
    expect(own.filter((file) => others.test(file))).toEqual([])
  })

  test('default: what the light entry has is the very same in the whole', () => {
    const whole: Readonly<Record<string, unknown>> = sdk
    for (const [name, value] of Object.entries(verify)) expect(whole[name], name).toBe(value)
  })

  test('default: what each is for', () => {
    expect(abi.taskRegistryAbi.length).toBeGreaterThan(10)
    expect(types.decodeRules).toBe(sdk.decodeRules)
    expect(events.decodeVeritaskLogs).toBe(sdk.decodeVeritaskLogs)
    // The action and the hash behind it share a name.
    expect(sdk.commitLabels).not.toBe(sdk.labelCommitment)
  })
})

describe('veritaskActions', () => {
  const client = createClient({ chain: foundry, transport: http('http://127.0.0.1:1') })

  test('default: binds every action', async () => {
    const actions = sdk.veritaskActions()(client)
    expect(Object.keys(actions)).toContain('createTask')
    for (const [name, action] of Object.entries(actions)) {
      expect(sdk).toHaveProperty(name)
      expect(action).toBeTypeOf('function')
    }
  })

  test('error: what is missing is named', async () => {
    const actions = sdk.veritaskActions()(client)
    await expect(actions.listTasks({})).rejects.toMatchObject({ name: 'MissingDeploymentError' })
    await expect(actions.proveLabels({ taskId: '0x', labels: [] })).rejects.toMatchObject({
      name: 'OptionMissingError',
      message: expect.stringContaining('prover'),
    })
    await expect(actions.fetchAssignment({ taskId: '0x', secrets: undefined as never })).rejects.toMatchObject({
      name: 'OptionMissingError',
      message: expect.stringContaining('store'),
    })
  })

  test('args: a call overrides the defaults', async () => {
    const contracts = Object.fromEntries(sdk.contractNames.map((name) => [name, `0x${'01'.repeat(20)}`]))
    const deployment = sdk.parseDeployment({ chainId: 31337, blockNumber: 0, contracts, keys: {} })
    const actions = sdk.veritaskActions({ deployment })(client)
    await expect(actions.listTasks({})).rejects.toMatchObject({ name: 'NodeUnreachableError' })
  })
})
