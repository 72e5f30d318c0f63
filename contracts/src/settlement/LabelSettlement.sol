// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BabyJubJub} from "../libraries/BabyJubJub.sol";
import {BN254} from "../libraries/BN254.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelProofs} from "./LabelProofs.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title LabelSettlement
/// @notice What open gold and hidden gold share.
abstract contract LabelSettlement is ILabelSettlement, SettlementBase, LabelProofs {
    using LabelStatement for uint256[];

    /// @dev Elements of a delivery statement before mask, values and ciphertext: commitment context, commitment, rules,
    /// encryption key (2), ephemeral key (2).
    uint256 internal constant DELIVERY_HEAD = 7;

    /// @dev What the delivery statements of a task have in common.
    /// @param ciphertextLength Words of each ciphertext: one per packed label word, then the salt.
    /// @param extra Elements between the ephemeral key and the ciphertext.
    /// @param scoreBps Agreement that such a proof shows at least, in basis points.
    struct DeliveryTerms {
        uint256 rules;
        uint256[2] encryptionKey;
        uint256 ciphertextLength;
        uint256[] extra;
        uint16 scoreBps;
    }

    /// @dev One storage word. The terms never change, so they are kept as contract code.
    /// @param committed Slots that have committed.
    /// @param goldOpenedAt When open gold was opened, in seconds; always zero where gold stays hidden.
    struct State {
        address terms; // slot 0
        uint32 committed;
        uint64 goldOpenedAt;
    }

    mapping(bytes32 taskId => State state) internal _states;
    mapping(bytes32 taskId => mapping(uint32 slot => uint256 commitment)) internal _commitments;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        SettlementBase(tasks, keys, parameters)
    {}

    /// @inheritdoc ILabelSettlement
    function commitmentOf(bytes32 taskId, uint32 slot) external view returns (uint256) {
        return _commitments[taskId][slot];
    }

    /// @inheritdoc ILabelSettlement
    function commitmentContext(bytes32 taskId, uint32 slot) external view returns (uint256) {
        return _context(taskId, slot, TASKS.slotOf(taskId, slot).payout, 0);
    }

    /// @inheritdoc ILabelSettlement
    function proofContext(bytes32 taskId, uint32 slot, bytes32 keyId) external view returns (uint256) {
        return _context(taskId, slot, TASKS.slotOf(taskId, slot).payout, keyId);
    }

    /// @inheritdoc ISettlement
    function mayLeave(bytes32 taskId, uint32 slot) external view returns (bool) {
        return _commitments[taskId][slot] == 0;
    }

    function _keepTerms(bytes32 taskId, bytes memory encodedTerms) internal {
        _states[taskId].terms = SSTORE2.write(encodedTerms);
    }

    function _keepCommitment(bytes32 taskId, uint32 slot, uint256 commitment) internal {
        _commitments[taskId][slot] = commitment;
        ++_states[taskId].committed;
    }

    function _stateOf(bytes32 taskId) internal view returns (State memory state, bytes memory encodedTerms) {
        state = _states[taskId];
        if (state.terms == address(0)) revert Settlement_UnknownTask(taskId);
        encodedTerms = SSTORE2.read(state.terms);
    }

    /// @dev Gold may say something about labels only once nobody can commit any more: the deadline has passed, or no slot
    /// can be taken and every joined slot has committed.
    function _commitsOver(
        bytes32 taskId,
        uint256 deadline,
        uint256 committed
    )
        internal
        view
        returns (bool over, address requester)
    {
        (address maker, uint32 joined, bool joinClosed) = TASKS.fillingOf(taskId);
        return (block.timestamp > deadline || (joinClosed && committed == joined), maker);
    }

    /// @dev Checks the commitment of the caller's own live slot before it is kept.
    function _checkNewCommitment(
        bytes32 taskId,
        uint32 slot,
        uint256 commitment
    )
        internal
        view
        returns (ITaskRegistry.Slot memory joined)
    {
        if (commitment == 0 || commitment >= BN254.SCALAR_FIELD) {
            revert LabelSettlement_CommitmentOutOfRange(commitment);
        }
        joined = TASKS.slotOf(taskId, slot);
        if (_msgSender() != joined.worker) revert Settlement_NotWorker(taskId, slot, _msgSender());
        if (joined.state != ITaskRegistry.SlotState.Joined) revert Settlement_SlotEnded(taskId, slot);
        uint256 committed = _commitments[taskId][slot];
        if (committed != 0) revert LabelSettlement_AlreadyCommitted(taskId, slot, committed);
    }

    /// @dev A claim about a slot that has committed and not ended.
    function _claimOf(
        bytes32 taskId,
        uint32 slot,
        bytes32 keyId,
        uint256 digest
    )
        internal
        view
        returns (Claim memory claim)
    {
        uint256 commitment = _commitments[taskId][slot];
        if (commitment == 0) revert LabelSettlement_NotCommitted(taskId, slot);
        return _claim(taskId, slot, _liveSlot(taskId, slot).payout, keyId, digest, commitment);
    }

    function _claim(
        bytes32 taskId,
        uint32 slot,
        address payout,
        bytes32 keyId,
        uint256 digest,
        uint256 commitment
    )
        internal
        view
        returns (Claim memory)
    {
        return Claim({
            taskId: taskId,
            slot: slot,
            keyId: keyId,
            digest: digest,
            context: _context(taskId, slot, payout, keyId),
            commitmentContext: _context(taskId, slot, payout, 0),
            commitment: commitment,
            scoreBps: 0
        });
    }

    /// @dev `extra` is filled by whoever has gold to name.
    function _deliveryTerms(
        uint256 rules,
        uint256[2] memory encryptionKey
    )
        internal
        pure
        returns (DeliveryTerms memory made)
    {
        made.rules = rules;
        made.encryptionKey = encryptionKey;
        made.ciphertextLength = LabelRules.layout(rules).words + 1;
    }

    /// @dev The circuits show the ephemeral key to be a multiple of Base8, so x = 0 is the identity: its keystream is public,
    /// and no requester's client takes it.
    function _deliveryStatement(
        Claim memory claim,
        DeliveryTerms memory common,
        Delivery memory delivery
    )
        internal
        pure
        returns (uint256[] memory buffer)
    {
        uint256 length = delivery.ciphertext.length;
        if (length != common.ciphertextLength) {
            revert LabelSettlement_CiphertextLength(length, common.ciphertextLength);
        }
        if (delivery.ephemeralKey[0] == 0) revert LabelSettlement_EphemeralKeyInvalid(0, delivery.ephemeralKey[1]);
        buffer = _startStatement(claim, DELIVERY_HEAD + common.extra.length + length);
        uint256 next = LabelStatement.PREFIX + 2;
        buffer[next++] = common.rules;
        buffer[next++] = common.encryptionKey[0];
        buffer[next++] = common.encryptionKey[1];
        buffer[next++] = delivery.ephemeralKey[0];
        buffer[next++] = delivery.ephemeralKey[1];
        next = buffer.append(next, common.extra);
        buffer.append(next, delivery.ciphertext);
    }

    /// @dev Checks the proof of a finished statement.
    function _accept(Claim memory claim, uint256[] memory buffer, bytes calldata proof) internal {
        _verify(claim.keyId, claim.taskId, claim.slot, claim.context, claim.digest, buffer.seal(), proof);
    }

    function _emitDelivered(Claim memory claim, Delivery memory delivery) internal {
        emit LabelsDelivered(claim.taskId, claim.slot, claim.commitment, delivery.ephemeralKey, delivery.ciphertext);
    }

    /// @dev Every task of a batch must pin the same key.
    function _useKey(Batch memory batch, bytes32 keyId) internal pure {
        if (batch.keyId == 0) batch.keyId = keyId;
        if (batch.keyId != keyId) revert Settlement_KeysDiffer(batch.keyId, keyId);
    }

    /// @dev As `_claimOf`, but a slot that cannot be claimed is passed over: others of the batch can.
    function _tryClaim(
        Batch memory batch,
        bytes32 taskId,
        uint32 slot,
        uint256 digest
    )
        internal
        returns (bool live, Claim memory claim)
    {
        uint256 commitment = _commitments[taskId][slot];
        if (commitment == 0) {
            emit SubmissionRefused(taskId, slot, Refusal.NotCommitted);
            return (false, claim);
        }
        ITaskRegistry.Slot memory taken = TASKS.slotOf(taskId, slot);
        if (taken.state != ITaskRegistry.SlotState.Joined) {
            emit SubmissionRefused(taskId, slot, Refusal.SlotEnded);
            return (false, claim);
        }
        return (true, _claim(taskId, slot, taken.payout, batch.keyId, digest, commitment));
    }

    /// @dev Keeps the record of a proven claim whose slot can now be ended; any other is passed over. An earlier submission of
    /// the same batch may have ended the slot.
    function _acceptAt(Batch memory batch, uint256 place) internal returns (bool) {
        Claim memory claim = batch.claims[place];
        // Check:
        if (batch.accepted >> place & 1 == 0) {
            emit SubmissionRefused(claim.taskId, claim.slot, Refusal.ProofRejected);
            return false;
        }
        if (TASKS.slotOf(claim.taskId, claim.slot).state != ITaskRegistry.SlotState.Joined) {
            emit SubmissionRefused(claim.taskId, claim.slot, Refusal.SlotEnded);
            return false;
        }

        // Effect:
        _emitReceiptAt(batch, place);
        return true;
    }

    /// @dev What a task may pin: an active key of a circuit whose challenge this module derives.
    function _checkKey(bytes32 keyId) internal view {
        _checkActive(keyId);
        if (!KEYS.needsChallenge(keyId)) revert LabelSettlement_KeyWithoutChallenge(keyId);
    }

    function _checkEncryptionKey(uint256[2] memory key) internal pure {
        if (!BabyJubJub.isPublicKey(key[0], key[1])) revert LabelSettlement_EncryptionKeyInvalid(key[0], key[1]);
    }

    /// @dev A deadline keeps the protocol's distance from the one before it.
    function _checkDeadline(
        uint256 previous,
        uint256 deadline,
        IProtocolParameters.Parameters memory current
    )
        internal
        pure
    {
        uint256 earliest = previous + current.minWindow;
        uint256 latest = previous + current.maxWindow;
        if (deadline < earliest || deadline > latest) {
            revert LabelSettlement_DeadlineOutOfRange(deadline, earliest, latest);
        }
    }
}
