// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title TokenTransfer
/// @notice Sends native coin or ERC-20 tokens and answers whether it worked, whatever the other side does.
library TokenTransfer {
    /// @dev Stands for the chain's native coin.
    address internal constant NATIVE = address(0);

    /// @notice Tries to send `amount` base units with at most `gasCap` gas; never reverts and copies at most one word back.
    /// @dev A token succeeds when the call does and it answers `true` or, having code, nothing.
    function trySend(address token, address to, uint256 amount, uint256 gasCap) internal returns (bool sent) {
        if (token == NATIVE) {
            assembly ("memory-safe") {
                sent := call(gasCap, to, amount, 0, 0, 0, 0)
            }
            return sent;
        }

        bytes memory data = abi.encodeWithSignature("transfer(address,uint256)", to, amount);
        assembly ("memory-safe") {
            let called := call(gasCap, token, 0, add(data, 0x20), mload(data), 0, 0x20)
            let saysTrue := and(gt(returndatasize(), 31), eq(mload(0), 1))
            let saysNothing := and(iszero(returndatasize()), gt(extcodesize(token), 0))
            sent := and(called, or(saysTrue, saysNothing))
        }
    }
}
