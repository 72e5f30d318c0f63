// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IStakeVault
/// @notice Stakes and bonds. What an account deposits is free until it joins, creates or disputes a task; then a part is
/// locked for that task, and comes back free, or is lost as the slashing table says (contracts/README.md).
/// @dev Only the TaskRegistry locks, releases and slashes, and it locks nothing but the stake of an account that asked for
/// it in the same call. Nobody has a role. Slashed stake becomes free stake of its beneficiary: no transfer happens while
/// a task is settled, so no token and no recipient can hold one up. A bond lost to rigged gold is burned: nobody can gain by
/// setting such a loss up.
/// What an account does with its own stake ({unbond}, {withdrawTo}) may come through the registry's ERC-2771 forwarder, signed
/// by that account.
/// Assumes allow-listed tokens do not rebase downwards; fee-on-transfer deposits are refused.
interface IStakeVault {
    /// @param free Can be locked, or unbonded.
    /// @param locked Held for tasks.
    /// @param unbonding On its way out; can neither be locked nor slashed.
    /// @param withdrawableAt When `unbonding` may be withdrawn, in seconds.
    struct Stake {
        uint128 free;
        uint128 locked;
        uint128 unbonding;
        uint64 withdrawableAt;
    }

    event StakeDeposited(address indexed account, address indexed token, uint256 amount);
    event UnbondingStarted(address indexed account, address indexed token, uint256 amount, uint64 withdrawableAt);
    event StakeWithdrawn(address indexed account, address indexed token, uint256 amount);
    event StakeLocked(bytes32 indexed taskId, address indexed account, address token, uint256 amount);
    event StakeReleased(bytes32 indexed taskId, address indexed account, address token, uint256 amount);
    event StakeSlashed(
        bytes32 indexed taskId, address indexed account, address indexed beneficiary, address token, uint256 amount
    );

    /// @notice Locked stake that nobody gets. It stays in this contract for ever.
    event StakeBurned(bytes32 indexed taskId, address indexed account, address token, uint256 amount);

    error StakeVault_NotTaskRegistry(address caller);
    error StakeVault_AmountZero();
    error StakeVault_AccountZero();
    /// @notice Stakes of one token are counted in 128 bits, all of them together.
    error StakeVault_TooMuchHeld(address token, uint256 held, uint256 maxHeld);
    error StakeVault_RecipientInvalid(address to);
    error StakeVault_WrongDeposit(uint256 received, uint256 required);
    error StakeVault_NotEnoughFree(address account, address token, uint256 free, uint256 required);
    error StakeVault_StillUnbonding(address account, address token, uint64 withdrawableAt, uint256 timestamp);
    error StakeVault_NothingUnbonding(address account, address token);
    /// @param account Who was to receive the transfer.
    error StakeVault_TransferRefused(address account, address token, uint256 amount);

    /// @notice Adds to an account's free stake. Anyone may pay for anyone.
    /// @param token The ERC-20, or the zero address for the native coin.
    /// @param amount In base units; for the native coin, exactly what is sent along.
    function deposit(address account, address token, uint128 amount) external payable;

    /// @notice Starts taking out free stake of the caller. A second time before the first is withdrawn adds to it and starts
    /// the delay anew.
    function unbond(address token, uint128 amount) external;

    /// @notice Pays out what has finished unbonding, to the account itself. Anyone may call.
    function withdraw(address account, address token) external returns (uint256 amount);

    /// @notice Pays out what the caller has finished unbonding to another address: the way out for an account that cannot
    /// receive.
    /// @param to Neither the zero address nor this contract.
    function withdrawTo(address token, address to) external returns (uint256 amount);

    /// @notice TaskRegistry only: locks free stake for a task.
    function lock(bytes32 taskId, address account, address token, uint128 amount) external;

    /// @notice TaskRegistry only: frees stake that was locked for a task.
    function release(bytes32 taskId, address account, address token, uint128 amount) external;

    /// @notice TaskRegistry only: turns locked stake into free stake of the beneficiary.
    function slash(bytes32 taskId, address account, address token, uint128 amount, address beneficiary) external;

    /// @notice TaskRegistry only: takes locked stake from its owner and gives it to nobody.
    function burn(bytes32 taskId, address account, address token, uint128 amount) external;

    function stakeOf(address account, address token) external view returns (Stake memory);
    /// @notice What is locked for one task by one account, in base units.
    function lockedOf(bytes32 taskId, address account) external view returns (uint128);
    /// @notice All that the vault owes in a token, in base units: free, locked and unbonding of every account.
    function heldOf(address token) external view returns (uint128);
    /// @notice All that was ever burned of a token, in base units: the vault has it and owes it to nobody.
    function burnedOf(address token) external view returns (uint256);
}
