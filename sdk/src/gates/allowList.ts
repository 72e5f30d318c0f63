import { type Address, concatHex, encodeAbiParameters, getAddress, type Hex, keccak256, parseAbiParameters } from 'viem'
import { BaseError } from '../errors/base.js'
import type { AdmissionBuilder } from './joining.js'

/** An allow list with no account, or with one account twice. */
export class AllowListMalformedError extends BaseError {
  override name = 'AllowListMalformedError'
  constructor(readonly reason: string) {
    super(`The allow list is malformed: ${reason}.`)
  }
}

/** The account is not on the list: no proof of it exists. */
export class NotListedError extends BaseError {
  override name = 'NotListedError'
  constructor(readonly account: Address) {
    super(`${account} is not on the allow list.`)
  }
}

/** An allow list as a task keeps it. */
export type AllowList = {
  readonly root: Hex
  /** Terms of the gate: what `createTask` sends. */
  readonly gateData: Hex
  /** An account's Merkle path. */
  readonly path: (account: Address) => readonly Hex[]
}

/**
 * Merkle tree over accounts, with the roots and paths of @openzeppelin/merkle-tree.
 *
 * @throws {@link AllowListMalformedError}; `path` throws {@link NotListedError}
 *
 * @example
 * import { allowListOf } from '@veritask/sdk'
 *
 * const list = allowListOf([`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`])
 */
export function allowListOf(accounts: readonly Address[]): AllowList {
  const leaves = new Map<Hex, Address>()
  for (const account of accounts) {
    const leaf = leafOf(account)
    if (leaves.has(leaf)) throw new AllowListMalformedError(`${account} is on it twice`)
    leaves.set(leaf, account)
  }
  if (leaves.size === 0) throw new AllowListMalformedError('it has no account')
  const { root, pathOf } = sortedTree([...leaves.keys()])
  return {
    root,
    gateData: root,
    path: (account) => {
      const leaf = leafOf(account)
      if (!leaves.has(leaf)) throw new NotListedError(account)
      return pathOf(leaf)
    },
  }
}

/**
 * Shows that the worker is on the list. The worker joins itself.
 *
 * @throws {@link NotListedError} when used for another account
 *
 * @example
 * import { allowListAdmission } from '@veritask/sdk'
 *
 * const admission = allowListAdmission([`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`])
 */
export function allowListAdmission(accounts: readonly Address[]): AdmissionBuilder {
  const list = allowListOf(accounts)
  return async ({ joining }) => encodeAbiParameters(parseAbiParameters('bytes32[]'), [list.path(joining.worker)])
}

/** Hashed twice, so that no inner node passes for a leaf. */
function leafOf(account: Address): Hex {
  return keccak256(keccak256(encodeAbiParameters(parseAbiParameters('address'), [getAddress(account)])))
}

/**
 * A complete binary tree in an array, root first, with the leaves in descending order at its end; pairs are hashed in
 * ascending order.
 */
export function sortedTree(hashes: readonly Hex[]): { root: Hex; pathOf: (leaf: Hex) => Hex[] } {
  const sorted = [...hashes].sort().reverse()
  const nodes: Hex[] = [...Array<Hex>(sorted.length - 1).fill('0x'), ...sorted]
  for (let i = sorted.length - 2; i >= 0; i--) nodes[i] = pair(nodes[2 * i + 1]!, nodes[2 * i + 2]!)
  const pathOf = (leaf: Hex) => {
    const path: Hex[] = []
    for (let i = nodes.lastIndexOf(leaf); i > 0; i = (i - 1) >> 1) path.push(nodes[i % 2 === 0 ? i - 1 : i + 1]!)
    return path
  }
  return { root: nodes[0]!, pathOf }
}

function pair(a: Hex, b: Hex): Hex {
  return keccak256(concatHex(a < b ? [a, b] : [b, a]))
}
