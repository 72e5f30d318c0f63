import { encodeFunctionData, type Hex, keccak256, stringToHex, zeroAddress, zeroHash } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { circuitManifest, describeGovernanceCall, verifyingKeys, vkeyToKeyData } from '../core.js'
import {
  protocolParametersAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
} from '../generated/abis.js'
import type { GovernanceCall } from '../governance/describe.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { changedLogs } from '../testing/flaky.js'
import { rpc } from '../testing/foundry.js'

let chain: TestChain
let count = 0

beforeAll(async () => {
  chain = await startChain()
})
afterAll(() => chain?.stop())

/** Every test starts where the last one did. */
let snapshot: Hex
beforeEach(async () => {
  if (snapshot !== undefined) await rpc(chain.url, 'evm_revert', [snapshot])
  snapshot = await rpc<Hex>(chain.url, 'evm_snapshot', [])
})

const passTo = async (time: bigint) => {
  if ((await chain.requester.getBlock()).timestamp >= time) return
  await rpc(chain.url, 'evm_setNextBlockTimestamp', [Number(time)])
  await rpc(chain.url, 'evm_mine', [])
}
/** The test chain votes for one second; no test waits for a real one. */
const setPeriod = async () => {
  const { governor } = chain.deployment.contracts
  const data = encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'setVotingPeriod', args: [3600] })
  await chain.govern({ to: governor, data })
}
const feeCall = () => chain.requester.encodeParameterChange({ changes: { feeBps: 250 } })
const description = () => `Change something, ${count++}`

async function proposed(calls: readonly GovernanceCall[]) {
  await setPeriod()
  return chain.requester.propose({ calls, description: description() })
}

