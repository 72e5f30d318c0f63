// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IProofSystem} from "./IProofSystem.sol";

/// @title IBatchProofSystem
/// @notice A proof system that checks many proofs under one key for less than checking each.
interface IBatchProofSystem is IProofSystem, IERC165 {
    /// @notice Which of at most 64 proofs show the statement with their public signals: exactly those `verify` accepts.
    /// @dev Offsets may be followed as they stand in calldata; where they lead beyond its end, words are zero. Finding bad proofs
    /// may cost several times what good ones do. Reverts rather than answers when gas runs short. Same signature as in
    /// IVerifierKeyRegistry, which passes its own call on.
    /// @param publicSignals One vector per proof.
    /// @return accepted Bit i is set when proof i is accepted.
    function verifyBatch(
        bytes32 keyId,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        external
        view
        returns (uint256 accepted);
}
