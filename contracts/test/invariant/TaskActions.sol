// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IDirectSettlement} from "../../src/interfaces/IDirectSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {IProofGate} from "../../src/interfaces/IProofGate.sol";
import {ISemaphoreGate} from "../../src/interfaces/ISemaphoreGate.sol";
import {IStakedGate} from "../../src/interfaces/IStakedGate.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../src/libraries/Grading.sol";
import {SettlementLedger} from "./SettlementLedger.sol";

/// @notice Making tasks of every kind, and joining them through every gate.
abstract contract TaskActions is SettlementLedger {
    /// @dev One joining as it is tried.
    struct Entry {
        ITaskRegistry.Joining asked;
        address sender;
        bytes32 pseudonym;
        uint256 worker;
        bool forged;
        bool relays;
    }

    function makeTask(uint256 seed, uint256 reward, uint256 bond) external {
        if (_made.length == MAX_TASKS) return;
        _useKeys(_newest);
        ITaskRegistry.TaskRequest memory asked = _asked(seed, reward, bond);
        Made storage m = _made.push();
        _plan(m, seed, asked);
        uint256 deposit = asked.slots * (uint256(m.reward) + m.fee);
        vm.startPrank(m.requester);
        if (m.coin == 1) token.approve(address(tasks), deposit);
        bool done;
        try tasks.createTask{value: m.coin == 0 ? deposit : 0}(asked) {
            done = true;
        } catch {}
        vm.stopPrank();
        _judge("make", _mayMake(m), done);
        if (!done) return _made.pop();
        _purses[m.requester][m.coin].wallet -= deposit;
        _lockStake(m.requester, m.coin, m.bond);
        if (m.bond != 0) m.bondState = ITaskRegistry.BondState.Held;
        m.fingerprint = _fingerprint(m);
        _count("make");
        _count(_nameOf(m.kind));
    }

    function _asked(
        uint256 seed,
        uint256 reward,
        uint256 bond
    )
        internal
        view
        returns (ITaskRegistry.TaskRequest memory asked)
    {
        Kind kind = Kind(seed % KINDS);
        Door door = Door((seed >> 16) % 8 < 5 ? 0 : (seed >> 16) % 8 - 4);
        asked = request();
        asked.salt = bytes32(_made.length);
        asked.rewardPerSlot = uint128(_bound(reward, 1000, 1 ether));
        asked.maxFeePerSlot = type(uint128).max;
        asked.token = tokenAt(seed >> 8 & 1);
        // Three voters at least for a consensus.
        asked.slots = kind == Kind.Adaptive ? 4 : uint32((kind >= Kind.Consensus ? 3 : 2) + (seed >> 24) % 2);
        // Three others are the fewest who can overturn a rejection by three gold items.
        if (kind == Kind.HiddenGold) asked.slots = (seed >> 24) % 4 == 0 ? 3 : 5;
        asked.joinBy = uint64(now_()) + STEP * (kind == Kind.Adaptive ? 5 : 1);
        if (seed >> 32 & 1 == 1) asked.payloadDigest = 0;
        bool unknown = door == Door.Members && (seed >> 40) % 4 != 0;
        bool staked = kind == Kind.Optimistic || ((seed >> 41) % 4 != 0 && !unknown);
        if (staked) asked.stakePerSlot = uint128(1 + (seed >> 44) % 1 ether);
        asked.settlement = moduleOf(kind);
        asked.settlementData = _termsOf(kind, seed, asked.joinBy, asked.slots);
        asked.bond = _bondFor(kind, asked, bond);
        asked.gate = gateOf(door);
        if (door == Door.Staked) asked.gateData = abi.encode(IStakedGate.Terms(asked.token, GATE_STAKE));
        if (door == Door.Listed) asked.gateData = abi.encode(listRoot);
        if (door == Door.Members) asked.gateData = abi.encode(ISemaphoreGate.Terms(membersKey, GROUP_ROOT));
    }

    /// @dev Sometimes too small, or where none is taken.
    function _bondFor(Kind kind, ITaskRegistry.TaskRequest memory asked, uint256 bond) internal view returns (uint128) {
        uint128 extra = uint128((bond >> 8) % 0.1 ether);
        if (kind >= Kind.Consensus) return bond % 4 == 0 ? 1 : 0;
        if (kind != Kind.HiddenGold) return bond % 2 == 0 ? extra : 0;
        if (bond % 4 == 0) return uint128(_requiredBond(asked.slots, asked.rewardPerSlot)) / 2;
        return uint128(_requiredBond(asked.slots, asked.rewardPerSlot)) + (bond % 2 == 0 ? extra : 0);
    }

    function _requiredBond(uint256 slots, uint256 reward) internal view returns (uint256) {
        uint256 share = slots * reward * _version[_versions].goldBondBps;
        return share / BPS + (share % BPS == 0 ? 0 : 1);
    }

    function _termsOf(Kind kind, uint256 seed, uint64 joinBy, uint32 slots) internal view returns (bytes memory) {
        if (kind == Kind.OpenGold) {
            IOpenGoldSettlement.Terms memory open = openTerms();
            (open.commitBy, open.openBy, open.proveBy) = (joinBy + STEP, joinBy + 2 * STEP, joinBy + 3 * STEP);
            return abi.encode(open);
        }
        if (kind == Kind.HiddenGold) {
            IHiddenGoldSettlement.Terms memory hidden = hiddenTerms();
            (hidden.submitBy, hidden.scoreBy) = (joinBy + STEP, joinBy + 2 * STEP);
            hidden.grading = _gradingOf(_curveOf(kind, seed));
            return abi.encode(hidden);
        }
        if (kind == Kind.Direct) return abi.encode(IDirectSettlement.Terms(statement(), joinBy + STEP));
        if (kind == Kind.Optimistic) {
            return abi.encode(IOptimisticSettlement.Terms(statement(), joinBy + STEP, STEP, STEP));
        }
        IConsensusSettlement.Terms memory vote = kind == Kind.Chunked ? largeTerms(slots) : smallTerms(slots);
        if (kind == Kind.Adaptive) vote = adaptive(vote, 3, 1);
        if (kind == Kind.Drawn) vote = drawn(vote);
        (vote.joinWindow, vote.commitWindow, vote.deliverWindow, vote.settleWindow) = (STEP, STEP, STEP, STEP);
        vote.aggregator = _aggregatorOf(seed);
        vote.grading = _gradingOf(_curveOf(kind, seed));
        if (_isWeighted(seed)) vote.historyOf = _requesterOf(seed);
        return abi.encode(vote);
    }

    function _plan(Made storage m, uint256 seed, ITaskRegistry.TaskRequest memory asked) internal {
        m.kind = Kind(seed % KINDS);
        m.requester = _requesterOf(seed);
        m.id = keccak256(abi.encode(block.chainid, address(tasks), m.requester, asked.salt));
        m.door = Door((seed >> 16) % 8 < 5 ? 0 : (seed >> 16) % 8 - 4);
        m.aggregator = isVote(m) && _aggregatorOf(seed) != address(0) ? _aggregatorOf(seed) : m.requester;
        (m.coin, m.reward, m.slots, m.joinBy) = (seed >> 8 & 1, asked.rewardPerSlot, asked.slots, asked.joinBy);
        (m.stake, m.bond, m.payload) = (asked.stakePerSlot, asked.bond, asked.payloadDigest != 0);
        m.fee = uint128(uint256(m.reward) * _version[_versions].feeBps / BPS);
        (m.treasury, m.version) = (_version[_versions].treasury, _versions);
        (m.curve, m.weighted) = (_curveOf(m.kind, seed), isVote(m) && _isWeighted(seed));
        m.keys = _newest;
        uint256 windows = m.kind == Kind.Direct ? 1 : m.kind == Kind.HiddenGold ? 2 : 3;
        m.statedEnd = m.joinBy + uint64(windows * STEP);
        // An audit may be asked for, and then answered, in a window each.
        // Each audit has the longer, the more of the others' are open.
        uint64 window = _version[_versions].auditWindow;
        if (m.kind == Kind.HiddenGold) m.statedEnd += 2 * window + window * (m.slots - 1) / 64;
        _votes[m.id].joinBy = m.joinBy - (m.kind == Kind.Adaptive ? 4 * STEP : 0);
        // A refused task may have had the same id.
        _votes[m.id].counts = m.kind == Kind.Chunked ? ZERO_COUNTS : 0;
    }

    function _mayMake(Made storage m) internal view returns (bool) {
        if (_barred == moduleOf(m.kind) || (m.door != Door.Open && _barred == gateOf(m.door))) return false;
        if (_version[_versions].minWindow > STEP) return false;
        if (_purses[m.requester][m.coin].free < m.bond) return false;
        if (m.kind == Kind.HiddenGold) return m.bond >= _requiredBond(m.slots, m.reward);
        return !isVote(m) || m.bond == 0;
    }

    /// @param how Sometimes by somebody else, with too large a fee, under a used pseudonym, or with a forged admission.
    function enter(uint256 seed, uint256 who, uint256 how) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            Entry memory entry = _entryOf(m, (who % WORKERS + i) % WORKERS, who, how);
            bool must = _mayEnter(m, entry) && _admits(m, entry);
            bytes memory data = abi.encodeCall(tasks.join, (m.id, entry.asked, _admissionOf(m, entry)));
            bool done = _try(entry.sender, address(tasks), data);
            _judge("enter", must, done);
            if (!done) continue;
            _noteJoined(m, entry);
            return _count(entry.relays ? "enter relayed" : "enter");
        }
    }

    function _entryOf(
        Made storage m,
        uint256 worker,
        uint256 who,
        uint256 how
    )
        internal
        view
        returns (Entry memory entry)
    {
        bool members = m.door == Door.Members;
        entry.worker = worker;
        entry.relays = members ? how % 2 == 1 : (how >> 8) % 8 == 1;
        entry.forged = (how >> 32) % 8 == 0;
        entry.asked = joining(m.id, _parties[worker], _payoutOf(who, worker));
        if (m.door != Door.Open) entry.asked.relayFee = uint96((how >> 64) % (uint256(m.reward) / 2 + 2));
        entry.pseudonym = bytes32(1 + ((how >> 16) % 4 == 0 ? (how >> 24) % WORKERS : worker));
        if (!members) entry.pseudonym = bytes32(uint256(uint160(_parties[worker])));
        entry.sender = entry.relays ? _parties[7] : entry.asked.worker;
    }

    function _payoutOf(uint256 who, uint256 worker) internal view returns (address) {
        return (who >> 8) % 3 == 0 ? address(greedy) : _parties[(who >> 16) % 3 == 0 ? (who >> 24) % WORKERS : worker];
    }

    /// @dev What every task asks of who joins.
    function _mayEnter(Made storage m, Entry memory entry) internal view returns (bool) {
        ITaskRegistry.Joining memory asked = entry.asked;
        (uint256 limit, bool closed) = admissionOf(m);
        if (m.restReturned || now_() > m.joinBy || m.joined >= m.slots || closed || m.joined >= limit) return false;
        if (_inTask[m.id][asked.worker] || (m.door == Door.Members && _used[m.id][entry.pseudonym])) return false;
        if (entry.relays && (m.stake != 0 || m.door != Door.Members)) return false;
        if (asked.relayFee > (m.door == Door.Open ? 0 : m.reward / 2)) return false;
        return _purses[asked.worker][m.coin].free >= m.stake;
    }

    /// @dev What the gate asks.
    function _admits(Made storage m, Entry memory entry) internal view returns (bool) {
        if (m.door == Door.Listed) return entry.worker < LISTED && !entry.forged;
        if (m.door == Door.Members) return !entry.forged;
        if (m.door == Door.Open) return true;
        Purse storage purse = _purses[entry.asked.worker][m.coin];
        return purse.free + purse.locked >= GATE_STAKE;
    }

    function _noteJoined(Made storage m, Entry memory entry) internal {
        ITaskRegistry.Joining memory asked = entry.asked;
        Taken storage taken = _taken[m.id][m.joined++];
        (taken.worker, taken.payout, taken.relayFee) = (asked.worker, asked.payout, asked.relayFee);
        if (entry.relays) taken.relayer = entry.sender;
        if (!m.payload) taken.wrappedAt = uint64(now_());
        taken.round = _votes[m.id].round;
        (_inTask[m.id][asked.worker], _used[m.id][entry.pseudonym]) = (true, true);
        _lockStake(asked.worker, m.coin, m.stake);
    }

    function _admissionOf(Made storage m, Entry memory entry) internal view returns (bytes memory) {
        if (m.door == Door.Listed) return abi.encode(entry.forged ? new bytes32[](2) : _pathOf(entry.worker));
        if (m.door != Door.Members) return "";
        bytes32 bound = keccak256(abi.encode(block.chainid, address(semaphoreGate), m.id, entry.asked));
        bytes32 scope = keccak256(abi.encode(block.chainid, address(semaphoreGate), m.id));
        uint256[] memory signals = new uint256[](4);
        (signals[0], signals[1]) = (GROUP_ROOT, uint256(entry.pseudonym));
        signals[2] = uint256(keccak256(abi.encode(uint256(bound) >> 8))) >> 8;
        signals[3] = uint256(keccak256(abi.encode(uint256(scope) >> 8))) >> 8;
        // A proof of the same member for another joining.
        if (entry.forged) signals[2] ^= 1;
        bytes memory proof = trapdoorProof(signals, entry.worker);
        bytes memory consent = _consentOf(entry.worker, bound);
        return abi.encode(IProofGate.Admission(GROUP_ROOT, uint256(entry.pseudonym), proof, consent));
    }

    function _consentOf(uint256 worker, bytes32 bound) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_workerKeys[worker], MessageHashUtils.toEthSignedMessageHash(bound));
        return abi.encodePacked(r, s, v);
    }

    // What of a task follows from its seed

    function _requesterOf(uint256 seed) internal view returns (address) {
        return _parties[WORKERS + (seed >> 48) % 2];
    }

    function _aggregatorOf(uint256 seed) internal view returns (address) {
        return (seed >> 52) % 2 == 0 ? _parties[7] : address(0);
    }

    function _isWeighted(uint256 seed) internal pure returns (bool) {
        return (seed >> 56) % 2 == 0;
    }

    function _curveOf(Kind kind, uint256 seed) internal pure returns (uint8) {
        return kind == Kind.HiddenGold || kind >= Kind.Consensus ? uint8((seed >> 60) % 3) : 0;
    }

    function _gradingOf(uint8 curve) internal pure returns (Grading.Scale memory scale) {
        scale.curve = Grading.Curve(curve);
        if (curve != 2) return scale;
        scale.steps = new Grading.Step[](2);
        (scale.steps[0], scale.steps[1]) = (Grading.Step(6000, 7000), Grading.Step(10_000, 10_000));
    }

    function _nameOf(Kind kind) internal pure returns (string memory) {
        string[KINDS] memory names =
            ["open gold", "hidden gold", "direct", "optimistic", "consensus", "adaptive", "drawn", "chunked"];
        return names[uint256(kind)];
    }

    /// @dev Hash of all about a task that may never change.
    function _fingerprint(Made storage m) internal view returns (bytes32) {
        ITaskRegistry.Task memory kept = tasks.task(m.id);
        (kept.joined, kept.ended, kept.unfilledReturned, kept.escrow) = (0, 0, false, 0);
        kept.bondState = ITaskRegistry.BondState.None;
        // The same function of every module.
        (, bytes memory terms) = moduleOf(m.kind).staticcall(abi.encodeCall(openGold.terms, (m.id)));
        return keccak256(abi.encode(kept, terms));
    }
}
