// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {WealthTest} from "../utils/WealthTest.sol";
import {TaskHandler} from "./TaskHandler.sol";

/// @notice What holds whatever anyone does in whatever order (see TaskHandler for what they do).
contract TasksInvariants is WealthTest {
    /// @dev Random actions of the long walk; every so many it starts afresh, because tasks are used up.
    uint256 internal constant WALK = 13_000;
    uint256 internal constant STRETCH = 520;

    TaskHandler internal handler;
    TaskRegistry internal tasks;
    mapping(string action => uint256 count) internal totals;
    /// @dev Wealth of everyone at the start, by token.
    Wealth[2] internal start;

    function setUp() public {
        handler = new TaskHandler();
        tasks = handler.registry();
        bytes4[] memory selectors = actionSelectors();
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
        targetContract(address(handler));
        noteStart();
        handler.create(3, 1 ether, false, true);
        handler.create(3, 1 ether, true, false);
    }

    function actionSelectors() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](23);
        selectors[0] = TaskHandler.create.selector;
        selectors[1] = bytes4(keccak256("join(uint256,uint256)"));
        selectors[2] = bytes4(keccak256("commit(uint256)"));
        selectors[3] = TaskHandler.openGoldOf.selector;
        selectors[4] = TaskHandler.proveOne.selector;
        selectors[5] = TaskHandler.deliverOne.selector;
        selectors[6] = TaskHandler.submitOne.selector;
        selectors[7] = TaskHandler.scoreOne.selector;
        selectors[8] = TaskHandler.settle.selector;
        selectors[9] = TaskHandler.returnUnfilled.selector;
        selectors[10] = TaskHandler.cancel.selector;
        selectors[11] = TaskHandler.withdraw.selector;
        selectors[12] = TaskHandler.blacklist.selector;
        selectors[13] = TaskHandler.freezeKey.selector;
        selectors[14] = TaskHandler.wait.selector;
        selectors[15] = TaskHandler.withdrawElsewhere.selector;
        selectors[16] = TaskHandler.proveBatch.selector;
        selectors[17] = TaskHandler.deliverBatch.selector;
        selectors[18] = TaskHandler.scoreBatch.selector;
        selectors[19] = TaskHandler.settleBatch.selector;
        selectors[20] = TaskHandler.wrapKeys.selector;
        selectors[21] = bytes4(keccak256("leave(uint256)"));
        selectors[22] = bytes4(keccak256("releaseBond(uint256)"));
    }

    /// @dev The registry's balance is exactly escrow and credits: nothing is owed twice, nothing is lost.
    function invariant_BalanceIsEscrowAndCredits() public view {
        address[2] memory tokens = handler.tokens();
        address[] memory accounts = handler.parties();
        for (uint256 i; i < 2; ++i) {
            uint256 liabilities;
            for (uint256 j; j < handler.taskCount(); ++j) {
                ITaskRegistry.Task memory kept = tasks.task(handler.taskAt(j));
                if (kept.token == tokens[i]) liabilities += kept.escrow;
            }
            for (uint256 j; j < accounts.length; ++j) {
                liabilities += tasks.creditOf(accounts[j], tokens[i]);
            }
            assertEq(handler.balanceOf(tokens[i], address(tasks)), liabilities);
        }
    }

    /// @dev A worker has received, or may withdraw, the reward of each of its paid slots once.
    function invariant_NoSlotIsPaidTwice() public view {
        address[2] memory tokens = handler.tokens();
        for (uint256 i; i < handler.workers().length; ++i) {
            address worker = handler.workers()[i];
            for (uint256 j; j < 2; ++j) {
                uint256 due;
                for (uint256 k; k < handler.taskCount(); ++k) {
                    due += dueTo(worker, handler.taskAt(k), tokens[j]);
                }
                assertEq(handler.received(tokens[j], worker) + tasks.creditOf(worker, tokens[j]), due);
            }
        }
        assertEq(handler.acceptedPayments(), handler.distinctPaidByProof());
    }

    function invariant_TermsAndKeysNeverChange() public view {
        for (uint256 i; i < handler.taskCount(); ++i) {
            assertEq(handler.fingerprint(i), handler.storedFingerprint(i));
        }
    }

    /// @dev Proven work is paid and stays paid, whatever expires or freezes later; an ended slot never changes; a frozen
    /// key accepts nothing; a batch ends the slots of its good submissions and no others.
    function invariant_EndedIsEnded() public {
        handler.observe();
        string[] memory violations = handler.violations();
        for (uint256 i; i < violations.length; ++i) {
            console2.log("violated:", violations[i]);
        }
        assertEq(violations.length, 0);
        for (uint256 i; i < handler.taskCount(); ++i) {
            bytes32 id = handler.taskAt(i);
            for (uint32 slot; slot < tasks.task(id).joined; ++slot) {
                if (!handler.earned(id, slot)) continue;
                assertEq(uint8(tasks.slotOf(id, slot).state), uint8(ITaskRegistry.SlotState.Paid));
            }
        }
    }

    function invariant_CountsMatchTheSlots() public view {
        for (uint256 i; i < handler.taskCount(); ++i) {
            bytes32 id = handler.taskAt(i);
            ITaskRegistry.Task memory kept = tasks.task(id);
            uint256 ended;
            for (uint32 slot; slot < kept.slots; ++slot) {
                ITaskRegistry.SlotState state = tasks.slotOf(id, slot).state;
                assertEq(state != ITaskRegistry.SlotState.Open, slot < kept.joined);
                if (state > ITaskRegistry.SlotState.Joined) ++ended;
            }
            assertEq(ended, kept.ended);
            assertLe(kept.joined, kept.slots);
        }
    }

    /// @dev Whoever stays silent: past the last deadline anyone ends every slot, and every coin finds its owner.
    function afterInvariant() public {
        assertEq(handler.endEverything(), 0);
        invariant_EndedIsEnded();
        invariant_NoSlotIsPaidTwice();
        address[2] memory tokens = handler.tokens();
        assertEq(handler.balanceOf(tokens[0], address(tasks)), 0);
        assertEq(handler.balanceOf(tokens[1], address(tasks)), 0);
        assertEq(handler.lockedIn(tokens[0]) + handler.lockedIn(tokens[1]), 0);
    }

    /// @dev Stakes change hands and nothing else: what the accounts have together is what the vault has.
    function invariant_StakesAreConserved() public view {
        address[2] memory tokens = handler.tokens();
        for (uint256 i; i < 2; ++i) {
            assertEq(handler.stakedIn(tokens[i]), handler.balanceOf(tokens[i], tasks.stakeVault()));
        }
    }

    /// @dev No coin comes or goes over all actors, and each worker has exactly what it had, what its paid slots earn it, and not
    /// what the slashing table takes.
    /// forge-config: default.invariant.runs = 8
    function invariant_WealthIsConserved() public view {
        address[] memory actors = handler.actors();
        bytes32[] memory ids = handler.taskIds();
        for (uint256 i; i < 2; ++i) {
            address token = handler.tokens()[i];
            Wealth memory now_ = wealthOf(tasks, token, actors, ids);
            assertTrue(isConserved(start[i], now_));
            // Each account, and behind it where it may send its coins.
            for (uint256 j; j < 2 * handler.workers().length; j += 2) {
                uint256 had = start[i].each[j] + start[i].each[j + 1];
                uint256 has = now_.each[j] + now_.each[j + 1];
                uint256 earned;
                uint256 slashed;
                for (uint256 k; k < ids.length; ++k) {
                    earned += dueTo(actors[j], ids[k], token);
                    slashed += slashedFrom(actors[j], ids[k], token);
                }
                assertEq(has, had + earned - slashed);
            }
        }
    }

    function noteStart() internal {
        for (uint256 i; i < 2; ++i) {
            start[i] = wealthOf(tasks, handler.tokens()[i], handler.actors(), handler.taskIds());
        }
    }

    /// @dev The slashing table's lines that end a slot of these settlements.
    function slashedFrom(address worker, bytes32 id, address token) internal view returns (uint256 slashed) {
        ITaskRegistry.Task memory kept = tasks.task(id);
        if (kept.token != token || kept.stakePerSlot == 0) return 0;
        (, uint256 missedBps, uint256 rejectedBps) = handler.stakeRules(kept.parametersVersion);
        for (uint32 slot; slot < kept.joined; ++slot) {
            ITaskRegistry.Slot memory taken = tasks.slotOf(id, slot);
            if (taken.worker != worker) continue;
            if (taken.ending == ITaskRegistry.Ending.Missed) slashed += kept.stakePerSlot * missedBps / 10_000;
            if (taken.ending != ITaskRegistry.Ending.Rejected || kept.bond == 0) continue;
            slashed += kept.stakePerSlot * rejectedBps / 10_000;
        }
    }

    /// @dev One long seeded walk with the invariants along it, so that none of them holds for want of anything happening.
    function test_EveryActionSucceedsInALongWalk() external {
        bytes4[] memory selectors = actionSelectors();
        vm.pauseGasMetering();
        uint256 seed = 1;
        for (uint256 round; round < WALK; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes4 selector = selectors[seed % selectors.length];
            (bool called,) = address(handler)
                .call(abi.encodePacked(selector, seed >> 16, seed >> 32, seed >> 48 & 1, seed >> 49 & 1));
            assertTrue(called);
            if (round % 100 == 0) checkAll();
            if (round % STRETCH == STRETCH - 1) {
                afterInvariant();
                report();
                if (round + 1 < WALK) startAfresh();
            }
        }
        string[31] memory wanted = [
            "create",
            "join",
            "commit",
            "openGold",
            "prove",
            "refusedWhileHalted",
            "deliver",
            "submit",
            "scorePaid",
            "scoreRejected",
            "settlePaid",
            "settleReturned",
            "returnUnfilled",
            "cancel",
            "withdraw",
            "withdrawElsewhere",
            "freeze",
            "freezeWithProof",
            "freezeByDependency",
            "provenInABatch",
            "deliveredInABatch",
            "passedInABatch",
            "rejectedInABatch",
            "settleBatch",
            "batchRefusedProof",
            "batchRefusedSlot",
            "batchRefusedTwice",
            "batchRefusedWhileHalted",
            "wrapKeys",
            "leave",
            "releaseBond"
        ];
        for (uint256 i; i < wanted.length; ++i) {
            assertGt(totals[wanted[i]], 0, wanted[i]);
            console2.log(wanted[i], totals[wanted[i]]);
        }
    }

    function report() internal {
        string[] memory actions = handler.actions();
        for (uint256 i; i < actions.length; ++i) {
            totals[actions[i]] += handler.calls(actions[i]);
        }
    }

    function startAfresh() internal {
        handler = new TaskHandler();
        tasks = handler.registry();
        noteStart();
        handler.create(3, 1 ether, false, true);
    }

    function checkAll() internal {
        invariant_BalanceIsEscrowAndCredits();
        invariant_NoSlotIsPaidTwice();
        invariant_TermsAndKeysNeverChange();
        invariant_EndedIsEnded();
        invariant_CountsMatchTheSlots();
        invariant_StakesAreConserved();
        invariant_WealthIsConserved();
    }

    function dueTo(address worker, bytes32 id, address token) internal view returns (uint256 due) {
        ITaskRegistry.Task memory kept = tasks.task(id);
        if (kept.token != token) return 0;
        for (uint32 slot; slot < kept.joined; ++slot) {
            ITaskRegistry.Slot memory taken = tasks.slotOf(id, slot);
            if (taken.payout == worker && taken.state == ITaskRegistry.SlotState.Paid) due += kept.rewardPerSlot;
        }
    }
}
