import { describe, expect, test } from 'vitest'
import { FIELD_ORDER, FieldOutOfRangeError } from '../field.js'
import { domain, hash } from '../poseidon.js'
import { seeded } from '../testing/seeded.js'
import { buildTree, DatasetSizeError, RecordIndexError, recordCommitment, TREE_DEPTH, verifyPath } from './tree.js'

describe('recordCommitment', () => {
  test('default: halves of the sha256 under domain and salt', () => {
    // sha256("abc")
    const digest = 0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adn
    const expected = hash([domain('veritask.record.1'), 5n, digest >> 128n, digest & (2n ** 128n - 1n)])
    expect(recordCommitment({ salt: 5n, bytes: new TextEncoder().encode('abc') })).toBe(expected)
  })

  test('error: salt out of the field', () => {
    expect(() => recordCommitment({ salt: FIELD_ORDER, bytes: new Uint8Array() })).toThrow(FieldOutOfRangeError)
  })
})

describe('buildTree', () => {
  test('default: one leaf hashes up through empty subtrees', () => {
    let empty = 0n
    let node = 7n
    for (let height = 0; height < TREE_DEPTH; height++) {
      node = hash([node, empty])
      empty = hash([empty, empty])
    }
    expect(buildTree([7n]).root).toBe(node)
    expect(buildTree([7n]).root).toMatchInlineSnapshot(
      `7072670684024694760564512265227293605838428246158074277185163410436101578055n`,
    )
  })

  test.each([1, 2, 3, 5, 8, 64, 65])('default: every path of %i leaves verifies, at its own index only', (size) => {
    const random = seeded(size)
    const leaves = Array.from({ length: size }, () => random.bits(253))
    const tree = buildTree(leaves)
    leaves.forEach((leaf, index) => {
      const path = tree.path(index)
      expect(verifyPath({ root: tree.root, leaf, index, path })).toBe(true)
      expect(verifyPath({ root: tree.root, leaf, index: index ^ 1, path })).toBe(false)
      expect(verifyPath({ root: tree.root, leaf: leaf + 1n, index, path })).toBe(false)
    })
  })

  test('default: order matters, so does every leaf', () => {
    const roots = [
      [1n, 2n, 3n],
      [2n, 1n, 3n],
      [1n, 2n, 4n],
      [1n, 2n],
    ].map((leaves) => buildTree(leaves).root)
    expect(new Set(roots).size).toBe(4)
  })

  test('error: no leaf, leaf out of the field, index out of the dataset', () => {
    expect(() => buildTree([])).toThrow(DatasetSizeError)
    expect(() => buildTree([FIELD_ORDER])).toThrow(FieldOutOfRangeError)
    const tree = buildTree([1n, 2n, 3n])
    for (const index of [-1, 3, 0.5, Number.NaN]) expect(() => tree.path(index)).toThrow(RecordIndexError)
  })
})

describe('verifyPath', () => {
  const tree = buildTree([1n, 2n, 3n])
  const good = { root: tree.root, leaf: 2n, index: 1, path: tree.path(1) }

  test('error: any changed sibling', () => {
    good.path.forEach((_, height) => {
      const path = good.path.map((sibling, i) => (i === height ? (sibling + 1n) % FIELD_ORDER : sibling))
      expect(verifyPath({ ...good, path })).toBe(false)
    })
  })

  test('error: malformed paths are no proofs', () => {
    for (const change of [
      { path: good.path.slice(1) },
      { path: [...good.path, 0n] },
      { path: good.path.map(() => FIELD_ORDER) },
      { index: -1 },
      { index: 2 ** TREE_DEPTH + 1 },
      { index: 1.5 },
      // The same element, not canonical.
      { leaf: 2n + FIELD_ORDER },
      { path: good.path.map((sibling, i) => (i === 0 ? sibling + FIELD_ORDER : sibling)) },
    ])
      expect(verifyPath({ ...good, ...change })).toBe(false)
  })
})
