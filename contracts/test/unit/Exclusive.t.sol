// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice At no instant do two actions that exclude each other both pass: around every deadline, with the gold opened
/// early, late or never, with and without a frozen key, each action is tried on its own copy of the state. Wherever a single
/// call passes, so does a batch of it, and nowhere else.
contract ExclusiveActionsTest is ProtocolTest {
    bytes32 internal taskId;
    uint32 internal committed;
    uint32 internal silent;

    /// @dev Seconds around every deadline of both settlements.
    function edges() internal pure returns (uint256[] memory seconds_) {
        uint256[5] memory deadlines = [START + MIN_WINDOW, JOIN_BY, COMMIT_BY, OPEN_BY, PROVE_BY];
        seconds_ = new uint256[](3 * deadlines.length);
        for (uint256 i; i < deadlines.length; ++i) {
            seconds_[3 * i] = deadlines[i] - 1;
            seconds_[3 * i + 1] = deadlines[i];
            seconds_[3 * i + 2] = deadlines[i] + 1;
        }
    }

    /// @dev Whether this call of this test passes on a copy of the state.
    function passes(bytes memory action) internal returns (bool done) {
        uint256 snapshot = vm.snapshotState();
        (done,) = address(this).call(action);
        vm.revertToState(snapshot);
    }

    function doCommit() external {
        commit(taskId, silent, bob);
    }

    function doOpenGold() external {
        openTheGold(taskId);
    }

    function doProve() external {
        prove(taskId, committed, true);
    }

    function doDeliver() external {
        deliver(taskId, committed, true);
    }

    /// @dev A batch passes a submission over where the single call reverts; here that counts as not passing.
    function doProveBatch() external {
        openGold.proveBatch(only(proofsOfTask(taskId, range(committed, committed + 1))), true);
        assertState(taskId, committed, ITaskRegistry.SlotState.Paid);
    }

    function doDeliverBatch() external {
        openGold.deliverBatch(only(deliveriesOfTask(taskId, range(committed, committed + 1))), true);
        assertState(taskId, committed, ITaskRegistry.SlotState.Paid);
    }

    function doRejectBatch() external {
        assertEq(committed, 0);
        hiddenGold.scoreBatch(only(scoresOfTask(taskId, new uint256[](1))), true);
        assertTrue(hiddenGold.rejectionOf(taskId, committed).rejected);
    }

    function doSettleBatch(uint32 slot) external {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = taskId;
        tasks.settleBatch(ids, range(slot, slot + 1));
        assertNotEq(uint8(stateOf(taskId, slot)), uint8(ITaskRegistry.SlotState.Joined));
    }

    function doSubmit() external {
        submit(taskId, silent, bob);
    }

    function doReject() external {
        score(taskId, committed, 0, true);
    }

    function doSettle(uint32 slot) external {
        tasks.settle(taskId, slot);
    }

    function doJoin() external {
        join(taskId, carol);
    }

    function doReturnUnfilled() external {
        tasks.returnUnfilled(taskId);
    }

    function count(bool a, bool b, bool c) internal pure returns (uint256) {
        return (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0);
    }

    function checkOpenGold() internal {
        bool commits = passes(abi.encodeCall(this.doCommit, ()));
        bool opens = passes(abi.encodeCall(this.doOpenGold, ()));
        bool proves = passes(abi.encodeCall(this.doProve, ()));
        bool delivers = passes(abi.encodeCall(this.doDeliver, ()));
        bool settlesCommitted = passes(abi.encodeCall(this.doSettle, (committed)));
        bool settlesSilent = passes(abi.encodeCall(this.doSettle, (silent)));
        bool joins = passes(abi.encodeCall(this.doJoin, ()));
        bool returnsRest = passes(abi.encodeCall(this.doReturnUnfilled, ()));

        assertEq(passes(abi.encodeCall(this.doProveBatch, ())), proves, "prove singly and in a batch");
        assertEq(passes(abi.encodeCall(this.doDeliverBatch, ())), delivers, "deliver singly and in a batch");
        assertEq(passes(abi.encodeCall(this.doSettleBatch, (committed))), settlesCommitted, "settle in a batch");
        assertEq(passes(abi.encodeCall(this.doSettleBatch, (silent))), settlesSilent, "settle in a batch");

        assertLe(count(commits, opens, false), 1, "commit and open gold");
        assertLe(count(opens, proves, delivers), 1, "open gold, prove and deliver");
        assertLe(count(proves, delivers, settlesCommitted), 1, "prove, deliver and return");
        assertLe(count(joins, returnsRest, false), 1, "join and return the rest");
        assertLe(count(commits, settlesSilent, false), 1, "commit and return");
    }

    function checkHiddenGold() internal {
        bool submits = passes(abi.encodeCall(this.doSubmit, ()));
        bool rejects = passes(abi.encodeCall(this.doReject, ()));
        bool settlesSubmitted = passes(abi.encodeCall(this.doSettle, (committed)));
        bool settlesSilent = passes(abi.encodeCall(this.doSettle, (silent)));
        bool joins = passes(abi.encodeCall(this.doJoin, ()));
        bool returnsRest = passes(abi.encodeCall(this.doReturnUnfilled, ()));

        assertEq(passes(abi.encodeCall(this.doRejectBatch, ())), rejects, "score singly and in a batch");
        assertEq(passes(abi.encodeCall(this.doSettleBatch, (committed))), settlesSubmitted, "settle in a batch");

        assertLe(count(submits, settlesSilent, false), 1, "submit and return");
        assertLe(count(submits, rejects, false), 1, "submit and score another slot");
        assertLe(count(joins, rejects, false), 1, "join and score another slot");
        assertLe(count(rejects, settlesSubmitted, false), 1, "reject and pay by silence");
        assertLe(count(joins, returnsRest, false), 1, "join and return the rest");
    }

    function walk(function() internal check) internal {
        uint256[] memory seconds_ = edges();
        bytes32[4] memory frozen = [bytes32(0), agreementKey, legalityKey, scoreKey];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < seconds_.length; ++i) {
            for (uint256 j; j < frozen.length; ++j) {
                vm.warp(seconds_[i]);
                if (frozen[j] != 0) freeze(frozen[j]);
                check();
                vm.revertToState(snapshot);
            }
        }
    }

    function setUpOpen() internal {
        taskId = createOpen();
        committed = joinAndCommit(taskId, alice);
        silent = join(taskId, bob);
    }

    function test_OpenGoldWhileTheGoldIsClosed() external {
        setUpOpen();
        walk(checkOpenGold);
    }

    function test_OpenGoldAfterTheGoldOpened() external {
        setUpOpen();
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        walk(checkOpenGold);
    }

    function test_OpenGoldAfterTheGoldOpenedEarly() external {
        taskId = createOpen();
        committed = joinAndCommit(taskId, alice);
        silent = joinAndCommit(taskId, bob);
        vm.warp(JOIN_BY + 1);
        openTheGold(taskId);
        walk(checkOpenGold);
    }

    function test_HiddenGold() external {
        taskId = createHidden();
        committed = join(taskId, alice);
        submit(taskId, committed, alice);
        silent = join(taskId, bob);
        walk(checkHiddenGold);
    }

    function test_HiddenGoldAfterEverybodySubmitted() external {
        taskId = createHidden();
        committed = join(taskId, alice);
        submit(taskId, committed, alice);
        silent = join(taskId, bob);
        submit(taskId, silent, bob);
        walk(checkHiddenGold);
        vm.warp(JOIN_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doReject, ())));
    }

    /// @dev The table is not empty: each action passes at some instant of the walks.
    function test_EachActionPassesSomewhere() external {
        setUpOpen();
        assertTrue(passes(abi.encodeCall(this.doCommit, ())));
        assertTrue(passes(abi.encodeCall(this.doJoin, ())));
        vm.warp(JOIN_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doReturnUnfilled, ())));
        vm.warp(COMMIT_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doOpenGold, ())));
        assertTrue(passes(abi.encodeCall(this.doSettle, (silent))));
        vm.warp(OPEN_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doDeliver, ())));
        vm.warp(PROVE_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doSettle, (committed))));

        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        assertTrue(passes(abi.encodeCall(this.doProve, ())));

        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        vm.warp(START);
        made.salt = "hidden";
        taskId = createTask(made);
        committed = join(taskId, alice);
        submit(taskId, committed, alice);
        silent = join(taskId, bob);
        assertTrue(passes(abi.encodeCall(this.doSubmit, ())));
        vm.warp(SUBMIT_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doReject, ())));
        freeze(legalityKey);
        assertTrue(passes(abi.encodeCall(this.doReject, ())));
        vm.warp(SCORE_BY + 1);
        assertTrue(passes(abi.encodeCall(this.doSettle, (committed))));
        assertTrue(passes(abi.encodeCall(this.doSettle, (silent))));
    }
}
