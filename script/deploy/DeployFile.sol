// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../contracts/src/interfaces/IProofSystem.sol";
import {DeployTypes} from "./DeployTypes.sol";

/// @title DeployFile
/// @notice Writes what the SDK, the indexer and the frontend read.
abstract contract DeployFile is DeployTypes {
    /// @dev DEPLOYMENT_FILE, or contracts/deployments/<chain id>.json.
    function write(
        Deployed memory deployed,
        Configuration memory configuration,
        KeyFile[] memory keys,
        bytes32[] memory keyIds
    )
        public
    {
        string memory keysJson = "{}";
        for (uint256 i; i < keys.length; ++i) {
            keysJson = vm.serializeBytes32("keys", keys[i].name, keyIds[i]);
        }
        string memory systemsJson;
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            IProofSystem system = deployed.proofSystems[i];
            systemsJson = vm.serializeAddress("proofSystems", nameOf(system.systemId()), address(system));
        }

        string memory root = "deployment";
        vm.serializeUint(root, "chainId", block.chainid);
        vm.serializeUint(root, "blockNumber", block.number);
        vm.serializeString(root, "contracts", _contracts(deployed));
        vm.serializeString(root, "settlements", _list("settlements", deployed.settlements));
        vm.serializeString(root, "gates", _list("gates", deployed.gates));
        vm.serializeString(root, "proofSystems", systemsJson);
        vm.serializeString(root, "outside", _list("outside", configuration.outside));
        string memory path = string.concat("contracts/deployments/", vm.toString(block.chainid), ".json");
        vm.writeJson(vm.serializeString(root, "keys", keysJson), vm.envOr("DEPLOYMENT_FILE", path));
    }

    function _contracts(Deployed memory deployed) internal returns (string memory) {
        string memory contracts = "contracts";
        vm.serializeAddress(contracts, "voteToken", address(deployed.voteToken));
        vm.serializeAddress(contracts, "governor", address(deployed.governor));
        vm.serializeAddress(contracts, "timelock", address(deployed.timelock));
        vm.serializeAddress(contracts, "protocolParameters", address(deployed.protocolParameters));
        vm.serializeAddress(contracts, "verifierKeyRegistry", address(deployed.verifierKeyRegistry));
        vm.serializeAddress(contracts, "groth16", address(deployed.groth16));
        vm.serializeAddress(contracts, "datasetRegistry", address(deployed.datasetRegistry));
        vm.serializeAddress(contracts, "modelRegistry", address(deployed.modelRegistry));
        vm.serializeAddress(contracts, "forwarder", address(deployed.forwarder));
        vm.serializeAddress(contracts, "stakeVault", address(deployed.stakeVault));
        vm.serializeAddress(contracts, "goldAudit", address(deployed.goldAudit));
        vm.serializeAddress(contracts, "reputationRegistry", address(deployed.reputationRegistry));
        for (uint256 i; i < deployed.settlements.length; ++i) {
            vm.serializeAddress(contracts, deployed.settlements[i].name, deployed.settlements[i].at);
        }
        return vm.serializeAddress(contracts, "taskRegistry", address(deployed.taskRegistry));
    }

    function _list(string memory key, Named[] memory named) internal returns (string memory json) {
        json = "{}";
        for (uint256 i; i < named.length; ++i) {
            json = vm.serializeAddress(key, named[i].name, named[i].at);
        }
    }
}
