// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

/// @notice Every line of the slashing table in contracts/README.md, and that nothing else slashes.
contract TaskRegistrySlashingTest is StakedTest {
    uint256 internal constant BEFORE = 10 ether;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createStaked("staked");
        join(taskId, alice);
    }

    /// @dev Alice has lost `loss` and the beneficiary has it; everyone else is as they were.
    function assertSlashed(uint256 loss, address beneficiary) internal view {
        assertSlashed(loss, beneficiary, loss);
    }

    /// @param gain What the beneficiary has of it; the treasury has the rest.
    function assertSlashed(uint256 loss, address beneficiary, uint256 gain) internal view {
        address[5] memory accounts = [alice, bob, carol, requester, treasury];
        uint256 sum;
        for (uint256 i; i < 5; ++i) {
            IStakeVault.Stake memory stake = stakes.stakeOf(accounts[i], NATIVE);
            uint256 had = accounts[i] == treasury ? 0 : BEFORE;
            uint256 has = uint256(stake.free) + stake.locked;
            sum += has;
            if (accounts[i] == alice) had -= loss;
            if (accounts[i] == beneficiary) had += gain;
            if (accounts[i] == treasury) had += loss - gain;
            assertEq(has, had);
        }
        assertEq(sum, 4 * BEFORE);
        assertEq(locked(alice), 0);
        assertEq(stakes.lockedOf(taskId, alice), 0);
        assertEq(locked(requester), BOND, "a bond is not touched by how a slot ends");
    }

    function test_PaidByProofFreesTheStake() external {
        makeLiable(taskId, 0);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeReleased(taskId, alice, NATIVE, STAKE);
        pay(taskId, 0, 10_000, 9000, address(0));
        assertSlashed(0, address(0));
    }

    function test_PaidBySilenceFreesTheStake() external {
        makeLiable(taskId, 0);
        module.setOutcome(0, ISettlement.Outcome.Paid);
        tasks.settle(taskId, 0);
        assertSlashed(0, address(0));
    }

    function test_AGradedPaymentFreesTheStake() external {
        pay(taskId, 0, 1, 1, address(0));
        assertSlashed(0, address(0));
    }

    function test_ARejectionSlashesItsShareToTheTreasury() external {
        uint256 loss = uint256(STAKE) * REJECTED_SLASH_BPS / 10_000;
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeSlashed(taskId, alice, treasury, NATIVE, loss);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeReleased(taskId, alice, NATIVE, STAKE - loss);
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        assertSlashed(loss, treasury);
    }

    /// @dev What a module has made final it says by its outcome, and the score with it.
    function test_ASettledRejectionSlashesAsMuch() external {
        uint256 loss = uint256(STAKE) * REJECTED_SLASH_BPS / 10_000;
        module.setOutcome(0, ISettlement.Outcome.Rejected);
        module.setRejectedScore(3333);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 3333, ITaskRegistry.Ending.Rejected);
        vm.prank(stranger);
        tasks.settle(taskId, 0);
        assertSlashed(loss, treasury);
        assertEq(tasks.recordOf(alice).rejected, 1);
        assertEq(tasks.recordOf(requester).refused, 1);
    }

    function test_ARedressFreesTheStakeAndPaysAll() external {
        makeLiable(taskId, 0);
        module.setOutcome(0, ISettlement.Outcome.Redressed);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, alice, 0, ITaskRegistry.Ending.Redressed);
        tasks.settle(taskId, 0);
        assertSlashed(0, address(0));
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
        assertEq(tasks.creditOf(treasury, NATIVE), FEE);
        assertEq(tasks.recordOf(alice).unproven, 1, "nothing was proven for it");
        assertEq(tasks.recordOf(requester).refused, 1);
        assertEq(tasks.recordOf(requester).paid, 0);
    }

    /// @dev Who can reject without answering for it cannot make a rejection cost more than the reward.
    function test_ARejectionByARequesterWithoutABondSlashesNothing() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("no bond");
        made.bond = 0;
        bytes32 plain = createTask(made);
        join(plain, bob);
        end(plain, 0, ITaskRegistry.Ending.Rejected);
        assertEq(free(bob), BEFORE);
        assertEq(tasks.recordOf(bob).rejected, 1);
    }

    function test_AMissedDeadlineSlashesItsShareToTheTreasury() external {
        makeLiable(taskId, 0);
        module.setOutcome(0, ISettlement.Outcome.Missed);
        vm.prank(requester);
        tasks.settle(taskId, 0);
        assertEq(uint8(endingOf(taskId, 0)), uint8(ITaskRegistry.Ending.Missed));
        assertSlashed(uint256(STAKE) * MISSED_SLASH_BPS / 10_000, treasury);
        assertEq(tasks.recordOf(alice).missed, 1);
    }

    /// @dev A requester that withholds the key, or publishes it when it is too late, costs the worker nothing.
    function test_AMissedDeadlineWithoutAKeyLapses() external {
        vm.warp(PROVE_BY);
        module.setOutcome(0, ISettlement.Outcome.Missed);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 0, 0, ITaskRegistry.Ending.Lapsed);
        tasks.settle(taskId, 0);
        assertSlashed(0, address(0));
        assertEq(tasks.recordOf(alice).missed, 0);
    }

    /// @dev However late it is settled: what counts is the deadline that was missed.
    function test_AMissedDeadlineWithinTheLeaveWindowLapses() external {
        vm.warp(START + 500);
        wrap(taskId, 0);
        module.setOutcome(0, ISettlement.Outcome.Missed);
        vm.warp(PROVE_BY);
        uint256 snapshot = vm.snapshotState();
        uint64 leaveBy = uint64(START) + 500 + LEAVE_WINDOW;
        for (uint64 deadline = leaveBy - 1; deadline <= leaveBy + 1; ++deadline) {
            module.setMissedDeadline(deadline);
            tasks.settle(taskId, 0);
            bool over = deadline > leaveBy;
            assertEq(
                uint8(endingOf(taskId, 0)), uint8(over ? ITaskRegistry.Ending.Missed : ITaskRegistry.Ending.Lapsed)
            );
            assertSlashed(over ? uint256(STAKE) * MISSED_SLASH_BPS / 10_000 : 0, over ? treasury : address(0));
            assertEq(tasks.recordOf(alice).missed, over ? 1 : 0);
            vm.revertToState(snapshot);
        }
    }

    function test_WithoutAPayloadAMissedDeadlineNeedsNoKey() external {
        end(taskId, 0, ITaskRegistry.Ending.Lapsed);
        ITaskRegistry.TaskRequest memory made = stakedRequest("no payload");
        (made.payloadDigest, made.bond) = (0, 0);
        bytes32 plain = createTask(made);
        join(plain, alice);
        vm.warp(START + LEAVE_WINDOW + 1);
        end(plain, 0, ITaskRegistry.Ending.Missed);
        assertSlashed(uint256(STAKE) * MISSED_SLASH_BPS / 10_000, treasury);
    }

    function test_LapsedAndLeftFreeTheStake() external {
        makeLiable(taskId, 0);
        uint256 snapshot = vm.snapshotState();
        end(taskId, 0, ITaskRegistry.Ending.Lapsed);
        assertSlashed(0, address(0));
        vm.revertToState(snapshot);
        module.setOutcome(0, ISettlement.Outcome.Returned);
        tasks.settle(taskId, 0);
        assertSlashed(0, address(0));
    }

    function test_ALostDisputeGivesHalfOfTheStakeToTheChallengerAndHalfToTheTreasury() external {
        module.setDisputable(true, 0.5 ether);
        vm.prank(bob);
        tasks.dispute(taskId, 0, 0.5 ether);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeSlashed(taskId, alice, bob, NATIVE, STAKE / 2);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeSlashed(taskId, alice, treasury, NATIVE, STAKE / 2);
        end(taskId, 0, ITaskRegistry.Ending.Disputed);
        module.closeDispute(tasks, taskId, 0, ITaskRegistry.Ruling.Upheld, address(0));
        assertSlashed(STAKE, bob, STAKE / 2);
        assertEq(locked(bob), 0);
        assertEq(tasks.recordOf(alice).disputesLost, 1);
    }

    function test_RevertGiven_NobodyDisputes() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotDisputed.selector, taskId, 0));
        end(taskId, 0, ITaskRegistry.Ending.Disputed);
    }

    function test_KeepsTheSharesAndTheTreasuryItWasMadeUnder() external {
        makeLiable(taskId, 0);
        IProtocolParameters.Parameters memory next = defaultParameters();
        (next.missedSlashBps, next.rejectedSlashBps, next.treasury) = (10_000, 10_000, stranger);
        parameters.setParameters(next);
        assertEq(tasks.task(taskId).parametersVersion, 1);
        uint256 snapshot = vm.snapshotState();
        end(taskId, 0, ITaskRegistry.Ending.Missed);
        assertSlashed(uint256(STAKE) * MISSED_SLASH_BPS / 10_000, treasury);
        vm.revertToState(snapshot);
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        assertSlashed(uint256(STAKE) * REJECTED_SLASH_BPS / 10_000, treasury);
    }

    /// @dev Whatever the shares, nothing is lost to rounding and nothing is made.
    function testFuzz_SlashedAndReleasedAddUp(uint128 stake, uint16 bps, uint256 which) external {
        stake = uint128(bound(stake, 1, 1e30));
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.missedSlashBps = next.rejectedSlashBps = uint16(bound(bps, 0, 10_000));
        parameters.setParameters(next);
        ITaskRegistry.TaskRequest memory made = stakedRequest("fuzzed");
        (made.stakePerSlot, made.bond) = (stake, 1);
        bytes32 fuzzed = createTask(made);
        giveStake(carol, stake);
        uint256 had = free(carol);
        join(fuzzed, carol);
        makeLiable(fuzzed, 0);
        end(fuzzed, 0, which % 2 == 0 ? ITaskRegistry.Ending.Missed : ITaskRegistry.Ending.Rejected);
        uint256 loss = uint256(stake) * next.missedSlashBps / 10_000;
        assertEq(free(carol), had - loss);
        assertEq(free(treasury), loss);
        assertEq(stakes.lockedOf(fuzzed, carol), 0);
    }

    function test_RevertGiven_TooLittleStake() external {
        vm.startPrank(bob);
        stakes.unbond(NATIVE, uint128(free(bob) - STAKE + 1));
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, bob, NATIVE, STAKE - 1, STAKE)
        );
        tasks.join(taskId, joining(taskId, bob, bob), "");
    }

    function test_RevertGiven_StakeBelowTheTokensMinimum() external {
        parameters.setTokenPolicy(NATIVE, tokenPolicy(1000, STAKE + 1));
        ITaskRegistry.TaskRequest memory made = stakedRequest("low");
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_StakeTooSmall.selector, STAKE, STAKE + 1));
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertGiven_AStakeOrBondAndNoTreasury() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        (next.feeBps, next.missedSlashBps, next.rejectedSlashBps, next.treasury) = (0, 0, 0, address(0));
        parameters.setParameters(next);
        ITaskRegistry.TaskRequest memory made = stakedRequest("nowhere");
        uint256 deposit = SLOTS * uint256(REWARD);
        for (uint256 i; i < 2; ++i) {
            // A part of a lost bond has no less to go somewhere.
            if (i == 1) made.stakePerSlot = 0;
            vm.prank(requester);
            vm.expectRevert(ITaskRegistry.TaskRegistry_NoTreasury.selector);
            tasks.createTask{value: deposit}(made);
        }
        made.bond = 0;
        vm.prank(requester);
        tasks.createTask{value: deposit}(made);
    }
}
