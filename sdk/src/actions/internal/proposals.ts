import {
  type Address,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hash,
  type Hex,
  keccak256,
  parseAbiParameters,
  zeroHash,
} from 'viem'
import { getTransactionReceipt, readContract } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { ProposalNotFoundError } from '../../errors/governance.js'
import type { VeritaskEventNamed } from '../../events/decode.js'
import { veritaskGovernorAbi } from '../../generated/abis.js'
import { read, type VeritaskClient } from './context.js'
import { readLogs } from './logs.js'

/** States of a proposal, in the governor's order. */
export const proposalStates = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const
export type ProposalState = (typeof proposalStates)[number]

export type CreatedEvent = VeritaskEventNamed<'ProposalCreated'>

export const governorOf = (deployment: Deployment) =>
  ({ address: deployment.contracts.governor, abi: veritaskGovernorAbi }) as const

export async function findCreated(
  client: VeritaskClient,
  deployment: Deployment,
  proposalId: bigint,
): Promise<CreatedEvent> {
  const created = await readLogs(client, deployment, { contract: 'governor', eventName: 'ProposalCreated' })
  const found = created.find(({ args }) => args.proposalId === proposalId)
  if (!found) throw new ProposalNotFoundError({ proposalId })
  return found
}

export async function findById(
  client: VeritaskClient,
  deployment: Deployment,
  eventName: 'ProposalExecuted' | 'ProposalCanceled',
  proposalId: bigint,
): Promise<Hash | undefined> {
  const events = await readLogs(client, deployment, { contract: 'governor', eventName })
  return events.find(({ args }) => args.proposalId === proposalId)?.transactionHash
}

export async function stateOf(
  client: VeritaskClient,
  deployment: Deployment,
  proposalId: bigint,
): Promise<ProposalState> {
  const call = { ...governorOf(deployment), functionName: 'state', args: [proposalId] } as const
  // By the clock of the block that is being made: on a chain that stands still a vote would be open for ever.
  const number = await readContract(client, { ...call, blockTag: 'pending' }).catch(() =>
    read(() => readContract(client, call)),
  )
  return proposalStates[number] ?? 'pending'
}

export async function etaOf(
  client: VeritaskClient,
  deployment: Deployment,
  proposalId: bigint,
): Promise<bigint | undefined> {
  const eta = await read(() =>
    readContract(client, { ...governorOf(deployment), functionName: 'proposalEta', args: [proposalId] }),
  )
  return eta === 0n ? undefined : eta
}

/**
 * The governor's arguments for a proposal. The hash is over the description's own bytes: text that is no clean UTF-8 does not survive
 * decoding, and a proposal with such text must be stoppable all the same.
 */
export async function proposalArguments(client: VeritaskClient, { args, transactionHash, logIndex }: CreatedEvent) {
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

/** The proposal's calls as the timelock keeps them: as GovernorTimelockControl salts it, its address over the description's hash. */
export async function operationIdOf(
  client: VeritaskClient,
  deployment: Deployment,
  created: CreatedEvent,
): Promise<Hex> {
  const [targets, values, calldatas, descriptionHash] = await proposalArguments(client, created)
  const salt = xorLeft(descriptionHash, deployment.contracts.governor)
  return keccak256(encodeAbiParameters(operationParameters, [targets, values, calldatas, zeroHash, salt]))
}

/** Targets, values, payloads, predecessor and salt, as TimelockController hashes them. */
const operationParameters = parseAbiParameters('address[], uint256[], bytes[], bytes32, bytes32')

function xorLeft(hash: Hex, address: Address): Hex {
  const shifted = BigInt(address) << 96n
  return `0x${(BigInt(hash) ^ shifted).toString(16).padStart(64, '0')}`
}
