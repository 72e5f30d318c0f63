// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LibBit} from "solady/utils/LibBit.sol";

import {IGoldAudit} from "../interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {AnswerTally} from "../libraries/AnswerTally.sol";
import {Beacon} from "../libraries/Beacon.sol";
import {GoldPanel} from "../libraries/GoldPanel.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {LabelProofs} from "./LabelProofs.sol";
import {Receipts} from "./Receipts.sol";

/// @title GoldAudit
/// @notice See {IGoldAudit} for what it decides, who may do what, and what nobody can.
/// @dev HiddenGoldSettlement creates it: together they would not fit into one contract.
contract GoldAudit is IGoldAudit, LabelProofs {
    using AnswerTally for uint256[2];

    /// @dev Elements of an audit statement: commitment context, commitment, rules, gold commitment, the challenger's commitment
    /// context and commitment, items answered with the gold, items answered with the challenger.
    uint256 internal constant STATEMENT_LENGTH = 8;
    /// @dev A slot number of a panel: 16 bits hold every slot a task may have (ProtocolParameters).
    uint256 internal constant SLOT_BITS = 16;
    uint256 internal constant SLOT_MASK = type(uint16).max;
    uint256 internal constant SLOTS_PER_WORD = 16;
    /// @dev Words of a panel of GoldPanel.MAX_SIZE.
    uint256 internal constant PANEL_WORDS = 2;

    IHiddenGoldSettlement internal immutable SETTLEMENT;

    /// @dev What every statement of an audit has in common.
    struct Shared {
        IHiddenGoldSettlement.Terms pinned;
        uint256 challengerContext;
        uint256 challengerCommitment;
    }

    /// @dev Answers to each gold item that agree with one side and not with the other, over the slots proven.
    struct Tallies {
        uint256[2] withGold;
        uint256[2] withChallenger;
    }

    /// @param items Gold items overturned for everybody, a bit each.
    /// @param upheld Whether an audit was upheld.
    struct Overturned {
        uint64 items;
        bool upheld;
    }

    /// @dev By the challenger's slot.
    mapping(bytes32 taskId => mapping(uint32 slot => Audit audit)) internal _audits;
    mapping(bytes32 taskId => mapping(uint32 slot => uint256[PANEL_WORDS] members)) internal _panels;
    mapping(bytes32 taskId => mapping(uint32 slot => Tallies tallies)) internal _tallies;
    /// @dev What audits of the task which were upheld found.
    mapping(bytes32 taskId => Overturned found) internal _overturned;

    /// @dev The sender is the settlement.
    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        Receipts(tasks, keys, parameters)
    {
        SETTLEMENT = IHiddenGoldSettlement(msg.sender);
    }

    /// @inheritdoc IGoldAudit
    function open(bytes32 taskId, Opening calldata opening) external returns (uint128 bond) {
        // Check:
        if (msg.sender != address(SETTLEMENT)) revert GoldAudit_NotSettlement(msg.sender);
        (uint256 population, bool ofAccepted) =
            GoldPanel.populationOf(opening.submitted, opening.rejected, opening.disputedItems);
        uint256 size = GoldPanel.sizeOf(population);
        if (!GoldPanel.canUphold(population, opening.disputedItems)) {
            revert GoldAudit_TooFewAnswers(taskId, opening.slot, size * opening.disputedItems, GoldPanel.MIN_LEAD);
        }

        // Effect: nobody can submit or score any more, so the population is what it will ever be.
        Audit memory audit;
        uint256 window = _parametersOf(taskId).auditWindow;
        audit.answerBy = uint64(block.timestamp + GoldPanel.timeToAnswer(window, opening.openAudits));
        audit.population = uint32(population);
        audit.panelSize = uint16(size);
        audit.ofAccepted = ofAccepted;
        audit.disputedItems = opening.disputedItems;
        if (population != size) audit.beaconBlock = Beacon.pick();
        _audits[taskId][opening.slot] = audit;
        emit GoldAuditOpened(
            taskId,
            opening.slot,
            opening.challenger,
            audit.population,
            audit.panelSize,
            ofAccepted,
            audit.disputedItems,
            audit.answerBy,
            audit.beaconBlock
        );
        if (population == size) _keepPanel(taskId, opening.slot, opening.submitted, audit, 0);
        return GoldPanel.bondOf(size, TASKS.task(taskId).rewardPerSlot);
    }

    /// @inheritdoc IGoldAudit
    function drawPanel(bytes32 taskId, uint32 slot) external {
        // Check:
        Audit memory audit = _openAudit(taskId, slot);
        if (audit.drawn) revert GoldAudit_PanelAlreadyDrawn(taskId, slot);
        uint64 beaconBlock = audit.beaconBlock;
        if (!Beacon.isPast(beaconBlock)) revert GoldAudit_BeaconTooEarly(taskId, slot, beaconBlock, block.number);

        // Effect: a block so old that its hash cannot be read any more draws nothing.
        bytes32 beaconHash = Beacon.hashOf(beaconBlock);
        if (beaconHash == 0) {
            uint64 next = Beacon.pick();
            _audits[taskId][slot].beaconBlock = next;
            emit PanelRescheduled(taskId, slot, beaconBlock, next);
            return;
        }
        bytes32 seed = keccak256(abi.encode(block.chainid, address(this), taskId, slot, beaconHash));
        _keepPanel(taskId, slot, SETTLEMENT.submittedCount(taskId), audit, seed);
    }

    /// @inheritdoc IGoldAudit
    function auditSlots(bytes32 taskId, uint32 slot, SlotAudit[] calldata audits) external {
        // Check:
        Audit memory audit = _openAudit(taskId, slot);
        _checkNotPassed(taskId, audit.answerBy);
        if (!audit.drawn) revert GoldAudit_PanelNotDrawn(taskId, slot, audit.beaconBlock);
        Shared memory shared = _sharedOf(taskId, slot);
        _checkActive(shared.pinned.auditKeyId);
        Batch memory gathered = _startBatch(audits.length);
        gathered.keyId = shared.pinned.auditKeyId;
        uint256[PANEL_WORDS] memory panel = _panels[taskId][slot];
        Tallies memory tallies = _tallies[taskId][slot];

        // Effect: a bad proof undoes it all.
        for (uint256 i; i < audits.length; ++i) {
            uint256 place = _placeOf(panel, audit.panelSize, audits[i].member);
            if (place == audit.panelSize) revert GoldAudit_NotInPanel(taskId, slot, audits[i].member);
            if (audit.proven >> place & 1 != 0) continue;
            audit.proven |= uint32(1 << place);
            ++audit.audited;
            _count(audit, tallies, audits[i]);
            _gatherAnswers(gathered, shared, taskId, audits[i]);
            emit SlotAudited(taskId, slot, audits[i].member, audits[i].withGold, audits[i].withChallenger);
        }
        _audits[taskId][slot] = audit;
        _tallies[taskId][slot] = tallies;
        _verifyBatch(gathered);
        for (uint256 i; i < gathered.count; ++i) {
            if (gathered.accepted >> i & 1 == 0) {
                revert ISettlement.Settlement_ProofRejected(gathered.keyId, taskId, gathered.claims[i].slot);
            }
            _emitReceiptAt(gathered, i);
        }
    }

    /// @inheritdoc IGoldAudit
    function closeAudit(bytes32 taskId, uint32 slot) external {
        // Check:
        Audit memory audit = _openAudit(taskId, slot);
        bool proven = audit.audited == audit.panelSize;
        bool void = !proven && _isUnanswerable(taskId);
        if (!proven && !void && block.timestamp <= audit.answerBy) {
            revert GoldAudit_Pending(taskId, slot, audit.audited, audit.panelSize, audit.answerBy);
        }

        // Effect:
        ITaskRegistry.Ruling ruling = void ? ITaskRegistry.Ruling.Void : ITaskRegistry.Ruling.Upheld;
        uint256 overturned;
        LabelRules.Layout memory layout = LabelRules.layout(SETTLEMENT.terms(taskId).rules);
        if (proven) (ruling, overturned) = _rulingOf(taskId, slot, layout, audit.disputedItems);
        else if (!void) overturned = layout.goldCount;
        Audit storage kept = _audits[taskId][slot];
        (kept.closed, kept.ruling, kept.overturnedItems) = (true, ruling, uint16(overturned));
        emit GoldAuditClosed(
            taskId,
            slot,
            ruling,
            audit.panelSize,
            audit.audited,
            audit.withGold,
            audit.withChallenger,
            uint16(overturned)
        );
        Overturned memory found = _overturned[taskId];
        bool isFirst = ruling == ITaskRegistry.Ruling.Upheld && !found.upheld;
        if (ruling == ITaskRegistry.Ruling.Upheld) {
            uint256 items = proven ? _overturnedForAll(taskId, slot, audit.panelSize) : (1 << layout.goldCount) - 1;
            found = Overturned(found.items | uint64(items), true);
            _overturned[taskId] = found;
            emit GoldOverturned(taskId, found.items);
        }

        // Interaction:
        SETTLEMENT.concludeAudit(taskId, slot, ruling, uint16(LibBit.popCount(found.items)), isFirst);
    }

    /// @inheritdoc IGoldAudit
    function auditOf(bytes32 taskId, uint32 slot) external view returns (Audit memory) {
        return _audits[taskId][slot];
    }

    /// @inheritdoc IGoldAudit
    function overturnedOf(bytes32 taskId) external view returns (uint256) {
        return _overturned[taskId].items;
    }

    /// @inheritdoc IGoldAudit
    function answersOf(
        bytes32 taskId,
        uint32 slot,
        uint256 item
    )
        external
        view
        returns (uint256 withGold, uint256 withChallenger)
    {
        Tallies memory tallies = _tallies[taskId][slot];
        return (tallies.withGold.countOf(item), tallies.withChallenger.countOf(item));
    }

    /// @inheritdoc IGoldAudit
    function panelOf(bytes32 taskId, uint32 slot) external view returns (uint32[] memory panel) {
        Audit memory audit = _audits[taskId][slot];
        if (!audit.drawn) return panel;
        uint256[PANEL_WORDS] memory packed = _panels[taskId][slot];
        panel = new uint32[](audit.panelSize);
        for (uint256 i; i < panel.length; ++i) {
            panel[i] = uint32(_memberAt(packed, i));
        }
    }

    /// @inheritdoc IGoldAudit
    function proofContext(bytes32 taskId, uint32 member) external view returns (uint256) {
        return _context(taskId, member, TASKS.slotOf(taskId, member).payout, SETTLEMENT.terms(taskId).auditKeyId);
    }

    /// @inheritdoc IGoldAudit
    function settlement() external view returns (address) {
        return address(SETTLEMENT);
    }

    /// @dev The population is at the end of the settlement's list of submitted slots but the challenger's. Without a need to draw
    /// it is the panel; else a partial Fisher-Yates shuffle: the i-th member comes from those that are left.
    function _keepPanel(bytes32 taskId, uint32 slot, uint256 submitted, Audit memory audit, bytes32 seed) internal {
        uint256 size = audit.panelSize;
        uint256 first = submitted - 1 - audit.population;
        uint256[] memory places = new uint256[](size);
        for (uint256 i; i < size; ++i) {
            places[i] = first + i;
        }
        if (size != audit.population) _shuffle(places, first, audit.population, seed);

        // Effect:
        uint32[] memory panel = SETTLEMENT.othersAt(taskId, slot, places);
        uint256[PANEL_WORDS] memory packed;
        for (uint256 i; i < size; ++i) {
            packed[i / SLOTS_PER_WORD] |= uint256(panel[i]) << (SLOT_BITS * (i % SLOTS_PER_WORD));
        }
        _panels[taskId][slot] = packed;
        _audits[taskId][slot].drawn = true;
        emit PanelDrawn(taskId, slot, panel);
    }

    /// @dev Fills `places` by drawing without replacement. What a full shuffle would have moved to a place that is drawn later is
    /// found among the few draws before it.
    function _shuffle(uint256[] memory places, uint256 first, uint256 population, bytes32 seed) internal pure {
        uint256 size = places.length;
        uint256[] memory from = new uint256[](size);
        uint256[] memory moved = new uint256[](size);
        for (uint256 i; i < size; ++i) {
            uint256 draw = i + uint256(keccak256(abi.encode(seed, i))) % (population - i);
            (uint256 here, uint256 there) = (i, draw);
            // The last move to a place is the one that counts.
            for (uint256 j; j < i; ++j) {
                if (from[j] == i) here = moved[j];
                if (from[j] == draw) there = moved[j];
            }
            (from[i], moved[i]) = (draw, here);
            places[i] = first + there;
        }
    }

    /// @dev That answers are about disputed items, and that these are so many, is what the proof shows; here it bounds the sums.
    function _count(Audit memory audit, Tallies memory tallies, SlotAudit calldata sent) internal pure {
        (uint256 gold, uint256 challenger) = (sent.withGold, sent.withChallenger);
        bool apart = gold & challenger == 0 && (gold | challenger) <= AnswerTally.PLANE_MASK;
        if (!apart || LibBit.popCount(gold | challenger) > audit.disputedItems) {
            revert GoldAudit_AnswersOutOfRange(gold, challenger, audit.disputedItems);
        }
        audit.withGold += uint32(LibBit.popCount(gold));
        audit.withChallenger += uint32(LibBit.popCount(challenger));
        tallies.withGold.add(gold);
        tallies.withChallenger.add(challenger);
    }

    function _rulingOf(
        bytes32 taskId,
        uint32 slot,
        LabelRules.Layout memory layout,
        uint256 disputedItems
    )
        internal
        view
        returns (ITaskRegistry.Ruling, uint256 overturned)
    {
        uint256 agreements = layout.goldCount - disputedItems;
        Tallies memory tallies = _tallies[taskId][slot];
        return GoldPanel.rulingOf(
            tallies.withGold,
            tallies.withChallenger,
            LabelRules.neededAgreements(layout) - agreements,
            _parametersOf(taskId).auditRateBps
        );
    }

    function _overturnedForAll(bytes32 taskId, uint32 slot, uint256 panelSize) internal view returns (uint256) {
        Tallies memory tallies = _tallies[taskId][slot];
        uint256 rateBps = _parametersOf(taskId).auditRateBps;
        return GoldPanel.overturnedForAll(tallies.withGold, tallies.withChallenger, rateBps, panelSize);
    }

    /// @dev Those the task was made under.
    function _parametersOf(bytes32 taskId) internal view returns (IProtocolParameters.Parameters memory) {
        (,,, uint32 version) = TASKS.essentialsOf(taskId);
        return PARAMETERS.parametersAt(version);
    }

    /// @dev Proves nothing yet: adds the statement to the batch.
    function _gatherAnswers(
        Batch memory gathered,
        Shared memory shared,
        bytes32 taskId,
        SlotAudit calldata sent
    )
        internal
        view
    {
        address payout = TASKS.slotOf(taskId, sent.member).payout;
        Claim memory claim = Claim({
            taskId: taskId,
            slot: sent.member,
            keyId: gathered.keyId,
            digest: sent.digest,
            context: _context(taskId, sent.member, payout, gathered.keyId),
            commitmentContext: _contextOf(address(SETTLEMENT), taskId, sent.member, payout, 0),
            commitment: SETTLEMENT.commitmentOf(taskId, sent.member),
            scoreBps: 0
        });
        _gather(gathered, claim, _statementOf(claim, shared, sent.withGold, sent.withChallenger), sent.proof);
    }

    function _statementOf(
        Claim memory claim,
        Shared memory shared,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        pure
        returns (uint256[] memory buffer)
    {
        buffer = _startStatement(claim, STATEMENT_LENGTH);
        uint256 next = LabelStatement.PREFIX + 2;
        buffer[next++] = shared.pinned.rules;
        buffer[next++] = shared.pinned.goldCommitment;
        buffer[next++] = shared.challengerContext;
        buffer[next++] = shared.challengerCommitment;
        buffer[next++] = withGold;
        buffer[next++] = withChallenger;
    }

    function _sharedOf(bytes32 taskId, uint32 challenger) internal view returns (Shared memory shared) {
        shared.pinned = SETTLEMENT.terms(taskId);
        shared.challengerContext = SETTLEMENT.commitmentContext(taskId, challenger);
        shared.challengerCommitment = SETTLEMENT.commitmentOf(taskId, challenger);
    }

    function _openAudit(bytes32 taskId, uint32 slot) internal view returns (Audit memory audit) {
        audit = _audits[taskId][slot];
        if (audit.answerBy == 0 || audit.closed) revert GoldAudit_NotOpen(taskId, slot);
    }

    /// @dev Whether the requester can prove nothing any more, or labels may have been delivered that do not open.
    function _isUnanswerable(bytes32 taskId) internal view returns (bool) {
        IHiddenGoldSettlement.Terms memory pinned = SETTLEMENT.terms(taskId);
        return _isFrozen(pinned.auditKeyId) || _isFrozen(pinned.legalityKeyId);
    }

    /// @return place `size` when the slot is not in the panel.
    function _placeOf(
        uint256[PANEL_WORDS] memory packed,
        uint256 size,
        uint256 member
    )
        internal
        pure
        returns (uint256 place)
    {
        while (place < size && _memberAt(packed, place) != member) ++place;
    }

    function _memberAt(uint256[PANEL_WORDS] memory packed, uint256 place) internal pure returns (uint256) {
        return packed[place / SLOTS_PER_WORD] >> (SLOT_BITS * (place % SLOTS_PER_WORD)) & SLOT_MASK;
    }
}
