import { type Address, type Hex, isAddressEqual } from 'viem'
import { readContract } from 'viem/actions'
import { NotOwnerError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
import { datasetRegistryAbi } from '../generated/abis.js'
import { connect, read, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type OfferDatasetParameters = WriteParameters & {
  readonly datasetId: Hex
  /** Who may accept it; takes the place of whoever it was offered to before. */
  readonly to: Address
}
export type OfferDatasetReturnType = WriteReturnType
export type OfferDatasetErrorType = NotOwnerError | Error

/**
 * Offers a dataset to another account, which owns it once it accepts. Owner only.
 *
 * @example
 * import { offerDataset } from '@veritask/sdk'
 * await offerDataset(client, { datasetId, to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' })
 */
export async function offerDataset(
  client: VeritaskClient,
  parameters: OfferDatasetParameters,
): Promise<OfferDatasetReturnType> {
  const { datasetId, to } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.datasetRegistry
  const at = { address: registry, abi: datasetRegistryAbi, args: [datasetId] } as const
  const owner = await read(() => readContract(client, { ...at, functionName: 'ownerOf' }))
  if (!isAddressEqual(owner, signer.address))
    throw new NotOwnerError({ what: 'dataset', id: datasetId, caller: signer.address })
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(datasetRegistryAbi, registry, 'startTransfer', [datasetId, to]),
    findEffect: async () => {
      const pending = await read(() => readContract(client, { ...at, functionName: 'pendingOwnerOf' }))
      if (!isAddressEqual(pending, to)) return undefined
      const offers = await readLogs(client, deployment, {
        contract: 'datasetRegistry',
        eventName: 'DatasetTransferStarted',
        args: { datasetId },
      })
      return offers.at(-1)?.transactionHash
    },
  })
  return sent
}

export type AcceptDatasetParameters = WriteParameters & { readonly datasetId: Hex }
export type AcceptDatasetReturnType = WriteReturnType & { readonly previous: Address }
export type AcceptDatasetErrorType = Error

/**
 * Accepts a dataset that was offered to this account, as a consensus offers its result to its requester. Who owns a dataset
 * publishes its next versions.
 *
 * @example
 * import { acceptDataset } from '@veritask/sdk'
 * const { previous } = await acceptDataset(client, { datasetId })
 */
export async function acceptDataset(
  client: VeritaskClient,
  parameters: AcceptDatasetParameters,
): Promise<AcceptDatasetReturnType> {
  const { datasetId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.datasetRegistry
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(datasetRegistryAbi, registry, 'acceptTransfer', [datasetId]),
    findEffect: async () => {
      const transfers = await readLogs(client, deployment, {
        contract: 'datasetRegistry',
        eventName: 'DatasetTransferred',
        args: { datasetId },
      })
      const last = transfers.at(-1)
      return last && isAddressEqual(last.args.current, signer.address) ? last.transactionHash : undefined
    },
  })
  return { ...sent, previous: findEvent(events, 'DatasetTransferred')!.args.previous }
}
