// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RiscZeroVerifierProofSystem} from "../../../src/proofSystems/RiscZeroVerifierProofSystem.sol";
import {HonestRiscZeroRouter, HonestRiscZeroSetVerifier, HonestRiscZeroVerifier} from "../../mocks/HonestVerifiers.sol";
import {DeployedVerifierTest} from "../../utils/DeployedVerifierTest.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";

/// @notice The published receipt of RISC Zero 5.0 over a deployed verifier.
contract RiscZeroVerifierProofSystemTest is DeployedVerifierTest, RiscZeroReceipts {
    RiscZeroReceipt internal receipt;

    function setUp() public {
        system = new RiscZeroVerifierProofSystem(address(registry));
        receipt = publishedReceipt();
        signals = one(uint256(sha256(receipt.journal)));
        proof = receipt.seal;
        honest = deployVerifier(receipt, activated(groth16, fixture("risc-zero-v5").keyData));
        register();
    }

    function deployVerifier(RiscZeroReceipt memory made, bytes32 inner) internal returns (address) {
        return address(
            new HonestRiscZeroVerifier(groth16, inner, made.controlRoot, uint256(made.bn254ControlId), made.selector)
        );
    }

    function rest() internal view override returns (bytes memory) {
        return abi.encode(receipt.imageId, 0);
    }

    function wordsAt() internal pure override returns (uint256) {
        return 4;
    }

    function answers() internal pure override returns (bytes[] memory) {
        return silence();
    }

    function test_RefusesAnotherImage() external {
        receipt.imageId ^= bytes32(uint256(1));
        bytes32 other = activated(system, keyFor(honest, honest.codehash, CALL_GAS));
        assertFalse(registry.verify(other, signals, proof));
    }

    function test_RefusesAnotherSelector() external view {
        for (uint256 bit; bit < 32; ++bit) {
            assertFalse(accepts(signals, flipped(proof, bit)));
        }
    }

    function test_TakesTheWordsOfAJournalForSignals() external {
        uint256[] memory words = new uint256[](3);
        (words[0], words[1], words[2]) = (1, type(uint256).max, R);
        (bytes32 other, bytes memory seal) = wordsKey(words);
        assertEq(registry.verifierKey(other).signalCount, 3);
        assertTrue(registry.verify(other, words, seal));
        for (uint256 i; i < words.length; ++i) {
            assertFalse(registry.verify(other, changed(words, i, words[i] ^ 1), seal));
        }
    }

    /// @dev A key of the published guest over a verifier whose Groth16 key is made for this journal, with a seal.
    function wordsKey(uint256[] memory words) internal returns (bytes32 other, bytes memory seal) {
        RiscZeroReceipt memory made = receipt;
        bytes memory groth16Key;
        (made.selector, groth16Key, seal) = crafted(made, sha256(abi.encodePacked(words)));
        address verifier = deployVerifier(made, activated(groth16, groth16Key));
        other = activated(system, abi.encode(verifier, verifier.codehash, CALL_GAS, made.imageId, words.length));
        seal = bytes.concat(made.selector, seal);
    }

    function test_SystemId() external view {
        assertEq(system.systemId(), bytes32("risc0-verifier"));
    }

    /// @dev Over a router, what a seal starts with says who checks it: releases 2.2 and 3.0, and sets under a seal of 3.0.
    function test_TheRouterTakesEveryRoutableReleaseAndSetInclusionReceipts() external {
        HonestRiscZeroRouter router = new HonestRiscZeroRouter();
        bytes32 inner = registry.propose(
            KeyProposals.plain(address(groth16), fixture("risc-zero-v5").keyData, keccak256("releases"), true)
        );
        registry.activate(inner);
        string[3] memory names = ["risc-zero-v2.2", "risc-zero-v3.0", "risc-zero-set-v0.9"];
        for (uint256 i; i < 2; ++i) {
            RiscZeroReceipt memory made = publishedReceipt(names[i]);
            router.setVerifier(made.selector, HonestRiscZeroVerifier(deployVerifier(made, inner)));
        }
        bytes32 builder = vm.parseJsonBytes32(outside("risc-zero-set-v0.9"), ".setBuilderImageId");
        HonestRiscZeroSetVerifier sets = new HonestRiscZeroSetVerifier(router, builder);
        router.setVerifier(bytes4(0x242f9d5b), HonestRiscZeroVerifier(address(sets)));
        for (uint256 i; i < names.length; ++i) {
            RiscZeroReceipt memory made = publishedReceipt(names[i]);
            bytes memory key = abi.encode(address(router), address(router).codehash, CALL_GAS, made.imageId, uint256(0));
            bytes32 other = activated(system, key);
            uint256[] memory journal = one(uint256(sha256(made.journal)));
            assertTrue(registry.verify(other, journal, made.seal));
            assertFalse(registry.verify(other, one(journal[0] ^ 1), made.seal));
            // Release 5.0 is routed nowhere.
            assertFalse(registry.verify(other, signals, receipt.seal));
        }
    }
}
