// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "./IProofSystem.sol";

/// @title IPlonkishProofSystem
/// @notice PLONK and FFLONK on BN254 as snarkjs proves them, with each key kept as contract code.
/// @dev A key is a run of 32-byte big-endian words: power, omega, k1, k2, number of signals, X_2 (x_c1, x_c0, y_c1, y_c0), and
/// then the commitments of the system at hand (x, y each). The domain H is the n = 2^power powers of omega; k1 · H and k2 · H
/// are the other two cosets that the copy constraints live on; X_2 is the secret of the powers of tau, times the G2
/// generator. A key has one signal at least.
/// Warning: no check on a key can show that its powers of tau were made honestly, or which circuit it stands for. The checks
/// refuse keys that are malformed or openly unsafe; the rest is the ceremony's and the manifest's.
interface IPlonkishProofSystem is IProofSystem {
    /// @notice Power is not in 1 … 28, or omega is no primitive root of unity of order 2^power.
    error PlonkishProofSystem_DomainInvalid(uint256 power, uint256 omega);
    /// @notice H, k1 · H and k2 · H are not three distinct cosets: copy constraints would confuse columns.
    error PlonkishProofSystem_CosetsInvalid(uint256 k1, uint256 k2);
    /// @notice No signals, or more than the domain has room for.
    error PlonkishProofSystem_SignalCountInvalid(uint256 signalCount);
    /// @notice The point is not in its group, or is the identity where that is never honest.
    /// @param word Position of the point's first word in the key.
    error PlonkishProofSystem_PointInvalid(uint256 word);
    /// @notice X_2 is the G2 generator or its opposite: the secret is 1 or -1, as before the first contribution, and whoever
    /// knows it proves anything.
    error PlonkishProofSystem_SecretKnown();
}
