export * from '../errors/admission.js'
export * from '../errors/consensus.js'
export * from '../errors/contract.js'
export * from '../errors/disputes.js'
export * from '../errors/stakes.js'
export * from '../states.js'
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
export { isTransportError } from './nodeErrors.js'
export { decodeRevert, protocolErrors, toVeritaskError } from './reverts.js'
