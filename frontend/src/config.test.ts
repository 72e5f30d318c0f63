import { expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config'

const ADDRESS = `0x${'ab'.repeat(20)}`
const valid = {
  chainId: 31_337,
  rpcUrl: 'http://127.0.0.1:8545',
  indexerUrl: 'http://127.0.0.1:42069',
  gatewayUrl: 'http://127.0.0.1:8080',
  deployment: { chainId: 31_337, blockNumber: 1, contracts: { taskRegistry: ADDRESS }, keys: {} },
}

test('a full configuration passes', () => {
  expect(parseConfig(valid)).toEqual(valid)
})

test.each([
  ['nothing', undefined, 'not a JSON object'],
  ['a wrong chain id', { ...valid, chainId: '1' }, 'chainId'],
  ['a script as an address', { ...valid, indexerUrl: 'javascript:alert(1)' }, 'indexerUrl'],
  ['no deployment', { ...valid, deployment: undefined }, 'deployment.contracts'],
  [
    'a malformed contract',
    { ...valid, deployment: { contracts: { taskRegistry: '0x12' } } },
    'deployment.contracts.taskRegistry',
  ],
])('%s is refused by name', (_, value, field) => {
  expect(() => parseConfig(value)).toThrow(ConfigError)
  expect(() => parseConfig(value)).toThrow(field)
})
