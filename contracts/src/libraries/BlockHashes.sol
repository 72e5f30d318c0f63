// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title BlockHashes
/// @notice Hashes of past blocks, for beacons.
/// @dev `BLOCKHASH` reads 256 blocks back, which are 51 minutes of 12-second blocks and 51 seconds of 200-millisecond blocks. The
/// history contract of EIP-2935 reads 8,191 (27 hours, 27 minutes). Where it does not exist the shorter time holds.
library BlockHashes {
    /// @dev The same on every chain that has it.
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @return hash Zero for a block that is not past, or too long past.
    function hashOf(uint256 blockNumber) internal view returns (bytes32 hash) {
        hash = blockhash(blockNumber);
        if (hash != 0) return hash;
        address history = HISTORY;
        assembly ("memory-safe") {
            mstore(0, blockNumber)
            // Arguments are evaluated from the right: what was returned is looked at after the call.
            if and(eq(returndatasize(), 0x20), staticcall(gas(), history, 0, 0x20, 0, 0x20)) {
                hash := mload(0)
            }
        }
    }
}
