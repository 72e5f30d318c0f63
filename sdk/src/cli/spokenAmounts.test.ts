import { createClient, custom, encodeAbiParameters, parseEther, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { RewardTooSmallError } from '../errors/contract.js'
import { NotEnoughStakeError } from '../errors/stakes.js'
import type { Context } from './context.js'
import { noteAmounts, withAmounts } from './spokenAmounts.js'

const token = `0x${'aa'.repeat(20)}` as const
const other = `0x${'bb'.repeat(20)}` as const

/** A node that knows a token of six decimals. */
const context = {
  reader: async () =>
    createClient({
      transport: custom({
        request: async ({ params }: { params: [{ data: string }] }) =>
          params[0].data === '0x313ce567'
            ? encodeAbiParameters([{ type: 'uint8' }], [6])
            : encodeAbiParameters([{ type: 'string' }], ['USDC']),
      }),
    }),
} as unknown as Context

async function told(error: Error & { shortMessage: string }, flags = {}): Promise<string> {
  await noteAmounts(error, context, flags)
  return withAmounts(error, error.shortMessage)
}

describe('errors that name amounts', () => {
  const small = () => new RewardTooSmallError({ reward: 5n * 10n ** 15n, minReward: 10n ** 16n })
  const stake = (of: `0x${string}`) =>
    new NotEnoughStakeError({ account: other, token: of, free: 1_500_000n, required: 2_000_000n })

  test('default: in coins', async () => {
    expect(await told(small())).toBe('The reward of 0.005 ETH per slot is below the minimum of 0.01 ETH.')
  })

  test('default: in the token the command is about, in its own decimals', async () => {
    expect(await told(stake(token), { token })).toContain(`has 1.5 USDC (token ${token}) of free stake`)
    expect(await told(stake(token), { token })).toContain(`needs 2 USDC (token ${token})`)
  })

  test('what nothing is known of keeps base units, and so does an error that fails to be explained', async () => {
    const error = small()
    expect(withAmounts(error, error.shortMessage)).toBe(error.shortMessage)
    expect(await told(small(), { file: 'not-there.json' })).toBe(error.shortMessage)
    const mixed = `It holds ${parseEther('1')} base units of token ${other}.`
    await noteAmounts(error, context, { token })
    expect(withAmounts(error, mixed)).toBe(mixed)
    expect(withAmounts('text', mixed)).toBe(mixed)
    const native = `It holds ${parseEther('1')} base units of token ${zeroAddress}, or ${parseEther('2')} base units of the native coin.`
    expect(withAmounts(error, native)).toBe('It holds 1 ETH, or 2 ETH.')
  })
})
