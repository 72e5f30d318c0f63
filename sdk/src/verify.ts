/**
 * Checks receipts and proofs, and nothing else: no prover, no Poseidon, no encryption, no storage. For pages that only verify.
 * Everything here is in `@veritask/sdk` too.
 */
export { advisoryLink, freezeText, type KeyAdvisory, type KeyFreeze } from './actions/internal/keyFreeze.js'
export {
  type ReceiptCheck,
  ReceiptNotFoundError,
  type ReceiptStatement,
  type VerifyReceiptErrorType,
  type VerifyReceiptParameters,
  type VerifyReceiptReturnType,
  verifyReceipt,
} from './actions/verifyReceipt.js'
export { type Deployment, parseDeployment, withVeritask } from './deployments.js'
export { BaseError } from './errors/base.js'
export { releaseKeys } from './generated/releaseKeys.js'
export {
  GROTH16_SYSTEM_ID,
  type Groth16Proof,
  keyDataToVkey,
  keyIdOf,
  ProofMalformedError,
  proofFromBytes,
  proofToBytes,
  readVerifyingKey,
  VerifyingKeyMalformedError,
  verifyProof,
  vkeyToKeyData,
} from './proving/groth16.js'
export type { CircuitManifest, ReleaseKeys, ReleaseManifest, VerifyingKeyJson } from './proving/types.js'
