import { type Address, type Hash, type Hex, isAddressEqual, keccak256, stringToHex } from 'viem'
import { readContract } from 'viem/actions'
import type { Deployment } from '../deployments.js'
import {
  AlreadyVotedError,
  NotEnoughVotesError,
  NotProposerError,
  OperationNotQueuedError,
  ProposalEmptyError,
  type ProposalNotFoundError,
  ProposalStateError,
} from '../errors/governance.js'
import { EffectMissingError } from '../errors/submission.js'
import type { VeritaskEvent, VeritaskEventNamed } from '../events/decode.js'
import { veritaskGovernorAbi, veritaskTimelockAbi, veritaskTokenAbi } from '../generated/abis.js'
import type { DescribedCall, GovernanceCall } from '../governance/describe.js'
import { describeCalls } from './governanceCalls.js'
import {
  chainTime,
  connect,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import {
  type CreatedEvent,
  etaOf,
  findById,
  findCreated,
  governorOf,
  operationIdOf,
  type ProposalState,
  proposalArguments,
  stateOf,
} from './internal/proposals.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { type Ballot, ballots, getVotes } from './proposals.js'

type ById = { readonly proposalId: bigint }

export type DelegateVotesParameters = WriteParameters & {
  /** Who votes with the caller's balance from now on. Default: the caller. */
  readonly delegatee?: Address | undefined
}
export type DelegateVotesReturnType = WriteReturnType & { readonly delegatee: Address }

/**
 * Lets the caller's tokens vote: through itself or somebody else. Only what was delegated before a vote starts counts in it.
 *
 * @example
 * import { delegateVotes } from '@veritask/sdk'
 * await delegateVotes(client)
 */
export async function delegateVotes(
  client: VeritaskClient,
  parameters: DelegateVotesParameters = {},
): Promise<DelegateVotesReturnType> {
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const delegatee = parameters.delegatee ?? signer.address
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(veritaskTokenAbi, deployment.contracts.voteToken, 'delegate', [delegatee]),
    findEffect: async () => {
      const changes = await readLogs(client, deployment, {
        contract: 'voteToken',
        eventName: 'DelegateChanged',
        args: { delegator: signer.address },
      })
      const last = changes.at(-1)
      return last && isAddressEqual(last.args.toDelegate, delegatee) ? last.transactionHash : undefined
    },
  })
  return { ...sent, delegatee }
}

export type ProposeParameters = WriteParameters & {
  /** Made together, in this order, when the proposal is executed. */
  readonly calls: readonly GovernanceCall[]
  /** Public for ever. `#proposer=` with the caller's address is added, so that nobody else can make the same proposal first. */
  readonly description: string
}
export type ProposeReturnType = WriteReturnType & {
  readonly proposalId: bigint
  readonly calls: readonly DescribedCall[]
  /** When voting starts and ends, in seconds. */
  readonly voteStart: bigint
  readonly voteEnd: bigint
}
export type ProposeErrorType = ProposalEmptyError | NotEnoughVotesError | EffectMissingError | Error

/**
 * Proposes calls to be made by governance.
 *
 * @example
 * import { encodeParameterChange, propose } from '@veritask/sdk'
 * const call = await encodeParameterChange(client, { changes: { feeBps: 250 } })
 * const { proposalId } = await propose(client, { calls: [call], description: 'A fee of 2.5 %' })
 */
export async function propose(client: VeritaskClient, parameters: ProposeParameters): Promise<ProposeReturnType> {
  const { calls } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  if (calls.length === 0) throw new ProposalEmptyError({ reason: 'there is no call in it' })
  if (parameters.description.trim() === '') throw new ProposalEmptyError({ reason: 'it has no description' })
  const description = `${parameters.description}\n\n#proposer=${signer.address}`
  const targets = calls.map(({ target }) => target)
  const values = calls.map(({ value }) => value)
  const calldatas = calls.map(({ data }) => data)
  const governor = governorOf(deployment)
  const proposalId = await read(() =>
    readContract(client, {
      ...governor,
      functionName: 'hashProposal',
      args: [targets, values, calldatas, keccak256(stringToHex(description))],
    }),
  )
  const findProposal = async (): Promise<CreatedEvent | undefined> =>
    (await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' })).find(
      ({ args }) => args.proposalId === proposalId,
    )
  if ((await findProposal()) === undefined) await assertThreshold(client, deployment, signer.address)
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(veritaskGovernorAbi, governor.address, 'propose', [targets, values, calldatas, description]),
    findEffect: async () => (await findProposal())?.transactionHash,
  })
  const { voteStart, voteEnd } = effectOf(sent.hash, events, 'ProposalCreated', { proposalId }).args
  return { ...sent, proposalId, calls: await describeCalls(client, { deployment, calls }), voteStart, voteEnd }
}

