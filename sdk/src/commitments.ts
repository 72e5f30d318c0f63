import { BaseError } from './errors/base.js'
import { type Field, toField } from './field.js'
import { packCodes } from './labels/codes.js'
import type { RulesShape } from './labels/rules.js'
import { domains, hash } from './poseidon.js'

/** Labels and salt do not open the commitment they were said to open. Carries neither. */
export class CommitmentMismatchError extends BaseError {
  override name = 'CommitmentMismatchError'
  constructor(readonly commitment: bigint) {
    super('The labels and salt do not open the commitment.', {
      metaMessages: [
        `Commitment: ${commitment}`,
        'A commitment binds its labels to one chain, contract, task, slot and payout address: it cannot be copied from another worker, and nobody without its salt and labels can open it.',
      ],
    })
  }
}

/**
 * Hiding, binding commitment to a label vector: `H("veritask.labels.1", commitmentContext, salt, words…)`. It serves
 * one slot of one task only, so a copied commitment is of no use to anyone else.
 *
 * @param codes - From {@link encodeLabels}.
 * @param salt - From {@link randomSalt}; needed again to prove and to deliver. Secret.
 * @throws {@link FieldOutOfRangeError}, {@link WordsMalformedError}
 *
 * @example
 * import { commitLabels, encodeLabels, randomSalt, type Rules } from '@veritask/sdk'
 *
 * const rules: Rules = {
 *   kind: 'distance', capacity: 64, itemCount: 3, goldCount: 1, thresholdBps: 10_000, max: 9, tolerance: 0,
 * }
 * const commitment = commitLabels({
 *   rules, commitmentContext: 1n, salt: randomSalt(), codes: encodeLabels(rules, [7, 2, 1]),
 * })
 */
export function commitLabels(parameters: {
  readonly rules: RulesShape
  readonly commitmentContext: bigint
  readonly salt: bigint
  readonly codes: readonly bigint[]
}): Field {
  const { rules, codes } = parameters
  const context = toField(parameters.commitmentContext, 'Commitment context')
  const salt = toField(parameters.salt, 'Salt')
  return hash([domains.labels, context, salt, ...packCodes(rules, codes)])
}
