// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGroupGate} from "../interfaces/IGroupGate.sol";
import {BN254} from "../libraries/BN254.sol";
import {ProofGate} from "./ProofGate.sol";

/// @title GroupGate
/// @notice What the gates for members of a group have in common.
abstract contract GroupGate is IGroupGate, ProofGate {
    /// @dev Public signals of Semaphore and World ID: root, nullifier, message, scope.
    uint256 internal constant SIGNALS = 4;

    /// @return deployed Whether a deployed contract checks the root.
    function _checkGroup(bytes32 keyId, bytes32 deployedSystemId, uint256 root) internal view returns (bool deployed) {
        deployed = _checkKey(keyId, deployedSystemId, SIGNALS);
        if (root == 0 && !deployed) revert GroupGate_RootRequired(keyId);
        if (root >= BN254.SCALAR_FIELD) revert GroupGate_RootOutOfRange(root);
    }

    function _checkRoot(bytes32 taskId, uint256 root, uint256 pinned) internal pure {
        if (pinned != 0 && root != pinned) revert GroupGate_WrongRoot(taskId, root, pinned);
    }

    function _signals(
        Admission memory admission,
        uint256 message,
        uint256 scope
    )
        internal
        pure
        returns (uint256[] memory publicSignals)
    {
        publicSignals = new uint256[](SIGNALS);
        (publicSignals[0], publicSignals[1]) = (admission.root, admission.nullifier);
        (publicSignals[2], publicSignals[3]) = (message, scope);
    }
}
