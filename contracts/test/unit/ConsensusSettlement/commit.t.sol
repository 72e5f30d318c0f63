// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {BN254} from "../../../src/libraries/BN254.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

contract ConsensusSettlementCommitTest is ConsensusTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = create(smallTerms(3), 3);
        join(taskId, alice);
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, 0, address(this)));
        consensus.commit(taskId, 0, 1);
    }

    function test_RevertWhen_CommitmentIsOutOfRange() external {
        uint256[2] memory wrong = [uint256(0), BN254.SCALAR_FIELD];
        for (uint256 i; i < 2; ++i) {
            vm.prank(alice);
            vm.expectRevert(
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_CommitmentOutOfRange.selector, wrong[i])
            );
            consensus.commit(taskId, 0, wrong[i]);
        }
    }

    function test_RevertGiven_ItCommitted() external {
        commitLabels(taskId, 0);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_AlreadyCommitted.selector, taskId, 0, 1000)
        );
        consensus.commit(taskId, 0, 2);
    }

    function test_RevertGiven_ItLeft() external {
        vm.prank(alice);
        tasks.leave(taskId, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 0));
        consensus.commit(taskId, 0, 1);
    }

    function test_RevertGiven_AKeyIsFrozen() external {
        freeze(consensusKey);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, consensusKey));
        consensus.commit(taskId, 0, 1);
    }

    function test_RevertWhen_CommitByHasPassed() external {
        vm.warp(COMMIT_BY + 1);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, COMMIT_BY, COMMIT_BY + 1
            )
        );
        consensus.commit(taskId, 0, 1);
    }

    function test_CommitsAtTheLastSecond() external {
        vm.warp(COMMIT_BY);
        assertTrue(consensus.mayLeave(taskId, 0));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.LabelsCommitted(taskId, 0, alice, 1000, 1);
        commitLabels(taskId, 0);
        assertEq(consensus.commitmentOf(taskId, 0), 1000);
        assertEq(consensus.progressOf(taskId).committed, 1);
        assertFalse(consensus.mayLeave(taskId, 0));
        IConsensusSettlement.Work memory work = consensus.workOf(taskId, 0);
        assertEq(abi.encode(work), abi.encode(IConsensusSettlement.Work(1, false, false, uint16(SMALL_ITEMS))));
    }
}
