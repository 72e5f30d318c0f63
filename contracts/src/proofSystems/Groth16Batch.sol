// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IBatchProofSystem} from "../interfaces/IBatchProofSystem.sol";
import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title Groth16Batch
/// @notice Checks many Groth16 proofs under one key with k + 3 pairings instead of 4k.
/// @dev Proof i is good when e(A_i, B_i) = e(alpha, beta) · e(vk_i, gamma) · e(C_i, delta). With weights w_i = z^i, where z is
/// a hash of the whole call (Fiat–Shamir: key id, every signal, every proof), all are good exactly when
///   prod e(w_i·A_i, B_i) · e(-sum w_i·alpha, beta) · e(-sum w_i·vk_i, gamma) · e(-sum w_i·C_i, delta) = 1,
/// but for a chance of at most 63 in 2^248 for each product: what bad proofs are off by makes a polynomial in z.
/// sum w_i·vk_i takes one multiplication for each IC point of the key, however many proofs there are.
///
/// When the product is not 1 the batch is halved until the bad proofs are found; points weighed once are used again.
///
/// Arithmetic is unchecked where a batch of 64 and a key that fits into a contract's code keep it far from any limit.
abstract contract Groth16Batch is IBatchProofSystem, ProofSystemBase {
    /// @dev Precompiles of EIP-196 and EIP-197.
    uint256 internal constant EC_ADD = 0x06;
    uint256 internal constant EC_MUL = 0x07;
    uint256 internal constant EC_PAIRING = 0x08;
    /// @dev Gas for n pairings: 45,000 + 34,000·n by EIP-1108 and a margin against repricing. A bad point burns no more.
    uint256 internal constant PAIRINGS_BASE_GAS = 60_000;
    uint256 internal constant PAIRINGS_GAS = 47_500;
    /// @dev Gas for one multiplication, 6000, and one addition, 150, likewise.
    uint256 internal constant MUL_GAS = 8400;
    uint256 internal constant ADD_GAS = 1000;
    /// @dev Gas spent on a proof or a signal beside the precompiles, rounded up.
    uint256 internal constant STEP_GAS = 1500;

    /// @dev Bytes of a proof.
    uint256 internal constant PROOF_LENGTH = 256;
    /// @dev Byte position of C in a proof.
    uint256 internal constant PROOF_C = 0xc0;
    /// @dev Bytes of a key before IC_0, and of one IC point.
    uint256 internal constant HEAD_LENGTH = 448;
    uint256 internal constant IC_LENGTH = 64;
    /// @dev Byte positions of the points in a key; the first is alpha.
    uint256 internal constant BETA_AT = 0x40;
    uint256 internal constant GAMMA_AT = 0xc0;
    uint256 internal constant DELTA_AT = 0x140;

    /// @dev Most proofs of a batch: the answer is one bit each.
    uint256 internal constant MAX_BATCH = 64;
    /// @dev Bytes of a pair of points in the pairing precompile's input.
    uint256 internal constant PAIR_LENGTH = 0xc0;
    /// @dev Bits dropped from a keccak hash so that it is below the group order.
    uint256 internal constant HASH_SHIFT = 8;

    /// @dev Bytes kept of a candidate: its bit and those of all before it, its weight, where its signals start in calldata.
    uint256 internal constant RECORD_LENGTH = 0x60;

    /// @dev A batch in memory. A candidate is a proof of the right form whose A and C are on the curve. The last four are
    /// pointers.
    /// @param signalCount Signals of a proof under the key.
    /// @param candidates Number of candidates.
    /// @param key The key's bytes.
    /// @param records One of each candidate.
    /// @param pairs w_i·A_i and B_i of each candidate, then room for three pairs.
    /// @param sums Zero, then w_0·C_0 + … + w_i·C_i of each candidate.
    struct Batch {
        uint256 signalCount;
        uint256 candidates;
        uint256 key;
        uint256 records;
        uint256 pairs;
        uint256 sums;
    }

    /// @inheritdoc IBatchProofSystem
    function verifyBatch(
        bytes32 keyId,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        external
        view
        returns (uint256 accepted)
    {
        address code = _keyCode[keyId];
        if (code == address(0) || proofs.length != publicSignals.length || proofs.length > MAX_BATCH) return 0;

        uint256 challenge = uint256(keccak256(msg.data)) >> HASH_SHIFT;
        Batch memory batch = _openBatch(code, proofs.length);
        _checkGas(proofs.length * (2 * MUL_GAS + ADD_GAS + STEP_GAS));
        _addCandidates(batch, challenge, publicSignals, proofs);
        return _search(batch, 0, batch.candidates, false);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IBatchProofSystem).interfaceId || interfaceId == type(IProofSystem).interfaceId
            || interfaceId == type(IERC165).interfaceId;
    }

    /// @dev Reserves the memory of a batch and loads the key.
    function _openBatch(address code, uint256 count) private view returns (Batch memory batch) {
        unchecked {
            // Code of a key starts with one byte that keeps it from being run.
            uint256 size = code.code.length - 1;
            batch.signalCount = (size - HEAD_LENGTH) / IC_LENGTH - 1;
            uint256 free;
            assembly ("memory-safe") {
                free := mload(0x40)
                extcodecopy(code, free, 1, size)
            }
            batch.key = free;
            batch.records = batch.key + size;
            batch.pairs = batch.records + count * RECORD_LENGTH;
            batch.sums = batch.pairs + (count + 3) * PAIR_LENGTH;
            // Behind the last point lies the scalar it is multiplied with.
            free = batch.sums + (count + 2) * IC_LENGTH;
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
        }
    }

    /// @dev Weighs the points of every proof that may be good. Offsets are followed as they stand in calldata: whatever they
    /// point at, the hash has seen it.
    function _addCandidates(
        Batch memory batch,
        uint256 challenge,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        private
        view
    {
        unchecked {
            (uint256 record, uint256 pair, uint256 sum) = (batch.records, batch.pairs, batch.sums);
            uint256 r = BN254.SCALAR_FIELD;
            assembly ("memory-safe") {
                calldatacopy(sum, calldatasize(), 0x40)
                let bits := 0
                let weight := 1
                for { let at := 0 } lt(at, shl(5, proofs.length)) {
                    at := add(at, 0x20)
                    weight := mulmod(weight, challenge, r)
                } {
                    let signals := add(publicSignals.offset, calldataload(add(publicSignals.offset, at)))
                    let proof := add(proofs.offset, calldataload(add(proofs.offset, at)))
                    if iszero(and(eq(calldataload(signals), mload(batch)), eq(calldataload(proof), PROOF_LENGTH))) {
                        continue
                    }

                    let point := add(sum, 0x40)
                    calldatacopy(pair, add(proof, 0x20), PAIR_LENGTH)
                    calldatacopy(point, add(proof, 0xe0), 0x40)
                    // The first weight is 1. What is wrong with A_0, the pairing sees.
                    if at {
                        mstore(add(point, 0x40), weight)
                        // The weight takes the place of B's first word for as long as it is needed.
                        mstore(add(pair, 0x40), weight)
                        if iszero(
                            and(
                                staticcall(MUL_GAS, EC_MUL, pair, 0x60, pair, 0x40),
                                staticcall(MUL_GAS, EC_MUL, point, 0x60, point, 0x40)
                            )
                        ) {
                            continue
                        }
                        mstore(add(pair, 0x40), calldataload(add(proof, 0x60)))
                    }
                    if iszero(staticcall(ADD_GAS, EC_ADD, sum, 0x80, point, 0x40)) { continue }

                    bits := or(bits, shl(shr(5, at), 1))
                    mstore(record, bits)
                    mstore(add(record, 0x20), weight)
                    mstore(add(record, 0x40), add(signals, 0x20))
                    record := add(record, RECORD_LENGTH)
                    pair := add(pair, PAIR_LENGTH)
                    sum := point
                }
            }
            batch.candidates = (record - batch.records) / RECORD_LENGTH;
        }
    }

    /// @dev Positions of the good candidates among [from, to), as bits.
    /// @param knownBad Whether a bad one is known to be among them.
    function _search(
        Batch memory batch,
        uint256 from,
        uint256 to,
        bool knownBad
    )
        private
        view
        returns (uint256 accepted)
    {
        if (from == to) return 0;
        if (!knownBad && _allGood(batch, from, to)) return _bitsOf(batch, from, to);
        if (to - from == 1) return 0;

        uint256 middle = (from + to) / 2;
        accepted = _search(batch, from, middle, false);
        // The product over both halves is not 1: where the first half's is, the second half's is not.
        bool firstAllGood = accepted == _bitsOf(batch, from, middle);
        return accepted | _search(batch, middle, to, firstAllGood);
    }

    function _bitsOf(Batch memory batch, uint256 from, uint256 to) private pure returns (uint256) {
        return _bitsBefore(batch, to) ^ _bitsBefore(batch, from);
    }

    function _bitsBefore(Batch memory batch, uint256 index) private pure returns (uint256 bits) {
        unchecked {
            if (index == 0) return 0;
            uint256 record = batch.records + (index - 1) * RECORD_LENGTH;
            assembly ("memory-safe") {
                bits := mload(record)
            }
        }
    }

    /// @dev Whether the product over the candidates [from, to) is 1.
    function _allGood(Batch memory batch, uint256 from, uint256 to) private view returns (bool good) {
        unchecked {
            uint256 count = to - from;
            uint256 forwarded = PAIRINGS_BASE_GAS + (count + 3) * PAIRINGS_GAS;
            // At most 63/64 of what is left can be forwarded (EIP-150).
            _checkGas(
                forwarded + forwarded / 63 + (batch.signalCount + 2) * (MUL_GAS + ADD_GAS + STEP_GAS) + count
                    * (ADD_GAS + STEP_GAS)
            );
            (bool inRange, uint256[] memory scalars) = _scalars(batch, from, to);
            if (!inRange) return false;

            // The pairs that follow in the batch give way to those of the key for as long as the pairing takes.
            uint256 input = batch.pairs + from * PAIR_LENGTH;
            uint256 keyPairs = batch.pairs + to * PAIR_LENGTH;
            uint256 length = to == batch.candidates ? 0 : 3 * PAIR_LENGTH;
            uint256 aside = _allocate(length);
            assembly ("memory-safe") {
                mcopy(aside, keyPairs, length)
            }
            _writeKeyPairs(batch, scalars, from, to, keyPairs);
            assembly ("memory-safe") {
                good := staticcall(forwarded, EC_PAIRING, input, mul(add(count, 3), PAIR_LENGTH), 0x00, 0x20)
                good := and(good, eq(mload(0x00), 1))
                mcopy(keyPairs, aside, length)
            }
        }
    }

    /// @dev The sum of weights, then for each signal the weighed sum of its values.
    /// @return inRange Whether every signal is below the group order.
    function _scalars(
        Batch memory batch,
        uint256 from,
        uint256 to
    )
        private
        pure
        returns (bool inRange, uint256[] memory scalars)
    {
        unchecked {
            scalars = new uint256[](batch.signalCount + 1);
            inRange = true;
            uint256 record = batch.records + from * RECORD_LENGTH;
            uint256 last = batch.records + to * RECORD_LENGTH;
            uint256 r = BN254.SCALAR_FIELD;
            assembly ("memory-safe") {
                let end := add(add(scalars, 0x20), shl(5, mload(scalars)))
                let sumOfWeights := 0
                for {} lt(record, last) { record := add(record, RECORD_LENGTH) } {
                    let weight := mload(add(record, 0x20))
                    sumOfWeights := addmod(sumOfWeights, weight, r)
                    let sum := add(scalars, 0x40)
                    // From a sum in memory to its signal in calldata.
                    let distance := sub(mload(add(record, 0x40)), sum)
                    let below := 1
                    // Four at a time: the loop costs as much as its work.
                    for {} gt(end, add(sum, 0x60)) { sum := add(sum, 0x80) } {
                        let value0 := calldataload(add(sum, distance))
                        mstore(sum, addmod(mload(sum), mulmod(value0, weight, r), r))
                        let at := add(sum, 0x20)
                        let value1 := calldataload(add(at, distance))
                        mstore(at, addmod(mload(at), mulmod(value1, weight, r), r))
                        at := add(sum, 0x40)
                        let value2 := calldataload(add(at, distance))
                        mstore(at, addmod(mload(at), mulmod(value2, weight, r), r))
                        at := add(sum, 0x60)
                        let value3 := calldataload(add(at, distance))
                        mstore(at, addmod(mload(at), mulmod(value3, weight, r), r))
                        let bothBelow := and(lt(value2, r), lt(value3, r))
                        below := and(below, and(and(lt(value0, r), lt(value1, r)), bothBelow))
                    }
                    for {} lt(sum, end) { sum := add(sum, 0x20) } {
                        let value := calldataload(add(sum, distance))
                        mstore(sum, addmod(mload(sum), mulmod(value, weight, r), r))
                        below := and(below, lt(value, r))
                    }
                    inRange := and(inRange, below)
                }
                mstore(add(scalars, 0x20), sumOfWeights)
            }
        }
    }

    /// @dev Writes the three pairs with points of the key to `target`. All points are on the curve and the gas suffices, so
    /// nothing here fails.
    function _writeKeyPairs(
        Batch memory batch,
        uint256[] memory scalars,
        uint256 from,
        uint256 to,
        uint256 target
    )
        private
        view
    {
        unchecked {
            uint256 key = batch.key;
            uint256 sumBefore = batch.sums + from * IC_LENGTH;
            uint256 sum = batch.sums + to * IC_LENGTH;
            uint256 room = _allocate(0xa0);
            (uint256 q, uint256 r) = (BN254.BASE_FIELD, BN254.SCALAR_FIELD);
            assembly ("memory-safe") {
                // -(sum of weights) · alpha, beta.
                let term := add(room, 0x40)
                let scalar := add(scalars, 0x20)
                let end := add(scalar, shl(5, mload(scalars)))
                mcopy(room, key, 0x40)
                mstore(term, sub(r, mload(scalar)))
                pop(staticcall(MUL_GAS, EC_MUL, room, 0x60, target, 0x40))
                mcopy(add(target, 0x40), add(key, BETA_AT), 0x80)

                // -(weighed sum of vk_i), gamma. IC_0 has the sum of weights as well.
                target := add(target, PAIR_LENGTH)
                let ic := add(key, HEAD_LENGTH)
                mcopy(room, ic, 0x40)
                mstore(term, mload(scalar))
                pop(staticcall(MUL_GAS, EC_MUL, room, 0x60, room, 0x40))
                for { scalar := add(scalar, 0x20) } lt(scalar, end) { scalar := add(scalar, 0x20) } {
                    ic := add(ic, IC_LENGTH)
                    mcopy(term, ic, 0x40)
                    mstore(add(term, 0x40), mload(scalar))
                    pop(staticcall(MUL_GAS, EC_MUL, term, 0x60, term, 0x40))
                    pop(staticcall(ADD_GAS, EC_ADD, room, 0x80, room, 0x40))
                }
                mstore(target, mload(room))
                mstore(add(target, 0x20), mod(sub(q, mload(add(room, 0x20))), q))
                mcopy(add(target, 0x40), add(key, GAMMA_AT), 0x80)

                // -(weighed sum of C_i), delta: the sum before the first less the sum up to the last.
                target := add(target, PAIR_LENGTH)
                mstore(target, mload(sum))
                mstore(add(target, 0x20), mod(sub(q, mload(add(sum, 0x20))), q))
                if from {
                    mcopy(room, sumBefore, 0x40)
                    mcopy(term, target, 0x40)
                    pop(staticcall(ADD_GAS, EC_ADD, room, 0x80, target, 0x40))
                }
                mcopy(add(target, 0x40), add(key, DELTA_AT), 0x80)
            }
        }
    }

    function _allocate(uint256 size) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(0x40, add(pointer, size))
        }
    }

    /// @dev A precompile that fails for want of gas must not look like a bad proof.
    function _checkGas(uint256 required) private view {
        if (gasleft() < required) revert ProofSystem_InsufficientGas(gasleft());
    }
}
