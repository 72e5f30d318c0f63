// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGroupGate} from "./IGroupGate.sol";

/// @title ISemaphoreGate
/// @notice Lets in the members of a Semaphore v4 group, each once, without learning which.
/// @dev Under a key over a deployed Semaphore contract (`semaphore-v4`) that contract knows the group's roots and how long
/// an old one counts: the group may grow while the task is open. Under a plain Groth16 key of one of Semaphore's circuits
/// the task pins the one root. The scope is `uint256(keccak256(abi.encode(chainId, gate, taskId))) >> 8`. Semaphore
/// proves about the hashes of message and scope, `uint256(keccak256(abi.encode(word))) >> 8`: its contract makes them
/// itself, for a plain key the gate does.
/// Warning: the group's admin says who is a member; one with two identities in the group joins twice. The members known
/// at the root are those among whom a worker hides.
interface ISemaphoreGate is IGroupGate {
    /// @param keyId Active key of the registry, with four signals: root, nullifier, message, scope.
    /// @param root The only root that counts; zero, under a key over a deployed contract, for any that it knows.
    struct Terms {
        bytes32 keyId;
        uint256 root;
    }

    event SemaphoreGateTermsSet(bytes32 indexed taskId, Terms terms);

    function terms(bytes32 taskId) external view returns (Terms memory);
}
