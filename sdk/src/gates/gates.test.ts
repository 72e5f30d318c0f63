import { readFile } from 'node:fs/promises'
import {
  type Address,
  concatHex,
  decodeAbiParameters,
  encodeAbiParameters,
  keccak256,
  numberToHex,
  parseAbiParameters,
  stringToHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import {
  AllowListMalformedError,
  allowListAdmission,
  allowListOf,
  assertAnonymity,
  encodeProofAdmission,
  GroupTooDeepError,
  GuessableSecretError,
  gateScope,
  joiningConsent,
  joiningMessage,
  leanRoot,
  NotListedError,
  NotMemberError,
  ProofMalformedError,
  proveSemaphoreMembership,
  type RecordedSlot,
  ReputationTermsInvalidError,
  ReputationTooSmallError,
  randomSalt,
  reputationAdmission,
  reputationAnonymity,
  reputationBlinding,
  reputationCommitment,
  reputationGateData,
  reputationLeaf,
  type Secret,
  semaphoreCommitment,
  WorldIdAppInvalidError,
  worldIdAdmission,
  worldIdExternalNullifier,
  worldIdGateData,
  worldIdHash,
  worldIdRequest,
} from '../core.js'
import { semaphoreArtifacts } from '../testing/semaphore.js'
import { sortedTree } from './allowList.js'

const accounts = ['11', '22', '33', '44', '55'].map((byte): Address => `0x${byte.repeat(20)}`)
const fixtureFile = new URL('../../../contracts/test/fixtures/outside/semaphore-joinings.json', import.meta.url)
const fixture = JSON.parse(await readFile(fixtureFile, 'utf8'))
const worker = privateKeyToAccount(`0x${'a11ce'.padStart(64, '0')}`)
const taskId = keccak256(
  encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
    BigInt(fixture.chainId),
    fixture.taskRegistry,
    fixture.requester,
    fixture.salt,
  ]),
)
const { worker: account, payout, encryptionKey, relayFee } = fixture.joinings[0]
const request = {
  chainId: fixture.chainId,
  gate: fixture.gate,
  taskId,
  joining: { worker: account, payout, encryptionKey, relayFee: BigInt(relayFee), termsHash: fixture.termsHash },
}
const admissionOf = (admission: `0x${string}`) =>
  decodeAbiParameters(parseAbiParameters('(uint256 root, uint256 nullifier, bytes proof, bytes consent)'), admission)[0]

describe('allowListOf', () => {
  test('default: the root and path that the gate is tested with', () => {
    const list = allowListOf(accounts)
    // contracts/test/unit/AllowListGate/gate.t.sol
    expect(list.root).toBe('0xd21ca6424df344c7bdcd3d65c364ffa0cfbe7e04510d81fa57c175716da06376')
    expect(list.path(accounts[0]!)).toEqual([
      '0xbd164a4590db938a0b098da1b25cf37b155f857b38c37c016ad5b8f8fce80192',
      '0x4de471fd4dc354047905142d46b40b7b787cb74950fa3bcc2b0dad59d44c00b0',
    ])
  })

  test("default: the tree is OpenZeppelin's, by the example of its own documentation", () => {
    const leaves = [
      ['0x1111111111111111111111111111111111111111', 5000000000000000000n],
      ['0x2222222222222222222222222222222222222222', 2500000000000000000n],
    ] as const
    const hashes = leaves.map((leaf) =>
      keccak256(keccak256(encodeAbiParameters(parseAbiParameters('address, uint256'), leaf))),
    )
    expect(sortedTree(hashes).root).toBe('0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77')
  })

  test('default: every path leads to the root, whatever the size and order', () => {
    for (let size = 1; size <= 20; size++) {
      const many = Array.from({ length: size }, (_, i): Address => `0x${(i + 1).toString(16).padStart(40, '0')}`)
      const list = allowListOf(many)
      expect(allowListOf([...many].reverse()).root).toBe(list.root)
      for (const one of many) {
        const leaf = keccak256(keccak256(encodeAbiParameters(parseAbiParameters('address'), [one])))
        const up = list.path(one).reduce((a, b) => keccak256(concatHex(a < b ? [a, b] : [b, a])), leaf)
        expect(up).toBe(list.root)
      }
    }
  })

  test('error: nobody, or somebody twice', () => {
    expect(() => allowListOf([])).toThrow(AllowListMalformedError)
    expect(() => allowListOf([accounts[0]!, accounts[0]!])).toThrow(AllowListMalformedError)
  })

  test('error: an account that is not listed', async () => {
    const admission = allowListAdmission(accounts.slice(0, 2))
    await expect(admission(request)).rejects.toThrow(NotListedError)
  })
})

