import { protocolParametersAbi, verifierKeyRegistryAbi, veritaskGovernorAbi } from '@veritask/sdk/abi'
import { encodeFunctionData, zeroAddress, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import { callSentences, describeCall } from './calls'

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

describe('callSentences', () => {
  const deployment = { chainId: 31_337, blockNumber: 1, contracts, keys: {} } as never
  const say = (target: string, data: string, dataSize = (data.length - 2) / 2) =>
    callSentences({ target, value: '0', data, dataSize }, deployment)
  const delay = encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'setVotingDelay', args: [60] })

  test('says what a call does', () => {
    expect(say(contracts.governor, delay)).toEqual(['Set the time between a proposal and its vote to 60 seconds.'])
  })

  test('says nothing of a call that is cut, unknown or malformed', () => {
    expect(say(contracts.governor, delay, 60_000)).toEqual([])
    expect(say(contracts.governor, '0xdeadbeef')).toEqual([])
    expect(say('not an address', delay)).toEqual([])
  })

  test('keeps what somebody wrote into it on one line', () => {
    const args = [zeroHash, 'because\u202E of\nthis', { id: '', uri: '' }, '0x'] as const
    const data = encodeFunctionData({ abi: verifierKeyRegistryAbi, functionName: 'freeze', args })
    expect(say(contracts.verifierKeyRegistry, data)[0]).toMatch(
      /^Freeze the verifier key 0x0+ for ever, because: .*this/,
    )
    expect(say(contracts.verifierKeyRegistry, data)[0]).not.toMatch(/[\n\u202E]/)
  })
})
