import { type Address, formatUnits, isAddress } from 'viem'
import type { ProtocolParameters } from '../actions/parameters.js'
import { ParameterRangeError, UnknownParameterError } from '../errors/governance.js'
import { exactDuration, parseDuration } from '../text/durations.js'

type ParameterName = Exclude<keyof ProtocolParameters, 'version'>

/** What the votes themselves go by. Times in seconds, the threshold in base units of the vote token, the quorum in percent of all votes. */
export type VotingSettings = {
  readonly votingDelay: bigint
  readonly votingPeriod: bigint
  readonly lateQuorumExtension: bigint
  readonly proposalThreshold: bigint
  readonly quorumPercent: bigint
  readonly minDelay: bigint
}

export type SettingName = ParameterName | keyof VotingSettings

/** A share is in basis points. */
export type SettingUnit = 'share' | 'seconds' | 'count' | 'gas' | 'address' | 'percent' | 'votes'

/** Every number that governance sets, by its name in the contracts: what people call it, and what it is counted in. */
const settings: { readonly [name in SettingName]: { readonly label: string; readonly unit: SettingUnit } } = {
  feeBps: { label: 'Protocol fee', unit: 'share' },
  maxSlots: { label: 'Most slots of a task', unit: 'count' },
  minWindow: { label: 'Shortest time between deadlines', unit: 'seconds' },
  maxWindow: { label: 'Longest time between deadlines', unit: 'seconds' },
  keyActivationDelay: { label: 'Waiting time of a key', unit: 'seconds' },
  verifyGasCap: { label: 'Most gas of a verification', unit: 'gas' },
  treasury: { label: 'Treasury', unit: 'address' },
  unbondingDelay: { label: 'Time to take out a stake', unit: 'seconds' },
  leaveWindow: { label: 'Time to leave after the items came', unit: 'seconds' },
  missedSlashBps: { label: 'Stake lost by a missed deadline', unit: 'share' },
  rejectedSlashBps: { label: 'Stake lost by a proven rejection', unit: 'share' },
  goldBondBps: { label: "Hidden gold: requester's bond", unit: 'share' },
  auditRateBps: { label: 'Gold audit: share that must side with the challenger', unit: 'share' },
  auditWindow: { label: 'Gold audit: time to ask and to answer', unit: 'seconds' },
  votingDelay: { label: 'Time before voting', unit: 'seconds' },
  votingPeriod: { label: 'Time to vote', unit: 'seconds' },
  lateQuorumExtension: { label: 'More time after a late quorum', unit: 'seconds' },
  proposalThreshold: { label: 'Votes it takes to propose', unit: 'votes' },
  quorumPercent: { label: 'Quorum', unit: 'percent' },
  minDelay: { label: 'Delay of the timelock', unit: 'seconds' },
}

const VOTE_DECIMALS = 18
const BPS_PER_PERCENT = 100
/** Shares may be named without the unit, when the value carries it: `fee=1%`. */
const SHARE_SUFFIX = 'Bps'

/** The protocol's parameters, in the contract's order. */
export const parameterNames = Object.keys(settings).slice(0, 14) as readonly ParameterName[]

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** What people call a number that governance sets; undefined for a name that is none. */
export function settingLabel(name: string): string | undefined {
  return isSetting(name) ? settings[name].label : undefined
}

/** What a number that governance sets is counted in; undefined for a name that is none. */
export function settingUnit(name: string): SettingUnit | undefined {
  return isSetting(name) ? settings[name].unit : undefined
}

/** Votes as people count them. @param votes - In base units of the vote token. */
export function formatVotes(votes: bigint): string {
  const whole = formatUnits(votes, VOTE_DECIMALS)
  return `${whole} ${whole === '1' ? 'vote' : 'votes'}`
}

/**
 * A value in the unit people read: `2.5%`, `1 d 12 h`, `350000 gas`.
 *
 * @param value - As the contracts have it: basis points, seconds, base units of votes. What is no such number is returned as it is.
 *
 * @example
 * import { formatSetting } from '@veritask/sdk'
 * formatSetting('feeBps', 250) // '2.5%'
 */
export function formatSetting(name: SettingName, value: number | bigint | string): string {
  const { unit } = settings[name]
  if (unit === 'address' || !/^\d{1,78}$/.test(String(value))) return String(value)
  switch (unit) {
    case 'share':
      return `${Number(value) / BPS_PER_PERCENT}%`
    case 'seconds':
      return exactDuration(Number(value))
    case 'percent':
      return `${value}%`
    case 'votes':
      return formatVotes(BigInt(value))
    case 'gas':
      return `${value} gas`
    default:
      return String(value)
  }
}

/**
 * Reads what people write of a parameter: `fee` and `1%`, `feeBps` and `100`, `leaveWindow` and `2h` or `7200`, `treasury` and an address.
 * Whether the protocol takes the value is checked by `encodeParameterChange`.
 *
 * @throws {@link UnknownParameterError}, {@link ParameterRangeError} when the text is no such value, saying how it is written.
 *
 * @example
 * import { parseParameter } from '@veritask/sdk'
 * parseParameter('fee', '1%') // { feeBps: 100 }
 */
export function parseParameter(name: string, text: string): Partial<Omit<ProtocolParameters, 'version'>> {
  const full = parameterNames.find((known) => known === name || known === `${name}${SHARE_SUFFIX}`)
  if (full === undefined) throw new UnknownParameterError({ name, known: parameterNames })
  return { [full]: readSetting(full, name, text) }
}

function readSetting(full: ParameterName, name: string, text: string): number | Address {
  const refused = (expected: string): never => {
    throw new ParameterRangeError({ name, value: text, expected })
  }
  const number = /^\d{1,15}$/.test(text) ? Number(text) : undefined
  switch (settings[full].unit) {
    case 'address':
      return isAddress(text, { strict: false }) ? text : refused('an address')
    case 'share': {
      const percent = /^\d{1,3}(\.\d{1,2})?%$/.test(text)
        ? Math.round(Number(text.slice(0, -1)) * BPS_PER_PERCENT)
        : undefined
      if (percent !== undefined) return percent
      // A bare 1 would be a hundredth of what `fee=1` says.
      if (name !== full) return refused(`a percentage such as 2.5%; or give ${full} in basis points`)
      return number ?? refused('a percentage such as 2.5%, or whole basis points')
    }
    case 'seconds':
      return parseDuration(text) ?? number ?? refused('a duration such as 90m or 2h, or whole seconds')
    default:
      return number ?? refused('a whole number')
  }
}
