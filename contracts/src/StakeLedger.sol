// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStakeVault} from "./interfaces/IStakeVault.sol";

/// @title StakeLedger
/// @notice The balances of the StakeVault and everything that moves them.
/// @dev No checks, no events and no transfers, so that it is proven for every state: contracts/formal. For every token the
/// sum of free, locked and unbonding stake over all accounts is `_held`, which fits 128 bits; so no addition to a balance can
/// overflow and hold up a task. Entries are indexed directly: the model checker knows nothing of a storage pointer.
abstract contract StakeLedger {
    mapping(address account => mapping(address token => IStakeVault.Stake stake)) internal _stakes;
    mapping(bytes32 taskId => mapping(address account => uint128 amount)) internal _locked;
    mapping(address token => uint128 amount) internal _held;
    mapping(address token => uint256 amount) internal _burned;

    function _addFree(address account, address token, uint128 amount) internal {
        _held[token] += amount;
        _stakes[account][token].free += amount;
    }

    function _freeToUnbonding(address account, address token, uint128 amount) internal {
        _stakes[account][token].free -= amount;
        _stakes[account][token].unbonding += amount;
    }

    function _freeToLocked(bytes32 taskId, address account, address token, uint128 amount) internal {
        _stakes[account][token].free -= amount;
        _stakes[account][token].locked += amount;
        _locked[taskId][account] += amount;
    }

    /// @param to The account itself, or whoever its stake goes to.
    function _lockedToFree(bytes32 taskId, address account, address token, uint128 amount, address to) internal {
        _unlock(taskId, account, token, amount);
        _stakes[to][token].free += amount;
    }

    /// @dev The vault keeps the coins and owes them to nobody.
    function _burnLocked(bytes32 taskId, address account, address token, uint128 amount) internal {
        _unlock(taskId, account, token, amount);
        _held[token] -= amount;
        _burned[token] += amount;
    }

    /// @dev The stake is in no balance until the caller has put it elsewhere.
    function _unlock(bytes32 taskId, address account, address token, uint128 amount) internal {
        _locked[taskId][account] -= amount;
        _stakes[account][token].locked -= amount;
    }

    /// @return amount All that was unbonding, which leaves the vault.
    function _takeUnbonding(address account, address token) internal returns (uint128 amount) {
        amount = _stakes[account][token].unbonding;
        _stakes[account][token].unbonding = 0;
        _held[token] -= amount;
    }
}
