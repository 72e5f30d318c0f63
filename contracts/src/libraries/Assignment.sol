// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LibBit} from "solady/utils/LibBit.sol";

import {LabelRules} from "./LabelRules.sol";

/// @title Assignment
/// @notice Which items of a task a worker is to label, as masks of 248 items to a word (see IConsensusSettlement).
library Assignment {
    /// @param seed Of the worker's round; not read when `shift` is zero.
    /// @param shift Each item is drawn with probability 2^-shift.
    /// @param itemCount Items of the task; bits beyond are zero.
    /// @param words Words of the mask.
    function draw(
        bytes32 seed,
        address worker,
        address payout,
        uint256 shift,
        uint256 itemCount,
        uint256 words
    )
        internal
        pure
        returns (uint256[] memory mask)
    {
        mask = all(itemCount, words);
        if (shift == 0) return mask;

        uint256 drawn;
        for (uint256 w; w < words; ++w) {
            for (uint256 j; j < shift; ++j) {
                mask[w] &= uint256(keccak256(abi.encode(seed, worker, payout, w, j)));
            }
            drawn |= mask[w];
        }
        if (drawn == 0) return all(itemCount, words);
    }

    /// @notice Every item of the task.
    function all(uint256 itemCount, uint256 words) internal pure returns (uint256[] memory mask) {
        mask = new uint256[](words);
        for (uint256 w; w < words && itemCount != 0; ++w) {
            uint256 here = itemCount < LabelRules.MASK_BITS ? itemCount : LabelRules.MASK_BITS;
            mask[w] = (1 << here) - 1;
            itemCount -= here;
        }
    }

    /// @notice Items in a mask.
    function count(uint256[] memory mask) internal pure returns (uint256 items) {
        for (uint256 w; w < mask.length; ++w) {
            items += LibBit.popCount(mask[w]);
        }
    }
}
