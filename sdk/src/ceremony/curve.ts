import type { Curve, Group } from 'snarkjs'
import { FIELD_ORDER } from '../field.js'
import { CeremonyFileError } from './errors.js'

let session: { users: number; readonly curve: Promise<Curve> } | undefined

/**
 * Runs with snarkjs's curve and its worker threads, which every ceremony step uses; the last to finish ends them, so that
 * the process can exit.
 */
export async function withCurve<T>(run: (curve: Curve) => Promise<T>): Promise<T> {
  session ??= { users: 0, curve: import('snarkjs').then(({ curves }) => curves.getCurveFromName('bn128')) }
  const current = session
  current.users++
  const curve = await current.curve
  try {
    return await run(curve)
  } finally {
    if (--current.users === 0) {
      session = undefined
      await curve.terminate()
    }
  }
}

/** Whether g1 : g1x = g2 : g2x, for points that are not zero. */
export function sameRatio(curve: Curve, g1: Uint8Array, g1x: Uint8Array, g2: Uint8Array, g2x: Uint8Array) {
  return curve.pairingEq(g1, g2x, curve.G1.neg(g1x), g2)
}

/** Whether a point of the curve has the prime order; on BN254 every point of G1 has. */
export function inSubgroup(group: Group, point: Uint8Array): boolean {
  return group.isZero(group.timesScalar(point, FIELD_ORDER))
}

/** Runs snarkjs with its threads; what it throws over a bad file becomes a {@link CeremonyFileError}. */
export function withSnarkjs<T>(file: string, run: (snarkjs: typeof import('snarkjs')) => Promise<T>): Promise<T> {
  return withCurve(async () => {
    const snarkjs = await import('snarkjs')
    try {
      return await run(snarkjs)
    } catch (cause) {
      if (cause instanceof CeremonyFileError) throw cause
      throw new CeremonyFileError(file, 'snarkjs cannot work with it', cause)
    }
  })
}