describe('a proposal', () => {
  test('default: proposed, voted, queued, executed; the parameters change and the old version stays', async () => {
    const before = await chain.requester.getParameters()
    const made = await proposed([await feeCall()])
    expect(made.calls[0]?.words).toEqual([
      // Who votes is told that the call carries the other values too.
      expect.stringContaining('a change made before this is executed is undone'),
      `Protocol fee (feeBps): ${before.feeBps / 100}% → 2.5%, for tasks made from then on.`,
    ])
    await passTo(made.voteStart + 1n)
    const { weight } = await chain.requester.castVote({ proposalId: made.proposalId, ballot: 'for', reason: 'why not' })
    expect(weight).toBe((await chain.requester.getVotes({ account: chain.requester.account.address })).votes)
    await passTo(made.voteEnd + 1n)
    const { executableAt } = await chain.worker(1).queueProposal({ proposalId: made.proposalId })
    await passTo(executableAt)
    await chain.worker(1).executeProposal({ proposalId: made.proposalId })

    const after = await chain.requester.getParameters()
    expect(after).toEqual({ ...before, feeBps: 250, version: before.version + 1 })
    expect(await chain.requester.getParameters({ version: before.version })).toEqual(before)
    const shown = await chain.requester.getProposal({ proposalId: made.proposalId })
    expect(shown).toMatchObject({ state: 'executed', votes: { for: weight, against: 0n, abstain: 0n } })
    // It is told as it was voted on, whatever later ones have changed.
    expect(shown.calls).toEqual(made.calls)
    const { protocolParameters } = chain.deployment.contracts
    const { version: _, ...values } = after
    const data = encodeFunctionData({
      abi: protocolParametersAbi,
      functionName: 'setParameters',
      args: [{ ...values, feeBps: 100 }],
    })
    await chain.govern({ to: protocolParameters, data })
    expect((await chain.requester.getProposal({ proposalId: made.proposalId })).calls).toEqual(made.calls)
    expect((await chain.requester.listProposals({ last: 1 }))[0]?.calls[0]?.words.slice(1)).toEqual([
      'Protocol fee (feeBps): 2.5% → 1%, for tasks made from then on.',
    ])
    expect(shown.description).toMatch(new RegExp(`#proposer=${chain.requester.account.address}$`))
    expect((await chain.requester.listProposals()).map(({ proposalId }) => proposalId)).toContain(made.proposalId)
  })

  test('several calls are told one after the other, each from what those before it leave', async () => {
    const { protocolParameters, timelock } = chain.deployment.contracts
    const { version: _, ...now } = await chain.requester.getParameters()
    const set = (changes: Partial<typeof now>) => {
      const args = [{ ...now, ...changes }] as const
      return encodeFunctionData({ abi: protocolParametersAbi, functionName: 'setParameters', args })
    }
    const call = (target: Hex, data: Hex) => ({ target, value: 0n, data })
    const schedule = encodeFunctionData({
      abi: veritaskTimelockAbi,
      functionName: 'schedule',
      args: [protocolParameters, 0n, set({ feeBps: 999 }), zeroHash, zeroHash, 0n],
    })
    const described = await chain.requester.describeCalls({
      calls: [
        call(protocolParameters, set({ feeBps: 300 })),
        call(timelock, schedule),
        call(protocolParameters, set({ feeBps: 300, maxSlots: 7 })),
        call(protocolParameters, set({})),
      ],
    })
    const then = 'for tasks made from then on.'
    expect(described.map(({ words }) => words.at(-1))).toEqual([
      `Protocol fee (feeBps): ${now.feeBps / 100}% → 3%, ${then}`,
      `  Protocol fee (feeBps): 3% → 9.99%, ${then}`,
      `Most slots of a task (maxSlots): ${now.maxSlots} → 7, ${then}`,
      `Most slots of a task (maxSlots): 7 → ${now.maxSlots}, ${then}`,
    ])
  })

  test('votes and tokens are told as they were before, in their units, also after the proposal is executed', async () => {
    const { governor, timelock } = chain.deployment.contracts
    const call = (
      functionName: 'setVotingDelay' | 'updateQuorumNumerator' | 'setProposalThreshold',
      value: bigint,
    ) => ({
      target: governor,
      value: 0n,
      data: encodeFunctionData({ abi: veritaskGovernorAbi, functionName, args: [value] as never }),
    })
    const delay = encodeFunctionData({ abi: veritaskTimelockAbi, functionName: 'updateDelay', args: [90n] })
    const allow = (minReward: bigint) =>
      chain.requester.encodeAllowance({ token: zeroAddress, policy: { minReward, minStake: 0n } })
    const lower = await allow(10n ** 16n)
    await chain.govern({ to: lower.target, data: lower.data })
    const made = await proposed([
      call('setVotingDelay', 7200n),
      call('updateQuorumNumerator', 9n),
      call('setProposalThreshold', 5n * 10n ** 17n),
      { target: timelock, value: 0n, data: delay },
      await allow(10n ** 17n),
      await allow(10n ** 17n),
      await chain.requester.encodeAllowance({ token: zeroAddress, policy: undefined }),
    ])
    const told = made.calls.map(({ words }) => words)
    expect(told).toEqual([
      [expect.stringMatching(/^Time before voting \(votingDelay\): .*[smhd] → 2 h\.$/)],
      [expect.stringMatching(/^Quorum \(quorumPercent\): \d+% → 9%\.$/)],
      [expect.stringMatching(/^Votes it takes to propose \(proposalThreshold\): \d.* votes? → 0\.5 votes\.$/)],
      [expect.stringMatching(/^Delay of the timelock \(minDelay\): \d.*[smhd] → 1 min 30 s\.$/)],
      ['Smallest reward a slot in the native coin (minReward): 0.01 ETH → 0.1 ETH.'],
      ['Nothing changes.'],
      ['Let no further task pay in the native coin.'],
    ])
    expect(made.calls[4]?.changes).toEqual([
      {
        name: 'minReward',
        label: 'Smallest reward a slot in the native coin',
        from: '0.01 ETH',
        to: '0.1 ETH',
      },
    ])
    await passTo(made.voteStart + 1n)
    await chain.requester.castVote({ proposalId: made.proposalId, ballot: 'for' })
    await passTo(made.voteEnd + 1n)
    await passTo((await chain.worker(1).queueProposal({ proposalId: made.proposalId })).executableAt)
    await chain.worker(1).executeProposal({ proposalId: made.proposalId })
    const shown = await chain.requester.getProposal({ proposalId: made.proposalId })
    expect(shown.state).toBe('executed')
    expect(shown.calls.map(({ words }) => words)).toEqual(told)
  })

  test('a defeated proposal that was made again is called so, in either direction; one with other calls is not', async () => {
    const calls = [await feeCall()]
    const [first, other] = [await proposed(calls), await proposed([...calls, ...calls])]
    await passTo(first.voteEnd + 1n)
    const again = await chain.requester.propose({ calls, description: description() })
    const same = async ({ proposalId }: { proposalId: bigint }) =>
      (await chain.requester.getProposal({ proposalId })).sameCalls
    expect(await same(other)).toEqual([])
    expect(await same(first)).toEqual([
      { proposalId: again.proposalId, state: expect.stringMatching(/pending|active/) },
    ])
    const defeated = [{ proposalId: first.proposalId, state: 'defeated' }]
    expect(await same(again)).toEqual(defeated)
    expect((await chain.requester.listProposals({ last: 1 }))[0]?.sameCalls).toEqual(defeated)
  })

  test.each([
    [{ feeBps: 1001 }, 'basis points from 0 to 1000'],
    [{ feeBps: 2.5 }, 'a whole number of basis points'],
    [{ feeBps: '250' }, 'basis points'],
    [{ maxSlots: 0 }, 'slots from 1 to 65535'],
    [{ minWindow: 9 }, 'seconds from 10 to 7776000'],
    [{ minWindow: 11, maxWindow: 10 }, 'at most maxWindow, 10 seconds'],
    [{ maxWindow: 2 ** 32 }, 'seconds from 1 to 4294967295'],
    [{ verifyGasCap: 349_999 }, 'gas from 350000 to 10000000'],
    [{ unbondingDelay: 90 * 86_400 + 1 }, 'seconds from 10 to 7776000'],
    [{ unbondingDelay: 9 }, 'seconds from 10 to 7776000'],
    [{ leaveWindow: 0 }, 'seconds from 10'],
    [{ auditWindow: 0 }, 'seconds from 10'],
    [{ goldBondBps: 999 }, 'basis points from 1000 to 10000'],
    [{ auditRateBps: 5000 }, 'basis points from 5001 to 7500'],
    [{ auditRateBps: 7501 }, 'basis points from 5001 to 7500'],
    [{ treasury: 'nobody' }, 'an address'],
    [{ treasury: zeroAddress, feeBps: 1 }, 'other than zero while there is a fee'],
  ])('error: parameters that the contract would refuse, %o', async (changes, expected) => {
    await expect(chain.requester.encodeParameterChange({ changes: changes as never })).rejects.toMatchObject({
      name: 'ParameterRangeError',
      message: expect.stringContaining(expected),
    })
  })

  test('args: the limits themselves are what the contract takes', async () => {
    const limits = [
      { feeBps: 1000, maxSlots: 65_535, minWindow: 10, maxWindow: 2 ** 32 - 1, verifyGasCap: 10_000_000 },
      { feeBps: 0, missedSlashBps: 0, rejectedSlashBps: 0, treasury: zeroAddress, maxSlots: 1, verifyGasCap: 350_000 },
      { unbondingDelay: 90 * 86_400, leaveWindow: 10, auditWindow: 10, goldBondBps: 10_000, auditRateBps: 5001 },
      { unbondingDelay: 10, keyActivationDelay: 0, goldBondBps: 1000, auditRateBps: 7500 },
    ] as const
    for (const changes of limits) {
      const { target, data } = await chain.requester.encodeParameterChange({ changes })
      await chain.requester.call({ account: chain.deployment.contracts.timelock, to: target, data })
    }
  })

  test('error: an allowance that the contract would refuse', async () => {
    for (const policy of [{ minReward: 0n }, { minReward: 2n ** 128n }, { minReward: 1n, minStake: -1n }])
      await expect(chain.requester.encodeAllowance({ token: zeroAddress, policy })).rejects.toMatchObject({
        name: 'ParameterRangeError',
      })
  })

  test('error: every step too early, too late or by the wrong account says so', async () => {
    const calls = [await feeCall()]
    await expect(chain.requester.propose({ calls: [], description: 'x' })).rejects.toThrow('there is no call in it')
    await expect(chain.requester.propose({ calls, description: ' ' })).rejects.toThrow('it has no description')
    await expect(chain.worker(1).propose({ calls, description: 'x' })).rejects.toMatchObject({
      name: 'NotEnoughVotesError',
    })
    await expect(chain.requester.getProposal({ proposalId: 1n })).rejects.toMatchObject({
      name: 'ProposalNotFoundError',
    })
    const { proposalId, voteStart, voteEnd } = await proposed(calls)
    await passTo(voteStart + 1n)
    await expect(chain.worker(1).castVote({ proposalId, ballot: 'for' })).rejects.toMatchObject({
      name: 'NotEnoughVotesError',
    })
    await expect(chain.requester.queueProposal({ proposalId })).rejects.toMatchObject({ name: 'ProposalStateError' })
    await chain.requester.castVote({ proposalId, ballot: 'against' })
    await expect(chain.requester.castVote({ proposalId, ballot: 'for' })).rejects.toMatchObject({
      name: 'AlreadyVotedError',
    })
    await passTo(voteEnd + 1n)
    expect((await chain.requester.getProposal({ proposalId })).state).toBe('defeated')
    await expect(chain.requester.executeProposal({ proposalId })).rejects.toMatchObject({ name: 'ProposalStateError' })
    await expect(chain.requester.encodeParameterChange({ changes: { fees: 1 } as never })).rejects.toMatchObject({
      name: 'UnknownParameterError',
    })
  })

  test('a second try after a lost answer finds what the first one did', async () => {
    await setPeriod()
    const calls = [await feeCall()]
    const text = description()
    const first = await chain.requester.propose({ calls, description: text })
    const again = await chain.requester.propose({ calls, description: text })
    expect(again).toMatchObject({ proposalId: first.proposalId, hash: first.hash, found: true })
    await passTo(first.voteStart + 1n)
    const vote = { proposalId: first.proposalId, ballot: 'for' } as const
    const voted = await chain.requester.castVote(vote)
    expect(await chain.requester.castVote(vote)).toMatchObject({ hash: voted.hash, found: true })
  })

  test('a node that finds no events yet shows what was done all the same', async () => {
    await setPeriod()
    const blind = changedLogs(chain.url, (log) => ({ ...log, topics: [keccak256('0x')] }))
    const requester = chain.clientFor(accountAt(0), blind)
    const made = await requester.propose({ calls: [await feeCall()], description: description() })
    expect(made.voteEnd).toBeGreaterThan(made.voteStart)
    expect((await chain.requester.listProposals({ last: 1 }))[0]?.proposalId).toBe(made.proposalId)
  })

  test('its proposer cancels it, nobody else does, and a queued one goes from the timelock too', async () => {
    const { proposalId, voteStart, voteEnd } = await proposed([await feeCall()])
    await passTo(voteStart + 1n)
    await chain.requester.castVote({ proposalId, ballot: 'for' })
    await passTo(voteEnd + 1n)
    await chain.requester.queueProposal({ proposalId })
    await expect(chain.worker(1).cancelProposal({ proposalId })).rejects.toMatchObject({ name: 'NotProposerError' })
    await chain.requester.cancelProposal({ proposalId })
    expect((await chain.requester.getProposal({ proposalId })).state).toBe('cancelled')
  })

  test('a guardian stops what is queued, at the timelock; nobody else can', async () => {
    const guardian = chain.worker(3)
    const { timelock } = chain.deployment.contracts
    const role = keccak256(stringToHex('CANCELLER_ROLE'))
    const args = [role, guardian.account.address] as const
    await chain.govern({
      to: timelock,
      data: encodeFunctionData({ abi: veritaskTimelockAbi, functionName: 'grantRole', args }),
    })
    const { proposalId, voteStart, voteEnd } = await proposed([await feeCall()])
    await passTo(voteStart + 1n)
    await chain.requester.castVote({ proposalId, ballot: 'for' })
    await passTo(voteEnd + 1n)
    await expect(guardian.vetoProposal({ proposalId })).rejects.toMatchObject({ name: 'OperationNotQueuedError' })
    await chain.requester.queueProposal({ proposalId })
    await expect(chain.worker(1).vetoProposal({ proposalId })).rejects.toThrow()
    const { hash } = await guardian.vetoProposal({ proposalId })
    expect((await chain.requester.getProposal({ proposalId })).state).toBe('cancelled')
    expect(await guardian.vetoProposal({ proposalId })).toMatchObject({ hash, found: true })
  })

  test('votes go where they are delegated', async () => {
    const account = chain.worker(2).account.address
    const { delegatee } = await chain.requester.delegateVotes({ delegatee: account })
    expect(delegatee).toBe(account)
    expect((await chain.requester.getVotes({ account })).votes).toBeGreaterThan(0n)
    expect((await chain.requester.getVotes({ account: chain.requester.account.address })).votes).toBe(0n)
  })
})

