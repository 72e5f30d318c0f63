import { settingLabel, settingUnit } from '@veritask/sdk'
import type { ParameterChangeRow, Value } from '../api/types'
import { formatDuration, formatInteger, formatPercentBps } from './format'
import { neutralise } from './text'

/** What a change can name besides the numbers that the SDK knows. */
const OTHERS: Readonly<Record<string, string>> = {
  timelock: 'Timelock',
  allowed: 'Allowed',
  minReward: 'Smallest reward',
  minStake: 'Smallest stake',
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

export const changeKind = (kind: string): string =>
  Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? '') : neutralise(kind)

export function parameterLabel(name: string): string {
  return settingLabel(name) ?? (Object.hasOwn(OTHERS, name) ? (OTHERS[name] ?? name) : neutralise(name))
}

/** Addresses are never shortened here: two that differ may look the same. */
export const isAddress = (text: string): boolean => /^0x[0-9a-f]{40}$/i.test(text)

/** A value in the unit of its parameter; one of an unknown parameter is shown as it is. */
export function parameterValue(name: string, value: Value): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object') return neutralise(JSON.stringify(value))
  const text = String(value)
  const unit = settingUnit(name)
  if (unit === 'address' || isAddress(text)) return neutralise(text)
  if (!/^\d{1,78}$/.test(text)) return neutralise(text)
  switch (unit) {
    case 'share':
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
