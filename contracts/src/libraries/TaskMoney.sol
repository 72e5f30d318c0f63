// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title TaskMoney
/// @notice How the money of a task is counted and split.
/// @dev Pure, so that it is proven for every amount: contracts/formal. Amounts are base units of the task's token.
library TaskMoney {
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    /// @notice Slots that still hold money: all of the task, or the joined ones once the rest went back, less the ended.
    function unended(
        uint256 slots,
        uint256 joined,
        uint256 ended,
        bool unfilledReturned
    )
        internal
        pure
        returns (uint256)
    {
        return (unfilledReturned ? joined : slots) - ended;
    }

    /// @notice A share of an amount, rounded down.
    /// @param shareBps At most 10,000 basis points.
    function shareOf(uint256 amount, uint256 shareBps) internal pure returns (uint256) {
        return amount * shareBps / BPS;
    }

    /// @notice Splits what a slot holds when a share of it is paid.
    /// @return reward For the worker and its relayers.
    /// @return fee For the treasury.
    /// @return left For the requester, to the last unit.
    function split(
        uint256 rewardPerSlot,
        uint256 feePerSlot,
        uint256 shareBps
    )
        internal
        pure
        returns (uint256 reward, uint256 fee, uint256 left)
    {
        reward = shareOf(rewardPerSlot, shareBps);
        fee = shareOf(feePerSlot, shareBps);
        left = (rewardPerSlot - reward) + (feePerSlot - fee);
    }

    /// @notice What each of two relayers gets: at most half of the reward, which may be less than the fee was set against.
    /// @param agreed Fee that the worker named when it joined.
    function relayFee(uint256 agreed, uint256 reward) internal pure returns (uint256) {
        return agreed > reward / 2 ? reward / 2 : agreed;
    }
}
