import { dirname, resolve } from 'node:path'
import { type Address, type Hex, isAddress, isHex, parseUnits, size, zeroAddress } from 'viem'
import type {
  Grading,
  SettlementParameters,
  StatementSettlementParameters,
  TaskGate,
  TaskStatement,
} from '../actions/index.js'
import { type GoldItem, type Label, type Rules, SCALAR_CAPACITIES } from '../core.js'
import type { Deployment } from '../deployments.js'
import { parseGoldFile } from '../labels-io/index.js'
import { gradingCurves } from '../states.js'
import { readJson, readText } from './context.js'
import { InputFileError } from './errors.js'
import { readGate } from './gateFile.js'

type Common = {
  readonly title: string
  readonly datasetVersionId: Hex
  readonly token: Address
  readonly rewardPerSlot: bigint
  readonly slots: number
  readonly joinBy: bigint
  readonly gate: TaskGate | undefined
  /** Default: the least the token asks for. */
  readonly stakePerSlot: bigint | undefined
  /** Default: the least the settlement asks for. */
  readonly bond: bigint | undefined
}

/** A task as its file describes it, with deadlines made absolute. */
export type TaskFile = Common &
  (
    | {
        readonly work: 'labels'
        readonly instructions: string
        readonly classes: readonly string[]
        /** Folder or JSONL file with the records of the dataset version. */
        readonly records: string
        /** Which records, in label order; default: all. */
        readonly items: readonly number[] | undefined
        readonly settlement: (itemCount: number) => Promise<SettlementParameters>
      }
    | { readonly work: 'statement'; readonly settlement: StatementSettlementParameters }
  )

const ADVICE = 'See the README of the SDK for a task file with every field.'
const NATIVE_DECIMALS = 18
const UNITS: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3600n, d: 86_400n }
const KINDS = ['open-gold', 'hidden-gold', 'direct', 'optimistic'] as const
const DEADLINES = {
  'open-gold': ['join', 'commit', 'open', 'prove'],
  'hidden-gold': ['join', 'submit', 'score'],
  direct: ['join', 'prove'],
  optimistic: ['join', 'claim'],
} as const

/**
 * Reads a task file.
 *
 * @param context.now - Time of the chain: durations count from there, each deadline from the one before it.
 */
