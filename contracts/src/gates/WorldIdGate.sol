// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IGate} from "../interfaces/IGate.sol";
import {IProofGate} from "../interfaces/IProofGate.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {IWorldIdGate} from "../interfaces/IWorldIdGate.sol";
import {GroupGate} from "./GroupGate.sol";
import {ProofGate} from "./ProofGate.sol";

/// @title WorldIdGate
/// @notice See {IWorldIdGate} for what it does, who may do what, and what nobody can.
contract WorldIdGate is IWorldIdGate, GroupGate {
    bytes32 internal constant WORLD_ID_SYSTEM_ID = "world-id-router";
    /// @dev Bytes of a task id, as text two digits each.
    uint256 internal constant TASK_ID_LENGTH = 32;

    mapping(bytes32 taskId => Terms terms) internal _terms;

    constructor(ITaskRegistry tasks, IVerifierKeyRegistry keys) ProofGate(tasks, keys) {}

    /// @inheritdoc IGate
    function openTask(bytes32 taskId, bytes calldata gateData) external onlyTaskRegistry {
        // Check:
        Terms memory next = abi.decode(gateData, (Terms));
        if (next.appIdHash == 0 || next.appIdHash > type(uint256).max >> HASH_SHIFT) {
            revert WorldIdGate_AppIdHashOutOfRange(next.appIdHash);
        }
        _checkGroup(next.keyId, WORLD_ID_SYSTEM_ID, next.root);

        // Effect:
        _terms[taskId] = next;
        emit WorldIdGateTermsSet(taskId, next);
    }

    /// @inheritdoc IWorldIdGate
    function terms(bytes32 taskId) public view returns (Terms memory pinned) {
        pinned = _terms[taskId];
        if (pinned.keyId == 0) revert Gate_UnknownTask(taskId);
    }

    /// @inheritdoc IProofGate
    function scopeOf(bytes32 taskId) public view override(IProofGate, ProofGate) returns (uint256) {
        return _hash(abi.encodePacked(terms(taskId).appIdHash, Strings.toHexString(uint256(taskId), TASK_ID_LENGTH)));
    }

    /// @dev World ID's hash of bytes.
    function _hash(bytes memory data) internal pure returns (uint256) {
        return uint256(keccak256(data)) >> HASH_SHIFT;
    }

    /// @inheritdoc ProofGate
    function _statement(
        bytes32 taskId,
        uint256 message,
        Admission memory given
    )
        internal
        view
        override
        returns (bytes32 keyId, uint256[] memory publicSignals)
    {
        Terms memory pinned = terms(taskId);
        _checkRoot(taskId, given.root, pinned.root);
        // The router and the plain key take the same signals.
        return (pinned.keyId, _signals(given, _hash(abi.encodePacked(message)), scopeOf(taskId)));
    }
}
