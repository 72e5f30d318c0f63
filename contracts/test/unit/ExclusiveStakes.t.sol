// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {OptimisticSettlement} from "../../src/settlement/OptimisticSettlement.sol";
import {GoldAuditTest} from "../utils/GoldAuditTest.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {StakedTest} from "../utils/StakedTest.sol";

/// @notice At no instant do two actions that exclude each other both pass, where stakes and bonds are at stake. Each action
/// is tried on its own copy of the state.
contract ExclusiveStakesTest is StakedTest, GoldAuditTest {
    uint32 internal constant CHALLENGE_WINDOW = 300;
    uint32 internal constant PROVE_WINDOW = 400;
    /// @dev Of every key of the mock proof system.
    uint256 internal constant SIGNALS = 4;

    OptimisticSettlement internal optimistic;
    bytes32 internal statementKey;
    bytes32 internal taskId;

    /// @dev How often each of two or more actions passed, so that the walks are not empty; in memory, which no snapshot
    /// takes back.
    struct Tally {
        uint256 first;
        uint256 second;
        uint256 third;
        uint256 fourth;
    }

    function setUp() public override(StakedTest, GoldAuditTest) {
        super.setUp();
        optimistic = new OptimisticSettlement(tasks, keys, parameters);
        parameters.setSettlement(address(optimistic), true);
        // Its circuit leaves no challenge to its prover.
        statementKey = keys.propose(KeyProposals.plain(address(proofs), "statement", 0, true));
        vm.warp(keys.verifierKey(statementKey).activeAt);
        keys.activate(statementKey);
    }

    /// @dev Whether this call of this test passes on a copy of the state.
    function passes(bytes memory action) internal returns (bool done) {
        uint256 snapshot = vm.snapshotState();
        (done,) = address(this).call(action);
        vm.revertToState(snapshot);
    }

    function around(uint256[3] memory instants) internal pure returns (uint256[] memory seconds_) {
        seconds_ = new uint256[](9);
        for (uint256 i; i < 9; ++i) {
            seconds_[i] = instants[i / 3] + i % 3 - 1;
        }
    }

    // Hidden gold

    function doLeave(uint32 slot, address worker) external {
        vm.prank(worker);
        tasks.leave(taskId, slot);
    }

    function doSubmit(uint32 slot, address worker) external {
        submit(taskId, slot, worker);
    }

    function doSlash(uint32 slot) external {
        tasks.settle(taskId, slot);
        assertEq(uint8(endingOf(taskId, slot)), uint8(ITaskRegistry.Ending.Missed));
    }

    function doSettle(uint32 slot) external {
        tasks.settle(taskId, slot);
    }

    function doDispute(uint32 slot, address challenger) external {
        vm.prank(challenger);
        tasks.dispute(taskId, slot, type(uint96).max);
    }

    function doReleaseBond() external {
        tasks.releaseBond(taskId);
    }

    function createBonded() internal {
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        (made.stakePerSlot, made.bond, made.slots) = (STAKE, BOND, 2);
        taskId = createTask(made);
        join(taskId, alice);
        join(taskId, bob);
        submit(taskId, 0, alice);
    }

    function checkLeaving(uint256 wrappedAt) internal returns (Tally memory tally) {
        vm.warp(wrappedAt);
        wrap(taskId, 1);
        uint256[] memory seconds_ = around([wrappedAt + LEAVE_WINDOW, uint256(SUBMIT_BY), SCORE_BY]);
        for (uint256 i; i < seconds_.length; ++i) {
            if (seconds_[i] < wrappedAt) continue;
            vm.warp(seconds_[i]);
            bool leaves = passes(abi.encodeCall(this.doLeave, (1, bob)));
            bool slashes = passes(abi.encodeCall(this.doSlash, (1)));
            if (passes(abi.encodeCall(this.doSubmit, (1, bob)))) ++tally.third;
            if (leaves) ++tally.first;
            if (slashes) ++tally.second;
            assertFalse(leaves && slashes, "leave and be slashed");
            assertFalse(passes(abi.encodeCall(this.doLeave, (0, alice))), "leave with labels handed in");
        }
    }

    /// @dev With the key in time, and with the key in the last second before the deadline.
    function test_HiddenGoldLeavingAndBeingSlashed() external {
        createBonded();
        uint256 snapshot = vm.snapshotState();
        Tally memory tally = checkLeaving(START + 500);
        assertGt(tally.first, 0, "leave");
        assertGt(tally.second, 0, "slash");
        assertGt(tally.third, 0, "submit");
        vm.revertToState(snapshot);
        tally = checkLeaving(SUBMIT_BY);
        assertGt(tally.first, 1, "leave, although the deadline has passed");
    }

    /// @dev Alice is rejected, four others are accepted: she could win an audit.
    function createRejected() internal {
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        (made.stakePerSlot, made.bond, made.slots) = (STAKE, BOND, 5);
        taskId = createTask(made);
        for (uint32 slot; slot < 5; ++slot) {
            address worker = slot == 0 ? alice : workerAt(slot);
            if (slot != 0) giveStake(worker, STAKE);
            join(taskId, worker);
            submit(taskId, slot, worker);
        }
        vm.warp(SUBMIT_BY + 1);
        for (uint32 slot; slot < 5; ++slot) {
            score(taskId, slot, slot == 0 ? 0 : 3, false);
        }
    }

    function doSettleAndRelease() external {
        tasks.settle(taskId, 0);
        tasks.releaseBond(taskId);
    }

    function test_HiddenGoldDisputingAndBeingFinal() external {
        createRejected();
        uint256 end_ = uint256(SCORE_BY) + AUDIT_WINDOW;
        uint256[] memory seconds_ = around([uint256(SUBMIT_BY) + 10, SCORE_BY, end_]);
        Tally memory tally;
        uint256 snapshot = vm.snapshotState();
        bytes32[3] memory frozen = [bytes32(0), auditKey, scoreKey];
        for (uint256 i; i < 3 * seconds_.length; ++i) {
            vm.warp(seconds_[i / 3]);
            if (i % 3 != 0) freeze(frozen[i % 3]);
            bool disputes = passes(abi.encodeCall(this.doDispute, (0, alice)));
            bool settles = passes(abi.encodeCall(this.doSettle, (0)));
            if (disputes) ++tally.first;
            if (settles) ++tally.second;
            assertFalse(disputes && settles, "ask for an audit and be rejected for good");
            assertFalse(passes(abi.encodeCall(this.doReleaseBond, ())), "release the bond of what may be audited");
            assertEq(
                passes(abi.encodeCall(this.doSettleAndRelease, ())), settles, "the bond is free with the last slot"
            );
            assertFalse(
                passes(abi.encodeCall(this.doDispute, (1, workerAt(1)))), "audit of a slot that nobody rejected"
            );
            vm.revertToState(snapshot);
        }
        assertGt(tally.first, 0, "dispute");
        assertGt(tally.second, 0, "settle");
    }

    function doClose() external {
        goldAudit.closeAudit(taskId, 0);
    }

    function doSettleAfter(uint256 at) external {
        vm.warp(at);
        tasks.settle(taskId, 0);
    }

    /// @dev While an audit is open its slot cannot end; it can be closed only when nothing more can be answered.
    function test_HiddenGoldAnsweringAndClosing() external {
        createRejected();
        vm.warp(SCORE_BY + 1);
        this.doDispute(0, alice);
        uint256 answerBy = goldAudit.auditOf(taskId, 0).answerBy;
        uint256[] memory seconds_ = around([uint256(SCORE_BY) + 10, answerBy - 10, answerBy]);
        Tally memory tally;
        for (uint256 i; i < seconds_.length; ++i) {
            vm.warp(seconds_[i]);
            bool answers = passes(abi.encodeCall(this.doAnswer, ()));
            bool closes = passes(abi.encodeCall(this.doClose, ()));
            if (answers) ++tally.first;
            if (closes) ++tally.second;
            assertFalse(answers && closes, "answer an audit and lose it by silence");
            assertFalse(passes(abi.encodeCall(this.doSettle, (0))), "end while an audit is open");
            assertFalse(passes(abi.encodeCall(this.doSettleAfter, (answerBy + 90 days))), "however late");
        }
        assertGt(tally.first, 0, "answer");
        assertGt(tally.second, 0, "close");
    }

    function doAnswer() external {
        answer(taskId, 0, 3, 0);
    }

    // Optimistic

    function optimisticSignals(uint32 slot) internal view returns (uint256[] memory signals) {
        signals = new uint256[](SIGNALS);
        (signals[0], signals[1]) = (optimistic.proofContext(taskId, slot), 42);
    }

    function createOptimistic() internal {
        IOptimisticSettlement.Terms memory terms = IOptimisticSettlement.Terms({
            statement: IProofSettlement.Statement({
                keyId: statementKey, contextIndex: 0, pinned: 2, signals: new uint256[](SIGNALS)
            }),
            claimBy: COMMIT_BY,
            challengeWindow: CHALLENGE_WINDOW,
            proveWindow: PROVE_WINDOW
        });
        terms.statement.signals[1] = 42;
        ITaskRegistry.TaskRequest memory made = stakedRequest("optimistic");
        (made.settlement, made.settlementData) = (address(optimistic), abi.encode(terms));
        (made.payloadDigest, made.bond) = (0, 0);
        taskId = createTask(made);
        join(taskId, alice);
        join(taskId, bob);
    }

    function doClaim(uint32 slot, address worker) public {
        uint256[] memory signals = optimisticSignals(slot);
        vm.prank(worker);
        optimistic.claim(taskId, slot, signals);
    }

    function doProve(uint32 slot) external {
        uint256[] memory signals = optimisticSignals(slot);
        optimistic.prove(taskId, slot, signals, proofs.proofOf(statementKey, signals), true);
    }

    function doResolve(uint32 slot) external {
        optimistic.resolve(taskId, slot);
    }

    /// @dev Alice has claimed, bob has not.
    function checkClaimed(Tally memory tally) internal {
        bool claims = passes(abi.encodeCall(this.doClaim, (1, bob)));
        bool misses = passes(abi.encodeCall(this.doSettle, (1)));
        if (claims) ++tally.first;
        if (misses) ++tally.second;
        assertFalse(claims && misses, "claim and be settled without one");
        bool disputes = passes(abi.encodeCall(this.doDispute, (0, carol)));
        bool settles = passes(abi.encodeCall(this.doSettle, (0)));
        if (disputes) ++tally.third;
        if (settles) ++tally.fourth;
        assertFalse(disputes && settles, "dispute and be settled");
        assertFalse(passes(abi.encodeCall(this.doResolve, (0))), "resolve without a dispute");
        assertFalse(passes(abi.encodeCall(this.doDispute, (1, carol))), "dispute what nobody claims");
    }

    function checkDisputed(Tally memory tally, uint256 over, bool frozen) internal {
        bool proves = passes(abi.encodeCall(this.doProve, (0)));
        bool resolves = passes(abi.encodeCall(this.doResolve, (0)));
        if (proves) ++tally.first;
        if (resolves) ++tally.second;
        assertFalse(proves && resolves, "prove a disputed claim and lose it");
        if (vm.getBlockTimestamp() > over || frozen) assertTrue(resolves, "nobody can keep a dispute open");
        assertFalse(passes(abi.encodeCall(this.doSettle, (0))), "settle what is disputed");
        assertFalse(passes(abi.encodeCall(this.doDispute, (0, bob))), "dispute it again");
    }

    function walk(uint256[] memory seconds_, uint256 over, bool disputed) internal returns (Tally memory tally) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < seconds_.length; ++i) {
            for (uint256 frozen; frozen < 2; ++frozen) {
                vm.warp(seconds_[i]);
                if (frozen == 1) freeze(statementKey);
                if (disputed) checkDisputed(tally, over, frozen == 1);
                else checkClaimed(tally);
                vm.revertToState(snapshot);
            }
        }
    }

    function test_Optimistic() external {
        createOptimistic();
        vm.warp(COMMIT_BY - 100);
        doClaim(0, alice);
        uint256 challengeBy = COMMIT_BY - 100 + CHALLENGE_WINDOW;
        Tally memory claimed = walk(around([uint256(COMMIT_BY) - 50, COMMIT_BY, challengeBy]), 0, false);
        assertGt(claimed.first, 0, "claim");
        assertGt(claimed.second, 0, "miss");
        assertGt(claimed.third, 0, "dispute");
        assertGt(claimed.fourth, 0, "settle");
        vm.warp(challengeBy);
        this.doDispute(0, carol);
        uint256 over = challengeBy + PROVE_WINDOW;
        assertLe(over, optimistic.finalDeadline(taskId), "final by the stated time");
        Tally memory disputed = walk(around([challengeBy + 1, over, optimistic.finalDeadline(taskId)]), over, true);
        assertGt(disputed.first, 0, "prove");
        assertGt(disputed.second, 0, "resolve");
    }
}
