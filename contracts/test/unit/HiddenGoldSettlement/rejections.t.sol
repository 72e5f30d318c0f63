// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

/// @notice What becomes of rejected slots, and in which order it does not matter.
contract HiddenGoldSettlementRejectionsTest is GoldAuditTest {
    uint128 internal constant STAKE = 1 ether;

    bytes32 internal taskId;

    /// @dev Slots 0, 1, 2 are rejected with 0, 0 and 1 agreements, 3 to 7 accepted.
    function setUp() public override {
        super.setUp();
        uint256[] memory made = scores(3, 0, 5, 3);
        made[2] = 1;
        taskId = scoredTask("rejections", made, STAKE);
    }

    function assertAll(ISettlement.Outcome expected) internal view {
        for (uint32 slot; slot < 3; ++slot) {
            assertOutcome(taskId, slot, expected);
        }
    }

    function worth(address account) internal view returns (uint256) {
        return tasks.creditOf(account, NATIVE) + freeStake(account) + lockedStake(account);
    }

    function test_NothingMovesBeforeTheWindowIsOver() external {
        for (uint32 slot; slot < 3; ++slot) {
            assertState(taskId, slot, ITaskRegistry.SlotState.Joined);
            assertEq(lockedStake(workerAt(slot)), STAKE);
            assertTrue(hiddenGold.rejectionOf(taskId, slot).rejected);
        }
        assertEq(hiddenGold.rejectionOf(taskId, 2).agreements, 1);
        assertEq(hiddenGold.standingOf(taskId).rejected, 3);
        assertEq(hiddenGold.standingOf(taskId).mostDisputedItems, 3);
        assertEq(tasks.task(taskId).escrow, 3 * uint256(REWARD + FEE));
        assertEq(tasks.creditOf(requester, NATIVE), 0);
        vm.warp(ASK_BY);
        assertAll(ISettlement.Outcome.Pending);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_OutcomePending.selector, taskId, 0));
        tasks.settle(taskId, 0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, taskId));
        tasks.releaseBond(taskId);
    }

    function test_RejectedWhenNobodyAsks() external {
        vm.warp(ASK_BY + 1);
        assertAll(ISettlement.Outcome.Rejected);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 2, 3333, ITaskRegistry.Ending.Rejected);
        tasks.settle(taskId, 2);
        settleAll(taskId);
        assertEq(freeStake(treasury), 3 * STAKE * REJECTED_SLASH_BPS / 10_000);
        assertEq(tasks.creditOf(requester, NATIVE), 3 * uint256(REWARD + FEE));
        tasks.releaseBond(taskId);
        assertEq(tasks.recordOf(requester).refused, 3);
        assertEq(tasks.recordOf(workerAt(0)).rejected, 1);
    }

    function test_UpheldMakesEveryRejectedWorkerWhole() external {
        ask(taskId, 0);
        uint256 had = worth(workerAt(0));
        decide(taskId, 0, 0, 3);
        assertAll(ISettlement.Outcome.Redressed);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, workerAt(0), 0, ITaskRegistry.Ending.Redressed);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 0, workerAt(0), ITaskRegistry.Ruling.Upheld, address(0));
        tasks.settle(taskId, 0);
        settleAll(taskId);
        assertEq(worth(workerAt(0)), had + REWARD);
        assertEq(worth(workerAt(1)), STAKE + REWARD);
        assertEq(worth(workerAt(2)), STAKE + REWARD);
        for (uint256 i; i < 3; ++i) {
            assertEq(lockedStake(workerAt(i)), 0);
        }
        assertEq(freeStake(treasury), 0);
        assertEq(tasks.creditOf(treasury, NATIVE), 8 * uint256(FEE));
        assertEq(tasks.creditOf(requester, NATIVE), 0);
        assertEq(tasks.recordOf(requester).refused, 3);
        assertEq(tasks.recordOf(requester).paid, 5);
        assertEq(tasks.recordOf(workerAt(1)).rejected, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_BondNotHeld.selector, taskId, ITaskRegistry.BondState.Burned
            )
        );
        tasks.releaseBond(taskId);
    }

    /// @dev Slots 0, 1, 2 are rejected with 0, 0 and 1 agreements, 3 to 11 accepted: nine answers to an item overturn it.
    function mistaken(bytes32 salt) internal {
        uint256[] memory made = scores(3, 0, 9, 3);
        made[2] = 1;
        taskId = scoredTask(salt, made, STAKE);
    }

    /// @dev One item is wrong. Who lacks just that one has been wronged; who would not have passed with it has not.
    function test_UpheldRedressesThoseAloneWhoWouldHavePassedWithTheOverturnedItems() external {
        mistaken("one item is wrong");
        ask(taskId, 2);
        ask(taskId, 0);
        uint256[3] memory had = [worth(workerAt(0)), worth(workerAt(1)), worth(workerAt(2))];
        decide(taskId, 2, 1, 1);
        assertRuling(taskId, 2, ITaskRegistry.Ruling.Upheld);
        assertEq(hiddenGold.standingOf(taskId).overturnedItems, 1);
        assertBond(taskId, ITaskRegistry.BondState.Burned);
        assertOutcome(taskId, 2, ISettlement.Outcome.Redressed);
        assertOutcome(taskId, 0, ISettlement.Outcome.Pending);
        assertOutcome(taskId, 1, ISettlement.Outcome.Pending);
        // Slot 1 may still ask, slot 2 need not.
        uint256 snapshot = vm.snapshotState();
        ask(taskId, 1);
        vm.revertToState(snapshot);
        decide(taskId, 0, 3, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Dismissed);
        vm.warp(ASK_BY + 1);
        settleAll(taskId);
        // Slot 1 did not ask: where the gold was found wrong, that slashes nobody.
        assertEndings(ITaskRegistry.Ending.Rejected, ITaskRegistry.Ending.Lapsed, ITaskRegistry.Ending.Redressed);
        uint256 loss = STAKE * REJECTED_SLASH_BPS / 10_000;
        assertEq(worth(workerAt(0)), had[0] - loss - auditBond(9));
        assertEq(worth(workerAt(1)), had[1]);
        assertEq(worth(workerAt(2)), had[2] + REWARD);
        assertEq(stakes.burnedOf(NATIVE), tasks.task(taskId).bond);
    }

    /// @dev Gold that two audits found wrong in an item each is wrong in two.
    function test_ItemsOfSeveralAuditsCountTogether() external {
        uint256[] memory made = scores(3, 0, 9, 3);
        (made[1], made[2]) = (1, 1);
        taskId = scoredTask("together", made, STAKE);
        ask(taskId, 1);
        ask(taskId, 2);
        decide(taskId, 1, 0, 1);
        assertEq(goldAudit.overturnedOf(taskId), 1);
        assertOutcome(taskId, 0, ISettlement.Outcome.Pending);
        uint256 snapshot = vm.snapshotState();
        // The same item again.
        decide(taskId, 2, 0, 1);
        assertEq(hiddenGold.standingOf(taskId).overturnedItems, 1);
        assertOutcome(taskId, 0, ISettlement.Outcome.Pending);
        vm.revertToState(snapshot);
        decide(taskId, 2, 1, 1);
        assertEq(goldAudit.overturnedOf(taskId), 3);
        assertEq(hiddenGold.standingOf(taskId).overturnedItems, 2);
        assertOutcome(taskId, 0, ISettlement.Outcome.Redressed);
    }

    /// @dev Gold that nobody answers for is wrong in every item.
    function test_SilenceRedressesEverybody() external {
        mistaken("silent");
        ask(taskId, 2);
        vm.warp(goldAudit.auditOf(taskId, 2).answerBy + 1);
        goldAudit.closeAudit(taskId, 2);
        assertAll(ISettlement.Outcome.Redressed);
    }

    /// @dev A redressed worker is paid while its own audit is open; who is not waits for it.
    function test_ARedressedSlotEndsBeforeItsOwnAudit() external {
        uint256[] memory made = scores(4, 1, 9, 3);
        made[0] = 0;
        taskId = scoredTask("open", made, STAKE);
        ask(taskId, 1);
        ask(taskId, 2);
        uint256 had = worth(workerAt(2));
        decide(taskId, 1, 0, 1);
        tasks.settle(taskId, 2);
        assertEnding(taskId, 2, ITaskRegistry.Ending.Redressed);
        vm.warp(ASK_BY + 1);
        assertOutcome(taskId, 0, ISettlement.Outcome.Pending);
        decide(taskId, 2, 2, 0);
        assertRuling(taskId, 2, ITaskRegistry.Ruling.Dismissed);
        assertOutcome(taskId, 0, ISettlement.Outcome.Returned);
        assertOutcome(taskId, 3, ISettlement.Outcome.Redressed);
        assertEq(worth(workerAt(2)), had + REWARD, "its own audit costs it nothing any more");
    }

    /// @dev The others may still ask, and win.
    function test_DismissedConcernsTheChallengerAlone() external {
        ask(taskId, 0);
        uint256 had = worth(workerAt(0));
        decide(taskId, 0, 3, 0);
        assertAll(ISettlement.Outcome.Pending);
        ask(taskId, 1);
        vm.warp(ASK_BY + 1);
        assertAll(ISettlement.Outcome.Pending);
        decide(taskId, 1, 0, 0);
        assertOutcome(taskId, 0, ISettlement.Outcome.Rejected);
        assertOutcome(taskId, 1, ISettlement.Outcome.Returned);
        assertOutcome(taskId, 2, ISettlement.Outcome.Rejected);

        uint256 requesterHad = freeStake(requester);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 0, workerAt(0), ITaskRegistry.Ruling.Dismissed, requester);
        tasks.settle(taskId, 0);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 1, workerAt(1), ITaskRegistry.Ruling.Void, address(0));
        tasks.settle(taskId, 1);
        settleAll(taskId);
        uint256 loss = STAKE * REJECTED_SLASH_BPS / 10_000;
        assertEq(worth(workerAt(0)), had - loss - auditBond(5));
        assertEq(freeStake(requester), requesterHad + auditBond(5) / 2, "half of the bond; the treasury has the other");
        assertEq(worth(workerAt(1)), STAKE + 4 * REWARD);
        assertEq(worth(workerAt(2)), STAKE - loss);
        assertEq(tasks.recordOf(workerAt(0)).disputesLost, 1);
        assertEq(tasks.recordOf(workerAt(1)).disputesLost, 0);
        assertEndings(ITaskRegistry.Ending.Rejected, ITaskRegistry.Ending.Lapsed, ITaskRegistry.Ending.Rejected);
    }

    function assertEndings(ITaskRegistry.Ending a, ITaskRegistry.Ending b, ITaskRegistry.Ending c) internal view {
        assertEnding(taskId, 0, a);
        assertEnding(taskId, 1, b);
        assertEnding(taskId, 2, c);
    }

    function test_ReturnedAtOnceGivenFewerThanThreeSubmitted() external {
        uint256[][2] memory cases = [list(0), list(0, 3, MISSED)];
        for (uint256 i; i < 2; ++i) {
            taskId = scoredTask(bytes32(i), cases[i], STAKE);
            vm.warp(SUBMIT_BY + 1);
            assertOutcome(taskId, 0, ISettlement.Outcome.Returned);
            tasks.settle(taskId, 0);
            assertEnding(taskId, 0, ITaskRegistry.Ending.Lapsed);
            assertEq(stakes.lockedOf(taskId, workerAt(0)), 0);
            assertEq(tasks.recordOf(workerAt(0)).rejected, 0);
        }
        assertEq(freeStake(treasury), 0);
    }

    /// @dev Two others who can disagree in three items each, or three in two: no answers of theirs would be beyond chance.
    function test_ReturnedWhenScoringIsOverGivenTheOthersAnswersCouldShowNothing() external {
        uint256[][2] memory cases = [list(0, 2, 3), list(1, 2, 2, 3)];
        for (uint256 i; i < 2; ++i) {
            taskId = scoredTask(bytes32(i), cases[i], STAKE);
            vm.warp(SCORE_BY);
            assertOutcome(taskId, 0, ISettlement.Outcome.Pending);
            vm.warp(SCORE_BY + 1);
            assertOutcome(taskId, 0, ISettlement.Outcome.Returned);
            tasks.settle(taskId, 0);
            assertEnding(taskId, 0, ITaskRegistry.Ending.Lapsed);
        }
        assertEq(freeStake(treasury), 0);
    }

    /// @dev Slot 0 could win an audit, slot 1 could not: its own answers are too near the gold. It waits for slot 0's.
    function test_WhoCouldNotWinIsNotSlashedAndIsRedressedWithTheOthers() external {
        uint256[] memory near = scores(2, 0, 3, 3);
        near[1] = 1;
        taskId = scoredTask("near", near, STAKE);
        assertOutcome(taskId, 1, ISettlement.Outcome.Pending);
        uint256 snapshot = vm.snapshotState();
        vm.warp(ASK_BY + 1);
        assertOutcome(taskId, 0, ISettlement.Outcome.Rejected);
        assertOutcome(taskId, 1, ISettlement.Outcome.Returned);
        vm.revertToState(snapshot);
        ask(taskId, 0);
        decide(taskId, 0, 0, 3);
        assertOutcome(taskId, 1, ISettlement.Outcome.Redressed);
    }

    function test_ReturnedAtOnceGivenNobodyCanAuditAnyMore() external {
        bytes32[2] memory needed = [auditKey, legalityKey];
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            freeze(needed[i]);
            assertAll(ISettlement.Outcome.Returned);
            settleAll(taskId);
            assertEq(freeStake(treasury), 0);
            assertEndings(ITaskRegistry.Ending.Lapsed, ITaskRegistry.Ending.Lapsed, ITaskRegistry.Ending.Lapsed);
            vm.revertToState(snapshot);
        }
        // The score key has said all it has to say.
        freeze(scoreKey);
        assertAll(ISettlement.Outcome.Pending);
        vm.warp(ASK_BY + 1);
        assertAll(ISettlement.Outcome.Rejected);
    }

    /// @dev A freeze stops what is not proven; a panel that is proven still decides, so everything waits for it.
    function test_AFreezeWaitsForOpenAudits() external {
        ask(taskId, 0);
        ask(taskId, 1);
        answer(taskId, 1, 0, 3);
        freeze(auditKey);
        assertAll(ISettlement.Outcome.Pending);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Void);
        assertAll(ISettlement.Outcome.Pending);
        goldAudit.closeAudit(taskId, 1);
        assertAll(ISettlement.Outcome.Redressed);
    }

    /// @dev Ends of everyone after some calls in some order.
    function endsOf(uint256 order) internal returns (bytes memory) {
        // Three audits: answered for the gold, against it (or neither, for even orders of the caller), and not at all.
        uint32[3] memory slots = [uint32(0), 1, 2];
        for (uint256 i; i < 3; ++i) {
            uint256 other = i + order % (3 - i);
            order /= 3 - i;
            (slots[i], slots[other]) = (slots[other], slots[i]);
        }
        for (uint256 i; i < 3; ++i) {
            try goldAudit.closeAudit(taskId, slots[i]) {} catch {}
            // Whoever can be settled is, in between.
            settleAll(taskId);
        }
        vm.warp(uint256(ASK_BY) + AUDIT_WINDOW + 2);
        settleAll(taskId);
        assertEq(tasks.task(taskId).escrow, 0);
        try tasks.releaseBond(taskId) {} catch {}
        uint256 joined = tasks.task(taskId).joined;
        uint256[] memory ends = new uint256[](joined);
        for (uint256 i; i < joined; ++i) {
            ends[i] = worth(workerAt(i));
        }
        return abi.encode(ends, worth(requester), worth(treasury), stakes.burnedOf(NATIVE));
    }

    /// @dev Each audit answered in its own way, closed and settled in every order: everybody has the same in the end.
    function test_TheOrderOfClosingAndSettlingDecidesNothing() external {
        for (uint32 slot; slot < 3; ++slot) {
            ask(taskId, slot);
        }
        // Dismissed; upheld, void or dismissed; silent only in the first.
        uint256[2][3] memory second = [[uint256(0), 3], [uint256(0), 0], [uint256(3), 0]];
        for (uint256 variant; variant < 3; ++variant) {
            uint256 snapshot = vm.snapshotState();
            answer(taskId, 0, 3, 0);
            answer(taskId, 1, second[variant][0], second[variant][1]);
            if (variant != 0) answer(taskId, 2, 1, 1);
            vm.warp(goldAudit.auditOf(taskId, 2).answerBy + 1);
            checkOrders();
            vm.revertToState(snapshot);
        }
    }

    function checkOrders() internal {
        uint256 answered = vm.snapshotState();
        bytes memory first = endsOf(0);
        vm.revertToState(answered);
        for (uint256 order = 1; order < 6; ++order) {
            assertEq(endsOf(order), first, "another order, another end");
            vm.revertToState(answered);
        }
    }

    /// @dev The same where one of them redresses only some: slot 1 is upheld with one item; slot 0 is dismissed or void, slot 2
    /// dismissed (and redressed all the same), upheld in another item or not answered.
    function test_TheOrderDecidesNothingWhereSomeAreRedressed() external {
        uint256[2][3] memory third = [[uint256(2), 0], [uint256(1), 1], [uint256(0), 0]];
        for (uint256 variant; variant < 6; ++variant) {
            uint256[] memory made = scores(3, 1, 9, 3);
            made[0] = 0;
            taskId = scoredTask(bytes32(variant), made, STAKE);
            for (uint32 slot; slot < 3; ++slot) {
                ask(taskId, slot);
            }
            answer(taskId, 0, variant < 3 ? 3 : 0, 0);
            answer(taskId, 1, 0, 1);
            if (variant % 3 != 2) answer(taskId, 2, third[variant % 3][0], third[variant % 3][1]);
            vm.warp(goldAudit.auditOf(taskId, 2).answerBy + 1);
            checkOrders();
        }
    }
}
