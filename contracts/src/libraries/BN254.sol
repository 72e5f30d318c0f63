// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title BN254
/// @notice The two primes of the curve of EIP-196 and EIP-197, and membership of its groups.
library BN254 {
    /// @dev Order of the groups: public signals, Poseidon and BabyJubJub coordinates live below it.
    uint256 internal constant SCALAR_FIELD = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @dev Modulus of point coordinates.
    uint256 internal constant BASE_FIELD = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev The G2 generator, imaginary parts first.
    uint256 internal constant G2_X_C1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 internal constant G2_X_C0 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 internal constant G2_Y_C1 = 4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 internal constant G2_Y_C0 = 8495653923123431417604973247489272438418190587263600148770280649306958101930;

    /// @dev Gas for the two pairings that check a point of G2: 113,000 by EIP-1108 and a margin against repricing.
    uint256 private constant SUBGROUP_GAS = 160_000;

    /// @notice Whether (x, y) is a point of G1 in canonical form. The identity, (0, 0), is not.
    /// @dev Every point of the curve over the base field is in G1.
    function isG1(uint256 x, uint256 y) internal pure returns (bool) {
        uint256 q = BASE_FIELD;
        return x < q && y < q && mulmod(y, y, q) == addmod(mulmod(mulmod(x, x, q), x, q), 3, q);
    }

    /// @notice Whether `point` (x_c1, x_c0, y_c1, y_c0) is a point of G2 in canonical form. The identity is not.
    /// @dev The pairing precompile refuses points off the curve or outside the subgroup: e(G, P) · e(-G, P) = 1 for others.
    function isG2(uint256[4] memory point) internal view returns (bool valid) {
        if (point[0] | point[1] | point[2] | point[3] == 0) return false;
        uint256 negatedY = BASE_FIELD - 2;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, 1)
            mstore(add(input, 0x20), 2)
            mcopy(add(input, 0x40), point, 0x80)
            mstore(add(input, 0xc0), 1)
            mstore(add(input, 0xe0), negatedY)
            mcopy(add(input, 0x100), point, 0x80)
            valid := staticcall(SUBGROUP_GAS, 0x08, input, 0x180, 0, 0x20)
            valid := and(valid, eq(mload(0), 1))
        }
    }
}
