// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
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
