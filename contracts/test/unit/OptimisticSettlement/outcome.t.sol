// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

contract OptimisticSettlementOutcomeTest is OptimisticTest {
    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        optimistic.outcome("none", slot);
    }

    function test_PendingGivenTheSlotIsOpen() external {
        vm.warp(optimistic.finalDeadline(taskId) + 1);
        assertEq(uint8(optimistic.outcome(taskId, 2)), uint8(ISettlement.Outcome.Pending));
    }

    function test_AsItEnded() external {
        claim();
        optimistic.prove(taskId, slot, signals, proof, false);
        uint32 left = join(taskId, bob);
        vm.prank(bob);
        tasks.leave(taskId, left);
        vm.warp(CLAIM_BY + 1);
        assertOutcome(ISettlement.Outcome.Paid);
        assertEq(uint8(optimistic.outcome(taskId, left)), uint8(ISettlement.Outcome.Returned));
    }

    function test_MissedGivenNoClaimInTime() external {
        for (uint256 at = CLAIM_BY - 1; at <= CLAIM_BY; ++at) {
            vm.warp(at);
            assertOutcome(ISettlement.Outcome.Pending);
        }
        vm.warp(CLAIM_BY + 1);
        assertOutcome(ISettlement.Outcome.Missed);
        freeze(statementKey);
        assertOutcome(ISettlement.Outcome.Returned);
    }

    function test_ReturnedGivenTheKeyIsFrozenBeforeTheClaim() external {
        freeze(statementKey);
        assertOutcome(ISettlement.Outcome.Returned);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, slot, 0, ITaskRegistry.Ending.Lapsed);
        tasks.settle(taskId, slot);
        assertEq(free(alice), FUNDS);
        assertOver();
    }

    function test_PaidGivenNobodyDisputes() external {
        claim();
        for (uint256 at = CHALLENGE_BY - 1; at <= CHALLENGE_BY; ++at) {
            vm.warp(at);
            assertOutcome(ISettlement.Outcome.Pending);
        }
        vm.warp(CHALLENGE_BY + 1);
        assertOutcome(ISettlement.Outcome.Paid);
        // Long after every deadline it is still the same.
        vm.warp(optimistic.finalDeadline(taskId) + 1);
        assertOutcome(ISettlement.Outcome.Paid);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, carol, 0, ITaskRegistry.Ending.Silent);
        tasks.settle(taskId, slot);
        assertEq(free(alice), FUNDS);
        assertEq(tasks.recordOf(requester).silent, 1);
        assertOver();
    }

    /// @dev The last second to claim is a claim: what follows it is the challenge window, not a missed deadline.
    function test_PendingAfterClaimByGivenAClaimInTime() external {
        vm.warp(CLAIM_BY);
        claim();
        for (uint256 at = CLAIM_BY + 1; at <= CLAIM_BY + CHALLENGE_WINDOW; at += CHALLENGE_WINDOW - 1) {
            vm.warp(at);
            assertOutcome(ISettlement.Outcome.Pending);
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_OutcomePending.selector, taskId, slot));
            tasks.settle(taskId, slot);
        }
        vm.warp(CLAIM_BY + CHALLENGE_WINDOW + 1);
        assertOutcome(ISettlement.Outcome.Paid);
    }

    function test_AFreezeWithinTheChallengeWindowReturns() external {
        claim();
        vm.warp(CHALLENGE_BY);
        freeze(statementKey);
        assertOutcome(ISettlement.Outcome.Returned);
        tasks.settle(taskId, slot);
        assertOver();
    }

    function test_AFreezeAfterTheChallengeWindowChangesNothing() external {
        claim();
        vm.warp(CHALLENGE_BY + 1);
        freeze(statementKey);
        assertOutcome(ISettlement.Outcome.Paid);
        tasks.settle(taskId, slot);
        assertEq(tasks.creditOf(carol, NATIVE), REWARD);
        assertOver();
    }

    function test_PendingGivenADispute() external {
        claimAndDispute();
        assertOutcome(ISettlement.Outcome.Pending);
        vm.warp(ANSWER_BY + 1);
        assertOutcome(ISettlement.Outcome.Pending);
        freeze(statementKey);
        assertOutcome(ISettlement.Outcome.Pending);
    }

    function test_RejectsNobody() external view {
        assertEq(optimistic.rejectedScoreOf(taskId, 0), 0);
    }
}
