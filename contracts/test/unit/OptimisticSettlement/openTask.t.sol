// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofTermsTest} from "../../utils/ProofTermsTest.sol";

contract OptimisticSettlementOpenTaskTest is ProofTermsTest {
    function requestWith(
        IProofSettlement.Statement memory made,
        uint64 deadline
    )
        internal
        view
        override
        returns (ITaskRegistry.TaskRequest memory wanted)
    {
        wanted = optimisticRequest();
        IOptimisticSettlement.Terms memory terms = optimisticTerms();
        (terms.statement, terms.claimBy) = (made, deadline);
        wanted.settlementData = abi.encode(terms);
    }

    function module() internal view override returns (ISettlement) {
        return optimistic;
    }

    function withWindows(
        uint32 challenge,
        uint32 prove
    )
        internal
        view
        returns (ITaskRegistry.TaskRequest memory wanted)
    {
        wanted = optimisticRequest();
        IOptimisticSettlement.Terms memory terms = optimisticTerms();
        (terms.challengeWindow, terms.proveWindow) = (challenge, prove);
        wanted.settlementData = abi.encode(terms);
    }

    function test_RevertWhen_AWindowIsTooShortOrTooLong() external {
        uint32[2] memory wrong = [MIN_WINDOW - 1, MAX_WINDOW + 1];
        for (uint256 i; i < 4; ++i) {
            uint32 window = wrong[i % 2];
            expectRefusal(
                i < 2 ? withWindows(window, PROVE_WINDOW) : withWindows(CHALLENGE_WINDOW, window),
                abi.encodeWithSelector(
                    IOptimisticSettlement.OptimisticSettlement_WindowOutOfRange.selector, window, MIN_WINDOW, MAX_WINDOW
                )
            );
        }
        createTask(withWindows(MIN_WINDOW, MAX_WINDOW));
    }

    function test_RevertWhen_ThereIsNoStake() external {
        ITaskRegistry.TaskRequest memory wanted = optimisticRequest();
        wanted.stakePerSlot = 0;
        expectRefusal(wanted, abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_StakeZero.selector));
    }

    function test_RevertWhen_TheStakeIsBeyondNinetySixBits() external {
        ITaskRegistry.TaskRequest memory wanted = optimisticRequest();
        uint128 most = type(uint96).max;
        wanted.stakePerSlot = most + 1;
        expectRefusal(
            wanted,
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_StakeTooLarge.selector, most + 1, most)
        );
        wanted.stakePerSlot = most;
        createTask(wanted);
    }

    function test_KeepsTheTerms() external {
        bytes32 taskId = tasks.taskIdOf(requester, "task");
        vm.expectEmit(address(optimistic));
        emit IOptimisticSettlement.OptimisticTermsSet(taskId, optimisticTerms());
        createTask(optimisticRequest());
        assertEq(abi.encode(optimistic.terms(taskId)), abi.encode(optimisticTerms()));
        assertEq(optimistic.finalDeadline(taskId), CLAIM_BY + CHALLENGE_WINDOW + PROVE_WINDOW);
    }
}
