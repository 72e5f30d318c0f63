// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice Random accounts doing random things with tasks.
/// @dev Each action walks the tasks from a random one and takes the first that lets it; `calls` counts what succeeded.
contract TaskHandler is TaskWorld {
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
        // Two of three tasks ask for a stake, one of two has a bond.
        made.stakePerSlot = reward % 3 == 0 ? 0 : uint128(1 + reward % 1 ether);
        made.bond = reward % 2 == 0 ? 0 : uint128(1 + reward % 2 ether);
        if (hidden) made.bond += goldBond(made.slots, made.rewardPerSlot);
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
            try tasks.join(id, joining(id, account, account), "") {
                if (_scored[id]) _violations.push("a slot was taken after another was scored");
                return _count("join");
            } catch {}
        }
    }

    /// @dev Some keys come late or never; then nobody has missed a deadline.
    function wrapKeys(uint256 seed) external {
        if (_made.length == 0) return;
        bytes32 id = _pick(seed, 0).id;
        uint32 joined = tasks.task(id).joined;
        if (joined == 0) return;
        bytes[] memory wrapped = new bytes[](joined);
        for (uint32 slot; slot < joined; ++slot) {
            wrapped[slot] = "key";
        }
        vm.prank(requester);
        tasks.wrapContentKeys(id, range(0, joined), wrapped);
        _count("wrapKeys");
    }

    function leave(uint256 seed) external {
        // Rarely: there is little to see of a task that everyone has left.
        if (seed % 16 != 0) return;
        for (uint256 i; i < _made.length; ++i) {
            Made memory made = _pick(seed, i);
            for (uint32 slot; slot < tasks.task(made.id).joined; ++slot) {
                ILabelSettlement module = made.hidden ? ILabelSettlement(hiddenGold) : ILabelSettlement(openGold);
                bool handedIn = module.commitmentOf(made.id, slot) != 0;
                vm.prank(tasks.slotOf(made.id, slot).worker);
                try tasks.leave(made.id, slot) {
                    if (handedIn) _violations.push("a worker left with its labels handed in");
                    return _count("leave");
                } catch {}
            }
        }
    }

    function releaseBond(uint256 seed) external {
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _pick(seed, i).id;
            try tasks.releaseBond(id) {
                if (tasks.task(id).escrow != 0) _violations.push("a bond was released with slots alive");
                return _count("releaseBond");
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
                    if (agreements < 2 && stateOf(made.id, slot) != ITaskRegistry.SlotState.Joined) {
                        _violations.push("a rejection ended a slot before it was final");
                    }
                    _scored[made.id] = true;
                    if (agreements >= 2) _accepted(made.id, slot, ended);
                    return _count(agreements >= 2 ? "scorePaid" : "scoreRejected");
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
                    passing ? ITaskRegistry.SlotState.Paid : ITaskRegistry.SlotState.Joined
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
            keys.freezeWithProof(keyId, proofs.proofOf(keyId, keys.impossibleSignals(4)));
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
        vm.warp(vm.getBlockTimestamp() + _bound(seconds_, 1, 100));
        _count("wait");
    }
}
