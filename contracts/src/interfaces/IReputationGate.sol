// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofGate} from "./IProofGate.sol";

/// @title IReputationGate
/// @notice Lets in whoever proves that it had at least so many slots accepted by a requester, each with at least such a
/// score, without showing which.
/// @dev The proof is of the circuit reputation-5 over a root of that requester's tree in the ReputationRegistry; any root
/// it ever had will do, since nothing is taken out. The scope is `uint256(keccak256(abi.encode(chainId, gate, taskId))) >> 8`.
/// Warning: one secret joins once, not one person: who recorded its slots under two secrets, each with enough of them,
/// joins twice. A slot counts under one secret only. Secrets can be sold. The terms name the requester whose acceptance
/// counts, because a requester can accept what it likes from whom it likes: choose one that has no reason to, a DAO say.
interface IReputationGate is IProofGate {
    /// @param keyId Active Groth16 key, with six signals: nullifier, root, tasks, minScore, scope, message.
    /// @param requester Whose accepted slots count.
    /// @param minTasks How many, 1 to 5.
    /// @param minScoreBps Least proven agreement of each, 1 to 10,000 basis points.
    struct Terms {
        bytes32 keyId;
        address requester;
        uint8 minTasks;
        uint16 minScoreBps;
    }

    event ReputationGateTermsSet(bytes32 indexed taskId, Terms terms);

    error ReputationGate_RequesterZero();
    error ReputationGate_TasksOutOfRange(uint256 minTasks, uint256 maxTasks);
    error ReputationGate_ScoreOutOfRange(uint256 minScoreBps);
    /// @notice The requester's tree never had this root.
    error ReputationGate_UnknownRoot(bytes32 taskId, address requester, uint256 root);

    function terms(bytes32 taskId) external view returns (Terms memory);
}
