import { type Address, erc20Abi, type Hex, isAddressEqual, zeroAddress } from 'viem'
import { getBalance, getBlock, readContract } from 'viem/actions'
import {
  createPathVerifier,
  DatasetProofMismatchError,
  type PayloadItem,
  type Rules,
  recordCommitment,
  WrongItemCountError,
} from '../../core.js'
import type { Deployment } from '../../deployments.js'
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
import { InsufficientFundsError } from '../../errors/submission.js'
import { datasetRegistryAbi, protocolParametersAbi, verifierKeyRegistryAbi } from '../../generated/abis.js'
import { read, type VeritaskClient } from './context.js'

/** Longest title, in bytes of UTF-8 (TaskRegistry). */
export const MAX_TITLE_BYTES = 128
const BPS = 10_000n
const KEY_STATUSES = ['unknown', 'proposed and not active yet', 'active', 'frozen'] as const
const ACTIVE = 2

export function assertText(what: string, text: string, maxLength: number): void {
  const length = new TextEncoder().encode(text).length
  if (length === 0 || length > maxLength) throw new TextLengthError({ what, length, maxLength })
}

export function assertItemCount(rules: Rules, items: readonly unknown[]): void {
  if (items.length !== rules.itemCount) throw new WrongItemCountError(items.length, rules.itemCount)
}

export type TaskToCheck = {
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
  readonly items: readonly PayloadItem[]
}

/**
 * Refuses, before anything is stored or sent, what the contracts would refuse.
 *
 * @returns the protocol fee per slot and what must be deposited, in base units.
 */
export async function checkTask(
  client: VeritaskClient,
  deployment: Deployment,
  task: TaskToCheck,
): Promise<{ feePerSlot: bigint; deposit: bigint }> {
  const parameters = { address: deployment.contracts.protocolParameters, abi: protocolParametersAbi } as const
  const [block, current, policy, settlementAllowed, root, statuses] = await read(() =>
    Promise.all([
      getBlock(client, { blockTag: 'latest' }),
      readContract(client, { ...parameters, functionName: 'parameters' }),
      readContract(client, { ...parameters, functionName: 'tokenPolicy', args: [task.token] }),
      readContract(client, { ...parameters, functionName: 'isSettlementAllowed', args: [task.settlement] }),
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

  let previous = block.timestamp
  for (const { name, at } of task.deadlines) {
    const earliest = previous + BigInt(current.minWindow)
    const latest = previous + BigInt(current.maxWindow)
    if (at < earliest || at > latest)
      throw new DeadlineOutOfRangeError({ what: `deadline "${name}"`, deadline: at, earliest, latest })
    previous = at
  }

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
  const deposit = (task.rewardPerSlot + fee) * BigInt(task.slots)
  await assertFunds(client, { account: task.requester, token: task.token, required: deposit })
  return { feePerSlot: fee, deposit }
}

async function assertFunds(
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
