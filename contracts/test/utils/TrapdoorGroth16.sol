// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

/// @notice A Groth16 setup whose secrets are known: it proves anything, so tests can have as many different proofs under a
/// key of any size as they like.
/// @dev All scalars are known: alpha = a·G1, beta = 2·G2, gamma = 3·G2, delta = 5·G2, IC_i = c_i·G1. For A = x·G1 and B = y·G2,
/// C = ((x·y - 2·a - 3·vk) / 5)·G1 completes a proof, where vk = c_0 + sum signal_i · c_i.
abstract contract TrapdoorGroth16 is Test {
    uint256 internal constant ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant BETA_SCALAR = 2;
    uint256 internal constant GAMMA_SCALAR = 3;
    uint256 internal constant DELTA_SCALAR = 5;
    uint256 internal constant MULTIPLES = 16;

    bytes[] internal _g2;

    /// @dev Call first.
    function loadMultiples() internal {
        string memory json = vm.readFile("contracts/test/fixtures/g2-multiples.json");
        _g2 = vm.parseJsonBytesArray(json, ".points");
    }

    function trapdoorKey(uint256 signalCount) internal view returns (bytes memory data) {
        data = bytes.concat(g1(secret("alpha", 0)), _g2[BETA_SCALAR - 1], _g2[GAMMA_SCALAR - 1], _g2[DELTA_SCALAR - 1]);
        for (uint256 i; i <= signalCount; ++i) {
            data = bytes.concat(data, g1(secret("ic", i)));
        }
    }

    /// @param seed Another seed gives another A, B and C.
    function trapdoorProof(uint256[] memory signals, uint256 seed) internal view returns (bytes memory) {
        uint256 x = secret("a", seed);
        uint256 y = seed % MULTIPLES + 1;
        uint256 vk = secret("ic", 0);
        for (uint256 i; i < signals.length; ++i) {
            vk = addmod(vk, mulmod(signals[i], secret("ic", i + 1), ORDER), ORDER);
        }
        uint256 c = mulmod(x, y, ORDER);
        c = addmod(c, ORDER - mulmod(BETA_SCALAR, secret("alpha", 0), ORDER), ORDER);
        c = addmod(c, ORDER - mulmod(GAMMA_SCALAR, vk, ORDER), ORDER);
        c = mulmod(c, inverse(DELTA_SCALAR), ORDER);
        return bytes.concat(g1(x), _g2[y - 1], g1(c));
    }

    function secret(string memory name, uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(name, index))) % ORDER;
    }

    function g1(uint256 scalar) internal view returns (bytes memory point) {
        bool called;
        (called, point) = address(7).staticcall(abi.encode(1, 2, scalar));
        assertTrue(called);
    }

    function inverse(uint256 scalar) internal view returns (uint256) {
        (bool called, bytes memory result) = address(5).staticcall(abi.encode(32, 32, 32, scalar, ORDER - 2, ORDER));
        assertTrue(called);
        return abi.decode(result, (uint256));
    }
}
