import type { Hex } from 'viem'
import { getBlockNumber, getLogs } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { NodeQueryError } from '../../errors/node.js'
import {
  decodeVeritaskLogs,
  type EventContractName,
  eventAbis,
  eventItem,
  type VeritaskEvent,
  type VeritaskEventName,
  type VeritaskEventNamed,
} from '../../events/decode.js'
import { httpAnswer, isRateLimit, isTransportError, toNodeError } from '../../events/nodeErrors.js'
import { ask, type VeritaskClient } from './connect.js'
import { patiently } from './limits.js'

export type LogQuery<name extends VeritaskEventName> = {
  readonly contract: EventContractName | readonly EventContractName[]
  readonly eventName: name | readonly name[]
  /** Values of indexed arguments. */
  readonly args?: { readonly [argument: string]: Hex | number | bigint | readonly (Hex | number)[] | undefined }
  readonly fromBlock?: bigint | undefined
  readonly toBlock?: bigint | undefined
}

/** After so many answers in a row a longer range is tried again: some nodes limit what they find rather than the range. */
const ANSWERS_BEFORE_GROWTH = 16
/** Statuses with which nodes answer queries that are too large. */
const [BAD_REQUEST, TOO_LARGE] = [400, 413]
/** Range that a client's node answered last, in blocks: the next query starts with it. */
const answered = new WeakMap<object, bigint>()

/**
 * Events of the protocol from chain logs, oldest first. A range the node finds too long is halved until it
 * answers, down to one block; how long it may be is remembered.
 * `args` filters one event of one contract; several event names are filtered by the caller.
 */
export async function readLogs<name extends VeritaskEventName>(
  client: VeritaskClient,
  deployment: Deployment,
  query: LogQuery<name>,
): Promise<VeritaskEventNamed<name>[]> {
  const contracts = [query.contract].flat() as EventContractName[]
  const names = [query.eventName].flat() as VeritaskEventName[]
  const items = names.map((eventName) => {
    const contract = contracts.find((candidate) =>
      eventAbis[candidate].some((item) => item.type === 'event' && item.name === eventName),
    )
    return eventItem(contract ?? contracts[0]!, eventName as never)
  })
  const filter = items.length === 1 ? { event: items[0]!, args: query.args as never } : { events: items }
  const address = contracts.map((contract) => deployment.contracts[contract])
  const from = query.fromBlock ?? BigInt(deployment.blockNumber)
  const to = query.toBlock ?? (await ask(() => getBlockNumber(client, { cacheTime: 0 })))

  const events: VeritaskEvent[] = []
  let length = answered.get(client) ?? to - from + 1n
  // The shortest range that was refused: nothing as long is tried again.
  let refused: bigint | undefined
  let answers = 0
  for (let start = from; start <= to; ) {
    const end = start + length - 1n < to ? start + length - 1n : to
    const tried = end - start + 1n
    try {
      const logs = await patiently(() =>
        getLogs(client, { address, ...filter, fromBlock: start, toBlock: end } as never),
      )
      events.push(...decodeVeritaskLogs(logs, deployment))
      start = end + 1n
      answers++
      if (answers < ANSWERS_BEFORE_GROWTH) continue
      answers = 0
      const longer = length * 2n
      length = refused !== undefined && longer >= refused ? (length + refused) / 2n : longer
      answered.set(client, length)
    } catch (error) {
      if (!isRangeRefusal(error)) throw toNodeError(error)
      if (tried === 1n) throw new NodeQueryError({ query: `for the logs of block ${start}`, cause: error })
      refused = tried
      answers = 0
      length = tried / 2n
      answered.set(client, length)
    }
  }
  return events as VeritaskEventNamed<name>[]
}

/** Whether a node may have refused a query for its size: whatever is not about the node itself may be that. */
function isRangeRefusal(error: unknown): boolean {
  const { status } = httpAnswer(error)
  if (status !== undefined) return status === BAD_REQUEST || status === TOO_LARGE
  return !isTransportError(error) && !isRateLimit(error)
}

/** Where a log stands in the chain. */
export type Positioned = { readonly blockNumber: bigint; readonly logIndex: number }

/** Whether `event` is there and stands before `other`. */
export function isBefore(event: Positioned | undefined, other: Positioned): boolean {
  if (!event) return false
  if (event.blockNumber !== other.blockNumber) return event.blockNumber < other.blockNumber
  return event.logIndex < other.logIndex
}
