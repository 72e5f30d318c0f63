// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../../utils/GoldAuditTest.sol";

contract HiddenGoldSettlementBondHeldTest is GoldAuditTest {
    function assertHeld(bytes32 taskId, bool held) internal {
        assertEq(hiddenGold.bondHeld(taskId), held);
        uint256 snapshot = vm.snapshotState();
        if (held) vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, taskId));
        tasks.releaseBond(taskId);
        vm.revertToState(snapshot);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        hiddenGold.bondHeld("none");
    }

    function test_NotHeldGivenNobodyWasRejected() external {
        bytes32 taskId = scoredTask("accepted", list(2, 3));
        vm.warp(SUBMIT_BY + 1);
        assertHeld(taskId, false);
    }

    function test_HeldWhileAnAuditMayBeAskedFor() external {
        bytes32 taskId = scoredTask("rejected", list(2, 1));
        uint64[4] memory inside = [SUBMIT_BY + 1, SCORE_BY, SCORE_BY + 1, ASK_BY];
        for (uint256 i; i < inside.length; ++i) {
            vm.warp(inside[i]);
            assertHeld(taskId, true);
        }
        vm.warp(ASK_BY + 1);
        assertHeld(taskId, false);
    }

    function test_HeldWhileAnAuditIsOpen() external {
        bytes32 taskId = scoredTask("rejected", list(2, 1));
        vm.warp(ASK_BY);
        ask(taskId, 1);
        assertHeld(taskId, true);
        // Nobody closes it for a long time.
        vm.warp(ASK_BY + 10 * AUDIT_WINDOW);
        assertHeld(taskId, true);
        uint256 snapshot = vm.snapshotState();
        hiddenGold.closeAudit(taskId);
        assertFalse(hiddenGold.bondHeld(taskId));
        vm.revertToState(snapshot);
        vm.warp(ASK_BY);
        audit(taskId, list(0), list(7));
        hiddenGold.closeAudit(taskId);
        assertHeld(taskId, false);
    }

    function test_NotHeldGivenNobodyCouldAnswer() external {
        bytes32 taskId = scoredTask("rejected", list(2, 1));
        bytes32[2] memory needed = [auditKey, legalityKey];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < needed.length; ++i) {
            freeze(needed[i]);
            assertHeld(taskId, false);
            vm.revertToState(snapshot);
            // An audit that is open must be closed first, which anyone can do.
            ask(taskId, 1);
            freeze(needed[i]);
            assertHeld(taskId, true);
            hiddenGold.closeAudit(taskId);
            assertHeld(taskId, false);
            vm.revertToState(snapshot);
        }
    }

    function test_HeldGivenASlotHasNotEnded() external {
        bytes32 taskId = scoredTask("unsettled", list(2, SILENT));
        assertFalse(hiddenGold.bondHeld(taskId));
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, taskId));
        tasks.releaseBond(taskId);
        tasks.settle(taskId, 1);
        assertHeld(taskId, false);
    }
}
