// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FflonkFixtures} from "../../utils/FflonkFixtures.sol";
import {PlonkishBadProofs} from "../../utils/PlonkishBadProofs.sol";

contract FflonkProofSystemBadProofsTest is FflonkFixtures, PlonkishBadProofs {}
