// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {Rules} from "../../utils/Rules.sol";

contract OpenGoldSettlementOpenGoldTest is ProtocolTest {
    using Rules for Rules.Box;
    using Rules for Rules.Scalar;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createOpen();
    }

    function expectCommitsStillOpen() internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IOpenGoldSettlement.OpenGoldSettlement_CommitsStillOpen.selector,
                taskId,
                COMMIT_BY,
                vm.getBlockTimestamp()
            )
        );
        vm.prank(requester);
        openGold.openGold(taskId, goldSet());
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        openGold.openGold("none", goldSet());
    }

    function test_RevertWhen_CallerIsNotTheRequester() external {
        vm.warp(COMMIT_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_NotRequester.selector, taskId, stranger)
        );
        vm.prank(stranger);
        openGold.openGold(taskId, goldSet());
    }

    function test_RevertGiven_GoldOpen() external {
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        vm.expectRevert(abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldAlreadyOpen.selector, taskId));
        vm.prank(requester);
        openGold.openGold(taskId, goldSet());
    }

    function test_RevertGiven_SomebodyCanStillCommit() external {
        // A slot can still be taken.
        joinAndCommit(taskId, alice);
        joinAndCommit(taskId, bob);
        expectCommitsStillOpen();
        // No slot can be taken, one joined slot has not committed.
        uint32 late = join(taskId, carol);
        expectCommitsStillOpen();
        vm.warp(JOIN_BY + 1);
        expectCommitsStillOpen();
        commit(taskId, late, carol);
        openTheGold(taskId);
    }

    function test_OpensEarlyOnceJoiningIsOverAndAllCommitted() external {
        joinAndCommit(taskId, alice);
        vm.warp(JOIN_BY);
        expectCommitsStillOpen();
        vm.warp(JOIN_BY + 1);
        openTheGold(taskId);
        assertEq(openGold.goldOpenedAt(taskId), JOIN_BY + 1);
    }

    function test_DeadlinesAreInclusive() external {
        join(taskId, alice);
        for (uint256 at = COMMIT_BY - 1; at <= COMMIT_BY; ++at) {
            vm.warp(at);
            expectCommitsStillOpen();
        }
        uint256 snapshot = vm.snapshotState();
        uint256[3] memory allowed = [uint256(COMMIT_BY) + 1, OPEN_BY - 1, OPEN_BY];
        for (uint256 i; i < allowed.length; ++i) {
            vm.warp(allowed[i]);
            openTheGold(taskId);
            vm.revertToState(snapshot);
        }
        vm.warp(OPEN_BY + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, OPEN_BY, OPEN_BY + 1
            )
        );
        vm.prank(requester);
        openGold.openGold(taskId, goldSet());
    }

    function test_RevertWhen_GoldDoesNotOpenItsCommitment() external {
        vm.warp(COMMIT_BY + 1);
        IOpenGoldSettlement.Gold memory other = goldSet();
        other.salt = "another salt";
        vm.expectRevert(
            abi.encodeWithSelector(
                IOpenGoldSettlement.OpenGoldSettlement_GoldDoesNotOpen.selector,
                taskId,
                goldCommitment(goldSet()),
                goldCommitment(other)
            )
        );
        vm.prank(requester);
        openGold.openGold(taskId, other);
    }

    function test_Opens() external {
        vm.warp(COMMIT_BY + 1);
        vm.expectEmit(address(openGold));
        emit IOpenGoldSettlement.GoldOpened(taskId, goldSet());
        openTheGold(taskId);
        assertEq(openGold.goldOpenedAt(taskId), COMMIT_BY + 1);
    }

    /// @dev Commits to `gold`, waits, and opens it; `field` empty means that it must open.
    function tryGold(uint256 rules, IOpenGoldSettlement.Gold memory gold, string memory field) internal {
        uint256 snapshot = vm.snapshotState();
        ITaskRegistry.TaskRequest memory made = request();
        IOpenGoldSettlement.Terms memory terms = openTerms();
        terms.rules = rules;
        terms.goldCommitment = goldCommitment(gold);
        made.salt = "shape";
        made.settlementData = abi.encode(terms);
        bytes32 shaped = createTask(made);
        vm.warp(COMMIT_BY + 1);
        if (bytes(field).length != 0) {
            vm.expectRevert(
                abi.encodeWithSelector(IOpenGoldSettlement.OpenGoldSettlement_GoldMalformed.selector, shaped, field)
            );
        }
        vm.prank(requester);
        openGold.openGold(shaped, gold);
        vm.revertToState(snapshot);
    }

    function goldOf(
        uint256[] memory mask,
        uint256[] memory values
    )
        internal
        pure
        returns (IOpenGoldSettlement.Gold memory gold)
    {
        (gold.salt, gold.mask, gold.values) = ("salt", mask, values);
    }

    function words(uint256 a) internal pure returns (uint256[] memory made) {
        made = new uint256[](1);
        made[0] = a;
    }

    function words(uint256 a, uint256 b) internal pure returns (uint256[] memory made) {
        made = new uint256[](2);
        (made[0], made[1]) = (a, b);
    }

    function words(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory made) {
        made = new uint256[](3);
        (made[0], made[1], made[2]) = (a, b, c);
    }

    function test_RevertWhen_ScalarGoldIsMalformed() external {
        uint256 rules = Rules.digits().pack();
        tryGold(rules, goldOf(words(7), words(0x030201)), "");
        tryGold(rules, goldOf(words(7, 0), words(0x030201)), "mask");
        tryGold(rules, goldOf(new uint256[](0), words(0x030201)), "mask");
        tryGold(rules, goldOf(words(7), words(0x030201, 0)), "values");
        tryGold(rules, goldOf(words(7), new uint256[](0)), "values");
        tryGold(rules, goldOf(words(3), words(0x0201)), "goldCount");
        tryGold(rules, goldOf(words(15), words(0x030201)), "goldCount");
        tryGold(rules, goldOf(words(3 | 1 << 64), words(0x030201)), "mask");
        tryGold(rules, goldOf(words(3 | 1 << 255), words(0x030201)), "mask");
        tryGold(rules, goldOf(words(3 | 1 << 63), words(0x030201)), "");
        tryGold(rules, goldOf(words(7), words(0x04030201)), "values");
        tryGold(rules, goldOf(words(7), words(0x030201 | 1 << 248)), "values");
    }

    function test_RevertWhen_ScalarGoldIsNoLegalLabel() external {
        uint256 rules = Rules.digits().pack();
        tryGold(rules, goldOf(words(7), words(0x090909)), "");
        tryGold(rules, goldOf(words(7), words(0x09090a)), "values");
        tryGold(rules, goldOf(words(7), words(0x0a0909)), "values");
        tryGold(rules, goldOf(words(7), words(0x09ff09)), "values");

        Rules.Scalar memory fields = Rules.digits();
        (fields.kind, fields.max, fields.tolerance) = (1, 31, 1);
        rules = fields.pack();
        tryGold(rules, goldOf(words(7), words(0x1f001f)), "");
        tryGold(rules, goldOf(words(7), words(0x1f0020)), "values");
    }

    function test_RevertWhen_LargeScalarGoldIsMalformed() external {
        Rules.Scalar memory fields = Rules.digits();
        (fields.capacity, fields.itemCount, fields.goldCount) = (512, 500, 33);
        uint256 rules = fields.pack();
        uint256 thirty = (1 << 30) - 1;
        // Thirty-one nines.
        uint256 full = ((1 << 248) - 1) / 0xff * 0x09;
        tryGold(rules, goldOf(words(thirty, 1 << 247, 3), words(full, 0x0909)), "");
        tryGold(rules, goldOf(words(thirty, 1 << 247, 1 | 1 << 3), words(full, 0x0909)), "");
        tryGold(rules, goldOf(words(thirty, 1 << 247, 1 | 1 << 4), words(full, 0x0909)), "mask");
        tryGold(rules, goldOf(words(thirty, 1 << 248, 3), words(full, 0x0909)), "mask");
        tryGold(rules, goldOf(words(thirty, 1 << 247, 3), words(full, 0x090909)), "values");
        tryGold(rules, goldOf(words(thirty, 1 << 247, 3), words(full + 1, 0x0909)), "values");
        tryGold(rules, goldOf(words(thirty, 1 << 247, 3), words(full, 0x0a09)), "values");
    }

    /// @dev A packed box.
    function box(uint256 class, uint256 x, uint256 y, uint256 w, uint256 h) internal pure returns (uint256) {
        return class | x << 8 | y << 24 | (w - 1) << 40 | (h - 1) << 56;
    }

    function test_RevertWhen_BoxGoldIsMalformed() external {
        uint256 rules = Rules.boxes().pack();
        uint256 one = box(3, 0, 0, 640, 480);
        uint256 full = one | one << 72 | one << 144;
        tryGold(rules, goldOf(words(15), words(full, one, 0)), "");
        tryGold(rules, goldOf(words(15 << 16), words(full, one, 0)), "");
        tryGold(rules, goldOf(words(15 << 17), words(full, one, 0)), "mask");
        tryGold(rules, goldOf(words(15), words(full | 1 << 216, one, 0)), "values");
        tryGold(rules, goldOf(words(15), words(full, one | 1 << 72, 0)), "values");
        tryGold(rules, goldOf(words(15), words(full, one, 1)), "values");
        tryGold(rules, goldOf(words(15), words(full, one)), "values");
    }

    function test_RevertWhen_BoxGoldIsNoLegalLabel() external {
        uint256 rules = Rules.boxes().pack();
        uint256 one = box(3, 600, 400, 40, 80);
        uint256[5] memory outside = [
            box(4, 600, 400, 40, 80),
            box(3, 601, 400, 40, 80),
            box(3, 600, 401, 40, 80),
            box(3, 600, 400, 41, 80),
            box(3, 600, 400, 40, 81)
        ];
        tryGold(rules, goldOf(words(15), words(one << 144, one, 0)), "");
        for (uint256 i; i < outside.length; ++i) {
            tryGold(rules, goldOf(words(15), words(outside[i] << 144, one, 0)), "values");
            tryGold(rules, goldOf(words(15), words(one, outside[i], 0)), "values");
        }
        tryGold(rules, goldOf(words(15), words(box(0, 65_535, 0, 65_536, 1), one, 0)), "values");
        tryGold(rules, goldOf(words(15), words(box(0, 0, 65_535, 1, 65_536), one, 0)), "values");
    }
}
