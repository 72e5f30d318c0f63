import {
  type Address,
  decodeAbiParameters,
  encodeFunctionData,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  parseAbiParameters,
  stringToHex,
} from 'viem'
import { getBlock, getTransactionReceipt, readContract } from 'viem/actions'
import type { Deployment } from '../deployments.js'
import {
  AlreadyVotedError,
  NotEnoughVotesError,
  NotProposerError,
  OperationNotQueuedError,
  ProposalEmptyError,
  ProposalNotFoundError,
  ProposalStateError,
  UnknownParameterError,
} from '../errors/governance.js'
import type { VeritaskEventNamed } from '../events/decode.js'
import { protocolParametersAbi, veritaskGovernorAbi, veritaskTimelockAbi, veritaskTokenAbi } from '../generated/abis.js'
import { type DescribedCall, describeGovernanceCall, type GovernanceCall } from '../governance/describe.js'
import {
  chainTime,
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { getParameters, type ProtocolParameters } from './parameters.js'

/** States of a proposal, in the governor's order. */
export const proposalStates = [
  'pending',
  'active',
  'canceled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const
export type ProposalState = (typeof proposalStates)[number]

/** Ballots, in the governor's order. */
export const ballots = ['against', 'for', 'abstain'] as const
export type Ballot = (typeof ballots)[number]

export type Proposal = {
  readonly proposalId: bigint
  readonly proposer: Address
  /** Untrusted text. */
  readonly description: string
  readonly state: ProposalState
  readonly calls: readonly DescribedCall[]
  /** When voting starts and ends, in seconds; a late quorum moves the end. */
  readonly voteStart: bigint
  readonly voteEnd: bigint
  /** When it may be executed, in seconds; undefined before it is queued. */
  readonly executableAt: bigint | undefined
  /** In base units of the vote token. */
  readonly votes: { readonly [ballot in Ballot]: bigint }
  /** For and abstain must reach it; undefined before the vote starts. */
  readonly quorum: bigint | undefined
}

type CreatedEvent = VeritaskEventNamed<'ProposalCreated'>
type ById = { readonly proposalId: bigint }

const governorOf = (deployment: Deployment) =>
  ({ address: deployment.contracts.governor, abi: veritaskGovernorAbi }) as const

// Reading

export type GetProposalParameters = ReadParameters & ById
export type GetProposalReturnType = Proposal
export type GetProposalErrorType = ProposalNotFoundError | Error

/**
 * A proposal, with what its calls do in words.
 *
 * @example
 * import { getProposal } from '@veritask/sdk'
 * const { state, calls, votes } = await getProposal(client, { proposalId })
 */
export async function getProposal(
  client: VeritaskClient,
  parameters: GetProposalParameters,
): Promise<GetProposalReturnType> {
  const deployment = await connect(client, parameters)
  return proposalOf(client, deployment, await findCreated(client, deployment, parameters.proposalId))
}

/**
 * Every proposal there ever was, oldest first.
 *
 * @example
 * import { listProposals } from '@veritask/sdk'
 * const open = (await listProposals(client)).filter(({ state }) => state === 'active')
 */
export async function listProposals(
  client: VeritaskClient,
  parameters: ReadParameters = {},
): Promise<readonly Proposal[]> {
  const deployment = await connect(client, parameters)
  const created = await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' })
  return Promise.all(created.map((event) => proposalOf(client, deployment, event)))
}

export type GetVotesParameters = ReadParameters & { readonly account: Address }
export type GetVotesReturnType = {
  readonly account: Address
  /** What the account holds, in base units: counts for nothing until it is delegated. */
  readonly balance: bigint
  /** Votes delegated to the account. */
  readonly votes: bigint
  /** Whom the account's balance votes through; the zero address for nobody. */
  readonly delegatee: Address
}

/**
 * What an account may vote with.
 *
 * @example
 * import { getVotes } from '@veritask/sdk'
 * const { votes, delegatee } = await getVotes(client, { account })
 */
export async function getVotes(client: VeritaskClient, parameters: GetVotesParameters): Promise<GetVotesReturnType> {
  const { account } = parameters
  const deployment = await connect(client, parameters)
  const token = { address: deployment.contracts.voteToken, abi: veritaskTokenAbi, args: [account] } as const
  const [balance, votes, delegatee] = await read(() =>
    Promise.all([
      readContract(client, { ...token, functionName: 'balanceOf' }),
      readContract(client, { ...token, functionName: 'getVotes' }),
      readContract(client, { ...token, functionName: 'delegates' }),
    ]),
  )
  return { account, balance, votes, delegatee }
}

// Making calls

export type EncodeParameterChangeParameters = ReadParameters & {
  /** The parameters to change; the others stay as they are now. */
  readonly changes: Partial<Omit<ProtocolParameters, 'version'>>
}

/**
 * The call with which governance changes protocol parameters, from those that hold now. Sends nothing.
 *
 * @example
 * import { encodeParameterChange, propose } from '@veritask/sdk'
 * const call = await encodeParameterChange(client, { changes: { feeBps: 250 } })
 * await propose(client, { calls: [call], description: 'A fee of 2.5 %' })
 */
export async function encodeParameterChange(
  client: VeritaskClient,
  parameters: EncodeParameterChangeParameters,
): Promise<GovernanceCall> {
  const { changes } = parameters
  const deployment = await connect(client, parameters)
  const { version: _, ...current } = await getParameters(client, { deployment })
  const known = Object.keys(current)
  const stranger = Object.keys(changes).find((name) => !known.includes(name))
  if (stranger !== undefined) throw new UnknownParameterError({ name: stranger, known })
  const data = encodeFunctionData({
    abi: protocolParametersAbi,
    functionName: 'setParameters',
    args: [{ ...current, ...changes }],
  })
  return { target: deployment.contracts.protocolParameters, value: 0n, data }
}

export type EncodeAllowanceParameters = ReadParameters &
  (
    | {
        readonly token: Address
        /** What tasks must at least pay and may at least ask as stake per slot, in base units; undefined to disallow it. */
        readonly policy: { readonly minReward: bigint; readonly minStake?: bigint | undefined } | undefined
      }
    | { readonly settlement: Address; readonly allowed: boolean }
    | { readonly gate: Address; readonly allowed: boolean }
  )

/**
 * The call with which governance allows or disallows a token, a settlement or a gate. Sends nothing.
 *
 * @example
 * import { encodeAllowance } from '@veritask/sdk'
 * const call = await encodeAllowance(client, { token, policy: { minReward: 10n ** 15n } })
 */
export async function encodeAllowance(
  client: VeritaskClient,
  parameters: EncodeAllowanceParameters,
): Promise<GovernanceCall> {
  const { contracts } = await connect(client, parameters)
  const made = { target: contracts.protocolParameters, value: 0n }
  const abi = protocolParametersAbi
  if ('token' in parameters) {
    const { token, policy } = parameters
    const { minReward = 0n, minStake = 0n } = policy ?? {}
    const args = [token, { allowed: policy !== undefined, minReward, minStake }] as const
    return { ...made, data: encodeFunctionData({ abi, functionName: 'setTokenPolicy', args }) }
  }
  if ('settlement' in parameters) {
    const { settlement, allowed } = parameters
    return { ...made, data: encodeFunctionData({ abi, functionName: 'setSettlement', args: [settlement, allowed] }) }
  }
  const { gate, allowed } = parameters
  return { ...made, data: encodeFunctionData({ abi, functionName: 'setGate', args: [gate, allowed] }) }
}

export type DescribeCallsParameters = ReadParameters & { readonly calls: readonly GovernanceCall[] }

/**
 * Says in words what calls would do, against the parameters that hold now.
 *
 * @example
 * import { describeCalls } from '@veritask/sdk'
 * for (const { words } of await describeCalls(client, { calls })) console.log(words.join(' '))
 */
export async function describeCalls(
  client: VeritaskClient,
  parameters: DescribeCallsParameters,
): Promise<readonly DescribedCall[]> {
  const deployment = await connect(client, parameters)
  const current = await getParameters(client, { deployment })
  return parameters.calls.map((call) => describeGovernanceCall(deployment, call, { current }))
}

// Writing

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
export type ProposeErrorType = ProposalEmptyError | NotEnoughVotesError | Error

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
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(veritaskGovernorAbi, governor.address, 'propose', [targets, values, calldatas, description]),
    findEffect: async () => (await findProposal())?.transactionHash,
  })
  const { args } = (await findProposal())!
  return {
    ...sent,
    proposalId,
    calls: await describeCalls(client, { deployment, calls }),
    voteStart: args.voteStart,
    voteEnd: args.voteEnd,
  }
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
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(veritaskGovernorAbi, deployment.contracts.governor, 'castVoteWithReason', [
      proposalId,
      support,
      reason,
    ]),
    findEffect: async () => (await findVote())?.transactionHash,
  })
  return { ...sent, weight: (await findVote())!.args.weight }
}

