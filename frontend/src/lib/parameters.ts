import type { ParameterChangeRow, ParametersRow, Value } from '../api/types'
import { formatDuration, formatInteger, formatPercentBps } from './format'
import { neutralise } from './text'

type Unit = 'bps' | 'seconds' | 'count' | 'percent' | 'address' | 'amount'

/** What each parameter is called, and what it is counted in. */
const PARAMETERS: Readonly<Record<string, { label: string; unit: Unit }>> = {
  feeBps: { label: 'Protocol fee', unit: 'bps' },
  maxSlots: { label: 'Most slots of a task', unit: 'count' },
  minWindow: { label: 'Shortest time between deadlines', unit: 'seconds' },
  maxWindow: { label: 'Longest time between deadlines', unit: 'seconds' },
  keyActivationDelay: { label: 'Waiting time of a key', unit: 'seconds' },
  verifyGasCap: { label: 'Most gas of a verification', unit: 'count' },
  treasury: { label: 'Treasury', unit: 'address' },
  unbondingDelay: { label: 'Time to take out a stake', unit: 'seconds' },
  leaveWindow: { label: 'Time to leave after the items came', unit: 'seconds' },
  missedSlashBps: { label: 'Stake lost by a missed deadline', unit: 'bps' },
  rejectedSlashBps: { label: 'Stake lost by a proven rejection', unit: 'bps' },
  goldBondBps: { label: "Hidden gold: requester's bond", unit: 'bps' },
  auditRateBps: { label: 'Gold audit: share that must side with the challenger', unit: 'bps' },
  auditWindow: { label: 'Gold audit: time to ask and to answer', unit: 'seconds' },
  votingDelay: { label: 'Time before voting', unit: 'seconds' },
  votingPeriod: { label: 'Time to vote', unit: 'seconds' },
  lateQuorumExtension: { label: 'More time after a late quorum', unit: 'seconds' },
  proposalThreshold: { label: 'Votes it takes to propose', unit: 'amount' },
  quorumPercent: { label: 'Quorum', unit: 'percent' },
  minDelay: { label: 'Delay of the timelock', unit: 'seconds' },
  timelock: { label: 'Timelock', unit: 'address' },
  allowed: { label: 'Allowed', unit: 'count' },
  minReward: { label: 'Smallest reward', unit: 'amount' },
  minStake: { label: 'Smallest stake', unit: 'amount' },
}

const KINDS: Readonly<Record<string, string>> = {
  parameters: 'Protocol parameters',
  token: 'Token',
  settlement: 'Settlement module',
  gate: 'Gate',
  guardian: 'Guardian',
  governor: 'Governor',
  timelock: 'Timelock',
}

/** The parameters of a version, in the contract's order. */
export const parameterNames = Object.keys(PARAMETERS).slice(0, 14) as (keyof ParametersRow)[]

export const changeKind = (kind: string): string =>
  Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? '') : neutralise(kind)

export function parameterLabel(name: string): string {
  return Object.hasOwn(PARAMETERS, name) ? (PARAMETERS[name]?.label ?? name) : neutralise(name)
}

/** Addresses are never shortened here: two that differ may look the same. */
export const isAddress = (text: string): boolean => /^0x[0-9a-f]{40}$/i.test(text)

/** A value in the unit of its parameter; one of an unknown parameter is shown as it is. */
export function parameterValue(name: string, value: Value): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object') return neutralise(JSON.stringify(value))
  const text = String(value)
  const unit = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name]?.unit : undefined
  if (unit === 'address' || isAddress(text)) return neutralise(text)
  if (!/^\d{1,78}$/.test(text)) return neutralise(text)
  switch (unit) {
    case 'bps':
      return formatPercentBps(Number(text))
    case 'seconds':
      return formatDuration(Number(text))
    case 'percent':
      return `${text}%`
    default:
      return formatInteger(text)
  }
}

/** What changed in words: `Protocol fee: 2% → 1%`. */
export function changeWords({ kind, changes }: Pick<ParameterChangeRow, 'kind' | 'changes'>) {
  return changes.map(({ name, previous, current }) => ({
    label: name === 'value' ? changeKind(kind) : parameterLabel(name),
    previous: name === 'value' ? allowance(kind, previous) : parameterValue(name, previous),
    current: name === 'value' ? allowance(kind, current) : parameterValue(name, current),
  }))
}

function allowance(kind: string, value: Value): string {
  if (typeof value === 'boolean' && kind !== 'guardian') return value ? 'allowed' : 'not allowed'
  return parameterValue('value', value)
}
