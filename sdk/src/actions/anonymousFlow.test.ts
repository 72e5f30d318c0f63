import { encodeEventTopics, encodeFunctionData, type Hex, keccak256, numberToHex, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { estimateGas, getTransaction, getTransactionCount } from 'viem/actions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  gateScope,
  leanRoot,
  type RecordedSlot,
  randomSalt,
  reputationAdmission,
  reputationGateData,
  reputationNullifier,
  semaphoreAdmission,
  semaphoreCommitment,
  semaphoreGateData,
  vkeyToKeyData,
} from '../core.js'
import { reputationRegistryAbi, taskRegistryAbi, verifierKeyRegistryAbi } from '../generated/abis.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { changedLogs, tamperedLogs } from '../testing/flaky.js'
import { semaphoreArtifacts } from '../testing/semaphore.js'
import type { ForwardRequest, PreparedJoining } from './index.js'

const DEPTH = 10
const RELAY_FEE = parseEther('0.001')
const SECRETS = [1001n, 1002n, 1003n, 1004n]
const members = SECRETS.map(semaphoreCommitment)
const MIN_SCORE_BPS = 7000

let chain: TestChain
let sample: Sample
let semaphoreKeyId: Hex
/** One member of the group, with one secret for its reputation. */
const identity = SECRETS[1]!
const secret = randomSalt()

/** An account that nobody has seen, and that never holds a coin. */
const freshAccount = () => privateKeyToAccount(generatePrivateKey())
const freshWorker = () => chain.clientFor(freshAccount())
type Worker = ReturnType<typeof freshWorker>

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  semaphoreKeyId = await registerSemaphoreKey()
})
afterAll(() => chain?.stop())

async function registerSemaphoreKey(): Promise<Hex> {
  const { verifierKeyRegistry } = chain.deployment.contracts
  const contract = { address: verifierKeyRegistry, abi: verifierKeyRegistryAbi } as const
  const { keyId, ...call } = chain.requester.encodeProposeKey({
    keyData: vkeyToKeyData((await semaphoreArtifacts(DEPTH)).vkey),
    manifestHash: `0x${'0'.repeat(64)}`,
    development: true,
    needsChallenge: false,
    freezableByProof: true,
  })
  await chain.govern(call)
  const hash = await chain.requester.writeContract({ ...contract, functionName: 'activate', args: [keyId] })
  await chain.requester.waitForTransactionReceipt({ hash })
  return keyId
}

async function createSemaphoreTask() {
  const gate = {
    gate: chain.deployment.gates.semaphore!,
    gateData: semaphoreGateData({ keyId: semaphoreKeyId, merkleRoot: leanRoot(members)! }),
  }
  return chain.requester.createTask(await taskParameters(chain, sample, 'open-gold', { gate }))
}

const prepare = async (worker: Worker, taskId: Hex, payout: Hex, secretScalar = identity) =>
  worker.prepareJoining({
    taskId,
    worker: worker.account as ReturnType<typeof freshAccount>,
    payout,
    relayFee: RELAY_FEE,
    admission: semaphoreAdmission({
      artifacts: await semaphoreArtifacts(DEPTH),
      secretScalar,
      members,
      keySystem: 'groth16',
    }),
  })

const refusedWith = (errorName: string) => expect.objectContaining({ message: expect.stringContaining(errorName) })

/** Joins, labels and is paid through two relayers; returns what the chain has seen of the worker. */
async function workAnonymously(): Promise<{ taskId: Hex; worker: Worker; payout: Hex }> {
  const { requester } = chain
  const [joiner, payer] = [chain.worker(1), chain.worker(2)]
  const worker = freshWorker()
  const payout = freshAccount().address
  const { taskId, secrets: requesterSecrets } = await createSemaphoreTask()
  const { rewardPerSlot, token, joinBy } = await requester.getTask({ taskId })

  const { prepared, secrets } = await prepare(worker, taskId, payout)
  const { slot } = await joiner.relayJoin({ prepared })
  // Whoever brings it again learns whose fee it is, and brings no other terms under it.
  const relayer = joiner.account.address
  expect(await payer.relayJoin({ prepared })).toMatchObject({ slot, found: true, relayer })
  for (const changes of [{ payout: relayer }, { relayFee: RELAY_FEE - 1n }])
    await expect(
      payer.relayJoin({ prepared: { ...prepared, joining: { ...prepared.joining, ...changes } } }),
    ).rejects.toMatchObject({ name: 'JoiningMismatchError' })
  await requester.wrapContentKeys({ taskId, secrets: requesterSecrets })

  const assignment = await worker.fetchAssignment({ taskId, secrets })
  expect([...assignment.order].sort((a, b) => a - b)).toEqual(assignment.items.map((_, i) => i))
  const relay = async (request: ForwardRequest) => (await payer.relayForwardRequest({ request })).hash
  const committed = await worker.commitLabels({ taskId, labels: sample.truth, relay })
  expect(committed.found).toBe(false)

  await chain.passTo(joinBy)
  await requester.openGold({ taskId, secrets: requesterSecrets })
  const submission = await worker.proveLabels({ taskId, labels: sample.truth, salt: committed.secrets.salt })
  const credits = async () => {
    const accounts = [joiner.account.address, payer.account.address]
    return Promise.all(accounts.map((account) => requester.getCredit({ recipient: account, token })))
  }
  const before = await credits()
  await payer.submitProof({ submission })
  expect((await credits()).map((after, i) => after - before[i]!)).toEqual([RELAY_FEE, RELAY_FEE])
  expect(await requester.getBalance({ address: payout })).toBe(rewardPerSlot - 2n * RELAY_FEE)

  await worker.recordReputation({ taskId, secret, relay })
  expect(await worker.recordReputation({ taskId, secret, relay })).toMatchObject({ found: true })
  expect(await requester.getBalance({ address: worker.account.address })).toBe(0n)
  expect(await getTransactionCount(requester, { address: worker.account.address })).toBe(0)
  return { taskId, worker, payout }
}

