// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "../libraries/BN254.sol";
import {GoldPanel} from "../libraries/GoldPanel.sol";
import {Grading} from "../libraries/Grading.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {SlotList} from "../libraries/SlotList.sol";
import {GoldAudit} from "./GoldAudit.sol";
import {LabelSettlement} from "./LabelSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title HiddenGoldSettlement
/// @notice See {IHiddenGoldSettlement} for what it does, who may do what, and what nobody can.
contract HiddenGoldSettlement is IHiddenGoldSettlement, LabelSettlement {
    using LabelRules for LabelRules.Layout;
    using LabelStatement for uint256[];
    using SlotList for SlotList.List;

    /// @dev Submitted slots without which no rejection can be overturned: the challenger's and GoldPanel.MIN_SIZE others.
    uint256 internal constant MIN_SUBMITTED = 3;
    /// @dev Elements of a score statement: commitment context, commitment, rules, gold commitment, agreements.
    uint256 internal constant SCORE_LENGTH = 5;

    GoldAudit internal immutable AUDIT;

    /// @dev A score as `SlotScored` reports it, and what it earns.
    struct Score {
        uint256 agreements;
        uint256 goldCount;
        uint16 scoreBps;
        uint16 shareBps;
        bool passed;
    }

    mapping(bytes32 taskId => Standing standing) internal _standings;
    mapping(bytes32 taskId => mapping(uint32 slot => Rejection rejection)) internal _rejections;
    /// @dev The submitted slots, the rejected ones first.
    mapping(bytes32 taskId => SlotList.List slots) internal _submitted;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        LabelSettlement(tasks, keys, parameters)
    {
        AUDIT = new GoldAudit(tasks, keys, parameters);
    }

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
        _checkKey(next.legalityKeyId);
        _checkKey(next.scoreKeyId);
        _checkKey(next.auditKeyId);
        Grading.validate(next.grading, LabelRules.layout(next.rules).thresholdBps);
        // The task's own version is the one of this moment.
        ITaskRegistry.Task memory task = TASKS.task(taskId);
        IProtocolParameters.Parameters memory current = PARAMETERS.parametersAt(task.parametersVersion);
        _checkDeadline(joinBy, next.submitBy, current);
        _checkDeadline(next.submitBy, next.scoreBy, current);
        _checkBond(task, current.goldBondBps);

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
        (State memory state, Terms memory pinned) = _load(taskId);
        _checkNotPassed(taskId, pinned.submitBy);
        address payout = _checkNewCommitment(taskId, slot, commitment).payout;
        _checkActive(pinned.legalityKeyId);
        _checkActive(pinned.scoreKeyId);
        _checkActive(pinned.auditKeyId);
        Claim memory claim = _claim(taskId, slot, payout, pinned.legalityKeyId, digest, commitment);

        // Effect:
        _keepCommitment(taskId, slot, commitment);
        _submitted[taskId].append(state.committed, slot);
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
        Score memory found = _scoreOf(LabelRules.layout(pinned.rules), pinned.grading, agreements);
        Claim memory claim = _claimOf(taskId, slot, pinned.scoreKeyId, digest);
        if (_rejections[taskId][slot].rejected) revert HiddenGoldSettlement_AlreadyRejected(taskId, slot);

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
            // Check: an earlier score of the same batch may have rejected it.
            if (_passRejected(gathered.claims[i].taskId, gathered.claims[i].slot)) continue;

            // Effect:
            if (!_acceptAt(gathered, i)) continue;

            _settle(gathered.claims[i], found[i], transferNow);
        }
    }

    /// @inheritdoc ISettlement
    function openDispute(
        bytes32 taskId,
        uint32 slot,
        address challenger
    )
        external
        override(ISettlement, SettlementBase)
        returns (uint128 bond)
    {
        // Check:
        _checkTaskRegistry();
        (State memory state, Terms memory pinned) = _load(taskId);
        _checkDisputable(taskId, slot, challenger, pinned);
        if (block.timestamp <= pinned.scoreBy) {
            revert LabelSettlement_TooEarly(taskId, pinned.scoreBy, block.timestamp);
        }
        _checkNotPassed(taskId, pinned.scoreBy + _auditWindowOf(taskId));
        _checkActive(pinned.auditKeyId);
        _checkActive(pinned.legalityKeyId);

        // Effect:
        _rejections[taskId][slot].audit = AuditState.Open;
        uint32 openAudits = _standings[taskId].openAudits++;

        // Interaction:
        return AUDIT.open(
            taskId,
            IGoldAudit.Opening({
                slot: slot,
                challenger: challenger,
                submitted: state.committed,
                rejected: _standings[taskId].rejected,
                disputedItems: uint16(LabelRules.layout(pinned.rules).goldCount - _rejections[taskId][slot].agreements),
                openAudits: openAudits
            })
        );
    }

    /// @inheritdoc IHiddenGoldSettlement
    function concludeAudit(
        bytes32 taskId,
        uint32 slot,
        ITaskRegistry.Ruling ruling,
        uint16 overturnedItems,
        bool isFirst
    )
        external
    {
        // Check:
        if (msg.sender != address(AUDIT)) revert HiddenGoldSettlement_NotGoldAudit(msg.sender);

        // Effect:
        Standing storage standing = _standings[taskId];
        --standing.openAudits;
        _rejections[taskId][slot].audit = AuditState(uint8(AuditState.Void) + uint8(ruling));
        standing.overturnedItems = overturnedItems;

        // Interaction:
        if (isFirst) TASKS.burnBond(taskId);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function goldAudit() external view returns (address) {
        return address(AUDIT);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function standingOf(bytes32 taskId) external view returns (Standing memory) {
        return _standings[taskId];
    }

    /// @inheritdoc IHiddenGoldSettlement
    function rejectionOf(bytes32 taskId, uint32 slot) external view returns (Rejection memory) {
        return _rejections[taskId][slot];
    }

    /// @inheritdoc IHiddenGoldSettlement
    function othersAt(
        bytes32 taskId,
        uint32 without,
        uint256[] calldata places
    )
        external
        view
        returns (uint32[] memory slots)
    {
        SlotList.List storage submitted = _submitted[taskId];
        uint256 gap = submitted.placeOf(without);
        slots = new uint32[](places.length);
        for (uint256 i; i < slots.length; ++i) {
            slots[i] = submitted.at(places[i] < gap ? places[i] : places[i] + 1);
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
        if (_rejections[taskId][slot].rejected) return _outcomeOfRejected(taskId, slot, pinned);
        // Without the score key no score can be proven any more, which is silence for ever.
        return block.timestamp > pinned.scoreBy || _isFrozen(pinned.scoreKeyId) ? Outcome.Paid : Outcome.Pending;
    }

    /// @inheritdoc ISettlement
    function rejectedScoreOf(
        bytes32 taskId,
        uint32 slot
    )
        external
        view
        override(ISettlement, SettlementBase)
        returns (uint16)
    {
        (, Terms memory pinned) = _load(taskId);
        return _bpsOf(_rejections[taskId][slot].agreements, LabelRules.layout(pinned.rules).goldCount);
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view override(ISettlement, SettlementBase) returns (bool) {
        (, Terms memory pinned) = _load(taskId);
        return _isHalted(pinned);
    }

    /// @inheritdoc ISettlement
    function missedDeadline(bytes32 taskId, uint32) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        return pinned.submitBy;
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        // An audit may be asked for in the first window, and answered in as long again, with all other slots' audits open.
        uint256 window = _auditWindowOf(taskId);
        return uint64(pinned.scoreBy + window + GoldPanel.timeToAnswer(window, TASKS.task(taskId).slots - 1));
    }

    /// @dev Pays the slot of a proven score, or keeps that it was rejected: others may still show that it was so wrongly.
    function _settle(Claim memory claim, Score memory found, bool transferNow) internal {
        // Effect:
        emit SlotScored(claim.taskId, claim.slot, found.agreements, found.goldCount, found.passed);

        // Interaction:
        if (found.passed) _payShare(claim.taskId, claim.slot, found.shareBps, found.scoreBps, transferNow);
        else _reject(claim.taskId, claim.slot, found);
    }

    /// @dev The rejected slots are the first of the list.
    function _reject(bytes32 taskId, uint32 slot, Score memory found) internal {
        Standing memory standing = _standings[taskId];
        _submitted[taskId].moveTo(slot, standing.rejected++);
        uint16 disputedItems = uint16(found.goldCount - found.agreements);
        if (disputedItems > standing.mostDisputedItems) standing.mostDisputedItems = disputedItems;
        _standings[taskId] = standing;
        _rejections[taskId][slot] = Rejection(true, uint16(found.agreements), AuditState.None);
    }

    /// @dev Passes over a score of a slot that was rejected.
    function _passRejected(bytes32 taskId, uint32 slot) internal returns (bool rejected) {
        rejected = _rejections[taskId][slot].rejected;
        if (rejected) emit SubmissionRefused(taskId, slot, Refusal.AlreadyRejected);
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
            Score memory next = _scoreOf(layout, pinned.grading, sent.agreements);
            if (_passRejected(taskId, sent.slot)) continue;
            (bool live, Claim memory claim) = _tryClaim(gathered, taskId, sent.slot, sent.digest);
            if (!live) continue;
            uint256[] memory statement = _scoreStatement(claim, pinned, sent.agreements);
            found[_gather(gathered, claim, statement, sent.proof)] = next;
        }
    }

    /// @dev An audit is asked for by the worker of a slot that is rejected and not redressed already, once.
    function _checkDisputable(bytes32 taskId, uint32 slot, address challenger, Terms memory pinned) internal view {
        ITaskRegistry.Slot memory disputed = TASKS.slotOf(taskId, slot);
        Rejection memory rejection = _rejections[taskId][slot];
        bool disputable = rejection.rejected && rejection.audit == AuditState.None
            && disputed.state == ITaskRegistry.SlotState.Joined && !_isRedressed(taskId, rejection, pinned);
        if (!disputable) revert Settlement_NotDisputable(taskId, slot);
        if (challenger != disputed.worker) revert Settlement_NotWorker(taskId, slot, challenger);
    }

    /// @dev Whether a rejected slot would have passed with what its own audit overturned, or what is overturned for everybody.
    function _isRedressed(bytes32 taskId, Rejection memory rejection, Terms memory pinned)
        internal
        view
        returns (bool)
    {
        if (rejection.audit == AuditState.Upheld) return true;
        return LabelRules.layout(pinned.rules).passes(rejection.agreements + _standings[taskId].overturnedItems);
    }

    /// @dev An audit that is upheld may decide for every rejected slot. Until none can be any more, all of them wait.
    function _outcomeOfRejected(bytes32 taskId, uint32 slot, Terms memory pinned) internal view returns (Outcome) {
        Standing memory standing = _standings[taskId];
        Rejection memory rejection = _rejections[taskId][slot];
        if (_isRedressed(taskId, rejection, pinned)) return Outcome.Redressed;
        if (standing.openAudits != 0) return Outcome.Pending;

        uint256 submitted = _states[taskId].committed;
        bool auditable = submitted >= MIN_SUBMITTED && _isAnswerable(pinned);
        bool winnable = auditable;
        if (auditable) {
            // More may be rejected until then.
            if (block.timestamp <= pinned.scoreBy) return Outcome.Pending;
            auditable = GoldPanel.canUphold(submitted - 1, standing.mostDisputedItems);
            if (auditable && block.timestamp <= pinned.scoreBy + _auditWindowOf(taskId)) return Outcome.Pending;
            uint256 goldCount = LabelRules.layout(pinned.rules).goldCount;
            winnable = GoldPanel.canUphold(submitted - 1, goldCount - rejection.agreements);
        }
        if (rejection.audit == AuditState.Dismissed) return Outcome.Rejected;
        // Where the gold was found wrong, a rejection that nobody tested slashes nobody.
        return rejection.audit == AuditState.None && winnable && standing.overturnedItems == 0
            ? Outcome.Rejected
            : Outcome.Returned;
    }

    /// @dev A bond of at least `goldBondBps` of all rewards, rounded up.
    function _checkBond(ITaskRegistry.Task memory task, uint256 goldBondBps) internal pure {
        uint256 required = (uint256(task.slots) * task.rewardPerSlot * goldBondBps + BPS - 1) / BPS;
        if (task.bond < required) revert HiddenGoldSettlement_BondTooSmall(task.bond, required);
    }

    function _auditWindowOf(bytes32 taskId) internal view returns (uint32) {
        (,,, uint32 version) = TASKS.essentialsOf(taskId);
        return PARAMETERS.parametersAt(version).auditWindow;
    }

    /// @dev Whether a requester can still answer an audit.
    function _isAnswerable(Terms memory pinned) internal view returns (bool) {
        return !_isFrozen(pinned.auditKeyId) && !_isFrozen(pinned.legalityKeyId);
    }

    /// @dev Rounded down, a score reaches the threshold exactly when the agreements do.
    function _scoreOf(
        LabelRules.Layout memory layout,
        Grading.Scale memory grading,
        uint256 agreements
    )
        internal
        pure
        returns (Score memory found)
    {
        if (agreements > layout.goldCount) {
            revert HiddenGoldSettlement_ScoreOutOfRange(agreements, layout.goldCount);
        }
        found.agreements = agreements;
        found.goldCount = layout.goldCount;
        found.scoreBps = _bpsOf(agreements, layout.goldCount);
        found.passed = layout.passes(agreements);
        if (found.passed) found.shareBps = Grading.shareOf(grading, found.scoreBps);
    }

    function _bpsOf(uint256 agreements, uint256 goldCount) internal pure returns (uint16) {
        return uint16(BPS * agreements / goldCount);
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
        // A frozen legality key changes nothing here: the score circuit shows again that the labels are legal. Nor does a frozen
        // audit key: the gold was fixed before anybody could know of it, and workers would be paid for nothing.
        _checkActive(pinned.scoreKeyId);
    }

    function _isHalted(Terms memory pinned) internal view returns (bool) {
        return !_isAnswerable(pinned) || _isFrozen(pinned.scoreKeyId);
    }
}
