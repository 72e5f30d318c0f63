// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistryReturnUnfilledTest is ProtocolTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.returnUnfilled("none");
    }

    function test_RevertGiven_AllSlotsTaken() external {
        join(taskId, alice);
        join(taskId, bob);
        join(taskId, carol);
        vm.warp(JOIN_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NoSlotLeft.selector, taskId, SLOTS));
        tasks.returnUnfilled(taskId);
    }

    function test_RevertGiven_AlreadyReturned() external {
        vm.warp(JOIN_BY + 1);
        tasks.returnUnfilled(taskId);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnfilledAlreadyReturned.selector, taskId));
        tasks.returnUnfilled(taskId);
    }

    function test_OnlyAfterJoinBy() external {
        for (uint256 at = JOIN_BY - 1; at <= JOIN_BY; ++at) {
            vm.warp(at);
            vm.expectRevert(
                abi.encodeWithSelector(ITaskRegistry.TaskRegistry_JoinStillOpen.selector, taskId, JOIN_BY, at)
            );
            tasks.returnUnfilled(taskId);
        }
        vm.warp(JOIN_BY + 1);
        tasks.returnUnfilled(taskId);
    }

    function test_AtOnceWhenHalted() external {
        join(taskId, alice);
        freeze(agreementKey);
        tasks.returnUnfilled(taskId);
        assertEq(tasks.creditOf(requester, NATIVE), 2 * (REWARD + FEE));
    }

    function test_ReturnsTheRest() external {
        join(taskId, alice);
        vm.warp(JOIN_BY + 1);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.UnfilledReturned(taskId, requester, NATIVE, 2, 2 * (REWARD + FEE));
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(requester, NATIVE, 2 * (REWARD + FEE));
        vm.prank(stranger);
        tasks.returnUnfilled(taskId);
        assertEq(tasks.task(taskId).escrow, REWARD + FEE);
    }

    function test_CompletesWhenNothingElseIsLeft() external {
        join(taskId, alice);
        vm.warp(COMMIT_BY + 1);
        tasks.settle(taskId, 0);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.TaskCompleted(taskId);
        tasks.returnUnfilled(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
        assertEq(tasks.creditOf(requester, NATIVE), DEPOSIT);
    }
}
