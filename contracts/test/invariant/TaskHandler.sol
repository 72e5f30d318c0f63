// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {BlacklistToken} from "../mocks/TokenZoo.sol";
import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice Random accounts doing random things with tasks, and a model of what must have come of it.
/// @dev Each action walks the tasks from a random one and takes the first that lets it; `calls` counts what succeeded.
contract TaskHandler is ProtocolTest {
    uint256 internal constant MAX_TASKS = 8;
    uint256 internal constant WORKERS = 5;

    /// @param fingerprint Hash of everything about the task that may never change.
    struct Made {
        bytes32 id;
        bool hidden;
        bytes32 agreementKey;
        bytes32 legalityKey;
        bytes32 scoreKey;
        bytes32 fingerprint;
    }

    Made[] internal _made;
    address[WORKERS] internal _workers;
    BlacklistToken internal _token;
    uint256 internal _keySet;
    bytes32[3] internal _newestKeys;

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
        parameters.setTokenPolicy(address(_token), IProtocolParameters.TokenPolicy({allowed: true, minReward: 1}));
        _token.mint(requester, 1e30);
        vm.prank(requester);
        _token.approve(address(tasks), type(uint256).max);
        vm.deal(requester, 1e30);
        for (uint256 i; i < WORKERS; ++i) {
            // Of their own for each handler, so that they start with nothing.
            _workers[i] = address(uint160(uint256(keccak256(abi.encode(address(this), i)))));
        }
        _renewKeys();
    }

    // Actions

    function create(uint256 slots, uint256 reward, bool hidden, bool native) external {
        if (_made.length == MAX_TASKS) return;
        (agreementKey, legalityKey, scoreKey) = (_newestKeys[0], _newestKeys[1], _newestKeys[2]);
        ITaskRegistry.TaskRequest memory made = request();
        made.salt = bytes32(_made.length);
        made.slots = uint32(_bound(slots, 1, 3));
        made.rewardPerSlot = uint128(_bound(reward, 1000, 1e20));
        made.token = native ? NATIVE : address(_token);
        made.joinBy = uint64(vm.getBlockTimestamp()) + 200;
        made.settlement = hidden ? address(hiddenGold) : address(openGold);
        made.settlementData = hidden ? _hiddenData(made.joinBy) : _openData(made.joinBy);
        uint256 deposit = made.slots * (made.rewardPerSlot + uint256(made.rewardPerSlot) * FEE_BPS / 10_000);
        bytes32 id = createTask(made);
        deposited[made.token] += deposit;
        _made.push(Made(id, hidden, agreementKey, legalityKey, scoreKey, 0));
        _made[_made.length - 1].fingerprint = fingerprint(_made.length - 1);
        _count("create");
    }

    function join(uint256 seed, uint256 worker) external {
        address account = _workers[worker % WORKERS];
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _pick(seed, i).id;
            vm.prank(account);
            try tasks.join(id, account, X25519_KEY) {
                if (_scored[id]) _violations.push("a slot was taken after another was scored");
                return _count("join");
            } catch {}
        }
    }

    function commit(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _pick(seed, i);
            for (uint32 slot; !made.hidden && slot < tasks.task(made.id).joined; ++slot) {
                vm.prank(tasks.slotOf(made.id, slot).worker);
                try openGold.commit(made.id, slot, commitmentFor(slot)) {
                    return _count("commit");
                } catch {}
            }
        }
    }

    function openGoldOf(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _pick(seed, i);
            // The requester keeps silent about every second task.
            if (made.hidden || uint256(made.id) % 2 == 0) continue;
            vm.prank(requester);
            try openGold.openGold(made.id, goldSet()) {
                return _count("openGold");
            } catch {}
        }
    }

    function proveOne(uint256 seed, uint256 coin) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            for (uint32 slot; !made.hidden && slot < tasks.task(made.id).joined; ++slot) {
                bytes memory proof = proofs.proofOf(agreementKey, agreementSignals(made.id, slot, 77));
                bool halted = openGold.halted(made.id);
                bool ended = _ended(made.id, slot);
                try openGold.prove(made.id, slot, 77, goldSet(), delivery(), proof, coin % 2 == 0) {
                    if (halted) _violations.push("a frozen key accepted an agreement proof");
                    _accepted(made.id, slot, ended);
                    return _count("prove");
                } catch {
                    if (halted) _count("refusedWhileHalted");
                }
            }
        }
    }

    function deliverOne(uint256 seed, uint256 coin) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            for (uint32 slot; !made.hidden && slot < tasks.task(made.id).joined; ++slot) {
                bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(openGold), made.id, slot, 77));
                bool halted = openGold.halted(made.id);
                bool ended = _ended(made.id, slot);
                try openGold.deliver(made.id, slot, 77, delivery(), proof, coin % 2 == 0) {
                    if (halted) _violations.push("a frozen key accepted a delivery");
                    _accepted(made.id, slot, ended);
                    return _count("deliver");
                } catch {}
            }
        }
    }

    function submitOne(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            for (uint32 slot; made.hidden && slot < tasks.task(made.id).joined; ++slot) {
                bytes memory proof =
                    proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), made.id, slot, 77));
                bool halted = hiddenGold.halted(made.id);
                vm.prank(tasks.slotOf(made.id, slot).worker);
                try hiddenGold.submit(made.id, slot, commitmentFor(slot), 77, delivery(), proof) {
                    if (halted) _violations.push("a frozen key accepted a submission");
                    if (_scored[made.id]) _violations.push("labels were submitted after others were scored");
                    return _count("submit");
                } catch {}
            }
        }
    }

    function scoreOne(uint256 seed, uint256 agreements, bool transferNow) external {
        agreements = _bound(agreements, 0, 3);
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            if (uint256(made.id) % 2 == 0) continue;
            for (uint32 slot; made.hidden && slot < tasks.task(made.id).joined; ++slot) {
                bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(made.id, slot, agreements, 88));
                bool frozen = keys.status(made.scoreKey) == IVerifierKeyRegistry.Status.Frozen;
                bool ended = _ended(made.id, slot);
                try hiddenGold.score(made.id, slot, agreements, 88, proof, transferNow) {
                    if (frozen) _violations.push("a frozen key accepted a score");
                    _scored[made.id] = true;
                    if (agreements >= 2) _accepted(made.id, slot, ended);
                    return _count(agreements >= 2 ? "scorePaid" : "scoreReturned");
                } catch {}
            }
        }
    }

    function settle(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _pick(seed, i).id;
            for (uint32 slot; slot < tasks.task(id).joined; ++slot) {
                try tasks.settle(id, slot) {
                    ITaskRegistry.SlotState state = tasks.slotOf(id, slot).state;
                    return _count(state == ITaskRegistry.SlotState.Paid ? "settlePaid" : "settleReturned");
                } catch {}
            }
        }
    }

    function returnUnfilled(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            try tasks.returnUnfilled(_pick(seed, i).id) {
                return _count("returnUnfilled");
            } catch {}
        }
    }

    function cancel(uint256 seed) external {
        if (seed % 8 != 0) return;
        for (uint256 i; i < _made.length; ++i) {
            vm.prank(requester);
            try tasks.cancelTask(_pick(seed, i).id) {
                return _count("cancel");
            } catch {}
        }
    }

    function withdraw(uint256 seed) external {
        address[] memory accounts = parties();
        for (uint256 i; i < accounts.length; ++i) {
            address account = accounts[(seed % accounts.length + i) % accounts.length];
            for (uint256 j; j < 2; ++j) {
                try tasks.withdraw(account, tokens()[j]) {
                    return _count("withdraw");
                } catch {}
            }
        }
    }

    function withdrawElsewhere(uint256 seed) external {
        for (uint256 i; i < WORKERS; ++i) {
            address account = _workers[(seed % WORKERS + i) % WORKERS];
            for (uint256 j; j < 2; ++j) {
                vm.prank(account);
                try tasks.withdrawTo(tokens()[j], _elsewhere(account)) {
                    return _count("withdrawElsewhere");
                } catch {}
            }
        }
    }

    function blacklist(uint256 worker, uint256 coin) external {
        _token.blacklist(_workers[worker % WORKERS], coin % 2 == 0);
        _count("blacklist");
    }

    function freezeKey(uint256 seed) external {
        // Rarely: a frozen key ends the tasks that pinned it, and other actions need live ones.
        if (seed % 20 != 0) return;
        freeze(_newestKeys[(seed / 20) % 3]);
        _renewKeys();
        _count("freeze");
    }

    function wait(uint256 seconds_) external {
        vm.warp(vm.getBlockTimestamp() + _bound(seconds_, 1, 80));
        _count("wait");
    }

    // What the invariants read

    function observe() external {
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
        vm.warp(vm.getBlockTimestamp() + 100_000);
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

    function _renewKeys() internal {
        ++_keySet;
        agreementKey = keys.propose(address(proofs), "agreement", bytes32(_keySet << 8), true, new uint256[](0));
        legalityKey = keys.propose(address(proofs), "legality", bytes32(_keySet << 8), true, new uint256[](0));
        scoreKey = keys.propose(address(proofs), "score", bytes32(_keySet << 8), true, new uint256[](0));
        keys.activate(agreementKey);
        keys.activate(legalityKey);
        keys.activate(scoreKey);
        _newestKeys = [agreementKey, legalityKey, scoreKey];
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
