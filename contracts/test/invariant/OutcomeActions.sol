// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {TaskActions} from "./TaskActions.sol";

/// @notice What anyone may do with a task that has come to where time, silence or a frozen key decides.
abstract contract OutcomeActions is TaskActions {
    /// @dev How a live slot ends if it is settled now; None while that is open.
    function _outcomeOf(Made storage m, uint32 slot) internal view returns (ITaskRegistry.Ending) {
        Taken storage taken = _taken[m.id][slot];
        if (isVote(m)) return _outcomeOfVote(m, taken);
        bool handed = taken.handedAt != 0;
        if (m.kind == Kind.OpenGold) {
            if (isHalted(m)) return ITaskRegistry.Ending.Lapsed;
            if (!handed && (m.goldOpenedAt != 0 || passed(m, 1))) return _missed(m, taken, due(m, 1));
            return passed(m, 3) ? ITaskRegistry.Ending.Lapsed : ITaskRegistry.Ending.None;
        }
        if (m.kind == Kind.HiddenGold) {
            bool silence = passed(m, 2) || isFrozen(m, 2);
            if (taken.rejected) return _outcomeOfRejected(m, slot);
            if (handed) return silence ? ITaskRegistry.Ending.Silent : ITaskRegistry.Ending.None;
        }
        if (m.kind == Kind.Optimistic && handed) {
            if (taken.disputedAt != 0) return ITaskRegistry.Ending.None;
            if (now_() > taken.handedAt + STEP) return ITaskRegistry.Ending.Silent;
            return isHalted(m) ? ITaskRegistry.Ending.Lapsed : ITaskRegistry.Ending.None;
        }
        if (isHalted(m)) return ITaskRegistry.Ending.Lapsed;
        return passed(m, 1) ? _missed(m, taken, due(m, 1)) : ITaskRegistry.Ending.None;
    }

    /// @dev Who would have passed with what audits overturned is redressed; the others wait until none can be upheld any more. Who
    /// could not have won one loses no stake.
    function _outcomeOfRejected(Made storage m, uint32 slot) internal view returns (ITaskRegistry.Ending) {
        if (_wouldHavePassed(m, slot)) return ITaskRegistry.Ending.Redressed;
        if (m.openAudits != 0) return ITaskRegistry.Ending.None;
        Audited storage own = _audits[m.id][slot];
        bool possible = m.handed > 2 && !isFrozen(m, 1) && !isFrozen(m, 3);
        if (possible && !passed(m, 2)) return ITaskRegistry.Ending.None;
        bool anybody;
        for (uint32 i; i < m.joined; ++i) {
            if (_taken[m.id][i].rejected && _couldWin(m, i)) anybody = true;
        }
        bool inTime = now_() <= due(m, 2) + _version[m.version].auditWindow;
        if (possible && anybody && inTime) return ITaskRegistry.Ending.None;
        if (own.closed && own.ruling == ITaskRegistry.Ruling.Dismissed) return ITaskRegistry.Ending.Rejected;
        if (!own.closed && possible && m.overturned == 0 && _couldWin(m, slot)) return ITaskRegistry.Ending.Rejected;
        return ITaskRegistry.Ending.Lapsed;
    }

    /// @dev By its own audit, or with what others overturned: two of the three items are enough.
    function _wouldHavePassed(Made storage m, uint32 slot) internal view returns (bool) {
        Audited storage own = _audits[m.id][slot];
        if (own.closed && own.ruling == ITaskRegistry.Ruling.Upheld) return true;
        return _taken[m.id][slot].agreements + _bitsOf(m.overturned) > 1;
    }

    function _bitsOf(uint256 bits) internal pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) {
            ++count;
        }
    }

    /// @dev The accepted answer for gold, when they are two and half of the submitted; else everyone else.
    /// @dev The accepted decide where they are half and have nine answers, the fewest that are no chance when of one mind.
    function _ofAccepted(Made storage m, uint32 slot) internal view returns (bool) {
        uint256 accepted = m.handed - m.rejected;
        return 2 * accepted >= m.handed && _isEnough(accepted, slot, m.id);
    }

    function _panelSize(Made storage m, uint32 slot) internal view returns (uint256) {
        if (m.handed == 0) return 0;
        return _ofAccepted(m, slot) ? m.handed - m.rejected : m.handed - 1;
    }

    function _couldWin(Made storage m, uint32 slot) internal view returns (bool) {
        return m.handed > 2 && _isEnough(m.handed - 1, slot, m.id);
    }

    function _isEnough(uint256 others, uint32 slot, bytes32 id) internal view returns (bool) {
        return others > 1 && others * (3 - _taken[id][slot].agreements) >= 9;
    }

    function _outcomeOfVote(Made storage m, Taken storage taken) internal view returns (ITaskRegistry.Ending) {
        if (isHalted(m)) return taken.delivered ? ITaskRegistry.Ending.Silent : ITaskRegistry.Ending.Lapsed;
        if (taken.delivered) return passed(m, 3) ? ITaskRegistry.Ending.Silent : ITaskRegistry.Ending.None;
        if (m.kind == Kind.Drawn && !_votes[m.id].revealed) {
            return now_() > due(m, 0) + STEP / 2 ? ITaskRegistry.Ending.Lapsed : ITaskRegistry.Ending.None;
        }
        // Each by its own round, whether or not another has opened since.
        Votes storage votes = _votes[m.id];
        uint256 joinBy = taken.round == votes.round ? votes.joinBy : votes.firstJoinBy;
        uint256 deadline = joinBy + (taken.handedAt != 0 ? 2 : 1) * STEP;
        return now_() > deadline ? _missed(m, taken, deadline) : ITaskRegistry.Ending.None;
    }

    /// @dev A missed deadline is the worker's only when it had the key and could have left before.
    function _missed(
        Made storage m,
        Taken storage taken,
        uint256 deadline
    )
        internal
        view
        returns (ITaskRegistry.Ending)
    {
        bool liable = taken.wrappedAt != 0 && taken.wrappedAt + _version[m.version].leaveWindow < deadline;
        return liable ? ITaskRegistry.Ending.Missed : ITaskRegistry.Ending.Lapsed;
    }

    function _noteSettled(Made storage m, uint32 slot, ITaskRegistry.Ending ending, address sender) internal {
        bool rejected = ending == ITaskRegistry.Ending.Rejected;
        bool paid = ending == ITaskRegistry.Ending.Silent || ending == ITaskRegistry.Ending.Redressed;
        uint256 scoreBps = rejected ? BPS * _taken[m.id][slot].agreements / 3 : 0;
        if (paid) _endPaid(m, slot, 0, ending, sender, false);
        else _endReturned(m, slot, uint16(scoreBps), ending);
        // A dispute of a rejected slot ends with it.
        if (_taken[m.id][slot].challenger != address(0)) _endDispute(m, slot, rejected, m.requester);
        string[9] memory names = ["", "", "silent", "rejected", "missed", "", "lapsed", "", "redressed"];
        _count(names[uint256(ending)]);
    }

    function settleOne(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            for (uint32 slot; slot < m.joined; ++slot) {
                ITaskRegistry.Ending ending = isLive(m, slot) ? _outcomeOf(m, slot) : ITaskRegistry.Ending.None;
                bool done = _try(_party(who), address(tasks), abi.encodeCall(tasks.settle, (m.id, slot)));
                _judge("settle", ending != ITaskRegistry.Ending.None, done);
                if (!done) continue;
                return _noteSettled(m, slot, ending, _party(who));
            }
        }
    }

    /// @dev Every slot of two tasks, those nobody took included, twice.
    function settleMany(uint256 seed, uint256 who) external {
        if (_made.length < 2) return;
        bytes32[] memory ids = new bytes32[](16);
        uint32[] memory slots = new uint32[](16);
        for (uint256 i; i < 16; ++i) {
            (ids[i], slots[i]) = (_pick(seed, i / 4 % 2).id, uint32(i % 4));
        }
        bool done = _try(_party(who), address(tasks), abi.encodeCall(tasks.settleBatch, (ids, slots)));
        _judge("settle many", true, done);
        uint256 ended;
        for (uint256 i; i < 8; ++i) {
            Made storage m = _pick(seed, i / 4);
            if (!isLive(m, slots[i])) continue;
            ITaskRegistry.Ending ending = _outcomeOf(m, slots[i]);
            if (ending == ITaskRegistry.Ending.None) continue;
            _noteSettled(m, slots[i], ending, _party(who));
            ++ended;
        }
        if (ended > 1) _count("settle many");
    }

    function leaveSlot(uint256 seed, uint256 who) external {
        if (seed % 4 != 0) return;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 8 == 0 ? _party(who >> 8) : taken.worker;
                bool free = taken.wrappedAt == 0 || now_() <= taken.wrappedAt + _version[m.version].leaveWindow;
                bool must = isLive(m, slot) && sender == taken.worker && taken.handedAt == 0 && free;
                bool done = _try(sender, address(tasks), abi.encodeCall(tasks.leave, (m.id, slot)));
                _judge("leave", must, done);
                if (!done) continue;
                _endReturned(m, slot, 0, ITaskRegistry.Ending.Left);
                return _count("leave");
            }
        }
    }

    /// @dev Some keys come late or never; then nobody has missed a deadline.
    function wrapKeys(uint256 seed, uint256 who) external {
        Made storage m = _pick(seed, 0);
        bytes[] memory wrapped = new bytes[](m.joined);
        for (uint32 slot; slot < m.joined; ++slot) {
            wrapped[slot] = "key";
        }
        address sender = who % 8 == 0 ? _party(who >> 8) : m.requester;
        bytes memory data = abi.encodeCall(tasks.wrapContentKeys, (m.id, range(0, m.joined), wrapped));
        bool done = _try(sender, address(tasks), data);
        _judge("wrap", sender == m.requester, done);
        if (!done) return;
        for (uint32 slot; slot < m.joined; ++slot) {
            Taken storage taken = _taken[m.id][slot];
            if (isLive(m, slot) && taken.wrappedAt == 0) taken.wrappedAt = uint64(now_());
        }
        if (m.joined != 0) _count("wrap");
    }

    function returnRest(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            (, bool closed) = admissionOf(m);
            bool must = !m.restReturned && m.joined < m.slots && (now_() > m.joinBy || closed);
            bool done = _try(_party(who), address(tasks), abi.encodeCall(tasks.returnUnfilled, (m.id)));
            _judge("return the rest", must, done);
            if (!done) continue;
            _noteRest(m);
            return _count("return the rest");
        }
    }

    function cancelOne(uint256 seed, uint256 who) external {
        if (seed % 8 != 0) return;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            address sender = who % 4 == 0 ? _party(who >> 8) : m.requester;
            bool must = sender == m.requester && !m.restReturned && m.joined == 0;
            bool done = _try(sender, address(tasks), abi.encodeCall(tasks.cancelTask, (m.id)));
            _judge("cancel", must, done);
            if (!done) continue;
            _noteRest(m);
            if (m.bondState == ITaskRegistry.BondState.Held) _noteBondReleased(m);
            return _count("cancel");
        }
    }

    function _noteRest(Made storage m) internal {
        m.restReturned = true;
        _purses[m.requester][m.coin].credit += (m.slots - m.joined) * (uint256(m.reward) + m.fee);
    }

    // Bonds

    function _noteBondReleased(Made storage m) internal {
        m.bondState = ITaskRegistry.BondState.Released;
        _moveStake(m.requester, m.coin, m.bond, m.requester);
    }

    function freeBond(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            bool must = m.bondState == ITaskRegistry.BondState.Held && unended(m) == 0;
            bool done = _try(_party(who), address(tasks), abi.encodeCall(tasks.releaseBond, (m.id)));
            _judge("release the bond", must, done);
            if (!done) continue;
            _noteBondReleased(m);
            return _count("release the bond");
        }
    }
}
