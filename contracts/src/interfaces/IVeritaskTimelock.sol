// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVeritaskTimelock
/// @notice OpenZeppelin's timelock, with one thing that a canceller cannot do: keep its place.
/// @dev Roles: proposer and canceller: the Governor. Canceller: the guardian too. Executor: anyone. Admin: the timelock
/// itself. Everything that governance owns, it owns through this contract.
/// A canceller that is no proposer (the guardian) may cancel every queued operation but a dismissal: one whose every call
/// takes the canceller's role from somebody, here. Otherwise a guardian gone bad could cancel its own removal for ever.
/// A dismissal waits for the delay like everything else, and the Governor may cancel it.
/// The delay is at most 30 days: one that never ends could not be taken back.
interface IVeritaskTimelock {
    error VeritaskTimelock_DelayTooLong(uint256 delay, uint256 longest);
    error VeritaskTimelock_DismissalStands(bytes32 id, address canceller);

    /// @notice Whether a scheduled operation only takes the canceller's role away.
    function isDismissal(bytes32 id) external view returns (bool);
}
