// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ZkVerifyProofSystem} from "../../../src/proofSystems/ZkVerifyProofSystem.sol";
import {HonestAggregations} from "../../mocks/HonestVerifiers.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";

/// @notice Receipts of zkVerify: the published tree of seven leaves, with a leaf of ours in the place of the last.
contract ZkVerifyProofSystemTest is DeployedVerifierTest {
    uint256 internal constant DOMAIN = 3;
    uint256 internal constant AGGREGATION = 1;
    uint256 internal constant LEAVES = 7;
    uint256 internal constant INDEX = 6;

    HonestAggregations internal aggregations;
    bytes32 internal vkHash;
    bytes32 internal leaf;
    bytes32 internal olderLeaf;
    bytes32[] internal path;
    uint256 internal domain = DOMAIN;

    function setUp() public {
        system = new ZkVerifyProofSystem(address(registry));
        aggregations = new HonestAggregations();
        honest = address(aggregations);
        string memory json = outside("zk-verify");
        path = vm.parseJsonBytes32Array(json, ".merklePath");
        vkHash = vm.parseJsonBytes32(json, ".statement.vkHash");
        leaf = vm.parseJsonBytes32(json, ".statement.leaf");
        olderLeaf = vm.parseJsonBytes32(json, ".statement.leafOfOlderDocuments");
        signals = vm.parseJsonUintArray(json, ".statement.publicSignals");
        aggregations.submit(DOMAIN, AGGREGATION, rootWith(leaf));
        proof = receipt(DOMAIN, AGGREGATION);
        register();
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encode(vkHash, domain, 3);
    }

    function answers() internal pure override returns (bytes[] memory) {
        return truth();
    }

    function receipt(uint256 domainId, uint256 aggregationId) internal view returns (bytes memory) {
        return abi.encode(domainId, aggregationId, path, LEAVES, INDEX);
    }

    /// @dev Root of the published tree with another last leaf, which has only left neighbours.
    function rootWith(bytes32 last) internal view returns (bytes32) {
        bytes32 node = keccak256(bytes.concat(last));
        return keccak256(bytes.concat(path[1], keccak256(bytes.concat(path[0], node))));
    }

    function test_TheStandInFollowsThePublishedVector() external {
        string memory json = outside("zk-verify");
        bytes32 published = vm.parseJsonBytes32(json, ".leaf");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        aggregations.submit(9, 9, root);
        assertEq(rootWith(published), root);
        assertTrue(aggregations.verifyProofAggregation(9, 9, published, path, LEAVES, INDEX));
        assertFalse(aggregations.verifyProofAggregation(9, 9, bytes32(uint256(6)), path, LEAVES, INDEX));
        assertFalse(aggregations.verifyProofAggregation(9, 9, published, path, LEAVES + 1, INDEX));
        assertFalse(aggregations.verifyProofAggregation(9, 9, published, path, LEAVES, INDEX - 1));
        assertFalse(aggregations.verifyProofAggregation(9, 8, published, path, LEAVES, INDEX));
    }

    function test_ComputesTheLeaf() external view {
        ZkVerifyProofSystem zkVerify = ZkVerifyProofSystem(address(system));
        assertEq(zkVerify.leafOf(vkHash, signals), leaf);
        assertNotEq(zkVerify.leafOf(bytes32(0), signals), leaf);
        assertNotEq(zkVerify.leafOf(vkHash, changed(signals, 0, 2)), leaf);
    }

    /// @dev Older documents leave sha256("") out of the leaf.
    function test_RefusesALeafWithoutTheVersion() external {
        aggregations.submit(DOMAIN, 2, rootWith(olderLeaf));
        assertFalse(registry.verify(keyId, signals, receipt(DOMAIN, 2)));
        assertTrue(aggregations.verifyProofAggregation(DOMAIN, 2, olderLeaf, path, LEAVES, INDEX));
    }

    function test_RefusesAnotherAggregationOrDomain() external {
        assertFalse(accepts(signals, receipt(DOMAIN, AGGREGATION + 1)));
        assertFalse(accepts(signals, receipt(DOMAIN + 1, AGGREGATION)));
        aggregations.submit(DOMAIN + 1, AGGREGATION, rootWith(leaf));
        assertFalse(accepts(signals, receipt(DOMAIN + 1, AGGREGATION)));
    }

    function test_TakesAnyDomainWhenTheKeySaysSo() external {
        domain = ZkVerifyProofSystem(address(system)).ANY_DOMAIN();
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        aggregations.submit(DOMAIN + 1, AGGREGATION, rootWith(leaf));
        assertTrue(registry.verify(other, signals, proof));
        assertTrue(registry.verify(other, signals, receipt(DOMAIN + 1, AGGREGATION)));
        assertFalse(registry.verify(other, signals, receipt(DOMAIN + 2, AGGREGATION)));
    }

    function test_RefusesAnotherKeyHash() external {
        vkHash ^= bytes32(uint256(1));
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        assertFalse(registry.verify(other, signals, proof));
    }

    function test_RefusesAnotherPathOrPlace() external {
        path[0] ^= bytes32(uint256(1));
        assertFalse(accepts(signals, receipt(DOMAIN, AGGREGATION)));
        path[0] ^= bytes32(uint256(1));
        assertFalse(accepts(signals, abi.encode(DOMAIN, AGGREGATION, path, LEAVES, INDEX - 1)));
        assertFalse(accepts(signals, abi.encode(DOMAIN, AGGREGATION, path, LEAVES + 1, INDEX)));
        path.pop();
        assertFalse(accepts(signals, receipt(DOMAIN, AGGREGATION)));
    }

    function test_RefusesSignalsAtOrAboveTheFieldOrder() external {
        uint256[] memory second = changed(signals, 0, signals[0] + R);
        bytes32 secondLeaf = ZkVerifyProofSystem(address(system)).leafOf(vkHash, second);
        aggregations.submit(DOMAIN, 2, rootWith(secondLeaf));
        assertFalse(registry.verify(keyId, second, receipt(DOMAIN, 2)));
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("zkverify-groth16"));
    }
}
