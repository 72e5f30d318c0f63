// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "./ITaskRegistry.sol";

/// @title ITaskRequests
/// @notice Whether a task may be made as it is asked for, under the parameters of this moment. The TaskRegistry asks; a
/// contract of its own because one contract has no room for both.
interface ITaskRequests {
    /// @notice Reverts with the error of {ITaskRegistry} that says what is wrong.
    /// @return feePerSlot Protocol fee per paid slot, in base units.
    /// @return treasury Where fees and slashed stakes go.
    /// @return parametersVersion Version of the parameters that decided.
    /// @return termsHash Of the whole request, of the fee and of those parameters: see {ITaskRegistry.Task}.
    function check(ITaskRegistry.TaskRequest calldata request)
        external
        view
        returns (uint128 feePerSlot, address treasury, uint32 parametersVersion, bytes32 termsHash);
}
