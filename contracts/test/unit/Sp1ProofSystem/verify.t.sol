// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {Sp1ProofSystem} from "../../../src/proofSystems/Sp1ProofSystem.sol";
import {BadProofs} from "../../utils/BadProofs.sol";
import {Sp1Proof, Sp1Proofs} from "../../utils/Sp1Proofs.sol";

/// @notice A published proof of SP1 v6.1.0, and everything that must not pass for it.
contract Sp1ProofSystemVerifyTest is BadProofs, Sp1Proofs {
    /// @dev Words of SP1's proof bytes behind the selector.
    uint256 internal constant EXIT_CODE = 0;
    uint256 internal constant VK_ROOT = 1;
    uint256 internal constant NONCE = 2;

    /// @dev Words of the published public values.
    uint256 internal constant WORDS = 4;

    Sp1ProofSystem internal system;
    Sp1Proof internal published;
    bytes32 internal groth16KeyId;
    /// @dev The public values as four words, and as their digest.
    bytes32 internal wordsKeyId;
    bytes32 internal digestKeyId;

    function setUp() public {
        system = new Sp1ProofSystem(address(registry));
        published = publishedProof();
        groth16KeyId = activated(groth16, fixture("sp1-v6.1").keyData);
        wordsKeyId = activated(system, keyOf(published, groth16KeyId, WORDS));
        digestKeyId = activated(system, keyOf(published, groth16KeyId, 0));
    }

    function digestSignals() internal view returns (uint256[] memory) {
        return one(maskedDigest(published.publicValues));
    }

    function accepts(bytes memory proof) internal view returns (bool) {
        return takes(system, wordsKeyId, wordsOf(published.publicValues), proof);
    }

    /// @dev The published proof with another word behind its selector.
    function withProofWord(uint256 index, uint256 word) internal view returns (bytes memory proof) {
        proof = bytes.concat(published.proofBytes);
        assembly ("memory-safe") {
            mstore(add(add(proof, 0x24), mul(index, 0x20)), word)
        }
    }

    function test_AcceptsThePublishedProof() external view {
        uint256[] memory signals = wordsOf(published.publicValues);
        bytes memory proof = published.proofBytes;
        assertTrue(accepts(proof));
        assertTrue(registry.verify(wordsKeyId, signals, proof));
        assertTrue(registry.verify(digestKeyId, digestSignals(), proof));
    }

    function test_RefusesOtherPublicValues() external view {
        uint256[] memory signals = wordsOf(published.publicValues);
        for (uint256 i; i < signals.length; ++i) {
            assertFalse(takes(system, wordsKeyId, changed(signals, i, signals[i] + 1), published.proofBytes));
            assertFalse(takes(system, wordsKeyId, changed(signals, i, signals[i] + R), published.proofBytes));
        }
        assertFalse(takes(system, digestKeyId, one(maskedDigest("")), published.proofBytes));
    }

    /// @dev The circuit drops the top three bits of the digest; with them set, the same values would have other names.
    function test_RefusesADigestWithItsTopBits() external view {
        uint256 digest = maskedDigest(published.publicValues);
        for (uint256 top = 1; top < 8; ++top) {
            assertFalse(takes(system, digestKeyId, one(digest | (top << 253)), published.proofBytes));
        }
        assertFalse(takes(system, digestKeyId, one(digest + R), published.proofBytes));
    }

    function test_RefusesAnotherProgram() external {
        Sp1Proof memory other = published;
        other.programVKey ^= bytes32(uint256(1));
        bytes32 keyId = activated(system, keyOf(other, groth16KeyId, WORDS));
        assertFalse(registry.verify(keyId, wordsOf(other.publicValues), other.proofBytes));
    }

    function test_RefusesAnotherExitCodeRootOrNonce() external view {
        assertFalse(accepts(withProofWord(EXIT_CODE, 1)));
        assertFalse(accepts(withProofWord(EXIT_CODE, R)));
        assertFalse(accepts(withProofWord(VK_ROOT, uint256(published.vkRoot) + 1)));
        assertFalse(accepts(withProofWord(VK_ROOT, uint256(published.vkRoot) + R)));
        assertFalse(accepts(withProofWord(NONCE, 1)));
        assertFalse(accepts(withProofWord(NONCE, R)));
    }

    /// @dev Whoever adds a key with another root gets no proof past the circuit's own signal.
    function test_RefusesARootThatOnlyKeyAndProofShare() external {
        Sp1Proof memory other = published;
        other.vkRoot = bytes32(uint256(1));
        bytes32 keyId = activated(system, keyOf(other, groth16KeyId, WORDS));
        assertFalse(registry.verify(keyId, wordsOf(other.publicValues), withProofWord(VK_ROOT, 1)));
    }

    function test_RefusesAnotherSelector() external view {
        for (uint256 bit; bit < 32; ++bit) {
            assertFalse(accepts(flipped(published.proofBytes, bit)));
        }
    }

    function test_RefusesAnotherLengthOfProofOrSignals() external view {
        bytes memory proof = published.proofBytes;
        assertFalse(accepts(""));
        assertFalse(accepts(slice(proof, 355)));
        assertFalse(accepts(bytes.concat(proof, hex"00")));
        assertFalse(takes(system, wordsKeyId, new uint256[](0), proof));
        assertFalse(takes(system, wordsKeyId, digestSignals(), proof));
        assertFalse(takes(system, digestKeyId, wordsOf(published.publicValues), proof));
    }

    function test_RefusesAnUnknownKey() external view {
        assertFalse(takes(system, groth16KeyId, digestSignals(), published.proofBytes));
    }

    function test_RefusesGivenTheGroth16KeyIsFrozen() external {
        registry.freeze(groth16KeyId, "flaw", IVerifierKeyRegistry.Advisory("", ""), "");
        assertFalse(accepts(published.proofBytes));
        uint256[] memory signals = digestSignals();
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                digestKeyId,
                IVerifierKeyRegistry.Status.Frozen,
                IVerifierKeyRegistry.Status.Active
            )
        );
        registry.verify(digestKeyId, signals, published.proofBytes);
    }

    function test_RefusesTenThousandBadProofs() external {
        bytes32[] memory others = new bytes32[](3);
        Sp1Proof memory other = published;
        other.programVKey = bytes32(uint256(1));
        (others[0], others[1]) = (activated(system, keyOf(other, groth16KeyId, WORDS)), groth16KeyId);
        others[2] = digestKeyId;
        refuseTenThousand(system, wordsKeyId, wordsOf(published.publicValues), published.proofBytes, 4, others);
    }

    /// @dev Version 6.0.0 has a flaw (GHSA-63x8-x938-vx33): its proofs pass under its own key, which nothing here deploys, and
    /// under no other.
    function test_RefusesProofsOfTheFlawedVersion() external {
        Sp1Proof memory flawed = publishedProof("sp1-v6.0");
        assertEq(flawed.selector, bytes4(0x0e78f4db));
        assertEq(published.selector, bytes4(0x4388a21c));
        uint256[] memory signals = wordsOf(flawed.publicValues);
        Sp1Proof memory program = published;
        program.programVKey = flawed.programVKey;
        bytes32 current = activated(system, keyOf(program, groth16KeyId, 3));
        assertFalse(takes(system, current, signals, flawed.proofBytes));
        bytes32 inner = activated(groth16, fixture("sp1-v6.0").keyData);
        bytes32 old = activated(system, keyOf(flawed, inner, 3));
        assertTrue(registry.verify(old, signals, flawed.proofBytes));
        IVerifierKeyRegistry.Advisory memory advisory =
            IVerifierKeyRegistry.Advisory("GHSA-63x8-x938-vx33", "https://github.com/advisories/GHSA-63x8-x938-vx33");
        registry.freeze(inner, "recursion accepts what it must not", advisory, "");
        assertFalse(takes(system, old, signals, flawed.proofBytes));
    }
}
