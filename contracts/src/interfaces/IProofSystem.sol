// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IProofSystem
/// @notice One proof system (for example Groth16 on BN254) that holds many keys and checks proofs under them.
/// @dev Only the VerifierKeyRegistry adds keys, and it adds each once. `verify` answers `false` or reverts on a bad
/// proof; callers treat both alike. Nothing in a proof system can change or remove a key.
/// Warning: more than one encoding of a proof may be accepted. Nothing may rest on proof bytes.
interface IProofSystem {
    /// @notice What a proof system says of a key it has accepted.
    /// @param signalCount Number of public signals that proofs under the key carry.
    /// @param verifyGas Most gas that `verify` takes for an honest proof, with every account and word cold.
    /// @param dependsOn Key of the registry that proofs under this key are checked with in the end; zero for none. A frozen
    /// one freezes this key too.
    struct KeyTerms {
        uint256 signalCount;
        uint256 verifyGas;
        bytes32 dependsOn;
    }

    error ProofSystem_NotRegistry(address caller);
    error ProofSystem_KeyExists(bytes32 keyId);
    /// @notice The key is not what this system reads.
    error ProofSystem_KeyLength(uint256 length);
    /// @notice Too little gas was left to tell a bad proof from an empty tank.
    error ProofSystem_InsufficientGas(uint256 available);

    /// @notice Name of the system, part of every key id; for example `bytes32("groth16-bn254")`.
    function systemId() external view returns (bytes32);

    /// @notice Checks and stores a key. Registry only.
    /// @param keyId Content id computed by the registry.
    /// @param keyData The key in this system's own encoding.
    function addKey(bytes32 keyId, bytes calldata keyData) external returns (KeyTerms memory);

    /// @notice Whether `proof` shows the statement with these public signals under this key.
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof) external view returns (bool);

    /// @notice The stored key, as given to `addKey`; empty when unknown.
    function keyData(bytes32 keyId) external view returns (bytes memory);

    /// @notice The only account that may add keys.
    function registry() external view returns (address);
}
