// The part of circom_runtime 0.1.21 that the tests use; the package ships no types.
declare module 'circom_runtime' {
  export interface WitnessCalculator {
    calculateWitness(inputs: Readonly<Record<string, unknown>>, sanityCheck: boolean): Promise<bigint[]>
  }
  export function WitnessCalculatorBuilder(wasm: Uint8Array): Promise<WitnessCalculator>
}
