// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract OpenGoldSettlementDeliverTest is ProtocolTest {
    uint256 internal constant DIGEST = 77;

    bytes32 internal taskId;
    uint32 internal slot;
    bytes internal proof;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
        slot = joinAndCommit(taskId, alice);
        proof = proofs.proofOf(legalityKey, legalitySignals(address(openGold), taskId, slot, DIGEST));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        openGold.deliver("none", slot, DIGEST, delivery(), proof, true);
    }

    function test_RevertGiven_GoldOpen() external {
        vm.warp(OPEN_BY);
        openTheGold(taskId);
        vm.warp(OPEN_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldAlreadyOpen.selector, taskId));
        openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
    }

    function test_RevertGiven_NotCommitted() external {
        uint32 silent = join(taskId, bob);
        vm.warp(OPEN_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_NotCommitted.selector, taskId, silent));
        openGold.deliver(taskId, silent, DIGEST, delivery(), proof, true);
    }

    function test_RevertWhen_CiphertextLengthIsWrong() external {
        vm.warp(OPEN_BY + 1);
        ILabelSettlement.Delivery memory made = delivery();
        made.ciphertext = new uint256[](0);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, 0, 4));
        openGold.deliver(taskId, slot, DIGEST, made, proof, true);
    }

    function test_RevertWhen_EphemeralKeyIsTheIdentity() external {
        vm.warp(OPEN_BY + 1);
        ILabelSettlement.Delivery memory made = delivery();
        uint256[2] memory ys = [uint256(1), ReferenceStatement.R - 1];
        for (uint256 i; i < ys.length; ++i) {
            made.ephemeralKey = [0, ys[i]];
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EphemeralKeyInvalid.selector, 0, ys[i])
            );
            openGold.deliver(taskId, slot, DIGEST, made, proof, true);
        }
    }

    function test_RevertWhen_ProofIsOfAgreementOrAnotherModule() external {
        vm.warp(OPEN_BY + 1);
        bytes memory rejection =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, slot);
        bytes memory agreement = proofs.proofOf(agreementKey, agreementSignals(taskId, slot, DIGEST));
        bytes memory elsewhere = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, slot, DIGEST));
        vm.expectRevert(rejection);
        openGold.deliver(taskId, slot, DIGEST, delivery(), agreement, true);
        vm.expectRevert(rejection);
        openGold.deliver(taskId, slot, DIGEST, delivery(), elsewhere, true);
    }

    function test_RevertGiven_EitherKeyFrozen() external {
        vm.warp(OPEN_BY + 1);
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
            vm.revertToState(snapshot);
        }
    }

    function test_RevertGiven_SlotPaid() external {
        vm.warp(OPEN_BY + 1);
        openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
    }

    function test_WindowIsAfterOpenByUpToProveBy() external {
        for (uint256 at = OPEN_BY - 1; at <= OPEN_BY; ++at) {
            vm.warp(at);
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_TooEarly.selector, taskId, OPEN_BY, at)
            );
            openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
        }
        uint256 snapshot = vm.snapshotState();
        uint256[3] memory allowed = [uint256(OPEN_BY) + 1, PROVE_BY - 1, PROVE_BY];
        for (uint256 i; i < allowed.length; ++i) {
            vm.warp(allowed[i]);
            openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
            vm.revertToState(snapshot);
        }
        vm.warp(PROVE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, PROVE_BY, PROVE_BY + 1
            )
        );
        openGold.deliver(taskId, slot, DIGEST, delivery(), proof, true);
    }

    function test_DeliversAndPays() external {
        vm.warp(OPEN_BY + 1);
        uint256[] memory signals = legalitySignals(address(openGold), taskId, slot, DIGEST);
        ILabelSettlement.Delivery memory made = delivery();
        vm.expectEmit(address(openGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(openGold), legalityKey, signals), legalityKey, taskId, slot, signals, proof
        );
        vm.expectEmit(address(openGold));
        emit ILabelSettlement.LabelsDelivered(taskId, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, alice, 0, ITaskRegistry.Ending.Proven);
        vm.prank(stranger);
        openGold.deliver(taskId, slot, DIGEST, made, proof, true);
        assertEq(alice.balance, REWARD);
    }
}
