import { type Address, type Hash, type Hex, zeroHash } from 'viem'
import { getBlockNumber, readContract } from 'viem/actions'
import type { ConsensusTask } from '../consensus/aggregator.js'
import { seedCommitment, seedSecret } from '../consensus/secrets.js'
import { unpackMask } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BeaconPendingError, BeaconUntracedError } from '../errors/consensus.js'
import { DeadlinePassedError, type TaskNotFoundError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
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
import { assertSecretsOf, requesterKeys, SecretsMismatchError } from './internal/secrets.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import {
  assertCallable,
  type ContractCall,
  contractCall,
  outcomeOf,
  type WriteOutcome,
  type WriteReturnType,
  write,
} from './internal/write.js'
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
export type DrawBeaconErrorType = BeaconUntracedError | TaskNotFoundError | WrongSettlementKindError | Error

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
  const { beacon, beaconBlock, sent } = await advanceBeacon(run, parameters, ({ beacon }) => beacon !== undefined)
  const { events: _, ...step } = sent ?? (await outcomeOf(client, run.deployment, await findStep(run)))
  const shared = { ...step, round: run.round, beaconBlock }
  return beacon ? { ...shared, outcome: 'drawn', beacon } : { ...shared, outcome: 'scheduled', beacon: undefined }
}

export type RevealSeedParameters = WriteParameters &
  Waiting & { readonly taskId: Hex; readonly secrets: RequesterSecrets }
export type RevealSeedReturnType = WriteReturnType & { readonly round: number }
export type RevealSeedErrorType =
  | BeaconPendingError
  | DeadlinePassedError
  | SecretsMismatchError
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
  const { secretKey } = requesterKeys(secrets)
  const { assignmentShift, seedCommitment: committed } = task.terms
  // Whatever is sent is shown, also when it is refused.
  if (assignmentShift !== 0 && seedCommitment(secretKey, taskId) !== committed)
    throw new SecretsMismatchError({ reason: 'the seed of the task was committed to with others' })
  const findEffect = async () => {
    const query = { contract: 'consensus', eventName: 'SeedRevealed', args: { taskId, round } } as const
    return (await readLogs(client, deployment, query))[0]?.transactionHash
  }
  if (!(await findEffect())) {
    assertSeedsTaken(task)
    const { pending } = await advanceBeacon(run, parameters, (state) => isReady(run, state))
    if (pending) throw pending
  }
  const secret = seedSecret(secretKey, taskId, await countRevealed(run))
  const call = contractCall(consensusSettlementAbi, settlement, 'revealSeed', [taskId, secret])
  const { events: _, ...sent } = await write(client, { deployment, signer, call, findEffect })
  return { ...sent, round }
}

/** Seeds are taken up to the middle of the time to commit: a beacon drawn for a later one is drawn for nothing. */
function assertSeedsTaken({ taskId, progress, timestamp }: ConsensusTask): void {
  const deadline = progress.joinBy + (progress.commitBy - progress.joinBy) / 2n
  if (timestamp > deadline) throw new DeadlinePassedError({ what: 'reveal the seed', taskId, deadline, timestamp })
}

/**
 * Seeds revealed before this round. Each is the next link of the chain that the task committed to, and a round without one
 * takes no link.
 */
async function countRevealed({ client, settlement, taskId, round }: Run): Promise<number> {
  const call = { address: settlement, abi: consensusSettlementAbi, functionName: 'seedOf' } as const
  const seeds = await read(() =>
    Promise.all(
      Array.from({ length: round }, (_, earlier) => readContract(client, { ...call, args: [taskId, earlier] })),
    ),
  )
  return seeds.filter((seed) => seed !== zeroHash).length
}

type Run = {
  readonly client: VeritaskClient
  readonly deployment: Deployment
  readonly signer: Signer
  readonly settlement: Address
  readonly taskId: Hex
  readonly round: number
  readonly draw: ContractCall
}
type BeaconState = {
  readonly beacon: Hex | undefined
  /** Zero before a block is picked. */
  readonly beaconBlock: bigint
}
type Advanced = BeaconState & {
  /** The transaction of this call that made the state; undefined when an earlier one or somebody else's did. */
  readonly sent: WriteOutcome | undefined
  /** Why it went no further. */
  readonly pending: BeaconPendingError | undefined
}

