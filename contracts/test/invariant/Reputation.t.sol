// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {Test} from "forge-std/Test.sol";

import {ReputationHandler} from "./ReputationHandler.sol";

/// @notice What holds of the trees of accepted slots whatever anyone does (see ReputationHandler).
contract ReputationInvariants is Test {
    /// @dev Random actions of the long walk; every so many it starts afresh, because tasks are used up.
    uint256 internal constant WALK = 1600;
    uint256 internal constant STRETCH = 400;

    ReputationHandler internal handler;
    mapping(string action => uint256 count) internal totals;

    function setUp() public {
        handler = new ReputationHandler();
        targetSelector(FuzzSelector({addr: address(handler), selectors: actionSelectors()}));
        targetContract(address(handler));
        handler.create(0);
    }

    /// @dev A selector that stands twice comes twice as often.
    function actionSelectors() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](8);
        selectors[0] = ReputationHandler.create.selector;
        selectors[1] = ReputationHandler.join.selector;
        selectors[2] = ReputationHandler.join.selector;
        selectors[3] = ReputationHandler.end.selector;
        selectors[4] = ReputationHandler.end.selector;
        selectors[5] = ReputationHandler.recordSlot.selector;
        selectors[6] = ReputationHandler.recordSlot.selector;
        selectors[7] = ReputationHandler.wait.selector;
    }

    /// @dev One campaign for all: leaves are distinct, a root is that of its leaves, an accepted slot is recorded at most once
    /// and no other slot at all, and no root is ever forgotten.
    /// forge-config: default.invariant.runs = 6
    function invariant_TreesAreTheirAcceptedSlots() public view {
        string[] memory violations = handler.violations();
        for (uint256 i; i < violations.length; ++i) {
            console2.log("violated:", violations[i]);
        }
        assertEq(violations.length, 0);
        handler.checkTrees();
        handler.checkRoots();
        handler.checkSlots();
    }

    /// @dev One long seeded walk with the invariants along it, so that none of them holds for want of anything happening.
    function test_EveryActionSucceedsInALongWalk() external {
        vm.pauseGasMetering();
        bytes4[] memory selectors = actionSelectors();
        uint256 seed = 3;
        for (uint256 round; round < WALK; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes4 selector = selectors[seed % selectors.length];
            (bool called,) = address(handler).call(abi.encodePacked(selector, seed >> 16, seed >> 48, seed >> 80));
            assertTrue(called);
            if (round % 50 == 0) invariant_TreesAreTheirAcceptedSlots();
            if (round % STRETCH == STRETCH - 1) {
                invariant_TreesAreTheirAcceptedSlots();
                string[] memory actions = handler.actions();
                for (uint256 i; i < actions.length; ++i) {
                    totals[actions[i]] += handler.calls(actions[i]);
                }
                if (round + 1 < WALK) handler = new ReputationHandler();
            }
        }
        string[] memory wanted = vm.split(
            string.concat(
                "create,join,prove,prove without a score,reject,silent,lapse,record,refused to another,",
                "refused without acceptance,refused twice,refused out of range,refused leaf,wait"
            ),
            ","
        );
        for (uint256 i; i < wanted.length; ++i) {
            console2.log(wanted[i], totals[wanted[i]]);
            assertGt(totals[wanted[i]], 0, wanted[i]);
        }
    }
}
