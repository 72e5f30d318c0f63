// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IProofSettlement} from "../interfaces/IProofSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title ProofSettlement
/// @notice What the settlements share whose whole rule is one statement under one key.
abstract contract ProofSettlement is IProofSettlement, SettlementBase {
    /// @dev Terms never change, so they are kept as contract code.
    mapping(bytes32 taskId => address code) internal _terms;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        SettlementBase(tasks, keys, parameters)
    {}

    /// @inheritdoc IProofSettlement
    function proofContext(bytes32 taskId, uint32 slot) external view returns (uint256) {
        return _context(taskId, slot, TASKS.slotOf(taskId, slot).payout, _statementOf(taskId).keyId);
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view override(ISettlement, SettlementBase) returns (bool) {
        return _isFrozen(_statementOf(taskId).keyId);
    }

    function _keepTerms(bytes32 taskId, bytes memory encodedTerms) internal {
        _terms[taskId] = SSTORE2.write(encodedTerms);
    }

    /// @dev Checks the proof of a slot's statement, whose signals were matched before.
    function _prove(
        bytes32 taskId,
        uint32 slot,
        Statement memory statement,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        internal
    {
        uint256 digest = uint256(keccak256(abi.encodePacked(publicSignals)));
        uint256 context = publicSignals[statement.contextIndex];
        _verify(statement.keyId, taskId, slot, context, digest, publicSignals, proof);
    }

    function _readTerms(bytes32 taskId) internal view returns (bytes memory encodedTerms) {
        address code = _terms[taskId];
        if (code == address(0)) revert Settlement_UnknownTask(taskId);
        return SSTORE2.read(code);
    }

    function _statementOf(bytes32 taskId) internal view virtual returns (Statement memory);

    /// @dev Refuses a statement that cannot be told from another slot's, or that says something of no signal.
    function _checkStatement(Statement memory statement) internal view {
        _checkActive(statement.keyId);
        // Whoever fills the signals would choose the challenge.
        if (KEYS.needsChallenge(statement.keyId)) revert ProofSettlement_KeyNeedsChallenge(statement.keyId);
        uint256 count = KEYS.verifierKey(statement.keyId).signalCount;
        if (statement.signals.length != count) {
            revert ProofSettlement_SignalCount(statement.keyId, statement.signals.length, count);
        }
        if (statement.contextIndex >= count) {
            revert ProofSettlement_ContextIndexInvalid(statement.contextIndex, count);
        }
        if (statement.pinned >> count != 0 || statement.pinned >> statement.contextIndex & 1 != 0) {
            revert ProofSettlement_PinsInvalid(statement.pinned, count);
        }
    }

    /// @dev The signals must be those that the requester pinned and carry the slot's context.
    function _checkSignals(
        bytes32 taskId,
        uint32 slot,
        address payout,
        Statement memory statement,
        uint256[] calldata publicSignals
    )
        internal
        view
    {
        uint256 count = statement.signals.length;
        if (publicSignals.length != count) {
            revert ProofSettlement_SignalCount(statement.keyId, publicSignals.length, count);
        }
        statement.signals[statement.contextIndex] = _context(taskId, slot, payout, statement.keyId);
        uint256 fixedSignals = statement.pinned | 1 << statement.contextIndex;
        for (uint256 i; i < count; ++i) {
            if (fixedSignals >> i & 1 != 0 && publicSignals[i] != statement.signals[i]) {
                revert ProofSettlement_SignalMismatch(i, publicSignals[i], statement.signals[i]);
            }
        }
    }

    function _checkActive(bytes32 keyId) internal view {
        if (KEYS.status(keyId) != IVerifierKeyRegistry.Status.Active) revert ProofSettlement_KeyNotActive(keyId);
    }

    function _isFrozen(bytes32 keyId) internal view returns (bool) {
        return KEYS.status(keyId) == IVerifierKeyRegistry.Status.Frozen;
    }

    /// @dev A deadline keeps the protocol's distance from the one before it.
    function _checkDeadline(
        uint256 previous,
        uint256 deadline,
        IProtocolParameters.Parameters memory current
    )
        internal
        pure
    {
        uint256 earliest = previous + current.minWindow;
        uint256 latest = previous + current.maxWindow;
        if (deadline < earliest || deadline > latest) {
            revert ProofSettlement_DeadlineOutOfRange(deadline, earliest, latest);
        }
    }

    /// @dev Deadlines are inclusive: their own second still counts.
    function _checkNotPassed(bytes32 taskId, uint256 deadline) internal view {
        if (block.timestamp > deadline) {
            revert ProofSettlement_DeadlinePassed(taskId, deadline, block.timestamp);
        }
    }
}
