// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryGradedPayTest is StakedTest {
    uint96 internal constant RELAY_FEE = 0.1 ether;

    bytes32 internal taskId;
    address internal joiner = makeAddr("joiner");
    address internal payer = makeAddr("payer");

    function setUp() public override {
        super.setUp();
        taskId = createGated("gated");
        relay(taskId, joiner, relayed(taskId, alice, carol, RELAY_FEE), "a");
    }

    function credit(address account) internal view returns (uint256) {
        return tasks.creditOf(account, NATIVE);
    }

    function assertCredits(uint256 payout, uint256 byJoiner, uint256 byPayer, uint256 left) internal view {
        assertEq(credit(carol), payout, "payout");
        assertEq(credit(joiner), byJoiner, "joiner");
        assertEq(credit(payer), byPayer, "payer");
        assertEq(credit(requester), left, "requester");
        assertEq(credit(alice), 0, "worker");
    }

    function test_RevertWhen_ShareOrScoreIsOutOfRange() external {
        uint16[3] memory shares = [uint16(0), 10_001, 10_000];
        uint16[3] memory scores = [uint16(0), 0, 10_001];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_ShareOutOfRange.selector, shares[i]));
            pay(taskId, 0, shares[i], scores[i], payer);
        }
    }

    function test_PaysBothRelayers() external {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotPaid(taskId, 0, carol, NATIVE, REWARD, FEE, 0, 8000, ITaskRegistry.Ending.Proven);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.RelayerPaid(taskId, 0, joiner, NATIVE, RELAY_FEE);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.Credited(joiner, NATIVE, RELAY_FEE);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.RelayerPaid(taskId, 0, payer, NATIVE, RELAY_FEE);
        pay(taskId, 0, 10_000, 8000, payer);
        assertCredits(REWARD - 2 * RELAY_FEE, RELAY_FEE, RELAY_FEE, 0);
        assertEq(credit(treasury), FEE);
        assertEq(tasks.slotOf(taskId, 0).scoreBps, 8000);
    }

    function test_PaysWhoBroughtBothTwice() external {
        pay(taskId, 0, 10_000, 8000, joiner);
        assertCredits(REWARD - 2 * RELAY_FEE, 2 * RELAY_FEE, 0, 0);
    }

    function test_PaysNoFeeToTheWorkerItsPayoutOrNobody() external {
        address[3] memory own = [alice, carol, address(0)];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 3; ++i) {
            pay(taskId, 0, 10_000, 8000, own[i]);
            assertCredits(REWARD - RELAY_FEE, RELAY_FEE, 0, 0);
            vm.revertToState(snapshot);
        }
    }

    function test_AWorkerThatJoinedItselfPaysNoJoiner() external {
        relay(taskId, bob, relayed(taskId, bob, bob, RELAY_FEE), "b");
        pay(taskId, 1, 10_000, 8000, payer);
        assertEq(credit(bob), REWARD - RELAY_FEE);
        assertEq(credit(payer), RELAY_FEE);
    }

    function test_WhoSettlesASilenceIsPaid() external {
        module.setOutcome(0, ISettlement.Outcome.Paid);
        vm.prank(payer);
        tasks.settle(taskId, 0);
        assertCredits(REWARD - 2 * RELAY_FEE, RELAY_FEE, RELAY_FEE, 0);
    }

    function test_FeesAboveTheGradedRewardTakeHalfEach() external {
        // One percent of the reward is less than two fees.
        pay(taskId, 0, 100, 100, payer);
        assertCredits(0, REWARD / 200, REWARD / 200, REWARD + FEE - REWARD / 100 - FEE / 100);
        assertEq(credit(treasury), FEE / 100);
    }

    function test_ReturnsNothingToRelayersOfAReturnedSlot() external {
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        assertCredits(0, 0, 0, REWARD + FEE);
    }

    /// @dev To the last unit: reward and fee go to payout, relayers, treasury and requester, whatever the share.
    function testFuzz_EverythingAddsUp(uint128 reward, uint16 share, uint96 relayFee, bool self) external {
        reward = uint128(bound(reward, 1000, 1e24));
        share = uint16(bound(share, 1, 10_000));
        relayFee = uint96(bound(relayFee, 0, reward / 2));
        ITaskRegistry.TaskRequest memory made = stakedRequest("fuzzed");
        (made.gate, made.stakePerSlot, made.bond) = (address(gate), 0, 0);
        (made.rewardPerSlot, made.slots) = (reward, 1);
        vm.deal(requester, 1e26);
        bytes32 fuzzed = createTask(made);
        uint256 deposit = tasks.task(fuzzed).escrow;
        relay(fuzzed, joiner, relayed(fuzzed, alice, carol, relayFee), "a");
        pay(fuzzed, 0, share, share, self ? alice : payer);
        uint256 earned = uint256(reward) * share / 10_000;
        assertEq(credit(carol) + credit(joiner) + credit(payer), earned);
        assertLe(credit(joiner), relayFee);
        assertLe(credit(payer), relayFee);
        assertEq(earned + credit(treasury) + credit(requester), deposit);
        assertEq(tasks.task(fuzzed).escrow, 0);
    }
}
