// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "./IProofSystem.sol";

/// @title IGroth16ProofSystem
/// @notice Groth16 on BN254 with each key kept as contract code.
/// @dev A key is a run of 32-byte big-endian words: alpha (x, y), beta, gamma, delta (each x_c1, x_c0, y_c1, y_c0) and
/// IC_0 … IC_n (x, y), n signals. A proof is eight words: A (x, y), B (x_c1, x_c0, y_c1, y_c0), C (x, y).
/// Warning: Groth16 proofs are malleable. Anyone can turn a valid proof into other valid proofs of the same signals, so
/// uniqueness must rest on the statement, never on proof bytes.
/// Warning: no check on a finished key can show that its setup was honest. The checks refuse keys that are malformed or
/// whose setup was left unfinished; the rest is the ceremony's.
interface IGroth16ProofSystem is IProofSystem {
    /// @param word Position of the point's first word in the key.
    error Groth16ProofSystem_PointInvalid(uint256 word);
    /// @notice Two points of the key, or a point and the generator, are equal or opposite: known relations forge proofs.
    error Groth16ProofSystem_PointsRelated(string first, string second);
    /// @notice A proof made of nothing but the key's own points verifies.
    error Groth16ProofSystem_KeyForgeable(bytes32 keyId);
}
