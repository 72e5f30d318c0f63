// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVerifierKeyRegistry
/// @notice Verifying keys named by their content, with a one-way life: proposed, active, frozen.
/// @dev Roles. `owner` (a timelock) may propose keys, freeze keys and name the guardian. `guardian` may only freeze.
/// Neither can replace, unfreeze or edit a key, and neither touches money. An owner that renounces leaves the keys as
/// they are and the guardian able to freeze. Anybody may freeze a key that allows it by a proof of the impossible statement,
/// whose signals are hashes that nobody chose: whoever has such a proof can prove anything.
/// Warning: freezing is permanent. Slots whose outcome needed a proof under the key end at once, as their settlement
/// module says; what was proven stays paid.
/// Warning: the guardian is trusted not to freeze against a worker. In open gold, a freeze that lands before a pending
/// `prove` or `deliver` returns the reward to the requester while the ciphertext is already visible in the mempool: the
/// requester can read labels it did not pay for.
/// Warning: the registry cannot see a circuit. `needsChallenge` is what the owner says of it, and an owner that leaves the
/// mark out lets the circuit's prover choose its challenge. The mark is part of the key id, so a reader who knows the circuit
/// computes the id it must have and compares.
/// Warning: nothing may rest on proof bytes. Many encodings of one proof may be accepted: Groth16 proofs can be re-randomized
/// by anyone who sees one, and several deployed verifiers ignore bytes behind a proof. What counts once must count by public
/// signals, as a context or a nullifier.
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
    /// @param needsChallenge True when one of the circuit's public inputs is a challenge that its prover must not choose. Whoever
    /// checks proofs under such a key derives the challenge itself, or refuses the key.
    /// @param freezableByProof True when anybody may freeze the key by a proof of its impossible statement (see
    /// {impossibleSignals}).
    /// @param batches True when the proof system checks many proofs in one go.
    /// @param dependent True when `dependsOn` names a key.
    /// @param gasCap Gas forwarded to one verification.
    /// @param signalCount Number of public signals.
    /// @param activeAt Earliest activation, in seconds since the epoch.
    /// @param manifestHash sha256 of the artifact manifest entry (r1cs, wasm, zkey, verifying key) behind the key.
    /// @param dependsOn Key that proofs under this one are checked with in the end, frozen together with it; zero for none.
    struct VerifierKey {
        address proofSystem;
        Status status;
        bool development;
        bool needsChallenge;
        bool freezableByProof;
        bool batches;
        bool dependent;
        uint32 gasCap;
        uint16 signalCount;
        uint64 activeAt;
        bytes32 manifestHash;
        bytes32 dependsOn;
    }

    /// @notice A key as its proposer gives it.
    /// @param keyData The key in the proof system's own encoding.
    /// @param gasCap Gas forwarded to one verification: at least what the proof system says that verifying takes, at most
    /// `ProtocolParameters.maxVerifyGasCap`; zero for the `verifyGasCap` of the day.
    struct Proposal {
        address proofSystem;
        bytes keyData;
        bytes32 manifestHash;
        bool development;
        bool needsChallenge;
        bool freezableByProof;
        uint32 gasCap;
    }

    /// @notice Where to read why a key was frozen. Untrusted text.
    /// @param id Name of the published advisory, for example `GHSA-63x8-x938-vx33`; at most 64 bytes, empty for none.
    /// @param uri Where it is published, at most 256 bytes. Show it as a link only when it is https or ipfs.
    struct Advisory {
        string id;
        string uri;
    }

    event KeyProposed(
        bytes32 indexed keyId,
        address indexed proofSystem,
        bytes32 manifestHash,
        bool development,
        bool needsChallenge,
        bool freezableByProof,
        uint64 activeAt,
        uint32 gasCap,
        uint16 signalCount,
        bytes32 dependsOn,
        bytes keyData
    );
    event KeyActivated(bytes32 indexed keyId);
    /// @param advisory What the freeze refers to; empty unless guardian or owner gave one. A key frozen with the one it depends
    /// on has that key's.
    /// @param exploit Evidence. Beside a guardian's reason it is unchecked; a freeze by proof carries
    /// `abi.encode(publicSignals, proof)`, one by dependency `abi.encode(dependsOn)`.
    event KeyFrozen(
        bytes32 indexed keyId, address indexed by, Status previous, string reason, Advisory advisory, bytes exploit
    );
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
    error VerifierKeyRegistry_GasCapTooHigh(uint256 gasCap, uint256 maxGasCap);
    /// @notice The key that the proposed one depends on is unknown, frozen, or depends on another itself.
    error VerifierKeyRegistry_DependencyUnusable(bytes32 dependsOn);
    /// @notice The key was proposed without the right to be frozen by a proof, or is unknown.
    error VerifierKeyRegistry_NotFreezableByProof(bytes32 keyId);
    error VerifierKeyRegistry_ExploitRejected(bytes32 keyId);
    error VerifierKeyRegistry_ExploitTooLong(uint256 length, uint256 maxLength);
    error VerifierKeyRegistry_AdvisoryTooLong(string field, uint256 length, uint256 maxLength);
    error VerifierKeyRegistry_LengthMismatch(uint256 signalVectors, uint256 proofs);
    error VerifierKeyRegistry_BatchTooLarge(uint256 count, uint256 maxCount);
    /// @notice The proof system did not answer, for example for want of gas. Nothing was decided about any proof.
    error VerifierKeyRegistry_BatchFailed(bytes32 keyId);

    /// @notice Adds a key. Owner only. The proof system refuses unsafe keys; the gas cap must suffice for it.
    /// @dev Warning: set `freezableByProof` only for a circuit that has no witness for {impossibleSignals}, as where one of the
    /// signals is the output of a hash inside the circuit. Of one that takes any signals whatever, anybody could end the key.
    /// A system that refuses such signals, because they are beyond its field or not what it hashes, accepts no proof of them: the
    /// mark is then useless, no more.
    /// @return keyId `keccak256(abi.encode(systemId, keyData, manifestHash, development, needsChallenge))`.
    function propose(Proposal calldata proposal) external returns (bytes32 keyId);

    /// @notice Makes a proposed key usable once its delay has passed, and not before the key it depends on is active. Anyone
    /// may call.
    function activate(bytes32 keyId) external;

    /// @notice Ends a key for ever. Guardian or owner.
    /// @param reason Plain text, at most 280 bytes.
    /// @param exploit Evidence, for example a forged proof, at most 16,384 bytes; may be empty.
    function freeze(bytes32 keyId, string calldata reason, Advisory calldata advisory, bytes calldata exploit) external;

    /// @notice Ends a key that allows it for ever by a proof with the public signals {impossibleSignals}. Anyone may call.
    function freezeWithProof(bytes32 keyId, bytes calldata proof) external;

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
        bool development,
        bool needsChallenge
    )
        external
        view
        returns (bytes32);
    /// @notice The key as recorded; `status` alone knows of a frozen key it depends on.
    function verifierKey(bytes32 keyId) external view returns (VerifierKey memory);
    /// @notice Where the key is in its life: frozen as soon as the key it depends on is.
    function status(bytes32 keyId) external view returns (Status);
    /// @notice Whether the key's prover must not choose one of its public inputs; false for an unknown key.
    function needsChallenge(bytes32 keyId) external view returns (bool);
    /// @notice Public signals that nobody chose: `uint256(keccak256(abi.encode("veritask.impossible.1", i))) >> 8` for each i
    /// below `signalCount`.
    function impossibleSignals(uint256 signalCount) external pure returns (uint256[] memory);
    function guardian() external view returns (address);
}
