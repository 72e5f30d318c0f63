// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract HiddenGoldSettlementSubmitTest is ProtocolTest {
    uint256 internal constant DIGEST = 77;

    bytes32 internal taskId;
    uint32 internal slot;
    bytes internal proof;

    function setUp() public override {
        super.setUp();
        taskId = createHidden();
        slot = join(taskId, alice);
        proof = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, slot, DIGEST));
        vm.startPrank(alice);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.submit("none", slot, commitmentFor(slot), DIGEST, delivery(), proof);
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, slot, address(this)));
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
    }

    function test_RevertWhen_CommitmentIsOutOfRange() external {
        uint256[2] memory hostile = [uint256(0), ReferenceStatement.R];
        for (uint256 i; i < hostile.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CommitmentOutOfRange.selector, hostile[i])
            );
            hiddenGold.submit(taskId, slot, hostile[i], DIGEST, delivery(), proof);
        }
    }

    function test_RevertWhen_CiphertextLengthIsWrong() external {
        ILabelSettlement.Delivery memory made = delivery();
        made.ciphertext = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, 5, 4));
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, made, proof);
    }

    function test_RevertWhen_EphemeralKeyIsTheIdentity() external {
        ILabelSettlement.Delivery memory made = delivery();
        uint256[2] memory ys = [uint256(1), ReferenceStatement.R - 1];
        for (uint256 i; i < ys.length; ++i) {
            made.ephemeralKey = [0, ys[i]];
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EphemeralKeyInvalid.selector, 0, ys[i])
            );
            hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, made, proof);
        }
    }

    function test_RevertWhen_WordIsNotBelowTheFieldOrder() external {
        ILabelSettlement.Delivery memory made = delivery();
        made.ciphertext[3] = ReferenceStatement.R;
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 10, ReferenceStatement.R)
        );
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, made, proof);
    }

    function test_RevertWhen_ProofIsOfOtherSignals() external {
        bytes memory rejection =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, slot);
        vm.expectRevert(rejection);
        hiddenGold.submit(taskId, slot, commitmentFor(slot) + 1, DIGEST, delivery(), proof);
        assertEq(hiddenGold.commitmentOf(taskId, slot), 0);
        assertEq(hiddenGold.submittedCount(taskId), 0);
        vm.expectRevert(rejection);
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST + 1, delivery(), proof);
    }

    function test_RevertGiven_Submitted() external {
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_AlreadyCommitted.selector, taskId, slot, commitmentFor(slot)
            )
        );
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
    }

    function test_RevertGiven_SlotEnded() external {
        vm.stopPrank();
        freeze(legalityKey);
        tasks.settle(taskId, slot);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        vm.prank(alice);
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
    }

    function test_RevertGiven_AnyKeyFrozen() external {
        vm.stopPrank();
        uint256 snapshot = vm.snapshotState();
        bytes32[3] memory pinned = [legalityKey, scoreKey, auditKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            vm.prank(alice);
            hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
            vm.revertToState(snapshot);
        }
    }

    function test_DeadlineIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = SUBMIT_BY - 1; at <= SUBMIT_BY; ++at) {
            vm.warp(at);
            hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
            vm.revertToState(snapshot);
        }
        vm.warp(SUBMIT_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SUBMIT_BY, SUBMIT_BY + 1
            )
        );
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, delivery(), proof);
    }

    function test_SubmitsAndDelivers() external {
        uint256[] memory signals = legalitySignals(address(hiddenGold), taskId, slot, DIGEST);
        ILabelSettlement.Delivery memory made = delivery();
        vm.expectEmit(address(hiddenGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(hiddenGold), legalityKey, signals), legalityKey, taskId, slot, signals, proof
        );
        vm.expectEmit(address(hiddenGold));
        emit ILabelSettlement.LabelsDelivered(taskId, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
        hiddenGold.submit(taskId, slot, commitmentFor(slot), DIGEST, made, proof);
        assertEq(hiddenGold.commitmentOf(taskId, slot), commitmentFor(slot));
        assertEq(hiddenGold.submittedCount(taskId), 1);
        assertEq(alice.balance, 0);
    }
}
