import { protocolParametersAbi, verifierKeyRegistryAbi, veritaskGovernorAbi } from '@veritask/sdk/abi'
import { encodeFunctionData, zeroAddress, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import { callStories, describeCall } from './calls'

const contracts = {
  protocolParameters: `0x${'aa'.repeat(20)}`,
  verifierKeyRegistry: `0x${'bb'.repeat(20)}`,
  governor: `0x${'cc'.repeat(20)}`,
  openGold: `0x${'dd'.repeat(20)}`,
}

const call = (target: string, data: string) => describeCall({ target, value: '0', data }, contracts)

describe('describeCall', () => {
  test('names the contract, the function and each field of a struct', () => {
    const data = encodeFunctionData({
      abi: protocolParametersAbi,
      functionName: 'setTokenPolicy',
      args: [zeroAddress, { allowed: true, minReward: 5n, minStake: 7n }],
    })
    expect(call(contracts.protocolParameters.toUpperCase().replace('0X', '0x'), data)).toEqual({
      contract: 'Protocol parameters',
      functionName: 'setTokenPolicy',
      arguments: [
        { name: 'token', value: zeroAddress },
        { name: 'allowed', value: 'true' },
        { name: 'minReward', value: '5' },
        { name: 'minStake', value: '7' },
      ],
    })
  })

  test('reads data by the target alone: another contract with the same selector is not named', () => {
    const data = encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'setVotingDelay', args: [5] })
    expect(call(contracts.governor, data)).toMatchObject({ contract: 'Governor', functionName: 'setVotingDelay' })
    expect(call(contracts.protocolParameters, data)).toMatchObject({ functionName: null, arguments: [] })
    expect(call(`0x${'ee'.repeat(20)}`, data)).toEqual({ contract: null, functionName: null, arguments: [] })
    expect(call(contracts.openGold, data)).toEqual({ contract: 'openGold', functionName: null, arguments: [] })
  })

  test('neutralises and caps what an argument says', () => {
    const reason = `pay \u202Eevil${'x'.repeat(5_000)}`
    const data = encodeFunctionData({
      abi: verifierKeyRegistryAbi,
      functionName: 'freeze',
      args: [zeroHash, reason, { id: '', uri: '' }, '0x'],
    })
    const { arguments: values } = call(contracts.verifierKeyRegistry, data)
    const shown = values.find(({ name }) => name === 'reason')?.value ?? ''
    expect(shown).toMatch(/^pay \ufffdevilx+…$/)
    expect(shown.length).toBeLessThan(210)
  })

  test.each(['0x', '0x12', '0xdeadbeef', 'not hex'])('%s is of no function', (data) => {
    expect(call(contracts.governor, data)).toMatchObject({ functionName: null, arguments: [] })
  })
})

describe('callStories', () => {
  const deployment = { chainId: 31_337, blockNumber: 1, contracts, keys: {} } as never
  const row = (target: string, data: string, dataSize = (data.length - 2) / 2) => ({
    target,
    value: '0',
    data,
    dataSize,
  })
  const told = (calls: Parameters<typeof callStories>[0], before: Parameters<typeof callStories>[2] = null) =>
    callStories(calls, deployment, before)
  const delay = (seconds: number) =>
    encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'setVotingDelay', args: [seconds] })
  const change = { name: 'votingDelay', label: 'Time before voting' }

  test('says what each call changes, from what those before it leave', () => {
    const before = { parameters: null, voting: { votingDelay: '60', quorumPercent: '4' }, tokens: [] }
    expect(told([row(contracts.governor, delay(120)), row(contracts.governor, delay(7200))], before)).toEqual([
      { notes: [], changes: [{ ...change, from: '1 min', to: '2 min' }] },
      { notes: [], changes: [{ ...change, from: '2 min', to: '2 h' }] },
    ])
    expect(told([row(contracts.governor, delay(60))], before)).toEqual([{ notes: ['Nothing changes.'], changes: [] }])
  })

  test('says what is set when nobody can say what was before', () => {
    const set = { ...change, from: undefined, to: '1 min' }
    expect(told([row(contracts.governor, delay(60))])).toEqual([{ notes: [], changes: [set] }])
    const hostile = { parameters: { feeBps: 'x' }, voting: { votingDelay: { deep: 1 } }, tokens: [] }
    expect(told([row(contracts.governor, delay(60))], hostile)).toEqual([{ notes: [], changes: [set] }])
  })

  test('says nothing of a call that is cut, unknown or malformed, and tells the others all the same', () => {
    const none = { notes: [], changes: [] }
    const calls = [
      row(contracts.governor, delay(60), 60_000),
      row(contracts.governor, '0xdeadbeef'),
      row('not an address', delay(60)),
      { ...row(contracts.governor, delay(60)), value: 'x' },
      row(contracts.governor, delay(60)),
    ]
    expect(told(calls).slice(0, 4)).toEqual([none, none, none, none])
    expect(told(calls)[4]?.changes).toHaveLength(1)
  })

  test('keeps what somebody wrote into it on one line', () => {
    const args = [zeroHash, 'because\u202E of\nthis', { id: '', uri: '' }, '0x'] as const
    const data = encodeFunctionData({ abi: verifierKeyRegistryAbi, functionName: 'freeze', args })
    const [first] = told([row(contracts.verifierKeyRegistry, data)])
    expect(first?.notes[0]).toMatch(/^Freeze the verifier key 0x0+ for ever, because: .*this/)
    expect(first?.notes[0]).not.toMatch(/[\n\u202E]/)
  })
})
