// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBatchProofSystem} from "../../../src/interfaces/IBatchProofSystem.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {BombAccount, BurningAccount, ReentrantAccount, RefusingAccount} from "../../mocks/Accounts.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {MockProofSystem} from "../../mocks/MockProofSystem.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract OpenGoldSettlementProveBatchTest is ProtocolTest {
    uint32 internal constant COUNT = 5;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createFull("full", COUNT, false);
    }

    function batchOfAll() internal view returns (IOpenGoldSettlement.TaskProofs[] memory) {
        return only(proofsOfTask(taskId, range(0, COUNT)));
    }

    function expectRefused(uint32 slot, ISettlement.Refusal reason) internal {
        vm.expectEmit(address(openGold));
        emit ISettlement.SubmissionRefused(taskId, slot, reason);
    }

    /// @dev What a single `prove` of the slot emits, in its order.
    function expectPaid(bytes32 id, uint32 slot) internal {
        uint256[] memory signals = agreementSignals(id, slot, 77);
        ILabelSettlement.Delivery memory made = delivery();
        vm.expectEmit(address(openGold));
        emit ISettlement.ReceiptIssued(
            receiptId(address(openGold), agreementKey, signals),
            agreementKey,
            id,
            slot,
            signals,
            proofs.proofOf(agreementKey, signals)
        );
        vm.expectEmit(address(openGold));
        emit ILabelSettlement.LabelsDelivered(id, slot, commitmentFor(slot), made.ephemeralKey, made.ciphertext);
        vm.expectEmit(address(tasks));
        emitPaid(id, slot, workerAt(slot), THRESHOLD_BPS, ITaskRegistry.Ending.Proven);
    }

    // What reverts

    function test_RevertWhen_ThereAreTooManySubmissions() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
        (batch[0].taskId, batch[1].taskId) = (taskId, taskId);
        batch[0].proofs = new ILabelSettlement.SlotProof[](64);
        batch[1].proofs = new ILabelSettlement.SlotProof[](1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_BatchTooLarge.selector, 65, 64));
        openGold.proveBatch(batch, true);
    }

    function test_RevertWhen_TasksPinDifferentKeys() external {
        bytes32 firstKey = agreementKey;
        vm.warp(START);
        bytes32 otherKey = keys.propose(KeyProposals.challenged(address(proofs), "other", 0, true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(otherKey);
        agreementKey = otherKey;
        bytes32 otherTask = createFull("other", 1, false);

        IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
        batch[1] = proofsOfTask(otherTask, range(0, 1));
        agreementKey = firstKey;
        batch[0] = proofsOfTask(taskId, range(0, 1));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_KeysDiffer.selector, firstKey, otherKey));
        openGold.proveBatch(batch, true);
        (batch[0], batch[1]) = (batch[1], batch[0]);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_KeysDiffer.selector, otherKey, firstKey));
        openGold.proveBatch(batch, true);
    }

    /// @dev A good task first: what is wrong with the second still stops the whole.
    function test_RevertWhen_OneTaskCannotBeProven() external {
        vm.warp(START);
        bytes32 closed = createOpen();
        IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
        batch[0] = proofsOfTask(taskId, range(0, 1));
        batch[1].gold = goldSet();

        batch[1].taskId = "none";
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        openGold.proveBatch(batch, true);
        batch[1].taskId = closed;
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldNotOpen.selector, closed));
        openGold.proveBatch(batch, true);
        batch[1].taskId = taskId;
        batch[1].gold.values[0] ^= 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IOpenGoldSettlement.OpenGoldSettlement_GoldDoesNotOpen.selector,
                taskId,
                goldCommitment(goldSet()),
                goldCommitment(batch[1].gold)
            )
        );
        openGold.proveBatch(batch, true);
        assertState(taskId, 0, ITaskRegistry.SlotState.Joined);
    }

    function test_DeadlineIsInclusive() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        vm.warp(PROVE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, PROVE_BY, PROVE_BY + 1
            )
        );
        openGold.proveBatch(batch, true);
        vm.warp(PROVE_BY);
        openGold.proveBatch(batch, true);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_RevertGiven_EitherKeyFrozen() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            openGold.proveBatch(batch, true);
            vm.revertToState(snapshot);
        }
    }

    function test_RevertWhen_ADeliveryIsMalformed() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        batch[0].proofs[3].delivery.ciphertext = new uint256[](3);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CiphertextLength.selector, 3, 4));
        openGold.proveBatch(batch, true);
        batch[0].proofs[3].delivery = delivery();
        batch[0].proofs[3].delivery.ephemeralKey[0] = 0;
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EphemeralKeyInvalid.selector, 0, R_Y));
        openGold.proveBatch(batch, true);
        batch[0].proofs[3].delivery = delivery();
        batch[0].proofs[3].delivery.ciphertext[1] = ReferenceStatement.R;
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 10, ReferenceStatement.R)
        );
        openGold.proveBatch(batch, true);
    }

    // What is passed over

    function test_PassesOverBadProofs() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        batch[0].proofs[0].proof = "bad";
        // Right proofs of other statements.
        batch[0].proofs[2].digest ^= 1;
        batch[0].proofs[4].delivery.ciphertext[0] -= 1;
        expectPaid(taskId, 1);
        expectPaid(taskId, 3);
        openGold.proveBatch(batch, true);
        for (uint32 slot; slot < COUNT; ++slot) {
            bool good = slot % 2 == 1;
            assertState(taskId, slot, good ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Joined);
            assertEq(workerAt(slot).balance, good ? REWARD : 0);
        }
        assertEq(tasks.task(taskId).escrow, 3 * (REWARD + FEE));
        // Those refused may still prove.
        openGold.proveBatch(batchOfAll(), true);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_NamesEachRefusal() external {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = request();
        (made.salt, made.slots) = ("mixed", 5);
        taskId = createTask(made);
        for (uint32 slot; slot < 4; ++slot) {
            join(taskId, workerAt(slot));
            if (slot != 2) commit(taskId, slot, workerAt(slot));
        }
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(0, 5)));
        batch[0].proofs[1].proof = "bad";
        prove(taskId, 0, false);
        tasks.returnUnfilled(taskId);

        expectRefused(0, ISettlement.Refusal.SlotEnded);
        expectRefused(2, ISettlement.Refusal.NotCommitted);
        // Nobody took it.
        expectRefused(4, ISettlement.Refusal.NotCommitted);
        expectRefused(1, ISettlement.Refusal.ProofRejected);
        expectPaid(taskId, 3);
        openGold.proveBatch(batch, true);
        assertState(taskId, 1, ITaskRegistry.SlotState.Joined);
        assertEq(tasks.creditOf(workerAt(0), NATIVE), REWARD);
    }

    function test_PassesOverASlotReturnedMeanwhile() external {
        bytes32 halted = createFull("returned", 1, false);
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(halted, range(0, 1)));
        vm.warp(PROVE_BY + 1);
        tasks.settle(halted, 0);
        vm.warp(PROVE_BY);
        taskId = halted;
        expectRefused(0, ISettlement.Refusal.SlotEnded);
        openGold.proveBatch(batch, true);
        assertState(halted, 0, ITaskRegistry.SlotState.Returned);
    }

    /// @dev The first good one counts, in one group of the task or in two.
    function test_PaysASlotOnce() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
        uint32[] memory slots = new uint32[](4);
        (slots[0], slots[1], slots[2], slots[3]) = (0, 0, 1, 1);
        batch[0] = proofsOfTask(taskId, slots);
        batch[0].proofs[2].proof = "bad";
        batch[1] = proofsOfTask(taskId, range(1, 2));

        expectPaid(taskId, 0);
        expectRefused(0, ISettlement.Refusal.SlotEnded);
        expectRefused(1, ISettlement.Refusal.ProofRejected);
        expectPaid(taskId, 1);
        expectRefused(1, ISettlement.Refusal.SlotEnded);
        openGold.proveBatch(batch, true);
        assertEq(workerAt(0).balance, REWARD);
        assertEq(workerAt(1).balance, REWARD);
        assertEq(tasks.task(taskId).ended, 2);
    }

    function test_NothingOfNothing() external {
        vm.recordLogs();
        openGold.proveBatch(new IOpenGoldSettlement.TaskProofs[](0), true);
        openGold.proveBatch(only(proofsOfTask(taskId, new uint32[](0))), true);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_NothingIsVerifiedWhenAllArePassedOver() external {
        openGold.proveBatch(batchOfAll(), false);
        vm.mockCallRevert(address(proofs), abi.encodeWithSelector(MockProofSystem.verify.selector), "no");
        vm.mockCallRevert(address(proofs), abi.encodeWithSelector(IBatchProofSystem.verifyBatch.selector), "no");
        openGold.proveBatch(batchOfAll(), false);
        assertEq(tasks.creditOf(workerAt(0), NATIVE), REWARD);
    }

    // What is paid

    function test_ProvesDeliversAndPaysTasksOfOneKey() external {
        bytes32 other = createFull("other", 2, false);
        IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
        batch[0] = proofsOfTask(taskId, range(0, COUNT));
        batch[1] = proofsOfTask(other, range(0, 2));
        for (uint32 slot; slot < COUNT; ++slot) {
            expectPaid(taskId, slot);
        }
        expectPaid(other, 0);
        expectPaid(other, 1);
        // Anyone may relay: the money goes where the slots say.
        vm.prank(stranger);
        openGold.proveBatch(batch, true);
        assertEq(stranger.balance, 0);
        assertEq(workerAt(1).balance, 2 * REWARD);
        assertEq(workerAt(4).balance, REWARD);
        assertEq(tasks.creditOf(treasury, NATIVE), 7 * FEE);
        assertEq(address(tasks).balance, 7 * FEE);
    }

    function test_ProvesWithoutTransfers() external {
        openGold.proveBatch(batchOfAll(), false);
        for (uint32 slot; slot < COUNT; ++slot) {
            assertEq(workerAt(slot).balance, 0);
            assertEq(tasks.creditOf(workerAt(slot), NATIVE), REWARD);
        }
    }

    function test_SixtyFourAtOnce() external {
        bytes32 large = createFull("large", 64, false);
        openGold.proveBatch(only(proofsOfTask(large, range(0, 64))), true);
        assertEq(tasks.task(large).escrow, 0);
        assertEq(workerAt(63).balance, REWARD);
    }

    /// @dev Whatever is bad, doubled or paid before: a slot is paid when the batch holds a good proof of it, and no other.
    function testFuzz_PaysExactlyTheGood(uint256 bad, uint256 picks, uint256 paidBefore) external {
        uint256 due;
        for (uint32 slot; slot < COUNT; ++slot) {
            if (paidBefore >> slot & 1 == 0) continue;
            prove(taskId, slot, false);
            due |= 1 << slot;
        }
        uint32[] memory slots = new uint32[](8);
        for (uint256 i; i < slots.length; ++i) {
            slots[i] = uint32((picks >> 8 * i & 0xff) % COUNT);
        }
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, slots));
        for (uint256 i; i < slots.length; ++i) {
            if (bad >> i & 1 == 1) batch[0].proofs[i].proof = "bad";
            else due |= 1 << slots[i];
        }
        openGold.proveBatch(batch, false);
        for (uint32 slot; slot < COUNT; ++slot) {
            bool paid = due >> slot & 1 == 1;
            assertEq(tasks.creditOf(workerAt(slot), NATIVE), paid ? REWARD : 0);
            assertState(taskId, slot, paid ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Joined);
        }
    }

    // Recipients

    /// @dev Recipients that refuse, burn their gas or answer with a bomb keep their credit and hurt nobody else.
    function test_TroublesomeRecipientsHurtNobodyElse() external {
        address[3] memory hostile =
            [address(new RefusingAccount()), address(new BurningAccount()), address(new BombAccount())];
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = request();
        (made.salt, made.slots) = ("hostile", 4);
        bytes32 id = createTask(made);
        for (uint32 slot; slot < 4; ++slot) {
            joinFor(id, workerAt(slot), slot < 3 ? hostile[slot] : workerAt(slot));
            commit(id, slot, workerAt(slot));
        }
        vm.warp(COMMIT_BY + 1);
        openTheGold(id);
        openGold.proveBatch(only(proofsOfTask(id, range(0, 4))), true);
        for (uint256 i; i < hostile.length; ++i) {
            assertEq(tasks.creditOf(hostile[i], NATIVE), REWARD);
        }
        assertEq(workerAt(3).balance, REWARD);
        assertEq(tasks.task(id).escrow, 0);
    }

    function openWithReentrantWorker() internal returns (ReentrantAccount account, bytes32 id) {
        account = new ReentrantAccount();
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = request();
        (made.salt, made.slots) = ("reentrant", 2);
        id = createTask(made);
        joinFor(id, workerAt(0), address(account));
        join(id, workerAt(1));
        commit(id, 0, workerAt(0));
        commit(id, 1, workerAt(1));
        vm.warp(COMMIT_BY + 1);
        openTheGold(id);
    }

    /// @dev The one paid first tries to prove, to settle and to withdraw while the batch goes on: the registry is locked, and
    /// each slot is paid once.
    function test_RecipientCannotReenter() external {
        (, bytes32 id) = openWithReentrantWorker();
        IOpenGoldSettlement.TaskProofs[] memory rest = only(proofsOfTask(id, range(1, 2)));
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = id;
        address[4] memory targets = [address(openGold), address(tasks), address(tasks), address(tasks)];
        bytes[4] memory calls = [
            abi.encodeCall(openGold.proveBatch, (rest, true)),
            abi.encodeCall(tasks.settle, (id, 1)),
            abi.encodeCall(tasks.settleBatch, (ids, range(1, 2))),
            abi.encodeCall(tasks.withdraw, (treasury, NATIVE))
        ];
        ReentrantAccount account = ReentrantAccount(payable(tasks.slotOf(id, 0).payout));
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < calls.length; ++i) {
            account.prepare(targets[i], calls[i]);
            openGold.proveBatch(only(proofsOfTask(id, range(0, 2))), true);
            assertTrue(account.attempted());
            assertFalse(account.succeeded());
            if (i != 0) {
                assertEq(
                    account.reason(),
                    abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
                );
            }
            assertEq(address(account).balance, REWARD);
            assertEq(workerAt(1).balance, REWARD);
            vm.revertToState(snapshot);
        }
    }

    /// @dev All proofs were checked before the first payment, so a key frozen from within one takes nobody's pay.
    function test_FreezeFromWithinAPaymentChangesNothingForTheChecked() external {
        (ReentrantAccount account, bytes32 id) = openWithReentrantWorker();
        keys.setGuardian(address(account));
        account.prepare(
            address(keys), abi.encodeCall(keys.freeze, (agreementKey, "now", IVerifierKeyRegistry.Advisory("", ""), ""))
        );
        openGold.proveBatch(only(proofsOfTask(id, range(0, 2))), true);
        assertTrue(account.succeeded());
        assertEq(uint8(keys.status(agreementKey)), uint8(IVerifierKeyRegistry.Status.Frozen));
        assertEq(workerAt(1).balance, REWARD);
        assertEq(tasks.task(id).escrow, 0);

        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, agreementKey));
        openGold.proveBatch(batch, true);
    }
}

/// @notice The same with a proof system that checks many proofs in one go.
contract OpenGoldSettlementProveBatchInOneGoTest is OpenGoldSettlementProveBatchTest {
    function newProofSystem() internal override returns (MockProofSystem) {
        return new MockBatchProofSystem();
    }

    /// @dev No answer pays and refuses nobody; proofs may still be proven one by one.
    function test_RevertWhen_TheProofSystemDoesNotAnswer() external {
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOfAll();
        vm.mockCallRevert(address(proofs), abi.encodeWithSelector(IBatchProofSystem.verifyBatch.selector), "no");
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_BatchFailed.selector, agreementKey)
        );
        openGold.proveBatch(batch, true);
        prove(taskId, 0, true);
        assertEq(workerAt(0).balance, REWARD);
    }
}
