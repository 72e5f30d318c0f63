import { BaseError } from '../errors/base.js'

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
  }: {
    line?: number | undefined
    record?: number | undefined
    reason: string
    advice: string
    cause?: unknown
  }) {
    const where = line !== undefined ? `Line ${line}: ` : record !== undefined ? `Task ${record} of the export: ` : ''
    super(`${where}${where ? reason : reason[0]!.toUpperCase() + reason.slice(1)}.`, { metaMessages: [advice], cause })
    this.line = line
    this.record = record
  }
}
