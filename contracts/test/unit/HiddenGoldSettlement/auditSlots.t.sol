// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {MockProofSystem} from "../../mocks/MockProofSystem.sol";

contract HiddenGoldSettlementAuditSlotsTest is GoldAuditTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        // Slot 0 is rejected, 1 and 2 are accepted, 3 is missed.
        taskId = scoredTask("audited", list(1, 2, SILENT, MISSED));
    }

    function expectRefusal(IHiddenGoldSettlement.SlotAudit[] memory audits, bytes memory reason) internal {
        vm.expectRevert(reason);
        hiddenGold.auditSlots(taskId, audits);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.auditSlots("none", new IHiddenGoldSettlement.SlotAudit[](0));
    }

    function test_RevertGiven_NoAuditIsOpen() external {
        bytes memory refusal =
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_NoAudit.selector, taskId);
        expectRefusal(auditEntries(taskId, list(1), list(7)), refusal);
        ask(taskId, 0);
        vm.warp(hiddenGold.auditOf(taskId).answerBy + 1);
        hiddenGold.closeAudit(taskId);
        expectRefusal(auditEntries(taskId, list(1), list(7)), refusal);
    }

    function test_DeadlineIsInclusive() external {
        ask(taskId, 0);
        uint64 answerBy = hiddenGold.auditOf(taskId).answerBy;
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = answerBy - 1; at <= answerBy; ++at) {
            vm.warp(at);
            audit(taskId, list(1), list(7));
            vm.revertToState(snapshot);
        }
        vm.warp(answerBy + 1);
        expectRefusal(
            auditEntries(taskId, list(1), list(7)),
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, answerBy, answerBy + 1
            )
        );
    }

    function test_RevertGiven_AuditKeyFrozen() external {
        ask(taskId, 0);
        freeze(auditKey);
        expectRefusal(
            auditEntries(taskId, list(1), list(7)),
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, auditKey)
        );
    }

    function test_RevertWhen_ThereAreTooMany() external {
        ask(taskId, 0);
        expectRefusal(
            new IHiddenGoldSettlement.SlotAudit[](65),
            abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64)
        );
    }

    function test_RevertWhen_BitsAreBeyondTheGold() external {
        ask(taskId, 0);
        uint256[2] memory beyond = [uint256(8), 1 << 255];
        for (uint256 i; i < beyond.length; ++i) {
            expectRefusal(
                auditEntries(taskId, list(1, 2), list(7, beyond[i])),
                abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_BitsOutOfRange.selector, beyond[i], 3)
            );
        }
    }

    function test_RevertWhen_SlotIsNotInThePanel() external {
        ask(taskId, 0);
        // Rejected; not submitted; never taken.
        for (uint256 i; i < 3; ++i) {
            uint256 slot = [uint256(0), 3, 4][i];
            expectRefusal(
                auditEntries(taskId, list(1, slot), list(7, 7)),
                abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_NotInPanel.selector, taskId, slot)
            );
        }
    }

    function test_RevertWhen_SlotWasNotRejectedGivenThePanelIsOfRejected() external {
        taskId = scoredTask("none", list(1, MISSED, 0));
        ask(taskId, 0);
        expectRefusal(
            auditEntries(taskId, list(1), list(7)),
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_NotInPanel.selector, taskId, 1)
        );
        audit(taskId, list(0, 2), list(1, 0));
        assertEq(hiddenGold.auditOf(taskId).audited, 2);
    }

    /// @dev Otherwise whoever sees an answer on its way could undo it, one slot at a time, until its time is over.
    function test_AnAnswerCountsWhateverPartOfItWasSentBefore() external {
        ask(taskId, 0);
        IHiddenGoldSettlement.SlotAudit[] memory answer = auditEntries(taskId, list(1, 2), list(6, 3));
        for (uint256 seen; seen < 2; ++seen) {
            uint256 snapshot = vm.snapshotState();
            IHiddenGoldSettlement.SlotAudit[] memory part = new IHiddenGoldSettlement.SlotAudit[](1);
            part[0] = answer[seen];
            vm.prank(stranger);
            hiddenGold.auditSlots(taskId, part);
            vm.recordLogs();
            hiddenGold.auditSlots(taskId, answer);
            // A receipt and a SlotAudited of the other slot, and nothing of this one.
            assertEq(vm.getRecordedLogs().length, 2);
            expectCounted();
            vm.revertToState(snapshot);
        }
    }

    function test_ASlotIsCountedOnceHoweverOftenItIsSent() external {
        ask(taskId, 0);
        audit(taskId, list(1, 1, 2, 2), list(6, 6, 3, 3));
        audit(taskId, list(2, 1), list(3, 6));
        // What is passed over is not looked at.
        IHiddenGoldSettlement.SlotAudit[] memory again = auditEntries(taskId, list(1), list(7));
        again[0].proof = "";
        hiddenGold.auditSlots(taskId, again);
        expectCounted();
    }

    /// @dev Slot 1 agrees with the gold items 1 and 2, slot 2 with 0 and 1: the weakest is the first, with one.
    function expectCounted() internal {
        assertEq(hiddenGold.auditOf(taskId).audited, 2);
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.GoldAuditClosed(taskId, ITaskRegistry.Ruling.Dismissed, 2, 2, 0, 1);
        hiddenGold.closeAudit(taskId);
    }

    function test_RevertWhen_AProofIsBadBesideOneThatIsPassedOver() external {
        ask(taskId, 0);
        audit(taskId, list(1), list(7));
        IHiddenGoldSettlement.SlotAudit[] memory audits = auditEntries(taskId, list(1, 2), list(7, 3));
        audits[1].agreementBits = 7;
        expectRefusal(
            audits, abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, auditKey, taskId, 2)
        );
        assertEq(hiddenGold.auditOf(taskId).audited, 1);
    }

    function test_RevertWhen_AProofIsOfOtherBits() external {
        ask(taskId, 0);
        IHiddenGoldSettlement.SlotAudit[] memory audits = auditEntries(taskId, list(1, 2), list(7, 3));
        audits[1].agreementBits = 7;
        expectRefusal(
            audits, abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, auditKey, taskId, 2)
        );
        // All of them or none.
        assertEq(hiddenGold.auditOf(taskId).audited, 0);
        audits[1].agreementBits = 3;
        hiddenGold.auditSlots(taskId, audits);
    }

    /// @dev A score has as many elements, and its count could be read as bits.
    function test_RevertWhen_AProofIsOfAnotherSlotDigestOrKey() external {
        ask(taskId, 0);
        bytes memory refusal =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, auditKey, taskId, 1);
        IHiddenGoldSettlement.SlotAudit[] memory audits = auditEntries(taskId, list(2), list(7));
        audits[0].slot = 1;
        expectRefusal(audits, refusal);
        audits = auditEntries(taskId, list(1), list(3));
        audits[0].digest = 98;
        expectRefusal(audits, refusal);
        audits[0] = IHiddenGoldSettlement.SlotAudit(1, 3, 88, proofs.proofOf(scoreKey, scoreSignals(taskId, 1, 3, 88)));
        expectRefusal(audits, refusal);
    }

    function test_CountsWhateverIsSettledAndWhoeverRelays() external {
        ask(taskId, 0);
        for (uint32 slot = 1; slot < 3; ++slot) {
            if (slot == 2) tasks.settle(taskId, 2);
            uint256[] memory signals = auditSignals(taskId, slot, 5);
            IHiddenGoldSettlement.SlotAudit[] memory audits = auditEntries(taskId, list(slot), list(5));
            vm.expectEmit(address(hiddenGold));
            emit ISettlement.ReceiptIssued(
                receiptId(address(hiddenGold), auditKey, signals), auditKey, taskId, slot, signals, audits[0].proof
            );
            vm.expectEmit(address(hiddenGold));
            emit IHiddenGoldSettlement.SlotAudited(taskId, slot, 5);
            vm.prank(stranger);
            hiddenGold.auditSlots(taskId, audits);
            assertEq(hiddenGold.auditOf(taskId).audited, slot);
        }
    }

    function test_NoneIsFine() external {
        ask(taskId, 0);
        hiddenGold.auditSlots(taskId, new IHiddenGoldSettlement.SlotAudit[](0));
        assertEq(hiddenGold.auditOf(taskId).audited, 0);
    }
}

contract HiddenGoldSettlementAuditSlotsInOneGoTest is HiddenGoldSettlementAuditSlotsTest {
    function newProofSystem() internal override returns (MockProofSystem) {
        return new MockBatchProofSystem();
    }
}
