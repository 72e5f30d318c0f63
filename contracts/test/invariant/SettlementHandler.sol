// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {VoteActions} from "./VoteActions.sol";

/// @notice The walk through every settlement, and each of its invariants as one function that can fail.
contract SettlementHandler is VoteActions {
    constructor() {
        setUp();
        _emptyVault();
        _openPurses();
        for (uint256 i; i < PARTIES - 1; ++i) {
            _deposit(_parties[i], _parties[i], 0, START_STAKE);
            _deposit(_parties[i], _parties[i], 1, START_STAKE);
        }
    }

    /// @dev The stake of an account that has no part in the walk.
    function _emptyVault() internal {
        uint128 has = stakes.stakeOf(requester, NATIVE).free;
        vm.prank(requester);
        stakes.unbond(NATIVE, has);
        vm.warp(START + UNBONDING_DELAY);
        stakes.withdraw(requester, NATIVE);
    }

    // Invariants

    /// @dev Every unit of every token is where the model says: at its owner, in credit, in the vault or in escrow.
    function checkEveryCoin() external view {
        for (uint256 coin; coin < 2; ++coin) {
            (uint256 credits, uint256 staked, uint256 wallets, uint256 escrow) = (0, 0, 0, 0);
            for (uint256 i; i < PARTIES; ++i) {
                Purse memory purse = _purses[_parties[i]][coin];
                assertEq(balanceAt(coin, _parties[i]), purse.wallet, "wallet");
                assertEq(tasks.creditOf(_parties[i], tokenAt(coin)), purse.credit, "credit");
                wallets += purse.wallet;
                credits += purse.credit;
                staked += purse.free + purse.locked + purse.unbonding;
            }
            for (uint256 i; i < _made.length; ++i) {
                Made storage m = _made[i];
                uint256 held = unended(m) * (uint256(m.reward) + m.fee);
                assertEq(tasks.task(m.id).escrow, held, "escrow");
                if (m.coin == coin) escrow += held;
            }
            assertEq(balanceAt(coin, address(tasks)), credits + escrow, "registry");
            assertEq(balanceAt(coin, address(stakes)), staked + _burned[coin], "vault");
            assertEq(stakes.burnedOf(tokenAt(coin)), _burned[coin], "burned");
            assertEq(stakes.heldOf(tokenAt(coin)), staked, "held");
            assertEq(wallets + credits + escrow + staked + _burned[coin], PARTIES * PURSE, "a coin is missing");
        }
    }

    /// @dev Stakes move as the slashing table says and not otherwise; nobody's is locked without its own call.
    function checkStakes() external view {
        for (uint256 i; i < 2 * PARTIES; ++i) {
            (address party, uint256 coin) = (_parties[i / 2], i % 2);
            IStakeVault.Stake memory stake = stakes.stakeOf(party, tokenAt(coin));
            Purse memory purse = _purses[party][coin];
            assertEq(stake.free, purse.free, "free");
            assertEq(stake.locked, purse.locked, "locked");
            assertEq(stake.unbonding, purse.unbonding, "unbonding");
        }
    }

    /// @dev What is locked is the stakes of live slots, the bonds not yet released or claimed, and open disputes.
    function checkLocks() external view {
        uint256[2][PARTIES] memory sums;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            for (uint256 j; j < PARTIES; ++j) {
                uint256 locked_ = _lockedIn(m, _parties[j]);
                assertEq(stakes.lockedOf(m.id, _parties[j]), locked_, "locked in a task");
                sums[j][m.coin] += locked_;
            }
        }
        for (uint256 i; i < 2 * PARTIES; ++i) {
            assertEq(stakes.stakeOf(_parties[i / 2], tokenAt(i % 2)).locked, sums[i / 2][i % 2], "sum of locks");
        }
    }

    function _lockedIn(Made storage m, address party) internal view returns (uint256 sum) {
        for (uint32 slot; slot < m.joined; ++slot) {
            ITaskRegistry.Slot memory found = tasks.slotOf(m.id, slot);
            ITaskRegistry.Dispute memory open = tasks.disputeOf(m.id, slot);
            if (found.state == ITaskRegistry.SlotState.Joined && found.worker == party) sum += m.stake;
            if (open.challenger == party) sum += open.bond;
        }
        if (party != m.requester) return sum;
        ITaskRegistry.BondState state = tasks.task(m.id).bondState;
        if (state == ITaskRegistry.BondState.Held) sum += m.bond;
    }

    /// @dev Every slot stands and has ended as the rules say, once; the counts of its task agree.
    function checkSlots() external view {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            ITaskRegistry.Task memory kept = tasks.task(m.id);
            assertEq(kept.joined, m.joined, "joined");
            assertEq(kept.ended, m.ended, "ended");
            assertEq(kept.unfilledReturned, m.restReturned, "rest");
            assertEq(uint8(kept.bondState), uint8(m.bondState), "bond");
            for (uint32 slot; slot < m.slots; ++slot) {
                _checkSlot(m, slot);
            }
        }
    }

    function _checkSlot(Made storage m, uint32 slot) internal view {
        Taken memory taken = _taken[m.id][slot];
        ITaskRegistry.Slot memory found = tasks.slotOf(m.id, slot);
        assertEq(found.worker, taken.worker, "worker");
        assertEq(found.payout, taken.payout, "payout");
        assertEq(found.relayFee, taken.relayFee, "relay fee");
        assertEq(found.wrappedAt, taken.wrappedAt, "key");
        assertEq(uint8(found.ending), uint8(taken.ending), "ending");
        assertEq(found.scoreBps, taken.scoreBps, "score");
        bool paid = taken.ending == ITaskRegistry.Ending.Proven || taken.ending == ITaskRegistry.Ending.Silent
            || taken.ending == ITaskRegistry.Ending.Redressed;
        bool open = taken.ending == ITaskRegistry.Ending.None;
        ITaskRegistry.SlotState state = slot >= m.joined
            ? ITaskRegistry.SlotState.Open
            : open
                ? ITaskRegistry.SlotState.Joined
                : paid ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Returned;
        assertEq(uint8(found.state), uint8(state), "state");
        assertEq(tasks.disputeOf(m.id, slot).challenger, taken.challenger, "challenger");
        assertEq(tasks.disputeOf(m.id, slot).bond, taken.challengeBond, "bond of the challenger");
    }

    /// @dev The records count what happened, for workers, challengers and requesters; what was proven apart from what was paid by silence.
    function checkRecords() external view {
        for (uint256 i; i < PARTIES; ++i) {
            ITaskRegistry.Record memory record = _records[_parties[i]];
            assertEq(abi.encode(tasks.recordOf(_parties[i])), abi.encode(record), "record");
        }
    }

    /// @dev Whatever governance does: terms, version and the parameters of that version are what they were.
    function checkTerms() external view {
        for (uint256 i; i < _made.length; ++i) {
            assertEq(_fingerprint(_made[i]), _made[i].fingerprint, "terms");
            assertEq(tasks.task(_made[i].id).parametersVersion, _made[i].version, "version");
        }
        for (uint32 version = 1; version <= _versions; ++version) {
            if (_versionHash[version] == 0) continue;
            assertEq(keccak256(abi.encode(parameters.parametersAt(version))), _versionHash[version], "parameters");
        }
    }

    /// @dev Votes are counted once each, chunks add up, and a consensus is one dataset version.
    function checkVotes() external view {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            if (!isVote(m)) continue;
            Votes memory votes = _votes[m.id];
            IConsensusSettlement.Progress memory found = consensus.progressOf(m.id);
            assertEq(found.round, votes.round, "round");
            assertEq(found.firstSlot, votes.firstSlot, "first slot");
            assertEq(found.slotLimit, slotLimit(m), "slot limit");
            assertEq(found.joinBy, votes.joinBy, "join by");
            assertEq(found.committed, m.handed, "committed");
            assertEq(found.delivered, votes.delivered, "delivered");
            assertEq(found.tallied, votes.tallied, "tallied");
            assertEq(found.counts, votes.counts, "counts");
            assertEq(found.support, votes.support, "support");
            assertEq(found.possible, votes.possible, "possible");
            assertEq(found.weight, votes.weight, "weight");
            assertEq(found.out, votes.decided ? OUT : 0, "out");
            assertEq(votes.publications, votes.decided ? 1 : 0, "one consensus");
            assertEq(datasets.rootOf(votes.published), votes.decided ? OUT : 0, "dataset version");
            _checkChunks(m, votes);
        }
    }

    function _checkChunks(Made storage m, Votes memory votes) internal view {
        uint256 tallied;
        for (uint32 slot; slot < m.joined; ++slot) {
            IConsensusSettlement.Work memory work = consensus.workOf(m.id, slot);
            if (work.tallied) ++tallied;
            assertEq(work.weight, _taken[m.id][slot].weight, "weight of a vote");
            assertEq(work.assigned, _taken[m.id][slot].assigned, "items of a vote");
        }
        assertEq(tallied, votes.tallied, "sum of the chunks");
    }

    /// @dev Claims and audits stand as the rules say.
    function checkDisputes() external view {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            if (m.kind == Kind.HiddenGold) {
                IHiddenGoldSettlement.Standing memory standing = hiddenGold.standingOf(m.id);
                assertEq(standing.rejected, m.rejected, "rejected");
                assertEq(standing.openAudits, m.openAudits, "open audits");
                assertEq(standing.overturnedItems, _bitsOf(m.overturned), "overturned items");
                assertEq(goldAudit.overturnedOf(m.id), m.overturned, "overturned");
            }
            for (uint32 slot; m.kind == Kind.HiddenGold && slot < m.joined; ++slot) {
                _checkAudit(m, slot);
            }
            for (uint32 slot; m.kind == Kind.Optimistic && slot < m.joined; ++slot) {
                IOptimisticSettlement.Claimed memory claimed = optimistic.claimOf(m.id, slot);
                assertEq(claimed.claimedAt, _taken[m.id][slot].handedAt, "claimed at");
                assertEq(claimed.disputedAt, _taken[m.id][slot].disputedAt, "disputed at");
            }
        }
    }

    function _checkAudit(Made storage m, uint32 slot) internal view {
        IGoldAudit.Audit memory found = goldAudit.auditOf(m.id, slot);
        Audited storage audit_ = _audits[m.id][slot];
        assertEq(hiddenGold.rejectionOf(m.id, slot).rejected, _taken[m.id][slot].rejected, "rejection");
        assertEq(found.answerBy, audit_.answerBy, "answer by");
        assertEq(found.panelSize, audit_.answerBy == 0 ? 0 : _panelSize(m, slot), "panel");
        assertEq(found.audited, _countedOf(audit_), "audited");
        for (uint256 item; item < 3; ++item) {
            (uint256 gold, uint256 challenger) = goldAudit.answersOf(m.id, slot, item);
            assertEq(gold, audit_.withGold[item], "with the gold");
            assertEq(challenger, audit_.withChallenger[item], "with the challenger");
        }
        assertEq(found.closed, audit_.closed, "closed");
        assertEq(uint8(found.ruling), uint8(audit_.ruling), "ruling");
    }

    /// @dev Nobody can put off the end that a task stated when it was made; after it every slot has an outcome.
    function checkStatedEnds() external view {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            ISettlement module_ = ISettlement(moduleOf(m.kind));
            assertLe(module_.finalDeadline(m.id), m.statedEnd, "put off");
            // Anyone may close an audit by then, and has to before the slots are settled.
            if (m.openAudits != 0) continue;
            for (uint32 slot; now_() > m.statedEnd && slot < m.joined; ++slot) {
                bool open = isLive(m, slot) && _taken[m.id][slot].disputedAt == 0;
                if (!open) continue;
                assertTrue(module_.outcome(m.id, slot) != ISettlement.Outcome.Pending, "no outcome");
            }
        }
    }

    /// @dev Whoever pays the greedy gives it nothing more; what the rules forbid is refused, what they allow goes through.
    function checkViolations() external view {
        assertEq(greedy.granted(), 0, "granted to the greedy");
        string memory first = _violations.length == 0 ? "" : _violations[0];
        assertEq(_violations.length, 0, first);
    }

    // Liveness

    /// @dev A stranger alone brings every task to its end, each right after the time it stated; then everyone takes out what it
    /// has, to the last unit.
    function endEverything() external {
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _earliestOpen();
            if (now_() <= m.statedEnd) vm.warp(m.statedEnd + 1);
            _endSlots(m);
        }
        for (uint256 i; i < _made.length; ++i) {
            _endBond(_made[i]);
        }
        greedy.refuse(false);
        for (uint256 i; i < 2 * PARTIES; ++i) {
            (address party, address token_) = (_parties[i / 2], tokenAt(i % 2));
            uint128 free_ = stakes.stakeOf(party, token_).free;
            assertEq(stakes.stakeOf(party, token_).locked, 0, "locked for ever");
            vm.prank(party);
            if (free_ != 0) stakes.unbond(token_, free_);
        }
        vm.warp(now_() + 90 days);
        uint256[2] memory wallets;
        for (uint256 i; i < 2 * PARTIES; ++i) {
            (address party, address token_) = (_parties[i / 2], tokenAt(i % 2));
            if (stakes.stakeOf(party, token_).unbonding != 0) stakes.withdraw(party, token_);
            if (tasks.creditOf(party, token_) != 0) tasks.withdraw(party, token_);
            wallets[i % 2] += balanceAt(i % 2, party);
        }
        assertEq(wallets[0] + _burned[0], PARTIES * PURSE, "native coin");
        assertEq(wallets[1] + _burned[1], PARTIES * PURSE, "token");
    }

    function _earliestOpen() internal view returns (Made storage m) {
        uint256 which = type(uint256).max;
        for (uint256 i; i < _made.length; ++i) {
            if (unended(_made[i]) == 0) continue;
            if (which == type(uint256).max || _made[i].statedEnd < _made[which].statedEnd) which = i;
        }
        return _made[which == type(uint256).max ? 0 : which];
    }

    function _endSlots(Made storage m) internal {
        address stranger_ = _parties[7];
        if (m.joined < m.slots && !m.restReturned) {
            assertTrue(_try(stranger_, address(tasks), abi.encodeCall(tasks.returnUnfilled, (m.id))), "rest");
            _noteRest(m);
        }
        for (uint32 slot; slot < m.joined; ++slot) {
            if (!_isOpen(m, slot)) continue;
            assertTrue(
                _try(stranger_, address(goldAudit), abi.encodeCall(goldAudit.closeAudit, (m.id, slot))),
                "an audit kept open"
            );
            _noteAuditClosed(m, slot);
        }
        for (uint32 slot; slot < m.joined; ++slot) {
            if (!isLive(m, slot)) continue;
            if (_taken[m.id][slot].disputedAt != 0) {
                bytes memory data = abi.encodeCall(optimistic.resolve, (m.id, slot));
                assertTrue(_try(stranger_, address(optimistic), data), "a dispute kept open");
                _noteResolved(m, slot);
                continue;
            }
            ITaskRegistry.Ending ending = _outcomeOf(m, slot);
            assertTrue(_try(stranger_, address(tasks), abi.encodeCall(tasks.settle, (m.id, slot))), "a slot kept open");
            _noteSettled(m, slot, ending, stranger_);
        }
        assertEq(tasks.task(m.id).escrow, 0, "escrow for ever");
    }

    function _endBond(Made storage m) internal {
        if (m.bondState == ITaskRegistry.BondState.Held) tasks.releaseBond(m.id);
    }

    function actions() external view returns (string[] memory) {
        return _actions;
    }
}
