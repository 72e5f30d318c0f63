import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  numberToHex,
  parseAbiParameters,
  toHex,
  zeroHash,
} from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { relayFee } from './market.js'
import { type Protocol, parameters, people, type Step } from './protocol.js'
import {
  createHiddenGold,
  hiddenGoldItems,
  hiddenRules,
  id,
  moveClock,
  score,
  type setUp,
  termsHashOf,
  x25519Key,
} from './scenario.js'
import { contextOf, encryptionKey, mockProof } from './statement.js'
import { trapdoorKey, trapdoorProof } from './trapdoor.js'

type Keys = Awaited<ReturnType<typeof setUp>>['keys']
type Worker = typeof people.requester
type Gate = 'semaphore' | 'worldId' | 'reputation'

/** A field element of keccak, as Semaphore and World ID shorten it. */
const short = (data: Hex): bigint => BigInt(keccak256(data)) >> 8n
const word = (value: bigint): Hex => numberToHex(value, { size: 32 })

export const groupRoot = 4_711n
export const appIdHash = short(toHex('app_10eb12bd96d8f7202892ff25f094c803'))
export const reputationTerms = { minSlots: 1, minScoreBps: 7_000 }

/** Accounts that nobody has seen and that never hold a coin. */
export const fresh = [1, 2, 3, 4, 5].map((number) => privateKeyToAccount(id(`fresh ${number}`))) as [
  PrivateKeyAccount,
  PrivateKeyAccount,
  PrivateKeyAccount,
  PrivateKeyAccount,
  PrivateKeyAccount,
]
export const payouts = fresh.map((_, number) => privateKeyToAccount(id(`payout ${number}`)).address)

/** Keys of the chain's own Groth16, whose setup is no secret. */
export async function activateTrapdoors({ client, contracts, send, govern }: Protocol) {
  const activate = async (signalCount: number) => {
    const keyData = await trapdoorKey(client, signalCount)
    const key = { proofSystem: contracts.groth16, keyData, manifestHash: zeroHash, development: true }
    const marks = { needsChallenge: false, freezableByProof: false, gasCap: 0 }
    const call = [{ ...key, ...marks }]
    const proposed = await govern('verifierKeyRegistry', 'propose', call, id(`trapdoor ${signalCount}`))
    const { keyId } = proposed.argsOf<{ keyId: Hex }>('KeyProposed')
    await send(people.keeper, 'verifierKeyRegistry', 'activate', [keyId])
    return keyId
  }
  return { group: await activate(4), reputation: await activate(6) }
}

type GateKeys = Awaited<ReturnType<typeof activateTrapdoors>>

const joiningParameters = parseAbiParameters(
  'uint256, address, bytes32, (address worker, address payout, bytes32 encryptionKey, uint96 relayFee, bytes32 termsHash)',
)

/** Joins through a gate of proofs; `relayer` may be the worker itself. */
async function joinThrough(
  protocol: Protocol,
  gate: Gate,
  keyId: Hex,
  task: { taskId: Hex; root: bigint },
  { worker, payout, seed, relayer }: { worker: PrivateKeyAccount | Worker; payout: Hex; seed: number; relayer: Worker },
) {
  const { client, deployment, gates, send } = protocol
  const { taskId, root } = task
  const address = gates[gate]
  const itself = relayer.address === worker.address
  const joining = {
    worker: worker.address,
    payout,
    encryptionKey: x25519Key(seed),
    relayFee: itself ? 0n : relayFee,
    termsHash: await termsHashOf(protocol, taskId),
  }
  const consented = keccak256(
    encodeAbiParameters(joiningParameters, [BigInt(deployment.chainId), address, taskId, joining]),
  )
  const message = BigInt(consented) >> 8n
  const scope = short(
    encodeAbiParameters(parseAbiParameters('uint256, address, bytes32'), [BigInt(deployment.chainId), address, taskId]),
  )
  const nullifier = BigInt(10_000 + seed)
  const signals = {
    semaphore: [root, nullifier, short(word(message)), short(word(scope))],
    worldId: [root, nullifier, short(word(message)), short(concat([word(appIdHash), toHex(taskId)]))],
    reputation: [
      ...[nullifier, root, BigInt(reputationTerms.minSlots), BigInt(reputationTerms.minScoreBps)],
      ...[scope, message],
    ],
  }[gate]
  const consent = itself ? '0x' : await (worker as PrivateKeyAccount).signMessage({ message: { raw: consented } })
  const admission = encodeAbiParameters(
    parseAbiParameters('(uint256 root, uint256 nullifier, bytes proof, bytes consent)'),
    [{ root, nullifier, proof: await trapdoorProof(client, signals), consent }],
  )
  return { keyId, nullifier, step: await send(relayer, 'taskRegistry', 'join', [taskId, joining, admission]) }
}

