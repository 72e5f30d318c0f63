import { bn254 } from '@noble/curves/bn254'
import type { Hex } from 'viem'
import { FIELD_ORDER, proofToBytes, type VerifyingKeyJson, vkeyToKeyData } from '../core.js'

const [ALPHA, BETA, GAMMA, DELTA, A, B] = [3n, 5n, 7n, 11n, 13n, 17n] as const
const FIRST_IC = 101n

/** A Groth16 key of which somebody kept the toxic waste: it proves every statement, true or not. */
export type TrapdoorKey = {
  readonly keyData: Hex
  readonly prove: (publicSignals: readonly bigint[]) => Hex
}

export function trapdoorKey(signalCount: number): TrapdoorKey {
  const ic = Array.from({ length: signalCount + 1 }, (_, i) => FIRST_IC + BigInt(i))
  const key: VerifyingKeyJson = {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: signalCount,
    vk_alpha_1: [...g1(ALPHA).map(String), '1'],
    vk_beta_2: g2Json(BETA),
    vk_gamma_2: g2Json(GAMMA),
    vk_delta_2: g2Json(DELTA),
    IC: ic.map((scalar) => [...g1(scalar).map(String), '1']),
  }
  return {
    keyData: vkeyToKeyData(key),
    prove: (publicSignals) => {
      const statement = publicSignals.reduce((sum, signal, i) => sum + signal * ic[i + 1]!, ic[0]!)
      // A · B = alpha · beta + statement · gamma + C · delta
      const { Fr } = bn254.fields
      const c = Fr.div(Fr.create(A * B - ALPHA * BETA - (statement % FIELD_ORDER) * GAMMA), DELTA)
      return proofToBytes({ a: g1(A), b: g2(B), c: g1(c) })
    },
  }
}

function g1(scalar: bigint): [bigint, bigint] {
  const { x, y } = bn254.G1.ProjectivePoint.BASE.multiply(scalar).toAffine()
  return [x, y]
}

function g2(scalar: bigint): [[bigint, bigint], [bigint, bigint]] {
  const { x, y } = bn254.G2.ProjectivePoint.BASE.multiply(scalar).toAffine()
  return [
    [x.c0, x.c1],
    [y.c0, y.c1],
  ]
}

const g2Json = (scalar: bigint): string[][] => [...g2(scalar).map((pair) => pair.map(String)), ['1', '0']]
