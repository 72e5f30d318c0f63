// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

contract VerifierKeyRegistryFreezeWithProofTest is ProtocolTest, TrapdoorGroth16 {
    bytes32 internal keyId;
    uint256[] internal impossible;
    bytes internal exploit;

    function setUp() public override {
        super.setUp();
        impossible = keys.impossibleSignals(4);
        keyId = keys.propose(KeyProposals.freezable(address(proofs), "data", "manifest", true));
        exploit = proofs.proofOf(keyId, impossible);
    }

    function activateKey(bytes32 id) internal {
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(id);
    }

    function notFreezable(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_NotFreezableByProof.selector, id);
    }

    function rejected(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ExploitRejected.selector, id);
    }

    function assertStatus(bytes32 id, IVerifierKeyRegistry.Status expected) internal view {
        assertEq(uint8(keys.status(id)), uint8(expected));
    }

    /// @dev The signals are no one's choice: circuits/SPEC.md says how they are made, sdk/src/impossible.test.ts has them too.
    function test_DerivesTheImpossibleSignals() external view {
        assertEq(keys.impossibleSignals(0).length, 0);
        uint256[] memory signals = keys.impossibleSignals(128);
        for (uint256 i; i < signals.length; ++i) {
            assertEq(signals[i], uint256(keccak256(abi.encode("veritask.impossible.1", i))) >> 8);
        }
    }

    function test_RevertGiven_TheKeyDoesNotAllowIt() external {
        bytes memory proof = proofs.proofOf(agreementKey, impossible);
        vm.expectRevert(notFreezable(agreementKey));
        keys.freezeWithProof(agreementKey, proof);
        vm.expectRevert(notFreezable("none"));
        keys.freezeWithProof("none", proof);
    }

    /// @dev Each signal counts, and so does their number: a valid proof of anything else freezes nothing.
    function test_RevertWhen_StatementIsAnother() external {
        activateKey(keyId);
        for (uint256 i; i < impossible.length; ++i) {
            uint256[] memory other = impossible;
            ++other[i];
            bytes memory proof = proofs.proofOf(keyId, other);
            assertTrue(keys.verify(keyId, other, proof));
            vm.expectRevert(rejected(keyId));
            keys.freezeWithProof(keyId, proof);
        }
        uint256[2] memory counts = [uint256(3), 5];
        for (uint256 i; i < counts.length; ++i) {
            bytes memory proof = proofs.proofOf(keyId, keys.impossibleSignals(counts[i]));
            vm.expectRevert(rejected(keyId));
            keys.freezeWithProof(keyId, proof);
        }
        assertStatus(keyId, IVerifierKeyRegistry.Status.Active);
    }

    function test_RevertWhen_ProofIsRejected() external {
        vm.expectRevert(rejected(keyId));
        keys.freezeWithProof(keyId, "");
        bytes memory underAnotherKey = proofs.proofOf(agreementKey, impossible);
        vm.expectRevert(rejected(keyId));
        keys.freezeWithProof(keyId, underAnotherKey);
        assertStatus(keyId, IVerifierKeyRegistry.Status.Proposed);
    }

    /// @dev Whatever a system answers but the word 1, the key lives on; a caller who sends too little gas decides nothing.
    function test_RevertWhen_TheSystemDoesNotAccept() external {
        HostileProofSystem hostile = new HostileProofSystem();
        hostile.setSignalCount(4);
        bytes32 id = keys.propose(KeyProposals.freezable(address(hostile), "data", 0, true));
        bytes[4] memory answers =
            [bytes(""), abi.encode(uint256(0)), abi.encode(uint256(2)), abi.encode(uint256(1), uint256(1))];
        for (uint256 i; i < answers.length; ++i) {
            hostile.set(HostileProofSystem.Mode.Answer, answers[i]);
            vm.expectRevert(rejected(id));
            keys.freezeWithProof(id, "");
        }
        hostile.set(HostileProofSystem.Mode.Revert, "");
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, "");
        hostile.set(HostileProofSystem.Mode.Burn, "");
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, "");

        hostile.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(1)));
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_InsufficientGas.selector);
        keys.freezeWithProof{gas: GAS_CAP}(id, "");
        keys.freezeWithProof(id, "");
        assertStatus(id, IVerifierKeyRegistry.Status.Frozen);
    }

    function test_RevertGiven_KeyFrozen() external {
        keys.freezeWithProof(keyId, exploit);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                keyId,
                IVerifierKeyRegistry.Status.Frozen,
                IVerifierKeyRegistry.Status.Active
            )
        );
        keys.freezeWithProof(keyId, exploit);
    }

    function checkFreezes(IVerifierKeyRegistry.Status previous) internal {
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            keyId,
            stranger,
            previous,
            "proof of an impossible statement",
            IVerifierKeyRegistry.Advisory("", ""),
            abi.encode(impossible, exploit)
        );
        vm.prank(stranger);
        keys.freezeWithProof(keyId, exploit);
        assertStatus(keyId, IVerifierKeyRegistry.Status.Frozen);
    }

    function test_FreezesAProposedKey() external {
        checkFreezes(IVerifierKeyRegistry.Status.Proposed);
        vm.warp(START + ACTIVATION_DELAY);
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector);
        keys.activate(keyId);
    }

    function test_FreezesAnActiveKey() external {
        activateKey(keyId);
        checkFreezes(IVerifierKeyRegistry.Status.Active);
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector);
        keys.verify(keyId, impossible, exploit);
    }

    /// @dev A Groth16 key of which somebody kept the toxic waste: it proves ordinary and impossible statements alike, and
    /// whoever shows the impossible one ends it.
    function test_FreezesAKeyWhoseTrapdoorIsKnown() external {
        loadMultiples();
        Groth16ProofSystem groth16 = new Groth16ProofSystem(address(keys));
        bytes32 id = keys.propose(KeyProposals.freezable(address(groth16), trapdoorKey(4), "groth16", true));
        activateKey(id);
        uint256[] memory ordinary = new uint256[](4);
        bytes memory honest = trapdoorProof(ordinary, 1);
        assertTrue(keys.verify(id, ordinary, honest));
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, honest);

        vm.prank(stranger);
        keys.freezeWithProof(id, trapdoorProof(impossible, 2));
        assertStatus(id, IVerifierKeyRegistry.Status.Frozen);
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector);
        keys.verify(id, ordinary, honest);
    }
}
