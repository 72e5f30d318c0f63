// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {BabyJubJub} from "../../../src/libraries/BabyJubJub.sol";

contract BabyJubJubTest is Test {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev Base8 and the generator of the whole group (EIP-2494).
    uint256 internal constant BASE8_X = 5299619240641551281634865583518297030282874472190772894086521144482721001553;
    uint256 internal constant BASE8_Y = 16950150798460657717958625567821834550301663161624707787222815936182638968203;
    uint256 internal constant GENERATOR_X = 995203441582195749578291179787384436505546430278305826713579947235728471134;
    uint256 internal constant GENERATOR_Y =
        5472060717959818805561601436314318772137091100104008585924551046643952123905;

    /// @dev The eight points of low order, as multiples of l · generator.
    function lowOrder() internal pure returns (uint256[2][8] memory) {
        return [
            [uint256(0), 1],
            [
                uint256(4342719913949491028786768530115087822524712248835451589697801404893164183326),
                4826523245007015323400664741523384119579596407052839571721035538011798951543
            ],
            [uint256(18930368022820495955728484915491405972470733850014661777449844430438130630919), 0],
            [
                uint256(4342719913949491028786768530115087822524712248835451589697801404893164183326),
                17061719626832259898845741003733890968968767993363194771977168648564009544074
            ],
            [uint256(0), R - 1],
            [
                uint256(17545522957889784193459637215142187266023652151580582754000402781682644312291),
                17061719626832259898845741003733890968968767993363194771977168648564009544074
            ],
            [uint256(2957874849018779266517920829765869116077630550401372566248359756137677864698), 0],
            [
                uint256(17545522957889784193459637215142187266023652151580582754000402781682644312291),
                4826523245007015323400664741523384119579596407052839571721035538011798951543
            ]
        ];
    }

    function test_RefusesEveryPointOfLowOrder() external pure {
        uint256[2][8] memory points = lowOrder();
        for (uint256 i; i < points.length; ++i) {
            assertTrue(BabyJubJub.isOnCurve(points[i][0], points[i][1]));
            assertFalse(BabyJubJub.isPublicKey(points[i][0], points[i][1]));
        }
    }

    function test_AcceptsTheGenerators() external pure {
        assertTrue(BabyJubJub.isPublicKey(BASE8_X, BASE8_Y));
        assertTrue(BabyJubJub.isPublicKey(GENERATOR_X, GENERATOR_Y));
        assertTrue(BabyJubJub.isPublicKey(R - BASE8_X, BASE8_Y));
    }

    function test_RefusesWhatIsNotCanonical() external pure {
        assertFalse(BabyJubJub.isPublicKey(BASE8_X + R, BASE8_Y));
        assertFalse(BabyJubJub.isPublicKey(BASE8_X, BASE8_Y + R));
        assertFalse(BabyJubJub.isPublicKey(R, 1));
        assertFalse(BabyJubJub.isPublicKey(type(uint256).max, type(uint256).max));
    }

    function test_RefusesPointsOffTheCurve() external pure {
        assertFalse(BabyJubJub.isPublicKey(0, 0));
        assertFalse(BabyJubJub.isPublicKey(BASE8_Y, BASE8_X));
        assertFalse(BabyJubJub.isPublicKey(BASE8_X, R - BASE8_Y + 1));
    }

    /// @dev With this x the curve equation leaves two values for y.
    function testFuzz_RefusesEveryOtherY(uint256 y) external pure {
        vm.assume(y != BASE8_Y && y != R - BASE8_Y);
        assertFalse(BabyJubJub.isPublicKey(BASE8_X, y));
    }

    /// @dev Multiples of Base8, by the textbook addition law, all stay public keys.
    function test_AcceptsMultiplesOfTheBase() external view {
        (uint256 x, uint256 y) = (BASE8_X, BASE8_Y);
        for (uint256 i; i < 64; ++i) {
            (x, y) = _add(x, y, BASE8_X, BASE8_Y);
            assertTrue(BabyJubJub.isPublicKey(x, y));
        }
    }

    function _add(uint256 x1, uint256 y1, uint256 x2, uint256 y2) internal view returns (uint256, uint256) {
        uint256 k = mulmod(mulmod(168_696, mulmod(x1, x2, R), R), mulmod(y1, y2, R), R);
        uint256 x = addmod(mulmod(x1, y2, R), mulmod(y1, x2, R), R);
        uint256 y = addmod(mulmod(y1, y2, R), R - mulmod(168_700, mulmod(x1, x2, R), R), R);
        return (mulmod(x, _inverse(addmod(1, k, R)), R), mulmod(y, _inverse(addmod(1, R - k, R)), R));
    }

    function _inverse(uint256 a) internal view returns (uint256) {
        (bool called, bytes memory answer) =
            address(5).staticcall(abi.encode(uint256(32), uint256(32), uint256(32), a, R - 2, R));
        assertTrue(called);
        return abi.decode(answer, (uint256));
    }
}
