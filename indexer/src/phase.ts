import {
  allRedressed,
  settlementKinds as knownKinds,
  mayAsk,
  type PhaseAt,
  phaseOf,
  type RejectionsProgress,
  rejectionsPendingUntil,
  type SettlementProgress,
} from '@veritask/sdk/phase'

/** Which settlement module a task pinned; `other` is an allow-listed module this indexer does not know. */
export const settlementKinds = [...knownKinds, 'other'] as const

export type SettlementKind = (typeof settlementKinds)[number]

export { taskPhases } from '@veritask/sdk/phase'

/** The columns of a task that decide its phase. Times are in seconds; those of other settlements are null. */
export type PhaseRow = {
  readonly kind: SettlementKind
  readonly slots: number
  readonly joined: number
  readonly committed: number
  readonly delivered: number
  readonly claimed: number
  readonly scored: number
  readonly paid: number
  readonly returned: number
  readonly rejected: number
  readonly unfilled: number | null
  readonly openDisputes: number
  readonly bondState: 'none' | 'held' | 'released' | 'burned'
  readonly goldOpenedAt: bigint | null
  readonly joinBy: bigint
  readonly commitBy: bigint | null
  readonly openBy: bigint | null
  readonly proveBy: bigint | null
  readonly submitBy: bigint | null
  readonly scoreBy: bigint | null
  readonly deliverBy: bigint | null
  readonly settleBy: bigint | null
  readonly roundJoinBy: bigint | null
  readonly slotLimit: number | null
  readonly assigns: boolean
  readonly seeded: number
  readonly firstSlot: number
  readonly committedBefore: number
  readonly deliveredBefore: number
  readonly decided: boolean
  readonly claimBy: bigint | null
  readonly challengeBy: bigint | null
  readonly answerBy: bigint | null
  readonly disputableUntil: bigint | null
  readonly mostDisputedItems: number
  readonly openAudits: number
  readonly unprovenAudits: number
  readonly allowedMistakes: number | null
  readonly overturnedItems: number
}

/** Which keys that a task pinned are frozen. */
export type FrozenKeys = {
  /** Any of them. */
  readonly halted: boolean
  /** Hidden gold: the key of scores. */
  readonly scoreKeyFrozen: boolean
  /** Hidden gold: the key of audits or the one of legality. */
  readonly auditKeysFrozen: boolean
}

/** Until when the open audits of a hidden-gold task are to be answered; null where there are none. */
export type AuditTimes = {
  /** The earliest of those whose panel is not proven. */
  readonly firstAnswerBy: bigint | null
  /** The latest of all. */
  readonly lastAnswerBy: bigint | null
}

/** What other rows say of a task. */
export type Around = FrozenKeys & AuditTimes

/** The phase of a task when the clock shows `now` (a block's timestamp, in seconds). */
export function taskPhase(row: PhaseRow, around: Around, now: bigint): PhaseAt {
  return phaseOf(
    {
      slots: row.slots,
      joined: row.joined,
      ended: row.paid + row.returned,
      unfilledReturned: row.unfilled !== null,
      halted: around.halted,
      joinBy: row.joinBy,
      bondHeld: row.bondState === 'held',
      ...progressOf(row, around),
    },
    now,
  )
}

/**
 * What hangs over a task's rejections: until when they can be overturned, null when not; whether an audit may be asked for, whether a
 * frozen key keeps open ones from being answered, and whether audits overturned so much that every rejected slot is redressed.
 */
export function rejectionsAt(row: PhaseRow, around: Around, now: bigint) {
  const rejections = rejectionsOf(row, around)
  const hidden = row.kind === 'hidden-gold'
  return {
    rejectionsPendingUntil: (hidden && rejectionsPendingUntil(rejections, now)) || null,
    mayAsk: hidden && mayAsk(rejections, now),
    auditKeysFrozen: hidden && around.auditKeysFrozen,
    allRedressed: hidden && row.rejected > 0 && allRedressed(rejections),
  }
}

function rejectionsOf(row: PhaseRow, { auditKeysFrozen, firstAnswerBy, lastAnswerBy }: Around): RejectionsProgress {
  return {
    submitted: row.delivered,
    rejected: row.rejected,
    mostDisputedItems: row.mostDisputedItems,
    allowedMistakes: row.allowedMistakes ?? 0,
    overturnedItems: row.overturnedItems,
    openAudits: row.openAudits,
    unprovenAudits: row.unprovenAudits,
    firstAnswerBy: deadline(firstAnswerBy),
    lastAnswerBy: deadline(lastAnswerBy),
    auditKeysFrozen,
    scoreBy: deadline(row.scoreBy),
    auditWindow: deadline(row.disputableUntil) - deadline(row.scoreBy),
  }
}

/** A deadline that the settlement's terms set; before they are known it never comes. */
const deadline = (value: bigint | null): bigint => value ?? 0n

function progressOf(row: PhaseRow, around: Around): SettlementProgress {
  switch (row.kind) {
    case 'open-gold':
      return {
        kind: row.kind,
        committed: row.committed,
        goldOpen: row.goldOpenedAt !== null,
        commitBy: deadline(row.commitBy),
        openBy: deadline(row.openBy),
        proveBy: deadline(row.proveBy),
      }
    case 'hidden-gold':
      return {
        kind: row.kind,
        scored: row.scored,
        scoreKeyFrozen: around.scoreKeyFrozen,
        submitBy: deadline(row.submitBy),
        ...rejectionsOf(row, around),
      }
    case 'consensus':
      return {
        kind: row.kind,
        slotLimit: row.slotLimit ?? row.slots,
        delivered: row.delivered,
        decided: row.decided,
        round: {
          joined: row.joined - row.firstSlot,
          committed: row.committed - row.committedBefore,
          delivered: row.delivered - row.deliveredBefore,
          seedMissing: row.assigns && row.seeded < row.joined,
          joinBy: deadline(row.roundJoinBy),
          commitBy: deadline(row.commitBy),
          deliverBy: deadline(row.deliverBy),
          settleBy: deadline(row.settleBy),
        },
      }
    case 'direct':
      return { kind: row.kind, proveBy: deadline(row.proveBy) }
    case 'optimistic':
      return {
        kind: row.kind,
        claimed: row.claimed,
        openDisputes: row.openDisputes,
        claimBy: deadline(row.claimBy),
        challengeBy: deadline(row.challengeBy),
        answerBy: deadline(row.answerBy),
      }
    case 'other':
      return { kind: row.kind }
    default:
      return row.kind satisfies never
  }
}
