import { writeFileSync } from 'node:fs'
import { circuitManifest, verifyingKeys, vkeyToKeyData } from '@veritask/sdk'

/**
 * Writes what Deploy.s.sol proposes: every circuit's verifying key as data, the hash of its artifact manifest, and whether it
 * needs a challenge. A proof of the impossible statement may freeze each: the first output of every circuit is a hash.
 */
export function writeKeysFile(path: string): readonly string[] {
  const names = Object.keys(circuitManifest.circuits)
  const keys = names.map((name) => {
    const entry = circuitManifest.circuits[name]
    const verifyingKey = verifyingKeys[name as keyof typeof verifyingKeys]
    if (entry === undefined || verifyingKey === undefined) throw new Error(`no verifying key of ${name}`)
    return {
      keyData: vkeyToKeyData(verifyingKey),
      manifestHash: entry.manifestHash,
      development: true,
      needsChallenge: entry.challenge !== null,
      freezableByProof: true,
      name,
    }
  })
  writeFileSync(path, JSON.stringify(keys))
  return names
}
