// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";
import {Test} from "forge-std/Test.sol";

import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {StakeHandler} from "./StakeHandler.sol";

/// @notice What holds of stakes, bonds, disputes, gates and graded pay whatever anyone does (see StakeHandler).
contract StakesInvariants is Test {
    /// @dev Random actions of the long walk; every so many it starts afresh, because tasks are used up.
    uint256 internal constant WALK = 6000;
    uint256 internal constant STRETCH = 300;
    /// @dev What each party starts with, of each token.
    uint256 internal constant WEALTH = 1e24;

    StakeHandler internal handler;
    TaskRegistry internal tasks;
    StakeVault internal stakes;
    mapping(string action => uint256 count) internal totals;

    function setUp() public {
        startAfresh();
        targetSelector(FuzzSelector({addr: address(handler), selectors: actionSelectors()}));
        targetContract(address(handler));
    }

    function startAfresh() internal {
        handler = new StakeHandler();
        (tasks, stakes) = (handler.registry(), handler.vault());
        handler.create(0x402, 1 ether, 1 ether, 0);
        handler.create(0x602, 1 ether, 1 ether, 1);
    }

    function actionSelectors() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](16);
        selectors[0] = StakeHandler.deposit.selector;
        selectors[1] = StakeHandler.unbond.selector;
        selectors[2] = StakeHandler.withdraw.selector;
        selectors[3] = StakeHandler.create.selector;
        selectors[4] = bytes4(keccak256("join(uint256,uint256,uint256,uint256)"));
        selectors[5] = StakeHandler.wrapKey.selector;
        selectors[6] = StakeHandler.leave.selector;
        selectors[7] = StakeHandler.payProven.selector;
        selectors[8] = StakeHandler.settle.selector;
        selectors[9] = StakeHandler.reject.selector;
        selectors[10] = StakeHandler.returnUnfilled.selector;
        selectors[11] = StakeHandler.dispute.selector;
        selectors[12] = StakeHandler.closeDispute.selector;
        selectors[13] = StakeHandler.burnBond.selector;
        selectors[14] = StakeHandler.releaseBond.selector;
        selectors[15] = StakeHandler.wait.selector;
    }

    /// @dev Registry: escrow and credits. Vault: what it says it holds, and what the accounts have. To the last unit.
    /// forge-config: default.invariant.runs = 8
    function invariant_Solvency() public view {
        address[9] memory parties = handler.parties();
        bytes32[] memory made = handler.made_();
        for (uint256 i; i < 2; ++i) {
            address token = handler.tokens()[i];
            uint256 owed;
            uint256 staked;
            for (uint256 j; j < parties.length; ++j) {
                IStakeVault.Stake memory stake = stakes.stakeOf(parties[j], token);
                staked += uint256(stake.free) + stake.locked + stake.unbonding;
                owed += tasks.creditOf(parties[j], token);
            }
            for (uint256 j; j < made.length; ++j) {
                ITaskRegistry.Task memory kept = tasks.task(made[j]);
                if (kept.token == token) owed += kept.escrow;
            }
            assertEq(handler.balanceOf(token, address(tasks)), owed);
            assertEq(handler.balanceOf(token, address(stakes)), staked + stakes.burnedOf(token));
            assertEq(stakes.heldOf(token), staked);
        }
    }

    /// @dev Everybody together, with what was burned, has what everybody had: nothing a slot, bond or dispute does makes or loses a
    /// coin.
    /// forge-config: default.invariant.runs = 8
    function invariant_WealthOfAllActorsIsConserved() public view {
        for (uint256 i; i < 2; ++i) {
            assertEq(handler.wealthIn(handler.tokens()[i]), 9 * WEALTH);
        }
    }

    /// @dev What is locked is exactly the stakes of live slots, the bonds not yet released or burned, and open disputes.
    /// forge-config: default.invariant.runs = 8
    function invariant_LockedIsWhatIsLive() public view {
        address[9] memory parties = handler.parties();
        bytes32[] memory made = handler.made_();
        uint256[2][9] memory sums;
        for (uint256 j; j < made.length; ++j) {
            ITaskRegistry.Task memory kept = tasks.task(made[j]);
            uint256[9] memory due = lockedIn(made[j], kept, parties);
            for (uint256 i; i < 9; ++i) {
                assertEq(stakes.lockedOf(made[j], parties[i]), due[i]);
                sums[i][kept.token == address(0) ? 0 : 1] += due[i];
            }
        }
        for (uint256 i; i < 18; ++i) {
            assertEq(stakes.stakeOf(parties[i / 2], handler.tokens()[i % 2]).locked, sums[i / 2][i % 2]);
        }
    }

    /// forge-config: default.invariant.runs = 8
    function invariant_AcceptedAreDistinctNullifiers() public view {
        bytes32[] memory made = handler.made_();
        for (uint256 i; i < made.length; ++i) {
            ITaskRegistry.Task memory kept = tasks.task(made[i]);
            uint256 accepted;
            for (uint32 slot; slot < kept.joined; ++slot) {
                if (tasks.slotOf(made[i], slot).state == ITaskRegistry.SlotState.Paid) ++accepted;
            }
            if (kept.gate == address(0)) continue;
            assertEq(kept.joined, handler.distinctNullifiers(made[i]));
            assertLe(accepted, handler.distinctNullifiers(made[i]));
        }
    }

    /// @dev Every slot that ended is in the records once, but for workers that others brought.
    /// forge-config: default.invariant.runs = 8
    function invariant_RecordsCountTheSlots() public view {
        uint256[4] memory ended;
        uint256[4] memory recorded;
        bytes32[] memory made = handler.made_();
        for (uint256 i; i < made.length; ++i) {
            for (uint32 slot; slot < tasks.task(made[i]).joined; ++slot) {
                if (handler.relayedOf(made[i], slot)) continue;
                ITaskRegistry.Slot memory taken = tasks.slotOf(made[i], slot);
                if (taken.state == ITaskRegistry.SlotState.Paid) ++ended[0];
                if (taken.ending == ITaskRegistry.Ending.Rejected) ++ended[1];
                if (taken.ending == ITaskRegistry.Ending.Missed) ++ended[2];
            }
        }
        address[9] memory parties = handler.parties();
        for (uint256 i; i < parties.length; ++i) {
            ITaskRegistry.Record memory record = tasks.recordOf(parties[i]);
            recorded[0] += uint256(record.accepted) + record.unproven;
            recorded[1] += record.rejected;
            recorded[2] += record.missed;
        }
        assertEq(abi.encode(ended), abi.encode(recorded));
    }

    /// @dev No stake locked without its owner's call or lost to what does not slash; no nullifier or leave twice.
    /// forge-config: default.invariant.runs = 8
    function invariant_NothingForbiddenHappened() public view {
        string[] memory violations = handler.violations();
        for (uint256 i; i < violations.length; ++i) {
            console2.log("violated:", violations[i]);
        }
        assertEq(violations.length, 0);
    }

    /// @dev Whoever is silent, everything ends, and everyone takes out the last unit of both contracts.
    function afterInvariant() public {
        assertEq(handler.endEverything(), 0);
    }

    function test_EveryActionSucceedsInALongWalk() external {
        bytes4[] memory selectors = actionSelectors();
        vm.pauseGasMetering();
        uint256 seed = 7;
        for (uint256 round; round < WALK; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes4 selector = selectors[seed % selectors.length];
            (bool called,) =
                address(handler).call(abi.encodePacked(selector, seed >> 16, seed >> 48, seed >> 80, seed >> 112));
            assertTrue(called);
            if (round % 50 == 0) checkAll();
            if (round % STRETCH == STRETCH - 1) {
                checkAll();
                afterInvariant();
                string[] memory actions = handler.actions();
                for (uint256 i; i < actions.length; ++i) {
                    totals[actions[i]] += handler.calls(actions[i]);
                }
                if (round + 1 < WALK) startAfresh();
            }
        }
        string[23] memory wanted = [
            "deposit",
            "unbond",
            "withdraw",
            "create",
            "join",
            "joinRelayed",
            "nullifierRefused",
            "wrap",
            "leave",
            "pay",
            "silent",
            "missed",
            "lapsed",
            "reject",
            "returnUnfilled",
            "dispute",
            "disputeLost",
            "disputeDismissed",
            "disputeClosed",
            "settledRejected",
            "redressed",
            "burn",
            "release"
        ];
        for (uint256 i; i < wanted.length; ++i) {
            console2.log(wanted[i], totals[wanted[i]]);
            assertGt(totals[wanted[i]], 0, wanted[i]);
        }
    }

    function checkAll() internal view {
        invariant_Solvency();
        invariant_WealthOfAllActorsIsConserved();
        invariant_LockedIsWhatIsLive();
        invariant_AcceptedAreDistinctNullifiers();
        invariant_RecordsCountTheSlots();
        invariant_NothingForbiddenHappened();
    }

    /// @dev What each party has locked in the task, as its slots, disputes and bond say.
    function lockedIn(
        bytes32 id,
        ITaskRegistry.Task memory kept,
        address[9] memory parties
    )
        internal
        view
        returns (uint256[9] memory due)
    {
        for (uint32 slot; slot < kept.joined; ++slot) {
            ITaskRegistry.Slot memory taken = tasks.slotOf(id, slot);
            ITaskRegistry.Dispute memory open = tasks.disputeOf(id, slot);
            bool live = taken.state == ITaskRegistry.SlotState.Joined;
            for (uint256 i; i < 9; ++i) {
                if (live && taken.worker == parties[i]) due[i] += kept.stakePerSlot;
                if (open.challenger == parties[i]) due[i] += open.bond;
            }
        }
        uint256 bond = kept.bondState == ITaskRegistry.BondState.Held ? kept.bond : 0;
        for (uint256 i; i < 9; ++i) {
            if (kept.requester == parties[i]) due[i] += bond;
        }
    }
}
