// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {BombAccount, BurningAccount, ReentrantAccount, RefusingAccount} from "../../mocks/Accounts.sol";
import {MockSettlement} from "../../mocks/MockSettlement.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

/// @notice Getting native coin out: by pull, and tried within a payment.
contract TaskRegistryWithdrawTest is ProtocolTest {
    MockSettlement internal module;
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        module = new MockSettlement();
        parameters.setSettlement(address(module), true);
        ITaskRegistry.TaskRequest memory made = request();
        made.settlement = address(module);
        taskId = createTask(made);
    }

    function joinFor(address payout) internal returns (uint32) {
        return joinFor(taskId, alice, payout);
    }

    function expectRefusalWithin(address payout) internal {
        uint32 slot = joinFor(payout);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(payout, NATIVE, REWARD);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.WithdrawalRefused(payout, NATIVE, REWARD);
        uint256 before = gasleft();
        module.paySlot(tasks, taskId, slot, true);
        assertLt(before - gasleft(), 400_000, "a refusal costs at most the capped transfer");
        assertEq(tasks.creditOf(payout, NATIVE), REWARD);
        assertEq(uint8(tasks.slotOf(taskId, slot).state), uint8(ITaskRegistry.SlotState.Paid));
    }

    function test_RevertGiven_NoCredit() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NothingToWithdraw.selector, alice, NATIVE));
        tasks.withdraw(alice, NATIVE);
    }

    function test_RefusingAccountKeepsItsCredit() external {
        RefusingAccount account = new RefusingAccount();
        expectRefusalWithin(address(account));

        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_TransferRefused.selector, address(account), NATIVE, REWARD
            )
        );
        tasks.withdraw(address(account), NATIVE);

        account.accept(true);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Withdrawn(address(account), NATIVE, REWARD);
        vm.prank(stranger);
        assertEq(tasks.withdraw(address(account), NATIVE), REWARD);
        assertEq(address(account).balance, REWARD);
        assertEq(tasks.creditOf(address(account), NATIVE), 0);
    }

    function test_RefusingAccountSendsItsCreditElsewhere() external {
        RefusingAccount account = new RefusingAccount();
        expectRefusalWithin(address(account));
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Withdrawn(address(account), NATIVE, REWARD);
        vm.prank(address(account));
        assertEq(tasks.withdrawTo(NATIVE, carol), REWARD);
        assertEq(carol.balance, REWARD);
        assertEq(tasks.creditOf(address(account), NATIVE), 0);
        assertEq(tasks.creditOf(carol, NATIVE), 0);

        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NothingToWithdraw.selector, address(account), NATIVE)
        );
        vm.prank(address(account));
        tasks.withdrawTo(NATIVE, carol);
    }

    function test_NobodyMovesAnothersCredit() external {
        module.paySlot(tasks, taskId, joinFor(alice), false);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NothingToWithdraw.selector, stranger, NATIVE));
        vm.prank(stranger);
        tasks.withdrawTo(NATIVE, stranger);
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
    }

    function test_RevertWhen_RecipientIsZeroOrTheRegistry() external {
        module.paySlot(tasks, taskId, joinFor(alice), false);
        address[2] memory wrong = [address(0), address(tasks)];
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_RecipientInvalid.selector, wrong[i]));
            vm.prank(alice);
            tasks.withdrawTo(NATIVE, wrong[i]);
        }
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
    }

    function test_RevertWhen_RecipientRefuses() external {
        RefusingAccount account = new RefusingAccount();
        module.paySlot(tasks, taskId, joinFor(alice), false);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_TransferRefused.selector, address(account), NATIVE, REWARD
            )
        );
        vm.prank(alice);
        tasks.withdrawTo(NATIVE, address(account));
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
    }

    function test_ReentrantRecipientGetsTheMoneyOnce() external {
        ReentrantAccount account = new ReentrantAccount();
        module.paySlot(tasks, taskId, joinFor(address(account)), false);
        account.prepare(address(tasks), abi.encodeCall(tasks.withdrawTo, (NATIVE, address(account))));
        account.run(address(tasks), 0, abi.encodeCall(tasks.withdrawTo, (NATIVE, address(account))));
        assertTrue(account.attempted());
        assertFalse(account.succeeded());
        assertEq(
            account.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(address(account).balance, REWARD);
    }

    function test_BurningAccountKeepsItsCredit() external {
        expectRefusalWithin(address(new BurningAccount()));
    }

    function test_BombAccountKeepsItsCredit() external {
        expectRefusalWithin(address(new BombAccount()));
    }

    function test_ReentrantAccountGetsItsMoneyOnce() external {
        ReentrantAccount account = new ReentrantAccount();
        account.prepare(address(tasks), abi.encodeCall(tasks.withdraw, (address(account), NATIVE)));
        uint32 slot = joinFor(address(account));
        module.paySlot(tasks, taskId, slot, true);
        assertTrue(account.attempted());
        assertFalse(account.succeeded());
        assertEq(
            account.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(address(account).balance, REWARD);
    }

    function test_ReentrantWithdrawalGetsItsMoneyOnce() external {
        ReentrantAccount account = new ReentrantAccount();
        uint32 slot = joinFor(address(account));
        module.paySlot(tasks, taskId, slot, false);
        account.prepare(address(tasks), abi.encodeCall(tasks.settle, (taskId, slot)));
        tasks.withdraw(address(account), NATIVE);
        assertTrue(account.attempted());
        assertFalse(account.succeeded());
        assertEq(
            account.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(address(account).balance, REWARD);
    }

    /// @dev Too little gas to transfer never loses the money: the credit stays or the whole call reverts.
    function testFuzz_ScarceGasLosesNothing(uint256 gasSent) external {
        uint32 slot = joinFor(alice);
        gasSent = bound(gasSent, 30_000, 500_000);
        try module.paySlot{gas: gasSent}(tasks, taskId, slot, true) {
            assertEq(alice.balance + tasks.creditOf(alice, NATIVE), REWARD);
        } catch {
            assertEq(uint8(tasks.slotOf(taskId, slot).state), uint8(ITaskRegistry.SlotState.Joined));
        }
    }

    function test_PaymentHandsOverEarlierCreditToo() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.salt = "second";
        made.settlement = address(module);
        bytes32 second = createTask(made);
        uint32 slot = joinFor(alice);
        module.paySlot(tasks, taskId, slot, false);
        uint32 otherSlot = join(second, alice);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Withdrawn(alice, NATIVE, 2 * REWARD);
        module.paySlot(tasks, second, otherSlot, true);
        assertEq(alice.balance, 2 * REWARD);
    }
}
