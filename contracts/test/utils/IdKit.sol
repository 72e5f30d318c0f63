// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What IDKit computes for World ID v3, written from its documentation.
library IdKit {
    function appHash(string memory appId) internal pure returns (uint256) {
        return hash(bytes(appId));
    }

    function externalNullifier(string memory appId, string memory action) internal pure returns (uint256) {
        return hash(bytes.concat(bytes32(appHash(appId)), bytes(action)));
    }

    function hash(bytes memory data) internal pure returns (uint256) {
        return uint256(keccak256(data)) >> 8;
    }
}
