// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVeritaskGovernor
/// @notice Proposals, votes and their way into the timelock: OpenZeppelin's Governor with simple counting (against, for,
/// abstain), a quorum in percent of the supply, late-quorum protection and timelock control. Its clock is the timestamp.
/// @dev Roles: whoever had `proposalThreshold` votes a second ago proposes; votes count as they were at a proposal's
/// snapshot; anyone queues and executes. A proposal's proposer may cancel it until it is executed, in the timelock too.
/// The settings below change by a proposal alone. The limits keep governance from locking itself out: a threshold or a
/// quorum that nobody reaches, or a vote that never ends, could not be taken back.
/// A description that ends in `#proposer=0x…` may be proposed by that account alone. Whoever proposes without it can be
/// overtaken by an account that proposes the same and cancels it; clients always add it.
interface IVeritaskGovernor {
    /// @param votingDelay Seconds between a proposal and the snapshot of its votes (at most 30 days).
    /// @param votingPeriod Seconds in which votes are cast (1 second to 30 days).
    /// @param lateQuorumExtension Seconds left to vote at least once the quorum is reached (at most the voting period).
    /// @param proposalThreshold Votes it takes to propose, in base units (1 to a tenth of the supply).
    /// @param quorumPercent Votes for and abstaining that a decision takes, in percent of the supply (1 to 50).
    struct Settings {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint48 lateQuorumExtension;
        uint256 proposalThreshold;
        uint256 quorumPercent;
    }

    error VeritaskGovernor_VotingDelayTooLong(uint256 votingDelay, uint256 longest);
    error VeritaskGovernor_VotingPeriodTooLong(uint256 votingPeriod, uint256 longest);
    error VeritaskGovernor_ThresholdOutOfRange(uint256 proposalThreshold, uint256 highest);
    error VeritaskGovernor_QuorumOutOfRange(uint256 quorumPercent, uint256 highest);
}
