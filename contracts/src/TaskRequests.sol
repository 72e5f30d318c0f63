// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDatasetRegistry} from "./interfaces/IDatasetRegistry.sol";
import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "./interfaces/ITaskRegistry.sol";
import {ITaskRequests} from "./interfaces/ITaskRequests.sol";
import {TaskMoney} from "./libraries/TaskMoney.sol";

/// @title TaskRequests
/// @notice See {ITaskRequests}.
contract TaskRequests is ITaskRequests {
    /// @dev Longest title, in bytes.
    uint256 internal constant MAX_TITLE_LENGTH = 128;

    IProtocolParameters internal immutable PARAMETERS;
    IDatasetRegistry internal immutable DATASETS;

    constructor(IProtocolParameters parameters, IDatasetRegistry datasets) {
        PARAMETERS = parameters;
        DATASETS = datasets;
    }

    /// @inheritdoc ITaskRequests
    function check(ITaskRegistry.TaskRequest calldata request)
        external
        view
        returns (uint128 feePerSlot, address treasury, uint32 parametersVersion, bytes32 termsHash)
    {
        parametersVersion = PARAMETERS.version();
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        uint256 titleLength = bytes(request.title).length;
        if (titleLength == 0 || titleLength > MAX_TITLE_LENGTH) {
            revert ITaskRegistry.TaskRegistry_TextLength(titleLength, MAX_TITLE_LENGTH);
        }
        if (DATASETS.rootOf(request.datasetVersionId) == 0) {
            revert ITaskRegistry.TaskRegistry_UnknownDataset(request.datasetVersionId);
        }
        IProtocolParameters.TokenPolicy memory policy = PARAMETERS.tokenPolicy(request.token);
        if (!policy.allowed) revert ITaskRegistry.TaskRegistry_TokenNotAllowed(request.token);
        if (request.rewardPerSlot < policy.minReward) {
            revert ITaskRegistry.TaskRegistry_RewardTooSmall(request.rewardPerSlot, policy.minReward);
        }
        if (request.slots == 0 || request.slots > current.maxSlots) {
            revert ITaskRegistry.TaskRegistry_SlotsOutOfRange(request.slots, current.maxSlots);
        }
        if (!PARAMETERS.isSettlementAllowed(request.settlement)) {
            revert ITaskRegistry.TaskRegistry_SettlementNotAllowed(request.settlement);
        }
        if (request.gate != address(0) && !PARAMETERS.isGateAllowed(request.gate)) {
            revert ITaskRegistry.TaskRegistry_GateNotAllowed(request.gate);
        }
        if (request.stakePerSlot < policy.minStake) {
            revert ITaskRegistry.TaskRegistry_StakeTooSmall(request.stakePerSlot, policy.minStake);
        }
        // A part of what is slashed goes there, of a challenger's bond too.
        if ((request.stakePerSlot != 0 || request.bond != 0) && current.treasury == address(0)) {
            revert ITaskRegistry.TaskRegistry_NoTreasury();
        }
        uint256 earliest = block.timestamp + current.minWindow;
        uint256 latest = block.timestamp + current.maxWindow;
        if (request.joinBy < earliest || request.joinBy > latest) {
            revert ITaskRegistry.TaskRegistry_DeadlineOutOfRange(request.joinBy, earliest, latest);
        }
        uint256 fee = TaskMoney.shareOf(request.rewardPerSlot, current.feeBps);
        if (fee > request.maxFeePerSlot) revert ITaskRegistry.TaskRegistry_FeeTooHigh(fee, request.maxFeePerSlot);
        // At most what the requester named, so it fits.
        feePerSlot = uint128(fee);
        treasury = current.treasury;
        termsHash = keccak256(abi.encode(request, feePerSlot, parametersVersion, current));
    }
}
