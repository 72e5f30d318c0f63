import { type Address, concatHex, encodeFunctionData, type Hex, toHex, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../deployments.js'
import { openGoldSettlementAbi, stakeVaultAbi, taskRegistryAbi } from '../generated/abis.js'
import { type CallFile, examineCall } from './callFile.js'
import { feeRefusalOf, refusalOf } from './joiningCheck.js'

const addressOf = (number: number): Address => toHex(number, { size: 20 })
const names = ['taskRegistry', 'stakeVault', 'openGold', 'hiddenGold', 'consensus', 'optimistic', 'reputationRegistry']
const contracts = Object.fromEntries(names.map((name, index) => [name, addressOf(index + 1)]))
const deployment = { chainId: 31337, contracts } as unknown as Deployment
const MAX_GAS = 3_000_000n
const taskId: Hex = `0x${'aB'.repeat(32)}`
const junk: Hex = `0x${'00'.repeat(110_000)}`

describe('a signed call of a stranger', () => {
  const data = encodeFunctionData({ abi: openGoldSettlementAbi, functionName: 'commit', args: [taskId, 1, 2n] })
  const callOf = (changes: Partial<CallFile['request']> = {}, chainId = deployment.chainId): CallFile => ({
    kind: 'call',
    version: 1,
    chainId,
    request: {
      ...{ from: addressOf(99), to: deployment.contracts.openGold, value: 0n, gas: MAX_GAS, deadline: 1 },
      ...{ data, signature: '0x', ...changes },
    },
  })

  test('default: a commitment, whatever the case of its digits', () => {
    const words = { words: `openGold.commit of ${addressOf(99)}` }
    expect(examineCall(callOf(), deployment, MAX_GAS)).toEqual(words)
    expect(examineCall(callOf({ data: `0x${data.slice(2).toUpperCase()}` }), deployment, MAX_GAS)).toEqual(words)
  })

  test.each<[string, Partial<CallFile['request']>]>([
    ['with 110,000 bytes that no argument is made of', { data: concatHex([data, junk]) }],
    ['with one byte too many', { data: concatHex([data, '0x00']) }],
    ['with more gas than the relayer allows', { gas: MAX_GAS + 1n }],
    ['with coins', { value: 1n }],
    ['for another contract', { to: addressOf(50) }],
    ['for another function', { data: '0x12345678' }],
  ])('error: a call %s', (_, changes) => {
    expect(examineCall(callOf(changes), deployment, MAX_GAS)).toEqual({ refused: expect.any(String) })
  })

  test('default: what a worker without a coin does with its slot, its stake and its money', () => {
    const { taskRegistry, stakeVault } = deployment.contracts
    const leave = encodeFunctionData({ abi: taskRegistryAbi, functionName: 'leave', args: [taskId, 1] })
    const unbond = encodeFunctionData({ abi: stakeVaultAbi, functionName: 'unbond', args: [addressOf(7), 5n] })
    const seen = (to: Address, call: Hex) => examineCall(callOf({ to, data: call }), deployment, MAX_GAS)
    expect(seen(taskRegistry, leave)).toEqual({ words: `taskRegistry.leave of ${addressOf(99)}` })
    expect(seen(stakeVault, unbond)).toEqual({ words: `stakeVault.unbond of ${addressOf(99)}` })
    const cancel = encodeFunctionData({ abi: taskRegistryAbi, functionName: 'cancelTask', args: [taskId] })
    expect(seen(taskRegistry, cancel)).toEqual({ refused: expect.stringContaining('no worker needs') })
  })

  test('error: a call for another chain', () => {
    expect(examineCall(callOf({}, 1), deployment, MAX_GAS)).toEqual({ refused: 'is for chain 1, not 31337' })
  })
})

describe('a joining of a stranger', () => {
  const joining = {
    worker: addressOf(99),
    payout: addressOf(98),
    encryptionKey: taskId,
    relayFee: 5n,
    termsHash: taskId,
  }
  const { taskRegistry } = deployment.contracts
  const prepared = { version: 2, chainId: deployment.chainId, taskRegistry, taskId, joining } as const

  test('default: evidence of the size of a proof and a signature', () => {
    expect(refusalOf({ ...prepared, admission: `0x${'11'.repeat(576)}` }, deployment)).toBeUndefined()
  })

  test('error: evidence that is longer than any, another chain, another registry', () => {
    const admission = '0x11'
    expect(refusalOf({ ...prepared, admission: junk }, deployment)).toContain('110000 bytes')
    expect(refusalOf({ ...prepared, admission, chainId: 1 }, deployment)).toContain('chain 1')
    expect(refusalOf({ ...prepared, admission, taskRegistry: addressOf(50) }, deployment)).toContain('registry')
  })

  test('default, error: a fee counts in the token that is asked for alone', () => {
    const token = addressOf(7)
    expect(feeRefusalOf({ token, fee: 0n }, undefined)).toBeUndefined()
    expect(feeRefusalOf({ token, fee: 5n }, { token, minFee: 5n })).toBeUndefined()
    expect(feeRefusalOf({ token, fee: 4n }, { token, minFee: 5n })).toContain('below 5')
    expect(feeRefusalOf({ token, fee: 5n }, { token: zeroAddress, minFee: 5n })).toContain('the native coin')
    expect(feeRefusalOf({ token: zeroAddress, fee: 5n }, { token, minFee: 0n })).toContain(token)
  })
})
