// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";

/// @notice Keys as tests propose them, with the gas cap of the day.
library KeyProposals {
    /// @dev No marks beside `development`.
    function plain(
        address proofSystem,
        bytes memory keyData,
        bytes32 manifestHash,
        bool development
    )
        internal
        pure
        returns (IVerifierKeyRegistry.Proposal memory proposal)
    {
        proposal.proofSystem = proofSystem;
        proposal.keyData = keyData;
        proposal.manifestHash = manifestHash;
        proposal.development = development;
    }

    /// @dev As of a labelling circuit: its challenge is not its prover's to choose.
    function challenged(
        address proofSystem,
        bytes memory keyData,
        bytes32 manifestHash,
        bool development
    )
        internal
        pure
        returns (IVerifierKeyRegistry.Proposal memory proposal)
    {
        proposal = plain(proofSystem, keyData, manifestHash, development);
        proposal.needsChallenge = true;
    }

    /// @dev Anybody may freeze it by a proof of the impossible statement.
    function freezable(
        address proofSystem,
        bytes memory keyData,
        bytes32 manifestHash,
        bool development
    )
        internal
        pure
        returns (IVerifierKeyRegistry.Proposal memory proposal)
    {
        proposal = plain(proofSystem, keyData, manifestHash, development);
        proposal.freezableByProof = true;
    }
}
