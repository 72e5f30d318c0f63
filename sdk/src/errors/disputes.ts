import type { Address, Hex } from 'viem'
import { BaseError, type BaseErrorParameters } from './base.js'

type Caused = Pick<BaseErrorParameters, 'cause'>

export class NotDisputableError extends BaseError {
  override name = 'NotDisputableError'
  constructor({ taskId, slot, reason, ...rest }: { taskId: Hex; slot: number; reason?: string } & Caused) {
    super(`Slot ${slot} of task ${taskId} cannot be disputed${reason ? `: ${reason}` : ''}.`, {
      metaMessages: [
        'Hidden gold: the worker of a rejected slot disputes it after scoring, within the audit window, once.',
        'Optimistic: anyone disputes a claim within its challenge window.',
      ],
      ...rest,
    })
  }
}

export class AlreadyDisputedError extends BaseError {
  override name = 'AlreadyDisputedError'
  constructor({ taskId, slot, challenger, ...rest }: { taskId: Hex; slot: number; challenger: Address } & Caused) {
    super(`Slot ${slot} of task ${taskId} is disputed by ${challenger} already.`, rest)
  }
}

export class NotDisputedError extends BaseError {
  override name = 'NotDisputedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Nobody disputes slot ${slot} of task ${taskId}.`, rest)
  }
}

/** A rejection is recorded, and whatever becomes of it, the slot is not scored again. */
export class AlreadyRejectedError extends BaseError {
  override name = 'AlreadyRejectedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} was scored below the threshold already.`, {
      metaMessages: ['Its rejection is provisional until nobody can overturn it any more: `getTask` says until when.'],
      ...rest,
    })
  }
}

export class NoAuditError extends BaseError {
  override name = 'NoAuditError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot?: number } & Caused) {
    super(`Task ${taskId} has no open gold audit${slot === undefined ? '' : ` of slot ${slot}`}.`, {
      metaMessages: [
        'The worker of a rejected slot asks for one with `disputeSlot`. It is decided once, and is over when every rejected slot is redressed.',
      ],
      ...rest,
    })
  }
}

/** Nobody's answers could overturn the gold, so nobody can lose by the rejection. */
export class TooFewAnswersError extends BaseError {
  override name = 'TooFewAnswersError'
  constructor({
    taskId,
    slot,
    answers,
    required,
    ...rest
  }: { taskId: Hex; slot: number; answers: number; required: number } & Caused) {
    super(
      `The gold cannot be audited by slot ${slot} of task ${taskId}: the others have ${answers} answers to the items it disputes, and ${required} are needed.`,
      {
        metaMessages: [
          'Answers are slots of the panel times gold items on which the slot disagrees with the gold. The panel has two slots or more.',
          'The rejection costs nothing: reward back to the requester, the whole stake back to the worker, once it is settled.',
        ],
        ...rest,
      },
    )
  }
}

export class PanelNotDrawnError extends BaseError {
  override name = 'PanelNotDrawnError'
  constructor({ taskId, slot, beaconBlock, ...rest }: { taskId: Hex; slot: number; beaconBlock: bigint } & Caused) {
    super(`The panel of the gold audit of slot ${slot} of task ${taskId} is not drawn.`, {
      metaMessages: [`Anyone draws it with \`drawPanel\` once block ${beaconBlock} is past.`],
      ...rest,
    })
  }
}

export class PanelDrawnError extends BaseError {
  override name = 'PanelDrawnError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`The panel of the gold audit of slot ${slot} of task ${taskId} is drawn already.`, rest)
  }
}

export class PanelBeaconPendingError extends BaseError {
  override name = 'PanelBeaconPendingError'
  constructor({
    taskId,
    slot,
    beaconBlock,
    blockNumber,
    ...rest
  }: { taskId: Hex; slot: number; beaconBlock: bigint; blockNumber: bigint } & Caused) {
    super(
      `Block ${beaconBlock} draws the panel of the gold audit of slot ${slot} of task ${taskId}, and the chain is at block ${blockNumber}.`,
      { metaMessages: ['Call `drawPanel` again once that block is past, and before 256 more are.'], ...rest },
    )
  }
}

export class NotInPanelError extends BaseError {
  override name = 'NotInPanelError'
  constructor({ taskId, slot, member, ...rest }: { taskId: Hex; slot: number; member: number } & Caused) {
    super(`Slot ${member} is not in the panel of the gold audit of slot ${slot} of task ${taskId}.`, {
      metaMessages: ['`getPanel` names the slots that have to be proven.'],
      ...rest,
    })
  }
}

