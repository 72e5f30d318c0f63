// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Grading
/// @notice The part of the reward that a proven score earns, fixed when a task is created.
library Grading {
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;
    uint256 internal constant MAX_STEPS = 16;

    /// @dev Threshold: all of it. Linear: the score itself. Table: the share of the last step at or below the score.
    enum Curve {
        Threshold,
        Linear,
        Table
    }

    /// @param fromBps Smallest score of this step, in basis points.
    /// @param shareBps Share of the reward, 1 to 10,000 basis points.
    struct Step {
        uint16 fromBps;
        uint16 shareBps;
    }

    /// @param steps For a table only: rising scores, shares that do not fall, the first at or below the threshold; at most 16.
    struct Scale {
        Curve curve;
        Step[] steps;
    }

    error Grading_ScaleInvalid(string field);

    /// @notice Reverts unless every score that passes earns something.
    /// @param thresholdBps Score below which nothing is paid.
    function validate(Scale memory scale, uint256 thresholdBps) internal pure {
        uint256 count = scale.steps.length;
        if (scale.curve != Curve.Table) {
            if (count != 0) revert Grading_ScaleInvalid("steps");
            if (scale.curve == Curve.Linear && thresholdBps == 0) revert Grading_ScaleInvalid("thresholdBps");
            return;
        }
        if (count == 0 || count > MAX_STEPS) revert Grading_ScaleInvalid("steps");
        if (scale.steps[0].fromBps > thresholdBps) revert Grading_ScaleInvalid("fromBps");
        for (uint256 i; i < count; ++i) {
            Step memory step = scale.steps[i];
            if (step.shareBps == 0 || step.shareBps > BPS) revert Grading_ScaleInvalid("shareBps");
            if (i == 0) continue;
            Step memory before = scale.steps[i - 1];
            if (step.fromBps <= before.fromBps) revert Grading_ScaleInvalid("fromBps");
            if (step.shareBps < before.shareBps) revert Grading_ScaleInvalid("shareBps");
        }
    }

    /// @notice Share of the reward for a score that reaches the threshold, in basis points.
    function shareOf(Scale memory scale, uint256 scoreBps) internal pure returns (uint16 shareBps) {
        if (scale.curve == Curve.Threshold) return uint16(BPS);
        if (scale.curve == Curve.Linear) return uint16(scoreBps);
        for (uint256 i; i < scale.steps.length && scale.steps[i].fromBps <= scoreBps; ++i) {
            shareBps = scale.steps[i].shareBps;
        }
    }
}
