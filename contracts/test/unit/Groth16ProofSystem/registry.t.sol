// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {ProtocolParameters} from "../../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../../src/VerifierKeyRegistry.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {PlainParameters} from "../../utils/PlainParameters.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

contract Groth16ProofSystemRegistryTest is TrapdoorGroth16 {
    /// @dev As in ProtocolParameters and Groth16ProofSystem.
    uint256 internal constant MIN_GAS_CAP = 350_000;
    uint256 internal constant VERIFY_BASE_GAS = 200_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 7000;
    /// @dev A byte of B's first word.
    uint256 internal constant BYTE_OF_B = 95;

    enum Kind {
        WrongSignal,
        PointOffTheCurve
    }

    function setUp() public {
        loadMultiples();
    }

    function registryWithKey(uint256 signalCount) internal returns (VerifierKeyRegistry registry, bytes32 keyId) {
        uint256 cap = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * signalCount;
        if (cap < MIN_GAS_CAP) cap = MIN_GAS_CAP;
        ProtocolParameters parameters = new ProtocolParameters(address(this), PlainParameters.withGasCap(cap));
        registry = new VerifierKeyRegistry(address(this), parameters);
        Groth16ProofSystem system = new Groth16ProofSystem(address(registry));
        keyId = registry.propose(KeyProposals.plain(address(system), trapdoorKey(signalCount), 0, true));
        registry.activate(keyId);
    }

    function batchOf(
        uint256 signalCount,
        uint256 count,
        uint256 badOnes,
        Kind kind
    )
        internal
        view
        returns (uint256[][] memory signals, bytes[] memory batch)
    {
        signals = new uint256[][](count);
        batch = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            signals[i] = new uint256[](signalCount);
            for (uint256 j; j < signalCount; ++j) {
                signals[i][j] = secret("signal", i * 1000 + j);
            }
            batch[i] = trapdoorProof(signals[i], i);
            if ((badOnes >> i) & 1 == 0) continue;
            if (kind == Kind.WrongSignal) signals[i][0] ^= 1;
            else batch[i][BYTE_OF_B] ^= 0x01;
        }
    }

    function check(uint256 signalCount, uint256 count, uint256 badOnes, Kind kind) internal {
        (VerifierKeyRegistry registry, bytes32 keyId) = registryWithKey(signalCount);
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(signalCount, count, badOnes, kind);
        uint256 before = gasleft();
        uint256 accepted = registry.verifyBatch(keyId, signals, batch);
        uint256 used = before - gasleft();
        assertEq(accepted, ((1 << count) - 1) & ~badOnes);
        if (badOnes != 0) {
            console2.log("signals, proofs, gas for each with bad ones", signalCount, count, used / count);
        }
    }

    function checkHonest(uint256 signalCount) internal {
        check(signalCount, 1, 0, Kind.WrongSignal);
        check(signalCount, 2, 0, Kind.WrongSignal);
        check(signalCount, 16, 0, Kind.WrongSignal);
    }

    function test_AcceptsHonestBatchesUnderTheLowestCap() external {
        checkHonest(1);
        checkHonest(8);
        checkHonest(21);
        checkHonest(57);
        checkHonest(128);
        check(8, 64, 0, Kind.WrongSignal);
    }

    function test_FindsBadOnesUnderTheLowestCap() external {
        for (uint256 kind; kind < 2; ++kind) {
            check(4, 1, 1, Kind(kind));
            check(4, 2, 1, Kind(kind));
            check(4, 2, 2, Kind(kind));
            check(8, 4, 4, Kind(kind));
            check(50, 2, 1, Kind(kind));
            check(128, 2, 1, Kind(kind));
            check(4, 8, 0xff, Kind(kind));
            check(4, 16, 0x5555, Kind(kind));
        }
    }

    function test_FindsThatAllAreBadUnderTheLowestCap() external {
        check(8, 64, type(uint64).max, Kind.PointOffTheCurve);
        check(21, 64, type(uint64).max, Kind.PointOffTheCurve);
        check(128, 32, type(uint32).max, Kind.PointOffTheCurve);
        check(128, 32, type(uint32).max, Kind.WrongSignal);
    }

    /// @dev Warm: the key has been used in the transaction before.
    function gasOf(uint256 count) internal returns (uint256 used) {
        (VerifierKeyRegistry registry, bytes32 keyId) = registryWithKey(8);
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(8, count, 0, Kind.WrongSignal);
        assertTrue(registry.verify(keyId, signals[0], batch[0]));
        bytes memory data = abi.encodeCall(registry.verifyBatch, (keyId, signals, batch));
        address target = address(registry);
        bool called;
        assembly ("memory-safe") {
            let before := gas()
            called := staticcall(gas(), target, add(data, 0x20), mload(data), 0x00, 0x20)
            used := sub(before, gas())
        }
        assertTrue(called);
    }

    /// @dev The targets, 61,000 and 53,000, are the proof system's own (verifyBatch.t.sol); the registry adds its call.
    function test_GasThroughTheRegistry() external {
        console2.log("through the registry, 8 signals: gas for each of 16, of 64", gasOf(16) / 16, gasOf(64) / 64);
        assertLe(gasOf(16) / 16, 61_300);
        assertLe(gasOf(64) / 64, 53_000);
    }
}
