// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ISettlement
/// @notice How a submission becomes paid or returned. A module keeps the terms and the submissions of its tasks, and
/// tells the TaskRegistry how each slot ends.
interface ISettlement {
    /// @dev Returned is nobody's fault (a key was frozen, say); Missed is the worker's: a deadline passed on its work.
    /// Rejected is its fault too, by a proof that nobody can overturn any more; Redressed pays who was rejected wrongly.
    enum Outcome {
        Pending,
        Paid,
        Returned,
        Missed,
        Rejected,
        Redressed
    }

    /// @notice Why a batch passed a submission over. None of these is its sender's to foresee: somebody else's transaction
    /// may have come first, and a proof may be bad without the others suffering for it.
    enum Refusal {
        NotCommitted,
        SlotEnded,
        ProofRejected,
        AlreadyDelivered,
        AlreadyRejected
    }

    /// @notice A statement was verified on-chain. With the module's address this names everything needed to check it again.
    /// @param receiptId `keccak256(abi.encode(chainId, module, keyId, context, digest))`.
    /// @param publicSignals In the order of the key's circuit. Labelling: digest, evaluation, context, alpha, where
    /// context is `uint256(keccak256(abi.encode(chainId, module, taskId, slot, payout, keyId))) >> 8`.
    event ReceiptIssued(
        bytes32 indexed receiptId,
        bytes32 indexed keyId,
        bytes32 indexed taskId,
        uint32 slot,
        uint256[] publicSignals,
        bytes proof
    );

    /// @notice A batch passed this submission over and went on with the rest. Anyone can send a bad proof for any slot: it says
    /// nothing of the worker.
    event SubmissionRefused(bytes32 indexed taskId, uint32 indexed slot, Refusal reason);

    error Settlement_NotTaskRegistry(address caller);
    /// @notice Nothing about this slot can be disputed, or not any more.
    error Settlement_NotDisputable(bytes32 taskId, uint32 slot);
    error Settlement_UnknownTask(bytes32 taskId);
    error Settlement_NotWorker(bytes32 taskId, uint32 slot, address caller);
    error Settlement_SlotEnded(bytes32 taskId, uint32 slot);
    error Settlement_ProofRejected(bytes32 keyId, bytes32 taskId, uint32 slot);
    error Settlement_BatchTooLarge(uint256 count, uint256 maxCount);
    /// @notice One batch proves under one key: send the tasks that pin another in a batch of their own.
    error Settlement_KeysDiffer(bytes32 first, bytes32 other);

    /// @notice TaskRegistry only: checks and keeps the terms of a new task.
    /// @param joinBy The registry's last joining second; the module's own deadlines follow it.
    function openTask(bytes32 taskId, uint64 joinBy, bytes calldata settlementData) external;

    /// @notice How the slot ends if `settle` is called now.
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome);

    /// @notice True when any key the task pinned is frozen: nobody can join or hand in anything new, and what can no longer
    /// be proven ends at once. `outcome` says how; what was paid stays paid.
    function halted(bytes32 taskId) external view returns (bool);

    /// @notice Who can still join.
    /// @return slotLimit How many slots may be taken by now; never less than are taken.
    /// @return closed True when no slot will ever be taken again, so that the rest can go back.
    function admission(bytes32 taskId) external view returns (uint32 slotLimit, bool closed);

    /// @notice Whether the worker of a joined slot has handed in nothing yet, so that it may still leave.
    function mayLeave(bytes32 taskId, uint32 slot) external view returns (bool);

    /// @notice For a slot whose outcome is Missed: the deadline it has missed, in seconds. Whatever else was called in between,
    /// the answer stays: the order of calls that anyone can make decides nothing about anybody's stake.
    function missedDeadline(bytes32 taskId, uint32 slot) external view returns (uint64);

    /// @notice TaskRegistry only: somebody disputes what the slot says, or was said of it.
    /// @return bond What the challenger has to lock, in base units of the task's token.
    function openDispute(bytes32 taskId, uint32 slot, address challenger) external returns (uint128 bond);

    /// @notice For a slot whose outcome is Rejected: its proven agreement, in basis points.
    function rejectedScoreOf(bytes32 taskId, uint32 slot) external view returns (uint16);

    /// @notice Last second after which every slot has a final outcome, once everything that anyone may close is closed (gold
    /// audits).
    function finalDeadline(bytes32 taskId) external view returns (uint64);
}
