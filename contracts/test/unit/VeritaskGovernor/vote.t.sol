// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {GovernanceTest} from "../../utils/GovernanceTest.sol";

contract VeritaskGovernorVoteTest is GovernanceTest {
    Proposal internal made;

    function setUp() public {
        deployGovernance();
        made = proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (3 days)));
    }

    function test_RevertWhen_TheProposerHasTooFewVotes() external {
        vm.prank(alice);
        token.transfer(stranger, THRESHOLD);
        vm.prank(stranger);
        token.delegate(stranger);
        // It has them in this second, not in the one before.
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, stranger, 0, THRESHOLD)
        );
        propose(stranger, made);
        vm.warp(block.timestamp + 1);
        propose(stranger, made);
    }

    /// @dev An account that copies a proposal out of the mempool would own it, and could cancel it.
    function test_RevertGiven_SomebodyElseIsNamed() external {
        made.description = string.concat("change #proposer=", Strings.toHexString(alice));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, bob));
        propose(bob, made);
        uint256 id = propose(alice, made);
        assertEq(governor.proposalProposer(id), alice);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, bob));
        cancel(bob, made);
    }

    function test_RevertGiven_SomebodyElseIsNamedInCapitals() external {
        made.description = string.concat("change #proposer=", Strings.toChecksumHexString(alice));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, carol));
        propose(carol, made);
        propose(alice, made);
    }

    /// @dev Whatever stands before the suffix, only the named account proposes that text.
    function testFuzz_TheSuffixHolds(string memory text, address other) external {
        vm.assume(other != alice && other != address(0) && other != address(token));
        vm.prank(bob);
        token.transfer(other, THRESHOLD);
        vm.prank(other);
        token.delegate(other);
        vm.warp(block.timestamp + 1);
        made.description = string.concat(text, "#proposer=", Strings.toHexString(alice));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, other));
        propose(other, made);
        propose(alice, made);
    }

    function test_WithoutTheSuffixTheFirstOwnsIt() external {
        uint256 id = propose(bob, made);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector, id, IGovernor.ProposalState.Pending, bytes32(0)
            )
        );
        propose(alice, made);
        assertEq(governor.proposalProposer(id), bob);
    }

    function test_TokensMovedAfterTheSnapshotCountOnce() external {
        uint256 id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        uint256 moved = token.balanceOf(alice);
        vm.prank(alice);
        token.transfer(stranger, moved);
        vm.prank(stranger);
        token.delegate(stranger);
        vm.warp(block.timestamp + 1);
        vote(stranger, id, FOR);
        (uint256 against, uint256 inFavour, uint256 abstained) = governor.proposalVotes(id);
        assertEq(inFavour, SUPPLY * 60 / 100);
        assertEq(against + abstained, 0);
    }

    function test_RevertWhen_VotedAlready() external {
        uint256 id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, alice));
        vote(alice, id, AGAINST);
    }

    function test_RevertWhen_VotedOutsideThePeriod() external {
        uint256 id = propose(alice, made);
        uint256 snapshot = governor.proposalSnapshot(id);
        assertEq(snapshot, block.timestamp + VOTING_DELAY);
        vm.warp(snapshot);
        vm.expectRevert();
        vote(alice, id, FOR);
        vm.warp(snapshot + VOTING_PERIOD);
        vote(alice, id, FOR);
        toEnd(id);
        vm.expectRevert();
        vote(bob, id, AGAINST);
    }

    function test_AnEarlyQuorumKeepsTheDeadline() external {
        uint256 id = propose(alice, made);
        toVote(id);
        uint256 deadline = governor.proposalDeadline(id);
        vote(alice, id, FOR);
        assertEq(governor.proposalDeadline(id), deadline);
    }

    /// @dev A large voter that waits for the last second gives everybody else a day to answer.
    function test_ALateQuorumExtendsTheVote() external {
        uint256 id = propose(carol, made);
        toVote(id);
        vote(carol, id, FOR);
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline);
        uint64 extended = uint64(deadline + LATE_EXTENSION);
        vm.expectEmit(address(governor));
        emit GovernorPreventLateQuorum.ProposalExtended(id, extended);
        vote(bob, id, FOR);
        assertEq(governor.proposalDeadline(id), extended);

        vm.warp(deadline + 1);
        assertState(id, IGovernor.ProposalState.Active);
        vm.expectRevert();
        queue(made);
        // The answer comes, and moves nothing any more.
        vm.warp(extended);
        vote(alice, id, AGAINST);
        assertEq(governor.proposalDeadline(id), extended);
        vm.warp(extended + 1);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    function test_DefeatedWithoutQuorum() external {
        uint256 id = propose(carol, made);
        toVote(id);
        vote(carol, id, FOR);
        toEnd(id);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    function test_DefeatedByATie() external {
        vm.prank(alice);
        token.transfer(carol, SUPPLY * 25 / 100);
        vm.warp(block.timestamp + 1);
        uint256 id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        vote(bob, id, AGAINST);
        toEnd(id);
        (uint256 against, uint256 inFavour,) = governor.proposalVotes(id);
        assertEq(against, inFavour);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    function test_RevertWhen_ExecutedTooEarly() external {
        uint256 id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        toEnd(id);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                id,
                IGovernor.ProposalState.Succeeded,
                bytes32(1 << uint8(IGovernor.ProposalState.Queued))
            )
        );
        execute(made);
        queue(made);
        vm.warp(block.timestamp + DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                operationOf(made),
                bytes32(1 << uint8(TimelockController.OperationState.Ready))
            )
        );
        execute(made);
        vm.warp(block.timestamp + 1);
        vm.prank(stranger);
        execute(made);
        assertEq(timelock.getMinDelay(), 3 days);
        assertState(id, IGovernor.ProposalState.Executed);
        vm.expectRevert();
        execute(made);
    }
}
