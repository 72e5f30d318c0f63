// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Assignment} from "../../../src/libraries/Assignment.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

contract ConsensusSettlementAssignmentTest is ConsensusTest {
    uint64 internal constant REVEAL_BY = JOIN_BY + WINDOW / 2;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = create(drawn(largeTerms(3)), 3);
        joinAll(taskId, 0, 2);
    }

    function expectedBeacon() internal view returns (bytes32) {
        return keccak256(abi.encode(block.prevrandao, blockhash(block.number - 1)));
    }

    function joiningOpen() internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsensusSettlement.ConsensusSettlement_JoiningOpen.selector, taskId, JOIN_BY, block.timestamp
        );
    }

    // drawBeacon

    function test_RevertGiven_NoAssignment() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(largeTerms(3), 3);
        asked.salt = "plain";
        bytes32 plain = createTask(asked);
        bytes memory reason =
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_NoAssignment.selector, plain);
        vm.expectRevert(reason);
        consensus.drawBeacon(plain);
        vm.expectRevert(reason);
        consensus.revealSeed(plain, secretOf(0));
    }

    function test_RevertWhen_SomebodyCanStillJoin() external {
        vm.warp(JOIN_BY);
        vm.expectRevert(joiningOpen());
        consensus.drawBeacon(taskId);
        vm.expectRevert(joiningOpen());
        consensus.revealSeed(taskId, secretOf(0));
        join(taskId, workerAt(2));
        consensus.revealSeed(taskId, secretOf(0));
    }

    function test_DrawsTheBeaconOnce() external {
        vm.warp(JOIN_BY + 1);
        vm.prevrandao(bytes32("first"));
        bytes32 beacon = expectedBeacon();
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconDrawn(taskId, 0, beacon);
        vm.prank(stranger);
        consensus.drawBeacon(taskId);
        assertEq(consensus.beaconOf(taskId, 0), beacon);

        vm.prevrandao(bytes32("second"));
        vm.expectRevert(
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_BeaconAlreadyDrawn.selector, taskId, 0)
        );
        consensus.drawBeacon(taskId);

        // Whoever knows the secret cannot wait for a better block any more.
        bytes32 seed = keccak256(abi.encode(secretOf(0), beacon));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SeedRevealed(taskId, 0, seed);
        consensus.revealSeed(taskId, secretOf(0));
        assertEq(consensus.seedOf(taskId, 0), seed);
    }

    // revealSeed

    function test_RevealingDrawsTheBeaconNobodyDrew() external {
        vm.warp(REVEAL_BY);
        bytes32 beacon = expectedBeacon();
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconDrawn(taskId, 0, beacon);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SeedRevealed(taskId, 0, keccak256(abi.encode(secretOf(0), beacon)));
        vm.prank(stranger);
        consensus.revealSeed(taskId, secretOf(0));

        vm.expectRevert(
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SeedAlreadyRevealed.selector, taskId)
        );
        consensus.revealSeed(taskId, secretOf(0));
    }

    function test_RevertWhen_ItIsNotTheSecret() external {
        vm.warp(JOIN_BY + 1);
        bytes32 wrong = secretOf(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_SeedMismatch.selector,
                taskId,
                keccak256(abi.encode(secretOf(0))),
                keccak256(abi.encode(wrong))
            )
        );
        consensus.revealSeed(taskId, wrong);
    }

    function test_RevertWhen_TooLittleTimeWouldBeLeftToCommit() external {
        vm.warp(REVEAL_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, REVEAL_BY, REVEAL_BY + 1
            )
        );
        consensus.revealSeed(taskId, secretOf(0));
    }

    /// @dev A requester that keeps the seed costs nobody a stake.
    function test_WithoutASeedSlotsLapseUnslashed() external {
        vm.warp(REVEAL_BY);
        expectOutcome(taskId, 0, ISettlement.Outcome.Pending);
        vm.warp(REVEAL_BY + 1);
        expectOutcome(taskId, 0, ISettlement.Outcome.Returned);
        tasks.settle(taskId, 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Lapsed));
    }

    function test_RevertWhen_CommittingBeforeTheSeed() external {
        vm.warp(JOIN_BY + 1);
        vm.prank(workerAt(0));
        vm.expectRevert(abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SeedMissing.selector, taskId));
        consensus.commit(taskId, 0, 1000);
    }

    // assignmentOf

    function test_MasksAreTheReferencesAndHoldForEveryWord() external {
        assertEq(consensus.assignmentOf(taskId, 0).length, 0);
        vm.warp(JOIN_BY + 1);
        consensus.revealSeed(taskId, secretOf(0));
        for (uint32 slot; slot < 2; ++slot) {
            uint256[] memory mask = consensus.assignmentOf(taskId, slot);
            assertEq(mask, maskOf(taskId, slot, 0));
            assertEq(mask[1] >> 2, 0);
            commitLabels(taskId, slot);
            assertEq(consensus.workOf(taskId, slot).assigned, itemsOf(mask));
            // 250 fair coins: eight standard deviations to either side.
            assertGt(itemsOf(mask), 61);
            assertLt(itemsOf(mask), 189);
        }
        assertNotEq(consensus.assignmentOf(taskId, 0)[0], consensus.assignmentOf(taskId, 1)[0]);
    }

    /// @dev Whoever else joins, however late, a worker's own draw is the same.
    function test_AnotherAccountMovesNobodysDraw() external {
        uint256 snapshot = vm.snapshotState();
        vm.warp(JOIN_BY + 1);
        consensus.revealSeed(taskId, secretOf(0));
        uint256[] memory alone = consensus.assignmentOf(taskId, 0);
        vm.revertToState(snapshot);
        joinFor(taskId, workerAt(9), stranger);
        vm.warp(JOIN_BY + 1);
        consensus.revealSeed(taskId, secretOf(0));
        assertEq(consensus.assignmentOf(taskId, 0), alone);
    }

    function test_EveryItemWithoutAnAssignment() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(largeTerms(3), 3);
        asked.salt = "plain";
        bytes32 plain = createTask(asked);
        join(plain, alice);
        assertEq(consensus.assignmentOf(plain, 0), words(2 ** 248 - 1, 3));
    }

    // The library

    function test_AllItemsWhenTheDrawIsEmpty() external pure {
        uint256 empty;
        for (uint256 i; i < 200; ++i) {
            uint256[] memory mask = Assignment.draw(bytes32(i), address(1), address(2), 3, 1, 1);
            // One item: drawn or not, it is assigned.
            assertEq(mask[0], 1);
            uint256 word = type(uint256).max;
            for (uint256 j; j < 3; ++j) {
                word &= uint256(keccak256(abi.encode(bytes32(i), address(1), address(2), 0, j)));
            }
            if (word & 1 == 0) ++empty;
        }
        assertGt(empty, 100);
    }

    function testFuzz_MasksKeepToTheItems(bytes32 seed, address worker, uint256 items, uint256 shift) external pure {
        items = bound(items, 1, 256);
        shift = bound(shift, 0, 3);
        uint256[] memory mask = Assignment.draw(seed, worker, worker, shift, items, 2);
        uint256[] memory all = Assignment.all(items, 2);
        assertEq(mask[0] & ~all[0], 0);
        assertEq(mask[1] & ~all[1], 0);
        assertEq(Assignment.count(all), items);
        assertEq(Assignment.count(mask), itemsOf(mask));
        assertGt(Assignment.count(mask), 0);
        if (shift == 0) assertEq(mask, all);
    }
}
