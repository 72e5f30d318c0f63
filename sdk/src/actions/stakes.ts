import { type Address, type Hash, isAddressEqual, zeroAddress } from 'viem'
import { getTransaction } from 'viem/actions'
import type { TokenNotAllowedError, TransferRefusedError } from '../errors/contract.js'
import {
  NotEnoughStakeError,
  NothingUnbondingError,
  NotOwnStakeError,
  StakeAmountError,
  type StakeDepositError,
  StakeWithdrawnOtherwiseError,
  StillUnbondingError,
} from '../errors/stakes.js'
import type { InsufficientFundsError } from '../errors/submission.js'
import { findEvent } from '../events/decode.js'
import { stakeVaultAbi } from '../generated/abis.js'
import {
  chainTime,
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { approveToken } from './internal/createTask.js'
import { carriesCall } from './internal/forward.js'
import { readLogs } from './internal/logs.js'
import { assertFunds, readStake } from './internal/validateTask.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

/** What an account has in the stake vault in one token, in base units. */
export type Stake = {
  readonly account: Address
  readonly token: Address
  /** Can be locked, or unbonded. */
  readonly free: bigint
  /** Held for tasks. */
  readonly locked: bigint
  /** On its way out; can neither be locked nor slashed. */
  readonly unbonding: bigint
  /** When `unbonding` may be withdrawn, in seconds. */
  readonly withdrawableAt: bigint
}

export type GetStakeParameters = ReadParameters & {
  readonly account: Address
  /** Default: the native coin. */
  readonly token?: Address | undefined
}
export type GetStakeReturnType = Stake
export type GetStakeErrorType = Error

/**
 * What an account has at stake.
 *
 * @example
 * import { getStake } from '@veritask/sdk'
 * const { free, locked } = await getStake(client, { account: worker })
 */
export async function getStake(client: VeritaskClient, parameters: GetStakeParameters): Promise<GetStakeReturnType> {
  const { account, token = zeroAddress } = parameters
  const deployment = await connect(client, parameters)
  return { account, token, ...(await readStake(client, deployment, { account, token })) }
}

/** Amounts are `uint128` on the chain. */
const MAX_AMOUNT = 2n ** 128n - 1n

function assertAmount(amount: bigint): void {
  if (typeof amount !== 'bigint' || amount < 1n || amount > MAX_AMOUNT) throw new StakeAmountError({ amount })
}

export type DepositStakeParameters = WriteParameters & {
  /** In base units. */
  readonly amount: bigint
  /** Default: the native coin. */
  readonly token?: Address | undefined
  /** Whose stake it becomes. Default: the account that sends. */
  readonly recipient?: Address | undefined
  /** Approve the missing allowance of an ERC-20 first. Default: true. */
  readonly approve?: boolean | undefined
}
export type DepositStakeReturnType = WriteReturnType & { readonly recipient: Address; readonly amount: bigint }
export type DepositStakeErrorType =
  | StakeAmountError
  | StakeDepositError
  | InsufficientFundsError
  | TokenNotAllowedError
  | Error

/**
 * Adds to an account's free stake. Anyone may pay for anyone.
 *
 * @example
 * import { depositStake } from '@veritask/sdk'
 * import { parseEther } from 'viem'
 * await depositStake(client, { amount: parseEther('1') })
 */
export async function depositStake(
  client: VeritaskClient,
  parameters: DepositStakeParameters,
): Promise<DepositStakeReturnType> {
  const { amount, token = zeroAddress } = parameters
  assertAmount(amount)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { recipient = signer.address } = parameters
  const { stakeVault } = deployment.contracts
  const native = isAddressEqual(token, zeroAddress)
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    // Not before: a deposit that was sent earlier has taken the funds already.
    prepare: async () => {
      await assertFunds(client, { account: signer.address, token, required: amount })
      if (!native && (parameters.approve ?? true))
        await approveToken(client, { deployment, signer, token, spender: stakeVault, amount })
    },
    call: contractCall(stakeVaultAbi, stakeVault, 'deposit', [recipient, token, amount], {
      value: native ? amount : 0n,
    }),
    // Deposits add up, so only one after this call began counts as its effect.
    findAfter: async (fromBlock) => {
      const deposits = await readLogs(client, deployment, {
        contract: 'stakeVault',
        eventName: 'StakeDeposited',
        args: { account: recipient, token },
        fromBlock,
      })
      return deposits.find(({ args }) => args.amount === amount)?.transactionHash
    },
  })
  return { ...sent, recipient, amount }
}

