// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {ProofSystemTest} from "./ProofSystemTest.sol";

/// @notice Ten thousand bad proofs made from a good one, for systems whose proofs end in whole words: as a rule the eight of a
/// Groth16 proof.
/// @dev Every bit of the proof and of the signals flipped, signal + k·r, word + k·r and k·q, words zeroed and exchanged, other
/// keys, short calldata, A moved along the curve, and seeded random words. The calldata is changed in place, so that the
/// cost of a call is the verification's alone.
abstract contract BadProofs is ProofSystemTest {
    uint256 internal constant TRIES = 10_000;
    uint256 internal constant MOVED_POINTS = 300;
    /// @dev Bytes of calldata before the first signal: selector, key id, two offsets, a length.
    uint256 internal constant SIGNALS_AT = 132;
    uint256 internal constant GROTH16_LENGTH = 256;
    /// @dev Tries between two resets of the gas meter.
    uint256 internal constant RESET_EVERY = 100;

    address private target;
    uint256 private tried;
    uint256 private accepted;
    uint256 private worst;

    /// @param wordsAt Byte of the proof at which its words start. Bytes after the last whole word are padding, which is no
    /// part of a statement and stays as it is.
    /// @param otherKeys Keys under which the proof is none.
    function refuseTenThousand(
        IProofSystem system,
        bytes32 keyId,
        uint256[] memory signals,
        bytes memory proof,
        uint256 wordsAt,
        bytes32[] memory otherKeys
    )
        internal
    {
        target = address(system);
        bytes memory data = abi.encodeCall(IProofSystem.verify, (keyId, signals, proof));
        uint256 proofAt = SIGNALS_AT + 32 * signals.length + 32;
        uint256 words = (proof.length - wordsAt) / 32;
        wordsAt += proofAt;

        (bool first,) = _call(data, data.length);
        (bool honest, uint256 honestGas) = _call(data, data.length);
        assertTrue(first && honest);

        _flipBits(data, SIGNALS_AT, 32 * signals.length);
        _flipBits(data, proofAt, wordsAt + 32 * words - proofAt);
        for (uint256 i; i < signals.length; ++i) {
            _shift(data, SIGNALS_AT + 32 * i, R);
        }
        for (uint256 i; i < words; ++i) {
            _shift(data, wordsAt + 32 * i, Q);
            _shift(data, wordsAt + 32 * i, R);
            for (uint256 j; j < i; ++j) {
                _exchange(data, wordsAt + 32 * i, wordsAt + 32 * j);
            }
        }
        for (uint256 i; i < otherKeys.length; ++i) {
            // Warm, as the honest call is.
            assertFalse(takes(system, otherKeys[i], signals, proof));
            _withWord(data, 4, uint256(otherKeys[i]));
        }
        for (uint256 length; length < proofAt + proof.length; ++length) {
            _record(data, length);
        }
        _tryFurther(data, wordsAt + 32 * words);
        for (uint256 i; tried < TRIES; ++i) {
            uint256 random = uint256(keccak256(abi.encode("bad proofs", i)));
            uint256 word = random % (signals.length + words);
            uint256 at = word < signals.length ? SIGNALS_AT + 32 * word : wordsAt + 32 * (word - signals.length);
            _withWord(data, at, i % 2 == 0 ? random : random % Q);
        }

        (honest,) = _call(data, data.length);
        assertTrue(honest);
        console2.log("bad proofs, accepted", tried, accepted);
        console2.log("gas: honest, worst bad", honestGas, worst);
        assertGe(tried, TRIES);
        assertEq(accepted, 0);
        assertLe(2 * worst, 3 * honestGas);
    }

    function _flipBits(bytes memory data, uint256 at, uint256 length) private {
        for (uint256 bit; bit < 8 * length; ++bit) {
            data[at + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            _record(data, data.length);
            data[at + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        }
    }

    /// @dev The word plus 1 to 4 times a modulus, and zero.
    function _shift(bytes memory data, uint256 at, uint256 modulus) private {
        uint256 word = _read(data, at);
        for (uint256 k = 1; k <= 4; ++k) {
            unchecked {
                _withWord(data, at, word + k * modulus);
            }
        }
        if (word != 0) _withWord(data, at, 0);
    }

    function _exchange(bytes memory data, uint256 first, uint256 second) private {
        (uint256 a, uint256 b) = (_read(data, first), _read(data, second));
        if (a == b) return;
        _write(data, first, b);
        _withWord(data, second, a);
        _write(data, first, a);
    }

    /// @dev What else is tried on words that end at this byte. For a Groth16 proof A + j·C: points of the curve, so that the
    /// pairing is computed in full.
    function _tryFurther(bytes memory data, uint256 end) internal virtual {
        uint256 at = end - GROTH16_LENGTH;
        (uint256 ax, uint256 ay) = (_read(data, at), _read(data, at + 32));
        (uint256 x, uint256 y) = (ax, ay);
        (uint256 cx, uint256 cy) = (_read(data, at + 192), _read(data, at + 224));
        for (uint256 j; j < MOVED_POINTS; ++j) {
            (bool called, bytes memory sum) = address(6).staticcall(abi.encode(x, y, cx, cy));
            assertTrue(called);
            (x, y) = abi.decode(sum, (uint256, uint256));
            _write(data, at, x);
            _withWord(data, at + 32, y);
        }
        _write(data, at, ax);
        _write(data, at + 32, ay);
    }

    /// @dev Tries the call with another word at this byte, and puts the old one back.
    function _withWord(bytes memory data, uint256 at, uint256 word) internal {
        uint256 old = _read(data, at);
        _write(data, at, word);
        _record(data, data.length);
        _write(data, at, old);
    }

    function _record(bytes memory data, uint256 length) private {
        (bool yes, uint256 used) = _call(data, length);
        if (yes) ++accepted;
        if (used > worst) worst = used;
        ++tried;
        // One test may use about a billion gas; what was used so far is forgotten.
        if (tried % RESET_EVERY == 0) vm.resetGasMetering();
    }

    function _call(bytes memory data, uint256 length) private view returns (bool yes, uint256 used) {
        address system = target;
        uint256 before = gasleft();
        assembly ("memory-safe") {
            yes := staticcall(gas(), system, add(data, 0x20), length, 0, 0x20)
            yes := and(and(yes, eq(returndatasize(), 0x20)), eq(mload(0), 1))
        }
        used = before - gasleft();
    }

    function _read(bytes memory data, uint256 at) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }

    function _write(bytes memory data, uint256 at, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), at), word)
        }
    }
}
