// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IWrappedGroth16} from "./IWrappedGroth16.sol";

/// @title IRiscZeroProofSystem
/// @notice RISC Zero receipts, checked under RISC Zero's own Groth16 key in the registry.
/// @dev A key is `abi.encode(Key)`. A proof is a seal, and its first four bytes say of which kind:
/// - the release's selector, then the eight words of a Groth16 proof;
/// - the set builder's selector, then `abi.encode(Inclusion)`: the claim is a leaf of a set whose root the release's seal inside
/// it proves. Only for keys that name a set builder. Roots that a deployed set verifier has stored mean nothing here.
/// Either way the statement is that the guest program `imageId` halted with exit code 0, without assumptions, and wrote this
/// journal; many proofs of one statement exist.
/// Source of the formulas: risc0/risc0-ethereum, contracts/src/IRiscZeroVerifier.sol, groth16/RiscZeroGroth16Verifier.sol and
/// RiscZeroSetVerifier.sol.
/// Warning: RISC Zero stops releases with known flaws in its own router; here the registry's guardian has to. Releases 2.0 to
/// 5.0 share one Groth16 key: it is registered once per release, each under its own manifest hash, so that freezing it for one
/// release does not end the others.
interface IRiscZeroProofSystem is IWrappedGroth16 {
    /// @param groth16KeyId The release's Groth16 key in the registry.
    /// @param controlRoot Merkle root of the release's recursion programs.
    /// @param bn254ControlId Control id of the program that changes to the BN254 field.
    /// @param imageId The guest program.
    /// @param selector First four bytes of every seal of the release. Derived from the three parameters before and checked
    /// against them, so that a key with one parameter of another release cannot be added.
    /// @param journalWords Signals and the journal: see {Journal}.
    /// @param setBuilderImageId The program that aggregates claims into sets; zero when set-inclusion seals are refused.
    struct Key {
        bytes32 groth16KeyId;
        bytes32 controlRoot;
        bytes32 bn254ControlId;
        bytes32 imageId;
        bytes4 selector;
        uint256 journalWords;
        bytes32 setBuilderImageId;
    }

    /// @notice What a set-inclusion seal holds behind its selector.
    /// @param path Siblings from the claim's leaf to the root; each pair is hashed in ascending order.
    /// @param rootSeal The release's seal on the set builder's claim that a set has this root.
    struct Inclusion {
        bytes32[] path;
        bytes rootSeal;
    }

    /// @notice The release's parameters have another selector.
    error RiscZeroProofSystem_SelectorMismatch(bytes4 given, bytes4 computed);
}
