// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProtocolTest} from "../utils/ProtocolTest.sol";

/// @notice Forge's own EVM does not mind how large a contract is; chains do.
contract CodeSizeTest is ProtocolTest {
    /// @dev Most bytes of a contract's code (EIP-170), and of what creates it (EIP-3860).
    uint256 internal constant MAX_CODE = 24_576;
    uint256 internal constant MAX_INITCODE = 49_152;

    function test_EveryContractFits() external view {
        string[19] memory names = [
            "TaskRegistry",
            "StakeVault",
            "TaskRequests",
            "ProtocolParameters",
            "VerifierKeyRegistry",
            "DatasetRegistry",
            "ModelRegistry",
            "ReputationRegistry",
            "OpenGoldSettlement",
            "HiddenGoldSettlement",
            "DirectSettlement",
            "OptimisticSettlement",
            "Groth16ProofSystem",
            "PlonkProofSystem",
            "FflonkProofSystem",
            "AllowListGate",
            "SemaphoreGate",
            "WorldIdGate",
            "VeritaskGovernor"
        ];
        for (uint256 i; i < names.length; ++i) {
            uint256 code = vm.getDeployedCode(names[i]).length;
            assertGt(code, 0, names[i]);
            assertLe(code, MAX_CODE, names[i]);
            assertLe(vm.getCode(names[i]).length, MAX_INITCODE, names[i]);
        }
    }
}
