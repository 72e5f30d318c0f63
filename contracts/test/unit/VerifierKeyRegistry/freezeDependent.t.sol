// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

/// @notice `freezeDependent`, and what a frozen dependency does before anybody calls it.
contract VerifierKeyRegistryFreezeDependentTest is ProtocolTest {
    bytes32 internal base;
    bytes32 internal active;
    bytes32 internal proposed;
    uint256[] internal signals = new uint256[](4);

    function setUp() public override {
        super.setUp();
        base = keys.propose(KeyProposals.freezable(address(proofs), "base", 0, true));
        proofs.setDependsOn(base);
        active = keys.propose(KeyProposals.plain(address(proofs), "active", 0, true));
        proposed = keys.propose(KeyProposals.plain(address(proofs), "proposed", 0, true));
        proofs.setDependsOn(0);
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(base);
        keys.activate(active);
    }

    function assertStatus(bytes32 id, IVerifierKeyRegistry.Status expected) internal view {
        assertEq(uint8(keys.status(id)), uint8(expected));
    }

    function expectWrongStatus(
        bytes32 id,
        IVerifierKeyRegistry.Status found,
        IVerifierKeyRegistry.Status required
    )
        internal
    {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector, id, found, required)
        );
    }

    function checkIsFrozenAtOnce() internal {
        assertStatus(active, IVerifierKeyRegistry.Status.Frozen);
        assertStatus(proposed, IVerifierKeyRegistry.Status.Frozen);

        bytes memory proof = proofs.proofOf(active, signals);
        expectWrongStatus(active, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Active);
        keys.verify(active, signals, proof);
        expectWrongStatus(active, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Active);
        keys.verifyBatch(active, new uint256[][](0), new bytes[](0));
        expectWrongStatus(proposed, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Proposed);
        keys.activate(proposed);

        // What is recorded stays as it was until somebody records the freeze.
        assertEq(uint8(keys.verifierKey(active).status), uint8(IVerifierKeyRegistry.Status.Active));
        assertEq(uint8(keys.verifierKey(proposed).status), uint8(IVerifierKeyRegistry.Status.Proposed));
    }

    /// @dev Under a base that is not active yet every honest proof would be refused.
    function test_RevertWhen_ActivatedBeforeItsBase() external {
        bytes32 laterBase = keys.propose(KeyProposals.plain(address(proofs), "later base", 0, true));
        proofs.setDependsOn(laterBase);
        bytes32 dependent = keys.propose(KeyProposals.plain(address(proofs), "dependent", 0, true));
        vm.warp(block.timestamp + ACTIVATION_DELAY);
        expectWrongStatus(laterBase, IVerifierKeyRegistry.Status.Proposed, IVerifierKeyRegistry.Status.Active);
        keys.activate(dependent);
        keys.activate(laterBase);
        keys.activate(dependent);
        assertStatus(dependent, IVerifierKeyRegistry.Status.Active);
    }

    function test_FollowsAGuardiansFreezeAtOnce() external {
        assertTrue(keys.verify(active, signals, proofs.proofOf(active, signals)));
        freeze(base);
        checkIsFrozenAtOnce();
    }

    function test_FollowsAFreezeByProofAtOnce() external {
        bytes memory exploit = proofs.proofOf(base, keys.impossibleSignals(4));
        keys.freezeWithProof(base, exploit);
        checkIsFrozenAtOnce();
    }

    /// @dev It goes one way only, and a dependency that merely waits for its delay freezes nothing.
    function test_FreezesTheDependentOnly() external {
        freeze(active);
        assertStatus(base, IVerifierKeyRegistry.Status.Active);
        assertStatus(proposed, IVerifierKeyRegistry.Status.Proposed);
        keys.activate(proposed);
        assertStatus(proposed, IVerifierKeyRegistry.Status.Active);
    }

    function test_RevertGiven_NoFrozenDependency() external {
        IVerifierKeyRegistry.Status frozen = IVerifierKeyRegistry.Status.Frozen;
        expectWrongStatus(0, IVerifierKeyRegistry.Status.None, frozen);
        keys.freezeDependent("none");
        expectWrongStatus(0, IVerifierKeyRegistry.Status.None, frozen);
        keys.freezeDependent(base);
        expectWrongStatus(base, IVerifierKeyRegistry.Status.Active, frozen);
        keys.freezeDependent(active);
        freeze(base);
        expectWrongStatus(0, IVerifierKeyRegistry.Status.None, frozen);
        keys.freezeDependent(base);
    }

    function test_RecordsOnce() external {
        freeze(base);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            active,
            stranger,
            IVerifierKeyRegistry.Status.Active,
            "the key it depends on is frozen",
            IVerifierKeyRegistry.Advisory("", ""),
            abi.encode(base)
        );
        vm.prank(stranger);
        keys.freezeDependent(active);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            proposed,
            stranger,
            IVerifierKeyRegistry.Status.Proposed,
            "the key it depends on is frozen",
            IVerifierKeyRegistry.Advisory("", ""),
            abi.encode(base)
        );
        vm.prank(stranger);
        keys.freezeDependent(proposed);
        assertEq(uint8(keys.verifierKey(active).status), uint8(IVerifierKeyRegistry.Status.Frozen));

        expectWrongStatus(active, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Active);
        keys.freezeDependent(active);
        expectWrongStatus(active, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Active);
        vm.prank(guardian);
        keys.freeze(active, "again", IVerifierKeyRegistry.Advisory("", ""), "");
    }

    /// @dev A guardian may still write down a reason of its own: nothing is on record before.
    function test_GuardianMayRecordAReasonInstead() external {
        freeze(base);
        freeze(active);
        expectWrongStatus(active, IVerifierKeyRegistry.Status.Frozen, IVerifierKeyRegistry.Status.Active);
        keys.freezeDependent(active);
    }
}
