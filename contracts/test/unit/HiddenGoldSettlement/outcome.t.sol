// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract HiddenGoldSettlementOutcomeTest is ProtocolTest {
    bytes32 internal taskId;
    uint32 internal silent;
    uint32 internal submitted;

    function setUp() public override {
        super.setUp();
        taskId = createHidden();
        silent = join(taskId, alice);
        submitted = join(taskId, bob);
        submit(taskId, submitted, bob);
    }

    function assertOutcome(uint32 slot, ISettlement.Outcome expected) internal view {
        assertEq(uint8(hiddenGold.outcome(taskId, slot)), uint8(expected));
    }

    function test_RevertGiven_UnknownTask() external {
        bytes memory unknown = abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(unknown);
        hiddenGold.outcome("none", 0);
        vm.expectRevert(unknown);
        hiddenGold.halted("none");
        vm.expectRevert(unknown);
        hiddenGold.finalDeadline("none");
        vm.expectRevert(unknown);
        hiddenGold.terms("none");
    }

    function test_OpenSlotIsPendingForEver() external {
        vm.warp(SCORE_BY + 1);
        assertOutcome(2, ISettlement.Outcome.Pending);
    }

    function test_UnsubmittedReturnsAfterSubmitBy() external {
        vm.warp(SUBMIT_BY);
        assertOutcome(silent, ISettlement.Outcome.Pending);
        vm.warp(SUBMIT_BY + 1);
        assertOutcome(silent, ISettlement.Outcome.Missed);
        assertOutcome(submitted, ISettlement.Outcome.Pending);
    }

    function test_SilencePaysAfterScoreBy() external {
        vm.warp(SCORE_BY);
        assertOutcome(submitted, ISettlement.Outcome.Pending);
        vm.warp(SCORE_BY + 1);
        assertOutcome(submitted, ISettlement.Outcome.Paid);
        vm.prank(stranger);
        tasks.settle(taskId, submitted);
        assertEq(tasks.creditOf(bob, NATIVE), REWARD);
    }

    function test_FrozenScoreKeyPaysTheSubmittedAndReturnsTheRest() external {
        assertFalse(hiddenGold.halted(taskId));
        freeze(scoreKey);
        assertTrue(hiddenGold.halted(taskId));
        assertOutcome(silent, ISettlement.Outcome.Returned);
        assertOutcome(submitted, ISettlement.Outcome.Paid);
    }

    function test_FrozenLegalityKeyReturnsTheUnsubmittedAndLeavesTheRest() external {
        freeze(legalityKey);
        assertTrue(hiddenGold.halted(taskId));
        assertOutcome(silent, ISettlement.Outcome.Returned);
        assertOutcome(submitted, ISettlement.Outcome.Pending);
        vm.warp(SCORE_BY);
        assertOutcome(submitted, ISettlement.Outcome.Pending);
        vm.warp(SCORE_BY + 1);
        assertOutcome(submitted, ISettlement.Outcome.Paid);
    }

    function test_EndedStaysAsItEnded() external {
        vm.warp(SUBMIT_BY + 1);
        score(taskId, submitted, 3, false);
        vm.warp(SCORE_BY + 1);
        assertOutcome(submitted, ISettlement.Outcome.Paid);
        tasks.settle(taskId, silent);
        assertOutcome(silent, ISettlement.Outcome.Returned);
    }
}
