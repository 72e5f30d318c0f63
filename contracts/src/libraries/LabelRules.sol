// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";

/// @title LabelRules
/// @notice Reads and checks packed label rules: what a label may be and when two labels agree (circuits/SPEC.md, 1.1).
library LabelRules {
    uint256 internal constant KIND_DISTANCE = 0;
    uint256 internal constant KIND_SET = 1;
    uint256 internal constant KIND_BOX = 2;

    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;
    /// @dev Mask bits in a word, one per item.
    uint256 internal constant MASK_BITS = 248;

    uint256 private constant SCALAR_BITS = 8;
    uint256 private constant SCALARS_PER_WORD = 31;
    uint256 private constant BOX_BITS = 72;
    uint256 private constant BOXES_PER_WORD = 3;
    uint256 private constant BOX_CAPACITY = 32;
    uint256 private constant BOX_GOLD_CAPACITY = 9;
    uint256 private constant SET_MAX_TOLERANCE = 8;
    /// @dev Highest class of a vote: the consensus circuits count four.
    uint256 private constant VOTE_MAX = 3;
    /// @dev Bits of the packed rules that a scalar and a box use.
    uint256 private constant SCALAR_RULE_BITS = 88;
    uint256 private constant BOX_RULE_BITS = 128;

    /// @param itemCount Items in the task.
    /// @param goldCount Gold items among them.
    /// @param thresholdBps Needed agreement with gold, in basis points.
    /// @param codeBits Bits of one label code.
    /// @param perWord Codes packed into one word.
    /// @param words Words of a label vector.
    /// @param maskWords Words of a gold mask.
    /// @param goldWords Words of the gold values.
    struct Layout {
        uint256 itemCount;
        uint256 goldCount;
        uint256 thresholdBps;
        uint256 codeBits;
        uint256 perWord;
        uint256 words;
        uint256 maskWords;
        uint256 goldWords;
    }

    /// @notice Reverts unless every field is in its range and all other bits are zero.
    function validate(uint256 rules) internal pure {
        uint256 kind = uint8(rules);
        if (kind > KIND_BOX) _refuse(rules, "kind");

        uint256 goldCapacity = _goldCapacity(rules, kind);
        uint256 itemCount = uint16(rules >> 24);
        uint256 goldCount = uint16(rules >> 40);
        uint256 thresholdBps = uint16(rules >> 56);
        if (itemCount == 0 || itemCount > uint16(rules >> 8)) _refuse(rules, "itemCount");
        if (goldCount == 0 || goldCount > goldCapacity || goldCount > itemCount) _refuse(rules, "goldCount");
        if (thresholdBps > BPS) revert ILabelSettlement.LabelSettlement_ThresholdTooHigh(thresholdBps, BPS);

        if (kind == KIND_BOX) _validateBox(rules);
        else _validateScalar(rules, kind);
    }

    /// @notice Reverts unless these are rules for a vote between workers: up to four classes, agreement by equality, no gold.
    function validateVote(uint256 rules) internal pure {
        if (uint8(rules) != KIND_DISTANCE) _refuse(rules, "kind");

        uint256 capacity = uint16(rules >> 8);
        uint256 itemCount = uint16(rules >> 24);
        uint256 thresholdBps = uint16(rules >> 56);
        if (capacity != 64 && capacity != 256) _refuse(rules, "capacity");
        if (itemCount == 0 || itemCount > capacity) _refuse(rules, "itemCount");
        if (uint16(rules >> 40) != 0) _refuse(rules, "goldCount");
        if (thresholdBps > BPS) revert ILabelSettlement.LabelSettlement_ThresholdTooHigh(thresholdBps, BPS);
        if (uint8(rules >> 72) > VOTE_MAX) _refuse(rules, "max");
        if (uint8(rules >> 80) != 0) _refuse(rules, "tolerance");
        _validateScalar(rules, KIND_DISTANCE);
    }

    /// @notice The sizes that follow from valid rules.
    function layout(uint256 rules) internal pure returns (Layout memory result) {
        bool box = uint8(rules) == KIND_BOX;
        uint256 capacity = uint16(rules >> 8);
        result.itemCount = uint16(rules >> 24);
        result.goldCount = uint16(rules >> 40);
        result.thresholdBps = uint16(rules >> 56);
        result.codeBits = box ? BOX_BITS : SCALAR_BITS;
        result.perWord = box ? BOXES_PER_WORD : SCALARS_PER_WORD;
        result.words = _ceilDiv(capacity, result.perWord);
        result.maskWords = _ceilDiv(capacity, MASK_BITS);
        result.goldWords = _ceilDiv(_goldCapacity(rules, uint8(rules)), result.perWord);
    }

    /// @notice Fewest agreements that reach the threshold.
    function neededAgreements(Layout memory self) internal pure returns (uint256) {
        return _ceilDiv(self.thresholdBps * self.goldCount, BPS);
    }

    /// @notice Whether so many agreements reach the threshold.
    function passes(Layout memory self, uint256 agreements) internal pure returns (bool) {
        return agreements * BPS >= self.thresholdBps * self.goldCount;
    }

    /// @notice Whether a word packs so many labels that the rules allow, and nothing else.
    /// @param count Labels in the word, at most as many as fit.
    function areLegal(uint256 rules, uint256 word, uint256 count) internal pure returns (bool) {
        bool box = uint8(rules) == KIND_BOX;
        uint256 codeBits = box ? BOX_BITS : SCALAR_BITS;
        for (uint256 i; i < count; ++i) {
            // The largest scalar and the largest class share a field.
            if (uint8(word) > uint8(rules >> 72) || (box && !_isInside(rules, word))) return false;
            word >>= codeBits;
        }
        return word == 0;
    }

    /// @dev Whether the box in the lowest bits of a word is inside its image: class 8 bits, then x, y, width - 1 and height - 1
    /// of 16 bits.
    function _isInside(uint256 rules, uint256 code) private pure returns (bool) {
        uint256 right = uint256(uint16(code >> 8)) + uint16(code >> 40) + 1;
        uint256 bottom = uint256(uint16(code >> 24)) + uint16(code >> 56) + 1;
        return right <= uint16(rules >> 80) && bottom <= uint16(rules >> 96);
    }

    function _validateScalar(uint256 rules, uint256 kind) private pure {
        uint256 max = uint8(rules >> 72);
        uint256 tolerance = uint8(rules >> 80);
        bool set = kind == KIND_SET;
        if (rules >> SCALAR_RULE_BITS != 0) _refuse(rules, "padding");
        if (max == 0 || (set && max & (max + 1) != 0)) _refuse(rules, "max");
        if (tolerance > (set ? SET_MAX_TOLERANCE : max)) _refuse(rules, "tolerance");
    }

    function _validateBox(uint256 rules) private pure {
        uint256 iouBps = uint16(rules >> 112);
        if (rules >> BOX_RULE_BITS != 0) _refuse(rules, "padding");
        if (uint16(rules >> 80) == 0) _refuse(rules, "width");
        if (uint16(rules >> 96) == 0) _refuse(rules, "height");
        if (iouBps == 0 || iouBps > BPS) _refuse(rules, "iouBps");
    }

    /// @dev Also refuses a capacity for which no circuit is compiled.
    function _goldCapacity(uint256 rules, uint256 kind) private pure returns (uint256) {
        uint256 capacity = uint16(rules >> 8);
        if (kind == KIND_BOX) {
            if (capacity != BOX_CAPACITY) _refuse(rules, "capacity");
            return BOX_GOLD_CAPACITY;
        }
        if (capacity == 64) return SCALARS_PER_WORD;
        if (capacity != 256 && capacity != 512) _refuse(rules, "capacity");
        return 2 * SCALARS_PER_WORD;
    }

    function _ceilDiv(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function _refuse(uint256 rules, string memory field) private pure {
        revert ILabelSettlement.LabelSettlement_RulesInvalid(rules, field);
    }
}
