// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rules} from "../utils/Rules.sol";
import {IncentivePlays} from "./IncentivePlays.sol";

/// @notice The same with workers who make mistakes: each answers every item right with a stated chance, and else as one of three.
/// Figures are means over plays of different labels.
contract NoisyWorkersTest is IncentivePlays {
    using Rules for Rules.Scalar;

    uint256 internal constant PLAYS = 12;
    /// @dev Of a hundred.
    uint256 internal constant ACCURACY = 75;

    function rulesUsed() internal pure override returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        rules.goldCount = uint16(GOLD);
        return rules.pack();
    }

    /// @dev Ten honest workers and gold that is rigged in its first `items` items.
    function noisy(uint256 seed, uint256 items) internal view returns (Play memory play) {
        play = honest(bytes32(seed), SLOTS_MADE);
        play.goldLabels = nearlyTrue(items, RIGGED_LABEL);
        for (uint256 slot; slot < SLOTS_MADE; ++slot) {
            for (uint256 item; item < GOLD; ++item) {
                uint256 draw = uint256(keccak256(abi.encode("noisy", seed, slot, item)));
                if (draw % 100 < ACCURACY) continue;
                play.labels[slot][item] = uint8(RIGGED_LABEL + (draw >> 128) % 3);
            }
        }
    }

    /// @dev Every worker that is rejected asks.
    function rejectedOf(Play memory play) internal pure returns (uint32[] memory rejected) {
        rejected = new uint32[](SLOTS_MADE);
        uint256 count;
        for (uint32 slot; slot < SLOTS_MADE; ++slot) {
            if (agreementsOf(play, slot) < NEEDED) rejected[count++] = slot;
        }
        assembly ("memory-safe") {
            mstore(rejected, count)
        }
    }

    function meanOf(uint256 items) internal returns (End memory sum, uint256 upheld) {
        for (uint256 seed; seed < PLAYS; ++seed) {
            Play memory play = noisy(seed, items);
            play.askers = rejectedOf(play);
            End memory end = outcomeOf(play);
            sum.requester += end.requester / int256(PLAYS);
            sum.honest += end.honest / int256(PLAYS);
            sum.treasury += end.treasury / int256(PLAYS);
            sum.burned += end.burned / PLAYS;
            if (end.burned != 0) ++upheld;
            sum.wronged += end.wronged;
            sum.whole += end.whole;
            sum.labelSets = end.labelSets;
        }
    }

    /// @dev Their own mistakes, on which the others side with the gold, shield no item that is rigged.
    function test_RiggingLosesAgainstWorkersWhoMakeMistakes() external {
        // More than a test may use.
        vm.pauseGasMetering();
        (End memory fair, uint256 lost) = meanOf(0);
        assertEq(lost, 0, "fair gold is never found rigged");
        row("workers right in 75 of 100, gold fair", fair);
        string[3] memory names = ["three", "five", "seven"];
        for (uint256 i; i < 3; ++i) {
            (End memory end,) = meanOf(3 + 2 * i);
            emit log_named_uint("wronged workers of those plays", end.wronged);
            emit log_named_uint("of these made whole", end.whole);
            // Three items are often no more than what chance explains to nine others.
            assertGe(100 * end.whole, (i == 0 ? 70 : 90) * end.wronged, "the wronged are made whole");
            row(string.concat("workers right in 75 of 100, gold rigged in ", names[i], " items"), end);
            assertLt(end.requester, fair.requester, "rigging loses");
        }
    }

    /// @dev A requester holds all labels of a panel of everyone, so it can rig only where no audit would be upheld.
    function test_RiggingOnlyWhereNobodyCanShowItGainsLittle() external {
        // More than a test may use.
        vm.pauseGasMetering();
        int256 fair;
        int256 best;
        for (uint256 seed; seed < PLAYS; ++seed) {
            int256 price_ = outcomeOf(noisy(seed, 0)).requester;
            int256 most = price_;
            for (uint256 items = 2; items <= 8; items += 2) {
                Play memory play = noisy(seed, items);
                play.askers = rejectedOf(play);
                End memory end = outcomeOf(play);
                if (end.burned == 0 && end.requester > most) most = end.requester;
            }
            (fair, best) = (fair + price_, best + most);
        }
        // In hundredths of the price.
        emit log_named_int(
            "rigged with foresight, in hundredths of the price", 100 * best / (int256(PLAYS) * price(SLOTS_MADE))
        );
        emit log_named_int("fair, in hundredths of the price", 100 * fair / (int256(PLAYS) * price(SLOTS_MADE)));
        assertLt(best - fair, int256(PLAYS) * price(SLOTS_MADE) / 4, "less than a quarter of the price");
    }
}