export type CastVoteParameters = WriteParameters &
  ById & {
    readonly ballot: Ballot
    /** Public for ever. */
    readonly reason?: string | undefined
  }
export type CastVoteReturnType = WriteReturnType & {
  /** How much the vote weighed, in base units of the vote token. */
  readonly weight: bigint
}
export type CastVoteErrorType =
  | ProposalNotFoundError
  | ProposalStateError
  | AlreadyVotedError
  | NotEnoughVotesError
  | EffectMissingError
  | Error

/**
 * Votes, with what was delegated to the caller before the vote started.
 *
 * @example
 * import { castVote } from '@veritask/sdk'
 * const { weight } = await castVote(client, { proposalId, ballot: 'for' })
 */
export async function castVote(client: VeritaskClient, parameters: CastVoteParameters): Promise<CastVoteReturnType> {
  const { proposalId, ballot, reason = '' } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const support = ballots.indexOf(ballot)
  const findVote = async () => {
    const votes = await readLogs(client, deployment, {
      contract: 'governor',
      eventName: 'VoteCast',
      args: { voter: signer.address },
    })
    const mine = votes.find(({ args }) => args.proposalId === proposalId)
    if (mine && mine.args.support !== support) throw new AlreadyVotedError({ proposalId, account: signer.address })
    return mine
  }
  if ((await findVote()) === undefined) {
    const { args } = await findCreated(client, deployment, proposalId)
    await assertState(client, deployment, proposalId, 'voted on', ['active'])
    const weight = await read(() =>
      readContract(client, {
        ...governorOf(deployment),
        functionName: 'getVotes',
        args: [signer.address, args.voteStart],
      }),
    )
    if (weight === 0n) throw new NotEnoughVotesError({ account: signer.address, votes: 0n, required: 1n })
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(veritaskGovernorAbi, deployment.contracts.governor, 'castVoteWithReason', [
      proposalId,
      support,
      reason,
    ]),
    findEffect: async () => (await findVote())?.transactionHash,
  })
  const { weight } = effectOf(sent.hash, events, 'VoteCast', { proposalId, voter: signer.address }).args
  return { ...sent, weight }
}

export type QueueProposalParameters = WriteParameters & ById
export type QueueProposalReturnType = WriteReturnType & {
  /** When it may be executed, in seconds. */
  readonly executableAt: bigint
}
export type QueueProposalErrorType = ProposalNotFoundError | ProposalStateError | EffectMissingError | Error

/**
 * Hands an accepted proposal to the timelock. Anyone may call.
 *
 * @example
 * import { queueProposal } from '@veritask/sdk'
 * const { executableAt } = await queueProposal(client, { proposalId })
 */
export async function queueProposal(
  client: VeritaskClient,
  parameters: QueueProposalParameters,
): Promise<QueueProposalReturnType> {
  const { proposalId } = parameters
  const deployment = await connect(client, parameters)
  const created = await findCreated(client, deployment, proposalId)
  const findQueued = async () =>
    (await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalQueued' })).find(
      ({ args }) => args.proposalId === proposalId,
    )
  if ((await findQueued()) === undefined) {
    const advice = 'It can be queued once its vote has ended in its favour.'
    await assertState(client, deployment, proposalId, 'queued', ['succeeded'], advice)
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(
      veritaskGovernorAbi,
      deployment.contracts.governor,
      'queue',
      await proposalArguments(client, created),
    ),
    findEffect: async () => (await findQueued())?.transactionHash,
  })
  const { etaSeconds } = effectOf(sent.hash, events, 'ProposalQueued', { proposalId }).args
  return { ...sent, executableAt: etaSeconds }
}

export type ExecuteProposalParameters = WriteParameters & ById
export type ExecuteProposalReturnType = WriteReturnType
export type ExecuteProposalErrorType = ProposalNotFoundError | ProposalStateError | Error

/**
 * Executes a queued proposal once its delay is over. Anyone may call.
 *
 * @example
 * import { executeProposal } from '@veritask/sdk'
 * await executeProposal(client, { proposalId })
 */
export async function executeProposal(
  client: VeritaskClient,
  parameters: ExecuteProposalParameters,
): Promise<ExecuteProposalReturnType> {
  const { proposalId } = parameters
  const deployment = await connect(client, parameters)
  const created = await findCreated(client, deployment, proposalId)
  const findExecuted = () => findById(client, deployment, 'ProposalExecuted', proposalId)
  if ((await findExecuted()) === undefined) {
    await assertState(client, deployment, proposalId, 'executed', ['queued'], 'Queue it first.')
    const [eta, timestamp] = await Promise.all([etaOf(client, deployment, proposalId), chainTime(client)])
    if (eta !== undefined && timestamp < eta) {
      const advice = `The timelock lets it through at ${eta}, and the chain is at ${timestamp}.`
      throw new ProposalStateError({ proposalId, what: 'executed', state: 'queued', advice })
    }
  }
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(
      veritaskGovernorAbi,
      deployment.contracts.governor,
      'execute',
      await proposalArguments(client, created),
    ),
    findEffect: findExecuted,
  })
  return sent
}

