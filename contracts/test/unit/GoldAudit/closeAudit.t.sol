// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldPanel} from "../../../src/libraries/GoldPanel.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract GoldAuditCloseAuditTest is GoldAuditTest {
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
        uint32 withChallenger
    )
        internal
    {
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldAuditClosed(taskId, 0, ruling, 5, audited, withGold, withChallenger);
        vm.prank(stranger);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ruling);
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
        hiddenGold.concludeAudit(taskId, 0, ITaskRegistry.Ruling.Upheld);
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
        answer(taskId, 0, 2, 1);
        expectClosed(ITaskRegistry.Ruling.Dismissed, 5, 10, 5);
        assertBond(ITaskRegistry.BondState.Held);
    }

    function test_UpholdsWhatMoreAnswerAgainstTheGold() external {
        answer(taskId, 0, 0, 3);
        vm.expectEmit(address(goldAudit));
        emit IGoldAudit.GoldAuditClosed(taskId, 0, ITaskRegistry.Ruling.Upheld, 5, 5, 0, 15);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondBurned(taskId, requester, NATIVE, bond);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeBurned(taskId, requester, NATIVE, bond);
        goldAudit.closeAudit(taskId, 0);
        assertRuling(taskId, 0, ITaskRegistry.Ruling.Upheld);
        assertBond(ITaskRegistry.BondState.Burned);
        assertEq(stakes.burnedOf(NATIVE), bond);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        assertTrue(hiddenGold.standingOf(taskId).upheld);
    }

    /// @dev As many on either side, and a lead that chance may give.
    function test_IsVoidBetweenThem() external {
        uint256 snapshot = vm.snapshotState();
        answer(taskId, 0, 1, 1);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 5, 5);
        vm.revertToState(snapshot);
        answer(taskId, 0, 0, 0);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 0, 0);
        vm.revertToState(snapshot);
        // 10 to 5: 5 * 5 < 9 * 15.
        answer(taskId, 0, 1, 2);
        expectClosed(ITaskRegistry.Ruling.Void, 5, 5, 10);
        assertBond(ITaskRegistry.BondState.Held);
        assertEq(tasks.recordOf(requester).bondsLost, 0);
    }

    function test_UpholdsGivenTheRequesterIsSilent() external {
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 3, 0));
        vm.warp(goldAudit.auditOf(taskId, 0).answerBy + 1);
        expectClosed(ITaskRegistry.Ruling.Upheld, 4, 12, 0);
        assertBond(ITaskRegistry.BondState.Burned);
    }

    function test_IsVoidGivenTheRequesterCannotAnswerAnyMore() external {
        bytes32[2] memory needed = [auditKey, legalityKey];
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 0, 3));
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            freeze(needed[i]);
            expectClosed(ITaskRegistry.Ruling.Void, 4, 0, 12);
            assertBond(ITaskRegistry.BondState.Held);
            vm.revertToState(snapshot);
        }
    }

    function test_AProvenPanelDecidesWhateverIsFrozen() external {
        answer(taskId, 0, 0, 3);
        freeze(auditKey);
        freeze(legalityKey);
        expectClosed(ITaskRegistry.Ruling.Upheld, 5, 0, 15);
    }

    /// @dev The rate of the version that the task was made under.
    function test_AParameterChangeDoesNotMoveTheRate() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.auditRateBps = 10_000;
        parameters.setParameters(next);
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(2, 6), 0, 3));
        goldAudit.auditSlots(taskId, 0, auditEntries(taskId, 0, range(6, 7), 1, 2));
        expectClosed(ITaskRegistry.Ruling.Upheld, 5, 1, 14);
    }

    /// @dev Each bound of the rule, one answer to either side of it.
    function test_TheRuleAtItsBounds() external pure {
        uint256 rate = 6000;
        assertRule(0, 9, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(0, 8, rate, ITaskRegistry.Ruling.Void);
        assertRule(1, 0, rate, ITaskRegistry.Ruling.Dismissed);
        assertRule(0, 0, rate, ITaskRegistry.Ruling.Void);
        // 20 * 20 >= 9 * 44; 19 * 19 < 9 * 43.
        assertRule(12, 32, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(12, 31, rate, ITaskRegistry.Ruling.Void);
        // Far beyond chance, and not enough of all.
        assertRule(4000, 6000, rate, ITaskRegistry.Ruling.Upheld);
        assertRule(4001, 6000, rate, ITaskRegistry.Ruling.Void);
        assertRule(1, 100, 10_000, ITaskRegistry.Ruling.Void);
    }

    function assertRule(uint256 a, uint256 b, uint256 rate, ITaskRegistry.Ruling expected) internal pure {
        assertEq(uint8(GoldPanel.rulingOf(a, b, rate)), uint8(expected));
    }

    /// @dev What can be upheld can be upheld by a panel of one mind, and no other can.
    function testFuzz_CanUpholdIsWhatUnanimityUpholds(uint16 population, uint8 items) external pure {
        items %= 63;
        uint256 answers = GoldPanel.sizeOf(population) * items;
        bool upheld = GoldPanel.rulingOf(0, answers, 10_000) == ITaskRegistry.Ruling.Upheld;
        assertEq(GoldPanel.canUphold(population, items), upheld && population >= 2);
    }
}
