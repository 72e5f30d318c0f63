// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {HiddenGoldSettlement} from "../../src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../../src/settlement/OpenGoldSettlement.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice One proof against every cell of chain × contract × task × slot × payout × key: exactly one accepts it, whoever
/// sends it, singly and in a batch; and it pays once. A submission is accepted from the slot's worker alone.
/// @dev The mock proof system accepts a proof for its own key and public signals only, so a cell that accepts has computed the
/// very signals the proof was made for.
contract ReplayTest is ProtocolTest {
    uint256 internal constant SECOND_CHAIN = 1337;
    uint256 internal constant FIRST_CHAIN = 31_337;

    /// @dev Where a proof is handed in. Payouts differ between tasks 0 and 2 and nowhere else.
    struct Cell {
        uint256 chain;
        uint256 module;
        uint256 task;
        uint32 slot;
        uint256 key;
    }

    OpenGoldSettlement[2] internal openModules;
    HiddenGoldSettlement[2] internal hiddenModules;
    /// @dev By module, key and task.
    bytes32[3][2][2] internal openTasks;
    bytes32[3][2][2] internal hiddenTasks;
    bytes32[2] internal agreementKeys;
    bytes32[2] internal legalityKeys;
    bytes32[2] internal scoreKeys;
    /// @dev Snapshots: all slots joined; all committed or submitted, and no gold open.
    uint256 internal joined;
    uint256 internal committed;
    uint256 internal salt;

    function setUp() public override {
        super.setUp();
        vm.warp(START - ACTIVATION_DELAY);
        agreementKeys = [agreementKey, keys.propose(KeyProposals.challenged(address(proofs), "second", 0, true))];
        legalityKeys = [legalityKey, keys.propose(KeyProposals.challenged(address(proofs), "second legality", 0, true))];
        scoreKeys = [scoreKey, keys.propose(KeyProposals.challenged(address(proofs), "second score", 0, true))];
        vm.warp(START);
        keys.activate(agreementKeys[1]);
        keys.activate(legalityKeys[1]);
        keys.activate(scoreKeys[1]);
        openModules = [openGold, new OpenGoldSettlement(tasks, keys, parameters)];
        hiddenModules = [hiddenGold, new HiddenGoldSettlement(tasks, keys, parameters)];
        parameters.setSettlement(address(openModules[1]), true);
        parameters.setSettlement(address(hiddenModules[1]), true);
        for (uint256 module; module < 2; ++module) {
            for (uint256 key; key < 2; ++key) {
                use(Cell(FIRST_CHAIN, module, 0, 0, key));
                for (uint256 which; which < 3; ++which) {
                    // The last one pays others for the same workers' slots.
                    openTasks[module][key][which] = createJoined(false, which == 2);
                    hiddenTasks[module][key][which] = createJoined(true, which == 2);
                }
            }
        }
        joined = vm.snapshotState();
        for (uint256 i; i < 24; ++i) {
            // The same commitment in every cell: nothing but the context keeps the statements apart.
            Cell memory cell = Cell(FIRST_CHAIN, i % 2, i / 2 % 3, uint32(i / 6 % 2), i / 12);
            (bytes32 openTask, bytes32 hiddenTask) = use(cell);
            commit(openTask, cell.slot, workerAt(cell.slot));
            submit(hiddenTask, cell.slot, workerAt(cell.slot));
        }
        committed = vm.snapshotState();
        vm.warp(COMMIT_BY + 1);
        for (uint256 i; i < 12; ++i) {
            openGold = openModules[i / 6];
            openTheGold(openTasks[i / 6][i / 3 % 2][i % 3]);
        }
        use(Cell(FIRST_CHAIN, 0, 0, 0, 0));
    }

    function createJoined(bool hidden, bool paysOthers) internal returns (bytes32 taskId) {
        ITaskRegistry.TaskRequest memory made = hidden ? hiddenRequest() : request();
        (made.salt, made.slots) = (bytes32(++salt), 2);
        taskId = createTask(made);
        for (uint32 slot; slot < 2; ++slot) {
            joinFor(taskId, workerAt(slot), paysOthers ? carol : workerAt(slot));
        }
    }

    function commitmentFor(uint32) internal pure override returns (uint256) {
        return 1000;
    }

    /// @dev Points the helpers at a cell.
    function use(Cell memory cell) internal returns (bytes32 openTask, bytes32 hiddenTask) {
        vm.chainId(cell.chain);
        (openGold, hiddenGold) = (openModules[cell.module], hiddenModules[cell.module]);
        (agreementKey, legalityKey) = (agreementKeys[cell.key], legalityKeys[cell.key]);
        scoreKey = scoreKeys[cell.key];
        openTask = openTasks[cell.module][cell.key][cell.task];
        hiddenTask = hiddenTasks[cell.module][cell.key][cell.task];
    }

    function cellAt(uint256 index) internal pure returns (Cell memory) {
        return Cell({
            chain: index % 2 == 0 ? FIRST_CHAIN : SECOND_CHAIN,
            module: index / 2 % 2,
            task: index / 4 % 3,
            slot: uint32(index / 12 % 2),
            key: index / 24
        });
    }

    function senderAt(uint256 index) internal view returns (address) {
        return [workerAt(0), workerAt(1), carol, requester, stranger][index];
    }

    /// @dev The proofs of seven cells, which between them have every value of each coordinate, in all 48 from five senders:
    /// both workers, the one whom the last tasks pay, the requester and a stranger.
    /// @param bound Whether a cell is its worker's own.
    function checkMatrix(
        function(Cell memory) internal returns (bytes memory) make,
        function(Cell memory, bytes memory, address) internal returns (bool) send,
        bool bound
    )
        internal
    {
        uint256 accepted;
        for (uint256 home; home < 48; home += 7) {
            // One test may use about a billion gas; what was used so far is forgotten.
            vm.resetGasMetering();
            bytes memory proof = make(cellAt(home));
            for (uint256 index; index < 48; ++index) {
                Cell memory cell = cellAt(index);
                for (uint256 sender; sender < 5; ++sender) {
                    uint256 snapshot = vm.snapshotState();
                    bool taken = send(cell, proof, senderAt(sender));
                    vm.revertToState(snapshot);
                    assertEq(taken, index == home && (!bound || senderAt(sender) == workerAt(cell.slot)));
                    if (taken) ++accepted;
                }
            }
        }
        assertEq(accepted, bound ? 7 : 7 * 5);
    }

    function makeAgreement(Cell memory cell) internal returns (bytes memory) {
        (bytes32 taskId,) = use(cell);
        return proofs.proofOf(agreementKey, agreementSignals(taskId, cell.slot, 77));
    }

    function makeDelivery(Cell memory cell) internal returns (bytes memory) {
        (bytes32 taskId,) = use(cell);
        return proofs.proofOf(legalityKey, legalitySignals(address(openGold), taskId, cell.slot, 77));
    }

    function makeSubmission(Cell memory cell) internal returns (bytes memory) {
        (, bytes32 taskId) = use(cell);
        return proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, cell.slot, 77));
    }

    function makeScore(Cell memory cell) internal returns (bytes memory) {
        (, bytes32 taskId) = use(cell);
        return proofs.proofOf(scoreKey, scoreSignals(taskId, cell.slot, 3, 88));
    }

    /// @dev Whether the slot was paid, and then whom: nobody but its payout address.
    function paidOnly(bytes32 taskId, Cell memory cell, uint256 before) internal view returns (bool paid) {
        ITaskRegistry.Slot memory slot = tasks.slotOf(taskId, cell.slot);
        paid = slot.state == ITaskRegistry.SlotState.Paid;
        assertEq(slot.payout.balance - before, paid ? REWARD : 0);
    }

    function sendProve(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (bytes32 taskId,) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        vm.prank(sender);
        try openGold.prove(taskId, cell.slot, 77, goldSet(), delivery(), proof, true) {}
        catch (bytes memory reason) {
            assertEq(
                reason,
                abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, taskId, cell.slot)
            );
        }
        return paidOnly(taskId, cell, before);
    }

    function sendProveBatch(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (bytes32 taskId,) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(cell.slot, cell.slot + 1)));
        batch[0].proofs[0].proof = proof;
        vm.prank(sender);
        openGold.proveBatch(batch, true);
        return paidOnly(taskId, cell, before);
    }

    function sendDeliver(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (bytes32 taskId,) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        vm.prank(sender);
        try openGold.deliver(taskId, cell.slot, 77, delivery(), proof, true) {}
        catch (bytes memory reason) {
            assertEq(
                reason,
                abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, cell.slot)
            );
        }
        return paidOnly(taskId, cell, before);
    }

    function sendDeliverBatch(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (bytes32 taskId,) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        IOpenGoldSettlement.TaskDeliveries[] memory batch =
            only(deliveriesOfTask(taskId, range(cell.slot, cell.slot + 1)));
        batch[0].proofs[0].proof = proof;
        vm.prank(sender);
        openGold.deliverBatch(batch, true);
        return paidOnly(taskId, cell, before);
    }

    function sendSubmit(Cell memory cell, bytes memory proof, address sender) internal returns (bool taken) {
        (, bytes32 taskId) = use(cell);
        vm.prank(sender);
        try hiddenGold.submit(taskId, cell.slot, commitmentFor(cell.slot), 77, delivery(), proof) {
            taken = true;
        } catch (bytes memory reason) {
            assertEq(
                reason,
                sender == workerAt(cell.slot)
                    ? abi.encodeWithSelector(
                        ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, cell.slot
                    )
                    : abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, cell.slot, sender)
            );
        }
        assertEq(hiddenGold.submittedCount(taskId), taken ? 1 : 0);
    }

    function sendScore(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (, bytes32 taskId) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        vm.prank(sender);
        try hiddenGold.score(taskId, cell.slot, 3, 88, proof, true) {}
        catch (bytes memory reason) {
            assertEq(
                reason,
                abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, scoreKey, taskId, cell.slot)
            );
        }
        return paidOnly(taskId, cell, before);
    }

    function sendScoreBatch(Cell memory cell, bytes memory proof, address sender) internal returns (bool) {
        (, bytes32 taskId) = use(cell);
        uint256 before = tasks.slotOf(taskId, cell.slot).payout.balance;
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](1);
        batch[0].taskId = taskId;
        batch[0].scores = new IHiddenGoldSettlement.SlotScore[](1);
        batch[0].scores[0] = IHiddenGoldSettlement.SlotScore(cell.slot, 3, 88, proof);
        vm.prank(sender);
        hiddenGold.scoreBatch(batch, true);
        return paidOnly(taskId, cell, before);
    }

    function test_OneCellAcceptsAnAgreement() external {
        checkMatrix(makeAgreement, sendProve, false);
    }

    function test_OneCellAcceptsAnAgreementInABatch() external {
        checkMatrix(makeAgreement, sendProveBatch, false);
    }

    function test_OneCellAcceptsADelivery() external {
        withoutGold();
        checkMatrix(makeDelivery, sendDeliver, false);
    }

    function test_OneCellAcceptsADeliveryInABatch() external {
        withoutGold();
        checkMatrix(makeDelivery, sendDeliverBatch, false);
    }

    /// @dev Back to when the gold could still be opened, and on to where nobody has.
    function withoutGold() internal {
        assertTrue(vm.revertToState(committed));
        vm.warp(OPEN_BY + 1);
    }

    function test_OneCellAcceptsASubmissionFromItsWorkerAlone() external {
        assertTrue(vm.revertToState(joined));
        checkMatrix(makeSubmission, sendSubmit, true);
    }

    function test_OneCellAcceptsAScore() external {
        checkMatrix(makeScore, sendScore, false);
    }

    function test_OneCellAcceptsAScoreInABatch() external {
        checkMatrix(makeScore, sendScoreBatch, false);
    }

    /// @dev Two tasks alike in all but the payout address: the proof of one slot pays neither the other's nor the sender.
    function test_AStolenProofPaysTheOneItIsBoundTo() external {
        Cell memory home = Cell(FIRST_CHAIN, 0, 0, 0, 0);
        bytes memory proof = makeAgreement(home);
        assertFalse(sendProve(Cell(FIRST_CHAIN, 0, 2, 0, 0), proof, carol));
        assertTrue(sendProve(home, proof, carol));
        assertEq(workerAt(0).balance, REWARD);
        assertEq(carol.balance, 0);
    }

    function test_AProofTakenSinglyIsRefusedInABatch() external {
        Cell memory home = Cell(FIRST_CHAIN, 0, 0, 0, 0);
        bytes memory proof = makeAgreement(home);
        assertTrue(sendProve(home, proof, stranger));
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(openTasks[0][0][0], range(0, 2)));
        vm.expectEmit(address(openGold));
        emit ISettlement.SubmissionRefused(openTasks[0][0][0], 0, ISettlement.Refusal.SlotEnded);
        openGold.proveBatch(batch, true);
        assertEq(workerAt(0).balance, REWARD);
        assertEq(workerAt(1).balance, REWARD);
    }

    function test_AProofTakenInABatchIsRefusedSingly() external {
        bytes32 taskId = openTasks[0][0][0];
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(0, 2)));
        openGold.proveBatch(batch, true);
        for (uint32 slot; slot < 2; ++slot) {
            vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
            openGold.prove(taskId, slot, 77, goldSet(), delivery(), batch[0].proofs[slot].proof, true);
        }
        vm.recordLogs();
        openGold.proveBatch(batch, true);
        assertEq(vm.getRecordedLogs().length, 2, "two refusals and nothing else");
        assertEq(tasks.creditOf(treasury, NATIVE), 2 * FEE);
    }

    /// @dev Another proof of the same slot, with other labels under another digest, earns nothing either.
    function test_AnotherProofOfAPaidSlotEarnsNothing() external {
        bytes32 taskId = openTasks[0][0][0];
        prove(taskId, 0, true);
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(0, 1)));
        batch[0].proofs[0].digest = 78;
        batch[0].proofs[0].proof = proofs.proofOf(agreementKey, agreementSignals(taskId, 0, 78));
        openGold.proveBatch(batch, true);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 0));
        openGold.prove(taskId, 0, 78, goldSet(), delivery(), batch[0].proofs[0].proof, true);
        assertEq(workerAt(0).balance, REWARD);
    }

    /// @dev A submission is the worker's own: a proof of legality seen in the mempool is nobody else's to hand in.
    function test_ASubmissionIsItsWorkersOwn() external {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.salt = "own";
        bytes32 taskId = createTask(made);
        join(taskId, alice);
        join(taskId, bob);
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, 0, 77));
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, 0, bob));
        hiddenGold.submit(taskId, 0, commitmentFor(0), 77, delivery(), proof);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, legalityKey, taskId, 1));
        hiddenGold.submit(taskId, 1, commitmentFor(1), 77, delivery(), proof);
        vm.stopPrank();
        submit(taskId, 0, alice);
    }

    /// @dev The labels of one chain's fork are worth nothing on the other: what was committed there does not open here.
    function test_ADeliveryIsBoundToItsChain() external {
        vm.chainId(SECOND_CHAIN);
        ILabelSettlement.SlotProof memory sent = agreementEntry(openTasks[0][0][0], 0);
        vm.chainId(FIRST_CHAIN);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, agreementKey, openTasks[0][0][0], 0)
        );
        openGold.prove(openTasks[0][0][0], 0, sent.digest, goldSet(), sent.delivery, sent.proof, true);
    }
}
