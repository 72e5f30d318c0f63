// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryRecordsTest is StakedTest {
    uint256 internal made;

    /// @dev A task with one slot of this worker, liable for its deadline.
    function liable(address worker, address relayer) internal returns (bytes32 taskId) {
        vm.warp(START);
        bytes32 salt = bytes32(++made);
        if (relayer == address(0)) {
            ITaskRegistry.TaskRequest memory asked = stakedRequest(salt);
            asked.bond = 0;
            taskId = createTask(asked);
            join(taskId, worker);
        } else {
            taskId = createGated(salt);
            relay(taskId, relayer, relayed(taskId, worker, worker, 0), "n");
        }
        makeLiable(taskId, 0);
    }

    function endAs(address worker, address relayer, ITaskRegistry.Ending ending) internal {
        bytes32 taskId = liable(worker, relayer);
        if (ending == ITaskRegistry.Ending.Proven) return pay(taskId, 0, 10_000, 1, address(0));
        if (ending == ITaskRegistry.Ending.Silent) {
            module.setOutcome(0, ISettlement.Outcome.Paid);
            return tasks.settle(taskId, 0);
        }
        if (ending == ITaskRegistry.Ending.Disputed) {
            module.setDisputable(true, 0);
            vm.prank(carol);
            tasks.dispute(taskId, 0, 0);
        }
        end(taskId, 0, ending);
    }

    /// @param wanted In the order of the struct: accepted, unproven, rejected, missed, disputesLost; paid, refused, silent,
    /// bondsLost.
    function assertRecord(address account, uint48[9] memory wanted) internal view {
        assertEq(abi.encode(tasks.recordOf(account)), abi.encode(wanted));
    }

    function test_CountsEveryEndingOnce() external {
        endAs(alice, address(0), ITaskRegistry.Ending.Proven);
        assertRecord(alice, [uint48(1), 0, 0, 0, 0, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 0, 0, 0]);
        endAs(alice, address(0), ITaskRegistry.Ending.Silent);
        assertRecord(alice, [uint48(1), 1, 0, 0, 0, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 0, 1, 0]);
        endAs(alice, address(0), ITaskRegistry.Ending.Rejected);
        assertRecord(alice, [uint48(1), 1, 1, 0, 0, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 1, 1, 0]);
        endAs(alice, address(0), ITaskRegistry.Ending.Missed);
        endAs(alice, address(0), ITaskRegistry.Ending.Left);
        endAs(alice, address(0), ITaskRegistry.Ending.Lapsed);
        assertRecord(alice, [uint48(1), 1, 1, 1, 0, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 1, 1, 0]);
        endAs(alice, address(0), ITaskRegistry.Ending.Disputed);
        assertRecord(alice, [uint48(1), 1, 1, 1, 1, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 1, 1, 0]);
    }

    /// @dev Anyone could name any account as the worker of an anonymous slot, to spoil its record or to polish it.
    function test_ARelayedWorkerHasNoRecord() external {
        ITaskRegistry.Ending[5] memory endings = [
            ITaskRegistry.Ending.Proven,
            ITaskRegistry.Ending.Silent,
            ITaskRegistry.Ending.Rejected,
            ITaskRegistry.Ending.Missed,
            ITaskRegistry.Ending.Disputed
        ];
        for (uint256 i; i < 5; ++i) {
            endAs(alice, stranger, endings[i]);
        }
        assertRecord(alice, [uint48(0), 0, 0, 0, 0, 0, 0, 0, 0]);
        assertRecord(stranger, [uint48(0), 0, 0, 0, 0, 0, 0, 0, 0]);
        assertRecord(requester, [uint48(0), 0, 0, 0, 0, 1, 1, 1, 0]);
        // Through the same gate a worker that comes itself has one.
        endAs(alice, alice, ITaskRegistry.Ending.Proven);
        endAs(alice, alice, ITaskRegistry.Ending.Missed);
        assertRecord(alice, [uint48(1), 0, 0, 1, 0, 0, 0, 0, 0]);
    }
}
