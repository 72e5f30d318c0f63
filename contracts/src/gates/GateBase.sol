// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "../interfaces/IGate.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";

/// @title GateBase
/// @notice What every gate has: its registry, and workers known by their account.
/// @dev A gate has no owner and holds no money.
abstract contract GateBase is IGate {
    ITaskRegistry internal immutable TASKS;

    modifier onlyTaskRegistry() {
        if (msg.sender != address(TASKS)) revert Gate_NotTaskRegistry(msg.sender);
        _;
    }

    constructor(ITaskRegistry tasks) {
        TASKS = tasks;
    }

    /// @dev The pseudonym of a worker that is known by its account and joins itself.
    function _selfOnly(address sender, ITaskRegistry.Joining calldata joining) internal pure returns (bytes32) {
        if (sender != joining.worker) revert Gate_NotWorker(joining.worker, sender);
        return bytes32(uint256(uint160(joining.worker)));
    }
}
