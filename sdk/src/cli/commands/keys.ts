import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import {
  artifactFileName,
  type CircuitManifest,
  circuitManifest,
  type VerifyingKeyJson,
  vkeyToKeyData,
} from '../../core.js'
import { command, idOf, textOf } from '../command.js'
import { readJson } from '../context.js'
import { InputFileError } from '../errors.js'
import { list, table, time, withProgress } from '../output.js'

const id = { type: 'positional', required: true, description: 'Key id' } as const

export const keysList = command({
  name: 'list',
  description: 'List every verifier key',
  run: async (context) => {
    const client = await context.reader()
    const data = await client.listVerifierKeys()
    const rows = data.map((key) => [
      key.circuit ?? '-',
      key.status,
      key.development ? 'development' : 'ceremony',
      key.keyId,
    ])
    return { data, text: data.length === 0 ? 'no keys' : table(['circuit', 'status', 'setup', 'key'], rows) }
  },
})

export const keysShow = command({
  name: 'show',
  description: 'Show one verifier key',
  args: { id },
  run: async (context, flags) => {
    const client = await context.reader()
    const data = await client.getVerifierKey({ keyId: idOf(flags) })
    const text = list({
      key: data.keyId,
      circuit: data.circuit ?? '-',
      status: data.status,
      setup: data.development ? 'development (no ceremony)' : 'ceremony',
      'active from': time(data.activeAt),
      'proof system': data.proofSystem,
      signals: data.signalCount,
      'gas cap': data.gasCap,
      manifest: data.manifestHash,
    })
    return { data, text }
  },
})

type Check = { readonly name: string; readonly passed: boolean; readonly detail: string }

export const keysVerify = command({
  name: 'verify',
  description: 'Hash local artifacts again and compare them with the manifest and with the chain, line by line',
  args: {
    id,
    manifest: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Artifact manifest (default: the one of this release)',
    },
  },
  run: async (context, flags) => {
    const client = await context.reader()
    const key = await client.getVerifierKey({ keyId: idOf(flags) })
    const file = textOf(flags, 'manifest')
    const manifest = file ? await readManifest(file) : circuitManifest
    const checks: Check[] = [{ name: 'key id', passed: true, detail: 'is the hash of the key data on the chain' }]
    const found = Object.entries(manifest.circuits).find(([, entry]) => entry.manifestHash === key.manifestHash)
    checks.push({
      name: 'manifest hash',
      passed: found !== undefined,
      detail: found ? `${key.manifestHash} is that of ${found[0]}` : `${key.manifestHash} is not in the manifest`,
    })
    if (found) {
      const [circuit, entry] = found
      const files = JSON.stringify(Object.fromEntries(Object.entries(entry.files).sort(([a], [b]) => (a < b ? -1 : 1))))
      const recomputed = `0x${createHash('sha256').update(files).digest('hex')}`
      checks.push({
        name: 'manifest entry',
        passed: recomputed === entry.manifestHash,
        detail: 'hashes to its manifest hash',
      })
      checks.push(...(await checkFiles(context, circuit, entry.files, key.keyData)))
    }
    const failed = checks.some(({ passed }) => !passed)
    const rows = checks.map(({ name, passed, detail }) => [passed ? 'ok' : 'FAILED', name, detail])
    return {
      data: { keyId: key.keyId, circuit: found?.[0], valid: !failed, checks },
      text: table(['', 'check', ''], rows),
      failed,
    }
  },
})

async function checkFiles(
  context: { readonly json: boolean; readonly artifactsDirectory: string },
  circuit: string,
  files: Readonly<Record<string, string>>,
  keyData: string,
): Promise<Check[]> {
  const kinds = ['r1cs', 'wasm', 'zkey', 'vkey'] as const
  const pathOf = (kind: (typeof kinds)[number]) =>
    join(context.artifactsDirectory, circuit, artifactFileName(circuit, kind))
  const checks = await withProgress('Hashing artifacts', context.json, async (report) => {
    const done: Check[] = []
    for (const [index, kind] of kinds.entries()) {
      report(index / kinds.length, kind)
      const actual = await hashFile(pathOf(kind))
      const expected = files[kind]
      const detail =
        actual === undefined
          ? `${pathOf(kind)} is missing`
          : actual === expected
            ? `sha256 ${actual}`
            : `sha256 ${actual}, expected ${expected}`
      done.push({ name: kind, passed: actual === expected, detail })
    }
    return done
  })
  const local = await readJson(pathOf('vkey'), 'Build the circuit first.')
    .then((vkey) => vkeyToKeyData(vkey as VerifyingKeyJson))
    .catch(() => undefined)
  checks.push({
    name: 'key data',
    passed: local === keyData,
    detail:
      local === keyData ? 'the local verifying key is the one on the chain' : 'the local verifying key is another',
  })
  return checks
}

function hashFile(file: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const hash = createHash('sha256')
    createReadStream(file)
      .on('error', () => resolve(undefined))
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => resolve(hash.digest('hex')))
  })
}

async function readManifest(file: string): Promise<CircuitManifest> {
  const advice = 'Give circuits/artifacts/manifest.json.'
  const value = (await readJson(file, advice)) as Partial<CircuitManifest> | null
  if (typeof value?.circuits !== 'object') throw new InputFileError({ file, reason: 'is no artifact manifest', advice })
  return value as CircuitManifest
}
