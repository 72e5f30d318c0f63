import { type Address, erc20Abi, type Hex, isAddressEqual, zeroAddress } from 'viem'
import { getBalance, readContract } from 'viem/actions'
import {
  createPathVerifier,
  DatasetProofMismatchError,
  type PayloadItem,
  type Rules,
  recordCommitment,
  WrongItemCountError,
} from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { GateNotAllowedError } from '../../errors/admission.js'
import {
  DatasetNotFoundError,
  DeadlineOutOfRangeError,
  FeeTooHighError,
  KeyNotActiveError,
  RewardTooSmallError,
  SettlementNotAllowedError,
  SlotsOutOfRangeError,
  TextLengthError,
  TokenNotAllowedError,
} from '../../errors/contract.js'
import { ClaimStakeError, WindowOutOfRangeError } from '../../errors/disputes.js'
import {
  BondTooSmallError,
  NoTreasuryError,
  NotEnoughStakeError,
  StakeAmountError,
  StakeTooSmallError,
} from '../../errors/stakes.js'
import { InsufficientFundsError } from '../../errors/submission.js'
import {
  datasetRegistryAbi,
  protocolParametersAbi,
  stakeVaultAbi,
  verifierKeyRegistryAbi,
} from '../../generated/abis.js'
import type { SettlementKind } from '../../phase.js'
import { chainTime, read, type VeritaskClient } from './context.js'

/** Longest title, in bytes of UTF-8 (TaskRegistry). */
export const MAX_TITLE_BYTES = 128
const BPS = 10_000n
const KEY_STATUSES = ['unknown', 'proposed and not active yet', 'active', 'frozen'] as const
const ACTIVE = 2
const MAX_UINT96 = 2n ** 96n - 1n
const MAX_UINT128 = 2n ** 128n - 1n

export function assertText(what: string, text: string, maxLength: number): void {
  const length = new TextEncoder().encode(text).length
  if (length === 0 || length > maxLength) throw new TextLengthError({ what, length, maxLength })
}

export function assertItemCount(rules: Rules, items: readonly unknown[]): void {
  if (items.length !== rules.itemCount) throw new WrongItemCountError(items.length, rules.itemCount)
}

export type TaskToCheck = {
  readonly kind: SettlementKind
  readonly requester: Address
  readonly token: Address
  readonly rewardPerSlot: bigint
  readonly maxFeePerSlot: bigint | undefined
  readonly slots: number
  readonly settlement: Address
  readonly datasetVersionId: Hex
  readonly keyIds: readonly Hex[]
  /** In the order in which they must follow each other. */
  readonly deadlines: readonly { readonly name: string; readonly at: bigint }[]
  /** Times between deadlines that the terms give as such, in seconds. */
  readonly windows?: readonly { readonly name: string; readonly seconds: number }[] | undefined
  readonly items: readonly PayloadItem[]
  readonly gate: Address | undefined
  /** Default: the least the token asks for. */
  readonly stakePerSlot: bigint | undefined
  /** Default: the least the settlement asks for. */
  readonly bond: bigint | undefined
}

/** What follows from the protocol's parameters, in base units. */
export type CheckedTask = {
  readonly feePerSlot: bigint
  /** What goes into escrow. */
  readonly deposit: bigint
  readonly stakePerSlot: bigint
  /** What is locked of the requester's stake. */
  readonly bond: bigint
}

/**
 * Refuses, before anything is stored or sent, what the contracts would refuse.
 *
 * @returns the protocol fee per slot, what must be deposited, and the stakes.
 */
