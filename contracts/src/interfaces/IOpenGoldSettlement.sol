// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "./ILabelSettlement.sol";

/// @title IOpenGoldSettlement
/// @notice Workers commit, the requester opens the gold, each worker proves agreement and delivers as it is paid.
/// Gold not opened in time: every committed worker delivers under a legality proof and is paid.
/// @dev Warning: what delivers and pays in one call shows the ciphertext before it is mined. A `prove` or `deliver` that
/// lands after `proveBy`, or after a pinned key was frozen, reverts, and the requester has the labels all the same. Clients
/// stop a margin before `proveBy`.
interface IOpenGoldSettlement is ILabelSettlement {
    /// @param rules Packed label rules (see LabelRules).
    /// @param encryptionKey The requester's BabyJubJub public key, affine x and y.
    /// @param goldCommitment `keccak256(abi.encode(GOLD_DOMAIN, salt, mask, values))`.
    /// @param agreementKeyId Key of the open-gold circuit.
    /// @param legalityKeyId Key of the legality circuit, used when the gold stays closed.
    /// @param commitBy Last second to commit.
    /// @param openBy Last second to open the gold.
    /// @param proveBy Last second to prove and deliver.
    struct Terms {
        uint256 rules;
        uint256[2] encryptionKey;
        bytes32 goldCommitment;
        bytes32 agreementKeyId;
        bytes32 legalityKeyId;
        uint64 commitBy;
        uint64 openBy;
        uint64 proveBy;
    }

    /// @notice An opened gold set.
    /// @param salt 32 random bytes.
    /// @param mask One bit per item, 248 per word, item 0 in the lowest bit: 1 marks a gold item.
    /// @param values Gold label codes in the order of the marked items, packed like labels.
    struct Gold {
        bytes32 salt;
        uint256[] mask;
        uint256[] values;
    }

    /// @notice Submissions of one task to {proveBatch}.
    struct TaskProofs {
        bytes32 taskId;
        Gold gold;
        SlotProof[] proofs;
    }

    /// @notice Submissions of one task to {deliverBatch}.
    struct TaskDeliveries {
        bytes32 taskId;
        SlotProof[] proofs;
    }

    event OpenGoldTermsSet(bytes32 indexed taskId, Terms terms);
    event LabelsCommitted(bytes32 indexed taskId, uint32 indexed slot, address indexed worker, uint256 commitment);
    event GoldOpened(bytes32 indexed taskId, Gold gold);

    error OpenGoldSettlement_NotRequester(bytes32 taskId, address caller);
    error OpenGoldSettlement_GoldDoesNotOpen(bytes32 taskId, bytes32 commitment, bytes32 opened);
    error OpenGoldSettlement_GoldMalformed(bytes32 taskId, string field);
    error OpenGoldSettlement_GoldAlreadyOpen(bytes32 taskId);
    error OpenGoldSettlement_GoldNotOpen(bytes32 taskId);
    error OpenGoldSettlement_CommitsStillOpen(bytes32 taskId, uint256 commitBy, uint256 timestamp);

    /// @notice Fixes the labels of the caller's slot without showing them. Both pinned keys must be active.
    function commit(bytes32 taskId, uint32 slot, uint256 commitment) external;

    /// @notice Shows the gold, once commits are over (deadline passed, or no slot can be taken and every joined slot has
    /// committed).
    /// Requester only.
    function openGold(bytes32 taskId, Gold calldata gold) external;

    /// @notice Proves agreement with the opened gold, delivers the labels and pays the slot, up to `proveBy`. Anyone may relay.
    /// @param digest First public signal: the statement digest.
    /// @param transferNow Whether to try the payout transfer in this call.
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Gold calldata gold,
        Delivery calldata delivery,
        bytes calldata proof,
        bool transferNow
    )
        external;

    /// @notice When the gold stayed closed past `openBy`: proves legality only, delivers and pays, up to `proveBy`. Anyone
    /// may relay.
    function deliver(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof,
        bool transferNow
    )
        external;

    /// @notice {prove} for up to 64 submissions of tasks that pin the same agreement key. A submission whose slot has not
    /// committed or has ended, and one whose proof is bad, is passed over with `SubmissionRefused`; the rest are paid.
    /// @dev Whatever is wrong with a whole task, and a malformed delivery, reverts as {prove} does. Of two submissions for one
    /// slot the first good one is paid.
    function proveBatch(TaskProofs[] calldata batch, bool transferNow) external;

    /// @notice {deliver} for up to 64 submissions of tasks that pin the same legality key, passed over as in {proveBatch}.
    function deliverBatch(TaskDeliveries[] calldata batch, bool transferNow) external;

    function terms(bytes32 taskId) external view returns (Terms memory);
    /// @notice When the gold was opened, in seconds; zero while closed.
    function goldOpenedAt(bytes32 taskId) external view returns (uint64);
    function committedCount(bytes32 taskId) external view returns (uint32);
}
