import type { Hex } from 'viem'
import { proofContext } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { ProofRejectedError } from '../../errors/contract.js'
import { StatementSignalsError } from '../../errors/disputes.js'
import type { Slot, StatementTaskState } from '../types.js'
import { verifyProofs } from '../verifyProofs.js'
import type { VeritaskClient } from './context.js'
import type { StatementTerms } from './terms.js'

const MAX_WORD = 2n ** 256n - 1n

/** A word the chain can take. */
export function isWord(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_WORD
}

/** Where a slot's proof of the task's statement is bound to. */
export function statementPlace(deployment: Deployment, task: StatementTaskState, { slot, payout }: Slot) {
  const { taskId, settlement: module } = task
  return { chainId: deployment.chainId, module, taskId, slot, payout, keyId: task.terms.statement.keyId }
}

/**
 * The checks of the modules: as many signals as the key has, the pinned ones as pinned, and the slot's context at its place.
 *
 * @throws {StatementSignalsError}
 */
export function assertSignals(
  statement: StatementTerms,
  place: ReturnType<typeof statementPlace>,
  publicSignals: readonly bigint[],
): void {
  const { signals, pinned, contextIndex } = statement
  if (!Array.isArray(publicSignals) || publicSignals.length !== signals.length)
    throw new StatementSignalsError({ reason: `there are ${publicSignals?.length} and the key has ${signals.length}` })
  const context = proofContext(place)
  publicSignals.forEach((given, index) => {
    if (!isWord(given)) throw new StatementSignalsError({ reason: `signal ${index} is no 256-bit number` })
    const required = index === contextIndex ? context : signals[index]!
    const fixed = index === contextIndex || ((pinned >> BigInt(index)) & 1n) === 1n
    if (fixed && given !== required)
      throw new StatementSignalsError({ reason: `signal ${index} is ${given} and must be ${required}` })
  })
}

/** Asks the chain whether a proof of any proof system holds, before it is sent. */
export async function assertProofHolds(
  client: VeritaskClient,
  deployment: Deployment,
  place: ReturnType<typeof statementPlace>,
  { publicSignals, proof }: { readonly publicSignals: readonly bigint[]; readonly proof: Hex },
): Promise<void> {
  const { keyId, taskId, slot } = place
  const [holds] = await verifyProofs(client, { deployment, keyId, proofs: [{ publicSignals, proof }] })
  if (!holds) throw new ProofRejectedError({ keyId, taskId, slot })
}
