// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IDatasetRegistry
/// @notice Datasets and their versions: a Merkle root of record commitments, and where it came from.
/// @dev Role: each dataset has an `owner` who may publish versions and hand the dataset over in two steps. A published
/// version never changes. There is no administrator.
interface IDatasetRegistry {
    /// @param root Poseidon Merkle root of the record commitments (below the BN254 scalar field order, not zero).
    /// @param size Number of records (1 to 2^24, the leaves of a tree of depth 24).
    /// @param schemaHash sha256 of the schema document.
    /// @param manifestDigest sha2-256 digest of the manifest's CIDv1 (dag-pb).
    /// @param licence SPDX licence expression, 1 to 64 bytes.
    /// @param parents Version ids of datasets this one derives from (at most 16, all published).
    struct Version {
        uint256 root;
        uint64 size;
        bytes32 schemaHash;
        bytes32 manifestDigest;
        string licence;
        bytes32[] parents;
    }

    event DatasetRegistered(bytes32 indexed datasetId, address indexed owner, string name);
    event DatasetVersionPublished(bytes32 indexed datasetId, bytes32 indexed versionId, uint32 number, Version version);
    event DatasetTransferStarted(bytes32 indexed datasetId, address indexed owner, address indexed pendingOwner);
    event DatasetTransferred(bytes32 indexed datasetId, address indexed previous, address indexed current);

    error DatasetRegistry_DatasetExists(bytes32 datasetId);
    error DatasetRegistry_NotOwner(bytes32 datasetId, address caller);
    error DatasetRegistry_NotPendingOwner(bytes32 datasetId, address caller);
    error DatasetRegistry_RootOutOfRange(uint256 root);
    error DatasetRegistry_SizeOutOfRange(uint256 size, uint256 maxSize);
    error DatasetRegistry_TextLength(uint256 length, uint256 maxLength);
    error DatasetRegistry_TooManyParents(uint256 count, uint256 maxCount);
    error DatasetRegistry_UnknownParent(bytes32 versionId);

    /// @notice Registers a dataset with its first version.
    /// @param salt Chosen by the caller; the same salt twice reverts, so a resubmission registers once.
    /// @param name Display name, 1 to 128 bytes.
    /// @return datasetId `keccak256(abi.encode(chainId, this, owner, salt))`.
    /// @return versionId `keccak256(abi.encode(datasetId, number))`, numbers starting at 1.
    function register(
        bytes32 salt,
        string calldata name,
        Version calldata first
    )
        external
        returns (bytes32 datasetId, bytes32 versionId);

    function publishVersion(bytes32 datasetId, Version calldata next) external returns (bytes32 versionId);
    function startTransfer(bytes32 datasetId, address pendingOwner) external;
    function acceptTransfer(bytes32 datasetId) external;

    function ownerOf(bytes32 datasetId) external view returns (address);
    function pendingOwnerOf(bytes32 datasetId) external view returns (address);
    function versionCount(bytes32 datasetId) external view returns (uint32);
    /// @notice Root of a published version; zero when unknown.
    function rootOf(bytes32 versionId) external view returns (uint256);
    function sizeOf(bytes32 versionId) external view returns (uint64);
}
