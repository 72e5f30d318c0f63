// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {Receipts} from "./Receipts.sol";

/// @title LabelProofs
/// @notice Statements about committed labels and batches of their proofs: what the labelling settlements and the gold audit
/// share.
abstract contract LabelProofs is Receipts {
    using LabelStatement for uint256[];

    /// @dev Most submissions of one batch, as in IVerifierKeyRegistry.
    uint256 internal constant MAX_BATCH = 64;

    /// @dev A proof about to be checked, without what the statement's own kind adds.
    /// @param commitmentContext What the label commitment is bound to.
    /// @param context What the proof is bound to.
    /// @param scoreBps Agreement that the proof shows at least, in basis points; zero when it shows none.
    struct Claim {
        bytes32 taskId;
        uint32 slot;
        bytes32 keyId;
        uint256 digest;
        uint256 context;
        uint256 commitmentContext;
        uint256 commitment;
        uint16 scoreBps;
    }

    /// @dev Claims to be proven together; claim, signals and proof of one submission are at the same place of each list.
    /// @param keyId The one key of them all; zero before the first task.
    /// @param count Claims gathered so far; the lists have room for one per submission sent.
    /// @param accepted Bit i is set when proof i is accepted.
    struct Batch {
        bytes32 keyId;
        uint256 count;
        uint256 accepted;
        Claim[] claims;
        uint256[][] signals;
        bytes[] proofs;
    }

    /// @dev A statement vector of `length` elements with the two that every labelling statement starts with.
    function _startStatement(Claim memory claim, uint256 length) internal pure returns (uint256[] memory buffer) {
        buffer = LabelStatement.open(claim.digest, claim.context, length);
        buffer[LabelStatement.PREFIX] = claim.commitmentContext;
        buffer[LabelStatement.PREFIX + 1] = claim.commitment;
    }

    /// @param submissions How many were sent.
    function _startBatch(uint256 submissions) internal pure returns (Batch memory batch) {
        if (submissions > MAX_BATCH) revert ISettlement.Settlement_BatchTooLarge(submissions, MAX_BATCH);
        batch.claims = new Claim[](submissions);
        batch.signals = new uint256[][](submissions);
        batch.proofs = new bytes[](submissions);
    }

    /// @dev Adds the finished statement of a claim and its proof.
    function _gather(
        Batch memory batch,
        Claim memory claim,
        uint256[] memory buffer,
        bytes calldata proof
    )
        internal
        pure
        returns (uint256 place)
    {
        place = batch.count++;
        batch.claims[place] = claim;
        batch.signals[place] = buffer.seal();
        batch.proofs[place] = proof;
    }

    function _verifyBatch(Batch memory batch) internal view {
        if (batch.count == 0) return;
        (uint256 count, uint256[][] memory signals, bytes[] memory proofs) = (batch.count, batch.signals, batch.proofs);
        // Drops the room left by those passed over.
        assembly ("memory-safe") {
            mstore(signals, count)
            mstore(proofs, count)
        }
        batch.accepted = KEYS.verifyBatch(batch.keyId, signals, proofs);
    }

    /// @dev The record of a gathered claim that was proven.
    function _emitReceiptAt(Batch memory batch, uint256 place) internal {
        Claim memory claim = batch.claims[place];
        _emitReceipt(
            claim.keyId,
            claim.taskId,
            claim.slot,
            claim.context,
            claim.digest,
            batch.signals[place],
            batch.proofs[place]
        );
    }

    function _checkActive(bytes32 keyId) internal view {
        if (KEYS.status(keyId) != IVerifierKeyRegistry.Status.Active) {
            revert ILabelSettlement.LabelSettlement_KeyNotActive(keyId);
        }
    }

    function _isFrozen(bytes32 keyId) internal view returns (bool) {
        return KEYS.status(keyId) == IVerifierKeyRegistry.Status.Frozen;
    }

    /// @dev Deadlines are inclusive: their own second still counts.
    function _checkNotPassed(bytes32 taskId, uint256 deadline) internal view {
        if (block.timestamp > deadline) {
            revert ILabelSettlement.LabelSettlement_DeadlinePassed(taskId, deadline, block.timestamp);
        }
    }
}
