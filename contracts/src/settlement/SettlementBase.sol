// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";

/// @title SettlementBase
/// @notice What every settlement module has: its registries, contexts and receipts.
/// @dev A module has no owner and holds no money. It is trusted by the TaskRegistry with the outcome of its tasks' slots.
abstract contract SettlementBase is ISettlement {
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
        return uint256(keccak256(abi.encode(block.chainid, address(this), taskId, slot, payout, keyId))) >> HASH_SHIFT;
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
        if (!KEYS.verify(keyId, publicSignals, proof)) revert Settlement_ProofRejected(keyId, taskId, slot);

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
        emit ReceiptIssued(receiptId, keyId, taskId, slot, publicSignals, proof);
    }

    function _checkTaskRegistry() internal view {
        if (msg.sender != address(TASKS)) revert Settlement_NotTaskRegistry(msg.sender);
    }

    /// @dev The slot, which must be joined and not yet ended.
    function _liveSlot(bytes32 taskId, uint32 number) internal view returns (ITaskRegistry.Slot memory slot) {
        slot = TASKS.slotOf(taskId, number);
        if (slot.state != ITaskRegistry.SlotState.Joined) revert Settlement_SlotEnded(taskId, number);
    }
}
