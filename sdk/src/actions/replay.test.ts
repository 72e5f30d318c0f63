import type { Address, Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CircuitManifest, circuitManifest, FIELD_ORDER, keyIdOf, verifyingKeys, vkeyToKeyData } from '../core.js'
import { toVeritaskError } from '../events/reverts.js'
import { hiddenGoldSettlementAbi, openGoldSettlementAbi, taskRegistryAbi } from '../generated/abis.js'
import {
  accountAt,
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { tamperedLogs } from '../testing/flaky.js'
import { rpc } from '../testing/foundry.js'
import { malleate } from '../testing/malleate.js'
import { isReleaseKey } from './internal/releaseKeys.js'
import type { LabelSubmission } from './proveLabels.js'
import type { RequesterSecrets } from './types.js'

let chain: TestChain
let sample: Sample
/** Two equal tasks; in each, worker 1 holds slot 0 and worker 2 slot 1, both with the true labels committed. */
let tasks: { taskId: Hex; secrets: RequesterSecrets }[]
let submission: LabelSubmission
let other: LabelSubmission

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  tasks = []
  const salts: Hex[][] = []
  for (let i = 0; i < 2; i++) {
    const { taskId, secrets } = await chain.requester.createTask(
      await taskParameters(chain, sample, 'open-gold', { slots: 2 }),
    )
    const kept: Hex[] = []
    for (const index of [1, 2]) {
      await chain.worker(index).joinTask({ taskId })
      kept.push((await chain.worker(index).commitLabels({ taskId, labels: sample.truth })).secrets.salt)
    }
    await chain.requester.openGold({ taskId, secrets })
    tasks.push({ taskId, secrets })
    salts.push(kept)
  }
  const [first] = tasks
  const prove = (index: number) =>
    chain.worker(index).proveLabels({ taskId: first!.taskId, labels: sample.truth, salt: salts[0]![index - 1]! })
  submission = await prove(1)
  other = await prove(2)
})
afterAll(() => chain?.stop())

/** Past every local check: what the chain itself says to a sender. */
async function onChain(changes: Partial<LabelSubmission>, sender = 1): Promise<void> {
  const { taskId, slot, digest, gold, delivery, proof } = { ...submission, ...changes }
  try {
    await chain.requester.simulateContract({
      account: accountAt(sender),
      address: chain.deployment.contracts.openGold,
      abi: openGoldSettlementAbi,
      functionName: 'prove',
      args: [taskId, slot, digest, gold!, delivery, proof, true],
    })
  } catch (error) {
    throw toVeritaskError(error)
  }
}

