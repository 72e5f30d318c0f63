// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {DatasetRegistry} from "../contracts/src/DatasetRegistry.sol";
import {AllowListGate} from "../contracts/src/gates/AllowListGate.sol";
import {ReputationGate} from "../contracts/src/gates/ReputationGate.sol";
import {SemaphoreGate} from "../contracts/src/gates/SemaphoreGate.sol";
import {StakedGate} from "../contracts/src/gates/StakedGate.sol";
import {WorldIdGate} from "../contracts/src/gates/WorldIdGate.sol";
import {VeritaskGovernor} from "../contracts/src/governance/VeritaskGovernor.sol";
import {VeritaskTimelock} from "../contracts/src/governance/VeritaskTimelock.sol";
import {VeritaskToken} from "../contracts/src/governance/VeritaskToken.sol";
import {IGoldAudit} from "../contracts/src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../contracts/src/interfaces/IHiddenGoldSettlement.sol";
import {IProofSystem} from "../contracts/src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../contracts/src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../contracts/src/interfaces/IStakeVault.sol";
import {IVerifierKeyRegistry} from "../contracts/src/interfaces/IVerifierKeyRegistry.sol";
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
import {ReputationRegistry} from "../contracts/src/ReputationRegistry.sol";
import {DirectSettlement} from "../contracts/src/settlement/DirectSettlement.sol";
import {HiddenGoldSettlement} from "../contracts/src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../contracts/src/settlement/OpenGoldSettlement.sol";
import {OptimisticSettlement} from "../contracts/src/settlement/OptimisticSettlement.sol";
import {TaskRegistry} from "../contracts/src/TaskRegistry.sol";
import {VerifierKeyRegistry} from "../contracts/src/VerifierKeyRegistry.sol";
import {DeployCensus} from "./deploy/DeployCensus.sol";
import {DeployConfiguration} from "./deploy/DeployConfiguration.sol";
import {DeployFile} from "./deploy/DeployFile.sol";
import {DeployReleases} from "./deploy/DeployReleases.sol";
import {SupportedChains} from "./deploy/SupportedChains.sol";

