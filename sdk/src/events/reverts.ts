import {
  type Abi,
  type Address,
  decodeErrorResult,
  type Hex,
  isHex,
  parseAbi,
  toFunctionSelector,
  BaseError as ViemBaseError,
  InsufficientFundsError as ViemInsufficientFundsError,
} from 'viem'
import { BaseError } from '../errors/base.js'
import * as E from '../errors/contract.js'
import { RelayedRequestExpiredError, RelayedSignatureError } from '../errors/relay.js'
import { InsufficientFundsError } from '../errors/submission.js'
import {
  allowListGateAbi,
  consensusSettlementAbi,
  datasetRegistryAbi,
  directSettlementAbi,
  goldAuditAbi,
  groth16ProofSystemAbi,
  hiddenGoldSettlementAbi,
  modelRegistryAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
  proofSystemErrorsAbi,
  protocolParametersAbi,
  reputationGateAbi,
  reputationRegistryAbi,
  semaphoreGateAbi,
  stakedGateAbi,
  stakeVaultAbi,
  taskRegistryAbi,
  timelockControllerAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
  veritaskTokenAbi,
  worldIdGateAbi,
} from '../generated/abis.js'
import { GoldDoesNotOpenError } from '../labels/gold.js'
import { governanceAdvice } from './governanceReverts.js'
import { wrongStatus } from './keyReverts.js'
import { marketAdvice, marketErrors } from './marketReverts.js'
import { causes, toNodeError } from './nodeErrors.js'

type AbiError = Extract<Abi[number], { type: 'error' }>

/** Errors of OpenZeppelin 5 that calls can end in and that no ABI of the protocol has. */
const outsideErrorsAbi = parseAbi([
  'error ERC2771ForwarderExpiredRequest(uint48 deadline)',
  'error ERC2771ForwarderInvalidSigner(address signer, address from)',
  'error ERC2771ForwarderMismatchedValue(uint256 requestedValue, uint256 msgValue)',
  'error ERC2771UntrustfulTarget(address target, address forwarder)',
  'error SafeERC20FailedOperation(address token)',
  'error FailedCall()',
])

/** Every custom error of the protocol, once: a call may fail with the error of a contract further in. */
export const protocolErrors: readonly AbiError[] = (() => {
  const bySelector = new Map<Hex, AbiError>()
  const abis: readonly Abi[] = [
    taskRegistryAbi,
    stakeVaultAbi,
    openGoldSettlementAbi,
    hiddenGoldSettlementAbi,
    goldAuditAbi,
    consensusSettlementAbi,
    directSettlementAbi,
    optimisticSettlementAbi,
    verifierKeyRegistryAbi,
    groth16ProofSystemAbi,
    proofSystemErrorsAbi,
    datasetRegistryAbi,
    modelRegistryAbi,
    protocolParametersAbi,
    timelockControllerAbi,
    veritaskTimelockAbi,
    veritaskGovernorAbi,
    veritaskTokenAbi,
    outsideErrorsAbi,
    allowListGateAbi,
    semaphoreGateAbi,
    stakedGateAbi,
    worldIdGateAbi,
    reputationGateAbi,
    reputationRegistryAbi,
  ]
  for (const item of abis.flat()) if (item.type === 'error') bySelector.set(errorSelector(item), item)
  return [...bySelector.values()]
})()

/**
 * Decodes the revert data of a contract call into a typed error: a subclass that says what to do for the common ones, else
 * {@link E.ContractRevertError} with the decoded name and operands.
 *
 * @example
 * import { decodeRevert } from '@veritask/sdk'
 * const error = decodeRevert('0x…')
 */
export function decodeRevert(data: Hex, cause?: unknown): BaseError {
  try {
    const { errorName, args, abiItem } = decodeErrorResult({ abi: protocolErrors as AbiError[], data })
    const operands = (args ?? []) as readonly unknown[]
    if (errorName === 'Error' || errorName === 'Panic')
      return new E.UnknownRevertError({ reason: String(operands[0] ?? errorName), cause })
    const inputNames = 'inputs' in abiItem ? abiItem.inputs.map((input) => input.name ?? '') : []
    const revert = new E.ContractRevertError({
      errorName,
      args: operands,
      inputNames,
      ...(advice[errorName] ? { advice: advice[errorName] } : {}),
      cause,
    })
    return specific[errorName]?.(operands, revert) ?? revert
  } catch {
    return new E.UnknownRevertError({ reason: `error data ${data.slice(0, 10)}`, cause })
  }
}

