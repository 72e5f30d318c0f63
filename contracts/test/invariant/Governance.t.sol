// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {Test} from "forge-std/Test.sol";

import {GovernanceHandler} from "./GovernanceHandler.sol";

/// @notice What holds of roles, parameters, votes and versions whatever anyone does (see GovernanceHandler).
contract GovernanceInvariants is Test {
    /// @dev Random actions of the long walk; every so many it starts afresh.
    uint256 internal constant WALK = 3000;
    uint256 internal constant STRETCH = 500;

    GovernanceHandler internal handler;
    mapping(string action => uint256 count) internal totals;

    function setUp() public {
        handler = new GovernanceHandler();
        targetSelector(FuzzSelector({addr: address(handler), selectors: actionSelectors()}));
        targetContract(address(handler));
    }

    /// @dev A selector that stands twice comes twice as often.
    function actionSelectors() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](15);
        selectors[0] = GovernanceHandler.transferVotes.selector;
        selectors[1] = GovernanceHandler.delegateVotes.selector;
        selectors[2] = GovernanceHandler.proposeChange.selector;
        selectors[3] = GovernanceHandler.castVote.selector;
        selectors[4] = GovernanceHandler.castVote.selector;
        selectors[5] = GovernanceHandler.castVote.selector;
        selectors[6] = GovernanceHandler.queueOne.selector;
        selectors[7] = GovernanceHandler.executeOne.selector;
        selectors[8] = GovernanceHandler.cancelAtGovernor.selector;
        selectors[9] = GovernanceHandler.cancelAtTimelock.selector;
        selectors[10] = GovernanceHandler.renounce.selector;
        selectors[11] = GovernanceHandler.trespass.selector;
        selectors[12] = GovernanceHandler.makeTask.selector;
        selectors[13] = GovernanceHandler.pass.selector;
        selectors[14] = GovernanceHandler.pass.selector;
    }

    /// @dev One campaign for all: nothing moves but by a proposal that was carried, queued and waited for; votes are those of
    /// the snapshot; tasks and versions stay as they were made.
    /// forge-config: default.invariant.runs = 8
    function invariant_NothingMovesWithoutACarriedProposal() public view {
        string[] memory violations = handler.violations();
        for (uint256 i; i < violations.length; ++i) {
            console2.log("violated:", violations[i]);
        }
        assertEq(violations.length, 0);
        handler.checkVotes();
        handler.checkProposals();
        handler.checkVersions();
    }

    /// @dev One long seeded walk with the invariants along it, so that none of them holds for want of anything happening.
    function test_EveryActionSucceedsInALongWalk() external {
        vm.pauseGasMetering();
        bytes4[] memory selectors = actionSelectors();
        uint256 seed = 5;
        for (uint256 round; round < WALK; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes4 selector = selectors[seed % selectors.length];
            (bool called,) = address(handler).call(abi.encodePacked(selector, seed >> 16, seed >> 48, seed >> 80));
            assertTrue(called);
            if (round % 20 == 0) invariant_NothingMovesWithoutACarriedProposal();
            if (round % STRETCH == STRETCH - 1) {
                invariant_NothingMovesWithoutACarriedProposal();
                string[] memory actions = handler.actions();
                for (uint256 i; i < actions.length; ++i) {
                    totals[actions[i]] += handler.calls(actions[i]);
                }
                if (round + 1 < WALK) handler = new GovernanceHandler();
            }
        }
        string[] memory wanted = vm.split(
            string.concat(
                "transfer,delegate,propose,propose refused,vote for,vote otherwise,vote refused,queue,queue refused,execute,",
                "execute refused,cancel,cancel refused,cancel an operation,cancel an operation refused,renounce,trespass,",
                "make a task,pass"
            ),
            ","
        );
        for (uint256 i; i < wanted.length; ++i) {
            console2.log(wanted[i], totals[wanted[i]]);
            assertGt(totals[wanted[i]], 0, wanted[i]);
        }
    }
}