/// @title Deploy
/// @notice Deploys the whole protocol behind its timelock, proposes the given keys, writes the deployment file, and ends with
/// a role census: whatever is not exactly as it should be reverts the script before anything is sent.
/// @dev The deployer administers the timelock and owns the parameters and the keys for the length of this script and holds no
/// role after it. Values come from script/config/<chain id>.json; each may be overridden by a variable of the environment
/// (script/deploy/DeployConfiguration.sol). On a public chain GUARDIAN (zero for nobody), HOLDERS and HOLDINGS must be given.
/// Chains that script/deploy/chains.json does not support are refused.
/// - KEYS_FILE: JSON array of `{name, keyData, manifestHash, development, needsChallenge, freezableByProof, proofSystem?,
/// gasCap?}` to propose (Groth16 unless `proofSystem` names another; the gas cap of the parameters unless it has its own). Keys of
/// RISC Zero and SP1 must be of a release that the configuration lists under `releases`.
/// - DEPLOYMENT_FILE: where the deployment is written; default contracts/deployments/<chain id>.json.
contract Deploy is DeployConfiguration, DeployCensus, DeployFile, DeployReleases, SupportedChains {
    error Deploy_OutsideWithoutCode(string name, address at);
    error Deploy_DevelopmentKey(string name, uint256 chainId);
    error Deploy_NotCreated(string name);
    error Deploy_UnknownProofSystem(string key, string proofSystem);

    function run() external returns (Deployed memory deployed) {
        checkChain(isLocal());
        Configuration memory configuration = readConfiguration();
        KeyFile[] memory keys = readKeys();
        check(configuration, keys);

        vm.recordLogs();
        vm.startBroadcast();
        (, configuration.deployer,) = vm.readCallers();
        deployed = deploy(configuration);
        bytes32[] memory keyIds = proposeKeys(deployed, keys);
        handOver(deployed, configuration);
        vm.stopBroadcast();

        census(deployed, configuration, vm.getRecordedLogs());
        write(deployed, configuration, keys, keyIds);
    }

    /// @notice What must hold before the first transaction.
    function check(Configuration memory configuration, KeyFile[] memory keys) public view {
        for (uint256 i; i < configuration.outside.length; ++i) {
            Named memory outside = configuration.outside[i];
            if (outside.at.code.length == 0) revert Deploy_OutsideWithoutCode(outside.name, outside.at);
        }
        for (uint256 i; i < keys.length; ++i) {
            if (keys[i].development && !isLocal()) revert Deploy_DevelopmentKey(keys[i].name, block.chainid);
            checkRelease(configuration.releases, keys[i]);
        }
    }

    function deploy(Configuration memory configuration) public returns (Deployed memory deployed) {
        deployGovernance(deployed, configuration);
        IProtocolParameters.Parameters memory parameters = configuration.parameters;
        if (parameters.treasury == address(0)) parameters.treasury = address(deployed.timelock);

        deployed.protocolParameters = new ProtocolParameters(configuration.deployer, parameters);
        deployed.verifierKeyRegistry = new VerifierKeyRegistry(configuration.deployer, deployed.protocolParameters);
        deployed.groth16 = new Groth16ProofSystem(address(deployed.verifierKeyRegistry));
        deployed.proofSystems = deployProofSystems(deployed.groth16);
        deployed.datasetRegistry = new DatasetRegistry();
        deployed.modelRegistry = new ModelRegistry(deployed.datasetRegistry, deployed.verifierKeyRegistry);
        deployed.forwarder = new ERC2771Forwarder("Veritask");
        deployed.taskRegistry =
            new TaskRegistry(deployed.protocolParameters, deployed.datasetRegistry, address(deployed.forwarder));
        deployed.stakeVault = IStakeVault(deployed.taskRegistry.stakeVault());
        deployed.reputationRegistry = new ReputationRegistry(deployed.taskRegistry);
        deployed.settlements = deploySettlements(deployed);
        deployed.goldAudit = IGoldAudit(IHiddenGoldSettlement(deployed.settlements[1].at).goldAudit());
        deployed.gates = deployGates(deployed);

        deployed.protocolParameters.setTokenPolicy(address(0), configuration.nativeCoin);
        for (uint256 i; i < deployed.settlements.length; ++i) {
            deployed.protocolParameters.setSettlement(deployed.settlements[i].at, true);
        }
        for (uint256 i; i < deployed.gates.length; ++i) {
            deployed.protocolParameters.setGate(deployed.gates[i].at, true);
        }
    }

    /// @notice Votes, timelock and governor. The deployer is the timelock's admin until {handOver}.
    function deployGovernance(Deployed memory deployed, Configuration memory configuration) public {
        // OpenZeppelin's timelock lets anyone execute what is due when the zero address is an executor.
        address[] memory anyone = new address[](1);
        deployed.voteToken = new VeritaskToken(configuration.allocations);
        deployed.timelock =
            new VeritaskTimelock(configuration.timelockDelay, new address[](0), anyone, configuration.deployer);
        deployed.governor = new VeritaskGovernor(deployed.voteToken, deployed.timelock, configuration.governor);
    }

    /// @notice Every settlement module there is, by its name in the deployment file.
    function deploySettlements(Deployed memory deployed) public returns (Named[] memory settlements) {
        TaskRegistry tasks = deployed.taskRegistry;
        VerifierKeyRegistry keys = deployed.verifierKeyRegistry;
        ProtocolParameters parameters = deployed.protocolParameters;
        settlements = new Named[](5);
        settlements[0] = Named("openGold", address(new OpenGoldSettlement(tasks, keys, parameters)));
        settlements[1] = Named("hiddenGold", address(new HiddenGoldSettlement(tasks, keys, parameters)));
        settlements[2] = Named("direct", address(new DirectSettlement(tasks, keys, parameters)));
        settlements[3] = Named("optimistic", address(new OptimisticSettlement(tasks, keys, parameters)));
        settlements[4] = Named(
            "consensus",
            create(
                "ConsensusSettlement.sol:ConsensusSettlement",
                abi.encode(tasks, keys, parameters, deployed.datasetRegistry)
            )
        );
    }

    /// @notice Deploys a contract that was built before, by its name: this file would be compiled as it must be if it imported it
    /// (foundry.toml).
    function create(string memory name, bytes memory arguments) public returns (address at) {
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            at := create(0, add(code, 0x20), mload(code))
        }
        if (at == address(0)) revert Deploy_NotCreated(name);
    }

    /// @notice Every gate there is, by its name in the deployment file. The open gate is the zero address.
    function deployGates(Deployed memory deployed) public returns (Named[] memory gates) {
        TaskRegistry tasks = deployed.taskRegistry;
        VerifierKeyRegistry keys = deployed.verifierKeyRegistry;
        gates = new Named[](5);
        gates[0] = Named("staked", address(new StakedGate(tasks)));
        gates[1] = Named("allowList", address(new AllowListGate(tasks)));
        gates[2] = Named("semaphore", address(new SemaphoreGate(tasks, keys)));
        gates[3] = Named("worldId", address(new WorldIdGate(tasks, keys)));
        gates[4] = Named("reputation", address(new ReputationGate(tasks, keys, deployed.reputationRegistry)));
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
                .propose(
                    IVerifierKeyRegistry.Proposal({
                        proofSystem: systemOf(deployed, key),
                        keyData: key.keyData,
                        manifestHash: key.manifestHash,
                        development: key.development,
                        needsChallenge: key.needsChallenge,
                        freezableByProof: key.freezableByProof,
                        gasCap: key.gasCap
                    })
                );
        }
    }

    /// @notice Gives everything to governance and leaves.
    function handOver(Deployed memory deployed, Configuration memory configuration) public {
        deployed.verifierKeyRegistry.setGuardian(configuration.guardian);
        deployed.verifierKeyRegistry.transferOwnership(address(deployed.timelock));
        deployed.protocolParameters.transferOwnership(address(deployed.timelock));

        VeritaskTimelock timelock = deployed.timelock;
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(deployed.governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(deployed.governor));
        if (configuration.guardian != address(0)) {
            timelock.grantRole(timelock.CANCELLER_ROLE(), configuration.guardian);
        }
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), configuration.deployer);
    }

    function systemOf(Deployed memory deployed, KeyFile memory key) public view returns (address) {
        if (bytes(key.proofSystem).length == 0) return address(deployed.groth16);
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            string memory name = nameOf(deployed.proofSystems[i].systemId());
            if (keccak256(bytes(name)) == keccak256(bytes(key.proofSystem))) return address(deployed.proofSystems[i]);
        }
        revert Deploy_UnknownProofSystem(key.name, key.proofSystem);
    }
}
