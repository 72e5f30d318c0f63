import { writeFileSync } from 'node:fs'
import { circuitManifest, impossibleSignals, verifyingKeys, vkeyToKeyData } from '@veritask/sdk'
import { numberToHex } from 'viem'

/**
 * Writes what Deploy.s.sol proposes: every circuit's verifying key as data, the hash of its artifact manifest, and the
 * statement that nobody can prove under an honest key.
 */
export function writeKeysFile(path: string): readonly string[] {
  const names = Object.keys(circuitManifest.circuits)
  const keys = names.map((name) => {
    const entry = circuitManifest.circuits[name]
    const verifyingKey = verifyingKeys[name as keyof typeof verifyingKeys]
    if (entry === undefined || verifyingKey === undefined) throw new Error(`no verifying key of ${name}`)
    return {
      impossibleSignals: impossibleSignals(verifyingKey.nPublic).map((signal) => numberToHex(signal, { size: 32 })),
      keyData: vkeyToKeyData(verifyingKey),
      manifestHash: entry.manifestHash,
      development: true,
      name,
    }
  })
  writeFileSync(path, JSON.stringify(keys))
  return names
}
