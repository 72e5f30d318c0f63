// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Grading} from "../libraries/Grading.sol";
import {ILabelSettlement} from "./ILabelSettlement.sol";
import {ITaskRegistry} from "./ITaskRegistry.sol";

/// @title IHiddenGoldSettlement
/// @notice Workers deliver encrypted labels with a proof of legality; the requester proves each score against gold that
/// stays secret. Silence pays the worker; a rejection needs a proof.
/// @dev A frozen score key is silence for ever and pays what was submitted. A frozen legality key stops submissions and
/// returns the slots without one; what was submitted can still be scored, because the score circuit shows legality again.
/// Rigged gold is answered by a gold audit. A worker whose slot was rejected disputes it ({ITaskRegistry.dispute}), with one
/// reward (at most 2^96 - 1) as bond, within the audit window after `scoreBy`. The requester then proves, for every accepted
/// slot of the task (for every rejected one when none was accepted), with which gold items it agrees. When every slot is
/// proven and each gold item has at least `auditRateBps` of them, the dispute is dismissed and the bond is the requester's.
/// When an item has less (and the panel is not a single slot, which leaves the dispute void), or the requester has not
/// proven every slot within another audit window, the requester's bond goes
/// to the workers it rejected. Arithmetic over proven values; there is no vote. One audit per task: it is about the gold, so
/// its answer is the same for every worker who could ask.
/// Accepted is every submitted slot that was not rejected by the time scoring ends: nothing can reject it any more, settled
/// or not. Slots paid by silence are among them, so a requester that lets careless work pass weakens its own answer.
/// A frozen audit or legality key ends an audit whose panel is not proven: it is void and everyone keeps its bond. Without the
/// one nothing can be proven, and under the other labels may have been delivered that do not open. What was proven decides
/// even then.
/// Warning: accepted accounts of the requester itself agree with any gold. Each costs it a fee and a slot; only a gate that
/// tells people apart stops it. With none accepted, rigged gold and work that is all bad look the same, and the requester
/// pays: it should ask for a stake that makes bad work dearer than its part of the bond.
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

    /// @notice One slot's agreement with each gold item.
    /// @param agreementBits Bit j is set when the labels agree with the j-th gold item.
    /// @param digest First public signal: the statement digest.
    struct SlotAudit {
        uint32 slot;
        uint256 agreementBits;
        uint256 digest;
        bytes proof;
    }

    /// @param disputedSlot Whose worker asked.
    /// @param answerBy Last second to prove; zero before an audit is asked for.
    /// @param panel Slots to be proven.
    /// @param audited Slots proven.
    /// @param ofRejected Whether the panel is the rejected slots, because none was accepted.
    /// @param closed Whether it has been decided.
    struct Audit {
        uint32 disputedSlot;
        uint64 answerBy;
        uint32 panel;
        uint32 audited;
        bool ofRejected;
        bool closed;
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

    /// @param panel Slots the requester has to prove: all accepted ones, or all rejected ones when `ofRejected`.
    event GoldAuditOpened(
        bytes32 indexed taskId,
        uint32 indexed slot,
        address indexed worker,
        uint32 panel,
        bool ofRejected,
        uint64 answerBy
    );
    event SlotAudited(bytes32 indexed taskId, uint32 indexed slot, uint256 agreementBits);
    /// @param ruling Upheld: the requester lost its bond. Dismissed: the gold held. Void: a key was frozen before the panel was
    /// proven, or the panel is a single slot, which contradicts the gold.
    /// @param audited Slots proven; fewer than `panel` when the requester did not answer, or could not.
    /// @param weakestItem First gold item with the fewest agreements, by its place in the gold; zero unless all were proven.
    /// @param weakestCount How many slots agree with it; zero unless all were proven.
    event GoldAuditClosed(
        bytes32 indexed taskId,
        ITaskRegistry.Ruling ruling,
        uint32 panel,
        uint32 audited,
        uint256 weakestItem,
        uint256 weakestCount
    );

    error HiddenGoldSettlement_BondTooSmall(uint256 bond, uint256 required);
    /// @notice No audit was asked for, or it has been decided.
    error HiddenGoldSettlement_NoAudit(bytes32 taskId);
    error HiddenGoldSettlement_NotInPanel(bytes32 taskId, uint32 slot);
    error HiddenGoldSettlement_AuditPending(bytes32 taskId, uint32 audited, uint32 panel, uint64 answerBy);
    error HiddenGoldSettlement_BitsOutOfRange(uint256 agreementBits, uint256 goldCount);
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

    /// @notice Proves with which gold items slots of the audit's panel agree; at most 64, until `answerBy`. Anyone may relay. A
    /// slot that is proven already is passed over, so that nobody undoes an answer by sending a part of it first; of the
    /// others all count or, with a bad proof among them, none: the requester alone can make these proofs.
    function auditSlots(bytes32 taskId, SlotAudit[] calldata audits) external;

    /// @notice Decides an audit whose panel is proven, whose time is over or whose key is frozen. Anyone may call.
    function closeAudit(bytes32 taskId) external;

    function auditOf(bytes32 taskId) external view returns (Audit memory);
    function terms(bytes32 taskId) external view returns (Terms memory);
    function submittedCount(bytes32 taskId) external view returns (uint32);
}
