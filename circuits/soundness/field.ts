/** The BN254 scalar field: what every wire holds. */
export const P = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/** The canonical representative, in [0, P). */
export function mod(x: bigint): bigint {
  const r = x % P
  return r < 0n ? r + P : r
}

/** The inverse of a non-zero element; of 0, 0. */
export function inverse(value: bigint): bigint {
  if (value === 1n || value === P - 1n) return value
  let [r0, r1, s0, s1] = [P, mod(value), 0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1]
  }
  return mod(s0)
}
