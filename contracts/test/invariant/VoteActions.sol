// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {GoldActions} from "./GoldActions.sol";

/// @notice Consensus: commit, deliver, count in one proof or by chunks, in rounds, with and without an assignment.
abstract contract VoteActions is GoldActions {
    uint256 internal constant MAX_WEIGHT = 15;
    uint256 internal constant THRESHOLD = 6000;
    uint256 internal constant BOUND = 8000;
    /// @dev So many blocks back a hash can be read.
    uint256 internal constant READABLE_BLOCKS = 256;

    /// @dev A vote counts by what the worker was worth to this requester so far.
    function _weightOf(Made storage m, address worker) internal view returns (uint8) {
        History storage history = _history[m.requester][worker];
        uint256 twice = 2 * history.agreements;
        if (!m.weighted || twice < history.items) return 1;
        uint256 weight = 1 + MAX_WEIGHT * (twice - history.items) / (history.items + 2);
        // One vote is less than half of a full first round.
        uint256 most = (m.kind == Kind.Adaptive ? 3 : m.slots) - 2;
        return uint8(weight < most ? weight : most);
    }

    function _joiningOver(Made storage m) internal view returns (bool) {
        return passed(m, 0) || m.joined == slotLimit(m);
    }

    function _commitsOver(Made storage m) internal view returns (bool) {
        Votes storage votes = _votes[m.id];
        return passed(m, 1) || (m.joined == slotLimit(m) && votes.roundCommitted == m.joined - votes.firstSlot);
    }

    function _deliveriesOver(Made storage m) internal view returns (bool) {
        Votes storage votes = _votes[m.id];
        return passed(m, 2) || (_commitsOver(m) && votes.roundDelivered == votes.roundCommitted);
    }

    /// @dev The first draw picks a block, the second takes its hash while it can be read, or picks again.
    function drawTheBeacon(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (!isVote(m)) continue;
            Votes storage votes = _votes[m.id];
            bool early = vm.getBlockNumber() <= votes.beaconBlock;
            bool must = m.kind == Kind.Drawn && _joiningOver(m) && !votes.drawn && !early;
            bool done = _try(_party(who), address(consensus), abi.encodeCall(consensus.drawBeacon, (m.id)));
            _judge("draw the beacon", must, done);
            if (!done) continue;
            if (_isReadable(votes)) {
                votes.drawn = true;
                return _count("draw the beacon");
            }
            votes.beaconBlock = vm.getBlockNumber() + 1;
            return _count("pick a block");
        }
    }

    function _isReadable(Votes storage votes) internal view returns (bool) {
        uint256 number = vm.getBlockNumber();
        return votes.beaconBlock != 0 && number > votes.beaconBlock && number - votes.beaconBlock <= READABLE_BLOCKS;
    }

    function revealSeed(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            // Some secrets are never told.
            if (!isVote(m) || (m.kind == Kind.Drawn && uint256(m.id) % 4 == 0)) continue;
            Votes storage votes = _votes[m.id];
            bool wrong = who % 8 == 1;
            bool must = m.kind == Kind.Drawn && _joiningOver(m) && !votes.revealed && now_() <= due(m, 0) + STEP / 2
                && !wrong && (votes.drawn || _isReadable(votes));
            bytes memory data = abi.encodeCall(consensus.revealSeed, (m.id, wrong ? bytes32("wrong") : secretOf(0)));
            bool done = _try(_party(who >> 8), address(consensus), data);
            _judge("reveal", must, done);
            if (!done) continue;
            (votes.drawn, votes.revealed) = (true, true);
            return _count("reveal");
        }
    }

    function commitVote(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (!isVote(m)) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 8 == 0 ? _party(who >> 8) : taken.worker;
                bool seeded = m.kind != Kind.Drawn || _votes[m.id].revealed;
                bool must = isLive(m, slot) && sender == taken.worker && taken.handedAt == 0 && !passed(m, 1)
                    && taken.round == _votes[m.id].round && !isHalted(m) && seeded;
                bytes memory data = abi.encodeCall(consensus.commit, (m.id, slot, commitmentFor(slot)));
                bool done = _try(sender, address(consensus), data);
                _judge("vote", must, done);
                if (!done) continue;
                (taken.handedAt, m.handed) = (uint64(now_()), m.handed + 1);
                ++_votes[m.id].roundCommitted;
                taken.weight = _weightOf(m, taken.worker);
                if (taken.weight != 1) _count("weighted vote");
                taken.assigned = uint16(itemsOf(maskOf(m.id, slot, taken.round)));
                return _count("vote");
            }
        }
    }

    /// @dev Three of four proofs are the slot's own.
    function deliverVote(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (!isVote(m)) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                bool own = who % 4 != 0;
                bool must = isLive(m, slot) && taken.handedAt != 0 && !taken.delivered && own && _commitsOver(m)
                    && !passed(m, 2) && taken.round == _votes[m.id].round && !isHalted(m);
                bytes memory data = _delivering(m.id, slot, own);
                bool done = _try(_party(who >> 8), address(consensus), data);
                _judge("deliver a vote", must, done);
                if (!done) continue;
                Votes storage votes = _votes[m.id];
                taken.delivered = true;
                (votes.delivered, votes.roundDelivered) = (votes.delivered + 1, votes.roundDelivered + 1);
                (votes.weight, votes.possible) =
                (votes.weight + taken.weight, votes.possible + taken.weight * uint256(taken.assigned));
                return _count("deliver a vote");
            }
        }
    }

    function _delivering(bytes32 id, uint32 slot, bool own) internal view returns (bytes memory) {
        bytes memory proof = deliveryProof(id, own ? slot : slot + 1);
        return abi.encodeCall(consensus.deliver, (id, slot, 77, deliveryOf(id), proof));
    }

    /// @dev Delivered slots that still count, rising: not tallied when they are to be tallied, live when they are to be settled.
    function _slotsFor(Made storage m, bool toTally, uint256 most) internal view returns (uint32[] memory slots) {
        slots = new uint32[](m.joined);
        uint256 count;
        for (uint32 slot; slot < m.joined && count < most; ++slot) {
            Taken storage taken = _taken[m.id][slot];
            if (taken.delivered && (toTally ? !taken.tallied : isLive(m, slot))) slots[count++] = slot;
        }
        assembly ("memory-safe") {
            mstore(slots, count)
        }
    }

    function _mayCount(Made storage m, address sender) internal view returns (bool) {
        Votes storage votes = _votes[m.id];
        return sender == m.aggregator && !votes.decided && _deliveriesOver(m) && !passed(m, 3) && !isHalted(m)
            && votes.delivered != 0;
    }

    /// @dev Requesters keep silent about some votes.
    function _speaks(Made storage m) internal view returns (bool) {
        return isVote(m) && uint256(m.id) % 5 != 0;
    }

    function _countsBy(Made storage m, uint256 who) internal view returns (address) {
        return who % 8 == 0 ? _party(who >> 8) : m.aggregator;
    }

    function concludeVote(uint256 seed, uint256 who, uint256 result) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (!_speaks(m) || m.kind == Kind.Chunked || _votes[m.id].delivered == 0) continue;
            address sender = _countsBy(m, who);
            bool all = (who >> 16) % 8 != 0;
            uint32[] memory slots = _slotsFor(m, false, all ? type(uint256).max : _votes[m.id].delivered - 1);
            if (slots.length == 0) continue;
            uint256[] memory agreements = _agreementsFor(m, slots, result);
            uint256 support = result % (_votes[m.id].possible + 2);
            bool must = _mayCount(m, sender) && all && support <= _votes[m.id].possible;
            vm.recordLogs();
            bytes memory data = _conclusion(m.id, slots, agreements, support);
            bool done = _try(sender, address(consensus), data);
            _judge("conclude", must, done);
            if (!done) continue;
            if (_opensRound(m, support)) return;
            _noteDecided(m, support);
            _noteAgreed(m, slots, agreements, sender);
            return _count("conclude");
        }
    }

    function _conclusion(
        bytes32 id,
        uint32[] memory slots,
        uint256[] memory agreements,
        uint256 support
    )
        internal
        view
        returns (bytes memory)
    {
        bytes memory proof = concludeProof(id, slots, agreements, support);
        return abi.encodeCall(consensus.conclude, (id, slots, agreements, OUT, support, 99, proof));
    }

    function _agreementsFor(
        Made storage m,
        uint32[] memory slots,
        uint256 result
    )
        internal
        view
        returns (uint256[] memory agreements)
    {
        agreements = new uint256[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            uint256 assigned = _taken[m.id][slots[i]].assigned;
            uint256 drawn_ = uint256(keccak256(abi.encode(result, i)));
            // Most agree with most.
            agreements[i] = drawn_ % 4 == 0 ? drawn_ % (assigned + 1) : assigned - (drawn_ >> 8) % (assigned / 3 + 1);
        }
    }

    function _opensRound(Made storage m, uint256 support) internal returns (bool) {
        Votes storage votes = _votes[m.id];
        if (m.kind != Kind.Adaptive || votes.round != 0 || support * BPS >= BOUND * votes.possible) return false;
        votes.firstJoinBy = votes.joinBy;
        (votes.round, votes.firstSlot, votes.joinBy) = (1, m.joined, uint64(now_()) + STEP);
        (votes.roundCommitted, votes.roundDelivered, votes.support) = (0, 0, support);
        _count("second round");
        return true;
    }

    function _noteDecided(Made storage m, uint256 support) internal {
        Votes storage votes = _votes[m.id];
        (votes.decided, votes.support) = (true, support);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IConsensusSettlement.ConsensusReached.selector) continue;
            if (logs[i].topics[1] != m.id) _violations.push("a consensus of another task");
            votes.published = logs[i].topics[2];
            ++votes.publications;
        }
        if (votes.round == 1) _count("decide in the second round");
    }

    function _noteAgreed(Made storage m, uint32[] memory slots, uint256[] memory agreements, address sender) internal {
        for (uint256 i; i < slots.length; ++i) {
            Taken storage taken = _taken[m.id][slots[i]];
            History storage history = _history[m.requester][taken.worker];
            (history.agreements, history.items) = (history.agreements + agreements[i], history.items + taken.assigned);
            uint16 scoreBps = uint16(BPS * agreements[i] / taken.assigned);
            if (agreements[i] * BPS >= THRESHOLD * taken.assigned) {
                _endPaid(m, slots[i], scoreBps, ITaskRegistry.Ending.Proven, sender, false);
                _count("agree");
            } else {
                _endReturned(m, slots[i], scoreBps, ITaskRegistry.Ending.Rejected);
                _count("disagree");
            }
        }
    }

    // By chunks

    function tallyVotes(uint256 seed, uint256 who, uint256 next) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (!_speaks(m) || m.kind != Kind.Chunked) continue;
            // Sometimes those that were tallied before.
            bool again = (who >> 16) % 8 == 0;
            uint32[] memory slots = _slotsFor(m, !again, 1 + (who >> 24) % 2);
            if (slots.length == 0) continue;
            bool tallied = _anyTallied(m, slots);
            address sender = _countsBy(m, who);
            uint256 counts = 1 + next % ORDER;
            bytes memory data = _tallying(m.id, slots, counts);
            bool done = _try(sender, address(consensus), data);
            _judge("tally", _mayCount(m, sender) && !tallied && _allLive(m, slots), done);
            if (!done) continue;
            for (uint256 j; j < slots.length; ++j) {
                _taken[m.id][slots[j]].tallied = true;
            }
            _votes[m.id].tallied += uint32(slots.length);
            _votes[m.id].counts = counts;
            return _count("tally");
        }
    }

    function _tallying(bytes32 id, uint32[] memory slots, uint256 counts) internal view returns (bytes memory) {
        return abi.encodeCall(consensus.tally, (id, slots, counts, 55, tallyProof(id, slots, counts)));
    }

    function _anyTallied(Made storage m, uint32[] memory slots) internal view returns (bool any) {
        for (uint256 i; i < slots.length; ++i) {
            any = any || _taken[m.id][slots[i]].tallied;
        }
    }

    function _allLive(Made storage m, uint32[] memory slots) internal view returns (bool all) {
        all = true;
        for (uint256 i; i < slots.length; ++i) {
            all = all && isLive(m, slots[i]);
        }
    }

    function decideVotes(uint256 seed, uint256 who, uint256 result) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (!_speaks(m) || m.kind != Kind.Chunked) continue;
            Votes storage votes = _votes[m.id];
            address sender = _countsBy(m, who);
            uint256 support = result % (votes.possible + 2);
            bool must = _mayCount(m, sender) && votes.tallied == votes.delivered && support <= votes.possible;
            vm.recordLogs();
            bytes memory data = _deciding(m.id, support);
            bool done = _try(sender, address(consensus), data);
            _judge("decide", must, done);
            if (!done) continue;
            _noteDecided(m, support);
            return _count("decide");
        }
    }

    function _deciding(bytes32 id, uint256 support) internal view returns (bytes memory) {
        return abi.encodeCall(consensus.decide, (id, OUT, support, 66, decideProof(id, support)));
    }

    /// @dev Anyone may bring it.
    function agreeVotes(uint256 seed, uint256 who, uint256 result) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (!_speaks(m) || m.kind != Kind.Chunked) continue;
            uint32[] memory slots = _slotsFor(m, false, 1 + (who >> 24) % 2);
            if (slots.length == 0) continue;
            uint256[] memory agreements = _agreementsFor(m, slots, result);
            bytes memory data = _agreeing(m.id, slots, agreements);
            bool done = _try(_party(who), address(consensus), data);
            _judge("agree by chunks", _votes[m.id].decided && !passed(m, 3) && !isHalted(m), done);
            if (!done) continue;
            _noteAgreed(m, slots, agreements, _party(who));
            return _count("agree by chunks");
        }
    }

    function _agreeing(
        bytes32 id,
        uint32[] memory slots,
        uint256[] memory agreements
    )
        internal
        view
        returns (bytes memory)
    {
        return abi.encodeCall(consensus.agree, (id, slots, agreements, 44, agreeProof(id, slots, agreements)));
    }

    /// @dev Only votes in one round have an assignment.
    function roundOf(uint32) internal pure override returns (uint32) {
        return 0;
    }
}
