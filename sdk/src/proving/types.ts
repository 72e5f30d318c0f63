/** Files of a compiled circuit. */
export type ArtifactKind = 'r1cs' | 'wasm' | 'zkey' | 'vkey'

/** What the manifest pins about one circuit. */
export type ManifestEntry = {
  /** R1CS constraints. */
  readonly constraints: number
  /** Names of the public signals, in order. */
  readonly publicSignals: readonly string[]
  /**
   * The public signal that a prover must not choose: whoever checks a proof derives it. Null for none. The key of a circuit with
   * one is registered as a key that needs a challenge, which is part of its id.
   */
  readonly challenge: string | null
  /** sha256 of each file, lower-case hex without prefix. Keys of a ceremony have its transcript beside them. */
  readonly files: Readonly<Record<ArtifactKind, string> & { transcript?: string }>
  /** Size of each file, in bytes. */
  readonly bytes: Readonly<Record<ArtifactKind, number> & { transcript?: number }>
  /** sha256 of the canonical JSON of `files`; part of the on-chain key id. */
  readonly manifestHash: `0x${string}`
  /** sha256, hex, over the circuit's name and everything above: tells damage to what `manifestHash` does not cover. */
  readonly checksum: string
}

/** Hashes of every artifact this release was built with. */
export type CircuitManifest = {
  readonly version: number
  /** True when the keys come from no multi-party ceremony. */
  readonly development: boolean
  readonly circuits: Readonly<Record<string, ManifestEntry>>
}

/** Of a manifest, what decides which verifier keys are those of a release; a whole {@link CircuitManifest} is one too. */
export type ReleaseManifest = {
  /** True when the keys come from no multi-party ceremony. */
  readonly development: boolean
  readonly circuits: Readonly<Record<string, Pick<ManifestEntry, 'manifestHash' | 'challenge'>>>
}

/** A {@link ReleaseManifest} with the hash of each verifying key, instead of the keys. */
export type ReleaseKeys = ReleaseManifest & {
  /** `keyDataHash`: keccak256 of the key as the registry has it. */
  readonly circuits: Readonly<Record<string, { readonly keyDataHash: `0x${string}` }>>
}

/** A Groth16 verifying key on BN254, as snarkjs writes it: decimal strings, projective points with z = 1. */
export type VerifyingKeyJson = {
  readonly protocol: string
  readonly curve: string
  readonly nPublic: number
  readonly vk_alpha_1: readonly string[]
  readonly vk_beta_2: readonly (readonly string[])[]
  readonly vk_gamma_2: readonly (readonly string[])[]
  readonly vk_delta_2: readonly (readonly string[])[]
  readonly vk_alphabeta_12?: readonly (readonly (readonly string[])[])[]
  readonly IC: readonly (readonly string[])[]
}
