import { afterAll, describe, expect, test } from 'vitest'
import { domain, hash } from '../poseidon.js'
import { reputationCommitment, reputationLeaf, reputationNullifier } from '../reputation/leaf.js'
import { LeafNotInTreeError, leanPath, leanPaths, leanRoot } from '../reputation/tree.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { type Seeded, seeded } from '../testing/seeded.js'
import { createNodeProver } from './nodeProver.js'
import { ReputationUnprovableError, reputationWitness } from './reputation.js'

const prover = createNodeProver({ artifacts: builtArtifacts })
afterAll(() => prover.close())

const leafOf = (secret: bigint, { blinding, scoreBps }: { blinding: bigint; scoreBps: number }) =>
  reputationLeaf({ commitment: reputationCommitment({ secret, blinding }), scoreBps })

/** The worker's records among the leaves of others. */
function tree(random: Seeded, own: number, others: number) {
  const secret = random.bits(248)
  const records = Array.from({ length: own }, () => ({
    blinding: random.bits(248),
    scoreBps: 9_000 + random.below(1001),
  }))
  const leaves = records.map((record) => leafOf(secret, record) as bigint)
  for (let i = 0; i < others; i++) leaves.splice(random.below(leaves.length + 1), 0, random.bits(248))
  return { secret, records, leaves }
}

describe('leaves and trees', () => {
  test('default: the formulas of the contract', () => {
    const commitment = hash([domain('veritask.reputation.1'), 3n, 4n])
    expect(reputationCommitment({ secret: 3n, blinding: 4n })).toBe(commitment)
    expect(reputationLeaf({ commitment, scoreBps: 9_000 })).toBe(
      hash([domain('veritask.reputation-leaf.1'), commitment, 9_000n]),
    )
    expect(reputationNullifier({ secret: 3n, scope: 5n })).toBe(
      hash([domain('veritask.reputation-nullifier.1'), 3n, 5n]),
    )
  })

  test('default: a node without a right child is its left child', () => {
    const [a, b, c, d, e] = [1n, 2n, 3n, 4n, 5n]
    expect(leanRoot([])).toBeUndefined()
    expect(leanRoot([a])).toBe(a)
    expect(leanRoot([a, b, c])).toBe(hash([hash([a, b]), c]))
    expect(leanRoot([a, b, c, d, e])).toBe(hash([hash([hash([a, b]), hash([c, d])]), e]))
    expect(leanPath([a, b, c, d, e], 4)).toEqual({
      siblings: [hash([hash([a, b]), hash([c, d])])],
      right: [true],
    })
    expect(leanPath([a], 0)).toEqual({ siblings: [], right: [] })
  })

  test('default: every path of every small tree leads to its root', () => {
    for (let size = 1; size <= 11; size++) {
      const leaves = Array.from({ length: size }, (_, i) => BigInt(1000 + i))
      for (let index = 0; index < size; index++) {
        const { siblings, right } = leanPath(leaves, index)
        const climbed = siblings.reduce(
          (node, sibling, level) => hash(right[level] ? [sibling, node] : [node, sibling]) as bigint,
          leaves[index]!,
        )
        expect(climbed).toBe(leanRoot(leaves))
      }
    }
  })

  test('error: a leaf that is not there', () => {
    for (const index of [-1, 3, 0.5]) expect(() => leanPath([1n, 2n, 3n], index)).toThrow(LeafNotInTreeError)
    expect(() => leanPaths([], [])).toThrow(LeafNotInTreeError)
  })
})

describe('reputationWitness', () => {
  test('default: three records among others, proven on the real circuit', { timeout: 120_000 }, async () => {
    const own = 3
    const { secret, records, leaves } = tree(seeded(own), own, 30)
    const witness = reputationWitness({ secret, records, leaves, minScoreBps: 9_000, scope: 7n, message: 8n })
    const nullifier = reputationNullifier({ secret, scope: 7n })
    expect(witness.publicSignals).toEqual([nullifier, leanRoot(leaves), BigInt(own), 9_000n, 7n, 8n])
    const { circuit, inputs, publicSignals: expectedSignals } = witness
    expect((await prover.prove({ circuit, inputs, expectedSignals })).publicSignals).toEqual(expectedSignals)
  })

  test('error: nothing that no proof can show', () => {
    const { secret, records, leaves } = tree(seeded(3), 3, 5)
    const shared = { secret, records, leaves, minScoreBps: 9_000, scope: 7n, message: 8n }
    const [first] = records
    const refused = (changed: Partial<typeof shared>) => () => reputationWitness({ ...shared, ...changed })
    expect(refused({ records: [] })).toThrow(ReputationUnprovableError)
    expect(refused({ records: new Array(6).fill(first) })).toThrow(ReputationUnprovableError)
    expect(refused({ records: [first!, first!] })).toThrow(ReputationUnprovableError)
    expect(refused({ minScoreBps: 10_000 })).toThrow(ReputationUnprovableError)
    expect(refused({ minScoreBps: 10_001 })).toThrow(ReputationUnprovableError)
    expect(refused({ secret: secret + 1n })).toThrow(LeafNotInTreeError)
    expect(
      refused({ records: [{ ...first!, scoreBps: first!.scoreBps === 10_000 ? 9_999 : first!.scoreBps + 1 }] }),
    ).toThrow(LeafNotInTreeError)
  })
})
