// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPlonkishProofSystem} from "../interfaces/IPlonkishProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title PlonkishProofSystem
/// @notice What PLONK and FFLONK share: the head of a key, public inputs as a polynomial, sums of points, the last pairing.
/// @dev Keys and proofs lie in memory and calldata as flat runs of words. Points are named by the position of their first
/// byte. Every proof value is checked before it meets a precompile, so a precompile never burns what it was given.
abstract contract PlonkishProofSystem is IPlonkishProofSystem, ProofSystemBase {
    /// @dev How every key begins; X_2 and the commitments follow.
    struct Head {
        uint256 power;
        uint256 omega;
        uint256 k1;
        uint256 k2;
        uint256 signalCount;
    }

    uint256 internal constant Q = BN254.BASE_FIELD;
    uint256 internal constant R = BN254.SCALAR_FIELD;

    /// @dev Precompiles of EIP-198, EIP-196 and EIP-197.
    uint256 internal constant MODEXP = 0x05;
    uint256 internal constant EC_ADD = 0x06;
    uint256 internal constant EC_MUL = 0x07;
    uint256 internal constant EC_PAIRING = 0x08;

    /// @dev Most gas a precompile is given: its price (1,360, 150, 6,000 and 113,000) and a margin against repricing.
    uint256 internal constant MODEXP_GAS = 6000;
    uint256 internal constant EC_ADD_GAS = 500;
    uint256 internal constant EC_MUL_GAS = 9000;
    uint256 internal constant EC_PAIRING_GAS = 160_000;

    uint256 internal constant MAX_POWER = 28;
    /// @dev Position of X_2 in a key, in words and bytes, and of the first commitment.
    uint256 internal constant X2_WORD = 5;
    uint256 internal constant X2 = 0xa0;
    uint256 internal constant COMMITMENTS_WORD = 9;
    uint256 internal constant COMMITMENTS = 0x120;

    /// @dev Copies a key from the code that holds it, leaving `spare` bytes of memory behind it.
    /// @return key Head of the key.
    /// @return base Position of the same in memory, from which all else is counted.
    function _loadKey(
        address code,
        uint256 length,
        uint256 spare
    )
        internal
        view
        returns (Head memory key, uint256 base)
    {
        assembly ("memory-safe") {
            base := mload(0x40)
            // Code of a key starts with one byte that keeps it from being run.
            extcodecopy(code, base, 1, length)
            mstore(0x40, add(base, add(length, spare)))
            key := base
        }
    }

    /// @dev Reverts when the head of a key, or X_2, is malformed or unsafe. `data` is long enough to hold them.
    function _checkHead(bytes calldata data) internal view {
        (Head memory key, uint256[4] memory x2) = abi.decode(data, (Head, uint256[4]));

        // omega is a primitive root of order n = 2^power when omega^(n/2) = -1.
        bool inRange = key.power > 0 && key.power <= MAX_POWER && key.omega < R;
        if (!inRange || _squared(key.omega, key.power - 1) != R - 1) {
            revert PlonkishProofSystem_DomainInvalid(key.power, key.omega);
        }

        // x and y lie in the same coset of H when x^n = y^n.
        uint256 first = _squared(key.k1, key.power);
        uint256 second = _squared(key.k2, key.power);
        bool nonZero = key.k1 > 0 && key.k2 > 0 && key.k1 < R && key.k2 < R;
        if (!nonZero || first == 1 || second == 1 || first == second) {
            revert PlonkishProofSystem_CosetsInvalid(key.k1, key.k2);
        }

        if (key.signalCount == 0 || key.signalCount >= 1 << key.power) {
            revert PlonkishProofSystem_SignalCountInvalid(key.signalCount);
        }
        if (!BN254.isG2(x2)) revert PlonkishProofSystem_PointInvalid(X2_WORD);
        if (x2[0] == BN254.G2_X_C1 && x2[1] == BN254.G2_X_C0) revert PlonkishProofSystem_SecretKnown();
    }

    /// @dev value^(2^times)
    function _squared(uint256 value, uint256 times) internal pure returns (uint256 result) {
        uint256 r = R;
        assembly ("memory-safe") {
            result := value
            for {} times { times := sub(times, 1) } { result := mulmod(result, result, r) }
        }
    }

    /// @dev Whether every one of `count` words of calldata is below the order of the groups.
    function _areScalars(uint256 start, uint256 count) internal pure returns (bool valid) {
        uint256 r = R;
        assembly ("memory-safe") {
            valid := 1
            let end := add(start, shl(5, count))
            for {} lt(start, end) { start := add(start, 0x20) } { valid := and(valid, lt(calldataload(start), r)) }
        }
    }

    /// @dev Whether there are as many signals as the key says, each below the order of the groups.
    function _areSignals(Head memory key, uint256[] calldata signals) internal pure returns (bool) {
        uint256 start;
        assembly ("memory-safe") {
            start := signals.offset
        }
        return signals.length == key.signalCount && _areScalars(start, signals.length);
    }

    /// @dev Whether every one of `count` points in memory is a canonical point of G1 other than the identity.
    function _arePoints(uint256 start, uint256 count) internal pure returns (bool valid) {
        uint256 q = Q;
        assembly ("memory-safe") {
            valid := 1
            let end := add(start, shl(6, count))
            for {} lt(start, end) { start := add(start, 0x40) } {
                let x := mload(start)
                let y := mload(add(start, 0x20))
                let onCurve := eq(mulmod(y, y, q), addmod(mulmod(mulmod(x, x, q), x, q), 3, q))
                valid := and(valid, and(onCurve, and(lt(x, q), lt(y, q))))
            }
        }
    }

    /// @dev The public inputs at ξ, without divisions. There is one signal at least; i counts from 0:
    /// sum / product = Σ signal_i · ω^i / (ξ - ω^i), and rest / product = 1 / (ξ - 1).
    /// So PI(ξ) = -Z_H(ξ)/n · sum/product, and L1(ξ) = Z_H(ξ)/n · rest/product.
    function _publicInputs(
        uint256[] calldata signals,
        uint256 omega,
        uint256 xi
    )
        internal
        pure
        returns (uint256 sum, uint256 rest, uint256 product)
    {
        uint256 r = R;
        assembly ("memory-safe") {
            let at := signals.offset
            let end := add(at, shl(5, signals.length))
            sum := calldataload(at)
            rest := 1
            product := addmod(xi, sub(r, 1), r)
            let root := 1
            for { at := add(at, 0x20) } lt(at, end) { at := add(at, 0x20) } {
                root := mulmod(root, omega, r)
                let difference := addmod(xi, sub(r, root), r)
                let term := mulmod(mulmod(calldataload(at), root, r), product, r)
                sum := addmod(mulmod(sum, difference, r), term, r)
                rest := mulmod(rest, difference, r)
                product := mulmod(product, difference, r)
            }
        }
    }

    /// @dev 1 / value; 0 for 0.
    function _inverse(uint256 value) internal view returns (uint256 result) {
        uint256 r = R;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, 0x20)
            mstore(add(input, 0x20), 0x20)
            mstore(add(input, 0x40), 0x20)
            mstore(add(input, 0x60), value)
            mstore(add(input, 0x80), sub(r, 2))
            mstore(add(input, 0xa0), r)
            result := staticcall(MODEXP_GAS, MODEXP, input, 0xc0, 0, 0x20)
            result := mul(result, mload(0))
        }
    }

    /// @dev Adds scalar_i · point_i to the point at `sum`, for `count` points and scalars in memory. What lies in the 0xa0
    /// bytes from `sum` on is overwritten.
    /// @return valid False when a precompile failed, which points of the curve cannot bring about.
    function _addScaled(uint256 sum, uint256 points, uint256 scalars, uint256 count)
        internal
        view
        returns (bool valid)
    {
        assembly ("memory-safe") {
            // sum | point | scalar, so that the product lands beside the sum and both are the next input.
            let point := add(sum, 0x40)
            let scalar := add(sum, 0x80)
            let end := add(points, shl(6, count))
            valid := 1
            for {} lt(points, end) { points := add(points, 0x40) } {
                mcopy(point, points, 0x40)
                mstore(scalar, mload(scalars))
                scalars := add(scalars, 0x20)
                valid := and(valid, staticcall(EC_MUL_GAS, EC_MUL, point, 0x60, point, 0x40))
                valid := and(valid, staticcall(EC_ADD_GAS, EC_ADD, sum, 0x80, sum, 0x40))
            }
        }
    }

    /// @dev Whether e(first, X_2) = e(second, G2 generator), for points of G1 in memory.
    function _pairingsMatch(uint256 first, uint256 x2, uint256 second) internal view returns (bool matching) {
        uint256 q = Q;
        uint256[4] memory generator = [BN254.G2_X_C1, BN254.G2_X_C0, BN254.G2_Y_C1, BN254.G2_Y_C0];
        assembly ("memory-safe") {
            let input := mload(0x40)
            mcopy(input, first, 0x40)
            mcopy(add(input, 0x40), x2, 0x80)
            mstore(add(input, 0xc0), mload(second))
            // y = 0 is only in the identity; its negative must stay canonical.
            mstore(add(input, 0xe0), mod(sub(q, mload(add(second, 0x20))), q))
            mcopy(add(input, 0x100), generator, 0x80)
            matching := staticcall(EC_PAIRING_GAS, EC_PAIRING, input, 0x180, 0, 0x20)
            matching := and(matching, eq(mload(0), 1))
        }
    }
}
