// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {ISemaphoreV4} from "../interfaces/IOutsideVerifiers.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title SemaphoreProofSystem
/// @notice Semaphore v4 proofs of membership in an on-chain group, checked by a deployed Semaphore contract.
/// @dev A key is the target and the group id. The public signals are root, nullifier, message and scope; message and scope
/// are any words, which Semaphore hashes itself. A proof is the tree's depth and the eight words of a Groth16 proof.
/// Warning: nothing here spends the nullifier, since Semaphore's own `validateProof` would have to write. Whoever wants one
/// proof per member and scope keeps the nullifiers it has seen.
/// Warning: the group's admin decides who is a member, and for how long an old root is accepted.
contract SemaphoreProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "semaphore-v4";

    uint256 internal constant KEY_LENGTH = TARGET_LENGTH + 32;
    uint256 internal constant PROOF_LENGTH = 288;
    uint256 internal constant SIGNALS = 4;

    constructor(address registry_) ProofSystemBase(registry_) {}

    /// @inheritdoc DeployedVerifier
    function _question(
        bytes memory key,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        internal
        pure
        override
        returns (bytes memory)
    {
        if (publicSignals.length != SIGNALS || proof.length != PROOF_LENGTH) return "";
        (, uint256 groupId) = abi.decode(key, (Target, uint256));
        (uint256 depth, uint256[8] memory points) = abi.decode(proof, (uint256, uint256[8]));
        return abi.encodeCall(
            ISemaphoreV4.verifyProof,
            (
                groupId,
                ISemaphoreV4.SemaphoreProof({
                    merkleTreeDepth: depth,
                    merkleTreeRoot: publicSignals[0],
                    nullifier: publicSignals[1],
                    message: publicSignals[2],
                    scope: publicSignals[3],
                    points: points
                })
            )
        );
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        (, uint256 groupId) = abi.decode(data, (Target, uint256));
        ISemaphoreV4.SemaphoreProof memory empty;
        return (SIGNALS, abi.encodeCall(ISemaphoreV4.verifyProof, (groupId, empty)));
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(uint256 size, bytes32 first, bytes32, bytes memory) internal pure override returns (bool) {
        return size == 32 && uint256(first) == 1;
    }
}
