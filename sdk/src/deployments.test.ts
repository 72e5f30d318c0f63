import { foundry } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { contractNames, parseDeployment, resolveDeployment, withVeritask } from './deployments.js'
import { UnsupportedChainError } from './errors/deployment.js'
import { refusedChains } from './generated/chains.js'

const file = {
  chainId: 31337,
  blockNumber: 1,
  contracts: Object.fromEntries(contractNames.map((name) => [name, `0x${'ab'.repeat(20)}`])),
  keys: { 'open-gold-scalar-64': `0x${'01'.repeat(32)}` },
}

describe('parseDeployment', () => {
  test('default', () => {
    const deployment = parseDeployment(file)
    expect(deployment.contracts.taskRegistry).toBe('0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB')
    expect(deployment.keys).toEqual(file.keys)
  })

  test('default: proof systems, and files from before there were several', () => {
    const plonk = `0x${'cd'.repeat(20)}`
    const groth16 = '0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB'
    expect(parseDeployment(file).proofSystems).toEqual({ 'groth16-bn254': groth16 })
    expect(parseDeployment({ ...file, proofSystems: { plonk } }).proofSystems).toEqual({
      'groth16-bn254': groth16,
      plonk: '0xCdCDCdCdcdcdcdCdcDcDCdcDcDCdCdcdCdcDCDcD',
    })
  })

  test('default: gates', () => {
    const allowList = `0x${'cd'.repeat(20)}`
    expect(parseDeployment(file).gates).toEqual({})
    expect(parseDeployment({ ...file, gates: { allowList } }).gates).toEqual({
      allowList: '0xCdCDCdCdcdcdcdCdcDcDCdcDcDCdCdcdCdcDCDcD',
    })
  })

  test('error: a chain on which the protocol does not work, with the reason', () => {
    for (const [chainId, chain] of Object.entries(refusedChains)) {
      const parse = () => parseDeployment({ ...file, chainId: Number(chainId) })
      expect(parse).toThrow(UnsupportedChainError)
      expect(parse).toThrow(chain!.reason)
    }
    expect(Object.keys(refusedChains)).toContain('42161')
  })

  test.each([
    [null, '"deployment" is not an object'],
    [{ ...file, chainId: '1' }, '"chainId" is not a whole number'],
    [{ ...file, blockNumber: -1 }, '"blockNumber"'],
    [{ ...file, contracts: { ...file.contracts, openGold: '0x12' } }, '"contracts.openGold" is not an address'],
    [{ ...file, contracts: {} }, '"contracts.timelock"'],
    [{ ...file, proofSystems: [] }, '"proofSystems" is not an object'],
    [{ ...file, proofSystems: { plonk: '0x12' } }, '"proofSystems.plonk" is not an address'],
    [{ ...file, gates: { allowList: '0x12' } }, '"gates.allowList" is not an address'],
    [{ ...file, keys: { x: '0x12' } }, '"keys.x" is not a 32-byte key id'],
  ])('error: %#', (value, message) => {
    expect(() => parseDeployment(value)).toThrow(message)
  })
})

describe('withVeritask', () => {
  test('default: the chain carries its deployment', () => {
    const deployment = parseDeployment(file)
    expect(resolveDeployment({ chain: withVeritask(foundry, deployment) }, undefined)).toBe(deployment)
  })

  test('error: another chain, or none', () => {
    expect(() => withVeritask(foundry, { ...parseDeployment(file), chainId: 1 })).toThrow('chain')
    expect(() => resolveDeployment({ chain: foundry }, undefined)).toThrow(
      'No Veritask deployment is known for chain 31337',
    )
    expect(() => resolveDeployment({}, undefined)).toThrow('No Veritask deployment was given')
  })
})
