// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IBatchProofSystem} from "../../../src/interfaces/IBatchProofSystem.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract VerifierKeyRegistryProposeTest is ProtocolTest {
    function test_RevertWhen_CallerIsNotTheOwner() external {
        address[2] memory others = [guardian, stranger];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[i]));
            vm.prank(others[i]);
            keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        }
    }

    function test_RevertWhen_ProofSystemHasNoCode() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ProofSystemWithoutCode.selector, stranger)
        );
        keys.propose(KeyProposals.plain(stranger, "data", 0, true));
    }

    function test_RevertGiven_KeyExists() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_KeyExists.selector, agreementKey)
        );
        keys.propose(KeyProposals.challenged(address(proofs), "agreement", bytes32(uint256(1)), true));
        freeze(agreementKey);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_KeyExists.selector, agreementKey)
        );
        keys.propose(KeyProposals.challenged(address(proofs), "agreement", bytes32(uint256(1)), true));
    }

    function test_RevertWhen_DevelopmentKeyOnAPublicChain() external {
        uint256[3] memory chains = [uint256(1), 10, 31_336];
        for (uint256 i; i < chains.length; ++i) {
            vm.chainId(chains[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_DevelopmentKeyOnPublicChain.selector, chains[i]
                )
            );
            keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        }
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, false));
        vm.chainId(1337);
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
    }

    function test_RevertWhen_TooManySignals() external {
        proofs.setSignalCount(129);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_TooManySignals.selector, 129, 128)
        );
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
    }

    function test_RevertWhen_GasCapIsTooLow() external {
        proofs.setVerifyGas(GAS_CAP + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, GAS_CAP, GAS_CAP + 1)
        );
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.verifyGasCap = GAS_CAP + 1;
        parameters.setParameters(next);
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
    }

    function test_ProposesUnderItsContentId() external {
        bytes32 keyId = keccak256(abi.encode(bytes32("mock"), bytes("data"), bytes32("manifest"), false, true));
        assertEq(keys.keyIdOf(address(proofs), "data", "manifest", false, true), keyId);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyProposed(
            keyId,
            address(proofs),
            "manifest",
            false,
            true,
            false,
            uint64(START + ACTIVATION_DELAY),
            GAS_CAP,
            4,
            0,
            "data"
        );
        assertEq(keys.propose(KeyProposals.challenged(address(proofs), "data", "manifest", false)), keyId);

        IVerifierKeyRegistry.VerifierKey memory key = keys.verifierKey(keyId);
        assertEq(key.proofSystem, address(proofs));
        assertEq(uint8(key.status), uint8(IVerifierKeyRegistry.Status.Proposed));
        assertFalse(key.development);
        assertTrue(key.needsChallenge);
        assertTrue(keys.needsChallenge(keyId));
        assertFalse(key.freezableByProof);
        assertEq(key.gasCap, GAS_CAP);
        assertEq(key.signalCount, 4);
        assertEq(key.activeAt, START + ACTIVATION_DELAY);
        assertEq(key.manifestHash, bytes32("manifest"));
    }

    /// @dev The same circuit without the mark is another key: whoever knows the circuit knows which id it must have.
    function test_TheChallengeMarkNamesAnotherKey() external {
        bytes32 unmarked = keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        bytes32 marked = keys.propose(KeyProposals.challenged(address(proofs), "data", 0, true));
        assertNotEq(unmarked, marked);
        assertFalse(keys.needsChallenge(unmarked));
        assertTrue(keys.needsChallenge(marked));
        assertFalse(keys.needsChallenge("none"));
    }

    /// @dev How a key may end is not what it proves: the mark is not in the id.
    function test_KeepsWhetherAProofMayFreezeTheKey() external {
        bytes32 keyId = keys.keyIdOf(address(proofs), "data", 0, false, false);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyProposed(
            keyId, address(proofs), 0, false, false, true, uint64(START + ACTIVATION_DELAY), GAS_CAP, 4, 0, "data"
        );
        keys.propose(KeyProposals.freezable(address(proofs), "data", 0, false));
        assertTrue(keys.verifierKey(keyId).freezableByProof);
        assertFalse(keys.verifierKey(agreementKey).freezableByProof);
    }

    function capped(uint32 gasCap) internal view returns (IVerifierKeyRegistry.Proposal memory proposal) {
        proposal = KeyProposals.plain(address(proofs), "capped", bytes32(uint256(gasCap)), true);
        proposal.gasCap = gasCap;
    }

    /// @dev A published EZKL verifier takes 729,000 gas; the cap of the day is for keys that ask for none.
    function test_AKeyMayHaveAGasCapOfItsOwn() external {
        proofs.setVerifyGas(729_000);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, GAS_CAP, 729_000)
        );
        keys.propose(capped(0));
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, 728_999, 729_000)
        );
        keys.propose(capped(728_999));
        assertEq(keys.verifierKey(keys.propose(capped(729_000))).gasCap, 729_000);
        // Below the cap of the day, too: a small cap is a promise to whoever pays for gas.
        proofs.setVerifyGas(1000);
        assertEq(keys.verifierKey(keys.propose(capped(1000))).gasCap, 1000);
    }

    function test_RevertWhen_GasCapIsAboveTheHighest() external {
        uint32 highest = parameters.maxVerifyGasCap();
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooHigh.selector, highest + 1, highest
            )
        );
        keys.propose(capped(highest + 1));
        assertEq(keys.verifierKey(keys.propose(capped(highest))).gasCap, highest);
    }

    function expectUnusable(bytes32 dependsOn) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_DependencyUnusable.selector, dependsOn)
        );
    }

    function test_RevertGiven_DependencyIsUnusable() external {
        // Unknown.
        proofs.setDependsOn("none");
        expectUnusable("none");
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        // Itself, which is not known yet.
        bytes32 keyId = keys.keyIdOf(address(proofs), "data", 0, true, false);
        proofs.setDependsOn(keyId);
        expectUnusable(keyId);
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        // Frozen.
        freeze(scoreKey);
        proofs.setDependsOn(scoreKey);
        expectUnusable(scoreKey);
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        // Dependent itself.
        proofs.setDependsOn(agreementKey);
        bytes32 dependent = keys.propose(KeyProposals.plain(address(proofs), "dependent", 0, true));
        proofs.setDependsOn(dependent);
        expectUnusable(dependent);
        keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
    }

    function test_KeepsWhatTheKeyDependsOn() external {
        bytes32 base = keys.propose(KeyProposals.plain(address(proofs), "base", 0, true));
        bytes32[2] memory bases = [base, agreementKey];
        for (uint256 i; i < bases.length; ++i) {
            proofs.setDependsOn(bases[i]);
            bytes32 keyId = keys.propose(KeyProposals.plain(address(proofs), "data", bytes32(i), true));
            assertEq(keys.verifierKey(keyId).dependsOn, bases[i]);
        }
    }

    function batches(HostileProofSystem system) internal returns (bool found) {
        uint256 snapshot = vm.snapshotState();
        bytes32 keyId = keys.propose(KeyProposals.plain(address(system), "data", 0, true));
        found = keys.verifierKey(keyId).batches;
        vm.revertToState(snapshot);
    }

    /// @dev A system that makes trouble when asked is one that does not batch; it never stops the proposal.
    function test_BatchesOnlyWhenTheSystemSaysSoAsItShould() external {
        bytes4 erc165 = type(IERC165).interfaceId;
        bytes4 batch = type(IBatchProofSystem).interfaceId;
        HostileProofSystem system = new HostileProofSystem();
        assertFalse(batches(system), "reverts");
        system.setIntrospection(HostileProofSystem.Mode.Burn);
        assertFalse(batches(system), "burns gas");
        system.setInterface(batch, abi.encode(true));
        assertFalse(batches(system), "no ERC-165");
        system.setInterface(erc165, abi.encode(true));
        system.setInterface(0xffffffff, abi.encode(true));
        assertFalse(batches(system), "claims everything");
        system.setInterface(0xffffffff, abi.encode(false));
        assertTrue(batches(system), "as it should");
        system.setInterface(erc165, abi.encode(false));
        assertFalse(batches(system), "denies ERC-165");
        system.setInterface(erc165, abi.encode(true));
        system.setInterface(batch, new bytes(31));
        assertFalse(batches(system), "short answer");
        system.setInterface(batch, "");
        assertFalse(batches(system), "no answer");
        system.setInterface(batch, abi.encode(false));
        assertFalse(batches(system), "does not batch");
        assertFalse(keys.verifierKey(agreementKey).batches, "has no such function");
    }

    function testFuzz_EveryPartOfTheKeyIsInItsId(
        bytes calldata data,
        bytes32 manifest,
        bool development,
        bool challenge
    )
        external
        view
    {
        bytes32 keyId = keys.keyIdOf(address(proofs), data, manifest, development, challenge);
        bytes memory longer = bytes.concat(data, hex"00");
        assertNotEq(keyId, keys.keyIdOf(address(proofs), longer, manifest, development, challenge));
        assertNotEq(keyId, keys.keyIdOf(address(proofs), data, bytes32(uint256(manifest) ^ 1), development, challenge));
        assertNotEq(keyId, keys.keyIdOf(address(proofs), data, manifest, !development, challenge));
        assertNotEq(keyId, keys.keyIdOf(address(proofs), data, manifest, development, !challenge));
    }
}
