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
    /// @dev The designated impossible statement of every key.
    uint256[] internal _impossible = [uint256(0), 1, 2, 3];

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
            try tasks.join(id, joining(account, account), "") {
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

    /// @param bad Bit i spoils the proof of submission i.
    /// @param twice Whether the task's slots come a second time, instead of another task's.
    function proveBatch(uint256 seed, uint256 bad, bool transferNow, bool twice) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            if (made.hidden || openGold.goldOpenedAt(made.id) == 0) continue;
            bytes32[2] memory ids = [made.id, twice ? made.id : _companionOf(made)];
            Sent[] memory sent = _modelOf(openGold, ids, bad);
            IOpenGoldSettlement.TaskProofs[] memory batch = new IOpenGoldSettlement.TaskProofs[](2);
            for (uint256 j; j < 2; ++j) {
                batch[j] = proofsOfTask(ids[j], range(0, tasks.task(ids[j]).joined));
                _spoil(batch[j].proofs, bad >> (j * batch[0].proofs.length));
            }
            bool halted = openGold.halted(ids[0]) || openGold.halted(ids[1]);
            try openGold.proveBatch(batch, transferNow) {
                if (halted) _violations.push("a frozen key accepted a batch of agreement proofs");
                return _checkBatch("provenInABatch", sent, ITaskRegistry.SlotState.Paid);
            } catch {
                if (halted) _count("batchRefusedWhileHalted");
            }
        }
    }

    function deliverBatch(uint256 seed, uint256 bad, bool transferNow, bool twice) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            if (made.hidden || vm.getBlockTimestamp() <= openGold.terms(made.id).openBy) continue;
            bytes32[2] memory ids = [made.id, twice ? made.id : _companionOf(made)];
            Sent[] memory sent = _modelOf(openGold, ids, bad);
            IOpenGoldSettlement.TaskDeliveries[] memory batch = new IOpenGoldSettlement.TaskDeliveries[](2);
            for (uint256 j; j < 2; ++j) {
                batch[j] = deliveriesOfTask(ids[j], range(0, tasks.task(ids[j]).joined));
                _spoil(batch[j].proofs, bad >> (j * batch[0].proofs.length));
            }
            bool halted = openGold.halted(ids[0]) || openGold.halted(ids[1]);
            try openGold.deliverBatch(batch, transferNow) {
                if (halted) _violations.push("a frozen key accepted a batch of deliveries");
                return _checkBatch("deliveredInABatch", sent, ITaskRegistry.SlotState.Paid);
            } catch {}
        }
    }

    function scoreBatch(uint256 seed, uint256 bad, bool passing, bool twice) external {
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _useKeysOf(seed, i);
            if (!made.hidden || uint256(made.id) % 2 == 0 || hiddenGold.submittedCount(made.id) == 0) continue;
            bytes32[2] memory ids = [made.id, twice ? made.id : _companionOf(made)];
            Sent[] memory sent = _modelOf(hiddenGold, ids, bad);
            try hiddenGold.scoreBatch(_scoresOf(ids, passing ? 3 : 0, bad), true) {
                if (keys.status(made.scoreKey) == IVerifierKeyRegistry.Status.Frozen) {
                    _violations.push("a frozen key accepted a batch of scores");
                }
                for (uint256 j; j < sent.length; ++j) {
                    if (sent[j].due) _scored[sent[j].id] = true;
                }
                return _checkBatch(
                    passing ? "passedInABatch" : "rejectedInABatch",
                    sent,
                    passing ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Returned
                );
            } catch {}
        }
    }

    /// @dev Every slot of two tasks, those nobody took included, twice.
    function settleBatch(uint256 seed) external {
        if (_made.length < 2) return;
        bytes32[] memory ids = new bytes32[](16);
        uint32[] memory slots = new uint32[](16);
        ISettlement.Outcome[] memory outcomes = new ISettlement.Outcome[](16);
        ITaskRegistry.SlotState[] memory before = new ITaskRegistry.SlotState[](16);
        for (uint256 i; i < 16; ++i) {
            ids[i] = _pick(seed, i / 4 % 2).id;
            slots[i] = uint32(i % 4);
            outcomes[i] = ISettlement(tasks.task(ids[i]).settlement).outcome(ids[i], slots[i]);
            before[i] = tasks.slotOf(ids[i], slots[i]).state;
        }
        tasks.settleBatch(ids, slots);
        uint256 ended;
        for (uint256 i; i < 8; ++i) {
            ITaskRegistry.SlotState expected = before[i];
            if (expected == ITaskRegistry.SlotState.Joined && outcomes[i] != ISettlement.Outcome.Pending) {
                expected = outcomes[i] == ISettlement.Outcome.Paid
                    ? ITaskRegistry.SlotState.Paid
                    : ITaskRegistry.SlotState.Returned;
                ++ended;
            }
            if (stateOf(ids[i], slots[i]) != expected) _violations.push("a batch settled a slot as nobody said");
        }
        _count(ended == 0 ? "settleBatchIdle" : "settleBatch");
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
        if (seed % 10 != 0) return;
        bytes32 keyId = _newestKeys[(seed / 10) % 3];
        uint256 way = (seed / 30) % 3;
        if (way == 0) {
            freeze(keyId);
            _count("freeze");
        } else if (way == 1) {
            keys.freezeWithProof(keyId, _impossible, proofs.proofOf(keyId, _impossible));
            _count("freezeWithProof");
        } else {
            freeze(keys.verifierKey(keyId).dependsOn);
            // Whether anybody records it changes nothing.
            if ((seed / 90) % 2 == 0) keys.freezeDependent(keyId);
            _count("freezeByDependency");
        }
        _frozenKeys.push(keyId);
        _renewKeys();
    }

    function wait(uint256 seconds_) external {
        vm.warp(vm.getBlockTimestamp() + _bound(seconds_, 1, 80));
        _count("wait");
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
        agreementKey = _newKey("agreement");
        legalityKey = _newKey("legality");
        scoreKey = _newKey("score");
        _newestKeys = [agreementKey, legalityKey, scoreKey];
    }

    /// @dev An active key with an impossible statement that depends on a key of its own.
    function _newKey(bytes memory data) internal returns (bytes32 keyId) {
        bytes32 manifest = bytes32(_keySet << 8);
        bytes32 base = keys.propose(address(proofs), bytes.concat("base of ", data), manifest, true, new uint256[](0));
        proofs.setDependsOn(base);
        keyId = keys.propose(address(proofs), data, manifest, true, _impossible);
        proofs.setDependsOn(0);
        keys.activate(base);
        keys.activate(keyId);
    }

    function _acceptsAnything(bytes32 keyId) internal view returns (bool) {
        uint256[][] memory signals = new uint256[][](1);
        bytes[] memory good = new bytes[](1);
        signals[0] = _impossible;
        good[0] = proofs.proofOf(keyId, _impossible);
        if (keys.status(keyId) != IVerifierKeyRegistry.Status.Frozen) return true;
        try keys.verify(keyId, _impossible, good[0]) {
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
            bool due = good && before == ITaskRegistry.SlotState.Joined && module.commitmentOf(id, slot) != 0;
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
