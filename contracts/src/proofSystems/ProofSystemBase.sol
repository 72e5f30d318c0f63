// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IProofSystem} from "../interfaces/IProofSystem.sol";

/// @title ProofSystemBase
/// @notice What every proof system has: its registry, and keys kept as contract code.
abstract contract ProofSystemBase is IProofSystem {
    address internal immutable REGISTRY;

    mapping(bytes32 keyId => address code) internal _keyCode;

    constructor(address registry_) {
        REGISTRY = registry_;
    }

    /// @inheritdoc IProofSystem
    function addKey(bytes32 keyId, bytes calldata data) external returns (KeyTerms memory terms) {
        // Check:
        if (msg.sender != REGISTRY) revert ProofSystem_NotRegistry(msg.sender);
        if (_keyCode[keyId] != address(0)) revert ProofSystem_KeyExists(keyId);
        terms = _checkKey(keyId, data);

        // Effect:
        _keyCode[keyId] = SSTORE2.write(data);
    }

    /// @inheritdoc IProofSystem
    function keyData(bytes32 keyId) external view returns (bytes memory) {
        address code = _keyCode[keyId];
        return code == address(0) ? bytes("") : SSTORE2.read(code);
    }

    /// @inheritdoc IProofSystem
    function registry() external view returns (address) {
        return REGISTRY;
    }

    /// @dev Reverts when the key is malformed or unsafe.
    function _checkKey(bytes32 keyId, bytes calldata data) internal view virtual returns (KeyTerms memory terms);
}
