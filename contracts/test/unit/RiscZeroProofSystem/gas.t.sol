// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {IRiscZeroProofSystem} from "../../../src/interfaces/IRiscZeroProofSystem.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice What the registry holds a key's gas cap against suffices. Everything is cold when a test first verifies.
contract RiscZeroProofSystemGasTest is RiscZeroReceipts {
    /// @dev As in WrappedGroth16 and VerifierKeyRegistry.
    uint256 internal constant VERIFY_GAS = 290_000;
    uint256 internal constant SET_VERIFY_GAS = 320_000;
    uint256 internal constant MAX_SIGNALS = 128;

    RiscZeroProofSystem internal system;
    RiscZeroReceipt internal receipt;
    bytes32 internal keyId;
    bytes32 internal longKeyId;
    bytes internal longSeal;
    bytes32 internal setKeyId;
    bytes internal setSeal;

    function setUp() public {
        system = new RiscZeroProofSystem(address(registry));
        receipt = publishedReceipt();
        keyId = activated(system, keyOf(receipt, activated(groth16, fixture("risc-zero-v5").keyData), 0));
        (longKeyId, longSeal) = journalKey(system, new uint256[](MAX_SIGNALS));

        // A set of 2^32 claims, one of them a journal of 128 zero words, under a Groth16 key made for its root.
        bytes32 builder = keccak256("builder");
        bytes32 node = leafOf(receipt.imageId, sha256(new bytes(32 * MAX_SIGNALS)));
        bytes32[] memory path = new bytes32[](32);
        for (uint256 i; i < path.length; ++i) {
            node = parent(node, path[i]);
        }
        RiscZeroReceipt memory made = receipt;
        made.imageId = builder;
        bytes memory groth16Key;
        bytes memory proof;
        (made.selector, groth16Key, proof) =
            crafted(made, sha256(bytes.concat(builder, bytes32(uint256(1 << 255)), node)));
        made.imageId = receipt.imageId;
        setKeyId = activated(system, keyOf(made, activated(groth16, groth16Key), MAX_SIGNALS, builder));
        setSeal = bytes.concat(
            setSelector(builder), abi.encode(IRiscZeroProofSystem.Inclusion(path, bytes.concat(made.selector, proof)))
        );
    }

    function checkCost(bytes32 id, uint256[] memory signals, bytes memory seal, uint256 cap) internal view {
        uint256 before = gasleft();
        bool accepted = system.verify(id, signals, seal);
        uint256 used = before - gasleft();
        console2.log("RISC Zero: signals, gas", signals.length, used);
        assertTrue(accepted);
        // Coverage compiles without the optimizer.
        if (!vm.isContext(VmSafe.ForgeContext.Coverage)) assertLt(used, cap);
    }

    function test_ThePublishedReceipt() external view {
        checkCost(keyId, one(uint256(sha256(receipt.journal))), receipt.seal, VERIFY_GAS);
    }

    function test_TheMostJournalWords() external view {
        checkCost(longKeyId, new uint256[](MAX_SIGNALS), longSeal, VERIFY_GAS);
    }

    function test_TheLongestPathOfASet() external view {
        checkCost(setKeyId, new uint256[](MAX_SIGNALS), setSeal, SET_VERIFY_GAS);
        assertEq(registry.verifierKey(setKeyId).signalCount, MAX_SIGNALS);
    }
}
