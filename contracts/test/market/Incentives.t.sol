// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {Rules} from "../utils/Rules.sol";
import {IncentivePlays} from "./IncentivePlays.sol";

/// @notice What each strategy around hidden gold ends with, at the public parameters (script/config/84532.json): the table of
/// contracts/README.md, and what has to be true of it.
contract IncentivesTest is IncentivePlays {
    using Rules for Rules.Scalar;

    function rulesUsed() internal pure override returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        rules.goldCount = uint16(GOLD);
        return rules.pack();
    }

    // Strategies

    function test_HonestWorkForHonestGoldCostsThePrice() external {
        End memory end = outcomeOf(honest("honest", SLOTS_MADE));
        row("everybody is honest", end);
        assertEq(end.requester, -price(SLOTS_MADE));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    function test_RiggingAllLoses() external {
        checkRiggingLoses("gold rigged, all rejected, one asks", asking(rigged("all", SLOTS_MADE), 0), SLOTS_MADE);
    }

    function test_RiggingWithOneSilentSlotLoses() external {
        Play memory play = asking(rigged("one silent", SLOTS_MADE), 0);
        play.unscored = 1 << 9;
        checkRiggingLoses("gold rigged, one slot left unscored", play, SLOTS_MADE);
    }

    function test_RiggingWithHalfOfTheSlotsSilentLoses() external {
        Play memory play = asking(rigged("half silent", SLOTS_MADE), 0);
        play.unscored = 0x3e0;
        checkRiggingLoses("gold rigged, half of the slots left unscored", play, SLOTS_MADE);
    }

    function test_RiggingAndNotAnsweringLoses() external {
        Play memory play = asking(rigged("not answering", SLOTS_MADE), 0);
        play.silent = true;
        checkRiggingLoses("gold rigged, the audit not answered", play, SLOTS_MADE);
    }

    /// @dev Just enough items that every honest worker fails.
    function test_RiggingNoMoreThanIsNeededLoses() external {
        Play memory play = asking(honest("as few as needed", SLOTS_MADE), 0);
        play.goldLabels = nearlyTrue(9, RIGGED_LABEL);
        checkRiggingLoses("gold rigged in as few items as rejects everyone", play, SLOTS_MADE);
    }

    /// @dev Three submitted slots are the fewest that can overturn gold.
    function test_RiggingThreeSlotsLoses() external {
        checkRiggingLoses("gold of three slots rigged", asking(rigged("three", 3), 0), 3);
    }

    /// @dev An account of its own, with labels of nobody, asks first, so that honest answers side with neither.
    function test_ShieldingRiggedGoldWithAGarbageAccountLoses() external {
        Play memory play = rigged("shielded", SLOTS_MADE);
        (play.labels[9], play.owners[9]) = (allOf(JUNK_LABEL), requester);
        checkRiggingLoses("gold rigged, shielded by a worthless account of its own", asking(play, 9, 0), 9);
        // The other way round, and by an account that sides with the gold but fails.
        checkRiggingLoses("the same, asked for last", asking(play, 0, 9), 9);
        play.labels[9] = nearlyTrue(9, TRUE_LABEL);
        for (uint256 i; i < 11; ++i) {
            play.labels[9][i] = RIGGED_LABEL;
        }
        checkRiggingLoses("the same, with an account that nearly passes", asking(play, 9, 0), 9);
    }

    /// @dev At which rate of discovery rigging stops paying: the bond is what makes it lose.
    function test_RiggingLosesAboveTheStatedRateOfDiscovery() external {
        End memory found = outcomeOf(asking(rigged("found", SLOTS_MADE), 0));
        End memory missed = outcomeOf(rigged("missed", SLOTS_MADE));
        row("gold rigged, nobody asks", missed);
        assertEq(missed.requester, 0, "labels for nothing");
        int256 rate = 10_000 * price(SLOTS_MADE) / (price(SLOTS_MADE) + bondFor(SLOTS_MADE));
        console2.log("rigging loses when it is found out more often than (basis points)", uint256(rate));
        for (int256 bps = rate - 1; bps <= rate + 1; bps += 2) {
            int256 expected = (bps * found.requester + (10_000 - bps) * missed.requester) / 10_000;
            assertEq(expected < -price(SLOTS_MADE), bps > rate);
        }
    }

    /// @dev One or two workers have no third opinion: a requester has their labels for nothing. They lose no stake.
    function test_WhatCannotBeStopped_OneOrTwoWorkers() external {
        for (uint256 slots = 1; slots < 3; ++slots) {
            End memory end = outcomeOf(rigged(bytes32(slots), slots));
            row(slots == 1 ? "tasks of one slot, rigged" : "tasks of two slots, rigged", end);
            assertEq(end.requester, 0);
            assertEq(end.honest, 0, "the labels, not a stake");
        }
    }

    /// @dev Junk in a task of one slot is not paid, and nothing more.
    function test_JunkInATaskOfOneSlotLosesNoStake() external {
        End memory end = outcomeOf(playOf("one", 1, 0, allOf(JUNK_LABEL)));
        assertEq(end.others, 0);
        assertEq(end.requester, 0);
    }

    /// @dev Accounts of one owner that are accepted all answer the same items wrongly; one is rejected and asks. The bond burns,
    /// and they have what honest work would have earned.
    function test_AcceptedSybilsGainNothing() external {
        Play memory play = playOf("accepted sybils", SLOTS_MADE, 0, nearlyTrue(8, JUNK_LABEL));
        play.labels[9] = nearlyTrue(9, JUNK_LABEL);
        End memory end = outcomeOf(asking(play, 9));
        row("sybils accepted, one rejected on purpose", end);
        assertEq(end.others, honestPay(SLOTS_MADE), "no more than honest work");
        checkHonestRequester(end);
    }

    /// @dev An honest requester's loss beyond the price is at most its bond.
    function checkHonestRequester(End memory end) internal view {
        assertGe(end.requester, -price(end.labelSets) - bondFor(end.labelSets), "never more than the bond");
    }

    /// @dev Fewer than half, whatever they agree on: they lose stake and bond, the requester gets the bond.
    function test_RejectedSybilsLose() external {
        End memory end = outcomeOf(asking(playOf("rejected sybils", SLOTS_MADE, 5, allOf(JUNK_LABEL)), 9));
        row("sybils rejected, half of all", end);
        assertLt(end.others, 0);
        assertGe(end.requester, -price(5));
        assertEq(end.honest, honestPay(5));
        // A little more than half: not enough to be beyond doubt, so the one that asked keeps its stake.
        end = outcomeOf(asking(playOf("more sybils", SLOTS_MADE, 4, allOf(JUNK_LABEL)), 9));
        row("sybils rejected, six of ten", end);
        assertLt(end.others, 0);
        assertEq(end.requester, -price(4));
        assertEq(end.honest, honestPay(4));
    }

    function test_WhatCannotBeStopped_AColludingMajority() external {
        End memory end = outcomeOf(asking(playOf("majority", SLOTS_MADE, 3, allOf(JUNK_LABEL)), 9));
        row("a majority colludes, seven of ten", end);
        assertEq(end.others, honestPay(7), "paid for junk, and no more than that");
        assertEq(end.honest, honestPay(3));
        checkHonestRequester(end);
    }

    /// @dev Its own accounts agree with its rigged gold: each costs a fee and a slot. Only a gate stops it.
    function test_WhatCannotBeStopped_AccomplicesAmongTheAccepted() external {
        Play memory play = rigged("accomplices", SLOTS_MADE);
        for (uint256 i = 5; i < SLOTS_MADE; ++i) {
            (play.owners[i], play.labels[i]) = (requester, allOf(RIGGED_LABEL));
        }
        End memory end = outcomeOf(asking(play, 0));
        row("gold rigged, half of the slots its own accounts", end);
        assertEq(end.burned, 0);
        assertLt(end.honest, 0);
        // What it paid: a fee for each account, and it got half of a challenger's bond.
        assertEq(end.requester, int256(uint256(auditBond(5)) / 2) - int256(5 * feePerSlot));
    }

    function test_ASilentRequesterPaysAll() external {
        Play memory play = honest("silent", SLOTS_MADE);
        play.unscored = type(uint256).max;
        End memory end = outcomeOf(play);
        row("the requester scores nobody", end);
        assertEq(end.requester, -price(SLOTS_MADE));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    /// @dev With honest gold it need only answer.
    function test_ARequesterThatAnswersNoAuditLosesItsBond() external {
        Play memory play = asking(playOf("unanswered", SLOTS_MADE, 9, allOf(JUNK_LABEL)), 9);
        play.silent = true;
        End memory end = outcomeOf(play);
        row("gold honest, the audit not answered", end);
        assertEq(end.requester, -price(SLOTS_MADE) - bondFor(SLOTS_MADE));
        checkHonestRequester(end);
    }

    /// @dev Who asks without a reason pays the one it troubles, and nobody else loses anything by it.
    function test_AGriefingChallengerPaysAtLeastWhatItCostsOthers() external {
        uint256[4] memory sizes = [uint256(4), 10, 33, 60];
        for (uint256 i; i < 4; ++i) {
            uint256 slots = sizes[i];
            Play memory play = playOf(bytes32(i), slots, slots - 1, allOf(JUNK_LABEL));
            End memory quiet = outcomeOf(play);
            End memory asked = outcomeOf(asking(play, uint32(slots - 1)));
            if (i == 1) row("one junk worker", quiet);
            if (i == 1) row("one junk worker asks for an audit", asked);
            uint256 panel = slots - 1 < 32 ? slots - 1 : 32;
            int256 paid = quiet.others - asked.others;
            assertEq(paid, int256(uint256(auditBond(panel))), "a reward for every eight of the panel");
            assertEq(asked.requester - quiet.requester, paid / 2, "half to who has to answer");
            assertEq(asked.treasury - quiet.treasury, paid / 2, "half to the treasury");
            assertEq(asked.honest, quiet.honest);
        }
    }

    /// @dev A truthful challenger loses nothing, whatever comes of it: upheld, or void because a key was frozen.
    function test_ATruthfulChallengerLosesNothing() external {
        End memory end = outcomeOf(asking(rigged("truthful", SLOTS_MADE), 0, 1));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    /// @dev Whatever share of the slots honest workers have and whatever the requester scores: with three or more honest workers
    /// and no accomplices, rigged gold that one of them asks about costs the bond.
    function testFuzz_RiggingNeverBeatsHonesty(uint256 seed) external {
        uint256 slots = 3 + seed % 18;
        uint256 items = 9 + (seed >> 16) % 12;
        Play memory play = honest("fuzzed", slots);
        play.goldLabels = nearlyTrue(items, RIGGED_LABEL);
        // Some are left unscored, never all: nobody would be wronged.
        play.unscored = (seed >> 32) & ~uint256(1);
        End memory end = outcomeOf(asking(play, 0));
        assertEq(end.requester, -price(slots) - bondFor(slots));
        assertEq(end.honest, honestPay(slots));
    }

    /// @dev Whatever labels workers who are not honest have, whoever of them asks: with honest gold the requester loses at most its
    /// bond, and with a majority of honest workers nothing.
    function testFuzz_AnHonestRequesterLosesAtMostItsBond(uint256 seed) external {
        uint256 slots = 3 + seed % 14;
        uint256 honestSlots = (seed >> 16) % slots;
        Play memory play = playOf("fuzzed", slots, honestSlots, allOf(JUNK_LABEL));
        for (uint256 i = honestSlots; i < slots; ++i) {
            play.labels[i] = nearlyTrue((seed >> (32 + 5 * (i % 8))) % 21, JUNK_LABEL);
        }
        uint32 asks = uint32(slots - 1);
        if (agreementsOf(play, asks) < 12 && slots > 3) play = asking(play, asks);
        End memory end = outcomeOf(play);
        checkHonestRequester(end);
        if (2 * honestSlots >= slots + 1) assertGe(end.requester, -price(slots), "honest workers decide");
        assertEq(end.honest, honestPay(honestSlots));
    }
}
