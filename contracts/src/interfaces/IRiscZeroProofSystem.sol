// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IWrappedGroth16} from "./IWrappedGroth16.sol";

/// @title IRiscZeroProofSystem
/// @notice RISC Zero receipts, checked under RISC Zero's own Groth16 key in the registry.
/// @dev A key is `abi.encode(Key)`. A proof is a seal: four bytes of selector and the eight words of a Groth16 proof. The
/// statement is that the guest program `imageId` halted with exit code 0, without assumptions, and wrote this journal.
/// Source of the formulas: risc0/risc0-ethereum, contracts/src/IRiscZeroVerifier.sol and groth16/RiscZeroGroth16Verifier.sol.
/// Warning: RISC Zero freezes releases with known flaws in its own router; here the registry's guardian has to.
interface IRiscZeroProofSystem is IWrappedGroth16 {
    /// @param groth16KeyId The release's Groth16 key in the registry.
    /// @param controlRoot Merkle root of the release's recursion programs.
    /// @param bn254ControlId Control id of the program that changes to the BN254 field.
    /// @param imageId The guest program.
    /// @param selector First four bytes of every seal of the release. Derived from the three parameters before and checked
    /// against them, so that a key with one parameter of another release cannot be added.
    /// @param journalWords Signals and the journal: see {Journal}.
    struct Key {
        bytes32 groth16KeyId;
        bytes32 controlRoot;
        bytes32 bn254ControlId;
        bytes32 imageId;
        bytes4 selector;
        uint256 journalWords;
    }

    /// @notice The release's parameters have another selector.
    error RiscZeroProofSystem_SelectorMismatch(bytes4 given, bytes4 computed);
}
