// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ConsensusTest} from "./ConsensusTest.sol";
import {ProofTaskTest} from "./ProofTaskTest.sol";

/// @notice The order of calls that anyone can make does not change who gets what: from one state of a task, a list of calls is
/// made in every order, or in many, and everybody's wealth and record comes out the same.
/// @dev A call that cannot pass yet is tried again after the others, as whoever sends it would; one that another call has made
/// needless never passes. Whoever sends a call is fixed: a relayer's fee is its sender's by design. So is a freeze, which is
/// no call of this list: what nobody settled before a key was frozen goes by the rules for frozen keys.
/// A new settlement, or a new call anyone can make, is a new entry of `add` and no other change.
abstract contract CallOrderTest is ConsensusTest, ProofTaskTest {
    struct Call {
        address from;
        address to;
        bytes data;
    }

    /// @dev Up to this many calls every order is tried, beyond it RANDOM_ORDERS of them.
    uint256 internal constant EVERY_ORDER_OF = 5;
    uint256 internal constant RANDOM_ORDERS = 96;

    Call[] internal calls;
    address[] internal people;
    bytes32 internal watched;

    function setUp() public virtual override(ConsensusTest, ProofTaskTest) {
        super.setUp();
        people = [requester, treasury, alice, bob, carol, stranger];
        for (uint256 i; i < 10; ++i) {
            people.push(workerAt(i));
        }
        for (uint256 i; i < people.length; ++i) {
            giveStake(people[i], 10 ether);
        }
    }

    function add(address from, address to, bytes memory data) internal {
        calls.push(Call(from, to, data));
    }

    /// @dev What anyone can do with every task: settle each slot alone or all together, return the rest, free the bond, hand out
    /// what is owed. By somebody who has no part in it.
    function addWhatAnyoneCanDo(bytes32 taskId) internal {
        watched = taskId;
        uint32 slots = tasks.task(taskId).slots;
        bytes32[] memory ids = new bytes32[](slots);
        for (uint32 slot; slot < slots; ++slot) {
            ids[slot] = taskId;
            add(stranger, address(tasks), abi.encodeCall(tasks.settle, (taskId, slot)));
        }
        add(stranger, address(tasks), abi.encodeCall(tasks.settleBatch, (ids, range(0, slots))));
        add(stranger, address(tasks), abi.encodeCall(tasks.returnUnfilled, (taskId)));
        add(stranger, address(tasks), abi.encodeCall(tasks.releaseBond, (taskId)));
        add(stranger, address(tasks), abi.encodeCall(tasks.withdraw, (requester, NATIVE)));
        add(stranger, address(tasks), abi.encodeCall(tasks.withdraw, (workerAt(0), NATIVE)));
    }

    /// @dev Makes the calls in every order or in many, each from the state as it is now.
    function checkOrders() internal {
        uint256 count = calls.length;
        uint256 orders = RANDOM_ORDERS;
        if (count <= EVERY_ORDER_OF) {
            orders = 1;
            for (uint256 i = 2; i <= count; ++i) {
                orders *= i;
            }
        }
        uint256[] memory before = worldNow();
        uint256[] memory expected;
        uint256 snapshot = vm.snapshotState();
        for (uint256 which; which < orders; ++which) {
            uint256[] memory order = count <= EVERY_ORDER_OF
                ? orderAt(which, count)
                : shuffled(uint256(keccak256(abi.encode(which))), count);
            make(order);
            uint256[] memory found = worldNow();
            if (which == 0) expected = found;
            assertEq(found, expected, string.concat("in the order ", describe(order)));
            vm.revertToState(snapshot);
        }
        assertNotEq(keccak256(abi.encode(before)), keccak256(abi.encode(expected)), "the calls do something");
    }

    function make(uint256[] memory order) internal {
        bool[] memory done = new bool[](order.length);
        bool progress = true;
        while (progress) {
            progress = false;
            for (uint256 i; i < order.length; ++i) {
                if (done[order[i]]) continue;
                Call memory next = calls[order[i]];
                vm.prank(next.from);
                (bool passed,) = next.to.call(next.data);
                if (!passed) continue;
                (done[order[i]], progress) = (true, true);
            }
        }
    }

    /// @dev Wealth and record of everybody, and how every slot of the task ended.
    function worldNow() internal view returns (uint256[] memory values) {
        uint32 slots = tasks.task(watched).slots;
        values = new uint256[](3 * people.length + 2 * slots + 3);
        uint256 at;
        for (uint256 i; i < people.length; ++i) {
            address person = people[i];
            uint256 free = stakes.stakeOf(person, NATIVE).free;
            uint256 locked = stakes.stakeOf(person, NATIVE).locked;
            values[at++] = person.balance + tasks.creditOf(person, NATIVE) + free + locked;
            values[at++] = locked;
            values[at++] = uint256(keccak256(abi.encode(tasks.recordOf(person))));
        }
        for (uint32 slot; slot < slots; ++slot) {
            values[at++] = uint256(keccak256(abi.encode(tasks.slotOf(watched, slot))));
            values[at++] = uint256(keccak256(abi.encode(tasks.disputeOf(watched, slot))));
        }
        values[at++] = tasks.task(watched).escrow;
        values[at++] = uint256(tasks.task(watched).bondState);
        values[at++] = uint256(consensus.seedOf(watched, 0));
    }

    /// @dev The permutation of this number, as digits of the factorial base.
    function orderAt(uint256 which, uint256 count) internal pure returns (uint256[] memory order) {
        order = new uint256[](count);
        bool[] memory taken = new bool[](count);
        for (uint256 i; i < count; ++i) {
            uint256 skip = which % (count - i);
            which /= count - i;
            for (uint256 next; next < count; ++next) {
                if (taken[next]) continue;
                if (skip != 0) {
                    --skip;
                    continue;
                }
                (order[i], taken[next]) = (next, true);
                break;
            }
        }
    }

    function shuffled(uint256 seed, uint256 count) internal pure returns (uint256[] memory order) {
        order = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            uint256 place = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            order[i] = order[place];
            order[place] = i;
        }
    }

    function describe(uint256[] memory order) internal pure returns (string memory text) {
        for (uint256 i; i < order.length; ++i) {
            text = string.concat(text, i == 0 ? "" : ",", vm.toString(order[i]));
        }
    }
}
