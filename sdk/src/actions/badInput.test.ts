import { type Hex, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE8, encodeRules, FIELD_ORDER, generateContentKey, type Rules, randomSalt, sealPayload } from '../core.js'
import { toVeritaskError } from '../events/reverts.js'
import { openGoldSettlementAbi, taskRegistryAbi } from '../generated/abis.js'
import { registerSample, type Sample, STEP, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { boxes, sampleGold, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { type CreateTaskParameters, type SettlementParameters, taskIdOf } from './createTask.js'
import { encodeTerms } from './internal/terms.js'
import type { RequesterSecrets } from './types.js'

let chain: TestChain
let sample: Sample
let good: CreateTaskParameters & { settlement: SettlementParameters }

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  good = await taskParameters(chain, sample)
})
afterAll(() => chain?.stop())

const create = (changes: Partial<CreateTaskParameters>) => chain.requester.createTask({ ...good, ...changes })
const withRules = (rules: Partial<Rules>) => ({
  settlement: { ...good.settlement, rules: { ...sample.rules, ...rules } as Rules },
})

describe('createTask refuses, with nothing stored or sent', () => {
  test('error: label of the gold outside the schema', async () => {
    const gold = good.settlement.gold.map((item, index) => (index === 3 ? { ...item, label: 10 } : item))
    await expect(create({ settlement: { ...good.settlement, gold } })).rejects.toMatchObject({
      name: 'LabelOutsideSchemaError',
    })
  })

  test('error: wrong item count', async () => {
    await expect(create({ items: good.items.slice(1) })).rejects.toMatchObject({
      name: 'WrongItemCountError',
      count: 63,
      expected: 64,
    })
  })

  test('error: box outside its image', async () => {
    const random = seeded(3)
    const gold = sampleGold(random, boxes, sampleLabels(random, boxes))
    const first = gold[0]!
    const outside = { class: 0, x: 600, y: 0, w: 41, h: 10 }
    const settlement = { ...good.settlement, rules: boxes, gold: [{ ...first, label: outside }, ...gold.slice(1)] }
    const items = good.items.slice(0, boxes.itemCount)
    await expect(create({ settlement, items, classes: [] })).rejects.toMatchObject({ name: 'BoxOutsideImageError' })
  })

  test.each([
    ['too few', ['0', '1'], undefined],
    ['twice', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '0'], 9],
    ['with outer blanks', ['0', '1', '2', '3 ', '4', '5', '6', '7', '8', '9'], 3],
  ])('error: class names %s', async (_, classes, classNumber) => {
    await expect(create({ classes })).rejects.toMatchObject({ name: 'ClassNamesInvalidError', classNumber })
  })

  test('error: wrong number of gold items', async () => {
    await expect(
      create({ settlement: { ...good.settlement, gold: good.settlement.gold.slice(1) } }),
    ).rejects.toMatchObject({ name: 'GoldMalformedError' })
  })

  test('error: threshold above 10,000 basis points', async () => {
    await expect(create(withRules({ thresholdBps: 10_001 }))).rejects.toMatchObject({ name: 'ThresholdTooHighError' })
  })

  test('error: rules that cannot be encoded', async () => {
    await expect(create(withRules({ tolerance: 10 } as Partial<Rules>))).rejects.toMatchObject({
      name: 'RulesInvalidError',
    })
  })

  test.each([
    ['past', (now: bigint) => ({ joinBy: now - 1n })],
    ['too near', (now: bigint) => ({ joinBy: now + 1n })],
    ['too far', (now: bigint) => ({ joinBy: now + 365n * 86_400n })],
    ['before the one it follows', (now: bigint) => ({ settlement: { ...good.settlement, commitBy: now + 10n } })],
    ['equal to the one it follows', () => ({ settlement: { ...good.settlement, openBy: good.joinBy + STEP } })],
  ])('error: deadline %s', async (_, changes) => {
    const now = await chain.now()
    await expect(create(changes(now) as Partial<CreateTaskParameters>)).rejects.toMatchObject({
      name: 'DeadlineOutOfRangeError',
    })
  })

  test('error: reward too small', async () => {
    await expect(create({ rewardPerSlot: 1n })).rejects.toMatchObject({ name: 'RewardTooSmallError' })
  })

  test('error: a fee above what was agreed to', async () => {
    await expect(create({ maxFeePerSlot: 1n })).rejects.toMatchObject({ name: 'FeeTooHighError' })
  })

  test('error: token not allowed', async () => {
    const token = chain.deployment.contracts.groth16
    await expect(create({ token })).rejects.toMatchObject({ name: 'TokenNotAllowedError' })
  })

  test.each([0, 10_001, 1.5])('error: %d slots', async (slots) => {
    await expect(create({ slots })).rejects.toMatchObject({ name: 'SlotsOutOfRangeError' })
  })

  test.each([
    ['empty', ''],
    ['of 129 bytes in 65 characters', `${'é'.repeat(64)}!`],
  ])('error: title %s', async (_, title) => {
    await expect(create({ title })).rejects.toMatchObject({ name: 'TextLengthError' })
  })

  test('error: dataset that is not published', async () => {
    await expect(create({ datasetVersionId: `0x${'11'.repeat(32)}` })).rejects.toMatchObject({
      name: 'DatasetNotFoundError',
    })
  })

  test('error: item whose Merkle proof does not match', async () => {
    const items = good.items.map((item, index) => (index === 9 ? { ...item, bytes: new Uint8Array([1]) } : item))
    await expect(create({ items })).rejects.toMatchObject({ name: 'DatasetProofMismatchError', item: 9 })
  })

  test('error: more than the account has', async () => {
    await expect(create({ rewardPerSlot: 10n ** 30n })).rejects.toMatchObject({ name: 'InsufficientFundsError' })
  })

  test('error: no key registered for the circuit', async () => {
    const deployment = { ...chain.deployment, keys: {} }
    await expect(create({ deployment })).rejects.toMatchObject({ name: 'MissingCircuitKeyError' })
  })

  test('error: another chain, no deployment, no account, a raw private key', async () => {
    await expect(create({ deployment: { ...chain.deployment, chainId: 1 } })).rejects.toMatchObject({
      name: 'WrongChainError',
    })
    const key: Hex = `0x${'ab'.repeat(32)}`
    const error = await create({ account: key }).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'RawPrivateKeyError' })
    expect(String((error as Error).message)).not.toContain('abab')
  })
})

