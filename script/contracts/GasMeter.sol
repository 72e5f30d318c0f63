// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title GasMeter
/// @notice Says what a call takes, for the benchmark.
contract GasMeter {
    error GasMeter_CallFailed();

    /// @notice Gas of a static call when the same transaction has made it once before: accounts and storage are warm, and
    /// neither calldata nor the transaction itself counts.
    /// @return used Gas of the second call.
    /// @return answer First word of its answer.
    function measure(address target, bytes memory data) external view returns (uint256 used, uint256 answer) {
        bool called;
        for (uint256 i; i < 2; ++i) {
            assembly ("memory-safe") {
                let before := gas()
                called := staticcall(gas(), target, add(data, 0x20), mload(data), 0x00, 0x20)
                used := sub(before, gas())
                answer := mload(0x00)
            }
            if (!called) revert GasMeter_CallFailed();
        }
    }
}
