// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {BlacklistToken} from "../mocks/TokenZoo.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice The accounts, tasks and keys of a random walk, and a model of what must have come of it.
abstract contract TaskWorld is ProtocolTest {
    uint256 internal constant MAX_TASKS = 8;
    uint256 internal constant WORKERS = 5;
    /// @dev Stake of each account in each token, more than all tasks can lock or slash.
    uint128 internal constant MUCH = 1000 ether;

    /// @param fingerprint Hash of everything about the task that may never change.
    struct Made {
        bytes32 id;
        bool hidden;
        bytes32 agreementKey;
        bytes32 legalityKey;
        bytes32 scoreKey;
        bytes32 fingerprint;
    }

    /// @dev One submission of a batch: what it is, and whether it must end its slot.
    struct Sent {
        bytes32 id;
        uint32 slot;
        bool good;
        bool due;
        ITaskRegistry.SlotState before;
    }

    Made[] internal _made;
    address[WORKERS] internal _workers;
    BlacklistToken internal _token;
    uint256 internal _keySet;
    bytes32[3] internal _newestKeys;
    bytes32[] internal _frozenKeys;

    mapping(string action => uint256 count) public calls;
    string[] internal _actions;
    mapping(address token => uint256 amount) public deposited;
    mapping(bytes32 taskId => mapping(uint32 slot => bool earned)) public earned;
    mapping(bytes32 taskId => bool scored) internal _scored;
    mapping(bytes32 taskId => mapping(uint32 slot => ITaskRegistry.SlotState state)) public endedAs;
    uint256 public acceptedPayments;
    uint256 public distinctPaidByProof;
    /// @dev What must never happen; each names the invariant it breaks.
    string[] internal _violations;

    constructor() {
        setUp();
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.keyActivationDelay = 0;
        parameters.setParameters(next);
        _token = new BlacklistToken();
        parameters.setTokenPolicy(address(_token), tokenPolicy(1, 0));
        _token.mint(requester, 1e30);
        vm.prank(requester);
        _token.approve(address(tasks), type(uint256).max);
        vm.deal(requester, 1e30);
        for (uint256 i; i < WORKERS; ++i) {
            // Of their own for each handler, so that they start with nothing.
            _workers[i] = address(uint160(uint256(keccak256(abi.encode(address(this), i)))));
            _giveStakes(_workers[i]);
        }
        _giveStakes(requester);
        _renewKeys();
    }

    // What the invariants read

    function observe() external {
        for (uint256 i; i < _frozenKeys.length; ++i) {
            if (_acceptsAnything(_frozenKeys[i])) _violations.push("a frozen key accepted a proof");
        }
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _made[i].id;
            for (uint32 slot; slot < tasks.task(id).joined; ++slot) {
                ITaskRegistry.SlotState state = tasks.slotOf(id, slot).state;
                ITaskRegistry.SlotState before = endedAs[id][slot];
                if (before == ITaskRegistry.SlotState.Open && state > ITaskRegistry.SlotState.Joined) {
                    endedAs[id][slot] = state;
                }
                if (before != ITaskRegistry.SlotState.Open && before != state) {
                    _violations.push("an ended slot changed");
                }
            }
        }
    }

    function fingerprint(uint256 which) public view returns (bytes32) {
        Made storage made = _made[which];
        ITaskRegistry.Task memory kept = tasks.task(made.id);
        (kept.joined, kept.ended, kept.unfilledReturned, kept.escrow) = (0, 0, false, 0);
        kept.bondState = ITaskRegistry.BondState.None;
        bytes memory terms = made.hidden ? abi.encode(hiddenGold.terms(made.id)) : abi.encode(openGold.terms(made.id));
        return keccak256(abi.encode(kept, terms));
    }

    function storedFingerprint(uint256 which) external view returns (bytes32) {
        return _made[which].fingerprint;
    }

    function taskCount() external view returns (uint256) {
        return _made.length;
    }

    function taskAt(uint256 which) external view returns (bytes32) {
        return _made[which].id;
    }

    function registry() external view returns (TaskRegistry) {
        return tasks;
    }

    function tokens() public view returns (address[2] memory) {
        return [NATIVE, address(_token)];
    }

    function workers() external view returns (address[WORKERS] memory) {
        return _workers;
    }

    /// @dev Everyone who may hold a credit.
    function parties() public view returns (address[] memory accounts) {
        accounts = new address[](WORKERS + 2);
        for (uint256 i; i < WORKERS; ++i) {
            accounts[i] = _workers[i];
        }
        (accounts[WORKERS], accounts[WORKERS + 1]) = (requester, treasury);
    }

    /// @dev Everyone who may have coins, and where they sent them.
    function actors() external view returns (address[] memory all) {
        address[] memory accounts = parties();
        all = new address[](2 * accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            (all[2 * i], all[2 * i + 1]) = (accounts[i], _elsewhere(accounts[i]));
        }
    }

    function stakeRules(uint32 version) external view returns (uint32, uint16, uint16) {
        return parameters.stakeRulesAt(version);
    }

    function taskIds() external view returns (bytes32[] memory ids) {
        ids = new bytes32[](_made.length);
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = _made[i].id;
        }
    }

    /// @dev Stake of everyone that tasks hold.
    function lockedIn(address token) external view returns (uint256 locked) {
        address[] memory accounts = parties();
        for (uint256 i; i < accounts.length; ++i) {
            locked += stakes.stakeOf(accounts[i], token).locked;
        }
    }

    /// @dev All stake of everyone, wherever it went.
    function stakedIn(address token) external view returns (uint256 staked) {
        address[] memory accounts = parties();
        for (uint256 i; i < accounts.length; ++i) {
            staked += uint256(stakes.stakeOf(accounts[i], token).free) + stakes.stakeOf(accounts[i], token).locked;
        }
    }

    function balanceOf(address token, address account) public view returns (uint256) {
        return token == NATIVE ? account.balance : IERC20(token).balanceOf(account);
    }

    /// @dev What an account has got, at itself and elsewhere.
    function received(address token, address account) external view returns (uint256) {
        return balanceOf(token, account) + balanceOf(token, _elsewhere(account));
    }

    function violations() external view returns (string[] memory) {
        return _violations;
    }

    function actions() external view returns (string[] memory) {
        return _actions;
    }

    /// @dev After every deadline anyone can end everything: returns what is then still in escrow.
    function endEverything() external returns (uint256 escrow) {
        vm.warp(vm.getBlockTimestamp() + 200_000);
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _made[i].id;
            if (tasks.task(id).joined < tasks.task(id).slots && !tasks.task(id).unfilledReturned) {
                tasks.returnUnfilled(id);
            }
            for (uint32 slot; slot < tasks.task(id).joined; ++slot) {
                ISettlement module = ISettlement(tasks.task(id).settlement);
                if (module.outcome(id, slot) == ISettlement.Outcome.Pending) {
                    _violations.push("no outcome after the last deadline");
                }
                if (!_ended(id, slot)) tasks.settle(id, slot);
            }
            escrow += tasks.task(id).escrow;
            if (tasks.task(id).bondState == ITaskRegistry.BondState.Held) tasks.releaseBond(id);
        }
        for (uint256 i; i < WORKERS; ++i) {
            _token.blacklist(_workers[i], false);
        }
        address[] memory accounts = parties();
        for (uint256 i; i < accounts.length; ++i) {
            for (uint256 j; j < 2; ++j) {
                if (tasks.creditOf(accounts[i], tokens()[j]) != 0) tasks.withdraw(accounts[i], tokens()[j]);
            }
        }
    }

    function _openData(uint64 joinBy) internal view returns (bytes memory) {
        IOpenGoldSettlement.Terms memory terms = openTerms();
        (terms.commitBy, terms.openBy, terms.proveBy) = (joinBy + 200, joinBy + 400, joinBy + 700);
        return abi.encode(terms);
    }

    function _hiddenData(uint64 joinBy) internal view returns (bytes memory) {
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        (terms.submitBy, terms.scoreBy) = (joinBy + 200, joinBy + 500);
        return abi.encode(terms);
    }

    function _giveStakes(address account) internal {
        giveStake(account, MUCH);
        _token.mint(address(this), MUCH);
        _token.approve(address(stakes), MUCH);
        stakes.deposit(account, address(_token), MUCH);
    }

    function _renewKeys() internal {
        ++_keySet;
        agreementKey = _newKey("agreement");
        legalityKey = _newKey("legality");
        scoreKey = _newKey("score");
        _newestKeys = [agreementKey, legalityKey, scoreKey];
    }

    /// @dev An active key with an impossible statement that depends on a key of its own.
    function _newKey(bytes memory data) internal returns (bytes32 keyId) {
        bytes32 manifest = bytes32(_keySet << 8);
        bytes32 base = keys.propose(KeyProposals.plain(address(proofs), bytes.concat("base of ", data), manifest, true));
        proofs.setDependsOn(base);
        IVerifierKeyRegistry.Proposal memory made = KeyProposals.challenged(address(proofs), data, manifest, true);
        made.freezableByProof = true;
        keyId = keys.propose(made);
        proofs.setDependsOn(0);
        keys.activate(base);
        keys.activate(keyId);
    }

    function _acceptsAnything(bytes32 keyId) internal view returns (bool) {
        uint256[][] memory signals = new uint256[][](1);
        bytes[] memory good = new bytes[](1);
        signals[0] = keys.impossibleSignals(4);
        good[0] = proofs.proofOf(keyId, signals[0]);
        if (keys.status(keyId) != IVerifierKeyRegistry.Status.Frozen) return true;
        try keys.verify(keyId, signals[0], good[0]) {
            return true;
        } catch {}
        try keys.verifyBatch(keyId, signals, good) {
            return true;
        } catch {}
        return false;
    }

    /// @dev Another task of the kind that pins the same keys, or the task itself when there is none.
    function _companionOf(Made memory made) internal view returns (bytes32) {
        for (uint256 i; i < _made.length; ++i) {
            Made storage other = _made[i];
            bool alike = other.hidden == made.hidden && other.agreementKey == made.agreementKey;
            if (alike && other.id != made.id) return other.id;
        }
        return made.id;
    }

    /// @dev Every joined slot of the two tasks, in the order of the batch, and which submissions must end their slots: the
    /// first good one for a slot that has handed in and not ended.
    function _modelOf(
        ILabelSettlement module,
        bytes32[2] memory ids,
        uint256 bad
    )
        internal
        view
        returns (Sent[] memory sent)
    {
        uint32 first = tasks.task(ids[0]).joined;
        sent = new Sent[](first + tasks.task(ids[1]).joined);
        for (uint32 i; i < sent.length; ++i) {
            (bytes32 id, uint32 slot) = i < first ? (ids[0], i) : (ids[1], i - first);
            bool good = bad >> i & 1 == 0;
            ITaskRegistry.SlotState before = stateOf(id, slot);
            bool due = good && before == ITaskRegistry.SlotState.Joined && module.commitmentOf(id, slot) != 0
                && !(address(module) == address(hiddenGold) && hiddenGold.rejectionOf(id, slot).rejected);
            if (due && ids[0] == ids[1] && i >= first) due = !sent[slot].due;
            sent[i] = Sent(id, slot, good, due, before);
        }
    }

    function _spoil(ILabelSettlement.SlotProof[] memory sent, uint256 bad) internal pure {
        for (uint256 i; i < sent.length; ++i) {
            if (bad >> i & 1 == 1) sent[i].proof = "bad";
        }
    }

    function _scoresOf(
        bytes32[2] memory ids,
        uint256 agreements,
        uint256 bad
    )
        internal
        view
        returns (IHiddenGoldSettlement.TaskScores[] memory batch)
    {
        batch = new IHiddenGoldSettlement.TaskScores[](2);
        uint256 at;
        for (uint256 i; i < 2; ++i) {
            uint256[] memory all = new uint256[](tasks.task(ids[i]).joined);
            for (uint256 j; j < all.length; ++j) {
                all[j] = agreements;
            }
            batch[i] = scoresOfTask(ids[i], all);
            for (uint256 j; j < all.length; ++j) {
                if (bad >> at++ & 1 == 1) batch[i].scores[j].proof = "bad";
            }
        }
    }

    /// @dev What was due ended so; every other slot of the batch is as it was.
    function _checkBatch(string memory action, Sent[] memory sent, ITaskRegistry.SlotState ends) internal {
        for (uint256 i; i < sent.length; ++i) {
            Sent memory one = sent[i];
            ITaskRegistry.SlotState now_ = stateOf(one.id, one.slot);
            if (one.due) {
                if (now_ != ends) _violations.push("a batch passed over a good submission");
                if (ends == ITaskRegistry.SlotState.Paid) _accepted(one.id, one.slot, false);
                _count(action);
                continue;
            }
            bool dueElsewhere;
            for (uint256 j; j < sent.length; ++j) {
                dueElsewhere = dueElsewhere || (sent[j].due && sent[j].id == one.id && sent[j].slot == one.slot);
            }
            if (!dueElsewhere && now_ != one.before) _violations.push("a batch ended a slot by a refused submission");
            if (dueElsewhere) _count("batchRefusedTwice");
            else _count(one.good ? "batchRefusedSlot" : "batchRefusedProof");
        }
    }

    function _pick(uint256 seed, uint256 step) internal view returns (Made memory) {
        return _made[(seed % _made.length + step) % _made.length];
    }

    /// @dev The proof helpers read the key fields, so they are set to the task's own.
    function _useKeysOf(uint256 seed, uint256 step) internal returns (Made memory made) {
        made = _pick(seed, step);
        (agreementKey, legalityKey, scoreKey) = (made.agreementKey, made.legalityKey, made.scoreKey);
    }

    function _elsewhere(address account) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(account)))));
    }

    function _ended(bytes32 id, uint32 slot) internal view returns (bool) {
        return tasks.slotOf(id, slot).state > ITaskRegistry.SlotState.Joined;
    }

    function _accepted(bytes32 id, uint32 slot, bool ended) internal {
        if (ended) _violations.push("an ended slot was paid again");
        ++acceptedPayments;
        if (!earned[id][slot]) ++distinctPaidByProof;
        earned[id][slot] = true;
    }

    function _count(string memory action) internal {
        if (calls[action]++ == 0) _actions.push(action);
    }
}
