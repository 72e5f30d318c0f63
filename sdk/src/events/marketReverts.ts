import type { Address, Hex } from 'viem'
import {
  AlreadyHandedInError,
  GateNotAllowedError,
  NullifierUsedError,
  RelayFeeTooHighError,
  SenderNotWorkerError,
  TermsChangedError,
} from '../errors/admission.js'
import type { BaseError } from '../errors/base.js'
import { BeaconPendingError } from '../errors/consensus.js'
import * as E from '../errors/contract.js'
import * as D from '../errors/disputes.js'
import * as S from '../errors/stakes.js'
import { bondStates, keyStatuses } from '../states.js'

type Maker = (args: readonly unknown[], cause: E.ContractRevertError) => BaseError

const maker =
  <args extends readonly unknown[]>(make: (args: args, cause: E.ContractRevertError) => BaseError): Maker =>
  (args, cause) =>
    make(args as args, cause)

/** Errors whose operands are a task and a slot. */
function slotError(Class: new (parameters: { taskId: Hex; slot: number; cause?: unknown }) => BaseError): Maker {
  return maker<[Hex, number]>(([taskId, slot], cause) => new Class({ taskId, slot, cause }))
}

function taskError(Class: new (parameters: { taskId: Hex; cause?: unknown }) => BaseError): Maker {
  return maker<[Hex]>(([taskId], cause) => new Class({ taskId, cause }))
}

