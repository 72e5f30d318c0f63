// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Grading} from "../../../src/libraries/Grading.sol";

contract GradingTest is Test {
    function validate(Grading.Scale memory scale, uint256 thresholdBps) external pure {
        Grading.validate(scale, thresholdBps);
    }

    function plain(Grading.Curve curve) internal pure returns (Grading.Scale memory) {
        return Grading.Scale({curve: curve, steps: new Grading.Step[](0)});
    }

    /// @dev Half from 6,000, three quarters from 8,000, all from 10,000.
    function table() internal pure returns (Grading.Scale memory scale) {
        scale.curve = Grading.Curve.Table;
        scale.steps = new Grading.Step[](3);
        scale.steps[0] = Grading.Step(6000, 5000);
        scale.steps[1] = Grading.Step(8000, 7500);
        scale.steps[2] = Grading.Step(10_000, 10_000);
    }

    function expectRefusal(Grading.Scale memory scale, uint256 thresholdBps, string memory field) internal {
        vm.expectRevert(abi.encodeWithSelector(Grading.Grading_ScaleInvalid.selector, field));
        this.validate(scale, thresholdBps);
    }

    function test_RevertWhen_ACurveWithoutATableHasSteps() external {
        for (uint256 i; i < 2; ++i) {
            Grading.Scale memory scale = table();
            scale.curve = i == 0 ? Grading.Curve.Threshold : Grading.Curve.Linear;
            expectRefusal(scale, 6000, "steps");
        }
    }

    function test_RevertWhen_ALinearScorePassesAtNothing() external {
        expectRefusal(plain(Grading.Curve.Linear), 0, "thresholdBps");
        this.validate(plain(Grading.Curve.Linear), 1);
        this.validate(plain(Grading.Curve.Threshold), 0);
    }

    function test_RevertWhen_ATableIsEmptyOrTooLong() external {
        Grading.Scale memory scale = plain(Grading.Curve.Table);
        expectRefusal(scale, 6000, "steps");
        for (uint256 count = 16; count < 18; ++count) {
            scale.steps = new Grading.Step[](count);
            for (uint256 i; i < count; ++i) {
                scale.steps[i] = Grading.Step(uint16(i), uint16(i + 1));
            }
            if (count == 17) expectRefusal(scale, 6000, "steps");
            else this.validate(scale, 6000);
        }
    }

    function test_RevertWhen_AScoreAtTheThresholdEarnsNothing() external {
        expectRefusal(table(), 5999, "fromBps");
        this.validate(table(), 6000);
        this.validate(table(), 10_000);
    }

    function test_RevertWhen_AShareIsZeroOrAboveTheWhole() external {
        for (uint256 i; i < 3; ++i) {
            Grading.Scale memory scale = table();
            scale.steps[i].shareBps = 10_001;
            expectRefusal(scale, 6000, "shareBps");
            scale.steps[i].shareBps = 0;
            expectRefusal(scale, 6000, "shareBps");
        }
    }

    function test_RevertWhen_ScoresDoNotRiseOrSharesFall() external {
        for (uint256 i = 1; i < 3; ++i) {
            Grading.Scale memory scale = table();
            scale.steps[i].fromBps = scale.steps[i - 1].fromBps;
            expectRefusal(scale, 6000, "fromBps");
            scale = table();
            scale.steps[i].shareBps = scale.steps[i - 1].shareBps - 1;
            expectRefusal(scale, 6000, "shareBps");
            scale.steps[i].shareBps = scale.steps[i - 1].shareBps;
            this.validate(scale, 6000);
        }
    }

    function test_ThresholdPaysAll() external pure {
        assertEq(Grading.shareOf(plain(Grading.Curve.Threshold), 0), 10_000);
        assertEq(Grading.shareOf(plain(Grading.Curve.Threshold), 10_000), 10_000);
    }

    function test_LinearPaysTheScore() external pure {
        assertEq(Grading.shareOf(plain(Grading.Curve.Linear), 1), 1);
        assertEq(Grading.shareOf(plain(Grading.Curve.Linear), 10_000), 10_000);
    }

    function test_ATablePaysItsLastStepAtOrBelow() external pure {
        uint16[6] memory scores = [6000, 7999, 8000, 9999, 10_000, 10_000];
        uint16[6] memory shares = [5000, 5000, 7500, 7500, 10_000, 10_000];
        for (uint256 i; i < scores.length; ++i) {
            assertEq(Grading.shareOf(table(), scores[i]), shares[i]);
        }
    }

    /// @dev Whatever passes a valid scale earns something, at most all, and never less for a better score.
    function testFuzz_EveryPassingScoreEarns(
        uint256 seed,
        uint256 thresholdBps,
        uint256 score,
        uint256 better
    )
        external
        view
    {
        thresholdBps = bound(thresholdBps, 1, 10_000);
        score = bound(score, thresholdBps, 10_000);
        better = bound(better, score, 10_000);
        Grading.Scale memory scale = plain(Grading.Curve(seed % 3));
        if (scale.curve == Grading.Curve.Table) {
            scale.steps = new Grading.Step[](1 + seed / 3 % 16);
            uint256 from = seed % (thresholdBps + 1);
            uint256 share = 1 + seed / 7 % 600;
            for (uint256 i; i < scale.steps.length; ++i) {
                scale.steps[i] = Grading.Step(uint16(from), uint16(share));
                from += 1 + uint256(keccak256(abi.encode(seed, i))) % 800;
                share += uint256(keccak256(abi.encode(seed, i, "share"))) % 600;
            }
        }
        this.validate(scale, thresholdBps);
        uint256 earned = Grading.shareOf(scale, score);
        assertGt(earned, 0);
        assertLe(earned, 10_000);
        assertLe(earned, Grading.shareOf(scale, better));
    }
}
