import type { Hex } from 'viem'
import type { BaseError } from '../../errors/base.js'
import { NotCommittedError, ProofRejectedError, SlotEndedError } from '../../errors/contract.js'
import { AlreadyRejectedError } from '../../errors/disputes.js'
import type { VeritaskEvent } from '../../events/decode.js'

type Place = { readonly taskId: Hex; readonly slot: number; readonly keyId: Hex }

/** The reasons of `SubmissionRefused`, in the contract's order. */
const refusals = [
  ({ taskId, slot }: Place) => new NotCommittedError({ taskId, slot }),
  ({ taskId, slot }: Place) => new SlotEndedError({ taskId, slot }),
  (place: Place) => new ProofRejectedError(place),
  // Delivered already: nothing more is taken from it.
  ({ taskId, slot }: Place) => new SlotEndedError({ taskId, slot }),
  ({ taskId, slot }: Place) => new AlreadyRejectedError({ taskId, slot }),
] as const

/** Why a batch passed a slot over; a slot that is neither paid nor named was ended by somebody else. */
export function refusalOf(events: readonly VeritaskEvent[], place: Place): BaseError {
  const refused = events.find(
    ({ eventName, args }) =>
      eventName === 'SubmissionRefused' && args.taskId === place.taskId && args.slot === place.slot,
  )
  const reason = refused?.eventName === 'SubmissionRefused' ? refused.args.reason : 1
  return (refusals[reason] ?? refusals[1])(place)
}