export type QueueProposalParameters = WriteParameters & ById
export type QueueProposalReturnType = WriteReturnType & {
  /** When it may be executed, in seconds. */
  readonly executableAt: bigint
}
export type QueueProposalErrorType = ProposalNotFoundError | ProposalStateError | Error

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
  const { events: _, ...sent } = await write(client, {
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
  return { ...sent, executableAt: (await findQueued())!.args.etaSeconds }
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
  const { governor, timelock } = deployment.contracts
  const [targets, values, calldatas, descriptionHash] = await proposalArguments(client, created)
  // As GovernorTimelockControl salts it: the governor's address over the description's hash.
  const salt = xorLeft(descriptionHash, governor)
  const contract = { address: timelock, abi: veritaskTimelockAbi } as const
  const operationId = await read(() =>
    readContract(client, {
      ...contract,
      functionName: 'hashOperationBatch',
      args: [targets, values, calldatas, `0x${'0'.repeat(64)}`, salt],
    }),
  )
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

async function findCreated(client: VeritaskClient, deployment: Deployment, proposalId: bigint): Promise<CreatedEvent> {
  const created = await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' })
  const found = created.find(({ args }) => args.proposalId === proposalId)
  if (!found) throw new ProposalNotFoundError({ proposalId })
  return found
}

async function findById(
  client: VeritaskClient,
  deployment: Deployment,
  eventName: 'ProposalExecuted' | 'ProposalCanceled',
  proposalId: bigint,
): Promise<Hash | undefined> {
  const events = await readLogs(client, deployment, { contract: 'governor', eventName })
  return events.find(({ args }) => args.proposalId === proposalId)?.transactionHash
}

async function proposalOf(client: VeritaskClient, deployment: Deployment, event: CreatedEvent): Promise<Proposal> {
  const { proposalId, proposer, description, targets, values, calldatas, voteStart } = event.args
  const governor = governorOf(deployment)
  const [state, voteEnd, [against, inFavour, abstain], executableAt, quorum] = await Promise.all([
    stateOf(client, deployment, proposalId),
    read(() => readContract(client, { ...governor, functionName: 'proposalDeadline', args: [proposalId] })),
    read(() => readContract(client, { ...governor, functionName: 'proposalVotes', args: [proposalId] })),
    etaOf(client, deployment, proposalId),
    quorumAt(client, deployment, voteStart),
  ])
  const calls = targets.map((target, i) => ({ target, value: values[i] ?? 0n, data: calldatas[i] ?? '0x' }))
  return {
    proposalId,
    proposer,
    description,
    state,
    calls: await describeCalls(client, { deployment, calls }),
    voteStart,
    voteEnd,
    executableAt,
    votes: { against, for: inFavour, abstain },
    quorum,
  }
}

/** Known only for the past. */
async function quorumAt(client: VeritaskClient, deployment: Deployment, at: bigint): Promise<bigint | undefined> {
  const { timestamp } = await read(() => getBlock(client))
  if (at >= timestamp) return undefined
  return read(() => readContract(client, { ...governorOf(deployment), functionName: 'quorum', args: [at] }))
}

async function stateOf(client: VeritaskClient, deployment: Deployment, proposalId: bigint): Promise<ProposalState> {
  const number = await read(() =>
    readContract(client, { ...governorOf(deployment), functionName: 'state', args: [proposalId] }),
  )
  return proposalStates[number] ?? 'pending'
}

async function etaOf(client: VeritaskClient, deployment: Deployment, proposalId: bigint): Promise<bigint | undefined> {
  const eta = await read(() =>
    readContract(client, { ...governorOf(deployment), functionName: 'proposalEta', args: [proposalId] }),
  )
  return eta === 0n ? undefined : eta
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

/**
 * The governor's arguments for a proposal. The hash is over the description's own bytes: text that is no clean UTF-8 does not survive
 * decoding, and a proposal with such text must be stoppable all the same.
 */
async function proposalArguments(client: VeritaskClient, { args, transactionHash, logIndex }: CreatedEvent) {
  const { logs } = await read(() => getTransactionReceipt(client, { hash: transactionHash }))
  const log = logs.find((candidate) => candidate.logIndex === logIndex)
  if (log === undefined) throw new ProposalNotFoundError({ proposalId: args.proposalId })
  const [, , , , , , , , description] = decodeAbiParameters(createdParameters, log.data)
  return [args.targets, args.values, args.calldatas, keccak256(description)] as const
}

/** ProposalCreated, with the description as the bytes it is. */
const createdParameters = parseAbiParameters(
  'uint256, address, address[], uint256[], string[], bytes[], uint256, uint256, bytes',
)

function xorLeft(hash: Hex, address: Address): Hex {
  const shifted = BigInt(address) << 96n
  return `0x${(BigInt(hash) ^ shifted).toString(16).padStart(64, '0')}`
}
