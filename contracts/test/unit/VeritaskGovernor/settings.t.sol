// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {VeritaskGovernor} from "../../../src/governance/VeritaskGovernor.sol";
import {IVeritaskGovernor} from "../../../src/interfaces/IVeritaskGovernor.sol";
import {GovernanceTest} from "../../utils/GovernanceTest.sol";

contract VeritaskGovernorSettingsTest is GovernanceTest {
    function setUp() public {
        deployGovernance();
    }

    function expectRefused(IVeritaskGovernor.Settings memory made, bytes memory reason) internal {
        vm.expectRevert(reason);
        new VeritaskGovernor(token, timelock, made);
    }

    function test_RevertWhen_TheDelayIsTooLong() external {
        IVeritaskGovernor.Settings memory made = settings();
        made.votingDelay = 30 days;
        new VeritaskGovernor(token, timelock, made);
        made.votingDelay = 30 days + 1;
        expectRefused(
            made,
            abi.encodeWithSelector(IVeritaskGovernor.VeritaskGovernor_VotingDelayTooLong.selector, 30 days + 1, 30 days)
        );
    }

    function test_RevertWhen_ThePeriodIsZeroOrTooLong() external {
        IVeritaskGovernor.Settings memory made = settings();
        made.votingPeriod = 30 days;
        new VeritaskGovernor(token, timelock, made);
        made.votingPeriod = 30 days + 1;
        expectRefused(
            made,
            abi.encodeWithSelector(
                IVeritaskGovernor.VeritaskGovernor_VotingPeriodTooLong.selector, 30 days + 1, 30 days
            )
        );
        made.votingPeriod = 0;
        expectRefused(made, abi.encodeWithSelector(IGovernor.GovernorInvalidVotingPeriod.selector, 0));
    }

    function test_RevertWhen_TheExtensionExceedsThePeriod() external {
        IVeritaskGovernor.Settings memory made = settings();
        made.lateQuorumExtension = VOTING_PERIOD;
        new VeritaskGovernor(token, timelock, made);
        made.lateQuorumExtension = VOTING_PERIOD + 1;
        expectRefused(
            made,
            abi.encodeWithSelector(
                GovernorPreventLateQuorum.GovernorPreventLateQuorumVoteExtensionTooLarge.selector,
                VOTING_PERIOD + 1,
                VOTING_PERIOD
            )
        );
    }

    function test_RevertWhen_TheThresholdIsOutOfRange() external {
        IVeritaskGovernor.Settings memory made = settings();
        uint256[2] memory wrong = [0, SUPPLY / 10 + 1];
        for (uint256 i; i < wrong.length; ++i) {
            made.proposalThreshold = wrong[i];
            expectRefused(
                made,
                abi.encodeWithSelector(
                    IVeritaskGovernor.VeritaskGovernor_ThresholdOutOfRange.selector, wrong[i], SUPPLY / 10
                )
            );
        }
        made.proposalThreshold = 1;
        new VeritaskGovernor(token, timelock, made);
        made.proposalThreshold = SUPPLY / 10;
        new VeritaskGovernor(token, timelock, made);
    }

    function test_RevertWhen_TheQuorumIsOutOfRange() external {
        IVeritaskGovernor.Settings memory made = settings();
        uint256[2] memory wrong = [uint256(0), 51];
        for (uint256 i; i < wrong.length; ++i) {
            made.quorumPercent = wrong[i];
            expectRefused(
                made, abi.encodeWithSelector(IVeritaskGovernor.VeritaskGovernor_QuorumOutOfRange.selector, wrong[i], 50)
            );
        }
        made.quorumPercent = 1;
        new VeritaskGovernor(token, timelock, made);
        made.quorumPercent = 50;
        new VeritaskGovernor(token, timelock, made);
    }

    function test_HasTheSettingsGiven() external view {
        assertEq(governor.name(), "VeritaskGovernor");
        assertEq(address(governor.token()), address(token));
        assertEq(governor.timelock(), address(timelock));
        assertEq(governor.votingDelay(), VOTING_DELAY);
        assertEq(governor.votingPeriod(), VOTING_PERIOD);
        assertEq(governor.lateQuorumVoteExtension(), LATE_EXTENSION);
        assertEq(governor.proposalThreshold(), THRESHOLD);
        assertEq(governor.quorum(START), SUPPLY * QUORUM_PERCENT / 100);
        assertEq(governor.COUNTING_MODE(), "support=bravo&quorum=for,abstain");
    }

    function setters() internal view returns (bytes[8] memory) {
        return [
            abi.encodeCall(governor.setVotingDelay, (1)),
            abi.encodeCall(governor.setVotingPeriod, (1)),
            abi.encodeCall(governor.setProposalThreshold, (1)),
            abi.encodeCall(governor.updateQuorumNumerator, (1)),
            abi.encodeCall(governor.setLateQuorumVoteExtension, (0)),
            abi.encodeCall(governor.updateTimelock, (timelock)),
            abi.encodeCall(governor.relay, (alice, 0, "")),
            abi.encodeCall(governor.relay, (address(timelock), 0, abi.encodeCall(timelock.updateDelay, (0))))
        ];
    }

    function test_RevertGiven_NoExecutedProposal() external {
        address[4] memory accounts = [alice, guardian, stranger, address(governor)];
        bytes[8] memory calls = setters();
        for (uint256 i; i < calls.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                vm.prank(accounts[j]);
                (bool called, bytes memory reason) = address(governor).call(calls[i]);
                assertFalse(called);
                assertEq(reason, abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, accounts[j]));
            }
            // The timelock too, outside the execution of a proposal: whoever else may once schedule there has no way in.
            vm.prank(address(timelock));
            (bool calledByTimelock,) = address(governor).call(calls[i]);
            assertFalse(calledByTimelock);
        }
    }

    /// @dev Executed past the Governor, by anyone, in the timelock itself: settings do not change, and the proposal waits.
    function test_RevertGiven_AProposalExecutedInTheTimelock() external {
        Proposal memory made = proposal(address(governor), abi.encodeCall(governor.setVotingDelay, (1)));
        uint256 id = toQueue(made);
        vm.warp(block.timestamp + DELAY);
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(made.description));
        vm.prank(stranger);
        vm.expectRevert();
        timelock.executeBatch(made.targets, made.values, made.calldatas, 0, salt);
        assertState(id, IGovernor.ProposalState.Queued);
        execute(made);
        assertEq(governor.votingDelay(), 1);
    }

    function test_AProposalChangesThemWithinTheLimits() external {
        pass(proposal(address(governor), abi.encodeCall(governor.setProposalThreshold, (1))));
        assertEq(governor.proposalThreshold(), 1);

        bytes[4] memory wrong = [
            abi.encodeCall(governor.setProposalThreshold, (0)),
            abi.encodeCall(governor.updateQuorumNumerator, (0)),
            abi.encodeCall(governor.setVotingPeriod, (30 days + 1)),
            abi.encodeCall(governor.setVotingDelay, (30 days + 1))
        ];
        bytes[4] memory reasons = [
            abi.encodeWithSelector(IVeritaskGovernor.VeritaskGovernor_ThresholdOutOfRange.selector, 0, SUPPLY / 10),
            abi.encodeWithSelector(IVeritaskGovernor.VeritaskGovernor_QuorumOutOfRange.selector, 0, 50),
            abi.encodeWithSelector(
                IVeritaskGovernor.VeritaskGovernor_VotingPeriodTooLong.selector, 30 days + 1, 30 days
            ),
            abi.encodeWithSelector(IVeritaskGovernor.VeritaskGovernor_VotingDelayTooLong.selector, 30 days + 1, 30 days)
        ];
        for (uint256 i; i < wrong.length; ++i) {
            Proposal memory made = proposal(address(governor), wrong[i]);
            toQueue(made);
            vm.warp(block.timestamp + DELAY);
            vm.expectRevert(reasons[i]);
            execute(made);
        }
    }
}
