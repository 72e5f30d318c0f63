import { BaseError } from '../errors/base.js'

/** Where something stands in its file. */
export type Place = {
  /** 1-based line, in formats that have lines. */
  readonly line?: number
  /** 0-based position, in formats without lines. */
  readonly record?: number
}

/** A label file cannot be read: where, why, and what to do about it. */
export class LabelFileError extends BaseError {
  override name = 'LabelFileError'
  /** 1-based line, when the format has lines. */
  readonly line: number | undefined
  /** 0-based position of the record, in formats without lines. */
  readonly record: number | undefined
  constructor({
    line,
    record,
    reason,
    advice,
    cause,
  }: Place & { readonly reason: string; readonly advice: string; readonly cause?: unknown }) {
    const where = line !== undefined ? `Line ${line}: ` : record !== undefined ? `Entry ${record} of the file: ` : ''
    super(`${where}${where ? reason : reason[0]!.toUpperCase() + reason.slice(1)}.`, { metaMessages: [advice], cause })
    this.line = line
    this.record = record
  }
}