describe('describeGovernanceCall', () => {
  const words = (target: Hex, data: Hex, value = 0n) =>
    describeGovernanceCall(chain.deployment, { target, data, value }).words
  const parameters = (functionName: never, args: readonly unknown[]) =>
    words(
      chain.deployment.contracts.protocolParameters,
      encodeFunctionData({ abi: protocolParametersAbi, functionName, args: args as never }),
    )

  test('says what it can read, by name', () => {
    const { contracts, gates } = chain.deployment
    const [gateName, gate] = Object.entries(gates)[0]!
    expect(parameters('setGate' as never, [gate, true])).toEqual([`Let tasks use the gate ${gateName} (${gate}).`])
    const stranger = accountAt(7).address
    expect(parameters('setSettlement' as never, [stranger, true])).toEqual([
      `Let tasks use the settlement ${stranger}, which is not of this deployment: read its code before you vote.`,
    ])
    expect(parameters('setSettlement' as never, [contracts.openGold, false])).toEqual([
      `Let no further task use the settlement openGold (${contracts.openGold}).`,
    ])
    expect(
      parameters('setTokenPolicy' as never, [zeroAddress, { allowed: false, minReward: 0n, minStake: 0n }]),
    ).toEqual(['Let no further task pay in the native coin.'])
    expect(parameters('renounceOwnership' as never, [])).toEqual([
      'WARNING: leave the contract without an owner: nobody could ever change it.',
    ])
    const grant = encodeFunctionData({
      abi: veritaskTimelockAbi,
      functionName: 'grantRole',
      args: [zeroHash, chain.requester.account.address],
    })
    expect(words(contracts.timelock, grant)).toEqual([
      `WARNING: make ${chain.requester.account.address} a timelock administrator.`,
    ])
  })

  test('tells what a call makes another contract do', () => {
    const { governor, timelock } = chain.deployment.contracts
    const grant = encodeFunctionData({
      abi: veritaskTimelockAbi,
      functionName: 'grantRole',
      args: [zeroHash, chain.requester.account.address],
    })
    const relay = encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'relay', args: [timelock, 0n, grant] })
    expect(words(governor, relay)).toEqual([
      'WARNING: have the governor itself make this call, which it may make of the timelock too:',
      `  WARNING: make ${chain.requester.account.address} a timelock administrator.`,
    ])
  })

  test('calls a development key by its name', () => {
    const { keyId: _, ...call } = chain.requester.encodeProposeKey({
      keyData: '0x01',
      manifestHash: zeroHash,
      development: true,
      needsChallenge: false,
      freezableByProof: true,
      gasCap: 729_000,
    })
    expect(words(call.to, call.data).join(' ')).toMatch(
      /which this deployment does not name.*NO challenge.*nobody chose.*729000 gas.*DEVELOPMENT key/,
    )
  })

  test('names a deployed key, with its challenge', () => {
    const [circuit, keyId] = Object.entries(chain.deployment.keys)[0]!
    const key = { manifestHash: circuitManifest.circuits[circuit]!.manifestHash, development: true }
    const marks = { needsChallenge: true, freezableByProof: false }
    const keyData = vkeyToKeyData(verifyingKeys[circuit as keyof typeof verifyingKeys])
    const call = chain.requester.encodeProposeKey({ keyData, ...key, ...marks })
    expect(call.keyId).toBe(keyId)
    expect(words(call.to, call.data).join(' ')).toMatch(
      new RegExp(`deployment names ${circuit}.*need a challenge.*No proof freezes it.*gas cap of the parameters`),
    )
  })

  test('says plainly what it cannot read, and never hides what is sent along', () => {
    const stranger = chain.requester.account.address
    expect(words(stranger, '0x12345678', 5n)).toEqual([
      `Call ${stranger}, which is no contract of the protocol, with 4 bytes: read its code before you vote.`,
      'It sends 0.000000000000000005 ETH along.',
    ])
    const { verifierKeyRegistry } = chain.deployment.contracts
    expect(words(verifierKeyRegistry, '0xdeadbeef')).toEqual([
      'Call verifierKeyRegistry with the unknown selector 0xdeadbeef.',
    ])
    const reason = 'fine"\n\u202eWARNING'
    const freeze = encodeFunctionData({
      abi: verifierKeyRegistryAbi,
      functionName: 'freeze',
      args: [zeroHash, reason, { id: reason, uri: reason }, '0x'],
    })
    expect(words(verifierKeyRegistry, freeze)).toHaveLength(2)
    expect(words(verifierKeyRegistry, freeze).join('')).not.toMatch(/[\n\u202e]/)
  })
})
