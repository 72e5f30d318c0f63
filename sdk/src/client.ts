import type { Client } from 'viem'
import {
  acceptDataset,
  activateKey,
  auditGold,
  cancelProposal,
  cancelTask,
  castVote,
  claim,
  claimStatement,
  closeAudit,
  commitLabels,
  createConsensusTask,
  createStatementTask,
  createTask,
  delegateVotes,
  deliverLabels,
  deliverVotes,
  depositStake,
  describeCalls,
  disputeSlot,
  drawBeacon,
  drawPanel,
  encodeAllowance,
  encodeParameterChange,
  encodeProposeKey,
  executeProposal,
  fetchAssignment,
  freezeDependentKey,
  freezeKey,
  freezeKeyWithProof,
  getAssignedItems,
  getClaim,
  getCredit,
  getDataset,
  getPanel,
  getParameters,
  getProposal,
  getRecord,
  getSlot,
  getSlots,
  getStake,
  getStatement,
  getTask,
  getTaskEvents,
  getVerifierKey,
  getVotes,
  joinTask,
  leaveTask,
  listParameters,
  listProposals,
  listTasks,
  listVerifierKeys,
  offerDataset,
  openGold,
  prepareJoining,
  propose,
  proveClaim,
  proveLabels,
  proveScore,
  proveStatement,
  publishDatasetVersion,
  publishModelVersion,
  queueProposal,
  readConsensus,
  readDeliveredLabels,
  readReputation,
  recordReputation,
  registerDataset,
  registerModel,
  relayForwardRequest,
  relayJoin,
  releaseBond,
  resolveClaim,
  returnUnfilled,
  revealSeed,
  scoreSlot,
  scoreSlots,
  settleConsensus,
  settleSlot,
  settleSlots,
  submitLabels,
  submitProof,
  submitProofs,
  unbondStake,
  type VeritaskClient,
  verifyProofs,
  verifyReceipt,
  verifyTask,
  vetoProposal,
  withdrawStake,
  wrapContentKeys,
} from './actions/index.js'

import type { TransactionJournal } from './actions/internal/journal.js'
import type { ContentStore, Prover } from './core.js'
import type { Deployment } from './deployments.js'

/** What every action of the client uses unless the call says otherwise. */
export type VeritaskActionsParameters = {
  /** Default: the deployment the client's chain carries (`withVeritask`). */
  readonly deployment?: Deployment | undefined
  /** Where payloads are kept. */
  readonly store?: ContentStore | undefined
  readonly prover?: Prover | undefined
  /** Where transactions are kept until their fate is known, so that nothing is sent twice however often it is called. */
  readonly journal?: TransactionJournal | undefined
}

const actions = {
  acceptDataset,
  activateKey,
  auditGold,
  cancelProposal,
  cancelTask,
  castVote,
  claim,
  claimStatement,
  closeAudit,
  commitLabels,
  createConsensusTask,
  createStatementTask,
  createTask,
  delegateVotes,
  deliverLabels,
  deliverVotes,
  depositStake,
  describeCalls,
  disputeSlot,
  drawBeacon,
  drawPanel,
  encodeAllowance,
  encodeParameterChange,
  encodeProposeKey,
  executeProposal,
  fetchAssignment,
  freezeDependentKey,
  freezeKey,
  freezeKeyWithProof,
  getAssignedItems,
  getClaim,
  getCredit,
  getDataset,
  getPanel,
  getParameters,
  getProposal,
  getRecord,
  getSlot,
  getSlots,
  getStake,
  getStatement,
  getTask,
  getTaskEvents,
  getVerifierKey,
  getVotes,
  joinTask,
  leaveTask,
  listParameters,
  listProposals,
  listTasks,
  listVerifierKeys,
  offerDataset,
  openGold,
  propose,
  prepareJoining,
  proveClaim,
  proveLabels,
  proveScore,
  proveStatement,
  publishDatasetVersion,
  publishModelVersion,
  queueProposal,
  readConsensus,
  readDeliveredLabels,
  readReputation,
  recordReputation,
  registerDataset,
  registerModel,
  relayForwardRequest,
  relayJoin,
  releaseBond,
  resolveClaim,
  revealSeed,
  returnUnfilled,
  scoreSlot,
  scoreSlots,
  settleConsensus,
  settleSlot,
  settleSlots,
  submitLabels,
  submitProof,
  submitProofs,
  unbondStake,
  verifyProofs,
  verifyReceipt,
  verifyTask,
  vetoProposal,
  withdrawStake,
  wrapContentKeys,
} as const

/** `store` and `prover` may be left out of a call when the client was given them. */
type Bound<parameters> = parameters extends unknown
  ? Omit<parameters, 'store' | 'prover'> & Partial<Pick<parameters, Extract<keyof parameters, 'store' | 'prover'>>>
  : never

type BoundAction<action> = action extends (client: VeritaskClient, parameters: infer parameters) => infer result
  ? action extends (client: VeritaskClient) => unknown
    ? (parameters?: Bound<NonNullable<parameters>>) => result
    : (parameters: Bound<parameters>) => result
  : never

/** Every action, bound to a client. */
export type VeritaskActions = { readonly [name in keyof typeof actions]: BoundAction<(typeof actions)[name]> }

/**
 * Extends a viem client with every action of the protocol. It only forwards.
 *
 * @example
 * import { createWalletClient, http } from 'viem'
 * import { foundry } from 'viem/chains'
 * import { veritaskActions, withVeritask } from '@veritask/sdk'
 *
 * const client = createWalletClient({ account, chain: withVeritask(foundry, deployment), transport: http() })
 *   .extend(veritaskActions())
 * const task = await client.getTask({ taskId })
 */
export function veritaskActions(defaults: VeritaskActionsParameters = {}) {
  return (client: Client): VeritaskActions =>
    Object.fromEntries(
      Object.entries(actions).map(([name, action]) => {
        const bound = action as (client: VeritaskClient, parameters: object) => unknown
        return [name, (parameters: object = {}) => bound(client as VeritaskClient, { ...defaults, ...parameters })]
      }),
    ) as unknown as VeritaskActions
}
