// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {BadProofs} from "../../utils/BadProofs.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice A published receipt of RISC Zero 5.0, and everything that must not pass for it.
contract RiscZeroProofSystemVerifyTest is BadProofs, RiscZeroReceipts {
    uint256 internal constant MAX_SIGNALS = 128;

    RiscZeroProofSystem internal system;
    RiscZeroReceipt internal receipt;
    bytes32 internal groth16KeyId;
    bytes32 internal keyId;
    uint256[] internal signals;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        receipt = publishedReceipt();
        groth16KeyId = activated(groth16, fixture("risc-zero-v5").keyData);
        keyId = activated(system, keyOf(receipt, groth16KeyId, 0));
        signals = one(uint256(sha256(receipt.journal)));
    }

    function accepts(uint256[] memory publicSignals, bytes memory seal) internal view returns (bool) {
        return takes(system, keyId, publicSignals, seal);
    }

    function test_AcceptsThePublishedReceipt() external view {
        assertTrue(accepts(signals, receipt.seal));
        assertTrue(registry.verify(keyId, signals, receipt.seal));
    }

    function test_RefusesAnotherJournal() external view {
        assertFalse(accepts(one(uint256(sha256(bytes.concat(receipt.journal, hex"00")))), receipt.seal));
        assertFalse(accepts(one(uint256(sha256(flipped(receipt.journal, 3)))), receipt.seal));
    }

    function test_RefusesAnotherImage() external {
        RiscZeroReceipt memory other = receipt;
        other.imageId = receipt.imageId ^ bytes32(uint256(1));
        bytes32 otherKey = activated(system, keyOf(other, groth16KeyId, 0));
        assertFalse(takes(system, otherKey, signals, receipt.seal));
        assertFalse(registry.verify(otherKey, signals, receipt.seal));
    }

    /// @dev Selectors of releases 3.0, 2.0 and 1.2.
    function test_RefusesSealsOfOtherReleases() external view {
        bytes4[3] memory selectors = [bytes4(0x73c457ba), 0x9f39696c, 0xc101b42b];
        for (uint256 i; i < selectors.length; ++i) {
            bytes memory seal = bytes.concat(receipt.seal);
            for (uint256 j; j < 4; ++j) {
                seal[j] = selectors[i][j];
            }
            assertFalse(accepts(signals, seal));
        }
    }

    function test_RefusesAnotherLengthOfSeal() external view {
        assertFalse(accepts(signals, ""));
        assertFalse(accepts(signals, slice(receipt.seal, 4)));
        assertFalse(accepts(signals, slice(receipt.seal, 259)));
        assertFalse(accepts(signals, bytes.concat(receipt.seal, hex"00")));
        // Without its selector, it is a plain Groth16 proof.
        assertFalse(accepts(signals, fixture("risc-zero-v5").proof));
    }

    function test_RefusesAnotherNumberOfSignals() external view {
        assertFalse(accepts(new uint256[](0), receipt.seal));
        uint256[] memory two = new uint256[](2);
        two[0] = signals[0];
        assertFalse(accepts(two, receipt.seal));
        assertFalse(accepts(fixture("risc-zero-v5").publicSignals, receipt.seal));
    }

    function test_RefusesAnUnknownKey() external view {
        assertFalse(takes(system, groth16KeyId, signals, receipt.seal));
    }

    function test_RefusesGivenTheGroth16KeyIsFrozen() external {
        registry.freeze(groth16KeyId, "flaw", IVerifierKeyRegistry.Advisory("", ""), "");
        assertFalse(accepts(signals, receipt.seal));
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                keyId,
                IVerifierKeyRegistry.Status.Frozen,
                IVerifierKeyRegistry.Status.Active
            )
        );
        registry.verify(keyId, signals, receipt.seal);
    }

    function test_RefusesGivenTheGroth16KeyIsNotActive() external {
        bytes memory proof;
        bytes memory groth16Key;
        RiscZeroReceipt memory made = receipt;
        (made.selector, groth16Key, proof) = crafted(made, sha256(made.journal));
        bytes32 inner = propose(groth16, groth16Key);
        bytes32 outer = propose(system, keyOf(made, inner, 0));
        bytes memory seal = bytes.concat(made.selector, proof);
        assertFalse(takes(system, outer, signals, seal));
        registry.activate(inner);
        assertTrue(takes(system, outer, signals, seal));
        registry.activate(outer);
        assertTrue(registry.verify(outer, signals, seal));
    }

    /// @dev No release with a whole-word journal is published, so the key is made for the statement.
    function test_TakesTheWordsOfAJournalForSignals() external {
        uint256[3] memory counts = [uint256(1), 4, MAX_SIGNALS];
        for (uint256 i; i < counts.length; ++i) {
            uint256[] memory words = new uint256[](counts[i]);
            for (uint256 j; j < words.length; ++j) {
                words[j] = uint256(keccak256(abi.encode(i, j)));
            }
            (bytes32 outer, bytes memory seal) = journalKey(system, words);
            assertEq(registry.verifierKey(outer).signalCount, counts[i]);
            assertTrue(registry.verify(outer, words, seal));
            for (uint256 j; j < words.length; j += 1 + words.length / 8) {
                assertFalse(registry.verify(outer, changed(words, j, words[j] ^ 1), seal));
                assertFalse(registry.verify(outer, changed(words, j, addUnchecked(words[j], R)), seal));
            }
            assertFalse(takes(system, outer, one(uint256(sha256(abi.encodePacked(words)))), flipped(seal, 0)));
        }
    }

    function test_RefusesTenThousandBadSeals() external {
        bytes32[] memory others = new bytes32[](3);
        RiscZeroReceipt memory other = receipt;
        other.imageId = bytes32(uint256(1));
        (others[0], others[1]) = (activated(system, keyOf(other, groth16KeyId, 0)), groth16KeyId);
        others[2] = activated(system, keyOf(receipt, groth16KeyId, 1));
        refuseTenThousand(system, keyId, signals, receipt.seal, 4, others);
    }

    function addUnchecked(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return a + b;
        }
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("risc0-groth16"));
        assertEq(system.keyData(keyId), keyOf(receipt, groth16KeyId, 0));
    }
}
