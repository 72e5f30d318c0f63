import { createClient, custom, encodeAbiParameters, parseEther, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { amountsOf, nativeAmount, nativeFacts, parseAmount, tokenAmount } from './amounts.js'

const token = '0x00000000000000000000000000000000000000AA'

describe('amounts as people read them', () => {
  test('default: coins, to the last unit', () => {
    expect(nativeAmount(10_000_000_000_000_000n)).toBe('0.01 ETH')
    expect(nativeAmount(parseEther('2'))).toBe('2 ETH')
    expect(nativeAmount(1n)).toBe('0.000000000000000001 ETH')
    expect(nativeAmount(0n)).toBe('0 ETH')
  })

  test('default: a token in its own decimals, with its address, since anyone gives a token any symbol', () => {
    expect(tokenAmount(token, { decimals: 6, symbol: 'USDC' })(1_500_000n)).toBe(`1.5 USDC (token ${token})`)
    expect(tokenAmount(token, { decimals: 0, symbol: 'ETH' })(3n)).toBe(`3 ETH (token ${token})`)
    expect(tokenAmount(token, { decimals: 6 })(1n)).toBe(`0.000001 of token ${token}`)
    expect(tokenAmount(token, { symbol: 'X' })(5n)).toBe(`5 base units of token ${token}`)
    expect(tokenAmount(token, { decimals: 255, symbol: 'X' })(5n)).toBe(`5 base units of token ${token}`)
    const hostile = tokenAmount(token, { decimals: 0, symbol: `\u001b[2J${'W'.repeat(40)}` })(1n)
    expect(hostile).toBe(`1 ?[2JWWWWWWWW (token ${token})`)
  })

  test('default: read from the token; one that answers nothing keeps base units', async () => {
    const answering = (answers: Record<string, unknown>) =>
      createClient({
        transport: custom({
          request: async ({ params }: { params: [{ data: string }] }) => {
            const answer = answers[params[0].data]
            if (answer === undefined) throw Object.assign(new Error('execution reverted'), { code: 3 })
            return answer
          },
        }),
      })
    const decimals = encodeAbiParameters([{ type: 'uint8' }], [6])
    const symbol = encodeAbiParameters([{ type: 'string' }], ['USDC'])
    const full = answering({ '0x313ce567': decimals, '0x95d89b41': symbol })
    expect((await amountsOf(full, token))(2_000_000n)).toBe(`2 USDC (token ${token})`)
    expect((await amountsOf(answering({}), token))(7n)).toBe(`7 base units of token ${token}`)
    expect((await amountsOf(answering({}), zeroAddress))(parseEther('0.5'))).toBe('0.5 ETH')
    expect((await amountsOf(answering({}), undefined))(parseEther('0.5'))).toBe('0.5 ETH')
  })
})

describe('amounts as people type them', () => {
  test('default: of the coin or token, or in its smallest units', () => {
    expect(parseAmount('0.01', nativeFacts)).toBe(10n ** 16n)
    expect(parseAmount('1.5', { decimals: 6 })).toBe(1_500_000n)
    expect(parseAmount('7', { decimals: 0 })).toBe(7n)
    expect(parseAmount('500 units', {})).toBe(500n)
    expect(parseAmount('500units', nativeFacts)).toBe(500n)
    expect(parseAmount('0', nativeFacts)).toBe(0n)
  })

  test.each([
    ['more decimals than the token has', '0.0000001', { decimals: 6 }],
    ['of a token that does not say its decimals', '1', {}],
    ['of a token with senseless decimals', '1', { decimals: 255 }],
    ['above 128 bits', `${2n ** 128n} units`, nativeFacts],
    ['above 128 bits in coins', '999999999999999999999999', nativeFacts],
    ['signed', '-1', nativeFacts],
    ['in science', '1e18', nativeFacts],
    ['with a comma', '0,5', nativeFacts],
    ['empty', '', nativeFacts],
    ['hexadecimal', '0x10', nativeFacts],
  ])('error: %s', (_, text, facts) => {
    expect(parseAmount(text, facts)).toBeUndefined()
  })
})