describe('a proof for another place', () => {
  const thief = '0x00000000000000000000000000000000000000bb'
  test.each([
    ['place', () => ({ taskId: tasks[1]!.taskId })],
    ['place', () => ({ slot: 1, payout: other.payout })],
    ['chain', () => ({ chainId: 1 })],
    ['settlement module', () => ({ module: chain.deployment.contracts.hiddenGold })],
    ['verifier key', () => ({ keyId: chain.deployment.keys['legality-scalar-64']! })],
    ['payout address', () => ({ payout: thief as Hex })],
  ])('error: another %s is told before sending', async (field, changes) => {
    const moved = { ...submission, ...changes() }
    await expect(chain.requester.submitProof({ submission: moved })).rejects.toMatchObject({
      name: 'ProofContextMismatchError',
      field,
    })
  })

  test("error: another worker's proof, passed off as made for here", async () => {
    const moved = { ...other, slot: submission.slot, payout: submission.payout }
    await expect(chain.requester.submitProof({ submission: moved })).rejects.toMatchObject({
      name: 'ProofContextMismatchError',
      field: 'place',
    })
  })

  test('error: the chain refuses it for another task, slot, commitment and sender alike', async () => {
    await expect(onChain({})).resolves.toBeUndefined()
    await expect(onChain({}, 5)).resolves.toBeUndefined()
    await expect(onChain({ taskId: tasks[1]!.taskId })).rejects.toMatchObject({ name: 'GoldDoesNotOpenError' })
    await expect(onChain({ slot: 1 })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    await expect(onChain({ delivery: other.delivery })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    await expect(onChain({ digest: other.digest })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    await expect(onChain({ proof: other.proof })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    const module = chain.requester
      .simulateContract({
        account: accountAt(1),
        address: chain.deployment.contracts.hiddenGold,
        abi: hiddenGoldSettlementAbi,
        functionName: 'submit',
        args: [submission.taskId, 0, submission.commitment, submission.digest, submission.delivery, submission.proof],
      })
      .catch((error) => {
        throw toVeritaskError(error)
      })
    await expect(module).rejects.toMatchObject({ name: 'TaskNotFoundError' })
  })

  test('error: the chain refuses it under another key and for another payout, all else being equal', async () => {
    const { requester, deployment } = chain
    const { contracts, keys } = deployment
    const parameters = await taskParameters(chain, sample, 'open-gold', { slots: 1 })
    let secrets: RequesterSecrets | undefined
    const onSecrets = (kept: RequesterSecrets) => {
      secrets ??= kept
    }
    const worker = chain.worker(3)
    /** The same task, slot, commitment and gold from the same state of the chain, but for what is said. */
    const branch = async (
      changes: { agreementKey?: Hex; payout?: Address },
      then: (taskId: Hex) => Promise<unknown>,
    ) => {
      const snapshot = await rpc<Hex>(chain.url, 'evm_snapshot', [])
      const agreementKey = changes.agreementKey ?? keys['open-gold-scalar-64']!
      const { taskId } = await requester.createTask({
        ...parameters,
        deployment: { ...deployment, keys: { ...keys, 'open-gold-scalar-64': agreementKey } },
        secrets,
        onSecrets,
      })
      const { address } = worker.account
      const encryptionKey: Hex = `0x${'09'.repeat(32)}`
      const { termsHash } = await requester.getTask({ taskId })
      const joining = { worker: address, payout: changes.payout ?? address, encryptionKey, relayFee: 0n, termsHash }
      const args = [taskId, joining, '0x'] as const
      const joined = { address: contracts.taskRegistry, abi: taskRegistryAbi, functionName: 'join', args } as const
      await worker.waitForTransactionReceipt({ hash: await worker.writeContract(joined) })
      await then(taskId)
      await rpc(chain.url, 'evm_revert', [snapshot])
    }
    let made: LabelSubmission | undefined
    await branch({}, async (taskId) => {
      const { secrets: kept } = await worker.commitLabels({ taskId, labels: sample.truth })
      await requester.openGold({ taskId, secrets: secrets! })
      made = await worker.proveLabels({ taskId, labels: sample.truth, salt: kept.salt })
      await expect(onChain(made, 3)).resolves.toBeUndefined()
    })
    const replay = async (taskId: Hex) => {
      const commit = { address: contracts.openGold, abi: openGoldSettlementAbi, functionName: 'commit' } as const
      const hash = await worker.writeContract({ ...commit, args: [taskId, 0, made!.commitment] })
      await worker.waitForTransactionReceipt({ hash })
      await requester.openGold({ taskId, secrets: secrets! })
      expect(taskId).toBe(made!.taskId)
      return onChain(made!, 3)
    }
    await branch({}, (taskId) => expect(replay(taskId)).resolves.toBeUndefined())
    const refused = { name: 'ProofRejectedError' }
    const agreementKey = keys['legality-scalar-64']!
    await branch({ agreementKey }, (taskId) => expect(replay(taskId)).rejects.toMatchObject(refused))
    await branch({ payout: thief }, (taskId) => expect(replay(taskId)).rejects.toMatchObject(refused))
  })

  test('error: a copied commitment is worth nothing, for it is bound to its slot', async () => {
    const parameters = await taskParameters(chain, sample, 'open-gold', { slots: 2 })
    const { taskId, secrets } = await chain.requester.createTask(parameters)
    await chain.worker(3).joinTask({ taskId })
    await chain.worker(4).joinTask({ taskId })
    const honest = await chain.worker(3).commitLabels({ taskId, labels: sample.truth })
    const copier = chain.worker(4)
    const hash = await copier.writeContract({
      address: chain.deployment.contracts.openGold,
      abi: openGoldSettlementAbi,
      functionName: 'commit',
      args: [taskId, 1, honest.commitment],
    })
    await copier.waitForTransactionReceipt({ hash })
    await chain.requester.openGold({ taskId, secrets })
    // Even with the honest worker's labels and salt in hand.
    await expect(copier.proveLabels({ taskId, labels: sample.truth, salt: honest.secrets.salt })).rejects.toMatchObject(
      { name: 'CommitmentMismatchError' },
    )
    const made = await chain.worker(3).proveLabels({ taskId, labels: sample.truth, salt: honest.secrets.salt })
    await expect(onChain({ ...made, slot: 1 }, 4)).rejects.toMatchObject({ name: 'ProofRejectedError' })
  })
})

describe('a proof that was altered', () => {
  test('error: a signal at or above the field order', async () => {
    const digest = submission.digest + FIELD_ORDER
    const signals = [digest, ...submission.publicSignals.slice(1)]
    await expect(
      chain.requester.submitProof({ submission: { ...submission, digest, publicSignals: signals } }),
    ).rejects.toMatchObject({ name: 'FieldOutOfRangeError' })
    await expect(onChain({ digest })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    const ciphertext = submission.delivery.ciphertext.map((word, i) => (i === 0 ? word + FIELD_ORDER : word))
    const delivery = { ...submission.delivery, ciphertext }
    await expect(chain.requester.submitProof({ submission: { ...submission, delivery } })).rejects.toMatchObject({
      name: 'FieldOutOfRangeError',
    })
    await expect(onChain({ delivery })).rejects.toMatchObject({
      name: 'ContractRevertError',
      errorName: 'LabelSettlement_WordOutOfRange',
    })
  })

  test('error: ciphertext, commitment, proof bytes or length', async () => {
    const submit = (changes: Partial<LabelSubmission>) =>
      chain.requester.submitProof({ submission: { ...submission, ...changes } })
    await expect(submit({ delivery: other.delivery })).rejects.toMatchObject({ name: 'ProofStatementMismatchError' })
    await expect(submit({ proof: other.proof })).rejects.toMatchObject({ name: 'ProofDoesNotVerifyError' })
    await expect(submit({ proof: `0x${'00'.repeat(256)}` })).rejects.toMatchObject({ name: 'ProofDoesNotVerifyError' })
    await expect(submit({ proof: `${submission.proof}00` })).rejects.toMatchObject({ name: 'ProofMalformedError' })
    await expect(submit({ publicSignals: [] })).rejects.toMatchObject({ name: 'ProofMalformedError' })
    await expect(submit({ kind: 'delivery' })).rejects.toMatchObject({ name: 'WrongSubmissionKindError' })
    await expect(
      chain.requester.deliverLabels({ submission: { ...submission, kind: 'delivery' } }),
    ).rejects.toMatchObject({
      name: 'GoldAlreadyOpenError',
    })
  })
})

describe('taking the money twice, or for someone else', () => {
  test('error: a stolen proof pays its maker, a malleated one is refused as a second claim', async () => {
    const worker = chain.worker(1).account.address
    const thief = chain.worker(6)
    const [workerBefore, thiefBefore] = await Promise.all(
      [worker, thief.account.address].map((address: Address) => chain.requester.getBalance({ address })),
    )
    const { taskId } = tasks[0]!
    const { rewardPerSlot } = await chain.requester.getTask({ taskId })

    // Malleated bytes are a valid proof: the thief copies it from the mempool, alters it and is first.
    const copied = { ...submission, proof: malleate(submission.proof) }
    const sent = await thief.submitProof({ submission: copied })
    expect(sent.payment.payout).toBe(worker)
    expect(await chain.requester.getBalance({ address: worker })).toBe(workerBefore! + rewardPerSlot)
    expect(await chain.requester.getBalance({ address: thief.account.address })).toBeLessThan(thiefBefore!)
    expect((await chain.requester.verifyReceipt({ receiptId: sent.receiptId })).valid).toBe(true)

    await expect(chain.worker(1).submitProof({ submission })).rejects.toMatchObject({ name: 'SlotEndedError' })
    await expect(onChain({})).rejects.toMatchObject({ name: 'SlotEndedError' })
    expect(await thief.submitProof({ submission: copied })).toMatchObject({ found: true, hash: sent.hash })
    await expect(thief.claim({ recipient: worker })).rejects.toMatchObject({ name: 'NothingToClaimError' })
    expect(await chain.requester.getBalance({ address: worker })).toBe(workerBefore! + rewardPerSlot)
  })

  test('error: a score that is not the proven one', async () => {
    const { taskId, secrets } = await chain.requester.createTask(
      await taskParameters(chain, sample, 'hidden-gold', { slots: 1 }),
    )
    const worker = chain.worker(5)
    await worker.joinTask({ taskId })
    const labels = withWrongGold(sample.truth, sample.gold, 2)
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels }) })
    const gold = secrets.gold.map((item, i) => (i < 8 ? { ...item, label: 9 - (item.label as number) } : item))
    await expect(chain.requester.proveScore({ taskId, slot: 0, secrets: { ...secrets, gold } })).rejects.toMatchObject({
      name: 'GoldDoesNotOpenError',
    })

    const score = await chain.requester.proveScore({ taskId, slot: 0, secrets })
    expect(score.agreements).toBe(14)
    await expect(chain.requester.scoreSlot({ score: { ...score, agreements: 3 } })).rejects.toMatchObject({
      name: 'ProofStatementMismatchError',
    })
    const raw = chain.requester
      .simulateContract({
        address: chain.deployment.contracts.hiddenGold,
        abi: hiddenGoldSettlementAbi,
        functionName: 'score',
        args: [taskId, 0, 3n, score.digest, score.proof, true],
      })
      .catch((error) => {
        throw toVeritaskError(error)
      })
    await expect(raw).rejects.toMatchObject({ name: 'ProofRejectedError' })
    expect(await chain.requester.scoreSlot({ score })).toMatchObject({ agreements: 14, passed: true })
  })
})

describe('verifyReceipt', () => {
  test('error: a node that lies about the logs is found out', async () => {
    const { taskId } = tasks[0]!
    const honest = await chain.requester.verifyReceipt({ taskId, slot: 0 })
    expect(honest.valid).toBe(true)
    // The payout in the SlotJoined log is what the context binds: a forged one must show.
    const lying = chain.clientFor(accountAt(0), tamperedLogs(chain.url, accountAt(1).address, accountAt(9).address))
    const { valid, checks } = await lying.verifyReceipt({ taskId, slot: 0 })
    expect(valid).toBe(false)
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
      'context',
      'statement',
      'receipt-id',
    ])
  })

  test('error: a key that only declares what this release publishes', async () => {
    const { taskId } = tasks[0]!
    const artifacts = async (manifest: CircuitManifest) => {
      const { valid, checks } = await chain.requester.verifyReceipt({ taskId, slot: 0, manifest })
      const { passed, detail } = checks.find(({ name }) => name === 'key-artifacts')!
      return { valid, passed, detail }
    }
    const circuit = 'open-gold-scalar-64'
    expect(await artifacts(circuitManifest)).toEqual({ valid: true, passed: true, detail: circuit })
    const unknown = { valid: false, passed: false, detail: undefined }
    expect(await artifacts({ ...circuitManifest, development: !circuitManifest.development })).toEqual(unknown)
    expect(await artifacts({ ...circuitManifest, circuits: {} })).toEqual(unknown)
    // The manifest hash is that of some circuit, but not of the one the statement needs.
    const { [circuit]: own, 'legality-scalar-64': legality, ...circuits } = circuitManifest.circuits
    const swapped = { ...circuits, [circuit]: legality!, 'legality-scalar-64': own! }
    expect(await artifacts({ ...circuitManifest, circuits: swapped })).toEqual(unknown)

    // The hash of the right files beside another verifying key.
    const { development } = circuitManifest
    const { manifestHash } = own!
    const keyOf = (name: keyof typeof verifyingKeys) => {
      const keyData = vkeyToKeyData(verifyingKeys[name])
      return { keyData, keyId: keyIdOf({ keyData, manifestHash, development, needsChallenge: true }) }
    }
    expect(isReleaseKey(circuitManifest, circuit, keyOf(circuit))).toBe(true)
    expect(isReleaseKey(circuitManifest, circuit, keyOf('legality-scalar-64'))).toBe(false)
    expect(isReleaseKey(circuitManifest, 'legality-scalar-64', keyOf('legality-scalar-64'))).toBe(false)
    expect(
      isReleaseKey(circuitManifest, circuit, { ...keyOf(circuit), keyId: keyOf('legality-scalar-64').keyId }),
    ).toBe(false)
  })

  test('error: no such receipt', async () => {
    await expect(chain.requester.verifyReceipt({ receiptId: `0x${'55'.repeat(32)}` })).rejects.toMatchObject({
      name: 'ReceiptNotFoundError',
    })
  })
})
