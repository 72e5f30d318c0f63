// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title AnswerTally
/// @notice How many slots of a panel gave an answer, for each gold item. The counters lie across: plane j holds bit j of every
/// item's counter, so that the answers of a slot to all items are added at once.
library AnswerTally {
    /// @dev Most gold items of a task (LabelRules).
    uint256 internal constant ITEMS = 62;
    /// @dev Bits of a counter: more than the slots of a panel.
    uint256 internal constant PLANES = 6;
    uint256 internal constant PLANES_PER_WORD = 4;
    uint256 internal constant PLANE_MASK = (1 << ITEMS) - 1;

    /// @param answers Bit k: the slot gave this answer to gold item k. No bit from ITEMS on.
    function add(uint256[2] memory self, uint256 answers) internal pure {
        for (uint256 plane; answers != 0; ++plane) {
            uint256 shift = ITEMS * (plane % PLANES_PER_WORD);
            uint256 kept = self[plane / PLANES_PER_WORD];
            self[plane / PLANES_PER_WORD] = kept ^ answers << shift;
            answers &= kept >> shift;
        }
    }

    /// @notice How many slots gave the answer to this item.
    function countOf(uint256[2] memory self, uint256 item) internal pure returns (uint256 count) {
        for (uint256 plane; plane < PLANES; ++plane) {
            uint256 bit = self[plane / PLANES_PER_WORD] >> (ITEMS * (plane % PLANES_PER_WORD) + item) & 1;
            count |= bit << plane;
        }
    }
}
