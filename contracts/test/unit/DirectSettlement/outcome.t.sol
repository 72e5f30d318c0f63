// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofTaskTest} from "../../utils/ProofTaskTest.sol";

contract DirectSettlementOutcomeTest is ProofTaskTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        ITaskRegistry.TaskRequest memory made = directRequest();
        made.stakePerSlot = STAKE;
        taskId = createTask(made);
        giveStake(alice, STAKE);
        giveStake(bob, STAKE);
        join(taskId, alice);
        join(taskId, bob);
    }

    function assertOutcome(uint32 slot, ISettlement.Outcome expected) internal view {
        assertEq(uint8(direct.outcome(taskId, slot)), uint8(expected));
    }

    function test_RevertGiven_UnknownTask() external {
        bytes memory refusal = abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(refusal);
        direct.outcome("none", 0);
        vm.expectRevert(refusal);
        direct.halted("none");
        vm.expectRevert(refusal);
        direct.finalDeadline("none");
    }

    function test_PendingGivenTheSlotIsOpen() external {
        vm.warp(DIRECT_BY + 1);
        assertOutcome(2, ISettlement.Outcome.Pending);
    }

    function test_AsItEnded() external {
        uint256[] memory signals = signalsWith(contextOf(direct, taskId, 0));
        direct.prove(taskId, 0, signals, proofOf(signals), false);
        vm.prank(bob);
        tasks.leave(taskId, 1);
        vm.warp(DIRECT_BY + 1);
        freeze(statementKey);
        assertOutcome(0, ISettlement.Outcome.Paid);
        assertOutcome(1, ISettlement.Outcome.Returned);
    }

    function test_MissedOnceTheDeadlineHasPassed() external {
        bytes[] memory wrapped = new bytes[](1);
        wrapped[0] = "key";
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, range(0, 1), wrapped);
        for (uint256 at = DIRECT_BY - 1; at <= DIRECT_BY; ++at) {
            vm.warp(at);
            assertOutcome(0, ISettlement.Outcome.Pending);
        }
        vm.warp(DIRECT_BY + 1);
        assertOutcome(0, ISettlement.Outcome.Missed);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 0, ITaskRegistry.Ending.Missed);
        tasks.settle(taskId, 0);
        assertEq(tasks.recordOf(alice).missed, 1);
        assertEq(stakes.stakeOf(alice, NATIVE).free, STAKE - STAKE * MISSED_SLASH_BPS / 10_000);
        // Without the content key nobody could have worked.
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 1, 0, ITaskRegistry.Ending.Lapsed);
        tasks.settle(taskId, 1);
        assertEq(stakes.stakeOf(bob, NATIVE).free, STAKE);
    }

    function test_ReturnedGivenTheKeyIsFrozen() external {
        assertFalse(direct.halted(taskId));
        freeze(statementKey);
        assertTrue(direct.halted(taskId));
        assertOutcome(0, ISettlement.Outcome.Returned);
        // A frozen key is nobody's fault, whatever the time.
        vm.warp(DIRECT_BY + 1);
        assertOutcome(0, ISettlement.Outcome.Returned);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 0, ITaskRegistry.Ending.Lapsed);
        tasks.settle(taskId, 0);
        assertEq(stakes.stakeOf(alice, NATIVE).free, STAKE);
        (, bool closed) = direct.admission(taskId);
        assertTrue(closed);
    }

    function test_ALiveSlotMayLeave() external view {
        assertTrue(direct.mayLeave(taskId, 0));
    }

    function test_NothingCanBeDisputed() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, taskId, 0));
        tasks.dispute(taskId, 0, 0);
    }
}