describe('createTask with secrets that were kept', () => {
  test('error: refuses anything but what they were kept for', async () => {
    let kept: RequesterSecrets | undefined
    const interrupted = create({
      onSecrets: (secrets) => {
        kept = secrets
        throw new Error('interrupted')
      },
    })
    await expect(interrupted).rejects.toThrow('interrupted')
    const secrets = kept!
    const refused = (changes: Partial<CreateTaskParameters>, reason: string) =>
      expect(create({ secrets, ...changes })).rejects.toMatchObject({
        name: 'SecretsMismatchError',
        shortMessage: expect.stringContaining(reason),
      })
    const { gold } = good.settlement
    const [first, ...rest] = gold
    const label = ((first!.label as number) + 1) % 10
    const hidden = await taskParameters(chain, sample, 'hidden-gold')
    await refused({ settlement: hidden.settlement }, 'another kind')
    await refused(withRules({ thresholdBps: sample.rules.thresholdBps - 1 }), 'other rules')
    await refused({ settlement: { ...good.settlement, gold: [{ ...first!, label }, ...rest] } }, 'other gold')
    await refused({ secrets: { ...secrets, gold: rest } }, 'other gold')
    await refused({ secrets: { ...secrets, rules: {} as Rules } }, 'other rules')
    await refused({ salt: `0x${'77'.repeat(32)}` }, 'another salt')
    await refused({ secrets: { ...secrets, salt: `0x${'77'.repeat(32)}` } }, 'another task')

    const reordered = { ...good.settlement, gold: [...gold].reverse() }
    const created = await create({ secrets, settlement: reordered })
    expect(created).toMatchObject({ found: false, taskId: secrets.taskId })
    // The same once the task exists: what it finds would not be what was asked for.
    await refused(withRules({ thresholdBps: sample.rules.thresholdBps - 1 }), 'other rules')
    expect(await create({ secrets })).toMatchObject({ found: true, hash: created.hash })
  })
})

