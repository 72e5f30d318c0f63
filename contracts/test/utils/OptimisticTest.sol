// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ProofTaskTest} from "./ProofTaskTest.sol";

/// @notice An optimistic task with one slot that Alice joined, paid to Carol, and everybody's stakes.
abstract contract OptimisticTest is ProofTaskTest {
    uint64 internal constant CLAIMED_AT = uint64(START + 50);
    uint64 internal constant CHALLENGE_BY = CLAIMED_AT + CHALLENGE_WINDOW;
    uint64 internal constant DISPUTED_AT = CLAIMED_AT + 10;
    uint64 internal constant ANSWER_BY = DISPUTED_AT + PROVE_WINDOW;
    uint128 internal constant FUNDS = 2 ether;

    bytes32 internal taskId;
    uint32 internal slot;
    uint256[] internal signals;
    bytes internal proof;

    function setUp() public virtual override {
        super.setUp();
        taskId = createTask(optimisticRequest());
        giveStake(alice, FUNDS);
        giveStake(bob, FUNDS);
        giveStake(requester, FUNDS);
        slot = joinFor(taskId, alice, carol);
        signals = signalsWith(contextOf(optimistic, taskId, slot));
        proof = proofOf(signals);
        vm.warp(CLAIMED_AT);
    }

    function claim() internal {
        vm.prank(alice);
        optimistic.claim(taskId, slot, signals);
    }

    function disputeBy(address challenger) internal {
        vm.prank(challenger);
        tasks.dispute(taskId, slot, uint96(STAKE));
    }

    function claimAndDispute() internal {
        claim();
        vm.warp(DISPUTED_AT);
        disputeBy(bob);
    }

    function free(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).free;
    }

    function locked(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).locked;
    }

    function assertOutcome(ISettlement.Outcome expected) internal view {
        assertEq(uint8(optimistic.outcome(taskId, slot)), uint8(expected));
    }

    /// @dev Every stake and every reward is somebody's, and nothing is locked any more.
    function assertOver() internal view {
        address[5] memory everyone = [alice, bob, carol, requester, treasury];
        uint256 held;
        uint256 credits;
        for (uint256 i; i < everyone.length; ++i) {
            assertEq(locked(everyone[i]), 0);
            held += free(everyone[i]);
            credits += tasks.creditOf(everyone[i], NATIVE);
        }
        assertEq(held, 3 * uint256(FUNDS));
        assertEq(held, address(stakes).balance);
        assertEq(credits + tasks.task(taskId).escrow, address(tasks).balance);
        assertEq(tasks.task(taskId).escrow, 2 * uint256(REWARD + FEE));
        assertEq(tasks.disputeOf(taskId, slot).challenger, address(0));
        ITaskRegistry.SlotState state = stateOf(taskId, slot);
        assertTrue(state == ITaskRegistry.SlotState.Paid || state == ITaskRegistry.SlotState.Returned);
    }
}
