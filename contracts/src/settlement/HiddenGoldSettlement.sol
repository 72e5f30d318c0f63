// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "../libraries/BN254.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelSettlement} from "./LabelSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title HiddenGoldSettlement
/// @notice See {IHiddenGoldSettlement} for what it does, who may do what, and what nobody can.
contract HiddenGoldSettlement is IHiddenGoldSettlement, LabelSettlement {
    using LabelRules for LabelRules.Layout;
    using LabelStatement for uint256[];

    /// @dev Elements of a score statement: commitment context, commitment, rules, gold commitment, agreements.
    uint256 internal constant SCORE_LENGTH = 5;

    /// @dev A score as `SlotScored` reports it.
    struct Score {
        uint256 agreements;
        uint256 goldCount;
        bool passed;
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
        if (next.goldCommitment == 0 || next.goldCommitment >= BN254.SCALAR_FIELD) {
            revert LabelSettlement_GoldCommitmentOutOfRange(next.goldCommitment);
        }
        _checkActive(next.legalityKeyId);
        _checkActive(next.scoreKeyId);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkDeadline(joinBy, next.submitBy, current);
        _checkDeadline(next.submitBy, next.scoreBy, current);

        // Effect:
        _keepTerms(taskId, abi.encode(next));
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
        (, Terms memory pinned) = _load(taskId);
        _checkNotPassed(taskId, pinned.submitBy);
        address payout = _checkNewCommitment(taskId, slot, commitment).payout;
        _checkActive(pinned.legalityKeyId);
        _checkActive(pinned.scoreKeyId);
        Claim memory claim = _claim(taskId, slot, payout, pinned.legalityKeyId, digest, commitment);

        // Effect:
        _keepCommitment(taskId, slot, commitment);
        DeliveryTerms memory common = _deliveryTerms(pinned.rules, pinned.encryptionKey);
        _accept(claim, _deliveryStatement(claim, common, delivery), proof);
        _emitDelivered(claim, delivery);
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
        Terms memory pinned = _loadScorable(taskId);
        Score memory found = _scoreOf(LabelRules.layout(pinned.rules), agreements);
        Claim memory claim = _claimOf(taskId, slot, pinned.scoreKeyId, digest);

        // Effect:
        _accept(claim, _scoreStatement(claim, pinned, agreements), proof);

        _settle(claim, found, transferNow);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function scoreBatch(TaskScores[] calldata batch, bool transferNow) external {
        // Check:
        uint256 submissions;
        for (uint256 i; i < batch.length; ++i) {
            submissions += batch[i].scores.length;
        }
        Batch memory gathered = _startBatch(submissions);
        Score[] memory found = new Score[](submissions);
        for (uint256 i; i < batch.length; ++i) {
            _gatherTask(gathered, found, batch[i].taskId, batch[i].scores);
        }
        _verifyBatch(gathered);

        for (uint256 i; i < gathered.count; ++i) {
            // Effect:
            if (!_acceptAt(gathered, i)) continue;

            _settle(gathered.claims[i], found[i], transferNow);
        }
    }

    /// @inheritdoc IHiddenGoldSettlement
    function terms(bytes32 taskId) external view returns (Terms memory pinned) {
        (, pinned) = _load(taskId);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function submittedCount(bytes32 taskId) external view returns (uint32) {
        return _states[taskId].committed;
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        (, Terms memory pinned) = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        if (_commitments[taskId][slot] == 0) {
            if (_isHalted(pinned)) return Outcome.Returned;
            return block.timestamp > pinned.submitBy ? Outcome.Missed : Outcome.Pending;
        }
        // Without the score key no score can be proven any more, which is silence for ever.
        return block.timestamp > pinned.scoreBy || _isFrozen(pinned.scoreKeyId) ? Outcome.Paid : Outcome.Pending;
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view override(ISettlement, SettlementBase) returns (bool) {
        (, Terms memory pinned) = _load(taskId);
        return _isHalted(pinned);
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        return pinned.scoreBy;
    }

    /// @dev Ends the slot of a proven score.
    function _settle(Claim memory claim, Score memory found, bool transferNow) internal {
        // Effect:
        emit SlotScored(claim.taskId, claim.slot, found.agreements, found.goldCount, found.passed);

        // Interaction:
        uint16 scoreBps = uint16(BPS * found.agreements / found.goldCount);
        if (found.passed) _payWhole(claim.taskId, claim.slot, scoreBps, transferNow);
        else TASKS.returnSlot(claim.taskId, claim.slot, scoreBps, ITaskRegistry.Ending.Rejected);
    }

    /// @dev Gathers the scores of one task.
    function _gatherTask(
        Batch memory gathered,
        Score[] memory found,
        bytes32 taskId,
        SlotScore[] calldata scores
    )
        internal
    {
        Terms memory pinned = _loadScorable(taskId);
        _useKey(gathered, pinned.scoreKeyId);
        LabelRules.Layout memory layout = LabelRules.layout(pinned.rules);
        for (uint256 i; i < scores.length; ++i) {
            SlotScore calldata sent = scores[i];
            Score memory next = _scoreOf(layout, sent.agreements);
            (bool live, Claim memory claim) = _tryClaim(gathered, taskId, sent.slot, sent.digest);
            if (!live) continue;
            uint256[] memory statement = _scoreStatement(claim, pinned, sent.agreements);
            found[_gather(gathered, claim, statement, sent.proof)] = next;
        }
    }

    function _scoreOf(LabelRules.Layout memory layout, uint256 agreements) internal pure returns (Score memory) {
        if (agreements > layout.goldCount) {
            revert HiddenGoldSettlement_ScoreOutOfRange(agreements, layout.goldCount);
        }
        return Score({agreements: agreements, goldCount: layout.goldCount, passed: layout.passes(agreements)});
    }

    function _scoreStatement(
        Claim memory claim,
        Terms memory pinned,
        uint256 agreements
    )
        internal
        pure
        returns (uint256[] memory buffer)
    {
        buffer = _startStatement(claim, SCORE_LENGTH);
        uint256 next = LabelStatement.PREFIX + 2;
        buffer[next++] = pinned.rules;
        buffer[next++] = pinned.goldCommitment;
        buffer[next++] = agreements;
    }

    function _load(bytes32 taskId) internal view returns (State memory state, Terms memory pinned) {
        bytes memory encodedTerms;
        (state, encodedTerms) = _stateOf(taskId);
        pinned = abi.decode(encodedTerms, (Terms));
    }

    /// @dev The terms of a task whose scores are taken: nobody can submit any more. An earlier score would tell those who
    /// still can how good the scored labels are: one account of theirs would learn the gold for the next.
    function _loadScorable(bytes32 taskId) internal view returns (Terms memory pinned) {
        State memory state;
        (state, pinned) = _load(taskId);
        (bool over,) = _commitsOver(taskId, pinned.submitBy, state.committed);
        if (!over) revert LabelSettlement_TooEarly(taskId, pinned.submitBy, block.timestamp);
        _checkNotPassed(taskId, pinned.scoreBy);
        // A frozen legality key changes nothing here: the score circuit shows again that the labels are legal.
        _checkActive(pinned.scoreKeyId);
    }

    function _isHalted(Terms memory pinned) internal view returns (bool) {
        return _isFrozen(pinned.legalityKeyId) || _isFrozen(pinned.scoreKeyId);
    }
}
