// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "./ISettlement.sol";

/// @title ILabelSettlement
/// @notice What the two labelling settlements share: rules, encrypted delivery and the statement behind every proof.
interface ILabelSettlement is ISettlement {
    /// @notice Encrypted labels as they travel: hashed ElGamal on BabyJubJub.
    /// @param ephemeralKey R = r * Base8, affine x and y; not the identity.
    /// @param ciphertext One word per packed label word, then the salt; each below the BN254 scalar field order.
    struct Delivery {
        uint256[2] ephemeralKey;
        uint256[] ciphertext;
    }

    /// @notice One slot's delivery and proof within a batch.
    /// @param digest First public signal: the statement digest.
    struct SlotProof {
        uint32 slot;
        uint256 digest;
        Delivery delivery;
        bytes proof;
    }

    /// @notice The worker's labels for the requester, published by the transaction that proved them right.
    event LabelsDelivered(
        bytes32 indexed taskId, uint32 indexed slot, uint256 commitment, uint256[2] ephemeralKey, uint256[] ciphertext
    );

    error LabelSettlement_RulesInvalid(uint256 rules, string field);
    error LabelSettlement_ThresholdTooHigh(uint256 thresholdBps, uint256 maxBps);
    error LabelSettlement_EncryptionKeyInvalid(uint256 x, uint256 y);
    error LabelSettlement_EphemeralKeyInvalid(uint256 x, uint256 y);
    error LabelSettlement_GoldCommitmentOutOfRange(uint256 goldCommitment);
    error LabelSettlement_KeyNotActive(bytes32 keyId);
    /// @notice The key is not marked as one that needs a challenge, so it is not of a labeling circuit.
    error LabelSettlement_KeyWithoutChallenge(bytes32 keyId);
    error LabelSettlement_DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error LabelSettlement_DeadlinePassed(bytes32 taskId, uint256 deadline, uint256 timestamp);
    error LabelSettlement_TooEarly(bytes32 taskId, uint256 deadline, uint256 timestamp);
    error LabelSettlement_WordOutOfRange(uint256 index, uint256 word);
    error LabelSettlement_CiphertextLength(uint256 length, uint256 required);
    error LabelSettlement_CommitmentOutOfRange(uint256 commitment);
    error LabelSettlement_AlreadyCommitted(bytes32 taskId, uint32 slot, uint256 commitment);
    error LabelSettlement_NotCommitted(bytes32 taskId, uint32 slot);

    /// @notice Labels commitment of a slot; zero before it committed.
    function commitmentOf(bytes32 taskId, uint32 slot) external view returns (uint256);

    /// @notice What the worker's label commitment is bound to: the context with a zero key id.
    function commitmentContext(bytes32 taskId, uint32 slot) external view returns (uint256);

    /// @notice The context a proof under `keyId` must carry as its public signal.
    function proofContext(bytes32 taskId, uint32 slot, bytes32 keyId) external view returns (uint256);
}
