import { type ArgsDef, type CommandDef, defineCommand } from 'citty'
import { type Hex, isAddress, isHex, size } from 'viem'
import { type Context, createContext, type GlobalFlags, globalArgs } from './context.js'
import { UsageError } from './errors.js'
import { type Answer, printAnswer } from './output.js'
import { noteAmounts } from './spokenAmounts.js'

export type Flags = { readonly [name: string]: string | boolean | undefined }

type Run = (context: Context, flags: Flags) => Promise<Answer>

/**
 * A command with the global flags; refuses flags and arguments it does not know. With `many` it takes any number of arguments,
 * which `argumentsOf` gives. Commands that run others ask them for their `answer`.
 */
export function command<const args extends ArgsDef>(parameters: {
  readonly name: string
  readonly description: string
  readonly args?: args
  readonly many?: boolean
  readonly run: Run
}): CommandDef & { readonly answer: Run } {
  const { name, description, many = false, run } = parameters
  const own: ArgsDef = parameters.args ?? {}
  const definition = defineCommand({
    meta: { name, description },
    args: { ...own, ...globalArgs },
    run: async ({ args }) => {
      refuseUnknown(args as Record<string, unknown>, own, many)
      const context = createContext(args as unknown as GlobalFlags)
      try {
        const answer = await run(context, args as unknown as Flags)
        printAnswer(answer, context.json)
        if (answer.failed) process.exitCode = 1
      } catch (error) {
        if (!context.json) await noteAmounts(error, context, args as unknown as Flags)
        throw error
      } finally {
        await context.close()
      }
    },
  }) as CommandDef
  return { ...definition, answer: run }
}

export const group = (name: string, description: string, subCommands: Record<string, CommandDef>): CommandDef =>
  defineCommand({ meta: { name, description }, subCommands }) as CommandDef

function refuseUnknown(args: Record<string, unknown>, own: ArgsDef, many: boolean): void {
  const known = new Set(Object.keys({ ...own, ...globalArgs }).map(normal))
  const stranger = Object.keys(args).find((name) => name !== '_' && !known.has(normal(name)))
  // The value is not repeated: it may be a secret typed into the wrong place.
  if (stranger)
    throw new UsageError(`There is no flag --${stranger.slice(0, 40)} here.`, 'Add --help to see what there is.')
  const positional = Object.values(own).filter(({ type }) => type === 'positional').length
  if (!many && Array.isArray(args._) && args._.length > positional)
    throw new UsageError(`There are ${args._.length} arguments and this takes ${positional}.`)
}

const normal = (name: string) => name.replace(/-/g, '').toLowerCase()

/** A 32-byte id from the command line. */
export function idOf(flags: Flags, name = 'id'): Hex {
  const value = flags[name]
  if (!isHex(value) || size(value) !== 32)
    throw new UsageError(`"${name}" must be 0x and 64 hex digits.`, 'Copy it from `veritask task list` or `keys list`.')
  return value.toLowerCase() as Hex
}

/** Every argument of a command that takes many. */
export function argumentsOf(flags: Flags): readonly string[] {
  const given: unknown = flags._
  return Array.isArray(given) ? given.map(String) : []
}

/** A whole number from the command line. */
export function numberOf(flags: Flags, name: string): number | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} must be a whole number.`)
  return Number(value)
}

/** Whole numbers from the command line, separated by commas; each once. */
export function numbersOf(flags: Flags, name: string): readonly number[] | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const parts = typeof value === 'string' ? value.split(',') : ['']
  if (!parts.every((part) => /^\d{1,9}$/.test(part)))
    throw new UsageError(`--${name} must be a whole number, or several separated by commas.`)
  return [...new Set(parts.map(Number))]
}

export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function requiredText(flags: Flags, name: string): string {
  const value = textOf(flags, name)
  if (value === undefined) throw new UsageError(`--${name} is missing.`, 'Add --help to see what it is.')
  return value
}

/** An address from the command line. */
export function addressOf(flags: Flags, name: string): Hex | undefined {
  const value = textOf(flags, name)
  if (value === undefined) return undefined
  if (!isAddress(value, { strict: false })) throw new UsageError(`--${name} must be an address.`)
  return value
}
