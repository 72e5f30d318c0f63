// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IProofSystem} from "./interfaces/IProofSystem.sol";
import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "./interfaces/IVerifierKeyRegistry.sol";

/// @title VerifierKeyRegistry
/// @notice See {IVerifierKeyRegistry} for what it does, who may do what, and what nobody can.
contract VerifierKeyRegistry is IVerifierKeyRegistry, Ownable {
    /// @dev Most public signals of one key.
    uint256 internal constant MAX_SIGNALS = 128;
    /// @dev What verifying takes, in gas: measured for Groth16ProofSystem with every account and word cold, rounded up
    /// (test/unit/Groth16ProofSystem/gas.t.sol).
    uint256 internal constant VERIFY_BASE_GAS = 200_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 7000;
    /// @dev Longest freeze reason, in bytes.
    uint256 internal constant MAX_REASON_LENGTH = 280;
    /// @dev Gas spent between measuring what is left and the call itself: cold account access (EIP-2929) and a margin.
    uint256 internal constant CALL_OVERHEAD = 5000;
    /// @dev Chains where development keys may live: Anvil and Hardhat, and the older local default.
    uint256 internal constant ANVIL_CHAIN_ID = 31_337;
    uint256 internal constant LOCAL_CHAIN_ID = 1337;

    IProtocolParameters internal immutable PARAMETERS;

    mapping(bytes32 keyId => VerifierKey key) internal _keys;
    address internal _guardian;

    constructor(address initialOwner, IProtocolParameters parameters_) Ownable(initialOwner) {
        PARAMETERS = parameters_;
    }

    /// @inheritdoc IVerifierKeyRegistry
    function propose(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development
    )
        external
        onlyOwner
        returns (bytes32 keyId)
    {
        // Check:
        if (proofSystem.code.length == 0) revert VerifierKeyRegistry_ProofSystemWithoutCode(proofSystem);
        if (development && block.chainid != ANVIL_CHAIN_ID && block.chainid != LOCAL_CHAIN_ID) {
            revert VerifierKeyRegistry_DevelopmentKeyOnPublicChain(block.chainid);
        }
        keyId = keyIdOf(proofSystem, keyData, manifestHash, development);
        if (_keys[keyId].status != Status.None) revert VerifierKeyRegistry_KeyExists(keyId);

        // Interaction: before the effect because the system counts the signals; only the owner comes this far.
        uint256 signalCount = IProofSystem(proofSystem).addKey(keyId, keyData);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkSignals(signalCount, current.verifyGasCap);

        // Effect:
        VerifierKey memory key = VerifierKey({
            proofSystem: proofSystem,
            status: Status.Proposed,
            development: development,
            gasCap: current.verifyGasCap,
            signalCount: uint16(signalCount),
            activeAt: uint64(block.timestamp + current.keyActivationDelay),
            manifestHash: manifestHash
        });
        _keys[keyId] = key;
        emit KeyProposed(
            keyId, proofSystem, manifestHash, development, key.activeAt, key.gasCap, key.signalCount, keyData
        );
    }

    /// @inheritdoc IVerifierKeyRegistry
    function activate(bytes32 keyId) external {
        // Check:
        VerifierKey storage key = _keys[keyId];
        if (key.status != Status.Proposed) {
            revert VerifierKeyRegistry_WrongStatus(keyId, key.status, Status.Proposed);
        }
        if (block.timestamp < key.activeAt) {
            revert VerifierKeyRegistry_ActivationTooEarly(keyId, key.activeAt, block.timestamp);
        }

        // Effect:
        key.status = Status.Active;
        emit KeyActivated(keyId);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function freeze(bytes32 keyId, string calldata reason) external {
        // Check:
        if (msg.sender != _guardian && msg.sender != owner()) {
            revert VerifierKeyRegistry_NotGuardianOrOwner(msg.sender);
        }
        Status previous = _keys[keyId].status;
        if (previous != Status.Proposed && previous != Status.Active) {
            revert VerifierKeyRegistry_WrongStatus(keyId, previous, Status.Active);
        }
        if (bytes(reason).length > MAX_REASON_LENGTH) {
            revert VerifierKeyRegistry_ReasonTooLong(bytes(reason).length, MAX_REASON_LENGTH);
        }

        // Effect:
        _keys[keyId].status = Status.Frozen;
        emit KeyFrozen(keyId, msg.sender, previous, reason);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function setGuardian(address next) external onlyOwner {
        address previous = _guardian;
        _guardian = next;
        emit GuardianChanged(previous, next);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function verify(
        bytes32 keyId,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        external
        view
        returns (bool accepted)
    {
        // Check:
        VerifierKey storage key = _keys[keyId];
        if (key.status != Status.Active) revert VerifierKeyRegistry_WrongStatus(keyId, key.status, Status.Active);
        address proofSystem = key.proofSystem;
        uint256 gasCap = key.gasCap;
        bytes memory data = abi.encodeCall(IProofSystem.verify, (keyId, publicSignals, proof));

        // At most 63/64 of what is left can be forwarded (EIP-150): with less than this the call would get under its cap.
        uint256 required = gasCap + gasCap / 63 + CALL_OVERHEAD;
        if (gasleft() < required) revert VerifierKeyRegistry_InsufficientGas(gasleft(), required);

        // Interaction: one word comes back, so a proof system cannot make the caller pay for a long answer.
        assembly ("memory-safe") {
            let called := staticcall(gasCap, proofSystem, add(data, 0x20), mload(data), 0, 0x20)
            accepted := and(and(called, eq(returndatasize(), 0x20)), eq(mload(0), 1))
        }
    }

    /// @inheritdoc IVerifierKeyRegistry
    function verifierKey(bytes32 keyId) external view returns (VerifierKey memory) {
        return _keys[keyId];
    }

    /// @inheritdoc IVerifierKeyRegistry
    function status(bytes32 keyId) external view returns (Status) {
        return _keys[keyId].status;
    }

    /// @inheritdoc IVerifierKeyRegistry
    function guardian() external view returns (address) {
        return _guardian;
    }

    /// @inheritdoc IVerifierKeyRegistry
    function keyIdOf(
        address proofSystem,
        bytes calldata keyData,
        bytes32 manifestHash,
        bool development
    )
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(IProofSystem(proofSystem).systemId(), keyData, manifestHash, development));
    }

    /// @dev A key whose cap is too low would refuse every proof, and silence would decide.
    function _checkSignals(uint256 signalCount, uint256 gasCap) internal pure {
        if (signalCount > MAX_SIGNALS) revert VerifierKeyRegistry_TooManySignals(signalCount, MAX_SIGNALS);
        uint256 required = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * signalCount;
        if (gasCap < required) revert VerifierKeyRegistry_GasCapTooLow(gasCap, required);
    }
}
