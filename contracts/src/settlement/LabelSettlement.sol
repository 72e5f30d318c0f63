// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BabyJubJub} from "../libraries/BabyJubJub.sol";
import {BN254} from "../libraries/BN254.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title LabelSettlement
/// @notice What open gold and hidden gold share.
abstract contract LabelSettlement is ILabelSettlement, SettlementBase {
    using LabelStatement for uint256[];

    /// @dev Elements of a delivery statement before mask, values and ciphertext: commitment context, commitment, rules,
    /// encryption key (2), ephemeral key (2).
    uint256 internal constant DELIVERY_HEAD = 7;

    /// @dev A proof about to be checked, without what the statement's own kind adds.
    /// @param commitmentContext What the label commitment is bound to.
    /// @param context What the proof is bound to.
    struct Claim {
        bytes32 taskId;
        uint32 slot;
        bytes32 keyId;
        uint256 digest;
        uint256 context;
        uint256 commitmentContext;
        uint256 commitment;
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
        if (msg.sender != joined.worker) revert Settlement_NotWorker(taskId, slot, msg.sender);
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
            commitment: commitment
        });
    }

    /// @dev A statement vector of `length` elements with the two that every labelling statement starts with.
    function _startStatement(Claim memory claim, uint256 length) internal pure returns (uint256[] memory buffer) {
        buffer = LabelStatement.open(claim.digest, claim.context, length);
        buffer[LabelStatement.PREFIX] = claim.commitmentContext;
        buffer[LabelStatement.PREFIX + 1] = claim.commitment;
    }

    /// @dev Starts the statement of a delivery and fills its head; `extra` elements and the ciphertext follow.
    /// The circuits show the ephemeral key to be a multiple of Base8, so x = 0 is the identity: its keystream is public, and
    /// no requester's client takes it.
    function _startDelivery(
        Claim memory claim,
        uint256 rules,
        uint256[2] memory encryptionKey,
        Delivery calldata delivery,
        uint256 extra
    )
        internal
        pure
        returns (uint256[] memory buffer, uint256 next)
    {
        if (delivery.ephemeralKey[0] == 0) revert LabelSettlement_EphemeralKeyInvalid(0, delivery.ephemeralKey[1]);
        buffer = _startStatement(claim, DELIVERY_HEAD + extra + delivery.ciphertext.length);
        next = LabelStatement.PREFIX + 2;
        buffer[next++] = rules;
        buffer[next++] = encryptionKey[0];
        buffer[next++] = encryptionKey[1];
        buffer[next++] = delivery.ephemeralKey[0];
        buffer[next++] = delivery.ephemeralKey[1];
    }

    /// @dev Checks the proof of a delivery statement whose last words are the ciphertext, and publishes the delivery.
    function _acceptDelivery(
        Claim memory claim,
        uint256[] memory buffer,
        Delivery calldata delivery,
        bytes calldata proof
    )
        internal
    {
        _accept(claim, buffer, proof);
        emit LabelsDelivered(claim.taskId, claim.slot, claim.commitment, delivery.ephemeralKey, delivery.ciphertext);
    }

    /// @dev Checks the proof of a finished statement.
    function _accept(Claim memory claim, uint256[] memory buffer, bytes calldata proof) internal {
        _verify(claim.keyId, claim.taskId, claim.slot, claim.context, claim.digest, buffer.seal(), proof);
    }

    /// @dev One word per packed label word, then the salt.
    function _checkCiphertextLength(Delivery calldata delivery, LabelRules.Layout memory layout) internal pure {
        uint256 required = layout.words + 1;
        if (delivery.ciphertext.length != required) {
            revert LabelSettlement_CiphertextLength(delivery.ciphertext.length, required);
        }
    }

    function _checkActive(bytes32 keyId) internal view {
        if (KEYS.status(keyId) != IVerifierKeyRegistry.Status.Active) revert LabelSettlement_KeyNotActive(keyId);
    }

    function _isFrozen(bytes32 keyId) internal view returns (bool) {
        return KEYS.status(keyId) == IVerifierKeyRegistry.Status.Frozen;
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

    /// @dev Deadlines are inclusive: their own second still counts.
    function _checkNotPassed(bytes32 taskId, uint256 deadline) internal view {
        if (block.timestamp > deadline) {
            revert LabelSettlement_DeadlinePassed(taskId, deadline, block.timestamp);
        }
    }
}
