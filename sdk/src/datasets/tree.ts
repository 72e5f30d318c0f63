import { sha256 } from 'viem'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { domains, hash } from '../poseidon.js'

/** Levels of a dataset tree: room for 2^24 records. */
export const TREE_DEPTH = 24

const HALF_DIGEST_BITS = 128n

/** A dataset with no record, or with more than the tree has room for. */
export class DatasetSizeError extends BaseError {
  override name = 'DatasetSizeError'
  constructor(readonly size: number) {
    super(`A dataset has 1 to ${2 ** TREE_DEPTH} records, not ${size}.`)
  }
}

/** A record index that the dataset does not have. */
export class RecordIndexError extends BaseError {
  override name = 'RecordIndexError'
  constructor(
    readonly index: number,
    readonly size: number,
  ) {
    super(`The dataset has ${size} records; there is none at index ${index}.`)
  }
}

/**
 * Hiding commitment to one record: `H("veritask.record.1", salt, hi, lo)` with the 128-bit halves of the record's sha256.
 *
 * @param salt - From {@link randomSalt}, one per record.
 * @param bytes - The record as it is handed to workers.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomSalt, recordCommitment } from '@veritask/sdk'
 *
 * const leaf = recordCommitment({ salt: randomSalt(), bytes: new Uint8Array([1, 2, 3]) })
 */
export function recordCommitment({ salt, bytes }: { readonly salt: bigint; readonly bytes: Uint8Array }): Field {
  const digest = BigInt(sha256(bytes))
  const high = digest >> HALF_DIGEST_BITS
  const low = BigInt.asUintN(Number(HALF_DIGEST_BITS), digest)
  return hash([domains.record, toField(salt, 'Record salt'), high, low])
}

/** A dataset's Merkle tree. */
export type DatasetTree = {
  readonly root: Field
  /** Number of records. */
  readonly size: number
  /** The 24 siblings from the leaf upwards. Throws {@link RecordIndexError}. */
  readonly path: (index: number) => Field[]
}

/** Roots of empty subtrees, by height. */
let emptyRoots: readonly Field[] | undefined
function emptyRootsByHeight(): readonly Field[] {
  if (!emptyRoots) {
    const roots = [0n as Field]
    for (let height = 0; height < TREE_DEPTH; height++) roots.push(hash([roots[height]!, roots[height]!]))
    emptyRoots = roots
  }
  return emptyRoots
}

/**
 * Builds the Poseidon Merkle tree (depth 24, empty leaf 0) over record commitments.
 *
 * @param leaves - From {@link recordCommitment}, in record order; 1 to 2^24.
 * @throws {@link DatasetSizeError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { buildTree, randomSalt, recordCommitment } from '@veritask/sdk'
 *
 * const leaf = recordCommitment({ salt: randomSalt(), bytes: new Uint8Array([1, 2, 3]) })
 * const { root, path } = buildTree([leaf])
 * const siblings = path(0)
 */
export function buildTree(leaves: readonly bigint[]): DatasetTree {
  if (leaves.length < 1 || leaves.length > 2 ** TREE_DEPTH) throw new DatasetSizeError(leaves.length)
  const empty = emptyRootsByHeight()
  const levels: Field[][] = [leaves.map((leaf) => toField(leaf, 'Record commitment'))]
  for (let height = 0; height < TREE_DEPTH; height++) {
    const below = levels[height]!
    const level: Field[] = []
    for (let i = 0; i < below.length; i += 2) level.push(hash([below[i]!, below[i + 1] ?? empty[height]!]))
    levels.push(level)
  }
  const path = (index: number): Field[] => {
    if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
      throw new RecordIndexError(index, leaves.length)
    return levels.slice(0, TREE_DEPTH).map((level, height) => level[(index >> height) ^ 1] ?? empty[height]!)
  }
  return { root: levels[TREE_DEPTH]![0]!, size: leaves.length, path }
}

/** A leaf, its index and its 24 siblings from the leaf upwards. */
export type MembershipPath = {
  readonly leaf: bigint
  readonly index: number
  readonly path: readonly bigint[]
}

/**
 * Whether a leaf stands at an index of the tree with this root. Malformed paths are simply not proofs.
 *
 * @example
 * import { buildTree, verifyPath } from '@veritask/sdk'
 *
 * const tree = buildTree([5n, 6n])
 * verifyPath({ root: tree.root, leaf: 6n, index: 1, path: tree.path(1) }) // true
 */
export function verifyPath({ root, ...membership }: { readonly root: bigint } & MembershipPath): boolean {
  return createPathVerifier(root)(membership)
}

/**
 * {@link verifyPath} for many leaves of one tree: nodes that paths share are hashed once.
 *
 * @example
 * import { buildTree, createPathVerifier } from '@veritask/sdk'
 *
 * const tree = buildTree([5n, 6n])
 * const verify = createPathVerifier(tree.root)
 * verify({ leaf: 5n, index: 0, path: tree.path(0) }) // true
 */
export function createPathVerifier(root: bigint): (membership: MembershipPath) => boolean {
  const known = new Map<string, bigint>()
  const node = (left: bigint, right: bigint): bigint => {
    const key = `${left.toString(36)}:${right.toString(36)}`
    let value = known.get(key)
    if (value === undefined) {
      value = hash([left, right])
      known.set(key, value)
    }
    return value
  }
  return ({ leaf, index, path }) => {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** TREE_DEPTH || path.length !== TREE_DEPTH) return false
    let current = leaf
    try {
      path.forEach((sibling, height) => {
        current = (index >> height) & 1 ? node(sibling, current) : node(current, sibling)
      })
    } catch {
      return false
    }
    return current === root
  }
}
