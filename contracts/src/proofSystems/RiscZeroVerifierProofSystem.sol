// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IRiscZeroVerifier} from "../interfaces/IOutsideVerifiers.sol";
import {Journal} from "../libraries/Journal.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title RiscZeroVerifierProofSystem
/// @notice RISC Zero receipts, checked by RISC Zero's deployed verifier, emergency stop or router.
/// @dev A key is the target, the image id and the journal words ({Journal}). A proof is a seal, handed on as it is: whether
/// its release is accepted is the verifier's to say.
contract RiscZeroVerifierProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "risc0-verifier";

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
        (, bytes32 imageId, uint256 words) = abi.decode(key, (Target, bytes32, uint256));
        if (publicSignals.length != Journal.signalCount(words)) return "";
        return abi.encodeCall(IRiscZeroVerifier.verify, (proof, imageId, Journal.digest(publicSignals, words)));
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        (, bytes32 imageId, uint256 words) = abi.decode(data, (Target, bytes32, uint256));
        return (Journal.signalCount(words), abi.encodeCall(IRiscZeroVerifier.verify, ("", imageId, bytes32(0))));
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(uint256 size, bytes32, bytes32, bytes memory) internal pure override returns (bool) {
        return size == 0;
    }
}
