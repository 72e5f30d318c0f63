// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "./IGate.sol";

/// @title IStakedGate
/// @notice Lets in accounts with a standing stake in the StakeVault, whichever tasks hold it.
/// @dev No role. Free and locked stake counts; what is unbonding does not, since nobody can slash it. The stake is a
/// standing, not a deposit for this task: `stakePerSlot` is that. One stake serves many tasks at once, and its owner can
/// take it to another account in one unbonding delay.
interface IStakedGate is IGate {
    /// @param token The ERC-20, or the zero address for the native coin.
    /// @param minStake Least free and locked stake of a worker, in base units; not zero.
    struct Terms {
        address token;
        uint128 minStake;
    }

    event StakedGateTermsSet(bytes32 indexed taskId, Terms terms);

    error StakedGate_StakeZero();
    /// @param held Free and locked stake of the worker, in base units.
    error StakedGate_StakeTooLow(bytes32 taskId, address worker, uint256 held, uint256 minStake);

    function terms(bytes32 taskId) external view returns (Terms memory);
}
