// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {PublicActions} from "./PublicActions.sol";

/// @notice Direct proofs and optimistic claims, with their disputes.
abstract contract StatementActions is PublicActions {
    /// @dev The slot's own signals, or those of another slot or task, whose proof is as good for its own.
    function _signalsFor(Made storage m, uint32 slot, uint256 how) internal view returns (uint256[] memory) {
        Made storage from = how % 4 == 0 ? _pick(how >> 8, 0) : m;
        uint32 at = how % 4 == 1 ? slot + 1 : slot;
        return signalsWith(contextOf(ISettlement(moduleOf(from.kind)), from.id, at));
    }

    /// @dev Whether that is the slot's own good proof.
    function _isOwn(Made storage m, uint256 how) internal view returns (bool) {
        return how >> 16 & 7 != 0 && _isOwnClaim(m, how);
    }

    function _isOwnClaim(Made storage m, uint256 how) internal view returns (bool) {
        return how % 4 > 1 || (how % 4 == 0 && _pick(how >> 8, 0).id == m.id);
    }

    /// @dev Direct and optimistic tasks are proven by the same call.
    function _proving(Made storage m, uint32 slot, uint256 how, bool transferNow) internal view returns (bytes memory) {
        uint256[] memory signals = _signalsFor(m, slot, how);
        bytes memory proof = how >> 16 & 7 == 0 ? bytes("bad") : proofOf(signals);
        return abi.encodeCall(direct.prove, (m.id, slot, signals, proof, transferNow));
    }

    /// @param how Whose proof is sent; sometimes a bad one.
    function proveDirect(uint256 seed, uint256 who, uint256 how) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.Direct) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool must = isLive(m, slot) && !passed(m, 1) && !isHalted(m) && _isOwn(m, how);
                bytes memory data = _proving(m, slot, how, _paysNow(who));
                bool done = _try(_party(who), address(direct), data);
                _judge("prove directly", must, done);
                if (!done) continue;
                _noteProven(m, slot, 0, who);
                return _count("prove directly");
            }
        }
    }

    /// @dev Sent by the party, and paid out at once, as the same number says of every proof.
    function _noteProven(Made storage m, uint32 slot, uint16 scoreBps, uint256 who) internal {
        _endPaid(m, slot, scoreBps, ITaskRegistry.Ending.Proven, _party(who), _paysNow(who));
    }

    function _paysNow(uint256 who) internal pure returns (bool) {
        return who >> 8 & 1 == 1;
    }

    function claimStatement(uint256 seed, uint256 who, uint256 how) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.Optimistic) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 4 == 0 ? _party(who >> 8) : taken.worker;
                bytes memory data = abi.encodeCall(optimistic.claim, (m.id, slot, _signalsFor(m, slot, how)));
                bool must = isLive(m, slot) && !passed(m, 1) && !isHalted(m) && _isOwnClaim(m, how)
                    && sender == taken.worker && taken.handedAt == 0;
                bool done = _try(sender, address(optimistic), data);
                _judge("claim", must, done);
                if (!done) continue;
                taken.handedAt = uint64(now_());
                return _count("claim");
            }
        }
    }

    /// @dev By anyone, its own worker not excepted.
    function disputeClaim(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (m.kind == Kind.HiddenGold) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                bool must = m.kind == Kind.Optimistic && isLive(m, slot) && taken.handedAt != 0 && taken.disputedAt == 0
                    && now_() <= taken.handedAt + STEP && !isHalted(m) && _purses[_party(who)][m.coin].free >= m.stake;
                bytes memory data = abi.encodeCall(tasks.dispute, (m.id, slot, uint96(m.stake)));
                bool done = _try(_party(who), address(tasks), data);
                _judge("dispute", must, done);
                if (!done) continue;
                taken.disputedAt = uint64(now_());
                _noteDispute(m, slot, _party(who), m.stake);
                return _count(_party(who) == taken.worker ? "dispute of its own claim" : "dispute");
            }
        }
    }

    function _noteDispute(Made storage m, uint32 slot, address challenger, uint256 bond) internal {
        Taken storage taken = _taken[m.id][slot];
        (taken.challenger, taken.challengeBond) = (challenger, uint96(bond));
        _lockStake(challenger, m.coin, bond);
    }

    function proveClaim(uint256 seed, uint256 who, uint256 how) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.Optimistic) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                bool disputed = taken.disputedAt != 0;
                bool must = isLive(m, slot) && taken.handedAt != 0 && !isHalted(m) && _isOwn(m, how)
                    && (!disputed || now_() <= taken.disputedAt + STEP);
                bytes memory data = _proving(m, slot, how, _paysNow(who));
                bool done = _try(_party(who), address(optimistic), data);
                _judge("prove a claim", must, done);
                if (!done) continue;
                if (disputed) _endDispute(m, slot, true, taken.worker);
                _noteProven(m, slot, 0, who);
                return _count(disputed ? "prove a disputed claim" : "prove a claim");
            }
        }
    }

    function resolveClaim(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (m.kind != Kind.Optimistic) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                bool late = now_() > taken.disputedAt + STEP;
                bool must = isLive(m, slot) && taken.disputedAt != 0 && (late || isHalted(m));
                bool done = _try(_party(who), address(optimistic), abi.encodeCall(optimistic.resolve, (m.id, slot)));
                _judge("resolve", must, done);
                if (!done) continue;
                _noteResolved(m, slot);
                return _count(isHalted(m) ? "resolve void" : "resolve");
            }
        }
    }

    /// @dev Under a frozen key nobody can tell who was right.
    function _noteResolved(Made storage m, uint32 slot) internal {
        _endReturned(m, slot, 0, isHalted(m) ? ITaskRegistry.Ending.Lapsed : ITaskRegistry.Ending.Disputed);
        _endDispute(m, slot, false, address(0));
    }
}
