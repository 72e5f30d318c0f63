// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDirectSettlement} from "../interfaces/IDirectSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {ProofSettlement} from "./ProofSettlement.sol";

/// @title DirectSettlement
/// @notice See {IDirectSettlement} for what it does, who may do what, and what nobody can.
contract DirectSettlement is IDirectSettlement, ProofSettlement {
    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        ProofSettlement(tasks, keys, parameters)
    {}

    /// @inheritdoc ISettlement
    function openTask(bytes32 taskId, uint64 joinBy, bytes calldata settlementData) external {
        // Check:
        _checkTaskRegistry();
        Terms memory next = abi.decode(settlementData, (Terms));
        _checkStatement(next.statement);
        _checkDeadline(joinBy, next.proveBy, PARAMETERS.parameters());

        // Effect:
        _keepTerms(taskId, abi.encode(next));
        emit DirectTermsSet(taskId, next);
    }

    /// @inheritdoc IDirectSettlement
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256[] calldata publicSignals,
        bytes calldata proof,
        bool transferNow
    )
        external
    {
        // Check:
        Terms memory pinned = _load(taskId);
        _checkNotPassed(taskId, pinned.proveBy);
        address payout = _liveSlot(taskId, slot).payout;
        _checkSignals(taskId, slot, payout, pinned.statement, publicSignals);
        _checkActive(pinned.statement.keyId);

        // Effect:
        _prove(taskId, slot, pinned.statement, publicSignals, proof);

        // Interaction: the registry pays a slot once, so a second proof of the same slot ends here.
        _payWhole(taskId, slot, 0, transferNow);
    }

    /// @inheritdoc IDirectSettlement
    function terms(bytes32 taskId) external view returns (Terms memory) {
        return _load(taskId);
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        Terms memory pinned = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        if (_isFrozen(pinned.statement.keyId)) return Outcome.Returned;
        return block.timestamp > pinned.proveBy ? Outcome.Missed : Outcome.Pending;
    }

    /// @inheritdoc ISettlement
    /// @dev What is handed in is paid in the same transaction: a live slot has handed in nothing.
    function mayLeave(bytes32, uint32) external pure returns (bool) {
        return true;
    }

    /// @inheritdoc ISettlement
    function missedDeadline(bytes32 taskId, uint32) external view returns (uint64) {
        return _load(taskId).proveBy;
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        return _load(taskId).proveBy;
    }

    function _statementOf(bytes32 taskId) internal view override returns (Statement memory) {
        return _load(taskId).statement;
    }

    function _load(bytes32 taskId) internal view returns (Terms memory) {
        return abi.decode(_readTerms(taskId), (Terms));
    }
}
