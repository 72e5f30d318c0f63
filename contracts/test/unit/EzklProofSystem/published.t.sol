// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IHalo2VerifierReusable} from "../../../src/interfaces/IOutsideVerifiers.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {EzklProofSystem} from "../../../src/proofSystems/EzklProofSystem.sol";
import {ProofSystemTest} from "../../utils/ProofSystemTest.sol";

/// @notice A published key, proof and instances of EZKL's reusable verifier, over what that verifier answered to them.
/// @dev Its code is another project's and is not kept here: the fixture has its answers. It was asked each question of these
/// tests: of those it took, the fixture has the hashes, of those it refused, one hash over all of them in order.
contract EzklPublishedTest is ProofSystemTest {
    uint256 internal constant OVERHEAD_GAS = 100_000;
    /// @dev What a call may need beside the gas the verifier used.
    uint256 internal constant MARGIN = 10_000;

    EzklProofSystem internal system;
    RecordedVerifier internal verifier;
    uint256[] internal signals;
    bytes internal proof;
    bytes32[] internal artifact;
    uint256 internal callGas;
    bytes32 internal keyId;

    function setUp() public {
        signals = vm.parseJsonUintArray(published(), ".publicSignals");
        proof = vm.parseJsonBytes(published(), ".proof");
        artifact = vm.parseJsonBytes32Array(published(), ".artifact");
        callGas = vm.parseJsonUint(published(), ".gasUsed") + MARGIN;

        system = new EzklProofSystem(address(registry));
        verifier = deployed();
        verifier.registerVka(artifact);
        parameters.setParameters(capped(needed(callGas)));
        keyId = activated(system, keyFor(callGas));
    }

    function published() internal view returns (string memory) {
        return outside("ezkl-reusable");
    }

    /// @dev A verifier with which nothing is registered yet.
    function deployed() internal virtual returns (RecordedVerifier) {
        return new RecordedVerifier(
            vm.parseJsonBytes32Array(published(), ".taken"),
            vm.parseJsonBytes(published(), ".answer"),
            vm.parseJsonUint(published(), ".gasUsed")
        );
    }

    function needed(uint256 gas) internal pure returns (uint256) {
        return OVERHEAD_GAS + gas + gas / 63;
    }

    function keyFor(uint256 gas) internal view returns (bytes memory) {
        bytes memory head = abi.encode(verifier, address(verifier).codehash, gas, signals.length);
        return bytes.concat(head, abi.encodePacked(artifact));
    }

    function question(uint256[] memory publicSignals, bytes memory candidate) internal view returns (bytes memory) {
        return abi.encodeCall(IHalo2VerifierReusable.verifyProof, (candidate, publicSignals, artifact));
    }

    /// @dev The hash over the questions refused so far, and this one.
    function refuses(uint256[] memory publicSignals, bytes memory candidate, bytes32 before)
        internal
        returns (bytes32)
    {
        vm.cool(address(verifier));
        assertFalse(registry.verify(keyId, publicSignals, candidate));
        return keccak256(bytes.concat(before, keccak256(question(publicSignals, candidate))));
    }

    function test_AcceptsThePublishedProof() external {
        assertEq(keccak256(question(signals, proof)), vm.parseJsonBytes32Array(published(), ".taken")[0]);
        (uint256[] memory publicSignals, bytes memory candidate) = (signals, proof);
        vm.cool(address(system));
        vm.cool(address(verifier));
        assertTrue(system.verify(keyId, publicSignals, candidate));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        console2.log("ezkl-halo2, published reusable verifier, gas", used);
        assertLt(used, needed(callGas));
        assertTrue(registry.verify(keyId, publicSignals, candidate));
    }

    /// @dev Many encodings of one proof: the verifier reads no further than it must. Part of a word behind a proof is refused.
    function test_TakesWordsBehindTheProof() external view {
        bytes memory longer = bytes.concat(proof, bytes32(0));
        assertEq(keccak256(question(signals, longer)), vm.parseJsonBytes32Array(published(), ".taken")[1]);
        assertTrue(registry.verify(keyId, signals, longer));
        assertFalse(registry.verify(keyId, signals, bytes.concat(proof, hex"00")));
    }

    function test_RefusesEveryOtherInstance() external {
        bytes32 asked;
        for (uint256 i; i < signals.length; ++i) {
            asked = refuses(changed(signals, i, signals[i] + 1), proof, asked);
        }
        assertEq(asked, vm.parseJsonBytes32(published(), ".refused.publicSignals"));
    }

    function test_RefusesAProofWithAnyWordChanged() external {
        bytes32 asked;
        for (uint256 i; i < proof.length / 32; ++i) {
            asked = refuses(signals, withWord(proof, i, wordAt(proof, i) ^ 1), asked);
        }
        assertEq(asked, vm.parseJsonBytes32(published(), ".refused.proof"));
    }

    /// @dev Changed words: the digest, a point of the setup, a fixed commitment, a gate and a term of the pairing.
    function test_RefusesAnotherArtifact() external {
        uint8[5] memory changedWords = [0, 20, 34, 131, 231];
        bytes32 asked;
        for (uint256 i; i < changedWords.length; ++i) {
            artifact[changedWords[i]] ^= bytes32(uint256(1));
            keyId = activated(system, keyFor(callGas));
            asked = refuses(signals, proof, asked);
            verifier.registerVka(artifact);
            asked = refuses(signals, proof, asked);
            artifact[changedWords[i]] ^= bytes32(uint256(1));
        }
        assertEq(asked, vm.parseJsonBytes32(published(), ".refused.artifact"));
    }

    function test_RefusesUntilTheArtifactIsRegistered() external {
        verifier = deployed();
        keyId = activated(system, keyFor(callGas));
        assertFalse(registry.verify(keyId, signals, proof));
        verifier.registerVka(artifact);
        assertTrue(registry.verify(keyId, signals, proof));
    }

    /// @dev A key for this verifier needs about twice what the local cap allows.
    function test_RevertGiven_TheCallNeedsMoreThanTheCap() external {
        parameters.setParameters(capped(GAS_CAP));
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, GAS_CAP, needed(callGas + 1)
            )
        );
        propose(system, keyFor(callGas + 1));
    }

    function test_RefusesUnderAKeyWithLessGasThanTheVerifierNeeds() external {
        keyId = activated(system, keyFor(callGas - 2 * MARGIN));
        vm.cool(address(verifier));
        assertFalse(registry.verify(keyId, signals, proof));
    }
}

/// @notice Answers as the published verifier did, to what it took and with the gas it used; reverts otherwise, as it did.
contract RecordedVerifier is IHalo2VerifierReusable {
    uint256 internal immutable GAS_USED;

    mapping(bytes32 digest => bool) internal _registered;
    mapping(bytes32 question => bool) internal _taken;
    bytes internal _answer;

    error NotTaken();

    constructor(bytes32[] memory taken, bytes memory answer, uint256 gasUsed) {
        for (uint256 i; i < taken.length; ++i) {
            _taken[taken[i]] = true;
        }
        (_answer, GAS_USED) = (answer, gasUsed);
    }

    function registerVka(bytes32[] calldata vka) external {
        _registered[keccak256(abi.encodePacked(vka))] = true;
    }

    function verifyProof(bytes calldata, uint256[] calldata, bytes32[] calldata vka) external virtual {
        uint256 end = gasleft() - GAS_USED;
        if (!_registered[keccak256(abi.encodePacked(vka))] || !_taken[keccak256(msg.data)]) revert NotTaken();
        bytes memory answer = _answer;
        while (gasleft() > end) {}
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
