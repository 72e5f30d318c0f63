// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryLeaveTest is StakedTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createStaked("staked");
        join(taskId, alice);
    }

    function leave(bytes32 id, address worker) internal {
        vm.prank(worker);
        tasks.leave(id, 0);
    }

    function assertLeft(bytes32 id) internal view {
        assertState(id, 0, ITaskRegistry.SlotState.Returned);
        assertEq(uint8(endingOf(id, 0)), uint8(ITaskRegistry.Ending.Left));
        assertEq(locked(alice), 0);
        assertEq(free(alice), 10 ether);
        assertEq(tasks.creditOf(requester, NATIVE), REWARD + FEE);
        assertEq(abi.encode(tasks.recordOf(alice)), new bytes(288), "leaving is not recorded");
    }

    function test_RevertGiven_UnknownTaskOrNoLiveSlot() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.leave("none", 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_SlotNotJoined.selector, taskId, 1, ITaskRegistry.SlotState.Open
            )
        );
        tasks.leave(taskId, 1);
        leave(taskId, alice);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_SlotNotJoined.selector, taskId, 0, ITaskRegistry.SlotState.Returned
            )
        );
        leave(taskId, alice);
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        address[3] memory others = [requester, bob, address(module)];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, alice, others[i]));
            leave(taskId, others[i]);
        }
    }

    function test_RevertGiven_HandedIn() external {
        module.setHandedIn(0, true);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyHandedIn.selector, taskId, 0));
        leave(taskId, alice);
    }

    function test_LeavesAtAnyTimeWithoutAKey() external {
        vm.warp(PROVE_BY + 1);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 0, ITaskRegistry.Ending.Left);
        leave(taskId, alice);
        assertLeft(taskId);
    }

    function test_LeavesUntilTheWindowIsOver() external {
        vm.warp(START + 300);
        wrap(taskId, 0);
        uint256 leaveBy = START + 300 + LEAVE_WINDOW;
        // A later key for the slot does not open the window anew.
        vm.warp(leaveBy - 1);
        wrap(taskId, 0);
        uint256 snapshot = vm.snapshotState();
        for (uint256 t = leaveBy - 1; t <= leaveBy; ++t) {
            vm.warp(t);
            leave(taskId, alice);
            assertLeft(taskId);
            vm.revertToState(snapshot);
        }
        vm.warp(leaveBy + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_LeaveClosed.selector, taskId, 0, leaveBy, leaveBy + 1)
        );
        leave(taskId, alice);
    }

    function test_CountsTheWindowFromJoiningWithoutAPayload() external {
        leave(taskId, alice);
        ITaskRegistry.TaskRequest memory made = stakedRequest("no payload");
        made.payloadDigest = 0;
        bytes32 plain = createTask(made);
        join(plain, alice);
        vm.warp(START + LEAVE_WINDOW + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_LeaveClosed.selector,
                plain,
                0,
                START + LEAVE_WINDOW,
                START + LEAVE_WINDOW + 1
            )
        );
        leave(plain, alice);
        vm.warp(START + LEAVE_WINDOW);
        leave(plain, alice);
        assertEq(locked(alice), 0);
    }

    /// @dev The window is the one the task was made under.
    function test_KeepsTheWindowOfItsParameters() external {
        wrap(taskId, 0);
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.leaveWindow = 10;
        parameters.setParameters(next);
        vm.warp(START + LEAVE_WINDOW);
        leave(taskId, alice);
        assertLeft(taskId);
    }
}
