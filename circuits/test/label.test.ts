import { describe, expect, it } from 'vitest'
import { hiddenGoldCommitment } from '../../sdk/src/labels/gold.ts'
import { encodeRules } from '../../sdk/src/labels/rules.ts'
import { P } from '../soundness/field.ts'
import { complete, freeWires } from '../soundness/forgery.ts'
import { harness } from '../soundness/harness.ts'
import { nameOf } from '../soundness/r1cs.ts'
import { seeded } from '../soundness/random.ts'

const edits = (value: bigint): bigint[] => [value + 1n, value - 1n, 1n - value, 0n, P - value]
const bits = (value: number | bigint, n: number): bigint[] =>
  Array.from({ length: n }, (_, i) => (BigInt(value) >> BigInt(i)) & 1n)

// Plain arithmetic, on purpose nothing like the circuits.
const popcount = (value: number): number => value.toString(2).replaceAll('0', '').length
interface Box {
  c: number
  x: number
  y: number
  w: number
  h: number
}
const pack = ({ c, x, y, w, h }: Box): bigint =>
  BigInt(c) + (BigInt(x) << 8n) + (BigInt(y) << 24n) + (BigInt(w - 1) << 40n) + (BigInt(h - 1) << 56n)
function iouAtLeast(a: Box, b: Box, bps: number): boolean {
  const wide = Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x))
  const high = Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y))
  const inter = BigInt(wide) * BigInt(high)
  const union = BigInt(a.w) * BigInt(a.h) + BigInt(b.w) * BigInt(b.h) - inter
  return a.c === b.c && inter * 10_000n >= union * BigInt(bps)
}

describe('RangeWeights', () => {
  it('default: for every max, the subset sums are exactly 0 to max', async () => {
    const circuit = await harness('label/legality.circom', 'RangeWeights()')
    for (let max = 1; max <= 255; max++) {
      const witness = await circuit.witness({ max })
      const weights = Array.from({ length: 8 }, (_, j) => Number(circuit.read(witness, `weight[${j}]`)))
      const sums = new Set<number>()
      for (let subset = 0; subset < 256; subset++)
        sums.add(weights.reduce((sum, weight, j) => sum + ((subset >> j) & 1) * weight, 0))
      expect([...sums].sort((a, b) => a - b)).toEqual(Array.from({ length: max + 1 }, (_, i) => i))
    }
  })

  it('forged: no wire can change alone', async () => {
    const circuit = await harness('label/legality.circom', 'RangeWeights()')
    for (const max of [1, 2, 9, 127, 128, 255])
      expect(freeWires(circuit.r1cs, await circuit.witness({ max }), edits)).toEqual([])
  })
})

