// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice Real proofs, and what must not pass for them.
abstract contract PlonkishVerify is PlonkishFixtures {
    /// @dev Gas that checking all values of a proof takes at most, with everything cold.
    uint256 internal constant CHEAP = 16_000;

    function test_AcceptsProofsOfSnarkjs() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            Statement memory good = statements[i];
            assertTrue(accepts(i, good.publicSignals, good.proof));
            assertNotEq(keccak256(good.proof), keccak256(good.secondProof));
            assertTrue(accepts(i, good.publicSignals, good.secondProof));
        }
    }

    /// @dev snarkjs's verdict on each mutant is in the fixture (script/fixtures/plonkish.ts).
    function test_AgreesWithSnarkjs() external view {
        string memory json = readFixture("mutants");
        uint256 taken;
        uint256 i;
        for (; vm.keyExistsJson(json, mutant(i, "")); ++i) {
            bool expected = vm.parseJsonBool(json, mutant(i, ".accepted"));
            uint256[] memory signals = vm.parseJsonUintArray(json, mutant(i, ".publicSignals"));
            bytes memory proof = vm.parseJsonBytes(json, mutant(i, ".proof"));
            assertEq(accepts(1, signals, proof), expected, vm.parseJsonString(json, mutant(i, ".change")));
            if (expected) ++taken;
        }
        assertGt(i, 40);
        assertGe(taken, 2);
    }

    function mutant(uint256 index, string memory field) internal pure returns (string memory) {
        return string.concat(".mutants[", vm.toString(index), "]", field);
    }

    function test_RefusesEverySignalChangedByOne() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            for (uint256 j; j < statements[i].publicSignals.length; ++j) {
                uint256[] memory signals = statements[i].publicSignals;
                signals[j] += 1;
                assertFalse(accepts(i, signals, statements[i].proof));
                signals[j] -= 2;
                assertFalse(accepts(i, signals, statements[i].proof));
            }
        }
    }

    function test_RefusesEveryChangedWord() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            bytes memory proof = statements[i].proof;
            for (uint256 word; word < proof.length / 32; ++word) {
                uint256 value = wordAt(proof, word);
                uint256 order = word < 2 * _pointCount() ? Q : R;
                assertFalse(accepts(i, statements[i].publicSignals, withWord(proof, word, addmod(value, 1, order))));
                assertFalse(accepts(i, statements[i].publicSignals, withWord(proof, word, order - 1 - value)));
            }
        }
    }

    /// @dev signal + k·r is the same scalar: it would be a second name for one statement.
    function test_RefusesSignalsAtOrAboveTheFieldOrder() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            for (uint256 j; j < statements[i].publicSignals.length; ++j) {
                for (uint256 k = 1; k <= 4; ++k) {
                    uint256[] memory signals = statements[i].publicSignals;
                    signals[j] += k * R;
                    assertFalse(accepts(i, signals, statements[i].proof));
                }
            }
        }
    }

    /// @dev Otherwise one proof would have several encodings.
    function test_RefusesWordsAtOrAboveTheirOrder() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            bytes memory proof = statements[i].proof;
            for (uint256 word; word < proof.length / 32; ++word) {
                uint256 order = word < 2 * _pointCount() ? Q : R;
                for (uint256 k = 1; k <= 4; ++k) {
                    bytes memory other = withWord(proof, word, wordAt(proof, word) + k * order);
                    assertFalse(accepts(i, statements[i].publicSignals, other));
                }
                assertFalse(accepts(i, statements[i].publicSignals, withWord(proof, word, type(uint256).max)));
            }
        }
    }

    function test_RefusesTheIdentity() external view {
        for (uint256 point; point < _pointCount(); ++point) {
            bytes memory proof = withWord(statements[0].proof, 2 * point, 0);
            assertFalse(accepts(0, statements[0].publicSignals, withWord(proof, 2 * point + 1, 0)));
        }
        bytes memory zero = new bytes(statements[0].proof.length);
        assertFalse(accepts(0, statements[0].publicSignals, zero));
        assertFalse(accepts(0, new uint256[](1), zero));
    }

    /// @dev No precompile is asked about a value that it could choke on: refusing is far cheaper than verifying.
    function test_RefusesMalformedValuesBeforeAnyPrecompile() external view {
        Statement memory good = statements[0];
        for (uint256 word; word < good.proof.length / 32; ++word) {
            bool coordinate = word < 2 * _pointCount();
            uint256 value = wordAt(good.proof, word);
            checkCheap(good.publicSignals, withWord(good.proof, word, value + (coordinate ? Q : R)));
            if (coordinate) checkCheap(good.publicSignals, withWord(good.proof, word, addmod(value, 1, Q)));
        }
        for (uint256 point; point < _pointCount(); ++point) {
            bytes memory proof = withWord(good.proof, 2 * point, 0);
            checkCheap(good.publicSignals, withWord(proof, 2 * point + 1, 0));
        }
        checkCheap(new uint256[](0), good.proof);
        checkCheap(new uint256[](2), good.proof);
        good.publicSignals[0] += R;
        checkCheap(good.publicSignals, good.proof);
    }

    function checkCheap(uint256[] memory signals, bytes memory proof) internal view {
        bytes memory data = abi.encodeCall(IProofSystem.verify, (bytes32(0), signals, proof));
        (bool yes, uint256 used) = answer(data, data.length);
        assertFalse(yes);
        assertLt(used, CHEAP);
    }

    function test_RefusesAnotherNumberOfSignals() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            uint256 count = statements[i].publicSignals.length;
            assertFalse(accepts(i, new uint256[](0), statements[i].proof));
            uint256[] memory fewer = new uint256[](count - 1);
            uint256[] memory more = new uint256[](count + 1);
            for (uint256 j; j < count; ++j) {
                if (j < count - 1) fewer[j] = statements[i].publicSignals[j];
                more[j] = statements[i].publicSignals[j];
            }
            assertFalse(accepts(i, fewer, statements[i].proof));
            assertFalse(accepts(i, more, statements[i].proof));
        }
    }

    function test_RefusesAnotherOrUnknownKey() external view {
        for (uint256 i; i < CIRCUITS; ++i) {
            for (uint256 j; j < CIRCUITS; ++j) {
                if (i != j) assertFalse(accepts(j, statements[i].publicSignals, statements[i].proof));
                if (i != j) assertFalse(accepts(j, statements[j].publicSignals, statements[i].proof));
            }
        }
        assertFalse(accepts(99, statements[0].publicSignals, statements[0].proof));
    }

    function test_RefusesShortAndLongProofs() external view {
        bytes memory proof = statements[0].proof;
        uint256[] memory signals = statements[0].publicSignals;
        for (uint256 length; length < proof.length; length += 31) {
            assertFalse(accepts(0, signals, slice(proof, length)));
        }
        assertFalse(accepts(0, signals, slice(proof, proof.length - 32)));
        assertFalse(accepts(0, signals, bytes.concat(proof, hex"00")));
        assertFalse(accepts(0, signals, bytes.concat(proof, new bytes(32))));
    }

    function testFuzz_RefusesFlippedBits(uint256 which, uint256 bit) external view {
        which = bound(which, 0, CIRCUITS - 1);
        bytes memory proof = statements[which].proof;
        bit = bound(bit, 0, 8 * proof.length - 1);
        proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        assertFalse(accepts(which, statements[which].publicSignals, proof));
    }

    /// @dev A second statement of the same circuit, and random evaluations over honest points.
    function testFuzz_RefusesRandomScalars(
        uint256 which,
        uint256 signal,
        uint256[6] calldata evaluations
    )
        external
        view
    {
        which = bound(which, 0, CIRCUITS - 1);
        uint256[] memory signals = statements[which].publicSignals;
        bytes memory proof = statements[which].proof;
        for (uint256 i; i < evaluations.length; ++i) {
            proof = withWord(proof, 2 * _pointCount() + i, evaluations[i] % R);
        }
        assertFalse(accepts(which, signals, proof));
        vm.assume(signals[0] != signal % R);
        signals[0] = signal % R;
        assertFalse(accepts(which, signals, statements[which].proof));
    }
}
