// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {StatementActions} from "./StatementActions.sol";

/// @notice Open gold, hidden gold, and the audits of gold.
abstract contract GoldActions is StatementActions {
    uint256 internal constant GOLD = 3;
    /// @dev Of three gold items, so many agreements pass.
    uint256 internal constant NEEDED = 2;

    /// @dev Nobody can hand labels in any more.
    function _handingInOver(Made storage m) internal view returns (bool) {
        bool joinClosed = m.joined == m.slots || now_() > m.joinBy || m.restReturned;
        return passed(m, 1) || (joinClosed && m.handed == m.joined);
    }

    function commitOpen(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (m.kind != Kind.OpenGold) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 8 == 0 ? _party(who >> 8) : taken.worker;
                bool must = isLive(m, slot) && sender == taken.worker && taken.handedAt == 0 && !passed(m, 1)
                    && m.goldOpenedAt == 0 && !isHalted(m);
                bytes memory data = abi.encodeCall(openGold.commit, (m.id, slot, commitmentFor(slot)));
                bool done = _try(sender, address(openGold), data);
                _judge("commit", must, done);
                if (!done) continue;
                (taken.handedAt, m.handed) = (uint64(now_()), m.handed + 1);
                return _count("commit");
            }
        }
    }

    function openGoldOf(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            // Requesters keep silent about every second task.
            if (m.kind != Kind.OpenGold || uint256(m.id) % 2 == 0) continue;
            address sender = who % 4 == 0 ? _party(who >> 8) : m.requester;
            bool must = sender == m.requester && m.goldOpenedAt == 0 && _handingInOver(m) && !passed(m, 2);
            bool done = _try(sender, address(openGold), abi.encodeCall(openGold.openGold, (m.id, goldSet())));
            _judge("open the gold", must, done);
            if (!done) continue;
            m.goldOpenedAt = uint64(now_());
            return _count("open the gold");
        }
    }

    /// @dev By agreement when the gold is open, by legality when nobody has opened it; either is tried at any time.
    function proveOpen(uint256 seed, uint256 who, uint256 how) external {
        bool legality = how & 1 == 1;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.OpenGold) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool open = legality ? m.goldOpenedAt == 0 && passed(m, 2) : m.goldOpenedAt != 0;
                bool must = isLive(m, slot) && _taken[m.id][slot].handedAt != 0 && open && !passed(m, 3) && !isHalted(m);
                bytes memory data = _openProof(m, slot, legality, _paysNow(who));
                bool done = _try(_party(who), address(openGold), data);
                _judge(legality ? "deliver" : "prove agreement", must, done);
                if (!done) continue;
                _noteProven(m, slot, legality ? 0 : THRESHOLD_BPS, who);
                return _count(legality ? "deliver" : "prove agreement");
            }
        }
    }

    function _openProof(
        Made storage m,
        uint32 slot,
        bool legality,
        bool transferNow
    )
        internal
        view
        returns (bytes memory)
    {
        if (legality) {
            bytes memory legal = proofs.proofOf(legalityKey, legalitySignals(address(openGold), m.id, slot, 77));
            return abi.encodeCall(openGold.deliver, (m.id, slot, 77, delivery(), legal, transferNow));
        }
        bytes memory agrees = proofs.proofOf(agreementKey, agreementSignals(m.id, slot, 77));
        return abi.encodeCall(openGold.prove, (m.id, slot, 77, goldSet(), delivery(), agrees, transferNow));
    }

    function submitHidden(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.HiddenGold) continue;
            uint256 before = m.handed;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 8 == 0 ? _party(who >> 8) : taken.worker;
                bool must =
                    isLive(m, slot) && sender == taken.worker && taken.handedAt == 0 && !passed(m, 1) && !isHalted(m);
                bytes memory data = _submission(m.id, slot);
                bool done = _try(sender, address(hiddenGold), data);
                _judge("submit", must, done);
                if (!done) continue;
                (taken.handedAt, m.handed) = (uint64(now_()), m.handed + 1);
                _count("submit");
            }
            // All of one task at once: an audit takes several.
            if (m.handed != before) return;
        }
    }

    function _submission(bytes32 id, uint32 slot) internal view returns (bytes memory) {
        bytes memory legal = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), id, slot, 77));
        return abi.encodeCall(hiddenGold.submit, (id, slot, commitmentFor(slot), 77, delivery(), legal));
    }

    function scoreHidden(uint256 seed, uint256 who, uint256 agreements) external {
        // Often none: only then could the others overturn it.
        agreements = agreements % 2 == 0 ? 0 : (agreements >> 8) % (GOLD + 1);
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            // Requesters keep silent about some.
            if (m.kind != Kind.HiddenGold || uint256(m.id) % 4 == 0) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool must = _mayScore(m) && _scorable(m, slot);
                uint256 scored = _scoreFor(m, slot, agreements);
                bytes memory data = _scoring(m.id, slot, scored, _paysNow(who));
                bool done = _try(_party(who), address(hiddenGold), data);
                _judge("score", must, done);
                if (!done) continue;
                return _noteScored(m, slot, scored, _party(who), _paysNow(who));
            }
        }
    }

    function _scoring(
        bytes32 id,
        uint32 slot,
        uint256 agreements,
        bool transferNow
    )
        internal
        view
        returns (bytes memory)
    {
        bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(id, slot, agreements, 88));
        return abi.encodeCall(hiddenGold.score, (id, slot, agreements, 88, proof, transferNow));
    }

    /// @dev In every second task all but the first slot are good, so that accepted ones answer for the gold.
    function _scoreFor(Made storage m, uint32 slot, uint256 agreements) internal view returns (uint256) {
        return uint256(m.id) >> 8 & 1 == 1 && slot != 0 ? GOLD : agreements;
    }

    function _scorable(Made storage m, uint32 slot) internal view returns (bool) {
        return isLive(m, slot) && _taken[m.id][slot].handedAt != 0 && !_taken[m.id][slot].rejected;
    }

    function _mayScore(Made storage m) internal view returns (bool) {
        return _handingInOver(m) && !passed(m, 2) && !isFrozen(m, 2);
    }

    function _noteScored(Made storage m, uint32 slot, uint256 agreements, address sender, bool transferNow) internal {
        uint16 scoreBps = uint16(BPS * agreements / GOLD);
        if (agreements >= NEEDED) {
            _endPaid(m, slot, scoreBps, ITaskRegistry.Ending.Proven, sender, transferNow);
            return _count("score passes");
        }
        Taken storage taken = _taken[m.id][slot];
        (taken.rejected, taken.agreements) = (true, uint8(agreements));
        ++m.rejected;
        _count("score rejects");
    }

    /// @param bad Bit i spoils the proof of submission i; every slot comes twice.
    function scoreMany(uint256 seed, uint256 who, uint256 bad, uint256 agreements) external {
        // Often none: only then could the others overturn it.
        agreements = agreements % 2 == 0 ? 0 : (agreements >> 8) % (GOLD + 1);
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.HiddenGold || uint256(m.id) % 4 == 0 || m.joined == 0) continue;
            IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](1);
            batch[0].taskId = m.id;
            batch[0].scores = new IHiddenGoldSettlement.SlotScore[](2 * m.joined);
            for (uint32 j; j < 2 * m.joined; ++j) {
                batch[0].scores[j] = scoreEntry(m.id, j / 2, _scoreFor(m, j / 2, agreements));
                if (bad >> j & 1 == 1) batch[0].scores[j].proof = "bad";
            }
            bool done = _try(_party(who), address(hiddenGold), abi.encodeCall(hiddenGold.scoreBatch, (batch, true)));
            _judge("score many", _mayScore(m), done);
            if (!done) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool good = bad >> 2 * slot & 3 != 3;
                if (!good || !_scorable(m, slot)) continue;
                _noteScored(m, slot, _scoreFor(m, slot, agreements), _party(who), true);
                _count("score many");
            }
            return;
        }
    }

    // Audits

    function askAudit(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (m.kind != Kind.HiddenGold) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                address sender = who % 8 == 0 ? _party(who >> 8) : taken.worker;
                // Panels are of eight at most, so the bond is one reward.
                bool must = _mayAsk(m, slot) && sender == taken.worker && _purses[sender][m.coin].free >= m.reward;
                bytes memory data = abi.encodeCall(tasks.dispute, (m.id, slot, type(uint96).max));
                bool done = _try(sender, address(tasks), data);
                _judge("ask for an audit", must, done);
                if (!done) continue;
                _noteDispute(m, slot, sender, m.reward);
                uint256 window = _version[m.version].auditWindow;
                _audits[m.id][slot].answerBy = uint64(now_() + window + window * m.openAudits / 64);
                if (++m.openAudits > 1) _count("audits side by side");
                return _count(_ofAccepted(m, slot) ? "audit of the accepted" : "audit of everyone else");
            }
        }
    }

    function _mayAsk(Made storage m, uint32 slot) internal view returns (bool) {
        bool disputable = isLive(m, slot) && _taken[m.id][slot].rejected && _audits[m.id][slot].answerBy == 0;
        return disputable && !_wouldHavePassed(m, slot) && passed(m, 2)
            && now_() <= due(m, 2) + _version[m.version].auditWindow && !isFrozen(m, 1) && !isFrozen(m, 3)
            && _couldWin(m, slot);
    }

    function _inPanel(Made storage m, uint32 slot, uint32 member) internal view returns (bool) {
        Taken storage taken = _taken[m.id][member];
        return member != slot && taken.handedAt != 0 && !(taken.rejected && _ofAccepted(m, slot));
    }

    function _isOpen(Made storage m, uint32 slot) internal view returns (bool) {
        Audited storage audit_ = _audits[m.id][slot];
        return audit_.answerBy != 0 && !audit_.closed;
    }

    /// @dev One slot at a time, those that are not in the panel or were proven already too.
    function answerAudit(uint256 seed, uint256 who, uint256 answers) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            for (uint32 slot; slot < m.joined; ++slot) {
                if (_audits[m.id][slot].answerBy == 0) continue;
                if (_answerFor(m, slot, who, answers)) return;
            }
        }
    }

    function _answerFor(Made storage m, uint32 slot, uint256 who, uint256 answers) internal returns (bool answered) {
        uint256 items = 3 - _taken[m.id][slot].agreements;
        // Often all at once and of one mind, or nothing would ever be decided.
        uint256 withGold = answers % 4 == 0 ? (answers >> 8) % (items + 1) : (uint256(m.id) % 3 == 0 ? 0 : items);
        uint256 withChallenger = answers % 4 == 0 ? (answers >> 16) % (items + 1 - withGold) : items - withGold;
        Audited storage audit_ = _audits[m.id][slot];
        for (uint32 member; member < m.joined; ++member) {
            bool must = _isOpen(m, slot) && now_() <= audit_.answerBy && !isFrozen(m, 3) && _inPanel(m, slot, member);
            bytes memory data = _answer(m.id, slot, member, withGold, withChallenger);
            bool done = _try(_party(who), address(goldAudit), data);
            _judge("answer an audit", must, done);
            if (!done) continue;
            // Who sends a part of the answer again changes nothing.
            if (audit_.counted >> member & 1 == 1) {
                _count("answer an audit again");
                continue;
            }
            audit_.counted |= 1 << member;
            for (uint256 item; item < withGold + withChallenger; ++item) {
                if (item < withGold) ++audit_.withGold[item];
                else ++audit_.withChallenger[item];
            }
            _count("answer an audit");
            answered = true;
            if (answers % 4 == 0) return true;
        }
    }

    function _answer(
        bytes32 id,
        uint32 slot,
        uint32 member,
        uint256 withGold,
        uint256 withChallenger
    )
        internal
        view
        returns (bytes memory)
    {
        IGoldAudit.SlotAudit[] memory sent = new IGoldAudit.SlotAudit[](1);
        sent[0] = auditEntry(id, slot, member, withGold, withChallenger);
        return abi.encodeCall(goldAudit.auditSlots, (id, slot, sent));
    }

    function _countedOf(Audited storage audit_) internal view returns (uint256 count) {
        return _bitsOf(audit_.counted);
    }

    function closeTheAudit(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            for (uint32 slot; m.kind == Kind.HiddenGold && slot < m.joined; ++slot) {
                Audited storage audit_ = _audits[m.id][slot];
                bool answered = _countedOf(audit_) == _panelSize(m, slot);
                bool over = answered || isFrozen(m, 1) || isFrozen(m, 3) || now_() > audit_.answerBy;
                bytes memory data = abi.encodeCall(goldAudit.closeAudit, (m.id, slot));
                bool must = _isOpen(m, slot) && over;
                bool done = _try(_party(who), address(goldAudit), data);
                _judge("close an audit", must, done);
                if (!done) continue;
                return _noteAuditClosed(m, slot);
            }
        }
    }

    function _rulingOf(Made storage m, uint32 slot) internal view returns (ITaskRegistry.Ruling, uint256 overturned) {
        Audited storage audit_ = _audits[m.id][slot];
        if (_countedOf(audit_) != _panelSize(m, slot)) {
            if (isFrozen(m, 1) || isFrozen(m, 3)) return (ITaskRegistry.Ruling.Void, 0);
            return (ITaskRegistry.Ruling.Upheld, 7);
        }
        uint256 rate = _version[m.version].auditRateBps;
        (int256 goldLead, int256 all, int256 lead, int256 decisive) = (0, 0, 0, 0);
        // With the overturned items two of the three have to be right.
        uint256 right = _taken[m.id][slot].agreements;
        for (uint256 item; item < 3; ++item) {
            (int256 a, int256 b) = (int256(audit_.withGold[item]), int256(audit_.withChallenger[item]));
            (goldLead, all) = (goldLead + a - b, all + a + b);
            if (b > 0 && uint256(b) * BPS >= rate * uint256(a + b)) {
                (lead, decisive, right) = (lead + b - a, decisive + a + b, right + 1);
                // Of few answers only the challenger has something.
                if (2 * uint256(b) > _panelSize(m, slot)) overturned |= 1 << item;
            }
        }
        if (lead > 0 && lead * lead >= 9 * decisive) {
            return (right >= 2 ? ITaskRegistry.Ruling.Upheld : ITaskRegistry.Ruling.Void, overturned);
        }
        bool dismissed = goldLead > 0 && goldLead * goldLead >= 4 * all;
        return (dismissed ? ITaskRegistry.Ruling.Dismissed : ITaskRegistry.Ruling.Void, overturned);
    }

    function _noteAuditClosed(Made storage m, uint32 slot) internal {
        (ITaskRegistry.Ruling ruling, uint256 overturned) = _rulingOf(m, slot);
        Audited storage audit_ = _audits[m.id][slot];
        (audit_.closed, audit_.ruling) = (true, ruling);
        --m.openAudits;
        if (ruling == ITaskRegistry.Ruling.Upheld) {
            m.overturned |= overturned;
            if (m.bondState == ITaskRegistry.BondState.Held) _noteBondBurned(m);
        }
        string[3] memory names = ["audit void", "audit upheld", "audit dismissed"];
        _count(names[uint256(ruling)]);
    }

    function _noteBondBurned(Made storage m) internal {
        m.bondState = ITaskRegistry.BondState.Burned;
        _purses[m.requester][m.coin].locked -= m.bond;
        _burned[m.coin] += m.bond;
        ++_records[m.requester].bondsLost;
    }
}
