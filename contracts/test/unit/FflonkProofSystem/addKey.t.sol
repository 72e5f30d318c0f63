// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FflonkFixtures} from "../../utils/FflonkFixtures.sol";
import {PlonkishAddKey} from "../../utils/PlonkishAddKey.sol";
import {PlonkishFixtures} from "../../utils/PlonkishFixtures.sol";

contract FflonkProofSystemAddKeyTest is FflonkFixtures, PlonkishAddKey {
    function setUp() public override(PlonkishFixtures, PlonkishAddKey) {
        PlonkishAddKey.setUp();
    }

    /// @dev It would say that every selector and every permutation is zero.
    function test_RevertWhen_C0IsTheIdentity() external {
        expectPointRefusal(COMMITMENTS, withWord(withWord(key, COMMITMENTS, 0), COMMITMENTS + 1, 0));
    }
}
