// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {IWrappedGroth16} from "../interfaces/IWrappedGroth16.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title WrappedGroth16
/// @notice Checks the Groth16 proof inside another system's proof under a key of the registry.
/// @dev The Groth16 key's own proof system is called, not the registry: one gas cap holds for the whole verification.
abstract contract WrappedGroth16 is IWrappedGroth16, ProofSystemBase {
    bytes32 internal constant GROTH16_SYSTEM_ID = "groth16-bn254";
    /// @dev Public signals of the circuits that wrap RISC Zero's and SP1's proofs.
    uint256 internal constant WRAPPED_SIGNALS = 5;
    /// @dev What verifying takes, in gas: measured with every account and word cold and the most journal words the registry
    /// lets in, rounded up (test/unit/RiscZeroProofSystem/gas.t.sol, test/unit/Sp1ProofSystem/gas.t.sol).
    uint256 internal constant VERIFY_GAS = 290_000;

    /// @dev The proof system that holds a Groth16 key with five signals. The registry itself refuses a frozen one.
    function _groth16System(bytes32 groth16KeyId) internal view returns (IProofSystem system) {
        IVerifierKeyRegistry.VerifierKey memory inner = IVerifierKeyRegistry(REGISTRY).verifierKey(groth16KeyId);
        system = IProofSystem(inner.proofSystem);
        if (inner.proofSystem == address(0) || system.systemId() != GROTH16_SYSTEM_ID) {
            revert WrappedGroth16_NotAGroth16Key(groth16KeyId);
        }
        if (inner.signalCount != WRAPPED_SIGNALS) {
            revert WrappedGroth16_WrongSignalCount(groth16KeyId, inner.signalCount, WRAPPED_SIGNALS);
        }
    }

    function _verifyGroth16(
        bytes32 groth16KeyId,
        uint256[] memory signals,
        bytes calldata proof
    )
        internal
        view
        returns (bool)
    {
        // A Groth16 key depends on none, so the status on record is its status.
        IVerifierKeyRegistry.VerifierKey memory inner = IVerifierKeyRegistry(REGISTRY).verifierKey(groth16KeyId);
        if (inner.status != IVerifierKeyRegistry.Status.Active) return false;
        return IProofSystem(inner.proofSystem).verify(groth16KeyId, signals, proof);
    }
}