describe('what a careless client would send, the contract refuses with the same errors', () => {
  const callOf = (changes: object, terms: object = {}) => {
    const { datasetVersionId, title, rewardPerSlot, slots, joinBy } = good
    const { commitBy, openBy, proveBy } = good.settlement as Extract<SettlementParameters, { kind: 'open-gold' }>
    const { keys, contracts } = chain.deployment
    const settlementData = encodeTerms({
      kind: 'open-gold',
      terms: {
        rules: 0n,
        encryptionKey: [0n, 1n],
        goldCommitment: `0x${'01'.repeat(32)}`,
        agreementKeyId: keys['open-gold-scalar-64']!,
        legalityKeyId: keys['legality-scalar-64']!,
        commitBy,
        openBy,
        proveBy,
        ...terms,
      },
    })
    const request = {
      salt: `0x${'22'.repeat(32)}`,
      datasetVersionId,
      payloadDigest: `0x${'33'.repeat(32)}`,
      title,
      token: zeroAddress,
      rewardPerSlot,
      maxFeePerSlot: rewardPerSlot,
      slots,
      joinBy,
      settlement: contracts.openGold,
      settlementData,
      gate: zeroAddress,
      gateData: '0x',
      stakePerSlot: 0n,
      bond: 0n,
      ...changes,
    }
    return {
      address: contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'createTask',
      args: [request as never],
      value: (rewardPerSlot + rewardPerSlot / 100n) * BigInt(slots),
    } as const
  }
  const raw = async (changes: object, terms?: object) => {
    try {
      await chain.requester.simulateContract(callOf(changes, terms))
    } catch (error) {
      throw toVeritaskError(error)
    }
  }

  test.each([
    ['TextLengthError', { title: '' }],
    ['DatasetNotFoundError', { datasetVersionId: `0x${'11'.repeat(32)}` }],
    ['TokenNotAllowedError', { token: '0x0000000000000000000000000000000000000001' }],
    ['RewardTooSmallError', { rewardPerSlot: 1n }],
    ['FeeTooHighError', { maxFeePerSlot: 0n }],
    ['SlotsOutOfRangeError', { slots: 0 }],
    ['SettlementNotAllowedError', { settlement: '0x0000000000000000000000000000000000000001' }],
    ['DeadlineOutOfRangeError', { joinBy: 1n }],
    ['GateNotAllowedError', { gate: '0x0000000000000000000000000000000000000001' }],
    ['NotEnoughStakeError', { bond: 10n ** 30n }],
    ['WrongDepositError', { slots: 2 }],
  ])('error: %s', async (name, changes) => {
    await expect(raw(changes)).rejects.toMatchObject({ name, cause: { name: 'ContractRevertError' } })
  })

  test.each<[string, readonly [bigint, bigint]]>([
    ['off the curve', [1n, 1n]],
    ['not canonical', [BASE8[0] + FIELD_ORDER, BASE8[1]]],
    ['of order 1', [0n, 1n]],
    ['of order 2', [0n, FIELD_ORDER - 1n]],
  ])('error: an encryption key %s', async (_, encryptionKey) => {
    const rules = encodeRules(sample.rules)
    await expect(raw({}, { rules, encryptionKey: BASE8 })).resolves.toBeUndefined()
    await expect(raw({}, { rules, encryptionKey })).rejects.toMatchObject({
      name: 'ContractRevertError',
      errorName: 'LabelSettlement_EncryptionKeyInvalid',
    })
  })

  test('error: an encryption key outside the subgroup, which the chain lets pass and no worker does', async () => {
    const { requester } = chain
    // The base point plus the point of order 2.
    const encryptionKey = [FIELD_ORDER - BASE8[0], FIELD_ORDER - BASE8[1]]
    const salt: Hex = `0x${'66'.repeat(32)}`
    const call = callOf({ salt }, { rules: encodeRules(sample.rules), encryptionKey })
    await requester.waitForTransactionReceipt({ hash: await requester.writeContract(call) })
    const { chainId, contracts } = chain.deployment
    const taskId = taskIdOf({
      chainId,
      taskRegistry: contracts.taskRegistry,
      requester: requester.account.address,
      salt,
    })
    await expect(chain.worker(1).joinTask({ taskId })).rejects.toMatchObject({
      name: 'InvalidEncryptionKeyError',
      reason: 'low-order',
    })
    expect(await requester.getTask({ taskId })).toMatchObject({ joined: 0 })
  })
})

