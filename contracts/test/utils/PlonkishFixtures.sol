// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {Groth16Fixtures} from "./Groth16Fixtures.sol";

/// @notice Keys and proofs that snarkjs made (contracts/test/fixtures/plonk and fflonk), under one proof system.
/// @dev Circuits: 0 has one signal and a domain of 2^10, 1 has four signals and no constants, 2 has eight signals, 3 has one
/// signal and no multiplications.
abstract contract PlonkishFixtures is Groth16Fixtures {
    struct Statement {
        bytes keyData;
        uint256[] publicSignals;
        bytes proof;
        bytes secondProof;
    }

    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 internal constant CIRCUITS = 4;

    IProofSystem internal system;
    Statement[CIRCUITS] internal statements;

    function setUp() public virtual {
        system = IProofSystem(_newSystem(address(this)));
        for (uint256 i; i < CIRCUITS; ++i) {
            statements[i] = statement(circuitName(i));
            system.addKey(bytes32(i), statements[i].keyData);
        }
    }

    /// @dev The system under test.
    function _newSystem(address registry) internal virtual returns (address);

    /// @dev Folder of its fixtures, and number of points that a proof starts with.
    function _folder() internal pure virtual returns (string memory);
    function _pointCount() internal pure virtual returns (uint256);

    function circuitName(uint256 which) internal pure returns (string memory) {
        return ["one", "four", "eight", "linear"][which];
    }

    function readFixture(string memory name) internal view returns (string memory) {
        return vm.readFile(string.concat("contracts/test/fixtures/", _folder(), "/", name, ".json"));
    }

    function statement(string memory name) internal view returns (Statement memory made) {
        string memory json = readFixture(name);
        made.keyData = vm.parseJsonBytes(json, ".keyData");
        made.publicSignals = vm.parseJsonUintArray(json, ".publicSignals");
        made.proof = vm.parseJsonBytes(json, ".proof");
        made.secondProof = vm.parseJsonBytes(json, ".secondProof");
    }

    function accepts(uint256 which, uint256[] memory signals, bytes memory proof) internal view returns (bool) {
        return system.verify(bytes32(which), signals, proof);
    }

    /// @dev Whether the call is answered with `true`, and what it takes.
    function answer(bytes memory data, uint256 length) internal view returns (bool yes, uint256 used) {
        address target = address(system);
        uint256 before = gasleft();
        assembly ("memory-safe") {
            yes := staticcall(gas(), target, add(data, 0x20), length, 0, 0x20)
            yes := and(and(yes, eq(returndatasize(), 0x20)), eq(mload(0), 1))
        }
        used = before - gasleft();
    }
}
