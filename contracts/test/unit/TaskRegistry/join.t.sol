// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistryJoinTest is ProtocolTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
    }

    function expectRefusal(address worker, bytes memory reason) internal {
        vm.prank(worker);
        vm.expectRevert(reason);
        tasks.join(taskId, joining(taskId, worker, worker), "");
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.join("none", joining("none", alice, alice), "");
    }

    function test_RevertWhen_PayoutIsZero() external {
        vm.expectRevert(ITaskRegistry.TaskRegistry_PayoutZero.selector);
        tasks.join(taskId, joining(taskId, alice, address(0)), "");
    }

    function test_RevertWhen_EncryptionKeyIsZero() external {
        ITaskRegistry.Joining memory asked = joining(taskId, alice, alice);
        asked.encryptionKey = 0;
        vm.expectRevert(ITaskRegistry.TaskRegistry_EncryptionKeyZero.selector);
        tasks.join(taskId, asked, "");
    }

    function test_RevertGiven_AlreadyJoined() external {
        join(taskId, bob);
        join(taskId, alice);
        expectRefusal(
            alice, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyJoined.selector, taskId, alice, 1)
        );
    }

    function test_RevertGiven_NoSlotLeft() external {
        join(taskId, alice);
        join(taskId, bob);
        join(taskId, carol);
        expectRefusal(stranger, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NoSlotLeft.selector, taskId, SLOTS));
    }

    function test_RevertGiven_Cancelled() external {
        vm.prank(requester);
        tasks.cancelTask(taskId);
        expectRefusal(
            alice, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnfilledAlreadyReturned.selector, taskId)
        );
    }

    function test_RevertGiven_Halted() external {
        freeze(legalityKey);
        expectRefusal(alice, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AdmissionClosed.selector, taskId));
    }

    function test_DeadlineIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = JOIN_BY - 1; at <= JOIN_BY; ++at) {
            vm.warp(at);
            join(taskId, alice);
            vm.revertToState(snapshot);
        }
        vm.warp(JOIN_BY + 1);
        expectRefusal(
            alice, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_JoinClosed.selector, taskId, JOIN_BY, JOIN_BY + 1)
        );
    }

    function test_JoinsInOrder() external {
        join(taskId, bob);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotJoined(
            taskId, 1, alice, carol, X25519_KEY, bytes32(uint256(uint160(alice))), address(0), 0
        );
        vm.prank(alice);
        uint32 slot = tasks.join(taskId, joining(taskId, alice, carol), "");

        assertEq(slot, 1);
        assertEq(tasks.slotNumberPlusOne(taskId, alice), 2);
        assertEq(tasks.slotNumberPlusOne(taskId, carol), 0);
        ITaskRegistry.Slot memory kept = tasks.slotOf(taskId, slot);
        assertEq(kept.worker, alice);
        assertEq(kept.payout, carol);
        assertEq(uint8(kept.state), uint8(ITaskRegistry.SlotState.Joined));
        assertEq(tasks.task(taskId).joined, 2);
    }

    function test_FillingFollowsTheSlots() external {
        (address who, uint32 joined, bool closed) = tasks.fillingOf(taskId);
        assertEq(who, requester);
        assertEq(joined, 0);
        assertFalse(closed);
        vm.warp(JOIN_BY);
        join(taskId, alice);
        (, joined, closed) = tasks.fillingOf(taskId);
        assertEq(joined, 1);
        assertFalse(closed);
        vm.warp(JOIN_BY + 1);
        (,, closed) = tasks.fillingOf(taskId);
        assertTrue(closed);
        vm.warp(JOIN_BY);
        join(taskId, bob);
        join(taskId, carol);
        (,, closed) = tasks.fillingOf(taskId);
        assertTrue(closed);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.fillingOf("none");
    }

    function test_ReturnedRestClosesJoining() external {
        freeze(legalityKey);
        tasks.returnUnfilled(taskId);
        (,, bool closed) = tasks.fillingOf(taskId);
        assertTrue(closed);
    }
}
