// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";

/// @title Receipts
/// @notice What every contract has that checks proofs about slots: its registries, contexts and receipts.
abstract contract Receipts {
    /// @dev Bits dropped from a keccak hash so that it is below the field order.
    uint256 internal constant HASH_SHIFT = 8;

    ITaskRegistry internal immutable TASKS;
    IVerifierKeyRegistry internal immutable KEYS;
    IProtocolParameters internal immutable PARAMETERS;

    constructor(ITaskRegistry tasks, IVerifierKeyRegistry keys, IProtocolParameters parameters) {
        TASKS = tasks;
        KEYS = keys;
        PARAMETERS = parameters;
    }

    /// @dev A proof made for one chain, module, task, slot, payout and key is worth nothing anywhere else.
    function _context(bytes32 taskId, uint32 slot, address payout, bytes32 keyId) internal view returns (uint256) {
        return _contextOf(address(this), taskId, slot, payout, keyId);
    }

    /// @dev The context that `module` gives a statement.
    function _contextOf(
        address module,
        bytes32 taskId,
        uint32 slot,
        address payout,
        bytes32 keyId
    )
        internal
        view
        returns (uint256)
    {
        return uint256(keccak256(abi.encode(block.chainid, module, taskId, slot, payout, keyId))) >> HASH_SHIFT;
    }

    /// @dev Verifies and keeps the record of it as an event.
    function _verify(
        bytes32 keyId,
        bytes32 taskId,
        uint32 slot,
        uint256 context,
        uint256 digest,
        uint256[] memory publicSignals,
        bytes memory proof
    )
        internal
    {
        // Check:
        if (!KEYS.verify(keyId, publicSignals, proof)) {
            revert ISettlement.Settlement_ProofRejected(keyId, taskId, slot);
        }

        // Effect:
        _emitReceipt(keyId, taskId, slot, context, digest, publicSignals, proof);
    }

    function _emitReceipt(
        bytes32 keyId,
        bytes32 taskId,
        uint32 slot,
        uint256 context,
        uint256 digest,
        uint256[] memory publicSignals,
        bytes memory proof
    )
        internal
    {
        bytes32 receiptId = keccak256(abi.encode(block.chainid, address(this), keyId, context, digest));
        emit ISettlement.ReceiptIssued(receiptId, keyId, taskId, slot, publicSignals, proof);
    }
}
