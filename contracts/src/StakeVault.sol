// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {TokenTransfer} from "./libraries/TokenTransfer.sol";
import {StakeLedger} from "./StakeLedger.sol";

/// @title StakeVault
/// @notice See {IStakeVault} for what it does, who may do what, and what nobody can.
contract StakeVault is IStakeVault, StakeLedger, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    address internal immutable TASKS;
    IProtocolParameters internal immutable PARAMETERS;

    modifier onlyTaskRegistry() {
        if (msg.sender != TASKS) revert StakeVault_NotTaskRegistry(msg.sender);
        _;
    }

    /// @param tasks The TaskRegistry.
    /// @param trustedForwarder ERC-2771 forwarder, that of the TaskRegistry.
    constructor(
        address tasks,
        IProtocolParameters parameters,
        address trustedForwarder
    )
        ERC2771Context(trustedForwarder)
    {
        TASKS = tasks;
        PARAMETERS = parameters;
    }

    /// @inheritdoc IStakeVault
    function deposit(address account, address token, uint128 amount) external payable nonReentrant {
        // Check:
        if (amount == 0) revert StakeVault_AmountZero();
        if (account == address(0)) revert StakeVault_AccountZero();
        uint256 held = uint256(_held[token]) + amount;
        if (held > type(uint128).max) revert StakeVault_TooMuchHeld(token, held, type(uint128).max);

        // Interaction: before the effect, since only what has arrived counts; the guard keeps everyone else out.
        _take(token, amount);

        // Effect: no balance can exceed the sum of all, so that no later addition overflows and holds up a task.
        _addFree(account, token, amount);
        emit StakeDeposited(account, token, amount);
    }

    /// @inheritdoc IStakeVault
    function unbond(address token, uint128 amount) external nonReentrant {
        // Check:
        if (amount == 0) revert StakeVault_AmountZero();
        address account = _msgSender();
        Stake storage stake = _stakes[account][token];
        if (stake.free < amount) revert StakeVault_NotEnoughFree(account, token, stake.free, amount);

        // Effect:
        _freeToUnbonding(account, token, amount);
        stake.withdrawableAt = uint64(block.timestamp) + PARAMETERS.parameters().unbondingDelay;
        emit UnbondingStarted(account, token, amount, stake.withdrawableAt);
    }

    /// @inheritdoc IStakeVault
    function withdraw(address account, address token) external nonReentrant returns (uint256 amount) {
        return _withdraw(account, token, account);
    }

    /// @inheritdoc IStakeVault
    function withdrawTo(address token, address to) external nonReentrant returns (uint256 amount) {
        // Check:
        if (to == address(0) || to == address(this)) revert StakeVault_RecipientInvalid(to);

        return _withdraw(_msgSender(), token, to);
    }

    /// @inheritdoc IStakeVault
    function lock(bytes32 taskId, address account, address token, uint128 amount) external onlyTaskRegistry {
        // Check:
        uint128 free = _stakes[account][token].free;
        if (free < amount) revert StakeVault_NotEnoughFree(account, token, free, amount);

        // Effect:
        _freeToLocked(taskId, account, token, amount);
        emit StakeLocked(taskId, account, token, amount);
    }

    /// @inheritdoc IStakeVault
    function release(bytes32 taskId, address account, address token, uint128 amount) external onlyTaskRegistry {
        // Effect:
        _lockedToFree(taskId, account, token, amount, account);
        emit StakeReleased(taskId, account, token, amount);
    }

    /// @inheritdoc IStakeVault
    function slash(
        bytes32 taskId,
        address account,
        address token,
        uint128 amount,
        address beneficiary
    )
        external
        onlyTaskRegistry
    {
        // Effect:
        _lockedToFree(taskId, account, token, amount, beneficiary);
        emit StakeSlashed(taskId, account, beneficiary, token, amount);
    }

    /// @inheritdoc IStakeVault
    function burn(bytes32 taskId, address account, address token, uint128 amount) external onlyTaskRegistry {
        // Effect:
        _burnLocked(taskId, account, token, amount);
        emit StakeBurned(taskId, account, token, amount);
    }

    /// @inheritdoc IStakeVault
    function stakeOf(address account, address token) external view returns (Stake memory) {
        return _stakes[account][token];
    }

    /// @inheritdoc IStakeVault
    function lockedOf(bytes32 taskId, address account) external view returns (uint128) {
        return _locked[taskId][account];
    }

    /// @inheritdoc IStakeVault
    function heldOf(address token) external view returns (uint128) {
        return _held[token];
    }

    /// @inheritdoc IStakeVault
    function burnedOf(address token) external view returns (uint256) {
        return _burned[token];
    }

    /// @dev Hands over all that has finished unbonding, or reverts.
    function _withdraw(address account, address token, address to) internal returns (uint256 amount) {
        // Check:
        Stake storage stake = _stakes[account][token];
        amount = stake.unbonding;
        if (amount == 0) revert StakeVault_NothingUnbonding(account, token);
        if (block.timestamp < stake.withdrawableAt) {
            revert StakeVault_StillUnbonding(account, token, stake.withdrawableAt, block.timestamp);
        }

        // Effect:
        _takeUnbonding(account, token);
        emit StakeWithdrawn(account, token, amount);

        // Interaction: the caller chose to spend its gas on this one transfer, so all of it may be used.
        if (!TokenTransfer.trySend(token, to, amount, gasleft())) {
            revert StakeVault_TransferRefused(to, token, amount);
        }
    }

    /// @dev Exactly `amount` must arrive: a token that keeps a fee would leave the vault short.
    function _take(address token, uint128 amount) internal {
        if (token == TokenTransfer.NATIVE) {
            if (msg.value != amount) revert StakeVault_WrongDeposit(msg.value, amount);
            return;
        }
        if (msg.value != 0) revert StakeVault_WrongDeposit(msg.value, 0);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert StakeVault_WrongDeposit(received, amount);
    }
}
