// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {PlainToken} from "../mocks/TokenZoo.sol";
import {StakedTest} from "../utils/StakedTest.sol";
import {WealthTest} from "../utils/WealthTest.sol";

/// @notice Random accounts that stake, join through gates, leave, dispute and settle in every way a module can.
/// @dev The module is a mock that ends slots as the walk wants, so that every line of the slashing table is met in every order;
/// TaskHandler walks through the real ones. `calls` counts what succeeded.
contract StakeHandler is StakedTest, WealthTest {
    uint256 internal constant MAX_TASKS = 8;
    uint256 internal constant PARTIES = 9;
    uint128 internal constant START_STAKE = 100 ether;

    bytes32[] internal _made;
    /// @dev Five workers, two requesters, a relayer and the treasury.
    address[PARTIES] internal _parties;
    address[2] internal _tokens;
    mapping(bytes32 taskId => mapping(bytes32 nullifier => bool seen)) internal _seen;
    mapping(bytes32 taskId => uint256 count) public distinctNullifiers;
    mapping(bytes32 taskId => mapping(uint32 slot => bool relayed)) internal _relayed;
    mapping(string action => uint256 count) public calls;
    string[] internal _actions;
    string[] internal _violations;
    uint256[PARTIES * 2] internal _lockedBefore;
    uint256[PARTIES * 2] internal _wealthBefore;
    /// @dev Who gave its coins away by its own call; nobody, mostly.
    address internal _giver;
    Wealth[2] internal _before;

    /// @dev Nobody's locked stake grows but the actor's, and nobody loses stake unless the action may slash.
    modifier watched(address actor, bool maySlash) {
        _noteWealth();
        for (uint256 i; i < PARTIES * 2; ++i) {
            IStakeVault.Stake memory stake = _stakeAt(i);
            (_lockedBefore[i], _wealthBefore[i]) = (stake.locked, uint256(stake.free) + stake.locked + stake.unbonding);
        }
        _;
        for (uint256 i; i < PARTIES * 2; ++i) {
            IStakeVault.Stake memory stake = _stakeAt(i);
            if (stake.locked > _lockedBefore[i] && _parties[i / 2] != actor) {
                _violations.push("a stake was locked that its owner did not offer");
            }
            if (!maySlash && uint256(stake.free) + stake.locked + stake.unbonding < _wealthBefore[i]) {
                _violations.push("a stake was lost to something that does not slash");
            }
        }
        _checkWealth();
    }

    constructor() {
        setUp();
        _emptyVault();
        PlainToken token = new PlainToken(6);
        _tokens = [NATIVE, address(token)];
        parameters.setTokenPolicy(address(token), tokenPolicy(1, 0));
        for (uint256 i; i < PARTIES; ++i) {
            address party =
                i == PARTIES - 1 ? treasury : address(uint160(uint256(keccak256(abi.encode(address(this), i)))));
            _parties[i] = party;
            vm.deal(party, 1e24);
            token.mint(party, 1e24);
            vm.startPrank(party);
            token.approve(address(tasks), type(uint256).max);
            token.approve(address(stakes), type(uint256).max);
            stakes.deposit{value: START_STAKE}(party, NATIVE, START_STAKE);
            stakes.deposit(party, address(token), START_STAKE);
            vm.stopPrank();
        }
    }

    /// @dev All that everybody has or ever had of a token, wherever it lies: wallets, credits, stakes, escrow and what was burned.
    function wealthIn(address token) external view returns (uint256 sum) {
        for (uint256 i; i < PARTIES; ++i) {
            IStakeVault.Stake memory stake = stakes.stakeOf(_parties[i], token);
            sum += balanceOf(token, _parties[i]) + tasks.creditOf(_parties[i], token);
            sum += uint256(stake.free) + stake.locked + stake.unbonding;
        }
        for (uint256 i; i < _made.length; ++i) {
            ITaskRegistry.Task memory kept = tasks.task(_made[i]);
            if (kept.token == token) sum += kept.escrow;
        }
        sum += stakes.burnedOf(token);
    }

    /// @dev The stakes of accounts that have no part in the walk.
    function _emptyVault() internal {
        address[4] memory others = [alice, bob, carol, requester];
        for (uint256 i; i < 4; ++i) {
            uint128 has = stakes.stakeOf(others[i], NATIVE).free;
            vm.prank(others[i]);
            stakes.unbond(NATIVE, has);
            vm.warp(START + UNBONDING_DELAY);
            stakes.withdraw(others[i], NATIVE);
            vm.warp(START);
        }
    }

    function _wealthIn(uint256 coin) internal view returns (Wealth memory) {
        address[] memory actors = new address[](PARTIES);
        for (uint256 i; i < PARTIES; ++i) {
            actors[i] = _parties[i];
        }
        return wealthOf(tasks, _tokens[coin], actors, _made);
    }

    function _noteWealth() internal {
        _before[0] = _wealthIn(0);
        _before[1] = _wealthIn(1);
    }

    /// @dev No coin comes or goes, and nobody loses what was not at stake.
    function _checkWealth() internal {
        for (uint256 i; i < 2; ++i) {
            (Wealth memory before, Wealth memory now_) = (_before[i], _wealthIn(i));
            if (!isConserved(before, now_)) _violations.push("wealth was made or lost");
            for (uint256 j; j < PARTIES; ++j) {
                if (lostAtMostItsStake(before, now_, j) || _parties[j] == _giver) continue;
                _violations.push("somebody lost what was not at stake");
            }
        }
        _giver = address(0);
    }

    // Stakes

    function deposit(uint256 who, uint256 amount, uint256 coin) external watched(address(0), false) {
        bool native = coin % 2 == 0;
        (address payer, address account) = (_party(who), _party(who >> 8));
        uint128 put = uint128(_bound(amount, 1, 1 ether));
        if (account != payer) _giver = payer;
        vm.prank(payer);
        stakes.deposit{value: native ? put : 0}(account, native ? NATIVE : _tokens[1], put);
        _count("deposit");
    }

    function unbond(uint256 who, uint256 amount, uint256 coin) external watched(address(0), false) {
        address account = _party(who);
        address token = _tokens[coin % 2];
        uint128 has = stakes.stakeOf(account, token).free;
        if (has == 0) return;
        vm.prank(account);
        stakes.unbond(token, uint128(_bound(amount, 1, has)));
        _count("unbond");
    }

    function withdraw(uint256 who, uint256 coin) external watched(address(0), true) {
        try stakes.withdraw(_party(who), _tokens[coin % 2]) {
            _count("withdraw");
        } catch {}
    }

    // Tasks

    function create(uint256 seed, uint256 stake, uint256 bond, uint256 coin) external watched(_requester(seed), false) {
        bool native = coin % 2 == 0;
        if (_made.length == MAX_TASKS) return;
        ITaskRegistry.TaskRequest memory made = stakedRequest(bytes32(_made.length));
        made.token = native ? NATIVE : _tokens[1];
        made.slots = uint32(1 + seed % 3);
        made.rewardPerSlot = uint128(1000 + seed % 1e18);
        made.maxFeePerSlot = type(uint128).max;
        if (seed >> 8 & 1 == 1) made.payloadDigest = 0;
        if (seed >> 9 & 1 == 1) made.gate = address(gate);
        made.stakePerSlot = seed >> 10 & 3 == 0 ? 0 : uint128(_bound(stake, 1, 3 ether));
        made.bond = uint128(_bound(bond, 0, 3 ether));
        made.joinBy = uint64(vm.getBlockTimestamp() + 1000);
        uint256 deposit_ = made.slots * (made.rewardPerSlot + uint256(made.rewardPerSlot) * FEE_BPS / 10_000);
        vm.prank(_requester(seed));
        try tasks.createTask{value: native ? deposit_ : 0}(made) returns (bytes32 taskId) {
            _made.push(taskId);
            _count("create");
        } catch {}
    }

    /// @param nullifier One of few, so that it comes again.
    function join(
        uint256 seed,
        uint256 who,
        uint256 nullifier,
        uint256 fee
    )
        external
        watched(_senderOf(seed, who), false)
    {
        if (_made.length == 0) return;
        _join(_task(seed), _senderOf(seed, who), who, bytes32(1 + nullifier % 4), fee);
    }

    function _join(bytes32 id, address sender, uint256 who, bytes32 used, uint256 fee) internal {
        ITaskRegistry.Task memory kept = tasks.task(id);
        bool gated = kept.gate != address(0);
        ITaskRegistry.Joining memory asked = relayed(id, _parties[who % 5], _parties[(who >> 8) % 5], 0);
        if (gated) asked.relayFee = uint96(_bound(fee, 0, kept.rewardPerSlot / 2));
        vm.prank(sender);
        try tasks.join(id, asked, abi.encode(used)) returns (uint32 slot) {
            bool brought = sender != asked.worker;
            if (brought && kept.stakePerSlot != 0) _violations.push("a staked worker was brought by another");
            if (gated && _seen[id][used]) _violations.push("a nullifier joined twice");
            if (gated) ++distinctNullifiers[id];
            _seen[id][used] = gated;
            _relayed[id][slot] = brought;
            _count(brought ? "joinRelayed" : "join");
        } catch {
            if (gated && _seen[id][used]) _count("nullifierRefused");
        }
    }

    function wrapKey(uint256 seed) external watched(address(0), false) {
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        bytes[] memory wrapped = new bytes[](1);
        wrapped[0] = "key";
        vm.prank(tasks.task(id).requester);
        try tasks.wrapContentKeys(id, range(slot, slot + 1), wrapped) {
            _count("wrap");
        } catch {}
    }

    function leave(uint256 seed, uint256 work) external watched(address(0), false) {
        bool handedIn = work % 4 == 0;
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        module.setHandedIn(slot, handedIn);
        vm.prank(tasks.slotOf(id, slot).worker);
        try tasks.leave(id, slot) {
            if (handedIn) _violations.push("a worker left with its work handed in");
            _count("leave");
        } catch {}
    }

    function payProven(uint256 seed, uint256 part, uint256 payer) external watched(address(0), false) {
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        uint16 share = uint16(_bound(part, 1, 10_000));
        ITaskRegistry.Payment memory payment = ITaskRegistry.Payment(share, share, _party(payer), payer >> 8 & 1 == 1);
        try module.payGraded(tasks, id, slot, payment) {
            _closeAfter(id, slot);
            _count("pay");
        } catch {}
    }

    function settle(uint256 seed, uint256 who, uint256 outcome) external watched(address(0), true) {
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        module.setOutcome(slot, ISettlement.Outcome(1 + outcome % 5));
        vm.prank(_party(who));
        try tasks.settle(id, slot) {
            _closeAfter(id, slot);
            ITaskRegistry.Ending ending = endingOf(id, slot);
            if (ending == ITaskRegistry.Ending.Silent) _count("silent");
            if (ending == ITaskRegistry.Ending.Missed) _count("missed");
            if (ending == ITaskRegistry.Ending.Lapsed) _count("lapsed");
            if (ending == ITaskRegistry.Ending.Rejected) _count("settledRejected");
            if (ending == ITaskRegistry.Ending.Redressed) _count("redressed");
            if (tasks.disputeOf(id, slot).challenger != address(0)) _violations.push("a dispute outlived its slot");
        } catch {}
    }

    function reject(uint256 seed) external watched(address(0), true) {
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        try module.returnAs(tasks, id, slot, 100, ITaskRegistry.Ending.Rejected) {
            _closeAfter(id, slot);
            _count("reject");
        } catch {}
    }

    function returnUnfilled(uint256 seed) external watched(address(0), false) {
        bytes32 id = _task(seed);
        if (id == 0) return;
        try tasks.returnUnfilled(id) {
            _count("returnUnfilled");
        } catch {}
    }

    // Disputes and bonds

    function dispute(uint256 seed, uint256 who, uint256 bond) external watched(_party(who), false) {
        (bytes32 id, uint32 slot) = _slot(seed);
        // Of an ended slot too: that is what a gold audit is.
        if (id == 0 || stateOf(id, slot) == ITaskRegistry.SlotState.Open) return;
        uint96 asked = uint96(_bound(bond, 0, 2 ether));
        module.setDisputable(true, asked);
        vm.prank(_party(who));
        try tasks.dispute(id, slot, asked) {
            _count("dispute");
        } catch {}
    }

    function closeDispute(uint256 seed, uint256 ruling) external watched(address(0), true) {
        (bytes32 id, uint32 slot) = _slot(seed);
        if (id == 0) return;
        ITaskRegistry.Ruling made = ITaskRegistry.Ruling(ruling % 3);
        address winner = tasks.slotOf(id, slot).worker;
        bool live = stateOf(id, slot) == ITaskRegistry.SlotState.Joined;
        if (tasks.disputeOf(id, slot).challenger == address(0)) return;
        if (made == ITaskRegistry.Ruling.Upheld && live) {
            end(id, slot, ITaskRegistry.Ending.Disputed);
            _count("disputeLost");
        }
        module.closeDispute(tasks, id, slot, made, winner);
        _count(made == ITaskRegistry.Ruling.Dismissed ? "disputeDismissed" : "disputeClosed");
    }

    function burnBond(uint256 seed) external watched(address(0), true) {
        bytes32 id = _task(seed);
        // Rarely: there is little to see of bonds that are gone.
        if (id == 0 || seed % 4 != 0) return;
        try module.burnBond(tasks, id) {
            _count("burn");
        } catch {}
    }

    function releaseBond(uint256 seed) external watched(address(0), false) {
        bytes32 id = _task(seed);
        if (id == 0) return;
        try tasks.releaseBond(id) {
            if (tasks.task(id).escrow != 0) _violations.push("a bond was released that is still held");
            _count("release");
        } catch {}
    }

    function wait(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + _bound(time, 1, 200));
        _count("wait");
    }

    /// @dev Everything is ended as by deadlines that have passed; whoever owns something takes it.
    /// @return left What is still locked, owed or held.
    function endEverything() external returns (uint256 left) {
        vm.warp(vm.getBlockTimestamp() + 10_000);
        for (uint256 i; i < _made.length; ++i) {
            _endTask(_made[i]);
        }
        for (uint256 i; i < PARTIES * 2; ++i) {
            (address party, address token) = (_parties[i / 2], _tokens[i % 2]);
            left += stakes.stakeOf(party, token).locked;
            uint128 has = stakes.stakeOf(party, token).free;
            vm.prank(party);
            if (has != 0) stakes.unbond(token, has);
        }
        vm.warp(vm.getBlockTimestamp() + UNBONDING_DELAY);
        for (uint256 i; i < PARTIES * 2; ++i) {
            (address party, address token) = (_parties[i / 2], _tokens[i % 2]);
            if (stakes.stakeOf(party, token).unbonding != 0) stakes.withdraw(party, token);
            if (tasks.creditOf(party, token) != 0) tasks.withdraw(party, token);
        }
        for (uint256 i; i < 2; ++i) {
            // What was burned stays for ever.
            left += balanceOf(_tokens[i], address(stakes)) - stakes.burnedOf(_tokens[i]) + stakes.heldOf(_tokens[i]);
            left += balanceOf(_tokens[i], address(tasks));
        }
    }

    function _endTask(bytes32 id) internal {
        ITaskRegistry.Task memory kept = tasks.task(id);
        for (uint32 slot; slot < kept.joined; ++slot) {
            if (tasks.disputeOf(id, slot).challenger != address(0)) {
                module.closeDispute(tasks, id, slot, ITaskRegistry.Ruling.Void, address(0));
            }
            module.setOutcome(slot, ISettlement.Outcome.Paid);
            if (stateOf(id, slot) != ITaskRegistry.SlotState.Joined) continue;
            // Who settles may be paid for it.
            vm.prank(_parties[7]);
            tasks.settle(id, slot);
        }
        if (kept.joined < kept.slots && !kept.unfilledReturned) tasks.returnUnfilled(id);
        if (kept.bondState == ITaskRegistry.BondState.Held) tasks.releaseBond(id);
    }

    // What the invariants read

    function registry() external view returns (TaskRegistry) {
        return tasks;
    }

    function vault() external view returns (StakeVault) {
        return stakes;
    }

    function tokens() external view returns (address[2] memory) {
        return _tokens;
    }

    function parties() external view returns (address[PARTIES] memory) {
        return _parties;
    }

    function made_() external view returns (bytes32[] memory) {
        return _made;
    }

    function relayedOf(bytes32 id, uint32 slot) external view returns (bool) {
        return _relayed[id][slot];
    }

    function violations() external view returns (string[] memory) {
        return _violations;
    }

    function actions() external view returns (string[] memory) {
        return _actions;
    }

    function balanceOf(address token, address account) public view returns (uint256) {
        return token == NATIVE ? account.balance : PlainToken(token).balanceOf(account);
    }

    /// @dev A module closes the dispute of a slot that it ends.
    function _closeAfter(bytes32 id, uint32 slot) internal {
        if (tasks.disputeOf(id, slot).challenger == address(0)) return;
        module.closeDispute(tasks, id, slot, ITaskRegistry.Ruling.Void, address(0));
    }

    function _stakeAt(uint256 i) internal view returns (IStakeVault.Stake memory) {
        return stakes.stakeOf(_parties[i / 2], _tokens[i % 2]);
    }

    function _party(uint256 who) internal view returns (address) {
        return _parties[who % PARTIES];
    }

    function _requester(uint256 seed) internal view returns (address) {
        return _parties[5 + (seed >> 16) % 2];
    }

    /// @dev Through a gate every second joining is brought by the relayer.
    function _senderOf(uint256 seed, uint256 who) internal view returns (address) {
        bytes32 id = _task(seed);
        bool gated = id != 0 && tasks.task(id).gate != address(0);
        return gated && who >> 16 & 1 == 1 ? _parties[7] : _parties[who % 5];
    }

    function _task(uint256 seed) internal view returns (bytes32) {
        return _made.length == 0 ? bytes32(0) : _made[(seed >> 16) % _made.length];
    }

    function _slot(uint256 seed) internal view returns (bytes32 id, uint32 slot) {
        id = _task(seed);
        if (id == 0 || tasks.task(id).joined == 0) return (0, 0);
        slot = uint32((seed >> 24) % tasks.task(id).joined);
    }

    function _count(string memory action) internal {
        if (calls[action]++ == 0) _actions.push(action);
    }
}
