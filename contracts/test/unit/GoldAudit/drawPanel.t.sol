// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IGoldAudit} from "../../../src/interfaces/IGoldAudit.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract GoldAuditDrawPanelTest is GoldAuditTest {
    uint256 internal constant PANEL = 32;

    bytes32 internal taskId;
    uint64 internal beaconBlock;

    /// @dev Slots 0 and 1 are rejected, 2 to 59 accepted.
    function setUp() public override {
        super.setUp();
        taskId = scoredTask("large", scores(2, 0, 58, 3));
        ask(taskId, 0);
        beaconBlock = goldAudit.auditOf(taskId, 0).beaconBlock;
    }

    function test_RevertGiven_NoAuditIsOpen() external {
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_NotOpen.selector, taskId, 1));
        goldAudit.drawPanel(taskId, 1);
        vm.warp(goldAudit.auditOf(taskId, 0).answerBy + 1);
        goldAudit.closeAudit(taskId, 0);
        vm.roll(beaconBlock + 1);
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_NotOpen.selector, taskId, 0));
        goldAudit.drawPanel(taskId, 0);
    }

    function test_RevertGiven_ThePanelIsKnown() external {
        vm.roll(beaconBlock + 1);
        goldAudit.drawPanel(taskId, 0);
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_PanelAlreadyDrawn.selector, taskId, 0));
        goldAudit.drawPanel(taskId, 0);
        // One that is everyone it could be is known at once.
        bytes32 small = scoredTask("small", scores(1, 0, 32, 3));
        ask(small, 0);
        assertEq(goldAudit.panelOf(small, 0).length, 32);
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_PanelAlreadyDrawn.selector, small, 0));
        goldAudit.drawPanel(small, 0);
    }

    /// @dev Nobody who asks or draws has seen the hash before the block was chosen.
    function test_RevertGiven_TheBlockIsNotPast() external {
        assertEq(beaconBlock, vm.getBlockNumber() + 1);
        for (uint256 at = beaconBlock - 1; at <= beaconBlock; ++at) {
            vm.roll(at);
            vm.expectRevert(
                abi.encodeWithSelector(IGoldAudit.GoldAudit_BeaconTooEarly.selector, taskId, 0, beaconBlock, at)
            );
            goldAudit.drawPanel(taskId, 0);
        }
    }

    function test_PicksAnotherBlockWhenTheHashIsForgotten() external {
        vm.roll(beaconBlock + 257);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.PanelRescheduled(taskId, 0, beaconBlock, beaconBlock + 258);
        vm.prank(stranger);
        goldAudit.drawPanel(taskId, 0);
        assertEq(goldAudit.panelOf(taskId, 0).length, 0);
        vm.roll(beaconBlock + 259);
        goldAudit.drawPanel(taskId, 0);
        checkPanel(taskId, 0, 2, 60);
    }

    function test_DrawsUpTo256BlocksLater() external {
        vm.roll(beaconBlock + 256);
        vm.prank(stranger);
        goldAudit.drawPanel(taskId, 0);
        checkPanel(taskId, 0, 2, 60);
    }

    /// @dev Members lie in [first, end), each once, and the challenger is not among them.
    function checkPanel(bytes32 id, uint32 slot, uint256 first, uint256 end) internal view {
        uint32[] memory panel = goldAudit.panelOf(id, slot);
        assertEq(panel.length, PANEL);
        for (uint256 i; i < PANEL; ++i) {
            assertTrue(panel[i] >= first && panel[i] < end && panel[i] != slot, "of the population");
            for (uint256 j; j < i; ++j) {
                assertNotEq(panel[i], panel[j], "twice");
            }
        }
    }

    function test_DrawsFromEveryoneElseGivenTooFewWereAccepted() external {
        taskId = scoredTask("rejected", scores(40, 0, 3, 3));
        ask(taskId, 39);
        ask(taskId, 5);
        vm.roll(goldAudit.auditOf(taskId, 39).beaconBlock + 1);
        goldAudit.drawPanel(taskId, 39);
        goldAudit.drawPanel(taskId, 5);
        checkPanel(taskId, 39, 0, 43);
        checkPanel(taskId, 5, 0, 43);
        // Two audits of one task are two draws.
        assertNotEq(abi.encode(goldAudit.panelOf(taskId, 39)), abi.encode(goldAudit.panelOf(taskId, 5)));
    }

    /// @dev 58 slots and 200 draws of 32: about 110 times each; six standard deviations are 42.
    function test_DrawsEverySlotAsOften() external {
        uint256[60] memory drawn;
        vm.roll(beaconBlock + 1);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 200; ++i) {
            vm.setBlockhash(beaconBlock, keccak256(abi.encode(i)));
            goldAudit.drawPanel(taskId, 0);
            uint32[] memory panel = goldAudit.panelOf(taskId, 0);
            vm.revertToState(snapshot);
            for (uint256 j; j < PANEL; ++j) {
                ++drawn[panel[j]];
            }
        }
        for (uint256 slot; slot < 60; ++slot) {
            if (slot < 2) assertEq(drawn[slot], 0);
            else assertApproxEqAbs(drawn[slot], 110, 42);
        }
    }

    /// @dev A requester that waits for a better hash gains nothing that anyone could not stop by drawing.
    function test_ANotDrawnPanelIsTheRequestersLoss() external {
        vm.warp(goldAudit.auditOf(taskId, 0).answerBy + 1);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
    }
}

