// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "./IProofSystem.sol";

/// @title IWrappedGroth16
/// @notice A proof system whose proofs are Groth16 proofs in another wrapping, checked under a Groth16 key of the registry.
/// @dev Every key depends on its Groth16 key, which must be active for a proof to pass and freezes this one with it.
/// Warning: Groth16 proofs are malleable; see {IGroth16ProofSystem}.
interface IWrappedGroth16 is IProofSystem {
    /// @notice The registry has no Groth16 key under this id.
    error WrappedGroth16_NotAGroth16Key(bytes32 keyId);
    error WrappedGroth16_WrongSignalCount(bytes32 keyId, uint256 signalCount, uint256 required);
}
