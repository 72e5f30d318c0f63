// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../interfaces/IOptimisticSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {ProofSettlement} from "./ProofSettlement.sol";
import {SettlementBase} from "./SettlementBase.sol";

/// @title OptimisticSettlement
/// @notice See {IOptimisticSettlement} for what it does, who may do what, and what nobody can.
contract OptimisticSettlement is IOptimisticSettlement, ProofSettlement {
    mapping(bytes32 taskId => mapping(uint32 slot => Claimed claimed)) internal _claims;

    constructor(
        ITaskRegistry tasks,
        IVerifierKeyRegistry keys,
        IProtocolParameters parameters
    )
        ProofSettlement(tasks, keys, parameters)
    {}

    /// @inheritdoc ISettlement
    function openTask(bytes32 taskId, uint64 joinBy, bytes calldata settlementData) external {
        // Check:
        _checkTaskRegistry();
        Terms memory next = abi.decode(settlementData, (Terms));
        _checkStatement(next.statement);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkDeadline(joinBy, next.claimBy, current);
        _checkWindow(next.challengeWindow, current);
        _checkWindow(next.proveWindow, current);
        uint256 stake = TASKS.task(taskId).stakePerSlot;
        if (stake == 0) revert OptimisticSettlement_StakeZero();
        // A challenger locks as much, which the registry keeps in 96 bits.
        if (stake > type(uint96).max) revert OptimisticSettlement_StakeTooLarge(stake, type(uint96).max);

        // Effect:
        _keepTerms(taskId, abi.encode(next));
        emit OptimisticTermsSet(taskId, next);
    }

    /// @inheritdoc IOptimisticSettlement
    function claim(bytes32 taskId, uint32 slot, uint256[] calldata publicSignals) external {
        // Check:
        Terms memory pinned = _load(taskId);
        _checkNotPassed(taskId, pinned.claimBy);
        ITaskRegistry.Slot memory joined = _liveSlot(taskId, slot);
        if (_msgSender() != joined.worker) revert Settlement_NotWorker(taskId, slot, _msgSender());
        if (_claims[taskId][slot].claimedAt != 0) revert OptimisticSettlement_AlreadyClaimed(taskId, slot);
        _checkActive(pinned.statement.keyId);
        _checkSignals(taskId, slot, joined.payout, pinned.statement, publicSignals);

        // Effect:
        Claimed storage claimed = _claims[taskId][slot];
        claimed.signalsHash = keccak256(abi.encodePacked(publicSignals));
        claimed.claimedAt = uint64(block.timestamp);
        emit StatementClaimed(
            taskId, slot, joined.worker, publicSignals, uint64(block.timestamp + pinned.challengeWindow)
        );
    }

    /// @inheritdoc ISettlement
    function openDispute(
        bytes32 taskId,
        uint32 slot,
        address
    )
        external
        override(ISettlement, SettlementBase)
        returns (uint128 bond)
    {
        // Check:
        _checkTaskRegistry();
        Terms memory pinned = _load(taskId);
        _liveSlot(taskId, slot);
        Claimed storage claimed = _claimed(taskId, slot);
        if (claimed.disputedAt != 0) revert Settlement_NotDisputable(taskId, slot);
        _checkNotPassed(taskId, claimed.claimedAt + pinned.challengeWindow);
        _checkActive(pinned.statement.keyId);

        // Effect: the registry says who disputes, and locks as much as the worker has.
        claimed.disputedAt = uint64(block.timestamp);
        return TASKS.task(taskId).stakePerSlot;
    }

    /// @inheritdoc IOptimisticSettlement
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256[] calldata publicSignals,
        bytes calldata proof,
        bool transferNow
    )
        external
    {
        // Check:
        Terms memory pinned = _load(taskId);
        address worker = _liveSlot(taskId, slot).worker;
        Claimed memory claimed = _claimed(taskId, slot);
        bool disputed = claimed.disputedAt != 0;
        // What nobody disputed in time is paid as such, whoever calls first.
        _checkNotPassed(
            taskId, disputed ? claimed.disputedAt + pinned.proveWindow : claimed.claimedAt + pinned.challengeWindow
        );
        // The claim was matched with the statement and the slot's context.
        if (keccak256(abi.encodePacked(publicSignals)) != claimed.signalsHash) {
            revert OptimisticSettlement_SignalsDiffer(taskId, slot);
        }
        _checkActive(pinned.statement.keyId);

        // Effect:
        _prove(taskId, slot, pinned.statement, publicSignals, proof);

        // Interaction: the dispute first, since a payment may hand the call on.
        if (disputed) TASKS.closeDispute(taskId, slot, ITaskRegistry.Ruling.Dismissed, worker);
        _payWhole(taskId, slot, 0, transferNow);
    }

    /// @inheritdoc IOptimisticSettlement
    function resolve(bytes32 taskId, uint32 slot) external {
        // Check:
        Terms memory pinned = _load(taskId);
        _liveSlot(taskId, slot);
        Claimed memory claimed = _claims[taskId][slot];
        bool frozen = _isFrozen(pinned.statement.keyId);
        bool late = block.timestamp > claimed.disputedAt + pinned.proveWindow;
        if (claimed.disputedAt == 0 || !(frozen || late)) revert OptimisticSettlement_NotResolvable(taskId, slot);

        // Interaction: the slot first, since half of the stake goes to who has the dispute open. Under a frozen key nobody can
        // tell whether the worker would have proven it.
        (ITaskRegistry.Ruling ruling, ITaskRegistry.Ending ending) = frozen
            ? (ITaskRegistry.Ruling.Void, ITaskRegistry.Ending.Lapsed)
            : (ITaskRegistry.Ruling.Upheld, ITaskRegistry.Ending.Disputed);
        TASKS.returnSlot(taskId, slot, 0, ending);
        TASKS.closeDispute(taskId, slot, ruling, address(0));
    }

    /// @inheritdoc IOptimisticSettlement
    function terms(bytes32 taskId) external view returns (Terms memory) {
        return _load(taskId);
    }

    /// @inheritdoc IOptimisticSettlement
    function claimOf(bytes32 taskId, uint32 slot) external view returns (Claimed memory) {
        return _claims[taskId][slot];
    }

    /// @inheritdoc ISettlement
    function outcome(bytes32 taskId, uint32 slot) external view returns (Outcome) {
        Terms memory pinned = _load(taskId);
        ITaskRegistry.SlotState slotState = TASKS.slotOf(taskId, slot).state;
        if (slotState == ITaskRegistry.SlotState.Paid) return Outcome.Paid;
        if (slotState == ITaskRegistry.SlotState.Returned) return Outcome.Returned;
        if (slotState == ITaskRegistry.SlotState.Open) return Outcome.Pending;

        Claimed memory claimed = _claims[taskId][slot];
        // An open dispute ends by `prove` or `resolve` alone, which see to both bonds.
        if (claimed.disputedAt != 0) return Outcome.Pending;
        // Nobody can dispute the claim any more, so whatever the key is worth later does not matter.
        if (claimed.claimedAt != 0 && block.timestamp > claimed.claimedAt + pinned.challengeWindow) {
            return Outcome.Paid;
        }
        if (_isFrozen(pinned.statement.keyId)) return Outcome.Returned;
        return claimed.claimedAt == 0 && block.timestamp > pinned.claimBy ? Outcome.Missed : Outcome.Pending;
    }

    /// @inheritdoc ISettlement
    function mayLeave(bytes32 taskId, uint32 slot) external view returns (bool) {
        return _claims[taskId][slot].claimedAt == 0;
    }

    /// @inheritdoc ISettlement
    function missedDeadline(bytes32 taskId, uint32) external view returns (uint64) {
        return _load(taskId).claimBy;
    }

    /// @inheritdoc ISettlement
    function finalDeadline(bytes32 taskId) external view returns (uint64) {
        Terms memory pinned = _load(taskId);
        return pinned.claimBy + pinned.challengeWindow + pinned.proveWindow;
    }

    function _statementOf(bytes32 taskId) internal view override returns (Statement memory) {
        return _load(taskId).statement;
    }

    function _claimed(bytes32 taskId, uint32 slot) internal view returns (Claimed storage claimed) {
        claimed = _claims[taskId][slot];
        if (claimed.claimedAt == 0) revert OptimisticSettlement_NotClaimed(taskId, slot);
    }

    function _load(bytes32 taskId) internal view returns (Terms memory) {
        return abi.decode(_readTerms(taskId), (Terms));
    }

    function _checkWindow(uint256 window, IProtocolParameters.Parameters memory current) internal pure {
        if (window < current.minWindow || window > current.maxWindow) {
            revert OptimisticSettlement_WindowOutOfRange(window, current.minWindow, current.maxWindow);
        }
    }
}