export async function checkTask(
  client: VeritaskClient,
  deployment: Deployment,
  task: TaskToCheck,
): Promise<CheckedTask> {
  const parameters = { address: deployment.contracts.protocolParameters, abi: protocolParametersAbi } as const
  const { gate } = task
  const [now, current, policy, settlementAllowed, gateAllowed, root, statuses] = await read(() =>
    Promise.all([
      chainTime(client),
      readContract(client, { ...parameters, functionName: 'parameters' }),
      readContract(client, { ...parameters, functionName: 'tokenPolicy', args: [task.token] }),
      readContract(client, { ...parameters, functionName: 'isSettlementAllowed', args: [task.settlement] }),
      gate ? readContract(client, { ...parameters, functionName: 'isGateAllowed', args: [gate] }) : true,
      readContract(client, {
        address: deployment.contracts.datasetRegistry,
        abi: datasetRegistryAbi,
        functionName: 'rootOf',
        args: [task.datasetVersionId],
      }),
      Promise.all(
        task.keyIds.map((keyId) =>
          readContract(client, {
            address: deployment.contracts.verifierKeyRegistry,
            abi: verifierKeyRegistryAbi,
            functionName: 'status',
            args: [keyId],
          }),
        ),
      ),
    ]),
  )
  if (!policy.allowed) throw new TokenNotAllowedError({ token: task.token })
  if (task.rewardPerSlot < policy.minReward)
    throw new RewardTooSmallError({ reward: task.rewardPerSlot, minReward: policy.minReward })
  if (!Number.isInteger(task.slots) || task.slots < 1 || task.slots > current.maxSlots)
    throw new SlotsOutOfRangeError({ slots: task.slots, maxSlots: current.maxSlots })
  if (!settlementAllowed) throw new SettlementNotAllowedError({ settlement: task.settlement })
  if (gate && !gateAllowed) throw new GateNotAllowedError({ gate })
  const stakePerSlot = checkStake(task, policy.minStake, current.treasury)

  let previous = now
  for (const { name, at } of task.deadlines) {
    const earliest = previous + BigInt(current.minWindow)
    const latest = previous + BigInt(current.maxWindow)
    if (at < earliest || at > latest)
      throw new DeadlineOutOfRangeError({ what: `deadline "${name}"`, deadline: at, earliest, latest })
    previous = at
  }
  for (const { name, seconds } of task.windows ?? [])
    if (!Number.isInteger(seconds) || seconds < current.minWindow || seconds > current.maxWindow)
      throw new WindowOutOfRangeError({ what: name, window: seconds, min: current.minWindow, max: current.maxWindow })

  statuses.forEach((status, index) => {
    if (status !== ACTIVE)
      throw new KeyNotActiveError({ keyId: task.keyIds[index]!, status: KEY_STATUSES[status] ?? 'unknown' })
  })

  if (root === 0n) throw new DatasetNotFoundError({ versionId: task.datasetVersionId })
  const belongs = createPathVerifier(root)
  task.items.forEach(({ index, path, bytes, recordSalt }, position) => {
    if (!belongs({ leaf: recordCommitment({ salt: recordSalt, bytes }), index, path }))
      throw new DatasetProofMismatchError(position, index)
  })

  const fee = (task.rewardPerSlot * BigInt(current.feeBps)) / BPS
  if (task.maxFeePerSlot !== undefined && fee > task.maxFeePerSlot)
    throw new FeeTooHighError({ fee, maxFee: task.maxFeePerSlot })
  const bond = checkBond(task, BigInt(current.goldBondBps))
  const account = task.requester
  // A part of a bond that a dispute loses goes there.
  if (bond > 0n && isAddressEqual(current.treasury, zeroAddress)) throw new NoTreasuryError()
  if (bond > 0n) await assertFreeStake(client, deployment, { account, token: task.token, required: bond })
  const deposit = (task.rewardPerSlot + fee) * BigInt(task.slots)
  await assertFunds(client, { account, token: task.token, required: deposit })
  return { feePerSlot: fee, deposit, stakePerSlot, bond }
}

/** The stake per slot, as the registry and the optimistic module take it. */
function checkStake({ kind, stakePerSlot: asked }: TaskToCheck, minStake: bigint, treasury: Address): bigint {
  const stakePerSlot = asked ?? minStake
  if (stakePerSlot < minStake) throw new StakeTooSmallError({ stakePerSlot, minStake })
  if (stakePerSlot > MAX_UINT128) throw new StakeAmountError({ amount: stakePerSlot })
  if (stakePerSlot !== 0n && isAddressEqual(treasury, zeroAddress)) throw new NoTreasuryError()
  if (kind !== 'optimistic') return stakePerSlot
  if (stakePerSlot === 0n) throw new ClaimStakeError({ reason: 'there is none' })
  if (stakePerSlot > MAX_UINT96) throw new ClaimStakeError({ reason: `${stakePerSlot} is above ${MAX_UINT96}` })
  return stakePerSlot
}

/** Hidden gold asks for a bond in proportion to all rewards, rounded up. */
function checkBond({ kind, bond: asked, rewardPerSlot, slots }: TaskToCheck, goldBondBps: bigint): bigint {
  const required = kind === 'hidden-gold' ? (rewardPerSlot * BigInt(slots) * goldBondBps + BPS - 1n) / BPS : 0n
  const bond = asked ?? required
  if (bond < required) throw new BondTooSmallError({ bond, required })
  if (bond > MAX_UINT128) throw new StakeAmountError({ amount: bond })
  return bond
}

/** @throws {NotEnoughStakeError} when the account has less free stake than is to be locked. */
export async function assertFreeStake(
  client: VeritaskClient,
  deployment: Deployment,
  { account, token, required }: { account: Address; token: Address; required: bigint },
): Promise<void> {
  const { free } = await readStake(client, deployment, { account, token })
  if (free < required) throw new NotEnoughStakeError({ account, token, free, required })
}

/** An account's stake in one token, as the vault has it. */
export async function readStake(
  client: VeritaskClient,
  deployment: Deployment,
  { account, token }: { account: Address; token: Address },
) {
  return read(() =>
    readContract(client, {
      address: deployment.contracts.stakeVault,
      abi: stakeVaultAbi,
      functionName: 'stakeOf',
      args: [account, token],
    }),
  )
}

/** @throws {InsufficientFundsError} */
export async function assertFunds(
  client: VeritaskClient,
  { account, token, required }: { account: Address; token: Address; required: bigint },
): Promise<void> {
  const available = await read(() =>
    isAddressEqual(token, zeroAddress)
      ? getBalance(client, { address: account })
      : readContract(client, { address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] }),
  )
  if (available < required) throw new InsufficientFundsError({ account, token, required, available })
}