async function startRun(client: VeritaskClient, parameters: WriteParameters & { readonly taskId: Hex }) {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { settlement } = task
  const { round } = task.progress
  const signer = resolveSigner(client, parameters)
  const draw = contractCall(consensusSettlementAbi, settlement, 'drawBeacon', [taskId])
  const run: Run = { client, deployment, signer, settlement, taskId, round, draw }
  return { run, task }
}

/**
 * Nothing more is needed to reveal: the beacon is drawn, or its block is past and its hash can be read. Where the contract
 * counts other blocks than the node, drawing first is what is safe.
 */
async function isReady({ client, signer, draw }: Run, { beacon, beaconBlock }: BeaconState): Promise<boolean> {
  if (beacon || beaconBlock === 0n) return beacon !== undefined
  const blockNumber = await read(() => getBlockNumber(client, { cacheTime: 0 }))
  if (blockNumber <= beaconBlock || blockNumber >= beaconBlock + FRESH_BLOCKS) return false
  // The contract's own answer, asked without the secret.
  return assertCallable(client, signer, draw).then(
    () => true,
    () => false,
  )
}

/** Picks a block, waits until it is past and draws, until enough is done or the time to wait is over. */
async function advanceBeacon(
  run: Run,
  { waitSeconds = WAIT_SECONDS }: Waiting,
  isEnough: (state: BeaconState) => boolean | Promise<boolean>,
): Promise<Advanced> {
  const end = Date.now() + waitSeconds * 1000
  let last: WriteOutcome | undefined
  for (;;) {
    const state = await readBeacon(run)
    const sent = last && madeState(last, state) ? last : undefined
    if (await isEnough(state)) return { ...state, sent, pending: undefined }
    const step = await stepBeacon(run, state)
    if (!(step instanceof BeaconPendingError)) last = step ?? last
    else if (Date.now() >= end) return { ...state, sent, pending: step }
    else await new Promise((resolve) => setTimeout(resolve, run.client.pollingInterval))
  }
}

function madeState({ events }: WriteOutcome, { beacon, beaconBlock }: BeaconState): boolean {
  if (beacon) return findEvent(events, 'BeaconDrawn')?.args.beacon === beacon
  return findEvent(events, 'BeaconScheduled')?.args.blockNumber === beaconBlock
}

/** One transaction: the chain picks a block or draws, whichever is due, or says that the picked block is still to come. */
async function stepBeacon(run: Run, before: BeaconState): Promise<WriteOutcome | BeaconPendingError | undefined> {
  const { client, deployment, signer, draw } = run
  const hasMoved = async () => {
    const { beacon, beaconBlock } = await readBeacon(run)
    return beacon !== before.beacon || beaconBlock !== before.beaconBlock
  }
  try {
    const step = await write(client, {
      deployment,
      signer,
      call: draw,
      findEffect: async () => ((await hasMoved()) ? findStep(run) : undefined),
    })
    return step.found ? undefined : step
  } catch (error) {
    // The contract's number of the block counts: a rollup's node may number blocks otherwise.
    if (error instanceof BeaconPendingError) return error
    // Somebody else was faster, and there is nothing left to do in this step.
    if (!(await hasMoved())) throw error
    return undefined
  }
}

async function readBeacon({ client, settlement, taskId, round }: Run): Promise<BeaconState> {
  const [beacon, beaconBlock] = await read(() =>
    readContract(client, {
      address: settlement,
      abi: consensusSettlementAbi,
      functionName: 'beaconOf',
      args: [taskId, round],
    }),
  )
  return { beacon: beacon === zeroHash ? undefined : beacon, beaconBlock }
}

/** The last transaction that brought the round's beacon further. */
async function findStep({ client, deployment, taskId, round }: Run): Promise<Hash> {
  const query = { contract: 'consensus', args: { taskId, round } } as const
  const [drawn] = await readLogs(client, deployment, { ...query, eventName: 'BeaconDrawn' })
  const last = drawn ?? (await readLogs(client, deployment, { ...query, eventName: 'BeaconScheduled' })).at(-1)
  if (!last) throw new BeaconUntracedError({ taskId })
  return last.transactionHash
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
