// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice Published receipts of RISC Zero 2.2, 3.0 and 5.0, whose Groth16 key is one: registered once per release.
contract RiscZeroProofSystemReleasesTest is RiscZeroReceipts {
    RiscZeroProofSystem internal system;
    RiscZeroReceipt[3] internal receipts;
    bytes32[3] internal groth16KeyIds;
    bytes32[3] internal keyIds;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        string[3] memory names = ["risc-zero-v2.2", "risc-zero-v3.0", "risc-zero-v5"];
        bytes memory points = fixture("risc-zero-v5").keyData;
        for (uint256 i; i < names.length; ++i) {
            receipts[i] = publishedReceipt(names[i]);
            bytes32 manifestHash = keccak256(bytes(names[i]));
            groth16KeyIds[i] = registry.propose(KeyProposals.plain(address(groth16), points, manifestHash, true));
            registry.activate(groth16KeyIds[i]);
            keyIds[i] = activated(system, keyOf(receipts[i], groth16KeyIds[i], 0));
        }
    }

    function signals(uint256 release) internal view returns (uint256[] memory) {
        return one(uint256(sha256(receipts[release].journal)));
    }

    function test_TheSelectorsAreThoseOfTheReleases() external view {
        assertEq(receipts[0].selector, bytes4(0xbb001d44));
        assertEq(receipts[1].selector, bytes4(0x73c457ba));
        assertEq(receipts[2].selector, bytes4(0xc27d1bc0));
    }

    function test_EachKeyTakesReceiptsOfItsReleaseAlone() external view {
        for (uint256 i; i < 3; ++i) {
            for (uint256 j; j < 3; ++j) {
                assertEq(takes(system, keyIds[i], signals(j), receipts[j].seal), i == j);
            }
            assertTrue(registry.verify(keyIds[i], signals(i), receipts[i].seal));
        }
    }

    function test_TheSamePointsHaveAnIdPerRelease() external view {
        assertNotEq(groth16KeyIds[0], groth16KeyIds[1]);
        assertNotEq(groth16KeyIds[1], groth16KeyIds[2]);
        assertEq(groth16.keyData(groth16KeyIds[0]), groth16.keyData(groth16KeyIds[2]));
    }

    function test_FreezingTheKeyForOneReleaseDoesNotEndTheOthers() external {
        registry.freeze(groth16KeyIds[0], "release 2.2 is stopped", IVerifierKeyRegistry.Advisory("", ""), "");
        assertEq(uint8(registry.status(keyIds[0])), uint8(IVerifierKeyRegistry.Status.Frozen));
        assertFalse(takes(system, keyIds[0], signals(0), receipts[0].seal));
        for (uint256 i = 1; i < 3; ++i) {
            assertEq(uint8(registry.status(keyIds[i])), uint8(IVerifierKeyRegistry.Status.Active));
            assertTrue(registry.verify(keyIds[i], signals(i), receipts[i].seal));
        }
    }
}
