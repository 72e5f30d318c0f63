// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IGate} from "../interfaces/IGate.sol";
import {IProofGate} from "../interfaces/IProofGate.sol";
import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../interfaces/IVerifierKeyRegistry.sol";
import {BN254} from "../libraries/BN254.sol";
import {GateBase} from "./GateBase.sol";

/// @title ProofGate
/// @notice What the gates of anonymous workers have in common.
abstract contract ProofGate is IProofGate, GateBase {
    /// @dev Bits dropped from a keccak hash so that it is below the field order.
    uint256 internal constant HASH_SHIFT = 8;
    bytes32 internal constant GROTH16_SYSTEM_ID = "groth16-bn254";

    IVerifierKeyRegistry internal immutable KEYS;

    constructor(ITaskRegistry tasks, IVerifierKeyRegistry keys) GateBase(tasks) {
        KEYS = keys;
    }

    /// @inheritdoc IGate
    /// @param admission An {IProofGate.Admission}, ABI-encoded.
    function admit(
        bytes32 taskId,
        address sender,
        ITaskRegistry.Joining calldata joining,
        bytes calldata admission
    )
        external
        view
        onlyTaskRegistry
        returns (bytes32 nullifier)
    {
        // Check:
        Admission memory given = abi.decode(admission, (Admission));
        (bytes32 keyId, uint256[] memory publicSignals) = _statement(taskId, messageOf(taskId, joining), given);
        // Above the field order it would be a second name for the same pseudonym.
        if (given.nullifier == 0 || given.nullifier >= BN254.SCALAR_FIELD) {
            revert ProofGate_NullifierOutOfRange(given.nullifier);
        }
        if (sender != joining.worker) _checkConsent(taskId, joining, given.consent);
        if (!KEYS.verify(keyId, publicSignals, given.proof)) revert ProofGate_ProofRejected(keyId, taskId);
        return bytes32(given.nullifier);
    }

    /// @inheritdoc IProofGate
    function messageOf(bytes32 taskId, ITaskRegistry.Joining calldata joining) public view returns (uint256) {
        return uint256(consentOf(taskId, joining)) >> HASH_SHIFT;
    }

    /// @inheritdoc IProofGate
    function scopeOf(bytes32 taskId) public view virtual returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), taskId))) >> HASH_SHIFT;
    }

    /// @inheritdoc IProofGate
    function consentOf(bytes32 taskId, ITaskRegistry.Joining calldata joining) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), taskId, joining));
    }

    /// @dev What a worker's proof has to show. Reverts on an unknown task and on a root that does not count.
    function _statement(
        bytes32 taskId,
        uint256 message,
        Admission memory given
    )
        internal
        view
        virtual
        returns (bytes32 keyId, uint256[] memory publicSignals);

    function _checkConsent(bytes32 taskId, ITaskRegistry.Joining calldata joining, bytes memory consent) internal view {
        bytes32 signed = MessageHashUtils.toEthSignedMessageHash(consentOf(taskId, joining));
        if (!SignatureChecker.isValidSignatureNow(joining.worker, signed, consent)) {
            revert ProofGate_NoConsent(taskId, joining.worker);
        }
    }

    /// @dev A key that can be pinned: active, of Groth16 or the deployed system, with so many signals and no challenge, which a
    /// gate does not derive.
    /// @param deployedSystemId Zero when there is none.
    /// @return deployed Whether it is of the deployed system.
    function _checkKey(
        bytes32 keyId,
        bytes32 deployedSystemId,
        uint256 signalCount
    )
        internal
        view
        returns (bool deployed)
    {
        IVerifierKeyRegistry.Status found = KEYS.status(keyId);
        if (found != IVerifierKeyRegistry.Status.Active) revert ProofGate_KeyNotActive(keyId, found);
        IVerifierKeyRegistry.VerifierKey memory key = KEYS.verifierKey(keyId);
        if (key.needsChallenge) revert ProofGate_KeyNeedsChallenge(keyId);
        bytes32 systemId = IProofSystem(key.proofSystem).systemId();
        deployed = deployedSystemId != 0 && systemId == deployedSystemId;
        if (key.signalCount != signalCount || !(deployed || systemId == GROTH16_SYSTEM_ID)) {
            revert ProofGate_KeyUnsuitable(keyId, systemId, key.signalCount);
        }
    }
}
