// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract HiddenGoldSettlementOpenDisputeTest is GoldAuditTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        // Slots 0 and 3 are rejected, 1 and 2 accepted: one by its score, one by silence. Slot 4 is missed.
        uint256[] memory agreements = new uint256[](5);
        (agreements[0], agreements[1], agreements[2], agreements[3], agreements[4]) = (1, 2, SILENT, 0, MISSED);
        taskId = scoredTask("audited", agreements);
        for (uint256 i; i < 5; ++i) {
            giveStake(workerAt(i), REWARD);
        }
        giveStake(requester, REWARD);
    }

    function expectRefusal(address challenger, uint32 slot, bytes memory reason) internal {
        vm.prank(challenger);
        vm.expectRevert(reason);
        tasks.dispute(taskId, slot, uint96(REWARD));
    }

    function notDisputable(bytes32 id, uint32 slot) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, id, slot);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.prank(workerAt(0));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, workerAt(0)));
        hiddenGold.openDispute(taskId, 0, workerAt(0));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.prank(address(tasks));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.openDispute("none", 0, workerAt(0));
    }

    function test_RevertGiven_SlotWasNotRejected() external {
        expectRefusal(workerAt(1), 1, notDisputable(taskId, 1));
        expectRefusal(workerAt(2), 2, notDisputable(taskId, 2));
        expectRefusal(workerAt(4), 4, notDisputable(taskId, 4));
        tasks.settle(taskId, 2);
        tasks.settle(taskId, 4);
        expectRefusal(workerAt(2), 2, notDisputable(taskId, 2));
        expectRefusal(workerAt(4), 4, notDisputable(taskId, 4));
        // Nobody has this slot.
        expectRefusal(workerAt(0), 5, notDisputable(taskId, 5));
    }

    function test_RevertGiven_ThereIsNoBond() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        parameters.setParameters(next);
        vm.warp(START);
        taskId = createHidden();
        join(taskId, workerAt(0));
        submit(taskId, 0, workerAt(0));
        vm.warp(SUBMIT_BY + 1);
        score(taskId, 0, 1, false);
        vm.warp(SCORE_BY + 1);
        expectRefusal(workerAt(0), 0, notDisputable(taskId, 0));
    }

    function test_RevertWhen_CallerIsNotTheSlotsWorker() external {
        address[3] memory others = [workerAt(3), requester, stranger];
        for (uint256 i; i < others.length; ++i) {
            expectRefusal(
                others[i], 0, abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, 0, others[i])
            );
        }
    }

    function test_RevertGiven_ScoringIsNotOver() external {
        for (uint256 at = SCORE_BY - 1; at <= SCORE_BY; ++at) {
            vm.warp(at);
            expectRefusal(
                workerAt(0),
                0,
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_TooEarly.selector, taskId, SCORE_BY, at)
            );
        }
    }

    function test_WindowIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        uint64[3] memory inside = [SCORE_BY + 1, ASK_BY - 1, ASK_BY];
        for (uint256 i; i < inside.length; ++i) {
            vm.warp(inside[i]);
            vm.prank(workerAt(0));
            tasks.dispute(taskId, 0, uint96(REWARD));
            assertEq(hiddenGold.auditOf(taskId).answerBy, inside[i] + AUDIT_WINDOW);
            vm.revertToState(snapshot);
        }
        vm.warp(ASK_BY + 1);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, ASK_BY, ASK_BY + 1)
        );
    }

    /// @dev The window of the version the task was made under.
    function test_AParameterChangeDoesNotMoveTheWindow() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.auditWindow = 1;
        parameters.setParameters(next);
        vm.warp(ASK_BY);
        ask(taskId, 0);
        assertEq(hiddenGold.auditOf(taskId).answerBy, ASK_BY + AUDIT_WINDOW);
    }

    function test_RevertGiven_TheRequesterCouldNotAnswer() external {
        bytes32[2] memory needed = [auditKey, legalityKey];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < needed.length; ++i) {
            freeze(needed[i]);
            expectRefusal(
                workerAt(0),
                0,
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, needed[i])
            );
            vm.revertToState(snapshot);
        }
        // The score key has said all it has to say.
        freeze(scoreKey);
        ask(taskId, 0);
    }

    function test_RevertGiven_AnAuditWasAskedFor() external {
        ask(taskId, 0);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyDisputed.selector, taskId, 0, workerAt(0))
        );
        expectRefusal(workerAt(3), 3, notDisputable(taskId, 3));
        audit(taskId, list(1, 2), list(7, 7));
        hiddenGold.closeAudit(taskId);
        expectRefusal(workerAt(0), 0, notDisputable(taskId, 0));
        expectRefusal(workerAt(3), 3, notDisputable(taskId, 3));
    }

    function test_RevertWhen_TheBondIsMoreThanTheWorkerGives() external {
        vm.prank(workerAt(0));
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondTooHigh.selector, REWARD, REWARD - 1));
        tasks.dispute(taskId, 0, uint96(REWARD) - 1);
        assertEq(hiddenGold.auditOf(taskId).answerBy, 0);
    }

    function test_RevertGiven_TheWorkerCannotPayTheBond() external {
        vm.prank(workerAt(0));
        stakes.unbond(NATIVE, 1);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(
                IStakeVault.StakeVault_NotEnoughFree.selector, workerAt(0), NATIVE, REWARD - 1, REWARD
            )
        );
        assertEq(hiddenGold.auditOf(taskId).answerBy, 0);
    }

    function test_OpensAnAuditOfTheAccepted() external {
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.GoldAuditOpened(
            taskId, 3, workerAt(3), 2, false, uint64(SCORE_BY + 1 + AUDIT_WINDOW)
        );
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeOpened(taskId, 3, workerAt(3), NATIVE, REWARD);
        vm.prank(workerAt(3));
        tasks.dispute(taskId, 3, uint96(REWARD));

        IHiddenGoldSettlement.Audit memory opened = hiddenGold.auditOf(taskId);
        assertEq(opened.disputedSlot, 3);
        assertEq(opened.answerBy, SCORE_BY + 1 + AUDIT_WINDOW);
        assertEq(opened.panel, 2);
        assertEq(opened.audited, 0);
        assertFalse(opened.ofRejected);
        assertFalse(opened.closed);
        assertEq(lockedStake(workerAt(3)), REWARD);
    }

    function test_OpensAnAuditOfTheRejectedGivenNoneWasAccepted() external {
        taskId = scoredTask("none", list(1, MISSED, 0));
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.GoldAuditOpened(taskId, 2, workerAt(2), 2, true, uint64(SCORE_BY + 1 + AUDIT_WINDOW));
        vm.prank(workerAt(2));
        tasks.dispute(taskId, 2, uint96(REWARD));
        assertTrue(hiddenGold.auditOf(taskId).ofRejected);
    }

    /// @dev A requester that leaves every other slot unsettled keeps nobody from asking, and the panel is the same.
    function test_ThePanelDoesNotWaitForSettlement() external {
        uint256 snapshot = vm.snapshotState();
        ask(taskId, 0);
        uint32 unsettled = hiddenGold.auditOf(taskId).panel;
        vm.revertToState(snapshot);
        tasks.settle(taskId, 2);
        tasks.settle(taskId, 4);
        ask(taskId, 0);
        assertEq(hiddenGold.auditOf(taskId).panel, unsettled);
    }

    function test_ABondFitsNinetySixBits() external {
        uint128 most = type(uint96).max;
        uint128[2] memory rewards = [most, most + 1];
        for (uint256 i; i < rewards.length; ++i) {
            vm.warp(START);
            ITaskRegistry.TaskRequest memory made = hiddenRequest();
            (made.salt, made.slots, made.rewardPerSlot) = (bytes32(i + 1), 1, rewards[i]);
            made.bond = rewards[i] / 5 + 1;
            giveStake(requester, made.bond);
            vm.deal(requester, 2 * uint256(rewards[i]));
            taskId = createTask(made);
            join(taskId, workerAt(0));
            submit(taskId, 0, workerAt(0));
            vm.warp(SUBMIT_BY + 1);
            score(taskId, 0, 0, false);
            vm.warp(SCORE_BY + 1);
            giveStake(workerAt(0), most);
            vm.prank(workerAt(0));
            tasks.dispute(taskId, 0, type(uint96).max);
            assertEq(tasks.disputeOf(taskId, 0).bond, most);
        }
    }
}
