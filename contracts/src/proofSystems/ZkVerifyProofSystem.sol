// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LibBit} from "solady/utils/LibBit.sol";

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IVerifyProofAggregation} from "../interfaces/IOutsideVerifiers.sol";
import {DeployedVerifier} from "./DeployedVerifier.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title ZkVerifyProofSystem
/// @notice Groth16 proofs that the zkVerify chain has checked, shown by a receipt: a Merkle path from the proof's leaf to the
/// root of an aggregation.
/// @dev A key is the target, zkVerify's hash of the Groth16 key, the domain (`ANY_DOMAIN` for all) and the number of signals.
/// A proof is `abi.encode(domainId, aggregationId, merklePath, leafCount, index)`. The leaf is computed here from the key
/// and the signals: nobody can bring a leaf of another statement.
/// Warning: whoever relays roots to zkVerify's contract is trusted with what it holds.
contract ZkVerifyProofSystem is DeployedVerifier {
    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "zkverify-groth16";

    /// @notice A key's domain when an aggregation of any domain will do.
    uint256 public constant ANY_DOMAIN = type(uint256).max;

    uint256 internal constant KEY_LENGTH = TARGET_LENGTH + 96;
    bytes32 internal constant GROTH16 = keccak256("groth16");
    /// @dev sha256 of nothing: Groth16 on zkVerify has no versions. Older documents leave this term out.
    bytes32 internal constant NO_VERSION = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    constructor(address registry_) ProofSystemBase(registry_) {}

    /// @notice Leaf of a Groth16 proof with these public signals under the key that zkVerify knows by this hash.
    function leafOf(bytes32 vkHash, uint256[] calldata publicSignals) external pure returns (bytes32) {
        return _leaf(vkHash, publicSignals);
    }

    /// @inheritdoc DeployedVerifier
    function _question(
        bytes memory key,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        internal
        pure
        override
        returns (bytes memory)
    {
        (, bytes32 vkHash, uint256 domain, uint256 signals) = abi.decode(key, (Target, bytes32, uint256, uint256));
        if (publicSignals.length != signals || !_inField(publicSignals)) return "";
        (uint256 domainId, uint256 aggregationId, bytes32[] memory path, uint256 leafCount, uint256 index) =
            abi.decode(proof, (uint256, uint256, bytes32[], uint256, uint256));
        if (domain != ANY_DOMAIN && domainId != domain) return "";
        bytes32 leaf = _leaf(vkHash, publicSignals);
        return abi.encodeCall(
            IVerifyProofAggregation.verifyProofAggregation, (domainId, aggregationId, leaf, path, leafCount, index)
        );
    }

    /// @inheritdoc DeployedVerifier
    function _describe(bytes calldata data) internal pure override returns (uint256, bytes memory) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        (,,, uint256 signals) = abi.decode(data, (Target, bytes32, uint256, uint256));
        return (
            signals,
            abi.encodeCall(IVerifyProofAggregation.verifyProofAggregation, (0, 0, bytes32(0), new bytes32[](0), 0, 0))
        );
    }

    /// @inheritdoc DeployedVerifier
    function _isYes(uint256 size, bytes32 first, bytes32, bytes memory) internal pure override returns (bool) {
        return size == 32 && uint256(first) == 1;
    }

    /// @dev zkVerify hashes public signals as 32 little-endian bytes each.
    function _leaf(bytes32 vkHash, uint256[] calldata publicSignals) internal pure returns (bytes32) {
        uint256[] memory reversed = new uint256[](publicSignals.length);
        for (uint256 i; i < publicSignals.length; ++i) {
            reversed[i] = LibBit.reverseBytes(publicSignals[i]);
        }
        return keccak256(abi.encodePacked(GROTH16, vkHash, NO_VERSION, keccak256(abi.encodePacked(reversed))));
    }
}
