// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice What a frozen key does to live tasks, in every settlement, for every pinned key, in every phase (ADR 5): proven
/// work stays paid, the rest goes where ADR 5 says, nothing new is taken, no stake is lost, and every coin is accounted for.
/// @dev Here the guardian freezes; the contracts below freeze the same keys by a proof of their impossible statement and by
/// freezing what they depend on.
contract FrozenKeyTest is ProtocolTest {
    /// @dev Workers of every task: the first is paid before the freeze where the phase allows it, the second has handed in,
    /// the third has only joined; the fourth slot is not taken.
    address[3] internal workers;
    uint32 internal constant TAKEN = 3;
    uint32 internal constant ALL = 4;
    uint256 internal constant PER_SLOT = uint256(REWARD) + FEE;
    uint128 internal constant STAKE = 1 ether;

    bytes32 internal taskId;

    function setUp() public virtual override {
        super.setUp();
        workers = [alice, bob, carol];
        for (uint256 i; i < TAKEN; ++i) {
            giveStake(workers[i], STAKE);
        }
    }

    /// @dev How a key is frozen.
    function freezeKey(bytes32 keyId) internal virtual {
        freeze(keyId);
    }

    function create(bool hidden) internal {
        ITaskRegistry.TaskRequest memory made = hidden ? hiddenRequest() : request();
        (made.slots, made.stakePerSlot) = (ALL, STAKE);
        taskId = createTask(made);
    }

    function joinAll() internal {
        for (uint256 i; i < TAKEN; ++i) {
            join(taskId, workers[i]);
        }
        // Each has its key early, so that a missed deadline would slash.
        bytes[] memory wrapped = new bytes[](TAKEN);
        (wrapped[0], wrapped[1], wrapped[2]) = ("a", "b", "c");
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, range(0, uint32(TAKEN)), wrapped);
    }

    function openKeys() internal view returns (bytes32[2] memory) {
        return [agreementKey, legalityKey];
    }

    function hiddenKeys() internal view returns (bytes32[3] memory) {
        return [scoreKey, legalityKey, auditKey];
    }

    function expectNotActive(bytes32 keyId) internal {
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, keyId));
    }

    /// @dev Nobody can join any more, and the slots nobody took go back at once.
    function checkHalted(uint32 joined) internal {
        assertTrue(
            tasks.task(taskId).settlement == address(openGold) ? openGold.halted(taskId) : hiddenGold.halted(taskId)
        );
        uint256 at = vm.getBlockTimestamp();
        vm.expectRevert(
            at > JOIN_BY
                ? abi.encodeWithSelector(ITaskRegistry.TaskRegistry_JoinClosed.selector, taskId, JOIN_BY, at)
                : abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AdmissionClosed.selector, taskId)
        );
        vm.prank(stranger);
        tasks.join(taskId, joining(taskId, stranger, stranger), "");
        uint256 before = tasks.creditOf(requester, NATIVE);
        tasks.returnUnfilled(taskId);
        assertEq(tasks.creditOf(requester, NATIVE) - before, (ALL - joined) * PER_SLOT);
    }

    /// @dev Settles every taken slot in one call; each must end as `paid` says (bit i for slot i) and every coin be owed.
    function checkEnds(uint32 joined, uint256 paid) internal {
        bytes32[] memory ids = new bytes32[](joined);
        for (uint256 i; i < joined; ++i) {
            ids[i] = taskId;
        }
        tasks.settleBatch(ids, range(0, joined));
        for (uint32 slot; slot < joined; ++slot) {
            bool isPaid = paid >> slot & 1 == 1;
            assertState(taskId, slot, isPaid ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Returned);
        }
        checkAccounts(joined, paid);
    }

    /// @dev Pays out everything that is owed: each worker has its reward or nothing, the requester the rest, the registry
    /// nothing.
    function checkAccounts(uint32 joined, uint256 paid) internal {
        assertEq(tasks.task(taskId).escrow, 0);
        uint256 rest = ALL * PER_SLOT;
        uint256 fees;
        for (uint32 slot; slot < joined; ++slot) {
            if (paid >> slot & 1 == 0) continue;
            if (tasks.creditOf(workers[slot], NATIVE) != 0) tasks.withdraw(workers[slot], NATIVE);
            rest -= PER_SLOT;
            fees += FEE;
        }
        for (uint256 i; i < TAKEN; ++i) {
            assertEq(workers[i].balance, i < joined && paid >> i & 1 == 1 ? REWARD : 0);
            // A frozen key slashes nobody.
            assertEq(stakes.stakeOf(workers[i], NATIVE).free, STAKE);
            assertEq(stakes.stakeOf(workers[i], NATIVE).locked, 0);
        }
        assertEq(tasks.creditOf(requester, NATIVE), rest);
        assertEq(tasks.creditOf(treasury, NATIVE), fees);
        assertEq(address(tasks).balance, rest + fees);
        ITaskRegistry.Task memory task = tasks.task(taskId);
        if (task.bond == 0) return;
        // Nor does it take a bond.
        tasks.releaseBond(taskId);
        assertEq(stakes.stakeOf(requester, NATIVE).free, task.bond);
        assertEq(stakes.stakeOf(requester, NATIVE).locked, 0);
    }

    // Open gold

    function test_OpenGoldBeforeAnybodyJoined() external {
        create(false);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            checkHalted(0);
            checkAccounts(0, 0);
            vm.revertToState(snapshot);
        }
    }

    function test_OpenGoldJoined() external {
        create(false);
        joinAll();
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            bytes32 key = openKeys()[i];
            freezeKey(key);
            expectNotActive(key);
            vm.prank(alice);
            openGold.commit(taskId, 0, commitmentFor(0));
            checkHalted(TAKEN);
            checkEnds(TAKEN, 0);
            vm.revertToState(snapshot);
        }
    }

    function commitTwo() internal {
        create(false);
        joinAll();
        commit(taskId, 0, alice);
        commit(taskId, 1, bob);
    }

    function test_OpenGoldCommitted() external {
        commitTwo();
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 0);
            vm.revertToState(snapshot);
        }
    }

    function checkNothingIsProven(bytes32 frozen) internal {
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(0, 2)));
        expectNotActive(frozen);
        openGold.proveBatch(batch, true);
        expectNotActive(frozen);
        openGold.prove(taskId, 0, 77, goldSet(), delivery(), batch[0].proofs[0].proof, true);
    }

    function test_OpenGoldOpened() external {
        commitTwo();
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            checkNothingIsProven(openKeys()[i]);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 0);
            vm.revertToState(snapshot);
        }
    }

    /// @dev The freeze lands between two submissions of one task.
    function test_OpenGoldProven() external {
        commitTwo();
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        prove(taskId, 0, true);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            checkNothingIsProven(openKeys()[i]);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 1);
            vm.revertToState(snapshot);
        }
    }

    /// @dev The freeze lands between two batches: the first stays paid, credits not yet withdrawn included.
    function test_OpenGoldProvenInABatch() external {
        commitTwo();
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        IOpenGoldSettlement.TaskProofs[] memory batch = only(proofsOfTask(taskId, range(0, 2)));
        batch[0].proofs[1].proof = "bad";
        openGold.proveBatch(batch, false);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            checkNothingIsProven(openKeys()[i]);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 1);
            vm.revertToState(snapshot);
        }
    }

    function test_OpenGoldKeptClosed() external {
        commitTwo();
        vm.warp(OPEN_BY + 1);
        deliver(taskId, 0, true);
        IOpenGoldSettlement.TaskDeliveries[] memory batch = only(deliveriesOfTask(taskId, range(0, 2)));
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freezeKey(openKeys()[i]);
            expectNotActive(openKeys()[i]);
            openGold.deliverBatch(batch, true);
            expectNotActive(openKeys()[i]);
            openGold.deliver(taskId, 1, 77, delivery(), batch[0].proofs[1].proof, true);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 1);
            vm.revertToState(snapshot);
        }
    }

    // Hidden gold

    function test_HiddenGoldBeforeAnybodyJoined() external {
        create(true);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 3; ++i) {
            freezeKey(hiddenKeys()[i]);
            checkHalted(0);
            checkAccounts(0, 0);
            vm.revertToState(snapshot);
        }
    }

    function test_HiddenGoldJoined() external {
        create(true);
        joinAll();
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, 0, 77));
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 3; ++i) {
            bytes32 key = hiddenKeys()[i];
            freezeKey(key);
            expectNotActive(key);
            vm.prank(alice);
            hiddenGold.submit(taskId, 0, commitmentFor(0), 77, delivery(), proof);
            checkHalted(TAKEN);
            checkEnds(TAKEN, 0);
            vm.revertToState(snapshot);
        }
    }

    function submitTwo() internal {
        create(true);
        joinAll();
        submit(taskId, 0, alice);
        submit(taskId, 1, bob);
    }

    function checkNothingIsScored() internal {
        IHiddenGoldSettlement.TaskScores[] memory batch = only(scoresOfTask(taskId, new uint256[](2)));
        expectNotActive(scoreKey);
        hiddenGold.scoreBatch(batch, true);
        expectNotActive(scoreKey);
        hiddenGold.score(taskId, 1, 0, 88, batch[0].scores[1].proof, true);
    }

    /// @dev Nobody can answer the submitted any more: silence for ever, which pays.
    function test_HiddenGoldSubmittedGivenTheScoreKeyFreezes() external {
        submitTwo();
        freezeKey(scoreKey);
        checkHalted(TAKEN);
        checkEnds(TAKEN, 3);
    }

    /// @dev The submitted can still be scored, rejected, or paid by silence.
    function test_HiddenGoldSubmittedGivenTheLegalityKeyFreezes() external {
        submitTwo();
        freezeKey(legalityKey);
        checkHalted(TAKEN);
        vm.warp(SUBMIT_BY + 1);
        uint256[] memory agreements = new uint256[](2);
        agreements[1] = 3;
        uint256 snapshot = vm.snapshotState();
        hiddenGold.scoreBatch(only(scoresOfTask(taskId, agreements)), false);
        checkEnds(TAKEN, 2);
        vm.revertToState(snapshot);
        vm.warp(SCORE_BY + 1);
        checkEnds(TAKEN, 3);
    }

    /// @dev The freeze lands between two scores of one task: a payment stands, a rejection of one of two is no third opinion's,
    /// the unanswered is paid.
    function test_HiddenGoldScoredGivenTheScoreKeyFreezes() external {
        submitTwo();
        vm.warp(SUBMIT_BY + 1);
        uint256 snapshot = vm.snapshotState();
        for (uint256 agreements = 1; agreements < 3; ++agreements) {
            score(taskId, 0, agreements, true);
            freezeKey(scoreKey);
            checkNothingIsScored();
            checkHalted(TAKEN);
            checkEnds(TAKEN, agreements == 2 ? 3 : 2);
            vm.revertToState(snapshot);
        }
    }

    function test_HiddenGoldScoredGivenTheLegalityKeyFreezes() external {
        submitTwo();
        vm.warp(SUBMIT_BY + 1);
        score(taskId, 0, 2, true);
        freezeKey(legalityKey);
        checkHalted(TAKEN);
        score(taskId, 1, 0, true);
        checkEnds(TAKEN, 1);
    }

    function test_HiddenGoldScoredInABatchGivenTheScoreKeyFreezes() external {
        submitTwo();
        vm.warp(SUBMIT_BY + 1);
        IHiddenGoldSettlement.TaskScores[] memory batch = only(scoresOfTask(taskId, new uint256[](2)));
        batch[0].scores[1].proof = "bad";
        hiddenGold.scoreBatch(batch, true);
        freezeKey(scoreKey);
        checkNothingIsScored();
        checkHalted(TAKEN);
        checkEnds(TAKEN, 2);
    }

    /// @dev Three submitted, so that the rejected could have asked: a freeze of what an audit needs gives its stake back, whether
    /// it lands before, within or after the scores, and while nobody has ended the slot.
    function test_HiddenGoldRejectedGivenAnAuditIsPossibleNoMore() external {
        bytes32[2] memory needed = [legalityKey, auditKey];
        for (uint256 i; i < 6; ++i) {
            uint256 snapshot = vm.snapshotState();
            submitAuditable();
            if (i / 2 == 0) freezeKey(needed[i % 2]);
            score(taskId, 0, 0, true);
            if (i / 2 == 1) freezeKey(needed[i % 2]);
            score(taskId, 1, 3, true);
            score(taskId, 2, 3, true);
            for (uint32 slot = 3; slot < 5; ++slot) {
                score(taskId, slot, 3, true);
            }
            vm.warp(SCORE_BY + 1);
            if (i / 2 == 2) freezeKey(needed[i % 2]);
            tasks.settle(taskId, 0);
            assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Lapsed));
            assertEq(stakes.stakeOf(alice, NATIVE).free, STAKE);
            tasks.releaseBond(taskId);
            vm.revertToState(snapshot);
        }
    }

    /// @dev The score key has said all it has to say of a rejection: it goes on to its audit.
    function test_HiddenGoldRejectedGivenTheScoreKeyFreezes() external {
        submitAuditable();
        score(taskId, 0, 0, true);
        freezeKey(scoreKey);
        vm.warp(SCORE_BY + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_OutcomePending.selector, taskId, 0));
        tasks.settle(taskId, 0);
        for (uint32 slot = 1; slot < 5; ++slot) {
            tasks.settle(taskId, slot);
            assertState(taskId, slot, ITaskRegistry.SlotState.Paid);
        }
        vm.warp(uint256(SCORE_BY) + AUDIT_WINDOW + 1);
        tasks.settle(taskId, 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Rejected));
    }

    /// @dev Five slots, all submitted: what the others say of a rejected one could be beyond chance.
    function submitAuditable() internal {
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        (made.slots, made.stakePerSlot) = (5, STAKE);
        taskId = createTask(made);
        for (uint32 slot; slot < 5; ++slot) {
            address worker = slot < TAKEN ? workers[slot] : workerAt(slot);
            if (slot >= TAKEN) giveStake(worker, STAKE);
            join(taskId, worker);
            submit(taskId, slot, worker);
        }
        vm.warp(SUBMIT_BY + 1);
    }

    /// @dev A key that neither task pinned changes nothing.
    function test_AnotherKeyHaltsNothing() external {
        create(false);
        freezeKey(scoreKey);
        assertFalse(openGold.halted(taskId));
        joinAll();
        commit(taskId, 0, alice);
    }

    /// @dev No new task can pin it.
    function test_NoTaskCanPinIt() external {
        freezeKey(legalityKey);
        ITaskRegistry.TaskRequest[2] memory made = [request(), hiddenRequest()];
        for (uint256 i; i < 2; ++i) {
            made[i].salt = bytes32(i);
            expectNotActive(legalityKey);
            vm.prank(requester);
            tasks.createTask{value: DEPOSIT}(made[i]);
        }
    }
}

