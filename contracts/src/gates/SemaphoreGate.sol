// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "../interfaces/IGate.sol";
import {ISemaphoreGate} from "../interfaces/ISemaphoreGate.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {GroupGate} from "./GroupGate.sol";
import {ProofGate} from "./ProofGate.sol";

/// @title SemaphoreGate
/// @notice See {ISemaphoreGate} for what it does, who may do what, and what nobody can.
contract SemaphoreGate is ISemaphoreGate, GroupGate {
    bytes32 internal constant SEMAPHORE_SYSTEM_ID = "semaphore-v4";

    /// @dev Terms, and whether the key hashes message and scope itself.
    struct Kept {
        bytes32 keyId;
        uint256 root;
        bool deployed;
    }

    mapping(bytes32 taskId => Kept terms) internal _terms;

    constructor(ITaskRegistry tasks, IVerifierKeyRegistry keys) ProofGate(tasks, keys) {}

    /// @inheritdoc IGate
    function openTask(bytes32 taskId, bytes calldata gateData) external onlyTaskRegistry {
        // Check:
        Terms memory next = abi.decode(gateData, (Terms));
        bool deployed = _checkGroup(next.keyId, SEMAPHORE_SYSTEM_ID, next.root);

        // Effect:
        _terms[taskId] = Kept({keyId: next.keyId, root: next.root, deployed: deployed});
        emit SemaphoreGateTermsSet(taskId, next);
    }

    /// @inheritdoc ISemaphoreGate
    function terms(bytes32 taskId) external view returns (Terms memory) {
        Kept memory pinned = _load(taskId);
        return Terms({keyId: pinned.keyId, root: pinned.root});
    }

    function _load(bytes32 taskId) internal view returns (Kept memory pinned) {
        pinned = _terms[taskId];
        if (pinned.keyId == 0) revert Gate_UnknownTask(taskId);
    }

    /// @dev Semaphore's hash of a word.
    function _hashWord(uint256 word) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(word))) >> HASH_SHIFT;
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
        Kept memory pinned = _load(taskId);
        _checkRoot(taskId, given.root, pinned.root);
        uint256 scope = scopeOf(taskId);
        if (!pinned.deployed) (message, scope) = (_hashWord(message), _hashWord(scope));
        return (pinned.keyId, _signals(given, message, scope));
    }
}
