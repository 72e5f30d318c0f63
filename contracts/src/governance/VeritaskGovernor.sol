// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";

import {IVeritaskGovernor} from "../interfaces/IVeritaskGovernor.sol";
import {VeritaskTimelock} from "./VeritaskTimelock.sol";
import {VeritaskToken} from "./VeritaskToken.sol";

/// @title VeritaskGovernor
/// @notice See {IVeritaskGovernor} for what it does, who may do what, and what nobody can.
/// @dev Votes come before settings: the threshold is checked against the token's supply.
contract VeritaskGovernor is
    IVeritaskGovernor,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    uint256 internal constant MAX_VOTING_DELAY = 30 days;
    uint256 internal constant MAX_VOTING_PERIOD = 30 days;
    /// @dev The highest threshold is the supply divided by this.
    uint256 internal constant MIN_PROPOSERS = 10;
    uint256 internal constant MAX_QUORUM_PERCENT = 50;

    constructor(
        VeritaskToken token_,
        VeritaskTimelock timelock_,
        Settings memory settings
    )
        Governor("VeritaskGovernor")
        GovernorVotes(token_)
        GovernorVotesQuorumFraction(settings.quorumPercent)
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorPreventLateQuorum(settings.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {}

    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _setVotingDelay(uint48 next) internal override {
        // Check:
        if (next > MAX_VOTING_DELAY) revert VeritaskGovernor_VotingDelayTooLong(next, MAX_VOTING_DELAY);

        // Effect:
        super._setVotingDelay(next);
    }

    function _setVotingPeriod(uint32 next) internal override {
        // Check:
        if (next > MAX_VOTING_PERIOD) revert VeritaskGovernor_VotingPeriodTooLong(next, MAX_VOTING_PERIOD);

        // Effect:
        super._setVotingPeriod(next);
    }

    function _setProposalThreshold(uint256 next) internal override {
        // Check:
        uint256 highest = VeritaskToken(address(token())).totalSupply() / MIN_PROPOSERS;
        if (next == 0 || next > highest) revert VeritaskGovernor_ThresholdOutOfRange(next, highest);

        // Effect:
        super._setProposalThreshold(next);
    }

    function _updateQuorumNumerator(uint256 next) internal override {
        // Check:
        if (next == 0 || next > MAX_QUORUM_PERCENT) revert VeritaskGovernor_QuorumOutOfRange(next, MAX_QUORUM_PERCENT);

        // Effect:
        super._updateQuorumNumerator(next);
    }

    /// @dev OpenZeppelin's proposers may cancel only before the vote; here until the execution, so that a mistake found late
    /// is taken back from the timelock too. Which states can still be cancelled is checked where it happens.
    function _validateCancel(uint256 proposalId, address caller) internal view override returns (bool) {
        return caller == proposalProposer(proposalId);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    )
        internal
        override(Governor, GovernorTimelockControl)
        returns (uint48)
    {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    )
        internal
        override(Governor, GovernorTimelockControl)
    {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    )
        internal
        override(Governor, GovernorTimelockControl)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
