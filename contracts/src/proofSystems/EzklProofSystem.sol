// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IHalo2Verifier, IHalo2VerifierReusable} from "../interfaces/IOutsideVerifiers.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title EzklProofSystem
/// @notice EZKL proofs of model inference (Halo2 with KZG), checked by a verifier that EZKL generated.
/// @dev A key is the target, the number of instances, and for a reusable verifier the words of the verifying key artifact.
/// The artifact must have been registered with that verifier. The public signals are the instances; a proof is EZKL's proof
/// bytes. Their gas differs per model, up to millions, and the registry's cap must allow it.
/// Warning: a model that declares its inputs private or hashed says nothing of them beyond the hash; what the instances mean
/// is the circuit's, not the proof's.
contract EzklProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "ezkl-halo2";

    /// @dev Bytes of a key before the artifact: the target and the number of instances.
    uint256 internal constant HEAD_LENGTH = 128;
    /// @dev Least bytes of a reusable verifier's answer: the words 1 and the artifact's hash.
    uint256 internal constant ANSWER_LENGTH = 64;

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
        (, uint256 instances) = abi.decode(key, (Target, uint256));
        if (publicSignals.length != instances || !_inField(publicSignals)) return "";
        // Generated code reads calldata at fixed positions; encoded here, everything is where it looks.
        if (key.length == HEAD_LENGTH) return abi.encodeCall(IHalo2Verifier.verifyProof, (proof, publicSignals));
        return _withArtifact(
            abi.encodeCall(IHalo2VerifierReusable.verifyProof, (proof, publicSignals, new bytes32[](0))), key
        );
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length < HEAD_LENGTH) revert ProofSystem_KeyLength(data.length);
        (, uint256 instances) = abi.decode(data, (Target, uint256));
        bytes memory empty = data.length == HEAD_LENGTH
            ? abi.encodeCall(IHalo2Verifier.verifyProof, ("", new uint256[](0)))
            : _withArtifact(
                abi.encodeCall(IHalo2VerifierReusable.verifyProof, ("", new uint256[](0), new bytes32[](0))), data
            );
        return (instances, empty);
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(
        uint256 size,
        bytes32 first,
        bytes32 second,
        bytes memory key
    )
        internal
        pure
        override
        returns (bool)
    {
        if (key.length == HEAD_LENGTH) return size == 32 && uint256(first) == 1;
        return size >= ANSWER_LENGTH && uint256(first) == 1 && second == _artifactHash(key);
    }

    function _artifactHash(bytes memory key) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(add(key, 0x20), HEAD_LENGTH), sub(mload(key), HEAD_LENGTH))
        }
    }

    /// @dev Calldata that ends in an empty array, with the words behind a key's head for its elements: artifacts are long,
    /// and the encoder would go word by word.
    function _withArtifact(bytes memory data, bytes memory key) internal pure returns (bytes memory whole) {
        whole = new bytes(data.length + key.length - HEAD_LENGTH);
        assembly ("memory-safe") {
            let length := sub(mload(key), HEAD_LENGTH)
            let end := add(add(whole, 0x20), mload(data))
            mcopy(add(whole, 0x20), add(data, 0x20), mload(data))
            mstore(sub(end, 0x20), div(length, 0x20))
            mcopy(end, add(add(key, 0x20), HEAD_LENGTH), length)
        }
    }
}
