// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

contract VerifierKeyRegistryFreezeWithProofTest is ProtocolTest, TrapdoorGroth16 {
    bytes32 internal keyId;
    uint256[] internal impossible = [uint256(1), 2, 3, 4];
    bytes internal exploit;

    function setUp() public override {
        super.setUp();
        keyId = keys.propose(address(proofs), "data", "manifest", true, impossible);
        exploit = proofs.proofOf(keyId, impossible);
    }

    function activateKey(bytes32 id) internal {
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(id);
    }

    function statementOf(uint256[] memory signals) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(signals));
    }

    function notImpossible(
        bytes32 id,
        uint256[] memory signals,
        bytes32 designated
    )
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IVerifierKeyRegistry.VerifierKeyRegistry_NotImpossibleStatement.selector,
            id,
            statementOf(signals),
            designated
        );
    }

    function rejected(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ExploitRejected.selector, id);
    }

    function assertStatus(bytes32 id, IVerifierKeyRegistry.Status expected) internal view {
        assertEq(uint8(keys.status(id)), uint8(expected));
    }

    function test_RevertGiven_NothingDesignated() external {
        bytes memory proof = proofs.proofOf(agreementKey, impossible);
        vm.expectRevert(notImpossible(agreementKey, impossible, 0));
        keys.freezeWithProof(agreementKey, impossible, proof);
        vm.expectRevert(notImpossible("none", impossible, 0));
        keys.freezeWithProof("none", impossible, proof);
        // No signals at all are not what "none designated" means.
        vm.expectRevert(notImpossible(agreementKey, new uint256[](0), 0));
        keys.freezeWithProof(agreementKey, new uint256[](0), proof);
    }

    /// @dev Each signal counts, and so does their number: a valid proof of anything else freezes nothing.
    function test_RevertWhen_StatementIsAnother() external {
        activateKey(keyId);
        for (uint256 i; i < impossible.length; ++i) {
            uint256[] memory other = impossible;
            ++other[i];
            bytes memory proof = proofs.proofOf(keyId, other);
            assertTrue(keys.verify(keyId, other, proof));
            vm.expectRevert(notImpossible(keyId, other, statementOf(impossible)));
            keys.freezeWithProof(keyId, other, proof);
        }
        uint256[] memory longer = new uint256[](5);
        (longer[0], longer[1], longer[2], longer[3]) = (1, 2, 3, 4);
        vm.expectRevert(notImpossible(keyId, longer, statementOf(impossible)));
        keys.freezeWithProof(keyId, longer, exploit);
        assertStatus(keyId, IVerifierKeyRegistry.Status.Active);
    }

    function test_RevertWhen_ProofIsRejected() external {
        vm.expectRevert(rejected(keyId));
        keys.freezeWithProof(keyId, impossible, "");
        bytes memory underAnotherKey = proofs.proofOf(agreementKey, impossible);
        vm.expectRevert(rejected(keyId));
        keys.freezeWithProof(keyId, impossible, underAnotherKey);
        assertStatus(keyId, IVerifierKeyRegistry.Status.Proposed);
    }

    /// @dev Whatever a system answers but the word 1, the key lives on; a caller who sends too little gas decides nothing.
    function test_RevertWhen_TheSystemDoesNotAccept() external {
        HostileProofSystem hostile = new HostileProofSystem();
        hostile.setSignalCount(4);
        bytes32 id = keys.propose(address(hostile), "data", 0, true, impossible);
        bytes[4] memory answers =
            [bytes(""), abi.encode(uint256(0)), abi.encode(uint256(2)), abi.encode(uint256(1), uint256(1))];
        for (uint256 i; i < answers.length; ++i) {
            hostile.set(HostileProofSystem.Mode.Answer, answers[i]);
            vm.expectRevert(rejected(id));
            keys.freezeWithProof(id, impossible, "");
        }
        hostile.set(HostileProofSystem.Mode.Revert, "");
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, impossible, "");
        hostile.set(HostileProofSystem.Mode.Burn, "");
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, impossible, "");

        hostile.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(1)));
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_InsufficientGas.selector);
        keys.freezeWithProof{gas: GAS_CAP}(id, impossible, "");
        keys.freezeWithProof(id, impossible, "");
        assertStatus(id, IVerifierKeyRegistry.Status.Frozen);
    }

    function test_RevertGiven_KeyFrozen() external {
        keys.freezeWithProof(keyId, impossible, exploit);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                keyId,
                IVerifierKeyRegistry.Status.Frozen,
                IVerifierKeyRegistry.Status.Active
            )
        );
        keys.freezeWithProof(keyId, impossible, exploit);
    }

    function checkFreezes(IVerifierKeyRegistry.Status previous) internal {
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            keyId, stranger, previous, "proof of an impossible statement", abi.encode(impossible, exploit)
        );
        vm.prank(stranger);
        keys.freezeWithProof(keyId, impossible, exploit);
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
        bytes32 id = keys.propose(address(groth16), trapdoorKey(4), "groth16", true, impossible);
        activateKey(id);
        uint256[] memory ordinary = new uint256[](4);
        bytes memory honest = trapdoorProof(ordinary, 1);
        assertTrue(keys.verify(id, ordinary, honest));
        vm.expectRevert(rejected(id));
        keys.freezeWithProof(id, impossible, honest);

        vm.prank(stranger);
        keys.freezeWithProof(id, impossible, trapdoorProof(impossible, 2));
        assertStatus(id, IVerifierKeyRegistry.Status.Frozen);
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector);
        keys.verify(id, ordinary, honest);
    }
}
