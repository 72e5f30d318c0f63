// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {RefusingAccount} from "../../mocks/Accounts.sol";
import {PlainToken} from "../../mocks/TokenZoo.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract StakeVaultTest is StakedTest {
    function stakeOf(address account) internal view returns (IStakeVault.Stake memory) {
        return stakes.stakeOf(account, NATIVE);
    }

    function unbond(address account, uint128 amount) internal {
        vm.prank(account);
        stakes.unbond(NATIVE, amount);
    }

    function test_RevertWhen_NothingOrNobodyIsNamed() external {
        vm.expectRevert(IStakeVault.StakeVault_AmountZero.selector);
        stakes.deposit(alice, NATIVE, 0);
        vm.expectRevert(IStakeVault.StakeVault_AccountZero.selector);
        stakes.deposit{value: 1}(address(0), NATIVE, 1);
        vm.expectRevert(IStakeVault.StakeVault_AmountZero.selector);
        stakes.unbond(NATIVE, 0);
    }

    function test_RevertWhen_TheCoinSentIsNotTheAmount() external {
        for (uint256 sent; sent < 4; ++sent) {
            if (sent == 2) continue;
            vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_WrongDeposit.selector, sent, 2));
            stakes.deposit{value: sent}(alice, NATIVE, 2);
        }
        PlainToken token = new PlainToken(18);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_WrongDeposit.selector, 1, 0));
        stakes.deposit{value: 1}(alice, address(token), 2);
    }

    /// @dev Else a deposit for somebody else could make a later release overflow, and its task could never end.
    function test_RevertWhen_MoreThan128BitsAreHeld() external {
        PlainToken token = new PlainToken(36);
        token.mint(address(this), type(uint256).max);
        token.approve(address(stakes), type(uint256).max);
        stakes.deposit(alice, address(token), type(uint128).max - 5);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.StakeVault_TooMuchHeld.selector,
                address(token),
                uint256(type(uint128).max) + 1,
                type(uint128).max
            )
        );
        stakes.deposit(bob, address(token), 6);
        stakes.deposit(bob, address(token), 5);
        assertEq(stakes.heldOf(address(token)), type(uint128).max);
        // What leaves makes room.
        vm.prank(alice);
        stakes.unbond(address(token), 6);
        vm.warp(START + UNBONDING_DELAY);
        stakes.withdraw(alice, address(token));
        stakes.deposit(bob, address(token), 6);
        assertEq(stakes.heldOf(address(token)), type(uint128).max);
    }

    function test_DepositsForAnyone() external {
        uint128 held = stakes.heldOf(NATIVE);
        vm.deal(stranger, 3);
        vm.prank(stranger);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeDeposited(carol, NATIVE, 3);
        stakes.deposit{value: 3}(carol, NATIVE, 3);
        assertEq(free(carol), 10 ether + 3);
        assertEq(free(stranger), 0);
        assertEq(stakes.heldOf(NATIVE), held + 3);
        assertEq(address(stakes).balance, held + 3);
    }

    function test_RevertWhen_MoreThanFreeIsUnbonded() external {
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, alice, NATIVE, 10 ether, 10 ether + 1)
        );
        unbond(alice, 10 ether + 1);
        // What is locked is not free.
        bytes32 taskId = createStaked("staked");
        join(taskId, alice);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.StakeVault_NotEnoughFree.selector, alice, NATIVE, 10 ether - STAKE, 10 ether
            )
        );
        unbond(alice, 10 ether);
    }

    function test_Unbonds() external {
        vm.expectEmit(address(stakes));
        emit IStakeVault.UnbondingStarted(alice, NATIVE, 4 ether, uint64(START + UNBONDING_DELAY));
        unbond(alice, 4 ether);
        assertEq(abi.encode(stakeOf(alice)), abi.encode(6 ether, 0, 4 ether, START + UNBONDING_DELAY));
    }

    function test_UnbondingAgainStartsTheDelayAnew() external {
        unbond(alice, 4 ether);
        vm.warp(START + 400);
        unbond(alice, 1 ether);
        assertEq(abi.encode(stakeOf(alice)), abi.encode(5 ether, 0, 5 ether, START + 400 + UNBONDING_DELAY));
        vm.warp(START + UNBONDING_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.StakeVault_StillUnbonding.selector,
                alice,
                NATIVE,
                START + 400 + UNBONDING_DELAY,
                START + UNBONDING_DELAY
            )
        );
        stakes.withdraw(alice, NATIVE);
    }

    function test_WithdrawsFromTheFirstSecond() external {
        unbond(alice, 4 ether);
        uint256 at = START + UNBONDING_DELAY;
        vm.warp(at - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StakeVault_StillUnbonding.selector, alice, NATIVE, at, at - 1)
        );
        stakes.withdraw(alice, NATIVE);
        uint256 snapshot = vm.snapshotState();
        for (uint256 t = at; t <= at + 1; ++t) {
            vm.warp(t);
            vm.expectEmit(address(stakes));
            emit IStakeVault.StakeWithdrawn(alice, NATIVE, 4 ether);
            vm.prank(stranger);
            assertEq(stakes.withdraw(alice, NATIVE), 4 ether);
            assertEq(alice.balance, 4 ether);
            assertEq(address(stakes).balance, stakes.heldOf(NATIVE));
            vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_NothingUnbonding.selector, alice, NATIVE));
            stakes.withdraw(alice, NATIVE);
            vm.revertToState(snapshot);
        }
    }

    function test_AnAccountThatRefusesKeepsItsStakeAndHasAWayOut() external {
        RefusingAccount account = new RefusingAccount();
        giveStake(address(account), 2 ether);
        unbond(address(account), 2 ether);
        vm.warp(START + UNBONDING_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StakeVault_TransferRefused.selector, address(account), NATIVE, 2 ether)
        );
        stakes.withdraw(address(account), NATIVE);
        assertEq(stakeOf(address(account)).unbonding, 2 ether);
        address[2] memory wrong = [address(0), address(stakes)];
        for (uint256 i; i < 2; ++i) {
            vm.prank(address(account));
            vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_RecipientInvalid.selector, wrong[i]));
            stakes.withdrawTo(NATIVE, wrong[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_NothingUnbonding.selector, stranger, NATIVE));
        vm.prank(stranger);
        stakes.withdrawTo(NATIVE, stranger);
        vm.prank(address(account));
        stakes.withdrawTo(NATIVE, stranger);
        assertEq(stranger.balance, 2 ether);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        address[6] memory callers = [alice, requester, address(module), address(gate), address(stakes), address(this)];
        for (uint256 i; i < callers.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IStakeVault.StakeVault_NotTaskRegistry.selector, callers[i]);
            vm.startPrank(callers[i]);
            vm.expectRevert(refusal);
            stakes.lock("task", alice, NATIVE, 1);
            vm.expectRevert(refusal);
            stakes.release("task", alice, NATIVE, 1);
            vm.expectRevert(refusal);
            stakes.slash("task", alice, NATIVE, 1, callers[i]);
            vm.expectRevert(refusal);
            stakes.burn("task", alice, NATIVE, 1);
            vm.stopPrank();
        }
    }

    /// @dev What is on its way out is out of reach, and what a task holds cannot leave.
    function test_UnbondingCanNeitherBeLockedNorSlashed() external {
        bytes32 taskId = createStaked("staked");
        join(taskId, alice);
        unbond(alice, uint128(free(alice)));
        bytes32 other = createStaked("other");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, alice, NATIVE, 0, STAKE));
        tasks.join(other, joining(other, alice, alice), "");
        vm.warp(START + UNBONDING_DELAY);
        stakes.withdraw(alice, NATIVE);
        assertEq(alice.balance, 10 ether - STAKE);
        assertEq(locked(alice), STAKE);
    }
}
