// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";

import {IReputationRegistry} from "../../src/interfaces/IReputationRegistry.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {GateTest} from "../utils/GateTest.sol";

/// @notice Random workers of random requesters, whose slots end in every way and who record them, again, for others and under
/// commitments already used; with a model of every tree.
/// @dev The model rebuilds a tree from its leaves level by level, where the registry keeps one path. `calls` counts what
/// succeeded.
contract ReputationHandler is GateTest {
    uint256 internal constant PARTIES = 3;
    uint256 internal constant WORKERS = 4;
    uint256 internal constant MAX_TASKS = 16;
    /// @dev Few commitments, so that they come again.
    uint256 internal constant COMMITMENTS = 24;
    uint256 internal constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    bytes internal constant LEAF_DOMAIN = "veritask.reputation-leaf.1";

    struct Made {
        bytes32 id;
        address requester;
    }

    address[PARTIES] internal _requesters;
    address[WORKERS] internal _workers;
    Made[] internal _made;
    mapping(bytes32 id => mapping(uint32 slot => uint16 scoreBps)) internal _accepted;
    mapping(bytes32 id => mapping(uint32 slot => uint256 times)) internal _recorded;
    mapping(address requester => uint256[] leaves) internal _leaves;
    mapping(address requester => uint256[] roots) internal _roots;
    mapping(address requester => uint256[] times) internal _times;

    mapping(string action => uint256 count) public calls;
    string[] internal _actions;
    string[] internal _violations;

    constructor() {
        vm.warp(1_800_000_000);
        setUp();
        for (uint256 i; i < WORKERS; ++i) {
            _workers[i] = address(uint160(uint256(keccak256(abi.encode("worker", i)))));
            if (i < PARTIES) _requesters[i] = address(uint160(uint256(keccak256(abi.encode("requester", i)))));
        }
    }

    function create(uint256 who) external {
        if (_made.length == MAX_TASKS) return;
        address by = _requesters[who % PARTIES];
        // Every handler's registry stands at the same address: a walk that starts afresh finds the tasks of the last one there.
        bytes32 salt = keccak256(abi.encode(address(this), _made.length));
        _made.push(Made(createTaskBy(by, salt, address(0), ""), by));
        _count("create");
    }

    function join(uint256 which, uint256 who) external {
        if (_made.length == 0) return;
        bytes32 id = _made[which % _made.length].id;
        address worker = _workers[who % WORKERS];
        ITaskRegistry.Joining memory joining = joiningOf(id, worker);
        vm.prank(worker);
        try tasks.join(id, joining, "") {
            _count("join");
        } catch {}
    }

    /// @dev Proven with a score, proven without one, paid by silence, rejected, lapsed.
    function end(uint256 which, uint256 how, uint256 score) external {
        (bytes32 id, uint32 slot,) = _slot(which);
        if (id == 0 || tasks.slotOf(id, slot).state != ITaskRegistry.SlotState.Joined) return;
        uint16 scoreBps = uint16(1 + score % 4) * 2500;
        if (how % 8 < 4) {
            pay(id, slot, scoreBps);
            _accepted[id][slot] = scoreBps;
            return _count("prove");
        }
        if (how % 8 == 4) {
            pay(id, slot, 0);
            return _count("prove without a score");
        }
        if (how % 8 == 5) {
            settlement.returnAs(tasks, id, slot, scoreBps, ITaskRegistry.Ending.Rejected);
            return _count("reject");
        }
        settlement.setOutcome(slot, how % 8 == 6 ? ISettlement.Outcome.Paid : ISettlement.Outcome.Returned);
        tasks.settle(id, slot);
        _count(how % 8 == 6 ? "silent" : "lapse");
    }

    /// @param who Mostly the slot's worker.
    function recordSlot(uint256 which, uint256 who, uint256 number) external {
        (bytes32 id, uint32 slot, address requester) = _slot(which);
        if (id == 0) return;
        address worker = tasks.slotOf(id, slot).worker;
        address sender = who % 6 == 0 ? _workers[(who >> 8) % WORKERS] : worker;
        uint256 commitment = number % 16 == 0 ? (number >> 8) % 2 * FIELD : 1 + (number >> 8) % COMMITMENTS;
        uint256 leaf = _leafOf(commitment % FIELD, _accepted[id][slot]);
        bool must = sender == worker && _accepted[id][slot] != 0 && _recorded[id][slot] == 0 && commitment % FIELD != 0
            && !_has(requester, leaf);
        vm.prank(sender);
        try reputation.record(id, slot, commitment) returns (uint256 root) {
            if (!must) _violations.push("a record was let through");
            ++_recorded[id][slot];
            _leaves[requester].push(leaf);
            if (root != rootOf(_leaves[requester])) _violations.push("a root that is not that of its leaves");
            _roots[requester].push(root);
            _times[requester].push(vm.getBlockTimestamp());
            _count("record");
        } catch {
            if (must) _violations.push("a record was refused");
            if (sender != worker) _count("refused to another");
            else if (_accepted[id][slot] == 0) _count("refused without acceptance");
            else if (_recorded[id][slot] != 0) _count("refused twice");
            else if (commitment % FIELD == 0) _count("refused out of range");
            else _count("refused leaf");
        }
    }

    function wait(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + _bound(time, 1, WINDOW / 4));
        _count("wait");
    }

    // What the invariants read

    /// @dev Each tree is its leaves, in order, and no leaf stands in it twice; a tree holds no more than the accepted slots of
    /// its requester.
    function checkTrees() external view {
        for (uint256 i; i < PARTIES; ++i) {
            address requester = _requesters[i];
            uint256[] memory leaves = _leaves[requester];
            (uint256 root, uint256 count) = reputation.treeOf(requester);
            assertEq(count, leaves.length, "leaves");
            assertEq(root, rootOf(leaves), "root");
            for (uint256 j; j < leaves.length; ++j) {
                for (uint256 k; k < j; ++k) {
                    assertNotEq(leaves[j], leaves[k], "a leaf stands twice");
                }
            }
            assertLe(count, _acceptedOf(requester), "more leaves than accepted slots");
        }
    }

    /// @dev Every root that ever was stays known to its own tree, with the time it came and the time the next one did; roots only
    /// come in addition.
    function checkRoots() external view {
        for (uint256 i; i < PARTIES; ++i) {
            address requester = _requesters[i];
            uint256 count = _roots[requester].length;
            for (uint256 j; j < count; ++j) {
                IReputationRegistry.RootTimes memory times = reputation.rootTimesOf(requester, _roots[requester][j]);
                assertEq(times.recordedAt, _times[requester][j], "root forgotten");
                assertEq(times.replacedAt, j + 1 < count ? _times[requester][j + 1] : 0, "when the next root came");
            }
            assertEq(reputation.rootTimesOf(requester, 0).recordedAt, 0, "the empty root");
            assertEq(_roots[requester].length, _leaves[requester].length, "roots");
        }
    }

    function checkSlots() external view {
        for (uint256 i; i < _made.length; ++i) {
            bytes32 id = _made[i].id;
            for (uint32 slot; slot < tasks.task(id).joined; ++slot) {
                assertLe(_recorded[id][slot], 1, "a slot was recorded twice");
                assertEq(reputation.isRecorded(id, slot), _recorded[id][slot] == 1, "recorded");
                if (_recorded[id][slot] == 0) continue;
                assertEq(uint8(tasks.slotOf(id, slot).state), uint8(ITaskRegistry.SlotState.Paid), "recorded, not paid");
            }
        }
    }

    function violations() external view returns (string[] memory) {
        return _violations;
    }

    function actions() external view returns (string[] memory) {
        return _actions;
    }

    /// @dev Level by level; a node without a sibling goes up as it is.
    function rootOf(uint256[] memory level) public pure returns (uint256) {
        if (level.length == 0) return 0;
        while (level.length > 1) {
            uint256[] memory above = new uint256[]((level.length + 1) / 2);
            for (uint256 i; i < above.length; ++i) {
                bool pair = 2 * i + 1 < level.length;
                above[i] = pair ? PoseidonT3.hash([level[2 * i], level[2 * i + 1]]) : level[2 * i];
            }
            level = above;
        }
        return level[0];
    }

    function _leafOf(uint256 commitment, uint256 scoreBps) internal pure returns (uint256) {
        uint256 domain;
        for (uint256 i; i < LEAF_DOMAIN.length; ++i) {
            domain = domain << 8 | uint8(LEAF_DOMAIN[i]);
        }
        return PoseidonT4.hash([domain, commitment, scoreBps]);
    }

    function _has(address requester, uint256 leaf) internal view returns (bool) {
        for (uint256 i; i < _leaves[requester].length; ++i) {
            if (_leaves[requester][i] == leaf) return true;
        }
        return false;
    }

    function _acceptedOf(address requester) internal view returns (uint256 count) {
        for (uint256 i; i < _made.length; ++i) {
            if (_made[i].requester != requester) continue;
            for (uint32 slot; slot < SLOTS; ++slot) {
                if (_accepted[_made[i].id][slot] != 0) ++count;
            }
        }
    }

    function _slot(uint256 which) internal view returns (bytes32 id, uint32 slot, address requester) {
        if (_made.length == 0) return (0, 0, address(0));
        Made storage made = _made[which % _made.length];
        uint32 joined = tasks.task(made.id).joined;
        if (joined == 0) return (0, 0, address(0));
        return (made.id, uint32((which >> 16) % joined), made.requester);
    }

    function _count(string memory action) internal {
        if (calls[action]++ == 0) _actions.push(action);
    }
}
