// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

contract OptimisticSettlementProveTest is OptimisticTest {
    function expectRefusal(bytes memory reason) internal {
        vm.expectRevert(reason);
        optimistic.prove(taskId, slot, signals, proof, true);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        optimistic.prove("none", slot, signals, proof, true);
    }

    function test_RevertGiven_NotClaimed() external {
        expectRefusal(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_NotClaimed.selector, taskId, slot)
        );
    }

    function test_RevertGiven_SlotEnded() external {
        claim();
        optimistic.prove(taskId, slot, signals, proof, true);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 2));
        optimistic.prove(taskId, 2, signals, proof, true);
    }

    /// @dev A worker cannot answer with the proof of another statement than it claimed.
    function test_RevertWhen_SignalsAreNotTheClaimed() external {
        claim();
        signals[3] ^= 1;
        proof = proofOf(signals);
        expectRefusal(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_SignalsDiffer.selector, taskId, slot)
        );
    }

    function test_RevertGiven_KeyFrozen() external {
        claimAndDispute();
        freeze(statementKey);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, statementKey));
    }

    function test_RevertWhen_TheProofIsBad() external {
        claimAndDispute();
        proof = proofs.proofOf(legalityKey, signals);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, statementKey, taskId, slot));
        assertEq(tasks.disputeOf(taskId, slot).challenger, bob);
    }

    function test_DeadlineOfADisputeIsInclusive() external {
        claimAndDispute();
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = ANSWER_BY - 1; at <= ANSWER_BY; ++at) {
            vm.warp(at);
            optimistic.prove(taskId, slot, signals, proof, false);
            assertOver();
            vm.revertToState(snapshot);
        }
        vm.warp(ANSWER_BY + 1);
        expectRefusal(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_DeadlinePassed.selector, taskId, ANSWER_BY, ANSWER_BY + 1
            )
        );
    }

    function test_AnEarlyProofPaysAtOnce() external {
        claim();
        expectReceipt(optimistic, taskId, slot, signals, proof);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, carol, 0, ITaskRegistry.Ending.Proven);
        vm.prank(stranger);
        optimistic.prove(taskId, slot, signals, proof, true);
        assertEq(carol.balance, REWARD);
        assertEq(free(alice), FUNDS);
        assertOver();
    }

    function test_AProofWithinTheChallengeWindowPays() external {
        claim();
        vm.warp(CHALLENGE_BY);
        optimistic.prove(taskId, slot, signals, proof, true);
        assertEq(carol.balance, REWARD);
        assertEq(tasks.recordOf(requester).paid, 1);
        assertOver();
    }

    /// @dev Silence pays then. Were a proof taken as well, who sends the first call would decide what enters the records.
    function test_RevertGiven_NobodyDisputedInTime() external {
        claim();
        vm.warp(CHALLENGE_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_DeadlinePassed.selector, taskId, CHALLENGE_BY, CHALLENGE_BY + 1
            )
        );
        optimistic.prove(taskId, slot, signals, proof, true);
        tasks.settle(taskId, slot);
        assertEq(tasks.recordOf(requester).silent, 1);
        assertOver();
    }

    function test_AnAnswerWinsHalfOfTheChallengersBond() external {
        claimAndDispute();
        expectReceipt(optimistic, taskId, slot, signals, proof);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, slot, bob, ITaskRegistry.Ruling.Dismissed, alice);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, carol, 0, ITaskRegistry.Ending.Proven);
        vm.prank(stranger);
        optimistic.prove(taskId, slot, signals, proof, true);
        assertEq(carol.balance, REWARD);
        assertEq(free(alice), FUNDS + STAKE / 2);
        assertEq(free(treasury), STAKE / 2);
        assertEq(free(bob), FUNDS - STAKE);
        assertEq(tasks.recordOf(bob).disputesLost, 1);
        assertEq(tasks.recordOf(alice).accepted, 1);
        assertOver();
    }

    /// @dev The statement holds on this chain only.
    function test_RevertGiven_AnotherChain() external {
        claim();
        vm.chainId(1337);
        uint256 required = contextOf(optimistic, taskId, slot);
        assertEq(optimistic.proofContext(taskId, slot), required);
        uint256[] memory other = signalsWith(required);
        proof = proofOf(other);
        vm.expectRevert(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_SignalsDiffer.selector, taskId, slot)
        );
        optimistic.prove(taskId, slot, other, proof, true);
    }
}
