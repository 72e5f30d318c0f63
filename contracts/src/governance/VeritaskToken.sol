// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IVeritaskToken} from "../interfaces/IVeritaskToken.sol";

/// @title VeritaskToken
/// @notice See {IVeritaskToken} for what it does, who may do what, and what nobody can.
contract VeritaskToken is IVeritaskToken, ERC20, ERC20Permit, ERC20Votes {
    constructor(Allocation[] memory allocations) ERC20("Veritask", "VTASK") ERC20Permit("Veritask") {
        // Check:
        if (allocations.length == 0) revert VeritaskToken_NoAllocations();
        for (uint256 i; i < allocations.length; ++i) {
            Allocation memory allocation = allocations[i];
            if (allocation.amount == 0) revert VeritaskToken_AllocationEmpty(allocation.holder);

            // Effect:
            _mint(allocation.holder, allocation.amount);
            _delegate(allocation.holder, allocation.holder);
        }
    }

    /// @notice The current timestamp: blocks come at another pace on every chain.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice ERC-6372's name for that clock.
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice Next nonce of an account's permits and delegations by signature.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
