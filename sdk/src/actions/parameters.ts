import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { protocolParametersAbi } from '../generated/abis.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { readLogs } from './internal/logs.js'

/** The numbers governance sets. Every task keeps the version it was made under. Times in seconds, shares in basis points. */
export type ProtocolParameters = {
  /** Number of these parameters; the first is 1. */
  readonly version: number
  /** Protocol fee on top of each paid reward. */
  readonly feeBps: number
  /** Most slots one task may have. */
  readonly maxSlots: number
  /** Shortest and longest time between two consecutive deadlines of a task. */
  readonly minWindow: number
  readonly maxWindow: number
  /** Time between proposing and activating a verifier key. */
  readonly keyActivationDelay: number
  /** Gas forwarded to one proof verification. */
  readonly verifyGasCap: number
  /** Where fees and slashed stakes go. */
  readonly treasury: Address
  /** Time between asking for free stake back and getting it. What a task has locked cannot start to leave. */
  readonly unbondingDelay: number
  /** Time from the publication of a slot's content key within which its worker may leave without loss. */
  readonly leaveWindow: number
  /** Share of its stake that a slot loses by missing a deadline. */
  readonly missedSlashBps: number
  /** Share of its stake that a slot loses by a proven rejection. */
  readonly rejectedSlashBps: number
  /** Smallest bond of a requester who may reject by hidden gold, as a share of all rewards. Burned when its gold was rigged. */
  readonly goldBondBps: number
  /** Share of the decisive answers that must side with the challenger to find gold rigged; more than half. */
  readonly auditRateBps: number
  /** Time to ask for a gold audit after scoring ends, and as long again to answer it. */
  readonly auditWindow: number
}

export type GetParametersParameters = ReadParameters & {
  /** 1 to the latest. Default: the version that tasks are made under now. */
  readonly version?: number | undefined
}
export type GetParametersReturnType = ProtocolParameters
export type GetParametersErrorType = Error

/**
 * The protocol's parameters, of any version there ever was.
 *
 * @example
 * import { getParameters } from '@veritask/sdk'
 * const { feeBps, version } = await getParameters(client)
 * const first = await getParameters(client, { version: 1 })
 */
export async function getParameters(
  client: VeritaskClient,
  parameters: GetParametersParameters = {},
): Promise<GetParametersReturnType> {
  const deployment = await connect(client, parameters)
  const contract = { address: deployment.contracts.protocolParameters, abi: protocolParametersAbi } as const
  return read(async () => {
    const version = parameters.version ?? (await readContract(client, { ...contract, functionName: 'version' }))
    const found = await readContract(client, { ...contract, functionName: 'parametersAt', args: [version] })
    return { version, ...found }
  })
}

export type ListParametersReturnType = readonly (ProtocolParameters & { readonly setAtBlock: bigint })[]

/** Every version of the parameters from chain logs, oldest first. */
export async function listParameters(
  client: VeritaskClient,
  parameters: ReadParameters = {},
): Promise<ListParametersReturnType> {
  const deployment = await connect(client, parameters)
  const changes = await readLogs(client, deployment, { contract: 'protocolParameters', eventName: 'ParametersChanged' })
  return changes.map(({ args, blockNumber }) => ({ version: args.version, ...args.current, setAtBlock: blockNumber }))
}
