import { type Address, encodeFunctionData } from 'viem'
import { UnknownParameterError } from '../errors/governance.js'
import { protocolParametersAbi } from '../generated/abis.js'
import { type DescribedCall, describeGovernanceCalls, type GovernanceCall } from '../governance/describe.js'
import { assertParameters, assertPolicy } from '../governance/limits.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/context.js'
import { readGovernanceState } from './internal/governanceState.js'
import { getParameters, type ProtocolParameters } from './parameters.js'

export type EncodeParameterChangeParameters = ReadParameters & {
  /** The parameters to change; the others stay as they are now. */
  readonly changes: Partial<Omit<ProtocolParameters, 'version'>>
}

/**
 * The call with which governance changes protocol parameters, from those that hold now. Sends nothing.
 *
 * @throws {@link UnknownParameterError}, {@link ParameterRangeError} for what the contract would refuse.
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
  const next = { ...current, ...changes }
  assertParameters(next, deployment.chainId)
  const data = encodeFunctionData({ abi: protocolParametersAbi, functionName: 'setParameters', args: [next] })
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
    if (policy) assertPolicy({ minReward, minStake })
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

export type DescribeCallsParameters = ReadParameters & {
  /** In the order in which they would be made. */
  readonly calls: readonly GovernanceCall[]
}

/**
 * Says in words what calls would do, one after the other, from the parameters that hold now.
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
  const { calls } = parameters
  return describeGovernanceCalls(deployment, calls, { before: await readGovernanceState(client, deployment, calls) })
}
