// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {Sp1ProofSystem} from "../../../src/proofSystems/Sp1ProofSystem.sol";
import {Sp1Proof, Sp1Proofs} from "../../utils/Sp1Proofs.sol";

/// @notice What the registry holds a key's gas cap against suffices. Everything is cold when a test first verifies.
contract Sp1ProofSystemGasTest is Sp1Proofs {
    /// @dev As in WrappedGroth16 and VerifierKeyRegistry.
    uint256 internal constant VERIFY_GAS = 290_000;
    uint256 internal constant MAX_SIGNALS = 128;

    Sp1ProofSystem internal system;
    Sp1Proof internal published;
    bytes32 internal keyId;
    bytes32 internal longKeyId;
    bytes internal longProof;

    function setUp() public {
        system = new Sp1ProofSystem(address(registry));
        published = publishedProof();
        keyId = activated(system, keyOf(published, activated(groth16, fixture("sp1-v6.1").keyData), 4));

        // A Groth16 key made for the statement that the published program gave 128 zero words.
        uint256[5] memory inner;
        inner[0] = uint256(published.programVKey);
        inner[1] = maskedDigest(new bytes(32 * MAX_SIGNALS));
        inner[3] = uint256(published.vkRoot);
        (bytes memory groth16Key, bytes memory proof) = craftedKey(inner);
        longKeyId = activated(system, keyOf(published, activated(groth16, groth16Key), MAX_SIGNALS));
        longProof = bytes.concat(published.selector, abi.encode(0, published.vkRoot, 0), proof);
    }

    function checkCost(bytes32 id, uint256[] memory signals, bytes memory proof) internal view {
        uint256 before = gasleft();
        bool accepted = system.verify(id, signals, proof);
        uint256 used = before - gasleft();
        console2.log("SP1 v6.1.0: signals, gas", signals.length, used);
        assertTrue(accepted);
        // Coverage compiles without the optimizer.
        if (!vm.isContext(VmSafe.ForgeContext.Coverage)) assertLt(used, VERIFY_GAS);
    }

    function test_ThePublishedProof() external view {
        checkCost(keyId, wordsOf(published.publicValues), published.proofBytes);
    }

    function test_TheMostPublicWords() external view {
        checkCost(longKeyId, new uint256[](MAX_SIGNALS), longProof);
    }
}
