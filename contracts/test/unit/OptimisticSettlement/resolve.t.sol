// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../../src/interfaces/IOptimisticSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

contract OptimisticSettlementResolveTest is OptimisticTest {
    function expectNotResolvable() internal {
        vm.expectRevert(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_NotResolvable.selector, taskId, slot)
        );
        optimistic.resolve(taskId, slot);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        optimistic.resolve("none", slot);
    }

    function test_RevertGiven_NobodyDisputes() external {
        expectNotResolvable();
        claim();
        expectNotResolvable();
        vm.warp(CHALLENGE_BY + 10 * PROVE_WINDOW);
        expectNotResolvable();
        freeze(statementKey);
        expectNotResolvable();
    }

    function test_RevertGiven_SlotEnded() external {
        claimAndDispute();
        optimistic.prove(taskId, slot, signals, proof, true);
        vm.warp(ANSWER_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        optimistic.resolve(taskId, slot);
    }

    function test_RevertGiven_TheWorkerCanStillProve() external {
        claimAndDispute();
        for (uint256 at = ANSWER_BY - 1; at <= ANSWER_BY; ++at) {
            vm.warp(at);
            expectNotResolvable();
        }
    }

    function test_TheChallengerGetsHalfOfTheStake() external {
        claimAndDispute();
        vm.warp(ANSWER_BY + 1);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, slot, 0, ITaskRegistry.Ending.Disputed);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, slot, bob, ITaskRegistry.Ruling.Upheld, address(0));
        vm.prank(stranger);
        optimistic.resolve(taskId, slot);
        assertEq(free(bob), FUNDS + STAKE / 2);
        assertEq(free(treasury), STAKE / 2);
        assertEq(free(alice), FUNDS - STAKE);
        assertEq(tasks.recordOf(alice).disputesLost, 1);
        assertEq(tasks.recordOf(bob).disputesLost, 0);
        assertEq(tasks.creditOf(requester, NATIVE), REWARD + FEE);
        assertOver();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        optimistic.resolve(taskId, slot);
    }

    function test_VoidGivenTheKeyIsFrozen() external {
        claimAndDispute();
        uint256 snapshot = vm.snapshotState();
        uint64[3] memory times = [DISPUTED_AT, ANSWER_BY, ANSWER_BY + 1];
        for (uint256 i; i < times.length; ++i) {
            vm.warp(times[i]);
            freeze(statementKey);
            vm.expectEmit(address(tasks));
            emitReturned(taskId, slot, 0, ITaskRegistry.Ending.Lapsed);
            vm.expectEmit(address(tasks));
            emit ITaskRegistry.DisputeClosed(taskId, slot, bob, ITaskRegistry.Ruling.Void, address(0));
            optimistic.resolve(taskId, slot);
            assertEq(free(alice), FUNDS);
            assertEq(free(bob), FUNDS);
            assertEq(tasks.recordOf(alice).disputesLost + tasks.recordOf(bob).disputesLost, 0);
            assertOver();
            vm.revertToState(snapshot);
        }
    }

    /// @dev The registry's way to end a slot must not pass over the two bonds.
    function test_SettleLeavesADisputeOpen() external {
        claimAndDispute();
        vm.warp(ANSWER_BY + 1);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            if (i == 1) freeze(statementKey);
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_OutcomePending.selector, taskId, slot));
            tasks.settle(taskId, slot);
            optimistic.resolve(taskId, slot);
            assertOver();
            vm.revertToState(snapshot);
        }
    }

    function test_TheRequesterMayDispute() external {
        claim();
        disputeBy(requester);
        vm.warp(CLAIMED_AT + PROVE_WINDOW + 1);
        optimistic.resolve(taskId, slot);
        assertEq(free(requester), FUNDS + STAKE / 2);
        assertOver();
    }

    /// @dev Who disputes itself gets back half of what it loses and goes without the reward; proving it, it pays half a bond for
    /// nothing.
    function test_AWorkerThatDisputesItselfLosesHalf() external {
        claim();
        disputeBy(alice);
        assertEq(locked(alice), 2 * STAKE);
        uint256 snapshot = vm.snapshotState();
        vm.warp(CLAIMED_AT + PROVE_WINDOW + 1);
        optimistic.resolve(taskId, slot);
        assertEq(free(alice), FUNDS - STAKE / 2);
        assertEq(tasks.creditOf(carol, NATIVE), 0);
        assertEq(tasks.recordOf(alice).disputesLost, 1);
        assertOver();
        vm.revertToState(snapshot);
        optimistic.prove(taskId, slot, signals, proof, false);
        assertEq(free(alice), FUNDS - STAKE / 2);
        assertEq(tasks.creditOf(carol, NATIVE), REWARD);
        assertEq(tasks.recordOf(alice).disputesLost, 1);
        assertOver();
    }

    /// @dev Whoever acts when, the slot ends by the final deadline, once, and nothing is lost or made.
    function testFuzz_EndsByTheFinalDeadline(
        uint256 claimAt,
        uint256 disputeAt,
        uint256 proveAt,
        uint256 freezeAt,
        uint8 challenger
    )
        external
    {
        uint64 last = optimistic.finalDeadline(taskId);
        claimAt = bound(claimAt, CLAIMED_AT, last);
        disputeAt = bound(disputeAt, CLAIMED_AT, last);
        proveAt = bound(proveAt, CLAIMED_AT, last);
        freezeAt = bound(freezeAt, CLAIMED_AT, 4 * uint256(last) - 3 * uint256(CLAIMED_AT));
        address[3] memory challengers = [bob, requester, alice];
        address by = challengers[challenger % 3];
        for (uint256 i; i < 4; ++i) {
            // In the order of time, each as it may.
            uint256 next = claimAt;
            if (disputeAt < next) next = disputeAt;
            if (proveAt < next) next = proveAt;
            if (freezeAt < next) next = freezeAt;
            if (next > last) break;
            vm.warp(next);
            if (next == claimAt) {
                claimAt = type(uint256).max;
                vm.prank(alice);
                try optimistic.claim(taskId, slot, signals) {} catch {}
            } else if (next == disputeAt) {
                disputeAt = type(uint256).max;
                vm.prank(by);
                try tasks.dispute(taskId, slot, uint96(STAKE)) {} catch {}
            } else if (next == proveAt) {
                proveAt = type(uint256).max;
                try optimistic.prove(taskId, slot, signals, proof, false) {} catch {}
            } else {
                freezeAt = type(uint256).max;
                freeze(statementKey);
            }
        }
        vm.warp(last + 1);
        if (stateOf(taskId, slot) == ITaskRegistry.SlotState.Joined) {
            bool disputed = optimistic.claimOf(taskId, slot).disputedAt != 0;
            if (disputed) optimistic.resolve(taskId, slot);
            else tasks.settle(taskId, slot);
        }
        assertOver();
    }
}
