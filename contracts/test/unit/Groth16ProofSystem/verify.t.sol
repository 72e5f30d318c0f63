// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {Groth16Fixtures} from "../../utils/Groth16Fixtures.sol";

/// @notice Real proofs of World ID, RISC Zero and SP1, and everything that must not pass for them.
contract Groth16ProofSystemVerifyTest is Groth16Fixtures {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev Bad proofs of each kind per published proof, beside its 2,048 flipped bits.
    uint256 internal constant MOVED_POINTS = 300;
    uint256 internal constant RANDOM_WORDS = 1000;

    Groth16ProofSystem internal system;
    Fixture[3] internal fixtures;

    function setUp() public {
        system = new Groth16ProofSystem(address(this));
        string[3] memory names = fixtureNames();
        for (uint256 i; i < names.length; ++i) {
            fixtures[i] = fixture(names[i]);
            system.addKey(bytes32(i), fixtures[i].keyData);
        }
    }

    function accepts(uint256 which, uint256[] memory signals, bytes memory proof) internal view returns (bool) {
        return system.verify(bytes32(which), signals, proof);
    }

    function test_AcceptsPublishedProofs() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            uint256[] memory signals = fixtures[i].publicSignals;
            bytes memory proof = fixtures[i].proof;
            uint256 before = gasleft();
            bool accepted = accepts(i, signals, proof);
            uint256 used = before - gasleft();
            assertTrue(accepted);
            console2.log(fixtureNames()[i], "signals", signals.length, used);
            assertLt(used, 250_000);
        }
    }

    function test_RefusesEverySignalPlusOne() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            for (uint256 j; j < fixtures[i].publicSignals.length; ++j) {
                uint256[] memory signals = fixtures[i].publicSignals;
                signals[j] += 1;
                assertFalse(accepts(i, signals, fixtures[i].proof));
            }
        }
    }

    /// @dev signal + k·r is the same scalar: it would be a second name for one statement.
    function test_RefusesSignalsAtOrAboveTheFieldOrder() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            for (uint256 j; j < fixtures[i].publicSignals.length; ++j) {
                for (uint256 k = 1; k <= 4; ++k) {
                    uint256[] memory signals = fixtures[i].publicSignals;
                    signals[j] += k * R;
                    assertFalse(accepts(i, signals, fixtures[i].proof));
                }
            }
        }
    }

    function test_RefusesAnotherNumberOfSignals() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            uint256 count = fixtures[i].publicSignals.length;
            assertFalse(accepts(i, new uint256[](0), fixtures[i].proof));
            uint256[] memory fewer = new uint256[](count - 1);
            uint256[] memory more = new uint256[](count + 1);
            for (uint256 j; j < count; ++j) {
                if (j < count - 1) fewer[j] = fixtures[i].publicSignals[j];
                more[j] = fixtures[i].publicSignals[j];
            }
            assertFalse(accepts(i, fewer, fixtures[i].proof));
            assertFalse(accepts(i, more, fixtures[i].proof));
        }
    }

    function test_RefusesAnotherOrUnknownKey() external view {
        assertFalse(accepts(2, fixtures[1].publicSignals, fixtures[1].proof));
        assertFalse(accepts(1, fixtures[2].publicSignals, fixtures[2].proof));
        assertFalse(accepts(99, fixtures[0].publicSignals, fixtures[0].proof));
    }

    function test_RefusesShortAndLongProofs() external view {
        bytes memory proof = fixtures[0].proof;
        uint256[] memory signals = fixtures[0].publicSignals;
        uint256[6] memory lengths = [uint256(0), 1, 32, 128, 224, 255];
        for (uint256 i; i < lengths.length; ++i) {
            assertFalse(accepts(0, signals, slice(proof, lengths[i])));
        }
        assertFalse(accepts(0, signals, bytes.concat(proof, hex"00")));
        assertFalse(accepts(0, signals, bytes.concat(proof, new bytes(32))));
        assertFalse(accepts(0, signals, new bytes(256)));
    }

    /// @dev coordinate + q names the same point a second time; A is negated here, so it could wrap.
    function test_RefusesCoordinatesAboveTheModulus() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            for (uint256 word; word < 8; ++word) {
                bytes memory proof = fixtures[i].proof;
                uint256 coordinate = wordAt(proof, word);
                for (uint256 k = 1; k <= 4; ++k) {
                    assertFalse(accepts(i, fixtures[i].publicSignals, withWord(proof, word, coordinate + k * Q)));
                }
                assertFalse(accepts(i, fixtures[i].publicSignals, withWord(proof, word, Q)));
                assertFalse(accepts(i, fixtures[i].publicSignals, withWord(proof, word, type(uint256).max)));
            }
        }
    }

    function test_RefusesSwappedAndNegatedPoints() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            bytes memory proof = fixtures[i].proof;
            uint256[] memory signals = fixtures[i].publicSignals;
            // A and C exchanged; the halves of each coordinate of B exchanged; A or C negated alone.
            assertFalse(accepts(i, signals, withWords(withWords(proof, 0, proof, 6, 2), 6, proof, 0, 2)));
            assertFalse(accepts(i, signals, withWords(withWords(proof, 2, proof, 3, 1), 3, proof, 2, 1)));
            assertFalse(accepts(i, signals, withWord(proof, 1, Q - wordAt(proof, 1))));
            assertFalse(accepts(i, signals, withWord(proof, 7, Q - wordAt(proof, 7))));
        }
    }

    function testFuzz_RefusesFlippedBits(uint256 which, uint256 bit) external view {
        which = bound(which, 0, 2);
        bit = bound(bit, 0, 2047);
        bytes memory proof = fixtures[which].proof;
        proof[bit / 8] = bytes1(uint8(proof[bit / 8]) ^ uint8(1 << (bit % 8)));
        assertFalse(accepts(which, fixtures[which].publicSignals, proof));
    }

    function testFuzz_RefusesRandomProofs(uint256 which, uint256[8] calldata words) external view {
        which = bound(which, 0, 2);
        assertFalse(accepts(which, fixtures[which].publicSignals, abi.encode(words)));
    }

    /// @dev A point off the curve makes the pairing precompile burn what it was given: a bounded sum, and less than 1.5
    /// times what an honest proof costs.
    function test_BadPointsBurnABoundedSum() external view {
        bytes memory proof = fixtures[0].proof;
        uint256[] memory signals = fixtures[0].publicSignals;
        uint256 before = gasleft();
        assertTrue(accepts(0, signals, proof));
        uint256 honest = before - gasleft();
        for (uint256 word; word < 8; ++word) {
            bytes memory bad = withWord(proof, word, wordAt(proof, word) ^ 1);
            before = gasleft();
            assertFalse(accepts(0, signals, bad));
            uint256 used = before - gasleft();
            assertLt(used * 2, honest * 3);
        }
    }

    /// @dev Groth16 is malleable: (kA, B/k, C) and (A, B + t·delta, C + t·A) verify too. So no contract here takes proof
    /// bytes for an identity; a slot is paid once whatever the proof looks like.
    function test_AcceptsMalleatedProofsOfTheSameStatement() external view {
        for (uint256 i; i < fixtures.length; ++i) {
            assertNotEq(keccak256(fixtures[i].scaledProof), keccak256(fixtures[i].proof));
            assertTrue(accepts(i, fixtures[i].publicSignals, fixtures[i].scaledProof));
            assertTrue(accepts(i, fixtures[i].publicSignals, fixtures[i].shiftedProof));
            bytes memory negated = withWord(fixtures[i].proof, 1, Q - wordAt(fixtures[i].proof, 1));
            negated = withWord(negated, 4, Q - wordAt(negated, 4));
            negated = withWord(negated, 5, Q - wordAt(negated, 5));
            assertTrue(accepts(i, fixtures[i].publicSignals, negated));
        }
    }

    /// @dev Every bit of every proof flipped, A moved along the curve, random words: ten thousand and more, none accepted.
    function test_RefusesTenThousandBadProofs() external {
        vm.pauseGasMetering();
        uint256 tried;
        for (uint256 i; i < fixtures.length; ++i) {
            uint256[] memory signals = fixtures[i].publicSignals;
            bytes memory proof = fixtures[i].proof;
            for (uint256 bit; bit < 8 * proof.length; ++bit) {
                proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
                assertFalse(accepts(i, signals, proof));
                proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
                ++tried;
            }
            assertTrue(accepts(i, signals, proof));

            (uint256 x, uint256 y) = (wordAt(proof, 0), wordAt(proof, 1));
            for (uint256 j; j < MOVED_POINTS; ++j) {
                (x, y) = _add(x, y, wordAt(proof, 6), wordAt(proof, 7));
                _setFirstWords(proof, x, y);
                assertFalse(accepts(i, signals, proof));
                ++tried;
            }
            for (uint256 j; j < RANDOM_WORDS; ++j) {
                _setFirstWords(proof, uint256(keccak256(abi.encode(i, j))) % Q, j);
                assertFalse(accepts(i, signals, proof));
                ++tried;
            }
        }
        vm.resumeGasMetering();
        assertGe(tried, 10_000);
    }

    function _setFirstWords(bytes memory proof, uint256 x, uint256 y) internal pure {
        assembly ("memory-safe") {
            mstore(add(proof, 0x20), x)
            mstore(add(proof, 0x40), y)
        }
    }

    function _add(uint256 ax, uint256 ay, uint256 bx, uint256 by) internal view returns (uint256 x, uint256 y) {
        (bool called, bytes memory sum) = address(6).staticcall(abi.encode(ax, ay, bx, by));
        assertTrue(called);
        return abi.decode(sum, (uint256, uint256));
    }
}