/**
 * The typed error behind whatever a contract call threw: errors of this package as they are, reverts decoded, a lost node as
 * `NodeUnreachableError`. Anything else comes back unchanged.
 */
export function toVeritaskError(error: unknown, account?: Address): unknown {
  if (error instanceof BaseError) return error
  const data = revertData(error)
  if (data) return decodeRevert(data, error)
  const node = toNodeError(error)
  if (node !== error) return node
  if (error instanceof ViemBaseError) {
    if (error.walk((inner) => inner instanceof ViemInsufficientFundsError))
      return new InsufficientFundsError({ account: account ?? 'of the signer', cause: error })
    const revert = error.walk((inner) => /revert/i.test((inner as Error).message))
    if (revert) return new E.UnknownRevertError({ reason: 'reverted without a reason', cause: error })
  }
  return error
}

function revertData(error: unknown): Hex | undefined {
  for (const inner of causes(error)) {
    const { data, raw } = inner as { data?: unknown; raw?: unknown }
    const nested = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : undefined
    // A selector is 4 bytes: anything shorter is an empty revert.
    for (const candidate of [raw, data, nested]) if (isHex(candidate) && candidate.length >= 10) return candidate
  }
  return undefined
}

function errorSelector(item: AbiError): Hex {
  return toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' })
}

type Operands = readonly unknown[]
type Maker = (args: Operands, cause: E.ContractRevertError) => BaseError

/** Names the operand types once; the ABI decoder has checked them. */
const maker =
  <args extends Operands>(make: (args: args, cause: E.ContractRevertError) => BaseError): Maker =>
  (args, cause) =>
    make(args as args, cause)

