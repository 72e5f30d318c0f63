import { mod, P } from './field.ts'

/** Subset sums of up to this many coefficients are listed by trying all of them. */
const SMALL = 12

export interface Subsets {
  readonly solutions: readonly (readonly boolean[])[]
  /** More than one solution because the sum can exceed P: the same number modulo P twice, as x and x + P. */
  readonly alias: boolean
}

/**
 * Every way to choose bits t_i with Σ t_i · coefficients_i = target (mod P), or undefined where this function cannot list them all.
 * It can for coefficients of which each exceeds the sum of the smaller ones (powers of two, whatever the sign: one subset at most for each
 * integer that is `target` modulo P, so two subsets mean an alias such as x and x + P), for equal coefficients that are all or none needed,
 * and for a handful of any.
 */
export function subsets(coefficients: readonly bigint[], target: bigint): Subsets | undefined {
  const direct = equal(coefficients, target) ?? superincreasing(coefficients, target)
  if (direct !== undefined) return { solutions: direct, alias: direct.length > 1 }
  const solutions = exhaustive(coefficients, target)
  return solutions && { solutions, alias: false }
}

function equal(coefficients: readonly bigint[], target: bigint): boolean[][] | undefined {
  const [first] = coefficients as [bigint]
  if (coefficients.some((coefficient) => coefficient !== first)) return undefined
  if (target === 0n) return [coefficients.map(() => false)]
  if (target === mod(first * BigInt(coefficients.length))) return [coefficients.map(() => true)]
  return undefined
}

/** Coefficients as non-negative integers; `flipped` says whose bit counts as its opposite, `shift` what that adds to the target. */
interface Form {
  readonly sizes: readonly bigint[]
  readonly flipped: readonly boolean[]
  readonly target: bigint
}

function forms(coefficients: readonly bigint[], target: bigint): Form[] {
  const plain = coefficients.map(() => false)
  const negative = coefficients.map((coefficient) => coefficient > P / 2n)
  const shift = coefficients.reduce((sum, c, i) => (negative[i] === true ? sum + c : sum), 0n)
  return [
    { sizes: coefficients, flipped: plain, target },
    { sizes: coefficients.map((c) => P - c), flipped: plain, target: mod(-target) },
    {
      sizes: coefficients.map((c, i) => (negative[i] === true ? P - c : c)),
      flipped: negative,
      target: mod(target - shift),
    },
  ]
}

function superincreasing(coefficients: readonly bigint[], target: bigint): boolean[][] | undefined {
  for (const form of forms(coefficients, target)) {
    const order = form.sizes.map((_, i) => i).sort((i, j) => (form.sizes[i]! < form.sizes[j]! ? -1 : 1))
    let total = 0n
    let increasing = true
    for (const i of order) {
      increasing &&= form.sizes[i]! > total
      total += form.sizes[i]!
    }
    // Sums of a few field elements at most: what wraps more often is no bit decomposition.
    if (!increasing || total > 16n * P) continue
    const found: boolean[][] = []
    for (let goal = form.target; goal <= total; goal += P) {
      const chosen = coefficients.map(() => false)
      let left = goal
      for (const i of order.toReversed()) {
        if (form.sizes[i]! > left) continue
        chosen[i] = true
        left -= form.sizes[i]!
      }
      if (left === 0n) found.push(chosen.map((bit, i) => bit !== form.flipped[i]))
    }
    return found
  }
  return undefined
}

function exhaustive(coefficients: readonly bigint[], target: bigint): boolean[][] | undefined {
  if (coefficients.length > SMALL) return undefined
  let sums: { sum: bigint; chosen: boolean[] }[] = [{ sum: 0n, chosen: [] }]
  for (const coefficient of coefficients)
    sums = sums.flatMap(({ sum, chosen }) => [
      { sum, chosen: [...chosen, false] },
      { sum: mod(sum + coefficient), chosen: [...chosen, true] },
    ])
  return sums.filter(({ sum }) => sum === target).map(({ chosen }) => chosen)
}
