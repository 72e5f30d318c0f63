// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

/// @notice `activate`, `freeze` and `setGuardian`: a key's one-way life.
contract VerifierKeyRegistryLifecycleTest is ProtocolTest {
    bytes32 internal keyId;

    function setUp() public override {
        super.setUp();
        keyId = keys.propose(KeyProposals.plain(address(proofs), "data", "manifest", true));
    }

    function wrongStatus(
        bytes32 id,
        IVerifierKeyRegistry.Status status,
        IVerifierKeyRegistry.Status required
    )
        internal
        pure
        returns (bytes memory)
    {
        return
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector, id, status, required);
    }

    function test_ActivationWaitsForItsDelay() external {
        vm.warp(START + ACTIVATION_DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_ActivationTooEarly.selector,
                keyId,
                START + ACTIVATION_DELAY,
                START + ACTIVATION_DELAY - 1
            )
        );
        keys.activate(keyId);
        vm.warp(START + ACTIVATION_DELAY);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyActivated(keyId);
        vm.prank(stranger);
        keys.activate(keyId);
        assertEq(uint8(keys.status(keyId)), uint8(IVerifierKeyRegistry.Status.Active));
    }

    function test_RevertGiven_NotProposed() external {
        IVerifierKeyRegistry.Status proposed = IVerifierKeyRegistry.Status.Proposed;
        vm.expectRevert(wrongStatus("none", IVerifierKeyRegistry.Status.None, proposed));
        keys.activate("none");
        vm.expectRevert(wrongStatus(agreementKey, IVerifierKeyRegistry.Status.Active, proposed));
        keys.activate(agreementKey);
        freeze(keyId);
        vm.warp(START + ACTIVATION_DELAY);
        vm.expectRevert(wrongStatus(keyId, IVerifierKeyRegistry.Status.Frozen, proposed));
        keys.activate(keyId);
    }

    function test_RevertWhen_FreezerIsNeitherGuardianNorOwner() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_NotGuardianOrOwner.selector, stranger)
        );
        vm.prank(stranger);
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
    }

    function test_RevertGiven_NothingToFreeze() external {
        IVerifierKeyRegistry.Status active = IVerifierKeyRegistry.Status.Active;
        vm.expectRevert(wrongStatus("none", IVerifierKeyRegistry.Status.None, active));
        keys.freeze("none", "broken", IVerifierKeyRegistry.Advisory("", ""), "");
        freeze(keyId);
        vm.expectRevert(wrongStatus(keyId, IVerifierKeyRegistry.Status.Frozen, active));
        keys.freeze(keyId, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
    }

    function test_RevertWhen_ReasonIsTooLong() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ReasonTooLong.selector, 281, 280)
        );
        keys.freeze(agreementKey, string(new bytes(281)), IVerifierKeyRegistry.Advisory("", ""), "");
        keys.freeze(agreementKey, string(new bytes(280)), IVerifierKeyRegistry.Advisory("", ""), "");
    }

    function test_RevertWhen_EvidenceIsTooLong() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ExploitTooLong.selector, 16_385, 16_384)
        );
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory("", ""), new bytes(16_385));
        bytes memory evidence = new bytes(16_384);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            agreementKey,
            address(this),
            IVerifierKeyRegistry.Status.Active,
            "broken",
            IVerifierKeyRegistry.Advisory("", ""),
            evidence
        );
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory("", ""), evidence);
    }

    function tooLong(string memory field, uint256 length, uint256 maxLength) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IVerifierKeyRegistry.VerifierKeyRegistry_AdvisoryTooLong.selector, field, length, maxLength
        );
    }

    function test_RevertWhen_AdvisoryIsTooLong() external {
        string memory id = string(new bytes(64));
        string memory uri = string(new bytes(256));
        vm.expectRevert(tooLong("id", 65, 64));
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory(string(new bytes(65)), uri), "");
        vm.expectRevert(tooLong("uri", 257, 256));
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory(id, string(new bytes(257))), "");
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory(id, uri), "");
    }

    function test_AFreezeCarriesItsAdvisory() external {
        IVerifierKeyRegistry.Advisory memory advisory = IVerifierKeyRegistry.Advisory(
            "GHSA-63x8-x938-vx33", "https://github.com/succinctlabs/sp1/security/advisories/GHSA-63x8-x938-vx33"
        );
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            agreementKey, guardian, IVerifierKeyRegistry.Status.Active, "unsound verifier", advisory, ""
        );
        vm.prank(guardian);
        keys.freeze(agreementKey, "unsound verifier", advisory, "");
    }

    function test_FreezesProposedAndActiveKeys() external {
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            keyId, guardian, IVerifierKeyRegistry.Status.Proposed, "broken", IVerifierKeyRegistry.Advisory("", ""), ""
        );
        freeze(keyId);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyFrozen(
            agreementKey,
            address(this),
            IVerifierKeyRegistry.Status.Active,
            "also broken",
            IVerifierKeyRegistry.Advisory("", ""),
            ""
        );
        keys.freeze(agreementKey, "also broken", IVerifierKeyRegistry.Advisory("", ""), "");
        assertEq(uint8(keys.status(agreementKey)), uint8(IVerifierKeyRegistry.Status.Frozen));
    }

    function test_SetsTheGuardian() external {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian));
        vm.prank(guardian);
        keys.setGuardian(stranger);

        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.GuardianChanged(guardian, stranger);
        keys.setGuardian(stranger);
        assertEq(keys.guardian(), stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_NotGuardianOrOwner.selector, guardian)
        );
        vm.prank(guardian);
        keys.freeze(agreementKey, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
    }
}
