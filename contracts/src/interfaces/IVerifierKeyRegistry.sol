// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IVerifierKeyRegistry
/// @notice Verifying keys named by their content, with a one-way life: proposed, active, frozen.
/// @dev Roles. `owner` (a timelock) may propose keys, freeze keys and name the guardian. `guardian` may only freeze.
/// Neither can replace, unfreeze or edit a key, and neither touches money. An owner that renounces leaves the keys as
/// they are and the guardian able to freeze.
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
    /// @param gasCap Gas forwarded to one verification.
    /// @param signalCount Number of public signals.
    /// @param activeAt Earliest activation, in seconds since the epoch.
    /// @param manifestHash sha256 of the artifact manifest entry (r1cs, wasm, zkey, verifying key) behind the key.
    struct VerifierKey {
        address proofSystem;
        Status status;
        bool development;
        uint32 gasCap;
        uint16 signalCount;
        uint64 activeAt;
        bytes32 manifestHash;
    }

    event KeyProposed(
        bytes32 indexed keyId,
        address indexed proofSystem,
        bytes32 manifestHash,
        bool development,
        uint64 activeAt,
        uint32 gasCap,
        uint16 signalCount,
        bytes keyData
    );
    event KeyActivated(bytes32 indexed keyId);
    event KeyFrozen(bytes32 indexed keyId, address indexed by, Status previous, string reason);
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
    /// @param required What verifying a proof with the key's number of signals takes.
    error VerifierKeyRegistry_GasCapTooLow(uint256 gasCap, uint256 required);

    /// @notice Adds a key. Owner only. The proof system refuses unsafe keys; the gas cap of the day must suffice for its
    /// number of signals.
    /// @return keyId `keccak256(abi.encode(systemId, keyData, manifestHash, development))`.
    function propose(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development
    )
        external
        returns (bytes32 keyId);

    /// @notice Makes a proposed key usable once its delay has passed. Anyone may call.
    function activate(bytes32 keyId) external;

    /// @notice Ends a key for ever. Guardian or owner.
    /// @param reason Plain text, at most 280 bytes.
    function freeze(bytes32 keyId, string calldata reason) external;

    /// @notice Names the account that may freeze keys besides the owner; zero for none. Owner only.
    function setGuardian(address next) external;

    /// @notice Checks a proof under an active key with at most the key's `gasCap`.
    /// @dev A reverting proof system, missing code, a wrong return size or a word other than 1 all mean `false`.
    /// Reverts when the key is not active, or when too little gas was sent to tell a bad proof from an empty tank.
    function verify(bytes32 keyId, uint256[] calldata publicSignals, bytes calldata proof) external view returns (bool);

    function keyIdOf(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development
    )
        external
        view
        returns (bytes32);
    function verifierKey(bytes32 keyId) external view returns (VerifierKey memory);
    function status(bytes32 keyId) external view returns (Status);
    function guardian() external view returns (address);
}
