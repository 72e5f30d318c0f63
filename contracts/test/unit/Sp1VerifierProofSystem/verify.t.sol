// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Sp1VerifierProofSystem} from "../../../src/proofSystems/Sp1VerifierProofSystem.sol";
import {HonestSp1Verifier} from "../../mocks/HonestVerifiers.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";
import {Sp1Proof, Sp1Proofs} from "../../utils/Sp1Proofs.sol";

/// @notice The published proof of SP1 v6.1.0 over a deployed verifier, its public values word by word.
contract Sp1VerifierProofSystemTest is DeployedVerifierTest, Sp1Proofs {
    Sp1Proof internal published;
    bytes32 internal digestKeyId;

    function setUp() public {
        system = new Sp1VerifierProofSystem(address(registry));
        published = publishedProof();
        signals = wordsOf(published.publicValues);
        proof = published.proofBytes;
        bytes32 inner = activated(groth16, fixture("sp1-v6.1").keyData);
        honest = address(new HonestSp1Verifier(groth16, inner, published.selector, uint256(published.vkRoot)));
        register();
        bytes memory key = abi.encode(honest, honest.codehash, CALL_GAS, published.programVKey, 0);
        digestKeyId = activated(system, key);
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encode(published.programVKey, 4);
    }

    function wordsAt() internal pure override returns (uint256) {
        return 4;
    }

    function answers() internal pure override returns (bytes[] memory) {
        return silence();
    }

    function test_RefusesAnotherProgram() external {
        published.programVKey ^= bytes32(uint256(1));
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        assertFalse(registry.verify(other, signals, proof));
    }

    function test_TakesTheDigestOfPublicValuesForTheSignal() external view {
        uint256[] memory digest = one(maskedDigest(published.publicValues));
        bytes memory whole = abi.encode(published.publicValues, published.proofBytes);
        assertTrue(registry.verify(digestKeyId, digest, whole));
        assertFalse(registry.verify(digestKeyId, one(digest[0] ^ 1), whole));
        assertFalse(registry.verify(digestKeyId, one(digest[0] | (1 << 255)), whole));
        assertFalse(registry.verify(digestKeyId, digest, published.proofBytes));

        // Other public values, whether or not the signal follows them.
        bytes memory values = flipped(published.publicValues, 0);
        bytes memory other = abi.encode(values, published.proofBytes);
        assertFalse(registry.verify(digestKeyId, digest, other));
        assertFalse(registry.verify(digestKeyId, one(maskedDigest(values)), other));
    }

    /// @dev The words start behind two offsets, the public values with their length, the proof bytes' length and selector.
    function test_RefusesTenThousandBadProofsBesidePublicValues() external {
        bytes memory whole = abi.encode(published.publicValues, published.proofBytes);
        bytes32[] memory others = new bytes32[](3);
        (others[0], others[1], others[2]) = (keyId, hostileKeyId, "unknown");
        uint256 start = 64 + 32 + published.publicValues.length + 32 + 4;
        refuseTenThousand(system, digestKeyId, one(maskedDigest(published.publicValues)), whole, start, others);
    }

    /// @dev The 28 bytes that fill up the last word of the ABI, and bytes behind it, never reach the verifier: the same proof of
    /// the same statement.
    function test_IgnoresThePaddingBehindProofBytes() external view {
        uint256[] memory digest = one(maskedDigest(published.publicValues));
        bytes memory whole = abi.encode(published.publicValues, published.proofBytes);
        uint256 padding = 32 - published.proofBytes.length % 32;
        assertEq(padding, 28);
        for (uint256 bit = 8 * (whole.length - padding); bit < 8 * whole.length; ++bit) {
            assertTrue(takes(system, digestKeyId, digest, flipped(whole, bit)));
        }
        assertFalse(takes(system, digestKeyId, digest, flipped(whole, 8 * (whole.length - padding) - 1)));
        assertTrue(takes(system, digestKeyId, digest, bytes.concat(whole, hex"ff")));
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("sp1-verifier"));
    }
}
