// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {BadProofs} from "../../utils/BadProofs.sol";

/// @notice World ID v3 without its router: the depth-16 key as a plain Groth16 key of the registry.
contract WorldIdNativeTest is BadProofs {
    bytes32 internal keyId;
    uint256[] internal signals;
    bytes internal proof;

    function setUp() public {
        Fixture memory published = fixture("world-id-v3");
        (signals, proof) = (published.publicSignals, published.proof);
        keyId = activated(groth16, published.keyData);
    }

    function test_AcceptsThePublishedProofWithItsFourSignals() external view {
        uint256[] memory publicSignals = signals;
        bytes memory candidate = proof;
        assertEq(publicSignals.length, 4);
        uint256 before = gasleft();
        bool accepted = registry.verify(keyId, publicSignals, candidate);
        console2.log("World ID v3 through the registry, gas", before - gasleft());
        assertTrue(accepted);
        for (uint256 i; i < publicSignals.length; ++i) {
            assertFalse(registry.verify(keyId, changed(publicSignals, i, publicSignals[i] ^ 1), candidate));
        }
    }

    function test_RefusesTenThousandBadProofs() external {
        bytes32[] memory others = new bytes32[](2);
        (others[0], others[1]) = (activated(groth16, fixture("risc-zero-v5").keyData), "unknown");
        refuseTenThousand(groth16, keyId, signals, proof, 0, others);
    }
}
