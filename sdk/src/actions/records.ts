import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { taskRegistryAbi } from '../generated/abis.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'

/**
 * What an account has done, counted by the chain once for each slot or dispute that ended. Counts, not a rating: whoever pays itself
 * under a key that proves anything raises them for the price of the fee.
 */
export type AccountRecord = {
  readonly account: Address
  /** As a worker: slots paid by a proof. */
  readonly accepted: number
  /** As a worker: slots paid because nobody said anything. Shows no work. */
  readonly unproven: number
  /** As a worker: slots returned by a proven rejection. */
  readonly rejected: number
  /** As a worker: slots returned because a deadline passed. */
  readonly missed: number
  /** As a worker or challenger. */
  readonly disputesLost: number
  /** As a requester: slots paid by a proof. */
  readonly paid: number
  /** As a requester: slots it rejected by proof. */
  readonly refused: number
  /** As a requester: slots paid because it said nothing. */
  readonly silent: number
  /** As a requester: bonds lost to a gold audit. */
  readonly bondsLost: number
}

export type GetRecordParameters = ReadParameters & { readonly account: Address }
export type GetRecordReturnType = AccountRecord
export type GetRecordErrorType = Error

/**
 * The record of a worker or requester. Nobody can edit it.
 *
 * @example
 * import { getRecord } from '@veritask/sdk'
 * const { accepted, rejected } = await getRecord(client, { account: worker })
 */
export async function getRecord(client: VeritaskClient, parameters: GetRecordParameters): Promise<GetRecordReturnType> {
  const { account } = parameters
  const deployment = await connect(client, parameters)
  const record = await read(() =>
    readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'recordOf',
      args: [account],
    }),
  )
  return { account, ...record }
}
