import {
  type Address,
  bytesToHex,
  encodeAbiParameters,
  erc20Abi,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  parseAbiParameters,
  zeroAddress,
} from 'viem'
import { readContract } from 'viem/actions'
import { assertAnonymity, randomBytes, readReputationGateData } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { TaskExistsError } from '../../errors/contract.js'
import { taskRegistryAbi } from '../../generated/abis.js'
import type { SettlementKind } from '../../phase.js'
import { readTree } from '../reputation.js'
import { read, resolveSigner, type Signer, type VeritaskClient, type WriteParameters } from './context.js'
import { readLogs } from './logs.js'
import { settlementModules } from './terms.js'
import { type CheckedTask, checkTask, type TaskToCheck } from './validateTask.js'
import { contractCall, type WriteReturnType, write } from './write.js'

/** A gate and the terms it is to keep for the task. */
export type TaskGate = {
  readonly gate: Address
  /** The gate's own terms, ABI-encoded. */
  readonly gateData: Hex
  /**
   * Of the deployment's reputation gate: how many accounts have to meet its terms on their own. Default: 10. A bar that few meet
   * tells who joins, and workers' clients refuse it. 0 takes any, for workers that use a fresh account for each slot. Other gates
   * are not read by it.
   */
  readonly minAnonymity?: number | undefined
}

/** What a task of any kind is made of. */
export type TaskParameters = WriteParameters & {
  /** 1 to 128 bytes, public. */
  readonly title: string
  readonly datasetVersionId: Hex
  /** Reward token; default: the native coin. */
  readonly token?: Address | undefined
  /** In base units. */
  readonly rewardPerSlot: bigint
  /** Most the protocol fee per slot may be, in base units. Default: what it is now. */
  readonly maxFeePerSlot?: bigint | undefined
  readonly slots: number
  /** Last second at which a slot may be taken. */
  readonly joinBy: bigint
  /** Who may join; default: every account. */
  readonly gate?: TaskGate | undefined
  /** What a worker locks while its slot is live, in base units of the token. Default: the least the token asks for. */
  readonly stakePerSlot?: bigint | undefined
  /**
   * What the requester locks of its free stake while the task is live, in base units of the token. Default: the least the
   * settlement asks for.
   */
  readonly bond?: bigint | undefined
  /** Fixes the task id; default: random. */
  readonly salt?: Hex | undefined
  /** Approve the missing allowance of an ERC-20 first. Default: true. */
  readonly approve?: boolean | undefined
}

/** A task that is about to be made, with what the chain says of it. */
export type TaskDraft = CheckedTask & {
  readonly deployment: Deployment
  readonly signer: Signer
  readonly kind: SettlementKind
  readonly taskId: Hex
  readonly salt: Hex
  readonly token: Address
  /** The task on the chain, when an earlier attempt has made it. */
  readonly existing: CreatedTask | undefined
}

type CreatedTask = { readonly hash: Hash; readonly payloadDigest: Hex; readonly settlement: Address }

/**
 * The id a task will have.
 *
 * @example
 * import { taskIdOf } from '@veritask/sdk'
 * const taskId = taskIdOf({ chainId: 31337, taskRegistry, requester, salt })
 */
export function taskIdOf(parameters: {
  readonly chainId: number
  readonly taskRegistry: Address
  readonly requester: Address
  readonly salt: Hex
}): Hex {
  const { chainId, taskRegistry, requester, salt } = parameters
  return keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
      BigInt(chainId),
      taskRegistry,
      requester,
      salt,
    ]),
  )
}

/** A salt that no other task has. */
export function freshTaskSalt(): Hex {
  return bytesToHex(randomBytes(32))
}

