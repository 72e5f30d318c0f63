// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "../interfaces/IGate.sol";
import {IStakedGate} from "../interfaces/IStakedGate.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {GateBase} from "./GateBase.sol";

/// @title StakedGate
/// @notice See {IStakedGate} for what it does, who may do what, and what nobody can.
contract StakedGate is IStakedGate, GateBase {
    IStakeVault internal immutable STAKES;

    mapping(bytes32 taskId => Terms terms) internal _terms;

    constructor(ITaskRegistry tasks) GateBase(tasks) {
        STAKES = IStakeVault(tasks.stakeVault());
    }

    /// @inheritdoc IGate
    function openTask(bytes32 taskId, bytes calldata gateData) external onlyTaskRegistry {
        // Check:
        Terms memory next = abi.decode(gateData, (Terms));
        if (next.minStake == 0) revert StakedGate_StakeZero();

        // Effect:
        _terms[taskId] = next;
        emit StakedGateTermsSet(taskId, next);
    }

    /// @inheritdoc IGate
    function admit(
        bytes32 taskId,
        address sender,
        ITaskRegistry.Joining calldata joining,
        bytes calldata
    )
        external
        view
        onlyTaskRegistry
        returns (bytes32 nullifier)
    {
        // Check:
        nullifier = _selfOnly(sender, joining);
        Terms memory pinned = terms(taskId);
        IStakeVault.Stake memory stake = STAKES.stakeOf(joining.worker, pinned.token);
        uint256 held = uint256(stake.free) + stake.locked;
        if (held < pinned.minStake) revert StakedGate_StakeTooLow(taskId, joining.worker, held, pinned.minStake);
    }

    /// @inheritdoc IStakedGate
    function terms(bytes32 taskId) public view returns (Terms memory pinned) {
        pinned = _terms[taskId];
        if (pinned.minStake == 0) revert Gate_UnknownTask(taskId);
    }
}
