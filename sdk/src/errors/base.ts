/** What every Veritask error may carry besides its message. None of it may hold a key, salt, label or witness. */
export type BaseErrorParameters = {
  /** The error underneath, kept as it was thrown. */
  readonly cause?: unknown
  /** One technical line, for example a status code. */
  readonly details?: string
  /** Path below the documentation root that explains the failure. */
  readonly docsPath?: string
  /** Further lines: what was expected, what to do. */
  readonly metaMessages?: readonly string[]
}

/**
 * Parent of every error this package throws.
 *
 * @example
 * import { BaseError } from '@veritask/sdk'
 *
 * try {
 *   // any call of this package
 * } catch (error) {
 *   if (error instanceof BaseError) console.log(error.name, error.shortMessage)
 * }
 */
export class BaseError extends Error {
  override name = 'BaseError'
  /** The failure in one sentence. */
  readonly shortMessage: string
  readonly metaMessages: readonly string[]
  readonly details: string | undefined
  readonly docsPath: string | undefined

  constructor(shortMessage: string, parameters: BaseErrorParameters = {}) {
    const lines = [shortMessage, ...(parameters.metaMessages ?? [])]
    if (parameters.docsPath) lines.push(`Docs: ${parameters.docsPath}`)
    if (parameters.details) lines.push(`Details: ${parameters.details}`)
    super(lines.join('\n'), parameters.cause === undefined ? undefined : { cause: parameters.cause })
    this.shortMessage = shortMessage
    this.metaMessages = parameters.metaMessages ?? []
    this.details = parameters.details
    this.docsPath = parameters.docsPath
  }

  /**
   * The first error in the chain of causes that `predicate` accepts, or `null`. Without a predicate: the innermost cause.
   *
   * @example
   * import { ArtifactHashMismatchError, BaseError } from '@veritask/sdk'
   *
   * const mismatch = (error: BaseError) => error.walk((e) => e instanceof ArtifactHashMismatchError)
   */
  walk(): Error
  walk(predicate: (error: unknown) => boolean): Error | null
  walk(predicate?: (error: unknown) => boolean): Error | null {
    let current: unknown = this
    const seen = new Set<unknown>()
    while (current instanceof Error && !seen.has(current)) {
      seen.add(current)
      if (predicate?.(current)) return current
      if (!predicate && !(current.cause instanceof Error)) return current
      current = current.cause
    }
    return null
  }
}
