export * from '../errors/contract.js'
export {
  decodeVeritaskLog,
  decodeVeritaskLogs,
  decodeVeritaskReceipt,
  type EventContractName,
  type EventPosition,
  eventAbis,
  eventItem,
  filterEvents,
  findEvent,
  type VeritaskEvent,
  type VeritaskEventName,
  type VeritaskEventNamed,
} from './decode.js'
export { decodeRevert, isTransportError, protocolErrors, toVeritaskError } from './reverts.js'
