import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { hash } from '../poseidon.js'

/** Largest depth of a tree that a proof can be about: 2^20 leaves. */
export const REPUTATION_TREE_DEPTH = 20

/** Where a leaf stands: what there is to hash with, from the leaf up. Levels without a right neighbour are left out. */
export type LeanPath = {
  readonly siblings: readonly Field[]
  /** Whether the node is the right child, one per sibling. */
  readonly right: readonly boolean[]
}

/** A leaf was asked for that the tree does not have. */
export class LeafNotInTreeError extends BaseError {
  override name = 'LeafNotInTreeError'
  constructor(readonly leaves: number) {
    super(`The leaf is not in the tree of ${leaves} leaves.`)
  }
}

/**
 * Root of a lean incremental Merkle tree: a node is the Poseidon hash of its two children, or its left child when there is no
 * right one.
 *
 * @param leaves - In the order in which they were added.
 * @returns Undefined for no leaves.
 *
 * @example
 * import { leanRoot } from '@veritask/sdk'
 *
 * const root = leanRoot([1n, 2n, 3n])
 */
export function leanRoot(leaves: readonly bigint[]): Field | undefined {
  return levelsOf(leaves).at(-1)?.[0]
}

/**
 * Path of a leaf to {@link leanRoot}.
 *
 * @param index - Place of the leaf, from 0.
 * @throws {@link LeafNotInTreeError}
 *
 * @example
 * import { leanPath } from '@veritask/sdk'
 *
 * const { siblings } = leanPath([1n, 2n, 3n], 2) // one: the third leaf has no neighbour of its own
 */
export function leanPath(leaves: readonly bigint[], index: number): LeanPath {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new LeafNotInTreeError(leaves.length)
  return pathIn(levelsOf(leaves), index)
}

/** Root and several paths of one tree, hashed once. */
export function leanPaths(
  leaves: readonly bigint[],
  indices: readonly number[],
): { readonly root: Field; readonly paths: readonly LeanPath[] } {
  const levels = levelsOf(leaves)
  const root = levels.at(-1)?.[0]
  if (root === undefined || indices.some((index) => !Number.isInteger(index) || leaves[index] === undefined))
    throw new LeafNotInTreeError(leaves.length)
  return { root, paths: indices.map((index) => pathIn(levels, index)) }
}

function levelsOf(leaves: readonly bigint[]): Field[][] {
  let level = leaves.map((leaf) => toField(leaf, 'A leaf'))
  const levels = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => {
      const [left, right] = [below[2 * i]!, below[2 * i + 1]]
      return right === undefined ? left : hash([left, right])
    })
    levels.push(level)
  }
  return levels
}

function pathIn(levels: readonly (readonly Field[])[], index: number): LeanPath {
  const siblings: Field[] = []
  const right: boolean[] = []
  levels.slice(0, -1).forEach((level, height) => {
    const position = Math.floor(index / 2 ** height)
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1]
    if (sibling === undefined) return
    siblings.push(sibling)
    right.push(position % 2 === 1)
  })
  return { siblings, right }
}