/** Custom errors of stakes, gates, disputes and statements → the typed error that also guards it locally. */
export const marketErrors: { readonly [errorName: string]: Maker | undefined } = {
  TaskRegistry_AdmissionClosed: maker<[Hex]>(
    ([taskId], cause) =>
      new E.JoinClosedError({ taskId, reason: 'a verifier key it pinned is frozen, or it has what it needs', cause }),
  ),
  TaskRegistry_GateNotAllowed: maker<[Address]>(([gate], cause) => new GateNotAllowedError({ gate, cause })),
  TaskRegistry_StakeTooSmall: maker<[bigint, bigint]>(
    ([stakePerSlot, minStake], cause) => new S.StakeTooSmallError({ stakePerSlot, minStake, cause }),
  ),
  TaskRegistry_NoTreasury: (_, cause) => new S.NoTreasuryError({ cause }),
  TaskRegistry_NotWorker: notSender,
  TaskRegistry_TermsDiffer: maker<[Hex, Hex, Hex]>(
    ([taskId, agreed, actual], cause) => new TermsChangedError({ taskId, agreed, actual, cause }),
  ),
  Gate_NotWorker: notSender,
  ReputationRegistry_NotWorker: maker<[Hex, number, Address]>(
    ([taskId, slot, caller], cause) => new E.NotWorkerError({ taskId, slot, caller, cause }),
  ),
  ProofGate_KeyNotActive: maker<[Hex, number]>(
    ([keyId, status], cause) => new E.KeyNotActiveError({ keyId, status: keyStatuses[status] ?? 'unknown', cause }),
  ),
  TaskRegistry_RelayFeeTooHigh: maker<[bigint, bigint]>(
    ([relayFee, maxRelayFee], cause) => new RelayFeeTooHighError({ relayFee, maxRelayFee, cause }),
  ),
  TaskRegistry_NullifierUsed: maker<[Hex, Hex]>(
    ([taskId, nullifier], cause) => new NullifierUsedError({ taskId, nullifier, cause }),
  ),
  TaskRegistry_LeaveClosed: maker<[Hex, number, bigint, bigint]>(
    ([taskId, , deadline, timestamp], cause) =>
      new E.DeadlinePassedError({ what: 'leave without loss', taskId, deadline, timestamp, cause }),
  ),
  TaskRegistry_AlreadyHandedIn: slotError(AlreadyHandedInError),
  TaskRegistry_AlreadyDisputed: maker<[Hex, number, Address]>(
    ([taskId, slot, challenger], cause) => new D.AlreadyDisputedError({ taskId, slot, challenger, cause }),
  ),
  TaskRegistry_NotDisputed: slotError(D.NotDisputedError),
  TaskRegistry_BondTooHigh: maker<[bigint, bigint]>(
    ([bond, maxBond], cause) => new S.BondTooHighError({ bond, maxBond, cause }),
  ),
  TaskRegistry_BondNotHeld: maker<[Hex, number]>(
    ([taskId, state], cause) => new S.BondNotHeldError({ taskId, state: bondStates[state] ?? 'none', cause }),
  ),
  TaskRegistry_BondStillHeld: taskError(S.BondStillHeldError),
  StakeVault_AmountZero: (_, cause) => new S.StakeAmountError({ amount: 0n, cause }),
  StakeVault_WrongDeposit: maker<[bigint, bigint]>(
    ([received, required], cause) => new S.StakeDepositError({ received, required, cause }),
  ),
  StakeVault_NotEnoughFree: maker<[Address, Address, bigint, bigint]>(
    ([account, token, free, required], cause) => new S.NotEnoughStakeError({ account, token, free, required, cause }),
  ),
  StakeVault_StillUnbonding: maker<[Address, Address, bigint, bigint]>(
    ([account, , withdrawableAt, timestamp], cause) =>
      new S.StillUnbondingError({ account, withdrawableAt, timestamp, cause }),
  ),
  StakeVault_NothingUnbonding: maker<[Address, Address]>(
    ([account, token], cause) => new S.NothingUnbondingError({ account, token, cause }),
  ),
  StakeVault_TransferRefused: maker<[Address, Address]>(
    ([account, token], cause) => new E.TransferRefusedError({ account, token, cause }),
  ),
  Settlement_NotDisputable: slotError(D.NotDisputableError),
  HiddenGoldSettlement_BondTooSmall: maker<[bigint, bigint]>(
    ([bond, required], cause) => new S.BondTooSmallError({ bond, required, cause }),
  ),
  HiddenGoldSettlement_AlreadyRejected: slotError(D.AlreadyRejectedError),
  GoldAudit_NotOpen: slotError(D.NoAuditError),
  GoldAudit_TooFewAnswers: maker<[Hex, number, bigint, bigint]>(
    ([taskId, slot, answers, required], cause) =>
      new D.TooFewAnswersError({ taskId, slot, answers: Number(answers), required: Number(required), cause }),
  ),
  GoldAudit_PanelAlreadyDrawn: slotError(D.PanelDrawnError),
  GoldAudit_PanelNotDrawn: maker<[Hex, number, bigint]>(
    ([taskId, slot, beaconBlock], cause) => new D.PanelNotDrawnError({ taskId, slot, beaconBlock, cause }),
  ),
  GoldAudit_BeaconTooEarly: maker<[Hex, number, bigint, bigint]>(
    ([taskId, slot, beaconBlock, blockNumber], cause) =>
      new D.PanelBeaconPendingError({ taskId, slot, beaconBlock, blockNumber, cause }),
  ),
  GoldAudit_NotInPanel: maker<[Hex, number, number]>(
    ([taskId, slot, member], cause) => new D.NotInPanelError({ taskId, slot, member, cause }),
  ),
  GoldAudit_Pending: maker<[Hex, number, number, number, bigint]>(
    ([taskId, slot, audited, panelSize, answerBy], cause) =>
      new D.AuditPendingError({ taskId, slot, audited, panelSize, answerBy, cause }),
  ),
  ConsensusSettlement_BeaconTooEarly: maker<[Hex, bigint, bigint]>(
    ([taskId, beaconBlock, blockNumber], cause) => new BeaconPendingError({ taskId, beaconBlock, blockNumber, cause }),
  ),
  Grading_ScaleInvalid: maker<[string]>(([field], cause) => new D.GradingInvalidError({ field, cause })),
  ProofSettlement_SignalCount: maker<[Hex, bigint, bigint]>(
    ([, count, required], cause) =>
      new D.StatementSignalsError({ reason: `there are ${count} and the key has ${required}`, cause }),
  ),
  ProofSettlement_ContextIndexInvalid: maker<[bigint, bigint]>(
    ([contextIndex, count], cause) =>
      new D.StatementSignalsError({
        reason: `position ${contextIndex} cannot be the context: there are ${count} signals`,
        cause,
      }),
  ),
  ProofSettlement_PinsInvalid: maker<[bigint, bigint]>(
    ([, count], cause) =>
      new D.StatementSignalsError({
        reason: `only the ${count} signals of the key can be pinned, and not the one that is the context`,
        cause,
      }),
  ),
  ProofSettlement_SignalMismatch: maker<[bigint, bigint, bigint]>(
    ([index, given, required], cause) =>
      new D.StatementSignalsError({ reason: `signal ${index} is ${given} and must be ${required}`, cause }),
  ),
  ProofSettlement_KeyNotActive: maker<[Hex]>(([keyId], cause) => new E.KeyNotActiveError({ keyId, cause })),
  ProofSettlement_DeadlineOutOfRange: maker<[bigint, bigint, bigint]>(
    ([deadline, earliest, latest], cause) => new E.DeadlineOutOfRangeError({ deadline, earliest, latest, cause }),
  ),
  ProofSettlement_DeadlinePassed: maker<[Hex, bigint, bigint]>(
    ([taskId, deadline, timestamp], cause) =>
      new E.DeadlinePassedError({ what: 'do this', taskId, deadline, timestamp, cause }),
  ),
  OptimisticSettlement_StakeZero: (_, cause) => new D.ClaimStakeError({ reason: 'there is none', cause }),
  OptimisticSettlement_StakeTooLarge: maker<[bigint, bigint]>(
    ([stake, maxStake], cause) => new D.ClaimStakeError({ reason: `${stake} is above ${maxStake}`, cause }),
  ),
  OptimisticSettlement_WindowOutOfRange: maker<[bigint, bigint, bigint]>(
    ([window, min, max], cause) => new D.WindowOutOfRangeError({ window, min, max, cause }),
  ),
  OptimisticSettlement_AlreadyClaimed: slotError(D.AlreadyClaimedError),
  OptimisticSettlement_NotClaimed: slotError(D.NotClaimedError),
  OptimisticSettlement_SignalsDiffer: slotError(D.ClaimSignalsDifferError),
  OptimisticSettlement_NotResolvable: slotError(D.NotResolvableError),
}

