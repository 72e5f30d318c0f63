import { resolve } from 'node:path'
import { type Address, type Hex, isAddress, isHex, parseUnits, size, zeroAddress } from 'viem'
import type { AdaptiveRounds, Grading, TaskStatement } from '../actions/index.js'
import {
  assertClassNames,
  ClassNamesInvalidError,
  classCount,
  type GoldItem,
  type Rules,
  SCALAR_CAPACITIES,
} from '../core.js'
import type { Deployment } from '../deployments.js'
import { LabelFileError, type LabelTarget, parseGoldFile, readGoldRows } from '../labels-io/index.js'
import { gradingCurves } from '../states.js'
import { parseDuration } from '../text/durations.js'
import { isRecord, own } from '../text/values.js'
import { readText } from './context.js'
import { InputFileError } from './errors.js'

export const TASK_FILE_ADVICE = 'See the README of the SDK for a task file with every field.'
const NATIVE_DECIMALS = 18
const DATASET_FORMS =
  'must be the id of a version (0x and 64 hex digits), or {"name", "licence"} to register "records" as one'

/** Reads the fields of a task file; what is not as it must be is refused with the name of the field. */
export function fieldReader(file: string, content: unknown) {
  const wrong = (field: string, reason: string): never => {
    throw new InputFileError({ file, reason: `"${field}" ${reason}`, advice: TASK_FILE_ADVICE })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new InputFileError({ file, reason: 'is not a JSON object', advice: TASK_FILE_ADVICE })
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

  /** Fields of an object that is a field itself. */
  const inner = (field: string, what: string): Record<string, unknown> => {
    const value = get(field)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : wrong(field, `must be ${what}`)
  }

  return {
    get,
    wrong,
    text,
    number,
    /** False when it is left out. */
    flag: (field: string): boolean => {
      const value = get(field) ?? false
      return typeof value === 'boolean' ? value : wrong(field, 'must be true or false')
    },
    /** @param known - Every name that means something. */
    only: (known: readonly string[]): void => {
      const stranger = Object.keys(fields).find((name) => !known.includes(name))
      if (stranger !== undefined) wrong(stranger.slice(0, 40), `means nothing in a task of ${get('settlement')}`)
    },
    /** `{"firstSlots": 3, "stepSlots": 1, "agreementBoundBps": 9000}` */
    rounds: (): AdaptiveRounds | undefined => {
      if (get('rounds') === undefined) return undefined
      const given = inner('rounds', 'an object')
      const whole = (name: keyof AdaptiveRounds): number => {
        const value = given[name]
        return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
          ? value
          : wrong(`rounds.${name}`, 'must be a whole number')
      }
      return {
        firstSlots: whole('firstSlots'),
        stepSlots: whole('stepSlots'),
        agreementBoundBps: whole('agreementBoundBps'),
      }
    },
    /** `{"name", "licence", "schema": file name or nothing}` */
    publication: (): { name: string; licence: string; schema: string | undefined } => {
      const { name, licence, schema } = inner('publication', '{"name", "licence"}')
      if (typeof name !== 'string') return wrong('publication.name', 'must be a text')
      if (typeof licence !== 'string') return wrong('publication.licence', 'must be a licence expression')
      if (schema !== undefined && typeof schema !== 'string') return wrong('publication.schema', 'must be a file name')
      return { name, licence, schema }
    },
    oneOf: <const values extends readonly string[]>(field: string, values: values): values[number] => {
      const value = text(field)
      return values.includes(value) ? value : wrong(field, `must be one of: ${values.join(', ')}`)
    },
    /** Names of the classes that labels under these rules have. */
    classes: (rules: Rules): readonly string[] => {
      const value = get('classes') ?? []
      if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string'))
        return wrong('classes', 'must be a list of texts')
      // Rules that are none are told by their own check.
      if (!Number.isInteger(classCount(rules))) return value
      try {
        assertClassNames(rules, value)
      } catch (error) {
        if (!(error instanceof ClassNamesInvalidError)) throw error
        const { shortMessage, metaMessages } = error
        const reason = `"classes": ${shortMessage.replace(/\.$/, '')}`
        throw new InputFileError({ file, reason, advice: metaMessages.join(' '), cause: error })
      }
      return value
    },
    numbers: (field: string): number[] | undefined => {
      const value = get(field)
      if (value === undefined) return undefined
      return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0)
        ? value
        : wrong(field, 'must be a list of record indices')
    },
    /** An id, or `{"name", "licence", "schema": file name or nothing}` of one that is to be registered. */
    dataset: (field: string): Hex | { name: string; licence: string; schema: string | undefined } => {
      const value = get(field)
      if (!isRecord(value)) return isHex(value) && size(value) === 32 ? value : wrong(field, DATASET_FORMS)
      const { name, licence, schema, ...rest } = value
      if (typeof name !== 'string' || typeof licence !== 'string' || Object.keys(rest).length > 0)
        return wrong(field, DATASET_FORMS)
      if (schema !== undefined && typeof schema !== 'string') return wrong(`${field}.schema`, 'must be a file name')
      return { name, licence, schema }
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
      const duration = typeof given === 'string' ? parseDuration(given) : undefined
      return duration === undefined ? wrong(`windows.${name}`, 'must be a duration like "2h"') : duration
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
    /** A label file, or rows as one has them: read by the words of the task either way. */
    gold: async (base: string, target: LabelTarget): Promise<readonly GoldItem[]> => {
      const value = get('gold')
      if (typeof value === 'string') {
        const path = resolve(base, value)
        const text = await readText(path, 'Give the gold as CSV, JSONL, JSON, COCO or Label Studio JSON.')
        return inGold(path, () => parseGoldFile({ text, ...target }))
      }
      const entries = Array.isArray(value)
        ? value
        : wrong('gold', 'must be a file name or a list of {"index", "label"}')
      const rows = entries.map((entry: unknown, position: number) => {
        if (!isRecord(entry) || (own(entry, 'index') === undefined) === (own(entry, 'item') === undefined))
          return wrong(`gold[${position}]`, 'must be {"index", "label"}')
        const { index, ...rest } = entry
        return { item: index, ...rest }
      })
      return inGold(`${file}: "gold"`, () => readGoldRows(rows, target))
    },
  }

  /** Names the file whose labels are at fault. */
  function inGold(place: string, read: () => GoldItem[]): GoldItem[] {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof LabelFileError)) throw error
      const { shortMessage, metaMessages } = error
      const reason = shortMessage.replace(/\.$/, '')
      throw new InputFileError({ file: place, reason, advice: metaMessages.join(' '), cause: error })
    }
  }
}

export type FieldReader = ReturnType<typeof fieldReader>

/** A 256-bit word in decimal or hex. */
export function wordOf(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value) ? BigInt(value) : undefined
}

/** `"90m"` counts from the deadline before it; a number is seconds since the epoch; else an ISO time. */
function deadline(value: unknown, previous: bigint): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'string') return undefined
  const duration = parseDuration(value)
  if (duration !== undefined) return previous + BigInt(duration)
  const time = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : BigInt(Math.floor(time / 1000))
}
