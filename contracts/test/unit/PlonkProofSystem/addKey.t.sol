// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlonkProofSystem} from "../../../src/proofSystems/PlonkProofSystem.sol";
import {PlonkFixtures} from "../../utils/PlonkFixtures.sol";
import {PlonkishAddKey} from "../../utils/PlonkishAddKey.sol";
import {PlonkishFixtures} from "../../utils/PlonkishFixtures.sol";

contract PlonkProofSystemAddKeyTest is PlonkFixtures, PlonkishAddKey {
    /// @dev Words of the commitments.
    uint256 internal constant QM = 9;
    uint256 internal constant QL = 11;
    uint256 internal constant QR = 13;
    uint256 internal constant QO = 15;
    uint256 internal constant QC = 17;
    uint256 internal constant S1 = 19;
    uint256 internal constant S2 = 21;
    uint256 internal constant S3 = 23;
    /// @dev Twice the G2 generator.
    uint256 internal constant TWICE_X_C1 =
        14583779054894525174450323658765874724019480979794335525732096752006891875705;
    uint256 internal constant TWICE_X_C0 =
        18029695676650738226693292988307914797657423701064905010927197838374790804409;
    uint256 internal constant TWICE_Y_C1 =
        11474861747383700316476719153975578001603231366361248090558603872215261634898;
    uint256 internal constant TWICE_Y_C0 = 2140229616977736810657479771656733941598412651537078903776637920509952744750;

    function setUp() public override(PlonkishFixtures, PlonkishAddKey) {
        PlonkishAddKey.setUp();
    }

    function withIdentity(bytes memory data, uint256 at) internal pure returns (bytes memory) {
        return withWord(withWord(data, at, 0), at + 1, 0);
    }

    /// @dev One is in the rows of the public signals; the permutation is nowhere zero.
    function test_RevertWhen_QlOrAPermutationIsTheIdentity() external {
        uint256[4] memory points = [QL, S1, S2, S3];
        for (uint256 i; i < points.length; ++i) {
            expectPointRefusal(points[i], withIdentity(key, points[i]));
        }
    }

    function test_LetsUnusedSelectorsBeTheIdentity() external {
        uint256[4] memory points = [QM, QR, QO, QC];
        for (uint256 i; i < points.length; ++i) {
            system.addKey(bytes32(100 + i), withIdentity(key, points[i]));
            // Half an identity is a point off the curve.
            expectPointRefusal(points[i], withWord(withIdentity(key, points[i]), points[i], 1));
            expectPointRefusal(points[i], withWord(withIdentity(key, points[i]), points[i] + 1, 1));
        }
    }

    function test_RevertWhen_TwoPermutationsAreEqual() external {
        uint256[2][3] memory pairs = [[S1, S2], [S1, S3], [S2, S3]];
        for (uint256 i; i < pairs.length; ++i) {
            vm.expectRevert(PlonkProofSystem.PlonkProofSystem_PermutationInvalid.selector);
            system.addKey("id", withWords(key, pairs[i][0], key, pairs[i][1], 2));
        }
    }

    /// @dev With the secret 2 the identity polynomial commits to twice the generator.
    function test_RevertWhen_NoCopyConstraintTouchesTheSignals() external {
        (bool called, bytes memory twice) = address(6).staticcall(abi.encode(1, 2, 1, 2));
        assertTrue(called);
        bytes memory unwired = withX2(key, [TWICE_X_C1, TWICE_X_C0, TWICE_Y_C1, TWICE_Y_C0]);
        system.addKey("wired", unwired);
        unwired = withWords(unwired, S1, twice, 0, 2);
        vm.expectRevert(PlonkProofSystem.PlonkProofSystem_SignalsUnbound.selector);
        system.addKey("id", unwired);
    }
}
