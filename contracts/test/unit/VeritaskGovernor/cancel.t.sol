// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {GovernanceTest} from "../../utils/GovernanceTest.sol";

contract VeritaskGovernorCancelTest is GovernanceTest {
    Proposal internal made;

    function setUp() public {
        deployGovernance();
        made = proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (3 days)));
    }

    function test_RevertWhen_NotTheProposer() external {
        uint256 id = propose(alice, made);
        address[3] memory accounts = [bob, guardian, stranger];
        for (uint256 i; i < accounts.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, accounts[i]));
            cancel(accounts[i], made);
        }
    }

    function test_RevertWhen_ThereIsNoSuchProposal() external {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, idOf(made), alice));
        cancel(alice, made);
    }

    function test_CancelsBeforeTheVote() external {
        uint256 id = propose(alice, made);
        vm.expectEmit(address(governor));
        emit IGovernor.ProposalCanceled(id);
        cancel(alice, made);
        assertState(id, IGovernor.ProposalState.Canceled);
        toVote(id);
        vm.expectRevert();
        vote(bob, id, FOR);
    }

    function test_CancelsDuringAndAfterTheVote() external {
        uint256 id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        cancel(alice, made);
        assertState(id, IGovernor.ProposalState.Canceled);

        made.description = "again";
        id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        toEnd(id);
        assertState(id, IGovernor.ProposalState.Succeeded);
        cancel(alice, made);
        assertState(id, IGovernor.ProposalState.Canceled);
        vm.expectRevert();
        queue(made);
    }

    function test_CancellingReachesTheTimelock() external {
        uint256 id = toQueue(made);
        bytes32 operation = operationOf(made);
        assertTrue(timelock.isOperationPending(operation));
        vm.expectEmit(address(timelock));
        emit TimelockController.Cancelled(operation);
        cancel(alice, made);
        assertState(id, IGovernor.ProposalState.Canceled);
        assertFalse(timelock.isOperation(operation));
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert();
        execute(made);
        assertEq(timelock.getMinDelay(), DELAY);
    }

    function test_RevertGiven_ItIsOver() external {
        pass(made);
        vm.expectRevert();
        cancel(alice, made);

        made.description = "again";
        uint256 id = propose(alice, made);
        cancel(alice, made);
        vm.expectRevert();
        cancel(alice, made);
        assertState(id, IGovernor.ProposalState.Canceled);
    }

    function test_TheGuardianCancelsInTheTimelock() external {
        uint256 id = toQueue(made);
        bytes32 operation = operationOf(made);
        vm.prank(guardian);
        timelock.cancel(operation);
        assertState(id, IGovernor.ProposalState.Canceled);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert();
        execute(made);
        vm.expectRevert();
        queue(made);
        // The vote may be held again under another description.
        made.description = "again";
        pass(made);
        assertEq(timelock.getMinDelay(), 3 days);
    }
}