/** Names the task, looks for it on the chain, and refuses what the contracts would refuse when it is not there. */
export async function draftTask(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly task: TaskParameters
    readonly kind: SettlementKind
    readonly salt: Hex
    /** What of the checks is the kind's own. */
    readonly checks: Pick<TaskToCheck, 'keyIds' | 'deadlines' | 'items' | 'windows'>
  },
): Promise<TaskDraft> {
  const { deployment, task, kind, salt, checks } = parameters
  const signer = resolveSigner(client, task)
  const { token = zeroAddress } = task
  const { chainId, contracts } = deployment
  const taskId = taskIdOf({ chainId, taskRegistry: contracts.taskRegistry, requester: signer.address, salt })
  const existing = await findTask(client, deployment, taskId)
  const checked = existing
    ? { deposit: 0n, feePerSlot: 0n, bond: 0n, stakePerSlot: 0n }
    : await checkTask(client, deployment, {
        ...checks,
        kind,
        requester: signer.address,
        token,
        rewardPerSlot: task.rewardPerSlot,
        maxFeePerSlot: task.maxFeePerSlot,
        slots: task.slots,
        settlement: contracts[settlementModules[kind].contract],
        datasetVersionId: task.datasetVersionId,
        gate: task.gate?.gate,
        stakePerSlot: task.stakePerSlot,
        bond: task.bond,
      })
  if (!existing && task.gate) await checkAnonymity(client, deployment, task.gate)
  return { ...checked, deployment, signer, kind, taskId, salt, token, existing }
}

/**
 * Whoever sets a bar that hardly anybody meets learns who joins. Only the gate that the deployment names `reputation` is read: what
 * the terms of another mean, and in which registry its trees are, nothing here can know, whatever governance allowed it for.
 */
async function checkAnonymity(
  client: VeritaskClient,
  deployment: Deployment,
  { gate, gateData, minAnonymity }: TaskGate,
): Promise<void> {
  const { reputation } = deployment.gates
  if (!reputation || !isAddressEqual(gate, reputation)) return
  const { requester, minSlots, minScoreBps } = readReputationGateData(gateData)
  const recorded = await readTree(client, deployment, requester)
  assertAnonymity({ recorded, minSlots, minScoreBps, minAnonymity })
}

/** Puts the rewards into escrow and opens the task, unless an earlier attempt has. */
export async function sendTask(
  client: VeritaskClient,
  parameters: {
    readonly draft: TaskDraft
    readonly task: TaskParameters
    readonly payloadDigest: Hex
    readonly settlementData: Hex
  },
): Promise<WriteReturnType> {
  const { draft, task, payloadDigest, settlementData } = parameters
  const { deployment, signer, kind, taskId, salt, token, deposit, feePerSlot, stakePerSlot, bond, existing } = draft
  const { taskRegistry } = deployment.contracts
  const settlement = deployment.contracts[settlementModules[kind].contract]
  const native = isAddressEqual(token, zeroAddress)
  if (!native && !existing && (task.approve ?? true))
    await approveToken(client, { deployment, signer, token, spender: taskRegistry, amount: deposit })

  const { title, datasetVersionId, rewardPerSlot, maxFeePerSlot = feePerSlot, slots, joinBy } = task
  const { gate, gateData } = task.gate ?? { gate: zeroAddress, gateData: '0x' }
  const terms = { token, rewardPerSlot, maxFeePerSlot, slots, joinBy, settlement, settlementData, gate, gateData }
  const request = { salt, datasetVersionId, payloadDigest, title, ...terms, stakePerSlot, bond } as const
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, taskRegistry, 'createTask', [request], { value: native ? deposit : 0n }),
    findEffect: async () => {
      const created = await findTask(client, deployment, taskId)
      if (!created) return undefined
      if (created.payloadDigest !== payloadDigest || !isAddressEqual(created.settlement, settlement))
        throw new TaskExistsError({ taskId })
      return created.hash
    },
  })
  return sent
}

async function findTask(client: VeritaskClient, deployment: Deployment, taskId: Hex): Promise<CreatedTask | undefined> {
  const [created] = await readLogs(client, deployment, {
    contract: 'taskRegistry',
    eventName: 'TaskCreated',
    args: { taskId },
  })
  if (!created) return undefined
  const { payloadDigest, settlement } = created.args
  return { hash: created.transactionHash, payloadDigest, settlement }
}

/** Approves what is missing of an allowance. */
export async function approveToken(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: Signer
    readonly token: Address
    readonly spender: Address
    readonly amount: bigint
  },
): Promise<Hash | undefined> {
  const { deployment, signer, token, spender, amount } = parameters
  const allowance = await read(() =>
    readContract(client, { address: token, abi: erc20Abi, functionName: 'allowance', args: [signer.address, spender] }),
  )
  if (allowance >= amount) return undefined
  const call = contractCall(erc20Abi, token, 'approve', [spender, amount])
  const { hash } = await write(client, { deployment, signer, call })
  return hash
}
