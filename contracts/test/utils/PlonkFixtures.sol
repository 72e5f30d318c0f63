// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlonkProofSystem} from "../../src/proofSystems/PlonkProofSystem.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice The PlonkProofSystem with the keys of contracts/test/fixtures/plonk.
abstract contract PlonkFixtures is PlonkishFixtures {
    function _newSystem(address registry) internal override returns (address) {
        return address(new PlonkProofSystem(registry));
    }

    function _folder() internal pure override returns (string memory) {
        return "plonk";
    }

    function _pointCount() internal pure override returns (uint256) {
        return 9;
    }
}
