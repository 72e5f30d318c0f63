// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {EzklProofSystem} from "../../../src/proofSystems/EzklProofSystem.sol";
import {HonestHalo2Verifier, HonestReusableVerifier} from "../../mocks/HonestVerifiers.sol";
import {HostileVerifier} from "../../mocks/HostileVerifier.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";

/// @notice EZKL's interface over a verifier of its own, which is not declared `view`. The proof inside is World ID's.
contract EzklProofSystemTest is DeployedVerifierTest {
    function setUp() public {
        system = new EzklProofSystem(address(registry));
        Fixture memory published = fixture("world-id-v3");
        (signals, proof) = (published.publicSignals, published.proof);
        honest = address(new HonestHalo2Verifier(groth16, activated(groth16, published.keyData)));
        register();
    }

    function rest() internal pure override returns (bytes memory) {
        return abi.encode(4);
    }

    function answers() internal pure override returns (bytes[] memory) {
        return truth();
    }

    function test_RefusesInstancesAtOrAboveTheFieldOrder() external view {
        for (uint256 i; i < signals.length; ++i) {
            assertFalse(accepts(changed(signals, i, signals[i] + R), proof));
        }
    }

    /// @dev Gas differs per model; a key that needs more than the registry's cap cannot be proposed.
    function test_RevertGiven_TheCallNeedsMoreThanTheCap() external {
        uint256 callGas = 3_000_000;
        uint256 required = OVERHEAD_GAS + callGas + callGas / 63;
        bytes memory key = keyFor(honest, honest.codehash, callGas);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, GAS_CAP, required)
        );
        propose(system, key);
        parameters.setParameters(capped(required));
        assertTrue(registry.verify(activated(system, key), signals, proof));
    }

    /// @dev Under its key's cap a verifier gets all of its gas: one that needs nearly all of it still answers.
    function test_AVerifierGetsAllOfItsGas() external {
        uint256 callGas = 3_000_000;
        parameters.setParameters(capped(OVERHEAD_GAS + callGas + callGas / 63));
        SlowVerifier slow = new SlowVerifier(callGas - 10_000);
        bytes32 slowKey = activated(system, keyFor(address(slow), address(slow).codehash, callGas));
        assertTrue(registry.verify(slowKey, signals, proof));
        slow = new SlowVerifier(callGas + 10_000);
        slowKey = activated(system, keyFor(address(slow), address(slow).codehash, callGas));
        assertFalse(registry.verify(slowKey, signals, proof));
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("ezkl-halo2"));
    }
}

/// @notice The same over a reusable verifier, to which the circuit travels with each call.
contract EzklReusableTest is DeployedVerifierTest {
    /// @dev The longest artifact that fits into a key's contract code.
    uint256 internal constant MOST_WORDS = 763;

    bytes32[] internal artifact;

    function setUp() public {
        system = new EzklProofSystem(address(registry));
        Fixture memory published = fixture("world-id-v3");
        (signals, proof) = (published.publicSignals, published.proof);
        for (uint256 i; i < published.keyData.length / 32; ++i) {
            artifact.push(bytes32(wordAt(published.keyData, i)));
        }
        HonestReusableVerifier verifier = new HonestReusableVerifier(groth16, activated(groth16, published.keyData));
        verifier.registerVka(artifact);
        honest = address(verifier);
        register();
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encodePacked(uint256(4), artifact);
    }

    function digest() internal view returns (bytes32) {
        return keccak256(abi.encodePacked(artifact));
    }

    function answers() internal view override returns (bytes[] memory list) {
        list = new bytes[](7);
        list[0] = abi.encode(1, digest(), 77);
        (list[1], list[2], list[3]) = ("", abi.encode(1), abi.encode(0, digest()));
        (list[4], list[5]) = (abi.encode(2, digest()), abi.encode(1, digest() ^ bytes32(uint256(1))));
        list[6] = abi.encodePacked(uint256(1), bytes31(digest()));
    }

    function test_RefusesAnotherOrUnregisteredArtifact() external {
        artifact[3] ^= bytes32(uint256(1));
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        assertFalse(registry.verify(other, signals, proof));
        HonestReusableVerifier(honest).registerVka(artifact);
        assertFalse(registry.verify(other, signals, proof));
    }

    /// @dev What this system adds to the verifier's own gas, at the longest key and proof. A longer proof is refused.
    function test_TheLongestArtifactAndProofCostNoMoreThanTheOverhead() external {
        while (artifact.length < MOST_WORDS) {
            artifact.push(keccak256(abi.encode(artifact.length)));
        }
        bytes32 longKey = activated(system, keyFor(address(hostile), address(hostile).codehash, CALL_GAS));
        hostile.set(HostileVerifier.Mode.Answer, answers()[0]);
        uint256[] memory publicSignals = signals;
        bytes memory candidate = new bytes(32_768);
        vm.cool(address(system));
        vm.cool(address(hostile));
        bool accepted = system.verify(longKey, publicSignals, candidate);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        console2.log("763 words of artifact, 32 KiB of proof, gas beside the verifier's at most", used);
        assertTrue(accepted);
        assertLt(used, OVERHEAD_GAS);
        assertFalse(system.verify(longKey, publicSignals, new bytes(32_769)));
    }
}

/// @notice Answers yes to anything but an empty proof, after using so much gas.
contract SlowVerifier {
    uint256 internal immutable GAS;

    constructor(uint256 gasUsed) {
        GAS = gasUsed;
    }

    function verifyProof(bytes calldata proof, uint256[] calldata) external view returns (bool) {
        if (proof.length == 0) return false;
        uint256 end = gasleft() - GAS;
        while (gasleft() > end) {}
        return true;
    }
}
