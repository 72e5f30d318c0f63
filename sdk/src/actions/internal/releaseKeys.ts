import type { Hex } from 'viem'
import { releaseKeys } from '../../generated/releaseKeys.js'
import { keyDataHash, keyIdOf } from '../../proving/groth16.js'
import type { ReleaseManifest } from '../../proving/types.js'

/** What a verifying key's id is made of, besides its manifest entry. */
type KeyContent = { readonly keyId: Hex; readonly keyData: Hex }

/** Circuit of this release with a challenge, by the hash of its verifying key. */
let challengeCircuits: ReadonlyMap<Hex, string> | undefined

/**
 * The circuit of this release that a verifying key is of, when that circuit needs a challenge. The registry cannot see a circuit:
 * a key of one may have been registered without the mark.
 */
export function challengeCircuitOf(keyData: Hex): string | undefined {
  challengeCircuits ??= new Map(
    Object.entries(releaseKeys.circuits).flatMap(([circuit, entry]) =>
      typeof entry.challenge === 'string' ? [[entry.keyDataHash, circuit] as const] : [],
    ),
  )
  return challengeCircuits.get(keyDataHash(keyData))
}

/**
 * Whether a registered key is the one of a circuit: the verifying key itself is this release's, and its id was computed from the
 * entry of the circuit in the manifest.
 */
export function isReleaseKey(manifest: ReleaseManifest, circuit: string, { keyId, keyData }: KeyContent): boolean {
  const entry = Object.hasOwn(manifest.circuits, circuit) ? manifest.circuits[circuit] : undefined
  const own = Object.hasOwn(releaseKeys.circuits, circuit) ? releaseKeys.circuits[circuit] : undefined
  if (!entry || !own || own.keyDataHash !== keyDataHash(keyData)) return false
  const { manifestHash, challenge } = entry
  return (
    keyIdOf({ keyData, manifestHash, development: manifest.development, needsChallenge: challenge !== null }) === keyId
  )
}
