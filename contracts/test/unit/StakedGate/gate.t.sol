// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {StakedGate} from "../../../src/gates/StakedGate.sol";
import {IGate} from "../../../src/interfaces/IGate.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IStakedGate} from "../../../src/interfaces/IStakedGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {PlainToken} from "../../mocks/TokenZoo.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract StakedGateTest is GateTest {
    uint128 internal constant MIN_STAKE = 10 ether;

    StakedGate internal gate;
    bytes32 internal taskId;
    address internal alice = makeAddr("alice");

    function setUp() public override {
        super.setUp();
        gate = new StakedGate(tasks);
        taskId = createTask("task", address(gate), terms(address(0), MIN_STAKE));
    }

    // openTask

    function test_KeepsTheTerms() external {
        bytes32 id = tasks.taskIdOf(REQUESTER, "another");
        IStakedGate.Terms memory expected = IStakedGate.Terms({token: stranger, minStake: type(uint128).max});
        vm.expectEmit(address(gate));
        emit IStakedGate.StakedGateTermsSet(id, expected);
        createTask("another", address(gate), abi.encode(expected));
        assertEq(abi.encode(gate.terms(id)), abi.encode(expected));
    }

    function test_RevertWhen_StakeIsZero() external {
        expectUnopenable(
            terms(address(0), 0), address(gate), abi.encodeWithSelector(IStakedGate.StakedGate_StakeZero.selector)
        );
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, alice));
        gate.openTask("another", terms(address(0), 1));
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, alice));
        gate.admit(taskId, alice, joiningOf(taskId, alice), "");
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.terms("none");
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        vm.prank(TASKS_AT);
        gate.admit("none", alice, joiningOf("none", alice), "");
    }

    // admit

    function test_AdmitsAtTheBound() external {
        stake(alice, MIN_STAKE);
        expectJoined(taskId, 0, joiningOf(taskId, alice), bytes32(uint256(uint160(alice))), address(0));
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
    }

    function test_RevertWhen_StakeIsTooLow() external {
        stake(alice, MIN_STAKE - 1);
        _expectTooLow(MIN_STAKE - 1);
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
    }

    /// @dev What is unbonding can no longer be slashed.
    function test_RevertGiven_StakeIsUnbonding() external {
        stake(alice, MIN_STAKE);
        vm.prank(alice);
        stakes.unbond(address(0), 1);
        _expectTooLow(MIN_STAKE - 1);
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
    }

    /// @dev Stake that tasks hold is a standing too.
    function test_CountsLockedStake() external {
        IProtocolParameters.Parameters memory next = parameters.parameters();
        next.treasury = makeAddr("treasury");
        parameters.setParameters(next);
        stake(alice, MIN_STAKE);
        ITaskRegistry.TaskRequest memory made = requestOf("staked", address(0), "");
        made.stakePerSlot = MIN_STAKE;
        vm.deal(REQUESTER, SLOTS * REWARD);
        vm.prank(REQUESTER);
        bytes32 staked = tasks.createTask{value: SLOTS * REWARD}(made);
        joinAs(alice, staked, joiningOf(staked, alice), "");
        assertEq(stakes.stakeOf(alice, address(0)).free, 0);
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
    }

    function test_RevertGiven_StakeIsInAnotherToken() external {
        PlainToken token = new PlainToken(18);
        bytes32 id = createTask("token", address(gate), terms(address(token), MIN_STAKE));
        stake(alice, MIN_STAKE);
        vm.expectRevert(abi.encodeWithSelector(IStakedGate.StakedGate_StakeTooLow.selector, id, alice, 0, MIN_STAKE));
        joinAs(alice, id, joiningOf(id, alice), "");
    }

    function test_RevertWhen_SenderIsNotTheWorker() external {
        stake(alice, MIN_STAKE);
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotWorker.selector, alice, relayer));
        joinAs(relayer, taskId, joiningOf(taskId, alice), "");
    }

    function test_RevertWhen_WorkerJoinsTwice() external {
        stake(alice, MIN_STAKE);
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyJoined.selector, taskId, alice, 0));
        joinAs(alice, taskId, joiningOf(taskId, alice), "");
    }

    function stake(address account, uint128 amount) internal {
        stakes.deposit{value: amount}(account, address(0), amount);
    }

    function terms(address token, uint128 minStake) internal pure returns (bytes memory) {
        return abi.encode(IStakedGate.Terms({token: token, minStake: minStake}));
    }

    function _expectTooLow(uint256 held) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IStakedGate.StakedGate_StakeTooLow.selector, taskId, alice, held, MIN_STAKE)
        );
    }
}
