// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ProtocolParameters} from "../../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../../src/VerifierKeyRegistry.sol";
import {Groth16Fixtures} from "../../utils/Groth16Fixtures.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {PlainParameters} from "../../utils/PlainParameters.sol";

/// @notice What the registry holds a key's gas cap against suffices for every number of signals it lets in.
/// @dev Keys of any size with a valid proof: the IC points are known multiples of the generator, the signals make their sum
/// vanish, and then (alpha, beta, identity) is a proof. Everything is cold when a test first verifies.
contract Groth16ProofSystemGasTest is Groth16Fixtures {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant HEAD_LENGTH = 448;
    /// @dev As in VerifierKeyRegistry and ProtocolParameters.
    uint256 internal constant VERIFY_BASE_GAS = 200_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 7000;
    uint256 internal constant MIN_GAS_CAP = 350_000;

    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal registry;
    Groth16ProofSystem internal system;
    uint256[7] internal counts = [uint256(1), 4, 8, 21, 22, 64, 128];
    bytes32[7] internal keyIds;

    function setUp() public {
        parameters = new ProtocolParameters(address(this), capped(MIN_GAS_CAP));
        registry = new VerifierKeyRegistry(address(this), parameters);
        system = new Groth16ProofSystem(address(registry));
        for (uint256 i; i < counts.length; ++i) {
            parameters.setParameters(capped(requiredCap(counts[i])));
            keyIds[i] = registry.propose(KeyProposals.plain(address(system), keyOf(counts[i]), 0, true));
            registry.activate(keyIds[i]);
        }
    }

    function capped(uint256 gasCap) internal pure returns (IProtocolParameters.Parameters memory) {
        return PlainParameters.withGasCap(gasCap);
    }

    /// @dev The lowest cap under which a key with so many signals can be proposed.
    function requiredCap(uint256 count) internal pure returns (uint256) {
        uint256 required = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * count;
        return required > MIN_GAS_CAP ? required : MIN_GAS_CAP;
    }

    function scalarOf(uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(index))) % R;
    }

    /// @dev Alpha, beta, gamma and delta of a published key, IC_i = scalarOf(i) · G1, and the last IC = G1.
    function keyOf(uint256 count) internal view returns (bytes memory data) {
        data = slice(fixture("world-id-v3").keyData, HEAD_LENGTH);
        for (uint256 i; i < count; ++i) {
            (bool called, bytes memory point) = address(7).staticcall(abi.encode(1, 2, scalarOf(i)));
            assertTrue(called);
            data = bytes.concat(data, point);
        }
        data = bytes.concat(data, abi.encode(1, 2));
    }

    function signalsOf(uint256 count) internal pure returns (uint256[] memory signals) {
        signals = new uint256[](count);
        uint256 sum = scalarOf(0);
        for (uint256 i; i < count - 1; ++i) {
            signals[i] = scalarOf(1000 + i);
            sum = addmod(sum, mulmod(scalarOf(i + 1), signals[i], R), R);
        }
        signals[count - 1] = R - sum;
    }

    function proofOf(bytes memory key) internal pure returns (bytes memory) {
        return bytes.concat(slice(key, 192), abi.encode(0, 0));
    }

    function checkCost(uint256 which) internal view {
        uint256 count = counts[which];
        uint256[] memory signals = signalsOf(count);
        bytes memory proof = proofOf(keyOf(count));
        uint256 before = gasleft();
        bool accepted = system.verify(keyIds[which], signals, proof);
        uint256 used = before - gasleft();
        console2.log("signals, gas", count, used);
        assertTrue(accepted);
        assertLt(used, VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * count);
        assertTrue(registry.verify(keyIds[which], signals, proof));
        signals[0] ^= 1;
        assertFalse(registry.verify(keyIds[which], signals, proof));
    }

    function test_OneSignal() external view {
        checkCost(0);
    }

    function test_FourSignals() external view {
        checkCost(1);
    }

    function test_EightSignals() external view {
        checkCost(2);
    }

    /// @dev The most that the lowest gas cap lets in, and one more.
    function test_AroundTheLowestGasCap() external view {
        checkCost(3);
        checkCost(4);
    }

    function test_SixtyFourSignals() external view {
        checkCost(5);
    }

    function test_MostSignals() external view {
        checkCost(6);
    }
}
