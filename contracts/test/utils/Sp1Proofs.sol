// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISp1ProofSystem} from "../../src/interfaces/ISp1ProofSystem.sol";
import {ProofSystemTest} from "./ProofSystemTest.sol";

struct Sp1Proof {
    bytes4 selector;
    bytes32 vkRoot;
    bytes32 programVKey;
    bytes publicValues;
    bytes proofBytes;
}

/// @notice Published proofs of SP1 (contracts/test/fixtures/outside): v6.1.0, and v6.0.0, which has a flaw, for tests alone.
abstract contract Sp1Proofs is ProofSystemTest {
    function publishedProof() internal view returns (Sp1Proof memory) {
        return publishedProof("sp1-v6.1");
    }

    function publishedProof(string memory name) internal view returns (Sp1Proof memory proof) {
        string memory json = outside(name);
        proof.selector = bytes4(vm.parseJsonBytes32(json, ".verifierHash"));
        proof.vkRoot = vm.parseJsonBytes32(json, ".vkRoot");
        proof.programVKey = vm.parseJsonBytes32(json, ".programVKey");
        proof.publicValues = vm.parseJsonBytes(json, ".publicValues");
        proof.proofBytes = vm.parseJsonBytes(json, ".proofBytes");
    }

    function keyOf(
        Sp1Proof memory proof,
        bytes32 groth16KeyId,
        uint256 publicWords
    )
        internal
        pure
        returns (bytes memory)
    {
        return abi.encode(
            ISp1ProofSystem.Key({
                groth16KeyId: groth16KeyId,
                selector: proof.selector,
                vkRoot: proof.vkRoot,
                programVKey: proof.programVKey,
                publicWords: publicWords
            })
        );
    }

    function maskedDigest(bytes memory publicValues) internal pure returns (uint256) {
        return uint256(sha256(publicValues)) & (2 ** 253 - 1);
    }

    function wordsOf(bytes memory data) internal pure returns (uint256[] memory words) {
        words = new uint256[](data.length / 32);
        for (uint256 i; i < words.length; ++i) {
            words[i] = wordAt(data, i);
        }
    }
}
