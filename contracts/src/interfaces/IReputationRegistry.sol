// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IReputationRegistry
/// @notice Trees of commitments to accepted slots, one tree per requester, from which a worker can prove how often and how
/// well it has worked without showing where (see {IReputationGate}).
/// @dev No role, and no money. Only the worker of a slot can record it, once, after it was paid with a proven score; the
/// score is the chain's and the commitment hides a secret of the worker. Leaves are never changed or taken out.
/// A leaf is one slot, not one task and not one person: who held several slots of a task through several accounts can record
/// each of them under one secret.
/// There is one tree per requester because a requester decides whose work it accepts: it can make tasks for itself and pay
/// itself, at the price of the fees. Such slots land in its own tree only, where they convince who trusts that requester.
/// A task that asks for reputation names the requester it trusts; for a market that is a DAO, whose tasks are many and
/// whose acceptance is a proof.
/// Warning: recording shows that this slot was recorded, by which account, and when. A worker hides among the accounts that
/// recorded as much as it shows, not among the leaves, so it should record at once and use what it recorded late.
/// Who copies a pending commitment and records it first for a slot of its own with the same score makes the pending record
/// fail, and can never show that slot: another blinding mends it.
interface IReputationRegistry {
    /// @param recordedAt When the requester's tree got this root, in seconds; zero when it never had it.
    /// @param replacedAt When the next leaf gave it another; zero while the root is the tree's.
    struct RootTimes {
        uint64 recordedAt;
        uint64 replacedAt;
    }

    /// @param leaf `Poseidon("veritask.reputation-leaf.1", commitment, scoreBps)`.
    /// @param commitment `Poseidon("veritask.reputation.1", secret, blinding)`, by the worker's word.
    /// @param scoreBps Proven agreement of the slot, in basis points.
    /// @param index Place of the leaf in the tree, from 0.
    /// @param root Of the requester's tree with the leaf.
    event ReputationRecorded(
        address indexed requester,
        bytes32 indexed taskId,
        uint32 indexed slot,
        uint256 leaf,
        uint256 commitment,
        uint16 scoreBps,
        uint256 index,
        uint256 root
    );

    error ReputationRegistry_NotWorker(bytes32 taskId, uint32 slot, address caller);
    /// @notice The slot was not paid, or nothing was proven of it.
    error ReputationRegistry_NotAccepted(bytes32 taskId, uint32 slot);
    error ReputationRegistry_AlreadyRecorded(bytes32 taskId, uint32 slot);
    error ReputationRegistry_CommitmentOutOfRange(uint256 commitment);
    /// @notice The same commitment with the same score: proofs need every leaf of a tree to be another.
    error ReputationRegistry_LeafExists(address requester, uint256 leaf);
    error ReputationRegistry_TreeFull(address requester, uint256 leaves);

    /// @notice Adds an accepted slot to its requester's tree. The slot's worker only, itself or through the forwarder.
    /// @param commitment From 1 to the field order minus 1.
    /// @return root Of the requester's tree with the leaf.
    function record(bytes32 taskId, uint32 slot, uint256 commitment) external returns (uint256 root);

    function isRecorded(bytes32 taskId, uint32 slot) external view returns (bool);
    /// @notice From when to when this was the root of the requester's tree.
    function rootTimesOf(address requester, uint256 root) external view returns (RootTimes memory);
    /// @notice The requester's tree by now.
    /// @return root Zero while it is empty.
    /// @return leaves How many slots it holds.
    function treeOf(address requester) external view returns (uint256 root, uint256 leaves);
}
