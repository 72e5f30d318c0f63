import {
  type Abi,
  type AbiEvent,
  type Address,
  type ContractEventArgsFromTopics,
  type ContractEventName,
  decodeEventLog,
  type Hash,
  type Hex,
  isAddressEqual,
  type Log,
  type TransactionReceipt,
} from 'viem'
import type { ContractName, Deployment } from '../deployments.js'
import {
  consensusSettlementEvents,
  datasetRegistryEvents,
  directSettlementEvents,
  goldAuditEvents,
  hiddenGoldSettlementEvents,
  modelRegistryEvents,
  openGoldSettlementEvents,
  optimisticSettlementEvents,
  protocolParametersEvents,
  reputationRegistryEvents,
  stakeVaultEvents,
  taskRegistryEvents,
  verifierKeyRegistryEvents,
  veritaskGovernorEvents,
  veritaskTimelockEvents,
  veritaskTokenEvents,
} from '../generated/events.js'

/** The events of each contract that emits some. Whole ABIs: `@veritask/sdk/abi`. */
export const eventAbis = {
  taskRegistry: taskRegistryEvents,
  stakeVault: stakeVaultEvents,
  reputationRegistry: reputationRegistryEvents,
  openGold: openGoldSettlementEvents,
  hiddenGold: hiddenGoldSettlementEvents,
  goldAudit: goldAuditEvents,
  consensus: consensusSettlementEvents,
  direct: directSettlementEvents,
  optimistic: optimisticSettlementEvents,
  verifierKeyRegistry: verifierKeyRegistryEvents,
  datasetRegistry: datasetRegistryEvents,
  modelRegistry: modelRegistryEvents,
  protocolParameters: protocolParametersEvents,
  governor: veritaskGovernorEvents,
  timelock: veritaskTimelockEvents,
  voteToken: veritaskTokenEvents,
} as const satisfies { readonly [name in ContractName]?: Abi }

export type EventContractName = keyof typeof eventAbis

/** Where a log stands on the chain. */
export type EventPosition = {
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly transactionHash: Hash
  readonly transactionIndex: number
  readonly logIndex: number
}

type EventOf<contract extends EventContractName, eventName extends string> = EventPosition & {
  readonly contract: contract
  readonly address: Address
  readonly eventName: eventName
  readonly args: ContractEventArgsFromTopics<
    (typeof eventAbis)[contract],
    eventName & ContractEventName<(typeof eventAbis)[contract]>
  >
}

/** Any event of the protocol, told apart by `eventName` (and `contract` where two contracts share one). */
export type VeritaskEvent = {
  [contract in EventContractName]: {
    [eventName in ContractEventName<(typeof eventAbis)[contract]>]: EventOf<contract, eventName>
  }[ContractEventName<(typeof eventAbis)[contract]>]
}[EventContractName]

export type VeritaskEventName = VeritaskEvent['eventName']

/** The events with one name. */
export type VeritaskEventNamed<name extends VeritaskEventName> = Extract<VeritaskEvent, { eventName: name }>

/**
 * Decodes the protocol's events among `logs`, in the order given. Logs of other contracts, and of events this version
 * does not know, are left out. Pending logs (no block yet) are left out too.
 *
 * @example
 * import { decodeVeritaskLogs } from '@veritask/sdk'
 * const events = decodeVeritaskLogs(receipt.logs, deployment)
 * const paid = events.find((event) => event.eventName === 'SlotPaid')
 */
export function decodeVeritaskLogs(logs: readonly Log[], deployment: Deployment): VeritaskEvent[] {
  return logs.flatMap((log) => {
    const event = decodeVeritaskLog(log, deployment)
    return event ? [event] : []
  })
}

/** The events of one transaction. */
export function decodeVeritaskReceipt(receipt: TransactionReceipt, deployment: Deployment): VeritaskEvent[] {
  return decodeVeritaskLogs(receipt.logs, deployment)
}

/** One log as an event of the protocol; `undefined` when it is none. */
export function decodeVeritaskLog(log: Log, deployment: Deployment): VeritaskEvent | undefined {
  const contract = (Object.keys(eventAbis) as EventContractName[]).find((name) =>
    isAddressEqual(deployment.contracts[name], log.address),
  )
  if (!contract || log.blockNumber === null || log.blockHash === null || log.transactionHash === null) return undefined
  try {
    const { eventName, args } = decodeEventLog({
      abi: eventAbis[contract] as Abi,
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
      strict: true,
    })
    return {
      contract,
      address: log.address,
      eventName,
      // An event without arguments decodes to none.
      args: args ?? {},
      blockNumber: log.blockNumber,
      blockHash: log.blockHash,
      transactionHash: log.transactionHash,
      transactionIndex: log.transactionIndex,
      logIndex: log.logIndex,
    } as unknown as VeritaskEvent
  } catch {
    // An event from a later version of the contract: not ours to read.
    return undefined
  }
}

/** The first event with this name, or `undefined`. */
export function findEvent<name extends VeritaskEventName>(
  events: readonly VeritaskEvent[],
  eventName: name,
): VeritaskEventNamed<name> | undefined {
  return events.find((event): event is VeritaskEventNamed<name> => event.eventName === eventName)
}

/** All events with this name. */
export function filterEvents<name extends VeritaskEventName>(
  events: readonly VeritaskEvent[],
  eventName: name,
): VeritaskEventNamed<name>[] {
  return events.filter((event): event is VeritaskEventNamed<name> => event.eventName === eventName)
}

/** ABI item of one event of one contract, for log filters. */
export function eventItem<contract extends EventContractName>(
  contract: contract,
  name: ContractEventName<(typeof eventAbis)[contract]>,
): AbiEvent {
  const item = (eventAbis[contract] as Abi).find((entry) => entry.type === 'event' && entry.name === name)
  return item as AbiEvent
}
