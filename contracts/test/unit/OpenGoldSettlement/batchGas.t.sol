// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

/// @notice What a submission costs in a batch and alone, under a Groth16 key, up to the transfer of its reward.
/// @dev Every account and word is cold, as in a transaction of its own. Printed: execution, and the whole transaction with
/// its calldata, before refunds.
contract OpenGoldSettlementBatchGasTest is ProtocolTest, TrapdoorGroth16 {
    uint256 internal constant TRANSACTION_GAS = 21_000;

    Groth16ProofSystem internal groth16;

    function setUp() public override {
        super.setUp();
        loadMultiples();
        groth16 = new Groth16ProofSystem(address(keys));
        agreementKey = keys.propose(KeyProposals.challenged(address(groth16), trapdoorKey(4), "groth16", true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(agreementKey);
    }

    /// @dev A batch of `count` proven slots of a new task whose workers have a coin already.
    function batchOf(uint32 count) internal returns (IOpenGoldSettlement.TaskProofs[] memory batch) {
        bytes32 taskId = createFull(bytes32(uint256(count)), count, false);
        batch = only(proofsOfTask(taskId, range(0, count)));
        for (uint32 slot; slot < count; ++slot) {
            batch[0].proofs[slot].proof = trapdoorProof(agreementSignals(taskId, slot, 77), slot);
            vm.deal(workerAt(slot), 1);
        }
    }

    /// @dev Sends the call to the module with everything cold.
    function costOf(bytes memory call_) internal returns (uint256 execution, uint256 transaction) {
        address[5] memory touched =
            [address(tasks), address(openGold), address(keys), address(groth16), address(parameters)];
        for (uint256 i; i < touched.length; ++i) {
            vm.cool(touched[i]);
        }
        uint256 before = gasleft();
        (bool called,) = address(openGold).call(call_);
        execution = before - gasleft();
        assertTrue(called);
        transaction = execution + TRANSACTION_GAS;
        for (uint256 i; i < call_.length; ++i) {
            transaction += call_[i] == 0 ? 4 : 16;
        }
    }

    function test_ASubmissionCostsLessInABatch() external {
        uint256 snapshot = vm.snapshotState();
        IOpenGoldSettlement.TaskProofs[] memory batch = batchOf(1);
        (uint256 execution, uint256 single) = costOf(
            abi.encodeCall(
                openGold.prove,
                (batch[0].taskId, 0, 77, goldSet(), batch[0].proofs[0].delivery, batch[0].proofs[0].proof, true)
            )
        );
        console2.log("prove: execution, transaction gas", execution, single);
        vm.revertToState(snapshot);

        uint32[4] memory counts = [uint32(1), 4, 16, 64];
        uint256 previous = type(uint256).max;
        for (uint256 i; i < counts.length; ++i) {
            batch = batchOf(counts[i]);
            uint256 transaction;
            (execution, transaction) = costOf(abi.encodeCall(openGold.proveBatch, (batch, true)));
            assertEq(tasks.task(batch[0].taskId).escrow, 0);
            uint256 each = transaction / counts[i];
            console2.log("proveBatch: count, execution, transaction gas each", counts[i], execution / counts[i], each);
            assertLt(each, previous);
            previous = each;
            vm.revertToState(snapshot);
        }
        assertLt(previous, single / 2);
    }
}
