// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {DatasetRegistry} from "../../src/DatasetRegistry.sol";
import {AllowListGate} from "../../src/gates/AllowListGate.sol";
import {ReputationGate} from "../../src/gates/ReputationGate.sol";
import {SemaphoreGate} from "../../src/gates/SemaphoreGate.sol";
import {StakedGate} from "../../src/gates/StakedGate.sol";
import {WorldIdGate} from "../../src/gates/WorldIdGate.sol";
import {VeritaskGovernor} from "../../src/governance/VeritaskGovernor.sol";
import {VeritaskTimelock} from "../../src/governance/VeritaskTimelock.sol";
import {VeritaskToken} from "../../src/governance/VeritaskToken.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {EzklProofSystem} from "../../src/proofSystems/EzklProofSystem.sol";
import {FflonkProofSystem} from "../../src/proofSystems/FflonkProofSystem.sol";
import {Groth16ProofSystem} from "../../src/proofSystems/Groth16ProofSystem.sol";
import {PlonkProofSystem} from "../../src/proofSystems/PlonkProofSystem.sol";
import {RiscZeroProofSystem} from "../../src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroVerifierProofSystem} from "../../src/proofSystems/RiscZeroVerifierProofSystem.sol";
import {SemaphoreProofSystem} from "../../src/proofSystems/SemaphoreProofSystem.sol";
import {Sp1ProofSystem} from "../../src/proofSystems/Sp1ProofSystem.sol";
import {Sp1VerifierProofSystem} from "../../src/proofSystems/Sp1VerifierProofSystem.sol";
import {WorldIdProofSystem} from "../../src/proofSystems/WorldIdProofSystem.sol";
import {ZkVerifyProofSystem} from "../../src/proofSystems/ZkVerifyProofSystem.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {ReputationRegistry} from "../../src/ReputationRegistry.sol";
import {ConsensusSettlement} from "../../src/settlement/ConsensusSettlement.sol";
import {ConsensusTerms} from "../../src/settlement/ConsensusTerms.sol";
import {DirectSettlement} from "../../src/settlement/DirectSettlement.sol";
import {GoldAudit} from "../../src/settlement/GoldAudit.sol";
import {HiddenGoldSettlement} from "../../src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../../src/settlement/OpenGoldSettlement.sol";
import {OptimisticSettlement} from "../../src/settlement/OptimisticSettlement.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {TaskRequests} from "../../src/TaskRequests.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";

/// @notice Forge's own EVM does not mind how large a contract is; chains do.
contract CodeSizeTest is Test {
    /// @dev Most bytes of a contract's code (EIP-170), and of what creates it (EIP-3860).
    uint256 internal constant MAX_CODE = 24_576;
    uint256 internal constant MAX_INITCODE = 49_152;

    function check(string memory artifact, uint256 initcode) internal view {
        uint256 code = vm.getDeployedCode(artifact).length;
        assertGt(code, 0, artifact);
        assertLe(code, MAX_CODE, artifact);
        assertLe(initcode, MAX_INITCODE, artifact);
    }

    function test_EveryContractFits() external view {
        check("TaskRegistry.sol:TaskRegistry", type(TaskRegistry).creationCode.length);
        check("StakeVault.sol:StakeVault", type(StakeVault).creationCode.length);
        check("TaskRequests.sol:TaskRequests", type(TaskRequests).creationCode.length);
        check("ProtocolParameters.sol:ProtocolParameters", type(ProtocolParameters).creationCode.length);
        check("VerifierKeyRegistry.sol:VerifierKeyRegistry", type(VerifierKeyRegistry).creationCode.length);
        check("DatasetRegistry.sol:DatasetRegistry", type(DatasetRegistry).creationCode.length);
        check("ModelRegistry.sol:ModelRegistry", type(ModelRegistry).creationCode.length);
        check("ReputationRegistry.sol:ReputationRegistry", type(ReputationRegistry).creationCode.length);
        check("OpenGoldSettlement.sol:OpenGoldSettlement", type(OpenGoldSettlement).creationCode.length);
        check("HiddenGoldSettlement.sol:HiddenGoldSettlement", type(HiddenGoldSettlement).creationCode.length);
        check("GoldAudit.sol:GoldAudit", type(GoldAudit).creationCode.length);
        check("ConsensusSettlement.sol:ConsensusSettlement", type(ConsensusSettlement).creationCode.length);
        check("ConsensusTerms.sol:ConsensusTerms", type(ConsensusTerms).creationCode.length);
        check("DirectSettlement.sol:DirectSettlement", type(DirectSettlement).creationCode.length);
        check("OptimisticSettlement.sol:OptimisticSettlement", type(OptimisticSettlement).creationCode.length);
        check("AllowListGate.sol:AllowListGate", type(AllowListGate).creationCode.length);
        check("StakedGate.sol:StakedGate", type(StakedGate).creationCode.length);
        check("SemaphoreGate.sol:SemaphoreGate", type(SemaphoreGate).creationCode.length);
        check("WorldIdGate.sol:WorldIdGate", type(WorldIdGate).creationCode.length);
        check("ReputationGate.sol:ReputationGate", type(ReputationGate).creationCode.length);
        check("VeritaskGovernor.sol:VeritaskGovernor", type(VeritaskGovernor).creationCode.length);
        check("VeritaskTimelock.sol:VeritaskTimelock", type(VeritaskTimelock).creationCode.length);
        check("VeritaskToken.sol:VeritaskToken", type(VeritaskToken).creationCode.length);
        check("Groth16ProofSystem.sol:Groth16ProofSystem", type(Groth16ProofSystem).creationCode.length);
        check("PlonkProofSystem.sol:PlonkProofSystem", type(PlonkProofSystem).creationCode.length);
        check("FflonkProofSystem.sol:FflonkProofSystem", type(FflonkProofSystem).creationCode.length);
        check("RiscZeroProofSystem.sol:RiscZeroProofSystem", type(RiscZeroProofSystem).creationCode.length);
        check(
            "RiscZeroVerifierProofSystem.sol:RiscZeroVerifierProofSystem",
            type(RiscZeroVerifierProofSystem).creationCode.length
        );
        check("Sp1ProofSystem.sol:Sp1ProofSystem", type(Sp1ProofSystem).creationCode.length);
        check("Sp1VerifierProofSystem.sol:Sp1VerifierProofSystem", type(Sp1VerifierProofSystem).creationCode.length);
        check("WorldIdProofSystem.sol:WorldIdProofSystem", type(WorldIdProofSystem).creationCode.length);
        check("SemaphoreProofSystem.sol:SemaphoreProofSystem", type(SemaphoreProofSystem).creationCode.length);
        check("EzklProofSystem.sol:EzklProofSystem", type(EzklProofSystem).creationCode.length);
        check("ZkVerifyProofSystem.sol:ZkVerifyProofSystem", type(ZkVerifyProofSystem).creationCode.length);
    }
}
