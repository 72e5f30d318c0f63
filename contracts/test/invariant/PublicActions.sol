// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {OutcomeActions} from "./OutcomeActions.sol";

/// @notice Stakes and credits coming and going, governance, frozen keys, time, and calls that nobody may make.
abstract contract PublicActions is OutcomeActions {
    function depositStake(uint256 who, uint256 amount, uint256 coin) external {
        coin %= 2;
        (address payer, address account) = (_party(who), _parties[(who >> 8) % PARTIES]);
        _deposit(payer, account, coin, uint128(_bound(amount, 1, 1 ether)));
        _count("deposit");
    }

    function _deposit(address payer, address account, uint256 coin, uint128 amount) internal {
        vm.startPrank(payer);
        if (coin == 1) token.approve(address(stakes), amount);
        stakes.deposit{value: coin == 0 ? amount : 0}(account, tokenAt(coin), amount);
        vm.stopPrank();
        _purses[payer][coin].wallet -= amount;
        _purses[account][coin].free += amount;
    }

    function unbondStake(uint256 who, uint256 amount, uint256 coin) external {
        coin %= 2;
        Purse storage purse = _purses[_party(who)][coin];
        uint128 asked = uint128(amount % 8 == 0 ? purse.free + 1 : _bound(amount, 1, 1 ether));
        bool done = _try(_party(who), address(stakes), abi.encodeCall(stakes.unbond, (tokenAt(coin), asked)));
        _judge("unbond", asked <= purse.free, done);
        if (!done) return;
        (purse.free, purse.unbonding) = (purse.free - asked, purse.unbonding + asked);
        purse.withdrawableAt = now_() + _version[_versions].unbondingDelay;
        _count("unbond");
    }

    /// @dev Anyone may call; it goes to the owner.
    function withdrawStake(uint256 who, uint256 coin) external {
        coin %= 2;
        address account = _party(who >> 8);
        Purse storage purse = _purses[account][coin];
        bool must = purse.unbonding != 0 && now_() >= purse.withdrawableAt;
        bool done = _try(_party(who), address(stakes), abi.encodeCall(stakes.withdraw, (account, tokenAt(coin))));
        _judge("withdraw stake", must, done);
        if (!done) return;
        (purse.wallet, purse.unbonding) = (purse.wallet + purse.unbonding, 0);
        _count("withdraw stake");
    }

    function takeCredit(uint256 who, uint256 coin) external {
        for (uint256 i; i < 2 * PARTIES; ++i) {
            uint256 which = (coin % 2 + i) % 2;
            address account = _parties[(who % PARTIES + i / 2) % PARTIES];
            Purse storage purse = _purses[account][which];
            bool must = purse.credit != 0 && (account != address(greedy) || !greedy.refusing());
            bool done = _try(_party(who), address(tasks), abi.encodeCall(tasks.withdraw, (account, tokenAt(which))));
            _judge("withdraw", must, done);
            if (!done) continue;
            (purse.wallet, purse.credit) = (purse.wallet + purse.credit, 0);
            return _count(account == address(greedy) ? "withdraw to the greedy" : "withdraw");
        }
    }

    function refusePayments(uint256 seed) external {
        greedy.refuse(seed % 2 == 0);
    }

    /// @dev Governance changes what later tasks are made under.
    function govern(uint256 seed, uint256 who) external {
        if (seed % 4 != 0) return;
        IProtocolParameters.Parameters memory next = _version[_versions];
        next.feeBps = uint16((seed >> 8) % 1001);
        next.treasury = _parties[8 + (seed >> 20) % 2];
        next.leaveWindow = uint32(10 + (seed >> 24) % 300);
        next.missedSlashBps = uint16((seed >> 40) % 10_001);
        next.rejectedSlashBps = uint16((seed >> 56) % 10_001);
        next.goldBondBps = uint16(1000 + (seed >> 72) % 4000);
        next.auditRateBps = uint16(5001 + (seed >> 88) % 2500);
        next.auditWindow = uint32(50 + (seed >> 104) % 200);
        next.unbondingDelay = uint32(10 + (seed >> 120) % 500);
        next.minWindow = (seed >> 136) % 16 == 0 ? STEP + 1 : STEP / 2;
        bool done = _try(_party(who), address(parameters), abi.encodeCall(parameters.setParameters, (next)));
        _judge("govern by anybody", false, done);
        _setParameters(next);
        _bar(seed >> 144);
        _count("govern");
    }

    /// @dev One module or gate at a time takes no more tasks; those it has go on.
    function _bar(uint256 seed) internal {
        for (uint256 i; i < KINDS; ++i) {
            parameters.setSettlement(moduleOf(Kind(i)), true);
        }
        for (uint256 i = 1; i < 4; ++i) {
            parameters.setGate(gateOf(Door(i)), true);
        }
        _barred = address(0);
        if (seed % 4 == 0) {
            _barred = moduleOf(Kind((seed >> 8) % KINDS));
            parameters.setSettlement(_barred, false);
        } else if (seed % 4 == 1) {
            _barred = gateOf(Door(1 + (seed >> 8) % 3));
            parameters.setGate(_barred, false);
        }
    }

    /// @dev A key of its own kind replaces it for the tasks that come.
    function freezeKey(uint256 seed) external {
        if (seed % 12 != 0) return;
        uint256 which = (seed >> 8) % (KEYS + 4);
        // The key of statements more often: it has a dispute to end.
        if (which >= KEYS) which = KEYS - 1;
        freeze(_newest[which]);
        _frozen[_newest[which]] = true;
        _newest[which] = _freshKey(which);
        _count("freeze");
    }

    /// @dev A while, or to the next deadline of any task: just before it, on it, just after it.
    function pass(uint256 seed, uint256 time) external {
        uint256 until = now_() + _bound(time, 1, 40);
        if (seed % 2 == 0) {
            uint256 edge = _nextEdge();
            if (edge != type(uint256).max) until = edge + (seed >> 8) % 3 - 1;
        }
        if (until > now_()) vm.warp(until);
        // Rarely so many blocks that a hash cannot be read any more.
        vm.roll(vm.getBlockNumber() + ((seed >> 16) % 16 == 0 ? 300 : 1));
        _count("pass");
    }

    function _nextEdge() internal view returns (uint256 edge) {
        edge = type(uint256).max;
        for (uint256 i; i < _made.length; ++i) {
            Made storage m = _made[i];
            for (uint256 number; number < 4; ++number) {
                edge = _earlier(edge, due(m, number));
            }
            for (uint32 slot; slot < m.joined; ++slot) {
                Taken storage taken = _taken[m.id][slot];
                edge = _earlier(edge, taken.wrappedAt + _version[m.version].leaveWindow);
                edge = _earlier(edge, taken.handedAt + STEP);
                edge = _earlier(edge, taken.disputedAt + STEP);
                edge = _earlier(edge, _audits[m.id][slot].answerBy);
            }
            if (m.rejected != 0) edge = _earlier(edge, due(m, 2) + _version[m.version].auditWindow);
        }
    }

    function _earlier(uint256 edge, uint256 other) internal view returns (uint256) {
        return other > now_() && other < edge ? other : edge;
    }

    /// @dev What must fail whatever the state: calls that belong to another contract or another account.
    function trespass(uint256 seed, uint256 who) external {
        Made storage m = _pick(seed, 0);
        Made storage other = _pick(seed, 1);
        address thief = _party(who);
        // Even a module cannot touch a slot of a task that pinned another one.
        address intruder = moduleOf(m.kind) == moduleOf(other.kind) ? thief : moduleOf(other.kind);
        _trespassRegistry(m, intruder, seed);
        _trespassVault(m, intruder);
        _trespassModule(m, thief, uint32((seed >> 8) % 3));
        _refused(
            thief,
            address(keys),
            abi.encodeCall(keys.freeze, (_newest[0], "", IVerifierKeyRegistry.Advisory("", ""), ""))
        );
        _refused(thief, address(parameters), abi.encodeCall(parameters.setSettlement, (thief, true)));
        _count("trespass");
    }

    function _trespassRegistry(Made storage m, address intruder, uint256 seed) internal {
        (bytes32 id, uint32 slot) = (m.id, uint32((seed >> 8) % 3));
        ITaskRegistry.Payment memory whole = ITaskRegistry.Payment(10_000, 0, intruder, true);
        ITaskRegistry.Ending ending = ITaskRegistry.Ending(3 + seed % 5);
        ITaskRegistry.Ruling ruling = ITaskRegistry.Ruling(seed % 3);
        _refused(intruder, address(tasks), abi.encodeCall(tasks.paySlot, (id, slot, whole)));
        _refused(intruder, address(tasks), abi.encodeCall(tasks.returnSlot, (id, slot, 0, ending)));
        _refused(intruder, address(tasks), abi.encodeCall(tasks.closeDispute, (id, slot, ruling, intruder)));
        _refused(intruder, address(tasks), abi.encodeCall(tasks.burnBond, (id)));
    }

    function _trespassVault(Made storage m, address intruder) internal {
        (bytes32 id, address owner, address paid) = (m.id, m.requester, tokenAt(m.coin));
        _refused(intruder, address(stakes), abi.encodeCall(stakes.lock, (id, owner, paid, 1)));
        _refused(intruder, address(stakes), abi.encodeCall(stakes.release, (id, owner, paid, 1)));
        _refused(intruder, address(stakes), abi.encodeCall(stakes.slash, (id, owner, paid, 1, intruder)));
        _refused(intruder, address(stakes), abi.encodeCall(stakes.burn, (id, owner, paid, 1)));
    }

    function _trespassModule(Made storage m, address thief, uint32 slot) internal {
        address pinned = moduleOf(m.kind);
        _refused(thief, pinned, abi.encodeCall(ISettlement.openTask, (m.id, uint64(now_()), "")));
        _refused(thief, pinned, abi.encodeCall(ISettlement.openDispute, (m.id, slot, thief)));
        ITaskRegistry.Ruling ruling = ITaskRegistry.Ruling(slot % 3);
        _refused(thief, address(hiddenGold), abi.encodeCall(hiddenGold.concludeAudit, (m.id, slot, ruling, 3, true)));
        IGoldAudit.Opening memory opening;
        _refused(thief, address(goldAudit), abi.encodeCall(goldAudit.open, (m.id, opening)));
        if (m.door == Door.Open) return;
        ITaskRegistry.Joining memory asked = joining(m.id, thief, thief);
        _refused(thief, gateOf(m.door), abi.encodeCall(stakedGate.admit, (m.id, thief, asked, "")));
        _refused(thief, gateOf(m.door), abi.encodeCall(stakedGate.openTask, (m.id, abi.encode(listRoot))));
    }

    function _refused(address sender, address target, bytes memory data) internal {
        if (_try(sender, target, data)) _violations.push("a trespass was let through");
    }
}
