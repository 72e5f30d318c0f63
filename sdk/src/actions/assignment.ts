import { type Address, type Hash, type Hex, zeroHash } from 'viem'
import { getBlockNumber, readContract } from 'viem/actions'
import type { ConsensusTask } from '../consensus/aggregator.js'
import { seedSecret } from '../consensus/secrets.js'
import { unpackMask } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BeaconPendingError } from '../errors/consensus.js'
import { DeadlinePassedError, type TaskNotFoundError } from '../errors/contract.js'
import { consensusSettlementAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type Signer,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, requesterKeys } from './internal/secrets.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, outcomeOf, type WriteReturnType, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

/** How long to wait for a block unless told: ten of Ethereum's. */
const WAIT_SECONDS = 120
/** Blocks for which a picked block's hash is surely there when a transaction lands: the chain forgets it after 256. */
const FRESH_BLOCKS = 200n

type Waiting = {
  /** How long to wait for the picked block to pass, in seconds; zero to return at once. Default: 120. */
  readonly waitSeconds?: number | undefined
}

export type DrawBeaconParameters = WriteParameters & Waiting & { readonly taskId: Hex }
export type DrawBeaconReturnType = WriteReturnType & {
  readonly round: number
  /** Block whose hash makes the beacon. */
  readonly beaconBlock: bigint
} & (
    | { readonly outcome: 'drawn'; readonly beacon: Hex }
    /** The block is picked and was not past while this call waited. */
    | { readonly outcome: 'scheduled'; readonly beacon: undefined }
  )
export type DrawBeaconErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * Draws the beacon of a consensus task's assignment, once nobody can join the round any more. Anyone may; it takes two
 * transactions: one picks the next block, the other takes the beacon from its hash when it is past. This sends whichever is
 * missing and waits in between. Called again, or while somebody else does the same, it goes on from what the chain has.
 *
 * @example
 * import { drawBeacon } from '@veritask/sdk'
 * const { round, beacon } = await drawBeacon(client, { taskId })
 */
export async function drawBeacon(
  client: VeritaskClient,
  parameters: DrawBeaconParameters,
): Promise<DrawBeaconReturnType> {
  const { run } = await startRun(client, parameters)
  const { round } = run
  const { beacon, beaconBlock } = await advanceBeacon(run, parameters, (state) => state.beacon !== undefined)
  const { events: _, ...sent } = await outcomeOf(client, run.deployment, (await findStep(run))!)
  const shared = { ...sent, found: !run.sent.has(sent.hash), round, beaconBlock }
  return beacon ? { ...shared, outcome: 'drawn', beacon } : { ...shared, outcome: 'scheduled', beacon: undefined }
}

export type RevealSeedParameters = WriteParameters &
  Waiting & { readonly taskId: Hex; readonly secrets: RequesterSecrets }
export type RevealSeedReturnType = WriteReturnType & { readonly round: number }
export type RevealSeedErrorType =
  | BeaconPendingError
  | DeadlinePassedError
  | TaskNotFoundError
  | WrongSettlementKindError
  | Error

/**
 * Fixes which items each worker of the round gets. By the middle of the time to commit, or the round's slots lapse. When nobody
 * has drawn the beacon, this picks a block for it, waits until it is past, and takes the beacon with the seed: before
 * that the secret leaves nobody's hands.
 *
 * @throws {BeaconPendingError} when the picked block is still to come after waiting.
 *
 * @example
 * import { revealSeed } from '@veritask/sdk'
 * await revealSeed(client, { taskId, secrets })
 */
export async function revealSeed(
  client: VeritaskClient,
  parameters: RevealSeedParameters,
): Promise<RevealSeedReturnType> {
  const { taskId, secrets } = parameters
  const { run, task } = await startRun(client, parameters)
  const { deployment, signer, settlement, round } = run
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const secret = seedSecret(requesterKeys(secrets).secretKey, taskId, round)
  const findEffect = async () => {
    const query = { contract: 'consensus', eventName: 'SeedRevealed', args: { taskId, round } } as const
    return (await readLogs(client, deployment, query))[0]?.transactionHash
  }
  if (!(await findEffect())) {
    assertSeedsTaken(task)
    const state = await advanceBeacon(run, parameters, isReady)
    if (!isReady(state)) throw new BeaconPendingError({ taskId, ...state })
  }
  const call = contractCall(consensusSettlementAbi, settlement, 'revealSeed', [taskId, secret])
  const { events: _, ...sent } = await write(client, { deployment, signer, call, findEffect })
  return { ...sent, round }
}

/** Seeds are taken up to the middle of the time to commit: a beacon drawn for a later one is drawn for nothing. */
function assertSeedsTaken({ taskId, progress, timestamp }: ConsensusTask): void {
  const deadline = progress.joinBy + (progress.commitBy - progress.joinBy) / 2n
  if (timestamp > deadline) throw new DeadlinePassedError({ what: 'reveal the seed', taskId, deadline, timestamp })
}

