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
export {
  assertAnonymity,
  MIN_ANONYMITY,
  type RecordedSlot,
  type ReputationAnonymity,
  ReputationTermsInvalidError,
  ReputationTooSmallError,
  readReputationGateData,
  reputationAdmission,
  reputationAnonymity,
  reputationBlinding,
  reputationGateData,
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
