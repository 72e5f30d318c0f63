// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

/// @dev A payout address that can receive coin and call nothing: an exchange's deposit contract, a splitter.
contract PassivePayout {
    receive() external payable {}
}

/// @notice Each fault that rejections and audits had, and that it is gone.
contract GoldAuditFaultsTest is GoldAuditTest {
    uint128 internal constant STAKE = 1 ether;

    bytes32 internal taskId;

    function worth(address account) internal view returns (uint256) {
        return account.balance + tasks.creditOf(account, NATIVE) + freeStake(account) + lockedStake(account);
    }

    function assertWhole(uint256 first, uint256 end) internal view {
        for (uint256 i = first; i < end; ++i) {
            uint256 asked = tasks.slotOf(taskId, uint32(i)).worker == workerAt(0) ? 4 * uint256(REWARD) : 0;
            assertEq(worth(workerAt(i)), STAKE + REWARD + asked, "reward and stake");
        }
    }

    /// @dev Rigged gold: all but one rejected, one left unscored. The panel is everyone else who submitted.
    function test_OneUnscoredSlotVoidsNoAudit() external {
        taskId = scoredTask("rigged", scores(9, 0, 1, SILENT), STAKE);
        ask(taskId, 0);
        assertEq(goldAudit.panelOf(taskId, 0).length, 9);
        decide(taskId, 0, 0, 3);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
        settleAll(taskId);
        assertWhole(0, 10);
        assertEq(freeStake(treasury), 0);
        assertEq(tasks.creditOf(requester, NATIVE), 0, "no reward came back");
    }

    function test_ACaughtRequesterPaysForEveryLabelAndItsBond() external {
        taskId = scoredTask("rigged", scores(10, 0, 0, 0), STAKE);
        uint128 bond = tasks.task(taskId).bond;
        // Before it made the task.
        uint256 had = worth(requester) + 10 * uint256(REWARD + FEE);
        ask(taskId, 0);
        decide(taskId, 0, 0, 3);
        settleAll(taskId);
        assertEq(worth(requester), had - 10 * uint256(REWARD + FEE) - bond);
        assertEq(stakes.burnedOf(NATIVE), bond);
        assertWhole(0, 10);
    }

    function test_TasksOfOneSlotSlashNobody() external {
        for (uint256 i; i < 5; ++i) {
            taskId = scoredTask(bytes32(i), list(0), STAKE);
            assertOutcome(taskId, 0, ISettlement.Outcome.Returned);
            tasks.settle(taskId, 0);
            assertEnding(taskId, 0, ITaskRegistry.Ending.Lapsed);
            assertEq(stakes.lockedOf(taskId, workerAt(0)), 0);
        }
        assertEq(freeStake(treasury), 0);
        assertEq(tasks.recordOf(workerAt(0)).rejected, 0);
    }

    /// @dev Even when they have it burned: they end with what honest work would have earned.
    function test_AcceptedSybilsDoNotGetTheBond() external {
        taskId = scoredTask("honest", scores(1, 0, 19, 2), STAKE);
        uint128 bond = tasks.task(taskId).bond;
        ask(taskId, 0);
        // All wrong in the same item of three: who is wrong in all has one right with it, and needs two.
        uint256 snapshot = vm.snapshotState();
        decide(taskId, 0, 2, 1);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Void);
        vm.revertToState(snapshot);
        // However they manage to have it upheld.
        decide(taskId, 0, 0, 3);
        settleAll(taskId);
        assertWhole(0, 20);
        assertEq(stakes.burnedOf(NATIVE), bond);
    }

    function test_AnAuditCostsAPanelOf32AndTheChallengerItsBond() external {
        taskId = scoredTask("large", scores(1, 0, 99, 3));
        ask(taskId, 0);
        assertEq(tasks.disputeOf(taskId, 0).bond, 4 * REWARD);
        vm.roll(vm.getBlockNumber() + 2);
        goldAudit.drawPanel(taskId, 0);
        assertEq(goldAudit.panelOf(taskId, 0).length, 32);
        uint256 had = freeStake(requester);
        // One transaction.
        answer(taskId, 0, 3, 0);
        goldAudit.closeAudit(taskId, 0);
        vm.warp(ASK_BY + 1);
        tasks.settle(taskId, 0);
        assertEq(freeStake(requester), had + 2 * REWARD, "half; the treasury has the other");
        assertEq(freeStake(workerAt(0)), 0);
    }

    function test_NobodyIsSlashedWhereNobodyCanAudit() external {
        bytes32[2] memory needed = [auditKey, legalityKey];
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            taskId = scoredTask("frozen", scores(2, 0, 4, 3), STAKE);
            freeze(needed[i]);
            settleAll(taskId);
            assertEq(freeStake(treasury), 0);
            assertEq(lockedStake(workerAt(0)) + lockedStake(workerAt(1)), 0);
            tasks.releaseBond(taskId);
            vm.revertToState(snapshot);
        }
    }

    /// @dev Before, redress was free stake of the payout address, which it could not unbond.
    function test_APassivePayoutIsPaid() external {
        vm.warp(START);
        address payout = address(new PassivePayout());
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.slots = 5;
        taskId = createTask(made);
        joinFor(taskId, workerAt(0), payout);
        for (uint32 i = 1; i < 5; ++i) {
            join(taskId, workerAt(i));
        }
        for (uint32 i; i < 5; ++i) {
            submit(taskId, i, workerAt(i));
        }
        vm.warp(SUBMIT_BY + 1);
        for (uint32 i; i < 5; ++i) {
            score(taskId, i, 0, false);
        }
        vm.warp(SCORE_BY + 1);
        ask(taskId, 0);
        decide(taskId, 0, 0, 3);
        settleAll(taskId);
        assertEq(freeStake(payout), 0);
        vm.prank(stranger);
        tasks.withdraw(payout, NATIVE);
        assertEq(payout.balance, REWARD);
    }

    function test_NoAuditWindowOfNothing() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.auditWindow = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_DelayTooShort.selector, "auditWindow", 0, 10)
        );
        parameters.setParameters(next);
    }

    /// @dev The honest answers side with neither the rigged gold nor the worthless account, which asked first.
    function test_AWorthlessAccountShieldsNoRiggedGold() external {
        taskId = scoredTask("shielded", scores(10, 0, 0, 0), STAKE);
        ask(taskId, 9);
        decide(taskId, 9, 0, 0);
        assertRuling(taskId, 9, ITaskRegistry.Ruling.Void);
        ask(taskId, 0);
        decide(taskId, 0, 0, 3);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
        settleAll(taskId);
        assertWhole(0, 9);
    }
}
