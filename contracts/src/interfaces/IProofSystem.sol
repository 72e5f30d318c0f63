// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IProofSystem
/// @notice One proof system (for example Groth16 on BN254) that holds many keys and checks proofs under them.
/// @dev Only the VerifierKeyRegistry adds keys, and it adds each once. `verify` answers `false` or reverts on a bad
/// proof; callers treat both alike. Nothing in a proof system can change or remove a key.
interface IProofSystem {
    /// @notice Name of the system, part of every key id; for example `bytes32("groth16-bn254")`.
    function systemId() external view returns (bytes32);

    /// @notice Checks and stores a key.
    /// @param keyId Content id computed by the registry.
    /// @param keyData The key in this system's own encoding.
    /// @return signalCount Number of public signals proofs under this key carry.
    function addKey(bytes32 keyId, bytes calldata keyData) external returns (uint256 signalCount);

    /// @notice Whether `proof` shows the statement with these public signals under this key.
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof) external view returns (bool);

    /// @notice The stored key, as given to `addKey`; empty when unknown.
    function keyData(bytes32 keyId) external view returns (bytes memory);
}
