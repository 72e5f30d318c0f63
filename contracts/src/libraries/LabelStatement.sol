// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";
import {BN254} from "./BN254.sol";
import {LabelSignals} from "./LabelSignals.sol";

/// @title LabelStatement
/// @notice Binds a statement vector of any length to a proof with four public signals (circuits/SPEC.md, 1.6).
/// @dev alpha is drawn from the digest and the vector after both are fixed; the circuit evaluates its own vector at alpha.
/// Two vectors of n elements that differ agree at most at n - 1 of the 2^248 values alpha can take.
library LabelStatement {
    /// @dev Digest and context come before the vector in what alpha hashes.
    uint256 internal constant PREFIX = 2;
    /// @dev Bits dropped from a keccak hash so that it is below the field order.
    uint256 internal constant HASH_SHIFT = 8;

    /// @notice A buffer for a vector of `length` elements, starting with digest and context.
    function open(uint256 digest, uint256 context, uint256 length) internal pure returns (uint256[] memory buffer) {
        buffer = new uint256[](PREFIX + length);
        buffer[0] = digest;
        buffer[1] = context;
    }

    /// @notice Copies words behind each other from position `at` of the buffer.
    /// @return next Position after the last word.
    function append(uint256[] memory buffer, uint256 at, uint256[] memory words) internal pure returns (uint256 next) {
        next = at + words.length;
        assert(next <= buffer.length);
        assembly ("memory-safe") {
            mcopy(add(add(buffer, 0x20), shl(5, at)), add(words, 0x20), shl(5, mload(words)))
        }
    }

    /// @notice The public signals of the finished buffer; reverts when an element is not below the field order.
    function seal(uint256[] memory buffer) internal pure returns (uint256[] memory signals) {
        uint256 r = BN254.SCALAR_FIELD;
        uint256 alpha;
        uint256 evaluation;
        bool inRange = true;
        assembly ("memory-safe") {
            let start := add(buffer, 0x20)
            let size := shl(5, mload(buffer))
            alpha := shr(HASH_SHIFT, keccak256(start, size))

            // Horner's rule from the last element down to the first behind the prefix.
            let first := add(start, shl(5, PREFIX))
            for { let at := add(start, size) } gt(at, first) {} {
                at := sub(at, 0x20)
                let word := mload(at)
                inRange := and(inRange, lt(word, r))
                evaluation := addmod(mulmod(evaluation, alpha, r), word, r)
            }
        }
        if (!inRange) _revertOutOfRange(buffer);

        signals = new uint256[](LabelSignals.COUNT);
        signals[LabelSignals.DIGEST] = buffer[0];
        signals[LabelSignals.EVALUATION] = evaluation;
        signals[LabelSignals.CONTEXT] = buffer[1];
        signals[LabelSignals.ALPHA] = alpha;
    }

    function _revertOutOfRange(uint256[] memory buffer) private pure {
        for (uint256 i = PREFIX; i < buffer.length; ++i) {
            if (buffer[i] >= BN254.SCALAR_FIELD) {
                revert ILabelSettlement.LabelSettlement_WordOutOfRange(i - PREFIX, buffer[i]);
            }
        }
    }
}
