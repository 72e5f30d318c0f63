import {
  connect,
  type ForwardRequest,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { forwarderAbi } from './internal/forward.js'
import { assertCallable, contractCall, type WriteReturnType, write } from './internal/write.js'

export type RelayForwardRequestParameters = WriteParameters & { readonly request: ForwardRequest }
export type RelayForwardRequestReturnType = WriteReturnType
export type RelayForwardRequestErrorType = Error

/**
 * Sends what a worker signed. The call is tried first as the worker's own, so that a refusal has its reason.
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
  const { request } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  await assertCallable(client, { address: request.from, local: undefined }, { to: request.to, data: request.data })
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(forwarderAbi, deployment.contracts.forwarder, 'execute', [request]),
  })
  return sent
}
