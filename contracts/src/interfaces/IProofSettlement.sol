// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "./ISettlement.sol";

/// @title IProofSettlement
/// @notice Tasks whose whole rule is one statement under one verifier key, of any proof system.
/// @dev The proof system refuses signals beyond its field, and a frozen key proves nothing. The receipt of a proof has
/// `uint256(keccak256(abi.encodePacked(publicSignals)))` as its digest.
/// A key whose circuit needs a challenge is refused: these modules derive none, and a prover that chooses it proves anything.
/// Warning: a worker should read the statement before it joins. Nothing stops a requester from pinning one that no proof
/// satisfies; it costs the worker its time, and its stake what a missed deadline costs.
interface IProofSettlement is ISettlement {
    /// @param keyId Key under which the statement is proven.
    /// @param contextIndex Position of the public signal that must be the slot's context: `uint256(keccak256(abi.encode(chainId,
    /// module, taskId, slot, payout, keyId))) >> 8`. Without it a proof seen in the mempool could be taken for another slot.
    /// @param pinned Bit i is set when signal i must be `signals[i]`; the others are the worker's to fill, at most 256 in all.
    /// The context's own bit stays clear: it differs from slot to slot.
    /// @param signals One word per public signal of the key.
    struct Statement {
        bytes32 keyId;
        uint8 contextIndex;
        uint256 pinned;
        uint256[] signals;
    }

    error ProofSettlement_SignalCount(bytes32 keyId, uint256 count, uint256 required);
    error ProofSettlement_ContextIndexInvalid(uint256 contextIndex, uint256 signalCount);
    /// @notice A pin beyond the last signal, or on the context.
    error ProofSettlement_PinsInvalid(uint256 pinned, uint256 signalCount);
    error ProofSettlement_SignalMismatch(uint256 index, uint256 given, uint256 required);
    error ProofSettlement_KeyNotActive(bytes32 keyId);
    /// @notice The key is one whose prover must not choose the challenge, and here nobody else would.
    error ProofSettlement_KeyNeedsChallenge(bytes32 keyId);
    error ProofSettlement_DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error ProofSettlement_DeadlinePassed(bytes32 taskId, uint256 deadline, uint256 timestamp);

    /// @notice The context a proof of this slot must carry at `contextIndex`.
    function proofContext(bytes32 taskId, uint32 slot) external view returns (uint256);
}