describe('InRange', () => {
  const weightsOf = (max: number): number[] => {
    const weights: number[] = []
    for (let left = max, j = 0; j < 8; j++) {
      const weight = Math.min(2 ** j, left)
      weights.push(weight)
      left -= weight
    }
    return weights
  }

  it('default: the generator finds parts for every legal label of every max', async () => {
    const circuit = await harness('label/legality.circom', 'InRange()')
    for (const max of [1, 2, 3, 4, 9, 100, 127, 128, 200, 255])
      for (let value = 0; value <= max; value++)
        await expect(circuit.witness({ weight: weightsOf(max), in: value })).resolves.toBeDefined()
  })

  it.each([1, 9, 128, 254])('forged: past max %i no choice of parts satisfies the constraints', async (max) => {
    const circuit = await harness('label/legality.circom', 'InRange()')
    const weights = weightsOf(max)
    const honest = await circuit.witness({ weight: weights, in: max })
    const wire = (name: string) => circuit.r1cs.names.get(name) as number
    for (const value of [BigInt(max) + 1n, 255n + 1n, P - 1n, P / 2n]) {
      for (let subset = 0; subset < 256; subset++) {
        const known = circuit.known(honest, /^weight/)
        known.set(wire('in'), value)
        for (const [j, weight] of weights.entries()) known.set(wire(`part[${j}]`), BigInt(((subset >> j) & 1) * weight))
        expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
      }
    }
  })

  it('forged: a part that is neither zero nor its weight is refused', async () => {
    const circuit = await harness('label/legality.circom', 'InRange()')
    const witness = await circuit.witness({ weight: weightsOf(9), in: 7 })
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('ScalarLegality', () => {
  const inputs = { code: [0, 9, 5, 0, 0, 0], max: 9, active: [1, 1, 1, 1, 0, 0] }

  it('default: labels in range, padding zero', async () => {
    const circuit = await harness('label/legality.circom', 'ScalarLegality(6)')
    const witness = await circuit.witness(inputs)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it('forged: a label past the item count is refused even when legal', async () => {
    const circuit = await harness('label/legality.circom', 'ScalarLegality(6)')
    const legal = await circuit.witness({ ...inputs, active: [1, 1, 1, 1, 1, 1], code: [0, 9, 5, 0, 3, 0] })
    const known = circuit.known(legal, /^(code|max|active)|part\[|out\[/)
    known.set(circuit.r1cs.names.get('active[4]') as number, 0n)
    known.set(circuit.r1cs.names.get('active[5]') as number, 0n)
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})

describe('BoxLegality', () => {
  const weight = [1, 2, 1, 0, 0, 0, 0, 0] // classes 0 to 4
  const image = { weight, width: 640, height: 480 }

  it.each([
    ['whole image', [4, 0, 0, 639, 479]],
    ['one pixel in the far corner', [0, 639, 479, 0, 0]],
    ['somewhere', [2, 10, 20, 99, 49]],
  ])('default: %s', async (_, box) => {
    const circuit = await harness('label/legality.circom', 'BoxLegality()')
    const witness = await circuit.witness({ ...image, box })
    const [c, x, y, w, h] = box as [number, number, number, number, number]
    expect(circuit.read(witness, 'code')).toBe(pack({ c, x, y, w: w + 1, h: h + 1 }))
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  /** Whether some choice of class parts satisfies the constraints, with every bit set as a cheat would: truncated to its width. */
  async function satisfiable(box: readonly (number | bigint)[]): Promise<boolean> {
    const circuit = await harness('label/legality.circom', 'BoxLegality()')
    const honest = await circuit.witness({ ...image, box: [0, 0, 0, 0, 0] })
    const known = circuit.known(honest, /^(weight|width|height)/)
    const set = (name: string, value: bigint) => known.set(circuit.r1cs.names.get(name) as number, value)
    const values = box.map(BigInt)
    for (const [i, value] of values.entries()) set(`box[${i}]`, value)
    const [, x, y, w, h] = values as [bigint, bigint, bigint, bigint, bigint]
    const ranged = [x, y, w, h, 640n - x - w - 1n, 480n - y - h - 1n]
    const names = [...circuit.r1cs.names.keys()]
    const decompositions = names.filter((name) => name.endsWith('.out[15]')).map((name) => name.replace('.out[15]', ''))
    expect(decompositions).toHaveLength(ranged.length)
    for (const [k, name] of decompositions.entries())
      for (const [i, bit] of bits(((ranged[k] as bigint) + P) % P, 16).entries()) set(`${name}.out[${i}]`, bit)
    const parts = names.filter((name) => /part\[\d\]$/.test(name))
    expect(parts).toHaveLength(8)
    for (let subset = 0; subset < 8; subset++) {
      for (const [j, name] of parts.entries()) set(name, (subset >> j) & 1 ? BigInt(weight[j] as number) : 0n)
      if ('witness' in complete(circuit.r1cs, known)) return true
    }
    return false
  }

  it.each([
    ['class past the last', [5, 0, 0, 0, 0]],
    ['one pixel too wide', [0, 1, 0, 639, 0]],
    ['one pixel too high', [0, 0, 1, 0, 479]],
    ['x outside', [0, 640, 0, 0, 0]],
    ['negative x', [0, P - 1n, 0, 0, 0]],
    ['negative width', [0, 10, 0, P - 2n, 0]],
    ['17-bit side', [0, 0, 0, 65536, 0]],
  ])('boundary: %s has no witness, whatever the bits', async (_, box) => {
    expect(await satisfiable([2, 10, 20, 99, 49])).toBe(true)
    expect(await satisfiable(box)).toBe(false)
  })
})

describe('GoldMask', () => {
  const active = [1, 1, 1, 1, 1, 0, 0, 0]

  it('default: marks the items of the mask', async () => {
    const circuit = await harness('label/gold.circom', 'GoldMask(8)')
    const witness = await circuit.witness({ mask: [0b10010], active, goldCount: 2 })
    expect(Array.from({ length: 8 }, (_, i) => circuit.read(witness, `mark[${i}]`))).toEqual([
      0n,
      1n,
      0n,
      0n,
      1n,
      0n,
      0n,
      0n,
    ])
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it('default: words hold 248 items', async () => {
    const circuit = await harness('label/gold.circom', 'GoldMask(256)')
    const witness = await circuit.witness({
      mask: [1n << 247n, 1n | (1n << 7n)],
      active: Array(256).fill(1),
      goldCount: 3,
    })
    const marked = Array.from({ length: 256 }, (_, i) => i).filter((i) => circuit.read(witness, `mark[${i}]`) === 1n)
    expect(marked).toEqual([247, 248, 255])
  })

  it.each([
    ['an item past the count', [0, 1, 0, 0, 0, 1, 0, 0], 0b100010n, 2n],
    ['fewer marks than goldCount', [0, 1, 0, 0, 0, 0, 0, 0], 0b10010n, 2n],
    ['more marks than goldCount', [0, 1, 0, 0, 1, 0, 0, 0], 0b10010n, 1n],
    ['a mark of 2', [2, 0, 0, 0, 0, 0, 0, 0], 0b10n, 2n],
  ])('forged: %s', async (_, marks, mask, goldCount) => {
    const circuit = await harness('label/gold.circom', 'GoldMask(8)')
    const honest = await circuit.witness({ mask: [0b10010], active, goldCount: 2 })
    const known = circuit.known(honest, /^active/)
    known.set(circuit.r1cs.names.get('mask[0]') as number, mask)
    known.set(circuit.r1cs.names.get('goldCount') as number, goldCount)
    for (const [i, mark] of marks.entries()) known.set(circuit.r1cs.names.get(`mark[${i}]`) as number, BigInt(mark))
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})

describe('ScalarAgreement', () => {
  it('default: exact for distances and bit-sets against plain arithmetic', async () => {
    const circuit = await harness('label/gold.circom', 'ScalarAgreement()')
    const random = seeded(7)
    const cases = [
      [0, 255, 254],
      [0, 255, 255],
      [255, 0, 255],
      [128, 127, 0],
      [128, 128, 0],
    ].concat(Array.from({ length: 250 }, () => [random(256), random(256), random(12)]))
    for (const [a, b, tolerance] of cases as [number, number, number][]) {
      for (const isSet of [0, 1]) {
        const limit = isSet ? Math.min(tolerance, 8) : tolerance
        const witness = await circuit.witness({
          a: bits(a, 8),
          b: bits(b, 8),
          isSet,
          tolerance: limit,
          toleranceSquared: limit * limit,
        })
        const expected = isSet ? popcount(a ^ b) <= limit : Math.abs(a - b) <= limit
        expect(circuit.read(witness, 'out')).toBe(expected ? 1n : 0n)
      }
    }
  })

  it('forged: neither answer can be turned', async () => {
    const circuit = await harness('label/gold.circom', 'ScalarAgreement()')
    for (const [a, b] of [
      [3, 5],
      [3, 4],
    ] as const) {
      const witness = await circuit.witness({
        a: bits(a, 8),
        b: bits(b, 8),
        isSet: 0,
        tolerance: 1,
        toleranceSquared: 1,
      })
      expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
    }
  })
})

describe('BoxAgreement', () => {
  it('default: exact against plain arithmetic, with touching, nested, equal and disjoint boxes', async () => {
    const circuit = await harness('label/gold.circom', 'BoxAgreement()')
    const random = seeded(11)
    const base: Box = { c: 1, x: 100, y: 100, w: 50, h: 40 }
    const extreme: Box = { c: 1, x: 0, y: 0, w: 65535, h: 65535 }
    const cases: [Box, Box, number][] = [
      [base, base, 10_000],
      [base, { ...base, c: 2 }, 1],
      [base, { ...base, x: 150 }, 1],
      [base, { ...base, x: 149 }, 1],
      [base, { ...base, w: 25 }, 5_000],
      [base, { ...base, w: 25 }, 5_001],
      [extreme, extreme, 10_000],
      [extreme, { c: 1, x: 65534, y: 65534, w: 1, h: 1 }, 1],
      [base, { ...base, h: 39 }, 9_750],
      [base, { ...base, h: 39 }, 9_751],
    ]
    for (let i = 0; i < 150; i++) {
      const box = (): Box => ({ c: random(2), x: random(60), y: random(60), w: 1 + random(60), h: 1 + random(60) })
      cases.push([box(), box(), 1 + random(4_000)])
    }
    for (const [a, b, iouBps] of cases) {
      const witness = await circuit.witness({ a: bits(pack(a), 72), b: bits(pack(b), 72), iouBps })
      expect(circuit.read(witness, 'out'), JSON.stringify({ a, b, iouBps })).toBe(iouAtLeast(a, b, iouBps) ? 1n : 0n)
    }
  })

  it('forged: no wire can change alone', async () => {
    const circuit = await harness('label/gold.circom', 'BoxAgreement()')
    const a = { c: 1, x: 10, y: 10, w: 20, h: 20 }
    for (const b of [a, { ...a, x: 25 }, { ...a, x: 90 }]) {
      const witness = await circuit.witness({ a: bits(pack(a), 72), b: bits(pack(b), 72), iouBps: 5_000 })
      const free = new Set(freeWires(circuit.r1cs, witness, edits).map((wire) => nameOf(circuit.r1cs, wire)))
      // IsZero's inverse hint is free exactly when its input is zero; its output is forced to 1 all the same.
      for (const name of free) expect(name).toMatch(/\.isz\.inv$/)
      expect(free.size).toBe(a.c === b.c ? 1 : 0)
    }
  })
})

/** How many of the marked items a gold template finds in agreement. */
const hitsOf = (read: (name: string) => bigint, gold: number): bigint =>
  Array.from({ length: gold }, (_, item) => read(`hit[${item}]`)).reduce((sum, hit) => sum + hit, 0n)

describe('ScalarGold', () => {
  const gold = { mask: [0b101001], value: [3n | (5n << 8n) | (7n << 16n)], goldCount: 3 }
  const task = { ...gold, active: Array(8).fill(1), isSet: 0, tolerance: 0, point: 987654321987654321n }
  const wrong = [3, 1, 1, 4, 1, 8, 1, 1]
  const right = [3, 1, 1, 5, 1, 7, 1, 1]

  it('default: counts the agreements at the marked items', async () => {
    const circuit = await harness('label/gold.circom', 'ScalarGold(8, 31)')
    const hits = async (code: readonly number[]) => {
      const witness = await circuit.witness({ ...task, code })
      return hitsOf((name) => circuit.read(witness, name), 31)
    }
    expect(await hits(wrong)).toBe(1n)
    expect(await hits(right)).toBe(3n)
  })

  it('forged pick: claiming the gold answers for other labels fails, with everything after the pick consistent', async () => {
    const circuit = await harness('label/gold.circom', 'ScalarGold(8, 31)')
    // All a cheat can set: the whole witness of a worker who was right, except what the compaction computes from the labels.
    const dream = await circuit.witness({ ...task, code: right })
    const compaction = new Set(circuit.known(dream, /\.(acc|shifted|list)\[\d+\]$|\.code\[\d+\]$/).keys())
    const known = new Map([...circuit.known(dream, /./)].filter(([wire]) => !compaction.has(wire)))
    const claim = (codes: readonly number[]) => {
      const attempt = new Map(known)
      for (const [i, code] of codes.entries()) attempt.set(circuit.r1cs.names.get(`code[${i}]`) as number, BigInt(code))
      return complete(circuit.r1cs, attempt)
    }
    expect(claim(right)).toHaveProperty('witness')
    expect(claim(wrong)).toHaveProperty('violated')
    expect(claim([3, 1, 1, 7, 1, 5, 1, 1])).toHaveProperty('violated')
  })
})

describe('BoxGold', () => {
  const at = (c: number, x: number): bigint => pack({ c, x, y: 5, w: 20, h: 20 })
  const gold = { mask: [0b1001], value: [at(1, 10) | (at(2, 40) << 72n), 0n, 0n], goldCount: 2 }
  const task = { ...gold, active: [1, 1, 1, 1], iouBps: 5_000, point: 987654321987654321n }
  const wrong = [at(1, 12), at(0, 0), at(0, 0), at(3, 40)]
  const right = [at(1, 12), at(0, 0), at(0, 0), at(2, 44)]

  it('default: counts the agreements at the marked items', async () => {
    const circuit = await harness('label/gold.circom', 'BoxGold(4, 9)')
    const hits = async (code: readonly bigint[]) => {
      const witness = await circuit.witness({ ...task, code })
      return hitsOf((name) => circuit.read(witness, name), 9)
    }
    expect(await hits(wrong)).toBe(1n)
    expect(await hits(right)).toBe(2n)
  })

  it('forged pick: claiming agreeing boxes for other labels fails', async () => {
    const circuit = await harness('label/gold.circom', 'BoxGold(4, 9)')
    const dream = await circuit.witness({ ...task, code: right })
    const compaction = new Set(circuit.known(dream, /\.(acc|shifted|list)\[\d+\]$|\.code\[\d+\]$/).keys())
    const known = new Map([...circuit.known(dream, /./)].filter(([wire]) => !compaction.has(wire)))
    const claim = (codes: readonly bigint[]) => {
      const attempt = new Map(known)
      for (const [i, code] of codes.entries()) attempt.set(circuit.r1cs.names.get(`code[${i}]`) as number, code)
      return complete(circuit.r1cs, attempt)
    }
    expect(claim(right)).toHaveProperty('witness')
    expect(claim(wrong)).toHaveProperty('violated')
  })
})

/** Whether bits given to every range check, cut to its width as a cheat would, satisfy the constraints. */
const legalBits = (value: bigint, width: number): bigint[] => bits(((value % P) + P) % P, width)

describe('LegalScalarGold', () => {
  const gold = (codes: readonly number[]) => codes.map((code) => bits(code, 8))

  it('exhaustive: every code at a used and at an unused position, for small, odd and whole ranges', async () => {
    const circuit = await harness('label/gold.circom', 'LegalScalarGold(2)')
    const honest = await circuit.witness({ gold: gold([0, 0]), used: [1, 0], max: 9 })
    const wire = (name: string) => circuit.r1cs.names.get(name) as number
    for (const max of [1, 9, 128, 255]) {
      for (const position of [0, 1]) {
        for (let code = 0; code < 256; code++) {
          const known = circuit.known(honest, /^(used|gold)/)
          known.set(wire('max'), BigInt(max))
          const [used, limit] = position === 0 ? [code, max] : [code, 0]
          for (const [j, bit] of bits(code, 8).entries()) known.set(wire(`gold[${position}][${j}]`), bit)
          // Whatever is claimed for the bits of limit - code: those of its value cut to eight.
          const sums = [...circuit.r1cs.names.keys()].filter((name) => /Num2Bits.*out\[\d\]$/.test(name))
          const [own, other] = [sums.slice(0, 8), sums.slice(8)]
          const claimed = position === 0 ? own : other
          for (const [j, bit] of legalBits(BigInt(limit - used), 8).entries()) known.set(wire(claimed[j]!), bit)
          expect('witness' in complete(circuit.r1cs, known), `${code} of ${max} at ${position}`).toBe(code <= limit)
        }
      }
    }
  })

  it('forged: nothing can change alone', async () => {
    const circuit = await harness('label/gold.circom', 'LegalScalarGold(2)')
    expect(freeWires(circuit.r1cs, await circuit.witness({ gold: gold([9, 0]), used: [1, 0], max: 9 }), edits)).toEqual(
      [],
    )
  })
})

describe('LegalBoxGold', () => {
  const rules = { maxClass: 3, width: 640, height: 480 }
  const box = (change: Partial<Box>) => bits(pack({ c: 3, x: 600, y: 400, w: 40, h: 80, ...change }), 72)

  it.each([
    ['touches both margins', box({}), 1, true],
    ['the last class', box({ c: 3 }), 1, true],
    ['a class too many', box({ c: 4 }), 1, false],
    ['one pixel too far right', box({ x: 601 }), 1, false],
    ['one pixel too wide', box({ w: 41 }), 1, false],
    ['one pixel too far down', box({ y: 401 }), 1, false],
    ['one pixel too high', box({ h: 81 }), 1, false],
    ['the largest numbers', box({ x: 65_535, w: 65_536 }), 1, false],
    ['zero past the gold count', bits(0, 72), 0, true],
    ['a legal box past the gold count', box({}), 0, false],
    ['a class alone past the gold count', bits(1, 72), 0, false],
  ])('boundary: %s', async (_, gold, used, legal) => {
    const circuit = await harness('label/gold.circom', 'LegalBoxGold(1)')
    const inputs = { ...rules, gold: [gold], used: [used] }
    if (legal) {
      expect(freeWires(circuit.r1cs, await circuit.witness(inputs), edits)).toEqual([])
      return
    }
    await expect(circuit.witness(inputs)).rejects.toThrow()
    // By the constraints alone, with every bit left to whoever claims it.
    const known = new Map<number, bigint>()
    const wire = (name: string) => circuit.r1cs.names.get(name) as number
    for (const [j, bit] of gold.entries()) known.set(wire(`gold[0][${j}]`), bit)
    for (const [name, value] of Object.entries({ ...rules, 'used[0]': used })) known.set(wire(name), BigInt(value))
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})

describe('PackedCodes', () => {
  it('forged: a word has one list of codes, none with a code that is too wide or negative', async () => {
    const circuit = await harness('label/audit.circom', 'PackedCodes(3, 8, 3)')
    const honest = await circuit.witness({ code: [5, 255, 1] })
    expect(circuit.read(honest, 'word[0]')).toBe(5n + (255n << 8n) + (1n << 16n))
    expect(freeWires(circuit.r1cs, honest, edits)).toEqual([])
    const wire = (name: string) => circuit.r1cs.names.get(name) as number
    // The same word: 256 more in one code and one less in the next.
    for (const codes of [
      [261n, 254n, 1n],
      [P - 251n, 256n, 1n],
      [5n, 511n, 0n],
    ]) {
      const known = new Map<number, bigint>()
      for (const [i, code] of codes.entries()) known.set(wire(`code[${i}]`), code)
      expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
    }
  })
})

describe('PickPairs', () => {
  const task = {
    slotCode: [5, 6, 255, 8],
    challengerCode: [9, 0, 255, 2],
    mark: [1, 0, 1, 1],
    point: 987654321987654321n,
  }
  const pairs = [5n + (9n << 8n), 255n + (255n << 8n), 8n + (2n << 8n)]
  const claim = async (picked: readonly bigint[]) => {
    const circuit = await harness('label/audit.circom', 'PickPairs(4, 3, 8, 3)')
    const known = circuit.known(await circuit.witness(task), /^(slotCode|challengerCode|mark|point)/)
    for (const [k, pair] of picked.entries()) known.set(circuit.r1cs.names.get(`picked[${k}]`) as number, pair)
    return complete(circuit.r1cs, known)
  }

  it('default: both codes at the marks, apart and packed', async () => {
    const circuit = await harness('label/audit.circom', 'PickPairs(4, 3, 8, 3)')
    const witness = await circuit.witness(task)
    expect(circuit.read(witness, 'slotWord[0]')).toBe(5n + (255n << 8n) + (8n << 16n))
    expect(circuit.read(witness, 'challengerWord[0]')).toBe(9n + (255n << 8n) + (2n << 16n))
    expect(await claim(pairs)).toHaveProperty('witness')
  })

  it.each([
    ['slot and challenger exchanged', [9n + (5n << 8n), pairs[1]!, pairs[2]!]],
    ['two items exchanged', [pairs[1]!, pairs[0]!, pairs[2]!]],
    ['an item that is not gold', [6n, pairs[1]!, pairs[2]!]],
    ['one too few', [pairs[0]!, pairs[1]!, 0n]],
    ['the polynomial met with numbers that are no codes', [pairs[0]! + task.point, pairs[1]! - 1n, pairs[2]!]],
  ])('forged pick: %s', async (_, picked) => {
    expect(await claim(picked)).toHaveProperty('violated')
  })
})

describe('Sides', () => {
  it('exhaustive: every combination of two items', async () => {
    const circuit = await harness('label/audit.circom', 'Sides(2)')
    for (let first = 0; first < 16; first++) {
      for (let second = 0; second < 16; second++) {
        const column = (j: number) => [first, second].map((item) => (item >> j) & 1)
        const inputs = { used: column(0), slotGold: column(1), challengerGold: column(2), slotChallenger: column(3) }
        const witness = await circuit.witness(inputs)
        const side = (wanted: 'gold' | 'challenger') =>
          [first, second].reduce((bits, item, k) => {
            const [used, gold, doubted, other] = [item & 1, item & 2, (item & 4) === 0, item & 8]
            const counts = used && doubted && (wanted === 'gold' ? gold && !other : other && !gold)
            return counts ? bits + 2 ** k : bits
          }, 0)
        expect(circuit.read(witness, 'withGold')).toBe(BigInt(side('gold')))
        expect(circuit.read(witness, 'withChallenger')).toBe(BigInt(side('challenger')))
        expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
      }
    }
  })
})

describe('GoldCommitment', () => {
  it('default: what the SDK commits to, each part bound', async () => {
    const circuit = await harness('label/gold.circom', 'GoldCommitment(2, 2)')
    const inputs = { salt: 5n, mask: [3n, 4n], value: [6n, 7n] }
    const witness = await circuit.witness(inputs)
    expect(circuit.read(witness, 'out')).toBe(
      hiddenGoldCommitment({ salt: inputs.salt, mask: inputs.mask, values: inputs.value }),
    )
    for (const other of [{ salt: 6n }, { mask: [3n, 5n] }, { value: [7n, 6n] }])
      expect(circuit.read(await circuit.witness({ ...inputs, ...other }), 'out')).not.toBe(circuit.read(witness, 'out'))
  })
})

describe('ScalarRules and BoxRules', () => {
  const shared = { itemCount: 41, goldCount: 9, thresholdBps: 7_531 }

  it('default: read every field of what the SDK encodes, and nothing can change alone', async () => {
    const scalar = await harness('label/rules.circom', 'ScalarRules(64)')
    const set = await scalar.witness({
      rules: encodeRules({ kind: 'set', capacity: 64, ...shared, max: 127, tolerance: 3 }),
    })
    const fields = ['isSet', 'itemCount', 'goldCount', 'thresholdBps', 'max', 'tolerance']
    expect(fields.map((name) => scalar.read(set, name))).toEqual([1n, 41n, 9n, 7_531n, 127n, 3n])
    expect(freeWires(scalar.r1cs, set, edits)).toEqual([])

    const box = await harness('label/rules.circom', 'BoxRules(32)')
    const rules = {
      kind: 'box',
      capacity: 32,
      ...shared,
      itemCount: 31,
      maxClass: 79,
      width: 640,
      height: 481,
      iouBps: 5_001,
    }
    const witness = await box.witness({ rules: encodeRules(rules as never) })
    const boxFields = ['itemCount', 'goldCount', 'thresholdBps', 'maxClass', 'width', 'height', 'iouBps']
    expect(boxFields.map((name) => box.read(witness, name))).toEqual([31n, 9n, 7_531n, 79n, 640n, 481n, 5_001n])
    expect(freeWires(box.r1cs, witness, edits)).toEqual([])
  })
})

describe('ReachThreshold', () => {
  it.each([
    [13, 16, 8_000, true],
    [12, 16, 8_000, false],
    [16, 16, 10_000, true],
    [0, 16, 0, true],
    [62, 62, 10_000, true],
    [0, 62, 65_535, false],
  ])('boundary: %i of %i at %i basis points: %s', async (agreements, goldCount, thresholdBps, passes) => {
    const circuit = await harness('label/gold.circom', 'ReachThreshold()')
    const inputs = { agreements, goldCount, thresholdBps }
    if (passes) {
      expect(freeWires(circuit.r1cs, await circuit.witness(inputs), edits)).toEqual([])
      return
    }
    await expect(circuit.witness(inputs)).rejects.toThrow()
    // The same with every bit pattern that a truncation of the negative difference could offer.
    const honest = await circuit.witness({ agreements: 16, goldCount: 16, thresholdBps: 10_000 })
    const known = circuit.known(honest, /^$/)
    for (const [name, value] of Object.entries(inputs)) known.set(circuit.r1cs.names.get(name) as number, BigInt(value))
    const difference = (BigInt(agreements) * 10_000n - BigInt(thresholdBps) * BigInt(goldCount) + P) % P
    const outs = [...circuit.r1cs.names.keys()].filter((name) => /out\[\d+\]$/.test(name))
    expect(outs).toHaveLength(20)
    for (const name of outs) {
      const index = BigInt(/\[(\d+)\]$/.exec(name)?.[1] ?? '0')
      known.set(circuit.r1cs.names.get(name) as number, (difference >> index) & 1n)
    }
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})
