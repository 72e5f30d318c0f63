// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "./IGate.sol";

/// @title IAllowListGate
/// @notice Lets in the accounts of a list, of which the task keeps the Merkle root.
/// @dev No role. A leaf is `keccak256(bytes.concat(keccak256(abi.encode(account))))` and pairs are hashed in ascending
/// order, as OpenZeppelin's JavaScript library of Merkle trees does; hashed twice, no inner node passes for a leaf. The list
/// cannot change. Who made it should publish it: an account that does not know the list cannot make its proof.
interface IAllowListGate is IGate {
    event AllowListTermsSet(bytes32 indexed taskId, bytes32 root);

    error AllowListGate_RootZero();
    error AllowListGate_NotListed(bytes32 taskId, address worker);

    /// @notice Root of the task's list.
    function rootOf(bytes32 taskId) external view returns (bytes32);
}
