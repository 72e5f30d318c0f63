// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../../src/libraries/Grading.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract HiddenGoldSettlementScoreTest is ProtocolTest {
    uint256 internal constant DIGEST = 88;

    bytes32 internal taskId;
    uint32 internal slot;
    uint32 internal silent;

    function setUp() public override {
        super.setUp();
        taskId = createHidden();
        slot = join(taskId, alice);
        submit(taskId, slot, alice);
        silent = join(taskId, bob);
        vm.warp(SUBMIT_BY + 1);
    }

    function proofOf(uint256 agreements) internal view returns (bytes memory) {
        return proofs.proofOf(scoreKey, scoreSignals(taskId, slot, agreements, DIGEST));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.score("none", slot, 2, DIGEST, "", true);
    }

    function test_RevertGiven_NotSubmitted() external {
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_NotCommitted.selector, taskId, silent));
        hiddenGold.score(taskId, silent, 2, DIGEST, "", true);
    }

    function test_RevertWhen_ScoreIsAboveTheGold() external {
        vm.expectRevert(
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_ScoreOutOfRange.selector, 4, 3)
        );
        hiddenGold.score(taskId, slot, 4, DIGEST, "", true);
    }

    function test_RevertWhen_ProofIsOfAnotherScore() external {
        bytes memory proof = proofOf(3);
        for (uint256 agreements; agreements < 3; ++agreements) {
            vm.expectRevert(
                abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, scoreKey, taskId, slot)
            );
            hiddenGold.score(taskId, slot, agreements, DIGEST, proof, true);
        }
    }

    /// @dev The circuit has one score for each set of labels; whatever it proves, a slot is rejected once.
    function test_RevertGiven_SlotWasRejected() external {
        score(taskId, slot, 0, false);
        bytes memory proof = proofOf(3);
        vm.expectRevert(
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_AlreadyRejected.selector, taskId, slot)
        );
        hiddenGold.score(taskId, slot, 3, DIGEST, proof, true);
    }

    function test_RevertGiven_SlotEnded() external {
        score(taskId, slot, 3, false);
        bytes memory proof = proofOf(3);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        hiddenGold.score(taskId, slot, 3, DIGEST, proof, true);
    }

    function test_RevertGiven_ScoreKeyFrozen() external {
        bytes memory proof = proofOf(0);
        freeze(scoreKey);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, scoreKey));
        hiddenGold.score(taskId, slot, 0, DIGEST, proof, true);
    }

    /// @dev The score circuit shows again that the labels are legal, so the requester can still answer either way.
    function test_ScoresGivenTheLegalityKeyIsFrozen() external {
        freeze(legalityKey);
        uint256 snapshot = vm.snapshotState();
        score(taskId, slot, 2, false);
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
        vm.revertToState(snapshot);
        score(taskId, slot, 1, false);
        assertTrue(hiddenGold.rejectionOf(taskId, slot).rejected);
    }

    function expectTooEarly(bytes32 id, uint32 number) internal {
        bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(id, number, 3, DIGEST));
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_TooEarly.selector, id, SUBMIT_BY, vm.getBlockTimestamp()
            )
        );
        hiddenGold.score(id, number, 3, DIGEST, proof, true);
    }

    function createAnother() internal returns (bytes32) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.salt = "another";
        return createTask(made);
    }

    function test_RevertGiven_SomebodyCanStillSubmit() external {
        bytes32 id = createAnother();
        submit(id, join(id, alice), alice);
        submit(id, join(id, bob), bob);
        // A slot can still be taken.
        expectTooEarly(id, 0);
        // No slot can be taken, one joined slot has not submitted.
        uint32 late = join(id, carol);
        expectTooEarly(id, 0);
        vm.warp(JOIN_BY + 1);
        expectTooEarly(id, 0);
        submit(id, late, carol);
        assertEq(hiddenGold.submittedCount(id), 3);
        score(id, 0, 3, true);
        assertEq(alice.balance, REWARD);
    }

    function test_ScoresEarlyOnceJoiningIsOverAndAllSubmitted() external {
        bytes32 id = createAnother();
        submit(id, join(id, alice), alice);
        vm.warp(JOIN_BY);
        expectTooEarly(id, 0);
        vm.warp(JOIN_BY + 1);
        score(id, 0, 3, true);
        assertEq(alice.balance, REWARD);
    }

    function test_SilentSlotHoldsScoresUpToSubmitBy() external {
        for (uint256 at = SUBMIT_BY - 1; at <= SUBMIT_BY; ++at) {
            vm.warp(at);
            expectTooEarly(taskId, slot);
        }
        vm.warp(SUBMIT_BY + 1);
        score(taskId, slot, 3, true);
        assertEq(alice.balance, REWARD);
    }

    function test_DeadlineIsInclusive() external {
        bytes memory proof = proofOf(0);
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = SCORE_BY - 1; at <= SCORE_BY; ++at) {
            vm.warp(at);
            hiddenGold.score(taskId, slot, 0, DIGEST, proof, true);
            vm.revertToState(snapshot);
        }
        vm.warp(SCORE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SCORE_BY, SCORE_BY + 1
            )
        );
        hiddenGold.score(taskId, slot, 0, DIGEST, proof, true);
    }

    function test_PaysAtTheThreshold() external {
        uint256[] memory signals = scoreSignals(taskId, slot, 2, DIGEST);
        bytes memory proof = proofOf(2);
        vm.expectEmit(address(hiddenGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(hiddenGold), scoreKey, signals), scoreKey, taskId, slot, signals, proof
        );
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.SlotScored(taskId, slot, 2, 3, true);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, alice, 6666, ITaskRegistry.Ending.Proven);
        vm.prank(stranger);
        hiddenGold.score(taskId, slot, 2, DIGEST, proof, true);
        assertEq(alice.balance, REWARD);
    }

    function test_RejectsBelowTheThresholdAndMovesNothing() external {
        bytes memory proof = proofOf(1);
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.SlotScored(taskId, slot, 1, 3, false);
        hiddenGold.score(taskId, slot, 1, DIGEST, proof, true);
        assertState(taskId, slot, ITaskRegistry.SlotState.Joined);
        assertEq(tasks.creditOf(requester, NATIVE), 0);
        assertEq(tasks.creditOf(alice, NATIVE), 0);
        assertEq(hiddenGold.rejectionOf(taskId, slot).agreements, 1);
        assertEq(hiddenGold.rejectedScoreOf(taskId, slot), 3333);
        assertEq(hiddenGold.standingOf(taskId).rejected, 1);
        assertFalse(hiddenGold.rejectionOf(taskId, silent).rejected);
    }

    /// @dev A task with one slot, submitted, whose scores from a third of the gold pass and earn by this scale.
    function createGraded(bytes32 salt, Grading.Scale memory grading) internal returns (bytes32 id) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.grading = grading;
        (made.salt, made.slots, made.settlementData) = (salt, 1, abi.encode(terms));
        id = createTask(made);
        submit(id, join(id, alice), alice);
        vm.warp(SUBMIT_BY + 1);
    }

    function expectShare(bytes32 id, uint256 agreements, uint16 scoreBps, uint256 shareBps) internal {
        uint256 reward = uint256(REWARD) * shareBps / 10_000;
        uint256 fee = uint256(FEE) * shareBps / 10_000;
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotPaid(
            id,
            0,
            alice,
            NATIVE,
            reward,
            fee,
            uint256(REWARD) + FEE - reward - fee,
            scoreBps,
            ITaskRegistry.Ending.Proven
        );
        score(id, 0, agreements, false);
    }

    function test_LinearPaysTheScore() external {
        Grading.Scale memory grading;
        grading.curve = Grading.Curve.Linear;
        expectShare(createGraded("two", grading), 2, 6666, 6666);
        expectShare(createGraded("three", grading), 3, 10_000, 10_000);
    }

    function test_ATablePaysItsStep() external {
        Grading.Scale memory grading;
        grading.curve = Grading.Curve.Table;
        grading.steps = new Grading.Step[](2);
        (grading.steps[0], grading.steps[1]) = (Grading.Step(THRESHOLD_BPS, 100), Grading.Step(6667, 9000));
        // Two thirds, rounded down, are below the second step.
        expectShare(createGraded("two", grading), 2, 6666, 100);
        expectShare(createGraded("three", grading), 3, 10_000, 9000);
    }

    /// @dev Whatever the scale, silence pays all.
    function test_SilencePaysAll() external {
        Grading.Scale memory grading;
        grading.curve = Grading.Curve.Linear;
        bytes32 id = createGraded("silent", grading);
        vm.warp(SCORE_BY + 1);
        vm.expectEmit(address(tasks));
        emitPaid(id, 0, alice, 0, ITaskRegistry.Ending.Silent);
        tasks.settle(id, 0);
    }

    /// @dev The gold was fixed before anybody could know of the freeze: a score that passes pays. One that does not costs nothing.
    function test_ScoresGivenTheAuditKeyIsFrozen() external {
        freeze(auditKey);
        score(taskId, slot, 1, false);
        tasks.settle(taskId, slot);
        assertEq(uint8(tasks.slotOf(taskId, slot).ending), uint8(ITaskRegistry.Ending.Lapsed));
        assertEq(tasks.creditOf(requester, NATIVE), REWARD + FEE);
    }
}