describe('joiningMessage', () => {
  test("default: what the gate reads, with the worker's consent to it", async () => {
    // The fixture passes through the gate itself (contracts/test/unit/SemaphoreGate/real.t.sol).
    const signature = await worker.signMessage({ message: { raw: joiningConsent(request) } })
    expect(signature).toBe(fixture.joinings[0].consent)
    expect(joiningMessage(request)).toBe(BigInt(joiningConsent(request)) >> 8n)
  })

  test('args: every part changes it', () => {
    const { joining } = request
    const others = [
      { ...request, chainId: 1 },
      { ...request, gate: payout },
      { ...request, taskId: encryptionKey },
      { ...request, joining: { ...joining, worker: payout } },
      { ...request, joining: { ...joining, payout: account } },
      { ...request, joining: { ...joining, encryptionKey: taskId } },
      { ...request, joining: { ...joining, relayFee: joining.relayFee + 1n } },
      { ...request, joining: { ...joining, termsHash: taskId } },
    ]
    expect(new Set([request, ...others].map(joiningMessage)).size).toBe(others.length + 1)
    expect(new Set([request, ...others.slice(0, 3)].map(gateScope)).size).toBe(4)
    expect(gateScope(others[4]!)).toBe(gateScope(request))
  })
})

describe('World ID', () => {
  const appId = 'app_10eb12bd96d8f7202892ff25f094c803'

  test("default: external nullifiers are those of World's own wallet (worldcoin/walletkit)", () => {
    expect(worldIdExternalNullifier(appId, 'test-123123')).toBe(
      0x0065ebab05692ff2e0816cc4c3b83216c33eaa4d906c6495add6323fe0e2dc89n,
    )
    expect(worldIdExternalNullifier('app_staging_45068dca85829d2fd90e2dd6f0bff997', 'test-action-qli8g')).toBe(
      0x00d8b157e767dc59faa533120ed0ce34fc51a71937292ea8baed6ee6f4fda866n,
    )
  })

  test('default: what is asked of IDKit, and what comes back', async () => {
    const { action, signal } = worldIdRequest(request)
    expect(action).toBe(taskId)
    expect(BigInt(signal)).toBe(joiningMessage(request))
    expect(worldIdHash(signal)).toBe(BigInt(keccak256(signal)) >> 8n)

    const asked: unknown[] = []
    const admission = worldIdAdmission({
      verify: async (question) => {
        asked.push(question)
        return { merkle_root: '0x05', nullifier_hash: '0x06', proof: `0x${'51'.repeat(256)}` }
      },
    })
    expect(await admission(request)).toBe(
      encodeProofAdmission({ root: 5n, nullifier: 6n, proof: `0x${'51'.repeat(256)}`, consent: '0x' }),
    )
    expect(admissionOf(await admission({ ...request, signer: worker })).consent).toBe(fixture.joinings[0].consent)
    expect(asked).toEqual([
      { action, signal },
      { action, signal },
    ])
  })

  test('error: a proof that is none, an app that is none', async () => {
    const verify = async () => ({ merkle_root: '0x05', nullifier_hash: '0x06', proof: '0x51' }) as const
    await expect(worldIdAdmission({ verify })(request)).rejects.toThrow(ProofMalformedError)
    expect(() => worldIdGateData({ keyId: taskId, appId: 'wrong', root: 0n })).toThrow(WorldIdAppInvalidError)
  })
})

