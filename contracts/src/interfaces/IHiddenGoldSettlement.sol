// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Grading} from "../libraries/Grading.sol";
import {ILabelSettlement} from "./ILabelSettlement.sol";
import {ITaskRegistry} from "./ITaskRegistry.sol";

/// @title IHiddenGoldSettlement
/// @notice Workers deliver encrypted labels with a proof of legality; the requester proves each score against gold that
/// stays secret. Silence pays the worker; a rejection needs a proof, and is provisional until nobody can overturn it.
/// @dev A score that passes pays at once. One below the threshold is kept: the slot stays joined, its reward in escrow, its stake
/// and the requester's bond locked, so that none of them can leave before the slot's outcome is final. Until
/// `scoreBy + auditWindow` the worker of each rejected slot may ask for an audit of the gold, with a bond
/// ({ITaskRegistry.dispute}); {IGoldAudit} says who answers and what decides. Then:
/// - An audit of the task Upheld: its challenger is Redressed, at once: the reward is paid in full, stake and challenger's bond
///   are free, and the requester's bond is burned, once. So is every rejected slot that would have passed with the items that
///   audits which were upheld overturned for everybody (its agreements and these reach the threshold), whatever its own audit
///   says: those of their items that more than half of a panel answer as the challenger does.
/// - For the others, when none is open and no time is left to ask: a slot whose own audit was Dismissed is Rejected (the reward
///   goes back, `rejectedSlashBps` of the stake to the treasury, the challenger's bond is lost); one whose own was Void is
///   Returned (the reward goes back, stake and bond are free); one that did not ask is Rejected, or Returned where an item was
///   overturned for everybody.
/// - Who could not have asked, or could not have won, is never slashed: Returned. So it is with fewer than three submitted slots
///   (no third opinion), when the audit or the legality key is frozen, and when the others' answers are too few to show
///   anything (slots of the panel times disputed items below nine).
/// All this follows from what was asked and proven by when, not from the order in which anybody closes or settles. Another
/// worker's audit may not reach a slot, and is usually decided when nobody can ask any more: whoever was wronged should ask.
/// A frozen score key is silence for ever and pays what was submitted and not rejected. A frozen legality key stops
/// submissions and returns the slots without one; what was submitted can still be scored, because the score circuit shows
/// legality again. A freeze decides for the slots that have not ended.
/// Warning: what cannot be stopped here, and has to be known before joining. With one or two workers there is no third opinion:
/// a requester that rejects them by rigged gold has their labels for nothing. Where few gold items decide
/// (`goldCount` less the agreements a pass needs, plus one, times the other workers, below nine) the same holds. A majority that
/// colludes decides as it likes, accepted accounts of the requester itself side with any gold, and accepted accounts of a
/// worker can cost an honest requester its bond (it gains nothing by that). Only a gate that tells people apart helps.
interface IHiddenGoldSettlement is ILabelSettlement {
    /// @param rules Packed label rules (see LabelRules).
    /// @param encryptionKey The requester's BabyJubJub public key, affine x and y.
    /// @param goldCommitment Poseidon commitment to the gold, below the BN254 scalar field order, not zero.
    /// @param legalityKeyId Key of the legality circuit.
    /// @param scoreKeyId Key of the score circuit.
    /// @param auditKeyId Key of the audit circuit.
    /// @param submitBy Last second to submit.
    /// @param scoreBy Last second to score.
    /// @param grading What a score that passes earns.
    struct Terms {
        uint256 rules;
        uint256[2] encryptionKey;
        uint256 goldCommitment;
        bytes32 legalityKeyId;
        bytes32 scoreKeyId;
        bytes32 auditKeyId;
        uint64 submitBy;
        uint64 scoreBy;
        Grading.Scale grading;
    }

    /// @notice Where the audit that a slot's worker asked for stands. Those that are decided are in the order of rulings.
    enum AuditState {
        None,
        Open,
        Void,
        Upheld,
        Dismissed
    }

    /// @param rejected Slots with a score below the threshold.
    /// @param openAudits Audits that are not decided.
    /// @param mostDisputedItems Most gold items on which a rejected slot disagrees with the gold.
    /// @param overturnedItems Gold items that audits which were upheld overturned for everybody.
    struct Standing {
        uint32 rejected;
        uint32 openAudits;
        uint16 mostDisputedItems;
        uint16 overturnedItems;
    }

    /// @param rejected Whether a score below the threshold was proven, whatever came of it.
    /// @param agreements Gold items that the slot agrees with, if so.
    /// @param audit The audit that its worker asked for.
    struct Rejection {
        bool rejected;
        uint16 agreements;
        AuditState audit;
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
    /// @param passed Whether `agreements / goldCount` reaches the task's threshold: paid at once if so, else rejected until an
    /// audit may say otherwise.
    event SlotScored(bytes32 indexed taskId, uint32 indexed slot, uint256 agreements, uint256 goldCount, bool passed);

    error HiddenGoldSettlement_BondTooSmall(uint256 bond, uint256 required);
    error HiddenGoldSettlement_NotGoldAudit(address caller);
    error HiddenGoldSettlement_AlreadyRejected(bytes32 taskId, uint32 slot);
    error HiddenGoldSettlement_ScoreOutOfRange(uint256 agreements, uint256 goldCount);

    /// @notice Commits to and delivers the labels of the caller's slot, with a proof that they are legal. All pinned keys must
    /// be active: under a frozen score key a submission would be paid without the requester being able to answer, under a
    /// frozen audit key it could be rejected by rigged gold.
    function submit(
        bytes32 taskId,
        uint32 slot,
        uint256 commitment,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof
    )
        external;

    /// @notice Proves the exact score of a submission; pays the slot when it reaches the threshold, else rejects it for now.
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
    /// submitted, was rejected or has ended, and one whose proof is bad, is passed over with `SubmissionRefused`; the rest
    /// count.
    /// @dev Whatever is wrong with a whole task, and a score above its gold, reverts as {score} does. Of two scores for one
    /// slot the first good one counts.
    function scoreBatch(TaskScores[] calldata batch, bool transferNow) external;

    /// @notice GoldAudit only: how the audit of a slot's worker was decided.
    /// @param overturnedItems Gold items that audits of the task which were upheld overturned for everybody, this one with them.
    /// @param isFirst Whether it is the first of the task that is upheld: the requester's bond is burned.
    function concludeAudit(
        bytes32 taskId,
        uint32 slot,
        ITaskRegistry.Ruling ruling,
        uint16 overturnedItems,
        bool isFirst
    )
        external;

    /// @notice The contract that decides audits of this one's tasks.
    function goldAudit() external view returns (address);
    function standingOf(bytes32 taskId) external view returns (Standing memory);
    function rejectionOf(bytes32 taskId, uint32 slot) external view returns (Rejection memory);
    /// @notice Slots at places of the list of all that submitted, without one of them. The rejected come first.
    function othersAt(
        bytes32 taskId,
        uint32 without,
        uint256[] calldata places
    )
        external
        view
        returns (uint32[] memory slots);
    function terms(bytes32 taskId) external view returns (Terms memory);
    function submittedCount(bytes32 taskId) external view returns (uint32);
}
