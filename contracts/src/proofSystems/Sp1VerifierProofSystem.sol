// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {ISp1Verifier} from "../interfaces/IOutsideVerifiers.sol";
import {Journal} from "../libraries/Journal.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title Sp1VerifierProofSystem
/// @notice SP1 proofs, Groth16 or PLONK, checked by SP1's deployed verifier or gateway.
/// @dev A key is the target, the program's key and the public words ({Journal}). With public words a proof is SP1's proof
/// bytes. Without, it is `abi.encode(publicValues, proofBytes)`, since the verifier asks for the public values themselves.
contract Sp1VerifierProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "sp1-verifier";

    /// @dev Bytes of a key.
    uint256 internal constant KEY_LENGTH = TARGET_LENGTH + 64;

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
        (, bytes32 programVKey, uint256 words) = abi.decode(key, (Target, bytes32, uint256));
        if (publicSignals.length != Journal.signalCount(words)) return "";
        if (words != 0) {
            bytes memory packed = abi.encodePacked(publicSignals);
            return abi.encodeCall(ISp1Verifier.verifyProof, (programVKey, packed, proof));
        }

        (bytes memory publicValues, bytes memory proofBytes) = abi.decode(proof, (bytes, bytes));
        if (uint256(sha256(publicValues)) & Journal.SP1_DIGEST_MASK != publicSignals[0]) return "";
        return abi.encodeCall(ISp1Verifier.verifyProof, (programVKey, publicValues, proofBytes));
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        (, bytes32 programVKey, uint256 words) = abi.decode(data, (Target, bytes32, uint256));
        return (Journal.signalCount(words), abi.encodeCall(ISp1Verifier.verifyProof, (programVKey, "", "")));
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(uint256 size, bytes32, bytes32, bytes memory) internal pure override returns (bool) {
        return size == 0;
    }
}
