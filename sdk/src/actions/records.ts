import type { Address } from 'viem'
import { readContract } from 'viem/actions'
import { taskRegistryAbi } from '../generated/abis.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'

/** What an account has done, counted by the chain once for each slot or dispute that ended. */
export type AccountRecord = {
  readonly account: Address
  /** As a worker: slots paid. */
  readonly accepted: number
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
  /** How it did as a worker, in basis points; 5,000 for who is unknown. */
  readonly standingBps: number
}

export type GetRecordParameters = ReadParameters & { readonly account: Address }
export type GetRecordReturnType = AccountRecord
export type GetRecordErrorType = Error

/**
 * The record of a worker or requester. Nobody can edit it.
 *
 * @example
 * import { getRecord } from '@veritask/sdk'
 * const { accepted, standingBps } = await getRecord(client, { account: worker })
 */
export async function getRecord(client: VeritaskClient, parameters: GetRecordParameters): Promise<GetRecordReturnType> {
  const { account } = parameters
  const deployment = await connect(client, parameters)
  const registry = { address: deployment.contracts.taskRegistry, abi: taskRegistryAbi, args: [account] } as const
  const [record, standing] = await read(() =>
    Promise.all([
      readContract(client, { ...registry, functionName: 'recordOf' }),
      readContract(client, { ...registry, functionName: 'standingOf' }),
    ]),
  )
  return { account, ...record, standingBps: Number(standing) }
}
