import { impossibleSignals } from '@veritask/sdk'
import {
  type AbiFunction,
  encodeAbiParameters,
  getAbiItem,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { runMarket } from './market.js'
import { type Protocol, parameters, people, type Step } from './protocol.js'
import { contextOf, encryptionKey, mockProof, mockProofOf } from './statement.js'
import { runVotes } from './votes.js'

/** 64-label circuit, 5 items, 2 of them gold, half of the gold must agree, classes 0 to 9. */
export const rules = (64n << 8n) | (5n << 24n) | (2n << 40n) | (5000n << 56n) | (9n << 72n)
export const gold = { salt: keccak256('0x60'), mask: [3n], values: [3n + (7n << 8n)] } as const
/** Enough gold items that two other workers can overturn a rejection by all of them. */
export const hiddenGoldItems = 8n
export const hiddenRules = (64n << 8n) | (16n << 24n) | (hiddenGoldItems << 40n) | (5000n << 56n) | (9n << 72n)
export const hiddenGoldCommitment = 0x1234n
export const reward = 1_000_000n
export const fee = 20_000n
/** A title with everything a database or a page could choke on. */
export const hostileTitle = `'; drop table task; -- <script>alert(1)</script> \0 100%_\\ ${'é'.repeat(10)}`

const native = zeroAddress
const [alice, bob, carol] = people.workers as [
  typeof people.requester,
  typeof people.requester,
  typeof people.requester,
]

export const words = (seed: number): bigint[] => [1, 2, 3, 4].map((position) => BigInt(seed * 100 + position))
export const x25519Key = (seed: number): Hex => keccak256(toHex(`encryption key ${seed}`))
export const id = (text: string): Hex => keccak256(toHex(text))

export function datasetVersion(seed: number, parents: readonly Hex[] = []) {
  return {
    root: BigInt(1000 + seed),
    size: BigInt(10 * seed),
    schemaHash: id(`schema ${seed}`),
    manifestDigest: id(`manifest ${seed}`),
    licence: 'CC-BY-4.0',
    parents,
  }
}

export function modelVersion(seed: number, links: { keyIds: Hex[]; datasets: Hex[]; parents: Hex[] }) {
  return {
    weightsCommitment: BigInt(2000 + seed),
    architectureHash: id(`architecture ${seed}`),
    manifestDigest: id(`bill of materials ${seed}`),
    licence: 'MIT',
    ...links,
  }
}

/** Governance: what tasks may use, and the keys they pin. */
export const labelKeys = ['agreement', 'legality', 'score', 'doomed']

export async function setUp(protocol: Protocol) {
  const { contracts, proofSystem, send, govern } = protocol
  const steps = {
    native: await govern('protocolParameters', 'setTokenPolicy', [
      native,
      { allowed: true, minReward: 10n, minStake: 0n },
    ]),
    openGold: await govern('protocolParameters', 'setSettlement', [contracts.openGold, true]),
    hiddenGold: await govern('protocolParameters', 'setSettlement', [contracts.hiddenGold, true]),
    guardian: await govern('verifierKeyRegistry', 'setGuardian', [people.guardian.address], id('guardian')),
  }
  /** Labels are proven under keys that need a challenge; the others are for whatever a test does. */
  const propose = async (name: string, freezableByProof = false) => {
    const key = { proofSystem, keyData: toHex(name), manifestHash: id(name), development: true }
    const marks = { needsChallenge: labelKeys.includes(name), freezableByProof, gasCap: 0 }
    const proposed = await govern('verifierKeyRegistry', 'propose', [{ ...key, ...marks }])
    return { proposed, keyId: proposed.argsOf<{ keyId: Hex }>('KeyProposed').keyId }
  }
  const activate = async (name: string, freezableByProof = false) => {
    const { proposed, keyId } = await propose(name, freezableByProof)
    return { proposed, keyId, activated: await send(people.keeper, 'verifierKeyRegistry', 'activate', [keyId]) }
  }
  const keys = {
    agreement: await activate('agreement'),
    legality: await activate('legality'),
    score: await activate('score'),
    statement: await activate('statement'),
    doomed: await activate('doomed'),
    unborn: await propose('unborn'),
  }
  return { steps, keys, propose, activate }
}

/** Evidence that would run, were it ever shown as markup. */
export const hostileExploit = toHex('<script>alert(1)</script>')
export const impossible = impossibleSignals(4)
export const advisory = { id: 'GHSA-63x8-x938-vx33', uri: 'https://github.com/advisories/GHSA-63x8-x938-vx33' }

/** Keys that end in every way: by the guardian, by a proof, and with the key they depend on, recorded or not. */
async function freezeKeys(protocol: Protocol, { keys, propose, activate }: Awaited<ReturnType<typeof setUp>>) {
  const { send } = protocol
  const exploited = await activate('exploited', true)
  await dependOn(protocol, exploited.keyId)
  const recorded = await activate('recorded')
  const silent = await propose('silent')
  await dependOn(protocol, zeroHash)

  const frozen = await send(people.guardian, 'verifierKeyRegistry', 'freeze', [
    keys.doomed.keyId,
    'broken <b>circuit</b>',
    advisory,
    hostileExploit,
  ])
  const unborn = await send(people.guardian, 'verifierKeyRegistry', 'freeze', [
    keys.unborn.keyId,
    '',
    { id: '', uri: '' },
    '0x',
  ])
  const proof = mockProofOf(exploited.keyId, impossible)
  const proven = await send(people.keeper, 'verifierKeyRegistry', 'freezeWithProof', [exploited.keyId, proof])
  const followed = await send(people.keeper, 'verifierKeyRegistry', 'freezeDependent', [recorded.keyId])
  return { frozen, unborn, exploits: { exploited, recorded, silent, proof, proven, followed } }
}

/** What the test proof system answers for keys proposed from now on. */
async function dependOn({ client, proofSystem }: Protocol, keyId: Hex): Promise<void> {
  const abi = parseAbi(['function setDependsOn(bytes32 keyId)'])
  const call = { account: people.deployer, address: proofSystem, abi, functionName: 'setDependsOn', args: [keyId] }
  await client.waitForTransactionReceipt({ hash: await client.writeContract(call as never) })
}

type Keys = Awaited<ReturnType<typeof setUp>>['keys']

export async function registerDatasets({ send }: Protocol) {
  const registered = await send(people.requester, 'datasetRegistry', 'register', [
    id('digits'),
    'Digits',
    datasetVersion(1),
  ])
  const { datasetId, versionId } = registered.argsOf<{ datasetId: Hex; versionId: Hex }>('DatasetVersionPublished')
  const second = await send(people.requester, 'datasetRegistry', 'publishVersion', [
    datasetId,
    datasetVersion(2, [versionId]),
  ])
  const secondId = second.argsOf<{ versionId: Hex }>('DatasetVersionPublished').versionId
  const derived = await send(people.requester, 'datasetRegistry', 'register', [
    id('derived'),
    'Derived',
    datasetVersion(3, [versionId, secondId]),
  ])
  const other = derived.argsOf<{ datasetId: Hex; versionId: Hex }>('DatasetVersionPublished')
  const offered = await send(people.requester, 'datasetRegistry', 'startTransfer', [datasetId, people.heir.address])
  const accepted = await send(people.heir, 'datasetRegistry', 'acceptTransfer', [datasetId])
  const pending = await send(people.requester, 'datasetRegistry', 'startTransfer', [
    other.datasetId,
    people.heir.address,
  ])
  return { datasetId, versionId, secondId, other, registered, second, derived, offered, accepted, pending }
}

type Datasets = Awaited<ReturnType<typeof registerDatasets>>

export async function registerModels({ send }: Protocol, keys: Keys, datasets: Datasets) {
  const registered = await send(people.requester, 'modelRegistry', 'register', [
    id('net'),
    'Net',
    modelVersion(1, { keyIds: [keys.score.keyId], datasets: [datasets.versionId], parents: [] }),
  ])
  const { modelId, versionId } = registered.argsOf<{ modelId: Hex; versionId: Hex }>('ModelVersionPublished')
  const second = await send(people.requester, 'modelRegistry', 'publishVersion', [
    modelId,
    modelVersion(2, { keyIds: [], datasets: [datasets.secondId, datasets.other.versionId], parents: [versionId] }),
  ])
  const secondId = second.argsOf<{ versionId: Hex }>('ModelVersionPublished').versionId
  const offered = await send(people.requester, 'modelRegistry', 'startTransfer', [modelId, people.heir.address])
  const accepted = await send(people.heir, 'modelRegistry', 'acceptTransfer', [modelId])
  return { modelId, versionId, secondId, registered, second, offered, accepted }
}

/** Terms as a module reads them: the tuple of its own getter. */
export function encodeTerms(
  { abiOf }: Protocol,
  module: 'openGold' | 'hiddenGold' | 'consensus' | 'direct' | 'optimistic',
  terms: unknown,
): Hex {
  const getter = getAbiItem({ abi: abiOf[module], name: 'terms' }) as AbiFunction
  return encodeAbiParameters(getter.outputs, [terms])
}

/** keccak256(abi.encode(domain, salt, mask, values)), see circuits/SPEC.md 1.3. */
export const openGoldCommitment = keccak256(
  encodeAbiParameters(
    [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256[]' }, { type: 'uint256[]' }],
    [id('veritask.gold.1'), gold.salt, [...gold.mask], [...gold.values]],
  ),
)

export type NewTask = {
  name: string
  title?: string
  slots: number
  datasetVersionId: Hex
  gate?: Hex
  gateData?: Hex
  stakePerSlot?: bigint
  bond?: bigint
}

type Module = 'openGold' | 'hiddenGold' | 'consensus' | 'direct' | 'optimistic' | 'foreign'

export async function createOpenGold(protocol: Protocol, task: NewTask, keys: { agreement: Hex; legality: Hex }) {
  const joinBy = (await clockOf(protocol)) + 600n
  const terms = {
    rules,
    encryptionKey,
    goldCommitment: openGoldCommitment,
    agreementKeyId: keys.agreement,
    legalityKeyId: keys.legality,
    commitBy: joinBy + 600n,
    openBy: joinBy + 1200n,
    proveBy: joinBy + 1800n,
  }
  const created = await create(protocol, task, joinBy, 'openGold', encodeTerms(protocol, 'openGold', terms))
  return { ...created, joinBy, terms }
}

/** The least bond that hidden gold asks for, which its requester deposits first. */
const goldBondOf = (slots: number): bigint =>
  (BigInt(slots) * reward * BigInt(parameters.goldBondBps) + 9_999n) / 10_000n

export async function createHiddenGold(protocol: Protocol, task: NewTask, keys: { legality: Hex; score: Hex }) {
  const bond = task.bond ?? goldBondOf(task.slots)
  const { requester } = people
  await protocol.send(requester, 'stakeVault', 'deposit', [requester.address, native, bond], bond)
  const joinBy = (await clockOf(protocol)) + 600n
  const terms = {
    rules: hiddenRules,
    encryptionKey,
    goldCommitment: hiddenGoldCommitment,
    legalityKeyId: keys.legality,
    scoreKeyId: keys.score,
    auditKeyId: keys.legality,
    submitBy: joinBy + 600n,
    scoreBy: joinBy + 1200n,
    grading: {
      curve: 2,
      steps: [
        { fromBps: 1_000, shareBps: 5_000 },
        { fromBps: 9_000, shareBps: 10_000 },
      ],
    },
  }
  const secured = { ...task, bond }
  const created = await create(protocol, secured, joinBy, 'hiddenGold', encodeTerms(protocol, 'hiddenGold', terms))
  return { ...created, joinBy, terms, bond }
}

export async function create(
  { contracts, foreign, send }: Protocol,
  { name, title, slots, datasetVersionId, ...secured }: NewTask,
  joinBy: bigint,
  settlement: Module,
  settlementData: Hex,
) {
  const request = {
    salt: id(name),
    datasetVersionId,
    payloadDigest: id(`payload ${name}`),
    title: title ?? name,
    token: native,
    rewardPerSlot: reward,
    maxFeePerSlot: fee,
    slots,
    joinBy,
    settlement: settlement === 'foreign' ? foreign : contracts[settlement],
    settlementData,
    gate: secured.gate ?? zeroAddress,
    gateData: secured.gateData ?? '0x',
    stakePerSlot: secured.stakePerSlot ?? 0n,
    bond: secured.bond ?? 0n,
  }
  const deposit = BigInt(slots) * (reward + fee)
  const created = await send(people.requester, 'taskRegistry', 'createTask', [request], deposit)
  return { created, request, taskId: created.argsOf<{ taskId: Hex }>('TaskCreated').taskId }
}

type Worker = typeof alice

/** What a joining of this task has to name. */
export async function termsHashOf({ client, contracts, abiOf }: Protocol, taskId: Hex): Promise<Hex> {
  const task = await client.readContract({
    address: contracts.taskRegistry,
    abi: abiOf.taskRegistry,
    functionName: 'task',
    args: [taskId],
  } as never)
  return (task as { termsHash: Hex }).termsHash
}

export async function join(
  protocol: Protocol,
  taskId: Hex,
  worker: Worker,
  payout: Hex,
  seed: number,
  relayFee = 0n,
): Promise<Step> {
  const { send } = protocol
  const termsHash = await termsHashOf(protocol, taskId)
  const joining = { worker: worker.address, payout, encryptionKey: x25519Key(seed), relayFee, termsHash }
  return send(worker, 'taskRegistry', 'join', [taskId, joining, '0x'])
}

export async function prove(
  { contracts, deployment, send }: Protocol,
  task: { taskId: Hex; terms: { agreementKeyId: Hex } },
  slot: number,
  payout: Hex,
  seed: number,
) {
  const place = { chainId: deployment.chainId, module: contracts.openGold, taskId: task.taskId, slot, payout }
  const keyId = task.terms.agreementKeyId
  const ciphertext = words(seed)
  const commitment = BigInt(seed)
  const [x, y] = encryptionKey
  const vector = [contextOf(place), commitment, rules, x, y, 5n, 6n, ...gold.mask, ...gold.values, ...ciphertext]
  const { signals, proof } = mockProof(keyId, BigInt(seed) + 7n, contextOf(place, keyId), vector)
  const delivery = { ephemeralKey: [5n, 6n], ciphertext }
  const args = [task.taskId, slot, signals[0], gold, delivery, proof, true]
  return { step: await send(people.keeper, 'openGold', 'prove', args), signals, proof }
}

export async function submit(
  { contracts, deployment, send }: Protocol,
  task: { taskId: Hex; terms: { legalityKeyId: Hex } },
  slot: number,
  worker: Worker,
  seed: number,
) {
  const payout = worker.address
  const place = { chainId: deployment.chainId, module: contracts.hiddenGold, taskId: task.taskId, slot, payout }
  const keyId = task.terms.legalityKeyId
  const ciphertext = words(seed)
  const [x, y] = encryptionKey
  const vector = [contextOf(place), BigInt(seed), hiddenRules, x, y, 8n, 9n, ...ciphertext]
  const { signals, proof } = mockProof(keyId, BigInt(seed) + 7n, contextOf(place, keyId), vector)
  const args = [task.taskId, slot, BigInt(seed), signals[0], { ephemeralKey: [8n, 9n], ciphertext }, proof]
  return { step: await send(worker, 'hiddenGold', 'submit', args), signals, proof }
}

export async function score(
  { contracts, deployment, send }: Protocol,
  task: { taskId: Hex; terms: { scoreKeyId: Hex } },
  slot: number,
  worker: Worker,
  seed: number,
  agreements: bigint,
) {
  const payout = worker.address
  const place = { chainId: deployment.chainId, module: contracts.hiddenGold, taskId: task.taskId, slot, payout }
  const keyId = task.terms.scoreKeyId
  const vector = [contextOf(place), BigInt(seed), hiddenRules, hiddenGoldCommitment, agreements]
  const { signals, proof } = mockProof(keyId, BigInt(seed) + 9n, contextOf(place, keyId), vector)
  const args = [task.taskId, slot, agreements, signals[0], proof, true]
  return { step: await send(people.requester, 'hiddenGold', 'score', args), signals, proof }
}

/** One paid worker, one whose recipient refuses the coin, one who never committed, and one slot nobody took. */
export async function runOpenGold(protocol: Protocol, keys: Keys, datasets: Datasets) {
  const { contracts, send } = protocol
  const task = await createOpenGold(
    protocol,
    { name: 'open gold', slots: 4, datasetVersionId: datasets.versionId },
    { agreement: keys.agreement.keyId, legality: keys.legality.keyId },
  )
  const { taskId } = task
  const refusing = contracts.datasetRegistry
  const joined = [
    await join(protocol, taskId, alice, alice.address, 11),
    await join(protocol, taskId, bob, refusing, 12),
    await join(protocol, taskId, carol, carol.address, 13),
  ]
  const wrapping = [taskId, [0, 1, 2], ['0xaa', '0xbb', '0xcc']]
  const wrapped = await send(people.requester, 'taskRegistry', 'wrapContentKeys', wrapping)
  const committed = [
    await send(alice, 'openGold', 'commit', [taskId, 0, 11n]),
    await send(bob, 'openGold', 'commit', [taskId, 1, 12n]),
  ]
  const rewrapped = await send(people.requester, 'taskRegistry', 'wrapContentKeys', [taskId, [1], ['0xb0b0']])
  await moveClock(protocol, task.terms.commitBy + 1n)
  const opened = await send(people.requester, 'openGold', 'openGold', [taskId, gold])
  // One slot that never committed, and one whose proof is bad: both are passed over.
  const refusedProof = { digest: 1n, delivery: { ephemeralKey: [5n, 6n], ciphertext: words(11) }, proof: '0xbad0' }
  const refused = await send(people.keeper, 'openGold', 'proveBatch', [
    [{ taskId, gold, proofs: [2, 0].map((slot) => ({ slot, ...refusedProof })) }],
    true,
  ])
  const proved = [await prove(protocol, task, 0, alice.address, 11), await prove(protocol, task, 1, refusing, 12)]
  // Slot 0 is paid already: it is passed over.
  const settled = await send(people.keeper, 'taskRegistry', 'settleBatch', [
    [taskId, taskId],
    [2, 0],
  ])
  const emptied = await send(people.keeper, 'taskRegistry', 'returnUnfilled', [taskId])
  return { ...task, joined, wrapped, committed, rewrapped, opened, refused, proved, settled, emptied }
}

/** One paid by proof, one rejected by proof that asks for no audit, one paid by the requester's silence. */
export async function runHiddenGold(protocol: Protocol, keys: Keys, datasets: Datasets) {
  const { send } = protocol
  const task = await createHiddenGold(
    protocol,
    { name: 'hidden gold', slots: 3, datasetVersionId: datasets.secondId },
    { legality: keys.legality.keyId, score: keys.score.keyId },
  )
  const { taskId } = task
  const joined = [
    await join(protocol, taskId, alice, alice.address, 21),
    await join(protocol, taskId, bob, bob.address, 22),
    await join(protocol, taskId, carol, carol.address, 23),
  ]
  const submitted = [
    await submit(protocol, task, 0, alice, 21),
    await submit(protocol, task, 1, bob, 22),
    await submit(protocol, task, 2, carol, 23),
  ]
  const scored = [
    await score(protocol, task, 0, alice, 21, hiddenGoldItems),
    await score(protocol, task, 1, bob, 22, 0n),
  ]
  // A second score of a slot that was rejected.
  const rescored = { slot: 1, agreements: 2n, digest: 1n, proof: '0xbad0' }
  const refused = await send(people.keeper, 'hiddenGold', 'scoreBatch', [[{ taskId, scores: [rescored] }], true])
  await moveClock(protocol, task.terms.scoreBy + 1n)
  const settled = await send(people.keeper, 'taskRegistry', 'settle', [taskId, 2])
  const withdrawn = await send(people.keeper, 'taskRegistry', 'withdraw', [carol.address, native])
  await moveClock(protocol, task.terms.scoreBy + BigInt(parameters.auditWindow) + 1n)
  const rejected = await send(people.keeper, 'taskRegistry', 'settle', [taskId, 1])
  const released = await send(people.keeper, 'taskRegistry', 'releaseBond', [taskId])
  return { ...task, joined, submitted, scored, refused, settled, withdrawn, rejected, released }
}

/** Everything every contract can emit. */
export async function runScenario(protocol: Protocol) {
  const { contracts, send, govern } = protocol
  const prepared = await setUp(protocol)
  const { steps, keys } = prepared
  const datasets = await registerDatasets(protocol)
  const models = await registerModels(protocol, keys, datasets)
  const open = await runOpenGold(protocol, keys, datasets)
  const hidden = await runHiddenGold(protocol, keys, datasets)

  const pair = { agreement: keys.agreement.keyId, legality: keys.legality.keyId }
  const { versionId: datasetVersionId } = datasets
  const cancelled = await createOpenGold(protocol, { name: 'cancelled', slots: 2, datasetVersionId }, pair)
  const cancellation = await send(people.requester, 'taskRegistry', 'cancelTask', [cancelled.taskId])
  const halted = await createOpenGold(
    protocol,
    { name: 'halted', slots: 2, datasetVersionId },
    { ...pair, agreement: keys.doomed.keyId },
  )
  const { frozen, unborn, exploits } = await freezeKeys(protocol, prepared)
  const joining = await createOpenGold(
    protocol,
    { name: 'joining', title: hostileTitle, slots: 2, datasetVersionId },
    pair,
  )
  const joiner = await join(protocol, joining.taskId, alice, alice.address, 31)

  const market = await runMarket(protocol, prepared, datasets)
  const governance = await runGovernance(protocol)
  const votes = await runVotes(protocol)
  return {
    steps,
    keys,
    datasets,
    models,
    open,
    hidden,
    cancelled: { ...cancelled, cancellation },
    halted,
    joining: { ...joining, joiner },
    frozen,
    unborn,
    exploits,
    market,
    governance,
    votes,
    contracts,
    govern,
  }
}

export const changedParameters = {
  feeBps: 100,
  maxSlots: 50,
  minWindow: 30,
  maxWindow: 4_000_000_000,
  keyActivationDelay: 5,
  verifyGasCap: 2_000_000,
  treasury: people.heir.address,
  unbondingDelay: 60,
  leaveWindow: 70,
  missedSlashBps: 100,
  rejectedSlashBps: 200,
  goldBondBps: 3_000,
  auditRateBps: 7_000,
  auditWindow: 500,
}

async function runGovernance({ contracts, send, govern }: Protocol) {
  const { deployer } = people
  const parameters = await govern('protocolParameters', 'setParameters', [changedParameters])
  const token = await govern('protocolParameters', 'setTokenPolicy', [
    contracts.modelRegistry,
    { allowed: true, minReward: 5n, minStake: 2n },
  ])
  const untoken = await govern('protocolParameters', 'setTokenPolicy', [
    contracts.modelRegistry,
    { allowed: false, minReward: 0n, minStake: 0n },
  ])
  const foreign = await govern('protocolParameters', 'setSettlement', [contracts.datasetRegistry, true])
  const call = [contracts.groth16, 0n, '0x1234', pad('0x'), pad('0x01')] as const
  await send(deployer, 'timelock', 'schedule', [...call, 0n])
  const operation = keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'bytes' }, { type: 'bytes32' }, { type: 'bytes32' }],
      [...call],
    ),
  )
  await send(deployer, 'timelock', 'cancel', [operation])
  await govern('timelock', 'updateDelay', [0n])
  await send(deployer, 'timelock', 'revokeRole', [id('CANCELLER_ROLE'), deployer.address])
  return { parameters, token, untoken, foreign, operation }
}

export async function clockOf({ client }: Protocol): Promise<bigint> {
  return (await client.getBlock()).timestamp
}

export async function moveClock({ client }: Protocol, timestamp: bigint): Promise<void> {
  await client.setNextBlockTimestamp({ timestamp })
  await client.mine({ blocks: 1 })
}