describe('anonymous workers', () => {
  test('default: from a group to a reputation that links nothing', async () => {
    const { requester } = chain
    const first = await workAnonymously()
    const second = await workAnonymously()
    const recorded: readonly RecordedSlot[] = await requester.readReputation({ requester: accountAt(0).address })
    expect(recorded.map(({ taskId }) => taskId)).toEqual([first.taskId, second.taskId])
    expect(recorded.map(({ worker }) => worker)).toEqual([first, second].map(({ worker }) => worker.account.address))
    // A node that leaves out a record, or changes one, cannot name a root that the leaves do not give.
    const of = { requester: accountAt(0).address }
    const topic = encodeEventTopics({ abi: reputationRegistryAbi, eventName: 'ReputationRecorded' })[0]
    const without = changedLogs(chain.url, (log) =>
      log.topics[0] === topic && log.topics[2] === second.taskId ? { ...log, topics: [keccak256('0x')] } : log,
    )
    await expect(chain.clientFor(accountAt(0), without).readReputation(of)).rejects.toMatchObject({
      name: 'ReputationTreeMismatchError',
    })
    const commitment = numberToHex(recorded[0]!.commitment, { size: 32 })
    const other = tamperedLogs(chain.url, commitment, numberToHex(recorded[0]!.commitment + 1n, { size: 32 }))
    await expect(chain.clientFor(accountAt(0), other).readReputation(of)).rejects.toMatchObject({
      name: 'ReputationTreeMismatchError',
    })

    const terms = { requester: accountAt(0).address, minSlots: 2, minScoreBps: MIN_SCORE_BPS }
    const gate = {
      gate: chain.deployment.gates.reputation!,
      gateData: reputationGateData({ keyId: chain.deployment.keys['reputation-5']!, ...terms }),
      minAnonymity: 0,
    }
    // Neither side takes a bar that one worker meets, unless it says so. No account meets this one on its own.
    const { minAnonymity: _, ...unsaid } = gate
    for (const few of [unsaid, { ...unsaid, minAnonymity: 1 }]) {
      const unique = await taskParameters(chain, sample, 'open-gold', { gate: few })
      await expect(requester.createTask(unique)).rejects.toMatchObject({
        name: 'AnonymityTooSmallError',
        accounts: 0,
        workers: 1,
      })
    }
    const { taskId } = await requester.createTask(await taskParameters(chain, sample, 'open-gold', { gate }))
    const own = { prover: chain.prover, secret, recorded, ...terms }
    const admission = reputationAdmission({ ...own, minAnonymity: 1 })
    const careful = freshWorker()
    const alone = { worker: careful.account as ReturnType<typeof freshAccount>, payout: freshAccount().address }
    await expect(
      careful.prepareJoining({ taskId, ...alone, relayFee: RELAY_FEE, admission: reputationAdmission(own) }),
    ).rejects.toMatchObject({ name: 'AnonymityTooSmallError', accounts: 0, counted: 1 })
    const bring = async () => {
      const worker = freshWorker()
      const payout = freshAccount().address
      const account = worker.account as ReturnType<typeof freshAccount>
      const made = await worker.prepareJoining({ taskId, worker: account, payout, relayFee: RELAY_FEE, admission })
      return { made, joining: chain.worker(3).relayJoin({ prepared: made.prepared }) }
    }
    const { made, joining } = await bring()
    expect(await joining).toMatchObject({ slot: 0, found: false })

    const events = await requester.getTaskEvents({ taskId })
    const joined = events.find(({ eventName }) => eventName === 'SlotJoined')!
    const scope = gateScope({ chainId: chain.deployment.chainId, gate: gate.gate, taskId })
    expect(BigInt((joined.args as { nullifier: Hex }).nullifier)).toBe(reputationNullifier({ secret, scope }))
    // Nothing that was seen of the worker before is seen again.
    const seen = JSON.stringify([joined, made.prepared], (_, value) => (typeof value === 'bigint' ? `${value}` : value))
    const before = [first, second].flatMap(({ worker, payout, taskId: earlier }) => [
      worker.account.address,
      payout,
      earlier,
    ])
    const leaves = recorded.flatMap(({ leaf, commitment }) => [leaf, commitment].map((value) => value.toString(16)))
    for (const trace of [...before, ...leaves, ...recorded.map(({ leaf }) => `${leaf}`)])
      expect(seen.toLowerCase()).not.toContain(trace.toLowerCase())

    // The same secret has one pseudonym in this task.
    const again = await bring()
    await expect(again.joining).rejects.toMatchObject({ name: 'NullifierUsedError' })
  }, 600_000)

  test('error: a relayer can change nothing of a joining', async () => {
    const { taskId } = await createSemaphoreTask()
    const worker = freshWorker()
    const { prepared } = await prepare(worker, taskId, freshAccount().address)
    const relayer = chain.worker(1)
    const send = (changes: Partial<PreparedJoining['joining']>) =>
      relayer.relayJoin({ prepared: { ...prepared, joining: { ...prepared.joining, ...changes } } })
    const own = relayer.account.address
    await expect(send({ payout: own })).rejects.toEqual(refusedWith('ProofGate_NoConsent'))
    await expect(send({ relayFee: RELAY_FEE + 1n })).rejects.toEqual(refusedWith('ProofGate_NoConsent'))
    await expect(send({ encryptionKey: `0x${'25'.repeat(32)}` })).rejects.toEqual(refusedWith('ProofGate_NoConsent'))
    await expect(send({ worker: own })).rejects.toEqual(refusedWith('ProofGate_ProofRejected'))
    // The worker has not lost its place. It costs the relayer no more gas than it allows.
    const { taskRegistry } = chain.deployment.contracts
    const args = [taskId, prepared.joining, prepared.admission] as const
    const data = encodeFunctionData({ abi: taskRegistryAbi, functionName: 'join', args })
    const needed = await estimateGas(relayer, { account: relayer.account, to: taskRegistry, data })
    await expect(relayer.relayJoin({ prepared, maxGas: needed - 1n })).rejects.toMatchObject({
      name: 'RelayedGasError',
    })
    const brought = await relayer.relayJoin({ prepared, maxGas: needed + 1n })
    expect(brought).toMatchObject({ slot: 0, found: false, relayer: own })
    expect((await getTransaction(relayer, { hash: brought.hash })).gas).toBe(needed + 1n)
    // The same member with another account.
    const second = await prepare(freshWorker(), taskId, own)
    await expect(relayer.relayJoin({ prepared: second.prepared })).rejects.toMatchObject({ name: 'NullifierUsedError' })
    // Another member.
    const other = await prepare(freshWorker(), taskId, freshAccount().address, SECRETS[0]!)
    expect(await relayer.relayJoin({ prepared: other.prepared })).toMatchObject({ slot: 1 })
  }, 300_000)

  test('error: a joining for another chain or deployment', async () => {
    const { taskId } = await createSemaphoreTask()
    const { prepared } = await prepare(freshWorker(), taskId, freshAccount().address)
    for (const changes of [{ chainId: 1 }, { taskRegistry: accountAt(5).address }])
      await expect(chain.worker(1).relayJoin({ prepared: { ...prepared, ...changes } })).rejects.toMatchObject({
        name: 'JoiningMismatchError',
      })
  })

  test('error: nobody signs for a worker, and nothing is signed twice', async () => {
    const { taskId } = await createSemaphoreTask()
    const worker = freshWorker()
    const { prepared } = await prepare(worker, taskId, freshAccount().address)
    const relayer = chain.worker(1)
    await relayer.relayJoin({ prepared })
    let signed: ForwardRequest | undefined
    // A transaction that succeeded is not the one that was asked for.
    const useless = worker.commitLabels({
      taskId,
      labels: sample.truth,
      relay: () => relayer.sendTransaction({ to: relayer.account.address, value: 1n }),
    })
    await expect(useless).rejects.toMatchObject({ name: 'EffectMissingError' })
    const commit = worker.commitLabels({
      taskId,
      labels: sample.truth,
      relay: async (request) => {
        signed = request
        const forged = { ...request, from: relayer.account.address }
        await expect(relayer.relayForwardRequest({ request: forged })).rejects.toThrow()
        // A relayer pays for work alone, and carries no coins.
        const { protocolParameters: to } = chain.deployment.contracts
        await expect(relayer.relayForwardRequest({ request: { ...request, to } })).rejects.toMatchObject({
          name: 'RelayedRecipientError',
        })
        await expect(relayer.relayForwardRequest({ request: { ...request, value: 1n } })).rejects.toMatchObject({
          name: 'RelayedValueError',
        })
        await expect(relayer.relayForwardRequest({ request, maxGas: 21_000n })).rejects.toMatchObject({
          name: 'RelayedGasError',
        })
        const altered = { ...request, gas: request.gas + 1n }
        await expect(relayer.relayForwardRequest({ request: altered })).rejects.toThrow()
        return (await relayer.relayForwardRequest({ request })).hash
      },
    })
    expect(await commit).toMatchObject({ found: false })
    await expect(relayer.relayForwardRequest({ request: signed! })).rejects.toThrow()
  })
})
