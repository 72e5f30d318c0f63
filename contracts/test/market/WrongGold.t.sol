// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rules} from "../utils/Rules.sol";
import {IncentivePlays} from "./IncentivePlays.sol";

/// @notice Gold that is wrong in some items: who is paid by it, and who is not.
contract WrongGoldTest is IncentivePlays {
    using Rules for Rules.Scalar;

    function rulesUsed() internal pure override returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        rules.goldCount = uint16(GOLD);
        return rules.pack();
    }

    /// @dev One item of the gold is wrong, and nine others say so. Who lacks just that agreement is paid, as it would have been with
    /// the right gold; junk of the same owner is not.
    function test_GoldThatIsWrongByMistakePaysNoJunk() external {
        Play memory play = asking(playOf("mistaken", 12, 9, allOf(JUNK_LABEL)), 9);
        play.goldLabels = nearlyTrue(1, RIGGED_LABEL);
        for (uint256 item; item < NEEDED; ++item) {
            play.labels[9][item] = TRUE_LABEL;
        }
        assertEq(agreementsOf(play, 9), NEEDED - 1);
        End memory end = outcomeOf(play);
        row("twelve slots, gold wrong in one item, three accounts of one owner", end);
        assertEq(end.requester, -price(10) - bondFor(12), "what is due, and the bond");
        assertEq(
            end.others, honestPay(1), "one has the agreements; where the gold is wrong, nobody is slashed untested"
        );
        // One of the others asks too, and loses stake and bond.
        end = outcomeOf(asking(play, 9, 10));
        assertEq(end.others, honestPay(1) - slash() - int256(uint256(auditBond(9))));
        // With one mistake more than the item makes up for, nobody is paid; who pointed at the item loses nothing.
        play = asking(play, 9);
        play.labels[9][1] = JUNK_LABEL;
        end = outcomeOf(play);
        assertEq(end.burned, 0);
        assertEq(end.others, -2 * slash());
    }

    function slash() internal view returns (int256) {
        return int256(uint256(STAKE) * publicOnes.rejectedSlashBps / 10_000);
    }

    /// @dev However many items of the gold are wrong by mistake, and whoever of an owner's accounts asks: those that would not have
    /// passed with the right gold earn nothing, beside honest workers of one mind.
    function testFuzz_AMistakeInTheGoldPaysNoJunk(uint256 seed) external {
        uint256 mistakes = 1 + seed % 5;
        uint256 junk = 1 + (seed >> 16) % 6;
        Play memory play = playOf("fuzzed", 12 + junk, 12, allOf(JUNK_LABEL));
        play.goldLabels = nearlyTrue(mistakes, RIGGED_LABEL);
        play.askers = new uint32[](junk);
        for (uint256 i; i < junk; ++i) {
            // Right where the gold is wrong, and in 11 items at most.
            uint256 right = mistakes + (seed >> (32 + 8 * i)) % (NEEDED - mistakes);
            for (uint256 item; item < right; ++item) {
                play.labels[12 + i][item] = TRUE_LABEL;
            }
            play.askers[i] = uint32(12 + i);
        }
        End memory end = outcomeOf(play);
        assertLe(end.others, 0, "junk");
        assertEq(end.honest, honestPay(12));
        assertGe(end.requester, -price(12), "and the requester nothing");
    }

    function setLabels(Play memory play, uint256 slot, uint256 first, uint256 end, uint8 label) internal pure {
        for (uint256 item = first; item < end; ++item) {
            play.labels[slot][item] = label;
        }
    }

    /// @dev Gold is wrong in item 0 alone. Items 1 to 4 are hard: the gold is right there, and the nine honest workers miss it, each
    /// in another way. An owner's accepted account and its rejected one share wrong answers there. That may help the one who
    /// asked, and pays none of its accounts that hold junk.
    function test_WhatOneAccompliceSaysOverturnsNothingForOthers() external {
        Play memory play = playOf("hard items", 15, 9, allOf(JUNK_LABEL));
        play.goldLabels = nearlyTrue(1, RIGGED_LABEL);
        for (uint256 slot; slot < 9; ++slot) {
            setLabels(play, slot, 1, 5, uint8(10 + slot));
        }
        setLabels(play, 9, 0, 1, TRUE_LABEL);
        setLabels(play, 9, 5, GOLD, TRUE_LABEL);
        setLabels(play, 10, 0, 1, TRUE_LABEL);
        setLabels(play, 10, 5, 16, TRUE_LABEL);
        for (uint256 slot = 11; slot < 15; ++slot) {
            setLabels(play, slot, 5, NEEDED, TRUE_LABEL);
            assertEq(agreementsOf(play, slot), 7);
        }
        assertEq(agreementsOf(play, 9), 15);
        assertEq(agreementsOf(play, 10), NEEDED - 1);
        End memory end = outcomeOf(asking(play, 10));
        assertEq(end.others, honestPay(2), "the accepted one and the one who lacks the wrong item");
    }

    /// @dev Gold rigged in eight items, and two workers who each have 15 right, of which the rigging takes different ones. One
    /// asks, and is whole. What is overturned by that does not reach the other, who lost no stake, and would have been whole too.
    function test_WhoDoesNotAskMayNotBeReached() external {
        Play memory play = honest("not reached", SLOTS_MADE);
        play.goldLabels = nearlyTrue(8, RIGGED_LABEL);
        setLabels(play, 0, 4, 9, JUNK_LABEL);
        setLabels(play, 1, 8, 13, JUNK_LABEL);
        assertEq(agreementsOf(play, 0), 11);
        assertEq(agreementsOf(play, 1), 7);
        assertEq(agreementsOf(play, 2), NEEDED);
        End memory end = outcomeOf(asking(play, 0));
        row("gold rigged in eight items, two of ten wronged, one asks", end);
        assertEq(end.wronged, 2);
        assertEq(end.whole, 1);
        assertEq(end.honest, honestPay(9), "no stake is lost");
        assertLt(end.requester, -price(SLOTS_MADE), "rigging loses all the same");
        end = outcomeOf(asking(play, 0, 1));
        assertEq(end.whole, 2);
    }
}
