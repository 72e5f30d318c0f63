import { describe, expect, it } from 'vitest'
import { hash } from '../../sdk/src/poseidon.ts'
import { harness } from './support/harness.ts'
import { complete, freeWires, P } from './support/r1cs.ts'

const edits = (value: bigint): bigint[] => [value + 1n, value - 1n, 1n - value, 0n, P - value]

describe('VectorHash', () => {
  it.each([1, 5, 16, 17, 20])('default: %i inputs equal the chained Poseidon', async (n) => {
    const circuit = await harness('lib/hash.circom', `VectorHash(${n})`)
    const input = Array.from({ length: n }, (_, i) => BigInt(i) * 7n + (P - 3n * BigInt(i + 1)))
    const witness = await circuit.witness({ in: input })
    expect(circuit.read(witness, 'out')).toBe(hash(input.map((x) => x % P)))
  })

  it('forged: no wire can change alone', async () => {
    const circuit = await harness('lib/hash.circom', 'VectorHash(17)')
    const witness = await circuit.witness({ in: Array.from({ length: 17 }, (_, i) => BigInt(i)) })
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('Evaluate', () => {
  it('default: the polynomial at the point', async () => {
    const circuit = await harness('lib/polynomial.circom', 'Evaluate(4)')
    const witness = await circuit.witness({ in: [3n, 0n, P - 1n, 7n], point: 5n })
    expect(circuit.read(witness, 'out')).toBe(3n - 25n + 7n * 125n)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('Prefix', () => {
  it.each([1, 2, 7, 8])('default: %i ones', async (count) => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const witness = await circuit.witness({ count })
    const flags = Array.from({ length: 8 }, (_, i) => circuit.read(witness, `flag[${i}]`))
    expect(flags).toEqual(Array.from({ length: 8 }, (_, i) => (i < count ? 1n : 0n)))
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it.each([0n, 9n, P - 1n, P / 2n])('boundary: count %i has no witness, whatever the marks', async (count) => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const honest = await circuit.witness({ count: 3 })
    const countWire = circuit.r1cs.names.get('count') as number
    // Every assignment of bits to the eight marks, completed by solving.
    for (let marks = 0; marks < 256; marks++) {
      const known = circuit.known(honest, /^count$/)
      known.set(countWire, count)
      for (let k = 1; k <= 8; k++) known.set(circuit.r1cs.names.get(`last[${k}]`) as number, BigInt((marks >> (k - 1)) & 1))
      expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
    }
  })

  it('forged: two marks, or a mark of 2 balanced by -1, do not pass', async () => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const honest = await circuit.witness({ count: 4 })
    const attempt = (marks: Record<number, bigint>) => {
      const known = circuit.known(honest, /^count$/)
      for (let k = 1; k <= 8; k++) known.set(circuit.r1cs.names.get(`last[${k}]`) as number, marks[k] ?? 0n)
      return complete(circuit.r1cs, known)
    }
    expect(attempt({ 4: 1n })).toHaveProperty('witness')
    expect(attempt({ 1: 1n, 3: 1n })).toHaveProperty('violated')
    expect(attempt({ 3: 2n, 2: P - 1n })).toHaveProperty('violated')
    expect(attempt({ 3: 1n, 5: 1n, 4: P - 1n })).toHaveProperty('violated')
  })

  it('boundary: a gold prefix may be empty, never longer than its capacity', async () => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 0)')
    await expect(circuit.witness({ count: 0 })).resolves.toBeDefined()
    await expect(circuit.witness({ count: 9 })).rejects.toThrow()
  })
})

describe('Compact', () => {
  const inputs = {
    code: [5n, 6n, 7n, 8n, 9n, 10n],
    mark: [0n, 1n, 0n, 1n, 1n, 0n],
    picked: [6n, 8n, 9n, 0n],
    point: 123456789123456789n,
  }

  it('default: the marked codes in order, zero after them', async () => {
    const circuit = await harness('lib/select.circom', 'Compact(6, 4)')
    const witness = await circuit.witness(inputs)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it.each([
    ['another value', [6n, 8n, 10n, 0n]],
    ['another order', [8n, 6n, 9n, 0n]],
    ['an unmarked code', [6n, 7n, 9n, 0n]],
    ['one too many', [6n, 8n, 9n, 10n]],
    ['one too few', [6n, 8n, 0n, 0n]],
    ['shifted', [0n, 6n, 8n, 9n]],
  ])('forged: %s is refused by the constraints', async (_, picked) => {
    const circuit = await harness('lib/select.circom', 'Compact(6, 4)')
    const honest = await circuit.witness(inputs)
    const known = circuit.known(honest, /^(code|mark|point)/)
    picked.forEach((value, k) => known.set(circuit.r1cs.names.get(`picked[${k}]`) as number, value))
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})

describe('Keystream', () => {
  it.each([
    [4, 4],
    [12, 16],
    [18, 16],
  ])('default: %i words from %i-input permutations', async (n, width) => {
    const circuit = await harness('lib/hash.circom', `Keystream(${n})`)
    const secret = [123n, P - 5n]
    const witness = await circuit.witness({ secret })
    const { keystream } = await import('../../sdk/src/encryption/labels.ts')
    expect(Array.from({ length: n }, (_, i) => circuit.read(witness, `pad[${i}]`))).toEqual(keystream(secret as never, n))
    expect(width).toBeGreaterThanOrEqual(4)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})
