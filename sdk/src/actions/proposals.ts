import type { Address } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import type { Deployment } from '../deployments.js'
import { ProposalNotFoundError } from '../errors/governance.js'
import type { VeritaskEventNamed } from '../events/decode.js'
import { veritaskTokenAbi } from '../generated/abis.js'
import { type DescribedCall, describeGovernanceCalls } from '../governance/describe.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { readGovernanceState, stateFound } from './internal/governanceState.js'
import { readLogs } from './internal/logs.js'
import {
  type CreatedEvent,
  etaOf,
  governorOf,
  operationIdOf,
  type ProposalState,
  proposalStates,
  stateOf,
} from './internal/proposals.js'

export { type ProposalState, proposalStates }

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
  /** Other proposals that make exactly these calls, oldest first: proposed again, or twice by mistake. */
  readonly sameCalls: readonly { readonly proposalId: bigint; readonly state: ProposalState }[]
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

export type GetProposalParameters = ReadParameters & { readonly proposalId: bigint }
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
  const { proposalId } = parameters
  const scene = await readScene(client, deployment)
  const event = scene.created.find(({ args }) => args.proposalId === proposalId)
  if (!event) throw new ProposalNotFoundError({ proposalId })
  return proposalOf(client, deployment, event, scene)
}

export type ListProposalsParameters = ReadParameters & {
  /** Only so many of the latest. Default: all. */
  readonly last?: number | undefined
}

/** Proposals read at once: each takes five calls, which a node may count. */
const AT_ONCE = 8

/**
 * Proposals, oldest first: every one there ever was, or the latest.
 *
 * @example
 * import { listProposals } from '@veritask/sdk'
 * const open = (await listProposals(client, { last: 20 })).filter(({ state }) => state === 'active')
 */
export async function listProposals(
  client: VeritaskClient,
  parameters: ListProposalsParameters = {},
): Promise<readonly Proposal[]> {
  const deployment = await connect(client, parameters)
  const scene = await readScene(client, deployment)
  const { created } = scene
  const { last = created.length } = parameters
  const asked = created.slice(Math.max(0, created.length - last))
  const proposals: Proposal[] = []
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const next = asked.slice(at, at + AT_ONCE)
    proposals.push(...(await Promise.all(next.map((event) => proposalOf(client, deployment, event, scene)))))
  }
  return proposals
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

/** What all proposals are read against. */
type Scene = {
  /** Of the latest block, in seconds. */
  readonly timestamp: bigint
  /** Every proposal, oldest first. */
  readonly created: readonly CreatedEvent[]
  /** Calls that the timelock made, in chain order. */
  readonly executed: readonly VeritaskEventNamed<'CallExecuted'>[]
}

async function readScene(client: VeritaskClient, deployment: Deployment): Promise<Scene> {
  const [{ timestamp }, created, executed] = await Promise.all([
    read(() => getBlock(client)),
    readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' }),
    readLogs(client, deployment, { contract: 'timelock', eventName: 'CallExecuted' }),
  ])
  return { timestamp, created, executed }
}

async function proposalOf(
  client: VeritaskClient,
  deployment: Deployment,
  event: CreatedEvent,
  scene: Scene,
): Promise<Proposal> {
  const { proposalId, proposer, description, targets, values, calldatas, voteStart } = event.args
  const governor = governorOf(deployment)
  const [state, voteEnd, [against, inFavour, abstain], executableAt, quorum] = await Promise.all([
    stateOf(client, deployment, proposalId),
    read(() => readContract(client, { ...governor, functionName: 'proposalDeadline', args: [proposalId] })),
    read(() => readContract(client, { ...governor, functionName: 'proposalVotes', args: [proposalId] })),
    etaOf(client, deployment, proposalId),
    // Known only for the past.
    voteStart < scene.timestamp
      ? read(() => readContract(client, { ...governor, functionName: 'quorum', args: [voteStart] }))
      : undefined,
  ])
  const calls = targets.map((target, i) => ({ target, value: values[i] ?? 0n, data: calldatas[i] ?? '0x' }))
  const found =
    state === 'executed'
      ? stateFound(client, deployment, calls, await operationIdOf(client, deployment, event), scene.executed)
      : readGovernanceState(client, deployment, calls)
  const [before, sameCalls] = await Promise.all([found, sameCallsAs(client, deployment, event, scene)])
  return {
    proposalId,
    proposer,
    description,
    state,
    calls: describeGovernanceCalls(deployment, calls, { before }),
    sameCalls,
    voteStart,
    voteEnd,
    executableAt,
    votes: { against, for: inFavour, abstain },
    quorum,
  }
}

async function sameCallsAs(
  client: VeritaskClient,
  deployment: Deployment,
  event: CreatedEvent,
  { created }: Scene,
): Promise<Proposal['sameCalls']> {
  const calls = callsOf(event)
  const others = created.filter((other) => other !== event && callsOf(other) === calls)
  return Promise.all(
    others.map(async ({ args: { proposalId } }) => ({
      proposalId,
      state: await stateOf(client, deployment, proposalId),
    })),
  )
}

/** Two proposals with this text in common make the same calls in the same order. */
function callsOf({ args: { targets, values, calldatas } }: CreatedEvent): string {
  return [targets, values, calldatas].join(';').toLowerCase()
}
