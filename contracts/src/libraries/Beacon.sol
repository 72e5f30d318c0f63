// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHashes} from "./BlockHashes.sol";

/// @title Beacon
/// @notice Randomness from a block that nobody has seen when it is chosen: one call picks it, a later one reads its hash.
/// @dev Who builds that block can try blocks until it likes the hash. A hash is forgotten in time (see BlockHashes); then
/// a block is picked again.
library Beacon {
    /// @dev Blocks from the call that picks to the block picked: its hash is not known to anybody yet.
    uint256 internal constant DELAY = 1;

    function pick() internal view returns (uint64 blockNumber) {
        return uint64(block.number + DELAY);
    }

    /// @notice Whether the hash of the block is, or was, there to be read.
    function isPast(uint64 blockNumber) internal view returns (bool) {
        return block.number > blockNumber;
    }

    /// @notice Hash of a block that is past; zero when it cannot be read any more.
    function hashOf(uint64 blockNumber) internal view returns (bytes32) {
        return blockNumber == 0 ? bytes32(0) : BlockHashes.hashOf(blockNumber);
    }
}
