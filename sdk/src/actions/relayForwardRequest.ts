import { readContract } from 'viem/actions'
import type { Deployment } from '../deployments.js'
import {
  type RelayedGasError,
  type RelayedRecipientError,
  RelayedRequestExpiredError,
  RelayedSignatureError,
  RelayedValueError,
} from '../errors/relay.js'
import {
  chainTime,
  connect,
  type ForwardRequest,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { assertRecipient, forwarderAbi } from './internal/forward.js'
import { normalizeSignature } from './internal/signature.js'
import { assertCallable, contractCall, MAX_RELAY_GAS, type WriteReturnType, write } from './internal/write.js'

export type RelayForwardRequestParameters = WriteParameters & {
  readonly request: ForwardRequest
  /** The most gas the whole transaction may take. Default: 3,000,000. */
  readonly maxGas?: bigint | undefined
}
export type RelayForwardRequestReturnType = WriteReturnType
export type RelayForwardRequestErrorType =
  | RelayedRecipientError
  | RelayedValueError
  | RelayedRequestExpiredError
  | RelayedSignatureError
  | RelayedGasError
  | Error

/**
 * Sends what a worker signed. The call is tried first as the worker's own, so that a refusal has its reason.
 *
 * @throws {@link RelayedRecipientError} when it is for no contract of the deployment that workers call: a relayer pays for work, not
 * for whatever somebody has signed.
 * @throws {@link RelayedRequestExpiredError} when its deadline has passed.
 * @throws {@link RelayedSignatureError} when the forwarder does not take the signature, for example because it was used.
 * @throws {@link RelayedGasError} when it takes more gas than `maxGas`.
 *
 * @example
 * import { commitLabels, relayForwardRequest } from '@veritask/sdk'
 * const relay = async (request) => (await relayForwardRequest(relayer, { request })).hash
 * await commitLabels(client, { taskId, labels, account: worker, relay })
 */
export async function relayForwardRequest(
  client: VeritaskClient,
  parameters: RelayForwardRequestParameters,
): Promise<RelayForwardRequestReturnType> {
  const { maxGas = MAX_RELAY_GAS } = parameters
  const request = { ...parameters.request, signature: normalizeSignature(parameters.request.signature) }
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  assertRecipient(deployment, request.to)
  if (request.value !== 0n) throw new RelayedValueError({ value: request.value })
  await assertFresh(client, deployment, request)
  await assertCallable(client, { address: request.from, local: undefined }, { to: request.to, data: request.data })
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(forwarderAbi, deployment.contracts.forwarder, 'execute', [request], { maxGas }),
  })
  return sent
}

/** The forwarder's own refusals carry no reason: they are told apart before. */
async function assertFresh(client: VeritaskClient, { contracts }: Deployment, request: ForwardRequest): Promise<void> {
  const { deadline, from } = request
  const timestamp = await chainTime(client)
  if (timestamp > BigInt(deadline)) throw new RelayedRequestExpiredError({ deadline, timestamp })
  const taken = await read(() =>
    readContract(client, {
      address: contracts.forwarder,
      abi: forwarderAbi,
      functionName: 'verify',
      args: [request],
    }),
  )
  if (!taken) throw new RelayedSignatureError({ from })
}
