import type { Address } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import type { Deployment } from '../deployments.js'
import type { ProposalNotFoundError } from '../errors/governance.js'
import type { VeritaskEventNamed } from '../events/decode.js'
import { veritaskTokenAbi } from '../generated/abis.js'
import { type DescribedCall, describeGovernanceCalls } from '../governance/describe.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { isBefore, readLogs } from './internal/logs.js'
import {
  type CreatedEvent,
  etaOf,
  findCreated,
  governorOf,
  operationIdOf,
  type ProposalState,
  proposalStates,
  stateOf,
} from './internal/proposals.js'
import type { ProtocolParameters } from './parameters.js'

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
  const created = await findCreated(client, deployment, parameters.proposalId)
  return proposalOf(client, deployment, created, await readScene(client, deployment))
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
  const created = await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' })
  const { last = created.length } = parameters
  const asked = created.slice(Math.max(0, created.length - last))
  const scene = await readScene(client, deployment)
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
  /** Every version of the parameters, oldest first. */
  readonly versions: readonly VeritaskEventNamed<'ParametersChanged'>[]
  /** Calls that the timelock made, in chain order. */
  readonly executed: readonly VeritaskEventNamed<'CallExecuted'>[]
}

async function readScene(client: VeritaskClient, deployment: Deployment): Promise<Scene> {
  const [{ timestamp }, versions, executed] = await Promise.all([
    read(() => getBlock(client)),
    readLogs(client, deployment, { contract: 'protocolParameters', eventName: 'ParametersChanged' }),
    readLogs(client, deployment, { contract: 'timelock', eventName: 'CallExecuted' }),
  ])
  return { timestamp, versions, executed }
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
  const version = state === 'executed' ? await versionBefore(client, deployment, event, scene) : scene.versions.at(-1)
  const current: ProtocolParameters | undefined = version && { version: version.args.version, ...version.args.current }
  return {
    proposalId,
    proposer,
    description,
    state,
    calls: describeGovernanceCalls(deployment, calls, { current }),
    voteStart,
    voteEnd,
    executableAt,
    votes: { against, for: inFavour, abstain },
    quorum,
  }
}

/** The parameters that an executed proposal found: what later ones made of them is not its doing. */
async function versionBefore(
  client: VeritaskClient,
  deployment: Deployment,
  event: CreatedEvent,
  { versions, executed }: Scene,
): Promise<Scene['versions'][number] | undefined> {
  const operationId = await operationIdOf(client, deployment, event)
  const first = executed.findIndex(({ args }) => args.id === operationId)
  const own = executed[first]
  if (!own) return versions.at(-1)
  // What a call changed stands before the timelock's word that it was made: what was before it ends with the call before.
  const previous = executed[first - 1]
  return versions.findLast((changed) =>
    previous?.transactionHash === own.transactionHash
      ? isBefore(changed, previous)
      : isBefore(changed, own) && changed.transactionHash !== own.transactionHash,
  )
}
