// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "../interfaces/IGate.sol";
import {IReputationGate} from "../interfaces/IReputationGate.sol";
import {IReputationRegistry} from "../interfaces/IReputationRegistry.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {ProofGate} from "./ProofGate.sol";

/// @title ReputationGate
/// @notice See {IReputationGate} for what it does, who may do what, and what nobody can.
contract ReputationGate is IReputationGate, ProofGate {
    /// @dev Public signals of reputation-5: nullifier, root, tasks, minScore, scope, message.
    uint256 internal constant SIGNALS = 6;
    /// @dev Leaves that one proof opens.
    uint256 internal constant MAX_SLOTS = 5;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;
    /// @dev Seconds that a root counts after the next leaf was recorded: time for a proof to be made and brought.
    uint64 internal constant ROOT_LIFETIME = 1 hours;

    IReputationRegistry internal immutable REPUTATION;

    mapping(bytes32 taskId => Terms terms) internal _terms;

    constructor(ITaskRegistry tasks, IVerifierKeyRegistry keys, IReputationRegistry reputation) ProofGate(tasks, keys) {
        REPUTATION = reputation;
    }

    /// @inheritdoc IGate
    function openTask(bytes32 taskId, bytes calldata gateData) external onlyTaskRegistry {
        // Check:
        Terms memory next = abi.decode(gateData, (Terms));
        if (next.requester == address(0)) revert ReputationGate_RequesterZero();
        if (next.minSlots == 0 || next.minSlots > MAX_SLOTS) {
            revert ReputationGate_SlotsOutOfRange(next.minSlots, MAX_SLOTS);
        }
        if (next.minScoreBps == 0 || next.minScoreBps > BPS) revert ReputationGate_ScoreOutOfRange(next.minScoreBps);
        _checkKey(next.keyId, 0, SIGNALS);

        // Effect:
        _terms[taskId] = next;
        emit ReputationGateTermsSet(taskId, next);
    }

    /// @inheritdoc IReputationGate
    function terms(bytes32 taskId) public view returns (Terms memory pinned) {
        pinned = _terms[taskId];
        if (pinned.keyId == 0) revert Gate_UnknownTask(taskId);
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
        IReputationRegistry.RootTimes memory times = REPUTATION.rootTimesOf(pinned.requester, given.root);
        if (times.recordedAt == 0) revert ReputationGate_UnknownRoot(taskId, pinned.requester, given.root);
        uint64 countsUntil = times.replacedAt + ROOT_LIFETIME;
        if (times.replacedAt != 0 && block.timestamp > countsUntil) {
            revert ReputationGate_RootTooOld(taskId, given.root, countsUntil, block.timestamp);
        }
        publicSignals = new uint256[](SIGNALS);
        (publicSignals[0], publicSignals[1]) = (given.nullifier, given.root);
        (publicSignals[2], publicSignals[3]) = (pinned.minSlots, pinned.minScoreBps);
        (publicSignals[4], publicSignals[5]) = (scopeOf(taskId), message);
        return (pinned.keyId, publicSignals);
    }
}