/** What to do about such errors that keep their own name. */
export const marketAdvice: { readonly [errorName: string]: string | undefined } = {
  TaskRegistry_WorkerZero: 'Give the account of the worker.',
  TaskRegistry_NotSettlement: 'Only the settlement module of the task ends its slots by proof.',
  TaskRegistry_ShareOutOfRange: 'A settlement module pays 1 to 10,000 basis points of a reward.',
  TaskRegistry_WrappedKeyLength: 'Wrap the content key with `wrapContentKeys`.',
  StakeVault_NotTaskRegistry: 'Stakes are locked and slashed through the task registry alone.',
  StakeVault_TooMuchHeld: 'All stakes of one token together fit 128 bits: deposit less.',
  StakeVault_RecipientInvalid: 'Give an address that is neither zero nor the stake vault.',
  StakeVault_AccountZero: 'Give the account the stake is for.',
  Settlement_NotTaskRegistry: 'Settlement modules are called through the task registry: `createTask`, `disputeSlot`.',
  Gate_NotTaskRegistry: 'Gates are called through the task registry: `createTask`, `joinTask`.',
  Gate_UnknownTask: 'The task was not made with this gate.',
  HiddenGoldSettlement_NotGoldAudit: 'Audits are decided through GoldAudit alone: `closeAudit`.',
  GoldAudit_NotSettlement: 'Audits are opened through the task registry: `disputeSlot`.',
  GoldAudit_AnswersOutOfRange: 'Each answer is to one disputed item, and sides with the gold or with the challenger.',
  HiddenGoldSettlement_ScoreOutOfRange: 'A score counts gold items, at most all of them.',
  ProtocolParameters_ShareTooHigh: 'A share is at most 10,000 basis points.',
  ProtocolParameters_DelayTooLong: 'No delay may hold a stake or a bond for longer than 90 days.',
  ProtocolParameters_DelayTooShort: 'Leave people time to act: an hour, or ten seconds on a local chain.',
  ProtocolParameters_GoldBondTooLow:
    'A requester that may reject by hidden gold needs a bond that answers for it: 1,000 to 10,000 basis points.',
  ProtocolParameters_AuditRateOutOfRange:
    'More than half must side with the challenger, and not nearly all: 5,001 to 7,500 basis points.',
  ProtocolParameters_UnknownVersion: 'Versions are numbered from 1; `getParameters` gives the latest.',
  ProtocolParameters_GateWithoutCode: 'Give the address of a deployed gate.',
  ProtocolParameters_SettlementWithoutCode: 'Give the address of a deployed settlement module.',
  ProtocolParameters_TreasuryZero: 'Fees and slashed stakes need a treasury.',
  ConsensusSettlement_TermsInvalid: 'Build the terms of a consensus task with the SDK, which names what does not fit.',
  ConsensusSettlement_TooFewVoters:
    'A first round has three slots or more: of two votes one decides every tie. Five or more are sound (`assessVoting`).',
  ConsensusSettlement_NotAggregator:
    'Only the account that the task names as its aggregator may send this proof: its requester, when it names none.',
  StakedGate_StakeTooLow: 'Deposit what is missing (`depositStake`); what is unbonding does not count.',
  StakedGate_StakeZero: 'Ask for a stake of one base unit or more, or leave the gate out.',
  AllowListGate_NotListed:
    'Join from an account of the list, with the path that `allowListAdmission` makes from the list as it was when the task was made.',
  AllowListGate_RootZero: 'Make the root from a list with one account or more: `allowListOf`.',
  GroupGate_WrongRoot:
    'Prove over the group as it was when the task was made: the task pins its root. A member who joined the group later cannot join.',
  GroupGate_RootRequired: 'Under this key nobody knows the roots of the group: pin one in the terms of the gate.',
  GroupGate_RootOutOfRange: 'The root of a group is a field element: compute it from the members with `leanRoot`.',
  WorldIdGate_AppIdHashOutOfRange: 'Make the terms with `worldIdGateData`, from the app id as its portal shows it.',
  ProofGate_KeyUnsuitable:
    'Pin a key of the system and with the public signals that the gate names: see the table in contracts/GATES.md.',
  ProofGate_NullifierOutOfRange: 'Give the nullifier that the proof shows: a field element that is not zero.',
  ProofGate_NoConsent:
    'Who brings a joining of somebody else needs its consent: the account of the worker signs this joining, with this gate, payout and fee.',
  ProofGate_ProofRejected:
    'The proof shows something else than this task and joining: make it again, with the same payout, relay fee and terms.',
  ReputationGate_RequesterZero: 'Name the requester whose accepted slots count.',
  ReputationGate_SlotsOutOfRange: 'A proof shows 1 to 5 recorded slots: `reputationGateData` checks it.',
  ReputationGate_ScoreOutOfRange: 'A score is 1 to 10,000 basis points: `reputationGateData` checks it.',
  ReputationRegistry_NotAccepted:
    'Only a slot that was paid with a proven score is recorded; wait until it is settled.',
  ReputationRegistry_AlreadyRecorded:
    'A slot is recorded once. If it was under another secret, it counts with what that secret recorded.',
  ReputationRegistry_LeafExists:
    'Somebody recorded a copy of this commitment first: record under another, with another `attempt` (1 to 3).',
  ReputationRegistry_CommitmentOutOfRange: 'Make the commitment with `reputationCommitment`; `recordReputation` does.',
  ReputationRegistry_TreeFull:
    'The tree of this requester has all the 1,048,576 records it can hold. Records with other requesters go on.',
  ReputationGate_RootTooOld:
    'Read the records again (`readReputation`) and prove over the tree as it is: a root counts for an hour after the next record.',
  ReputationGate_UnknownRoot:
    "The requester's tree never had this root: read the records from a node you trust, and prove again.",
  ConsensusSettlement_JoinByMismatch: 'The last second to join follows from the windows and rounds of the terms.',
  ConsensusSettlement_SeedMissing:
    'First the beacon is drawn (`drawBeacon`, which anyone may), then the requester reveals the seed.',
  ConsensusSettlement_SeedMismatch:
    'Reveal the next link of the chain of the task: one for each seed revealed so far, not for each round. `revealSeed` of the SDK does.',
  ConsensusSettlement_SeedAlreadyRevealed: 'The assignment of this round is drawn.',
  ConsensusSettlement_BeaconAlreadyDrawn: 'The beacon of this round is drawn: reveal the seed.',
  ConsensusSettlement_BeaconNotScheduled: 'Draw the beacon first: no block is picked for it, or its hash is lost.',
  ConsensusSettlement_NoAssignment: 'Every worker of this task labels every item: there is nothing to draw.',
  ConsensusSettlement_AlreadyDelivered: 'The slot has delivered; a delivery is final.',
  ConsensusSettlement_JoiningOpen: 'Wait until nobody can join in this round.',
  ConsensusSettlement_CommitsStillOpen: 'Wait until commits of this round are over.',
  ConsensusSettlement_DeliveriesStillOpen: 'Wait until deliveries of this round are over.',
  ConsensusSettlement_WrongPath:
    'Tasks of capacity 64 are concluded in one proof; larger ones by tally, decide, agree.',
  ConsensusSettlement_SlotsIncomplete: 'Name every delivered slot.',
  ConsensusSettlement_SlotNotDelivered: 'Name slots that have delivered.',
  ConsensusSettlement_SlotTwice: 'Name each slot once.',
  ConsensusSettlement_ChunkSize: 'A chunk has 1 to 7 slots.',
  ConsensusSettlement_ValueOutOfRange: 'Send the values the proof was made with.',
  ConsensusSettlement_Undecided: 'The majority must be proven first.',
  ConsensusSettlement_AlreadyDecided: 'The majority is proven already.',
}

function notSender(args: readonly unknown[], cause: E.ContractRevertError): BaseError {
  const [worker, caller] = args as readonly [Address, Address]
  return new SenderNotWorkerError({ worker, caller, cause })
}
