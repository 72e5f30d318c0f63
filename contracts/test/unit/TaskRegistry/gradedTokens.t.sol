// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {
    BlacklistToken,
    HookToken,
    OddAnswerToken,
    PlainToken,
    RevertOnZeroToken,
    SilentToken
} from "../../mocks/TokenZoo.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

/// @notice A graded reward with two relay fees, in every kind of token.
contract TaskRegistryGradedTokensTest is StakedTest {
    uint16 internal constant SHARE = 3333;
    uint96 internal constant RELAY_FEE = 0.1 ether + 1;

    address internal joiner = makeAddr("joiner");
    address internal payer = makeAddr("payer");

    function create(address token) internal returns (bytes32 taskId) {
        parameters.setTokenPolicy(token, tokenPolicy(1, 0));
        PlainToken(token).mint(requester, DEPOSIT);
        vm.prank(requester);
        // The silent token's approve answers nothing, so the call is made by hand.
        (bool approved,) = token.call(abi.encodeCall(IERC20.approve, (address(tasks), type(uint256).max)));
        assertTrue(approved);
        ITaskRegistry.TaskRequest memory made = stakedRequest(bytes32(bytes20(token)));
        (made.token, made.gate, made.stakePerSlot, made.bond) = (token, address(gate), 0, 0);
        (made.slots, made.rewardPerSlot) = (1, REWARD + 7);
        taskId = createTask(made);
        relay(taskId, joiner, relayed(taskId, alice, carol, RELAY_FEE), "a");
    }

    function payNow(bytes32 taskId) internal {
        module.payGraded(tasks, taskId, 0, ITaskRegistry.Payment(SHARE, SHARE, payer, true));
    }

    function run(address token) internal {
        bytes32 taskId = create(token);
        uint256 deposit = tasks.task(taskId).escrow;
        uint256 had = PlainToken(token).balanceOf(requester);
        payNow(taskId);
        uint256 reward = uint256(REWARD + 7) * SHARE / 10_000;
        uint256 fee = uint256(tasks.task(taskId).feePerSlot) * SHARE / 10_000;
        assertEq(PlainToken(token).balanceOf(carol), reward - 2 * RELAY_FEE);
        address[4] memory others = [joiner, payer, treasury, requester];
        for (uint256 i; i < 4; ++i) {
            tasks.withdraw(others[i], token);
        }
        assertEq(PlainToken(token).balanceOf(joiner), RELAY_FEE);
        assertEq(PlainToken(token).balanceOf(payer), RELAY_FEE);
        assertEq(PlainToken(token).balanceOf(treasury), fee);
        assertEq(PlainToken(token).balanceOf(requester) - had, deposit - reward - fee);
        assertEq(PlainToken(token).balanceOf(address(tasks)), 0);
    }

    function test_PaysInEveryTokenThatMovesWhatItSays() external {
        run(address(new PlainToken(0)));
        run(address(new PlainToken(36)));
        run(address(new SilentToken()));
        run(address(new RevertOnZeroToken()));
        run(address(new HookToken()));
        run(address(new OddAnswerToken()));
    }

    function test_ARefusedPayoutHoldsUpNobodyElse() external {
        BlacklistToken token = new BlacklistToken();
        bytes32 taskId = create(address(token));
        token.blacklist(carol, true);
        uint256 reward = uint256(REWARD + 7) * SHARE / 10_000 - 2 * RELAY_FEE;
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.WithdrawalRefused(carol, address(token), reward);
        payNow(taskId);
        assertState(taskId, 0, ITaskRegistry.SlotState.Paid);
        tasks.withdraw(joiner, address(token));
        tasks.withdraw(payer, address(token));
        tasks.withdraw(requester, address(token));
        assertEq(tasks.creditOf(carol, address(token)), reward);
        vm.prank(carol);
        tasks.withdrawTo(address(token), bob);
        assertEq(token.balanceOf(bob), reward);
    }

    /// @dev A share so small that nothing is left of the reward: nothing is credited to fee or relayers, all goes back.
    function test_AShareOfNothing() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("dust");
        (made.gate, made.stakePerSlot, made.bond) = (address(gate), 0, 0);
        (made.slots, made.rewardPerSlot) = (1, 1000);
        bytes32 taskId = createTask(made);
        relay(taskId, joiner, relayed(taskId, alice, carol, 500), "a");
        module.payGraded(tasks, taskId, 0, ITaskRegistry.Payment(1, 1, payer, true));
        assertEq(tasks.creditOf(requester, NATIVE), 1025);
        assertEq(tasks.creditOf(joiner, NATIVE) + tasks.creditOf(payer, NATIVE) + tasks.creditOf(treasury, NATIVE), 0);
        assertEq(carol.balance, 0);
        assertEq(tasks.recordOf(requester).paid, 1);
    }
}
