// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract OpenGoldSettlementProveTest is ProtocolTest {
    uint256 internal constant DIGEST = 77;

    bytes32 internal taskId;
    uint32 internal slot;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
        slot = joinAndCommit(taskId, alice);
        vm.warp(COMMIT_BY + 1);
    }

    function validProof() internal view returns (bytes memory) {
        return proofs.proofOf(agreementKey, agreementSignals(taskId, slot, DIGEST));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        openGold.prove("none", slot, DIGEST, goldSet(), delivery(), "", true);
    }

    function test_RevertGiven_GoldNotOpen() external {
        bytes memory proof = validProof();
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldNotOpen.selector, taskId));
        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
    }

    function test_RevertGiven_SlotNotCommitted() external {
        vm.warp(START);
        uint32 silent = join(taskId, bob);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_NotCommitted.selector, taskId, silent));
        openGold.prove(taskId, silent, DIGEST, goldSet(), delivery(), "", true);
    }

    function test_RevertWhen_GoldIsAnother() external {
        openTheGold(taskId);
        IOpenGoldSettlement.Gold memory other = goldSet();
        other.values[0] ^= 1;
        bytes memory proof = validProof();
        vm.expectRevert(
            abi.encodeWithSelector(
                IOpenGoldSettlement.OpenGoldSettlement_GoldDoesNotOpen.selector,
                taskId,
                goldCommitment(goldSet()),
                goldCommitment(other)
            )
        );
        openGold.prove(taskId, slot, DIGEST, other, delivery(), proof, true);
    }

    function test_RevertWhen_CiphertextLengthIsWrong() external {
        openTheGold(taskId);
        for (uint256 length = 3; length <= 5; length += 2) {
            ILabelSettlement.Delivery memory made = delivery();
            made.ciphertext = new uint256[](length);
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, length, 4)
            );
            openGold.prove(taskId, slot, DIGEST, goldSet(), made, "", true);
        }
    }

    /// @dev Elements of the statement: context, commitment, rules, key (2), ephemeral key (2), mask, values, ciphertext (4).
    function test_RevertWhen_WordIsNotBelowTheFieldOrder() external {
        openTheGold(taskId);
        for (uint256 i; i < 4; ++i) {
            ILabelSettlement.Delivery memory made = delivery();
            made.ciphertext[i] = ReferenceStatement.R;
            vm.expectRevert(
                abi.encodeWithSelector(
                    ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 9 + i, ReferenceStatement.R
                )
            );
            openGold.prove(taskId, slot, DIGEST, goldSet(), made, "", true);
        }
        for (uint256 i; i < 2; ++i) {
            ILabelSettlement.Delivery memory made = delivery();
            made.ephemeralKey[i] = type(uint256).max;
            vm.expectRevert(
                abi.encodeWithSelector(
                    ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 5 + i, type(uint256).max
                )
            );
            openGold.prove(taskId, slot, DIGEST, goldSet(), made, "", true);
        }
    }

    function test_RevertWhen_EphemeralKeyIsTheIdentity() external {
        openTheGold(taskId);
        ILabelSettlement.Delivery memory made = delivery();
        uint256[2] memory ys = [uint256(1), ReferenceStatement.R - 1];
        for (uint256 i; i < ys.length; ++i) {
            made.ephemeralKey = [0, ys[i]];
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EphemeralKeyInvalid.selector, 0, ys[i])
            );
            openGold.prove(taskId, slot, DIGEST, goldSet(), made, "", true);
        }
    }

    function test_RevertWhen_ProofIsOfOtherSignals() external {
        openTheGold(taskId);
        bytes memory proof = validProof();
        bytes memory rejection =
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, taskId, slot);

        vm.expectRevert(rejection);
        openGold.prove(taskId, slot, DIGEST + 1, goldSet(), delivery(), proof, true);

        ILabelSettlement.Delivery memory made = delivery();
        made.ciphertext[2] -= 1;
        vm.expectRevert(rejection);
        openGold.prove(taskId, slot, DIGEST, goldSet(), made, proof, true);

        made = delivery();
        made.ephemeralKey[0] -= 1;
        vm.expectRevert(rejection);
        openGold.prove(taskId, slot, DIGEST, goldSet(), made, proof, true);
    }

    /// @dev Chain, module, task, slot, payout and key: a proof made for any other cell of the matrix is refused.
    function test_RevertWhen_ProofIsBoundElsewhere() external {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory other = request();
        other.salt = "other task";
        bytes32 otherTask = createTask(other);
        joinAndCommit(otherTask, alice);
        uint32 otherSlot = joinAndCommit(taskId, bob);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        openTheGold(otherTask);
        bytes memory proof = validProof();

        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, otherTask, slot)
        );
        openGold.prove(otherTask, slot, DIGEST, goldSet(), delivery(), proof, true);

        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, taskId, otherSlot)
        );
        openGold.prove(taskId, otherSlot, DIGEST, goldSet(), delivery(), proof, true);

        bytes memory underOtherKey = proofs.proofOf(legalityKey, agreementSignals(taskId, slot, DIGEST));
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, taskId, slot)
        );
        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), underOtherKey, true);

        vm.chainId(1);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, taskId, slot)
        );
        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
        vm.chainId(31_337);

        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
    }

    function test_RevertGiven_SlotPaid() external {
        openTheGold(taskId);
        prove(taskId, slot, true);
        bytes memory proof = validProof();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
    }

    function test_RevertGiven_EitherKeyFrozen() external {
        openTheGold(taskId);
        bytes memory proof = validProof();
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
            vm.revertToState(snapshot);
        }
    }

    function test_DeadlineIsInclusive() external {
        openTheGold(taskId);
        bytes memory proof = validProof();
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = PROVE_BY - 1; at <= PROVE_BY; ++at) {
            vm.warp(at);
            openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
            vm.revertToState(snapshot);
        }
        vm.warp(PROVE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, PROVE_BY, PROVE_BY + 1
            )
        );
        openGold.prove(taskId, slot, DIGEST, goldSet(), delivery(), proof, true);
    }

    function test_ProvesDeliversAndPays() external {
        openTheGold(taskId);
        uint256[] memory signals = agreementSignals(taskId, slot, DIGEST);
        bytes memory proof = proofs.proofOf(agreementKey, signals);
        ILabelSettlement.Delivery memory made = delivery();

        vm.expectEmit(address(openGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(openGold), agreementKey, signals), agreementKey, taskId, slot, signals, proof
        );
        vm.expectEmit(address(openGold));
        emit ILabelSettlement.LabelsDelivered(taskId, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, alice, THRESHOLD_BPS, ITaskRegistry.Ending.Proven);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Withdrawn(alice, NATIVE, REWARD);
        // Anyone may relay: the money goes where the slot says.
        vm.prank(stranger);
        openGold.prove(taskId, slot, DIGEST, goldSet(), made, proof, true);

        assertEq(alice.balance, REWARD);
        assertEq(stranger.balance, 0);
        assertEq(tasks.creditOf(treasury, NATIVE), FEE);
        assertEq(uint8(tasks.slotOf(taskId, slot).state), uint8(ITaskRegistry.SlotState.Paid));
        assertEq(openGold.proofContext(taskId, slot, agreementKey), signals[2]);
    }

    function test_ProvesWithoutTransfer() external {
        openTheGold(taskId);
        prove(taskId, slot, false);
        assertEq(alice.balance, 0);
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
    }

    /// @dev The statement's binding holds for any digest, ciphertext and ephemeral key.
    function testFuzz_SignalsMatchTheReference(
        uint256 digest,
        uint256[4] calldata words,
        uint256[2] calldata ephemeral
    )
        external
    {
        openTheGold(taskId);
        ILabelSettlement.Delivery memory made = delivery();
        for (uint256 i; i < 4; ++i) {
            made.ciphertext[i] = words[i] % ReferenceStatement.R;
        }
        made.ephemeralKey = [bound(ephemeral[0], 1, ReferenceStatement.R - 1), ephemeral[1] % ReferenceStatement.R];
        IOpenGoldSettlement.Gold memory gold = goldSet();
        uint256[] memory signals = signalsUnder(
            address(openGold),
            agreementKey,
            taskId,
            slot,
            digest,
            deliveryVector(address(openGold), taskId, slot, ReferenceStatement.concat(gold.mask, gold.values), made)
        );
        openGold.prove(taskId, slot, digest, gold, made, proofs.proofOf(agreementKey, signals), true);
        assertEq(alice.balance, REWARD);
    }
}
