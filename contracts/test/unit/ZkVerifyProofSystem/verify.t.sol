// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LibBit} from "solady/utils/LibBit.sol";

import {ZkVerifyProofSystem} from "../../../src/proofSystems/ZkVerifyProofSystem.sol";
import {HonestAggregations} from "../../mocks/HonestVerifiers.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";

/// @notice Receipts of zkVerify: the published tree of seven leaves, with a leaf of ours in the place of the last.
contract ZkVerifyProofSystemTest is DeployedVerifierTest {
    uint256 internal constant DOMAIN = 3;
    uint256 internal constant AGGREGATION = 1;
    uint256 internal constant LEAVES = 7;
    uint256 internal constant INDEX = 6;
    uint256 internal constant RECEIPT_WORDS = 8;
    uint256 internal constant SMALL_NUMBERS = 200;

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

    /// @dev Ids, offset, place and length of the path as other small numbers: there are no points to move.
    function _tryFurther(bytes memory data, uint256 end) internal override {
        for (uint256 at = end - 32 * RECEIPT_WORDS; at < end; at += 32) {
            uint256 own = _read(data, at);
            for (uint256 number; number < SMALL_NUMBERS; ++number) {
                if (number != own) _withWord(data, at, number);
            }
        }
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

    /// @dev A root does not say how many leaves are under it. A place is where its path turns, and places with the same turns
    /// are one: the same leaf under the same root. So a receipt has several encodings, all of one statement. Here the path
    /// turns right twice and meets nothing on its right: a last leaf, with two bits in its index.
    function test_TakesEveryPlaceWithTheSameTurns() external view {
        uint256 taken;
        for (uint256 count; count < 64; ++count) {
            for (uint256 index; index < 64; ++index) {
                bool same = index + 1 == count && LibBit.popCount(index) == 2;
                assertEq(accepts(signals, abi.encode(DOMAIN, AGGREGATION, path, count, index)), same);
                if (same) ++taken;
            }
        }
        assertEq(taken, 15);
    }

    /// @dev Bytes behind the receipt are not read.
    function test_IgnoresWhatFollowsAReceipt() external view {
        assertTrue(accepts(signals, bytes.concat(proof, hex"ff")));
        assertFalse(accepts(changed(signals, 0, signals[0] + 1), bytes.concat(proof, hex"ff")));
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
