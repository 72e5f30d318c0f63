// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlonkFixtures} from "../../utils/PlonkFixtures.sol";
import {PlonkishBadProofs} from "../../utils/PlonkishBadProofs.sol";

contract PlonkProofSystemBadProofsTest is PlonkFixtures, PlonkishBadProofs {}
