// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOpenGoldSettlement} from "../interfaces/IOpenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelSettlement} from "./LabelSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title OpenGoldSettlement
/// @notice See {IOpenGoldSettlement} for what it does, who may do what, and what nobody can.
contract OpenGoldSettlement is IOpenGoldSettlement, LabelSettlement {
    using LabelStatement for uint256[];

    /// @dev First word of an opened gold's hash, so that it cannot be mistaken for another.
    bytes32 internal constant GOLD_DOMAIN = keccak256("veritask.gold.1");

    /// @dev A batch and the delivery of each of its claims, at the same place.
    struct DeliveryBatch {
        Batch batch;
        Delivery[] deliveries;
    }

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        LabelSettlement(tasks, keys, parameters)
    {}

    /// @inheritdoc ISettlement
    function openTask(bytes32 taskId, uint64 joinBy, bytes calldata settlementData) external {
        // Check:
        _checkTaskRegistry();
        Terms memory next = abi.decode(settlementData, (Terms));
        LabelRules.validate(next.rules);
        _checkEncryptionKey(next.encryptionKey);
        if (next.goldCommitment == 0) revert LabelSettlement_GoldCommitmentOutOfRange(0);
        _checkKey(next.agreementKeyId);
        _checkKey(next.legalityKeyId);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkDeadline(joinBy, next.commitBy, current);
        _checkDeadline(next.commitBy, next.openBy, current);
        _checkDeadline(next.openBy, next.proveBy, current);

        // Effect:
        _keepTerms(taskId, abi.encode(next));
        emit OpenGoldTermsSet(taskId, next);
    }

    /// @inheritdoc IOpenGoldSettlement
    function commit(bytes32 taskId, uint32 slot, uint256 commitment) external {
        // Check:
        (State memory state, Terms memory pinned) = _load(taskId);
        if (state.goldOpenedAt != 0) revert OpenGoldSettlement_GoldAlreadyOpen(taskId);
        _checkNotPassed(taskId, pinned.commitBy);
        _checkNewCommitment(taskId, slot, commitment);
        _checkNotHalted(pinned);

        // Effect:
        _keepCommitment(taskId, slot, commitment);
        emit LabelsCommitted(taskId, slot, _msgSender(), commitment);
    }

    /// @inheritdoc IOpenGoldSettlement
    function openGold(bytes32 taskId, Gold calldata gold) external {
        // Check:
        (State memory state, Terms memory pinned) = _load(taskId);
        (bool commitsOver, address requester) = _commitsOver(taskId, pinned.commitBy, state.committed);
        if (msg.sender != requester) revert OpenGoldSettlement_NotRequester(taskId, msg.sender);
        if (state.goldOpenedAt != 0) revert OpenGoldSettlement_GoldAlreadyOpen(taskId);
        if (!commitsOver) revert OpenGoldSettlement_CommitsStillOpen(taskId, pinned.commitBy, block.timestamp);
        _checkNotPassed(taskId, pinned.openBy);
        _checkGoldOpens(taskId, gold, pinned.goldCommitment);
        _checkGoldShape(taskId, gold, pinned.rules);

        // Effect:
        _states[taskId].goldOpenedAt = uint64(block.timestamp);
        emit GoldOpened(taskId, gold);
    }

    /// @inheritdoc IOpenGoldSettlement
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Gold calldata gold,
        Delivery calldata delivery,
        bytes calldata proof,
        bool transferNow
    )
        external
    {
        // Check:
        (bytes32 keyId, DeliveryTerms memory common) = _loadProvable(taskId, gold);

        _settle(_claimOf(taskId, slot, keyId, digest), common, delivery, proof, transferNow);
    }

    /// @inheritdoc IOpenGoldSettlement
    function deliver(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof,
        bool transferNow
    )
        external
    {
        // Check:
        (bytes32 keyId, DeliveryTerms memory common) = _loadDeliverable(taskId);

        _settle(_claimOf(taskId, slot, keyId, digest), common, delivery, proof, transferNow);
    }

    /// @inheritdoc IOpenGoldSettlement
    function proveBatch(TaskProofs[] calldata batch, bool transferNow) external {
        // Check:
        uint256 submissions;
        for (uint256 i; i < batch.length; ++i) {
            submissions += batch[i].proofs.length;
        }
        DeliveryBatch memory gathered = _startDeliveries(submissions);
        for (uint256 i; i < batch.length; ++i) {
            bytes32 taskId = batch[i].taskId;
            (bytes32 keyId, DeliveryTerms memory common) = _loadProvable(taskId, batch[i].gold);
            _gatherTask(gathered, taskId, keyId, common, batch[i].proofs);
        }

        _settleBatch(gathered, transferNow);
    }

    /// @inheritdoc IOpenGoldSettlement
    function deliverBatch(TaskDeliveries[] calldata batch, bool transferNow) external {
        // Check:
        uint256 submissions;
        for (uint256 i; i < batch.length; ++i) {
            submissions += batch[i].proofs.length;
        }
        DeliveryBatch memory gathered = _startDeliveries(submissions);
        for (uint256 i; i < batch.length; ++i) {
            bytes32 taskId = batch[i].taskId;
            (bytes32 keyId, DeliveryTerms memory common) = _loadDeliverable(taskId);
            _gatherTask(gathered, taskId, keyId, common, batch[i].proofs);
        }

        _settleBatch(gathered, transferNow);
    }

    /// @inheritdoc IOpenGoldSettlement
    function terms(bytes32 taskId) external view returns (Terms memory pinned) {
        (, pinned) = _load(taskId);
    }

    /// @inheritdoc IOpenGoldSettlement
    function goldOpenedAt(bytes32 taskId) external view returns (uint64) {
        return _states[taskId].goldOpenedAt;
    }

    /// @inheritdoc IOpenGoldSettlement
    function committedCount(bytes32 taskId) external view returns (uint32) {
        return _states[taskId].committed;
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        (State memory state, Terms memory pinned) = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        if (_isHalted(pinned)) return Outcome.Returned;
        bool committed = _commitments[taskId][slot] != 0;
        if (!committed && (state.goldOpenedAt != 0 || block.timestamp > pinned.commitBy)) return Outcome.Missed;
        // No proof is not a missed deadline that could cost a stake: it would pay a requester to rig the gold.
        return block.timestamp > pinned.proveBy ? Outcome.Returned : Outcome.Pending;
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view override(ISettlement, SettlementBase) returns (bool) {
        (, Terms memory pinned) = _load(taskId);
        return _isHalted(pinned);
    }

    /// @inheritdoc ISettlement
    function missedDeadline(bytes32 taskId, uint32) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        return pinned.commitBy;
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        return pinned.proveBy;
    }

    /// @dev Proves one delivery and pays for it.
    function _settle(
        Claim memory claim,
        DeliveryTerms memory common,
        Delivery memory delivery,
        bytes calldata proof,
        bool transferNow
    )
        internal
    {
        // Effect:
        claim.scoreBps = common.scoreBps;
        _accept(claim, _deliveryStatement(claim, common, delivery), proof);
        _emitDelivered(claim, delivery);

        // Interaction: the registry pays a slot once, so a second proof of the same slot ends here.
        _payWhole(claim.taskId, claim.slot, claim.scoreBps, transferNow);
    }

    /// @dev Proves the gathered deliveries together and pays for each.
    function _settleBatch(DeliveryBatch memory gathered, bool transferNow) internal {
        // Check:
        _verifyBatch(gathered.batch);

        for (uint256 i; i < gathered.batch.count; ++i) {
            // Effect:
            if (!_acceptAt(gathered.batch, i)) continue;
            Claim memory claim = gathered.batch.claims[i];
            _emitDelivered(claim, gathered.deliveries[i]);

            // Interaction: whatever a recipient does, the proofs are checked already and each slot is looked at anew.
            _payWhole(claim.taskId, claim.slot, claim.scoreBps, transferNow);
        }
    }

    function _startDeliveries(uint256 submissions) internal pure returns (DeliveryBatch memory gathered) {
        gathered.batch = _startBatch(submissions);
        gathered.deliveries = new Delivery[](submissions);
    }

    /// @dev Gathers the submissions of one task.
    function _gatherTask(
        DeliveryBatch memory gathered,
        bytes32 taskId,
        bytes32 keyId,
        DeliveryTerms memory common,
        SlotProof[] calldata proofs
    )
        internal
    {
        _useKey(gathered.batch, keyId);
        for (uint256 i; i < proofs.length; ++i) {
            SlotProof calldata sent = proofs[i];
            (bool live, Claim memory claim) = _tryClaim(gathered.batch, taskId, sent.slot, sent.digest);
            if (!live) continue;
            claim.scoreBps = common.scoreBps;
            Delivery memory delivery = sent.delivery;
            uint256[] memory statement = _deliveryStatement(claim, common, delivery);
            gathered.deliveries[_gather(gathered.batch, claim, statement, sent.proof)] = delivery;
        }
    }

    /// @dev What agreement proofs of the task have in common, while they are taken.
    function _loadProvable(
        bytes32 taskId,
        Gold calldata gold
    )
        internal
        view
        returns (bytes32 keyId, DeliveryTerms memory common)
    {
        (State memory state, Terms memory pinned) = _load(taskId);
        if (state.goldOpenedAt == 0) revert OpenGoldSettlement_GoldNotOpen(taskId);
        _checkNotPassed(taskId, pinned.proveBy);
        _checkNotHalted(pinned);
        _checkGoldOpens(taskId, gold, pinned.goldCommitment);
        keyId = pinned.agreementKeyId;
        common = _deliveryTerms(pinned.rules, pinned.encryptionKey);
        common.scoreBps = uint16(LabelRules.layout(pinned.rules).thresholdBps);
        common.extra = new uint256[](gold.mask.length + gold.values.length);
        common.extra.append(common.extra.append(0, gold.mask), gold.values);
    }

    /// @dev What legality proofs of the task have in common, while they are taken.
    function _loadDeliverable(bytes32 taskId) internal view returns (bytes32 keyId, DeliveryTerms memory common) {
        (State memory state, Terms memory pinned) = _load(taskId);
        if (state.goldOpenedAt != 0) revert OpenGoldSettlement_GoldAlreadyOpen(taskId);
        if (block.timestamp <= pinned.openBy) {
            revert LabelSettlement_TooEarly(taskId, pinned.openBy, block.timestamp);
        }
        _checkNotPassed(taskId, pinned.proveBy);
        _checkNotHalted(pinned);
        keyId = pinned.legalityKeyId;
        common = _deliveryTerms(pinned.rules, pinned.encryptionKey);
    }

    function _load(bytes32 taskId) internal view returns (State memory state, Terms memory pinned) {
        bytes memory encodedTerms;
        (state, encodedTerms) = _stateOf(taskId);
        pinned = abi.decode(encodedTerms, (Terms));
    }

    function _isHalted(Terms memory pinned) internal view returns (bool) {
        return _isFrozen(pinned.agreementKeyId) || _isFrozen(pinned.legalityKeyId);
    }

    /// @dev Either key: a halted task returns what is unproven, so nothing may be committed or proven at the same instant.
    function _checkNotHalted(Terms memory pinned) internal view {
        _checkActive(pinned.agreementKeyId);
        _checkActive(pinned.legalityKeyId);
    }

    function _checkGoldOpens(bytes32 taskId, Gold calldata gold, bytes32 commitment) internal pure {
        bytes32 opened = keccak256(abi.encode(GOLD_DOMAIN, gold.salt, gold.mask, gold.values));
        if (opened != commitment) revert OpenGoldSettlement_GoldDoesNotOpen(taskId, commitment, opened);
    }

    /// @dev Refuses gold that no worker could meet: marks beyond the items, a wrong number of marks, values that no label may
    /// have, bits beyond them.
    function _checkGoldShape(bytes32 taskId, Gold calldata gold, uint256 rules) internal pure {
        LabelRules.Layout memory layout = LabelRules.layout(rules);
        if (gold.mask.length != layout.maskWords) revert OpenGoldSettlement_GoldMalformed(taskId, "mask");
        if (gold.values.length != layout.goldWords) revert OpenGoldSettlement_GoldMalformed(taskId, "values");

        uint256 marked;
        for (uint256 i; i < gold.mask.length; ++i) {
            uint256 word = gold.mask[i];
            if (word >> _left(layout.itemCount, i, LabelRules.MASK_BITS) != 0) {
                revert OpenGoldSettlement_GoldMalformed(taskId, "mask");
            }
            for (; word != 0; word &= word - 1) {
                ++marked;
            }
        }
        if (marked != layout.goldCount) revert OpenGoldSettlement_GoldMalformed(taskId, "goldCount");

        for (uint256 i; i < gold.values.length; ++i) {
            if (!LabelRules.areLegal(rules, gold.values[i], _left(layout.goldCount, i, layout.perWord))) {
                revert OpenGoldSettlement_GoldMalformed(taskId, "values");
            }
        }
    }

    /// @dev How many of `count` things fall into word `index` when `perWord` fit into each.
    function _left(uint256 count, uint256 index, uint256 perWord) internal pure returns (uint256) {
        uint256 before = index * perWord;
        if (count <= before) return 0;
        return count - before < perWord ? count - before : perWord;
    }
}
