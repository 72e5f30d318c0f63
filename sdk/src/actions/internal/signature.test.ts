import { concatHex, type Hex, hashTypedData, hexToNumber, recoverTypedDataAddress, sliceHex, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { normalizeSignature } from './signature.js'

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const typed = {
  domain: { name: 'x' },
  types: { Call: [{ name: 'value', type: 'uint256' }] },
  primaryType: 'Call',
} as const

/** As a Ledger gives it: the recovery bit alone. */
const shortened = (signature: Hex) =>
  concatHex([sliceHex(signature, 0, 64), toHex(hexToNumber(sliceHex(signature, 64)) - 27, { size: 1 })])

describe('normalizeSignature', () => {
  test('default: both values of v, as they are and as 0 or 1', async () => {
    const seen = new Set<number>()
    for (let value = 0n; value < 8n; value++) {
      const data = { ...typed, message: { value } }
      const signature = await account.signTypedData(data)
      seen.add(hexToNumber(sliceHex(signature, 64)))
      expect(normalizeSignature(signature)).toBe(signature)
      expect(normalizeSignature(shortened(signature))).toBe(signature)
      expect(await recoverTypedDataAddress({ ...data, signature })).toBe(account.address)
      expect(hashTypedData(data)).toMatch(/^0x/)
    }
    expect(seen).toEqual(new Set([27, 28]))
  })

  test.each(['0x', '0x00', `0x${'00'.repeat(64)}`, `0x${'00'.repeat(66)}`, `0x${'11'.repeat(64)}02`] as const)(
    'default: what is no such signature stays as it is (%s)',
    (signature) => {
      expect(normalizeSignature(signature)).toBe(signature)
    },
  )
})
