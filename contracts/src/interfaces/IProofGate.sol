// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "./IGate.sol";
import {ITaskRegistry} from "./ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "./IVerifierKeyRegistry.sol";

/// @title IProofGate
/// @notice What the gates have in common that let in whoever proves something of itself without saying who it is.
/// @dev No role. The proof is checked under a key of the VerifierKeyRegistry and bound to two numbers.
/// The message is made of the whole joining: whoever relays it cannot change worker, payout, encryption key or fee. The
/// scope is made of the task: the nullifier of the proof is the worker's pseudonym in this one task, and the TaskRegistry
/// takes each once. Neither fits another chain, gate or task. A proof seen in the mempool can only bring the same joining.
/// A worker that does not come itself signs: nobody's account takes a slot, and answers for it, without its consent.
/// A task whose key was frozen admits nobody any more; who has joined it stays.
/// Warning: a gate knows the shape of a key (proof system and number of signals), not its circuit. Who makes a task is
/// trusted to pin the key of the right circuit; a wrong one lets in whom its proofs let in, and nothing else.
interface IProofGate is IGate {
    /// @notice What a worker, or who relays for it, hands in; ABI-encoded as one tuple.
    /// @param root Of the group that the worker is in.
    /// @param nullifier Of the proof; from 1 to the field order minus 1.
    /// @param proof In the encoding of the key's proof system.
    /// @param consent The worker's signature (EIP-191, or EIP-1271 of an account contract) of {consentOf}; empty when the
    /// worker joins itself.
    struct Admission {
        uint256 root;
        uint256 nullifier;
        bytes proof;
        bytes consent;
    }

    error ProofGate_KeyNotActive(bytes32 keyId, IVerifierKeyRegistry.Status status);
    /// @notice The key is not of a proof system that this gate reads, or of another circuit.
    error ProofGate_KeyUnsuitable(bytes32 keyId, bytes32 systemId, uint256 signalCount);
    /// @notice The key is one whose prover must not choose the challenge, and a gate derives none.
    error ProofGate_KeyNeedsChallenge(bytes32 keyId);
    error ProofGate_NullifierOutOfRange(uint256 nullifier);
    /// @notice The worker did not sign this joining.
    error ProofGate_NoConsent(bytes32 taskId, address worker);
    error ProofGate_ProofRejected(bytes32 keyId, bytes32 taskId);

    /// @notice What the proof is bound to of a joining:
    /// `uint256(keccak256(abi.encode(chainId, gate, taskId, joining))) >> 8`.
    function messageOf(bytes32 taskId, ITaskRegistry.Joining calldata joining) external view returns (uint256);

    /// @notice What the nullifier is made of, beside the worker's secret.
    function scopeOf(bytes32 taskId) external view returns (uint256);

    /// @notice What a worker signs for its relayer, as the 32 bytes of an EIP-191 message:
    /// `keccak256(abi.encode(chainId, gate, taskId, joining))`.
    function consentOf(bytes32 taskId, ITaskRegistry.Joining calldata joining) external view returns (bytes32);
}
