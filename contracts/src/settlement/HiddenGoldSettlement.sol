// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "../libraries/BN254.sol";
import {Grading} from "../libraries/Grading.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelSettlement} from "./LabelSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title HiddenGoldSettlement
/// @notice See {IHiddenGoldSettlement} for what it does, who may do what, and what nobody can.
contract HiddenGoldSettlement is IHiddenGoldSettlement, LabelSettlement {
    using LabelRules for LabelRules.Layout;
    using LabelStatement for uint256[];

    /// @dev Slots that must be proven before their disagreement with the gold can cost a bond.
    uint256 internal constant MIN_PANEL = 2;
    /// @dev Elements of a score statement: commitment context, commitment, rules, gold commitment, agreements.
    uint256 internal constant SCORE_LENGTH = 5;

    /// @dev Elements of an audit statement: commitment context, commitment, rules, gold commitment, agreement bits.
    uint256 internal constant AUDIT_LENGTH = 5;
    /// @dev A gold item's count of agreements: 16 bits hold every slot a task may have (ProtocolParameters).
    uint256 internal constant COUNT_BITS = 16;
    uint256 internal constant COUNT_MASK = type(uint16).max;
    uint256 internal constant COUNTS_PER_WORD = 16;
    /// @dev Words for the counts of 62 gold items, the most any rules allow (LabelRules).
    uint256 internal constant COUNT_WORDS = 4;
    /// @dev Slots to a word of marks.
    uint256 internal constant MARKS_PER_WORD = 256;

    /// @dev A score as `SlotScored` reports it, and what it earns.
    struct Score {
        uint256 agreements;
        uint256 goldCount;
        uint16 scoreBps;
        uint16 shareBps;
        bool passed;
    }

    mapping(bytes32 taskId => Audit audit) internal _audits;
    mapping(bytes32 taskId => uint256[COUNT_WORDS] counts) internal _goldCounts;
    mapping(bytes32 taskId => mapping(uint256 index => uint256 marks)) internal _audited;

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
        _checkKey(next.legalityKeyId);
        _checkKey(next.scoreKeyId);
        _checkKey(next.auditKeyId);
        Grading.validate(next.grading, LabelRules.layout(next.rules).thresholdBps);
        // The task's own version is the one of this moment.
        ITaskRegistry.Task memory task = _task(taskId);
        IProtocolParameters.Parameters memory current = _parametersOf(task);
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
        (, Terms memory pinned) = _load(taskId);
        _checkNotPassed(taskId, pinned.submitBy);
        address payout = _checkNewCommitment(taskId, slot, commitment).payout;
        _checkActive(pinned.legalityKeyId);
        _checkActive(pinned.scoreKeyId);
        _checkActive(pinned.auditKeyId);
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
        Score memory found = _scoreOf(LabelRules.layout(pinned.rules), pinned.grading, agreements);
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
        ITaskRegistry.Task memory task = _task(taskId);
        uint256 window = _checkAuditable(taskId, slot, challenger, task, pinned);

        // Effect: nobody can submit or score any more, so the panel is what it will ever be.
        Audit memory audit;
        audit.disputedSlot = slot;
        audit.answerBy = uint64(block.timestamp + window);
        audit.ofRejected = state.committed == task.rejected;
        audit.panel = audit.ofRejected ? task.rejected : state.committed - task.rejected;
        _audits[taskId] = audit;
        emit GoldAuditOpened(taskId, slot, challenger, audit.panel, audit.ofRejected, audit.answerBy);
        return task.rewardPerSlot < type(uint96).max ? task.rewardPerSlot : type(uint96).max;
    }

    /// @inheritdoc IHiddenGoldSettlement
    function auditSlots(bytes32 taskId, SlotAudit[] calldata audits) external {
        // Check:
        (, Terms memory pinned) = _load(taskId);
        Audit memory audit = _openAudit(taskId);
        _checkNotPassed(taskId, audit.answerBy);
        _checkActive(pinned.auditKeyId);
        Batch memory gathered = _startBatch(audits.length);
        gathered.keyId = pinned.auditKeyId;

        // Effect: a bad proof undoes it all.
        uint256 goldCount = LabelRules.layout(pinned.rules).goldCount;
        uint256[] memory bits = new uint256[](audits.length);
        for (uint256 i; i < audits.length; ++i) {
            uint256 place = gathered.count;
            bits[place] = audits[i].agreementBits;
            if (bits[place] >> goldCount != 0) revert HiddenGoldSettlement_BitsOutOfRange(bits[place], goldCount);
            _gatherAudit(gathered, taskId, audit.ofRejected, pinned, audits[i]);
        }
        _audits[taskId].audited = audit.audited + uint32(gathered.count);
        _verifyBatch(gathered);
        for (uint256 i; i < gathered.count; ++i) {
            _recordAudit(gathered, i, bits[i]);
        }
        _countAgreements(taskId, bits, gathered.count);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function closeAudit(bytes32 taskId) external {
        // Check:
        (, Terms memory pinned) = _load(taskId);
        Audit memory audit = _openAudit(taskId);
        bool proven = audit.audited == audit.panel;
        bool void = !proven && !_isAnswerable(pinned);
        if (!proven && !void && block.timestamp <= audit.answerBy) {
            revert HiddenGoldSettlement_AuditPending(taskId, audit.audited, audit.panel, audit.answerBy);
        }

        // Effect:
        _audits[taskId].closed = true;
        ITaskRegistry.Task memory task = _task(taskId);
        ITaskRegistry.Ruling ruling = void ? ITaskRegistry.Ruling.Void : ITaskRegistry.Ruling.Upheld;
        (uint256 item, uint256 count) = (0, 0);
        if (proven) {
            (item, count) = _weakest(taskId, LabelRules.layout(pinned.rules).goldCount);
            uint256 rateBps = _parametersOf(task).auditRateBps;
            if (count * BPS >= rateBps * audit.panel) ruling = ITaskRegistry.Ruling.Dismissed;
            // One slot against the gold: nobody can say which of them is right.
            else if (audit.panel < MIN_PANEL) ruling = ITaskRegistry.Ruling.Void;
        }
        emit GoldAuditClosed(taskId, ruling, audit.panel, audit.audited, item, count);

        // Interaction:
        if (ruling == ITaskRegistry.Ruling.Upheld) TASKS.forfeitBond(taskId);
        TASKS.closeDispute(taskId, audit.disputedSlot, ruling, task.requester);
    }

    /// @inheritdoc IHiddenGoldSettlement
    function auditOf(bytes32 taskId) external view returns (Audit memory) {
        return _audits[taskId];
    }

    /// @inheritdoc ISettlement
    function bondHeld(bytes32 taskId) external view override(ISettlement, SettlementBase) returns (bool) {
        (, Terms memory pinned) = _load(taskId);
        Audit memory audit = _audits[taskId];
        if (audit.answerBy != 0) return !audit.closed;
        ITaskRegistry.Task memory task = _task(taskId);
        if (task.rejected == 0 || !_isAnswerable(pinned)) return false;
        return block.timestamp <= pinned.scoreBy + _parametersOf(task).auditWindow;
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
    function missedDeadline(bytes32 taskId, uint32) external view returns (uint64) {
        (, Terms memory pinned) = _load(taskId);
        return pinned.submitBy;
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
        if (found.passed) _payShare(claim.taskId, claim.slot, found.shareBps, found.scoreBps, transferNow);
        else TASKS.returnSlot(claim.taskId, claim.slot, found.scoreBps, ITaskRegistry.Ending.Rejected);
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
            (bool live, Claim memory claim) = _tryClaim(gathered, taskId, sent.slot, sent.digest);
            if (!live) continue;
            uint256[] memory statement = _scoreStatement(claim, pinned, sent.agreements);
            found[_gather(gathered, claim, statement, sent.proof)] = next;
        }
    }

    /// @dev Proves nothing yet: gathers the statement of a slot of the panel and marks it, so that none counts twice. One that
    /// is marked is passed over: whoever saw an answer on its way could have sent a part of it before.
    function _gatherAudit(
        Batch memory gathered,
        bytes32 taskId,
        bool ofRejected,
        Terms memory pinned,
        SlotAudit calldata sent
    )
        internal
    {
        // Check:
        uint256 commitment = _commitments[taskId][sent.slot];
        ITaskRegistry.Slot memory slot = TASKS.slotOf(taskId, sent.slot);
        bool rejected = slot.ending == ITaskRegistry.Ending.Rejected;
        if (commitment == 0 || rejected != ofRejected) revert HiddenGoldSettlement_NotInPanel(taskId, sent.slot);

        (uint256 index, uint256 mark) = (sent.slot / MARKS_PER_WORD, 1 << (sent.slot % MARKS_PER_WORD));
        uint256 marks = _audited[taskId][index];
        if (marks & mark != 0) return;

        // Effect:
        _audited[taskId][index] = marks | mark;
        Claim memory claim = _claim(taskId, sent.slot, slot.payout, gathered.keyId, sent.digest, commitment);
        _gather(gathered, claim, _auditStatement(claim, pinned, sent.agreementBits), sent.proof);
    }

    /// @dev The record of one proven slot.
    function _recordAudit(Batch memory gathered, uint256 place, uint256 agreementBits) internal {
        // Check:
        Claim memory claim = gathered.claims[place];
        if (gathered.accepted >> place & 1 == 0) {
            revert Settlement_ProofRejected(claim.keyId, claim.taskId, claim.slot);
        }

        // Effect:
        _emitReceipt(
            claim.keyId,
            claim.taskId,
            claim.slot,
            claim.context,
            claim.digest,
            gathered.signals[place],
            gathered.proofs[place]
        );
        emit SlotAudited(claim.taskId, claim.slot, agreementBits);
    }

    /// @dev Adds the bits of each proven slot to the counts of the gold items.
    function _countAgreements(bytes32 taskId, uint256[] memory proven, uint256 length) internal {
        uint256[COUNT_WORDS] memory counts = _goldCounts[taskId];
        for (uint256 i; i < length; ++i) {
            uint256 bits = proven[i];
            for (uint256 item; bits != 0; ++item) {
                if (bits & 1 != 0) counts[item / COUNTS_PER_WORD] += 1 << (COUNT_BITS * (item % COUNTS_PER_WORD));
                bits >>= 1;
            }
        }
        _goldCounts[taskId] = counts;
    }

    /// @dev First gold item with the fewest agreements.
    function _weakest(bytes32 taskId, uint256 goldCount) internal view returns (uint256 item, uint256 count) {
        uint256[COUNT_WORDS] memory counts = _goldCounts[taskId];
        count = type(uint256).max;
        for (uint256 i; i < goldCount; ++i) {
            uint256 next = counts[i / COUNTS_PER_WORD] >> (COUNT_BITS * (i % COUNTS_PER_WORD)) & COUNT_MASK;
            if (next < count) (item, count) = (i, next);
        }
    }

    function _openAudit(bytes32 taskId) internal view returns (Audit memory audit) {
        audit = _audits[taskId];
        if (audit.answerBy == 0 || audit.closed) revert HiddenGoldSettlement_NoAudit(taskId);
    }

    /// @dev An audit is asked for by the worker of a rejected slot, once, when scoring is over and while there is a bond to lose
    /// and a way to answer.
    /// @return window Time to answer, in seconds.
    function _checkAuditable(
        bytes32 taskId,
        uint32 slot,
        address challenger,
        ITaskRegistry.Task memory task,
        Terms memory pinned
    )
        internal
        view
        returns (uint256 window)
    {
        ITaskRegistry.Slot memory disputed = TASKS.slotOf(taskId, slot);
        if (
            disputed.ending != ITaskRegistry.Ending.Rejected || _audits[taskId].answerBy != 0
                || task.bondState != ITaskRegistry.BondState.Held
        ) {
            revert Settlement_NotDisputable(taskId, slot);
        }
        if (challenger != disputed.worker) revert Settlement_NotWorker(taskId, slot, challenger);
        if (block.timestamp <= pinned.scoreBy) {
            revert LabelSettlement_TooEarly(taskId, pinned.scoreBy, block.timestamp);
        }
        window = _parametersOf(task).auditWindow;
        _checkNotPassed(taskId, pinned.scoreBy + window);
        _checkActive(pinned.auditKeyId);
        _checkActive(pinned.legalityKeyId);
    }

    /// @dev A bond of at least `goldBondBps` of all rewards, rounded up.
    function _checkBond(ITaskRegistry.Task memory task, uint256 goldBondBps) internal pure {
        uint256 required = (uint256(task.slots) * task.rewardPerSlot * goldBondBps + BPS - 1) / BPS;
        if (task.bond < required) revert HiddenGoldSettlement_BondTooSmall(task.bond, required);
    }

    /// @dev One call site for each of these, to keep the contract small.
    function _task(bytes32 taskId) internal view returns (ITaskRegistry.Task memory) {
        return TASKS.task(taskId);
    }

    function _parametersOf(ITaskRegistry.Task memory task)
        internal
        view
        returns (IProtocolParameters.Parameters memory)
    {
        return PARAMETERS.parametersAt(task.parametersVersion);
    }

    /// @dev Whether a requester can still answer an audit.
    function _isAnswerable(Terms memory pinned) internal view returns (bool) {
        return !_isFrozen(pinned.auditKeyId) && !_isFrozen(pinned.legalityKeyId);
    }

    function _auditStatement(
        Claim memory claim,
        Terms memory pinned,
        uint256 agreementBits
    )
        internal
        pure
        returns (uint256[] memory buffer)
    {
        buffer = _startStatement(claim, AUDIT_LENGTH);
        uint256 next = LabelStatement.PREFIX + 2;
        buffer[next++] = pinned.rules;
        buffer[next++] = pinned.goldCommitment;
        buffer[next++] = agreementBits;
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
        found.scoreBps = uint16(BPS * agreements / layout.goldCount);
        found.passed = layout.passes(agreements);
        if (found.passed) found.shareBps = Grading.shareOf(grading, found.scoreBps);
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
