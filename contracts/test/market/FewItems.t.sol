// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rules} from "../utils/Rules.sol";
import {IncentivePlays} from "./IncentivePlays.sol";

/// @notice The same where a single gold item decides: every item has to be right, so one that is rigged rejects everyone.
contract FewItemsTest is IncentivePlays {
    using Rules for Rules.Scalar;

    function rulesUsed() internal pure override returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        (rules.goldCount, rules.thresholdBps) = (GOLD, 10_000);
        return rules.pack();
    }

    /// @dev One item rigged, the first `rejected` slots scored and the others left to silence.
    function riggedByOne(bytes32 salt, uint256 slots, uint256 rejected) internal view returns (Play memory play) {
        play = asking(honest(salt, slots), 0);
        play.goldLabels = nearlyTrue(1, RIGGED_LABEL);
        play.unscored = ((1 << slots) - 1) & ~((1 << rejected) - 1);
    }

    /// @dev Nine others of one mind are beyond chance, however many of them the requester leaves unscored.
    function test_RiggingOneItemLosesHoweverManyAreRejected() external {
        for (uint256 rejected = 1; rejected <= SLOTS_MADE; ++rejected) {
            Play memory play = riggedByOne(bytes32(rejected), SLOTS_MADE, rejected);
            End memory end = outcomeOf(play);
            assertEq(end.requester, -price(SLOTS_MADE) - bondFor(SLOTS_MADE), "rigging loses");
            assertEq(end.honest, honestPay(SLOTS_MADE), "a wronged worker is made whole");
            if (rejected == 5) row("one item decides and is rigged, half of the slots left unscored", end);
        }
    }

    /// @dev Eight others are not: nobody can ask, and nobody loses a stake.
    function test_WhatCannotBeStopped_NineSlotsWhereOneItemDecides() external {
        for (uint256 rejected = 1; rejected <= 9; ++rejected) {
            Play memory play = riggedByOne(bytes32(rejected), 9, rejected);
            play.askers = new uint32[](0);
            End memory end = outcomeOf(play);
            assertEq(end.requester, -price(9 - rejected), "who was rejected is not paid");
            assertEq(end.honest, honestPay(9 - rejected), "nobody loses a stake");
            assertEq(end.burned, 0);
            if (rejected == 9) row("nine slots, one item decides and is rigged", end);
        }
    }
}
