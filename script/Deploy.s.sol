// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Script} from "forge-std/Script.sol";

import {DatasetRegistry} from "../contracts/src/DatasetRegistry.sol";
import {IProofSystem} from "../contracts/src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../contracts/src/interfaces/IProtocolParameters.sol";
import {ModelRegistry} from "../contracts/src/ModelRegistry.sol";
import {EzklProofSystem} from "../contracts/src/proofSystems/EzklProofSystem.sol";
import {FflonkProofSystem} from "../contracts/src/proofSystems/FflonkProofSystem.sol";
import {Groth16ProofSystem} from "../contracts/src/proofSystems/Groth16ProofSystem.sol";
import {PlonkProofSystem} from "../contracts/src/proofSystems/PlonkProofSystem.sol";
import {RiscZeroProofSystem} from "../contracts/src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroVerifierProofSystem} from "../contracts/src/proofSystems/RiscZeroVerifierProofSystem.sol";
import {SemaphoreProofSystem} from "../contracts/src/proofSystems/SemaphoreProofSystem.sol";
import {Sp1ProofSystem} from "../contracts/src/proofSystems/Sp1ProofSystem.sol";
import {Sp1VerifierProofSystem} from "../contracts/src/proofSystems/Sp1VerifierProofSystem.sol";
import {WorldIdProofSystem} from "../contracts/src/proofSystems/WorldIdProofSystem.sol";
import {ZkVerifyProofSystem} from "../contracts/src/proofSystems/ZkVerifyProofSystem.sol";
import {ProtocolParameters} from "../contracts/src/ProtocolParameters.sol";
import {HiddenGoldSettlement} from "../contracts/src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../contracts/src/settlement/OpenGoldSettlement.sol";
import {TaskRegistry} from "../contracts/src/TaskRegistry.sol";
import {VerifierKeyRegistry} from "../contracts/src/VerifierKeyRegistry.sol";

