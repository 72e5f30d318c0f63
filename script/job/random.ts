/** A stream of numbers in [0, 1) that depends on the seed alone, so that a run can be repeated. Not for secrets. */
export type Random = () => number

/** SplitMix32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    mixed ^= mixed >>> 15
    return (mixed >>> 0) / 2 ** 32
  }
}

export const below = (random: Random, bound: number): number => Math.floor(random() * bound)

/** `count` distinct numbers below `bound`, in the order drawn. */
export function sample(random: Random, count: number, bound: number): number[] {
  if (count > bound) throw new RangeError(`cannot draw ${count} distinct numbers below ${bound}`)
  const pool = Array.from({ length: bound }, (_, index) => index)
  for (let index = 0; index < count; index++) {
    const other = index + below(random, bound - index)
    ;[pool[index], pool[other]] = [pool[other] as number, pool[index] as number]
  }
  return pool.slice(0, count)
}
