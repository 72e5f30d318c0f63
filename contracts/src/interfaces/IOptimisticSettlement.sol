// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSettlement} from "./IProofSettlement.sol";

/// @title IOptimisticSettlement
/// @notice A worker claims a statement with its slot's stake as bond. Nobody disputes it within the challenge window: it is
/// paid. Somebody does, with as large a bond: the worker proves the statement and gets half of the challenger's bond
/// with its reward, or does not and loses its own, half to the challenger. The other halves go to the treasury.
/// @dev Disputes are opened at {ITaskRegistry.dispute}, by anyone, once per slot. A key frozen while a dispute is open makes it
/// void: the slot goes back and both keep their bonds. Frozen before that it returns the slot, claimed or not; a claim whose
/// challenge window has passed undisputed is paid whatever happens to the key later.
/// {ITaskRegistry.settle} ends what nobody disputes, {resolve} ends a dispute that was not answered.
/// Warning: a claim is only as good as whoever watches it. A false one that nobody disputes is paid.
/// Warning: who disputes its own claim, from a second account, loses half of its stake instead of all, and goes without the
/// reward.
interface IOptimisticSettlement is IProofSettlement {
    /// @param claimBy Last second to claim.
    /// @param challengeWindow Time to dispute a claim, in seconds.
    /// @param proveWindow Time to prove a disputed claim, in seconds.
    struct Terms {
        Statement statement;
        uint64 claimBy;
        uint32 challengeWindow;
        uint32 proveWindow;
    }

    /// @param signalsHash `keccak256(abi.encodePacked(publicSignals))`; zero before the claim.
    /// @param claimedAt In seconds.
    /// @param disputedAt In seconds; zero while nobody disputes it.
    struct Claimed {
        bytes32 signalsHash;
        uint64 claimedAt;
        uint64 disputedAt;
    }

    event OptimisticTermsSet(bytes32 indexed taskId, Terms terms);
    event StatementClaimed(
        bytes32 indexed taskId, uint32 indexed slot, address indexed worker, uint256[] publicSignals, uint64 challengeBy
    );

    /// @notice A claim without a bond would cost a liar nothing.
    error OptimisticSettlement_StakeZero();
    error OptimisticSettlement_StakeTooLarge(uint256 stake, uint256 maxStake);
    error OptimisticSettlement_WindowOutOfRange(uint256 window, uint256 minWindow, uint256 maxWindow);
    error OptimisticSettlement_AlreadyClaimed(bytes32 taskId, uint32 slot);
    error OptimisticSettlement_NotClaimed(bytes32 taskId, uint32 slot);
    error OptimisticSettlement_SignalsDiffer(bytes32 taskId, uint32 slot);
    error OptimisticSettlement_NotResolvable(bytes32 taskId, uint32 slot);

    /// @notice Claims the statement for the caller's slot. The public signals must carry the slot's context.
    function claim(bytes32 taskId, uint32 slot, uint256[] calldata publicSignals) external;

    /// @notice Proves a claimed statement and pays the slot at once: an undisputed one within the challenge window, after which
    /// silence pays, a disputed one within the prove window.
    /// Anyone may relay. Half of the challenger's bond becomes free stake of the worker.
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256[] calldata publicSignals,
        bytes calldata proof,
        bool transferNow
    )
        external;

    /// @notice Ends a disputed slot that was not proven in time, or whose key was frozen. Anyone may call.
    function resolve(bytes32 taskId, uint32 slot) external;

    function terms(bytes32 taskId) external view returns (Terms memory);
    function claimOf(bytes32 taskId, uint32 slot) external view returns (Claimed memory);
}
