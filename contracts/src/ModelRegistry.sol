// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDatasetRegistry} from "./interfaces/IDatasetRegistry.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IVerifierKeyRegistry} from "./interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "./libraries/BN254.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry} for what it does, who may do what, and what nobody can.
contract ModelRegistry is IModelRegistry {
    /// @dev Longest name and licence expression, in bytes.
    uint256 internal constant MAX_NAME_LENGTH = 128;
    uint256 internal constant MAX_LICENCE_LENGTH = 64;
    /// @dev Most keys, datasets or parents of one version.
    uint256 internal constant MAX_LINKS = 16;

    IDatasetRegistry internal immutable DATASETS;
    IVerifierKeyRegistry internal immutable KEYS;

    struct Model {
        address owner; // slot 0
        uint32 versions;
        address pendingOwner; // slot 1
    }

    mapping(bytes32 modelId => Model model) internal _models;
    mapping(bytes32 versionId => uint256 weightsCommitment) internal _commitments;

    constructor(IDatasetRegistry datasets, IVerifierKeyRegistry keys) {
        DATASETS = datasets;
        KEYS = keys;
    }

    /// @inheritdoc IModelRegistry
    function register(
        bytes32 salt,
        string calldata name,
        Version calldata first
    )
        external
        returns (bytes32 modelId, bytes32 versionId)
    {
        // Check:
        modelId = keccak256(abi.encode(block.chainid, address(this), msg.sender, salt));
        if (_models[modelId].owner != address(0)) revert ModelRegistry_ModelExists(modelId);
        _checkText(name, MAX_NAME_LENGTH);

        // Effect:
        _models[modelId].owner = msg.sender;
        emit ModelRegistered(modelId, msg.sender, name);
        versionId = _publish(modelId, first);
    }

    /// @inheritdoc IModelRegistry
    function publishVersion(bytes32 modelId, Version calldata next) external returns (bytes32 versionId) {
        // Check:
        _checkOwner(modelId);

        // Effect:
        versionId = _publish(modelId, next);
    }

    /// @inheritdoc IModelRegistry
    function startTransfer(bytes32 modelId, address pendingOwner) external {
        // Check:
        _checkOwner(modelId);

        // Effect:
        _models[modelId].pendingOwner = pendingOwner;
        emit ModelTransferStarted(modelId, msg.sender, pendingOwner);
    }

    /// @inheritdoc IModelRegistry
    function acceptTransfer(bytes32 modelId) external {
        // Check:
        Model storage model = _models[modelId];
        if (msg.sender != model.pendingOwner) revert ModelRegistry_NotPendingOwner(modelId, msg.sender);

        // Effect:
        address previous = model.owner;
        model.owner = msg.sender;
        model.pendingOwner = address(0);
        emit ModelTransferred(modelId, previous, msg.sender);
    }

    /// @inheritdoc IModelRegistry
    function ownerOf(bytes32 modelId) external view returns (address) {
        return _models[modelId].owner;
    }

    /// @inheritdoc IModelRegistry
    function pendingOwnerOf(bytes32 modelId) external view returns (address) {
        return _models[modelId].pendingOwner;
    }

    /// @inheritdoc IModelRegistry
    function versionCount(bytes32 modelId) external view returns (uint32) {
        return _models[modelId].versions;
    }

    /// @inheritdoc IModelRegistry
    function commitmentOf(bytes32 versionId) external view returns (uint256) {
        return _commitments[versionId];
    }

    function _publish(bytes32 modelId, Version calldata version) internal returns (bytes32 versionId) {
        // Check:
        if (version.weightsCommitment == 0 || version.weightsCommitment >= BN254.SCALAR_FIELD) {
            revert ModelRegistry_CommitmentOutOfRange(version.weightsCommitment);
        }
        _checkText(version.licence, MAX_LICENCE_LENGTH);
        _checkLinks(version);

        // Effect:
        uint32 number = ++_models[modelId].versions;
        versionId = keccak256(abi.encode(modelId, number));
        _commitments[versionId] = version.weightsCommitment;
        emit ModelVersionPublished(modelId, versionId, number, version);
    }

    function _checkLinks(Version calldata version) internal view {
        _checkCount(version.keyIds.length);
        _checkCount(version.datasets.length);
        _checkCount(version.parents.length);
        for (uint256 i; i < version.keyIds.length; ++i) {
            bytes32 keyId = version.keyIds[i];
            if (KEYS.status(keyId) == IVerifierKeyRegistry.Status.None) revert ModelRegistry_UnknownKey(keyId);
        }
        for (uint256 i; i < version.datasets.length; ++i) {
            bytes32 dataset = version.datasets[i];
            if (DATASETS.rootOf(dataset) == 0) revert ModelRegistry_UnknownDataset(dataset);
        }
        for (uint256 i; i < version.parents.length; ++i) {
            bytes32 parent = version.parents[i];
            if (_commitments[parent] == 0) revert ModelRegistry_UnknownParent(parent);
        }
    }

    function _checkOwner(bytes32 modelId) internal view {
        if (msg.sender != _models[modelId].owner) revert ModelRegistry_NotOwner(modelId, msg.sender);
    }

    function _checkText(string calldata text, uint256 maxLength) internal pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maxLength) revert ModelRegistry_TextLength(length, maxLength);
    }

    function _checkCount(uint256 count) internal pure {
        if (count > MAX_LINKS) revert ModelRegistry_TooManyLinks(count, MAX_LINKS);
    }
}
