import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { hash } from '../poseidon.js'

/** A lean incremental tree has no such leaf. */
export class LeafMissingError extends BaseError {
  override name = 'LeafMissingError'
  constructor(readonly index: number) {
    super(`The tree has no leaf ${index}.`)
  }
}

/** A leaf's way up: `right[i]` is 1 where the node is the right child. Levels without a sibling are left out. */
export type LeanPath = { readonly siblings: readonly Field[]; readonly right: readonly (0 | 1)[] }

/**
 * Merkle tree of Semaphore groups and of reputations: a node is the Poseidon hash of its two children, and one without a
 * right neighbour is its own parent.
 *
 * @param leaves - At least one.
 * @throws {@link FieldOutOfRangeError}, {@link LeafMissingError}
 *
 * @example
 * import { leanTree } from '@veritask/sdk'
 *
 * const { root, path } = leanTree([1n, 2n, 3n])
 * const { siblings } = path(2)
 */
export function leanTree(leaves: readonly bigint[]): {
  readonly root: Field
  readonly path: (index: number) => LeanPath
} {
  const levels: Field[][] = [leaves.map((leaf) => toField(leaf, 'A leaf'))]
  if (leaves.length === 0) throw new LeafMissingError(0)
  for (let level = levels[0]!; level.length > 1; ) {
    const below = level
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => {
      const right = below[2 * i + 1]
      return right === undefined ? below[2 * i]! : hash([below[2 * i]!, right])
    })
    levels.push(level)
  }
  const path = (index: number): LeanPath => {
    if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new LeafMissingError(index)
    const siblings: Field[] = []
    const right: (0 | 1)[] = []
    levels.forEach((level, depth) => {
      const position = index >> depth
      const sibling = level[position ^ 1]
      if (sibling === undefined) return
      siblings.push(sibling)
      right.push((position & 1) as 0 | 1)
    })
    return { siblings, right }
  }
  return { root: levels.at(-1)![0]!, path }
}
