// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FflonkProofSystem} from "../../src/proofSystems/FflonkProofSystem.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice The FflonkProofSystem with the keys of contracts/test/fixtures/fflonk.
abstract contract FflonkFixtures is PlonkishFixtures {
    function _newSystem(address registry) internal override returns (address) {
        return address(new FflonkProofSystem(registry));
    }

    function _folder() internal pure override returns (string memory) {
        return "fflonk";
    }

    function _pointCount() internal pure override returns (uint256) {
        return 4;
    }
}
