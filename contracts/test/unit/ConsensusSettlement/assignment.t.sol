// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Assignment} from "../../../src/libraries/Assignment.sol";
import {BlockHashes} from "../../../src/libraries/BlockHashes.sol";
import {BeaconSniper} from "../../mocks/BeaconSniper.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

contract ConsensusSettlementAssignmentTest is ConsensusTest {
    uint64 internal constant REVEAL_BY = JOIN_BY + WINDOW / 2;
    /// @dev The block that a first call picks.
    uint64 internal constant PICKED = 1000;
    /// @dev How long the EVM remembers a block's hash.
    uint64 internal constant REMEMBERED = 256;
    /// @dev Of EIP-2935: who calls its contract, how far it remembers, and its code.
    address internal constant SYSTEM = 0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE;
    uint64 internal constant HISTORY_BLOCKS = 8191;
    bytes internal constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        vm.roll(PICKED - 1);
        taskId = create(drawn(largeTerms(3)), 3);
        joinAll(taskId, 0, 2);
    }

    function beaconFrom(uint64 beaconBlock) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, taskId, 0, blockhash(beaconBlock)));
    }

    function tooEarly(uint64 beaconBlock) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsensusSettlement.ConsensusSettlement_BeaconTooEarly.selector, taskId, beaconBlock, block.number
        );
    }

    function notScheduled(uint64 beaconBlock) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsensusSettlement.ConsensusSettlement_BeaconNotScheduled.selector, taskId, beaconBlock, block.number
        );
    }

    function expectBeacon(bytes32 expected, uint64 expectedBlock) internal view {
        (bytes32 beacon, uint64 blockNumber) = consensus.beaconOf(taskId, 0);
        assertEq(beacon, expected);
        assertEq(blockNumber, expectedBlock);
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
        revealSeed(taskId, 0);
    }

    function test_PicksTheBlockAfterItsOwn() external {
        expectBeacon(0, 0);
        vm.warp(JOIN_BY + 1);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconScheduled(taskId, 0, PICKED);
        vm.prank(stranger);
        consensus.drawBeacon(taskId);
        expectBeacon(0, PICKED);
    }

    function test_RevertWhen_ThePickedBlockIsNotPast() external {
        vm.warp(JOIN_BY + 1);
        consensus.drawBeacon(taskId);
        for (uint64 number = PICKED - 1; number <= PICKED; ++number) {
            vm.roll(number);
            vm.expectRevert(tooEarly(PICKED));
            consensus.drawBeacon(taskId);
            vm.expectRevert(tooEarly(PICKED));
            consensus.revealSeed(taskId, secretOf(0));
        }
        vm.roll(PICKED + 1);
        consensus.revealSeed(taskId, secretOf(0));
    }

    function test_DrawsTheBeaconOnce() external {
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        bytes32 beacon = beaconFrom(PICKED);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconDrawn(taskId, 0, beacon);
        vm.prank(stranger);
        consensus.drawBeacon(taskId);
        expectBeacon(beacon, PICKED);

        for (uint64 number = PICKED + 1; number < PICKED + 2 * REMEMBERED; number += REMEMBERED - 1) {
            vm.roll(number);
            vm.expectRevert(
                abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_BeaconAlreadyDrawn.selector, taskId, 0)
            );
            consensus.drawBeacon(taskId);
        }

        bytes32 seed = keccak256(abi.encode(secretOf(0), beacon));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SeedRevealed(taskId, 0, seed);
        consensus.revealSeed(taskId, secretOf(0));
        assertEq(consensus.seedOf(taskId, 0), seed);
        expectBeacon(beacon, PICKED);
    }

    /// @dev As long as the hash can be read, whoever draws and when changes nothing.
    function test_AnyLaterBlockDrawsTheSameBeacon() external {
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        bytes32 beacon = beaconFrom(PICKED);
        uint256 snapshot = vm.snapshotState();
        uint64[3] memory numbers = [PICKED + 1, PICKED + 100, PICKED + REMEMBERED];
        for (uint256 i; i < numbers.length; ++i) {
            vm.roll(numbers[i]);
            vm.prevrandao(bytes32(i));
            vm.prank(workerAt(uint32(i)));
            consensus.drawBeacon(taskId);
            expectBeacon(beacon, PICKED);
            vm.revertToState(snapshot);
        }
    }

    function test_PicksAgainWhenTheHashIsLost() external {
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        uint64 late = PICKED + REMEMBERED + 1;
        vm.roll(late);
        vm.expectRevert(notScheduled(PICKED));
        consensus.revealSeed(taskId, secretOf(0));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconScheduled(taskId, 0, late + 1);
        vm.prank(stranger);
        consensus.drawBeacon(taskId);
        expectBeacon(0, late + 1);
        vm.expectRevert(tooEarly(late + 1));
        consensus.drawBeacon(taskId);

        vm.roll(late + 2);
        consensus.drawBeacon(taskId);
        expectBeacon(beaconFrom(late + 1), late + 1);
    }

    /// @dev It has the secret from the requester and takes the last slot.
    function test_WhoJoinsAndDrawsInOneTransactionLearnsNothing() external {
        BeaconSniper sniper = new BeaconSniper(tasks, consensus);
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            BeaconSniper.Sight memory sight = sniper.joinAndLook(taskId, secretOf(0), X25519_KEY);
            assertEq(sight.beacon, 0);
            assertEq(sight.beaconBlock, PICKED);
            assertEq(sight.pickedHash, 0);
            assertEq(sight.seed, 0);
            assertEq(sight.mask.length, 0);
            assertEq(sight.refusal, tooEarly(PICKED));

            // What it stays with is decided by a block after its own.
            vm.roll(PICKED + 1);
            vm.setBlockhash(PICKED, bytes32(i + 1));
            consensus.revealSeed(taskId, secretOf(0));
            bytes32 beacon = keccak256(abi.encode(block.chainid, taskId, 0, bytes32(i + 1)));
            assertEq(consensus.seedOf(taskId, 0), keccak256(abi.encode(secretOf(0), beacon)));
            vm.revertToState(snapshot);
        }
    }

    function test_TryingAgainChangesNothing() external {
        BeaconSniper sniper = new BeaconSniper(tasks, consensus);
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        bytes32 seed = keccak256(abi.encode(secretOf(0), beaconFrom(PICKED)));
        uint256 disliked = 1 - uint256(seed) % 2;
        for (uint64 number = PICKED + 1; number <= PICKED + REMEMBERED; number += 51) {
            vm.roll(number);
            vm.prevrandao(bytes32(uint256(number)));
            vm.expectRevert(abi.encodeWithSelector(BeaconSniper.BeaconSniper_NotToItsTaste.selector, seed));
            sniper.revealIf(taskId, secretOf(0), disliked);
        }
        // Anybody else takes the choice away, by then or before.
        vm.prank(stranger);
        consensus.drawBeacon(taskId);
        vm.roll(PICKED + 2 * REMEMBERED);
        vm.expectRevert(abi.encodeWithSelector(BeaconSniper.BeaconSniper_NotToItsTaste.selector, seed));
        sniper.revealIf(taskId, secretOf(0), disliked);
    }

    function test_TheLastJoinersBlockDoesNotMatter() external {
        uint256 snapshot = vm.snapshotState();
        uint256[] memory first;
        for (uint64 i; i < 2; ++i) {
            vm.roll(PICKED - 500 * (i + 1));
            vm.warp(START + 10 * i);
            join(taskId, workerAt(2));
            vm.roll(PICKED - 1);
            revealSeed(taskId, 0);
            expectBeacon(beaconFrom(PICKED), PICKED);
            if (i == 0) first = consensus.assignmentOf(taskId, 2);
            else assertEq(consensus.assignmentOf(taskId, 2), first);
            vm.revertToState(snapshot);
        }
    }

    /// @dev Where the chain keeps its history (EIP-2935) the beacon waits as long, and then a block is picked again.
    function test_TheHistoryContractRemembersThePickedBlock() external {
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        bytes32 beacon = beaconFrom(PICKED);
        // As the chain does at the start of the block after.
        vm.etch(BlockHashes.HISTORY, HISTORY_CODE);
        vm.prank(SYSTEM);
        (bool kept,) = BlockHashes.HISTORY.call(abi.encode(blockhash(PICKED)));
        assertTrue(kept);
        uint256 snapshot = vm.snapshotState();
        uint64[2] memory numbers = [PICKED + REMEMBERED + 1, PICKED + HISTORY_BLOCKS];
        for (uint256 i; i < numbers.length; ++i) {
            vm.roll(numbers[i]);
            assertEq(blockhash(PICKED), 0);
            consensus.drawBeacon(taskId);
            expectBeacon(beacon, PICKED);
            vm.revertToState(snapshot);
        }
        vm.roll(PICKED + HISTORY_BLOCKS + 1);
        consensus.drawBeacon(taskId);
        expectBeacon(0, PICKED + HISTORY_BLOCKS + 2);
    }

    // revealSeed

    function test_RevertGiven_NoBlockIsPicked() external {
        vm.warp(JOIN_BY + 1);
        vm.expectRevert(notScheduled(0));
        consensus.revealSeed(taskId, secretOf(0));
    }

    function test_RevealingDrawsTheBeaconNobodyDrew() external {
        vm.warp(REVEAL_BY);
        pickBeacon(taskId);
        bytes32 beacon = beaconFrom(PICKED);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconDrawn(taskId, 0, beacon);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SeedRevealed(taskId, 0, keccak256(abi.encode(secretOf(0), beacon)));
        vm.prank(stranger);
        consensus.revealSeed(taskId, secretOf(0));
        expectBeacon(beacon, PICKED);

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
        revealSeed(taskId, 0);
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
        revealSeed(taskId, 0);
        uint256[] memory alone = consensus.assignmentOf(taskId, 0);
        vm.revertToState(snapshot);
        joinFor(taskId, workerAt(9), stranger);
        vm.warp(JOIN_BY + 1);
        revealSeed(taskId, 0);
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
