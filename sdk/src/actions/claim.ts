import { type Address, isAddressEqual, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { BaseError } from '../errors/base.js'
import { NothingToClaimError, type TransferRefusedError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
import { taskRegistryAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type GetCreditParameters = ReadParameters & {
  readonly recipient: Address
  /** Default: the native coin. */
  readonly token?: Address | undefined
}
export type GetCreditReturnType = bigint
export type GetCreditErrorType = Error

/** What an account may claim, in base units. */
export async function getCredit(client: VeritaskClient, parameters: GetCreditParameters): Promise<GetCreditReturnType> {
  const { recipient, token = zeroAddress } = parameters
  const deployment = await connect(client, parameters)
  return read(() =>
    readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'creditOf',
      args: [recipient, token],
    }),
  )
}

/** Only its owner may send a credit somewhere else. */
export class NotOwnCreditError extends BaseError {
  override name = 'NotOwnCreditError'
  constructor({ recipient, caller }: { recipient: Address; caller: Address }) {
    super(`Account ${caller} cannot choose where the credit of ${recipient} goes.`, {
      metaMessages: ['Leave out `to`, or sign with the account the credit belongs to.'],
    })
  }
}

export type ClaimParameters = WriteParameters & {
  /** Whose credit; the money goes there, whoever sends. Default: the account that sends. */
  readonly recipient?: Address | undefined
  /** Pay the sender's own credit to this address instead: the way out for an account that cannot receive. */
  readonly to?: Address | undefined
  /** Default: the native coin. */
  readonly token?: Address | undefined
}
export type ClaimReturnType = WriteReturnType & {
  /** Whose credit it was. */
  readonly recipient: Address
  readonly amount: bigint
}
export type ClaimErrorType = NothingToClaimError | NotOwnCreditError | TransferRefusedError | Error

/**
 * Pays out a credit to its owner. Anyone may call for anyone.
 *
 * @example
 * import { claim } from '@veritask/sdk'
 * const { amount } = await claim(client, {})
 */
export async function claim(client: VeritaskClient, parameters: ClaimParameters = {}): Promise<ClaimReturnType> {
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { recipient = signer.address, to, token = zeroAddress } = parameters
  if (to && !isAddressEqual(recipient, signer.address))
    throw new NotOwnCreditError({ recipient, caller: signer.address })
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: to
      ? contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'withdrawTo', [token, to])
      : contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'withdraw', [recipient, token]),
    prepare: async () => {
      const credit = await getCredit(client, { deployment, recipient, token })
      if (credit === 0n) throw new NothingToClaimError({ account: recipient, token })
    },
    // Credits come and go, so only a payout after this call began counts as its effect.
    findAfter: async (fromBlock) => {
      const [withdrawn] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'Withdrawn',
        args: { account: recipient, token },
        fromBlock,
      })
      return withdrawn?.transactionHash
    },
  })
  return { ...sent, recipient, amount: findEvent(events, 'Withdrawn')?.args.amount ?? 0n }
}