describe('a worker is refused', () => {
  test('error: labels, joining and commitments that cannot be', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask({ ...good, slots: 1 })
    const worker = chain.worker(1)
    const stranger = chain.worker(2)
    await expect(worker.commitLabels({ taskId, labels: sample.truth })).rejects.toMatchObject({
      name: 'NotWorkerError',
    })
    const joined = await worker.joinTask({ taskId })
    await expect(stranger.joinTask({ taskId })).rejects.toMatchObject({ name: 'JoinClosedError' })
    await expect(worker.joinTask({ taskId })).rejects.toMatchObject({ name: 'AlreadyJoinedError' })
    await expect(worker.fetchAssignment({ taskId, secrets: joined.secrets })).rejects.toMatchObject({
      name: 'ContentKeyNotWrappedError',
    })
    await expect(stranger.wrapContentKeys({ taskId, secrets })).rejects.toMatchObject({ name: 'NotRequesterError' })
    await expect(requester.cancelTask({ taskId })).rejects.toMatchObject({ name: 'TaskHasWorkersError' })

    const { truth } = sample
    await expect(worker.commitLabels({ taskId, labels: [10, ...truth.slice(1)] })).rejects.toMatchObject({
      name: 'LabelOutsideSchemaError',
      index: 0,
    })
    await expect(worker.commitLabels({ taskId, labels: truth.slice(1) })).rejects.toMatchObject({
      name: 'WrongItemCountError',
    })
    const first = await worker.commitLabels({ taskId, labels: truth })
    await expect(worker.commitLabels({ taskId, labels: truth })).rejects.toMatchObject({
      name: 'AlreadyCommittedError',
    })
    const again = await worker.commitLabels({ taskId, labels: truth, salt: first.secrets.salt })
    expect(again).toMatchObject({ found: true, hash: first.hash, commitment: first.commitment })

    const gold = secrets.gold.map((item, index) =>
      index === 0 ? { ...item, label: 1 + ((item.label as number) % 9) } : item,
    )
    await expect(requester.openGold({ taskId, secrets: { ...secrets, gold } })).rejects.toMatchObject({
      name: 'GoldDoesNotOpenError',
    })
    await expect(stranger.openGold({ taskId, secrets })).rejects.toMatchObject({ name: 'NotRequesterError' })
    await requester.openGold({ taskId, secrets })
    expect(await requester.openGold({ taskId, secrets })).toMatchObject({ found: true })

    await expect(worker.proveLabels({ taskId, labels: truth, salt: randomSalt() })).rejects.toMatchObject({
      name: 'CommitmentMismatchError',
    })
    await expect(requester.claim({ recipient: stranger.account.address })).rejects.toMatchObject({
      name: 'NothingToClaimError',
    })
    await expect(requester.getTask({ taskId: `0x${'44'.repeat(32)}` })).rejects.toMatchObject({
      name: 'TaskNotFoundError',
    })
  })

  test('error: commits that are still open, and a commitment after the deadline', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask(await taskParameters(chain, sample))
    const worker = chain.worker(3)
    await worker.joinTask({ taskId })
    await expect(requester.openGold({ taskId, secrets })).rejects.toMatchObject({ name: 'TooEarlyError' })
    await expect(requester.returnUnfilled({ taskId })).rejects.toMatchObject({ name: 'TooEarlyError' })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'open-gold') throw new Error('wrong kind')
    await chain.passTo(task.terms.commitBy)
    await expect(worker.commitLabels({ taskId, labels: sample.truth })).rejects.toMatchObject({
      name: 'DeadlinePassedError',
    })
    // The chain says the same to a client that did not look first.
    const late = chain.requester
      .simulateContract({
        account: worker.account,
        address: task.settlement,
        abi: openGoldSettlementAbi,
        functionName: 'commit',
        args: [taskId, 0, 1n],
      })
      .catch((error) => {
        throw toVeritaskError(error)
      })
    await expect(late).rejects.toMatchObject({ name: 'DeadlinePassedError' })
    await expect(requester.openGold({ taskId, secrets })).resolves.toMatchObject({ found: false })
  })
})

