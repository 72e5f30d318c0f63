// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {LabelRules} from "../../../src/libraries/LabelRules.sol";
import {Rules} from "../../utils/Rules.sol";

contract LabelRulesTest is Test {
    using LabelRules for LabelRules.Layout;
    using Rules for Rules.Box;
    using Rules for Rules.Scalar;

    function validate(uint256 rules) external pure {
        LabelRules.validate(rules);
    }

    function expectRefusal(uint256 rules, string memory field) internal {
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, rules, field));
        this.validate(rules);
    }

    function scalar(
        uint256 kind,
        uint256 capacity,
        uint256 items,
        uint256 gold,
        uint256 max,
        uint256 tolerance
    )
        internal
        pure
        returns (uint256)
    {
        return Rules.Scalar(kind, capacity, items, gold, 10_000, max, tolerance).pack();
    }

    function test_AcceptsTheEdges() external pure {
        LabelRules.validate(scalar(0, 64, 1, 1, 1, 0));
        LabelRules.validate(scalar(0, 64, 64, 31, 255, 255));
        LabelRules.validate(scalar(0, 256, 256, 62, 255, 0));
        LabelRules.validate(scalar(1, 512, 512, 62, 255, 8));
        LabelRules.validate(scalar(1, 512, 512, 62, 1, 8));
        LabelRules.validate(Rules.Box(32, 32, 9, 0, 255, 65_535, 65_535, 10_000).pack());
        LabelRules.validate(Rules.Box(32, 1, 1, 10_000, 0, 1, 1, 1).pack());
    }

    function test_RevertWhen_KindIsUnknown() external {
        for (uint256 kind = 3; kind < 256; ++kind) {
            expectRefusal(scalar(kind, 64, 1, 1, 1, 0), "kind");
        }
    }

    function test_RevertWhen_NoCircuitHasTheCapacity() external {
        uint256[7] memory wrong = [uint256(0), 32, 63, 65, 128, 511, 65_535];
        for (uint256 i; i < wrong.length; ++i) {
            expectRefusal(scalar(0, wrong[i], 1, 1, 1, 0), "capacity");
        }
        Rules.Box memory box = Rules.boxes();
        box.capacity = 64;
        expectRefusal(box.pack(), "capacity");
    }

    function test_RevertWhen_ItemCountIsOutOfRange() external {
        expectRefusal(scalar(0, 64, 0, 1, 1, 0), "itemCount");
        expectRefusal(scalar(0, 64, 65, 1, 1, 0), "itemCount");
        expectRefusal(scalar(0, 512, 513, 1, 1, 0), "itemCount");
        Rules.Box memory box = Rules.boxes();
        box.itemCount = 33;
        expectRefusal(box.pack(), "itemCount");
    }

    function test_RevertWhen_GoldCountIsOutOfRange() external {
        expectRefusal(scalar(0, 64, 64, 0, 1, 0), "goldCount");
        expectRefusal(scalar(0, 64, 64, 32, 1, 0), "goldCount");
        expectRefusal(scalar(0, 256, 256, 63, 1, 0), "goldCount");
        expectRefusal(scalar(0, 512, 512, 63, 1, 0), "goldCount");
        expectRefusal(scalar(0, 64, 5, 6, 1, 0), "goldCount");
        Rules.Box memory box = Rules.boxes();
        box.goldCount = 10;
        expectRefusal(box.pack(), "goldCount");
    }

    function test_RevertWhen_ThresholdIsAboveTheWhole() external {
        Rules.Scalar memory fields = Rules.digits();
        fields.thresholdBps = 10_001;
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_ThresholdTooHigh.selector, 10_001, 10_000)
        );
        this.validate(fields.pack());
    }

    function test_RevertWhen_MaxIsNotALabelSpace() external {
        expectRefusal(scalar(0, 64, 1, 1, 0, 0), "max");
        for (uint256 max; max < 256; ++max) {
            bool allOnes =
                max == 1 || max == 3 || max == 7 || max == 15 || max == 31 || max == 63 || max == 127 || max == 255;
            if (allOnes) this.validate(scalar(1, 64, 1, 1, max, 0));
            else expectRefusal(scalar(1, 64, 1, 1, max, 0), "max");
        }
    }

    function test_RevertWhen_ToleranceIsTooLarge() external {
        expectRefusal(scalar(0, 64, 1, 1, 5, 6), "tolerance");
        expectRefusal(scalar(1, 64, 1, 1, 255, 9), "tolerance");
    }

    function test_RevertWhen_BoxFieldsAreOutOfRange() external {
        Rules.Box memory box = Rules.boxes();
        box.width = 0;
        expectRefusal(box.pack(), "width");
        box = Rules.boxes();
        box.height = 0;
        expectRefusal(box.pack(), "height");
        box = Rules.boxes();
        box.iouBps = 0;
        expectRefusal(box.pack(), "iouBps");
        box.iouBps = 10_001;
        expectRefusal(box.pack(), "iouBps");
    }

    function test_RevertWhen_AnyOtherBitIsSet() external {
        for (uint256 bit = 88; bit < 256; ++bit) {
            expectRefusal(Rules.digits().pack() | 1 << bit, "padding");
        }
        for (uint256 bit = 128; bit < 256; ++bit) {
            expectRefusal(Rules.boxes().pack() | 1 << bit, "padding");
        }
    }

    /// @dev Valid rules have a layout that fits their circuit and gives the fields back.
    function testFuzz_ScalarLayoutsFit(uint256 size, uint256 items, uint256 gold, uint256 max, bool set) external pure {
        uint256 capacity = [uint256(64), 256, 512][bound(size, 0, 2)];
        items = bound(items, 1, capacity);
        uint256 goldCapacity = capacity == 64 ? 31 : 62;
        gold = bound(gold, 1, items < goldCapacity ? items : goldCapacity);
        max = set ? (1 << bound(max, 1, 8)) - 1 : bound(max, 1, 255);
        uint256 rules = scalar(set ? 1 : 0, capacity, items, gold, max, 0);
        LabelRules.validate(rules);
        assertFits(rules, items, gold);
    }

    function testFuzz_BoxLayoutsFit(uint256 items, uint256 gold, uint16 width, uint16 height) external pure {
        Rules.Box memory box = Rules.boxes();
        box.itemCount = bound(items, 1, 32);
        box.goldCount = bound(gold, 1, box.itemCount < 9 ? box.itemCount : 9);
        (box.width, box.height) = (bound(width, 1, 65_535), bound(height, 1, 65_535));
        LabelRules.validate(box.pack());
        assertFits(box.pack(), box.itemCount, box.goldCount);
    }

    function assertFits(uint256 rules, uint256 items, uint256 gold) internal pure {
        LabelRules.Layout memory layout = LabelRules.layout(rules);
        assertEq(layout.itemCount, items);
        assertEq(layout.goldCount, gold);
        assertLe(layout.itemCount, layout.words * layout.perWord);
        assertLe(layout.itemCount, layout.maskWords * 248);
        assertLe(layout.goldCount, layout.goldWords * layout.perWord);
        assertLe(layout.perWord * layout.codeBits, 248);
    }

    function test_LayoutsAreThoseOfTheSpecification() external pure {
        assertLayout(scalar(0, 64, 10, 2, 1, 0), 8, 31, 3, 1, 1);
        assertLayout(scalar(0, 256, 10, 2, 1, 0), 8, 31, 9, 2, 2);
        assertLayout(scalar(1, 512, 10, 2, 1, 0), 8, 31, 17, 3, 2);
        assertLayout(Rules.boxes().pack(), 72, 3, 11, 1, 3);
    }

    function test_ThresholdCountsExactly() external pure {
        LabelRules.Layout memory layout = LabelRules.layout(Rules.digits().pack());
        // 60% of three gold items is 1.8.
        assertFalse(layout.passes(1));
        assertTrue(layout.passes(2));
        layout.thresholdBps = 6667;
        assertFalse(layout.passes(2));
        layout.thresholdBps = 6666;
        assertTrue(layout.passes(2));
        layout.thresholdBps = 0;
        assertTrue(layout.passes(0));
        layout.thresholdBps = 10_000;
        assertFalse(layout.passes(2));
        assertTrue(layout.passes(3));
    }

    function assertLayout(
        uint256 rules,
        uint256 codeBits,
        uint256 perWord,
        uint256 words,
        uint256 maskWords,
        uint256 goldWords
    )
        internal
        pure
    {
        LabelRules.Layout memory layout = LabelRules.layout(rules);
        assertEq(layout.codeBits, codeBits);
        assertEq(layout.perWord, perWord);
        assertEq(layout.words, words);
        assertEq(layout.maskWords, maskWords);
        assertEq(layout.goldWords, goldWords);
    }
}
