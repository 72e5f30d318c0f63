// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDatasetRegistry} from "./interfaces/IDatasetRegistry.sol";
import {BN254} from "./libraries/BN254.sol";

/// @title DatasetRegistry
/// @notice See {IDatasetRegistry} for what it does, who may do what, and what nobody can.
contract DatasetRegistry is IDatasetRegistry {
    /// @dev Longest name and licence expression, in bytes.
    uint256 internal constant MAX_NAME_LENGTH = 128;
    uint256 internal constant MAX_LICENCE_LENGTH = 64;
    /// @dev Most records of one version: the leaves of a tree of depth 24.
    uint256 internal constant MAX_SIZE = 2 ** 24;
    /// @dev Most parents of one version.
    uint256 internal constant MAX_PARENTS = 16;

    struct Dataset {
        address owner; // slot 0
        uint32 versions;
        address pendingOwner; // slot 1
    }

    struct Published {
        uint256 root; // slot 0
        uint64 size; // slot 1
    }

    mapping(bytes32 datasetId => Dataset dataset) internal _datasets;
    mapping(bytes32 versionId => Published version) internal _versions;

    /// @inheritdoc IDatasetRegistry
    function register(
        bytes32 salt,
        string calldata name,
        Version calldata first
    )
        external
        returns (bytes32 datasetId, bytes32 versionId)
    {
        // Check:
        datasetId = keccak256(abi.encode(block.chainid, address(this), msg.sender, salt));
        if (_datasets[datasetId].owner != address(0)) revert DatasetRegistry_DatasetExists(datasetId);
        _checkText(name, MAX_NAME_LENGTH);

        // Effect:
        _datasets[datasetId].owner = msg.sender;
        emit DatasetRegistered(datasetId, msg.sender, name);
        versionId = _publish(datasetId, first);
    }

    /// @inheritdoc IDatasetRegistry
    function publishVersion(bytes32 datasetId, Version calldata next) external returns (bytes32 versionId) {
        // Check:
        _checkOwner(datasetId);

        // Effect:
        versionId = _publish(datasetId, next);
    }

    /// @inheritdoc IDatasetRegistry
    function startTransfer(bytes32 datasetId, address pendingOwner) external {
        // Check:
        _checkOwner(datasetId);

        // Effect:
        _datasets[datasetId].pendingOwner = pendingOwner;
        emit DatasetTransferStarted(datasetId, msg.sender, pendingOwner);
    }

    /// @inheritdoc IDatasetRegistry
    function acceptTransfer(bytes32 datasetId) external {
        // Check:
        Dataset storage dataset = _datasets[datasetId];
        if (msg.sender != dataset.pendingOwner) revert DatasetRegistry_NotPendingOwner(datasetId, msg.sender);

        // Effect:
        address previous = dataset.owner;
        dataset.owner = msg.sender;
        dataset.pendingOwner = address(0);
        emit DatasetTransferred(datasetId, previous, msg.sender);
    }

    /// @inheritdoc IDatasetRegistry
    function ownerOf(bytes32 datasetId) external view returns (address) {
        return _datasets[datasetId].owner;
    }

    /// @inheritdoc IDatasetRegistry
    function pendingOwnerOf(bytes32 datasetId) external view returns (address) {
        return _datasets[datasetId].pendingOwner;
    }

    /// @inheritdoc IDatasetRegistry
    function versionCount(bytes32 datasetId) external view returns (uint32) {
        return _datasets[datasetId].versions;
    }

    /// @inheritdoc IDatasetRegistry
    function rootOf(bytes32 versionId) external view returns (uint256) {
        return _versions[versionId].root;
    }

    /// @inheritdoc IDatasetRegistry
    function sizeOf(bytes32 versionId) external view returns (uint64) {
        return _versions[versionId].size;
    }

    function _publish(bytes32 datasetId, Version calldata version) internal returns (bytes32 versionId) {
        // Check:
        if (version.root == 0 || version.root >= BN254.SCALAR_FIELD) {
            revert DatasetRegistry_RootOutOfRange(version.root);
        }
        if (version.size == 0 || version.size > MAX_SIZE) {
            revert DatasetRegistry_SizeOutOfRange(version.size, MAX_SIZE);
        }
        _checkText(version.licence, MAX_LICENCE_LENGTH);
        uint256 parentCount = version.parents.length;
        if (parentCount > MAX_PARENTS) revert DatasetRegistry_TooManyParents(parentCount, MAX_PARENTS);
        for (uint256 i; i < parentCount; ++i) {
            bytes32 parent = version.parents[i];
            if (_versions[parent].root == 0) revert DatasetRegistry_UnknownParent(parent);
        }

        // Effect:
        uint32 number = ++_datasets[datasetId].versions;
        versionId = keccak256(abi.encode(datasetId, number));
        _versions[versionId] = Published({root: version.root, size: version.size});
        emit DatasetVersionPublished(datasetId, versionId, number, version);
    }

    function _checkOwner(bytes32 datasetId) internal view {
        if (msg.sender != _datasets[datasetId].owner) revert DatasetRegistry_NotOwner(datasetId, msg.sender);
    }

    function _checkText(string calldata text, uint256 maxLength) internal pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maxLength) revert DatasetRegistry_TextLength(length, maxLength);
    }
}