export type UnbondStakeParameters = WriteParameters & {
  /** In base units. */
  readonly amount: bigint
  /** Default: the native coin. */
  readonly token?: Address | undefined
}
export type UnbondStakeReturnType = WriteReturnType & {
  /** All that is on its way out now, in base units. */
  readonly unbonding: bigint
  /** When it may be withdrawn, in seconds. */
  readonly withdrawableAt: bigint
}
export type UnbondStakeErrorType = StakeAmountError | NotEnoughStakeError | Error

/**
 * Starts taking out free stake. While some is unbonding already, the delay starts anew for all of it.
 *
 * @example
 * import { unbondStake } from '@veritask/sdk'
 * const { withdrawableAt } = await unbondStake(client, { amount: 10n ** 18n })
 */
export async function unbondStake(
  client: VeritaskClient,
  parameters: UnbondStakeParameters,
): Promise<UnbondStakeReturnType> {
  const { amount, token = zeroAddress } = parameters
  assertAmount(amount)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const account = signer.address
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    prepare: async () => {
      const { free } = await readStake(client, deployment, { account, token })
      if (free < amount) throw new NotEnoughStakeError({ account, token, free, required: amount })
    },
    call: contractCall(stakeVaultAbi, deployment.contracts.stakeVault, 'unbond', [token, amount]),
    findAfter: async (fromBlock) => {
      const started = await readLogs(client, deployment, {
        contract: 'stakeVault',
        eventName: 'UnbondingStarted',
        args: { account, token },
        fromBlock,
      })
      return started[0]?.transactionHash
    },
  })
  const { unbonding, withdrawableAt } = await readStake(client, deployment, { account, token })
  return { ...sent, unbonding, withdrawableAt }
}

export type WithdrawStakeParameters = WriteParameters & {
  /** Whose stake; it is paid out to that very account, whoever sends. Default: the account that sends. */
  readonly recipient?: Address | undefined
  /** Pay the sender's own stake to this address instead: the way out for an account that cannot receive. */
  readonly to?: Address | undefined
  /** Default: the native coin. */
  readonly token?: Address | undefined
}
export type WithdrawStakeReturnType = WriteReturnType & {
  readonly recipient: Address
  /** Paid out, in base units. */
  readonly amount: bigint
}
export type WithdrawStakeErrorType =
  | NotOwnStakeError
  | NothingUnbondingError
  | StillUnbondingError
  | StakeWithdrawnOtherwiseError
  | TransferRefusedError
  | Error

/**
 * Pays out what has finished unbonding, to its owner. Anyone may call; only the owner may have it paid to another address.
 *
 * @example
 * import { withdrawStake } from '@veritask/sdk'
 * const { amount } = await withdrawStake(client, {})
 */
export async function withdrawStake(
  client: VeritaskClient,
  parameters: WithdrawStakeParameters = {},
): Promise<WithdrawStakeReturnType> {
  const { to, token = zeroAddress } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { recipient = signer.address } = parameters
  if (to && !isAddressEqual(recipient, signer.address))
    throw new NotOwnStakeError({ recipient, caller: signer.address })
  const assertDue = async () => {
    const { unbonding, withdrawableAt } = await readStake(client, deployment, { account: recipient, token })
    if (unbonding === 0n) throw new NothingUnbondingError({ account: recipient, token })
    const timestamp = await chainTime(client)
    if (timestamp < withdrawableAt) throw new StillUnbondingError({ account: recipient, withdrawableAt, timestamp })
  }
  const { stakeVault } = deployment.contracts
  const call = to
    ? contractCall(stakeVaultAbi, stakeVault, 'withdrawTo', [token, to])
    : contractCall(stakeVaultAbi, stakeVault, 'withdraw', [recipient, token])
  const isThis = async (hash: Hash) => {
    const sent = await read(() => getTransaction(client, { hash }))
    // Relayed, it is a call within that of whoever sent it.
    if (signer.relay) return carriesCall(deployment, sent, { from: signer.address, ...call })
    return (
      isAddressEqual(sent.from, signer.address) &&
      !!sent.to &&
      isAddressEqual(sent.to, call.to) &&
      sent.input.toLowerCase() === call.data.toLowerCase()
    )
  }
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call,
    prepare: assertDue,
    findAfter: async (fromBlock) => {
      const withdrawals = await readLogs(client, deployment, {
        contract: 'stakeVault',
        eventName: 'StakeWithdrawn',
        args: { account: recipient, token },
        fromBlock,
      })
      const hashes = withdrawals.map(({ transactionHash }) => transactionHash)
      if (!to || hashes[0] === undefined) return hashes[0]
      // The event does not say where it went, and anyone may have it paid to the account itself.
      for (const hash of hashes) if (await isThis(hash)) return hash
      throw new StakeWithdrawnOtherwiseError({ account: recipient, to, hash: hashes[0] })
    },
  })
  return { ...sent, recipient, amount: findEvent(events, 'StakeWithdrawn')?.args.amount ?? 0n }
}
