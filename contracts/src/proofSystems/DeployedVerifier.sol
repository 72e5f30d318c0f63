// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IDeployedVerifier} from "../interfaces/IDeployedVerifier.sol";
import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title DeployedVerifier
/// @notice Asks a deployed verifier, under its key's gas, and takes for yes only what its interface means by it.
/// @dev Warning: many encodings of one proof pass, since several verifiers ignore words behind a proof and what fills up its ABI
/// encoding. Nothing may rest on proof bytes.
abstract contract DeployedVerifier is IDeployedVerifier, ProofSystemBase {
    /// @dev Bytes of the target in a key.
    uint256 internal constant TARGET_LENGTH = 96;
    /// @dev Longest proof, in bytes: what handing it on takes must stay within the overhead.
    uint256 internal constant MAX_PROOF_LENGTH = 32_768;
    /// @dev What verifying takes beside the question, in gas: reading the key, cold accounts, encoding. Measured for the
    /// longest keys and proofs and rounded up (test/unit/EzklProofSystem/verify.t.sol).
    uint256 internal constant OVERHEAD_GAS = 100_000;
    /// @dev First byte of the code of an account that delegates (EIP-7702); no contract's code starts with it (EIP-3541).
    bytes1 internal constant DELEGATION_PREFIX = 0xef;

    /// @inheritdoc IProofSystem
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof)
        external
        view
        returns (bool)
    {
        address code = _keyCode[keyId];
        if (code == address(0) || proof.length > MAX_PROOF_LENGTH) return false;
        bytes memory key = SSTORE2.read(code);
        Target memory target = abi.decode(key, (Target));
        if (target.verifier.codehash != target.codeHash) return false;

        bytes memory question = _question(key, publicSignals, proof);
        return question.length != 0 && _ask(target, question, key);
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32, bytes calldata data) internal view override returns (KeyTerms memory terms) {
        if (data.length < TARGET_LENGTH || data.length % 32 != 0) revert ProofSystem_KeyLength(data.length);
        Target memory target = abi.decode(data, (Target));
        bytes memory code = target.verifier.code;
        if (code.length == 0 || code[0] == DELEGATION_PREFIX) revert DeployedVerifier_NotAContract(target.verifier);
        bytes32 found = target.verifier.codehash;
        if (found != target.codeHash) {
            revert DeployedVerifier_CodeHashMismatch(target.verifier, found, target.codeHash);
        }

        bytes memory emptyQuestion;
        (terms.signalCount, emptyQuestion) = _describe(data);
        if (_ask(target, emptyQuestion, data)) revert DeployedVerifier_AcceptsAnything(target.verifier);
        // A call forwards at most 63/64 of what is left (EIP-150).
        terms.verifyGas = OVERHEAD_GAS + target.callGas + target.callGas / 63;
    }

    /// @dev A static call whatever the verifier declares; at most two words of the answer are copied.
    function _ask(Target memory target, bytes memory question, bytes memory key) internal view returns (bool) {
        (address verifier, uint256 callGas) = (target.verifier, target.callGas);
        bool called;
        uint256 size;
        bytes32 first;
        bytes32 second;
        assembly ("memory-safe") {
            called := staticcall(callGas, verifier, add(question, 0x20), mload(question), 0, 0x40)
            size := returndatasize()
            first := mload(0)
            second := mload(0x20)
        }
        return called && _isYes(size, first, second, key);
    }

    /// @dev Whether every signal is below the field order: above it, it would be a second name for a statement.
    function _inField(uint256[] calldata publicSignals) internal pure returns (bool) {
        for (uint256 i; i < publicSignals.length; ++i) {
            if (publicSignals[i] >= BN254.SCALAR_FIELD) return false;
        }
        return true;
    }

    /// @dev Calldata of the question for a statement and proof; empty when they are none of this key's. May revert.
    function _question(
        bytes memory key,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        internal
        view
        virtual
        returns (bytes memory);

    /// @dev Reads a key after its target: how many signals its statements have, and a question that no verifier may accept.
    /// Reverts when the key is malformed.
    function _describe(bytes calldata data)
        internal
        view
        virtual
        returns (uint256 signalCount, bytes memory emptyQuestion);

    /// @dev Whether an answer that did not revert is a yes.
    /// @param size Bytes of the answer; `first` and `second` mean nothing beyond it.
    function _isYes(uint256 size, bytes32 first, bytes32 second, bytes memory key) internal view virtual returns (bool);
}
