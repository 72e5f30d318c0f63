// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";

import {IBatchProofSystem} from "./interfaces/IBatchProofSystem.sol";
import {IProofSystem} from "./interfaces/IProofSystem.sol";
import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "./interfaces/IVerifierKeyRegistry.sol";

/// @title VerifierKeyRegistry
/// @notice See {IVerifierKeyRegistry} for what it does, who may do what, and what nobody can.
contract VerifierKeyRegistry is IVerifierKeyRegistry, Ownable {
    /// @dev Most public signals of one key.
    uint256 internal constant MAX_SIGNALS = 128;
    /// @dev Longest freeze reason, in bytes.
    uint256 internal constant MAX_REASON_LENGTH = 280;
    /// @dev Longest evidence beside a reason, in bytes.
    uint256 internal constant MAX_EXPLOIT_LENGTH = 16_384;
    /// @dev Longest advisory, in bytes.
    uint256 internal constant MAX_ADVISORY_ID_LENGTH = 64;
    uint256 internal constant MAX_ADVISORY_URI_LENGTH = 256;
    /// @dev Domain of the impossible statement, and the bits dropped from a hash so that it is below every field order.
    string internal constant IMPOSSIBLE_DOMAIN = "veritask.impossible.1";
    uint256 internal constant HASH_SHIFT = 8;
    /// @dev Most proofs of one batch: the answer is one bit each.
    uint256 internal constant MAX_BATCH = 64;
    /// @dev What each proof of a batch may take, in caps of its key: bad proofs are found by halves, which costs more than
    /// checking each alone. Suffices for 64 bad proofs (test/unit/Groth16ProofSystem/registry.t.sol).
    uint256 internal constant BATCH_GAS_CAPS = 4;
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
    function propose(Proposal calldata proposal) external onlyOwner returns (bytes32 keyId) {
        // Check:
        address proofSystem = proposal.proofSystem;
        if (proofSystem.code.length == 0) revert VerifierKeyRegistry_ProofSystemWithoutCode(proofSystem);
        if (proposal.development && block.chainid != ANVIL_CHAIN_ID && block.chainid != LOCAL_CHAIN_ID) {
            revert VerifierKeyRegistry_DevelopmentKeyOnPublicChain(block.chainid);
        }
        keyId = keyIdOf(
            proofSystem, proposal.keyData, proposal.manifestHash, proposal.development, proposal.needsChallenge
        );
        if (_keys[keyId].status != Status.None) revert VerifierKeyRegistry_KeyExists(keyId);

        // Interaction: before the effect because the system describes the key; only the owner comes this far.
        IProofSystem.KeyTerms memory terms = IProofSystem(proofSystem).addKey(keyId, proposal.keyData);
        VerifierKey memory key = _checkTerms(terms, proposal.gasCap);
        key.proofSystem = proofSystem;
        key.development = proposal.development;
        key.needsChallenge = proposal.needsChallenge;
        key.freezableByProof = proposal.freezableByProof;
        key.manifestHash = proposal.manifestHash;
        key.batches = ERC165Checker.supportsInterface(proofSystem, type(IBatchProofSystem).interfaceId);

        // Effect:
        _keys[keyId] = key;
        _emitProposed(keyId, key, proposal.keyData);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function activate(bytes32 keyId) external {
        // Check:
        VerifierKey storage key = _keys[keyId];
        Status current = _statusOf(key);
        if (current != Status.Proposed) revert VerifierKeyRegistry_WrongStatus(keyId, current, Status.Proposed);
        if (block.timestamp < key.activeAt) {
            revert VerifierKeyRegistry_ActivationTooEarly(keyId, key.activeAt, block.timestamp);
        }
        // Under a base that is not active yet every honest proof would be refused.
        if (key.dependent && _keys[key.dependsOn].status != Status.Active) {
            revert VerifierKeyRegistry_WrongStatus(key.dependsOn, _keys[key.dependsOn].status, Status.Active);
        }

        // Effect:
        key.status = Status.Active;
        emit KeyActivated(keyId);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function freeze(
        bytes32 keyId,
        string calldata reason,
        Advisory calldata advisory,
        bytes calldata exploit
    )
        external
    {
        // Check:
        if (msg.sender != _guardian && msg.sender != owner()) {
            revert VerifierKeyRegistry_NotGuardianOrOwner(msg.sender);
        }
        if (bytes(reason).length > MAX_REASON_LENGTH) {
            revert VerifierKeyRegistry_ReasonTooLong(bytes(reason).length, MAX_REASON_LENGTH);
        }
        if (exploit.length > MAX_EXPLOIT_LENGTH) {
            revert VerifierKeyRegistry_ExploitTooLong(exploit.length, MAX_EXPLOIT_LENGTH);
        }
        _checkAdvisory("id", advisory.id, MAX_ADVISORY_ID_LENGTH);
        _checkAdvisory("uri", advisory.uri, MAX_ADVISORY_URI_LENGTH);

        // Effect:
        _freeze(keyId, reason, advisory, exploit);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function freezeWithProof(bytes32 keyId, bytes calldata proof) external {
        // Check:
        VerifierKey storage key = _keys[keyId];
        if (!key.freezableByProof) revert VerifierKeyRegistry_NotFreezableByProof(keyId);
        uint256[] memory publicSignals = impossibleSignals(key.signalCount);
        if (!_ask(key, abi.encodeCall(IProofSystem.verify, (keyId, publicSignals, proof)))) {
            revert VerifierKeyRegistry_ExploitRejected(keyId);
        }

        // Effect:
        _freeze(keyId, "proof of an impossible statement", Advisory("", ""), abi.encode(publicSignals, proof));
    }

    /// @inheritdoc IVerifierKeyRegistry
    function freezeDependent(bytes32 keyId) external {
        // Check:
        bytes32 dependsOn = _keys[keyId].dependsOn;
        Status found = _keys[dependsOn].status;
        if (dependsOn == 0 || found != Status.Frozen) {
            revert VerifierKeyRegistry_WrongStatus(dependsOn, found, Status.Frozen);
        }

        // Effect:
        _freeze(keyId, "the key it depends on is frozen", Advisory("", ""), abi.encode(dependsOn));
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
        VerifierKey storage key = _activeKey(keyId);
        return _ask(key, abi.encodeCall(IProofSystem.verify, (keyId, publicSignals, proof)));
    }

    /// @inheritdoc IVerifierKeyRegistry
    function verifyBatch(
        bytes32 keyId,
        uint256[][] calldata publicSignals,
        bytes[] calldata proofs
    )
        external
        view
        returns (uint256 accepted)
    {
        // Check:
        VerifierKey storage key = _activeKey(keyId);
        uint256 count = proofs.length;
        if (count != publicSignals.length) {
            revert VerifierKeyRegistry_LengthMismatch(publicSignals.length, count);
        }
        if (count > MAX_BATCH) revert VerifierKeyRegistry_BatchTooLarge(count, MAX_BATCH);
        // One alone costs less alone.
        if (!key.batches || count < 2) {
            for (uint256 i; i < count; ++i) {
                bytes memory question = abi.encodeCall(IProofSystem.verify, (keyId, publicSignals[i], proofs[i]));
                if (_ask(key, question)) accepted |= 1 << i;
            }
            return accepted;
        }

        // Interaction: the system's function has the signature of this one, so its call is this call. A call that fails says
        // nothing about the proofs.
        address proofSystem = key.proofSystem;
        uint256 gasCap = BATCH_GAS_CAPS * count * key.gasCap;
        bool answered;
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            answered := staticcall(gasCap, proofSystem, data, calldatasize(), 0, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            accepted := mload(0)
        }
        if (!answered) revert VerifierKeyRegistry_BatchFailed(keyId);
        accepted &= (1 << count) - 1;
    }

    /// @inheritdoc IVerifierKeyRegistry
    function verifierKey(bytes32 keyId) external view returns (VerifierKey memory) {
        return _keys[keyId];
    }

    /// @inheritdoc IVerifierKeyRegistry
    function status(bytes32 keyId) external view returns (Status) {
        return _statusOf(_keys[keyId]);
    }

    /// @inheritdoc IVerifierKeyRegistry
    function needsChallenge(bytes32 keyId) external view returns (bool) {
        return _keys[keyId].needsChallenge;
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
        bool development,
        bool needsChallenge_
    )
        public
        view
        returns (bytes32)
    {
        bytes32 systemId = IProofSystem(proofSystem).systemId();
        return keccak256(abi.encode(systemId, keyData, manifestHash, development, needsChallenge_));
    }

    /// @inheritdoc IVerifierKeyRegistry
    function impossibleSignals(uint256 signalCount) public pure returns (uint256[] memory signals) {
        signals = new uint256[](signalCount);
        for (uint256 i; i < signalCount; ++i) {
            signals[i] = uint256(keccak256(abi.encode(IMPOSSIBLE_DOMAIN, i))) >> HASH_SHIFT;
        }
    }

    function _freeze(bytes32 keyId, string memory reason, Advisory memory advisory, bytes memory exploit) internal {
        // Check: what is stored, not what follows from the key it depends on.
        Status previous = _keys[keyId].status;
        if (previous != Status.Proposed && previous != Status.Active) {
            revert VerifierKeyRegistry_WrongStatus(keyId, previous, Status.Active);
        }

        // Effect:
        _keys[keyId].status = Status.Frozen;
        emit KeyFrozen(keyId, msg.sender, previous, reason, advisory, exploit);
    }

    /// @dev Asks the proof system with at most the key's gas, whatever the key's status.
    /// @param question Calldata of {IProofSystem.verify}.
    function _ask(VerifierKey storage key, bytes memory question) internal view returns (bool accepted) {
        // Check:
        address proofSystem = key.proofSystem;
        uint256 gasCap = key.gasCap;

        // At most 63/64 of what is left can be forwarded (EIP-150): with less than this the call would get under its cap.
        uint256 required = gasCap + gasCap / 63 + CALL_OVERHEAD;
        if (gasleft() < required) revert VerifierKeyRegistry_InsufficientGas(gasleft(), required);

        // Interaction: one word comes back, so a proof system cannot make the caller pay for a long answer.
        assembly ("memory-safe") {
            let called := staticcall(gasCap, proofSystem, add(question, 0x20), mload(question), 0, 0x20)
            accepted := and(and(called, eq(returndatasize(), 0x20)), eq(mload(0), 1))
        }
    }

    function _activeKey(bytes32 keyId) internal view returns (VerifierKey storage key) {
        key = _keys[keyId];
        Status found = _statusOf(key);
        if (found != Status.Active) revert VerifierKeyRegistry_WrongStatus(keyId, found, Status.Active);
    }

    /// @dev A key whose proofs end up being checked under a frozen key is frozen with it, at the same instant.
    function _statusOf(VerifierKey storage key) internal view returns (Status) {
        if (key.dependent && _keys[key.dependsOn].status == Status.Frozen) return Status.Frozen;
        return key.status;
    }

    /// @dev A new key's life as its proof system and the parameters of the day set it. A key whose cap is too low would refuse
    /// every proof, and silence would decide.
    /// @param gasCap Zero for the cap of the day.
    function _checkTerms(
        IProofSystem.KeyTerms memory terms,
        uint32 gasCap
    )
        internal
        view
        returns (VerifierKey memory key)
    {
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        if (terms.signalCount > MAX_SIGNALS) {
            revert VerifierKeyRegistry_TooManySignals(terms.signalCount, MAX_SIGNALS);
        }
        if (gasCap == 0) gasCap = current.verifyGasCap;
        if (gasCap < terms.verifyGas) revert VerifierKeyRegistry_GasCapTooLow(gasCap, terms.verifyGas);
        uint256 maxGasCap = PARAMETERS.maxVerifyGasCap();
        if (gasCap > maxGasCap) revert VerifierKeyRegistry_GasCapTooHigh(gasCap, maxGasCap);
        if (terms.dependsOn != 0) {
            // One step only: `_statusOf` looks no further.
            VerifierKey storage base = _keys[terms.dependsOn];
            bool usable = base.status == Status.Proposed || base.status == Status.Active;
            if (!usable || base.dependent) revert VerifierKeyRegistry_DependencyUnusable(terms.dependsOn);
        }
        key.status = Status.Proposed;
        key.signalCount = uint16(terms.signalCount);
        key.dependent = terms.dependsOn != 0;
        key.dependsOn = terms.dependsOn;
        key.gasCap = gasCap;
        key.activeAt = uint64(block.timestamp + current.keyActivationDelay);
    }

    function _checkAdvisory(string memory field, string calldata text, uint256 maxLength) internal pure {
        uint256 length = bytes(text).length;
        if (length > maxLength) revert VerifierKeyRegistry_AdvisoryTooLong(field, length, maxLength);
    }

    function _emitProposed(bytes32 keyId, VerifierKey memory key, bytes calldata keyData) internal {
        emit KeyProposed(
            keyId,
            key.proofSystem,
            key.manifestHash,
            key.development,
            key.needsChallenge,
            key.freezableByProof,
            key.activeAt,
            key.gasCap,
            key.signalCount,
            key.dependsOn,
            keyData
        );
    }
}
