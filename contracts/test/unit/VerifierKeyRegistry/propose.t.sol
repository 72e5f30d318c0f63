// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IBatchProofSystem} from "../../../src/interfaces/IBatchProofSystem.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract VerifierKeyRegistryProposeTest is ProtocolTest {
    function test_RevertWhen_CallerIsNotTheOwner() external {
        address[2] memory others = [guardian, stranger];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[i]));
            vm.prank(others[i]);
            keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        }
    }

    function test_RevertWhen_ProofSystemHasNoCode() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_ProofSystemWithoutCode.selector, stranger)
        );
        keys.propose(stranger, "data", 0, true, new uint256[](0));
    }

    function test_RevertGiven_KeyExists() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_KeyExists.selector, agreementKey)
        );
        keys.propose(address(proofs), "agreement", bytes32(uint256(1)), true, new uint256[](0));
        freeze(agreementKey);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_KeyExists.selector, agreementKey)
        );
        keys.propose(address(proofs), "agreement", bytes32(uint256(1)), true, new uint256[](0));
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
            keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        }
        keys.propose(address(proofs), "data", 0, false, new uint256[](0));
        vm.chainId(1337);
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
    }

    function test_RevertWhen_TooManySignals() external {
        proofs.setSignalCount(129);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_TooManySignals.selector, 129, 128)
        );
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
    }

    function test_RevertWhen_GasCapIsTooLow() external {
        proofs.setVerifyGas(GAS_CAP + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_GasCapTooLow.selector, GAS_CAP, GAS_CAP + 1)
        );
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.verifyGasCap = GAS_CAP + 1;
        parameters.setParameters(next);
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
    }

    function test_ProposesUnderItsContentId() external {
        bytes32 keyId = keccak256(abi.encode(bytes32("mock"), bytes("data"), bytes32("manifest"), false));
        assertEq(keys.keyIdOf(address(proofs), "data", "manifest", false), keyId);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyProposed(
            keyId,
            address(proofs),
            "manifest",
            false,
            uint64(START + ACTIVATION_DELAY),
            GAS_CAP,
            4,
            0,
            new uint256[](0),
            "data"
        );
        assertEq(keys.propose(address(proofs), "data", "manifest", false, new uint256[](0)), keyId);

        IVerifierKeyRegistry.VerifierKey memory key = keys.verifierKey(keyId);
        assertEq(key.proofSystem, address(proofs));
        assertEq(uint8(key.status), uint8(IVerifierKeyRegistry.Status.Proposed));
        assertFalse(key.development);
        assertEq(key.gasCap, GAS_CAP);
        assertEq(key.signalCount, 4);
        assertEq(key.activeAt, START + ACTIVATION_DELAY);
        assertEq(key.manifestHash, bytes32("manifest"));
    }

    function test_RevertWhen_ImpossibleSignalsAreNotAsManyAsTheKeys() external {
        uint256[3] memory lengths = [uint256(1), 3, 5];
        for (uint256 i; i < lengths.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_ImpossibleSignals.selector, lengths[i], 4
                )
            );
            keys.propose(address(proofs), "data", 0, true, new uint256[](lengths[i]));
        }
    }

    function test_KeepsTheImpossibleStatement() external {
        uint256[] memory signals = new uint256[](4);
        (signals[0], signals[3]) = (17, type(uint256).max);
        bytes32 keyId = keys.keyIdOf(address(proofs), "data", 0, false);
        vm.expectEmit(address(keys));
        emit IVerifierKeyRegistry.KeyProposed(
            keyId, address(proofs), 0, false, uint64(START + ACTIVATION_DELAY), GAS_CAP, 4, 0, signals, "data"
        );
        keys.propose(address(proofs), "data", 0, false, signals);
        assertEq(keys.verifierKey(keyId).impossibleStatement, keccak256(abi.encodePacked(signals)));
        assertEq(keys.verifierKey(agreementKey).impossibleStatement, 0);
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
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        // Itself, which is not known yet.
        bytes32 keyId = keys.keyIdOf(address(proofs), "data", 0, true);
        proofs.setDependsOn(keyId);
        expectUnusable(keyId);
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        // Frozen.
        freeze(scoreKey);
        proofs.setDependsOn(scoreKey);
        expectUnusable(scoreKey);
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
        // Dependent itself.
        proofs.setDependsOn(agreementKey);
        bytes32 dependent = keys.propose(address(proofs), "dependent", 0, true, new uint256[](0));
        proofs.setDependsOn(dependent);
        expectUnusable(dependent);
        keys.propose(address(proofs), "data", 0, true, new uint256[](0));
    }

    function test_KeepsWhatTheKeyDependsOn() external {
        bytes32 base = keys.propose(address(proofs), "base", 0, true, new uint256[](0));
        bytes32[2] memory bases = [base, agreementKey];
        for (uint256 i; i < bases.length; ++i) {
            proofs.setDependsOn(bases[i]);
            bytes32 keyId = keys.propose(address(proofs), "data", bytes32(i), true, new uint256[](0));
            assertEq(keys.verifierKey(keyId).dependsOn, bases[i]);
        }
    }

    function batches(HostileProofSystem system) internal returns (bool found) {
        uint256 snapshot = vm.snapshotState();
        bytes32 keyId = keys.propose(address(system), "data", 0, true, new uint256[](0));
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
        bool development
    )
        external
        view
    {
        bytes32 keyId = keys.keyIdOf(address(proofs), data, manifest, development);
        assertNotEq(keyId, keys.keyIdOf(address(proofs), bytes.concat(data, hex"00"), manifest, development));
        assertNotEq(keyId, keys.keyIdOf(address(proofs), data, bytes32(uint256(manifest) ^ 1), development));
        assertNotEq(keyId, keys.keyIdOf(address(proofs), data, manifest, !development));
    }
}
