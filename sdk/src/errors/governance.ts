import type { Address, Hex } from 'viem'
import { BaseError } from './base.js'

export class ProposalNotFoundError extends BaseError {
  override name = 'ProposalNotFoundError'
  constructor({ proposalId }: { proposalId: bigint }) {
    super(`There is no proposal ${proposalId}.`, { metaMessages: ['`listProposals` has those there are.'] })
  }
}

export class ProposalEmptyError extends BaseError {
  override name = 'ProposalEmptyError'
  constructor({ reason }: { reason: string }) {
    super(`This cannot be proposed: ${reason}.`)
  }
}

export class ProposalStateError extends BaseError {
  override name = 'ProposalStateError'
  constructor({
    proposalId,
    what,
    state,
    advice,
  }: {
    proposalId: bigint
    what: string
    state: string
    advice?: string | undefined
  }) {
    super(`Proposal ${proposalId} is ${state}: it cannot be ${what}.`, {
      metaMessages: advice === undefined ? [] : [advice],
    })
  }
}

export class NotEnoughVotesError extends BaseError {
  override name = 'NotEnoughVotesError'
  constructor({ account, votes, required }: { account: Address; votes: bigint; required: bigint }) {
    super(`${account} has ${votes} votes, and ${required} are needed.`, {
      metaMessages: [
        'Votes count once they are delegated: delegate to yourself (`delegateVotes`), before the proposal is made.',
      ],
    })
  }
}

export class AlreadyVotedError extends BaseError {
  override name = 'AlreadyVotedError'
  constructor({ proposalId, account }: { proposalId: bigint; account: Address }) {
    super(`${account} has voted on proposal ${proposalId}, and not so.`, {
      metaMessages: ['A vote cannot be changed.'],
    })
  }
}

export class NotProposerError extends BaseError {
  override name = 'NotProposerError'
  constructor({ proposalId, account, proposer }: { proposalId: bigint; account: Address; proposer: Address }) {
    super(`Proposal ${proposalId} is ${proposer}'s, and ${account} cannot cancel it.`, {
      metaMessages: ['The guardian cancels what is queued at the timelock itself.'],
    })
  }
}

export class UnknownParameterError extends BaseError {
  override name = 'UnknownParameterError'
  constructor({ name, known }: { name: string; known: readonly string[] }) {
    super(`There is no protocol parameter "${name}".`, { metaMessages: [`There are ${known.join(', ')}.`] })
  }
}

export class OperationNotQueuedError extends BaseError {
  override name = 'OperationNotQueuedError'
  constructor({ operationId }: { operationId: Hex }) {
    super(`The timelock holds no operation ${operationId} that could be cancelled.`)
  }
}

/** A parameter has a value that the contract would refuse, after all the votes. */
export class ParameterRangeError extends BaseError {
  override name = 'ParameterRangeError'
  readonly parameter: string
  constructor({ name, value, expected }: { name: string; value: unknown; expected: string }) {
    super(`The parameter "${name}" cannot be ${String(value)}: it is ${expected}.`)
    this.parameter = name
  }
}
