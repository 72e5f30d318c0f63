import { type Address, decodeFunctionData, isAddressEqual } from 'viem'
import { getTransactionReceipt, readContract } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { decodeVeritaskReceipt, type VeritaskEvent, type VeritaskEventNamed } from '../../events/decode.js'
import { protocolParametersAbi, veritaskGovernorAbi, veritaskTimelockAbi } from '../../generated/abis.js'
import type { GovernanceCall, GovernanceState, TokenPolicy } from '../../governance/describe.js'
import type { VotingSettings } from '../../governance/settings.js'
import { readTokenFacts, type TokenFacts } from '../../text/amounts.js'
import { getParameters } from '../parameters.js'
import { read, type VeritaskClient } from './context.js'

/** What holds now, as far as these calls can change it. */
export async function readGovernanceState(
  client: VeritaskClient,
  deployment: Deployment,
  calls: readonly GovernanceCall[],
): Promise<GovernanceState> {
  const { protocolParameters, governor, timelock } = deployment.contracts
  const calling = (...targets: readonly Address[]) =>
    calls.some(({ target }) => targets.some((address) => isAddressEqual(target, address)))
  const [parameters, voting, tokens] = await Promise.all([
    // A timelock's or the governor's call may hold one of the parameters.
    calling(protocolParameters, governor, timelock) ? getParameters(client, { deployment }) : undefined,
    calling(governor, timelock) ? readVotingSettings(client, deployment) : undefined,
    readTokens(client, deployment, calls, (token) => readPolicy(client, deployment, token)),
  ])
  return { parameters, voting, tokens }
}

/**
 * What an executed proposal found: every event of a change names what it replaced, so nothing is asked of the past. What later
 * proposals made of it is not its doing.
 *
 * @param executed - Calls that the timelock made, in chain order.
 */
export async function stateFound(
  client: VeritaskClient,
  deployment: Deployment,
  calls: readonly GovernanceCall[],
  operationId: string,
  executed: readonly VeritaskEventNamed<'CallExecuted'>[],
): Promise<GovernanceState> {
  const first = executed.findIndex(({ args }) => args.id === operationId)
  const own = executed[first]
  if (!own) return readGovernanceState(client, deployment, calls)
  const receipt = await read(() => getTransactionReceipt(client, { hash: own.transactionHash }))
  // The timelock's word that a call was made comes after what the call did.
  const before = executed[first - 1]
  const start = before?.transactionHash === own.transactionHash ? before.logIndex : -1
  const events = decodeVeritaskReceipt(receipt, deployment).filter(({ logIndex }) => logIndex > start)
  return {
    parameters: events.find((event) => event.eventName === 'ParametersChanged')?.args.previous,
    voting: votingReplaced(events),
    tokens: await readTokens(client, deployment, calls, async (token) => policyReplaced(events, token)),
  }
}

async function readVotingSettings(client: VeritaskClient, { contracts }: Deployment): Promise<VotingSettings> {
  const governor = { address: contracts.governor, abi: veritaskGovernorAbi } as const
  const [votingDelay, votingPeriod, lateQuorumExtension, proposalThreshold, quorumPercent, minDelay] = await read(() =>
    Promise.all([
      readContract(client, { ...governor, functionName: 'votingDelay' }),
      readContract(client, { ...governor, functionName: 'votingPeriod' }),
      readContract(client, { ...governor, functionName: 'lateQuorumVoteExtension' }),
      readContract(client, { ...governor, functionName: 'proposalThreshold' }),
      readContract(client, { ...governor, functionName: 'quorumNumerator' }),
      readContract(client, { address: contracts.timelock, abi: veritaskTimelockAbi, functionName: 'getMinDelay' }),
    ]),
  )
  return {
    votingDelay,
    votingPeriod,
    lateQuorumExtension: BigInt(lateQuorumExtension),
    proposalThreshold,
    quorumPercent,
    minDelay,
  }
}

function votingReplaced(events: readonly VeritaskEvent[]): Partial<VotingSettings> {
  const replaced: { -readonly [name in keyof VotingSettings]?: bigint } = {}
  for (const { eventName, args } of events) {
    if (eventName === 'VotingDelaySet') replaced.votingDelay ??= args.oldVotingDelay
    else if (eventName === 'VotingPeriodSet') replaced.votingPeriod ??= args.oldVotingPeriod
    else if (eventName === 'LateQuorumVoteExtensionSet') replaced.lateQuorumExtension ??= args.oldVoteExtension
    else if (eventName === 'ProposalThresholdSet') replaced.proposalThreshold ??= args.oldProposalThreshold
    else if (eventName === 'QuorumNumeratorUpdated') replaced.quorumPercent ??= args.oldQuorumNumerator
    else if (eventName === 'MinDelayChange') replaced.minDelay ??= args.oldDuration
  }
  return replaced
}

/** Tokens whose policy the calls set, with what they say of themselves and the policy before. */
async function readTokens(
  client: VeritaskClient,
  { contracts }: Deployment,
  calls: readonly GovernanceCall[],
  policyOf: (token: Address) => Promise<TokenPolicy | undefined>,
): Promise<GovernanceState['tokens']> {
  const named = calls.flatMap(({ target, data }) =>
    isAddressEqual(target, contracts.protocolParameters) ? (tokenOf(data) ?? []) : [],
  )
  const known: [string, TokenFacts & { readonly policy: TokenPolicy | undefined }][] = await Promise.all(
    [...new Set(named)].map(async (token) => {
      const [facts, policy] = await Promise.all([readTokenFacts(client, token), policyOf(token)])
      return [token.toLowerCase(), { ...facts, policy }]
    }),
  )
  return Object.fromEntries(known)
}

function tokenOf(data: GovernanceCall['data']): Address | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: protocolParametersAbi, data })
    return functionName === 'setTokenPolicy' ? args[0] : undefined
  } catch {
    return undefined
  }
}

function readPolicy(client: VeritaskClient, { contracts }: Deployment, token: Address): Promise<TokenPolicy> {
  const address = contracts.protocolParameters
  return read(() =>
    readContract(client, { address, abi: protocolParametersAbi, functionName: 'tokenPolicy', args: [token] }),
  )
}

function policyReplaced(events: readonly VeritaskEvent[], token: Address): TokenPolicy | undefined {
  for (const { eventName, args } of events)
    if (eventName === 'TokenPolicyChanged' && isAddressEqual(args.token, token)) return args.previous
  return undefined
}
