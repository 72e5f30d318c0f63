// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract OpenGoldSettlementCommitTest is ProtocolTest {
    bytes32 internal taskId;
    uint32 internal slot;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
        slot = join(taskId, alice);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        openGold.commit("none", 0, 1);
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, slot, bob));
        vm.prank(bob);
        openGold.commit(taskId, slot, 5);
    }

    function test_RevertGiven_SlotIsOpen() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, 2, alice));
        vm.prank(alice);
        openGold.commit(taskId, 2, 5);
    }

    function test_RevertWhen_CommitmentIsOutOfRange() external {
        uint256[3] memory hostile = [uint256(0), ReferenceStatement.R, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CommitmentOutOfRange.selector, hostile[i])
            );
            vm.prank(alice);
            openGold.commit(taskId, slot, hostile[i]);
        }
    }

    function test_RevertGiven_AlreadyCommitted() external {
        commit(taskId, slot, alice);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_AlreadyCommitted.selector, taskId, slot, commitmentFor(slot)
            )
        );
        vm.prank(alice);
        openGold.commit(taskId, slot, 5);
    }

    function test_RevertGiven_SlotEnded() external {
        freeze(agreementKey);
        tasks.settle(taskId, slot);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        vm.prank(alice);
        openGold.commit(taskId, slot, 5);
    }

    function test_RevertGiven_GoldOpenedEarly() external {
        joinAndCommit(taskId, bob);
        joinAndCommit(taskId, carol);
        commit(taskId, slot, alice);
        openTheGold(taskId);
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldAlreadyOpen.selector, taskId));
        vm.prank(alice);
        openGold.commit(taskId, slot, 5);
    }

    function test_RevertGiven_EitherKeyFrozen() external {
        uint256 snapshot = vm.snapshotState();
        bytes32[2] memory pinned = [agreementKey, legalityKey];
        for (uint256 i; i < pinned.length; ++i) {
            freeze(pinned[i]);
            vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i]));
            vm.prank(alice);
            openGold.commit(taskId, slot, 5);
            vm.revertToState(snapshot);
        }
    }

    function test_DeadlineIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = COMMIT_BY - 1; at <= COMMIT_BY; ++at) {
            vm.warp(at);
            commit(taskId, slot, alice);
            vm.revertToState(snapshot);
        }
        vm.warp(COMMIT_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, COMMIT_BY, COMMIT_BY + 1
            )
        );
        vm.prank(alice);
        openGold.commit(taskId, slot, 5);
    }

    function test_Commits() external {
        vm.expectEmit(address(openGold));
        emit IOpenGoldSettlement.LabelsCommitted(taskId, slot, alice, commitmentFor(slot));
        commit(taskId, slot, alice);
        assertEq(openGold.commitmentOf(taskId, slot), commitmentFor(slot));
        assertEq(openGold.committedCount(taskId), 1);
        assertEq(
            openGold.commitmentContext(taskId, slot),
            ReferenceStatement.contextOf(address(openGold), taskId, slot, alice, 0)
        );
    }

    /// @dev The copy is kept but bound to another context: no proof opens it there (the circuit's part).
    function test_ACopiedCommitmentBelongsToAnotherContext() external {
        commit(taskId, slot, alice);
        uint32 copier = join(taskId, bob);
        vm.prank(bob);
        openGold.commit(taskId, copier, commitmentFor(slot));
        assertNotEq(openGold.commitmentContext(taskId, slot), openGold.commitmentContext(taskId, copier));
    }
}
