export * from './assignment.js'
export * from './auditGold.js'
export * from './cancelTask.js'
export * from './claim.js'
export * from './closeAudit.js'
export * from './commitLabels.js'
export * from './createConsensusTask.js'
export * from './createStatementTask.js'
export * from './createTask.js'
export * from './deliverVotes.js'
export * from './disputes.js'
export * from './drawPanel.js'
export * from './fetchAssignment.js'
export * from './freezeKey.js'
export * from './getTask.js'
export * from './governance.js'
export * from './governanceCalls.js'
export { BatchFailedError } from './internal/batch.js'
export type { ForwardRequest, ReadParameters, Relay, VeritaskClient, WriteParameters } from './internal/context.js'
export type { TaskGate, TaskParameters } from './internal/createTask.js'
export type { JournaledTransaction, TransactionJournal } from './internal/journal.js'
export { KeyNeedsChallengeError, MissingCircuitKeyError, UnexpectedKeyError } from './internal/keys.js'
export {
  type PreparedProof,
  ProofContextMismatchError,
  ProofDoesNotVerifyError,
  ProofStatementMismatchError,
} from './internal/proof.js'
export { SecretsMismatchError } from './internal/secrets.js'
export { type ProofPlace, type PublicStatement, receiptIdOf } from './internal/statement.js'
export { SubmissionMalformedError } from './internal/submission.js'
export { UnsupportedSettlementError, WrongSettlementKindError } from './internal/terms.js'
export { type VotingTask, type VotingTrust, votingTermsOf } from './internal/voting.js'
export type { WriteReturnType } from './internal/write.js'
export * from './joinTask.js'
export * from './leaveTask.js'
export * from './openGold.js'
export * from './parameters.js'
export * from './proposals.js'
export * from './proveLabels.js'
export * from './readDeliveredLabels.js'
export * from './records.js'
export {
  type DatasetVersion,
  type GetDatasetErrorType,
  type GetDatasetParameters,
  type GetDatasetReturnType,
  getDataset,
  type PublishDatasetVersionErrorType,
  type PublishDatasetVersionParameters,
  type PublishDatasetVersionReturnType,
  publishDatasetVersion,
  type RegisterDatasetErrorType,
  type RegisterDatasetParameters,
  type RegisterDatasetReturnType,
  registerDataset,
  registeredIdOf,
} from './registerDataset.js'
export * from './registerModel.js'
export * from './relayForwardRequest.js'
export * from './relayJoin.js'
export * from './reputation.js'
export {
  type ProveScoreErrorType,
  type ProveScoreParameters,
  type ProveScoreReturnType,
  proveScore,
  type ScoreSlotErrorType,
  type ScoreSlotParameters,
  type ScoreSlotReturnType,
  type ScoreSubmission,
  scoreSlot,
} from './scoreSlot.js'
export * from './scoreSlots.js'
export * from './settleConsensus.js'
export {
  type SettleSlotErrorType,
  type SettleSlotParameters,
  type SettleSlotReturnType,
  settleSlot,
} from './settleSlot.js'

export * from './settleSlots.js'
export * from './stakes.js'
export * from './statements.js'
export * from './submitProof.js'
export * from './submitProofs.js'
export * from './transferDataset.js'
export * from './types.js'
export * from './verifierKeys.js'
export * from './verifyProofs.js'
export * from './verifyReceipt.js'
export * from './verifyTask.js'
export * from './wrapContentKeys.js'
