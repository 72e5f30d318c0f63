import { encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { type Field, toField } from '../field.js'

/** Bits dropped from a keccak hash so that it is below the field order. */
const HASH_SHIFT = 8n

/**
 * What an aggregator hides with, made from its one secret and the task: an interrupted aggregation goes on from the same
 * salts, and nobody else can make them.
 */
function derived(secret: bigint, taskId: Hex, purpose: string, number: number): Hex {
  return keccak256(
    encodeAbiParameters(parseAbiParameters('string, uint256, bytes32, uint256'), [
      `veritask.consensus-${purpose}.1`,
      secret,
      taskId,
      BigInt(number),
    ]),
  )
}

/** Salt of the consensus commitment. */
export function outSalt(secret: bigint, taskId: Hex): Field {
  return toField(BigInt(derived(secret, taskId, 'out', 0)) >> HASH_SHIFT, 'The salt of the consensus')
}

/** Salt of the counts once so many slots are in them; no counts at all are public. */
export function countsSalt(secret: bigint, taskId: Hex, tallied: number): Field {
  if (tallied === 0) return toField(0n, 'The salt of the counts')
  return toField(BigInt(derived(secret, taskId, 'counts', tallied)) >> HASH_SHIFT, 'The salt of the counts')
}

/** Most rounds a task can have, and so most seeds. */
export const MAX_ROUNDS = 16

/**
 * The secret to show when `revealed` seeds of the task have been: each is the hash of the next, so that showing one shows no
 * later one. A round whose seed was kept has used none up.
 */
export function seedSecret(secret: bigint, taskId: Hex, revealed: number): Hex {
  let link = derived(secret, taskId, 'seed', 0)
  for (let last = MAX_ROUNDS - 1; last > revealed; last--) link = keccak256(link)
  return link
}

/** What a task commits to: the hash of the first secret. */
export function seedCommitment(secret: bigint, taskId: Hex): Hex {
  return keccak256(seedSecret(secret, taskId, 0))
}
