import cliProgress from 'cli-progress'
import { BaseError as ViemBaseError } from 'viem'
import { BaseError, type ProvingProgress } from '../core.js'
import { duration } from '../text/durations.js'
import { plain } from '../text/plain.js'
import { adviceOf, inCommands, withTimes } from './adviceText.js'
import { withAmounts } from './spokenAmounts.js'

/** What a command has to say: `text` for people, `data` for `--json`. */
export type Answer = { readonly text: string; readonly data: unknown; readonly failed?: boolean }

const BAR_STEPS = 100

/** A bar on stderr while something takes long; silent when nobody watches. */
export async function withProgress<T>(
  label: string,
  json: boolean,
  run: (report: (fraction: number, stage?: string) => void) => Promise<T>,
): Promise<T> {
  if (json || !wantsColor(process.stderr)) return run(() => undefined)
  const bar = new cliProgress.SingleBar(
    { format: '{label} {bar} {percentage}% {stage}', stream: process.stderr, clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.shades_classic,
  )
  bar.start(BAR_STEPS, 0, { label, stage: '' })
  try {
    return await run((fraction, stage = '') => bar.update(Math.round(fraction * BAR_STEPS), { label, stage }))
  } finally {
    bar.stop()
  }
}

/** Proof progress as a bar shows it. */
export function proving(report: (fraction: number, stage?: string) => void): (progress: ProvingProgress) => void {
  return ({ fraction, stage }) => report(fraction, stage)
}

export function printAnswer({ text, data }: Answer, json: boolean): void {
  process.stdout.write(json ? `${toJson(data)}\n` : `${text}\n`)
}

/** One paragraph for people; the same as an object for `--json`. */
export function printError(error: unknown, json: boolean): void {
  const data = errorData(error)
  if (json) {
    process.stdout.write(`${toJson({ error: data })}\n`)
    return
  }
  const text = withAmounts(error, [data.message, data.advice].filter(Boolean).join(' '))
  process.stderr.write(`error: ${plain(withTimes(text, (seconds) => time(seconds)))}\n`)
}

/** An error as `--json` shows it. */
export function errorData(error: unknown) {
  if (!(error instanceof BaseError)) {
    // What a node answers is no defect of this program.
    if (error instanceof ViemBaseError)
      return {
        name: 'NodeAnswerError',
        message: `The node or the request failed: ${error.shortMessage}`,
        advice: 'Check the RPC address and the deployment file; if they are right, try another node.',
        ...(error.details ? { details: error.details } : {}),
      }
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { name: 'UnexpectedError', message, advice: 'This is a defect: please report it.' }
  }
  const { name, shortMessage, details } = error
  return { name, message: inCommands(shortMessage), advice: adviceOf(error), ...(details ? { details } : {}) }
}

/**
 * JSON of anything, bigints as decimals. Text of strangers cannot move the cursor, change colours or turn the reading order:
 * what JSON itself leaves as it is, it has as escapes, which every parser reads back.
 */
export function toJson(data: unknown): string {
  const text = JSON.stringify(data, (_, value) => (typeof value === 'bigint' ? value.toString() : value), 2)
  // The only line breaks are those between values: within strings JSON escapes them.
  return text?.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
}

/** One character as JSON escapes, one for each of its UTF-16 units. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

/** Rows under headings, in columns. Text from the chain is shown without control characters. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => plain(String(cell))))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Names and values, one to a line. */
export function list(entries: Readonly<Record<string, unknown>>): string {
  const width = Math.max(...Object.keys(entries).map((key) => key.length))
  return Object.entries(entries)
    .map(([key, value]) => `${key.padEnd(width)}  ${plain(String(value))}`)
    .join('\n')
}

/** `1 slot`, `2 slots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The line of a transaction; of one that an earlier run has sent, that this one sent none. */
export function transactionLine({ hash, found }: { readonly hash: string; readonly found: boolean }) {
  return { transaction: found ? `${hash} (sent before; nothing was sent now)` : hash }
}

const MINUTE = 60

/** A moment in local time with its offset, and how far away it is: `2026-12-01 03:20:00 +01:00 (in 2 h 5 min)`. */
export function time(seconds: bigint, now: number = Math.floor(Date.now() / 1000)): string {
  const at = Number(seconds)
  const date = new Date(at * 1000)
  if (Number.isNaN(date.getTime())) return String(seconds)
  const offset = -date.getTimezoneOffset()
  const local = new Date((at + offset * MINUTE) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / MINUTE)}:${two(Math.abs(offset) % MINUTE)}`
  const away = duration(Math.abs(at - now))
  return `${local} ${zone} (${at > now ? `in ${away}` : `${away} ago`})`
}

/** Whether a stream is a terminal that colours are wanted on (https://no-color.org). */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** Text of the parser without its colours. */
export function uncolored(text: string): string {
  return text.replace(/\p{Cc}\[[0-9;]*m/gu, '')
}
