// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../../src/interfaces/IProofSystem.sol";
import {IWrappedGroth16} from "../../../src/interfaces/IWrappedGroth16.sol";
import {Sp1ProofSystem} from "../../../src/proofSystems/Sp1ProofSystem.sol";
import {Sp1Proofs} from "../../utils/Sp1Proofs.sol";

contract Sp1ProofSystemAddKeyTest is Sp1Proofs {
    Sp1ProofSystem internal system;

    function setUp() public {
        system = new Sp1ProofSystem(address(registry));
    }

    function test_RevertWhen_CallerIsNotTheRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, address(this)));
        system.addKey("id", "");
    }

    function test_RevertWhen_LengthIsNotThatOfAKey() external {
        bytes32 inner = activated(groth16, fixture("sp1-v6.1").keyData);
        bytes memory key = keyOf(publishedProof(), inner, 0);
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, 159));
        propose(system, slice(key, 159));
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, 161));
        propose(system, bytes.concat(key, hex"00"));
    }

    function test_RevertGiven_TheGroth16KeyIsUnknownOrHasOtherSignals() external {
        bytes memory key = keyOf(publishedProof(), "unknown", 0);
        vm.expectRevert(
            abi.encodeWithSelector(IWrappedGroth16.WrappedGroth16_NotAGroth16Key.selector, bytes32("unknown"))
        );
        propose(system, key);
        bytes32 four = activated(groth16, fixture("world-id-v3").keyData);
        vm.expectRevert(abi.encodeWithSelector(IWrappedGroth16.WrappedGroth16_WrongSignalCount.selector, four, 4, 5));
        propose(system, keyOf(publishedProof(), four, 0));
    }

    function test_KeepsTheKeyWhichDependsOnTheGroth16Key() external {
        bytes32 inner = activated(groth16, fixture("sp1-v6.1").keyData);
        bytes memory key = keyOf(publishedProof(), inner, 3);
        bytes32 keyId = propose(system, key);
        assertEq(system.keyData(keyId), key);
        assertEq(system.systemId(), bytes32("sp1-groth16-v6"));
        assertEq(registry.verifierKey(keyId).signalCount, 3);
        assertEq(registry.verifierKey(keyId).dependsOn, inner);
    }
}
