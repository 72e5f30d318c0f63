// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

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
                return _count("submit");
            }
        }
    }

    function _submission(bytes32 id, uint32 slot) internal view returns (bytes memory) {
        bytes memory legal = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), id, slot, 77));
        return abi.encodeCall(hiddenGold.submit, (id, slot, commitmentFor(slot), 77, delivery(), legal));
    }

    function scoreHidden(uint256 seed, uint256 who, uint256 agreements) external {
        agreements %= GOLD + 1;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            // Requesters keep silent about some.
            if (m.kind != Kind.HiddenGold || uint256(m.id) % 4 == 0) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool must = _mayScore(m) && isLive(m, slot) && _taken[m.id][slot].handedAt != 0;
                bytes memory data = _scoring(m.id, slot, agreements, _paysNow(who));
                bool done = _try(_party(who), address(hiddenGold), data);
                _judge("score", must, done);
                if (!done) continue;
                return _noteScored(m, slot, agreements, _party(who), _paysNow(who));
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

    function _mayScore(Made storage m) internal view returns (bool) {
        return _handingInOver(m) && !passed(m, 2) && !isFrozen(m, 2);
    }

    function _noteScored(Made storage m, uint32 slot, uint256 agreements, address sender, bool transferNow) internal {
        uint16 scoreBps = uint16(BPS * agreements / GOLD);
        if (agreements >= NEEDED) {
            _endPaid(m, slot, scoreBps, ITaskRegistry.Ending.Proven, sender, transferNow);
            return _count("score passes");
        }
        _endReturned(m, slot, scoreBps, ITaskRegistry.Ending.Rejected);
        _count("score rejects");
    }

    /// @param bad Bit i spoils the proof of submission i; every slot comes twice.
    function scoreMany(uint256 seed, uint256 who, uint256 bad, uint256 agreements) external {
        agreements %= GOLD + 1;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            if (m.kind != Kind.HiddenGold || uint256(m.id) % 4 == 0 || m.joined == 0) continue;
            IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](1);
            batch[0].taskId = m.id;
            batch[0].scores = new IHiddenGoldSettlement.SlotScore[](2 * m.joined);
            for (uint32 j; j < 2 * m.joined; ++j) {
                batch[0].scores[j] = scoreEntry(m.id, j / 2, agreements);
                if (bad >> j & 1 == 1) batch[0].scores[j].proof = "bad";
            }
            bool done = _try(_party(who), address(hiddenGold), abi.encodeCall(hiddenGold.scoreBatch, (batch, true)));
            _judge("score many", _mayScore(m), done);
            if (!done) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                bool good = bad >> 2 * slot & 3 != 3;
                if (!good || !isLive(m, slot) || _taken[m.id][slot].handedAt == 0) continue;
                _noteScored(m, slot, agreements, _party(who), true);
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
                bool must = _mayAsk(m, taken) && sender == taken.worker && _purses[sender][m.coin].free >= m.reward;
                bytes memory data = abi.encodeCall(tasks.dispute, (m.id, slot, type(uint96).max));
                bool done = _try(sender, address(tasks), data);
                _judge("ask for an audit", must, done);
                if (!done) continue;
                _noteDispute(m, slot, sender, m.reward);
                Audited storage audit_ = _audits[m.id];
                (audit_.slot, audit_.ofRejected) = (slot, m.handed == m.rejected);
                audit_.answerBy = uint64(now_() + _version[m.version].auditWindow);
                audit_.panel = audit_.ofRejected ? m.rejected : m.handed - m.rejected;
                return _count(audit_.ofRejected ? "audit of the rejected" : "audit of the accepted");
            }
        }
    }

    function _mayAsk(Made storage m, Taken storage taken) internal view returns (bool) {
        return taken.ending == ITaskRegistry.Ending.Rejected && _audits[m.id].answerBy == 0
            && m.bondState == ITaskRegistry.BondState.Held && passed(m, 2)
            && now_() <= due(m, 2) + _version[m.version].auditWindow && !isFrozen(m, 1) && !isFrozen(m, 3);
    }

    /// @dev One slot at a time, those that are not in the panel or were proven already too.
    function answerAudit(uint256 seed, uint256 who, uint256 bits) external {
        bits %= 1 << GOLD;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _choose(seed, i);
            Audited storage audit_ = _audits[m.id];
            if (audit_.answerBy == 0) continue;
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                bool must = !audit_.closed && now_() <= audit_.answerBy && !isFrozen(m, 3) && taken.handedAt != 0
                    && (taken.ending == ITaskRegistry.Ending.Rejected) == audit_.ofRejected;
                bytes memory data = _answer(m.id, slot, bits);
                bool done = _try(_party(who), address(hiddenGold), data);
                _judge("answer an audit", must, done);
                if (!done) continue;
                // Who sends a part of the answer again changes nothing.
                if (taken.audited) {
                    _count("answer an audit again");
                    continue;
                }
                taken.audited = true;
                ++audit_.count;
                for (uint256 item; item < GOLD; ++item) {
                    audit_.agreeing[item] += bits >> item & 1;
                }
                return _count("answer an audit");
            }
        }
    }

    function _answer(bytes32 id, uint32 slot, uint256 bits) internal view returns (bytes memory) {
        IHiddenGoldSettlement.SlotAudit[] memory sent = new IHiddenGoldSettlement.SlotAudit[](1);
        sent[0] = auditEntry(id, slot, bits);
        return abi.encodeCall(hiddenGold.auditSlots, (id, sent));
    }

    function closeTheAudit(uint256 seed, uint256 who) external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _pick(seed, i);
            if (m.kind != Kind.HiddenGold) continue;
            Audited storage audit_ = _audits[m.id];
            bool answered = audit_.count == audit_.panel;
            bool over = answered || isFrozen(m, 1) || isFrozen(m, 3) || now_() > audit_.answerBy;
            bool must = audit_.answerBy != 0 && !audit_.closed && over;
            bool done = _try(_party(who), address(hiddenGold), abi.encodeCall(hiddenGold.closeAudit, (m.id)));
            _judge("close an audit", must, done);
            if (!done) continue;
            return _noteAuditClosed(m);
        }
    }

    function _rulingOf(Made storage m) internal view returns (ITaskRegistry.Ruling) {
        Audited storage audit_ = _audits[m.id];
        if (audit_.count != audit_.panel) {
            return isFrozen(m, 1) || isFrozen(m, 3) ? ITaskRegistry.Ruling.Void : ITaskRegistry.Ruling.Upheld;
        }
        uint256 rate = _version[m.version].auditRateBps;
        for (uint256 item; item < GOLD; ++item) {
            if (audit_.agreeing[item] * BPS >= rate * audit_.panel) continue;
            // One slot alone cannot convict the gold.
            return audit_.panel == 1 ? ITaskRegistry.Ruling.Void : ITaskRegistry.Ruling.Upheld;
        }
        return ITaskRegistry.Ruling.Dismissed;
    }

    function _noteAuditClosed(Made storage m) internal {
        ITaskRegistry.Ruling ruling = _rulingOf(m);
        _audits[m.id].closed = true;
        _endDispute(m, _audits[m.id].slot, ruling == ITaskRegistry.Ruling.Dismissed, m.requester);
        if (ruling == ITaskRegistry.Ruling.Upheld) {
            m.bondState = ITaskRegistry.BondState.Forfeited;
            ++_records[m.requester].bondsLost;
        }
        string[3] memory names = ["audit void", "audit upheld", "audit dismissed"];
        _count(names[uint256(ruling)]);
    }
}
