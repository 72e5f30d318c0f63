// The parts of snarkjs 0.7.6 and ffjavascript that ceremonies and tests use; neither ships types.
declare module 'snarkjs' {
  type Source = string | { readonly type: 'mem'; readonly data: Uint8Array }
  type Logger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>

  /** Coordinates as decimal strings, the last one or pair for z = 1. */
  type Proof = { readonly pi_a: string[]; readonly pi_b: string[][]; readonly pi_c: string[] }

  /** Points are in Montgomery form, little-endian: affine (x, y) or Jacobian (x, y, z). */
  export type Group = {
    readonly zero: Uint8Array
    readonly g: Uint8Array
    readonly zeroAffine: Uint8Array
    add(a: Uint8Array, b: Uint8Array): Uint8Array
    neg(a: Uint8Array): Uint8Array
    eq(a: Uint8Array, b: Uint8Array): boolean
    isZero(a: Uint8Array): boolean
    toAffine(a: Uint8Array): Uint8Array
    timesFr(a: Uint8Array, scalar: Uint8Array): Uint8Array
    timesScalar(a: Uint8Array, scalar: bigint): Uint8Array
    fromRng(rng: unknown): Uint8Array
    /** Big-endian, as hashes take points. */
    toUncompressed(a: Uint8Array): Uint8Array
    /** Scalars little-endian, all of one size. */
    multiExpAffine(bases: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>
  }
  export type Curve = {
    readonly G1: Group
    readonly G2: Group
    readonly Fr: {
      /** Into Montgomery form. */
      e(value: bigint): Uint8Array
      fromRng(rng: unknown): Uint8Array
      fft(values: Uint8Array): Promise<Uint8Array>
      batchToMontgomery(values: Uint8Array): Promise<Uint8Array>
      batchFromMontgomery(values: Uint8Array): Promise<Uint8Array>
    }
    /** Whether the product of e(G1, G2) over the pairs given is one. */
    pairingEq(...points: Uint8Array[]): Promise<boolean>
    terminate(): Promise<void>
  }

  export const curves: { getCurveFromName(name: 'bn128'): Promise<Curve> }
  export const zKey: {
    /** Resolves to the circuit hash, or -1 when the powers of tau do not suffice. */
    newZKey(r1cs: Source, ptau: Source, zkey: Source, logger?: Logger): Promise<Uint8Array | -1>
    contribute(oldZkey: Source, newZkey: Source, name: string, entropy: string, logger?: Logger): Promise<Uint8Array>
    beacon(
      oldZkey: Source,
      newZkey: Source,
      name: string,
      beaconHex: string,
      iterationsExponent: number,
      logger?: Logger,
    ): Promise<Uint8Array | false>
    verifyFromInit(initialZkey: Source, ptau: Source, zkey: Source, logger?: Logger): Promise<boolean>
    exportVerificationKey(zkey: Source): Promise<Readonly<Record<string, unknown>>>
  }
  export const powersOfTau: {
    newAccumulator(curve: Curve, power: number, ptau: Source): Promise<Uint8Array>
    contribute(oldPtau: Source, newPtau: Source, name: string, entropy: string): Promise<Uint8Array>
    beacon(
      oldPtau: Source,
      newPtau: Source,
      name: string,
      beaconHex: string,
      iterationsExponent: number,
    ): Promise<Uint8Array>
    preparePhase2(oldPtau: Source, newPtau: Source): Promise<void>
  }
  export const groth16: {
    fullProve(
      inputs: Readonly<Record<string, unknown>>,
      wasm: Source,
      zkey: Source,
    ): Promise<{ proof: Proof; publicSignals: string[] }>
    prove(zkey: Source, witness: Source): Promise<{ proof: Proof; publicSignals: string[] }>
    /** Used by tests alone: `verifyProof` takes what the chain takes. */
    verify(verifyingKey: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>
  }
}

declare module 'ffjavascript' {
  /** ChaCha20 stream as a source of random numbers. */
  export class ChaCha {
    constructor(seed: readonly number[])
  }
}
