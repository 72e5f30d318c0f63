// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice What the registry holds a key's gas cap against suffices. Everything is cold when a test first verifies.
contract RiscZeroProofSystemGasTest is RiscZeroReceipts {
    /// @dev As in WrappedGroth16 and VerifierKeyRegistry.
    uint256 internal constant VERIFY_GAS = 290_000;
    uint256 internal constant MAX_SIGNALS = 128;

    RiscZeroProofSystem internal system;
    RiscZeroReceipt internal receipt;
    bytes32 internal keyId;
    bytes32 internal longKeyId;
    bytes internal longSeal;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        receipt = publishedReceipt();
        keyId = activated(system, keyOf(receipt, activated(groth16, fixture("risc-zero-v5").keyData), 0));
        (longKeyId, longSeal) = journalKey(system, new uint256[](MAX_SIGNALS));
    }

    function checkCost(bytes32 id, uint256[] memory signals, bytes memory seal) internal view {
        uint256 before = gasleft();
        bool accepted = system.verify(id, signals, seal);
        uint256 used = before - gasleft();
        console2.log("RISC Zero 5.0: signals, gas", signals.length, used);
        assertTrue(accepted);
        // Coverage compiles without the optimizer.
        if (!vm.isContext(VmSafe.ForgeContext.Coverage)) assertLt(used, VERIFY_GAS);
    }

    function test_ThePublishedReceipt() external view {
        checkCost(keyId, one(uint256(sha256(receipt.journal))), receipt.seal);
    }

    function test_TheMostJournalWords() external view {
        checkCost(longKeyId, new uint256[](MAX_SIGNALS), longSeal);
    }
}
