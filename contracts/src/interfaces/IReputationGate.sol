// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofGate} from "./IProofGate.sol";

/// @title IReputationGate
/// @notice Lets in whoever proves that it had at least so many slots accepted by a requester, each with at least such a
/// score, without showing which.
/// @dev The proof is of the circuit reputation-5 over a root of that requester's tree in the ReputationRegistry: the present
/// one, or one that was replaced at most an hour ago. Older ones are refused, because who chooses the leaves that a worker
/// reads could make it one of few, or the only one, by leaving out the later ones.
/// The scope is `uint256(keccak256(abi.encode(chainId, gate, taskId))) >> 8`.
/// Warning: the bar is the requester's to set, and accounts record in the open. Who joins is one of the workers that have
/// recorded `minSlots` slots of `minScoreBps`; a requester can set a bar that few reach, or one, or fill the tree with slots
/// of its own. Clients count before they prove.
/// Warning: one secret joins once, not one person: who recorded its slots under two secrets, each with enough of them,
/// joins twice. A slot counts under one secret only. Secrets can be sold. The terms name the requester whose acceptance
/// counts, because a requester can accept what it likes from whom it likes: choose one that has no reason to, a DAO say.
interface IReputationGate is IProofGate {
    /// @param keyId Active Groth16 key, with six signals: nullifier, root, tasks, minScore, scope, message.
    /// @param requester Whose accepted slots count.
    /// @param minSlots How many, 1 to 5. Several may be of one task, if the worker held them through several accounts.
    /// @param minScoreBps Least proven agreement of each, 1 to 10,000 basis points.
    struct Terms {
        bytes32 keyId;
        address requester;
        uint8 minSlots;
        uint16 minScoreBps;
    }

    event ReputationGateTermsSet(bytes32 indexed taskId, Terms terms);

    error ReputationGate_RequesterZero();
    error ReputationGate_SlotsOutOfRange(uint256 minSlots, uint256 maxSlots);
    error ReputationGate_ScoreOutOfRange(uint256 minScoreBps);
    /// @notice The requester's tree never had this root.
    error ReputationGate_UnknownRoot(bytes32 taskId, address requester, uint256 root);
    /// @notice The tree has had another root for too long.
    error ReputationGate_RootTooOld(bytes32 taskId, uint256 root, uint256 countsUntil, uint256 timestamp);

    function terms(bytes32 taskId) external view returns (Terms memory);
}
