// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {BadProofs} from "../../utils/BadProofs.sol";

/// @notice Semaphore v4 without its contracts: the key of one depth as a plain Groth16 key of the registry.
contract SemaphoreNativeTest is BadProofs {
    bytes32 internal keyId;
    uint256[] internal signals;
    bytes internal proof;

    function setUp() public {
        string memory json = outside("semaphore-v4");
        keyId = activated(groth16, vm.parseJsonBytes(json, ".keyData"));
        proof = vm.parseJsonBytes(json, ".points");
        signals.push(vm.parseJsonUint(json, ".merkleRoot"));
        signals.push(vm.parseJsonUint(json, ".nullifier"));
        signals.push(hashed(vm.parseJsonUint(json, ".message")));
        signals.push(hashed(vm.parseJsonUint(json, ".scope")));
    }

    function hashed(uint256 word) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(word))) >> 8;
    }

    function test_AcceptsAProofMadeFromThePublishedArtifacts() external view {
        uint256[] memory publicSignals = signals;
        bytes memory candidate = proof;
        uint256 before = gasleft();
        bool accepted = registry.verify(keyId, publicSignals, candidate);
        console2.log("Semaphore v4 through the registry, gas", before - gasleft());
        assertTrue(accepted);
        for (uint256 i; i < publicSignals.length; ++i) {
            assertFalse(registry.verify(keyId, changed(publicSignals, i, publicSignals[i] ^ 1), candidate));
        }
    }

    function test_RefusesTenThousandBadProofs() external {
        bytes32[] memory others = new bytes32[](2);
        (others[0], others[1]) = (activated(groth16, fixture("world-id-v3").keyData), "unknown");
        refuseTenThousand(groth16, keyId, signals, proof, 0, others);
    }
}