/** Custom error → the typed error that also guards it locally. */
const specific: { readonly [errorName: string]: Maker | undefined } = {
  ...marketErrors,
  ERC2771ForwarderExpiredRequest: maker<[number]>(
    ([deadline], cause) => new RelayedRequestExpiredError({ deadline, cause }),
  ),
  ERC2771ForwarderInvalidSigner: maker<[Address, Address]>(
    ([, from], cause) => new RelayedSignatureError({ from, cause }),
  ),
  TaskRegistry_UnknownTask: task(E.TaskNotFoundError),
  Settlement_UnknownTask: task(E.TaskNotFoundError),
  TaskRegistry_TaskExists: task(E.TaskExistsError),
  LabelSettlement_DeadlinePassed: maker<[Hex, bigint, bigint]>(
    ([taskId, deadline, timestamp], cause) =>
      new E.DeadlinePassedError({ what: 'do this', taskId, deadline, timestamp, cause }),
  ),
  LabelSettlement_TooEarly: tooEarly('do this'),
  OpenGoldSettlement_CommitsStillOpen: tooEarly('open the gold'),
  TaskRegistry_JoinStillOpen: tooEarly('return the slots nobody took'),
  TaskRegistry_DeadlineOutOfRange: deadlineRange('joining deadline'),
  LabelSettlement_DeadlineOutOfRange: deadlineRange('deadline'),
  TaskRegistry_JoinClosed: maker<[Hex, bigint, bigint]>(
    ([taskId, joinBy, timestamp], cause) =>
      new E.JoinClosedError({ taskId, reason: `joining ended at ${joinBy} and the chain is at ${timestamp}`, cause }),
  ),
  TaskRegistry_NoSlotLeft: maker<[Hex, bigint]>(
    ([taskId], cause) => new E.JoinClosedError({ taskId, reason: 'every slot is taken', cause }),
  ),
  TaskRegistry_AlreadyJoined: maker<[Hex, Address, number]>(
    ([taskId, worker, slot], cause) => new E.AlreadyJoinedError({ taskId, worker, slot, cause }),
  ),
  TaskRegistry_AlreadyHasSlots: maker<[Hex, bigint]>(
    ([taskId, joined], cause) => new E.TaskHasWorkersError({ taskId, joined: Number(joined), cause }),
  ),
  TaskRegistry_UnknownDataset: maker<[Hex]>(([versionId], cause) => new E.DatasetNotFoundError({ versionId, cause })),
  TaskRegistry_TokenNotAllowed: maker<[Address]>(([token], cause) => new E.TokenNotAllowedError({ token, cause })),
  TaskRegistry_RewardTooSmall: maker<[bigint, bigint]>(
    ([reward, minReward], cause) => new E.RewardTooSmallError({ reward, minReward, cause }),
  ),
  TaskRegistry_FeeTooHigh: maker<[bigint, bigint]>(
    ([fee, maxFee], cause) => new E.FeeTooHighError({ fee, maxFee, cause }),
  ),
  TaskRegistry_WrongDeposit: maker<[bigint, bigint]>(
    ([received, required], cause) => new E.WrongDepositError({ received, required, cause }),
  ),
  TaskRegistry_SlotsOutOfRange: maker<[bigint, bigint]>(
    ([slots, maxSlots], cause) => new E.SlotsOutOfRangeError({ slots, maxSlots, cause }),
  ),
  TaskRegistry_SettlementNotAllowed: maker<[Address]>(
    ([settlement], cause) => new E.SettlementNotAllowedError({ settlement, cause }),
  ),
  TaskRegistry_TextLength: textLength('title'),
  DatasetRegistry_TextLength: textLength('text'),
  ModelRegistry_TextLength: textLength('text'),
  TaskRegistry_NotRequester: notRequester(),
  OpenGoldSettlement_NotRequester: notRequester(),
  Settlement_NotWorker: maker<[Hex, number, Address]>(
    ([taskId, slot, caller], cause) => new E.NotWorkerError({ taskId, slot, caller, cause }),
  ),
  DatasetRegistry_NotOwner: notOwner('dataset'),
  ModelRegistry_NotOwner: notOwner('model'),
  DatasetRegistry_DatasetExists: exists('dataset'),
  ModelRegistry_ModelExists: exists('model'),
  VerifierKeyRegistry_KeyExists: exists('verifier key'),
  Settlement_SlotEnded: slot(E.SlotEndedError),
  TaskRegistry_OutcomePending: slot(E.OutcomePendingError),
  LabelSettlement_NotCommitted: slot(E.NotCommittedError),
  LabelSettlement_AlreadyCommitted: slot(E.AlreadyCommittedError),
  TaskRegistry_SlotNotJoined: maker<[Hex, number, number]>(([taskId, slotNumber, state], cause) =>
    state >= 2
      ? new E.SlotEndedError({ taskId, slot: slotNumber, cause })
      : new E.SlotStateError({ taskId, slot: slotNumber, state: 'not taken by anyone', cause }),
  ),
  OpenGoldSettlement_GoldDoesNotOpen: () => new GoldDoesNotOpenError(),
  OpenGoldSettlement_GoldNotOpen: task(E.GoldNotOpenError),
  OpenGoldSettlement_GoldAlreadyOpen: task(E.GoldAlreadyOpenError),
  Settlement_ProofRejected: maker<[Hex, Hex, number]>(
    ([keyId, taskId, slotNumber], cause) => new E.ProofRejectedError({ keyId, taskId, slot: slotNumber, cause }),
  ),
  VerifierKeyRegistry_WrongStatus: maker<[Hex, number, number]>(wrongStatus),
  VerifierKeyRegistry_NotGuardianOrOwner: maker<[Address]>(
    ([caller], cause) => new E.NotGuardianError({ caller, cause }),
  ),
  VerifierKeyRegistry_NotFreezableByProof: maker<[Hex]>(
    ([keyId], cause) => new E.NotFreezableByProofError({ keyId, cause }),
  ),
  VerifierKeyRegistry_ExploitRejected: maker<[Hex]>(([keyId], cause) => new E.ExploitRejectedError({ keyId, cause })),
  LabelSettlement_KeyNotActive: maker<[Hex]>(([keyId], cause) => new E.KeyNotActiveError({ keyId, cause })),
  TaskRegistry_NothingToWithdraw: maker<[Address, Address]>(
    ([account, token], cause) => new E.NothingToClaimError({ account, token, cause }),
  ),
  TaskRegistry_TransferRefused: maker<[Address, Address]>(
    ([account, token], cause) => new E.TransferRefusedError({ account, token, cause }),
  ),
}

