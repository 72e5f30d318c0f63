// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";

import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {Receipts} from "./Receipts.sol";

/// @title SettlementBase
/// @notice What every settlement module has: its registries, contexts and receipts ({Receipts}), and ways to end slots.
/// @dev A module has no owner and holds no money. It is trusted by the TaskRegistry with the outcome of its tasks' slots.
/// What a worker itself must do may come through the registry's ERC-2771 forwarder, signed by the worker.
abstract contract SettlementBase is ISettlement, ERC2771Context, Receipts {
    /// @dev Basis points in the whole.
    uint16 internal constant BPS = 10_000;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        ERC2771Context(tasks.forwarder())
        Receipts(tasks, keys, parameters)
    {}

    /// @inheritdoc ISettlement
    function admission(bytes32 taskId) external view virtual returns (uint32 slotLimit, bool closed) {
        return (type(uint32).max, halted(taskId));
    }

    /// @inheritdoc ISettlement
    function openDispute(bytes32 taskId, uint32 slot, address) external virtual returns (uint128) {
        revert Settlement_NotDisputable(taskId, slot);
    }

    /// @inheritdoc ISettlement
    function rejectedScoreOf(bytes32, uint32) external view virtual returns (uint16) {
        return 0;
    }

    /// @inheritdoc ISettlement
    function halted(bytes32 taskId) public view virtual returns (bool);

    /// @dev Pays a slot by proof, all of its reward.
    function _payWhole(bytes32 taskId, uint32 slot, uint16 scoreBps, bool transferNow) internal {
        _payShare(taskId, slot, BPS, scoreBps, transferNow);
    }

    /// @dev Pays a slot by proof. Whoever sent the transaction gets the slot's relay fee; the forwarder can spend none.
    function _payShare(bytes32 taskId, uint32 slot, uint16 shareBps, uint16 scoreBps, bool transferNow) internal {
        TASKS.paySlot(
            taskId,
            slot,
            ITaskRegistry.Payment({
                shareBps: shareBps,
                scoreBps: scoreBps,
                relayer: isTrustedForwarder(msg.sender) ? address(0) : msg.sender,
                transferNow: transferNow
            })
        );
    }

    function _checkTaskRegistry() internal view {
        if (msg.sender != address(TASKS)) revert Settlement_NotTaskRegistry(msg.sender);
    }

    /// @dev The slot, which must be joined and not yet ended.
    function _liveSlot(bytes32 taskId, uint32 number) internal view returns (ITaskRegistry.Slot memory slot) {
        slot = TASKS.slotOf(taskId, number);
        if (slot.state != ITaskRegistry.SlotState.Joined) revert Settlement_SlotEnded(taskId, number);
    }
}