export async function readTaskFile(
  file: string,
  context: { readonly now: bigint; readonly requester: Address; readonly deployment: Deployment },
): Promise<TaskFile> {
  const reader = fieldReader(file, await readJson(file, ADVICE))
  const kind = reader.oneOf('settlement', KINDS)
  const deadlines = reader.deadlines(DEADLINES[kind], context.now)
  const base = dirname(resolve(file))
  const token = reader.address('token')
  const common = {
    title: reader.text('title'),
    datasetVersionId: reader.id('dataset'),
    token,
    rewardPerSlot: reader.amount('reward') ?? reader.missing('reward'),
    slots: reader.number('slots'),
    joinBy: deadlines[0]!,
    gate: await readGate({ ...context, file, gate: reader.get('gate'), base, token }),
    stakePerSlot: reader.amount('stake'),
    bond: reader.amount('bond'),
  }
  if (kind === 'direct' || kind === 'optimistic') {
    const statement = reader.statement(context.deployment)
    const [, at] = deadlines as [bigint, bigint]
    if (kind === 'direct') return { ...common, work: 'statement', settlement: { kind, statement, proveBy: at } }
    const [challengeWindow, proveWindow] = [reader.window('challenge'), reader.window('prove')]
    return { ...common, work: 'statement', settlement: { kind, statement, claimBy: at, challengeWindow, proveWindow } }
  }

  const classes = reader.texts('classes')
  const rulesOf = reader.rules('rules')
  const grading = reader.grading()
  if (grading && kind !== 'hidden-gold') reader.wrong('grading', 'is for hidden gold')
  return {
    ...common,
    work: 'labels',
    instructions: reader.text('instructions', ''),
    classes,
    records: resolve(base, reader.text('records')),
    items: reader.numbers('items'),
    settlement: async (itemCount) => {
      const draft = rulesOf(itemCount, itemCount)
      const gold = await reader.gold(base, draft, classes)
      const rules = rulesOf(itemCount, gold.length)
      const [, first, second, third] = deadlines as [bigint, bigint, bigint, bigint]
      return kind === 'open-gold'
        ? { kind, rules, gold, commitBy: first, openBy: second, proveBy: third }
        : { kind, rules, gold, submitBy: first, scoreBy: second, ...(grading ? { grading } : {}) }
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
    get,
    wrong,
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
    /** `<name>` in whole coins, or `<name>BaseUnits` for any token; undefined when neither is there. */
    amount: (name: string): bigint | undefined => {
      const units = get(`${name}BaseUnits`)
      if (units !== undefined)
        return typeof units === 'string' && /^\d{1,38}$/.test(units)
          ? BigInt(units)
          : wrong(`${name}BaseUnits`, 'must be a whole number in quotes')
      const value = get(name)
      if (value === undefined) return undefined
      if (get('token') !== undefined) wrong(`${name}BaseUnits`, 'is needed when "token" is given')
      return typeof value === 'string' && /^\d{1,12}(\.\d{1,18})?$/.test(value)
        ? parseUnits(value, NATIVE_DECIMALS)
        : wrong(name, 'must be an amount in quotes, for example "0.01"')
    },
    missing: (name: string): never =>
      get('token') === undefined
        ? wrong(name, 'must be an amount in quotes, for example "0.01"')
        : wrong(`${name}BaseUnits`, 'is needed when "token" is given'),
    /** `{"curve": "threshold" | "linear" | "table", "steps": [{"fromBps", "shareBps"}]}` */
    grading: (): Grading | undefined => {
      const value = get('grading')
      if (value === undefined) return undefined
      const { curve, steps } = (value ?? {}) as { curve?: unknown; steps?: unknown }
      if (curve === 'threshold' || curve === 'linear') return { curve }
      if (curve !== 'table') return wrong('grading.curve', `must be one of: ${gradingCurves.join(', ')}`)
      const list = Array.isArray(steps) ? steps : wrong('grading.steps', 'must be a list of {"fromBps", "shareBps"}')
      return {
        curve,
        steps: list.map((step: unknown, index) => {
          const { fromBps, shareBps } = (step ?? {}) as { fromBps?: unknown; shareBps?: unknown }
          if (typeof fromBps !== 'number' || typeof shareBps !== 'number')
            return wrong(`grading.steps[${index}]`, 'must be {"fromBps", "shareBps"}')
          return { fromBps, shareBps }
        }),
      }
    },
    /** `{"key": id or circuit name, "contextIndex": 2, "signals": ["123", null, null]}`; null is the worker's to fill. */
    statement: (deployment: Deployment): TaskStatement => {
      const value = get('statement')
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return wrong('statement', 'must be an object')
      const { key, contextIndex, signals } = value as { key?: unknown; contextIndex?: unknown; signals?: unknown }
      const named = typeof key === 'string' && Object.hasOwn(deployment.keys, key) ? deployment.keys[key] : key
      const keyId = isHex(named) && size(named) === 32 ? named : wrong('statement.key', 'must be a verifier key id')
      if (typeof contextIndex !== 'number') return wrong('statement.contextIndex', 'must be a whole number')
      const list = Array.isArray(signals) ? signals : wrong('statement.signals', 'must be a list')
      return {
        keyId,
        contextIndex,
        signals: list.map((signal: unknown, index) => {
          if (signal === null) return undefined
          return wordOf(signal) ?? wrong(`statement.signals[${index}]`, 'must be null, or a number in quotes')
        }),
      }
    },
    /** A duration of `windows`, in seconds. */
    window: (name: string): number => {
      const value = get('windows')
      const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
      const duration = typeof given === 'string' ? durationOf(given) : undefined
      return duration === undefined ? wrong(`windows.${name}`, 'must be a duration like "2h"') : Number(duration)
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

/** A 256-bit word in decimal or hex. */
export function wordOf(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value) ? BigInt(value) : undefined
}

function durationOf(value: string): bigint | undefined {
  const duration = /^(\d{1,6})([smhd])$/.exec(value)
  return duration ? BigInt(duration[1]!) * UNITS[duration[2]!]! : undefined
}

/** `"90m"` counts from the deadline before it; a number is seconds since the epoch; else an ISO time. */
function deadline(value: unknown, previous: bigint): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'string') return undefined
  const duration = durationOf(value)
  if (duration !== undefined) return previous + duration
  const time = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : BigInt(Math.floor(time / 1000))
}
