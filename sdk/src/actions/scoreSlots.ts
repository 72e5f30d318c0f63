import type { Hash, Hex } from 'viem'
import { ProvingAbortedError } from '../core.js'
import type { BaseError } from '../errors/base.js'
import { SlotEndedError } from '../errors/contract.js'
import { AlreadyRejectedError } from '../errors/disputes.js'
import { hiddenGoldSettlementAbi } from '../generated/abis.js'
import { errorOfItem, inBatches, transactionsOf, writeBatch } from './internal/batch.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { refusalOf } from './internal/refusal.js'
import { assertPlaceForm, assertProofForm } from './internal/submission.js'
import {
  type ContractCall,
  contractCall,
  outcomeOf,
  type WriteOutcome,
  type WriteReturnType,
} from './internal/write.js'
import {
  assertScore,
  type ProofOptions,
  proveScore,
  type ScoreOutcome,
  type ScoreSubmission,
  scoredIn,
  scoreOutcomeOf,
} from './scoreSlot.js'
import { PAYOUT_GAS } from './submitProof.js'
import type { RequesterSecrets } from './types.js'

export type ScoreSlotsParameters = WriteParameters & {
  /** Whether to try the payout transfers in the same transaction. Default: true. */
  readonly transferNow?: boolean | undefined
} & (
    | (ProofOptions & {
        readonly taskId: Hex
        readonly slots: readonly number[]
        readonly secrets: RequesterSecrets
        /** Called before each proof, with its place in `slots`. */
        readonly onSlot?: ((index: number) => void) | undefined
      })
    /** From `proveScore`, of any tasks. Anyone may send them. */
    | { readonly scores: readonly ScoreSubmission[] }
  )

/** What became of one slot. */
export type ScoreResult = { readonly taskId: Hex; readonly slot: number } & (
  | ({ readonly outcome: 'scored'; readonly hash: Hash; readonly found: boolean } & ScoreOutcome)
  | {
      readonly outcome: 'refused'
      /** What is wrong, as `scoreSlot` would have thrown it. */
      readonly error: BaseError
      /** The transaction that carried it; undefined when it was not sent. */
      readonly hash: Hash | undefined
    }
)
export type ScoreSlotsReturnType = {
  /** In the order asked for. */
  readonly results: readonly ScoreResult[]
  readonly transactions: readonly WriteReturnType[]
}
export type ScoreSlotsErrorType = Error

/**
 * Proves the scores of many slots and sends them in one transaction: each slot is paid, or rejected provisionally, as its
 * score says (see `scoreSlot`). A slot that cannot be scored is left out with its reason. Called again, it finds what was scored.
 *
 * @throws {ProvingAbortedError}, {@link ProverClosedError}, {@link ProverCrashedError} and errors of the artifacts, before
 * anything is sent.
 *
 * @example
 * import { scoreSlots } from '@veritask/sdk'
 * const { results } = await scoreSlots(client, { taskId, slots: [0, 1, 2], secrets, prover })
 */
export async function scoreSlots(
  client: VeritaskClient,
  parameters: ScoreSlotsParameters,
): Promise<ScoreSlotsReturnType> {
  const { transferNow = true } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const asked: readonly Asked[] =
    'scores' in parameters
      ? parameters.scores.map((score) => ({ taskId: score.taskId, slot: score.slot, score }))
      : parameters.slots.map((slot) => ({ taskId: parameters.taskId, slot }))
  const results = new Map<Asked, ScoreResult>()
  const refuse = ({ taskId, slot }: Asked, error: BaseError, hash?: Hash): ScoreResult => ({
    taskId,
    slot,
    outcome: 'refused',
    error,
    hash,
  })
  /** A score that the chain shows already, whoever sent it. */
  const findResult = async (place: Asked): Promise<ScoreResult | undefined> => {
    const hash = await scoredIn(client, deployment, place.taskId, place.slot)
    return hash && resultOf(place, await outcomeOf(client, deployment, hash))
  }

  const ready: Ready[] = []
  for (const [index, place] of asked.entries()) {
    const { slot } = place
    try {
      assertPlaceForm(place)
      if (place.score) assertProofForm(place.score)
      const found = await findResult(place)
      if (found) {
        results.set(place, found)
        continue
      }
      if (!('scores' in parameters)) parameters.onSlot?.(index)
      const score = place.score ?? (await proveScore(client, { ...(parameters as ProofParameters), deployment, slot }))
      await assertScore(client, deployment, score)
      ready.push({ place, score })
    } catch (error) {
      const refused = refuse(place, errorOfItem(error))
      // A proof takes long enough for somebody else to be first.
      const found =
        error instanceof SlotEndedError || error instanceof AlreadyRejectedError ? await findResult(place) : undefined
      results.set(place, found ?? refused)
    }
  }
  if ('signal' in parameters && parameters.signal?.aborted) throw new ProvingAbortedError('score')

  const transactions: WriteReturnType[] = []
  for (const items of inBatches(ready, ({ score }) => score.keyId)) {
    const sent = await writeBatch(client, {
      deployment,
      signer,
      items,
      callOf: (batch) => batchCall(deployment.contracts.hiddenGold, batch, transferNow),
      findEffect: async (batch) => {
        const hashes = await Promise.all(
          batch.map(({ score: { taskId, slot } }) => scoredIn(client, deployment, taskId, slot)),
        )
        return hashes.every((hash) => hash !== undefined) ? hashes.at(-1) : undefined
      },
    })
    for (const { item, ...each } of sent) {
      const { place, score } = item
      if (each.error) {
        results.set(place, refuse(place, each.error, each.hash))
        continue
      }
      const result = resultOf(place, each.outcome, score.keyId)
      // Somebody else may have been first.
      results.set(place, result.outcome === 'scored' ? result : ((await findResult(place)) ?? result))
    }
    transactions.push(...transactionsOf(sent))
  }
  return { results: asked.map((place) => results.get(place)!), transactions }
}

type Asked = { readonly taskId: Hex; readonly slot: number; readonly score?: ScoreSubmission }
type Ready = { readonly place: Asked; readonly score: ScoreSubmission }
type ProofParameters = ProofOptions & { readonly taskId: Hex; readonly secrets: RequesterSecrets }

/** One call for scores under one key, grouped by task. */
function batchCall(settlement: Hex, batch: readonly Ready[], transferNow: boolean): ContractCall {
  const byTask = new Map<Hex, ScoreSubmission[]>()
  for (const { score } of batch) byTask.set(score.taskId, [...(byTask.get(score.taskId) ?? []), score])
  const tasks = [...byTask].map(([taskId, scores]) => ({
    taskId,
    scores: scores.map(({ slot, agreements, digest, proof }) => ({
      slot,
      agreements: BigInt(agreements),
      digest,
      proof,
    })),
  }))
  return contractCall(hiddenGoldSettlementAbi, settlement, 'scoreBatch', [tasks, transferNow], {
    extraGas: PAYOUT_GAS * BigInt(batch.length),
  })
}

function resultOf({ taskId, slot }: Asked, { events, hash, found }: WriteOutcome, keyId: Hex = '0x'): ScoreResult {
  const scored = scoreOutcomeOf(events, taskId, slot)
  return scored
    ? { taskId, slot, outcome: 'scored', hash, found, ...scored }
    : { taskId, slot, outcome: 'refused', error: refusalOf(events, { taskId, slot, keyId }), hash }
}