describe('proveSemaphoreMembership', () => {
  test("default: the nullifier is the member's in this scope, whatever the message", async () => {
    const artifacts = await semaphoreArtifacts(10)
    const members = fixture.members.map(BigInt)
    const proven = await proveSemaphoreMembership({
      artifacts,
      secretScalar: 1007n,
      members,
      message: 5n,
      scope: gateScope(request),
    })
    expect(proven.merkleRoot).toBe(BigInt(fixture.joinings[0].root))
    expect(proven.nullifier).toBe(BigInt(fixture.joinings[0].nullifier))
    expect(semaphoreCommitment(1007n)).toBe(members[6])
  }, 60_000)

  test('error: no member, or a group that is too deep', async () => {
    const artifacts = await semaphoreArtifacts(1)
    const common = { artifacts, message: 1n, scope: 2n }
    await expect(proveSemaphoreMembership({ ...common, secretScalar: 5n, members: [1n, 2n] })).rejects.toThrow(
      NotMemberError,
    )
    const members = fixture.members.map(BigInt)
    await expect(proveSemaphoreMembership({ ...common, secretScalar: 1001n, members })).rejects.toThrow(
      GroupTooDeepError,
    )
  })
})

describe('reputation', () => {
  const prover = { prove: () => Promise.reject(new Error('not asked')), close: async () => {} }

  test('default: leaves and roots that the registry is tested with', () => {
    // contracts/test/unit/ReputationRegistry/record.t.sol
    const leaves = [9000, 8000, 7000].map((scoreBps, i) => reputationLeaf({ commitment: BigInt(1001 + i), scoreBps }))
    expect(leaves[0]).toBe(0x1d05f1718e79c2daae843c4e621f54e0451e508aaae69fbc85a395aa71901524n)
    expect(leanRoot(leaves)).toBe(0x25e4250a36d916b3872c3c1a216b7f172281fe65501244476fef1a174ce093ean)
  })

  test('args: a blinding is of one secret, task and slot', () => {
    const base = { secret: 5n, taskId, slot: 0 }
    const others = [
      base,
      { ...base, secret: 6n },
      { ...base, slot: 1 },
      { ...base, taskId: encryptionKey },
      { ...base, attempt: 1 },
    ]
    expect(reputationBlinding({ ...base, attempt: 0 })).toBe(reputationBlinding(base))
    expect(new Set(others.map(reputationBlinding)).size).toBe(others.length)
  })

  test('error: records of others, and scores that are too low, do not count', async () => {
    const secret = randomSalt()
    const recordOf = (owner: bigint, slot: number, scoreBps: number) => {
      const blinding = reputationBlinding({ secret: owner, taskId, slot })
      const commitment = reputationCommitment({ secret: owner, blinding })
      return { taskId, slot, worker: payout, commitment, scoreBps, leaf: reputationLeaf({ commitment, scoreBps }) }
    }
    const recorded = [recordOf(secret, 0, 9000), recordOf(7n, 1, 9000), recordOf(secret, 2, 7999)]
    const admission = reputationAdmission({ secret, recorded, minSlots: 2, minScoreBps: 8000, prover })
    await expect(admission(request)).rejects.toMatchObject({ name: 'ReputationTooSmallError', slots: 1, minSlots: 2 })
    await expect(admission(request)).rejects.toThrow(ReputationTooSmallError)
  })

  test('error: a secret that can be guessed', () => {
    const asked = { recorded: [], minSlots: 1, minScoreBps: 8000, prover }
    for (const secret of [7n, BigInt(stringToHex('my reputation, which I will never forget'.slice(0, 31)))])
      expect(() => reputationAdmission({ ...asked, secret: secret as Secret })).toThrow(GuessableSecretError)
    reputationAdmission({ ...asked, secret: { unsafe: 7n } })
  })

  const by = (worker: number, scores: readonly number[]) =>
    scores.map((scoreBps, slot) => ({
      ...{ taskId, slot, worker: numberToHex(worker, { size: 20 }), commitment: 1n, leaf: 1n },
      scoreBps,
    }))

  test('default: who can have made a proof', () => {
    const recorded = [
      ...by(1, [9000, 9000, 9000, 9000, 9000]),
      ...by(2, [9000, 7000]),
      ...by(3, [8000, 8000]),
      ...by(4, [9000]),
    ]
    const of = (minSlots: number, minScoreBps: number) => reputationAnonymity({ recorded, minSlots, minScoreBps })
    expect(of(1, 1)).toEqual({ slots: 10, accounts: 4, workers: 4 })
    // Accounts 2 and 4 have one good slot each: together they may be one worker.
    expect(of(2, 8000)).toEqual({ slots: 9, accounts: 2, workers: 3 })
    // Fifty slots of one account are one suspect, whatever else the tree holds.
    expect(of(5, 8000)).toEqual({ slots: 9, accounts: 1, workers: 1 })
    expect(of(3, 9500)).toEqual({ slots: 0, accounts: 0, workers: 0 })
  })

  test('args: an account is in one group, and no group is counted that falls short', () => {
    const of = (recorded: readonly RecordedSlot[]) =>
      reputationAnonymity({ recorded, minSlots: 5, minScoreBps: 8000 }).workers
    const many = (slots: number, accounts: number) =>
      Array.from({ length: accounts }, (_, index) =>
        by(100 * slots + index, new Array<number>(slots).fill(9000)),
      ).flat()
    // Twelve slots, but of three accounts with four each only two can be put together.
    expect(of(many(4, 3))).toBe(1)
    expect(of([...many(4, 3), ...many(1, 3)])).toBe(3)
    expect(of([...many(3, 2), ...many(2, 2)])).toBe(2)
    expect(of(many(2, 5))).toBe(1)
    expect(of(many(1, 49))).toBe(9)
  })

  /** Records of one secret, so many on each of these accounts. */
  const ownOf = (secret: bigint, perAccount: readonly number[]): RecordedSlot[] => {
    const accounts = perAccount.flatMap((count, account) => new Array<number>(count).fill(account))
    return accounts.map((account, slot) => {
      const commitment = reputationCommitment({ secret, blinding: reputationBlinding({ secret, taskId, slot }) })
      const worker = numberToHex(0xabc000 + account, { size: 20 })
      return { taskId, slot, worker, commitment, scoreBps: 9000, leaf: reputationLeaf({ commitment, scoreBps: 9000 }) }
    })
  }
  const singles = (count: number) => Array.from({ length: count }, (_, index) => by(200 + index, [9000])).flat()
  const bar = { minSlots: 5, minScoreBps: 8000 }

  test('error: a bar that one account meets, however many slots the others have', async () => {
    const secret = randomSalt()
    const recorded = [...ownOf(secret, [5]), ...singles(45)]
    expect(reputationAnonymity({ recorded, ...bar })).toEqual({ slots: 50, accounts: 1, workers: 10 })
    const refused = { name: 'AnonymityTooSmallError', accounts: 1, workers: 10, counted: 1 }
    await expect(reputationAdmission({ ...bar, secret, recorded, prover })(request)).rejects.toMatchObject(refused)
    // Who makes the task is told so too, with both figures.
    expect(() => assertAnonymity({ recorded, ...bar })).toThrow(expect.objectContaining(refused))
    expect(() => assertAnonymity({ recorded, ...bar })).toThrow(/shows 1 accounts[\s\S]*at most 10 workers/)
    assertAnonymity({ recorded, ...bar, minAnonymity: 1 })
    const trusting = reputationAdmission({ ...bar, secret, recorded, prover, minAnonymity: 1 })
    await expect(trusting(request)).rejects.toThrow('not asked')
  })

  test.each<[string, readonly number[], number]>([
    // Its own slots, and those of 45 others with one each.
    ['an account meets it, and the secret has others', [5, 1, 1], 1],
    ['two accounts do, the first nearly', [4, 1], 1],
    ['three accounts do', [2, 2, 1], 1],
  ])('error: few accounts of a worker are looked for among few: %s', async (_, perAccount, counted) => {
    const secret = randomSalt()
    const recorded = [...ownOf(secret, perAccount), ...singles(45)]
    await expect(reputationAdmission({ ...bar, secret, recorded, prover })(request)).rejects.toMatchObject({
      name: 'AnonymityTooSmallError',
      counted,
    })
  })

  test('default: with an account for each slot a worker hides among such accounts', async () => {
    const secret = randomSalt()
    const recorded = [...ownOf(secret, [1, 1, 1, 1, 1]), ...singles(45)]
    expect(reputationAnonymity({ recorded, ...bar })).toEqual({ slots: 50, accounts: 0, workers: 10 })
    await expect(reputationAdmission({ ...bar, secret, recorded, prover })(request)).rejects.toThrow('not asked')
    const fewer = recorded.slice(0, -1)
    await expect(reputationAdmission({ ...bar, secret, recorded: fewer, prover })(request)).rejects.toMatchObject({
      name: 'AnonymityTooSmallError',
      counted: 9,
    })
    // Who makes the task cannot know that nobody works through one account.
    expect(() => assertAnonymity({ recorded, ...bar, minAnonymity: 1 })).toThrow(/minAnonymity: 0/)
    assertAnonymity({ recorded, ...bar, minAnonymity: 0 })
  })

  test('args: a record of a later attempt tells of its account too', async () => {
    const secret = randomSalt()
    const own = ownOf(secret, [1, 1, 1, 1, 1])
    const later = Array.from({ length: 5 }, (_, index): RecordedSlot => {
      const slot = 10 + index
      const blinding = reputationBlinding({ secret, taskId, slot, attempt: 3 })
      const commitment = reputationCommitment({ secret, blinding })
      return { ...own[0]!, slot, worker: payout, commitment, leaf: reputationLeaf({ commitment, scoreBps: 9000 }) }
    })
    await expect(
      reputationAdmission({ ...bar, secret, recorded: [...own, ...later, ...singles(45)], prover })(request),
    ).rejects.toMatchObject({ accounts: 1, counted: 1 })
  })

  test('error: a bar that too few meet', async () => {
    const secret = randomSalt()
    const own = ownOf(secret, [2])
    const terms = { minSlots: 2, minScoreBps: 8000, prover, secret }
    const nine = Array.from({ length: 8 }, (_, index) => by(100 + index, [9000, 9000])).flat()
    await expect(reputationAdmission({ ...terms, recorded: [...own, ...nine] })(request)).rejects.toMatchObject({
      name: 'AnonymityTooSmallError',
      accounts: 9,
    })
    // With a tenth it gets as far as to look for its leaves.
    const ten = [...own, ...nine, ...by(200, [9000, 9000])]
    await expect(reputationAdmission({ ...terms, recorded: ten })(request)).rejects.toThrow('not asked')
    await expect(reputationAdmission({ ...terms, recorded: own, minAnonymity: 1 })(request)).rejects.toThrow(
      'not asked',
    )
  })

  test('error: terms that no proof shows', () => {
    const terms = { keyId: taskId, requester: payout, minSlots: 2, minScoreBps: 8000 }
    for (const minSlots of [0, 6, 1.5])
      expect(() => reputationGateData({ ...terms, minSlots })).toThrow(ReputationTermsInvalidError)
    for (const minScoreBps of [0, 10_001])
      expect(() => reputationGateData({ ...terms, minScoreBps })).toThrow(ReputationTermsInvalidError)
  })
})
