// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ReentrantAccount} from "../../mocks/Accounts.sol";
import {
    BlacklistToken,
    BombToken,
    BonusToken,
    FalseToken,
    FeeToken,
    HookToken,
    PausableToken,
    PlainToken,
    RevertOnZeroToken,
    SilentToken
} from "../../mocks/TokenZoo.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

/// @notice Stakes, slashes and withdrawals with every kind of token.
contract StakeVaultTokensTest is StakedTest {
    uint128 internal constant PUT = 5 ether;

    function allow(address token) internal {
        parameters.setTokenPolicy(token, tokenPolicy(1, 0));
        address[3] memory owners = [requester, alice, bob];
        address[2] memory spenders = [address(tasks), address(stakes)];
        for (uint256 i; i < 3; ++i) {
            PlainToken(token).mint(owners[i], 100 ether);
            for (uint256 j; j < 2; ++j) {
                vm.prank(owners[i]);
                // The silent token's approve answers nothing, so the call is made by hand.
                (bool approved,) = token.call(abi.encodeCall(IERC20.approve, (spenders[j], type(uint256).max)));
                assertTrue(approved);
            }
        }
    }

    function put(address token, address account, uint128 amount) internal {
        vm.prank(account);
        stakes.deposit(account, token, amount);
    }

    function take(address token, address account) internal returns (uint256) {
        vm.startPrank(account);
        stakes.unbond(token, stakes.stakeOf(account, token).free);
        vm.stopPrank();
        vm.warp(vm.getBlockTimestamp() + UNBONDING_DELAY);
        return stakes.withdraw(account, token);
    }

    /// @dev Two workers staked, one slashed and one paid; everything put in comes out again, to the last unit.
    function runStakes(address token) internal {
        vm.warp(START);
        allow(token);
        put(token, requester, PUT);
        put(token, alice, PUT);
        put(token, bob, PUT);
        assertEq(stakes.heldOf(token), 3 * PUT);
        ITaskRegistry.TaskRequest memory made = stakedRequest(bytes32(bytes20(token)));
        (made.token, made.slots) = (token, 2);
        bytes32 taskId = createTask(made);
        join(taskId, alice);
        join(taskId, bob);
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        pay(taskId, 1, 10_000, 1, address(0));
        tasks.releaseBond(taskId);
        uint256 loss = uint256(STAKE) * REJECTED_SLASH_BPS / 10_000;
        assertEq(take(token, alice), PUT - loss);
        assertEq(take(token, bob), PUT);
        assertEq(take(token, requester), PUT);
        assertEq(take(token, treasury), loss);
        assertEq(PlainToken(token).balanceOf(treasury), loss);
        assertEq(PlainToken(token).balanceOf(address(stakes)), 0);
        assertEq(stakes.heldOf(token), 0);
    }

    function test_TakesEveryTokenThatMovesWhatItSays() external {
        runStakes(address(new PlainToken(0)));
        runStakes(address(new PlainToken(36)));
        runStakes(address(new SilentToken()));
        runStakes(address(new RevertOnZeroToken()));
        runStakes(address(new HookToken()));
        runStakes(address(new BlacklistToken()));
    }

    function test_RevertWhen_WhatArrivesIsNotTheAmount() external {
        FeeToken fee = new FeeToken();
        allow(address(fee));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_WrongDeposit.selector, PUT - PUT / 100, PUT));
        put(address(fee), alice, PUT);
        BonusToken bonus = new BonusToken();
        allow(address(bonus));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_WrongDeposit.selector, PUT + 1, PUT));
        put(address(bonus), alice, PUT);
    }

    function test_RevertWhen_ATokenAnswersFalse() external {
        FalseToken token = new FalseToken();
        allow(address(token));
        token.refuse(true);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        put(address(token), alice, PUT);
        token.refuse(false);
        put(address(token), alice, PUT);
        token.refuse(true);
        refusesToLeave(address(token));
        token.refuse(false);
        stakes.withdraw(alice, address(token));
        assertEq(token.balanceOf(alice), 100 ether);
    }

    function refusesToLeave(address token) internal {
        vm.prank(alice);
        stakes.unbond(token, PUT);
        vm.warp(vm.getBlockTimestamp() + UNBONDING_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_TransferRefused.selector, alice, token, PUT));
        stakes.withdraw(alice, token);
        assertEq(stakes.stakeOf(alice, token).unbonding, PUT);
    }

    function test_KeepsTheStakeWhileATokenRefuses() external {
        BlacklistToken blacklist = new BlacklistToken();
        allow(address(blacklist));
        put(address(blacklist), alice, PUT);
        blacklist.blacklist(alice, true);
        refusesToLeave(address(blacklist));
        vm.prank(alice);
        stakes.withdrawTo(address(blacklist), bob);
        assertEq(blacklist.balanceOf(bob), 100 ether + PUT);

        PausableToken pausable = new PausableToken();
        allow(address(pausable));
        put(address(pausable), alice, PUT);
        pausable.pause(true);
        refusesToLeave(address(pausable));

        BombToken bomb = new BombToken();
        allow(address(bomb));
        put(address(bomb), alice, PUT);
        bomb.refuse(true);
        refusesToLeave(address(bomb));
    }

    /// @dev A token that stops moving stops no task: stakes change hands in the vault's books alone.
    function test_APausedTokenHoldsUpNoSlash() external {
        PausableToken token = new PausableToken();
        allow(address(token));
        put(address(token), alice, PUT);
        put(address(token), requester, PUT);
        ITaskRegistry.TaskRequest memory made = stakedRequest("paused");
        made.token = address(token);
        bytes32 taskId = createTask(made);
        join(taskId, alice);
        token.pause(true);
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        module.burnBond(tasks, taskId);
        assertEq(stakes.stakeOf(alice, address(token)).free, PUT - uint256(STAKE) * REJECTED_SLASH_BPS / 10_000);
        assertEq(stakes.burnedOf(address(token)), BOND);
    }

    function test_PaysARecipientThatComesBackOnce() external {
        HookToken token = new HookToken();
        allow(address(token));
        ReentrantAccount account = new ReentrantAccount();
        vm.prank(alice);
        stakes.deposit(address(account), address(token), PUT);
        vm.prank(alice);
        stakes.deposit(bob, address(token), PUT);
        account.run(address(stakes), 0, abi.encodeCall(stakes.unbond, (address(token), PUT)));
        vm.warp(START + UNBONDING_DELAY);
        account.prepare(address(stakes), abi.encodeCall(stakes.withdraw, (address(account), address(token))));
        stakes.withdraw(address(account), address(token));
        assertTrue(account.attempted());
        assertFalse(account.succeeded());
        assertEq(
            account.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(token.balanceOf(address(account)), PUT);
        assertEq(token.balanceOf(address(stakes)), PUT);
    }
}
