// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

/// @notice Published keys and proofs of other projects, in this project's encoding (contracts/test/fixtures/groth16).
abstract contract Groth16Fixtures is Test {
    struct Fixture {
        bytes keyData;
        uint256[] publicSignals;
        bytes proof;
        bytes scaledProof;
        bytes shiftedProof;
    }

    function fixture(string memory name) internal view returns (Fixture memory made) {
        string memory json = vm.readFile(string.concat("contracts/test/fixtures/groth16/", name, ".json"));
        made.keyData = vm.parseJsonBytes(json, ".keyData");
        made.publicSignals = vm.parseJsonUintArray(json, ".publicSignals");
        made.proof = vm.parseJsonBytes(json, ".proof");
        made.scaledProof = vm.parseJsonBytes(json, ".scaledProof");
        made.shiftedProof = vm.parseJsonBytes(json, ".shiftedProof");
    }

    function fixtureNames() internal pure returns (string[3] memory) {
        return ["world-id-v3", "risc-zero-v5", "sp1-v6.1"];
    }

    /// @dev Reads the 32-byte word at this position.
    function wordAt(bytes memory data, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, mul(add(index, 1), 0x20)))
        }
    }

    /// @dev A copy with another word at this position.
    function withWord(bytes memory data, uint256 index, uint256 word) internal pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(add(copy, mul(add(index, 1), 0x20)), word)
        }
    }

    /// @dev A copy whose words from `to` are those of `source` from `from`.
    function withWords(
        bytes memory data,
        uint256 to,
        bytes memory source,
        uint256 from,
        uint256 count
    )
        internal
        pure
        returns (bytes memory copy)
    {
        copy = data;
        for (uint256 i; i < count; ++i) {
            copy = withWord(copy, to + i, wordAt(source, from + i));
        }
    }

    function slice(bytes memory data, uint256 length) internal pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i; i < length; ++i) {
            part[i] = data[i];
        }
    }
}
