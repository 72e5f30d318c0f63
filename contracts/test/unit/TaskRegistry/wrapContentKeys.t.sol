// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistryWrapContentKeysTest is ProtocolTest {
    bytes32 internal taskId;
    uint32[] internal slots;
    bytes[] internal wrapped;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
        join(taskId, alice);
        join(taskId, bob);
        slots.push(0);
        slots.push(1);
        wrapped.push(new bytes(80));
        wrapped.push(new bytes(256));
    }

    function expectRefusal(bytes memory reason) internal {
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.wrapContentKeys(taskId, slots, wrapped);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.wrapContentKeys("none", slots, wrapped);
    }

    function test_RevertWhen_CallerIsNotTheRequester() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotRequester.selector, taskId, address(this)));
        tasks.wrapContentKeys(taskId, slots, wrapped);
    }

    function test_RevertWhen_LengthsDiffer() external {
        slots.push(2);
        expectRefusal(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_LengthMismatch.selector, 3, 2));
    }

    function test_RevertWhen_WrappedKeyIsEmptyOrTooLong() external {
        wrapped[1] = new bytes(257);
        expectRefusal(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrappedKeyLength.selector, 257, 256));
        wrapped[1] = "";
        expectRefusal(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrappedKeyLength.selector, 0, 256));
    }

    function test_RevertGiven_SlotNeverTaken() external {
        slots[1] = 2;
        expectRefusal(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_SlotNotJoined.selector, taskId, 2, ITaskRegistry.SlotState.Open
            )
        );
    }

    /// @dev One worker's slot ends while the batch is on its way: the others get their keys.
    function test_PassesOverEndedSlots() external {
        freeze(agreementKey);
        tasks.settle(taskId, 0);
        vm.recordLogs();
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, slots, wrapped);
        expectOneKey(1);
    }

    function test_PassesOverPaidSlots() external {
        commit(taskId, 1, bob);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        prove(taskId, 1, false);
        vm.recordLogs();
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, slots, wrapped);
        expectOneKey(0);
    }

    function expectOneKey(uint32 slot) internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[0], ITaskRegistry.ContentKeyWrapped.selector);
        assertEq(logs[0].topics[1], taskId);
        assertEq(uint256(logs[0].topics[2]), slot);
    }

    function test_Wraps() external {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.ContentKeyWrapped(taskId, 0, wrapped[0]);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.ContentKeyWrapped(taskId, 1, wrapped[1]);
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, slots, wrapped);
    }
}