/// @notice What asking, drawing and answering cost does not grow with the task.
contract GoldAuditGasTest is GoldAuditTest {
    function setUp() public override {
        super.setUp();
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.maxSlots = 10_000;
        parameters.setParameters(next);
    }

    /// @dev In a frame of its own, whose memory no test has filled.
    function gasOf(address sender, address target, bytes calldata data) external returns (uint256 used) {
        vm.prank(sender);
        used = gasleft();
        (bool done,) = target.call(data);
        used -= gasleft();
        assertTrue(done);
    }

    /// @dev Gas of the requester's and challenger's calls in a task of so many slots, one of them rejected.
    function costsOf(bytes32 salt, uint256 slots)
        internal
        returns (uint256 asking, uint256 drawing, uint256 answering)
    {
        vm.pauseGasMetering();
        bytes32 taskId = scoredTask(salt, scores(1, 0, slots - 1, SILENT));
        vm.resumeGasMetering();
        address worker = workerAt(0);
        giveStake(worker, 4 * REWARD);
        asking = this.gasOf(worker, address(tasks), abi.encodeCall(tasks.dispute, (taskId, 0, type(uint96).max)));
        vm.roll(vm.getBlockNumber() + 2);
        drawing = this.gasOf(worker, address(goldAudit), abi.encodeCall(goldAudit.drawPanel, (taskId, 0)));
        IGoldAudit.SlotAudit[] memory audits = auditEntries(taskId, 0, goldAudit.panelOf(taskId, 0), 3, 0);
        bytes memory data = abi.encodeCall(goldAudit.auditSlots, (taskId, 0, audits));
        answering = this.gasOf(requester, address(goldAudit), data);
    }

    function test_GasIsFlatBetween33And10000Slots() external {
        (uint256 asking, uint256 drawing, uint256 answering) = costsOf("small", 34);
        (uint256 asking2, uint256 drawing2, uint256 answering2) = costsOf("large", 10_000);
        console2.log("asking, of 33 and of 9,999", asking, asking2);
        console2.log("drawing", drawing, drawing2);
        console2.log("answering, with mock proofs", answering, answering2);
        assertLt(asking2, asking + 50_000);
        // Places of the list lie in more words: 32 cold reads more at most.
        assertLt(drawing2, drawing + 32 * 2600);
        assertLt(answering2, answering + 50_000);
        // Real proofs, batched, take 53,000 gas each: one block holds an answer.
        assertLt(answering2 + 32 * 53_146, 10_000_000);
    }
}