export class AuditPendingError extends BaseError {
  override name = 'AuditPendingError'
  constructor({
    taskId,
    slot,
    audited,
    panelSize,
    answerBy,
    ...rest
  }: { taskId: Hex; slot: number; audited: number; panelSize: number; answerBy: bigint } & Caused) {
    super(
      `The gold audit of slot ${slot} of task ${taskId} cannot be decided yet: ${audited} of ${panelSize} slots are proven.`,
      { metaMessages: [`The requester has until ${answerBy} to prove the rest with \`auditGold\`.`], ...rest },
    )
  }
}

/** Nothing can be proven under a frozen key, and nobody loses by that. */
export class AuditVoidError extends BaseError {
  override name = 'AuditVoidError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`The gold audit of slot ${slot} of task ${taskId} cannot be answered: a key that audits need is frozen.`, {
      metaMessages: ['Nothing was sent. Anyone closes it with `closeAudit`: it is void, and nobody loses by it.'],
      ...rest,
    })
  }
}

/** Labels that an audit is about are not what their slot committed to, so nothing can be proven about them. */
export class DeliveryUnreadableError extends BaseError {
  override name = 'DeliveryUnreadableError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`The labels that slot ${slot} of task ${taskId} delivered cannot be read.`, {
      metaMessages: [
        'Check that these are the secrets of this task, and that the node shows every log of it.',
        'If they are and it does, the legality key took a proof of a false statement. It has to be frozen: then audits of the task are void.',
      ],
      ...rest,
    })
  }
}

/** The terms or the public signals of a statement task do not fit its key, its pinned values or its slot. */
export class StatementSignalsError extends BaseError {
  override name = 'StatementSignalsError'
  constructor({ reason, ...rest }: { reason: string } & Caused) {
    super(`The public signals do not fit the task: ${reason}.`, {
      metaMessages: [
        'Signals are in the order of the key. Pinned ones must be as the task pinned them,',
        "and the one at `contextIndex` must be the slot's context (`statementContext`).",
      ],
      ...rest,
    })
  }
}

/** A statement is claimed with the slot's stake as bond, so the task must ask for one. */
export class ClaimStakeError extends BaseError {
  override name = 'ClaimStakeError'
  constructor({ reason, ...rest }: { reason: string } & Caused) {
    super(`The stake per slot does not fit an optimistic task: ${reason}.`, {
      metaMessages: ['It is the bond of each claim: give `stakePerSlot` of 1 to 2^96 - 1 base units.'],
      ...rest,
    })
  }
}

export class AlreadyClaimedError extends BaseError {
  override name = 'AlreadyClaimedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has claimed another statement; a claim is final.`, rest)
  }
}

export class NotClaimedError extends BaseError {
  override name = 'NotClaimedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has claimed nothing.`, {
      metaMessages: ['Its worker claims the statement with `claimStatement` first.'],
      ...rest,
    })
  }
}

export class ClaimSignalsDifferError extends BaseError {
  override name = 'ClaimSignalsDifferError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`These are not the public signals that slot ${slot} of task ${taskId} claimed.`, {
      metaMessages: ['Prove exactly what was claimed: `getClaim` gives the signals.'],
      ...rest,
    })
  }
}

export class NotResolvableError extends BaseError {
  override name = 'NotResolvableError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`The dispute of slot ${slot} of task ${taskId} cannot be ended by time.`, {
      metaMessages: ['The worker may still prove its claim; after that, or when the key is frozen, anyone ends it.'],
      ...rest,
    })
  }
}

export class GradingInvalidError extends BaseError {
  override name = 'GradingInvalidError'
  constructor({ field, ...rest }: { field: string } & Caused) {
    super(`The grading is invalid: "${field}".`, {
      metaMessages: [
        'A table has 1 to 16 steps with rising scores and shares that do not fall, the first at or below the threshold;',
        'a linear grading needs a threshold above zero; every share is 1 to 10,000 basis points.',
      ],
      ...rest,
    })
  }
}

/** A challenge or prove window is shorter or longer than the protocol lets it be. */
export class WindowOutOfRangeError extends BaseError {
  override name = 'WindowOutOfRangeError'
  constructor({
    what = 'window',
    window,
    min,
    max,
    ...rest
  }: { what?: string; window: bigint | number; min: bigint | number; max: bigint | number } & Caused) {
    super(`The ${what} of ${window} s is not between ${min} and ${max} s.`, rest)
  }
}
