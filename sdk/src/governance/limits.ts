import { type Address, isAddress, isAddressEqual, zeroAddress } from 'viem'
import type { ProtocolParameters } from '../actions/parameters.js'
import { ParameterRangeError } from '../errors/governance.js'

type Values = Omit<ProtocolParameters, 'version'>
type Range = { readonly unit: string; readonly min: number; readonly max: number }

const MAX_UINT32 = 2 ** 32 - 1
const MAX_UINT128 = 2n ** 128n - 1n
const SECONDS_PER_DAY = 86_400
/** A stake or a bond may not be held longer than this by one delay. */
const MAX_DELAY = 90 * SECONDS_PER_DAY
/** Shortest delay in which an account can act, in seconds; on local chains, whose tasks take minutes, and elsewhere. */
const MIN_LOCAL_DELAY = 10
const MIN_PUBLIC_DELAY = 3600
/** Anvil and Hardhat, and the older local default. */
const localChains: readonly number[] = [31_337, 1337]
const share: Range = { unit: 'basis points', min: 0, max: 10_000 }
const window: Range = { unit: 'seconds', min: 1, max: MAX_UINT32 }

/** What ProtocolParameters takes of each number, on a chain where delays are at least this long. */
const rangesOf = (local: boolean, delay: Range): { readonly [name in Exclude<keyof Values, 'treasury'>]: Range } => ({
  feeBps: { unit: 'basis points', min: 0, max: 1000 },
  maxSlots: { unit: 'slots', min: 1, max: 65_535 },
  minWindow: delay,
  maxWindow: window,
  // Local chains may activate keys at once.
  keyActivationDelay: local ? { unit: 'seconds', min: 0, max: MAX_UINT32 } : delay,
  verifyGasCap: { unit: 'gas', min: 350_000, max: 10_000_000 },
  unbondingDelay: delay,
  leaveWindow: delay,
  missedSlashBps: share,
  rejectedSlashBps: share,
  // A rejection by hidden gold costs a stake, so there must be a bond that answers for the gold.
  goldBondBps: { ...share, min: 1000 },
  // More than half, or both sides of an audit could be right at once; and not so much that one slip shields rigged gold.
  auditRateBps: { ...share, min: 5001, max: 7500 },
  auditWindow: delay,
})

/** The checks of the contract: a vote on what it would refuse is a vote for nothing. */
export function assertParameters(next: Values, chainId: number): void {
  const local = localChains.includes(chainId)
  const ranges = rangesOf(local, { unit: 'seconds', min: local ? MIN_LOCAL_DELAY : MIN_PUBLIC_DELAY, max: MAX_DELAY })
  for (const [name, { unit, min, max }] of Object.entries(ranges)) {
    const value: unknown = next[name as keyof typeof ranges]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw new ParameterRangeError({ name, value, expected: `a whole number of ${unit} from ${min} to ${max}` })
  }
  const { minWindow, maxWindow, treasury, feeBps, missedSlashBps, rejectedSlashBps } = next
  if (minWindow > maxWindow)
    throw new ParameterRangeError({
      name: 'minWindow',
      value: minWindow,
      expected: `at most maxWindow, ${maxWindow} seconds`,
    })
  if (!isAddress(treasury, { strict: false }))
    throw new ParameterRangeError({ name: 'treasury', value: treasury, expected: 'an address' })
  const takes = feeBps !== 0 || missedSlashBps !== 0 || rejectedSlashBps !== 0
  if (takes && isZero(treasury))
    throw new ParameterRangeError({
      name: 'treasury',
      value: treasury,
      expected: 'an address other than zero while there is a fee or a slash',
    })
}

/** What a token's policy may be while the token is allowed. */
export function assertPolicy(policy: { readonly minReward: bigint; readonly minStake: bigint }): void {
  const least = { minReward: 1n, minStake: 0n } as const
  for (const name of ['minReward', 'minStake'] as const) {
    const value: unknown = policy[name]
    if (typeof value !== 'bigint' || value < least[name] || value > MAX_UINT128)
      throw new ParameterRangeError({
        name,
        value,
        expected: `a bigint of the token's base units from ${least[name]} to ${MAX_UINT128}`,
      })
  }
}

function isZero(address: Address): boolean {
  return isAddressEqual(address, zeroAddress)
}
