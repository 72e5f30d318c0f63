// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";
import {Rules} from "../../utils/Rules.sol";

contract HiddenGoldSettlementCloseAuditTest is GoldAuditTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        // Slots 0 and 3 are rejected, 1 and 2 are accepted.
        taskId = scoredTask("audited", list(1, 2, SILENT, 0));
    }

    function emitClosed(
        ITaskRegistry.Ruling ruling,
        uint32 panel,
        uint32 audited,
        uint256 item,
        uint256 count
    )
        internal
    {
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.GoldAuditClosed(taskId, ruling, panel, audited, item, count);
    }

    function assertSolvent() internal view {
        uint256 held;
        for (uint256 i; i < 4; ++i) {
            held += freeStake(workerAt(i)) + lockedStake(workerAt(i));
        }
        held += freeStake(requester) + lockedStake(requester);
        assertEq(held, address(stakes).balance);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.closeAudit("none");
    }

    function test_RevertGiven_NoAuditIsOpen() external {
        bytes memory refusal =
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_NoAudit.selector, taskId);
        vm.expectRevert(refusal);
        hiddenGold.closeAudit(taskId);
        ask(taskId, 0);
        audit(taskId, list(1, 2), list(7, 7));
        hiddenGold.closeAudit(taskId);
        vm.expectRevert(refusal);
        hiddenGold.closeAudit(taskId);
    }

    function test_RevertGiven_TheRequesterCanStillAnswer() external {
        ask(taskId, 0);
        uint64 answerBy = hiddenGold.auditOf(taskId).answerBy;
        for (uint32 audited; audited < 2; ++audited) {
            if (audited == 1) audit(taskId, list(2), list(7));
            for (uint256 at = answerBy - 1; at <= answerBy; ++at) {
                vm.warp(at);
                vm.expectRevert(
                    abi.encodeWithSelector(
                        IHiddenGoldSettlement.HiddenGoldSettlement_AuditPending.selector, taskId, audited, 2, answerBy
                    )
                );
                hiddenGold.closeAudit(taskId);
            }
        }
    }

    function test_DismissesGivenTheGoldHolds() external {
        ask(taskId, 0);
        audit(taskId, list(2, 1), list(7, 5));
        uint256 before = freeStake(requester);
        emitClosed(ITaskRegistry.Ruling.Dismissed, 2, 2, 1, 1);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 0, workerAt(0), ITaskRegistry.Ruling.Dismissed, requester);
        vm.prank(stranger);
        hiddenGold.closeAudit(taskId);

        assertTrue(hiddenGold.auditOf(taskId).closed);
        assertEq(freeStake(requester), before + REWARD / 2);
        assertEq(freeStake(treasury), REWARD / 2);
        assertEq(freeStake(workerAt(0)) + lockedStake(workerAt(0)), 0);
        assertEq(tasks.recordOf(workerAt(0)).disputesLost, 1);
        assertBond(taskId, ITaskRegistry.BondState.Held);
        tasks.settle(taskId, 2);
        tasks.releaseBond(taskId);
        assertEq(freeStake(requester), 1000 ether + REWARD / 2);
        assertSolvent();
    }

    function test_UpholdsGivenAnItemIsRigged() external {
        ask(taskId, 3);
        audit(taskId, list(1, 2), list(3, 3));
        emitClosed(ITaskRegistry.Ruling.Upheld, 2, 2, 2, 0);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondForfeited(taskId, requester, NATIVE, bondOf(4), 2);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 3, workerAt(3), ITaskRegistry.Ruling.Upheld, address(0));
        hiddenGold.closeAudit(taskId);

        assertEq(freeStake(workerAt(3)), REWARD);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        tasks.claimRedress(taskId, 0);
        tasks.claimRedress(taskId, 3);
        assertEq(freeStake(workerAt(0)), bondOf(4) / 2);
        assertEq(freeStake(workerAt(3)), REWARD + bondOf(4) / 2);
        assertEq(freeStake(requester), 1000 ether - bondOf(4));
        assertEq(lockedStake(requester), 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_BondNotHeld.selector, taskId, ITaskRegistry.BondState.Forfeited
            )
        );
        tasks.releaseBond(taskId);
        assertSolvent();
    }

    function test_UpholdsGivenNoAnswerInTime() external {
        ask(taskId, 0);
        audit(taskId, list(1), list(7));
        vm.warp(hiddenGold.auditOf(taskId).answerBy + 1);
        emitClosed(ITaskRegistry.Ruling.Upheld, 2, 1, 0, 0);
        hiddenGold.closeAudit(taskId);
        assertBond(taskId, ITaskRegistry.BondState.Forfeited);
        assertEq(freeStake(workerAt(0)), REWARD);
    }

    /// @dev All proven in time and closed late: what was proven decides.
    function test_LateClosingDecidesByWhatWasProven() external {
        ask(taskId, 0);
        audit(taskId, list(1, 2), list(7, 7));
        vm.warp(hiddenGold.auditOf(taskId).answerBy + 1);
        emitClosed(ITaskRegistry.Ruling.Dismissed, 2, 2, 0, 2);
        hiddenGold.closeAudit(taskId);
    }

    function test_VoidGivenTheRequesterCouldNotAnswer() external {
        ask(taskId, 0);
        audit(taskId, list(1), list(0));
        uint64 answerBy = hiddenGold.auditOf(taskId).answerBy;
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 4; ++i) {
            freeze(i % 2 == 0 ? auditKey : legalityKey);
            // Nobody can tell whether the key was frozen before the time was over.
            if (i > 1) vm.warp(answerBy + 1);
            emitClosed(ITaskRegistry.Ruling.Void, 2, 1, 0, 0);
            vm.expectEmit(address(tasks));
            emit ITaskRegistry.DisputeClosed(taskId, 0, workerAt(0), ITaskRegistry.Ruling.Void, address(0));
            hiddenGold.closeAudit(taskId);
            assertEq(freeStake(workerAt(0)), REWARD);
            assertEq(tasks.recordOf(workerAt(0)).disputesLost, 0);
            tasks.settle(taskId, 2);
            tasks.releaseBond(taskId);
            assertEq(freeStake(requester), 1000 ether);
            assertSolvent();
            vm.revertToState(snapshot);
        }
        // The score key has no part in an answer.
        freeze(scoreKey);
        vm.warp(answerBy + 1);
        emitClosed(ITaskRegistry.Ruling.Upheld, 2, 1, 0, 0);
        hiddenGold.closeAudit(taskId);
    }

    /// @dev One worker against the requester's gold: nobody can say which of them is right.
    function test_VoidGivenASingleSlotContradictsTheGold() external {
        for (uint256 i; i < 2; ++i) {
            // The one accepted slot; the one rejected slot when none was accepted.
            taskId = scoredTask(bytes32(i), i == 0 ? list(1, 2, MISSED) : list(1, MISSED, MISSED));
            ask(taskId, 0);
            audit(taskId, list(i == 0 ? 1 : 0), list(3));
            emitClosed(ITaskRegistry.Ruling.Void, 1, 1, 2, 0);
            vm.expectEmit(address(tasks));
            emit ITaskRegistry.DisputeClosed(taskId, 0, workerAt(0), ITaskRegistry.Ruling.Void, address(0));
            vm.prank(stranger);
            hiddenGold.closeAudit(taskId);

            // Everyone keeps its bond, and nothing speaks against anybody.
            assertEq(freeStake(workerAt(0)), uint256(REWARD) * (i + 1));
            assertEq(lockedStake(workerAt(0)), 0);
            assertEq(tasks.recordOf(workerAt(0)).disputesLost, 0);
            assertBond(taskId, ITaskRegistry.BondState.Held);
            for (uint32 slot = 1; slot < 3; ++slot) {
                if (tasks.slotOf(taskId, slot).state == ITaskRegistry.SlotState.Joined) tasks.settle(taskId, slot);
            }
            tasks.releaseBond(taskId);
            // But for the bond of the first task.
            assertEq(freeStake(requester), 1000 ether - bondOf(4));
            assertEq(tasks.recordOf(requester).bondsLost, 0);
        }
        assertSolvent();
    }

    /// @dev It still answers for silence, and a single slot can confirm the gold.
    function test_ASingleSlotConfirmsTheGoldAndSilenceCostsTheBond() external {
        for (uint256 i; i < 2; ++i) {
            taskId = scoredTask(bytes32(i), list(1, 2));
            ask(taskId, 0);
            if (i == 0) {
                audit(taskId, list(1), list(7));
                emitClosed(ITaskRegistry.Ruling.Dismissed, 1, 1, 0, 1);
            } else {
                vm.warp(hiddenGold.auditOf(taskId).answerBy + 1);
                emitClosed(ITaskRegistry.Ruling.Upheld, 1, 0, 0, 0);
            }
            hiddenGold.closeAudit(taskId);
        }
    }

    function test_WhatWasProvenDecidesUnderAFrozenKey() external {
        ask(taskId, 0);
        audit(taskId, list(1, 2), list(3, 3));
        freeze(auditKey);
        emitClosed(ITaskRegistry.Ruling.Upheld, 2, 2, 2, 0);
        hiddenGold.closeAudit(taskId);
    }

    /// @dev 30% of ten accepted slots are three.
    function test_AnItemNeedsTheRate() external {
        for (uint256 agree = 2; agree < 5; ++agree) {
            uint256[] memory agreements = new uint256[](11);
            uint256[] memory slots = new uint256[](10);
            uint256[] memory bits = new uint256[](10);
            for (uint256 i = 1; i < 11; ++i) {
                (agreements[i], slots[i - 1], bits[i - 1]) = (2, i, i > agree ? 5 : 7);
            }
            taskId = scoredTask(bytes32(agree), agreements);
            ask(taskId, 0);
            audit(taskId, slots, bits);
            ITaskRegistry.Ruling ruling = agree < 3 ? ITaskRegistry.Ruling.Upheld : ITaskRegistry.Ruling.Dismissed;
            emitClosed(ruling, 10, 10, 1, agree);
            hiddenGold.closeAudit(taskId);
        }
    }

    /// @dev The rejected ones are the panel when none was accepted: of three, one must agree with each item.
    function test_DecidesByTheRejectedGivenNoneWasAccepted() external {
        for (uint256 i; i < 2; ++i) {
            taskId = scoredTask(bytes32(i), list(1, 1, MISSED, 1));
            ask(taskId, 0);
            audit(taskId, list(0, 1, 3), i == 0 ? list(1, 2, 4) : list(1, 2, 2));
            ITaskRegistry.Ruling ruling = i == 0 ? ITaskRegistry.Ruling.Dismissed : ITaskRegistry.Ruling.Upheld;
            emitClosed(ruling, 3, 3, i == 0 ? 0 : 2, i == 0 ? 1 : 0);
            hiddenGold.closeAudit(taskId);
        }
    }

    /// @dev A requester that takes a slot of its own task, rejects itself and asks: nothing comes of nothing.
    function test_ARequesterThatAsksItselfCreatesNothing() external {
        for (uint256 i; i < 2; ++i) {
            vm.warp(START);
            ITaskRegistry.TaskRequest memory made = hiddenRequest();
            (made.salt, made.slots, made.bond) = (bytes32(i + 1), 1, bondOf(1));
            vm.deal(requester, 10 ether);
            uint256 stake = freeStake(requester);
            taskId = createTask(made);
            join(taskId, requester);
            submit(taskId, 0, requester);
            vm.warp(SUBMIT_BY + 1);
            score(taskId, 0, 0, false);
            vm.warp(SCORE_BY + 1);
            vm.prank(requester);
            tasks.dispute(taskId, 0, uint96(REWARD));
            if (i == 0) {
                audit(taskId, list(0), list(7));
                hiddenGold.closeAudit(taskId);
                tasks.releaseBond(taskId);
            } else {
                vm.warp(hiddenGold.auditOf(taskId).answerBy + 1);
                hiddenGold.closeAudit(taskId);
                tasks.claimRedress(taskId, 0);
            }
            assertEq(freeStake(requester), stake);
            assertEq(tasks.creditOf(requester, NATIVE), uint256(REWARD + FEE) * (i + 3));
        }
        assertSolvent();
    }
}

