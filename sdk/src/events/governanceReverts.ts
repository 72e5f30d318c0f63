/** What to do about errors of governance, its token and its timelock, and of what they own. */
export const governanceAdvice: { readonly [errorName: string]: string | undefined } = {
  OwnableUnauthorizedAccount: 'Only governance may do this: propose it (`propose`).',
  OwnableInvalidOwner: 'An owner is an address that is not zero.',
  AccessControlUnauthorizedAccount:
    'The account lacks the role at the timelock: the governor schedules, and the guardian or the governor cancels.',
  ProtocolParameters_FeeTooHigh: 'A fee is at most 1,000 basis points.',
  ProtocolParameters_SlotLimitOutOfRange: 'A task may be allowed 1 to 65,535 slots.',
  ProtocolParameters_WindowsOutOfOrder: 'The shortest window is no longer than the longest.',
  ProtocolParameters_GasCapOutOfRange: 'A proof may be allowed 350,000 to 10,000,000 gas.',
  ProtocolParameters_MinRewardZero: 'An allowed token has a least reward of one base unit or more.',
  ProtocolParameters_TokenWithoutCode: 'Give the address of a deployed token, or zero for the native coin.',
  VeritaskGovernor_VotingDelayTooLong: 'A vote starts within 30 days of its proposal.',
  VeritaskGovernor_VotingPeriodTooLong: 'A vote lasts at most 30 days.',
  VeritaskGovernor_ThresholdOutOfRange: 'Proposing takes one vote or more, and at most a tenth of all.',
  VeritaskGovernor_QuorumOutOfRange: 'A quorum is 1 to 50 percent.',
  VeritaskTimelock_DelayTooLong: 'What was decided waits at most 30 days.',
  VeritaskTimelock_DismissalStands: 'Who is to lose the right to cancel cannot cancel that: only the governor can.',
  GovernorInsufficientProposerVotes:
    'Delegate votes to the account that proposes (`delegateVotes`), before the proposal is made.',
  GovernorRestrictedProposer: 'The description ends with the account that may propose it: propose from that one.',
  GovernorInvalidProposalLength: 'Propose one call or more, each with its target and value.',
  GovernorNonexistentProposal: '`listProposals` has the proposals there are.',
  GovernorUnexpectedProposalState:
    '`getProposal` says where the proposal is: vote while it is active, queue what succeeded, execute what is queued once its delay is over.',
  GovernorUnableToCancel:
    'Only who proposed it cancels a proposal; the guardian cancels what is queued at the timelock.',
  GovernorAlreadyCastVote: 'A vote cannot be changed.',
  GovernorInvalidVoteType: 'A vote is for, against or abstains.',
  GovernorInvalidVotingPeriod: 'A vote lasts a second or more.',
  GovernorPreventLateQuorumVoteExtensionTooLarge: 'The extension after a late quorum is no longer than a vote.',
  TimelockUnexpectedOperationState:
    'The timelock holds no such operation, or its delay is not over: wait until the proposal can be executed.',
  FailedCall:
    'A call inside it failed without a reason: try the calls of the proposal on their own, or send it with more gas.',
  SafeERC20FailedOperation:
    'The token refused the transfer: check balance and allowance, and whether it has blocked one of the accounts.',
  ERC20InsufficientBalance: 'The account holds less of the token than this takes.',
  ERC20InsufficientAllowance: 'Approve the amount first; `approve: true`, which is the default, does.',
  ERC5805FutureLookup: 'Votes are known of the past alone: wait a second.',
  ReentrancyGuardReentrantCall: 'A contract that was called or paid on the way called back: that call does nothing.',
}
