// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {Test} from "forge-std/Test.sol";

import {SettlementHandler} from "./SettlementHandler.sol";

/// @notice What holds of every settlement, gate, stake, bond, dispute, vote and fee whatever anyone does (see
/// SettlementHandler), against a model that knows the rules and not the contracts.
contract SettlementsInvariants is Test {
    /// @dev Random actions of the long walk; every so many it starts afresh, because tasks are used up.
    uint256 internal constant WALK = 28_800;
    uint256 internal constant STRETCH = 400;
    uint256 internal constant FIRST_TASKS = 5;
    uint256 internal constant KINDS = 8;

    SettlementHandler internal handler;
    mapping(string action => uint256 count) internal totals;

    function setUp() public {
        startAfresh(1, 1, 1);
        targetSelector(FuzzSelector({addr: address(handler), selectors: actionSelectors()}));
        targetContract(address(handler));
    }

    /// @param alike Tasks of the same kind in a row: what takes many steps is only met when several tasks may take them.
    function startAfresh(uint256 seed, uint256 kind, uint256 alike) internal {
        handler = new SettlementHandler();
        for (uint256 i; i < FIRST_TASKS; ++i) {
            uint256 chance = uint256(keccak256(abi.encode(seed, i)));
            handler.makeTask(chance - chance % KINDS + (kind + i / alike) % KINDS, 1 ether / 2, 1);
        }
    }

    function actionSelectors() internal view returns (bytes4[] memory selectors) {
        bytes4[38] memory all = [
            handler.makeTask.selector,
            handler.enter.selector,
            handler.enter.selector,
            handler.enter.selector,
            handler.leaveSlot.selector,
            handler.wrapKeys.selector,
            handler.settleOne.selector,
            handler.settleMany.selector,
            handler.returnRest.selector,
            handler.cancelOne.selector,
            handler.freeBond.selector,
            handler.closeTheAudit.selector,
            handler.depositStake.selector,
            handler.unbondStake.selector,
            handler.withdrawStake.selector,
            handler.takeCredit.selector,
            handler.refusePayments.selector,
            handler.govern.selector,
            handler.freezeKey.selector,
            handler.pass.selector,
            handler.trespass.selector,
            handler.proveDirect.selector,
            handler.claimStatement.selector,
            handler.disputeClaim.selector,
            handler.proveClaim.selector,
            handler.resolveClaim.selector,
            handler.commitOpen.selector,
            handler.openGoldOf.selector,
            handler.proveOpen.selector,
            handler.submitHidden.selector,
            handler.scoreHidden.selector,
            handler.scoreMany.selector,
            handler.askAudit.selector,
            handler.answerAudit.selector,
            handler.closeTheAudit.selector,
            handler.drawTheBeacon.selector,
            handler.revealSeed.selector,
            handler.commitVote.selector
        ];
        bytes4[] memory votes = selectorsOf(4);
        selectors = new bytes4[](all.length + votes.length);
        for (uint256 i; i < selectors.length; ++i) {
            selectors[i] = i < all.length ? all[i] : votes[i - all.length];
        }
    }

    /// @dev What a stretch with tasks of one kind is about, so that what takes many steps happens.
    function selectorsOf(uint256 kind) internal view returns (bytes4[] memory) {
        bytes4[11] memory some = [
            handler.enter.selector,
            handler.enter.selector,
            handler.pass.selector,
            handler.commitVote.selector,
            handler.deliverVote.selector,
            handler.revealSeed.selector,
            handler.concludeVote.selector,
            handler.tallyVotes.selector,
            handler.tallyVotes.selector,
            handler.decideVotes.selector,
            handler.agreeVotes.selector
        ];
        if (kind == 0) {
            (some[3], some[4], some[5]) =
            (handler.commitOpen.selector, handler.openGoldOf.selector, handler.proveOpen.selector);
            return abi.decode(abi.encode(uint256(32), uint256(6), some), (bytes4[]));
        }
        if (kind == 1) {
            (some[3], some[4], some[5]) =
            (handler.submitHidden.selector, handler.scoreHidden.selector, handler.scoreMany.selector);
            (some[6], some[7], some[8]) =
            (handler.askAudit.selector, handler.answerAudit.selector, handler.closeTheAudit.selector);
            (some[9], some[10]) = (handler.enter.selector, handler.enter.selector);
        }
        if (kind == 2) {
            (some[3], some[4], some[5]) =
            (handler.proveDirect.selector, handler.wrapKeys.selector, handler.settleOne.selector);
            return abi.decode(abi.encode(uint256(32), uint256(6), some), (bytes4[]));
        }
        if (kind == 3) {
            (some[3], some[4], some[5]) =
            (handler.claimStatement.selector, handler.disputeClaim.selector, handler.proveClaim.selector);
            (some[6], some[7]) = (handler.resolveClaim.selector, handler.settleOne.selector);
            (some[8], some[9]) = (handler.claimStatement.selector, handler.freezeKey.selector);
            return abi.decode(abi.encode(uint256(32), uint256(10), some), (bytes4[]));
        }
        // A vote in one proof has no chunks.
        if (kind == 4 || kind == 5) (some[7], some[8]) = (handler.freezeKey.selector, handler.settleOne.selector);
        if (kind == 6) {
            (some[7], some[8]) = (handler.drawTheBeacon.selector, handler.drawTheBeacon.selector);
            (some[9], some[10]) = (handler.revealSeed.selector, handler.commitVote.selector);
        }
        return abi.decode(abi.encode(uint256(32), uint256(11), some), (bytes4[]));
    }

    /// @dev One campaign for all of them: every state is looked at from every side.
    function invariant_EverySettlementKeepsToItsRules() public view {
        handler.checkViolations();
        handler.checkEveryCoin();
        handler.checkStakes();
        handler.checkLocks();
        handler.checkSlots();
        handler.checkRecords();
        handler.checkTerms();
        handler.checkVotes();
        handler.checkDisputes();
        handler.checkStatedEnds();
    }

    /// @dev Whoever is silent, everything ends at the time it stated, and everyone takes out the last unit.
    function afterInvariant() public {
        handler.endEverything();
    }

    /// @dev One long seeded walk with the invariants along it, so that none of them holds for want of anything happening.
    function test_EveryActionSucceedsInALongWalk() external {
        vm.pauseGasMetering();
        uint256 seed = 11;
        for (uint256 round; round < WALK; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 more = uint256(keccak256(abi.encode(seed, "more")));
            bytes4[] memory selectors = seed % 3 == 0 ? actionSelectors() : selectorsOf(round / STRETCH % KINDS);
            bytes4 selector = selectors[(seed >> 8) % selectors.length];
            (bool called,) =
                address(handler).call(abi.encodePacked(selector, seed >> 16, more, more >> 80, more >> 160));
            assertTrue(called);
            if (round % 40 == 0) invariant_EverySettlementKeepsToItsRules();
            if (round % STRETCH == STRETCH - 1) {
                invariant_EverySettlementKeepsToItsRules();
                afterInvariant();
                string[] memory actions = handler.actions();
                for (uint256 i; i < actions.length; ++i) {
                    totals[actions[i]] += handler.calls(actions[i]);
                }
                if (round + 1 < WALK) startAfresh(round, (round + 1) / STRETCH, FIRST_TASKS);
            }
        }
        string[] memory wanted = wantedActions();
        for (uint256 i; i < wanted.length; ++i) {
            console2.log(wanted[i], totals[wanted[i]]);
        }
        for (uint256 i; i < wanted.length; ++i) {
            assertGt(totals[wanted[i]], 0, wanted[i]);
        }
    }

    function wantedActions() internal pure returns (string[] memory) {
        return vm.split(
            string.concat(
                "make,make refused,open gold,hidden gold,direct,optimistic,consensus,adaptive,drawn,chunked,",
                "enter,enter relayed,enter refused,leave,leave refused,wrap,silent,missed,lapsed,settle refused,",
                "settle many,return the rest,cancel,release the bond,rejected,redressed,deposit,unbond,withdraw stake,withdraw,",
                "withdraw to the greedy,transfer refused,relay fee,govern,freeze,pass,trespass,slashed,",
                "slashed for rejection,prove directly,prove directly refused,claim,dispute,dispute of its own claim,",
                "dispute refused,prove a claim,prove a disputed claim,resolve,resolve void,commit,open the gold,",
                "prove agreement,deliver,submit,score passes,score rejects,score many,audit of everyone else,audit of the accepted,",
                "audits side by side,answer an audit,answer an audit again,audit upheld,audit dismissed,pick a block,draw the beacon,reveal,vote,weighted vote,",
                "deliver a vote,conclude,second round,decide in the second round,agree,disagree,tally,tally refused,",
                "decide,agree by chunks"
            ),
            ","
        );
    }
}
