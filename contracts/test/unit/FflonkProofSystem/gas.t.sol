// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FflonkFixtures} from "../../utils/FflonkFixtures.sol";
import {PlonkishFixtures} from "../../utils/PlonkishFixtures.sol";
import {PlonkishGas} from "../../utils/PlonkishGas.sol";

contract FflonkProofSystemGasTest is FflonkFixtures, PlonkishGas {
    function setUp() public override(PlonkishFixtures, PlonkishGas) {
        PlonkishGas.setUp();
    }

    function _exportedGas() internal pure override returns (uint256) {
        return 167_131;
    }
}
