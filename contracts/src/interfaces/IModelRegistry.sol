// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IModelRegistry
/// @notice Models and their checkpoints: a commitment to quantised weights, and what they were made from.
/// @dev Role: each model has an `owner` who may publish versions and hand the model over in two steps. A published
/// version never changes. There is no administrator.
interface IModelRegistry {
    /// @param weightsCommitment Poseidon commitment to the quantised weights (below the BN254 scalar field order, not zero).
    /// @param architectureHash sha256 of the architecture description.
    /// @param manifestDigest sha2-256 digest of the ML-BOM's CIDv1 (dag-pb).
    /// @param licence SPDX licence expression, 1 to 64 bytes.
    /// @param keyIds Verifier keys under which statements about this version are proven (at most 16, all known).
    /// @param datasets Dataset version ids it was trained on (at most 16, all published).
    /// @param parents Model version ids it was derived from (at most 16, all published).
    struct Version {
        uint256 weightsCommitment;
        bytes32 architectureHash;
        bytes32 manifestDigest;
        string licence;
        bytes32[] keyIds;
        bytes32[] datasets;
        bytes32[] parents;
    }

    event ModelRegistered(bytes32 indexed modelId, address indexed owner, string name);
    event ModelVersionPublished(bytes32 indexed modelId, bytes32 indexed versionId, uint32 number, Version version);
    event ModelTransferStarted(bytes32 indexed modelId, address indexed owner, address indexed pendingOwner);
    event ModelTransferred(bytes32 indexed modelId, address indexed previous, address indexed current);

    error ModelRegistry_ModelExists(bytes32 modelId);
    error ModelRegistry_NotOwner(bytes32 modelId, address caller);
    error ModelRegistry_NotPendingOwner(bytes32 modelId, address caller);
    error ModelRegistry_CommitmentOutOfRange(uint256 commitment);
    error ModelRegistry_TextLength(uint256 length, uint256 maxLength);
    error ModelRegistry_TooManyLinks(uint256 count, uint256 maxCount);
    error ModelRegistry_UnknownKey(bytes32 keyId);
    error ModelRegistry_UnknownDataset(bytes32 versionId);
    error ModelRegistry_UnknownParent(bytes32 versionId);

    /// @notice Registers a model with its first version.
    /// @param salt Chosen by the caller; the same salt twice reverts, so a resubmission registers once.
    /// @param name Display name, 1 to 128 bytes.
    /// @return modelId `keccak256(abi.encode(chainId, this, owner, salt))`.
    /// @return versionId `keccak256(abi.encode(modelId, number))`, numbers starting at 1.
    function register(
        bytes32 salt,
        string calldata name,
        Version calldata first
    )
        external
        returns (bytes32 modelId, bytes32 versionId);

    function publishVersion(bytes32 modelId, Version calldata next) external returns (bytes32 versionId);
    function startTransfer(bytes32 modelId, address pendingOwner) external;
    function acceptTransfer(bytes32 modelId) external;

    function ownerOf(bytes32 modelId) external view returns (address);
    function pendingOwnerOf(bytes32 modelId) external view returns (address);
    function versionCount(bytes32 modelId) external view returns (uint32);
    /// @notice Weights commitment of a published version; zero when unknown.
    function commitmentOf(bytes32 versionId) external view returns (uint256);
}
