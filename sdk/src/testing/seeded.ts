/** Seeded pseudo-random source for property tests (mulberry32): the same seed gives the same cases on every machine. */
export type Seeded = {
  /** Integer in [0, bound). */
  readonly below: (bound: number) => number
  /** Integer of `bits` random bits. */
  readonly bits: (bits: number) => bigint
  readonly bytes: (length: number) => Uint8Array<ArrayBuffer>
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound)
  const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => below(256))
  const bits = (count: number): bigint => {
    let value = 0n
    for (let i = 0; i < count; i += 8) value = (value << 8n) | BigInt(below(256))
    return BigInt.asUintN(count, value)
  }
  return { below, bits, bytes }
}
