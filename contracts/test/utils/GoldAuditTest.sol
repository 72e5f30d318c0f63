// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {ReferenceStatement} from "./ReferenceStatement.sol";

/// @notice Hidden-gold tasks with a bond, scored, and the steps of a gold audit as one call each.
/// @dev Two agreements with the three gold items pass; who agrees with none disputes three items, who agrees with one two.
abstract contract GoldAuditTest is ProtocolTest {
    uint256 internal constant AUDIT_DIGEST = 99;
    uint64 internal constant ASK_BY = SCORE_BY + AUDIT_WINDOW;
    /// @dev In a list of scores: the slot submits and is not scored. And: it does not submit.
    uint256 internal constant SILENT = 100;
    uint256 internal constant MISSED = 101;

    function setUp() public virtual override {
        super.setUp();
        giveStake(requester, 1000 ether);
    }

    /// @dev A task with a slot for each of these scores, and this stake per slot. Time is right after scoring, and nothing is
    /// settled.
    function scoredTask(bytes32 salt, uint256[] memory agreements, uint128 stake) internal returns (bytes32 taskId) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        (made.salt, made.slots, made.stakePerSlot) = (salt, uint32(agreements.length), stake);
        vm.deal(requester, 100_000 ether);
        taskId = createTask(made);
        for (uint32 i; i < agreements.length; ++i) {
            if (stake != 0) giveStake(workerAt(i), stake);
            join(taskId, workerAt(i));
            if (agreements[i] != MISSED) submit(taskId, i, workerAt(i));
        }
        vm.warp(SUBMIT_BY + 1);
        for (uint32 i; i < agreements.length; ++i) {
            if (agreements[i] < SILENT) score(taskId, i, agreements[i], false);
        }
        vm.warp(SCORE_BY + 1);
    }

    function scoredTask(bytes32 salt, uint256[] memory agreements) internal returns (bytes32) {
        return scoredTask(salt, agreements, 0);
    }

    /// @dev So many slots of one score, then so many of another.
    function scores(
        uint256 count,
        uint256 agreements,
        uint256 more,
        uint256 others
    )
        internal
        pure
        returns (uint256[] memory made)
    {
        made = new uint256[](count + more);
        for (uint256 i; i < made.length; ++i) {
            made[i] = i < count ? agreements : others;
        }
    }

    /// @dev A reward for every eight slots of the panel.
    function auditBond(uint256 panelSize) internal pure returns (uint128) {
        return uint128(REWARD * ((panelSize + 7) / 8));
    }

    function ask(bytes32 taskId, uint32 slot) internal {
        address worker = tasks.slotOf(taskId, slot).worker;
        giveStake(worker, 4 * REWARD);
        vm.prank(worker);
        tasks.dispute(taskId, slot, type(uint96).max);
    }

    function auditSignals(
        bytes32 taskId,
        uint32 slot,
        uint32 member,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory tail = new uint256[](5);
        tail[0] = 4242;
        address payout = tasks.slotOf(taskId, slot).payout;
        tail[1] = ReferenceStatement.contextOf(address(hiddenGold), taskId, slot, payout, 0);
        (tail[2], tail[3], tail[4]) = (commitmentFor(slot), withGold, withChallenger);
        uint256[] memory vector = ReferenceStatement.concat(
            head(address(hiddenGold), taskId, member, commitmentFor(member), rulesUsed()), tail
        );
        return signalsUnder(address(goldAudit), auditKey, taskId, member, AUDIT_DIGEST, vector);
    }

    /// @dev Bits of the first items for the gold and of those behind them for the challenger.
    function sidesOf(uint256 withGold, uint256 withChallenger)
        internal
        pure
        returns (uint256 gold, uint256 challenger)
    {
        return ((1 << withGold) - 1, ((1 << withChallenger) - 1) << withGold);
    }

    /// @dev So many of the first items answered as the gold does, and so many behind them as the challenger does.
    function auditEntry(
        bytes32 taskId,
        uint32 slot,
        uint32 member,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        view
        returns (IGoldAudit.SlotAudit memory)
    {
        (uint256 gold, uint256 challenger) = sidesOf(withGold, withChallenger);
        return auditEntryOf(taskId, slot, member, gold, challenger);
    }

    /// @param gold Bit k: item k is answered as the gold and not as the challenger does.
    /// @param challenger Bit k: the other way round.
    function auditEntryOf(
        bytes32 taskId,
        uint32 slot,
        uint32 member,
        uint256 gold,
        uint256 challenger
    )
        internal
        view
        returns (IGoldAudit.SlotAudit memory)
    {
        bytes memory proof = proofs.proofOf(auditKey, auditSignals(taskId, slot, member, gold, challenger));
        return IGoldAudit.SlotAudit(member, gold, challenger, AUDIT_DIGEST, proof);
    }

    function auditEntries(
        bytes32 taskId,
        uint32 slot,
        uint32[] memory members,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        view
        returns (IGoldAudit.SlotAudit[] memory audits)
    {
        audits = new IGoldAudit.SlotAudit[](members.length);
        for (uint256 i; i < members.length; ++i) {
            audits[i] = auditEntry(taskId, slot, members[i], withGold, withChallenger);
        }
    }

    /// @dev Proves the same answers for the whole panel.
    function answer(bytes32 taskId, uint32 slot, uint256 withGold, uint256 withChallenger) internal {
        goldAudit.auditSlots(
            taskId, slot, auditEntries(taskId, slot, goldAudit.panelOf(taskId, slot), withGold, withChallenger)
        );
    }

    /// @dev Proves the same answers for the whole panel, and closes.
    function decide(bytes32 taskId, uint32 slot, uint256 withGold, uint256 withChallenger) internal {
        answer(taskId, slot, withGold, withChallenger);
        goldAudit.closeAudit(taskId, slot);
    }

    function settleAll(bytes32 taskId) internal {
        uint32 joined = tasks.task(taskId).joined;
        bytes32[] memory ids = new bytes32[](joined);
        for (uint256 i; i < joined; ++i) {
            ids[i] = taskId;
        }
        tasks.settleBatch(ids, range(0, joined));
    }

    function assertEnding(bytes32 taskId, uint32 slot, ITaskRegistry.Ending expected) internal view {
        assertEq(uint8(endingOf(taskId, slot)), uint8(expected), "ending");
    }

    function assertOutcome(bytes32 taskId, uint32 slot, ISettlement.Outcome expected) internal view {
        assertEq(uint8(hiddenGold.outcome(taskId, slot)), uint8(expected), "outcome");
    }

    function assertRuling(bytes32 taskId, uint32 slot, ITaskRegistry.Ruling expected) internal view {
        IGoldAudit.Audit memory found = goldAudit.auditOf(taskId, slot);
        assertTrue(found.closed, "closed");
        assertEq(uint8(found.ruling), uint8(expected), "ruling");
    }

    function freeStake(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).free;
    }

    function lockedStake(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).locked;
    }

    function bondState(bytes32 taskId) internal view returns (ITaskRegistry.BondState) {
        return tasks.task(taskId).bondState;
    }

    function assertBond(bytes32 taskId, ITaskRegistry.BondState expected) internal view {
        assertEq(uint8(bondState(taskId)), uint8(expected));
    }

    function list(uint256 a) internal pure returns (uint256[] memory made) {
        made = new uint256[](1);
        made[0] = a;
    }

    function list(uint256 a, uint256 b) internal pure returns (uint256[] memory made) {
        made = new uint256[](2);
        (made[0], made[1]) = (a, b);
    }

    function list(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory made) {
        made = new uint256[](3);
        (made[0], made[1], made[2]) = (a, b, c);
    }

    function list(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256[] memory made) {
        made = new uint256[](4);
        (made[0], made[1], made[2], made[3]) = (a, b, c, d);
    }
}
