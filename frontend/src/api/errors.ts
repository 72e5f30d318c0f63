import type { IconName } from '../components/Icon'

/** The indexer could not be reached, or answered with something that is not an answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    message: string,
    readonly kind: 'unreachable' | 'notFound' | 'rejected' | 'failed' | 'malformed',
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export type Explanation = { icon: IconName; title: string; advice: string; retryable: boolean }

/** An error in words for the person in front of the page: what failed and what can be done. */
export function explainError(error: Error, noun: string): Explanation {
  const kind = error instanceof ApiError ? error.kind : 'failed'
  switch (kind) {
    case 'unreachable':
      return {
        icon: 'offline',
        title: 'The indexer cannot be reached',
        advice: `Without it ${noun} cannot be shown. It may be starting or restarting; what is on the chain is not affected.`,
        retryable: true,
      }
    case 'notFound':
      return {
        icon: 'search',
        title: `The indexer does not know ${noun}`,
        advice: 'The address may be mistyped, belong to another chain, or be so new that its block is not indexed yet.',
        retryable: true,
      }
    case 'rejected':
      return { icon: 'alert', title: 'The indexer refused this request', advice: error.message, retryable: false }
    case 'malformed':
      return {
        icon: 'alert',
        title: 'The answer makes no sense',
        advice: `What answered is not the indexer this page was built for. ${error.message}`,
        retryable: true,
      }
    case 'failed':
      return { icon: 'alert', title: `Loading ${noun} failed`, advice: error.message, retryable: true }
    default:
      return kind satisfies never
  }
}
