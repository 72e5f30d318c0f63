// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {IRiscZeroProofSystem} from "../../src/interfaces/IRiscZeroProofSystem.sol";
import {ProofSystemTest} from "./ProofSystemTest.sol";

struct RiscZeroReceipt {
    bytes32 controlRoot;
    bytes32 bn254ControlId;
    bytes32 imageId;
    bytes4 selector;
    bytes journal;
    bytes seal;
}

/// @notice RISC Zero's formulas written a second time, byte by byte, for tests: the published receipt, and keys made for
/// other statements.
abstract contract RiscZeroReceipts is ProofSystemTest {
    function publishedReceipt() internal view returns (RiscZeroReceipt memory) {
        return publishedReceipt("risc-zero-v5");
    }

    function publishedReceipt(string memory name) internal view returns (RiscZeroReceipt memory receipt) {
        string memory json = outside(name);
        receipt.controlRoot = vm.parseJsonBytes32(json, ".controlRoot");
        receipt.bn254ControlId = vm.parseJsonBytes32(json, ".bn254ControlId");
        receipt.imageId = vm.parseJsonBytes32(json, ".imageId");
        receipt.selector = bytes4(vm.parseJsonBytes(json, ".selector"));
        receipt.journal = vm.parseJsonBytes(json, ".journal");
        receipt.seal = vm.parseJsonBytes(json, ".seal");
    }

    function keyOf(
        RiscZeroReceipt memory receipt,
        bytes32 groth16KeyId,
        uint256 journalWords
    )
        internal
        pure
        returns (bytes memory)
    {
        return keyOf(receipt, groth16KeyId, journalWords, 0);
    }

    function keyOf(
        RiscZeroReceipt memory receipt,
        bytes32 groth16KeyId,
        uint256 journalWords,
        bytes32 setBuilder
    )
        internal
        pure
        returns (bytes memory)
    {
        return abi.encode(
            IRiscZeroProofSystem.Key({
                groth16KeyId: groth16KeyId,
                controlRoot: receipt.controlRoot,
                bn254ControlId: receipt.bn254ControlId,
                imageId: receipt.imageId,
                selector: receipt.selector,
                journalWords: journalWords,
                setBuilderImageId: setBuilder
            })
        );
    }

    /// @dev A Groth16 key under which the receipt's guest has a proof for this journal, and the selector that goes with it.
    function crafted(
        RiscZeroReceipt memory receipt,
        bytes32 journalDigest
    )
        internal
        view
        returns (bytes4 selector, bytes memory groth16Key, bytes memory proof)
    {
        uint256[5] memory signals;
        (signals[0], signals[1]) = split(receipt.controlRoot);
        (signals[2], signals[3]) = split(claimDigest(receipt.imageId, journalDigest));
        signals[4] = uint256(receipt.bn254ControlId);
        (groth16Key, proof) = craftedKey(signals);
        selector = selectorOf(receipt.controlRoot, receipt.bn254ControlId, groth16Key);
    }

    /// @dev A key of the published release's guest whose journal is these words, with a seal. No release with a whole-word
    /// journal is published, so the Groth16 key is made for the statement.
    function journalKey(
        IProofSystem riscZero,
        uint256[] memory words
    )
        internal
        returns (bytes32 keyId, bytes memory seal)
    {
        RiscZeroReceipt memory made = publishedReceipt();
        bytes memory groth16Key;
        (made.selector, groth16Key, seal) = crafted(made, sha256(abi.encodePacked(words)));
        keyId = activated(riscZero, keyOf(made, activated(groth16, groth16Key), words.length));
        seal = bytes.concat(made.selector, seal);
    }

    function setSelector(bytes32 builder) internal pure returns (bytes4) {
        return bytes4(sha256(bytes.concat(sha256("risc0.SetInclusionReceiptVerifierParameters"), builder, hex"0100")));
    }

    function leafOf(bytes32 imageId, bytes32 journalDigest) internal pure returns (bytes32) {
        return keccak256(bytes.concat("LEAF_TAG", claimDigest(imageId, journalDigest)));
    }

    function parent(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function claimDigest(bytes32 imageId, bytes32 journalDigest) internal pure returns (bytes32) {
        bytes32 output = sha256(bytes.concat(sha256("risc0.Output"), journalDigest, bytes32(0), hex"0200"));
        return sha256(
            bytes.concat(
                sha256("risc0.ReceiptClaim"),
                bytes32(0),
                imageId,
                hex"a3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2",
                output,
                hex"0000000000000000",
                hex"0400"
            )
        );
    }

    function selectorOf(bytes32 root, bytes32 controlId, bytes memory key) internal pure returns (bytes4) {
        bytes32 list;
        for (uint256 i = 6; i > 0; --i) {
            bytes32 head = sha256(part(key, 448 + 64 * (i - 1), 64));
            list = sha256(bytes.concat(sha256("risc0_groth16.VerifyingKey.IC"), head, list, hex"0200"));
        }
        bytes memory fields = bytes.concat(
            sha256(part(key, 0, 64)),
            sha256(part(key, 64, 128)),
            sha256(part(key, 192, 128)),
            sha256(part(key, 320, 128))
        );
        bytes32 digest = sha256(bytes.concat(sha256("risc0_groth16.VerifyingKey"), fields, list, hex"0500"));
        bytes32 tag = sha256("risc0.Groth16ReceiptVerifierParameters");
        return bytes4(sha256(bytes.concat(tag, root, backwards(controlId), digest, hex"0300")));
    }

    function split(bytes32 digest) internal pure returns (uint256 low, uint256 high) {
        bytes32 reversed = backwards(digest);
        return (uint256(uint128(uint256(reversed))), uint256(reversed) >> 128);
    }

    function backwards(bytes32 word) internal pure returns (bytes32) {
        bytes memory reversed = new bytes(32);
        for (uint256 i; i < 32; ++i) {
            reversed[i] = word[31 - i];
        }
        return bytes32(reversed);
    }

    function part(bytes memory data, uint256 start, uint256 length) internal pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i; i < length; ++i) {
            cut[i] = data[start + i];
        }
    }
}
