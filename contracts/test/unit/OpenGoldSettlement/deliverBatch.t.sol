// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {MockProofSystem} from "../../mocks/MockProofSystem.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract OpenGoldSettlementDeliverBatchTest is ProtocolTest {
    uint32 internal constant COUNT = 4;

    bytes32 internal taskId;

    /// @dev Slots 0 to 2 have committed, slot 3 has not; the gold stays closed.
    function setUp() public override {
        super.setUp();
        taskId = createClosed("closed");
        vm.warp(OPEN_BY + 1);
    }

    function createClosed(bytes32 salt) internal returns (bytes32 id) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = request();
        (made.salt, made.slots) = (salt, COUNT);
        id = createTask(made);
        for (uint32 slot; slot < COUNT; ++slot) {
            join(id, workerAt(slot));
            if (slot < 3) commit(id, slot, workerAt(slot));
        }
    }

    function batchOfAll() internal view returns (IOpenGoldSettlement.TaskDeliveries[] memory) {
        return only(deliveriesOfTask(taskId, range(0, COUNT)));
    }

    function expectPaid(uint32 slot) internal {
        uint256[] memory signals = legalitySignals(address(openGold), taskId, slot, 77);
        ILabelSettlement.Delivery memory made = delivery();
        vm.expectEmit(address(openGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(openGold), legalityKey, signals),
            legalityKey,
            taskId,
            slot,
            signals,
            proofs.proofOf(legalityKey, signals)
        );
        vm.expectEmit(address(openGold));
        emit ILabelSettlement.LabelsDelivered(taskId, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, workerAt(slot), 0, ITaskRegistry.Ending.Proven);
    }

    function test_RevertWhen_ThereAreTooManySubmissions() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = new IOpenGoldSettlement.TaskDeliveries[](1);
        batch[0].taskId = taskId;
        batch[0].proofs = new ILabelSettlement.SlotProof[](65);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64));
        openGold.deliverBatch(batch, true);
    }

    function test_RevertWhen_TasksPinDifferentKeys() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = new IOpenGoldSettlement.TaskDeliveries[](2);
        batch[0] = deliveriesOfTask(taskId, range(0, 1));
        (bytes32 firstKey, bytes32 otherKey) = (legalityKey, scoreKey);
        legalityKey = otherKey;
        batch[1] = deliveriesOfTask(createClosed("other"), range(0, 1));
        vm.warp(OPEN_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_KeysDiffer.selector, firstKey, otherKey));
        openGold.deliverBatch(batch, true);
    }

    function test_RevertGiven_GoldOpen() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = batchOfAll();
        vm.warp(OPEN_BY);
        openTheGold(taskId);
        vm.warp(OPEN_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldAlreadyOpen.selector, taskId));
        openGold.deliverBatch(batch, true);
    }

    function test_RevertGiven_EitherKeyFrozen() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = batchOfAll();
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            openGold.deliverBatch(batch, true);
            vm.revertToState(snapshot);
        }
    }

    function test_RevertWhen_ADeliveryIsMalformed() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = batchOfAll();
        batch[0].proofs[1].delivery.ciphertext = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, 5, 4));
        openGold.deliverBatch(batch, true);
    }

    function test_WindowIsAfterOpenByUpToProveBy() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = batchOfAll();
        vm.warp(OPEN_BY);
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_TooEarly.selector, taskId, OPEN_BY, OPEN_BY)
        );
        openGold.deliverBatch(batch, true);
        vm.warp(PROVE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, PROVE_BY, PROVE_BY + 1
            )
        );
        openGold.deliverBatch(batch, true);
        vm.warp(PROVE_BY);
        openGold.deliverBatch(batch, true);
        assertEq(tasks.task(taskId).ended, 3);
    }

    function test_DeliversAndPays() external {
        IOpenGoldSettlement.TaskDeliveries[] memory batch = batchOfAll();
        batch[0].proofs[1].proof = proofs.proofOf(agreementKey, agreementSignals(taskId, 1, 77));
        vm.expectEmit(address(openGold));
        emit ISettlement.SubmissionRefused(taskId, 3, ISettlement.Refusal.NotCommitted);
        expectPaid(0);
        vm.expectEmit(address(openGold));
        emit ISettlement.SubmissionRefused(taskId, 1, ISettlement.Refusal.ProofRejected);
        expectPaid(2);
        vm.prank(stranger);
        openGold.deliverBatch(batch, true);
        assertEq(workerAt(0).balance, REWARD);
        assertEq(workerAt(2).balance, REWARD);
        assertState(taskId, 1, ITaskRegistry.SlotState.Joined);

        vm.expectEmit(address(openGold));
        emit ISettlement.SubmissionRefused(taskId, 0, ISettlement.Refusal.SlotEnded);
        openGold.deliverBatch(batchOfAll(), true);
        assertState(taskId, 1, ITaskRegistry.SlotState.Paid);
    }

    /// @dev A proof is worth nothing in the batch of the other kind.
    function test_AgreementAndLegalityAreNotExchanged() external {
        bytes32 opened = createFull("open", 1, false);
        IOpenGoldSettlement.TaskProofs[] memory agreement = only(proofsOfTask(opened, range(0, 1)));
        agreement[0].proofs[0].proof = legalityEntry(opened, 0).proof;
        openGold.proveBatch(agreement, true);
        assertState(opened, 0, ITaskRegistry.SlotState.Joined);
    }
}

/// @notice The same with a proof system that checks many proofs in one go.
contract OpenGoldSettlementDeliverBatchInOneGoTest is OpenGoldSettlementDeliverBatchTest {
    function newProofSystem() internal override returns (MockProofSystem) {
        return new MockBatchProofSystem();
    }
}
