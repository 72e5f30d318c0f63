// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {WorldIdProofSystem} from "../../../src/proofSystems/WorldIdProofSystem.sol";
import {HonestWorldIdRouter} from "../../mocks/HonestVerifiers.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";

/// @notice The published proof of World ID v3 over a deployed router.
contract WorldIdProofSystemTest is DeployedVerifierTest {
    uint256 internal constant GROUP_ID = 1;

    uint256 internal groupId = GROUP_ID;

    function setUp() public {
        system = new WorldIdProofSystem(address(registry));
        Fixture memory published = fixture("world-id-v3");
        (signals, proof) = (published.publicSignals, published.proof);
        bytes32 inner = activated(groth16, published.keyData);
        honest = address(new HonestWorldIdRouter(groth16, inner, GROUP_ID, signals[0]));
        register();
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encode(groupId);
    }

    function answers() internal pure override returns (bytes[] memory) {
        return silence();
    }

    function test_RefusesAnotherGroup() external {
        groupId = GROUP_ID + 1;
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        assertFalse(registry.verify(other, signals, proof));
    }

    /// @dev The order is that of the circuit, so that signals serve the router and the plain Groth16 key alike.
    function test_RefusesExchangedSignals() external view {
        for (uint256 i = 1; i < signals.length; ++i) {
            uint256[] memory swapped = changed(changed(signals, 0, signals[i]), i, signals[0]);
            assertFalse(accepts(swapped, proof));
        }
        uint256[] memory hashes = changed(changed(signals, 1, signals[2]), 2, signals[1]);
        assertFalse(accepts(hashes, proof));
    }

    function test_RefusesSignalsAtOrAboveTheFieldOrder() external view {
        for (uint256 i; i < signals.length; ++i) {
            for (uint256 k = 1; k <= 4; ++k) {
                assertFalse(accepts(changed(signals, i, signals[i] + k * R), proof));
            }
        }
    }

    function test_RefusesLongProofs() external view {
        assertFalse(accepts(signals, bytes.concat(proof, hex"00")));
        assertFalse(accepts(signals, bytes.concat(proof, bytes32(0))));
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("world-id-router"));
    }
}
