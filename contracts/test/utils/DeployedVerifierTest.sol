// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {LibString} from "solady/utils/LibString.sol";

import {IDeployedVerifier} from "../../src/interfaces/IDeployedVerifier.sol";
import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {HostileVerifier} from "../mocks/HostileVerifier.sol";
import {BadProofs} from "./BadProofs.sol";

/// @notice What holds for every proof system over a deployed verifier. A test of one says how its keys, statements and
/// answers look; its honest verifier really verifies.
abstract contract DeployedVerifierTest is BadProofs {
    uint256 internal constant CALL_GAS = 400_000;
    uint256 internal constant OVERHEAD_GAS = 100_000;

    IProofSystem internal system;
    /// @dev Set by the test: a verifier that accepts `signals` with `proof`, under the key in `keyId`.
    address internal honest;
    uint256[] internal signals;
    bytes internal proof;
    bytes32 internal keyId;
    HostileVerifier internal hostile;
    bytes32 internal hostileKeyId;

    /// @dev A key's words after the target.
    function rest() internal view virtual returns (bytes memory);

    /// @dev Byte of the proof at which its words start.
    function wordsAt() internal pure virtual returns (uint256) {
        return 0;
    }

    /// @dev Answers of a verifier: the first is a yes, none of the others is.
    function answers() internal view virtual returns (bytes[] memory);

    function keyFor(address verifier, bytes32 codeHash, uint256 callGas) internal view returns (bytes memory) {
        return bytes.concat(abi.encode(verifier, codeHash, callGas), rest());
    }

    /// @dev The honest verifier with each word of the key after the target changed; the hostile one; and an unknown key.
    function otherKeys() internal returns (bytes32[] memory others) {
        bytes memory words = rest();
        others = new bytes32[](words.length / 32 + 2);
        for (uint256 i; i < words.length / 32; ++i) {
            bytes memory key = abi.encode(honest, honest.codehash, CALL_GAS);
            others[i] = activated(system, bytes.concat(key, flipped(words, 256 * i + 248)));
        }
        (others[others.length - 2], others[others.length - 1]) = (hostileKeyId, "unknown");
    }

    /// @dev Called at the end of a test's setUp.
    function register() internal {
        keyId = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        hostile = new HostileVerifier();
        hostileKeyId = activated(system, keyFor(address(hostile), address(hostile).codehash, CALL_GAS));
    }

    function accepts(uint256[] memory publicSignals, bytes memory candidate) internal view returns (bool) {
        return takes(system, keyId, publicSignals, candidate);
    }

    function silence() internal pure returns (bytes[] memory list) {
        list = new bytes[](4);
        (list[1], list[2], list[3]) = (hex"00", abi.encode(0), abi.encode(1));
    }

    function truth() internal pure returns (bytes[] memory list) {
        list = new bytes[](7);
        (list[0], list[1], list[2]) = (abi.encode(1), "", abi.encode(0));
        (list[3], list[4], list[5]) = (abi.encode(2), abi.encode(1, 0), new bytes(31));
        list[6] = abi.encodePacked(uint256(1), hex"00");
    }

    function test_AcceptsWhatTheVerifierAccepts() external view {
        uint256[] memory publicSignals = signals;
        bytes memory candidate = proof;
        uint256 before = gasleft();
        bool accepted = system.verify(keyId, publicSignals, candidate);
        uint256 used = before - gasleft();
        console2.log(string.concat(LibString.fromSmallString(system.systemId()), ", gas"), used);
        assertTrue(accepted);
        assertLt(used, OVERHEAD_GAS + CALL_GAS + CALL_GAS / 63);
        assertTrue(registry.verify(keyId, publicSignals, candidate));
    }

    function test_RefusesEveryOtherSignal() external view {
        for (uint256 i; i < signals.length; ++i) {
            assertFalse(accepts(changed(signals, i, signals[i] ^ 1), proof));
            assertFalse(accepts(changed(signals, i, signals[i] ^ (1 << 255)), proof));
        }
    }

    function test_RefusesAnotherNumberOfSignals() external view {
        uint256[] memory more = new uint256[](signals.length + 1);
        uint256[] memory fewer = new uint256[](signals.length - 1);
        for (uint256 i; i < signals.length; ++i) {
            more[i] = signals[i];
            if (i < fewer.length) fewer[i] = signals[i];
        }
        assertFalse(accepts(more, proof));
        assertFalse(accepts(fewer, proof));
        assertFalse(accepts(new uint256[](0), proof));
    }

    function test_RefusesShortAndFlippedProofs() external view {
        assertFalse(accepts(signals, ""));
        assertFalse(accepts(signals, slice(proof, 31)));
        assertFalse(accepts(signals, slice(proof, proof.length - 32)));
        for (uint256 bit = 7; bit < 8 * proof.length; bit += 256) {
            // A zero word of a proof may be padding, which no verifier reads.
            if (wordAt(proof, bit / 256) != 0) assertFalse(accepts(signals, flipped(proof, bit)));
        }
    }

    function test_RefusesTenThousandBadProofs() external {
        refuseTenThousand(system, keyId, signals, proof, wordsAt(), otherKeys());
    }

    function test_RefusesAnUnknownKey() external view {
        assertFalse(takes(system, "unknown", signals, proof));
    }

    function test_RefusesOnceTheVerifiersCodeIsAnotherOrGone() external {
        bytes memory code = honest.code;
        vm.etch(honest, bytes.concat(code, hex"00"));
        assertFalse(accepts(signals, proof));
        vm.etch(honest, address(hostile).code);
        assertFalse(accepts(signals, proof));
        vm.etch(honest, "");
        assertFalse(accepts(signals, proof));
        vm.etch(honest, code);
        assertTrue(accepts(signals, proof));
    }

    function test_TakesOnlyAYesForAYes() external {
        bytes[] memory list = answers();
        for (uint256 i; i < list.length; ++i) {
            hostile.set(HostileVerifier.Mode.Answer, list[i]);
            assertEq(takes(system, hostileKeyId, signals, proof), i == 0, vm.toString(i));
        }
    }

    function test_RefusesAVerifierThatRevertsOrWrites() external {
        assertFalse(registry.verify(hostileKeyId, signals, proof));
        hostile.set(HostileVerifier.Mode.Write, answers()[0]);
        assertFalse(registry.verify(hostileKeyId, signals, proof));
    }

    function test_AVerifierBurnsNoMoreThanItsGas() external {
        hostile.set(HostileVerifier.Mode.Burn, "");
        uint256[] memory publicSignals = signals;
        bytes memory candidate = proof;
        uint256 before = gasleft();
        bool accepted = system.verify(hostileKeyId, publicSignals, candidate);
        uint256 used = before - gasleft();
        assertFalse(accepted);
        assertLt(used, OVERHEAD_GAS + CALL_GAS);
        assertFalse(registry.verify(hostileKeyId, signals, proof));
    }

    function test_RevertWhen_TheVerifierHasNoCode() external {
        address[3] memory empty = [address(0), address(0xdead), address(2)];
        for (uint256 i; i < empty.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDeployedVerifier.DeployedVerifier_NotAContract.selector, empty[i]));
            propose(system, keyFor(empty[i], empty[i].codehash, CALL_GAS));
        }
    }

    /// @dev An account that delegates to an empty one answers every call with success and nothing.
    function test_RevertWhen_TheVerifierIsAnAccountThatDelegates() external {
        vm.etch(address(0xdead), abi.encodePacked(hex"ef0100", honest));
        bytes memory key = keyFor(address(0xdead), address(0xdead).codehash, CALL_GAS);
        vm.expectRevert(
            abi.encodeWithSelector(IDeployedVerifier.DeployedVerifier_NotAContract.selector, address(0xdead))
        );
        propose(system, key);
    }

    function test_RevertWhen_TheCodeHashIsAnother() external {
        bytes32[2] memory hashes = [bytes32(0), keccak256("")];
        for (uint256 i; i < hashes.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IDeployedVerifier.DeployedVerifier_CodeHashMismatch.selector, honest, honest.codehash, hashes[i]
                )
            );
            propose(system, keyFor(honest, hashes[i], CALL_GAS));
        }
    }

    /// @dev A contract with a fallback, a forwarder to nowhere, or a verifier that says yes to everything.
    function test_RevertWhen_TheVerifierAcceptsAnything() external {
        hostile.set(HostileVerifier.Mode.Answer, answers()[0]);
        bytes memory key = keyFor(address(hostile), address(hostile).codehash, CALL_GAS + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDeployedVerifier.DeployedVerifier_AcceptsAnything.selector, address(hostile))
        );
        propose(system, key);
    }

    function test_RevertWhen_TheLengthIsNotThatOfAKey() external {
        bytes memory key = keyFor(honest, honest.codehash, CALL_GAS);
        bytes[4] memory keys = [bytes(""), slice(key, 64), slice(key, 96), bytes.concat(key, hex"00")];
        for (uint256 i; i < keys.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, keys[i].length));
            propose(system, keys[i]);
        }
    }

    function test_RevertWhen_CallerIsNotTheRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, address(this)));
        system.addKey("id", keyFor(honest, honest.codehash, CALL_GAS));
    }

    function test_KeepsTheKeyAsGiven() external view {
        assertEq(system.keyData(keyId), keyFor(honest, honest.codehash, CALL_GAS));
        assertEq(registry.verifierKey(keyId).signalCount, signals.length);
        assertEq(registry.verifierKey(keyId).dependsOn, bytes32(0));
    }
}
