// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice An account contract that has signed one hash (EIP-1271).
contract ContractWorker is IERC1271 {
    bytes32 internal _signed;

    function sign(bytes32 hash) external {
        _signed = hash;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        return hash == _signed ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
