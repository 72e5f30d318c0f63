export * from './actions/index.js'
// The action `commitLabels` and the pure hash behind it share a name; the package exports the action under it.
export { commitLabels } from './actions/index.js'
export { type VeritaskActions, type VeritaskActionsParameters, veritaskActions } from './client.js'
export { commitLabels as labelCommitment } from './commitments.js'
export * from './core.js'
export {
  type ContractName,
  contractNames,
  type Deployment,
  parseDeployment,
  resolveDeployment,
  withVeritask,
} from './deployments.js'
export * from './errors/deployment.js'
export * from './errors/funds.js'
export * from './errors/node.js'
export * from './errors/relay.js'
export * from './errors/submission.js'
export * from './events/index.js'
export * from './labels-io/index.js'
export * from './text/index.js'
