// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice Ten thousand bad proofs made from a good one with four signals.
/// @dev Every bit flipped, values plus multiples of their modulus, zeroed words and points, points exchanged for other points
/// of the curve, halves of two proofs put together, other keys, short calldata, and seeded random words. The calldata is
/// changed in place, so that the cost of a call is the verification's alone.
abstract contract PlonkishBadProofs is PlonkishFixtures {
    uint256 internal constant TRIES = 10_000;
    uint256 internal constant STATEMENT = 1;
    /// @dev Bytes of calldata before the first signal: selector, key id, two offsets, a length.
    uint256 internal constant SIGNALS_AT = 132;
    uint256 internal constant OTHER_POINTS = 60;

    uint256 private tried;
    uint256 private accepted;
    uint256 private worst;

    function test_RefusesTenThousandBadProofs() external {
        Statement memory good = statements[STATEMENT];
        bytes memory data = abi.encodeCall(IProofSystem.verify, (bytes32(STATEMENT), good.publicSignals, good.proof));
        uint256 signals = good.publicSignals.length;
        uint256 proofAt = SIGNALS_AT + 32 * signals + 32;
        uint256 evaluationsAt = proofAt + 64 * _pointCount();

        (bool first,) = answer(data, data.length);
        (bool again, uint256 honest) = answer(data, data.length);
        assertTrue(first && again);

        _flipBits(data, SIGNALS_AT, 32 * signals);
        _flipBits(data, proofAt, good.proof.length);
        _addModulus(data, SIGNALS_AT, signals, R);
        _addModulus(data, proofAt, 2 * _pointCount(), Q);
        _addModulus(data, evaluationsAt, (data.length - evaluationsAt) / 32, R);
        _zeroWords(data, SIGNALS_AT, data.length);
        _replacePoints(data, proofAt, good.secondProof);
        _splice(data, proofAt, good.secondProof);
        _otherStatements(data, proofAt);
        for (uint256 length; length < data.length; ++length) {
            _record(data, length);
        }
        _randomWords(data, signals, proofAt);

        (again,) = answer(data, data.length);
        assertTrue(again);
        console2.log("bad proofs, accepted", tried, accepted);
        console2.log("gas: honest, worst bad", honest, worst);
        assertGe(tried, TRIES);
        assertEq(accepted, 0);
        assertLe(2 * worst, 3 * honest);
    }

    function _flipBits(bytes memory data, uint256 at, uint256 length) private {
        for (uint256 bit; bit < 8 * length; ++bit) {
            data[at + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            _record(data, data.length);
            data[at + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        }
    }

    /// @dev Names of the same values a second time.
    function _addModulus(bytes memory data, uint256 at, uint256 count, uint256 modulus) private {
        for (uint256 i; i < count; ++i) {
            uint256 word = _read(data, at + 32 * i);
            for (uint256 k = 1; k <= 4; ++k) {
                if (word <= type(uint256).max - k * modulus) _tryWord(data, at + 32 * i, word + k * modulus);
            }
            _tryWord(data, at + 32 * i, modulus);
            _tryWord(data, at + 32 * i, type(uint256).max);
        }
    }

    /// @dev Every word zero alone, and with all behind it.
    function _zeroWords(bytes memory data, uint256 start, uint256 end) private {
        for (uint256 at = start; at < end; at += 32) {
            if (_read(data, at) != 0) _tryWord(data, at, 0);
            bytes memory copy = bytes.concat(data);
            for (uint256 rest = at; rest < end; rest += 32) {
                _write(copy, rest, 0);
            }
            _record(copy, copy.length);
        }
    }

    /// @dev Each point as the identity, its negative, every other point of the proof, its namesake in a second proof, and
    /// itself moved along the curve.
    function _replacePoints(bytes memory data, uint256 proofAt, bytes memory second) private {
        uint256 count = _pointCount();
        for (uint256 i; i < count; ++i) {
            uint256 at = proofAt + 64 * i;
            (uint256 x, uint256 y) = (_read(data, at), _read(data, at + 32));
            _tryPoint(data, at, 0, 0);
            _tryPoint(data, at, 1, 2);
            _tryPoint(data, at, x, Q - y);
            _tryPoint(data, at, wordAt(second, 2 * i), wordAt(second, 2 * i + 1));
            for (uint256 j; j < count; ++j) {
                uint256 other = proofAt + 64 * j;
                if (j != i) _tryPoint(data, at, _read(data, other), _read(data, other + 32));
            }
            for (uint256 j; j < OTHER_POINTS; ++j) {
                (x, y) = _add(x, y, 1, 2);
                _tryPoint(data, at, x, y);
            }
        }
    }

    /// @dev The first words of one proof and the last of another, both good.
    function _splice(bytes memory data, uint256 proofAt, bytes memory second) private {
        bytes memory copy = bytes.concat(data);
        for (uint256 i; i + 1 < second.length / 32; ++i) {
            _write(copy, proofAt + 32 * i, wordAt(second, i));
            _record(copy, copy.length);
        }
    }

    /// @dev This proof under other keys, and other proofs under this key, with either's signals.
    function _otherStatements(bytes memory data, uint256 proofAt) private {
        uint256[] memory own = statements[STATEMENT].publicSignals;
        for (uint256 i; i < CIRCUITS; ++i) {
            if (i == STATEMENT) continue;
            _tryWord(data, 4, i);
            Statement memory other = statements[i];
            bytes memory copy = bytes.concat(data);
            for (uint256 word; word < other.proof.length / 32; ++word) {
                _write(copy, proofAt + 32 * word, wordAt(other.proof, word));
            }
            _record(copy, copy.length);
            copy = abi.encodeCall(IProofSystem.verify, (bytes32(i), own, statements[STATEMENT].proof));
            _record(copy, copy.length);
            copy = abi.encodeCall(IProofSystem.verify, (bytes32(STATEMENT), other.publicSignals, other.proof));
            _record(copy, copy.length);
        }
    }

    function _randomWords(bytes memory data, uint256 signals, uint256 proofAt) private {
        uint256 words = signals + (data.length - proofAt) / 32;
        for (uint256 i; tried < TRIES; ++i) {
            uint256 random = uint256(keccak256(abi.encode("bad proofs", i)));
            uint256 word = random % words;
            uint256 at = word < signals ? SIGNALS_AT + 32 * word : proofAt + 32 * (word - signals);
            _tryWord(data, at, i % 2 == 0 ? random : random % R);
        }
    }

    /// @dev Tries the call with another word at this byte, and puts the old one back.
    function _tryWord(bytes memory data, uint256 at, uint256 word) private {
        uint256 old = _read(data, at);
        _write(data, at, word);
        _record(data, data.length);
        _write(data, at, old);
    }

    function _tryPoint(bytes memory data, uint256 at, uint256 x, uint256 y) private {
        uint256 old = _read(data, at);
        _write(data, at, x);
        _tryWord(data, at + 32, y);
        _write(data, at, old);
    }

    function _record(bytes memory data, uint256 length) private {
        (bool yes, uint256 used) = answer(data, length);
        if (yes) ++accepted;
        if (used > worst) worst = used;
        ++tried;
    }

    function _add(uint256 ax, uint256 ay, uint256 bx, uint256 by) private view returns (uint256 x, uint256 y) {
        (bool called, bytes memory sum) = address(6).staticcall(abi.encode(ax, ay, bx, by));
        assertTrue(called);
        return abi.decode(sum, (uint256, uint256));
    }

    function _read(bytes memory data, uint256 at) private pure returns (uint256 word) {
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
