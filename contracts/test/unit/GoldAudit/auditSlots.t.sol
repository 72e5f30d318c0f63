// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../../src/interfaces/IGoldAudit.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {MockProofSystem} from "../../mocks/MockProofSystem.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract GoldAuditAuditSlotsTest is GoldAuditTest {
    bytes32 internal taskId;

    /// @dev Slots 0 and 6 are rejected, 1 to 5 accepted, 7 is missed.
    function setUp() public override {
        super.setUp();
        uint256[] memory made = new uint256[](8);
        (made[1], made[2], made[3], made[4], made[5], made[7]) = (2, 3, 2, 3, SILENT, MISSED);
        taskId = scoredTask("audited", made);
    }

    function expectRefusal(IGoldAudit.SlotAudit[] memory audits, bytes memory reason) internal {
        vm.expectRevert(reason);
        goldAudit.auditSlots(taskId, 0, audits);
    }

    function entry(
        uint32 member,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        view
        returns (IGoldAudit.SlotAudit[] memory audits)
    {
        audits = new IGoldAudit.SlotAudit[](1);
        audits[0] = auditEntry(taskId, 0, member, withGold, withChallenger);
    }

    function notOpen(uint32 slot) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IGoldAudit.GoldAudit_NotOpen.selector, taskId, slot);
    }

    function test_RevertGiven_NoAuditIsOpen() external {
        expectRefusal(entry(1, 3, 0), notOpen(0));
        ask(taskId, 0);
        decide(taskId, 0, 3, 0);
        expectRefusal(entry(1, 3, 0), notOpen(0));
    }

    function test_DeadlineIsInclusive() external {
        ask(taskId, 0);
        uint64 answerBy = goldAudit.auditOf(taskId, 0).answerBy;
        IGoldAudit.SlotAudit[] memory audits = entry(1, 3, 0);
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = answerBy - 1; at <= answerBy; ++at) {
            vm.warp(at);
            goldAudit.auditSlots(taskId, 0, audits);
            vm.revertToState(snapshot);
        }
        vm.warp(answerBy + 1);
        expectRefusal(
            audits,
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, answerBy, answerBy + 1
            )
        );
    }

    function test_RevertGiven_ThePanelIsNotDrawn() external {
        taskId = scoredTask("large", scores(1, 0, 33, 3));
        ask(taskId, 0);
        expectRefusal(
            entry(1, 3, 0),
            abi.encodeWithSelector(
                IGoldAudit.GoldAudit_PanelNotDrawn.selector, taskId, 0, goldAudit.auditOf(taskId, 0).beaconBlock
            )
        );
    }

    function test_RevertGiven_AuditKeyFrozen() external {
        ask(taskId, 0);
        IGoldAudit.SlotAudit[] memory audits = entry(1, 3, 0);
        freeze(auditKey);
        expectRefusal(audits, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, auditKey));
    }

    function test_RevertWhen_ThereAreTooMany() external {
        ask(taskId, 0);
        expectRefusal(
            new IGoldAudit.SlotAudit[](65),
            abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64)
        );
    }

    function test_RevertWhen_SlotIsNotInThePanel() external {
        ask(taskId, 0);
        // The challenger; rejected; not submitted; never taken.
        uint32[4] memory others = [uint32(0), 6, 7, 8];
        for (uint256 i; i < 4; ++i) {
            expectRefusal(
                entry(others[i], 3, 0),
                abi.encodeWithSelector(IGoldAudit.GoldAudit_NotInPanel.selector, taskId, 0, others[i])
            );
        }
    }

    function test_RevertWhen_AnswersAreMoreThanTheDisputedItems() external {
        ask(taskId, 0);
        // Four of three items; the same item for both sides; an item behind the last that there can be.
        uint256[2][6] memory beyond = [
            [uint256(15), 0],
            [uint256(0), 15],
            [uint256(3), 12],
            [uint256(1), 1],
            [uint256(1) << 62, 0],
            [type(uint256).max, uint256(2)]
        ];
        for (uint256 i; i < 6; ++i) {
            IGoldAudit.SlotAudit[] memory audits = new IGoldAudit.SlotAudit[](1);
            audits[0] = IGoldAudit.SlotAudit(1, beyond[i][0], beyond[i][1], AUDIT_DIGEST, "");
            expectRefusal(
                audits,
                abi.encodeWithSelector(IGoldAudit.GoldAudit_AnswersOutOfRange.selector, beyond[i][0], beyond[i][1], 3)
            );
        }
    }

    function test_RevertWhen_AProofIsOfOtherAnswers() external {
        ask(taskId, 0);
        IGoldAudit.SlotAudit[] memory audits = new IGoldAudit.SlotAudit[](2);
        (audits[0], audits[1]) = (auditEntry(taskId, 0, 1, 2, 1), auditEntry(taskId, 0, 2, 2, 1));
        bytes memory refusal =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, auditKey, taskId, 2);
        (audits[1].withGold, audits[1].withChallenger) = (1, 2);
        expectRefusal(audits, refusal);
        (audits[1].withGold, audits[1].withChallenger) = (2, 0);
        expectRefusal(audits, refusal);
        // All of them or none.
        assertEq(goldAudit.auditOf(taskId, 0).audited, 0);
        (audits[1].withGold, audits[1].withChallenger) = sidesOf(2, 1);
        goldAudit.auditSlots(taskId, 0, audits);
        assertEq(goldAudit.auditOf(taskId, 0).audited, 2);
    }

    function test_RevertWhen_AProofIsOfAnotherMemberChallengerDigestOrKey() external {
        ask(taskId, 0);
        ask(taskId, 6);
        bytes memory refusal =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, auditKey, taskId, 1);
        IGoldAudit.SlotAudit[] memory audits = entry(2, 3, 0);
        audits[0].member = 1;
        expectRefusal(audits, refusal);
        audits[0] = auditEntry(taskId, 6, 1, 3, 0);
        expectRefusal(audits, refusal);
        audits = entry(1, 3, 0);
        audits[0].digest = AUDIT_DIGEST - 1;
        expectRefusal(audits, refusal);
        audits[0].digest = AUDIT_DIGEST;
        audits[0].proof = proofs.proofOf(scoreKey, auditSignals(taskId, 0, 1, 7, 0));
        expectRefusal(audits, refusal);
    }

    function test_CountsWhateverIsSettledAndWhoeverRelays() external {
        ask(taskId, 0);
        tasks.settle(taskId, 5);
        for (uint32 member = 1; member < 6; ++member) {
            uint256[] memory signals = auditSignals(taskId, 0, member, 1, 6);
            IGoldAudit.SlotAudit[] memory audits = entry(member, 1, 2);
            vm.expectEmit(address(goldAudit));
            emit IGoldAudit.SlotAudited(taskId, 0, member, 1, 6);
            vm.expectEmit(address(goldAudit));
            emit ISettlement.ReceiptIssued(
                receiptId(address(goldAudit), auditKey, signals), auditKey, taskId, member, signals, audits[0].proof
            );
            vm.prank(stranger);
            goldAudit.auditSlots(taskId, 0, audits);
        }
        IGoldAudit.Audit memory found = goldAudit.auditOf(taskId, 0);
        assertEq(found.audited, 5);
        assertEq(found.proven, 31);
        assertEq(found.withGold, 5);
        assertEq(found.withChallenger, 10);
        assertEq(goldAudit.proofContext(taskId, 1), auditSignals(taskId, 0, 1, 1, 6)[2]);
    }

    /// @dev Otherwise whoever sees an answer on its way could undo it, one slot at a time, until its time is over.
    function test_AnAnswerCountsWhateverPartOfItWasSentBefore() external {
        ask(taskId, 0);
        IGoldAudit.SlotAudit[] memory whole = auditEntries(taskId, 0, range(1, 6), 2, 1);
        for (uint256 seen; seen < 5; ++seen) {
            uint256 snapshot = vm.snapshotState();
            IGoldAudit.SlotAudit[] memory part = new IGoldAudit.SlotAudit[](1);
            part[0] = whole[seen];
            vm.prank(stranger);
            goldAudit.auditSlots(taskId, 0, part);
            vm.recordLogs();
            goldAudit.auditSlots(taskId, 0, whole);
            // A receipt and a SlotAudited of each other slot, and nothing of this one.
            assertEq(vm.getRecordedLogs().length, 8);
            checkCounted();
            vm.revertToState(snapshot);
        }
    }

    function test_ASlotIsCountedOnceHoweverOftenItIsSent() external {
        ask(taskId, 0);
        IGoldAudit.SlotAudit[] memory twice = new IGoldAudit.SlotAudit[](6);
        for (uint32 i; i < 6; ++i) {
            twice[i] = auditEntry(taskId, 0, 1 + i / 2, 2, 1);
        }
        goldAudit.auditSlots(taskId, 0, twice);
        // What is passed over is not looked at.
        twice[0].proof = "";
        goldAudit.auditSlots(taskId, 0, twice);
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(3, 6), 2, 1));
        checkCounted();
    }

    function checkCounted() internal {
        IGoldAudit.Audit memory found = goldAudit.auditOf(taskId, 0);
        assertEq(found.audited, 5);
        assertEq(found.withGold, 10);
        assertEq(found.withChallenger, 5);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Void);
    }

    function test_NoneIsFine() external {
        ask(taskId, 0);
        goldAudit.auditSlots(taskId, 0, new IGoldAudit.SlotAudit[](0));
        assertEq(goldAudit.auditOf(taskId, 0).audited, 0);
    }
}

contract GoldAuditAuditSlotsInOneGoTest is GoldAuditAuditSlotsTest {
    function newProofSystem() internal override returns (MockProofSystem) {
        return new MockBatchProofSystem();
    }
}
