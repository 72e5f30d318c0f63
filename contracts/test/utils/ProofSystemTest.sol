// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {Groth16ProofSystem} from "../../src/proofSystems/Groth16ProofSystem.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";
import {Groth16Fixtures} from "./Groth16Fixtures.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {PlainParameters} from "./PlainParameters.sol";

/// @notice A registry that activates keys at once, with the Groth16 system, for tests of other proof systems.
abstract contract ProofSystemTest is Groth16Fixtures {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev As script/Deploy.s.sol sets it on local chains.
    uint256 internal constant GAS_CAP = 600_000;

    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal registry;
    Groth16ProofSystem internal groth16;

    constructor() {
        parameters = new ProtocolParameters(address(this), capped(GAS_CAP));
        registry = new VerifierKeyRegistry(address(this), parameters);
        groth16 = new Groth16ProofSystem(address(registry));
    }

    function capped(uint256 gasCap) internal pure returns (IProtocolParameters.Parameters memory) {
        return PlainParameters.withGasCap(gasCap);
    }

    function propose(IProofSystem system, bytes memory key) internal returns (bytes32) {
        return registry.propose(KeyProposals.plain(address(system), key, 0, true));
    }

    function activated(IProofSystem system, bytes memory key) internal returns (bytes32 keyId) {
        keyId = propose(system, key);
        registry.activate(keyId);
    }

    /// @dev Fixture of contracts/test/fixtures/outside.
    function outside(string memory name) internal view returns (string memory json) {
        return vm.readFile(string.concat("contracts/test/fixtures/outside/", name, ".json"));
    }

    /// @dev Whether a proof system takes a proof; a revert is a no.
    function takes(
        IProofSystem system,
        bytes32 keyId,
        uint256[] memory signals,
        bytes memory proof
    )
        internal
        view
        returns (bool)
    {
        try system.verify(keyId, signals, proof) returns (bool accepted) {
            return accepted;
        } catch {
            return false;
        }
    }

    function one(uint256 value) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = value;
    }

    function changed(uint256[] memory list, uint256 index, uint256 value)
        internal
        pure
        returns (uint256[] memory copy)
    {
        copy = new uint256[](list.length);
        for (uint256 i; i < list.length; ++i) {
            copy[i] = i == index ? value : list[i];
        }
    }

    function flipped(bytes memory data, uint256 bit) internal pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        copy[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
    }

    /// @dev A Groth16 key with five signals under which one statement has a proof, made without any circuit: the IC points
    /// are known multiples of the generator, and IC_0 makes their sum vanish for these signals, so that (alpha, beta,
    /// identity) is a proof.
    function craftedKey(uint256[5] memory signals) internal view returns (bytes memory key, bytes memory proof) {
        bytes memory source = fixture("world-id-v3").keyData;
        bytes memory points;
        uint256 sum;
        for (uint256 i; i < signals.length; ++i) {
            uint256 scalar = uint256(keccak256(abi.encode(i))) % R;
            sum = addmod(sum, mulmod(scalar, signals[i], R), R);
            points = bytes.concat(points, _multiple(scalar));
        }
        key = bytes.concat(slice(source, 448), _multiple(R - sum), points);
        proof = bytes.concat(slice(source, 192), abi.encode(0, 0));
    }

    function _multiple(uint256 scalar) internal view returns (bytes memory point) {
        bool called;
        (called, point) = address(7).staticcall(abi.encode(1, 2, scalar));
        assertTrue(called);
    }
}