describe('a payload that was tampered with', () => {
  test('error: bytes that fail authentication, and items that are not of the dataset', async () => {
    const { requester, store } = chain
    const parameters = await taskParameters(chain, sample)
    let kept: Awaited<ReturnType<typeof requester.createTask>>['secrets'] | undefined
    // The requester is interrupted after keeping its secrets, and comes back with a payload of other records.
    await expect(
      requester.createTask({
        ...parameters,
        onSecrets: (secrets) => {
          kept = secrets
          throw new Error('interrupted')
        },
      }),
    ).rejects.toThrow('interrupted')
    const { chainId, taskRegistry, taskId } = kept!
    const contentKey = generateContentKey()
    const items = sample.items.map((item, index) => (index === 2 ? { ...item, bytes: new Uint8Array([9]) } : item))
    const payload = { version: 1, instructions: '', classes: [], rules: sample.rules, items } as const
    const payloadCid = await store.put(await sealPayload({ chainId, taskRegistry, taskId, contentKey, payload }))
    const secrets = { ...kept!, payloadCid, contentKey: `0x${Buffer.from(contentKey).toString('hex')}` as Hex }
    await requester.createTask({ ...parameters, secrets })

    const worker = chain.worker(4)
    const joined = await worker.joinTask({ taskId })
    await requester.wrapContentKeys({ taskId, secrets })
    await expect(worker.fetchAssignment({ taskId, secrets: joined.secrets })).rejects.toMatchObject({
      name: 'DatasetProofMismatchError',
      item: 2,
    })
    const flipped = {
      get: async (cid: string) => (await store.get(cid)).map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
    }
    await expect(worker.fetchAssignment({ taskId, secrets: joined.secrets, store: flipped })).rejects.toMatchObject({
      name: 'PayloadAuthenticationError',
    })
    const other = await chain.worker(5).joinTask({ taskId })
    await expect(
      worker.fetchAssignment({ taskId, secrets: { ...other.secrets, worker: worker.account.address } }),
    ).rejects.toMatchObject({ name: 'ContentKeyUnwrapError' })
  })

  test('error: a worker key nothing can be encrypted to is left out, and holds up nobody', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask(await taskParameters(chain, sample))
    const { taskRegistry } = chain.deployment.contracts
    const lowOrder: Hex = `0x01${'00'.repeat(31)}`
    const attacker = chain.worker(6)
    const { address } = attacker.account
    const { termsHash } = await requester.getTask({ taskId })
    const hash = await attacker.writeContract({
      address: taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'join',
      args: [taskId, { worker: address, payout: address, encryptionKey: lowOrder, relayFee: 0n, termsHash }, '0x'],
    })
    await attacker.waitForTransactionReceipt({ hash })
    await chain.worker(7).joinTask({ taskId })
    const { wrapped, skipped } = await requester.wrapContentKeys({ taskId, secrets })
    expect(wrapped).toEqual([1])
    expect(skipped).toMatchObject([{ slot: 0, error: { name: 'InvalidWorkerKeyError' } }])
  })

  test('error: a damaged content key is no fault of the workers', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask(await taskParameters(chain, sample))
    await chain.worker(7).joinTask({ taskId })
    for (const contentKey of ['0x', '0x12', secrets.contentKey.slice(0, -2), 'none'] as Hex[])
      await expect(requester.wrapContentKeys({ taskId, secrets: { ...secrets, contentKey } })).rejects.toMatchObject({
        name: 'SecretsMismatchError',
      })
    expect(await requester.wrapContentKeys({ taskId, secrets })).toMatchObject({ wrapped: [0], skipped: [] })
  })
})

describe('a task a worker should not take', () => {
  test.each([
    ['open-gold', 'open-gold-scalar-64'],
    ['hidden-gold', 'score-scalar-64'],
    // Under another key nobody could hold the requester to its gold.
    ['hidden-gold', 'audit-scalar-64'],
  ] as const)('error: %s with a key that is not of the circuit %s', async (kind, circuit) => {
    const { requester, deployment } = chain
    // A requester with a doctored deployment pins the legality key where that of the circuit belongs.
    const legality = deployment.keys['legality-scalar-64']!
    const doctored = { ...deployment, keys: { ...deployment.keys, [circuit]: legality } }
    const parameters = await taskParameters(chain, sample, kind)
    const { taskId } = await requester.createTask({ ...parameters, deployment: doctored })
    await expect(chain.worker(8).joinTask({ taskId })).rejects.toMatchObject({ name: 'UnexpectedKeyError' })
    expect(await requester.getTask({ taskId })).toMatchObject({ joined: 0 })
  })

  test('error: a proof so late that the labels might be shown unpaid', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask({ ...(await taskParameters(chain, sample)), slots: 1 })
    const worker = chain.worker(8)
    await worker.joinTask({ taskId })
    const { secrets: kept } = await worker.commitLabels({ taskId, labels: sample.truth })
    await requester.openGold({ taskId, secrets })
    const submission = await worker.proveLabels({ taskId, labels: sample.truth, salt: kept.salt })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'open-gold') throw new Error('wrong kind')
    await chain.passTo(task.terms.proveBy - 8n)
    await expect(worker.submitProof({ submission })).rejects.toMatchObject({ name: 'DeadlineTooNearError' })
    await expect(worker.submitProof({ submission, margin: 1n })).resolves.toMatchObject({ found: false })
  })

  test('error: a submission so late that the labels might be shown unscored', async () => {
    const { requester } = chain
    const { taskId } = await requester.createTask(await taskParameters(chain, sample, 'hidden-gold', { slots: 1 }))
    const worker = chain.worker(8)
    await worker.joinTask({ taskId })
    const submission = await worker.proveLabels({ taskId, labels: sample.truth })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
    await chain.passTo(task.terms.submitBy - 8n)
    await expect(worker.submitLabels({ submission })).rejects.toMatchObject({ name: 'DeadlineTooNearError' })
    await expect(worker.submitLabels({ submission, margin: 1n })).resolves.toMatchObject({ found: false })
  })
})
