// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "./ITaskRegistry.sol";

/// @title IGate
/// @notice Who may join a task. A gate keeps the terms of its tasks and tells the TaskRegistry who is let in, and under
/// which one-use pseudonym.
/// @dev A gate is trusted with admission to the tasks that pinned it, and with nothing else: it sees no money and cannot
/// pay, return or slash. Whatever it lets in, an account holds one slot of a task and a nullifier holds one.
interface IGate {
    error Gate_NotTaskRegistry(address caller);
    error Gate_UnknownTask(bytes32 taskId);
    /// @notice This gate knows its workers by their account: nobody else can join for them.
    error Gate_NotWorker(address worker, address sender);

    /// @notice TaskRegistry only: checks and keeps the terms of a new task.
    function openTask(bytes32 taskId, bytes calldata gateData) external;

    /// @notice TaskRegistry only: lets a worker in or reverts.
    /// @param sender Who asks; not the worker when the gate takes relayed requests.
    /// @param joining What is asked; an anonymous gate's proof is bound to all of it.
    /// @param admission The gate's own evidence, ABI-encoded.
    /// @return nullifier One-use pseudonym of this worker in this task; not zero.
    function admit(
        bytes32 taskId,
        address sender,
        ITaskRegistry.Joining calldata joining,
        bytes calldata admission
    )
        external
        returns (bytes32 nullifier);
}