/** What to do about errors that keep their own name. */
const advice: { readonly [errorName: string]: string | undefined } = {
  ...marketAdvice,
  ...governanceAdvice,
  ERC2771ForwarderMismatchedValue: 'Send along as many wei as the signed call carries.',
  ERC2771UntrustfulTarget:
    'The contract does not trust this forwarder: worker and relayer need the same deployment file.',
  SafeERC20FailedOperation:
    'The token refused the transfer: check balance, allowance and whether it blocks the account.',
  FailedCall: 'A call to another contract failed without saying why.',
  LabelSettlement_RulesInvalid: 'Encode the rules with `encodeRules`, which names the field that is out of range.',
  LabelSettlement_ThresholdTooHigh: 'A threshold is 0 to 10,000 basis points.',
  LabelSettlement_EncryptionKeyInvalid:
    'The key must be a canonical point of the BabyJubJub subgroup; use `generateKeyPair`.',
  LabelSettlement_GoldCommitmentOutOfRange: 'A gold commitment is a non-zero field element.',
  LabelSettlement_WordOutOfRange: 'Every ciphertext word is below the BN254 scalar field order.',
  LabelSettlement_CiphertextLength: 'The ciphertext has one word per packed label word, then one for the salt.',
  LabelSettlement_CommitmentOutOfRange: 'A label commitment is a non-zero field element.',
  OpenGoldSettlement_GoldMalformed: 'Pack the gold with `packGold`.',
  LabelSettlement_EphemeralKeyInvalid: 'The ephemeral key must not be the identity; use `encryptLabels`.',
  DatasetRegistry_NotPendingOwner: 'Have the owner offer the dataset to this account first.',
  DatasetRegistry_SizeOutOfRange: 'A dataset version has 1 to 2^24 records.',
  DatasetRegistry_RootOutOfRange: 'The root of a dataset version is a field element that is not zero; use `buildTree`.',
  DatasetRegistry_TooManyParents: 'A dataset version names at most 16 parents.',
  DatasetRegistry_UnknownParent: 'Publish the parent first, on this chain, and name its version id.',
  ModelRegistry_NotPendingOwner: 'Have the owner offer the model to this account first.',
  ModelRegistry_CommitmentOutOfRange: 'A commitment to weights is a field element that is not zero.',
  ModelRegistry_TooManyLinks: 'A model version names at most 16 keys, 16 datasets and 16 parents.',
  ModelRegistry_UnknownKey: 'Propose the verifier key first, and name its key id.',
  ModelRegistry_UnknownDataset: 'Publish the dataset first, on this chain, and name its version id.',
  ModelRegistry_UnknownParent: 'Publish the parent first, on this chain, and name its version id.',
  TaskRegistry_RecipientInvalid: 'Give an address that is neither zero nor the task registry.',
  TaskRegistry_PayoutZero: 'Give a payout address.',
  TaskRegistry_EncryptionKeyZero: 'Give an X25519 public key.',
  TaskRegistry_UnfilledAlreadyReturned: 'The slots nobody took are back with the requester already.',
  VerifierKeyRegistry_DevelopmentKeyOnPublicChain: 'Keys without a ceremony are for local chains only.',
  VerifierKeyRegistry_InsufficientGas: 'Send the transaction with more gas.',
  Settlement_BatchTooLarge: 'Send the submissions in several batches; `submitProofs` and `scoreSlots` do.',
  Settlement_KeysDiffer: 'Send submissions under different keys in batches of their own; `submitProofs` does.',
  TaskRegistry_LengthMismatch: 'Give two lists of the same length.',
  VerifierKeyRegistry_ActivationTooEarly: 'Wait until the activation delay is over.',
  VerifierKeyRegistry_ProofSystemWithoutCode: 'Give the address of a deployed proof system.',
  VerifierKeyRegistry_ReasonTooLong: 'Shorten the reason; put what is longer into the exploit.',
  VerifierKeyRegistry_ExploitTooLong: 'Publish the evidence elsewhere and give its hash.',
  VerifierKeyRegistry_TooManySignals: 'Hash the public signals into fewer inside the circuit.',
  VerifierKeyRegistry_GasCapTooLow:
    'Propose the key with a gas cap of its own: under this one it would refuse every proof.',
  VerifierKeyRegistry_GasCapTooHigh: 'Use a verifier that takes less gas; no key may have a higher cap.',
  VerifierKeyRegistry_DependencyUnusable:
    'Propose the key it depends on first; that one must be proposed or active and depend on no other.',
  VerifierKeyRegistry_AdvisoryTooLong: 'An advisory has an id of at most 64 bytes and a URI of at most 256.',
  LabelSettlement_KeyWithoutChallenge:
    'Labels are proven under keys that need a challenge: use the key of a labelling circuit, proposed with that mark.',
  ProofSettlement_KeyNeedsChallenge:
    'Here a prover would choose the challenge: use the settlement of the circuit, or a key that needs none.',
  ProofGate_KeyNeedsChallenge: 'A gate derives no challenge: use a key that needs none.',
  VerifierKeyRegistry_LengthMismatch: 'Give one vector of public signals for each proof.',
  VerifierKeyRegistry_BatchTooLarge: 'Send the proofs in several batches; `verifyProofs` does.',
  VerifierKeyRegistry_BatchFailed:
    'Nothing was decided about the proofs: send them again with more gas, or one by one.',
  ProofSystem_NotRegistry: 'Keys are added through `propose` of the verifier key registry.',
  ProofSystem_KeyExists: 'The key is there already; a key is added once.',
  ProofSystem_KeyLength: 'Encode the key as its proof system reads it, and check that it is of that system.',
  ProofSystem_InsufficientGas: 'Send the transaction with more gas.',
  Groth16ProofSystem_PointInvalid: 'A point of the key is not in its group: the key is corrupted or made to deceive.',
  Groth16ProofSystem_PointsRelated: 'The key has no secret phase-2 contribution. Run the ceremony to its end.',
  PlonkProofSystem_PermutationInvalid: 'The key binds no wires: it is corrupted or made to deceive.',
  PlonkProofSystem_SignalsUnbound: 'The key leaves its public signals unbound: it is corrupted or made to deceive.',
  PlonkishProofSystem_DomainInvalid: 'The key names a domain that does not exist: it is corrupted.',
  PlonkishProofSystem_CosetsInvalid: 'The key names cosets that are none: it is corrupted or made to deceive.',
  PlonkishProofSystem_SignalCountInvalid: 'The key names more public signals than fit its domain, or none.',
  PlonkishProofSystem_PointInvalid: 'A point of the key is not in its group: the key is corrupted or made to deceive.',
  PlonkishProofSystem_SecretKnown: 'The secret behind the key is known. Use powers of tau of a real ceremony.',
  DeployedVerifier_NotAContract: 'Give the address of a verifier that is deployed on this chain.',
  DeployedVerifier_CodeHashMismatch:
    'The verifier is not the one the key was made for: check its address and code hash.',
  DeployedVerifier_AcceptsAnything: 'The verifier accepts an empty proof, so it verifies nothing.',
  RiscZeroProofSystem_SelectorMismatch:
    'The selector is computed from the key: check control root, control id and key.',
  WrappedGroth16_NotAGroth16Key: 'Propose the Groth16 key that wraps these proofs first, and name its key id.',
  WrappedGroth16_WrongSignalCount: 'The Groth16 key is not the one that wraps these proofs.',
  Groth16ProofSystem_KeyForgeable: 'Anyone can prove anything under this key. Run the ceremony to its end.',
}

