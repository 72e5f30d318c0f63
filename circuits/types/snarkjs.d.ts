// The parts of snarkjs 0.7.6 that this room uses; the package ships no types.
declare module 'snarkjs' {
  type Source = string | { readonly type: 'mem'; data?: Uint8Array }
  type Inputs = Readonly<Record<string, unknown>>

  export const zKey: {
    /** Resolves to the circuit hash, or -1 when the powers of tau are too small. */
    newZKey(r1cs: Source, ptau: Source, zkey: Source): Promise<Uint8Array | -1>
    beacon(
      oldZkey: Source,
      newZkey: Source,
      name: string,
      beaconHex: string,
      iterationsExponent: number,
    ): Promise<Uint8Array>
    exportVerificationKey(zkey: Source): Promise<Readonly<Record<string, unknown>>>
  }
  export const groth16: {
    fullProve(inputs: Inputs, wasm: Source, zkey: Source): Promise<{ proof: unknown; publicSignals: string[] }>
    verify(verifyingKey: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>
  }
  export const plonk: {
    /** Resolves to -1 when the powers of tau are too small. */
    setup(r1cs: Source, ptau: Source, zkey: Source): Promise<-1 | undefined>
    fullProve(inputs: Inputs, wasm: Source, zkey: Source): Promise<{ proof: unknown; publicSignals: string[] }>
    verify(verifyingKey: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>
  }
}
