// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {LabelStatement} from "../../../src/libraries/LabelStatement.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract LabelStatementTest is Test {
    using LabelStatement for uint256[];

    function sealWords(
        uint256 digest,
        uint256 context,
        uint256[] calldata words
    )
        external
        pure
        returns (uint256[] memory)
    {
        uint256[] memory buffer = LabelStatement.open(digest, context, words.length);
        assertEq(buffer.append(LabelStatement.PREFIX, words), LabelStatement.PREFIX + words.length);
        return buffer.seal();
    }

    function appendTo(uint256 length, uint256 at, uint256[] calldata words) external pure {
        LabelStatement.open(0, 0, length).append(at, words);
    }

    function testFuzz_MatchesTheReference(uint256 digest, uint256 context, uint256[] memory words) external view {
        for (uint256 i; i < words.length; ++i) {
            words[i] %= ReferenceStatement.R;
        }
        assertEq(this.sealWords(digest, context, words), ReferenceStatement.publicSignals(digest, context, words));
    }

    function test_MatchesTheReferenceAtTheLargestStatement() external view {
        uint256[] memory words = new uint256[](7 + 3 + 2 + 18);
        for (uint256 i; i < words.length; ++i) {
            words[i] = ReferenceStatement.R - 1 - i;
        }
        assertEq(this.sealWords(1, 2, words), ReferenceStatement.publicSignals(1, 2, words));
    }

    function testFuzz_RevertWhen_AWordIsNotBelowTheFieldOrder(
        uint256[8] memory seed,
        uint256 at,
        uint256 word
    )
        external
    {
        uint256[] memory words = new uint256[](8);
        for (uint256 i; i < 8; ++i) {
            words[i] = seed[i] % ReferenceStatement.R;
        }
        at = bound(at, 0, 7);
        words[at] = bound(word, ReferenceStatement.R, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ILabelSettlement.LabelSettlement_WordOutOfRange.selector, at, words[at]));
        this.sealWords(1, 2, words);
    }

    function test_TheFirstWordOutOfRangeIsNamed() external {
        uint256[] memory words = new uint256[](3);
        (words[1], words[2]) = (ReferenceStatement.R, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 1, ReferenceStatement.R)
        );
        this.sealWords(1, 2, words);
    }

    /// @dev alpha depends on the digest, the context and every word, so none can be chosen after it.
    function testFuzz_AlphaDependsOnEverything(uint256 digest, uint256 context, uint256 word) external view {
        uint256[] memory words = new uint256[](2);
        words[1] = bound(word, 0, ReferenceStatement.R - 2);
        uint256 alpha = this.sealWords(digest, context, words)[3];
        assertLt(alpha, 1 << 248);
        assertNotEq(this.sealWords(digest ^ 1, context, words)[3], alpha);
        assertNotEq(this.sealWords(digest, context ^ 1, words)[3], alpha);
        words[1] += 1;
        assertNotEq(this.sealWords(digest, context, words)[3], alpha);
    }

    function test_RevertWhen_WordsDoNotFit() external {
        vm.expectRevert();
        this.appendTo(3, LabelStatement.PREFIX, new uint256[](4));
        vm.expectRevert();
        this.appendTo(3, LabelStatement.PREFIX + 3, new uint256[](1));
        this.appendTo(3, LabelStatement.PREFIX, new uint256[](3));
    }

    function test_AnEmptyStatementEvaluatesToZero() external view {
        uint256[] memory signals = this.sealWords(5, 6, new uint256[](0));
        assertEq(signals[0], 5);
        assertEq(signals[1], 0);
        assertEq(signals[2], 6);
    }
}
