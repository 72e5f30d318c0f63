// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract OpenGoldSettlementOutcomeTest is ProtocolTest {
    bytes32 internal taskId;
    uint32 internal silent;
    uint32 internal committed;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
        silent = join(taskId, alice);
        committed = joinAndCommit(taskId, bob);
    }

    function assertOutcome(uint32 slot, ISettlement.Outcome expected) internal view {
        assertEq(uint8(openGold.outcome(taskId, slot)), uint8(expected));
    }

    function test_RevertGiven_UnknownTask() external {
        bytes memory unknown = abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(unknown);
        openGold.outcome("none", 0);
        vm.expectRevert(unknown);
        openGold.halted("none");
        vm.expectRevert(unknown);
        openGold.finalDeadline("none");
        vm.expectRevert(unknown);
        openGold.terms("none");
    }

    function test_OpenSlotIsPendingForEver() external {
        vm.warp(PROVE_BY + 1);
        assertOutcome(2, ISettlement.Outcome.Pending);
    }

    function test_UncommittedReturnsAfterCommitBy() external {
        vm.warp(COMMIT_BY);
        assertOutcome(silent, ISettlement.Outcome.Pending);
        vm.warp(COMMIT_BY + 1);
        assertOutcome(silent, ISettlement.Outcome.Missed);
        assertOutcome(committed, ISettlement.Outcome.Pending);
    }

    function test_UnprovenReturnsAfterProveBy() external {
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        vm.warp(PROVE_BY);
        assertOutcome(committed, ISettlement.Outcome.Pending);
        vm.warp(PROVE_BY + 1);
        assertOutcome(committed, ISettlement.Outcome.Returned);
    }

    function test_UndeliveredReturnsAfterProveByWhenTheGoldStayedClosed() external {
        vm.warp(PROVE_BY);
        assertOutcome(committed, ISettlement.Outcome.Pending);
        vm.warp(PROVE_BY + 1);
        assertOutcome(committed, ISettlement.Outcome.Returned);
    }

    function test_UnprovenReturnsAtOnceWhenHalted() external {
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            assertTrue(openGold.halted(taskId));
            assertOutcome(silent, ISettlement.Outcome.Returned);
            assertOutcome(committed, ISettlement.Outcome.Returned);
            vm.revertToState(snapshot);
        }
        freeze(scoreKey);
        assertFalse(openGold.halted(taskId));
    }

    function test_EndedStaysAsItEnded() external {
        vm.warp(COMMIT_BY + 1);
        tasks.settle(taskId, silent);
        openTheGold(taskId);
        prove(taskId, committed, true);
        freeze(agreementKey);
        vm.warp(PROVE_BY + 1);
        assertOutcome(silent, ISettlement.Outcome.Returned);
        assertOutcome(committed, ISettlement.Outcome.Paid);
    }
}
