// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGroth16ProofSystem} from "../interfaces/IGroth16ProofSystem.sol";
import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {Groth16Batch} from "./Groth16Batch.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title Groth16ProofSystem
/// @notice See {IGroth16ProofSystem} for what it does, who may do what, and what nobody can.
contract Groth16ProofSystem is IGroth16ProofSystem, Groth16Batch {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "groth16-bn254";

    uint256 internal constant Q = BN254.BASE_FIELD;
    uint256 internal constant R = BN254.SCALAR_FIELD;

    /// @dev Gas for four pairings: 181,000 by EIP-1108 and a margin against repricing. A bad point burns no more than this.
    uint256 internal constant PAIRING_GAS = 250_000;

    /// @dev What verifying takes, in gas: measured with every account and word cold, rounded up
    /// (test/unit/Groth16ProofSystem/gas.t.sol).
    uint256 internal constant VERIFY_BASE_GAS = 200_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 7000;

    /// @dev Word positions of the points in a key.
    uint256 internal constant ALPHA = 0;
    uint256 internal constant BETA = 2;
    uint256 internal constant GAMMA = 6;
    uint256 internal constant DELTA = 10;
    uint256 internal constant IC = 14;

    constructor(address registry_) ProofSystemBase(registry_) {}

    /// @inheritdoc IProofSystem
    function verify(
        bytes32 keyId,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        external
        view
        returns (bool accepted)
    {
        address code = _keyCode[keyId];
        if (code == address(0) || proof.length != PROOF_LENGTH) return false;
        // Code of a key starts with one byte that keeps it from being run.
        if (code.code.length != 1 + HEAD_LENGTH + IC_LENGTH * (publicSignals.length + 1)) return false;

        // Layout from `pairs`: four (G1, G2) pairs, -A·B, alpha·beta, vk_x·gamma, C·delta; then scratch for one point and
        // a scalar; then the key.
        uint256 q = Q;
        uint256 r = R;
        assembly ("memory-safe") {
            let pairs := mload(0x40)
            let vkx := add(pairs, 0x180)
            let scratch := add(pairs, 0x300)
            let key := add(pairs, 0x380)
            let size := sub(extcodesize(code), 1)
            extcodecopy(code, key, 1, size)

            // vk_x = IC_0 + sum of signal_i · IC_i. Key points were checked when the key was added.
            mcopy(vkx, add(key, HEAD_LENGTH), 0x40)
            accepted := 1
            let signal := publicSignals.offset
            for { let ic := add(key, add(HEAD_LENGTH, IC_LENGTH)) } lt(ic, add(key, size)) { ic := add(ic, IC_LENGTH) }
            {
                let value := calldataload(signal)
                signal := add(signal, 0x20)
                accepted := and(accepted, lt(value, r))
                // scratch = vk_x so far | signal_i · IC_i
                mcopy(scratch, ic, 0x40)
                mstore(add(scratch, 0x40), value)
                accepted := and(accepted, staticcall(gas(), EC_MUL, scratch, 0x60, scratch, 0x40))
                mcopy(add(scratch, 0x40), vkx, 0x40)
                accepted := and(accepted, staticcall(gas(), EC_ADD, scratch, 0x80, vkx, 0x40))
            }

            // -A: an A.y at or above the modulus must not wrap into a valid one.
            let ay := calldataload(add(proof.offset, 0x20))
            accepted := and(accepted, lt(ay, q))

            if accepted {
                mstore(pairs, calldataload(proof.offset))
                mstore(add(pairs, 0x20), mod(sub(q, ay), q))
                calldatacopy(add(pairs, 0x40), add(proof.offset, 0x40), 0x80)
                mcopy(add(pairs, 0xc0), key, 0xc0)
                mcopy(add(pairs, 0x1c0), add(key, mul(GAMMA, 0x20)), 0x80)
                calldatacopy(add(pairs, 0x240), add(proof.offset, 0xc0), 0x40)
                mcopy(add(pairs, 0x280), add(key, mul(DELTA, 0x20)), 0x80)

                accepted := staticcall(PAIRING_GAS, EC_PAIRING, pairs, 0x300, scratch, 0x20)
                accepted := and(accepted, eq(mload(scratch), 1))
            }
        }
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32 keyId, bytes calldata data) internal view override returns (KeyTerms memory terms) {
        if (data.length < HEAD_LENGTH + 2 * IC_LENGTH || (data.length - HEAD_LENGTH) % IC_LENGTH != 0) {
            revert ProofSystem_KeyLength(data.length);
        }
        terms.signalCount = (data.length - HEAD_LENGTH) / IC_LENGTH - 1;
        terms.verifyGas = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * terms.signalCount;

        uint256[] memory key = _words(data);
        _checkPoints(key);
        _checkRelations(key);
        _checkForgeries(keyId, key, terms.signalCount);
    }

    /// @dev Every point lies in its group and none is the identity: an identity IC would leave its signal unbound.
    function _checkPoints(uint256[] memory key) internal view {
        _checkG1(key, ALPHA);
        _checkG2(key, BETA);
        _checkG2(key, GAMMA);
        _checkG2(key, DELTA);
        for (uint256 at = IC; at < key.length; at += 2) {
            _checkG1(key, at);
        }
    }

    function _checkG1(uint256[] memory key, uint256 at) internal pure {
        if (!BN254.isG1(key[at], key[at + 1])) revert Groth16ProofSystem_PointInvalid(at);
    }

    function _checkG2(uint256[] memory key, uint256 at) internal view {
        if (!BN254.isG2([key[at], key[at + 1], key[at + 2], key[at + 3]])) revert Groth16ProofSystem_PointInvalid(at);
    }

    /// @dev Equal x means equal or opposite points. gamma = ±delta is a key without a phase-2 contribution, delta = ±G2 one
    /// whose contribution is known; beta = ±gamma and beta = ±delta fall to the same algebra.
    function _checkRelations(uint256[] memory key) internal pure {
        if (_sameX(key, GAMMA, DELTA)) revert Groth16ProofSystem_PointsRelated("gamma", "delta");
        if (_sameX(key, BETA, GAMMA)) revert Groth16ProofSystem_PointsRelated("beta", "gamma");
        if (_sameX(key, BETA, DELTA)) revert Groth16ProofSystem_PointsRelated("beta", "delta");
        if (key[DELTA] == BN254.G2_X_C1 && key[DELTA + 1] == BN254.G2_X_C0) {
            revert Groth16ProofSystem_PointsRelated("delta", "generator");
        }
    }

    function _sameX(uint256[] memory key, uint256 first, uint256 second) internal pure returns (bool) {
        return key[first] == key[second] && key[first + 1] == key[second + 1];
    }

    /// @dev The forgery that emptied contracts with unfinished keys: A = alpha, B = beta, C = -vk_x, tried outright for the
    /// signals 1, 2, … n.
    function _checkForgeries(bytes32 keyId, uint256[] memory key, uint256 signalCount) internal view {
        uint256[] memory signals = new uint256[](signalCount);
        uint256[2] memory vkx = [key[IC], key[IC + 1]];
        for (uint256 i; i < signalCount; ++i) {
            signals[i] = i + 1;
            vkx = _addScaled(vkx, key[IC + 2 + 2 * i], key[IC + 3 + 2 * i], signals[i]);
        }

        uint256[24] memory input;
        (input[0], input[1]) = (key[ALPHA], (Q - key[ALPHA + 1]) % Q);
        (input[6], input[7]) = (key[ALPHA], key[ALPHA + 1]);
        (input[12], input[13]) = (vkx[0], vkx[1]);
        (input[18], input[19]) = (vkx[0], (Q - vkx[1]) % Q);
        for (uint256 i; i < 4; ++i) {
            input[2 + i] = key[BETA + i];
            input[8 + i] = key[BETA + i];
            input[14 + i] = key[GAMMA + i];
            input[20 + i] = key[DELTA + i];
        }
        bool passes;
        assembly ("memory-safe") {
            passes := staticcall(gas(), EC_PAIRING, input, 0x300, 0, 0x20)
            passes := and(passes, eq(mload(0), 1))
        }
        if (passes) revert Groth16ProofSystem_KeyForgeable(keyId);
    }

    /// @dev sum + scalar · (x, y) for points already checked.
    function _addScaled(
        uint256[2] memory sum,
        uint256 x,
        uint256 y,
        uint256 scalar
    )
        internal
        view
        returns (uint256[2] memory result)
    {
        uint256[4] memory input = [x, y, scalar, 0];
        assembly ("memory-safe") {
            pop(staticcall(gas(), EC_MUL, input, 0x60, input, 0x40))
            mcopy(add(input, 0x40), sum, 0x40)
            pop(staticcall(gas(), EC_ADD, input, 0x80, result, 0x40))
        }
    }

    function _words(bytes calldata data) internal pure returns (uint256[] memory words) {
        words = new uint256[](data.length / 32);
        assembly ("memory-safe") {
            calldatacopy(add(words, 0x20), data.offset, data.length)
        }
    }
}
