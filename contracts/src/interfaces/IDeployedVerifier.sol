// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "./IProofSystem.sol";

/// @title IDeployedVerifier
/// @notice A proof system whose proofs are checked by a verifier contract of another project.
/// @dev A key is a run of 32-byte words that starts with the target and goes on with what the system itself needs.
/// The verifier's code hash is part of the key: code that is missing, other or changed since accepts nothing.
/// Warning: the code hash of a proxy or router says nothing of the code behind it. Whoever may change that is trusted
/// with everything proven under the key, and the key's manifest should say who it is.
/// Proofs of more than 32,768 bytes are refused.
/// Warning: verifiers with state change their minds. Roots expire, routers stop releases; a proof that passed once need not
/// pass again.
interface IDeployedVerifier is IProofSystem {
    /// @param verifier The contract that is asked.
    /// @param codeHash EXTCODEHASH of the verifier.
    /// @param callGas Most gas that one question may take; to be measured for the verifier, with a margin.
    struct Target {
        address verifier;
        bytes32 codeHash;
        uint256 callGas;
    }

    /// @notice There is no code, or only the delegation of an account (EIP-7702).
    error DeployedVerifier_NotAContract(address verifier);
    error DeployedVerifier_CodeHashMismatch(address verifier, bytes32 found, bytes32 expected);
    /// @notice An empty proof passes: the contract is no verifier of this kind, or a broken one.
    error DeployedVerifier_AcceptsAnything(address verifier);
}
