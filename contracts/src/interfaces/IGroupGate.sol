// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofGate} from "./IProofGate.sol";

/// @title IGroupGate
/// @notice Gates for members of a group, whose root a deployed contract knows or the task pins.
interface IGroupGate is IProofGate {
    /// @notice Only a key over a deployed contract checks the root itself: under any other the task must pin one.
    error GroupGate_RootRequired(bytes32 keyId);
    error GroupGate_RootOutOfRange(uint256 root);
    error GroupGate_WrongRoot(bytes32 taskId, uint256 root, uint256 pinned);
}
