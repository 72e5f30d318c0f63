// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

contract ConsensusSettlementDeliverTest is ConsensusTest {
    bytes32 internal taskId;

    /// @dev Slots 0 to 2 have committed, slot 3 has not.
    function setUp() public override {
        super.setUp();
        taskId = create(smallTerms(4), 4);
        joinAll(taskId, 0, 4);
        commitAll(taskId, 0, 3);
        vm.warp(COMMIT_BY + 1);
    }

    function submit(uint32 slot, bytes memory reason) internal {
        ILabelSettlement.Delivery memory made = deliveryOf(taskId);
        bytes memory proof = deliveryProof(taskId, slot);
        vm.expectRevert(reason);
        consensus.deliver(taskId, slot, 77, made, proof);
    }

    function entry(uint32 slot) internal view returns (ILabelSettlement.SlotProof memory) {
        return ILabelSettlement.SlotProof(slot, 77, deliveryOf(taskId), deliveryProof(taskId, slot));
    }

    function only(ILabelSettlement.SlotProof memory a)
        internal
        pure
        returns (ILabelSettlement.SlotProof[] memory list)
    {
        list = new ILabelSettlement.SlotProof[](1);
        list[0] = a;
    }

    function expectDelivered(uint32 slot) internal {
        ILabelSettlement.Delivery memory made = deliveryOf(taskId);
        uint256[] memory signals = consensusLegality(taskId, slot, made);
        vm.expectEmit(address(consensus));
        emit ISettlement.ReceiptIssued(
            receiptId(address(consensus), legalityKey, signals),
            legalityKey,
            taskId,
            slot,
            signals,
            proofs.proofOf(legalityKey, signals)
        );
        vm.expectEmit(address(consensus));
        emit ILabelSettlement.LabelsDelivered(taskId, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
    }

    function expectPassedOver(uint32 slot, ISettlement.Refusal reason) internal {
        vm.expectEmit(address(consensus));
        emit ISettlement.SubmissionRefused(taskId, slot, reason);
    }

    function test_RevertWhen_SomebodyCanStillCommit() external {
        vm.warp(COMMIT_BY);
        bytes memory reason = abi.encodeWithSelector(
            IConsensusSettlement.ConsensusSettlement_CommitsStillOpen.selector, taskId, COMMIT_BY, COMMIT_BY
        );
        submit(0, reason);
        ILabelSettlement.SlotProof[] memory list = only(entry(0));
        vm.expectRevert(reason);
        consensus.deliverBatch(taskId, list);
        commitLabels(taskId, 3);
        deliverLabels(taskId, 0);
    }

    function test_RevertWhen_DeliverByHasPassed() external {
        vm.warp(DELIVER_BY);
        deliverLabels(taskId, 0);
        vm.warp(DELIVER_BY + 1);
        bytes memory reason = abi.encodeWithSelector(
            ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, DELIVER_BY, DELIVER_BY + 1
        );
        submit(1, reason);
        ILabelSettlement.SlotProof[] memory list = only(entry(1));
        vm.expectRevert(reason);
        consensus.deliverBatch(taskId, list);
    }

    function test_RevertGiven_AKeyIsFrozen() external {
        freeze(consensusKey);
        submit(0, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, consensusKey));
    }

    function test_RevertGiven_ItHasNotCommitted() external {
        submit(3, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_NotCommitted.selector, taskId, 3));
    }

    function test_RevertGiven_ItHasDelivered() external {
        deliverLabels(taskId, 0);
        submit(0, abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_AlreadyDelivered.selector, taskId, 0));
    }

    function test_RevertWhen_TheProofIsOfAnotherSlot() external {
        ILabelSettlement.Delivery memory made = deliveryOf(taskId);
        bytes memory proof = deliveryProof(taskId, 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, 0));
        consensus.deliver(taskId, 0, 77, made, proof);
    }

    function test_RevertWhen_TheDeliveryIsMalformed() external {
        ILabelSettlement.Delivery memory made = deliveryOf(taskId);
        made.ciphertext = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, 5, 4));
        consensus.deliver(taskId, 0, 77, made, "");
        made = deliveryOf(taskId);
        made.ephemeralKey = [uint256(0), 1];
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EphemeralKeyInvalid.selector, 0, 1));
        consensus.deliver(taskId, 0, 77, made, "");
    }

    function test_DeliversAndPaysNothingYet() external {
        expectDelivered(1);
        vm.prank(stranger);
        deliverLabels(taskId, 1);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        assertEq(progress.delivered, 1);
        assertEq(progress.weight, 1);
        assertEq(progress.possible, SMALL_ITEMS);
        assertTrue(consensus.workOf(taskId, 1).delivered);
        expectOutcome(taskId, 1, ISettlement.Outcome.Pending);
    }

    function test_BatchPassesOverWhatItCannotTake() external {
        deliverLabels(taskId, 0);
        ILabelSettlement.SlotProof[] memory list = new ILabelSettlement.SlotProof[](6);
        (list[0], list[1], list[2]) = (entry(0), entry(3), entry(1));
        // A bad proof for slot 2 must not keep the good one behind it out, nor must the same good one twice count twice.
        (list[3], list[4], list[5]) = (entry(2), entry(2), entry(2));
        list[3].proof = "bad";
        expectPassedOver(0, ISettlement.Refusal.AlreadyDelivered);
        expectPassedOver(3, ISettlement.Refusal.NotCommitted);
        expectDelivered(1);
        expectPassedOver(2, ISettlement.Refusal.ProofRejected);
        expectDelivered(2);
        expectPassedOver(2, ISettlement.Refusal.AlreadyDelivered);
        consensus.deliverBatch(taskId, list);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        assertEq(progress.delivered, 3);
        assertEq(progress.possible, 3 * SMALL_ITEMS);
    }

    function test_BatchPassesOverEndedSlots() external {
        // It left while it still could.
        uint256 later = block.timestamp;
        vm.warp(START);
        vm.prank(workerAt(3));
        tasks.leave(taskId, 3);
        vm.warp(later);
        ILabelSettlement.SlotProof[] memory list = only(entry(3));
        expectPassedOver(3, ISettlement.Refusal.NotCommitted);
        consensus.deliverBatch(taskId, list);
    }

    function test_RevertWhen_TheBatchIsTooLarge() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64));
        consensus.deliverBatch(taskId, new ILabelSettlement.SlotProof[](65));
    }
}
