// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPlonkishProofSystem} from "../../src/interfaces/IPlonkishProofSystem.sol";
import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {PlainParameters} from "./PlainParameters.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice Which keys are let in, as far as PLONK and FFLONK agree.
abstract contract PlonkishAddKey is PlonkishFixtures {
    /// @dev Words of a key.
    uint256 internal constant POWER = 0;
    uint256 internal constant OMEGA = 1;
    uint256 internal constant K1 = 2;
    uint256 internal constant K2 = 3;
    uint256 internal constant SIGNAL_COUNT = 4;
    uint256 internal constant X2 = 5;
    uint256 internal constant COMMITMENTS = 9;
    /// @dev The G2 generator, and twice it.
    uint256 internal constant G2_X_C1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 internal constant G2_X_C0 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 internal constant G2_Y_C1 = 4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 internal constant G2_Y_C0 = 8495653923123431417604973247489272438418190587263600148770280649306958101930;
    /// @dev A point of the twist with x = 1 that is not in the subgroup of order r: y imaginary, y real.
    uint256 internal constant TWIST_Y_C1 = 5912654199736721486680175016176231956195085055698687135131307249486702594212;
    uint256 internal constant TWIST_Y_C0 =
        18278151005453108793778860132295291098363647455926340152056652516292830556603;

    bytes internal key;

    function setUp() public virtual override {
        super.setUp();
        key = statements[0].keyData;
    }

    function expectDomainRefusal(bytes memory data) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IPlonkishProofSystem.PlonkishProofSystem_DomainInvalid.selector,
                wordAt(data, POWER),
                wordAt(data, OMEGA)
            )
        );
        system.addKey("id", data);
    }

    function expectCosetRefusal(bytes memory data) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IPlonkishProofSystem.PlonkishProofSystem_CosetsInvalid.selector, wordAt(data, K1), wordAt(data, K2)
            )
        );
        system.addKey("id", data);
    }

    function expectPointRefusal(uint256 word, bytes memory data) internal {
        vm.expectRevert(abi.encodeWithSelector(IPlonkishProofSystem.PlonkishProofSystem_PointInvalid.selector, word));
        system.addKey("id", data);
    }

    function withX2(bytes memory data, uint256[4] memory point) internal pure returns (bytes memory) {
        return withWords(data, X2, abi.encode(point), 0, 4);
    }

    function test_RevertWhen_CallerIsNotTheRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, address(1)));
        vm.prank(address(1));
        system.addKey("id", key);
    }

    function test_RevertGiven_KeyExists() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyExists.selector, bytes32(0)));
        system.addKey(0, key);
    }

    function test_RevertWhen_LengthIsNotThatOfAKey() external {
        uint256[5] memory lengths = [uint256(0), 32, 288, key.length - 1, key.length - 32];
        for (uint256 i; i < lengths.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, lengths[i]));
            system.addKey("id", slice(key, lengths[i]));
        }
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, key.length + 1));
        system.addKey("id", bytes.concat(key, hex"00"));
    }

    function test_RevertWhen_DomainIsNotOne() external {
        uint256 power = wordAt(key, POWER);
        uint256 omega = wordAt(key, OMEGA);
        uint256[6] memory powers = [0, power - 1, power + 1, 29, 256, type(uint256).max];
        for (uint256 i; i < powers.length; ++i) {
            expectDomainRefusal(withWord(key, POWER, powers[i]));
        }
        uint256[6] memory omegas = [0, 1, R - 1, mulmod(omega, omega, R), omega + R, omega + 1];
        for (uint256 i; i < omegas.length; ++i) {
            expectDomainRefusal(withWord(key, OMEGA, omegas[i]));
        }
    }

    /// @dev Among them members of the domain itself, and of the coset that k1 already names.
    function test_RevertWhen_CosetsAreNotDistinct() external {
        uint256 omega = wordAt(key, OMEGA);
        uint256 k1 = wordAt(key, K1);
        uint256 k2 = wordAt(key, K2);
        uint256[6] memory values = [0, 1, omega, mulmod(omega, omega, R), R, R - 1];
        for (uint256 i; i < values.length; ++i) {
            expectCosetRefusal(withWord(key, K1, values[i]));
            expectCosetRefusal(withWord(key, K2, values[i]));
        }
        expectCosetRefusal(withWord(key, K1, k1 + R));
        expectCosetRefusal(withWord(key, K2, k2 + R));
        expectCosetRefusal(withWord(key, K2, k1));
        expectCosetRefusal(withWord(key, K2, mulmod(k1, omega, R)));
    }

    function test_RevertWhen_ThereAreNoSignalsOrTooMany() external {
        uint256 size = 1 << wordAt(key, POWER);
        uint256[4] memory counts = [0, size, size + 1, type(uint256).max];
        for (uint256 i; i < counts.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IPlonkishProofSystem.PlonkishProofSystem_SignalCountInvalid.selector, counts[i])
            );
            system.addKey("id", withWord(key, SIGNAL_COUNT, counts[i]));
        }
        assertEq(system.addKey("most", withWord(key, SIGNAL_COUNT, size - 1)).signalCount, size - 1);
    }

    function test_RevertWhen_X2IsOffCurveZeroOrNotCanonical() external {
        for (uint256 i; i < 4; ++i) {
            expectPointRefusal(X2, withWord(key, X2 + i, wordAt(key, X2 + i) ^ 1));
            expectPointRefusal(X2, withWord(key, X2 + i, wordAt(key, X2 + i) + Q));
        }
        expectPointRefusal(X2, withX2(key, [uint256(0), 0, 0, 0]));
        // Real part first, as most libraries write it, is another point or none.
        uint256[4] memory swapped = [wordAt(key, 6), wordAt(key, 5), wordAt(key, 8), wordAt(key, 7)];
        expectPointRefusal(X2, withX2(key, swapped));
    }

    function test_RevertWhen_X2IsOutsideTheSubgroup() external {
        expectPointRefusal(X2, withX2(key, [0, 1, TWIST_Y_C1, TWIST_Y_C0]));
    }

    /// @dev Powers of tau before the first contribution have the secret 1: anyone can open any polynomial as anything.
    function test_RevertWhen_TheSecretIsKnown() external {
        bytes memory unfinished = withX2(key, [G2_X_C1, G2_X_C0, G2_Y_C1, G2_Y_C0]);
        vm.expectRevert(IPlonkishProofSystem.PlonkishProofSystem_SecretKnown.selector);
        system.addKey("id", unfinished);
        bytes memory opposite = withX2(key, [G2_X_C1, G2_X_C0, Q - G2_Y_C1, Q - G2_Y_C0]);
        vm.expectRevert(IPlonkishProofSystem.PlonkishProofSystem_SecretKnown.selector);
        system.addKey("id", opposite);
    }

    function test_RevertWhen_ACommitmentIsOffCurveOrNotCanonical() external {
        for (uint256 at = COMMITMENTS; at < key.length / 32; at += 2) {
            uint256 x = wordAt(key, at);
            uint256 y = wordAt(key, at + 1);
            expectPointRefusal(at, withWord(key, at, x ^ 1));
            expectPointRefusal(at, withWord(key, at + 1, y ^ 1));
            expectPointRefusal(at, withWord(key, at, x + Q));
            expectPointRefusal(at, withWord(key, at + 1, y + Q));
        }
    }

    function test_KeepsTheKeyAsGiven() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            assertEq(system.keyData(bytes32(i)), statements[i].keyData);
        }
        assertEq(system.keyData("unknown"), "");
        assertEq(system.registry(), address(this));
        assertEq(system.systemId(), bytes32(bytes(string.concat(_folder(), "-bn254"))));
    }

    function test_SaysWhatAKeyTakes() external {
        IProofSystem fresh = IProofSystem(_newSystem(address(this)));
        for (uint256 i; i < CIRCUITS; ++i) {
            IProofSystem.KeyTerms memory terms = fresh.addKey(bytes32(i), statements[i].keyData);
            assertEq(terms.signalCount, statements[i].publicSignals.length);
            assertEq(terms.dependsOn, 0);
        }
    }

    /// @dev The registry asks the system, so an unsafe key cannot even be proposed; a sound one verifies under its gas cap.
    function test_WorksBehindTheRegistry() external {
        ProtocolParameters parameters = new ProtocolParameters(address(this), PlainParameters.withGasCap(500_000));
        VerifierKeyRegistry keys = new VerifierKeyRegistry(address(this), parameters);
        address real = _newSystem(address(keys));
        vm.expectRevert(IPlonkishProofSystem.PlonkishProofSystem_SecretKnown.selector);
        keys.propose(KeyProposals.plain(real, withX2(key, [G2_X_C1, G2_X_C0, G2_Y_C1, G2_Y_C0]), 0, true));

        bytes32 keyId = keys.propose(KeyProposals.plain(real, key, 0, true));
        assertEq(uint8(keys.status(keyId)), uint8(IVerifierKeyRegistry.Status.Proposed));
        keys.activate(keyId);
        assertTrue(keys.verify(keyId, statements[0].publicSignals, statements[0].proof));
        assertFalse(keys.verify(keyId, statements[0].publicSignals, withWord(statements[0].proof, 0, 0)));
    }
}
