// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ConsensusTest} from "../utils/ConsensusTest.sol";
import {ProofTaskTest} from "../utils/ProofTaskTest.sol";

/// @notice At no instant do two actions that exclude each other both pass in direct and in consensus tasks: around every
/// deadline, with and without a frozen key, each action is tried on its own copy of the state.
contract ExclusiveSettlementsTest is ConsensusTest, ProofTaskTest {
    bytes32 internal taskId;

    /// @dev How often each action passed, so that the walks are not empty; in memory, which no snapshot takes back.
    struct Tally {
        uint256 first;
        uint256 second;
        uint256 third;
        uint256 fourth;
        uint256 fifth;
    }

    function setUp() public override(ConsensusTest, ProofTaskTest) {
        super.setUp();
    }

    /// @dev Whether this call of this test passes on a copy of the state.
    function passes(bytes memory action) internal returns (bool done) {
        uint256 snapshot = vm.snapshotState();
        (done,) = address(this).call(action);
        vm.revertToState(snapshot);
    }

    function around(uint256[4] memory instants) internal pure returns (uint256[] memory seconds_) {
        seconds_ = new uint256[](12);
        for (uint256 i; i < 12; ++i) {
            seconds_[i] = instants[i / 3] + i % 3 - 1;
        }
    }

    function doJoin() external {
        join(taskId, carol);
    }

    function doReturnRest() external {
        tasks.returnUnfilled(taskId);
    }

    function doSettle(uint32 slot) external {
        tasks.settle(taskId, slot);
    }

    function doLeave(uint32 slot) external {
        vm.prank(tasks.slotOf(taskId, slot).worker);
        tasks.leave(taskId, slot);
    }

    // Direct

    function doProve() external {
        uint256[] memory signals = signalsWith(contextOf(direct, taskId, 0));
        direct.prove(taskId, 0, signals, proofOf(signals), true);
    }

    function checkDirect(Tally memory tally) internal {
        bool proves = passes(abi.encodeCall(this.doProve, ()));
        bool settles = passes(abi.encodeCall(this.doSettle, (0)));
        bool joins = passes(abi.encodeCall(this.doJoin, ()));
        bool returns_ = passes(abi.encodeCall(this.doReturnRest, ()));
        if (proves) ++tally.first;
        if (settles) ++tally.second;
        if (joins) ++tally.third;
        if (returns_) ++tally.fourth;
        assertFalse(proves && settles, "prove and be settled without a proof");
        assertTrue(proves || settles, "a slot always has one way to end");
        assertFalse(joins && returns_, "join and return the rest");
    }

    function test_Direct() external {
        taskId = createTask(directRequest());
        join(taskId, alice);
        uint256[] memory seconds_ = around([START + 100, uint256(JOIN_BY), DIRECT_BY, DIRECT_BY + 500]);
        Tally memory tally;
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2 * seconds_.length; ++i) {
            vm.warp(seconds_[i / 2]);
            if (i % 2 == 1) freeze(statementKey);
            checkDirect(tally);
            vm.revertToState(snapshot);
        }
        assertGt(tally.first, 0, "prove");
        assertGt(tally.second, 0, "settle");
        assertGt(tally.third, 0, "join");
        assertGt(tally.fourth, 0, "return the rest");
    }

    // Consensus: slots 0 and 1 have committed, slot 1 has not delivered, slot 2 has done nothing.

    function doCommit() external {
        commitLabels(taskId, 2);
    }

    function doDeliver() external {
        deliverLabels(taskId, 1);
    }

    function doConclude(uint32 count) external {
        conclude(taskId, range(0, count), repeated(SMALL_ITEMS, count), count * SMALL_ITEMS);
    }

    function checkVote(Tally memory tally, uint32 delivered) internal {
        bool commits = passes(abi.encodeCall(this.doCommit, ()));
        bool delivers = passes(abi.encodeCall(this.doDeliver, ()));
        bool concludes = passes(abi.encodeCall(this.doConclude, (delivered)));
        bool misses = passes(abi.encodeCall(this.doSettle, (2)));
        bool settlesCommitted = passes(abi.encodeCall(this.doSettle, (1)));
        bool settlesDelivered = passes(abi.encodeCall(this.doSettle, (0)));
        bool joins = passes(abi.encodeCall(this.doJoin, ()));
        if (commits) ++tally.first;
        if (delivers) ++tally.second;
        if (concludes) ++tally.third;
        if (misses) ++tally.fourth;
        if (settlesDelivered && delivered != 0) ++tally.fifth;
        assertFalse(commits && delivers, "commit while others deliver");
        assertFalse(commits && concludes, "commit while votes are counted");
        assertFalse(delivers && concludes, "deliver while votes are counted");
        assertFalse(joins && (delivers || concludes), "join while others deliver");
        assertFalse(commits && misses, "commit and miss the deadline");
        assertFalse(delivers && settlesCommitted, "deliver and miss the deadline");
        assertFalse(concludes && settlesDelivered, "be counted and be paid by silence");
        assertFalse(passes(abi.encodeCall(this.doLeave, (1))), "leave with labels handed in");
    }

    function walkVote(uint32 delivered) internal returns (Tally memory tally) {
        uint256[] memory seconds_ = around([uint256(JOIN_BY), COMMIT_BY, DELIVER_BY, SETTLE_BY]);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 3 * seconds_.length; ++i) {
            if (seconds_[i / 3] < vm.getBlockTimestamp()) continue;
            vm.warp(seconds_[i / 3]);
            if (i % 3 == 1) freeze(legalityKey);
            if (i % 3 == 2) freeze(consensusKey);
            checkVote(tally, delivered);
            vm.revertToState(snapshot);
        }
    }

    function test_Consensus() external {
        IConsensusSettlement.Terms memory made = smallTerms(4);
        taskId = create(made, 4);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 2);
        Tally memory before = walkVote(0);
        assertGt(before.first, 0, "commit");
        assertGt(before.second, 0, "deliver");
        assertGt(before.fourth, 0, "miss");
        assertEq(before.third, 0, "a consensus of nobody");
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 1);
        Tally memory later = walkVote(1);
        assertGt(later.second, 0, "deliver");
        assertGt(later.third, 0, "conclude");
        assertGt(later.fifth, 0, "silence");
    }

    /// @dev Counted once: after the consensus nothing of a slot is left to be paid or missed.
    function test_ConsensusIsConcludedOnce() external {
        taskId = create(smallTerms(3), 3);
        fill(taskId, 0, 3);
        this.doConclude(3);
        for (uint32 slot; slot < 3; ++slot) {
            assertState(taskId, slot, ITaskRegistry.SlotState.Paid);
            assertFalse(passes(abi.encodeCall(this.doSettle, (slot))), "settle what is paid");
        }
        assertFalse(passes(abi.encodeCall(this.doConclude, (3))), "conclude twice");
    }
}
