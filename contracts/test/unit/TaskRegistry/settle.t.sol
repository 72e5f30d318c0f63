// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockSettlement} from "../../mocks/MockSettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

/// @notice `settle`, `paySlot` and `returnSlot`: the ways a slot ends.
contract TaskRegistrySettleTest is ProtocolTest {
    MockSettlement internal module;
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        module = new MockSettlement();
        parameters.setSettlement(address(module), true);
        ITaskRegistry.TaskRequest memory made = request();
        made.settlement = address(module);
        taskId = createTask(made);
        join(taskId, alice);
        join(taskId, bob);
    }

    function notJoined(uint32 slot, ITaskRegistry.SlotState state) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRegistry.TaskRegistry_SlotNotJoined.selector, taskId, slot, state);
    }

    function test_RevertGiven_UnknownTask() external {
        bytes memory unknown = abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(unknown);
        tasks.settle("none", 0);
        vm.expectRevert(unknown);
        tasks.paySlot("none", 0, wholePayment(true));
        vm.expectRevert(unknown);
        tasks.returnSlot("none", 0, 0, ITaskRegistry.Ending.Lapsed);
        vm.expectRevert(unknown);
        tasks.task("none");
    }

    function test_RevertGiven_OutcomePending() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_OutcomePending.selector, taskId, 0));
        tasks.settle(taskId, 0);
    }

    function test_RevertGiven_SlotOpen() external {
        module.setOutcome(2, ISettlement.Outcome.Paid);
        vm.expectRevert(notJoined(2, ITaskRegistry.SlotState.Open));
        tasks.settle(taskId, 2);
    }

    function test_RevertWhen_CallerIsNotTheTasksModule() external {
        address[4] memory others = [requester, alice, address(openGold), address(this)];
        for (uint256 i; i < others.length; ++i) {
            bytes memory refusal =
                abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotSettlement.selector, taskId, others[i]);
            vm.prank(others[i]);
            vm.expectRevert(refusal);
            tasks.paySlot(taskId, 0, wholePayment(true));
            vm.prank(others[i]);
            vm.expectRevert(refusal);
            tasks.returnSlot(taskId, 0, 0, ITaskRegistry.Ending.Lapsed);
        }
    }

    /// @dev Whatever ended a slot, nothing ends it again.
    function test_RevertGiven_SlotEnded() external {
        module.setOutcome(0, ISettlement.Outcome.Paid);
        tasks.settle(taskId, 0);
        module.returnSlot(tasks, taskId, 1);
        ITaskRegistry.SlotState[2] memory states = [ITaskRegistry.SlotState.Paid, ITaskRegistry.SlotState.Returned];
        for (uint32 slot; slot < 2; ++slot) {
            vm.expectRevert(notJoined(slot, states[slot]));
            tasks.settle(taskId, slot);
            vm.expectRevert(notJoined(slot, states[slot]));
            module.paySlot(tasks, taskId, slot, true);
            vm.expectRevert(notJoined(slot, states[slot]));
            module.returnSlot(tasks, taskId, slot);
        }
    }

    function test_SettlesAPaidSlotAsCredit() external {
        module.setOutcome(0, ISettlement.Outcome.Paid);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, alice, 0, ITaskRegistry.Ending.Silent);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(alice, NATIVE, REWARD);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(treasury, NATIVE, FEE);
        vm.prank(stranger);
        tasks.settle(taskId, 0);
        assertEq(tasks.task(taskId).ended, 1);
        assertEq(tasks.task(taskId).escrow, DEPOSIT - REWARD - FEE);
        assertEq(alice.balance, 0);
    }

    function test_SettlesAReturnedSlot() external {
        module.setOutcome(0, ISettlement.Outcome.Returned);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 0, ITaskRegistry.Ending.Lapsed);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(requester, NATIVE, REWARD + FEE);
        tasks.settle(taskId, 0);
        assertEq(tasks.creditOf(alice, NATIVE), 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).state), uint8(ITaskRegistry.SlotState.Returned));
    }

    function test_CompletesWithTheLastSlot() external {
        join(taskId, carol);
        module.returnSlot(tasks, taskId, 0);
        module.paySlot(tasks, taskId, 1, false);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.TaskCompleted(taskId);
        module.paySlot(tasks, taskId, 2, false);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_CreditsNobodyAFeeOfZero() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.feeBps = 0;
        parameters.setParameters(next);
        ITaskRegistry.TaskRequest memory made = request();
        made.salt = "free";
        made.settlement = address(module);
        vm.prank(requester);
        bytes32 free = tasks.createTask{value: SLOTS * uint256(REWARD)}(made);
        join(free, alice);
        vm.recordLogs();
        module.paySlot(tasks, free, 0, false);
        assertEq(vm.getRecordedLogs().length, 2, "SlotPaid and one Credited");
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
    }
}
