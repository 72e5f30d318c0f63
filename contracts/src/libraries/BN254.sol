// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title BN254
/// @notice The two primes of the curve of EIP-196 and EIP-197.
library BN254 {
    /// @dev Order of the groups: public signals, Poseidon and BabyJubJub coordinates live below it.
    uint256 internal constant SCALAR_FIELD = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @dev Modulus of point coordinates.
    uint256 internal constant BASE_FIELD = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
}
