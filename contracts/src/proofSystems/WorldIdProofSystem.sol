// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IWorldIdRouter} from "../interfaces/IOutsideVerifiers.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title WorldIdProofSystem
/// @notice World ID v3 proofs, checked by a deployed World ID router.
/// @dev A key is the target and the group id. The public signals are those of the circuit, in its order: root, nullifier
/// hash, signal hash, external nullifier hash. A proof is the eight words of a Groth16 proof. The router also checks that
/// the root is one of the group's and not too old; a plain Groth16 key with World ID's points does not.
/// Warning: nothing here spends the nullifier. Whoever wants one proof per person keeps the nullifiers it has seen.
contract WorldIdProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "world-id-router";

    uint256 internal constant KEY_LENGTH = TARGET_LENGTH + 32;
    uint256 internal constant PROOF_LENGTH = 256;
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
        if (publicSignals.length != SIGNALS || proof.length != PROOF_LENGTH || !_inField(publicSignals)) return "";
        (, uint256 groupId) = abi.decode(key, (Target, uint256));
        return abi.encodeCall(
            IWorldIdRouter.verifyProof,
            (
                publicSignals[0],
                groupId,
                publicSignals[2],
                publicSignals[1],
                publicSignals[3],
                abi.decode(proof, (uint256[8]))
            )
        );
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        (, uint256 groupId) = abi.decode(data, (Target, uint256));
        uint256[8] memory zero;
        return (SIGNALS, abi.encodeCall(IWorldIdRouter.verifyProof, (0, groupId, 0, 0, 0, zero)));
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(uint256 size, bytes32, bytes32, bytes memory) internal pure override returns (bool) {
        return size == 0;
    }
}