const forwardTypes = {
  ForwardRequest: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'gas', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint48' },
    { name: 'data', type: 'bytes' },
  ],
} as const
const forwardedGas = 3_000_000n
/** Later than any block here. */
const deadline = 2 ** 40

/** A call that a worker without a coin signs and somebody else sends. */
async function forward(
  protocol: Protocol,
  sender: Worker,
  worker: PrivateKeyAccount,
  nonce: bigint,
  contract: 'hiddenGold' | 'reputationRegistry',
  functionName: string,
  args: readonly unknown[],
): Promise<Step> {
  const { abiOf, contracts, deployment, send } = protocol
  const request = {
    from: worker.address,
    to: contracts[contract],
    value: 0n,
    gas: forwardedGas,
    deadline,
    data: encodeFunctionData({ abi: abiOf[contract], functionName, args }),
  }
  const domain = { name: 'Veritask', version: '1', chainId: deployment.chainId, verifyingContract: contracts.forwarder }
  const message = { ...request, nonce }
  const signature = await worker.signTypedData({ domain, types: forwardTypes, primaryType: 'ForwardRequest', message })
  return send(sender, 'forwarder', 'execute', [{ ...request, signature }])
}

/** Labels for hidden gold, whoever sends them. */
function submission(protocol: Protocol, taskId: Hex, keyId: Hex, slot: number, payout: Hex, seed: number) {
  const { contracts, deployment } = protocol
  const place = { chainId: deployment.chainId, module: contracts.hiddenGold, taskId, slot, payout }
  const ciphertext = [1n, 2n, 3n, 4n].map((position) => BigInt(seed) * 100n + position)
  const [x, y] = encryptionKey
  const vector = [contextOf(place), BigInt(seed), hiddenRules, x, y, 8n, 9n, ...ciphertext]
  const { signals, proof } = mockProof(keyId, BigInt(seed) + 7n, contextOf(place, keyId), vector)
  return [taskId, slot, BigInt(seed), signals[0], { ephemeralKey: [8n, 9n], ciphertext }, proof]
}

/** The score of a slot whose payout is not its worker. */
async function scoreFor(
  protocol: Protocol,
  task: Semaphore,
  slot: number,
  payout: Hex,
  seed: number,
  agreements: bigint,
) {
  return score(protocol, task, slot, { ...people.requester, address: payout } as Worker, seed, agreements)
}

type Semaphore = Awaited<ReturnType<typeof createHiddenGold>>

/**
 * Four members of a group work on one task: three whom a relayer brings (one accepted, one rejected, one that does nothing)
 * and one who comes itself. Who was accepted records it, and shows that record to another gate under another account.
 */