/// @notice As many gold items and slots as a task here may have: counts in four words, proofs in two batches.
contract HiddenGoldSettlementCloseAuditLargeTest is GoldAuditTest {
    using Rules for Rules.Scalar;

    uint256 internal constant GOLD = 62;
    uint32 internal constant PANEL = 99;

    bytes32 internal taskId;

    function rulesUsed() internal pure override returns (uint256) {
        return Rules.Scalar({
            kind: 0, capacity: 256, itemCount: 256, goldCount: GOLD, thresholdBps: 1, max: 9, tolerance: 0
        }).pack();
    }

    function setUp() public override {
        super.setUp();
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.rules = rulesUsed();
        (made.slots, made.bond, made.settlementData) = (PANEL + 1, bondOf(PANEL + 1), abi.encode(terms));
        taskId = createTask(made);
        ILabelSettlement.Delivery memory made10 = delivery();
        made10.ciphertext = new uint256[](10);
        for (uint32 i; i <= PANEL; ++i) {
            join(taskId, workerAt(i));
            uint256[] memory signals =
                signalsUnder(address(hiddenGold), legalityKey, taskId, i, 77, submission(i, made10));
            bytes memory proof = proofs.proofOf(legalityKey, signals);
            vm.prank(workerAt(i));
            hiddenGold.submit(taskId, i, commitmentFor(i), 77, made10, proof);
        }
        uint256[] memory tail = list(4242, 0);
        uint256[] memory vector = ReferenceStatement.concat(
            head(address(hiddenGold), taskId, PANEL, commitmentFor(PANEL), rulesUsed()), tail
        );
        uint256[] memory scored = signalsUnder(address(hiddenGold), scoreKey, taskId, PANEL, 88, vector);
        hiddenGold.score(taskId, PANEL, 0, 88, proofs.proofOf(scoreKey, scored), false);
        vm.warp(SCORE_BY + 1);
        ask(taskId, PANEL);
    }

    function submission(uint32 slot, ILabelSettlement.Delivery memory made) internal view returns (uint256[] memory) {
        uint256[] memory points = new uint256[](4);
        (points[0], points[1], points[2], points[3]) = (PK_X, PK_Y, R_X, R_Y);
        uint256[] memory vector = head(address(hiddenGold), taskId, slot, commitmentFor(slot), rulesUsed());
        return ReferenceStatement.concat(ReferenceStatement.concat(vector, points), made.ciphertext);
    }

    /// @dev Every slot agrees with every item, but for one item, with which this many do.
    function auditAll(uint256 weak, uint256 agreeing) internal {
        for (uint256 start; start < PANEL; start += 64) {
            uint256 count = PANEL - start < 64 ? PANEL - start : 64;
            uint256[] memory slots = new uint256[](count);
            uint256[] memory bits = new uint256[](count);
            for (uint256 i; i < count; ++i) {
                slots[i] = start + i;
                bits[i] = (1 << GOLD) - 1;
                if (start + i >= agreeing) bits[i] ^= 1 << weak;
            }
            audit(taskId, slots, bits);
        }
    }

    /// @dev 30% of 99 are 29.7.
    function test_EveryItemCountsForItself() external {
        uint256 snapshot = vm.snapshotState();
        uint256[7] memory items = [uint256(0), 15, 16, 31, 32, 47, 61];
        for (uint256 i; i < items.length; ++i) {
            uint256 agreeing = i % 2 == 0 ? 29 : 30;
            ITaskRegistry.Ruling ruling = i % 2 == 0 ? ITaskRegistry.Ruling.Upheld : ITaskRegistry.Ruling.Dismissed;
            auditAll(items[i], agreeing);
            vm.expectEmit(address(hiddenGold));
            emit IHiddenGoldSettlement.GoldAuditClosed(taskId, ruling, PANEL, PANEL, items[i], agreeing);
            hiddenGold.closeAudit(taskId);
            vm.revertToState(snapshot);
        }
    }

    function test_TheFirstOfTheWeakestIsNamed() external {
        auditAll(61, PANEL);
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.GoldAuditClosed(taskId, ITaskRegistry.Ruling.Dismissed, PANEL, PANEL, 0, PANEL);
        hiddenGold.closeAudit(taskId);
    }
}
