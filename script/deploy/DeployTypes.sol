// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Script} from "forge-std/Script.sol";

import {DatasetRegistry} from "../../contracts/src/DatasetRegistry.sol";
import {VeritaskGovernor} from "../../contracts/src/governance/VeritaskGovernor.sol";
import {VeritaskTimelock} from "../../contracts/src/governance/VeritaskTimelock.sol";
import {VeritaskToken} from "../../contracts/src/governance/VeritaskToken.sol";
import {IGoldAudit} from "../../contracts/src/interfaces/IGoldAudit.sol";
import {IProofSystem} from "../../contracts/src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../../contracts/src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../../contracts/src/interfaces/IStakeVault.sol";
import {IVeritaskGovernor} from "../../contracts/src/interfaces/IVeritaskGovernor.sol";
import {IVeritaskToken} from "../../contracts/src/interfaces/IVeritaskToken.sol";
import {ModelRegistry} from "../../contracts/src/ModelRegistry.sol";
import {Groth16ProofSystem} from "../../contracts/src/proofSystems/Groth16ProofSystem.sol";
import {ProtocolParameters} from "../../contracts/src/ProtocolParameters.sol";
import {ReputationRegistry} from "../../contracts/src/ReputationRegistry.sol";
import {TaskRegistry} from "../../contracts/src/TaskRegistry.sol";
import {VerifierKeyRegistry} from "../../contracts/src/VerifierKeyRegistry.sol";

/// @title DeployTypes
/// @notice What a deployment is made from and what it leaves.
abstract contract DeployTypes is Script {
    /// @dev Chains with defaults for everything: Anvil and Hardhat, and the older local default.
    uint256 internal constant ANVIL_CHAIN_ID = 31_337;
    uint256 internal constant LOCAL_CHAIN_ID = 1337;

    /// @param name As in the deployment file: `openGold`, `riscZeroRouter`.
    struct Named {
        string name;
        address at;
    }

    /// @param proofSystem Name in the system id; empty for Groth16.
    /// @param development Whether the key was made without a ceremony: such keys live on local chains alone.
    struct KeyFile {
        string name;
        string proofSystem;
        bytes keyData;
        bytes32 manifestHash;
        bool development;
        bool needsChallenge;
        bool freezableByProof;
        uint32 gasCap;
    }

    /// @notice A release of another project whose proofs keys of a proof system may take.
    /// @param proofSystem Name in the system id; `risc0-set` for RISC Zero's set builders.
    /// @param selector First four bytes of the release's proofs.
    struct Release {
        string name;
        string proofSystem;
        bytes4 selector;
    }

    /// @param guardian Freezes keys and cancels queued operations; zero for nobody.
    /// @param parameters A treasury of zero becomes the timelock.
    /// @param outside Contracts of others that keys or gates may name; each must have code.
    /// @param releases What keys of RISC Zero and SP1 may name; any other release is refused.
    struct Configuration {
        address deployer;
        address guardian;
        IProtocolParameters.Parameters parameters;
        IProtocolParameters.TokenPolicy nativeCoin;
        IVeritaskGovernor.Settings governor;
        IVeritaskToken.Allocation[] allocations;
        uint256 timelockDelay;
        Named[] outside;
        Release[] releases;
    }

    struct Deployed {
        VeritaskToken voteToken;
        VeritaskTimelock timelock;
        VeritaskGovernor governor;
        ProtocolParameters protocolParameters;
        VerifierKeyRegistry verifierKeyRegistry;
        Groth16ProofSystem groth16;
        IProofSystem[] proofSystems;
        DatasetRegistry datasetRegistry;
        ModelRegistry modelRegistry;
        ERC2771Forwarder forwarder;
        TaskRegistry taskRegistry;
        IStakeVault stakeVault;
        ReputationRegistry reputationRegistry;
        Named[] settlements;
        IGoldAudit goldAudit;
        Named[] gates;
    }

    function isLocal() internal view returns (bool) {
        return block.chainid == ANVIL_CHAIN_ID || block.chainid == LOCAL_CHAIN_ID;
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
