// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SemaphoreVerifier} from "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol";
import {ISemaphoreVerifier} from "@semaphore-protocol/contracts/interfaces/ISemaphoreVerifier.sol";
import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";

import {SemaphoreProofSystem} from "../../../src/proofSystems/SemaphoreProofSystem.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";

/// @notice A proof made from Semaphore's published artifacts (script/fixtures/semaphore.ts) over Semaphore's own contracts.
contract SemaphoreProofSystemTest is DeployedVerifierTest {
    Semaphore internal semaphore;
    uint256 internal groupId;
    uint256[] internal members;
    uint256 internal depth;
    bytes internal points;

    function setUp() public {
        system = new SemaphoreProofSystem(address(registry));
        string memory json = outside("semaphore-v4");
        depth = vm.parseJsonUint(json, ".depth");
        points = vm.parseJsonBytes(json, ".points");
        members = vm.parseJsonUintArray(json, ".members");
        signals.push(vm.parseJsonUint(json, ".merkleRoot"));
        signals.push(vm.parseJsonUint(json, ".nullifier"));
        signals.push(vm.parseJsonUint(json, ".message"));
        signals.push(vm.parseJsonUint(json, ".scope"));
        proof = abi.encodePacked(depth, points);

        semaphore = new Semaphore(ISemaphoreVerifier(address(new SemaphoreVerifier())));
        honest = address(semaphore);
        // Group 0 stays empty.
        semaphore.createGroup();
        groupId = semaphore.createGroup();
        semaphore.addMembers(groupId, members);
        register();
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encode(groupId);
    }

    function answers() internal pure override returns (bytes[] memory) {
        return truth();
    }

    function test_RefusesAnotherGroup() external {
        for (groupId = 0; groupId < 3; groupId += 2) {
            bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
            assertFalse(registry.verify(other, signals, proof));
        }
    }

    function test_RefusesAnotherDepth() external view {
        for (uint256 other; other < 34; ++other) {
            if (other != depth) assertFalse(accepts(signals, abi.encodePacked(other, points)));
        }
    }

    function test_RefusesSignalsAtOrAboveTheFieldOrder() external view {
        assertFalse(accepts(changed(signals, 0, signals[0] + R), proof));
        assertFalse(accepts(changed(signals, 1, signals[1] + R), proof));
    }

    /// @dev Message and scope are words that Semaphore hashes: there is one name for each.
    function test_RefusesMessageAndScopeOfAnotherSize() external view {
        uint256 scope = signals[3];
        assertFalse(accepts(changed(signals, 3, scope + R), proof));
        assertFalse(accepts(changed(signals, 2, signals[2] % R), proof));
    }

    /// @dev An old root counts for as long as the group's admin lets it.
    function test_RefusesAnExpiredRoot() external {
        semaphore.addMember(groupId, 12345);
        assertTrue(accepts(signals, proof));
        vm.warp(block.timestamp + 1 hours + 1);
        assertFalse(accepts(signals, proof));
    }

    /// @dev Verification spends no nullifier: Semaphore's own `validateProof` still can.
    function test_VerifiesTheSameProofTwice() external view {
        assertTrue(registry.verify(keyId, signals, proof));
        assertTrue(registry.verify(keyId, signals, proof));
    }

    function test_RefusesLongProofs() external view {
        assertFalse(accepts(signals, bytes.concat(proof, hex"00")));
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("semaphore-v4"));
    }
}
