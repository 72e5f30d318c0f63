// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IBatchProofSystem} from "../../src/interfaces/IBatchProofSystem.sol";
import {MockProofSystem} from "./MockProofSystem.sol";

/// @notice The mock proof system with an answer for many proofs in one call. For unit tests only.
contract MockBatchProofSystem is MockProofSystem, IBatchProofSystem {
    function verifyBatch(
        bytes32 keyId,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        external
        pure
        returns (uint256 accepted)
    {
        for (uint256 i; i < proofs.length; ++i) {
            if (keccak256(proofs[i]) == keccak256(proofOf(keyId, publicSignals[i]))) accepted |= 1 << i;
        }
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IBatchProofSystem).interfaceId;
    }
}
