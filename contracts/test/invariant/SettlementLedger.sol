// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {SettlementWorld} from "./SettlementWorld.sol";

/// @notice Where every coin must be, account by account, and what the records must say: the tables of contracts/README.md in
/// the model's own words.
abstract contract SettlementLedger is SettlementWorld {
    /// @param wallet What the account has at itself.
    struct Purse {
        uint256 wallet;
        uint256 credit;
        uint256 free;
        uint256 locked;
        uint256 unbonding;
        uint256 withdrawableAt;
    }

    mapping(address account => mapping(uint256 coin => Purse purse)) internal _purses;
    mapping(address account => ITaskRegistry.Record record) internal _records;

    function _openPurses() internal {
        for (uint256 i; i < PARTIES; ++i) {
            (_purses[_parties[i]][0].wallet, _purses[_parties[i]][1].wallet) = (PURSE, PURSE);
        }
    }

    function _lockStake(address account, uint256 coin, uint256 amount) internal {
        _purses[account][coin].free -= amount;
        _purses[account][coin].locked += amount;
    }

    /// @dev To the account itself, or to who has earned it.
    function _moveStake(address account, uint256 coin, uint256 amount, address to) internal {
        _purses[account][coin].locked -= amount;
        _purses[to][coin].free += amount;
    }

    /// @param sender Who sent what pays.
    function _endPaid(
        Made storage m,
        uint32 slot,
        uint16 scoreBps,
        ITaskRegistry.Ending ending,
        address sender,
        bool transferNow
    )
        internal
    {
        Taken storage taken = _end(m, slot, scoreBps, ending);
        uint256 share = ending == ITaskRegistry.Ending.Proven ? shareOf(m, scoreBps) : BPS;
        (uint256 reward, uint256 fee) = (m.reward * share / BPS, m.fee * share / BPS);
        _purses[m.treasury][m.coin].credit += fee;
        _purses[m.requester][m.coin].credit += uint256(m.reward) + m.fee - reward - fee;
        _purses[taken.payout][m.coin].credit += reward - _payRelayers(m, taken, reward, sender);
        _moveStake(taken.worker, m.coin, m.stake, taken.worker);
        bool proven = ending == ITaskRegistry.Ending.Proven;
        if (ending == ITaskRegistry.Ending.Silent) ++_records[m.requester].silent;
        else if (ending == ITaskRegistry.Ending.Redressed) ++_records[m.requester].refused;
        else ++_records[m.requester].paid;
        if (taken.relayer == address(0)) {
            if (proven) ++_records[taken.worker].accepted;
            else ++_records[taken.worker].unproven;
        }
        if (transferNow) _payOut(taken.payout, m.coin);
    }

    function _payRelayers(
        Made storage m,
        Taken storage taken,
        uint256 reward,
        address sender
    )
        internal
        returns (uint256 paid)
    {
        uint256 each = taken.relayFee < reward / 2 ? taken.relayFee : reward / 2;
        if (taken.relayer != address(0)) {
            _purses[taken.relayer][m.coin].credit += each;
            paid += each;
        }
        if (sender != taken.worker && sender != taken.payout) {
            _purses[sender][m.coin].credit += each;
            paid += each;
        }
        if (paid != 0) _count("relay fee");
    }

    function _payOut(address account, uint256 coin) internal {
        if (account == address(greedy) && greedy.refusing()) return _count("transfer refused");
        Purse storage purse = _purses[account][coin];
        purse.wallet += purse.credit;
        purse.credit = 0;
    }

    function _endReturned(Made storage m, uint32 slot, uint16 scoreBps, ITaskRegistry.Ending ending) internal {
        Taken storage taken = _end(m, slot, scoreBps, ending);
        _purses[m.requester][m.coin].credit += uint256(m.reward) + m.fee;
        uint256 loss;
        if (ending == ITaskRegistry.Ending.Disputed) {
            loss = m.stake;
            _moveStake(taken.worker, m.coin, loss / 2, taken.challenger);
        }
        if (ending == ITaskRegistry.Ending.Missed) loss = uint256(m.stake) * _version[m.version].missedSlashBps / BPS;
        if (ending == ITaskRegistry.Ending.Rejected && m.bond != 0) {
            loss = uint256(m.stake) * _version[m.version].rejectedSlashBps / BPS;
        }
        uint256 won = ending == ITaskRegistry.Ending.Disputed ? loss / 2 : 0;
        _moveStake(taken.worker, m.coin, loss - won, m.treasury);
        _moveStake(taken.worker, m.coin, m.stake - loss, taken.worker);
        if (loss != 0) _count(ending == ITaskRegistry.Ending.Rejected ? "slashed for rejection" : "slashed");

        bool known = taken.relayer == address(0);
        if (ending == ITaskRegistry.Ending.Rejected) {
            ++_records[m.requester].refused;
            if (known) ++_records[taken.worker].rejected;
        }
        if (ending == ITaskRegistry.Ending.Missed && known) ++_records[taken.worker].missed;
        if (ending == ITaskRegistry.Ending.Disputed && known) ++_records[taken.worker].disputesLost;
    }

    function _end(
        Made storage m,
        uint32 slot,
        uint16 scoreBps,
        ITaskRegistry.Ending ending
    )
        internal
        returns (Taken storage taken)
    {
        taken = _taken[m.id][slot];
        if (taken.ending != ITaskRegistry.Ending.None) _violations.push("a slot ended twice");
        (taken.ending, taken.scoreBps) = (ending, scoreBps);
        ++m.ended;
    }

    /// @dev A void or upheld dispute gives the challenger its bond back, a dismissed one gives half of it to the winner.
    function _endDispute(Made storage m, uint32 slot, bool dismissed, address winner) internal {
        Taken storage taken = _taken[m.id][slot];
        address challenger = taken.challenger;
        uint256 won = dismissed ? taken.challengeBond / 2 : taken.challengeBond;
        _moveStake(challenger, m.coin, won, dismissed ? winner : challenger);
        _moveStake(challenger, m.coin, taken.challengeBond - won, m.treasury);
        if (dismissed) ++_records[challenger].disputesLost;
        (taken.challenger, taken.challengeBond) = (address(0), 0);
    }
}
