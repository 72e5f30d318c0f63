// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRiscZeroProofSystem} from "../../../src/interfaces/IRiscZeroProofSystem.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {BadProofs} from "../../utils/BadProofs.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice The published set-inclusion receipt of set verifier 0.9.0, a set of one claim under a seal of release 3.0; and sets
/// made here, under Groth16 keys made for their roots.
contract RiscZeroProofSystemSetInclusionTest is BadProofs, RiscZeroReceipts {
    RiscZeroProofSystem internal system;
    RiscZeroReceipt internal receipt;
    bytes32 internal builder;
    bytes32 internal groth16KeyId;
    bytes32 internal keyId;
    uint256[] internal signals;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        receipt = publishedReceipt("risc-zero-set-v0.9");
        builder = vm.parseJsonBytes32(outside("risc-zero-set-v0.9"), ".setBuilderImageId");
        groth16KeyId = activated(groth16, fixture("risc-zero-v5").keyData);
        keyId = activated(system, keyOf(receipt, groth16KeyId, 0, builder));
        signals = one(uint256(sha256(receipt.journal)));
    }

    function test_AcceptsThePublishedReceipt() external view {
        assertTrue(takes(system, keyId, signals, receipt.seal));
        assertTrue(registry.verify(keyId, signals, receipt.seal));
    }

    function test_TheSelectorFollowsFromTheSetBuilder() external view {
        assertEq(setSelector(builder), bytes4(0x242f9d5b));
        assertEq(bytes4(receipt.seal), bytes4(0x242f9d5b));
    }

    function test_AcceptsSealsOfTheReleaseUnderTheSameKey() external {
        RiscZeroReceipt memory direct = publishedReceipt("risc-zero-v3.0");
        bytes32 other = activated(system, keyOf(direct, groth16KeyId, 0, builder));
        assertTrue(registry.verify(other, one(uint256(sha256(direct.journal))), direct.seal));
    }

    function test_RefusesGivenTheKeyNamesNoSetBuilder() external {
        bytes32 other = activated(system, keyOf(receipt, groth16KeyId, 0));
        assertFalse(takes(system, other, signals, receipt.seal));
    }

    function test_RefusesGivenTheKeyNamesAnotherSetBuilder() external {
        bytes32 stranger = keccak256("builder");
        bytes32 other = activated(system, keyOf(receipt, groth16KeyId, 0, stranger));
        assertFalse(takes(system, other, signals, receipt.seal));
        bytes memory renamed = bytes.concat(setSelector(stranger), tail(receipt.seal));
        assertFalse(takes(system, other, signals, renamed));
    }

    function test_RefusesAnotherJournalOrImage() external {
        assertFalse(takes(system, keyId, one(signals[0] ^ 1), receipt.seal));
        RiscZeroReceipt memory stranger = receipt;
        stranger.imageId ^= bytes32(uint256(1));
        bytes32 other = activated(system, keyOf(stranger, groth16KeyId, 0, builder));
        assertFalse(takes(system, other, signals, receipt.seal));
    }

    /// @dev A deployed set verifier takes a seal without a root seal for roots that it stored; nothing is stored here.
    function test_RefusesASealWithoutARootSeal() external view {
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](0), "")));
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](4), "")));
    }

    function test_RefusesARootSealOfAnotherReleaseOrLength() external view {
        bytes memory rootSeal = abi.decode(inclusionOf(receipt.seal), (IRiscZeroProofSystem.Inclusion)).rootSeal;
        assertTrue(takes(system, keyId, signals, sealOf(new bytes32[](0), rootSeal)));
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](0), slice(rootSeal, 259))));
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](0), bytes.concat(rootSeal, hex"00"))));
        bytes memory renamed = bytes.concat(bytes4(0xbb001d44), tail(rootSeal));
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](0), renamed)));
        bytes memory nested = bytes.concat(bytes4(0x242f9d5b), tail(rootSeal));
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](0), nested)));
    }

    function test_RefusesAnyOtherEncoding() external view {
        assertFalse(takes(system, keyId, signals, bytes.concat(receipt.seal, hex"00")));
        assertFalse(takes(system, keyId, signals, bytes.concat(receipt.seal, bytes32(0))));
        assertFalse(takes(system, keyId, signals, slice(receipt.seal, receipt.seal.length - 1)));
        // The last byte is padding of the root's seal.
        assertFalse(takes(system, keyId, signals, flipped(receipt.seal, 8 * receipt.seal.length - 1)));
    }

    function test_RefusesAPathThatDoesNotLeadToTheRoot() external view {
        bytes memory rootSeal = abi.decode(inclusionOf(receipt.seal), (IRiscZeroProofSystem.Inclusion)).rootSeal;
        assertFalse(takes(system, keyId, signals, sealOf(new bytes32[](1), rootSeal)));
    }

    /// @dev No set of several claims is published, so the Groth16 key is made for the root.
    function testFuzz_TakesEveryClaimOfASet(uint256 seed, uint256 length, bool first) external {
        length = bound(length, 1, 32);
        bytes32 leaf = leafOf(receipt.imageId, sha256(receipt.journal));
        bytes32[] memory path = new bytes32[](length);
        bytes32 node = leaf;
        for (uint256 i; i < length; ++i) {
            path[i] = first ? bytes32(i) : keccak256(abi.encode(seed, i));
            node = parent(node, path[i]);
        }
        (bytes32 other, bytes memory rootSeal) = setKey(node);
        assertTrue(registry.verify(other, signals, sealOf(path, rootSeal)));
        assertFalse(takes(system, other, one(signals[0] ^ 1), sealOf(path, rootSeal)));
        path[seed % length] ^= bytes32(uint256(1));
        assertFalse(takes(system, other, signals, sealOf(path, rootSeal)));
    }

    function test_RefusesALongerPath() external {
        bytes32 node = leafOf(receipt.imageId, sha256(receipt.journal));
        bytes32[] memory path = new bytes32[](33);
        for (uint256 i; i < path.length; ++i) {
            node = parent(node, path[i]);
        }
        (bytes32 other, bytes memory rootSeal) = setKey(node);
        assertFalse(takes(system, other, signals, sealOf(path, rootSeal)));
    }

    /// @dev Else an inner node that is a claim's digest, or the other way round, would show what was never proven.
    function test_RefusesALeafThatIsHashedWithoutItsTag() external {
        bytes32 claim = claimDigest(receipt.imageId, sha256(receipt.journal));
        (bytes32 bare, bytes memory bareSeal) = setKey(claim);
        assertFalse(takes(system, bare, signals, sealOf(new bytes32[](0), bareSeal)));
        (bytes32 hashed, bytes memory hashedSeal) = setKey(keccak256(abi.encode(claim)));
        assertFalse(takes(system, hashed, signals, sealOf(new bytes32[](0), hashedSeal)));
    }

    /// @dev What the set builder wrote of a set that is not complete has another word between image and root.
    function test_RefusesASetThatIsNotComplete() external {
        bytes32 leaf = leafOf(receipt.imageId, sha256(receipt.journal));
        bytes32 journal = sha256(bytes.concat(builder, bytes32(uint256(1)), leaf));
        (bytes32 other, bytes memory rootSeal) = keyOnBuilderJournal(journal);
        assertFalse(takes(system, other, signals, sealOf(new bytes32[](0), rootSeal)));
    }

    function test_RefusesTenThousandBadSeals() external {
        bytes32[] memory others = new bytes32[](3);
        others[0] = activated(system, keyOf(receipt, groth16KeyId, 0));
        (others[1], others[2]) = (groth16KeyId, "unknown");
        // The Groth16 proof in the root's seal ends before what fills up its last word.
        uint256 wordsAt = receipt.seal.length - 28 - 256;
        refuseTenThousand(system, keyId, signals, receipt.seal, wordsAt, others);
    }

    /// @dev A key whose Groth16 key has a proof that the set builder wrote a complete set with this root.
    function setKey(bytes32 root) internal returns (bytes32, bytes memory) {
        return keyOnBuilderJournal(sha256(bytes.concat(builder, bytes32(uint256(1 << 255)), root)));
    }

    function keyOnBuilderJournal(bytes32 journal) internal returns (bytes32 made, bytes memory rootSeal) {
        RiscZeroReceipt memory aggregation = receipt;
        aggregation.imageId = builder;
        bytes memory groth16Key;
        (aggregation.selector, groth16Key, rootSeal) = crafted(aggregation, journal);
        rootSeal = bytes.concat(aggregation.selector, rootSeal);
        RiscZeroReceipt memory program = receipt;
        program.selector = aggregation.selector;
        made = activated(system, keyOf(program, activated(groth16, groth16Key), 0, builder));
    }

    function sealOf(bytes32[] memory path, bytes memory rootSeal) internal view returns (bytes memory) {
        return bytes.concat(setSelector(builder), abi.encode(IRiscZeroProofSystem.Inclusion(path, rootSeal)));
    }

    function inclusionOf(bytes memory seal) internal pure returns (bytes memory) {
        return tail(seal);
    }

    function tail(bytes memory data) internal pure returns (bytes memory) {
        return part(data, 4, data.length - 4);
    }
}
