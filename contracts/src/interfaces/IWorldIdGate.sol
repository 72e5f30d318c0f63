// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGroupGate} from "./IGroupGate.sol";

/// @title IWorldIdGate
/// @notice Lets in people with a World ID v3, each once, without learning who they are.
/// @dev Under a key over a deployed World ID router (`world-id-router`) the router knows the group's roots; under World ID's
/// own Groth16 key the task pins the one root. The statement is what IDKit makes of
///  - `app_id`: the app of the task, whose hash the terms keep;
///  - `action`: the task id as text, `0x` and 64 lower-case hexadecimal digits;
///  - `signal`: the message of {messageOf} as 32 bytes.
/// With `h(bytes) = uint256(keccak256(bytes)) >> 8`, the scope is the external nullifier hash `h(h(app_id) ‖ action)` and the
/// signal hash is `h(message)`. A task id is unique to its chain and TaskRegistry, and a task has one gate, so the scope
/// serves one task of one gate; the message names chain and gate again.
/// Warning: who is a person is World ID's word, and the owner of its router may change what the router says.
interface IWorldIdGate is IGroupGate {
    /// @param keyId Active key of the registry, with four signals: root, nullifier hash, signal hash, external nullifier hash.
    /// @param appIdHash `uint256(keccak256(bytes(app_id))) >> 8`.
    /// @param root The only root that counts; zero, under a key over a deployed router, for any that it knows.
    struct Terms {
        bytes32 keyId;
        uint256 appIdHash;
        uint256 root;
    }

    event WorldIdGateTermsSet(bytes32 indexed taskId, Terms terms);

    error WorldIdGate_AppIdHashOutOfRange(uint256 appIdHash);

    function terms(bytes32 taskId) external view returns (Terms memory);
}
