// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "./ILabelSettlement.sol";

/// @title IHiddenGoldSettlement
/// @notice Workers deliver encrypted labels with a proof of legality; the requester proves each score against gold that
/// stays secret. Silence pays the worker; a rejection needs a proof.
/// @dev A frozen score key is silence for ever and pays what was submitted. A frozen legality key stops submissions and
/// returns the slots without one; what was submitted can still be scored, because the score circuit shows legality again.
interface IHiddenGoldSettlement is ILabelSettlement {
    /// @param rules Packed label rules (see LabelRules).
    /// @param encryptionKey The requester's BabyJubJub public key, affine x and y.
    /// @param goldCommitment Poseidon commitment to the gold, below the BN254 scalar field order, not zero.
    /// @param legalityKeyId Key of the legality circuit.
    /// @param scoreKeyId Key of the score circuit.
    /// @param submitBy Last second to submit.
    /// @param scoreBy Last second to score.
    struct Terms {
        uint256 rules;
        uint256[2] encryptionKey;
        uint256 goldCommitment;
        bytes32 legalityKeyId;
        bytes32 scoreKeyId;
        uint64 submitBy;
        uint64 scoreBy;
    }

    /// @notice One slot's score and proof within a batch.
    /// @param digest First public signal: the statement digest.
    struct SlotScore {
        uint32 slot;
        uint256 agreements;
        uint256 digest;
        bytes proof;
    }

    /// @notice Scores of one task.
    struct TaskScores {
        bytes32 taskId;
        SlotScore[] scores;
    }

    event HiddenGoldTermsSet(bytes32 indexed taskId, Terms terms);
    /// @param agreements Gold items the worker's labels agree with, proven.
    /// @param goldCount Gold items of the task.
    /// @param passed Whether `agreements / goldCount` reaches the task's threshold.
    event SlotScored(bytes32 indexed taskId, uint32 indexed slot, uint256 agreements, uint256 goldCount, bool passed);

    error HiddenGoldSettlement_ScoreOutOfRange(uint256 agreements, uint256 goldCount);

    /// @notice Commits to and delivers the labels of the caller's slot, with a proof that they are legal. Both pinned keys
    /// must be active: under a frozen score key a submission would be paid without the requester being able to answer.
    function submit(
        bytes32 taskId,
        uint32 slot,
        uint256 commitment,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof
    )
        external;

    /// @notice Proves the exact score of a submission; pays the slot when it reaches the threshold, returns it when not.
    /// Only once nobody can submit any more (`submitBy` passed, or no slot can be taken and every joined slot has
    /// submitted): an earlier score would tell those still working how good a set of labels is.
    /// Anyone may relay: only the holder of the gold and the labels can make the proof.
    function score(
        bytes32 taskId,
        uint32 slot,
        uint256 agreements,
        uint256 digest,
        bytes calldata proof,
        bool transferNow
    )
        external;

    /// @notice {score} for up to 64 submissions of tasks that pin the same score key. A score of a slot that has not
    /// submitted or has ended, and one whose proof is bad, is passed over with `SubmissionRefused`; the rest are settled.
    /// @dev Whatever is wrong with a whole task, and a score above its gold, reverts as {score} does. Of two scores for one
    /// slot the first good one counts.
    function scoreBatch(TaskScores[] calldata batch, bool transferNow) external;

    function terms(bytes32 taskId) external view returns (Terms memory);
    function submittedCount(bytes32 taskId) external view returns (uint32);
}