export async function runAnonymous(protocol: Protocol, keys: Keys, datasetVersionId: Hex, itself: Worker) {
  const { gates, send } = protocol
  const gateKeys: GateKeys = await activateTrapdoors(protocol)
  const { keeper, guardian, requester } = people
  const common = { datasetVersionId, slots: 4 }
  const pinned = { legality: keys.legality.keyId, score: keys.score.keyId }
  const groupTerms = encodeAbiParameters(parseAbiParameters('(bytes32 keyId, uint256 root)'), [
    { keyId: gateKeys.group, root: groupRoot },
  ])
  const semaphore = await createHiddenGold(
    protocol,
    { ...common, name: 'semaphore', gate: gates.semaphore, gateData: groupTerms },
    pinned,
  )
  const { taskId } = semaphore
  const group = { taskId, root: groupRoot }
  const bring = (number: number) =>
    joinThrough(protocol, 'semaphore', gateKeys.group, group, {
      worker: fresh[number] as PrivateKeyAccount,
      payout: payouts[number] as Hex,
      seed: 101 + number,
      relayer: keeper,
    })
  const joined = [await bring(0), await bring(1), await bring(2)]
  const own = { worker: itself, payout: itself.address, seed: 104, relayer: itself }
  joined.push(await joinThrough(protocol, 'semaphore', gateKeys.group, group, own))
  await send(requester, 'taskRegistry', 'wrapContentKeys', [taskId, [0, 1, 2, 3], ['0xaa', '0xbb', '0xcc', '0xdd']])

  const submitted: Step[] = []
  for (const number of [0, 1]) {
    const args = submission(protocol, taskId, pinned.legality, number, payouts[number] as Hex, 101 + number)
    const worker = fresh[number] as PrivateKeyAccount
    submitted.push(await forward(protocol, guardian, worker, 0n, 'hiddenGold', 'submit', args))
  }
  const args = submission(protocol, taskId, pinned.legality, 3, itself.address, 104)
  submitted.push(await send(itself, 'hiddenGold', 'submit', args))
  // One of them does nothing: scores have to wait until it cannot.
  await moveClock(protocol, semaphore.terms.submitBy + 1n)
  const scored = [
    await scoreFor(protocol, semaphore, 0, payouts[0] as Hex, 101, hiddenGoldItems),
    await scoreFor(protocol, semaphore, 1, payouts[1] as Hex, 102, 0n),
    await scoreFor(protocol, semaphore, 3, itself.address, 104, hiddenGoldItems),
  ]
  await moveClock(protocol, semaphore.terms.scoreBy + 1n)
  const missed = await send(keeper, 'taskRegistry', 'settle', [taskId, 2])
  // Nobody asked for an audit.
  await moveClock(protocol, semaphore.terms.scoreBy + BigInt(parameters.auditWindow) + 1n)
  await send(keeper, 'taskRegistry', 'settle', [taskId, 1])

  const commitment = 5_150n
  const record = [taskId, 0, commitment]
  const recorded = await forward(protocol, guardian, fresh[0], 1n, 'reputationRegistry', 'record', record)
  const { root } = recorded.argsOf<{ root: bigint }>('ReputationRecorded')
  const asked = { keyId: gateKeys.reputation, requester: requester.address, ...reputationTerms }
  const reputable = await createHiddenGold(
    protocol,
    {
      ...{ ...common, name: 'reputation', gate: gates.reputation },
      gateData: encodeAbiParameters(
        parseAbiParameters('(bytes32 keyId, address requester, uint8 minSlots, uint16 minScoreBps)'),
        [asked],
      ),
    },
    pinned,
  )
  const returned = await joinThrough(
    protocol,
    'reputation',
    gateKeys.reputation,
    { taskId: reputable.taskId, root },
    { worker: fresh[3], payout: payouts[3] as Hex, seed: 111, relayer: keeper },
  )
  const worldId = await createHiddenGold(
    protocol,
    {
      ...{ ...common, name: 'world id', gate: gates.worldId },
      gateData: encodeAbiParameters(parseAbiParameters('(bytes32 keyId, uint256 appIdHash, uint256 root)'), [
        { keyId: gateKeys.group, appIdHash, root: groupRoot },
      ]),
    },
    pinned,
  )
  const person = await joinThrough(
    protocol,
    'worldId',
    gateKeys.group,
    { taskId: worldId.taskId, root: groupRoot },
    { worker: fresh[4], payout: payouts[4] as Hex, seed: 121, relayer: keeper },
  )
  return {
    ...{ semaphore, gateKeys, joined, submitted, scored, missed, recorded, commitment, root },
    ...{ reputable, asked, returned, worldId, person, itself },
  }
}
