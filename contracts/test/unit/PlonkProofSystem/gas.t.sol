// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlonkFixtures} from "../../utils/PlonkFixtures.sol";
import {PlonkishFixtures} from "../../utils/PlonkishFixtures.sol";
import {PlonkishGas} from "../../utils/PlonkishGas.sol";

contract PlonkProofSystemGasTest is PlonkFixtures, PlonkishGas {
    function setUp() public override(PlonkishFixtures, PlonkishGas) {
        PlonkishGas.setUp();
    }

    function _exportedGas() internal pure override returns (uint256) {
        return 257_331;
    }
}
