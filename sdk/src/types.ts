/** Types, addresses and event decoding without the prover: for indexers and pages that only show. */
export type {
  DatasetVersion,
  HiddenGoldTerms,
  ModelVersion,
  OpenGoldTerms,
} from './actions/index.js'
export { type ContractName, contractNames, type Deployment, parseDeployment, withVeritask } from './deployments.js'
export type {
  EventContractName,
  EventPosition,
  VeritaskEvent,
  VeritaskEventName,
  VeritaskEventNamed,
} from './events/decode.js'
export { impossibleSignals } from './impossible.js'
export {
  allowedMistakes,
  type BoxRules,
  decodeRules,
  type Layout,
  layoutOf,
  type Rules,
  type ScalarRules,
} from './labels/rules.js'
export * from './phase.js'
export * from './states.js'
