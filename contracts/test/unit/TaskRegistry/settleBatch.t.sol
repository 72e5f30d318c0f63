// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockSettlement} from "../../mocks/MockSettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistrySettleBatchTest is ProtocolTest {
    MockSettlement internal module;
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        module = new MockSettlement();
        parameters.setSettlement(address(module), true);
        ITaskRegistry.TaskRequest memory made = request();
        made.settlement = address(module);
        made.slots = 5;
        taskId = createTask(made);
        for (uint256 i; i < 4; ++i) {
            join(taskId, workerAt(i));
        }
    }

    function ofOneTask(uint256 count) internal view returns (bytes32[] memory ids) {
        ids = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            ids[i] = taskId;
        }
    }

    function expectPassedOver(uint32 slot, ITaskRegistry.SlotState state) internal {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotPassedOver(taskId, slot, state);
    }

    function test_RevertWhen_LengthsDiffer() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_LengthMismatch.selector, 2, 3));
        tasks.settleBatch(ofOneTask(2), range(0, 3));
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_LengthMismatch.selector, 1, 0));
        tasks.settleBatch(ofOneTask(1), range(0, 0));
    }

    function test_RevertGiven_UnknownTask() external {
        module.setOutcome(0, ISettlement.Outcome.Paid);
        bytes32[] memory ids = ofOneTask(2);
        ids[1] = "none";
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.settleBatch(ids, range(0, 2));
        assertState(taskId, 0, ITaskRegistry.SlotState.Joined);
    }

    function test_NothingOfNothing() external {
        vm.recordLogs();
        tasks.settleBatch(ofOneTask(0), range(0, 0));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_SettlesTheDecidedAndPassesOverTheRest() external {
        module.setOutcome(0, ISettlement.Outcome.Paid);
        module.setOutcome(1, ISettlement.Outcome.Returned);
        module.setOutcome(3, ISettlement.Outcome.Paid);
        // A module that calls a slot decided that nobody took changes nothing.
        module.setOutcome(4, ISettlement.Outcome.Paid);
        tasks.settle(taskId, 3);
        uint32[] memory slots = new uint32[](7);
        (slots[0], slots[1], slots[2], slots[3], slots[4], slots[5], slots[6]) = (0, 1, 2, 3, 4, 0, 1);

        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, workerAt(0), 0, ITaskRegistry.Ending.Silent);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 1, 0, ITaskRegistry.Ending.Lapsed);
        expectPassedOver(2, ITaskRegistry.SlotState.Joined);
        expectPassedOver(3, ITaskRegistry.SlotState.Paid);
        expectPassedOver(4, ITaskRegistry.SlotState.Open);
        // The same slots again.
        expectPassedOver(0, ITaskRegistry.SlotState.Paid);
        expectPassedOver(1, ITaskRegistry.SlotState.Returned);
        vm.prank(stranger);
        tasks.settleBatch(ofOneTask(7), slots);

        assertEq(tasks.creditOf(workerAt(0), NATIVE), REWARD);
        assertEq(tasks.creditOf(requester, NATIVE), REWARD + FEE);
        assertEq(tasks.creditOf(treasury, NATIVE), 2 * FEE);
        assertEq(tasks.task(taskId).ended, 3);
        assertEq(tasks.task(taskId).escrow, 2 * (REWARD + FEE));
        tasks.withdraw(workerAt(0), NATIVE);
        assertEq(workerAt(0).balance, REWARD);
    }

    function test_CompletesEachTaskOnce() external {
        tasks.settleBatch(ofOneTask(5), range(0, 5));
        vm.warp(JOIN_BY + 1);
        tasks.returnUnfilled(taskId);
        for (uint32 slot; slot < 4; ++slot) {
            module.setOutcome(slot, ISettlement.Outcome.Returned);
        }
        vm.recordLogs();
        tasks.settleBatch(ofOneTask(4), range(0, 4));
        // SlotReturned and Credited of each, and TaskCompleted.
        assertEq(vm.getRecordedLogs().length, 9);
        assertEq(tasks.task(taskId).escrow, 0);
        assertEq(tasks.creditOf(requester, NATIVE), 5 * (REWARD + FEE));
    }

    /// @dev Tasks of different modules in one batch: silence decides in each as in `settle`.
    function test_SettlesTasksOfDifferentModules() external {
        bytes32 hidden = createFull("hidden", 2, true);
        bytes32 open = createFull("open", 2, false);
        prove(open, 0, false);
        vm.warp(PROVE_BY + 1);
        bytes32[] memory ids = new bytes32[](4);
        (ids[0], ids[1], ids[2], ids[3]) = (hidden, open, open, hidden);
        uint32[] memory slots = new uint32[](4);
        (slots[0], slots[1], slots[2], slots[3]) = (0, 0, 1, 1);
        taskId = open;
        expectPassedOver(0, ITaskRegistry.SlotState.Paid);
        tasks.settleBatch(ids, slots);
        assertState(hidden, 0, ITaskRegistry.SlotState.Paid);
        assertState(hidden, 1, ITaskRegistry.SlotState.Paid);
        assertState(open, 1, ITaskRegistry.SlotState.Returned);
        assertEq(tasks.task(open).escrow + tasks.task(hidden).escrow, 0);
    }

    /// @dev Entry for entry it does what `settle` does, wherever `settle` does not revert.
    function testFuzz_SettlesAsOneByOne(uint256 seed, uint8[8] calldata picks) external {
        for (uint32 slot; slot < 4; ++slot) {
            module.setOutcome(slot, ISettlement.Outcome((seed >> 8 * slot) % 3));
        }
        uint32[] memory slots = new uint32[](8);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 8; ++i) {
            slots[i] = picks[i] % 6;
            try tasks.settle(taskId, slots[i]) {} catch {}
        }
        bytes32 expected = fingerprint();
        vm.revertToState(snapshot);
        tasks.settleBatch(ofOneTask(8), slots);
        assertEq(fingerprint(), expected);
    }

    function fingerprint() internal view returns (bytes32 hash) {
        hash = keccak256(abi.encode(tasks.task(taskId), tasks.creditOf(requester, NATIVE)));
        for (uint32 slot; slot < 5; ++slot) {
            hash = keccak256(abi.encode(hash, stateOf(taskId, slot), tasks.creditOf(workerAt(slot), NATIVE)));
        }
    }
}
