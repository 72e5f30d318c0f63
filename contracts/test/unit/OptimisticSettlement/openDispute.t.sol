// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

contract OptimisticSettlementOpenDisputeTest is OptimisticTest {
    function expectRefusal(bytes memory reason) internal {
        vm.prank(bob);
        vm.expectRevert(reason);
        tasks.dispute(taskId, slot, uint96(STAKE));
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        claim();
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, bob));
        optimistic.openDispute(taskId, slot, bob);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.prank(address(tasks));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        optimistic.openDispute("none", slot, bob);
    }

    function test_RevertGiven_NotClaimed() external {
        expectRefusal(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_NotClaimed.selector, taskId, slot)
        );
    }

    function test_RevertGiven_SlotEnded() external {
        claim();
        optimistic.prove(taskId, slot, signals, proof, false);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
    }

    function test_RevertGiven_Disputed() external {
        claimAndDispute();
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyDisputed.selector, taskId, slot, bob));
        tasks.dispute(taskId, slot, uint96(STAKE));
        // The registry asks once; the module would not say yes twice either.
        vm.prank(address(tasks));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, taskId, slot));
        optimistic.openDispute(taskId, slot, requester);
    }

    function test_WindowIsInclusive() external {
        claim();
        uint256 snapshot = vm.snapshotState();
        uint64[3] memory inside = [CLAIMED_AT, CHALLENGE_BY - 1, CHALLENGE_BY];
        for (uint256 i; i < inside.length; ++i) {
            vm.warp(inside[i]);
            disputeBy(bob);
            assertEq(optimistic.claimOf(taskId, slot).disputedAt, inside[i]);
            vm.revertToState(snapshot);
        }
        vm.warp(CHALLENGE_BY + 1);
        expectRefusal(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_DeadlinePassed.selector, taskId, CHALLENGE_BY, CHALLENGE_BY + 1
            )
        );
    }

    function test_RevertGiven_KeyFrozen() external {
        claim();
        freeze(statementKey);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, statementKey));
    }

    function test_LocksAsMuchAsTheWorkerHas() external {
        claim();
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeOpened(taskId, slot, bob, NATIVE, STAKE);
        disputeBy(bob);
        assertEq(locked(bob), STAKE);
        assertEq(locked(alice), STAKE);
        assertEq(tasks.disputeOf(taskId, slot).bond, STAKE);
    }
}
