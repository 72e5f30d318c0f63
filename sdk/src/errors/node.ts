import type { Address } from 'viem'
import { BaseError } from './base.js'

type About = {
  /** Scheme and host of the node. Its path and user often hold a key and are not shown. */
  readonly origin?: string | undefined
  readonly cause?: unknown
}

const nodeAt = (origin: string | undefined) => (origin ? `The node at ${origin}` : 'The node')

/** The node could not be reached, or answered with something that is not JSON-RPC. */
export class NodeUnreachableError extends BaseError {
  override name = 'NodeUnreachableError'
  /** HTTP status of the answer, when there was one. */
  readonly status: number | undefined
  constructor({
    origin,
    status,
    reason,
    cause,
  }: About & { status?: number | undefined; reason?: string | undefined } = {}) {
    const answer = status === undefined ? '' : ` It answered with HTTP status ${status}.`
    super(`${nodeAt(origin)} could not be reached${reason ? ` (${reason})` : ''}.${answer}`, {
      metaMessages: ['Check the RPC address and that the node is running.'],
      cause,
    })
    this.status = status
  }
}

/** The node asks for a key, or refuses the one in its address. */
export class NodeAccessError extends BaseError {
  override name = 'NodeAccessError'
  readonly status: number
  constructor({ origin, status, cause }: About & { status: number }) {
    super(`${nodeAt(origin)} refuses access (HTTP status ${status}).`, {
      metaMessages: ['Check the key in the RPC address, and that its plan covers this chain.'],
      cause,
    })
    this.status = status
  }
}

/** The node takes no more requests for now, and waiting did not help. */
export class NodeRateLimitError extends BaseError {
  override name = 'NodeRateLimitError'
  constructor({ origin, seconds, cause }: About & { seconds?: number | undefined }) {
    super(`${nodeAt(origin)} limits requests${seconds ? `, and still did after ${seconds} s` : ''}.`, {
      metaMessages: ['Try again later, or use a node with a higher limit.'],
      cause,
    })
  }
}

/** The node takes no request or gives no answer of this size. */
export class NodeRequestTooLargeError extends BaseError {
  override name = 'NodeRequestTooLargeError'
  constructor({ origin, cause }: About) {
    super(`The request is too large for the node${origin ? ` at ${origin}` : ''} (HTTP status 413).`, {
      metaMessages: ['Send less at once (smaller batches), or use a node with a higher limit.'],
      cause,
    })
  }
}

/** viem keeps what the node said apart from what it makes of it. */
function reasonOf(cause: Error & { readonly details?: unknown }): string {
  return typeof cause.details === 'string' ? cause.details : (cause.message.split('\n')[0] ?? '')
}

/** The node refuses a query that no smaller range would help. */
export class NodeQueryError extends BaseError {
  override name = 'NodeQueryError'
  constructor({ query, cause }: { query: string; cause?: unknown }) {
    super(`The node does not answer ${query}.`, {
      metaMessages: ['Use a node that serves the logs of the deployment from its first block on.'],
      ...(cause instanceof Error ? { details: reasonOf(cause) } : {}),
      cause,
    })
  }
}

/** There is no contract where the deployment says there is one. */
export class ContractMissingError extends BaseError {
  override name = 'ContractMissingError'
  readonly address: Address
  constructor({ address, chainId, cause }: { address: Address; chainId?: number | undefined; cause?: unknown }) {
    super(`There is no contract at ${address}${chainId === undefined ? '' : ` on chain ${chainId}`}.`, {
      metaMessages: [
        'The deployment file does not fit this chain. Use the file that its deployment wrote;',
        'a local chain that was started anew has a new one. A node that is still syncing lacks it too.',
      ],
      cause,
    })
    this.address = address
  }
}
