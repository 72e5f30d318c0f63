// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryGatesTest is StakedTest {
    bytes32 internal constant NULLIFIER = bytes32(uint256(77));
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createGated("gated");
    }

    function expectRefusal(
        address sender,
        ITaskRegistry.Joining memory asked,
        bytes32 nullifier,
        bytes memory reason
    )
        internal
    {
        uint32 joined = tasks.task(taskId).joined;
        vm.prank(sender);
        vm.expectRevert(reason);
        tasks.join(taskId, asked, abi.encode(nullifier));
        assertEq(tasks.task(taskId).joined, joined);
    }

    function used(bytes32 nullifier) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NullifierUsed.selector, taskId, nullifier);
    }

    function test_RevertGiven_GateNotAllowed() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("other");
        made.gate = stranger;
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_GateNotAllowed.selector, stranger));
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_HandsTheGateItsTerms() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("terms");
        (made.gate, made.gateData) = (address(gate), "terms of the gate");
        made.maxFeePerSlot = FEE;
        bytes32 termsHash = keccak256(abi.encode(made, FEE, uint32(1), defaultParameters()));
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.TaskSecured(tasks.taskIdOf(requester, "terms"), address(gate), STAKE, BOND, 1, termsHash);
        bytes32 opened = createTask(made);
        assertEq(gate.openedWith(opened), "terms of the gate");
        assertEq(tasks.task(opened).gate, address(gate));
    }

    function test_RevertWhen_WorkerIsZero() external {
        expectRefusal(
            stranger,
            relayed(taskId, address(0), carol, 0),
            NULLIFIER,
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WorkerZero.selector)
        );
    }

    function test_RevertWhen_NullifierIsZero() external {
        expectRefusal(stranger, relayed(taskId, alice, carol, 0), 0, used(0));
    }

    function test_RevertGiven_NullifierUsed() external {
        relay(taskId, stranger, relayed(taskId, alice, carol, 0), NULLIFIER);
        expectRefusal(bob, relayed(taskId, bob, bob, 0), NULLIFIER, used(NULLIFIER));
        // Nothing of the refused joining stays: the same account joins under another.
        relay(taskId, bob, relayed(taskId, bob, bob, 0), bytes32(uint256(78)));
    }

    function test_RevertGiven_WorkerHasASlot() external {
        relay(taskId, stranger, relayed(taskId, alice, carol, 0), NULLIFIER);
        expectRefusal(
            stranger,
            relayed(taskId, alice, carol, 0),
            bytes32(uint256(78)),
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyJoined.selector, taskId, alice, 0)
        );
    }

    function test_RevertWhen_RelayFeeIsAboveHalfTheReward() external {
        uint96 most = uint96(REWARD / 2);
        expectRefusal(
            stranger,
            relayed(taskId, alice, carol, most + 1),
            NULLIFIER,
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_RelayFeeTooHigh.selector, most + 1, most)
        );
        relay(taskId, stranger, relayed(taskId, alice, carol, most), NULLIFIER);
        assertEq(tasks.slotOf(taskId, 0).relayFee, most);
    }

    /// @dev A stake is locked by nobody but its owner, whatever the gate lets in.
    function test_RevertGiven_AStake_When_SomebodyElseJoins() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("staked");
        made.gate = address(gate);
        bytes32 staked = createTask(made);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, alice, stranger));
        tasks.join(staked, relayed(staked, alice, stranger, 0), abi.encode(NULLIFIER));
        assertEq(locked(alice), 0);
        relay(staked, alice, relayed(staked, alice, alice, 0), NULLIFIER);
        assertEq(locked(alice), STAKE);
    }

    function test_RefusesAGateThatComesBack() external {
        bytes[4] memory calls = [
            abi.encodeCall(tasks.join, (taskId, relayed(taskId, bob, bob, 0), abi.encode(bytes32("other")))),
            abi.encodeCall(tasks.settle, (taskId, 0)),
            abi.encodeCall(tasks.returnUnfilled, (taskId)),
            abi.encodeCall(tasks.withdraw, (requester, NATIVE))
        ];
        address[3] memory workers = [workerAt(0), workerAt(1), workerAt(2)];
        for (uint256 i; i < 3; ++i) {
            gate.prepare(address(tasks), calls[i]);
            relay(taskId, stranger, relayed(taskId, workers[i], carol, 0), bytes32(i + 1));
            assertFalse(gate.reached());
            assertEq(
                gate.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            );
        }
        assertEq(tasks.task(taskId).joined, 3);
    }

    function test_TakesARelayedJoining() external {
        ITaskRegistry.Joining memory asked = relayed(taskId, alice, carol, 5);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotJoined(taskId, 0, alice, carol, X25519_KEY, NULLIFIER, stranger, 5);
        relay(taskId, stranger, asked, NULLIFIER);
        assertEq(gate.asked(), keccak256(abi.encode(taskId, stranger, asked)), "the gate saw all of it");
        assertEq(tasks.slotOf(taskId, 0).worker, alice);
        assertEq(tasks.slotNumberPlusOne(taskId, alice), 1);
        assertEq(tasks.slotNumberPlusOne(taskId, stranger), 0);
    }

    function test_TakesTheSameNullifierInAnotherTask() external {
        bytes32 other = createGated("other");
        relay(taskId, stranger, relayed(taskId, alice, carol, 0), NULLIFIER);
        relay(other, stranger, relayed(other, alice, carol, 0), NULLIFIER);
        assertEq(tasks.task(other).joined, 1);
    }

    function test_RevertGiven_NoGate_When_SomebodyElseJoinsOrAFeeIsNamed() external {
        bytes32 open = createOpen();
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, alice, stranger));
        tasks.join(open, joining(open, alice, alice), "");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_RelayFeeTooHigh.selector, 1, 0));
        tasks.join(open, relayed(open, alice, alice, 1), "");
    }

    /// @dev The slot limit is the module's: more open as it says so, and none when it closes.
    function test_OpensSlotsAsTheModuleSays() external {
        module.setSlotLimit(1);
        relay(taskId, stranger, relayed(taskId, alice, carol, 0), NULLIFIER);
        expectRefusal(
            stranger,
            relayed(taskId, bob, carol, 0),
            "b",
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NoSlotLeft.selector, taskId, 1)
        );
        module.setSlotLimit(2);
        relay(taskId, stranger, relayed(taskId, bob, carol, 0), "b");
        module.setHalted(true);
        expectRefusal(
            stranger,
            relayed(taskId, carol, carol, 0),
            "c",
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AdmissionClosed.selector, taskId)
        );
    }
}
