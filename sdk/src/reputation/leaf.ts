import { type Field, toField } from '../field.js'
import { domains, hash } from '../poseidon.js'

/**
 * What a worker gives when an accepted slot is recorded: `H("veritask.reputation.1", secret, blinding)`. Nobody can tell two
 * commitments of one worker from those of two.
 *
 * @param secret - The worker's, the same for everything that is to count together. Secret.
 * @param blinding - From {@link randomSalt}, one per record; needed again to prove. Secret.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomSalt, reputationCommitment } from '@veritask/sdk'
 *
 * const commitment = reputationCommitment({ secret: randomSalt(), blinding: randomSalt() })
 */
export function reputationCommitment(parameters: { readonly secret: bigint; readonly blinding: bigint }): Field {
  const secret = toField(parameters.secret, 'The reputation secret')
  return hash([domains.reputation, secret, toField(parameters.blinding, 'The blinding')])
}

/**
 * What stands in the tree for a recorded slot: `H("veritask.reputation-leaf.1", commitment, scoreBps)`.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { reputationLeaf } from '@veritask/sdk'
 *
 * const leaf = reputationLeaf({ commitment: 5n, scoreBps: 9_500 })
 */
export function reputationLeaf(parameters: { readonly commitment: bigint; readonly scoreBps: number }): Field {
  const commitment = toField(parameters.commitment, 'The reputation commitment')
  return hash([domains.reputationLeaf, commitment, toField(parameters.scoreBps, 'The score')])
}

/**
 * The one value a worker can use for a scope: `H("veritask.reputation-nullifier.1", secret, scope)`.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomSalt, reputationNullifier } from '@veritask/sdk'
 *
 * const nullifier = reputationNullifier({ secret: randomSalt(), scope: 1n })
 */
export function reputationNullifier(parameters: { readonly secret: bigint; readonly scope: bigint }): Field {
  const secret = toField(parameters.secret, 'The reputation secret')
  return hash([domains.reputationNullifier, secret, toField(parameters.scope, 'The scope')])
}
