// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IConsensusSettlement} from "../interfaces/IConsensusSettlement.sol";
import {IDatasetRegistry} from "../interfaces/IDatasetRegistry.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {Assignment} from "../libraries/Assignment.sol";
import {Beacon} from "../libraries/Beacon.sol";
import {LabelRules} from "../libraries/LabelRules.sol";
import {LabelStatement} from "../libraries/LabelStatement.sol";
import {ConsensusTerms} from "./ConsensusTerms.sol";
import {LabelSettlement} from "./LabelSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title ConsensusSettlement
/// @notice See {IConsensusSettlement} for what it does, who may do what, and what nobody can.
contract ConsensusSettlement is IConsensusSettlement, LabelSettlement {
    using LabelStatement for uint256[];

    /// @dev Slots of one proof, as in the circuits.
    uint256 internal constant CHUNK = 7;
    /// @dev Slot number of statements about a task as a whole.
    uint32 internal constant WHOLE_TASK = type(uint32).max;
    /// @dev Commitment to counts that are all zero, with salt zero: H("veritask.counts.1", 0, 0 x 52).
    uint256 internal constant ZERO_COUNTS =
        21120946712707854102462624947789385109055756570087986727247613001039237672485;
    /// @dev Largest weight of one vote; ConsensusTerms bounds their sum by it.
    uint256 internal constant MAX_WEIGHT = 15;
    /// @dev One vote weighs less than the others of a first round, were each of them 1: what it and one more are short of all.
    uint256 internal constant OTHERS_MARGIN = 2;

    IDatasetRegistry internal immutable DATASETS;
    ConsensusTerms internal immutable TERMS;

    /// @dev The fields of Terms with a fixed length, in their order: ABI encoding puts them before all else.
    struct Core {
        uint256 rules;
        uint256[2] encryptionKey;
        address aggregator;
        bytes32 legalityKeyId;
        bytes32 consensusKeyId;
        bytes32 tallyKeyId;
        bytes32 decideKeyId;
        bytes32 agreeKeyId;
        address historyOf;
        uint8 assignmentShift;
        bytes32 seedCommitment;
        uint32 firstSlots;
        uint32 stepSlots;
        uint16 agreementBoundBps;
        uint32 joinWindow;
        uint32 commitWindow;
        uint32 deliverWindow;
        uint32 settleWindow;
    }

    /// @dev One storage word and two more. A task has at most MAX_TOTAL_WEIGHT slots and 256 items.
    /// @param joinBy Of the current round; its other deadlines follow from the terms.
    /// @param rounds Rounds there can be.
    /// @param firstSlot Of the current round.
    /// @param roundCommitted Of the current round, as is `roundDelivered`.
    /// @param weight Sum of the weights delivered.
    struct Standing {
        uint64 joinBy; // slot 0
        uint8 round;
        uint8 rounds;
        uint16 slots;
        uint16 firstSlot;
        uint16 roundCommitted;
        uint16 roundDelivered;
        uint16 delivered;
        uint16 tallied;
        uint16 weight;
        uint32 possible;
        uint32 support;
        uint256 counts; // slot 1, chunked tasks only
        uint256 out; // slot 2
    }

    /// @param firstSlot Number of the first slot that joined in this round.
    /// @param beaconBlock Block whose hash makes the beacon; zero before it is picked.
    /// @param joinBy Written when the next round opens; that of the current one is in its Standing.
    struct Round {
        uint16 firstSlot; // slot 0
        uint64 beaconBlock;
        uint64 joinBy;
        bytes32 beacon;
        bytes32 seed;
    }

    /// @dev Deadlines of the current round, in seconds.
    struct Deadlines {
        uint256 joinBy;
        uint256 commitBy;
        uint256 deliverBy;
        uint256 settleBy;
    }

    /// @dev What a call that settles works on: the task, and the slots of its proof. Commitments, weights and agreements have
    /// CHUNK places, masks `maskWords` times as many; those not used are zero.
    struct Settling {
        bytes32 taskId;
        Standing standing;
        Core pinned;
        bytes encodedTerms;
        uint256 maskWords;
        uint32[] slots;
        address[] workers;
        uint256[] assigned;
        uint256[] commitments;
        uint256[] weights;
        uint256[] masks;
        uint256[] agreements;
    }

    mapping(bytes32 taskId => Standing standing) internal _standings;
    mapping(bytes32 taskId => mapping(uint256 round => Round drawn)) internal _rounds;
    mapping(bytes32 taskId => bytes32 commitment) internal _seedCommitments;
    mapping(bytes32 taskId => mapping(uint32 slot => Work work)) internal _works;
    mapping(address requester => mapping(address worker => History history)) internal _histories;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters,
        IDatasetRegistry datasets
    )
        LabelSettlement(tasks, keys, parameters)
    {
        DATASETS = datasets;
        TERMS = new ConsensusTerms(tasks, parameters);
    }

    /// @inheritdoc ISettlement
    function openTask(bytes32 taskId, uint64 joinBy, bytes calldata settlementData) external {
        // Check:
        _checkTaskRegistry();
        (bytes memory encoded, uint64 firstJoinBy, uint8 rounds, uint16 slots) =
            TERMS.check(taskId, joinBy, settlementData);
        Core memory next = _coreOf(encoded);
        _checkKeys(next);

        // Effect:
        Standing storage standing = _standings[taskId];
        standing.joinBy = firstJoinBy;
        standing.rounds = rounds;
        standing.slots = slots;
        if (next.tallyKeyId != 0) standing.counts = ZERO_COUNTS;
        if (next.seedCommitment != 0) _seedCommitments[taskId] = next.seedCommitment;
        _keepTerms(taskId, encoded);
        // The terms are encoded already, as the event has them.
        bytes32 topic = ConsensusTermsSet.selector;
        assembly ("memory-safe") {
            log2(add(encoded, 0x20), mload(encoded), topic, taskId)
        }
    }

    /// @inheritdoc IConsensusSettlement
    function drawBeacon(bytes32 taskId) external {
        // Check:
        (Standing memory standing, Core memory pinned) = _load(taskId);
        if (pinned.assignmentShift == 0) revert ConsensusSettlement_NoAssignment(taskId);
        _checkJoiningOver(taskId, standing, pinned);
        Round storage drawn = _rounds[taskId][standing.round];
        if (drawn.beacon != 0) revert ConsensusSettlement_BeaconAlreadyDrawn(taskId, standing.round);

        // Effect: a block so old that its hash cannot be read any more gives no beacon.
        bytes32 beaconHash = _beaconHash(taskId, drawn.beaconBlock);
        if (beaconHash != 0) {
            _fixBeacon(taskId, standing.round, beaconHash);
            return;
        }
        uint64 beaconBlock = Beacon.pick();
        drawn.beaconBlock = beaconBlock;
        emit BeaconScheduled(taskId, standing.round, beaconBlock);
    }

    /// @inheritdoc IConsensusSettlement
    function revealSeed(bytes32 taskId, bytes32 secret) external {
        // Check:
        (Standing memory standing, Core memory pinned) = _load(taskId);
        if (pinned.assignmentShift == 0) revert ConsensusSettlement_NoAssignment(taskId);
        Round storage drawn = _rounds[taskId][standing.round];
        if (drawn.seed != 0) revert ConsensusSettlement_SeedAlreadyRevealed(taskId);
        _checkJoiningOver(taskId, standing, pinned);
        _checkNotPassed(taskId, _revealBy(standing, pinned));
        bytes32 hashed = keccak256(abi.encode(secret));
        bytes32 commitment = _seedCommitments[taskId];
        if (hashed != commitment) revert ConsensusSettlement_SeedMismatch(taskId, commitment, hashed);
        bytes32 beacon = drawn.beacon;
        bytes32 beaconHash;
        if (beacon == 0) {
            beaconHash = _beaconHash(taskId, drawn.beaconBlock);
            if (beaconHash == 0) {
                revert ConsensusSettlement_BeaconNotScheduled(taskId, drawn.beaconBlock, block.number);
            }
        }

        // Effect: the secret is what the next round's must hash to.
        _seedCommitments[taskId] = secret;
        if (beacon == 0) beacon = _fixBeacon(taskId, standing.round, beaconHash);
        drawn.seed = keccak256(abi.encode(secret, beacon));
        emit SeedRevealed(taskId, standing.round, drawn.seed);
    }

    /// @inheritdoc IConsensusSettlement
    function commit(bytes32 taskId, uint32 slot, uint256 commitment) external {
        // Check:
        (Standing memory standing, Core memory pinned) = _load(taskId);
        _checkNotPassed(taskId, _deadlines(standing, pinned).commitBy);
        _checkOfRound(taskId, slot, standing, pinned);
        ITaskRegistry.Slot memory taken = _checkNewCommitment(taskId, slot, commitment);
        _checkNotHalted(pinned);
        bytes32 seed = _rounds[taskId][standing.round].seed;
        if (pinned.assignmentShift != 0 && seed == 0) revert ConsensusSettlement_SeedMissing(taskId);

        // Effect:
        _keepCommitment(taskId, slot, commitment);
        ++_standings[taskId].roundCommitted;
        uint8 weight = _weightOf(pinned, taken.worker);
        _works[taskId][slot] = Work({
            weight: weight,
            delivered: false,
            tallied: false,
            assigned: uint16(Assignment.count(_mask(pinned, seed, taken)))
        });
        emit LabelsCommitted(taskId, slot, taken.worker, commitment, weight);
    }

    /// @inheritdoc IConsensusSettlement
    function deliver(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof
    )
        external
    {
        // Check:
        (Standing memory standing, Core memory pinned) = _loadDeliverable(taskId);
        Claim memory claim = _claimOf(taskId, slot, pinned.legalityKeyId, digest);
        if (_works[taskId][slot].delivered) revert ConsensusSettlement_AlreadyDelivered(taskId, slot);
        _checkOfRound(taskId, slot, standing, pinned);

        // Effect:
        DeliveryTerms memory common = _deliveryTerms(pinned.rules, pinned.encryptionKey);
        _accept(claim, _deliveryStatement(claim, common, delivery), proof);
        _keepDelivered(claim, delivery);
    }

    /// @inheritdoc IConsensusSettlement
    function deliverBatch(bytes32 taskId, SlotProof[] calldata proofs) external {
        // Check:
        (Standing memory standing, Core memory pinned) = _loadDeliverable(taskId);
        DeliveryTerms memory common = _deliveryTerms(pinned.rules, pinned.encryptionKey);
        Batch memory batch = _startBatch(proofs.length);
        _useKey(batch, pinned.legalityKeyId);
        uint256[] memory sentAt = new uint256[](proofs.length);
        for (uint256 i; i < proofs.length; ++i) {
            // What is passed over leaves its place to the one after it.
            sentAt[batch.count] = i;
            _gatherDelivery(batch, common, taskId, standing.firstSlot, proofs[i]);
        }
        _verifyBatch(batch);

        for (uint256 i; i < batch.count; ++i) {
            // Effect: an earlier submission of the same batch may have delivered the slot.
            Claim memory claim = batch.claims[i];
            if (_refuseDelivered(taskId, claim.slot) || !_acceptAt(batch, i)) continue;
            _keepDelivered(claim, proofs[sentAt[i]].delivery);
        }
    }

    /// @inheritdoc IConsensusSettlement
    function conclude(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256[] calldata agreements,
        uint256 out,
        uint256 support,
        uint256 digest,
        bytes calldata proof
    )
        external
    {
        // Check:
        Settling memory settling = _loadUndecided(taskId);
        bytes32 keyId = settling.pinned.consensusKeyId;
        if (keyId == 0) revert ConsensusSettlement_WrongPath(taskId);
        _takeSlots(settling, slots);
        if (slots.length != settling.standing.delivered) {
            revert ConsensusSettlement_SlotsIncomplete(taskId, slots.length, settling.standing.delivered);
        }
        _takeAgreements(settling, agreements);
        _checkSupport(settling, support);

        // Effect:
        uint256[] memory buffer = _openStatement(taskId, keyId, digest, 4 + 3 * CHUNK + settling.masks.length);
        uint256 at = LabelStatement.PREFIX;
        buffer[at++] = taskContext(taskId, 0);
        buffer[at++] = out;
        buffer[at++] = slots.length;
        buffer[at++] = support;
        _appendVotes(buffer, at, settling, true);
        _acceptStatement(taskId, keyId, buffer, proof);
        if (_openRound(settling, support)) return;
        _reach(settling, out, support);

        _settleSlots(settling);
    }

    /// @inheritdoc IConsensusSettlement
    function tally(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256 next,
        uint256 digest,
        bytes calldata proof
    )
        external
    {
        // Check:
        Settling memory settling = _loadUndecided(taskId);
        bytes32 keyId = settling.pinned.tallyKeyId;
        if (keyId == 0) revert ConsensusSettlement_WrongPath(taskId);
        _takeSlots(settling, slots);
        for (uint256 i; i < slots.length; ++i) {
            if (_works[taskId][slots[i]].tallied) revert ConsensusSettlement_SlotTwice(taskId, slots[i]);
        }

        // Effect:
        uint256 previous = settling.standing.counts;
        uint256[] memory buffer = _openStatement(taskId, keyId, digest, 3 + 2 * CHUNK + settling.masks.length);
        uint256 at = LabelStatement.PREFIX;
        buffer[at++] = slots.length;
        buffer[at++] = previous;
        buffer[at++] = next;
        _appendVotes(buffer, at, settling, false);
        _acceptStatement(taskId, keyId, buffer, proof);
        for (uint256 i; i < slots.length; ++i) {
            _works[taskId][slots[i]].tallied = true;
        }
        _standings[taskId].tallied += uint16(slots.length);
        _standings[taskId].counts = next;
        emit CountsAdded(taskId, slots, previous, next);
    }

    /// @inheritdoc IConsensusSettlement
    function decide(bytes32 taskId, uint256 out, uint256 support, uint256 digest, bytes calldata proof) external {
        // Check:
        Settling memory settling = _loadUndecided(taskId);
        bytes32 keyId = settling.pinned.decideKeyId;
        if (keyId == 0) revert ConsensusSettlement_WrongPath(taskId);
        Standing memory standing = settling.standing;
        // Of no votes at all there is no majority.
        uint256 required = standing.delivered == 0 ? 1 : standing.delivered;
        if (standing.tallied != required) {
            revert ConsensusSettlement_SlotsIncomplete(taskId, standing.tallied, required);
        }
        _checkSupport(settling, support);

        // Effect:
        uint256[] memory buffer = _openStatement(taskId, keyId, digest, 4);
        uint256 at = LabelStatement.PREFIX;
        buffer[at++] = taskContext(taskId, 0);
        buffer[at++] = standing.counts;
        buffer[at++] = out;
        buffer[at++] = support;
        _acceptStatement(taskId, keyId, buffer, proof);
        if (_openRound(settling, support)) return;
        _reach(settling, out, support);
    }

    /// @inheritdoc IConsensusSettlement
    function agree(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256[] calldata agreements,
        uint256 digest,
        bytes calldata proof
    )
        external
    {
        // Check:
        Settling memory settling = _loadSettling(taskId);
        bytes32 keyId = settling.pinned.agreeKeyId;
        if (keyId == 0) revert ConsensusSettlement_WrongPath(taskId);
        if (settling.standing.out == 0) revert ConsensusSettlement_Undecided(taskId);
        _takeSlots(settling, slots);
        _takeAgreements(settling, agreements);

        // Effect:
        uint256[] memory buffer = _openStatement(taskId, keyId, digest, 2 + 2 * CHUNK + settling.masks.length);
        uint256 at = LabelStatement.PREFIX;
        buffer[at++] = slots.length;
        buffer[at++] = settling.standing.out;
        at = buffer.append(at, settling.commitments);
        at = buffer.append(at, settling.masks);
        buffer.append(at, settling.agreements);
        _acceptStatement(taskId, keyId, buffer, proof);

        _settleSlots(settling);
    }

    /// @inheritdoc IConsensusSettlement
    function terms(bytes32 taskId) external view returns (Terms memory) {
        (, bytes memory encoded) = _stateOf(taskId);
        // They are kept as they are returned.
        assembly ("memory-safe") {
            return(add(encoded, 0x20), mload(encoded))
        }
    }

    /// @inheritdoc IConsensusSettlement
    function progressOf(bytes32 taskId) external view returns (Progress memory progress) {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        Deadlines memory due = _deadlines(standing, pinned);
        progress.round = standing.round;
        progress.roundLimit = standing.rounds;
        progress.firstSlot = standing.firstSlot;
        progress.slotLimit = uint32(_slotLimit(standing, pinned));
        progress.committed = _states[taskId].committed;
        progress.delivered = standing.delivered;
        progress.tallied = standing.tallied;
        progress.joinBy = uint64(due.joinBy);
        progress.commitBy = uint64(due.commitBy);
        progress.deliverBy = uint64(due.deliverBy);
        progress.settleBy = uint64(due.settleBy);
        progress.counts = standing.counts;
        progress.out = standing.out;
        progress.support = standing.support;
        progress.possible = standing.possible;
        progress.weight = standing.weight;
    }

    /// @inheritdoc IConsensusSettlement
    function workOf(bytes32 taskId, uint32 slot) external view returns (Work memory) {
        return _works[taskId][slot];
    }

    /// @inheritdoc IConsensusSettlement
    function assignmentOf(bytes32 taskId, uint32 slot) external view returns (uint256[] memory mask) {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        bytes32 seed = _seedOf(taskId, slot, standing);
        if (pinned.assignmentShift != 0 && seed == 0) return mask;
        return _mask(pinned, seed, TASKS.slotOf(taskId, slot));
    }

    /// @inheritdoc IConsensusSettlement
    function seedOf(bytes32 taskId, uint32 round) external view returns (bytes32) {
        return _rounds[taskId][round].seed;
    }

    /// @inheritdoc IConsensusSettlement
    function beaconOf(bytes32 taskId, uint32 round) external view returns (bytes32 beacon, uint64 blockNumber) {
        Round storage drawn = _rounds[taskId][round];
        return (drawn.beacon, drawn.beaconBlock);
    }

    /// @inheritdoc IConsensusSettlement
    function historyOf(address requester, address worker) external view returns (History memory) {
        return _histories[requester][worker];
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        bool delivered = _works[taskId][slot].delivered;
        if (_isHalted(pinned)) return delivered ? Outcome.Paid : Outcome.Returned;
        Deadlines memory due = _deadlines(standing, pinned);
        if (delivered) return block.timestamp > due.settleBy ? Outcome.Paid : Outcome.Pending;
        if (slot >= standing.firstSlot) {
            bool committed = _commitments[taskId][slot] != 0;
            // Without the seed nobody can commit once it is not taken any more.
            uint256 deadline = committed ? due.deliverBy : due.commitBy;
            bool unseeded = pinned.assignmentShift != 0 && _seedOf(taskId, slot, standing) == 0;
            if (unseeded) deadline = _revealBy(standing, pinned);
            if (block.timestamp <= deadline) return Outcome.Pending;
        }
        // Whoever was told nothing to do has missed nothing.
        return pinned.assignmentShift != 0 && _seedOf(taskId, slot, standing) == 0 ? Outcome.Returned : Outcome.Missed;
    }

    /// @inheritdoc ISettlement
    function missedDeadline(bytes32 taskId, uint32 slot) external view returns (uint64) {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        // A round that opened since changes nothing about who missed what.
        uint256 round = _roundOf(taskId, slot, standing);
        if (round != standing.round) standing.joinBy = _rounds[taskId][round].joinBy;
        Deadlines memory due = _deadlines(standing, pinned);
        return uint64(_commitments[taskId][slot] != 0 ? due.deliverBy : due.commitBy);
    }

    /// @inheritdoc ISettlement
    function admission(bytes32 taskId)
        external
        view
        override(ISettlement, SettlementBase)
        returns (uint32 slotLimit, bool closed)
    {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        Deadlines memory due = _deadlines(standing, pinned);
        uint256 limit = _slotLimit(standing, pinned);
        bool joining = block.timestamp <= due.joinBy && standing.out == 0;
        if (!joining) {
            // Between two rounds nobody can join, but the next may open.
            closed = standing.out != 0 || limit == standing.slots || block.timestamp > due.settleBy
                || (block.timestamp > due.deliverBy && standing.delivered == 0);
            uint256 joined = _joinedOf(taskId);
            limit = joined;
        }
        return (uint32(limit), closed || _isHalted(pinned));
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        (Standing memory standing, Core memory pinned) = _load(taskId);
        uint256 later = standing.out == 0 ? standing.rounds - 1 - standing.round : 0;
        return uint64(_deadlines(standing, pinned).settleBy + later * _cycle(pinned));
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view override(ISettlement, SettlementBase) returns (bool) {
        (, Core memory pinned) = _load(taskId);
        return _isHalted(pinned);
    }

    /// @inheritdoc IConsensusSettlement
    function taskContext(bytes32 taskId, bytes32 keyId) public view returns (uint256) {
        return _context(taskId, WHOLE_TASK, address(0), keyId);
    }

    // Delivering

    /// @dev Gathers a delivery of the current round; any other is passed over.
    function _gatherDelivery(
        Batch memory batch,
        DeliveryTerms memory common,
        bytes32 taskId,
        uint256 firstSlot,
        SlotProof calldata sent
    )
        internal
    {
        if (_refuseDelivered(taskId, sent.slot)) return;
        (bool live, Claim memory claim) = _tryClaim(batch, taskId, sent.slot, sent.digest);
        if (!live) return;
        if (sent.slot < firstSlot) {
            emit SubmissionRefused(taskId, sent.slot, Refusal.SlotEnded);
            return;
        }
        _gather(batch, claim, _deliveryStatement(claim, common, sent.delivery), sent.proof);
    }

    function _refuseDelivered(bytes32 taskId, uint32 slot) internal returns (bool delivered) {
        delivered = _works[taskId][slot].delivered;
        if (delivered) emit SubmissionRefused(taskId, slot, Refusal.AlreadyDelivered);
    }

    function _keepDelivered(Claim memory claim, Delivery memory delivery) internal {
        Work storage work = _works[claim.taskId][claim.slot];
        Standing storage standing = _standings[claim.taskId];
        work.delivered = true;
        ++standing.delivered;
        ++standing.roundDelivered;
        standing.weight += work.weight;
        standing.possible += uint32(work.weight) * work.assigned;
        _emitDelivered(claim, delivery);
    }

    // Settling

    /// @dev Takes up to CHUNK delivered slots, rising, that have not ended.
    function _takeSlots(Settling memory settling, uint32[] calldata slots) internal view {
        uint256 count = slots.length;
        if (count == 0 || count > CHUNK) revert ConsensusSettlement_ChunkSize(count, CHUNK);
        bytes32 taskId = settling.taskId;
        settling.slots = slots;
        settling.workers = new address[](count);
        settling.assigned = new uint256[](count);
        settling.commitments = new uint256[](CHUNK);
        settling.weights = new uint256[](CHUNK);
        settling.masks = new uint256[](CHUNK * settling.maskWords);
        uint256 at;
        for (uint256 i; i < count; ++i) {
            uint32 slot = slots[i];
            Work memory work = _works[taskId][slot];
            if (!work.delivered) revert ConsensusSettlement_SlotNotDelivered(taskId, slot);
            if (i != 0 && slot <= slots[i - 1]) revert ConsensusSettlement_SlotTwice(taskId, slot);
            ITaskRegistry.Slot memory taken = _liveSlot(taskId, slot);
            settling.workers[i] = taken.worker;
            settling.assigned[i] = work.assigned;
            settling.commitments[i] = _commitments[taskId][slot];
            settling.weights[i] = work.weight;
            bytes32 seed = _seedOf(taskId, slot, settling.standing);
            at = settling.masks.append(at, _mask(settling.pinned, seed, taken));
        }
    }

    function _takeAgreements(Settling memory settling, uint256[] calldata agreements) internal pure {
        uint256 count = settling.slots.length;
        if (agreements.length != count) {
            revert ConsensusSettlement_SlotsIncomplete(settling.taskId, agreements.length, count);
        }
        settling.agreements = new uint256[](CHUNK);
        for (uint256 i; i < count; ++i) {
            _checkAtMost("agreements", agreements[i], settling.assigned[i]);
            settling.agreements[i] = agreements[i];
        }
    }

    /// @dev The proofs keep to these bounds; what is computed from their values need not rely on it.
    function _checkSupport(Settling memory settling, uint256 support) internal pure {
        _checkAtMost("support", support, settling.standing.possible);
    }

    function _checkAtMost(string memory name, uint256 value, uint256 max) internal pure {
        if (value > max) revert ConsensusSettlement_ValueOutOfRange(name, value, max);
    }

    function _openStatement(
        bytes32 taskId,
        bytes32 keyId,
        uint256 digest,
        uint256 length
    )
        internal
        view
        returns (uint256[] memory)
    {
        return LabelStatement.open(digest, taskContext(taskId, keyId), length);
    }

    function _appendVotes(
        uint256[] memory buffer,
        uint256 at,
        Settling memory settling,
        bool withAgreements
    )
        internal
        pure
    {
        at = buffer.append(at, settling.commitments);
        at = buffer.append(at, settling.weights);
        at = buffer.append(at, settling.masks);
        if (withAgreements) buffer.append(at, settling.agreements);
    }

    /// @dev Checks the proof of a finished statement about the task as a whole.
    function _acceptStatement(bytes32 taskId, bytes32 keyId, uint256[] memory buffer, bytes calldata proof) internal {
        (uint256 digest, uint256 context) = (buffer[0], buffer[1]);
        _verify(keyId, taskId, WHOLE_TASK, context, digest, buffer.seal(), proof);
    }

    /// @dev Opens the next round when too few agree and slots remain.
    function _openRound(Settling memory settling, uint256 support) internal returns (bool opened) {
        (Standing memory current, Core memory pinned) = (settling.standing, settling.pinned);
        if (support * BPS >= uint256(pinned.agreementBoundBps) * current.possible) return false;
        if (current.round + 1 == current.rounds) return false;

        uint256 joined = _joinedOf(settling.taskId);
        _rounds[settling.taskId][current.round].joinBy = current.joinBy;
        ++current.round;
        current.firstSlot = uint16(joined);
        current.joinBy = uint64(block.timestamp + pinned.joinWindow);
        (current.roundCommitted, current.roundDelivered) = (0, 0);
        current.support = uint32(support);
        _standings[settling.taskId] = current;
        _rounds[settling.taskId][current.round].firstSlot = uint16(joined);
        emit RoundOpened(
            settling.taskId,
            current.round,
            uint32(_slotLimit(current, pinned)),
            support,
            current.possible,
            uint64(_deadlines(current, pinned).settleBy)
        );
        return true;
    }

    /// @dev The majority is proven for good: its labels become a dataset.
    function _reach(Settling memory settling, uint256 out, uint256 support) internal {
        // Effect:
        bytes32 taskId = settling.taskId;
        _standings[taskId].out = out;
        _standings[taskId].support = uint32(support);
        (address requester,,,) = TASKS.essentialsOf(taskId);

        // Interaction: this module's own salt, so the dataset does not exist; its text was checked when the task was made.
        bytes memory registration = TERMS.registrationOf(taskId, settling.encodedTerms, out);
        bytes memory registered = Address.functionCall(address(DATASETS), registration);
        (bytes32 datasetId, bytes32 versionId) = abi.decode(registered, (bytes32, bytes32));
        DATASETS.startTransfer(datasetId, requester);
        emit ConsensusReached(taskId, versionId, out, support, settling.standing.possible);
    }

    /// @dev Ends the slots of a proven agreement.
    function _settleSlots(Settling memory settling) internal {
        (address requester,,,) = TASKS.essentialsOf(settling.taskId);
        for (uint256 i; i < settling.slots.length; ++i) {
            // Effect:
            (uint256 agreements, uint256 assigned) = (settling.agreements[i], settling.assigned[i]);
            (bytes32 taskId, uint32 slot) = (settling.taskId, settling.slots[i]);
            (uint16 scoreBps, uint16 shareBps) = TERMS.gradeOf(settling.encodedTerms, agreements, assigned);
            History storage history = _histories[requester][settling.workers[i]];
            history.agreements += uint64(agreements);
            history.items += uint64(assigned);
            emit SlotAgreed(taskId, slot, agreements, assigned, shareBps != 0);

            // Interaction: credits only, so no recipient can stop the others.
            if (shareBps != 0) _payShare(taskId, slot, shareBps, scoreBps, false);
            else TASKS.returnSlot(taskId, slot, scoreBps, ITaskRegistry.Ending.Rejected);
        }
    }

    function _fixBeacon(bytes32 taskId, uint32 round, bytes32 beaconHash) internal returns (bytes32 beacon) {
        beacon = keccak256(abi.encode(block.chainid, taskId, round, beaconHash));
        _rounds[taskId][round].beacon = beacon;
        emit BeaconDrawn(taskId, round, beacon);
    }

    // Reading

    function _load(bytes32 taskId) internal view returns (Standing memory standing, Core memory pinned) {
        (standing, pinned,) = _loadEncoded(taskId);
    }

    function _loadEncoded(bytes32 taskId)
        internal
        view
        returns (Standing memory standing, Core memory pinned, bytes memory encoded)
    {
        (, encoded) = _stateOf(taskId);
        (standing, pinned) = (_standings[taskId], _coreOf(encoded));
    }

    /// @param encoded `abi.encode(Terms)`: the place of the terms, then their fields of fixed length.
    function _coreOf(bytes memory encoded) internal pure returns (Core memory core) {
        (, core) = abi.decode(encoded, (uint256, Core));
    }

    /// @return Hash of the block; zero when no block is picked, or its hash cannot be read any more.
    function _beaconHash(bytes32 taskId, uint64 beaconBlock) internal view returns (bytes32) {
        if (!Beacon.isPast(beaconBlock)) {
            revert ConsensusSettlement_BeaconTooEarly(taskId, beaconBlock, block.number);
        }
        return Beacon.hashOf(beaconBlock);
    }

    function _loadDeliverable(bytes32 taskId) internal view returns (Standing memory standing, Core memory pinned) {
        (standing, pinned) = _load(taskId);
        Deadlines memory due = _deadlines(standing, pinned);
        if (!_commitsDone(taskId, standing, pinned)) {
            revert ConsensusSettlement_CommitsStillOpen(taskId, due.commitBy, block.timestamp);
        }
        _checkNotPassed(taskId, due.deliverBy);
        _checkNotHalted(pinned);
    }

    /// @dev While proofs about the task as a whole are taken.
    function _loadSettling(bytes32 taskId) internal view returns (Settling memory settling) {
        settling.taskId = taskId;
        (settling.standing, settling.pinned, settling.encodedTerms) = _loadEncoded(taskId);
        settling.maskWords = LabelRules.layout(settling.pinned.rules).maskWords;
        _checkNotPassed(taskId, _deadlines(settling.standing, settling.pinned).settleBy);
        _checkNotHalted(settling.pinned);
    }

    /// @dev Votes may be counted only once nobody can add any in this round.
    function _loadUndecided(bytes32 taskId) internal view returns (Settling memory settling) {
        settling = _loadSettling(taskId);
        _checkAggregator(taskId, settling.pinned.aggregator);
        Standing memory standing = settling.standing;
        if (standing.out != 0) revert ConsensusSettlement_AlreadyDecided(taskId);
        uint256 deliverBy = _deadlines(standing, settling.pinned).deliverBy;
        bool over = block.timestamp > deliverBy
            || (standing.roundDelivered == standing.roundCommitted && _commitsDone(taskId, standing, settling.pinned));
        if (!over) revert ConsensusSettlement_DeliveriesStillOpen(taskId, deliverBy, block.timestamp);
    }

    /// @dev Its proofs choose salts: from anybody else they would be proofs that the aggregator cannot go on from.
    function _checkAggregator(bytes32 taskId, address aggregator) internal view {
        if (aggregator == address(0)) (aggregator,,,) = TASKS.essentialsOf(taskId);
        if (_msgSender() != aggregator) revert ConsensusSettlement_NotAggregator(taskId, _msgSender());
    }

    /// @dev Nobody can commit any more in this round.
    function _commitsDone(bytes32 taskId, Standing memory standing, Core memory pinned) internal view returns (bool) {
        if (block.timestamp > _deadlines(standing, pinned).commitBy) return true;
        uint256 joined = _joinedOf(taskId);
        return joined == _slotLimit(standing, pinned) && standing.roundCommitted == joined - standing.firstSlot;
    }

    function _joinedOf(bytes32 taskId) internal view returns (uint256) {
        (, uint32 joined,) = TASKS.fillingOf(taskId);
        return joined;
    }

    function _checkJoiningOver(bytes32 taskId, Standing memory standing, Core memory pinned) internal view {
        if (block.timestamp > standing.joinBy) return;
        uint256 joined = _joinedOf(taskId);
        if (joined < _slotLimit(standing, pinned)) {
            revert ConsensusSettlement_JoiningOpen(taskId, standing.joinBy, block.timestamp);
        }
    }

    /// @dev The slots of an earlier round missed their own deadlines, which were over before this round opened.
    function _checkOfRound(bytes32 taskId, uint32 slot, Standing memory standing, Core memory pinned) internal view {
        if (slot < standing.firstSlot) _checkNotPassed(taskId, standing.joinBy - pinned.joinWindow - 1);
    }

    function _deadlines(Standing memory standing, Core memory pinned) internal pure returns (Deadlines memory due) {
        due.joinBy = standing.joinBy;
        due.commitBy = due.joinBy + pinned.commitWindow;
        due.deliverBy = due.commitBy + pinned.deliverWindow;
        due.settleBy = due.deliverBy + pinned.settleWindow;
    }

    function _revealBy(Standing memory standing, Core memory pinned) internal pure returns (uint256) {
        return standing.joinBy + pinned.commitWindow / 2;
    }

    /// @dev Longest time from the opening of one round to that of the next, in seconds.
    function _cycle(Core memory pinned) internal pure returns (uint256) {
        return uint256(pinned.joinWindow) + pinned.commitWindow + pinned.deliverWindow + pinned.settleWindow;
    }

    function _slotLimit(Standing memory standing, Core memory pinned) internal pure returns (uint256) {
        uint256 limit = pinned.firstSlots + uint256(standing.round) * pinned.stepSlots;
        return limit < standing.slots ? limit : standing.slots;
    }

    /// @dev The round in which a slot joined.
    function _roundOf(bytes32 taskId, uint32 slot, Standing memory standing) internal view returns (uint256 round) {
        round = standing.round;
        uint256 firstSlot = standing.firstSlot;
        while (slot < firstSlot) {
            firstSlot = _rounds[taskId][--round].firstSlot;
        }
    }

    function _seedOf(bytes32 taskId, uint32 slot, Standing memory standing) internal view returns (bytes32) {
        return _rounds[taskId][_roundOf(taskId, slot, standing)].seed;
    }

    function _mask(
        Core memory pinned,
        bytes32 seed,
        ITaskRegistry.Slot memory taken
    )
        internal
        pure
        returns (uint256[] memory)
    {
        LabelRules.Layout memory layout = LabelRules.layout(pinned.rules);
        return
            Assignment.draw(
                seed, taken.worker, taken.payout, pinned.assignmentShift, layout.itemCount, layout.maskWords
            );
    }

    /// @dev Half of the comparisons or fewer weigh as nothing known at all. The fraction is below one, so the weight is at most
    /// MAX_WEIGHT. Nor does one worker weigh as much as all others whose votes an item of a full first round can expect, each of
    /// whom may be new.
    function _weightOf(Core memory pinned, address worker) internal view returns (uint8) {
        if (pinned.historyOf == address(0)) return 1;
        History memory history = _histories[pinned.historyOf][worker];
        uint256 twice = 2 * uint256(history.agreements);
        if (twice <= history.items) return 1;
        uint256 weight = 1 + MAX_WEIGHT * (twice - history.items) / (uint256(history.items) + 2);
        uint256 votes = pinned.firstSlots >> pinned.assignmentShift;
        uint256 most = votes > OTHERS_MARGIN ? votes - OTHERS_MARGIN : 1;
        return uint8(weight < most ? weight : most);
    }

    function _isHalted(Core memory pinned) internal view returns (bool) {
        if (_isFrozen(pinned.legalityKeyId)) return true;
        if (pinned.consensusKeyId != 0) return _isFrozen(pinned.consensusKeyId);
        return _isFrozen(pinned.tallyKeyId) || _isFrozen(pinned.decideKeyId) || _isFrozen(pinned.agreeKeyId);
    }

    function _checkKeys(Core memory pinned) internal view {
        _checkKey(pinned.legalityKeyId);
        if (pinned.consensusKeyId != 0) return _checkKey(pinned.consensusKeyId);
        _checkKey(pinned.tallyKeyId);
        _checkKey(pinned.decideKeyId);
        _checkKey(pinned.agreeKeyId);
    }

    function _checkNotHalted(Core memory pinned) internal view {
        _checkActive(pinned.legalityKeyId);
        if (pinned.consensusKeyId != 0) return _checkActive(pinned.consensusKeyId);
        _checkActive(pinned.tallyKeyId);
        _checkActive(pinned.decideKeyId);
        _checkActive(pinned.agreeKeyId);
    }
}