/// @notice The same frozen by anybody who proves a key's impossible statement.
contract FrozenByProofTest is FrozenKeyTest {
    function setUp() public override {
        super.setUp();
        agreementKey = proposeDesignated("agreement");
        legalityKey = proposeDesignated("legality");
        scoreKey = proposeDesignated("score");
        auditKey = proposeDesignated("audit");
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(agreementKey);
        keys.activate(legalityKey);
        keys.activate(scoreKey);
        keys.activate(auditKey);
        vm.warp(START);
    }

    function proposeDesignated(bytes memory data) internal returns (bytes32) {
        IVerifierKeyRegistry.Proposal memory made = KeyProposals.challenged(address(proofs), data, "designated", true);
        made.freezableByProof = true;
        return keys.propose(made);
    }

    function freezeKey(bytes32 keyId) internal override {
        bytes memory exploit = proofs.proofOf(keyId, keys.impossibleSignals(4));
        vm.prank(stranger);
        keys.freezeWithProof(keyId, exploit);
    }
}

/// @notice The same frozen with the key they depend on, before anybody records it of theirs.
contract FrozenByDependencyTest is FrozenKeyTest {
    function setUp() public override {
        super.setUp();
        agreementKey = proposeDependent("agreement");
        legalityKey = proposeDependent("legality");
        scoreKey = proposeDependent("score");
        auditKey = proposeDependent("audit");
        vm.warp(START + ACTIVATION_DELAY);
        activateWithBase(agreementKey);
        activateWithBase(legalityKey);
        activateWithBase(scoreKey);
        activateWithBase(auditKey);
        vm.warp(START);
    }

    function activateWithBase(bytes32 keyId) internal {
        keys.activate(keys.verifierKey(keyId).dependsOn);
        keys.activate(keyId);
    }

    function proposeDependent(bytes memory data) internal returns (bytes32 keyId) {
        bytes32 base = keys.propose(KeyProposals.plain(address(proofs), bytes.concat("base of ", data), 0, true));
        proofs.setDependsOn(base);
        keyId = keys.propose(KeyProposals.challenged(address(proofs), data, "dependent", true));
        proofs.setDependsOn(0);
    }

    function freezeKey(bytes32 keyId) internal override {
        freeze(keys.verifierKey(keyId).dependsOn);
        assertEq(uint8(keys.verifierKey(keyId).status), uint8(IVerifierKeyRegistry.Status.Active));
    }
}