function task(Class: new (parameters: { taskId: Hex; cause?: unknown }) => BaseError) {
  return ([taskId]: Operands, cause: E.ContractRevertError) => new Class({ taskId: taskId as Hex, cause })
}

function slot(Class: new (parameters: { taskId: Hex; slot: number; cause?: unknown }) => BaseError) {
  return ([taskId, slotNumber]: Operands, cause: E.ContractRevertError) =>
    new Class({ taskId: taskId as Hex, slot: Number(slotNumber), cause })
}

function tooEarly(what: string) {
  return ([taskId, deadline, timestamp]: Operands, cause: E.ContractRevertError) =>
    new E.TooEarlyError({
      what,
      taskId: taskId as Hex,
      deadline: deadline as bigint,
      timestamp: timestamp as bigint,
      cause,
    })
}

function deadlineRange(what: string) {
  return ([deadline, earliest, latest]: Operands, cause: E.ContractRevertError) =>
    new E.DeadlineOutOfRangeError({
      what,
      deadline: deadline as bigint,
      earliest: earliest as bigint,
      latest: latest as bigint,
      cause,
    })
}

function textLength(what: string) {
  return ([length, maxLength]: Operands, cause: E.ContractRevertError) =>
    new E.TextLengthError({ what, length: Number(length), maxLength: Number(maxLength), cause })
}

function notRequester() {
  return ([taskId, caller]: Operands, cause: E.ContractRevertError) =>
    new E.NotRequesterError({ taskId: taskId as Hex, caller: caller as Address, cause })
}

function notOwner(what: string) {
  return ([id, caller]: Operands, cause: E.ContractRevertError) =>
    new E.NotOwnerError({ what, id: id as Hex, caller: caller as Address, cause })
}

function exists(what: string) {
  return ([id]: Operands, cause: E.ContractRevertError) => new E.AlreadyRegisteredError({ what, id: id as Hex, cause })
}
