// The parts of snarkjs 0.7.6 that only tests use; the package ships no types.
declare module 'snarkjs' {
  type Verify = (verifyingKey: unknown, publicSignals: readonly string[], proof: unknown) => Promise<boolean>

  export const plonk: { verify: Verify }
  export const fflonk: { verify: Verify }
}
