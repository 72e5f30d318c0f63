// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVerifierKeyRegistry
/// @notice Verifying keys named by their content, with a one-way life: proposed, active, frozen.
/// @dev Roles. `owner` (a timelock) may propose keys, freeze keys and name the guardian. `guardian` may only freeze.
/// Neither can replace, unfreeze or edit a key, and neither touches money. An owner that renounces leaves the keys as
/// they are and the guardian able to freeze. Anybody may freeze a key by a proof of the statement that was designated as
/// impossible when the key was proposed: whoever has such a proof can prove anything.
/// Warning: freezing is permanent. Slots whose outcome needed a proof under the key end at once, as their settlement
/// module says; what was proven stays paid.
/// Warning: the guardian is trusted not to freeze against a worker. In open gold, a freeze that lands before a pending
/// `prove` or `deliver` returns the reward to the requester while the ciphertext is already visible in the mempool: the
/// requester can read labels it did not pay for.
interface IVerifierKeyRegistry {
    enum Status {
        None,
        Proposed,
        Active,
        Frozen
    }

    /// @param proofSystem Contract that holds the key and checks proofs.
    /// @param status Where the key is in its life.
    /// @param development True when the key comes from no multi-party ceremony; such keys exist on local chains only.
    /// @param batches True when the proof system checks many proofs in one go.
    /// @param dependent True when `dependsOn` names a key.
    /// @param gasCap Gas forwarded to one verification.
    /// @param signalCount Number of public signals.
    /// @param activeAt Earliest activation, in seconds since the epoch.
    /// @param manifestHash sha256 of the artifact manifest entry (r1cs, wasm, zkey, verifying key) behind the key.
    /// @param dependsOn Key that proofs under this one are checked with in the end, frozen together with it; zero for none.
    /// @param impossibleStatement `keccak256(abi.encodePacked(publicSignals))` of the designated impossible statement; zero for
    /// none.
    struct VerifierKey {
        address proofSystem;
        Status status;
        bool development;
        bool batches;
        bool dependent;
        uint32 gasCap;
        uint16 signalCount;
        uint64 activeAt;
        bytes32 manifestHash;
        bytes32 dependsOn;
        bytes32 impossibleStatement;
    }

    event KeyProposed(
        bytes32 indexed keyId,
        address indexed proofSystem,
        bytes32 manifestHash,
        bool development,
        uint64 activeAt,
        uint32 gasCap,
        uint16 signalCount,
        bytes32 dependsOn,
        uint256[] impossibleSignals,
        bytes keyData
    );
    event KeyActivated(bytes32 indexed keyId);
    /// @param exploit Evidence. Beside a guardian's reason it is unchecked; a freeze by proof carries
    /// `abi.encode(publicSignals, proof)`, one by dependency `abi.encode(dependsOn)`.
    event KeyFrozen(bytes32 indexed keyId, address indexed by, Status previous, string reason, bytes exploit);
    event GuardianChanged(address indexed previous, address indexed current);

    error VerifierKeyRegistry_ProofSystemWithoutCode(address proofSystem);
    error VerifierKeyRegistry_KeyExists(bytes32 keyId);
    error VerifierKeyRegistry_DevelopmentKeyOnPublicChain(uint256 chainId);
    error VerifierKeyRegistry_WrongStatus(bytes32 keyId, Status status, Status required);
    error VerifierKeyRegistry_ActivationTooEarly(bytes32 keyId, uint256 activeAt, uint256 timestamp);
    error VerifierKeyRegistry_NotGuardianOrOwner(address caller);
    error VerifierKeyRegistry_ReasonTooLong(uint256 length, uint256 maxLength);
    error VerifierKeyRegistry_InsufficientGas(uint256 available, uint256 required);
    error VerifierKeyRegistry_TooManySignals(uint256 count, uint256 maxCount);
    /// @param required What the proof system says verifying takes.
    error VerifierKeyRegistry_GasCapTooLow(uint256 gasCap, uint256 required);
    /// @notice The key that the proposed one depends on is unknown, frozen, or depends on another itself.
    error VerifierKeyRegistry_DependencyUnusable(bytes32 dependsOn);
    error VerifierKeyRegistry_ImpossibleSignals(uint256 length, uint256 signalCount);
    error VerifierKeyRegistry_NotImpossibleStatement(bytes32 keyId, bytes32 statement, bytes32 designated);
    error VerifierKeyRegistry_ExploitRejected(bytes32 keyId);
    error VerifierKeyRegistry_ExploitTooLong(uint256 length, uint256 maxLength);
    error VerifierKeyRegistry_LengthMismatch(uint256 signalVectors, uint256 proofs);
    error VerifierKeyRegistry_BatchTooLarge(uint256 count, uint256 maxCount);
    /// @notice The proof system did not answer, for example for want of gas. Nothing was decided about any proof.
    error VerifierKeyRegistry_BatchFailed(bytes32 keyId);

    /// @notice Adds a key. Owner only. The proof system refuses unsafe keys; the gas cap of the day must suffice for it.
    /// @param impossibleSignals Public signals of a statement that no witness satisfies, for example with a hash output
    /// that nobody can have a preimage of; empty for none. Choose it with care: whoever can prove it ends the key. Signals
    /// that the proof system refuses, such as those beyond its field, make {freezeWithProof} useless, no more.
    /// @return keyId `keccak256(abi.encode(systemId, keyData, manifestHash, development))`.
    function propose(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development,
        uint256[] calldata impossibleSignals
    )
        external
        returns (bytes32 keyId);

    /// @notice Makes a proposed key usable once its delay has passed, and not before the key it depends on is active. Anyone
    /// may call.
    function activate(bytes32 keyId) external;

    /// @notice Ends a key for ever. Guardian or owner.
    /// @param reason Plain text, at most 280 bytes.
    /// @param exploit Evidence, for example a forged proof, at most 16,384 bytes; may be empty.
    function freeze(bytes32 keyId, string calldata reason, bytes calldata exploit) external;

    /// @notice Ends a key for ever by a proof of its designated impossible statement. Anyone may call.
    function freezeWithProof(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof) external;

    /// @notice Records that a key is frozen because the key it depends on is. Anyone may call; `status` says so before.
    function freezeDependent(bytes32 keyId) external;

    /// @notice Names the account that may freeze keys besides the owner; zero for none. Owner only.
    function setGuardian(address next) external;

    /// @notice Checks a proof under an active key with at most the key's `gasCap`.
    /// @dev A reverting proof system, missing code, a wrong return size or a word other than 1 all mean `false`.
    /// Reverts when the key is not active, or when too little gas was sent to tell a bad proof from an empty tank.
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof) external view returns (bool);

    /// @notice Checks up to 64 proofs under one active key: together where the proof system can, else one by one.
    /// @dev Reverts when the key is not active, and when the proof system does not answer within four caps of the key for each
    /// proof, which a real batching system does; a bad proof does not revert.
    /// @param publicSignals One vector per proof.
    /// @return accepted Bit i is set when proof i is accepted; the same proofs as {verify} accepts.
    function verifyBatch(
        bytes32 keyId,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        external
        view
        returns (uint256 accepted);

    function keyIdOf(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development
    )
        external
        view
        returns (bytes32);
    /// @notice The key as recorded; `status` alone knows of a frozen key it depends on.
    function verifierKey(bytes32 keyId) external view returns (VerifierKey memory);
    /// @notice Where the key is in its life: frozen as soon as the key it depends on is.
    function status(bytes32 keyId) external view returns (Status);
    function guardian() external view returns (address);
}
