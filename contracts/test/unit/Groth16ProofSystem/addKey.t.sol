// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {IGroth16ProofSystem} from "../../../src/interfaces/IGroth16ProofSystem.sol";
import {IProofSystem} from "../../../src/interfaces/IProofSystem.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {ProtocolParameters} from "../../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../../src/VerifierKeyRegistry.sol";
import {Groth16Fixtures} from "../../utils/Groth16Fixtures.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {PlainParameters} from "../../utils/PlainParameters.sol";

contract Groth16ProofSystemAddKeyTest is Groth16Fixtures {
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev Words of a key: alpha 0, beta 2, gamma 6, delta 10, IC 14.
    uint256 internal constant BETA = 2;
    uint256 internal constant GAMMA = 6;
    uint256 internal constant DELTA = 10;
    uint256 internal constant IC = 14;
    /// @dev A point of the twist with x = 1 that is not in the subgroup of order r: y imaginary, y real.
    uint256 internal constant TWIST_Y_C1 = 5912654199736721486680175016176231956195085055698687135131307249486702594212;
    uint256 internal constant TWIST_Y_C0 =
        18278151005453108793778860132295291098363647455926340152056652516292830556603;

    Groth16ProofSystem internal system;
    bytes internal key;

    function setUp() public {
        system = new Groth16ProofSystem(address(this));
        key = fixture("world-id-v3").keyData;
    }

    function expectPointRefusal(uint256 word, bytes memory data) internal {
        vm.expectRevert(abi.encodeWithSelector(IGroth16ProofSystem.Groth16ProofSystem_PointInvalid.selector, word));
        system.addKey("id", data);
    }

    function expectRelationRefusal(bytes memory data, string memory first, string memory second) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IGroth16ProofSystem.Groth16ProofSystem_PointsRelated.selector, first, second)
        );
        system.addKey("id", data);
    }

    /// @dev The point at word `at` with its y negated.
    function negated(bytes memory data, uint256 at) internal pure returns (bytes memory) {
        data = withWord(data, at + 2, Q - wordAt(data, at + 2));
        return withWord(data, at + 3, Q - wordAt(data, at + 3));
    }

    function test_RevertWhen_CallerIsNotTheRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, address(1)));
        vm.prank(address(1));
        system.addKey("id", key);
    }

    function test_RevertGiven_KeyExists() external {
        system.addKey("id", key);
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyExists.selector, bytes32("id")));
        system.addKey("id", key);
    }

    function test_RevertWhen_LengthIsNotThatOfAKey() external {
        uint256[6] memory lengths = [uint256(0), 32, 448, 512, key.length - 1, key.length - 32];
        for (uint256 i; i < lengths.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, lengths[i]));
            system.addKey("id", slice(key, lengths[i]));
        }
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, key.length + 1));
        system.addKey("id", bytes.concat(key, hex"00"));
    }

    function test_RevertWhen_G1PointIsOffCurveZeroOrNotCanonical() external {
        uint256[3] memory points = [uint256(0), IC, IC + 8];
        for (uint256 i; i < points.length; ++i) {
            uint256 at = points[i];
            uint256 x = wordAt(key, at);
            uint256 y = wordAt(key, at + 1);
            expectPointRefusal(at, withWord(key, at, x ^ 1));
            expectPointRefusal(at, withWord(key, at + 1, y ^ 1));
            expectPointRefusal(at, withWord(key, at, x + Q));
            expectPointRefusal(at, withWord(key, at + 1, y + Q));
            expectPointRefusal(at, withWord(withWord(key, at, 0), at + 1, 0));
        }
    }

    function test_RevertWhen_G2PointIsOffCurveZeroOrNotCanonical() external {
        uint256[3] memory points = [BETA, GAMMA, DELTA];
        for (uint256 i; i < points.length; ++i) {
            uint256 at = points[i];
            for (uint256 j; j < 4; ++j) {
                expectPointRefusal(at, withWord(key, at + j, wordAt(key, at + j) ^ 1));
                expectPointRefusal(at, withWord(key, at + j, wordAt(key, at + j) + Q));
            }
            bytes memory zero = withWords(key, at, new bytes(128), 0, 4);
            expectPointRefusal(at, zero);
            // Real part first, as most libraries write it, is another point or none.
            bytes memory swapped = withWord(withWord(key, at, wordAt(key, at + 1)), at + 1, wordAt(key, at));
            expectPointRefusal(at, swapped);
        }
    }

    function test_RevertWhen_G2PointIsOutsideTheSubgroup() external {
        bytes memory twist = abi.encode(uint256(0), uint256(1), TWIST_Y_C1, TWIST_Y_C0);
        uint256[3] memory points = [BETA, GAMMA, DELTA];
        for (uint256 i; i < points.length; ++i) {
            expectPointRefusal(points[i], withWords(key, points[i], twist, 0, 4));
        }
    }

    /// @dev A key as setup leaves it before the first phase-2 contribution: delta = gamma. Anyone could forge under it.
    function test_RevertWhen_KeyIsUnfinished() external {
        bytes memory unfinished = withWords(key, DELTA, key, GAMMA, 4);
        expectRelationRefusal(unfinished, "gamma", "delta");
        expectRelationRefusal(negated(unfinished, DELTA), "gamma", "delta");
    }

    function test_RevertWhen_DeltaIsTheGenerator() external {
        bytes memory other = fixture("sp1-v6.1").keyData;
        // World ID's gamma is the generator; another point of the subgroup takes its place.
        bytes memory known = withWords(withWords(key, DELTA, key, GAMMA, 4), GAMMA, other, BETA, 4);
        expectRelationRefusal(known, "delta", "generator");
        expectRelationRefusal(negated(known, DELTA), "delta", "generator");
    }

    function test_RevertWhen_BetaIsGammaOrDelta() external {
        expectRelationRefusal(withWords(key, BETA, key, GAMMA, 4), "beta", "gamma");
        expectRelationRefusal(withWords(key, BETA, key, DELTA, 4), "beta", "delta");
        expectRelationRefusal(negated(withWords(key, BETA, key, DELTA, 4), BETA), "beta", "delta");
    }

    /// @dev IC_0 = -IC_1 makes vk_x vanish at signal 1, where A = alpha, B = beta, C = 0 verifies.
    function test_RevertWhen_TheForgeryPasses() external {
        bytes memory one = slice(key, 32 * (IC + 4));
        one = withWords(one, IC, key, IC + 2, 2);
        one = withWords(one, IC + 2, key, IC + 2, 2);
        one = withWord(one, IC + 1, Q - wordAt(one, IC + 1));
        vm.expectRevert(
            abi.encodeWithSelector(IGroth16ProofSystem.Groth16ProofSystem_KeyForgeable.selector, bytes32("id"))
        );
        system.addKey("id", one);
    }

    function test_KeepsTheKeyAsGiven() external {
        string[3] memory names = fixtureNames();
        uint256[3] memory counts = [uint256(4), 5, 5];
        for (uint256 i; i < names.length; ++i) {
            bytes memory data = fixture(names[i]).keyData;
            assertEq(system.addKey(bytes32(i), data).signalCount, counts[i]);
            assertEq(system.keyData(bytes32(i)), data);
        }
        assertEq(system.keyData("unknown"), "");
        assertEq(system.systemId(), bytes32("groth16-bn254"));
        assertEq(system.registry(), address(this));
    }

    /// @dev The registry asks the system, so an unfinished key cannot even be proposed.
    function test_RegistryRefusesAnUnfinishedKey() external {
        ProtocolParameters parameters = new ProtocolParameters(address(this), PlainParameters.withGasCap(500_000));
        VerifierKeyRegistry keys = new VerifierKeyRegistry(address(this), parameters);
        Groth16ProofSystem real = new Groth16ProofSystem(address(keys));
        vm.expectRevert(
            abi.encodeWithSelector(IGroth16ProofSystem.Groth16ProofSystem_PointsRelated.selector, "gamma", "delta")
        );
        keys.propose(KeyProposals.plain(address(real), withWords(key, DELTA, key, GAMMA, 4), 0, true));

        bytes32 keyId = keys.propose(KeyProposals.plain(address(real), key, 0, true));
        assertEq(real.keyData(keyId), key);
        assertEq(uint8(keys.status(keyId)), uint8(IVerifierKeyRegistry.Status.Proposed));
        assertEq(keys.verifierKey(keyId).signalCount, 4);
    }
}
