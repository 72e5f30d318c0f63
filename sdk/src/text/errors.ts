import { BaseError } from '../errors/base.js'

/** A text file cannot be read as it stands: where, why, and what to do about it. */
export class TextFileError extends BaseError {
  override name = 'TextFileError'
  /** 1-based line, when one is to blame. */
  readonly line: number | undefined
  /** The failure without its place, for errors that name the file. */
  readonly reason: string
  constructor({ line, reason, advice, cause }: { line?: number; reason: string; advice: string; cause?: unknown }) {
    super(line === undefined ? `The file ${reason}.` : `Line ${line}: the file ${reason}.`, {
      metaMessages: [advice],
      cause,
    })
    this.line = line
    this.reason = line === undefined ? reason : `${reason} (line ${line})`
  }
}
