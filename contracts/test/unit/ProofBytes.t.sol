// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {LenientProofSystem} from "../mocks/LenientProofSystem.sol";
import {MockProofSystem} from "../mocks/MockProofSystem.sol";
import {ProofTaskTest} from "../utils/ProofTaskTest.sol";

/// @notice A proof has many encodings wherever a verifier ignores the bytes behind it, and anybody can re-randomize a Groth16
/// proof: no id and no payment may rest on which of them came first.
contract ProofBytesTest is ProofTaskTest {
    /// @dev What the receipt of one proof carries, and who was paid what.
    struct Effects {
        bytes32 receiptId;
        uint256 paid;
    }

    bytes32 internal taskId;
    uint32 internal slot;
    uint256[] internal signals;
    bytes[3] internal encodings;

    function newProofSystem() internal override returns (MockProofSystem) {
        return new LenientProofSystem();
    }

    function encode(ISettlement module) internal {
        signals = signalsWith(contextOf(module, taskId, slot));
        encodings[0] = proofOf(signals);
        encodings[1] = bytes.concat(encodings[0], new bytes(32));
        encodings[2] = bytes.concat(encodings[0], keccak256("anything"));
        for (uint256 i; i < encodings.length; ++i) {
            assertTrue(keys.verify(statementKey, signals, encodings[i]));
        }
    }

    function receiptIn(Vm.Log[] memory logs) internal pure returns (bytes32) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == ISettlement.ReceiptIssued.selector) return logs[i].topics[1];
        }
        revert("no receipt");
    }

    function proveDirect(bytes memory encoding) internal returns (Effects memory effects) {
        uint256 before = carol.balance;
        vm.recordLogs();
        direct.prove(taskId, slot, signals, encoding, true);
        effects.receiptId = receiptIn(vm.getRecordedLogs());
        effects.paid = carol.balance - before;
    }

    function proveClaim(bytes memory encoding) internal returns (Effects memory effects) {
        uint256 before = carol.balance;
        vm.recordLogs();
        optimistic.prove(taskId, slot, signals, encoding, true);
        effects.receiptId = receiptIn(vm.getRecordedLogs());
        effects.paid = carol.balance - before;
    }

    function test_EveryEncodingHasTheSameReceiptAndPaysOnce() external {
        taskId = createTask(directRequest());
        slot = joinFor(taskId, alice, carol);
        encode(direct);
        uint256 fresh = vm.snapshotState();
        bytes32 receiptId = proveDirect(encodings[0]).receiptId;
        for (uint256 i; i < encodings.length; ++i) {
            vm.revertToState(fresh);
            Effects memory effects = proveDirect(encodings[i]);
            assertEq(effects.receiptId, receiptId);
            assertEq(effects.paid, REWARD);
            for (uint256 j; j < encodings.length; ++j) {
                vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
                direct.prove(taskId, slot, signals, encodings[j], true);
            }
        }
    }

    function test_EveryEncodingProvesAClaimOnce() external {
        taskId = createTask(optimisticRequest());
        giveStake(alice, STAKE);
        slot = joinFor(taskId, alice, carol);
        encode(optimistic);
        vm.prank(alice);
        optimistic.claim(taskId, slot, signals);
        uint256 fresh = vm.snapshotState();
        bytes32 receiptId = proveClaim(encodings[0]).receiptId;
        for (uint256 i; i < encodings.length; ++i) {
            vm.revertToState(fresh);
            assertEq(proveClaim(encodings[i]).receiptId, receiptId);
            vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
            optimistic.prove(taskId, slot, signals, encodings[0], true);
        }
    }
}
