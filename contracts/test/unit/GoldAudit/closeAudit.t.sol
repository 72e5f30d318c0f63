// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {AnswerTally} from "../../../src/libraries/AnswerTally.sol";
import {GoldPanel} from "../../../src/libraries/GoldPanel.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract GoldAuditCloseAuditTest is GoldAuditTest {
    using AnswerTally for uint256[2];

    bytes32 internal taskId;
    uint128 internal bond;

    /// @dev Slots 0 and 1 are rejected, 2 to 6 accepted: answers to 15 items.
    function setUp() public override {
        super.setUp();
        taskId = scoredTask("audited", scores(2, 0, 5, 3), 1 ether);
        bond = tasks.task(taskId).bond;
        ask(taskId, 0);
    }

    function assertBond(ITaskRegistry.BondState expected) internal view {
        assertEq(uint8(tasks.task(taskId).bondState), uint8(expected));
        assertEq(stakes.lockedOf(taskId, requester), expected == ITaskRegistry.BondState.Held ? bond : 0);
    }

    function expectClosed(
        ITaskRegistry.Ruling ruling,
        uint16 audited,
        uint32 withGold,
        uint32 withChallenger,
        uint16 overturned
    )
        internal
    {
        uint16 size = goldAudit.auditOf(taskId, 0).panelSize;
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldAuditClosed(taskId, 0, ruling, size, audited, withGold, withChallenger, overturned);
        vm.prank(stranger);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ruling);
        assertEq(goldAudit.auditOf(taskId, 0).overturnedItems, overturned);
    }

    function test_RevertGiven_NoAuditIsOpen() external {
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_NotOpen.selector, taskId, 1));
        goldAudit.closeAudit(taskId, 1);
        decide(taskId, 0, 3, 0);
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_NotOpen.selector, taskId, 0));
        goldAudit.closeAudit(taskId, 0);
    }

    function test_RevertWhen_CallerIsNotTheSettlementOrTheAudit() external {
        IGoldAudit.Opening memory opening;
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_NotSettlement.selector, address(this)));
        goldAudit.open(taskId, opening);
        vm.expectRevert(
            abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_NotGoldAudit.selector, address(this))
        );
        hiddenGold.concludeAudit(taskId, 0, ITaskRegistry.Ruling.Upheld, 3, true);
        assertEq(goldAudit.settlement(), address(hiddenGold));
    }

    function test_RevertGiven_TheRequesterMayStillAnswer() external {
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 0, 3));
        uint64 answerBy = goldAudit.auditOf(taskId, 0).answerBy;
        vm.warp(answerBy);
        vm.expectRevert(abi.encodeWithSelector(IGoldAudit.GoldAudit_Pending.selector, taskId, 0, 4, 5, answerBy));
        goldAudit.closeAudit(taskId, 0);
    }

    function test_DismissesWhatMoreAnswerWithTheGold() external {
        answer(taskId, 0, 3, 0);
        expectClosed(ITaskRegistry.Ruling.Dismissed, 5, 15, 0, 0);
        assertBond(ITaskRegistry.BondState.Held);
    }

    function test_UpholdsWhatMoreAnswerAgainstTheGold() external {
        answer(taskId, 0, 0, 3);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldAuditClosed(taskId, 0, ITaskRegistry.Ruling.Upheld, 5, 5, 0, 15, 3);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldOverturned(taskId, 7);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondBurned(taskId, requester, NATIVE, bond);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeBurned(taskId, requester, NATIVE, bond);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
        assertBond(ITaskRegistry.BondState.Burned);
        assertEq(stakes.burnedOf(NATIVE), bond);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        assertEq(hiddenGold.standingOf(taskId).overturnedItems, 3);
        assertEq(goldAudit.overturnedOf(taskId), 7);
    }

    /// @dev As many on either side, none at all, and a lead that chance may give.
    function test_IsVoidBetweenThem() external {
        uint256 snapshot = vm.snapshotState();
        answer(taskId, 0, 1, 1);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 5, 5, 1);
        vm.revertToState(snapshot);
        answer(taskId, 0, 0, 0);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 0, 0, 0);
        vm.revertToState(snapshot);
        // 10 to 5: 5 * 5 < 4 * 15. The one item that is overturned has five answers, of nine that are needed.
        answer(taskId, 0, 2, 1);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 10, 5, 1);
        assertBond(ITaskRegistry.BondState.Held);
        assertEq(tasks.recordOf(requester).bondsLost, 0);
        assertEq(goldAudit.overturnedOf(taskId), 0, "an audit that is not upheld says nothing about the gold");
        assertEq(hiddenGold.standingOf(taskId).overturnedItems, 0);
    }

    /// @dev Two of three items have to be right. The challenger's own mistake, on which all side with the gold, is no answer to
    /// the two that are rigged.
    function test_UpholdsWhatIsRiggedWhateverElseTheChallengerGotWrong() external {
        answer(taskId, 0, 1, 2);
        expectClosed(ITaskRegistry.Ruling.Upheld, 5, 5, 10, 2);
        assertEq(goldAudit.overturnedOf(taskId), 6);
        assertBond(ITaskRegistry.BondState.Burned);
    }

    /// @dev The bond burns once, whatever else is upheld.
    function test_AnAuditAfterOneThatWasUpheldIsDecidedAsAnyOther() external {
        ask(taskId, 1);
        decide(taskId, 1, 0, 3);
        assertBond(ITaskRegistry.BondState.Burned);
        uint256 snapshot = vm.snapshotState();
        answer(taskId, 0, 3, 0);
        expectClosed(ITaskRegistry.Ruling.Dismissed, 5, 15, 0, 0);
        vm.revertToState(snapshot);
        answer(taskId, 0, 0, 3);
        expectClosed(ITaskRegistry.Ruling.Upheld, 5, 0, 15, 3);
        assertEq(stakes.burnedOf(NATIVE), bond);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        assertEq(hiddenGold.standingOf(taskId).openAudits, 0);
    }

    function test_UpholdsGivenTheRequesterIsSilent() external {
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 3, 0));
        vm.warp(goldAudit.auditOf(taskId, 0).answerBy + 1);
        expectClosed(ITaskRegistry.Ruling.Upheld, 4, 12, 0, 3);
        assertBond(ITaskRegistry.BondState.Burned);
        assertEq(goldAudit.overturnedOf(taskId), 7, "all of the gold");
    }

    function test_IsVoidGivenTheRequesterCannotAnswerAnyMore() external {
        bytes32[2] memory needed = [auditKey, legalityKey];
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 0, 3));
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freeze(needed[i]);
            expectClosed(ITaskRegistry.Ruling.Void, 4, 0, 12, 0);
            assertBond(ITaskRegistry.BondState.Held);
            vm.revertToState(snapshot);
        }
    }

    function test_AProvenPanelDecidesWhateverIsFrozen() external {
        answer(taskId, 0, 0, 3);
        freeze(auditKey);
        freeze(legalityKey);
        expectClosed(ITaskRegistry.Ruling.Upheld, 5, 0, 15, 3);
    }

    /// @dev The rate of the version that the task was made under: eleven of fifteen are more than 60 % and less than 75 %.
    function test_AParameterChangeDoesNotMoveTheRate() external {
        taskId = scoredTask("wider", scores(1, 0, 15, 3), 1 ether);
        bond = tasks.task(taskId).bond;
        ask(taskId, 0);
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.auditRateBps = 7500;
        parameters.setParameters(next);
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(1, 12), 0, 3));
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(12, 16), 3, 0));
        expectClosed(ITaskRegistry.Ruling.Upheld, 15, 12, 33, 3);
    }

    /// @dev Each bound of the rule, one answer to either side of it. Every item has the same answers.
    function test_TheRuleAtItsBounds() external pure {
        uint256 rate = 6000;
        assertRule(same(1, 0, 9), 1, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(same(1, 0, 8), 1, rate, ITaskRegistry.Ruling.Void);
        assertRule(same(3, 0, 3), 3, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(same(3, 0, 3), 4, rate, ITaskRegistry.Ruling.Void);
        assertRule(same(1, 4, 0), 1, rate, ITaskRegistry.Ruling.Dismissed);
        assertRule(same(1, 3, 0), 1, rate, ITaskRegistry.Ruling.Void);
        assertRule(same(1, 0, 0), 1, rate, ITaskRegistry.Ruling.Void);
        // 20 * 20 >= 9 * 44; 19 * 19 < 9 * 43.
        assertRule(same(1, 12, 32), 1, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(same(1, 12, 31), 1, rate, ITaskRegistry.Ruling.Void);
        // Three fifths of an item, and less; eight items are beyond chance, seven are not.
        assertRule(same(8, 12, 18), 8, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(same(7, 12, 18), 7, rate, ITaskRegistry.Ruling.Void);
        assertRule(same(62, 13, 18), 1, rate, ITaskRegistry.Ruling.Void);
        assertRule(same(62, 0, 32), 62, rate, ITaskRegistry.Ruling.Upheld);
    }

    /// @dev One answer overturns an item for the challenger when nobody says otherwise; for others more than half of the panel has to.
    function test_WhatFewAnswerOverturnsNothingForOthers() external pure {
        for (uint256 panel = 2; panel <= 32; ++panel) {
            for (uint256 b; b <= panel; ++b) {
                Tallies memory told = same(3, 0, b);
                assertEq(GoldPanel.overturnedForAll(told.gold, told.challenger, 6000, panel), 2 * b > panel ? 7 : 0);
            }
        }
        // More than half, and not three fifths of what they say.
        Tallies memory split = same(2, 4, 5);
        assertEq(GoldPanel.overturnedForAll(split.gold, split.challenger, 6000, 9), 0);
        split = same(2, 3, 6);
        assertEq(GoldPanel.overturnedForAll(split.gold, split.challenger, 6000, 9), 3);
    }

    /// @dev However many other items all answer as the gold does.
    function testFuzz_MistakesShieldNoRiggedItem(uint8 rigged, uint8 own, uint8 size) external pure {
        rigged = uint8(bound(rigged, 1, 20));
        own = uint8(bound(own, 0, 40));
        size = uint8(bound(size, 2, 32));
        Tallies memory told = same(rigged, 0, size);
        for (uint256 i; i < size; ++i) {
            told.gold.add(((1 << own) - 1) << rigged);
        }
        bool beyondChance = uint256(rigged) * size >= 9;
        (ITaskRegistry.Ruling ruling, uint256 overturned) = GoldPanel.rulingOf(told.gold, told.challenger, rigged, 6000);
        assertEq(overturned, rigged);
        assertEq(GoldPanel.overturnedForAll(told.gold, told.challenger, 6000, size), (1 << rigged) - 1);
        if (beyondChance) assertEq(uint8(ruling), uint8(ITaskRegistry.Ruling.Upheld));
        else assertNotEq(uint8(ruling), uint8(ITaskRegistry.Ruling.Upheld));
    }

    /// @dev Added up across, counters are what they are one by one.
    function testFuzz_CountsEveryItem(uint256[32] calldata answers) external pure {
        uint256[2] memory tally;
        uint256 all = (1 << 62) - 1;
        for (uint256 i; i < 32; ++i) {
            tally.add(answers[i] & all);
        }
        for (uint256 item; item < 62; ++item) {
            uint256 count;
            for (uint256 i; i < 32; ++i) {
                count += answers[i] >> item & 1;
            }
            assertEq(tally.countOf(item), count);
        }
    }

    struct Tallies {
        uint256[2] gold;
        uint256[2] challenger;
    }

    /// @dev So many items, each with so many answers of both kinds.
    function same(uint256 items, uint256 gold, uint256 challenger) internal pure returns (Tallies memory told) {
        uint256 all = (1 << items) - 1;
        for (uint256 i; i < gold; ++i) {
            told.gold.add(all);
        }
        for (uint256 i; i < challenger; ++i) {
            told.challenger.add(all);
        }
    }

    function assertRule(
        Tallies memory told,
        uint256 needed,
        uint256 rate,
        ITaskRegistry.Ruling expected
    )
        internal
        pure
    {
        (ITaskRegistry.Ruling ruling,) = GoldPanel.rulingOf(told.gold, told.challenger, needed, rate);
        assertEq(uint8(ruling), uint8(expected));
    }

    /// @dev Whatever the requester scores or leaves unscored, some panel can overturn what the others who submitted could.
    function testFuzz_NobodyTakesThePowerToDecideFromAPanel(
        uint32 submitted,
        uint32 rejected,
        uint8 items
    )
        external
        pure
    {
        submitted = uint32(bound(submitted, 1, 10_000));
        rejected = uint32(bound(rejected, 1, submitted));
        (uint256 population, bool ofAccepted) = GoldPanel.populationOf(submitted, rejected, items);
        assertEq(GoldPanel.canUphold(population, items), GoldPanel.canUphold(submitted - 1, items));
        // Rejected accounts never outnumber accepted ones unless these are fewer than half, or could decide nothing.
        if (ofAccepted) assertEq(population, submitted - rejected);
        else assertEq(population, submitted - 1);
    }

    /// @dev What can be upheld can be upheld by a panel of one mind, and no other can.
    function testFuzz_CanUpholdIsWhatUnanimityUpholds(uint16 population, uint8 items) external pure {
        items = uint8(bound(items, 1, 62));
        Tallies memory told = same(items, 0, GoldPanel.sizeOf(population));
        (ITaskRegistry.Ruling ruling,) = GoldPanel.rulingOf(told.gold, told.challenger, items, 7500);
        bool upheld = ruling == ITaskRegistry.Ruling.Upheld;
        assertEq(GoldPanel.canUphold(population, items), upheld && population >= 2);
    }
}