/// @title Deploy
/// @notice Deploys the protocol, proposes the given keys, and leaves everything that has an owner to a timelock.
/// @dev The deployer owns the parameters and the key registry for the length of this script and holds no role after it.
/// Environment:
/// - DEPLOYMENT_FILE: where the deployment is written, as JSON. Required.
/// - TIMELOCK_PROPOSERS: comma-separated accounts that may queue governance calls. Required: without one, nothing could
/// ever change.
/// - TIMELOCK_EXECUTORS: comma-separated; default: anyone. TIMELOCK_ADMIN: default: the timelock alone.
/// - TIMELOCK_DELAY: seconds.
/// - GUARDIAN: may freeze keys; default: nobody but the timelock.
/// - KEYS_FILE: JSON array of `{name, keyData, manifestHash, impossibleSignals}` (the signals as 32-byte hex) to propose as
/// development keys (local chains only).
/// - TREASURY, FEE_BPS, MIN_WINDOW, MAX_WINDOW, KEY_ACTIVATION_DELAY, VERIFY_GAS_CAP, MAX_SLOTS, MIN_REWARD.
/// Defaults are meant for local chains (31337 and 1337). Anywhere else MIN_WINDOW (at least an hour), MAX_WINDOW,
/// TIMELOCK_DELAY, KEY_ACTIVATION_DELAY and GUARDIAN (zero for nobody) must be given.
contract Deploy is Script {
    using SafeCast for uint256;

    /// @dev Chains with defaults for everything: Anvil and Hardhat, and the older local default.
    uint256 internal constant ANVIL_CHAIN_ID = 31_337;
    uint256 internal constant LOCAL_CHAIN_ID = 1337;
    /// @dev Shortest distance of two deadlines on a public chain, in seconds: people and congested chains need time.
    uint256 internal constant MIN_PUBLIC_WINDOW = 1 hours;
    uint256 internal constant DEFAULT_MIN_WINDOW = 10;
    uint256 internal constant DEFAULT_MAX_WINDOW = 30 days;
    uint256 internal constant DEFAULT_KEY_ACTIVATION_DELAY = 60;
    /// @dev A four-signal proof takes about 222,000; a bad point at most 300,000.
    uint256 internal constant DEFAULT_VERIFY_GAS_CAP = 600_000;
    uint256 internal constant DEFAULT_MAX_SLOTS = 10_000;
    uint256 internal constant DEFAULT_MIN_REWARD = 1 gwei;
    uint256 internal constant DEFAULT_TIMELOCK_DELAY = 60;

    /// @dev Members in the alphabetical order in which Foundry decodes JSON objects.
    struct KeyFile {
        uint256[] impossibleSignals;
        bytes keyData;
        bytes32 manifestHash;
        string name;
    }

    struct Configuration {
        address deployer;
        address guardian;
        IProtocolParameters.Parameters parameters;
        uint128 minReward;
        uint256 timelockDelay;
        address[] proposers;
        address[] executors;
        address admin;
    }

    struct Deployed {
        TimelockController timelock;
        ProtocolParameters protocolParameters;
        VerifierKeyRegistry verifierKeyRegistry;
        Groth16ProofSystem groth16;
        IProofSystem[] proofSystems;
        DatasetRegistry datasetRegistry;
        ModelRegistry modelRegistry;
        ERC2771Forwarder forwarder;
        TaskRegistry taskRegistry;
        OpenGoldSettlement openGold;
        HiddenGoldSettlement hiddenGold;
    }

    error Deploy_VariableRequired(string name);
    error Deploy_MinWindowTooShort(uint256 minWindow, uint256 required);

    function run() external returns (Deployed memory deployed) {
        Configuration memory configuration = readConfiguration();
        KeyFile[] memory keys = readKeys();

        vm.startBroadcast();
        (, configuration.deployer,) = vm.readCallers();
        deployed = deploy(configuration);
        bytes32[] memory keyIds = proposeKeys(deployed, keys);
        handOver(deployed, configuration.guardian);
        vm.stopBroadcast();

        write(deployed, keys, keyIds);
    }

    function deploy(Configuration memory configuration) public returns (Deployed memory deployed) {
        deployed.timelock = new TimelockController(
            configuration.timelockDelay, configuration.proposers, configuration.executors, configuration.admin
        );
        deployed.protocolParameters = new ProtocolParameters(configuration.deployer, configuration.parameters);
        deployed.verifierKeyRegistry = new VerifierKeyRegistry(configuration.deployer, deployed.protocolParameters);
        deployed.groth16 = new Groth16ProofSystem(address(deployed.verifierKeyRegistry));
        deployed.proofSystems = deployProofSystems(deployed.groth16);
        deployed.datasetRegistry = new DatasetRegistry();
        deployed.modelRegistry = new ModelRegistry(deployed.datasetRegistry, deployed.verifierKeyRegistry);
        deployed.forwarder = new ERC2771Forwarder("Veritask");
        deployed.taskRegistry =
            new TaskRegistry(deployed.protocolParameters, deployed.datasetRegistry, address(deployed.forwarder));
        deployed.openGold =
            new OpenGoldSettlement(deployed.taskRegistry, deployed.verifierKeyRegistry, deployed.protocolParameters);
        deployed.hiddenGold =
            new HiddenGoldSettlement(deployed.taskRegistry, deployed.verifierKeyRegistry, deployed.protocolParameters);

        deployed.protocolParameters
            .setTokenPolicy(
                address(0),
                IProtocolParameters.TokenPolicy({allowed: true, minReward: configuration.minReward, minStake: 0})
            );
        deployed.protocolParameters.setSettlement(address(deployed.openGold), true);
        deployed.protocolParameters.setSettlement(address(deployed.hiddenGold), true);
    }

    /// @notice Every proof system there is, Groth16 first; each takes keys from the registry alone and has no owner.
    function deployProofSystems(Groth16ProofSystem groth16) public returns (IProofSystem[] memory systems) {
        address registry = groth16.registry();
        systems = new IProofSystem[](11);
        systems[0] = groth16;
        systems[1] = new PlonkProofSystem(registry);
        systems[2] = new FflonkProofSystem(registry);
        systems[3] = new RiscZeroProofSystem(registry);
        systems[4] = new RiscZeroVerifierProofSystem(registry);
        systems[5] = new Sp1ProofSystem(registry);
        systems[6] = new Sp1VerifierProofSystem(registry);
        systems[7] = new WorldIdProofSystem(registry);
        systems[8] = new SemaphoreProofSystem(registry);
        systems[9] = new EzklProofSystem(registry);
        systems[10] = new ZkVerifyProofSystem(registry);
    }

    /// @notice Proposes each key; anyone may activate it after the delay.
    function proposeKeys(Deployed memory deployed, KeyFile[] memory keys) public returns (bytes32[] memory keyIds) {
        keyIds = new bytes32[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            KeyFile memory key = keys[i];
            keyIds[i] = deployed.verifierKeyRegistry
                .propose(address(deployed.groth16), key.keyData, key.manifestHash, true, key.impossibleSignals);
        }
    }

    function handOver(Deployed memory deployed, address guardian) public {
        deployed.verifierKeyRegistry.setGuardian(guardian);
        deployed.verifierKeyRegistry.transferOwnership(address(deployed.timelock));
        deployed.protocolParameters.transferOwnership(address(deployed.timelock));
    }

    /// @dev All but the deployer, which the broadcast decides.
    function readConfiguration() public view returns (Configuration memory configuration) {
        bool local = block.chainid == ANVIL_CHAIN_ID || block.chainid == LOCAL_CHAIN_ID;
        if (!local) _checkGiven();

        // OpenZeppelin's timelock lets anyone execute what is due when the zero address is an executor.
        address[] memory anyone = new address[](1);
        configuration.guardian = vm.envOr("GUARDIAN", address(0));
        configuration.minReward = vm.envOr("MIN_REWARD", DEFAULT_MIN_REWARD).toUint128();
        configuration.timelockDelay = vm.envOr("TIMELOCK_DELAY", DEFAULT_TIMELOCK_DELAY);
        configuration.proposers = vm.envAddress("TIMELOCK_PROPOSERS", ",");
        configuration.executors = vm.envOr("TIMELOCK_EXECUTORS", ",", anyone);
        configuration.admin = vm.envOr("TIMELOCK_ADMIN", address(0));
        configuration.parameters = IProtocolParameters.Parameters({
            feeBps: vm.envOr("FEE_BPS", uint256(0)).toUint16(),
            maxSlots: vm.envOr("MAX_SLOTS", DEFAULT_MAX_SLOTS).toUint32(),
            minWindow: vm.envOr("MIN_WINDOW", DEFAULT_MIN_WINDOW).toUint32(),
            maxWindow: vm.envOr("MAX_WINDOW", DEFAULT_MAX_WINDOW).toUint32(),
            keyActivationDelay: vm.envOr("KEY_ACTIVATION_DELAY", DEFAULT_KEY_ACTIVATION_DELAY).toUint32(),
            verifyGasCap: vm.envOr("VERIFY_GAS_CAP", DEFAULT_VERIFY_GAS_CAP).toUint32(),
            treasury: vm.envOr("TREASURY", address(0)),
            unbondingDelay: vm.envOr("UNBONDING_DELAY", uint256(0)).toUint32(),
            leaveWindow: vm.envOr("LEAVE_WINDOW", uint256(0)).toUint32(),
            missedSlashBps: vm.envOr("MISSED_SLASH_BPS", uint256(0)).toUint16(),
            rejectedSlashBps: vm.envOr("REJECTED_SLASH_BPS", uint256(0)).toUint16(),
            goldBondBps: vm.envOr("GOLD_BOND_BPS", uint256(0)).toUint16(),
            auditRateBps: vm.envOr("AUDIT_RATE_BPS", uint256(0)).toUint16(),
            auditWindow: vm.envOr("AUDIT_WINDOW", uint256(0)).toUint32()
        });
        uint256 minWindow = configuration.parameters.minWindow;
        if (!local && minWindow < MIN_PUBLIC_WINDOW) revert Deploy_MinWindowTooShort(minWindow, MIN_PUBLIC_WINDOW);
    }

    function _checkGiven() internal view {
        string[5] memory names = ["MIN_WINDOW", "MAX_WINDOW", "TIMELOCK_DELAY", "KEY_ACTIVATION_DELAY", "GUARDIAN"];
        for (uint256 i; i < names.length; ++i) {
            if (!vm.envExists(names[i])) revert Deploy_VariableRequired(names[i]);
        }
    }

    function readKeys() public view returns (KeyFile[] memory) {
        string memory path = vm.envOr("KEYS_FILE", string(""));
        if (bytes(path).length == 0) return new KeyFile[](0);
        return abi.decode(vm.parseJson(vm.readFile(path)), (KeyFile[]));
    }

    function write(Deployed memory deployed, KeyFile[] memory keys, bytes32[] memory keyIds) public {
        string memory contracts = "contracts";
        vm.serializeAddress(contracts, "timelock", address(deployed.timelock));
        vm.serializeAddress(contracts, "protocolParameters", address(deployed.protocolParameters));
        vm.serializeAddress(contracts, "verifierKeyRegistry", address(deployed.verifierKeyRegistry));
        vm.serializeAddress(contracts, "groth16", address(deployed.groth16));
        vm.serializeAddress(contracts, "datasetRegistry", address(deployed.datasetRegistry));
        vm.serializeAddress(contracts, "modelRegistry", address(deployed.modelRegistry));
        vm.serializeAddress(contracts, "taskRegistry", address(deployed.taskRegistry));
        vm.serializeAddress(contracts, "openGold", address(deployed.openGold));
        string memory contractsJson = vm.serializeAddress(contracts, "hiddenGold", address(deployed.hiddenGold));

        string memory systemsJson;
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            IProofSystem system = deployed.proofSystems[i];
            systemsJson = vm.serializeAddress("proofSystems", nameOf(system.systemId()), address(system));
        }

        string memory keysJson = "{}";
        for (uint256 i; i < keys.length; ++i) {
            keysJson = vm.serializeBytes32("keys", keys[i].name, keyIds[i]);
        }

        string memory root = "deployment";
        vm.serializeUint(root, "chainId", block.chainid);
        vm.serializeUint(root, "blockNumber", block.number);
        vm.serializeString(root, "contracts", contractsJson);
        vm.serializeString(root, "proofSystems", systemsJson);
        vm.writeJson(vm.serializeString(root, "keys", keysJson), vm.envString("DEPLOYMENT_FILE"));
    }

    /// @dev The text in a system id, without the zeros that pad it.
    function nameOf(bytes32 systemId) public pure returns (string memory) {
        uint256 length;
        while (length < 32 && systemId[length] != 0) {
            ++length;
        }
        bytes memory name = new bytes(length);
        for (uint256 i; i < length; ++i) {
            name[i] = systemId[i];
        }
        return string(name);
    }
}