type Run = {
  readonly client: VeritaskClient
  readonly deployment: Deployment
  readonly signer: Signer
  readonly settlement: Address
  readonly taskId: Hex
  readonly round: number
  /** Transactions sent by this call. */
  readonly sent: Set<Hash>
}
type BeaconState = {
  readonly beacon: Hex | undefined
  /** Zero before a block is picked. */
  readonly beaconBlock: bigint
  readonly blockNumber: bigint
}

async function startRun(client: VeritaskClient, parameters: WriteParameters & { readonly taskId: Hex }) {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { round } = task.progress
  const signer = resolveSigner(client, parameters)
  const run: Run = { client, deployment, signer, settlement: task.settlement, taskId, round, sent: new Set() }
  return { run, task }
}

/** Nothing more is needed to reveal: the beacon is drawn, or its block is past and its hash can be read. */
function isReady({ beacon, beaconBlock, blockNumber }: BeaconState): boolean {
  if (beacon || beaconBlock === 0n) return beacon !== undefined
  return blockNumber > beaconBlock && blockNumber < beaconBlock + FRESH_BLOCKS
}

/** Picks a block, waits until it is past and draws, until enough is done or the time to wait is over. */
async function advanceBeacon(
  run: Run,
  { waitSeconds = WAIT_SECONDS }: Waiting,
  isEnough: (state: BeaconState) => boolean,
): Promise<BeaconState> {
  const end = Date.now() + waitSeconds * 1000
  for (;;) {
    const state = await readBeacon(run)
    if (isEnough(state)) return state
    if (state.blockNumber > state.beaconBlock) await stepBeacon(run, state)
    else if (Date.now() >= end) return state
    else await new Promise((resolve) => setTimeout(resolve, run.client.pollingInterval))
  }
}

/** One transaction: the chain picks a block or draws, whichever is due. */
async function stepBeacon(run: Run, before: BeaconState): Promise<void> {
  const { client, deployment, signer, settlement, taskId, sent } = run
  const hasMoved = async () => {
    const { beacon, beaconBlock } = await readBeacon(run)
    return beacon !== before.beacon || beaconBlock !== before.beaconBlock
  }
  try {
    const { hash, found } = await write(client, {
      deployment,
      signer,
      call: contractCall(consensusSettlementAbi, settlement, 'drawBeacon', [taskId]),
      findEffect: async () => ((await hasMoved()) ? findStep(run) : undefined),
    })
    if (!found) sent.add(hash)
  } catch (error) {
    // Somebody else was faster, and there is nothing left to do in this step.
    if (!(await hasMoved())) throw error
  }
}

async function readBeacon({ client, settlement, taskId, round }: Run): Promise<BeaconState> {
  const blockNumber = await read(() => getBlockNumber(client, { cacheTime: 0 }))
  const [beacon, beaconBlock] = await read(() =>
    readContract(client, {
      address: settlement,
      abi: consensusSettlementAbi,
      functionName: 'beaconOf',
      args: [taskId, round],
    }),
  )
  return { beacon: beacon === zeroHash ? undefined : beacon, beaconBlock, blockNumber }
}

/** The last transaction that brought the round's beacon further. */
async function findStep({ client, deployment, taskId, round }: Run): Promise<Hash | undefined> {
  const query = { contract: 'consensus', args: { taskId, round } } as const
  const [drawn] = await readLogs(client, deployment, { ...query, eventName: 'BeaconDrawn' })
  if (drawn) return drawn.transactionHash
  return (await readLogs(client, deployment, { ...query, eventName: 'BeaconScheduled' })).at(-1)?.transactionHash
}

export type GetAssignedItemsParameters = ReadParameters & { readonly taskId: Hex; readonly slot: number }
/** Indices of the items that count for the slot, rising; undefined before the seed is known. */
export type GetAssignedItemsReturnType = readonly number[] | undefined
export type GetAssignedItemsErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * The items of a consensus task that a slot's worker is to label.
 *
 * @example
 * import { getAssignedItems } from '@veritask/sdk'
 * const items = await getAssignedItems(client, { taskId, slot: 0 })
 */
export async function getAssignedItems(
  client: VeritaskClient,
  parameters: GetAssignedItemsParameters,
): Promise<GetAssignedItemsReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const mask = await read(() =>
    readContract(client, {
      address: task.settlement,
      abi: consensusSettlementAbi,
      functionName: 'assignmentOf',
      args: [taskId, slot],
    }),
  )
  if (mask.length === 0) return undefined
  return unpackMask(task.rules.capacity === 64 ? 64 : 256, mask).flatMap((assigned, index) => (assigned ? [index] : []))
}
