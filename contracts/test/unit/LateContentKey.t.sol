// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ConsensusTest} from "../utils/ConsensusTest.sol";

/// @notice A requester that withholds the content key until workers can neither work nor leave takes no stake from them.
contract LateContentKeyTest is ConsensusTest {
    uint128 internal constant STAKE = 0.5 ether;

    function staked(ITaskRegistry.TaskRequest memory asked) internal returns (bytes32 taskId) {
        (asked.payloadDigest, asked.stakePerSlot) = ("payload", STAKE);
        taskId = createTask(asked);
        giveStake(alice, STAKE);
        join(taskId, alice);
    }

    function wrap(bytes32 taskId) internal {
        bytes[] memory wrapped = new bytes[](1);
        wrapped[0] = "key";
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, range(0, 1), wrapped);
    }

    /// @dev Nothing comes after the content key, whenever it is out. Whoever could have left before the deadline is liable.
    function check(bytes32 taskId, uint256 deadline) internal {
        uint64 finalDeadline = moduleOf(taskId).finalDeadline(taskId);
        // Never; the last second that leaves time to leave; one later; at the deadline itself; after everything.
        uint256[5] memory published =
            [uint256(0), deadline - LEAVE_WINDOW - 1, deadline - LEAVE_WINDOW, deadline, finalDeadline];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < published.length; ++i) {
            if (published[i] != 0) {
                vm.warp(published[i]);
                wrap(taskId);
            }
            vm.warp(finalDeadline + 1);
            assertEq(uint8(moduleOf(taskId).outcome(taskId, 0)), uint8(ISettlement.Outcome.Missed));
            vm.prank(stranger);
            tasks.settle(taskId, 0);

            bool liable = i == 1;
            uint256 loss = liable ? uint256(STAKE) * MISSED_SLASH_BPS / 10_000 : 0;
            assertEq(
                uint8(tasks.slotOf(taskId, 0).ending),
                uint8(liable ? ITaskRegistry.Ending.Missed : ITaskRegistry.Ending.Lapsed)
            );
            assertEq(stakes.stakeOf(alice, NATIVE).free, STAKE - loss);
            assertEq(stakes.stakeOf(alice, NATIVE).locked, 0);
            assertEq(stakes.stakeOf(treasury, NATIVE).free, loss);
            assertEq(tasks.recordOf(alice).missed, liable ? 1 : 0);
            assertEq(tasks.creditOf(requester, NATIVE), REWARD + FEE);
            // Nobody took the other two.
            assertEq(tasks.task(taskId).escrow, 2 * uint256(REWARD + FEE));
            vm.revertToState(snapshot);
        }
    }

    function moduleOf(bytes32 taskId) internal view returns (ISettlement) {
        return ISettlement(tasks.task(taskId).settlement);
    }

    function test_HiddenGold() external {
        check(staked(hiddenRequest()), SUBMIT_BY);
    }

    function test_ConsensusBeforeCommitting() external {
        check(staked(consensusRequest(smallTerms(3), 3)), COMMIT_BY);
    }

    function test_ConsensusBeforeDelivering() external {
        bytes32 taskId = staked(consensusRequest(smallTerms(3), 3));
        commitLabels(taskId, 0);
        check(taskId, DELIVER_BY);
    }

    function test_ConsensusOfDrawnItems() external {
        bytes32 taskId = staked(consensusRequest(drawn(smallTerms(3)), 3));
        vm.warp(JOIN_BY + 1);
        revealSeed(taskId, 0);
        check(taskId, COMMIT_BY);
    }
}
