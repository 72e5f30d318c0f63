// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {ReferenceStatement} from "./ReferenceStatement.sol";
import {Rules} from "./Rules.sol";

/// @notice Hidden-gold tasks with a bond, scored, and the steps of a gold audit as one call each.
/// @dev Two agreements with the three gold items pass.
abstract contract GoldAuditTest is ProtocolTest {
    using Rules for Rules.Scalar;

    uint16 internal constant GOLD_BOND_BPS = 2000;
    uint256 internal constant AUDIT_DIGEST = 99;
    uint64 internal constant ASK_BY = SCORE_BY + AUDIT_WINDOW;
    /// @dev In a list of scores: the slot submits and is not scored. And: it does not submit.
    uint256 internal constant SILENT = 100;
    uint256 internal constant MISSED = 101;

    function setUp() public virtual override {
        super.setUp();
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.goldBondBps = GOLD_BOND_BPS;
        parameters.setParameters(next);
        giveStake(requester, 1000 ether);
    }

    function bondOf(uint256 slots) internal pure returns (uint128) {
        return uint128(slots * REWARD * GOLD_BOND_BPS / 10_000);
    }

    /// @dev A bonded task with a slot for each of these scores. Time is right after scoring, and nothing is settled.
    function scoredTask(bytes32 salt, uint256[] memory agreements) internal returns (bytes32 taskId) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        (made.salt, made.slots) = (salt, uint32(agreements.length));
        made.bond = bondOf(agreements.length);
        vm.deal(requester, 1000 ether);
        taskId = createTask(made);
        for (uint32 i; i < agreements.length; ++i) {
            join(taskId, workerAt(i));
            if (agreements[i] != MISSED) submit(taskId, i, workerAt(i));
        }
        vm.warp(SUBMIT_BY + 1);
        for (uint32 i; i < agreements.length; ++i) {
            if (agreements[i] < SILENT) score(taskId, i, agreements[i], false);
        }
        vm.warp(SCORE_BY + 1);
    }

    function ask(bytes32 taskId, uint32 slot) internal {
        giveStake(workerAt(slot), REWARD);
        vm.prank(workerAt(slot));
        tasks.dispute(taskId, slot, uint96(REWARD));
    }

    function auditSignals(bytes32 taskId, uint32 slot, uint256 bits) internal view returns (uint256[] memory) {
        uint256[] memory tail = new uint256[](2);
        (tail[0], tail[1]) = (4242, bits);
        uint256[] memory vector =
            ReferenceStatement.concat(head(address(hiddenGold), taskId, slot, commitmentFor(slot), rulesUsed()), tail);
        return signalsUnder(address(hiddenGold), auditKey, taskId, slot, AUDIT_DIGEST, vector);
    }

    function rulesUsed() internal pure virtual returns (uint256) {
        return Rules.digits().pack();
    }

    function auditEntry(
        bytes32 taskId,
        uint32 slot,
        uint256 bits
    )
        internal
        view
        returns (IHiddenGoldSettlement.SlotAudit memory)
    {
        bytes memory proof = proofs.proofOf(auditKey, auditSignals(taskId, slot, bits));
        return IHiddenGoldSettlement.SlotAudit(slot, bits, AUDIT_DIGEST, proof);
    }

    function auditEntries(
        bytes32 taskId,
        uint256[] memory slots,
        uint256[] memory bits
    )
        internal
        view
        returns (IHiddenGoldSettlement.SlotAudit[] memory audits)
    {
        audits = new IHiddenGoldSettlement.SlotAudit[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            audits[i] = auditEntry(taskId, uint32(slots[i]), bits[i]);
        }
    }

    function audit(bytes32 taskId, uint256[] memory slots, uint256[] memory bits) internal {
        hiddenGold.auditSlots(taskId, auditEntries(taskId, slots, bits));
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
