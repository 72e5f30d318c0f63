// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title SlotList
/// @notice Slot numbers of a task in a dense list, 16 to a storage word, each with the place it is at: anything can be drawn
/// from it by place, and any slot be moved, in constant gas.
/// @dev A slot number fits 16 bits: no task has more than 65,535 slots (ProtocolParameters). The owner counts the length.
library SlotList {
    uint256 internal constant BITS = 16;
    uint256 internal constant MASK = type(uint16).max;
    uint256 internal constant PER_WORD = 16;

    struct List {
        mapping(uint256 index => uint256 word) slots;
        mapping(uint256 index => uint256 word) places;
    }

    function at(List storage self, uint256 place) internal view returns (uint32 slot) {
        return uint32(_read(self.slots, place));
    }

    /// @notice Place of a slot that is in the list.
    function placeOf(List storage self, uint32 slot) internal view returns (uint256) {
        return _read(self.places, slot);
    }

    /// @param length Slots in the list so far.
    function append(List storage self, uint256 length, uint32 slot) internal {
        _put(self, length, slot);
    }

    /// @notice Swaps a slot of the list with the one at `place`.
    function moveTo(List storage self, uint32 slot, uint256 place) internal {
        uint256 from = _read(self.places, slot);
        if (from == place) return;
        _put(self, from, _read(self.slots, place));
        _put(self, place, slot);
    }

    function _put(List storage self, uint256 place, uint256 slot) private {
        _write(self.slots, place, slot);
        _write(self.places, slot, place);
    }

    function _read(mapping(uint256 index => uint256 word) storage words, uint256 i) private view returns (uint256) {
        return words[i / PER_WORD] >> (BITS * (i % PER_WORD)) & MASK;
    }

    function _write(mapping(uint256 index => uint256 word) storage words, uint256 i, uint256 value) private {
        uint256 shift = BITS * (i % PER_WORD);
        words[i / PER_WORD] = words[i / PER_WORD] & ~(MASK << shift) | value << shift;
    }
}
