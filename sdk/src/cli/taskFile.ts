import { dirname, resolve } from 'node:path'
import { type Address, type Hex, isAddress, isHex, parseUnits, size, zeroAddress } from 'viem'
import type { SettlementParameters } from '../actions/index.js'
import { type GoldItem, type Label, type Rules, SCALAR_CAPACITIES } from '../core.js'
import { parseGoldFile } from '../labels-io/index.js'
import { readJson, readText } from './context.js'
import { InputFileError } from './errors.js'

/** A task as its file describes it, with deadlines made absolute. */
export type TaskFile = {
  readonly title: string
  readonly instructions: string
  readonly classes: readonly string[]
  readonly datasetVersionId: Hex
  /** Folder or JSONL file with the records of the dataset version. */
  readonly records: string
  /** Which records, in label order; default: all. */
  readonly items: readonly number[] | undefined
  readonly token: Address
  readonly rewardPerSlot: bigint
  readonly slots: number
  readonly joinBy: bigint
  readonly settlement: (itemCount: number) => Promise<SettlementParameters>
}

const ADVICE = 'See the README of the SDK for a task file with every field.'
const NATIVE_DECIMALS = 18
const UNITS: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3600n, d: 86_400n }

/**
 * Reads a task file.
 *
 * @param now - Time of the chain: durations count from there, each deadline from the one before it.
 */
export async function readTaskFile(file: string, now: bigint): Promise<TaskFile> {
  const reader = fieldReader(file, await readJson(file, ADVICE))
  const kind = reader.oneOf('settlement', ['open-gold', 'hidden-gold'] as const)
  const names =
    kind === 'open-gold' ? (['join', 'commit', 'open', 'prove'] as const) : (['join', 'submit', 'score'] as const)
  const deadlines = reader.deadlines(names, now)
  const classes = reader.texts('classes')
  const rulesOf = reader.rules('rules')
  const base = dirname(resolve(file))

  return {
    title: reader.text('title'),
    instructions: reader.text('instructions', ''),
    classes,
    datasetVersionId: reader.id('dataset'),
    records: resolve(base, reader.text('records')),
    items: reader.numbers('items'),
    token: reader.address('token'),
    rewardPerSlot: reader.amount(),
    slots: reader.number('slots'),
    joinBy: deadlines[0]!,
    settlement: async (itemCount) => {
      const draft = rulesOf(itemCount, itemCount)
      const gold = await reader.gold(base, draft, classes)
      const rules = rulesOf(itemCount, gold.length)
      const [, first, second, third] = deadlines as [bigint, bigint, bigint, bigint]
      return kind === 'open-gold'
        ? { kind, rules, gold, commitBy: first, openBy: second, proveBy: third }
        : { kind, rules, gold, submitBy: first, scoreBy: second }
    },
  }
}

function fieldReader(file: string, content: unknown) {
  const wrong = (field: string, reason: string): never => {
    throw new InputFileError({ file, reason: `"${field}" ${reason}`, advice: ADVICE })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new InputFileError({ file, reason: 'is not a JSON object', advice: ADVICE })
  const fields = content as Record<string, unknown>
  const get = (field: string): unknown => (Object.hasOwn(fields, field) ? fields[field] : undefined)

  const text = (field: string, fallback?: string): string => {
    const value = get(field) ?? fallback
    return typeof value === 'string' ? value : wrong(field, 'must be a text')
  }
  const number = (field: string): number => {
    const value = get(field)
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : wrong(field, 'must be a whole number')
  }

  return {
    text,
    number,
    oneOf: <const values extends readonly string[]>(field: string, values: values): values[number] => {
      const value = text(field)
      return values.includes(value) ? value : wrong(field, `must be one of: ${values.join(', ')}`)
    },
    texts: (field: string): string[] => {
      const value = get(field) ?? []
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
        ? value
        : wrong(field, 'must be a list of texts')
    },
    numbers: (field: string): number[] | undefined => {
      const value = get(field)
      if (value === undefined) return undefined
      return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0)
        ? value
        : wrong(field, 'must be a list of record indices')
    },
    id: (field: string): Hex => {
      const value = get(field)
      return isHex(value) && size(value) === 32 ? value : wrong(field, 'must be 0x and 64 hex digits')
    },
    address: (field: string): Address => {
      const value = get(field) ?? zeroAddress
      return typeof value === 'string' && isAddress(value, { strict: false })
        ? value
        : wrong(field, 'must be an address')
    },
    /** `reward` in whole coins, or `rewardBaseUnits` for any token. */
    amount: (): bigint => {
      const units = get('rewardBaseUnits')
      if (units !== undefined)
        return typeof units === 'string' && /^\d{1,38}$/.test(units)
          ? BigInt(units)
          : wrong('rewardBaseUnits', 'must be a whole number in quotes')
      if (get('token') !== undefined) wrong('rewardBaseUnits', 'is needed when "token" is given')
      const reward = text('reward')
      return /^\d{1,12}(\.\d{1,18})?$/.test(reward)
        ? parseUnits(reward, NATIVE_DECIMALS)
        : wrong('reward', 'must be an amount in quotes, for example "0.01"')
    },
    deadlines: (names: readonly string[], now: bigint): bigint[] => {
      const value = get('deadlines')
      if (typeof value !== 'object' || value === null) return wrong('deadlines', `must name ${names.join(', ')}`)
      let previous = now
      return names.map((name) => {
        const given = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
        previous =
          deadline(given, previous) ??
          wrong(`deadlines.${name}`, 'must be a duration like "2h", or a time like "2030-01-31T12:00:00Z"')
        return previous
      })
    },
    rules: (field: string): ((itemCount: number, goldCount: number) => Rules) => {
      const value = get(field)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(field, 'must be an object')
      const { kind } = value as { kind?: unknown }
      if (kind !== 'distance' && kind !== 'set' && kind !== 'box')
        return wrong(`${field}.kind`, 'must be distance, set or box')
      return (itemCount, goldCount) => {
        const capacity = kind === 'box' ? 32 : (SCALAR_CAPACITIES.find((fits) => fits >= itemCount) ?? 512)
        return { tolerance: 0, ...value, capacity, itemCount, goldCount } as unknown as Rules
      }
    },
    gold: async (base: string, rules: Rules, classes: readonly string[]): Promise<readonly GoldItem[]> => {
      const value = get('gold')
      if (typeof value === 'string') {
        const path = resolve(base, value)
        return parseGoldFile({
          text: await readText(path, 'Give the gold as CSV, JSONL or Label Studio JSON.'),
          rules,
          classes,
        })
      }
      const entries = Array.isArray(value)
        ? value
        : wrong('gold', 'must be a file name or a list of {"index", "label"}')
      return entries.map((entry: unknown, position: number) => {
        const { index, label } = (entry ?? {}) as { index?: unknown; label?: unknown }
        if (!Number.isSafeInteger(index) || (typeof label !== 'number' && typeof label !== 'object'))
          return wrong(`gold[${position}]`, 'must be {"index", "label"}')
        return { index: index as number, label: label as Label }
      })
    },
  }
}

/** `"90m"` counts from the deadline before it; a number is seconds since the epoch; else an ISO time. */
function deadline(value: unknown, previous: bigint): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'string') return undefined
  const duration = /^(\d{1,6})([smhd])$/.exec(value)
  if (duration) return previous + BigInt(duration[1]!) * UNITS[duration[2]!]!
  const time = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : BigInt(Math.floor(time / 1000))
}
