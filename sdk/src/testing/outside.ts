import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { root } from './foundry.js'

/** Published proofs of other projects, as the contracts' tests read them. */
export function outsideFixture<T extends Readonly<Record<string, unknown>>>(name: string): T {
  return readFixture(join('outside', name))
}

/** A published Groth16 key with its proof, in this project's encoding. */
export function groth16Fixture(name: string) {
  return readFixture<{ readonly keyData: Hex; readonly publicSignals: readonly string[]; readonly proof: Hex }>(
    join('groth16', name),
  )
}

function readFixture<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, 'contracts', 'test', 'fixtures', `${path}.json`), 'utf8')) as T
}

/** A deployed verifier's part of a key, for tests of encodings. */
export const sampleTarget = {
  verifier: `0x${'11'.repeat(20)}`,
  codeHash: `0x${'22'.repeat(32)}`,
  callGas: 400_000n,
} as const

/** The words of {@link sampleTarget}. */
export const sampleTargetWords = `${'0'.repeat(24)}${'11'.repeat(20)}${'22'.repeat(32)}${(400_000).toString(16).padStart(64, '0')}`
