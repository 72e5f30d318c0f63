// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {LabelRules} from "../../../src/libraries/LabelRules.sol";
import {Rules} from "../../utils/Rules.sol";

/// @notice Rules of a vote: classes without gold.
contract LabelRulesVoteTest is Test {
    using Rules for Rules.Scalar;

    function validateVote(uint256 rules) external pure {
        LabelRules.validateVote(rules);
    }

    function vote() internal pure returns (Rules.Scalar memory) {
        return
            Rules.Scalar({
                kind: 0, capacity: 64, itemCount: 64, goldCount: 0, thresholdBps: 10_000, max: 3, tolerance: 0
            });
    }

    function expectRefusal(uint256 rules, string memory field) internal {
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, rules, field));
        this.validateVote(rules);
    }

    function test_AcceptsTheEdges() external pure {
        Rules.Scalar memory made = vote();
        LabelRules.validateVote(made.pack());
        (made.itemCount, made.max, made.thresholdBps) = (1, 1, 0);
        LabelRules.validateVote(made.pack());
        (made.capacity, made.itemCount) = (256, 256);
        LabelRules.validateVote(made.pack());
    }

    function test_LayoutOfRulesWithoutGold() external pure {
        LabelRules.Layout memory layout = LabelRules.layout(vote().pack());
        assertEq(layout.goldCount, 0);
        assertEq(layout.words, 3);
        assertEq(layout.maskWords, 1);
    }

    function test_RevertWhen_AnyFieldIsNotThatOfAVote() external {
        Rules.Scalar memory made = vote();
        made.kind = 1;
        expectRefusal(made.pack(), "kind");
        made = vote();
        made.capacity = 512;
        expectRefusal(made.pack(), "capacity");
        made = vote();
        made.capacity = 32;
        expectRefusal(made.pack(), "capacity");
        made = vote();
        made.itemCount = 0;
        expectRefusal(made.pack(), "itemCount");
        made.itemCount = 65;
        expectRefusal(made.pack(), "itemCount");
        made = vote();
        made.goldCount = 1;
        expectRefusal(made.pack(), "goldCount");
        made = vote();
        made.max = 4;
        expectRefusal(made.pack(), "max");
        made.max = 0;
        expectRefusal(made.pack(), "max");
        made = vote();
        made.tolerance = 1;
        expectRefusal(made.pack(), "tolerance");
        expectRefusal(vote().pack() | 1 << 88, "padding");
    }

    function test_RevertWhen_ThresholdIsAboveTheWhole() external {
        Rules.Scalar memory made = vote();
        made.thresholdBps = 10_001;
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_ThresholdTooHigh.selector, 10_001, 10_000)
        );
        this.validateVote(made.pack());
    }

    function test_GoldNeedsGold() external {
        uint256 rules = vote().pack();
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, rules, "goldCount")
        );
        this.validateGold(rules);
    }

    function validateGold(uint256 rules) external pure {
        LabelRules.validate(rules);
    }
}
