/** The pure, browser-safe core: encoding, hashing, encryption, dataset trees, proving and storage. */
export * from './assignment.js'
export {
  auditVerifyingKey,
  type Contribution,
  type KeyAudit,
  type KeyOrigin,
  type ZkeyAudit,
} from './ceremony/audit.js'
export type { Check } from './ceremony/checks.js'
export { KeyAuditFailedError } from './ceremony/errors.js'
export * from './commitments.js'
export * from './consensus/counts.js'
export { type DrawMaskParameters, drawMask } from './consensus/draw.js'
export * from './consensus/majority.js'
export * from './consensus/mask.js'
export {
  assertSoundVoting,
  assessVoting,
  ConsensusUnsoundError,
  LargestShareOutOfRangeError,
  type VotingAssessment,
  type VotingTerms,
} from './consensus/voting.js'
export * from './context.js'
export * from './datasets/tree.js'
export {
  assertPublicKey,
  BASE8,
  generateKeyPair,
  InvalidEncryptionKeyError,
  type InvalidKeyReason,
  type Point,
  publicKeyOf,
  randomScalar,
  ScalarOutOfRangeError,
  SUBGROUP_ORDER,
} from './encryption/babyjub.js'
export * from './encryption/contentKey.js'
export * from './encryption/labels.js'
export * from './encryption/payload.js'
export { PayloadMalformedError } from './encryption/payloadCodec.js'
export * from './entropy.js'
export * from './errors/base.js'
export * from './errors/governance.js'
export * from './field.js'
export * from './gates/index.js'
export { type CircuitName, circuitManifest, verifyingKeys } from './generated/circuits.js'
export { releaseKeys } from './generated/releaseKeys.js'
export {
  type DescribedCall,
  describeGovernanceCall,
  describeGovernanceCalls,
  type GovernanceCall,
  type GovernanceState,
  type SettingChange,
  type TokenPolicy,
} from './governance/describe.js'
export {
  formatSetting,
  formatVotes,
  parameterNames,
  parseParameter,
  type SettingName,
  type SettingUnit,
  settingLabel,
  settingUnit,
  type VotingSettings,
} from './governance/settings.js'
export * from './impossible.js'
export * from './labels/agreement.js'
export { assertClassNames, ClassNamesInvalidError, type ClassRules, classCount } from './labels/classes.js'
export * from './labels/codes.js'
export * from './labels/describeRules.js'
export {
  GoldDoesNotOpenError,
  type GoldItem,
  type GoldItems,
  GoldMalformedError,
  hiddenGoldCommitment,
  openGoldCommitment,
  type PackedGold,
  packGold,
  pickCodes,
  unpackGold,
} from './labels/gold.js'
export * from './labels/rules.js'
export * from './poseidon.js'
export * from './proofSystems/ezkl.js'
export * from './proofSystems/fflonk.js'
export { JournalMalformedError, journalSignals } from './proofSystems/journal.js'
export * from './proofSystems/plonk.js'
export { type OutsideRelease, ReleaseRefusedError, type ReleaseStatus } from './proofSystems/releases.js'
export * from './proofSystems/riscZero.js'
export * from './proofSystems/semaphore.js'
export * from './proofSystems/sp1.js'
export type { DeployedVerifier } from './proofSystems/target.js'
export * from './proofSystems/worldId.js'
export * from './proofSystems/zkVerify.js'
export * from './proving/artifacts.js'
export * from './proving/browserProver.js'
export * from './proving/consensus.js'
export {
  agreeVector,
  CONSENSUS_WORKERS,
  type ConsensusCircuitName,
  consensusVector,
  decideVector,
  type PublicVoter,
  tallyVector,
  WorkerCountError,
} from './proving/consensusVectors.js'
export * from './proving/groth16.js'
export {
  ProofInvalidError,
  type ProveParameters,
  type ProveReturnType,
  type Prover,
  ProverClosedError,
  ProverCrashedError,
  ProvingAbortedError,
  type ProvingProgress,
  WitnessRejectedError,
} from './proving/prover.js'
export * from './proving/reputation.js'
export * from './proving/statement.js'
export * from './proving/statistic.js'
export * from './proving/types.js'
export {
  auditVector,
  type DeliveryParameters,
  legalityVector,
  openGoldVector,
  type PublicSignals,
  publicSignalsFor,
  scoreVector,
  type VectorParameters,
} from './proving/vectors.js'
export * from './proving/witness.js'
export * from './random.js'
export * from './reputation/leaf.js'
export * from './reputation/tree.js'
export { type Cid, CidInvalidError, cidFromDigest, digestOfCid } from './storage/cid.js'
export {
  ContentMalformedError,
  ContentMismatchError,
  ContentNotFoundError,
  type ContentReader,
  type ContentStore,
  ContentTooLargeError,
  ContentUnavailableError,
  contentCid,
  MAX_CONTENT_BYTES,
} from './storage/content.js'
export * from './storage/gateway.js'
export { JournalEntryError } from './storage/journalEntry.js'
export * from './storage/webJournal.js'
