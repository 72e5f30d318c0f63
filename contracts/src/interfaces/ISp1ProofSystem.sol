// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IWrappedGroth16} from "./IWrappedGroth16.sol";

/// @title ISp1ProofSystem
/// @notice SP1 proofs, checked under SP1's own Groth16 key in the registry.
/// @dev A key is `abi.encode(Key)`. A proof is SP1's proof bytes: four bytes of selector, the exit code, the root of the
/// recursion keys, a nonce, and the eight words of a Groth16 proof. The statement is that the program `programVKey` ended
/// with exit code 0 and these public values. Without public words the signal is sha256 of the public values with its top
/// three bits cleared, as the circuit has it.
/// Source of the formulas: succinctlabs/sp1-contracts, contracts/src/v6.1.0/SP1VerifierGroth16.sol.
/// Warning: SP1 freezes releases with known flaws in its own gateway; here the registry's guardian has to. Releases 6.0.0 to
/// 6.0.2 have one (GHSA-63x8-x938-vx33): the deployment script and the SDK refuse their selector 0x0e78f4db.
interface ISp1ProofSystem is IWrappedGroth16 {
    /// @param groth16KeyId The release's Groth16 key in the registry.
    /// @param selector First four bytes of the release's verifier hash, with which its proofs start. The hash covers points
    /// that no Solidity key has, so nothing here can recompute it.
    /// @param vkRoot Root of the release's recursion keys.
    /// @param programVKey The program.
    /// @param publicWords Signals and the public values: see {Journal}.
    struct Key {
        bytes32 groth16KeyId;
        bytes4 selector;
        bytes32 vkRoot;
        bytes32 programVKey;
        uint256 publicWords;
    }
}
