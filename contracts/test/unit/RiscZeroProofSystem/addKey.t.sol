// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../../src/interfaces/IProofSystem.sol";
import {IRiscZeroProofSystem} from "../../../src/interfaces/IRiscZeroProofSystem.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {IWrappedGroth16} from "../../../src/interfaces/IWrappedGroth16.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

contract RiscZeroProofSystemAddKeyTest is RiscZeroReceipts {
    RiscZeroProofSystem internal system;
    RiscZeroReceipt internal receipt;
    bytes32 internal groth16KeyId;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        receipt = publishedReceipt();
        groth16KeyId = activated(groth16, fixture("risc-zero-v5").keyData);
    }

    function test_RevertWhen_CallerIsNotTheRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, address(this)));
        system.addKey("id", keyOf(receipt, groth16KeyId, 0));
    }

    function test_RevertWhen_LengthIsNotThatOfAKey() external {
        bytes memory key = keyOf(receipt, groth16KeyId, 0);
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, 223));
        propose(system, slice(key, 223));
        vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_KeyLength.selector, 225));
        propose(system, bytes.concat(key, hex"00"));
    }

    function test_RevertGiven_NoGroth16KeyUnderTheId() external {
        vm.expectRevert(
            abi.encodeWithSelector(IWrappedGroth16.WrappedGroth16_NotAGroth16Key.selector, bytes32("unknown"))
        );
        propose(system, keyOf(receipt, "unknown", 0));

        // A key of this very system is none of Groth16's.
        bytes32 outer = activated(system, keyOf(receipt, groth16KeyId, 0));
        vm.expectRevert(abi.encodeWithSelector(IWrappedGroth16.WrappedGroth16_NotAGroth16Key.selector, outer));
        propose(system, keyOf(receipt, outer, 0));
    }

    function test_RevertGiven_TheGroth16KeyHasAnotherNumberOfSignals() external {
        bytes32 four = activated(groth16, fixture("world-id-v3").keyData);
        vm.expectRevert(abi.encodeWithSelector(IWrappedGroth16.WrappedGroth16_WrongSignalCount.selector, four, 4, 5));
        propose(system, keyOf(receipt, four, 0));
    }

    function test_RevertGiven_TheGroth16KeyIsFrozen() external {
        registry.freeze(groth16KeyId, "flaw", IVerifierKeyRegistry.Advisory("", ""), "");
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_DependencyUnusable.selector, groth16KeyId)
        );
        propose(system, keyOf(receipt, groth16KeyId, 0));
    }

    /// @dev A parameter of another release, or the Groth16 key of another system, has another selector.
    function test_RevertWhen_SelectorIsNotThatOfTheParameters() external {
        RiscZeroReceipt memory other = publishedReceipt();
        other.controlRoot ^= bytes32(uint256(1));
        expectMismatch(other, groth16KeyId, fixture("risc-zero-v5").keyData);

        other = publishedReceipt();
        other.bn254ControlId ^= bytes32(uint256(1));
        expectMismatch(other, groth16KeyId, fixture("risc-zero-v5").keyData);

        bytes memory sp1 = fixture("sp1-v6.1").keyData;
        expectMismatch(publishedReceipt(), activated(groth16, sp1), sp1);

        other = publishedReceipt();
        other.selector = 0x12345678;
        expectMismatch(other, groth16KeyId, fixture("risc-zero-v5").keyData);
    }

    function expectMismatch(RiscZeroReceipt memory made, bytes32 inner, bytes memory groth16Key) internal {
        bytes4 computed = selectorOf(made.controlRoot, made.bn254ControlId, groth16Key);
        assertNotEq(computed, made.selector);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRiscZeroProofSystem.RiscZeroProofSystem_SelectorMismatch.selector, made.selector, computed
            )
        );
        propose(system, keyOf(made, inner, 0));
    }

    function test_RevertWhen_TheJournalHasMoreWordsThanSignalsAreAllowed() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_TooManySignals.selector, 129, 128)
        );
        propose(system, keyOf(receipt, groth16KeyId, 129));
    }

    /// @dev The published selector follows from the published control root, control id and verifying key.
    function test_AddsTheKeyOfThePublishedRelease() external {
        uint256[3] memory words = [uint256(0), 1, 128];
        uint256[3] memory counts = [uint256(1), 1, 128];
        for (uint256 i; i < words.length; ++i) {
            bytes memory key = keyOf(receipt, groth16KeyId, words[i]);
            bytes32 keyId = propose(system, key);
            assertEq(system.keyData(keyId), key);
            assertEq(registry.verifierKey(keyId).signalCount, counts[i]);
            assertEq(registry.verifierKey(keyId).dependsOn, groth16KeyId);
        }
    }
}
