// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSettlement} from "./IProofSettlement.sol";

/// @title IDirectSettlement
/// @notice The statement is the whole task: it verifies, it pays.
/// @dev No proof by `proveBy` is a missed deadline. A frozen key returns every slot without a proof at once.
interface IDirectSettlement is IProofSettlement {
    /// @param proveBy Last second to prove.
    struct Terms {
        Statement statement;
        uint64 proveBy;
    }

    event DirectTermsSet(bytes32 indexed taskId, Terms terms);

    /// @notice Proves the statement for a slot and pays it at once. Anyone may relay.
    /// @param publicSignals All of the key's public signals, in its order.
    function prove(
        bytes32 taskId,
        uint32 slot,
        uint256[] calldata publicSignals,
        bytes calldata proof,
        bool transferNow
    )
        external;

    function terms(bytes32 taskId) external view returns (Terms memory);
}