export type CancelProposalParameters = WriteParameters & ById
export type CancelProposalReturnType = WriteReturnType
export type CancelProposalErrorType = ProposalNotFoundError | ProposalStateError | NotProposerError | Error

/**
 * Cancels the caller's own proposal, in the timelock too when it is queued.
 *
 * @example
 * import { cancelProposal } from '@veritask/sdk'
 * await cancelProposal(client, { proposalId })
 */
export async function cancelProposal(
  client: VeritaskClient,
  parameters: CancelProposalParameters,
): Promise<CancelProposalReturnType> {
  const { proposalId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const created = await findCreated(client, deployment, proposalId)
  const findCancelled = () => findById(client, deployment, 'ProposalCanceled', proposalId)
  if ((await findCancelled()) === undefined) {
    const { proposer } = created.args
    if (!isAddressEqual(proposer, signer.address))
      throw new NotProposerError({ proposalId, account: signer.address, proposer })
    await assertState(client, deployment, proposalId, 'cancelled', ['pending', 'active', 'succeeded', 'queued'])
  }
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(
      veritaskGovernorAbi,
      deployment.contracts.governor,
      'cancel',
      await proposalArguments(client, created),
    ),
    findEffect: findCancelled,
  })
  return sent
}

export type VetoProposalParameters = WriteParameters & ById
export type VetoProposalReturnType = WriteReturnType & { readonly operationId: Hex }
export type VetoProposalErrorType = ProposalNotFoundError | OperationNotQueuedError | Error

/**
 * As guardian: cancels a queued proposal at the timelock.
 *
 * @example
 * import { vetoProposal } from '@veritask/sdk'
 * await vetoProposal(client, { proposalId })
 */
export async function vetoProposal(
  client: VeritaskClient,
  parameters: VetoProposalParameters,
): Promise<VetoProposalReturnType> {
  const { proposalId } = parameters
  const deployment = await connect(client, parameters)
  const created = await findCreated(client, deployment, proposalId)
  const { timelock } = deployment.contracts
  const contract = { address: timelock, abi: veritaskTimelockAbi } as const
  const operationId = await operationIdOf(client, deployment, created)
  const findCancelled = async (): Promise<Hash | undefined> => {
    const [cancelled] = await readLogs(client, deployment, {
      contract: 'timelock',
      eventName: 'Cancelled',
      args: { id: operationId },
    })
    return cancelled?.transactionHash
  }
  if ((await findCancelled()) === undefined) {
    const pending = await read(() =>
      readContract(client, { ...contract, functionName: 'isOperationPending', args: [operationId] }),
    )
    if (!pending) throw new OperationNotQueuedError({ operationId })
  }
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(veritaskTimelockAbi, timelock, 'cancel', [operationId]),
    findEffect: findCancelled,
  })
  return { ...sent, operationId }
}

type Governed = 'ProposalCreated' | 'VoteCast' | 'ProposalQueued'

/** What a transaction did about one proposal, from its own events: a node may not have indexed them for a search yet. */
function effectOf<name extends Governed>(
  hash: Hash,
  events: readonly VeritaskEvent[],
  eventName: name,
  about: { readonly proposalId: bigint; readonly voter?: Address },
): VeritaskEventNamed<name> {
  const found = events.find((event): event is VeritaskEventNamed<name> => {
    if (event.eventName !== eventName) return false
    const { proposalId, voter } = event.args as { proposalId: bigint; voter?: Address }
    return proposalId === about.proposalId && (!about.voter || (!!voter && isAddressEqual(voter, about.voter)))
  })
  if (!found) throw new EffectMissingError({ hash, effect: `${eventName} of proposal ${about.proposalId}` })
  return found
}

async function assertState(
  client: VeritaskClient,
  deployment: Deployment,
  proposalId: bigint,
  what: string,
  wanted: readonly ProposalState[],
  advice?: string,
): Promise<void> {
  const state = await stateOf(client, deployment, proposalId)
  if (!wanted.includes(state)) throw new ProposalStateError({ proposalId, what, state, advice })
}

/** The governor counts what was delegated a moment before the proposal. */
async function assertThreshold(client: VeritaskClient, deployment: Deployment, account: Address): Promise<void> {
  const [{ votes }, required] = await Promise.all([
    getVotes(client, { deployment, account }),
    read(() => readContract(client, { ...governorOf(deployment), functionName: 'proposalThreshold' })),
  ])
  if (votes < required) throw new NotEnoughVotesError({ account, votes, required })
}
