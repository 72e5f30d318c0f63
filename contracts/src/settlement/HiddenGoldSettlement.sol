// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IHiddenGoldSettlement} from "../interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "../libraries/BN254.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelSettlement} from "./LabelSettlement.sol";

/// @title HiddenGoldSettlement
/// @notice See {IHiddenGoldSettlement} for what it does, who may do what, and what nobody can.
contract HiddenGoldSettlement is IHiddenGoldSettlement, LabelSettlement {
    using LabelRules for LabelRules.Layout;
    using LabelStatement for uint256[];

    /// @dev Elements of a score statement: commitment context, commitment, rules, gold commitment, agreements.
    uint256 internal constant SCORE_LENGTH = 5;

    /// @dev The terms never change, so they are kept as contract code.
    mapping(bytes32 taskId => address code) internal _terms;

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
        if (next.goldCommitment == 0 || next.goldCommitment >= BN254.SCALAR_FIELD) {
            revert LabelSettlement_GoldCommitmentOutOfRange(next.goldCommitment);
        }
        _checkActive(next.legalityKeyId);
        _checkActive(next.scoreKeyId);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkDeadline(joinBy, next.submitBy, current);
        _checkDeadline(next.submitBy, next.scoreBy, current);

        // Effect:
        _terms[taskId] = SSTORE2.write(abi.encode(next));
        emit HiddenGoldTermsSet(taskId, next);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function submit(
        bytes32 taskId,
        uint32 slot,
        uint256 commitment,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof
    )
        external
    {
        // Check:
        Terms memory pinned = _load(taskId);
        _checkNotPassed(taskId, pinned.submitBy);
        _checkNotHalted(pinned);
        address payout = _checkNewCommitment(taskId, slot, commitment).payout;
        _checkCiphertextLength(delivery, LabelRules.layout(pinned.rules));
        Claim memory claim = _claim(taskId, slot, payout, pinned.legalityKeyId, digest, commitment);

        // Effect:
        _commitments[taskId][slot] = commitment;
        (uint256[] memory buffer, uint256 next) = _startDelivery(claim, pinned.rules, pinned.encryptionKey, delivery, 0);
        buffer.append(next, delivery.ciphertext);
        _acceptDelivery(claim, buffer, delivery, proof);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function score(
        bytes32 taskId,
        uint32 slot,
        uint256 agreements,
        uint256 digest,
        bytes calldata proof,
        bool transferNow
    )
        external
    {
        // Check:
        Terms memory pinned = _load(taskId);
        _checkNotPassed(taskId, pinned.scoreBy);
        _checkNotHalted(pinned);
        LabelRules.Layout memory layout = LabelRules.layout(pinned.rules);
        if (agreements > layout.goldCount) {
            revert HiddenGoldSettlement_ScoreOutOfRange(agreements, layout.goldCount);
        }
        Claim memory claim = _claimOf(taskId, slot, pinned.scoreKeyId, digest);

        // Effect:
        uint256[] memory buffer = _startStatement(claim, SCORE_LENGTH);
        uint256 next = LabelStatement.PREFIX + 2;
        buffer[next++] = pinned.rules;
        buffer[next++] = pinned.goldCommitment;
        buffer[next++] = agreements;
        _accept(claim, buffer, proof);
        bool passed = layout.passes(agreements);
        emit SlotScored(taskId, slot, agreements, layout.goldCount, passed);

        // Interaction:
        if (passed) TASKS.paySlot(taskId, slot, transferNow);
        else TASKS.returnSlot(taskId, slot);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function terms(bytes32 taskId) external view returns (Terms memory) {
        return _load(taskId);
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        Terms memory pinned = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        bool submitted = _commitments[taskId][slot] != 0;
        bool over = block.timestamp > (submitted ? pinned.scoreBy : pinned.submitBy) || _isHalted(pinned);
        if (!over) return Outcome.Pending;
        return submitted ? Outcome.Paid : Outcome.Returned;
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) external view returns (bool) {
        return _isHalted(_load(taskId));
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        return _load(taskId).scoreBy;
    }

    function _load(bytes32 taskId) internal view returns (Terms memory) {
        address code = _terms[taskId];
        if (code == address(0)) revert Settlement_UnknownTask(taskId);
        return abi.decode(SSTORE2.read(code), (Terms));
    }

    function _isHalted(Terms memory pinned) internal view returns (bool) {
        return _isFrozen(pinned.legalityKeyId) || _isFrozen(pinned.scoreKeyId);
    }

    /// @dev Either key: a halted task pays what was submitted, so nothing may be scored at the same instant.
    function _checkNotHalted(Terms memory pinned) internal view {
        _checkActive(pinned.legalityKeyId);
        _checkActive(pinned.scoreKeyId);
    }
}
