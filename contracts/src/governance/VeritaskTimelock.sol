// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IVeritaskTimelock} from "../interfaces/IVeritaskTimelock.sol";

/// @title VeritaskTimelock
/// @notice See {IVeritaskTimelock} for what it does, who may do what, and what nobody can.
contract VeritaskTimelock is IVeritaskTimelock, TimelockController {
    /// @dev Longest delay, in seconds.
    uint256 internal constant MAX_DELAY = 30 days;

    mapping(bytes32 id => bool only) internal _dismissals;

    constructor(
        uint256 minDelay,
        address[] memory proposers,
        address[] memory executors,
        address admin
    )
        TimelockController(minDelay, proposers, executors, admin)
    {
        _checkDelay(minDelay);
    }

    /// @notice Schedules one call; the caller must be a proposer.
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    )
        public
        override
    {
        super.schedule(target, value, data, predecessor, salt, delay);
        if (_dismisses(target, data)) _dismissals[hashOperation(target, value, data, predecessor, salt)] = true;
    }

    /// @notice Schedules calls that are executed together; the caller must be a proposer.
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    )
        public
        override
    {
        super.scheduleBatch(targets, values, payloads, predecessor, salt, delay);
        if (targets.length == 0) return;
        for (uint256 i; i < targets.length; ++i) {
            if (!_dismisses(targets[i], payloads[i])) return;
        }
        _dismissals[hashOperationBatch(targets, values, payloads, predecessor, salt)] = true;
    }

    /// @notice Cancels a pending operation; the caller must be a canceller, and for a dismissal a proposer as well.
    function cancel(bytes32 id) public override onlyRole(CANCELLER_ROLE) {
        if (_dismissals[id] && !hasRole(PROPOSER_ROLE, msg.sender)) {
            revert VeritaskTimelock_DismissalStands(id, msg.sender);
        }
        super.cancel(id);
    }

    /// @notice Changes the delay of what is scheduled from here on; the timelock itself calls it.
    function updateDelay(uint256 newDelay) public override {
        _checkDelay(newDelay);
        super.updateDelay(newDelay);
    }

    /// @inheritdoc IVeritaskTimelock
    function isDismissal(bytes32 id) external view returns (bool) {
        return _dismissals[id];
    }

    /// @dev Whether a call is `revokeRole(CANCELLER_ROLE, account)` on this contract. The words behind the selector are
    /// compared, not decoded: what is malformed is an ordinary call.
    function _dismisses(address target, bytes calldata data) internal view returns (bool) {
        return target == address(this) && data.length >= 36 && bytes4(data) == IAccessControl.revokeRole.selector
            && bytes32(data[4:36]) == CANCELLER_ROLE;
    }

    function _checkDelay(uint256 delay) internal pure {
        if (delay > MAX_DELAY) revert VeritaskTimelock_DelayTooLong(delay, MAX_DELAY);
    }
}
