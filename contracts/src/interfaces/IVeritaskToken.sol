// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVeritaskToken
/// @notice The vote token: an ERC-20 with permit and vote checkpoints by timestamp.
/// @dev Roles: none. The supply is minted once, at construction; nobody can mint, burn another's, pause or seize.
/// Every first holder starts with its own votes; whoever receives tokens later delegates, to itself or another, before
/// they count. Votes are read at a moment in the past, so what is borrowed and returned in one transaction never counts.
interface IVeritaskToken {
    /// @param holder Who receives the tokens and their votes.
    /// @param amount In the token's base units (18 decimals).
    struct Allocation {
        address holder;
        uint256 amount;
    }

    error VeritaskToken_NoAllocations();
    error VeritaskToken_AllocationEmpty(address holder);
}
