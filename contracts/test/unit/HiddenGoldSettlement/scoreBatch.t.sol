// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {MockProofSystem} from "../../mocks/MockProofSystem.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract HiddenGoldSettlementScoreBatchTest is ProtocolTest {
    uint32 internal constant COUNT = 4;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createFull("full", COUNT, true);
    }

    /// @dev Slot i agrees with i gold items; two are needed.
    function ascending() internal pure returns (uint256[] memory agreements) {
        agreements = new uint256[](COUNT);
        for (uint256 i; i < COUNT; ++i) {
            agreements[i] = i;
        }
    }

    function batchOfAll() internal view returns (IHiddenGoldSettlement.TaskScores[] memory) {
        return only(scoresOfTask(taskId, ascending()));
    }

    function expectScored(bytes32 id, uint32 slot, uint256 agreements) internal {
        uint256[] memory signals = scoreSignals(id, slot, agreements, 88);
        bool passed = agreements >= 2;
        vm.expectEmit(address(hiddenGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(hiddenGold), scoreKey, signals),
            scoreKey,
            id,
            slot,
            signals,
            proofs.proofOf(scoreKey, signals)
        );
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.SlotScored(id, slot, agreements, 3, passed);
        if (!passed) return;
        vm.expectEmit(address(tasks));
        emitPaid(id, slot, workerAt(slot), uint16(10_000 * agreements / 3), ITaskRegistry.Ending.Proven);
    }

    function expectRefused(uint32 slot, ISettlement.Refusal reason) internal {
        vm.expectEmit(address(hiddenGold));
        emit ISettlement.SubmissionRefused(taskId, slot, reason);
    }

    function test_RevertWhen_ThereAreTooManyScores() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](1);
        batch[0].taskId = taskId;
        batch[0].scores = new IHiddenGoldSettlement.SlotScore[](65);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64));
        hiddenGold.scoreBatch(batch, true);
    }

    function test_RevertWhen_TasksPinDifferentKeys() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](2);
        batch[0] = scoresOfTask(taskId, ascending());
        (bytes32 firstKey, bytes32 otherKey) = (scoreKey, agreementKey);
        scoreKey = otherKey;
        batch[1] = scoresOfTask(createFull("other", 1, true), new uint256[](1));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_KeysDiffer.selector, firstKey, otherKey));
        hiddenGold.scoreBatch(batch, true);
    }

    function test_RevertGiven_UnknownTask() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = batchOfAll();
        batch[0].taskId = "none";
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.scoreBatch(batch, true);
    }

    function test_RevertGiven_SomebodyCanStillSubmit() external {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.salt = "silent";
        bytes32 early = createTask(made);
        join(early, alice);
        submit(early, join(early, workerAt(1)), workerAt(1));
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](2);
        batch[0] = scoresOfTask(taskId, ascending());
        batch[1].taskId = early;
        vm.warp(SUBMIT_BY);
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_TooEarly.selector, early, SUBMIT_BY, SUBMIT_BY)
        );
        hiddenGold.scoreBatch(batch, true);
        vm.warp(SUBMIT_BY + 1);
        hiddenGold.scoreBatch(batch, true);
    }

    function test_DeadlineIsInclusive() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = batchOfAll();
        vm.warp(SCORE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SCORE_BY, SCORE_BY + 1
            )
        );
        hiddenGold.scoreBatch(batch, true);
        vm.warp(SCORE_BY);
        hiddenGold.scoreBatch(batch, true);
        assertEq(hiddenGold.standingOf(taskId).rejected, 2);
    }

    function test_RevertGiven_ScoreKeyFrozen() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = batchOfAll();
        freeze(scoreKey);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, scoreKey));
        hiddenGold.scoreBatch(batch, true);
    }

    function test_RevertWhen_AScoreIsAboveTheGold() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = batchOfAll();
        batch[0].scores[1].agreements = 4;
        vm.expectRevert(
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_ScoreOutOfRange.selector, 4, 3)
        );
        hiddenGold.scoreBatch(batch, true);
    }

    function test_PaysAtTheThresholdAndRejectsBelow() external {
        bytes32 other = createFull("other", 1, true);
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](2);
        batch[0] = scoresOfTask(taskId, ascending());
        batch[1] = scoresOfTask(other, new uint256[](1));
        for (uint32 slot; slot < COUNT; ++slot) {
            expectScored(taskId, slot, slot);
        }
        expectScored(other, 0, 0);
        vm.prank(stranger);
        hiddenGold.scoreBatch(batch, true);
        assertEq(workerAt(0).balance, 0);
        assertEq(workerAt(1).balance, 0);
        assertEq(workerAt(2).balance, REWARD);
        assertEq(workerAt(3).balance, REWARD);
        assertEq(tasks.creditOf(requester, NATIVE), 0);
        assertEq(tasks.task(taskId).escrow + tasks.task(other).escrow, 3 * uint256(REWARD + FEE));
        assertTrue(hiddenGold.rejectionOf(taskId, 1).rejected && hiddenGold.rejectionOf(other, 0).rejected);
    }

    function test_ScoresGivenTheLegalityKeyIsFrozen() external {
        freeze(legalityKey);
        hiddenGold.scoreBatch(batchOfAll(), false);
        assertEq(tasks.creditOf(workerAt(3), NATIVE), REWARD);
        assertEq(hiddenGold.standingOf(taskId).rejected, 2);
    }

    function test_PassesOverWhatCannotBeScored() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = batchOfAll();
        // A proof of one score under another, and a slot scored by a transaction of its own.
        batch[0].scores[2].agreements = 3;
        score(taskId, 1, 3, false);
        expectRefused(1, ISettlement.Refusal.SlotEnded);
        expectScored(taskId, 0, 0);
        expectRefused(2, ISettlement.Refusal.ProofRejected);
        expectScored(taskId, 3, 3);
        hiddenGold.scoreBatch(batch, true);
        assertState(taskId, 1, ITaskRegistry.SlotState.Paid);
        assertState(taskId, 2, ITaskRegistry.SlotState.Joined);
    }

    function test_PassesOverASlotThatHasNotSubmitted() external {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.salt = "silent";
        taskId = createTask(made);
        join(taskId, alice);
        vm.warp(SUBMIT_BY + 1);
        IHiddenGoldSettlement.TaskScores[] memory batch = only(scoresOfTask(taskId, new uint256[](2)));
        expectRefused(0, ISettlement.Refusal.NotCommitted);
        expectRefused(1, ISettlement.Refusal.NotCommitted);
        hiddenGold.scoreBatch(batch, true);
        assertState(taskId, 0, ITaskRegistry.SlotState.Joined);
    }

    /// @dev Of two scores for one slot the first good one counts, a rejection as well as a payment.
    function test_ScoresASlotOnce() external {
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](2);
        batch[0] = scoresOfTask(taskId, ascending());
        batch[1] = scoresOfTask(taskId, ascending());
        batch[0].scores[3].proof = "bad";
        batch[1].scores[0] = scoreEntry(taskId, 0, 3);
        expectScored(taskId, 0, 0);
        expectScored(taskId, 1, 1);
        expectScored(taskId, 2, 2);
        expectRefused(3, ISettlement.Refusal.ProofRejected);
        expectRefused(0, ISettlement.Refusal.AlreadyRejected);
        expectRefused(1, ISettlement.Refusal.AlreadyRejected);
        expectRefused(2, ISettlement.Refusal.SlotEnded);
        expectScored(taskId, 3, 3);
        hiddenGold.scoreBatch(batch, true);
        assertState(taskId, 0, ITaskRegistry.SlotState.Joined);
        assertEq(hiddenGold.rejectionOf(taskId, 0).agreements, 0);
        // Nor does a later batch say anything new of them.
        expectRefused(0, ISettlement.Refusal.AlreadyRejected);
        hiddenGold.scoreBatch(batch, true);
        assertEq(hiddenGold.standingOf(taskId).rejected, 2);
        assertEq(workerAt(0).balance, 0);
        assertEq(workerAt(2).balance, REWARD);
    }

    function test_SixtyFourAtOnce() external {
        bytes32 large = createFull("large", 64, true);
        uint256[] memory agreements = new uint256[](64);
        for (uint256 i; i < 64; ++i) {
            agreements[i] = i % 4;
        }
        hiddenGold.scoreBatch(only(scoresOfTask(large, agreements)), false);
        assertEq(tasks.task(large).escrow, 32 * uint256(REWARD + FEE));
        assertEq(hiddenGold.standingOf(large).rejected, 32);
        // The rejected are the first of the list, everyone else is after them.
        uint256[] memory places = new uint256[](63);
        for (uint256 i; i < 63; ++i) {
            places[i] = i;
        }
        uint32[] memory others = hiddenGold.othersAt(large, 0, places);
        uint256 seen = 1;
        for (uint256 i; i < 63; ++i) {
            assertEq(others[i] % 4 < 2, i < 31, "rejected first");
            seen |= 1 << others[i];
        }
        assertEq(seen, type(uint64).max);
    }
}

/// @notice The same with a proof system that checks many proofs in one go.
contract HiddenGoldSettlementScoreBatchInOneGoTest is HiddenGoldSettlementScoreBatchTest {
    function newProofSystem() internal override returns (MockProofSystem) {
        return new MockBatchProofSystem();
    }
}
