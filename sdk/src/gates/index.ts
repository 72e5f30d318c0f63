export {
  type AllowList,
  AllowListMalformedError,
  allowListAdmission,
  allowListOf,
  NotListedError,
} from './allowList.js'
export {
  type AdmissionBuilder,
  type AdmissionRequest,
  encodeProofAdmission,
  type GateBinding,
  gateScope,
  type Joining,
  joiningConsent,
  joiningMessage,
} from './joining.js'
export { LeafMissingError, type LeanPath, leanTree } from './leanTree.js'
export {
  MAX_REPUTATION_TASKS,
  REPUTATION_CIRCUIT,
  type ReputationRecord,
  ReputationTermsInvalidError,
  ReputationTooSmallError,
  type ReputationWitnessParameters,
  randomReputationSecret,
  reputationAdmission,
  reputationCommitment,
  reputationGateData,
  reputationLeaf,
  reputationNullifier,
  reputationWitness,
} from './reputation.js'
export {
  GroupTooDeepError,
  NotMemberError,
  proveSemaphoreMembership,
  type SemaphoreArtifacts,
  type SemaphoreMembership,
  semaphoreAdmission,
  semaphoreCommitment,
  semaphoreGateData,
} from './semaphore.js'
export { stakedGateData } from './stake.js'
export {
  WorldIdAppInvalidError,
  type WorldIdResult,
  worldIdAdmission,
  worldIdExternalNullifier,
  worldIdGateData,
  worldIdRequest,
} from './worldId.js'
