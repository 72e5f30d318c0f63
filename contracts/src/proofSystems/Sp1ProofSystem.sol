// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {ISp1ProofSystem} from "../interfaces/ISp1ProofSystem.sol";
import {Journal} from "../libraries/Journal.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";
import {WrappedGroth16} from "./WrappedGroth16.sol";

/// @title Sp1ProofSystem
/// @notice See {ISp1ProofSystem}.
contract Sp1ProofSystem is ISp1ProofSystem, WrappedGroth16 {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "sp1-groth16-v6";

    /// @dev Bytes of a key and of a proof.
    uint256 internal constant KEY_LENGTH = 160;
    uint256 internal constant PROOF_LENGTH = 356;
    /// @dev Where the parts of a proof start, in bytes.
    uint256 internal constant EXIT_CODE = 4;
    uint256 internal constant VK_ROOT = 36;
    uint256 internal constant NONCE = 68;
    uint256 internal constant GROTH16_PROOF = 100;

    constructor(address registry_) ProofSystemBase(registry_) {}

    /// @inheritdoc IProofSystem
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof)
        external
        view
        returns (bool)
    {
        address code = _keyCode[keyId];
        if (code == address(0)) return false;
        Key memory key = abi.decode(SSTORE2.read(code), (Key));
        if (publicSignals.length != Journal.signalCount(key.publicWords) || proof.length != PROOF_LENGTH) return false;
        // Proofs of other releases carry another selector or another root.
        if (bytes4(proof) != key.selector || bytes32(proof[VK_ROOT:]) != key.vkRoot) return false;
        if (bytes32(proof[EXIT_CODE:]) != 0) return false;

        uint256 digest = uint256(Journal.digest(publicSignals, key.publicWords));
        uint256 masked = digest & Journal.SP1_DIGEST_MASK;
        // A signal with top bits set would be a second name for the same public values.
        if (key.publicWords == 0 && masked != digest) return false;

        uint256[] memory signals = new uint256[](WRAPPED_SIGNALS);
        signals[0] = uint256(key.programVKey);
        signals[1] = masked;
        // signals[2], the exit code, is zero.
        signals[3] = uint256(key.vkRoot);
        signals[4] = uint256(bytes32(proof[NONCE:]));
        return _verifyGroth16(key.groth16KeyId, signals, proof[GROTH16_PROOF:]);
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32, bytes calldata data) internal view override returns (KeyTerms memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        Key memory key = abi.decode(data, (Key));
        _groth16System(key.groth16KeyId);
        return KeyTerms({
            signalCount: Journal.signalCount(key.publicWords), verifyGas: VERIFY_GAS, dependsOn: key.groth16KeyId
        });
    }
}
