import { encodeAbiParameters, type Hex, keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { type Protocol, people, type Step } from './protocol.js'
import { clockOf, create, encodeTerms, id, join, moveClock, type setUp } from './scenario.js'
import { contextOf, encryptionKey, mockProof } from './statement.js'

type Keys = Awaited<ReturnType<typeof setUp>>['keys']
type Worker = typeof people.requester

/** Slots of one proof, as in the circuits. */
const chunk = 7
/** Slot number of statements about a task as a whole. */
export const wholeTask = 2 ** 32 - 1
export const cycleWindow = 1_000n
const items = 10n
const manyItems = 250n
const thresholdBps = 6_000n
const ciphertextWords = { 64: 4, 256: 10 } as const

const rulesOf = (capacity: bigint, count: bigint) =>
  (capacity << 8n) | (count << 24n) | (thresholdBps << 56n) | (3n << 72n)
export const consensusRules = { single: rulesOf(64n, items), chunked: rulesOf(256n, manyItems) }

/** A hash chain: each round opens the link that the one before was bound to. */
const hashed = (word: Hex): Hex => keccak256(encodeAbiParameters([{ type: 'bytes32' }], [word]))
const lastSecret = id('second round')
export const secrets = [hashed(lastSecret), lastSecret] as const

export const publication = {
  name: 'Digits by consensus',
  schemaHash: id('schema of the consensus'),
  manifestDigest: id('manifest of the consensus'),
  licence: 'CC0-1.0',
}

type Settings = {
  name: string
  slots: number
  datasetVersionId: Hex
  chunked: boolean
  aggregator: Hex
  rounds: boolean
  assigned: boolean
}

/** With `rounds`: the last slot is free only while less than 80 % agree. `assigned`: each worker gets half of the items. */
async function createConsensus(protocol: Protocol, keys: Keys, settings: Settings) {
  const { name, slots, datasetVersionId, chunked, aggregator, rounds, assigned } = settings
  const [single, split] = [chunked ? zeroHash : keys.score.keyId, chunked ? keys.score.keyId : zeroHash]
  const window = Number(cycleWindow)
  const terms = {
    rules: chunked ? consensusRules.chunked : consensusRules.single,
    encryptionKey,
    aggregator,
    legalityKeyId: keys.legality.keyId,
    consensusKeyId: single,
    tallyKeyId: split,
    decideKeyId: split,
    agreeKeyId: split,
    historyOf: people.requester.address,
    assignmentShift: assigned ? 1 : 0,
    seedCommitment: assigned ? hashed(secrets[0]) : zeroHash,
    firstSlots: rounds ? slots - 1 : slots,
    stepSlots: rounds ? 1 : 0,
    agreementBoundBps: rounds ? 8_000 : 0,
    ...{ joinWindow: window, commitWindow: window, deliverWindow: window, settleWindow: window },
    grading: { curve: 0, steps: [] },
    publication,
  }
  // What one further round may take is left after the first one's joining.
  const joinBy = (await clockOf(protocol)) + 900n + (rounds ? 4n * cycleWindow : 0n)
  const task = { name, slots, datasetVersionId }
  const created = await create(protocol, task, joinBy, 'consensus', encodeTerms(protocol, 'consensus', terms))
  return { ...created, joinBy, terms }
}

type Made = Awaited<ReturnType<typeof createConsensus>>

const commitmentOf = (slot: number): bigint => BigInt(70 + slot)

async function read<result>({ client, contracts, abiOf }: Protocol, functionName: string, args: readonly unknown[]) {
  const call = { address: contracts.consensus, abi: abiOf.consensus, functionName, args }
  return (await client.readContract(call as never)) as result
}

async function deliver(protocol: Protocol, task: Made, slot: number, payout: Hex): Promise<Step> {
  const { contracts, deployment, send } = protocol
  const { rules, legalityKeyId } = task.terms
  const place = { chainId: deployment.chainId, module: contracts.consensus, taskId: task.taskId, slot, payout }
  const length = ciphertextWords[rules === consensusRules.chunked ? 256 : 64]
  const ciphertext = Array.from({ length }, (_, i) => BigInt(1_000 * slot + i + 1))
  const [x, y] = encryptionKey
  const vector = [contextOf(place), commitmentOf(slot), rules, x, y, 8n, 9n, ...ciphertext]
  const { signals, proof } = mockProof(legalityKeyId, BigInt(500 + slot), contextOf(place, legalityKeyId), vector)
  const args = [task.taskId, slot, signals[0], { ephemeralKey: [8n, 9n], ciphertext }, proof]
  return send(people.keeper, 'consensus', 'deliver', args)
}

const padded = (values: readonly bigint[], length: number): bigint[] => [
  ...values,
  ...Array<bigint>(length - values.length).fill(0n),
]

/** Commitments, weights and masks of the slots a proof is about, as the contract puts them into its statement. */
async function votesOf(protocol: Protocol, { taskId, terms }: Made, slots: readonly number[]) {
  const works = await Promise.all(slots.map((slot) => read<{ weight: number }>(protocol, 'workOf', [taskId, slot])))
  const masks = await Promise.all(slots.map((slot) => read<bigint[]>(protocol, 'assignmentOf', [taskId, slot])))
  return {
    commitments: padded(slots.map(commitmentOf), chunk),
    weights: padded(
      works.map(({ weight }) => BigInt(weight)),
      chunk,
    ),
    masks: padded(masks.flat(), terms.rules === consensusRules.chunked ? 2 * chunk : chunk),
  }
}

/** A proof about the task as a whole. */
function provenOf({ contracts, deployment }: Protocol, taskId: Hex, keyId: Hex, digest: bigint, vector: bigint[]) {
  const place = {
    chainId: deployment.chainId,
    module: contracts.consensus,
    taskId,
    slot: wholeTask,
    payout: zeroAddress,
  }
  return mockProof(keyId, digest, contextOf(place, keyId), vector)
}

const outContextOf = ({ contracts, deployment }: Protocol, taskId: Hex): bigint =>
  contextOf({ chainId: deployment.chainId, module: contracts.consensus, taskId, slot: wholeTask, payout: zeroAddress })

async function conclude(
  protocol: Protocol,
  task: Made,
  aggregator: Worker,
  result: { slots: number[]; agreements: bigint[]; out: bigint; support: bigint; digest: bigint },
) {
  const { slots, agreements, out, support, digest } = result
  const { commitments, weights, masks } = await votesOf(protocol, task, slots)
  const head = [outContextOf(protocol, task.taskId), out, BigInt(slots.length), support]
  const vector = [...head, ...commitments, ...weights, ...masks, ...padded(agreements, chunk)]
  const { signals, proof } = provenOf(protocol, task.taskId, task.terms.consensusKeyId, digest, vector)
  const args = [task.taskId, slots, agreements, out, support, digest, proof]
  return { step: await protocol.send(aggregator, 'consensus', 'conclude', args), signals, proof }
}

/** Picks the block of the round's beacon, and lets it pass. */
async function scheduleBeacon({ send, client }: Protocol, taskId: Hex) {
  const step = await send(people.keeper, 'consensus', 'drawBeacon', [taskId])
  await client.mine({ blocks: 1 })
  return step
}

/** Three workers disagree, a fourth joins in a second round, and one of the four is under the threshold. */
export async function runRounds(protocol: Protocol, keys: Keys, datasetVersionId: Hex, workers: readonly Worker[]) {
  const { send } = protocol
  const [first, second, third, fourth] = workers as [Worker, Worker, Worker, Worker]
  const aggregator = people.heir
  const settings = { name: 'consensus in rounds', slots: 4, datasetVersionId, chunked: false }
  const adaptive = { aggregator: aggregator.address, rounds: true, assigned: true }
  const task = await createConsensus(protocol, keys, { ...settings, ...adaptive })
  const { taskId } = task
  const joined = [
    await join(protocol, taskId, first, first.address, 71),
    await join(protocol, taskId, second, second.address, 72),
    await join(protocol, taskId, third, third.address, 73),
  ]
  const scheduled = [await scheduleBeacon(protocol, taskId)]
  const drawn = await send(people.keeper, 'consensus', 'drawBeacon', [taskId])
  const revealed = [await send(people.requester, 'consensus', 'revealSeed', [taskId, secrets[0]])]
  const wrapping = [taskId, [0, 1, 2], ['0xaa', '0xbb', '0xcc']]
  await send(people.requester, 'taskRegistry', 'wrapContentKeys', wrapping)
  const committed = [
    await send(first, 'consensus', 'commit', [taskId, 0, commitmentOf(0)]),
    await send(second, 'consensus', 'commit', [taskId, 1, commitmentOf(1)]),
    await send(third, 'consensus', 'commit', [taskId, 2, commitmentOf(2)]),
  ]
  const delivered = []
  for (const [slot, worker] of [first, second, third].entries())
    delivered.push(await deliver(protocol, task, slot, worker.address))
  const early = { slots: [0, 1, 2], agreements: [1n, 0n, 0n], out: 31_336n, support: 1n, digest: 98n }
  const reopened = await conclude(protocol, task, aggregator, early)

  joined.push(await join(protocol, taskId, fourth, fourth.address, 74))
  scheduled.push(await scheduleBeacon(protocol, taskId))
  // The beacon comes with the seed when nobody has drawn it.
  revealed.push(await send(people.requester, 'consensus', 'revealSeed', [taskId, secrets[1]]))
  committed.push(await send(fourth, 'consensus', 'commit', [taskId, 3, commitmentOf(3)]))
  delivered.push(await deliver(protocol, task, 3, fourth.address))
  const slots = [0, 1, 2, 3]
  const works = await Promise.all(
    slots.map((slot) => read<{ weight: number; assigned: number }>(protocol, 'workOf', [taskId, slot])),
  )
  const assigned = works.map((work) => BigInt(work.assigned))
  // The second worker agrees with nothing.
  const agreements = assigned.map((count, slot) => (slot === 1 ? 0n : count))
  const support = agreements.reduce((sum, count) => sum + count, 0n)
  const result = { slots, agreements, out: 31_337n, support, digest: 99n }
  const concluded = await conclude(protocol, task, aggregator, result)
  const accepted = await send(people.requester, 'datasetRegistry', 'acceptTransfer', [
    concluded.step.argsOf<{ datasetId: Hex }>('DatasetVersionPublished').datasetId,
  ])
  return {
    ...task,
    ...{ aggregator, joined, scheduled, drawn, revealed, committed, delivered, reopened, concluded, accepted },
    ...{ assigned, agreements, support, possible: assigned.reduce((sum, count) => sum + count, 0n) },
    workers: [first, second, third, fourth],
  }
}

/** Nobody joins the second round, so that it concludes from the votes of the first: the same statement, proven twice. */
export async function runRepeated(protocol: Protocol, keys: Keys, datasetVersionId: Hex) {
  const { send } = protocol
  const workers = [people.workers[2], people.heir, people.guardian] as const
  const settings = { name: 'consensus stated twice', slots: 4, datasetVersionId, chunked: false }
  const adaptive = { aggregator: zeroAddress, rounds: true, assigned: false }
  const task = await createConsensus(protocol, keys, { ...settings, ...adaptive })
  const { taskId } = task
  for (const [slot, worker] of workers.entries()) await join(protocol, taskId, worker, worker.address, 91 + slot)
  await send(people.requester, 'taskRegistry', 'wrapContentKeys', [taskId, [0, 1, 2], ['0xaa', '0xbb', '0xcc']])
  for (const [slot, worker] of workers.entries())
    await send(worker, 'consensus', 'commit', [taskId, slot, commitmentOf(slot)])
  for (const [slot, worker] of workers.entries()) await deliver(protocol, task, slot, worker.address)
  // Little more than a third agrees, so that there is a round for a fourth worker.
  const result = { slots: [0, 1, 2], agreements: [items, items, items], out: 51_337n, support: items + 1n, digest: 97n }
  const reopened = await conclude(protocol, task, people.requester, result)
  await moveClock(protocol, reopened.step.timestamp + 2n * cycleWindow + 1n)
  const concluded = await conclude(protocol, task, people.requester, result)
  return { ...task, reopened, concluded }
}

/** Counted chunk by chunk, by the requester itself; what the workers agreed on before weighs. */
export async function runChunks(protocol: Protocol, keys: Keys, datasetVersionId: Hex, workers: readonly Worker[]) {
  const { send } = protocol
  const [first, second, third] = workers as [Worker, Worker, Worker]
  const settings = { name: 'consensus by chunks', slots: 3, datasetVersionId, chunked: true, aggregator: zeroAddress }
  const task = await createConsensus(protocol, keys, { ...settings, rounds: false, assigned: false })
  const { taskId } = task
  const { tallyKeyId, decideKeyId, agreeKeyId } = task.terms
  const joined = [
    await join(protocol, taskId, first, first.address, 81),
    await join(protocol, taskId, second, second.address, 82),
    await join(protocol, taskId, third, third.address, 83),
  ]
  await send(people.requester, 'taskRegistry', 'wrapContentKeys', [taskId, [0, 1, 2], ['0xaa', '0xbb', '0xcc']])
  const committed = [
    await send(first, 'consensus', 'commit', [taskId, 0, commitmentOf(0)]),
    await send(second, 'consensus', 'commit', [taskId, 1, commitmentOf(1)]),
    await send(third, 'consensus', 'commit', [taskId, 2, commitmentOf(2)]),
  ]
  for (const [slot, worker] of [first, second, third].entries()) await deliver(protocol, task, slot, worker.address)

  const counts = [(await read<{ counts: bigint }>(protocol, 'progressOf', [taskId])).counts, 1_234n, 1_235n, 1_236n]
  const tallied = []
  for (const slot of [0, 1, 2]) {
    const [previous, next] = [counts[slot] ?? 0n, counts[slot + 1] ?? 0n]
    const { commitments, weights, masks } = await votesOf(protocol, task, [slot])
    const vector = [1n, previous, next, ...commitments, ...weights, ...masks]
    const { proof } = provenOf(protocol, taskId, tallyKeyId, BigInt(54 + slot), vector)
    tallied.push(await send(people.requester, 'consensus', 'tally', [taskId, [slot], next, BigInt(54 + slot), proof]))
  }
  const [out, support] = [41_337n, 300n]
  const decision = provenOf(protocol, taskId, decideKeyId, 66n, [
    outContextOf(protocol, taskId),
    counts[3] ?? 0n,
    out,
    support,
  ])
  const decided = await send(people.requester, 'consensus', 'decide', [taskId, out, support, 66n, decision.proof])

  const slots = [0, 1, 2]
  const agreements = [manyItems, manyItems - 50n, manyItems]
  const { commitments, masks } = await votesOf(protocol, task, slots)
  const vector = [3n, out, ...commitments, ...masks, ...padded(agreements, chunk)]
  const agreement = provenOf(protocol, taskId, agreeKeyId, 44n, vector)
  const agreed = await send(people.keeper, 'consensus', 'agree', [taskId, slots, agreements, 44n, agreement.proof])
  const weights = (await votesOf(protocol, task, slots)).weights.slice(0, 3)
  return { ...task, joined, committed, counts, tallied, decided, agreed, out, support, agreements, weights }
}

export const rootOf = (out: bigint): Hex => toHex(out, { size: 32 })
