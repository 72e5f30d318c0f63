// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {LibBit} from "solady/utils/LibBit.sol";
import {SSTORE2} from "solady/utils/SSTORE2.sol";

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IRiscZeroProofSystem} from "../interfaces/IRiscZeroProofSystem.sol";
import {Journal} from "../libraries/Journal.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";
import {WrappedGroth16} from "./WrappedGroth16.sol";

/// @title RiscZeroProofSystem
/// @notice See {IRiscZeroProofSystem}.
/// @dev RISC Zero hashes a structure as sha256 of its tag's digest, its fields, and the number of its hashed fields as two
/// little-endian bytes.
contract RiscZeroProofSystem is IRiscZeroProofSystem, WrappedGroth16 {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "risc0-groth16";

    /// @dev Bytes of a key and of a seal.
    uint256 internal constant KEY_LENGTH = 224;
    uint256 internal constant SELECTOR_LENGTH = 4;
    uint256 internal constant SEAL_LENGTH = 260;
    /// @dev The same, filled up to whole words.
    uint256 internal constant SEAL_WORDS_LENGTH = 288;
    /// @dev Digest of the state of a machine that has halted.
    bytes32 internal constant HALTED_STATE = 0xa3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2;
    uint256 internal constant LOW_HALF = type(uint128).max;
    /// @dev What verifying takes when set-inclusion seals are taken as well, in gas: measured like VERIFY_GAS, with the longest
    /// path (test/unit/RiscZeroProofSystem/gas.t.sol).
    uint256 internal constant SET_VERIFY_GAS = 320_000;

    /// @dev Starts what is hashed into a leaf of a set, so that no inner node is one.
    bytes8 internal constant LEAF_TAG = "LEAF_TAG";
    /// @dev What the set builder writes of a set that is complete, between its own image id and the root.
    uint256 internal constant SET_COMPLETE = 1 << 255;
    /// @dev Longest path: a set of 2^32 claims.
    uint256 internal constant MAX_PATH = 32;

    bytes32 internal immutable CLAIM_TAG = sha256("risc0.ReceiptClaim");
    bytes32 internal immutable OUTPUT_TAG = sha256("risc0.Output");
    bytes32 internal immutable SET_PARAMETERS_TAG = sha256("risc0.SetInclusionReceiptVerifierParameters");
    bytes32 internal immutable PARAMETERS_TAG = sha256("risc0.Groth16ReceiptVerifierParameters");
    bytes32 internal immutable KEY_TAG = sha256("risc0_groth16.VerifyingKey");
    bytes32 internal immutable IC_TAG = sha256("risc0_groth16.VerifyingKey.IC");

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
        if (publicSignals.length != Journal.signalCount(key.journalWords) || proof.length < SEAL_LENGTH) return false;
        bytes32 claim = _claimDigest(key.imageId, Journal.digest(publicSignals, key.journalWords));
        if (bytes4(proof) == key.selector) return _verifySeal(key, claim, proof);
        // Seals of other releases carry another selector.
        if (key.setBuilderImageId == 0 || bytes4(proof) != _setSelector(key.setBuilderImageId)) return false;
        return _verifyInclusion(key, claim, proof);
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32, bytes calldata data) internal view override returns (KeyTerms memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        Key memory key = abi.decode(data, (Key));
        bytes memory groth16Key = _groth16System(key.groth16KeyId).keyData(key.groth16KeyId);
        bytes4 computed = _selector(key, _verifyingKeyDigest(groth16Key));
        if (key.selector != computed) revert RiscZeroProofSystem_SelectorMismatch(key.selector, computed);
        return KeyTerms({
            signalCount: Journal.signalCount(key.journalWords),
            verifyGas: key.setBuilderImageId == 0 ? VERIFY_GAS : SET_VERIFY_GAS,
            dependsOn: key.groth16KeyId
        });
    }

    /// @dev A set-inclusion seal: `setSelector ‖ abi.encode(Inclusion)`, in this encoding alone. Its root is proven by the seal
    /// inside it: the set builder wrote a set with this root.
    function _verifyInclusion(Key memory key, bytes32 claim, bytes calldata proof) internal view returns (bool) {
        Inclusion memory inclusion = abi.decode(proof[SELECTOR_LENGTH:], (Inclusion));
        if (inclusion.path.length > MAX_PATH || inclusion.rootSeal.length != SEAL_LENGTH) return false;
        if (keccak256(abi.encode(inclusion)) != keccak256(proof[SELECTOR_LENGTH:])) return false;
        bytes32 root = MerkleProof.processProof(inclusion.path, keccak256(abi.encodePacked(LEAF_TAG, claim)));
        bytes32 builder = key.setBuilderImageId;
        bytes32 journal = sha256(abi.encodePacked(builder, SET_COMPLETE, root));
        // The root's seal is the end of the encoding but for what fills up its last word.
        uint256 start = proof.length - SEAL_WORDS_LENGTH;
        return _verifySeal(key, _claimDigest(builder, journal), proof[start:start + SEAL_LENGTH]);
    }

    /// @dev A seal of the release on a claim.
    function _verifySeal(Key memory key, bytes32 claim, bytes calldata seal) internal view returns (bool) {
        if (seal.length != SEAL_LENGTH || bytes4(seal) != key.selector) return false;
        uint256[] memory signals = new uint256[](WRAPPED_SIGNALS);
        (signals[0], signals[1]) = _halves(key.controlRoot);
        (signals[2], signals[3]) = _halves(claim);
        signals[4] = uint256(key.bn254ControlId);
        return _verifyGroth16(key.groth16KeyId, signals, seal[SELECTOR_LENGTH:]);
    }

    /// @dev Digest of the claim: the input is empty (zero digest), the exit code "halted, 0" and there are no assumptions
    /// (zero digest).
    function _claimDigest(bytes32 imageId, bytes32 journalDigest) internal view returns (bytes32) {
        bytes32 output = sha256(abi.encodePacked(OUTPUT_TAG, journalDigest, bytes32(0), hex"0200"));
        return sha256(abi.encodePacked(CLAIM_TAG, bytes32(0), imageId, HALTED_STATE, output, uint64(0), hex"0400"));
    }

    /// @dev First four bytes of every set-inclusion seal of the set builder.
    function _setSelector(bytes32 builder) internal view returns (bytes4) {
        return bytes4(sha256(abi.encodePacked(SET_PARAMETERS_TAG, builder, hex"0100")));
    }

    function _selector(Key memory key, bytes32 keyDigest) internal view returns (bytes4) {
        bytes32 controlId = bytes32(LibBit.reverseBytes(uint256(key.bn254ControlId)));
        return bytes4(sha256(abi.encodePacked(PARAMETERS_TAG, key.controlRoot, controlId, keyDigest, hex"0300")));
    }

    /// @dev Digest of a Groth16 key with five signals, given as {IGroth16ProofSystem} keeps it. The IC points form a list,
    /// hashed from its end.
    function _verifyingKeyDigest(bytes memory key) internal view returns (bytes32) {
        bytes32 list;
        for (uint256 i = WRAPPED_SIGNALS + 1; i > 0; --i) {
            list = sha256(abi.encodePacked(IC_TAG, _hashWords(key, 12 + 2 * i, 2), list, hex"0200"));
        }
        return sha256(
            abi.encodePacked(
                KEY_TAG,
                _hashWords(key, 0, 2),
                _hashWords(key, 2, 4),
                _hashWords(key, 6, 4),
                _hashWords(key, 10, 4),
                list,
                hex"0500"
            )
        );
    }

    /// @dev sha256 of `count` words from word `at`.
    function _hashWords(bytes memory data, uint256 at, uint256 count) internal pure returns (bytes32) {
        bytes memory words = new bytes(32 * count);
        assembly ("memory-safe") {
            mcopy(add(words, 0x20), add(add(data, 0x20), mul(at, 0x20)), mul(count, 0x20))
        }
        return sha256(words);
    }

    /// @dev A digest as two signals: of its bytes in reverse, the low and the high half.
    function _halves(bytes32 digest) internal pure returns (uint256 low, uint256 high) {
        uint256 reversed = LibBit.reverseBytes(uint256(digest));
        return (reversed & LOW_HALF, reversed >> 128);
    }
}
