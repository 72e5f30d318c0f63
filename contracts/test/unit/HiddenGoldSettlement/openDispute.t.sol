// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../../src/interfaces/IGoldAudit.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract HiddenGoldSettlementOpenDisputeTest is GoldAuditTest {
    /// @dev Of panels of one to eight.
    uint96 internal constant BOND = uint96(REWARD);

    bytes32 internal taskId;

    /// @dev Slots 0 and 5 are rejected, 1 to 4 accepted: 4 by silence. Slot 6 is missed.
    function setUp() public override {
        super.setUp();
        uint256[] memory made = new uint256[](7);
        (made[1], made[2], made[3], made[4], made[6]) = (2, 3, 2, SILENT, MISSED);
        taskId = scoredTask("audited", made);
        for (uint256 i; i < made.length; ++i) {
            giveStake(workerAt(i), BOND);
        }
    }

    function expectRefusal(address challenger, uint32 slot, bytes memory reason) internal {
        vm.prank(challenger);
        vm.expectRevert(reason);
        tasks.dispute(taskId, slot, BOND);
    }

    function dispute(uint32 slot) internal {
        vm.prank(workerAt(slot));
        tasks.dispute(taskId, slot, BOND);
    }

    function notDisputable(uint32 slot) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, taskId, slot);
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
        for (uint32 slot = 1; slot < 8; ++slot) {
            if (slot == 5) continue;
            expectRefusal(workerAt(slot), slot, notDisputable(slot));
        }
        tasks.settle(taskId, 4);
        tasks.settle(taskId, 6);
        expectRefusal(workerAt(4), 4, notDisputable(4));
        expectRefusal(workerAt(6), 6, notDisputable(6));
    }

    function test_RevertGiven_TheRejectedSlotHasEnded() external {
        vm.warp(uint256(ASK_BY) + 1);
        tasks.settle(taskId, 0);
        vm.warp(ASK_BY);
        expectRefusal(workerAt(0), 0, notDisputable(0));
    }

    function test_RevertWhen_CallerIsNotTheSlotsWorker() external {
        address[3] memory others = [workerAt(5), requester, stranger];
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
            dispute(0);
            assertEq(goldAudit.auditOf(taskId, 0).answerBy, inside[i] + AUDIT_WINDOW);
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
        next.auditWindow = 10;
        parameters.setParameters(next);
        vm.warp(ASK_BY);
        dispute(0);
        assertEq(goldAudit.auditOf(taskId, 0).answerBy, ASK_BY + AUDIT_WINDOW);
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
        dispute(0);
    }

    function test_RevertGiven_ItsWorkerAskedBefore() external {
        dispute(0);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyDisputed.selector, taskId, 0, workerAt(0))
        );
        decide(taskId, 0, 1, 0);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyDisputed.selector, taskId, 0, workerAt(0))
        );
    }

    /// @dev It is redressed already.
    function test_RevertGiven_AuditsOverturnedAsManyItemsAsTheSlotLacks() external {
        dispute(0);
        decide(taskId, 0, 0, 3);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
        expectRefusal(workerAt(5), 5, notDisputable(5));
    }

    /// @dev Two others who can disagree in three items each: six answers, however unanimous, show nothing.
    function test_RevertGiven_TheOthersAnswersCouldShowNothing() external {
        taskId = scoredTask("small", list(0, 2, 3));
        giveStake(workerAt(0), BOND);
        expectRefusal(
            workerAt(0), 0, abi.encodeWithSelector(IGoldAudit.GoldAudit_TooFewAnswers.selector, taskId, 0, 6, 9)
        );
        // Three others and two items.
        taskId = scoredTask("larger", list(1, 2, 2, 3));
        expectRefusal(
            workerAt(0), 0, abi.encodeWithSelector(IGoldAudit.GoldAudit_TooFewAnswers.selector, taskId, 0, 6, 9)
        );
        // One other: there is no third opinion.
        taskId = scoredTask("two", list(0, 2));
        expectRefusal(
            workerAt(0), 0, abi.encodeWithSelector(IGoldAudit.GoldAudit_TooFewAnswers.selector, taskId, 0, 3, 9)
        );
    }

    function test_RevertWhen_TheBondIsMoreThanTheWorkerGives() external {
        vm.prank(workerAt(0));
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondTooHigh.selector, BOND, BOND - 1));
        tasks.dispute(taskId, 0, BOND - 1);
        assertEq(goldAudit.auditOf(taskId, 0).answerBy, 0);
        assertEq(hiddenGold.standingOf(taskId).openAudits, 0);
    }

    function test_RevertGiven_TheWorkerCannotPayTheBond() external {
        vm.prank(workerAt(0));
        stakes.unbond(NATIVE, 1);
        expectRefusal(
            workerAt(0),
            0,
            abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, workerAt(0), NATIVE, BOND - 1, BOND)
        );
        assertEq(goldAudit.auditOf(taskId, 0).answerBy, 0);
    }

    function test_OpensAnAuditOfTheAccepted() external {
        uint64 answerBy = uint64(SCORE_BY + 1 + AUDIT_WINDOW);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldAuditOpened(taskId, 5, workerAt(5), 4, 4, true, 3, answerBy, 0);
        // The rejected are first in the list, and have changed places with others.
        uint32[] memory panel = new uint32[](4);
        (panel[0], panel[1], panel[2], panel[3]) = (2, 3, 4, 1);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.PanelDrawn(taskId, 5, panel);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeOpened(taskId, 5, workerAt(5), NATIVE, BOND);
        dispute(5);

        IGoldAudit.Audit memory opened = goldAudit.auditOf(taskId, 5);
        assertEq(opened.answerBy, answerBy);
        assertEq(opened.panelSize, 4);
        assertEq(opened.population, 4);
        assertEq(opened.disputedItems, 3);
        assertTrue(opened.ofAccepted && opened.drawn);
        assertFalse(opened.closed);
        assertEq(lockedStake(workerAt(5)), BOND);
        assertEq(hiddenGold.standingOf(taskId).openAudits, 1);
        assertEq(uint8(hiddenGold.rejectionOf(taskId, 5).audit), 1);
    }

    /// @dev Were there one audit for a task, a requester could use it up with an account of its own.
    function test_EveryRejectedWorkerAsksForItself() external {
        dispute(0);
        dispute(5);
        assertEq(hiddenGold.standingOf(taskId).openAudits, 2);
        assertEq(abi.encode(goldAudit.panelOf(taskId, 0)), abi.encode(goldAudit.panelOf(taskId, 5)));
    }

    /// @dev Two accepted of five, and one of four: everyone else, never the challenger.
    function test_OpensAnAuditOfEveryoneElseGivenTooFewWereAccepted() external {
        uint256[][2] memory cases = [scores(3, 0, 2, 3), scores(3, 0, 1, SILENT)];
        for (uint256 i; i < 2; ++i) {
            taskId = scoredTask(bytes32(i), cases[i]);
            ask(taskId, 1);
            IGoldAudit.Audit memory opened = goldAudit.auditOf(taskId, 1);
            assertFalse(opened.ofAccepted);
            assertEq(opened.panelSize, cases[i].length - 1);
            uint32[] memory panel = goldAudit.panelOf(taskId, 1);
            uint256 seen;
            for (uint256 j; j < panel.length; ++j) {
                seen |= 1 << panel[j];
            }
            assertEq(seen, (1 << cases[i].length) - 1 - 2);
        }
    }

    /// @dev A requester that leaves every other slot unsettled keeps nobody from asking, and the panel is the same.
    function test_ThePanelDoesNotWaitForSettlement() external {
        uint256 snapshot = vm.snapshotState();
        dispute(0);
        bytes memory unsettled = abi.encode(goldAudit.panelOf(taskId, 0));
        vm.revertToState(snapshot);
        tasks.settle(taskId, 4);
        tasks.settle(taskId, 6);
        dispute(0);
        assertEq(abi.encode(goldAudit.panelOf(taskId, 0)), unsettled);
    }

    function test_TheBondGrowsWithThePanel() external {
        uint256[5] memory others = [uint256(8), 9, 16, 17, 40];
        uint256[5] memory rewards = [uint256(1), 2, 2, 3, 4];
        for (uint256 i; i < 5; ++i) {
            taskId = scoredTask(bytes32(i), scores(1, 0, others[i], 3));
            ask(taskId, 0);
            assertEq(tasks.disputeOf(taskId, 0).bond, rewards[i] * REWARD);
        }
    }

    function test_ABondFitsNinetySixBits() external {
        uint128 most = type(uint96).max;
        uint128[2] memory rewards = [most, most + 1];
        for (uint256 i; i < rewards.length; ++i) {
            vm.warp(START);
            ITaskRegistry.TaskRequest memory made = hiddenRequest();
            (made.salt, made.slots, made.rewardPerSlot) = (bytes32(i + 1), 4, rewards[i]);
            vm.deal(requester, 8 * uint256(rewards[i]));
            taskId = createTask(made);
            for (uint32 slot; slot < 4; ++slot) {
                join(taskId, workerAt(slot));
                submit(taskId, slot, workerAt(slot));
            }
            vm.warp(SUBMIT_BY + 1);
            score(taskId, 0, 0, false);
            vm.warp(SCORE_BY + 1);
            giveStake(workerAt(0), most);
            vm.prank(workerAt(0));
            tasks.dispute(taskId, 0, type(uint96).max);
            assertEq(tasks.disputeOf(taskId, 0).bond, most);
        }
    }

    /// @dev All ask in the last second, and the end that the task stated is the last one's to answer.
    function test_NoTimeToAnswerIsAfterTheStatedEnd() external {
        taskId = scoredTask("all ask", scores(10, 0, 0, 0));
        for (uint32 slot; slot < 10; ++slot) {
            vm.warp(ASK_BY);
            ask(taskId, slot);
            assertLe(goldAudit.auditOf(taskId, slot).answerBy, hiddenGold.finalDeadline(taskId));
        }
        assertEq(goldAudit.auditOf(taskId, 9).answerBy, hiddenGold.finalDeadline(taskId));
        assertEq(hiddenGold.finalDeadline(taskId), ASK_BY + AUDIT_WINDOW + AUDIT_WINDOW * 9 / 64);
    }
}
