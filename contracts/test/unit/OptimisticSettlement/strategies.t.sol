// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

/// @notice What each actor of an optimistic task ends with, by what it does. Alice and Carol are one worker, with a second account
/// where it disputes itself; Bob is somebody else.
contract OptimisticSettlementStrategiesTest is OptimisticTest {
    address[5] internal _everyone;
    mapping(address account => uint256 wealth) internal _before;
    address internal second = makeAddr("the worker's second account");

    function setUp() public override {
        super.setUp();
        giveStake(second, FUNDS);
        _everyone = [alice, carol, second, bob, requester];
        for (uint256 i; i < _everyone.length; ++i) {
            _before[_everyone[i]] = wealthOf(_everyone[i]);
        }
        _before[treasury] = wealthOf(treasury);
    }

    function wealthOf(address account) internal view returns (uint256) {
        return account.balance + tasks.creditOf(account, NATIVE) + free(account) + locked(account);
    }

    function gainOf(address account) internal view returns (int256) {
        return int256(wealthOf(account)) - int256(_before[account]);
    }

    function workerGain() internal view returns (int256) {
        return gainOf(alice) + gainOf(carol) + gainOf(second);
    }

    /// @dev What each ends with, and that it adds up: the reward and the fee of the slot were the requester's.
    function assertGains(int256 worker, int256 other, int256 ofRequester, int256 ofTreasury) internal view {
        assertEq(workerGain(), worker, "worker");
        assertEq(gainOf(bob), other, "somebody else");
        assertEq(gainOf(requester), ofRequester, "requester");
        assertEq(gainOf(treasury), ofTreasury, "treasury");
        assertEq(worker + other + ofRequester + ofTreasury, int256(uint256(REWARD + FEE)), "the slot's escrow");
        assertEq(address(stakes).balance, uint256(stakes.heldOf(NATIVE)));
    }

    function undisputed() internal {
        claim();
        vm.warp(CHALLENGE_BY + 1);
        tasks.settle(taskId, slot);
    }

    function lostTo(address challenger) internal {
        claim();
        vm.warp(DISPUTED_AT);
        disputeBy(challenger);
        vm.warp(ANSWER_BY + 1);
        optimistic.resolve(taskId, slot);
    }

    function wonAgainst(address challenger) internal {
        claim();
        vm.warp(DISPUTED_AT);
        disputeBy(challenger);
        optimistic.prove(taskId, slot, signals, proof, false);
    }

    int256 internal constant R = int256(uint256(REWARD));
    int256 internal constant F = int256(uint256(FEE));
    int256 internal constant S = int256(uint256(STAKE));

    function test_AnUndisputedClaimEarnsTheReward() external {
        undisputed();
        assertGains(R, 0, 0, F);
    }

    function test_AClaimThatHoldsEarnsHalfOfTheChallengersBond() external {
        wonAgainst(bob);
        assertGains(R + S / 2, -S, 0, F + S / 2);
    }

    function test_AFalseClaimCostsTheStakeAndHalfIsTheChallengers() external {
        lostTo(bob);
        assertGains(-S, S / 2, R + F, S / 2);
    }

    function test_ARequesterThatDisputesGetsHalf() external {
        lostTo(requester);
        assertGains(-S, 0, R + F + S / 2, S / 2);
    }

    /// @dev The option that was free: claim what is false, and dispute it oneself when somebody else is about to.
    function test_AFalseClaimDisputedByOneselfCostsHalfTheStake() external {
        lostTo(second);
        assertGains(-S / 2, 0, R + F, S / 2);
    }

    function test_AClaimThatHoldsDisputedByOneselfCostsHalfTheBond() external {
        wonAgainst(second);
        assertGains(R - S / 2, 0, 0, F + S / 2);
    }

    /// @dev At every stake, odd ones too, it costs half or more, and no unit is lost.
    function testFuzz_DisputingOneselfCostsAtLeastHalf(uint96 stake, bool proves) external {
        stake = uint96(bound(stake, 1, FUNDS - STAKE));
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = optimisticRequest();
        (made.salt, made.stakePerSlot) = ("other", stake);
        taskId = createTask(made);
        slot = joinFor(taskId, second, carol);
        signals = signalsWith(contextOf(optimistic, taskId, slot));
        vm.prank(second);
        optimistic.claim(taskId, slot, signals);
        vm.prank(alice);
        tasks.dispute(taskId, slot, stake);
        uint256 staked = wealthOf(alice) + wealthOf(second);
        if (proves) {
            optimistic.prove(taskId, slot, signals, proofOf(signals), false);
        } else {
            vm.warp(START + PROVE_WINDOW + 1);
            optimistic.resolve(taskId, slot);
        }
        uint256 loss = staked - wealthOf(alice) - wealthOf(second);
        assertGe(2 * loss, stake);
        assertLe(2 * loss, uint256(stake) + 1);
        assertEq(free(treasury), loss);
    }

    /// @dev A requester that is its own worker, and says nothing: it proves nothing, and no count says that it did.
    function test_AnUnprovenClaimToOneselfRaisesNothingButTheSilentCounts() external {
        undisputed();
        ITaskRegistry.Record memory worker = tasks.recordOf(alice);
        ITaskRegistry.Record memory maker = tasks.recordOf(requester);
        assertEq(worker.unproven, 1);
        assertEq(maker.silent, 1);
        (worker.unproven, maker.silent) = (0, 0);
        ITaskRegistry.Record memory none;
        assertEq(abi.encode(worker), abi.encode(none));
        assertEq(abi.encode(maker), abi.encode(none));
    }
}
