// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

/// @notice Adaptive tasks: three slots, then two more, then one, while under 80 % agree.
contract ConsensusSettlementRoundsTest is ConsensusTest {
    uint32[] internal firstSlots = [0];

    function roundOf(uint32 slot) internal view override returns (uint32 round) {
        for (uint32 i; i < firstSlots.length; ++i) {
            if (slot >= firstSlots[i]) round = i;
        }
    }

    function make(IConsensusSettlement.Terms memory made) internal returns (bytes32) {
        return create(adaptive(made, 3, 2), 6);
    }

    function admissionOf(bytes32 taskId, uint32 limit, bool closed) internal view {
        (uint32 slotLimit, bool isClosed) = consensus.admission(taskId);
        assertEq(slotLimit, limit);
        assertEq(isClosed, closed);
    }

    function expectNoSlotLeft(bytes32 taskId, address worker, uint256 limit) internal {
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NoSlotLeft.selector, taskId, limit));
        tasks.join(taskId, joining(taskId, worker, worker), "");
    }

    function test_OpensRoundsWhileTooFewAgree() external {
        bytes32 taskId = make(smallTerms(6));
        admissionOf(taskId, 3, false);
        joinAll(taskId, 0, 3);
        expectNoSlotLeft(taskId, workerAt(3), 3);
        commitAll(taskId, 0, 3);
        deliverAll(taskId, 0, 3);

        // 23 of 30 votes is 77 %. The round opens early and its windows with it.
        vm.warp(START + 500);
        uint64 settleBy = uint64(START + 500 + 4 * WINDOW);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.RoundOpened(taskId, 1, 5, 23, 30, settleBy);
        conclude(taskId, range(0, 3), repeated(8, 3), 23);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        assertEq(progress.round, 1);
        assertEq(progress.firstSlot, 3);
        assertEq(progress.slotLimit, 5);
        assertEq(progress.joinBy, START + 500 + WINDOW);
        assertEq(progress.settleBy, settleBy);
        assertEq(progress.out, 0);
        assertEq(consensus.finalDeadline(taskId), settleBy + 4 * WINDOW);
        admissionOf(taskId, 5, false);
        expectOutcome(taskId, 0, ISettlement.Outcome.Pending);

        // 39 of 50 is 78 %.
        firstSlots.push(3);
        fill(taskId, 3, 5);
        conclude(taskId, range(0, 5), repeated(8, 5), 39);
        assertEq(consensus.progressOf(taskId).slotLimit, 6);

        // There is no round after the last, however few agree.
        firstSlots.push(5);
        fill(taskId, 5, 6);
        conclude(taskId, range(0, 6), repeated(8, 6), 20);
        assertEq(consensus.progressOf(taskId).out, OUT);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_NoRoundAtTheBound() external {
        bytes32 taskId = make(smallTerms(6));
        fill(taskId, 0, 3);
        conclude(taskId, range(0, 3), repeated(8, 3), 24);
        assertEq(consensus.progressOf(taskId).out, OUT);
        admissionOf(taskId, 3, true);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AdmissionClosed.selector, taskId));
        tasks.join(taskId, joining(taskId, alice, alice), "");
        tasks.returnUnfilled(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_CountsGrowOverRounds() external {
        bytes32 taskId = make(largeTerms(6));
        fill(taskId, 0, 3);
        tally(taskId, range(0, 3), 1111);
        decide(taskId, 300);
        firstSlots.push(3);
        fill(taskId, 3, 5);
        vm.expectRevert(
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotsIncomplete.selector, taskId, 3, 5)
        );
        consensus.decide(taskId, OUT, 300, 66, "");
        vm.expectRevert(abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotTwice.selector, taskId, 2));
        consensus.tally(taskId, range(2, 4), 2222, 55, "");
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.CountsAdded(taskId, range(3, 5), 1111, 2222);
        tally(taskId, range(3, 5), 2222);
        decide(taskId, 1200);
        agree(taskId, range(0, 5), repeated(200, 5));
        tasks.returnUnfilled(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    /// @dev The latest every step can be: the last round's joining still ends when the task's does.
    function test_EveryRoundOpenedAtTheLastSecond() external {
        bytes32 taskId = make(smallTerms(6));
        uint64 last = consensus.finalDeadline(taskId);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 3);
        deliverAll(taskId, 0, 3);
        for (uint32 round = 1; round < 3; ++round) {
            vm.warp(consensus.progressOf(taskId).settleBy);
            assertEq(consensus.finalDeadline(taskId), last);
            conclude(taskId, range(0, 3), repeated(8, 3), 23);
            assertEq(consensus.progressOf(taskId).round, round);
            firstSlots.push(3);
        }
        uint64 joinBy = consensus.progressOf(taskId).joinBy;
        assertEq(joinBy, tasks.task(taskId).joinBy);
        vm.warp(joinBy);
        joinAll(taskId, 3, 6);
        vm.warp(joinBy + WINDOW);
        commitAll(taskId, 3, 6);
        vm.warp(joinBy + 2 * WINDOW);
        deliverAll(taskId, 3, 6);
        vm.warp(last + 1);
        for (uint32 slot; slot < 6; ++slot) {
            tasks.settle(taskId, slot);
            assertEq(tasks.creditOf(workerAt(slot), NATIVE), REWARD);
        }
        assertEq(tasks.task(taskId).escrow, 0);
    }

    /// @dev Whoever committed and did not deliver, or did neither, in the first round is out of the second.
    function test_WhoMissedARoundIsOutOfTheNext() external {
        bytes32 taskId = create(adaptive(smallTerms(5), 4, 1), 5);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 2);
        vm.warp(COMMIT_BY + 1);
        deliverLabels(taskId, 0);
        vm.warp(SETTLE_BY);
        conclude(taskId, range(0, 1), repeated(5, 1), 5);
        firstSlots.push(3);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        // Slot 3, which nobody took, is free beside the fifth.
        assertEq(progress.firstSlot, 3);
        assertEq(progress.slotLimit, 5);

        expectOutcome(taskId, 1, ISettlement.Outcome.Missed);
        expectOutcome(taskId, 2, ISettlement.Outcome.Missed);
        bytes memory late = abi.encodeWithSelector(
            ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SETTLE_BY - 1, SETTLE_BY
        );
        vm.prank(workerAt(2));
        vm.expectRevert(late);
        consensus.commit(taskId, 2, 5);

        joinAll(taskId, 3, 5);
        commitAll(taskId, 3, 5);
        ILabelSettlement.Delivery memory made = deliveryOf(taskId);
        bytes memory proof = deliveryProof(taskId, 1);
        vm.expectRevert(late);
        consensus.deliver(taskId, 1, 77, made, proof);
        ILabelSettlement.SlotProof[] memory stale = new ILabelSettlement.SlotProof[](1);
        stale[0] = ILabelSettlement.SlotProof(1, 77, made, proof);
        vm.expectEmit(address(consensus));
        emit ISettlement.SubmissionRefused(taskId, 1, ISettlement.Refusal.SlotEnded);
        consensus.deliverBatch(taskId, stale);
        deliverAll(taskId, 3, 5);

        tasks.settle(taskId, 1);
        tasks.settle(taskId, 2);
        uint32[] memory slots = new uint32[](3);
        (slots[0], slots[1], slots[2]) = (0, 3, 4);
        conclude(taskId, slots, repeated(9, 3), 27);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    /// @dev What a missed deadline costs is the same whether somebody settles before the next round opens, after it, or after all.
    function test_AMissedSlotIsSlashedWheneverItIsSettled() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(adaptive(smallTerms(6), 3, 2), 6);
        asked.stakePerSlot = 1 ether;
        bytes32 taskId = createTask(asked);
        for (uint256 i; i < 6; ++i) {
            giveStake(workerAt(i), 1 ether);
        }
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 2);
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 1);
        vm.warp(DELIVER_BY + 1);
        uint256 snapshot = vm.snapshotState();
        // Slot 1 did not deliver, slot 2 did not commit.
        for (uint256 roundsFirst; roundsFirst < 3; ++roundsFirst) {
            for (uint256 round; round < roundsFirst; ++round) {
                conclude(taskId, range(0, 1), repeated(7, 1), 7);
                firstSlots.push(3);
                assertEq(consensus.missedDeadline(taskId, 1), DELIVER_BY);
                assertEq(consensus.missedDeadline(taskId, 2), COMMIT_BY);
                vm.warp(consensus.progressOf(taskId).deliverBy + 1);
            }
            tasks.settle(taskId, 1);
            tasks.settle(taskId, 2);
            for (uint32 slot = 1; slot < 3; ++slot) {
                assertEq(uint8(tasks.slotOf(taskId, slot).ending), uint8(ITaskRegistry.Ending.Missed));
                assertEq(tasks.recordOf(workerAt(slot)).missed, 1);
            }
            assertEq(stakes.stakeOf(treasury, NATIVE).free, 2 * 1 ether * uint256(MISSED_SLASH_BPS) / 10_000);
            vm.revertToState(snapshot);
        }
    }

    function test_EveryRoundHasItsOwnSeed() external {
        bytes32 taskId = make(drawn(largeTerms(6)));
        joinAll(taskId, 0, 3);
        revealSeed(taskId, 0);
        commitAll(taskId, 0, 3);
        deliverAll(taskId, 0, 3);
        tally(taskId, range(0, 3), 1111);
        decide(taskId, 1);

        firstSlots.push(3);
        joinAll(taskId, 3, 5);
        assertEq(consensus.assignmentOf(taskId, 3).length, 0);
        assertEq(consensus.assignmentOf(taskId, 1), maskOf(taskId, 1, 0));
        // The first secret is known to all by now.
        bytes32 known = secretOf(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_SeedMismatch.selector,
                taskId,
                known,
                keccak256(abi.encode(known))
            )
        );
        consensus.revealSeed(taskId, known);
        // Nor is the first block the second round's.
        vm.expectRevert(
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_BeaconNotScheduled.selector, taskId, 0, block.number
            )
        );
        consensus.revealSeed(taskId, secretOf(1));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.BeaconScheduled(taskId, 1, uint64(block.number) + 1);
        revealSeed(taskId, 1);
        (bytes32 first, uint64 firstBlock) = consensus.beaconOf(taskId, 0);
        (bytes32 second, uint64 secondBlock) = consensus.beaconOf(taskId, 1);
        assertNotEq(first, second);
        assertLt(firstBlock, secondBlock);
        assertEq(second, keccak256(abi.encode(block.chainid, taskId, 1, blockhash(secondBlock))));
        (bytes32 none, uint64 noBlock) = consensus.beaconOf(taskId, 2);
        assertEq(none, 0);
        assertEq(noBlock, 0);
        assertNotEq(consensus.seedOf(taskId, 0), consensus.seedOf(taskId, 1));
        commitAll(taskId, 3, 5);
        deliverAll(taskId, 3, 5);
        tally(taskId, range(3, 5), 2222);
    }

    /// @dev A requester that keeps a later round's seed costs that round's workers nothing either.
    function test_WithoutALaterSeedItsSlotsLapseEvenAfterTheNextRoundOpened() external {
        bytes32 taskId = make(drawn(smallTerms(6)));
        joinAll(taskId, 0, 3);
        revealSeed(taskId, 0);
        commitAll(taskId, 0, 3);
        deliverAll(taskId, 0, 3);
        uint256 possible = consensus.progressOf(taskId).possible;
        conclude(taskId, range(0, 3), repeated(1, 3), 1);
        firstSlots.push(3);
        join(taskId, workerAt(3));
        vm.warp(consensus.progressOf(taskId).deliverBy + 1);
        conclude(taskId, range(0, 3), repeated(1, 3), 1);
        assertEq(consensus.progressOf(taskId).round, 2);
        assertEq(consensus.progressOf(taskId).possible, possible);
        expectOutcome(taskId, 3, ISettlement.Outcome.Returned);
    }

    function test_AdmissionClosesWhenNoRoundCanFollow() external {
        bytes32 taskId = make(smallTerms(6));
        join(taskId, alice);
        vm.warp(JOIN_BY);
        admissionOf(taskId, 3, false);
        vm.warp(JOIN_BY + 1);
        admissionOf(taskId, 1, false);
        expectNoSlotLeft(taskId, bob, 1);
        vm.expectRevert();
        tasks.returnUnfilled(taskId);

        // Nobody delivered: there is nothing to conclude.
        uint256 snapshot = vm.snapshotState();
        vm.warp(DELIVER_BY);
        admissionOf(taskId, 1, false);
        vm.warp(DELIVER_BY + 1);
        admissionOf(taskId, 1, true);
        tasks.returnUnfilled(taskId);
        tasks.settle(taskId, 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Missed));
        assertEq(tasks.task(taskId).escrow, 0);

        // Nobody concluded.
        vm.revertToState(snapshot);
        commitLabels(taskId, 0);
        vm.warp(COMMIT_BY + 1);
        deliverLabels(taskId, 0);
        vm.warp(SETTLE_BY);
        admissionOf(taskId, 1, false);
        vm.warp(SETTLE_BY + 1);
        admissionOf(taskId, 1, true);
        tasks.returnUnfilled(taskId);
        tasks.settle(taskId, 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Silent));
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_AdmissionClosesAfterTheLastRoundsJoining() external {
        bytes32 taskId = create(smallTerms(3), 3);
        join(taskId, alice);
        admissionOf(taskId, 3, false);
        vm.warp(JOIN_BY + 1);
        admissionOf(taskId, 1, true);
    }

    function test_AFrozenKeyClosesAdmission() external {
        bytes32 taskId = make(smallTerms(6));
        freeze(consensusKey);
        admissionOf(taskId, 3, true);
    }
}
