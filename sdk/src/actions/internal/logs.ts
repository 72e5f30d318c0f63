import type { Hex } from 'viem'
import { getBlockNumber, getLogs } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import {
  decodeVeritaskLogs,
  type EventContractName,
  eventAbis,
  eventItem,
  type VeritaskEvent,
  type VeritaskEventName,
  type VeritaskEventNamed,
} from '../../events/decode.js'
import { isTransportError, toVeritaskError } from '../../events/reverts.js'
import { read, type VeritaskClient } from './context.js'

export type LogQuery<name extends VeritaskEventName> = {
  readonly contract: EventContractName | readonly EventContractName[]
  readonly eventName: name | readonly name[]
  /** Values of indexed arguments. */
  readonly args?: { readonly [argument: string]: Hex | number | bigint | readonly (Hex | number)[] | undefined }
  readonly fromBlock?: bigint | undefined
  readonly toBlock?: bigint | undefined
}

/** Nodes limit how many blocks one query may span; below this many blocks their answer is taken as final. */
const SMALLEST_RANGE = 500n

/**
 * Events of the protocol from chain logs, oldest first. A range the node finds too long is halved until it answers.
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
  const to = query.toBlock ?? (await read(() => getBlockNumber(client, { cacheTime: 0 })))

  const collect = async (fromBlock: bigint, toBlock: bigint): Promise<VeritaskEvent[]> => {
    try {
      const logs = await getLogs(client, { address, ...filter, fromBlock, toBlock } as never)
      return decodeVeritaskLogs(logs, deployment)
    } catch (error) {
      if (isTransportError(error) || toBlock - fromBlock < SMALLEST_RANGE) throw toVeritaskError(error)
      const middle = (fromBlock + toBlock) / 2n
      return [...(await collect(fromBlock, middle)), ...(await collect(middle + 1n, toBlock))]
    }
  }
  return from > to ? [] : ((await collect(from, to)) as VeritaskEventNamed<name>[])
}

/** Where a log stands in the chain. */
export type Positioned = { readonly blockNumber: bigint; readonly logIndex: number }

/** Whether `event` is there and stands before `other`. */
export function isBefore(event: Positioned | undefined, other: Positioned): boolean {
  if (!event) return false
  if (event.blockNumber !== other.blockNumber) return event.blockNumber < other.blockNumber
  return event.logIndex < other.logIndex
}
