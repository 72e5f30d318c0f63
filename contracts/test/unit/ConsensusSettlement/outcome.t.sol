// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

contract ConsensusSettlementOutcomeTest is ConsensusTest {
    bytes32 internal taskId;

    /// @dev Slot 0 delivers, slot 1 commits only, slot 2 joins only, slot 3 is not taken.
    function setUp() public override {
        super.setUp();
        taskId = create(smallTerms(4), 4);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 2);
        vm.warp(COMMIT_BY + 1);
        deliverLabels(taskId, 0);
    }

    function test_PendingBeforeItsDeadline() external {
        vm.warp(COMMIT_BY);
        expectOutcome(taskId, 2, ISettlement.Outcome.Pending);
        vm.warp(DELIVER_BY);
        expectOutcome(taskId, 1, ISettlement.Outcome.Pending);
        vm.warp(SETTLE_BY);
        expectOutcome(taskId, 0, ISettlement.Outcome.Pending);
        expectOutcome(taskId, 3, ISettlement.Outcome.Pending);
    }

    function test_MissedOrPaidAfterIt() external {
        vm.warp(COMMIT_BY + 1);
        expectOutcome(taskId, 2, ISettlement.Outcome.Missed);
        vm.warp(DELIVER_BY + 1);
        expectOutcome(taskId, 1, ISettlement.Outcome.Missed);
        vm.warp(SETTLE_BY + 1);
        expectOutcome(taskId, 0, ISettlement.Outcome.Paid);
        expectOutcome(taskId, 3, ISettlement.Outcome.Pending);
        assertEq(consensus.finalDeadline(taskId), SETTLE_BY);
        tasks.settle(taskId, 0);
        tasks.settle(taskId, 1);
        tasks.settle(taskId, 2);
        tasks.returnUnfilled(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
        assertEq(uint8(tasks.slotOf(taskId, 0).ending), uint8(ITaskRegistry.Ending.Silent));
        assertEq(uint8(tasks.slotOf(taskId, 1).ending), uint8(ITaskRegistry.Ending.Missed));
    }

    function test_AFrozenKeyPaysWhatWasDelivered() external {
        freeze(consensusKey);
        expectOutcome(taskId, 0, ISettlement.Outcome.Paid);
        expectOutcome(taskId, 1, ISettlement.Outcome.Returned);
        expectOutcome(taskId, 2, ISettlement.Outcome.Returned);
    }

    function test_WhoLeftIsReturned() external {
        vm.warp(START);
        vm.prank(workerAt(2));
        tasks.leave(taskId, 2);
        expectOutcome(taskId, 2, ISettlement.Outcome.Returned);
    }

    function test_NothingIsDisputed() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, taskId, 0));
        tasks.dispute(taskId, 0, 0);
    }
}
