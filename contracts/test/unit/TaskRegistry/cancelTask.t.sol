// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistryCancelTaskTest is ProtocolTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.cancelTask("none");
    }

    function test_RevertWhen_CallerIsNotTheRequester() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotRequester.selector, taskId, address(this)));
        tasks.cancelTask(taskId);
    }

    function test_RevertGiven_SomebodyJoined() external {
        join(taskId, alice);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyHasSlots.selector, taskId, 1));
        tasks.cancelTask(taskId);
    }

    function test_RevertGiven_Cancelled() external {
        vm.startPrank(requester);
        tasks.cancelTask(taskId);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnfilledAlreadyReturned.selector, taskId));
        tasks.cancelTask(taskId);
    }

    function test_Cancels() external {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.UnfilledReturned(taskId, requester, NATIVE, SLOTS, DEPOSIT);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(requester, NATIVE, DEPOSIT);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.TaskCancelled(taskId);
        vm.prank(requester);
        tasks.cancelTask(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
        assertTrue(tasks.task(taskId).unfilledReturned);

        uint256 before = requester.balance;
        tasks.withdraw(requester, NATIVE);
        assertEq(requester.balance, before + DEPOSIT);
    }

    function test_CancelsAfterJoinByToo() external {
        vm.warp(JOIN_BY + 1);
        vm.prank(requester);
        tasks.cancelTask(taskId);
        assertEq(tasks.creditOf(requester, NATIVE), DEPOSIT);
    }
}
