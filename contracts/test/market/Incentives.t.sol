// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../utils/GoldAuditTest.sol";
import {Rules} from "../utils/Rules.sol";

/// @notice What each strategy around hidden gold ends with, at the public parameters (script/config/84532.json): the table of
/// contracts/README.md, and what has to be true of it.
/// @dev Every worker has labels, the requester has gold, and every proof says what follows from them. Labels are digits; 1 is the
/// truth everywhere.
contract IncentivesTest is GoldAuditTest {
    using Rules for Rules.Scalar;

    uint256 internal constant GOLD = 20;
    uint256 internal constant SLOTS_MADE = 10;
    uint128 internal constant STAKE = REWARD;
    uint8 internal constant TRUE_LABEL = 1;
    uint8 internal constant RIGGED_LABEL = 2;
    uint8 internal constant JUNK_LABEL = 3;
    uint256 internal constant MUCH = 1000 ether;

    /// @param owners Who stands behind each slot; wealth is counted by owner.
    /// @param labels Of the gold items, by slot.
    /// @param unscored Bit i: slot i is not scored.
    /// @param askers Slots whose workers ask for an audit, in this order.
    /// @param silent Whether the requester answers no audit.
    struct Play {
        bytes32 salt;
        uint256 gold;
        address[] owners;
        uint8[GOLD][] labels;
        uint8[GOLD] goldLabels;
        uint256 unscored;
        uint32[] askers;
        bool silent;
    }

    /// @dev Changes of wealth, in base units; and label sets that the requester holds.
    struct End {
        int256 requester;
        int256 honest;
        int256 others;
        int256 treasury;
        uint256 burned;
        uint256 labelSets;
    }

    IProtocolParameters.Parameters internal publicOnes;
    address internal sybil = makeAddr("one owner of many accounts");
    uint256 internal bondPerSlot;
    uint256 internal feePerSlot;

    function setUp() public override {
        super.setUp();
        string memory json = vm.readFile("script/config/84532.json");
        publicOnes = defaultParameters();
        publicOnes.feeBps = uint16(vm.parseJsonUint(json, ".parameters.feeBps"));
        publicOnes.missedSlashBps = uint16(vm.parseJsonUint(json, ".parameters.missedSlashBps"));
        publicOnes.rejectedSlashBps = uint16(vm.parseJsonUint(json, ".parameters.rejectedSlashBps"));
        publicOnes.goldBondBps = uint16(vm.parseJsonUint(json, ".parameters.goldBondBps"));
        publicOnes.auditRateBps = uint16(vm.parseJsonUint(json, ".parameters.auditRateBps"));
        publicOnes.auditWindow = uint32(vm.parseJsonUint(json, ".parameters.auditWindow"));
        parameters.setParameters(publicOnes);
        bondPerSlot = uint256(REWARD) * publicOnes.goldBondBps / 10_000;
        feePerSlot = uint256(REWARD) * publicOnes.feeBps / 10_000;
        vm.deal(requester, MUCH);
    }

    function rulesUsed() internal pure override returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        rules.goldCount = uint16(GOLD);
        return rules.pack();
    }

    // Labels and gold

    function allOf(uint8 label) internal pure returns (uint8[GOLD] memory labels) {
        for (uint256 i; i < GOLD; ++i) {
            labels[i] = label;
        }
    }

    /// @dev The truth but for the first `wrong` items.
    function nearlyTrue(uint256 wrong, uint8 label) internal pure returns (uint8[GOLD] memory labels) {
        labels = allOf(TRUE_LABEL);
        for (uint256 i; i < wrong; ++i) {
            labels[i] = label;
        }
    }

    /// @dev Slots below `first` are the honest workers', with true labels; the others one owner's with these.
    function playOf(
        bytes32 salt,
        uint256 slots,
        uint256 first,
        uint8[GOLD] memory theirs
    )
        internal
        view
        returns (Play memory play)
    {
        play.salt = salt;
        play.goldLabels = allOf(TRUE_LABEL);
        (play.owners, play.labels) = (new address[](slots), new uint8[GOLD][](slots));
        for (uint256 i; i < slots; ++i) {
            play.owners[i] = i < first ? address(0) : sybil;
            play.labels[i] = i < first ? allOf(TRUE_LABEL) : theirs;
        }
    }

    function honest(bytes32 salt, uint256 slots) internal view returns (Play memory) {
        return playOf(salt, slots, slots, allOf(TRUE_LABEL));
    }

    function rigged(bytes32 salt, uint256 slots) internal view returns (Play memory play) {
        play = honest(salt, slots);
        play.goldLabels = allOf(RIGGED_LABEL);
    }

    function asking(Play memory play, uint32 a) internal pure returns (Play memory) {
        play.askers = new uint32[](1);
        play.askers[0] = a;
        return play;
    }

    function asking(Play memory play, uint32 a, uint32 b) internal pure returns (Play memory) {
        play.askers = new uint32[](2);
        (play.askers[0], play.askers[1]) = (a, b);
        return play;
    }

    function agreementsOf(Play memory play, uint256 slot) internal pure returns (uint256 count) {
        for (uint256 i; i < GOLD; ++i) {
            if (play.labels[slot][i] == play.goldLabels[i]) ++count;
        }
    }

    function answersOf(
        Play memory play,
        uint256 slot,
        uint256 member
    )
        internal
        pure
        returns (uint256 withGold, uint256 withChallenger)
    {
        for (uint256 i; i < GOLD; ++i) {
            (uint8 gold, uint8 said, uint8 theirs) = (play.goldLabels[i], play.labels[slot][i], play.labels[member][i]);
            if (said == gold) continue;
            if (theirs == gold) ++withGold;
            if (theirs == said) ++withChallenger;
        }
    }

    // Playing

    /// @dev The whole life of a task; what everybody has won or lost by it. The state is as it was afterwards.
    function outcomeOf(Play memory play) internal returns (End memory end) {
        uint256 snapshot = vm.snapshotState();
        uint32 slots = uint32(play.labels.length);
        for (uint32 i; i < slots; ++i) {
            giveStake(workerAt(i), uint128(MUCH));
        }
        bytes32 taskId = made(play, slots);
        for (uint32 i; i < slots; ++i) {
            join(taskId, workerAt(i));
            submit(taskId, i, workerAt(i));
        }
        vm.warp(SUBMIT_BY + 1);
        for (uint32 i; i < slots; ++i) {
            if (play.unscored >> i & 1 == 0) score(taskId, i, agreementsOf(play, i), false);
        }
        vm.warp(SCORE_BY + 1);
        audit(play, taskId);
        vm.warp(uint256(SCORE_BY) + 2 * publicOnes.auditWindow + 2);
        settleAll(taskId);
        assertEq(tasks.task(taskId).escrow, 0, "everything has ended");
        if (tasks.task(taskId).bondState == ITaskRegistry.BondState.Held) tasks.releaseBond(taskId);

        end.requester = int256(wealthOf(requester)) - int256(2 * MUCH);
        for (uint32 i; i < slots; ++i) {
            int256 change = int256(wealthOf(workerAt(i))) - int256(MUCH);
            if (play.owners[i] == address(0)) end.honest += change;
            else if (play.owners[i] == requester) end.requester += change;
            else end.others += change;
        }
        end.treasury = int256(wealthOf(treasury));
        (end.burned, end.labelSets) = (stakes.burnedOf(NATIVE), slots);
        assertEq(end.requester + end.honest + end.others + end.treasury + int256(end.burned), 0, "a coin is missing");
        vm.revertToState(snapshot);
    }

    function made(Play memory play, uint32 slots) internal returns (bytes32) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory asked = hiddenRequest();
        (asked.salt, asked.slots, asked.stakePerSlot) = (play.salt, slots, STAKE);
        asked.bond = uint128(slots * bondPerSlot);
        vm.prank(requester);
        return tasks.createTask{value: slots * (uint256(REWARD) + feePerSlot)}(asked);
    }

    function audit(Play memory play, bytes32 taskId) internal {
        for (uint256 i; i < play.askers.length; ++i) {
            vm.prank(workerAt(play.askers[i]));
            tasks.dispute(taskId, play.askers[i], type(uint96).max);
        }
        vm.roll(vm.getBlockNumber() + 2);
        for (uint256 i; i < play.askers.length; ++i) {
            uint32 slot = play.askers[i];
            if (hiddenGold.standingOf(taskId).upheld) return;
            if (!goldAudit.auditOf(taskId, slot).drawn) goldAudit.drawPanel(taskId, slot);
            if (play.silent) vm.warp(goldAudit.auditOf(taskId, slot).answerBy + 1);
            else goldAudit.auditSlots(taskId, slot, answersTo(play, taskId, slot));
            goldAudit.closeAudit(taskId, slot);
        }
    }

    function answersTo(
        Play memory play,
        bytes32 taskId,
        uint32 slot
    )
        internal
        view
        returns (IGoldAudit.SlotAudit[] memory audits)
    {
        uint32[] memory panel = goldAudit.panelOf(taskId, slot);
        audits = new IGoldAudit.SlotAudit[](panel.length);
        for (uint256 i; i < panel.length; ++i) {
            (uint256 withGold, uint256 withChallenger) = answersOf(play, slot, panel[i]);
            audits[i] = auditEntry(taskId, slot, panel[i], withGold, withChallenger);
        }
    }

    function wealthOf(address account) internal view returns (uint256) {
        return account.balance + tasks.creditOf(account, NATIVE) + freeStake(account) + lockedStake(account);
    }

    function row(string memory name, End memory end) internal pure {
        string memory line = string.concat("| ", name, " | ", rewards(end.requester), " | ", vm.toString(end.labelSets));
        line = string.concat(line, " | ", rewards(end.honest), " | ", rewards(end.others));
        console2.log(string.concat(line, " | ", rewards(end.treasury), " | ", rewards(int256(end.burned)), " |"));
    }

    /// @dev In rewards, two places.
    function rewards(int256 amount) internal pure returns (string memory) {
        uint256 hundredths = uint256(amount < 0 ? -amount : amount) / 1e16;
        string memory rest = vm.toString(hundredths % 100);
        if (hundredths % 100 < 10) rest = string.concat("0", rest);
        return string.concat(amount < 0 ? "-" : "", vm.toString(hundredths / 100), ".", rest);
    }

    function price(uint256 slots) internal view returns (int256) {
        return int256(slots * (REWARD + feePerSlot));
    }

    function bondFor(uint256 slots) internal view returns (int256) {
        return int256(slots * bondPerSlot);
    }

    function honestPay(uint256 slots) internal pure returns (int256) {
        return int256(slots * REWARD);
    }

    // Strategies

    function test_HonestWorkForHonestGoldCostsThePrice() external {
        End memory end = outcomeOf(honest("honest", SLOTS_MADE));
        row("everybody is honest", end);
        assertEq(end.requester, -price(SLOTS_MADE));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    /// @dev Whoever rigs gold loses its bond on top of the price, whatever it keeps unscored, says or does not say; and everyone
    /// it wronged has exactly what it worked for.
    function checkRiggingLoses(string memory name, Play memory play, uint256 honestSlots) internal {
        End memory end = outcomeOf(play);
        row(name, end);
        assertEq(end.requester, -price(play.labels.length) - bondFor(play.labels.length) + kept(play), "rigging loses");
        assertEq(end.honest, honestPay(honestSlots), "a wronged worker is made whole");
        assertEq(end.burned, uint256(bondFor(play.labels.length)));
    }

    /// @dev Rewards that go to accounts of the requester itself.
    function kept(Play memory play) internal view returns (int256 sum) {
        for (uint256 i; i < play.owners.length; ++i) {
            if (play.owners[i] == requester) sum += int256(uint256(REWARD));
        }
    }

    function test_RiggingAllLoses() external {
        checkRiggingLoses("gold rigged, all rejected, one asks", asking(rigged("all", SLOTS_MADE), 0), SLOTS_MADE);
    }

    function test_RiggingWithOneSilentSlotLoses() external {
        Play memory play = asking(rigged("one silent", SLOTS_MADE), 0);
        play.unscored = 1 << 9;
        checkRiggingLoses("gold rigged, one slot left unscored", play, SLOTS_MADE);
    }

    function test_RiggingWithHalfOfTheSlotsSilentLoses() external {
        Play memory play = asking(rigged("half silent", SLOTS_MADE), 0);
        play.unscored = 0x3e0;
        checkRiggingLoses("gold rigged, half of the slots left unscored", play, SLOTS_MADE);
    }

    function test_RiggingAndNotAnsweringLoses() external {
        Play memory play = asking(rigged("not answering", SLOTS_MADE), 0);
        play.silent = true;
        checkRiggingLoses("gold rigged, the audit not answered", play, SLOTS_MADE);
    }

    /// @dev Just enough items that every honest worker fails.
    function test_RiggingNoMoreThanIsNeededLoses() external {
        Play memory play = asking(honest("as few as needed", SLOTS_MADE), 0);
        play.goldLabels = nearlyTrue(9, RIGGED_LABEL);
        checkRiggingLoses("gold rigged in as few items as rejects everyone", play, SLOTS_MADE);
    }

    /// @dev Three submitted slots are the fewest that can overturn gold.
    function test_RiggingThreeSlotsLoses() external {
        checkRiggingLoses("gold of three slots rigged", asking(rigged("three", 3), 0), 3);
    }

    /// @dev An account of its own, with labels of nobody, asks first, so that honest answers side with neither.
    function test_ShieldingRiggedGoldWithAGarbageAccountLoses() external {
        Play memory play = rigged("shielded", SLOTS_MADE);
        (play.labels[9], play.owners[9]) = (allOf(JUNK_LABEL), requester);
        checkRiggingLoses("gold rigged, shielded by a worthless account of its own", asking(play, 9, 0), 9);
        // The other way round, and by an account that sides with the gold but fails.
        checkRiggingLoses("the same, asked for last", asking(play, 0, 9), 9);
        play.labels[9] = nearlyTrue(9, TRUE_LABEL);
        for (uint256 i; i < 11; ++i) {
            play.labels[9][i] = RIGGED_LABEL;
        }
        checkRiggingLoses("the same, with an account that nearly passes", asking(play, 9, 0), 9);
    }

    /// @dev At which rate of discovery rigging stops paying: the bond is what makes it lose.
    function test_RiggingLosesAboveTheStatedRateOfDiscovery() external {
        End memory found = outcomeOf(asking(rigged("found", SLOTS_MADE), 0));
        End memory missed = outcomeOf(rigged("missed", SLOTS_MADE));
        row("gold rigged, nobody asks", missed);
        assertEq(missed.requester, 0, "labels for nothing");
        int256 rate = 10_000 * price(SLOTS_MADE) / (price(SLOTS_MADE) + bondFor(SLOTS_MADE));
        console2.log("rigging loses when it is found out more often than (basis points)", uint256(rate));
        for (int256 bps = rate - 1; bps <= rate + 1; bps += 2) {
            int256 expected = (bps * found.requester + (10_000 - bps) * missed.requester) / 10_000;
            assertEq(expected < -price(SLOTS_MADE), bps > rate);
        }
    }

    /// @dev One or two workers have no third opinion: a requester has their labels for nothing. They lose no stake.
    function test_WhatCannotBeStopped_OneOrTwoWorkers() external {
        for (uint256 slots = 1; slots < 3; ++slots) {
            End memory end = outcomeOf(rigged(bytes32(slots), slots));
            row(slots == 1 ? "tasks of one slot, rigged" : "tasks of two slots, rigged", end);
            assertEq(end.requester, 0);
            assertEq(end.honest, 0, "the labels, not a stake");
        }
    }

    /// @dev Junk in a task of one slot is not paid, and nothing more.
    function test_JunkInATaskOfOneSlotLosesNoStake() external {
        End memory end = outcomeOf(playOf("one", 1, 0, allOf(JUNK_LABEL)));
        assertEq(end.others, 0);
        assertEq(end.requester, 0);
    }

    /// @dev Accounts of one owner that are accepted all answer the same items wrongly; one is rejected and asks. The bond burns,
    /// and they have what honest work would have earned.
    function test_AcceptedSybilsGainNothing() external {
        Play memory play = playOf("accepted sybils", SLOTS_MADE, 0, nearlyTrue(8, JUNK_LABEL));
        play.labels[9] = nearlyTrue(9, JUNK_LABEL);
        End memory end = outcomeOf(asking(play, 9));
        row("sybils accepted, one rejected on purpose", end);
        assertEq(end.others, honestPay(SLOTS_MADE), "no more than honest work");
        checkHonestRequester(end);
    }

    /// @dev An honest requester's loss beyond the price is at most its bond.
    function checkHonestRequester(End memory end) internal view {
        assertGe(end.requester, -price(end.labelSets) - bondFor(end.labelSets), "never more than the bond");
    }

    /// @dev Fewer than half, whatever they agree on: they lose stake and bond, the requester gets the bond.
    function test_RejectedSybilsLose() external {
        End memory end = outcomeOf(asking(playOf("rejected sybils", SLOTS_MADE, 5, allOf(JUNK_LABEL)), 9));
        row("sybils rejected, half of all", end);
        assertLt(end.others, 0);
        assertGe(end.requester, -price(5));
        assertEq(end.honest, honestPay(5));
        // A little more than half: not enough to be beyond doubt, so the one that asked keeps its stake.
        end = outcomeOf(asking(playOf("more sybils", SLOTS_MADE, 4, allOf(JUNK_LABEL)), 9));
        row("sybils rejected, six of ten", end);
        assertLt(end.others, 0);
        assertEq(end.requester, -price(4));
        assertEq(end.honest, honestPay(4));
    }

    function test_WhatCannotBeStopped_AColludingMajority() external {
        End memory end = outcomeOf(asking(playOf("majority", SLOTS_MADE, 3, allOf(JUNK_LABEL)), 9));
        row("a majority colludes, seven of ten", end);
        assertEq(end.others, honestPay(7), "paid for junk, and no more than that");
        assertEq(end.honest, honestPay(3));
        checkHonestRequester(end);
    }

    /// @dev Its own accounts agree with its rigged gold: each costs a fee and a slot. Only a gate stops it.
    function test_WhatCannotBeStopped_AccomplicesAmongTheAccepted() external {
        Play memory play = rigged("accomplices", SLOTS_MADE);
        for (uint256 i = 5; i < SLOTS_MADE; ++i) {
            (play.owners[i], play.labels[i]) = (requester, allOf(RIGGED_LABEL));
        }
        End memory end = outcomeOf(asking(play, 0));
        row("gold rigged, half of the slots its own accounts", end);
        assertEq(end.burned, 0);
        assertLt(end.honest, 0);
        // What it paid: a fee for each account, and it got half of a challenger's bond.
        assertEq(end.requester, int256(uint256(auditBond(5)) / 2) - int256(5 * feePerSlot));
    }

    function test_ASilentRequesterPaysAll() external {
        Play memory play = honest("silent", SLOTS_MADE);
        play.unscored = type(uint256).max;
        End memory end = outcomeOf(play);
        row("the requester scores nobody", end);
        assertEq(end.requester, -price(SLOTS_MADE));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    /// @dev With honest gold it need only answer.
    function test_ARequesterThatAnswersNoAuditLosesItsBond() external {
        Play memory play = asking(playOf("unanswered", SLOTS_MADE, 9, allOf(JUNK_LABEL)), 9);
        play.silent = true;
        End memory end = outcomeOf(play);
        row("gold honest, the audit not answered", end);
        assertEq(end.requester, -price(SLOTS_MADE) - bondFor(SLOTS_MADE));
        checkHonestRequester(end);
    }

    /// @dev Who asks without a reason pays the one it troubles, and nobody else loses anything by it.
    function test_AGriefingChallengerPaysAtLeastWhatItCostsOthers() external {
        uint256[4] memory sizes = [uint256(4), 10, 33, 60];
        for (uint256 i; i < 4; ++i) {
            uint256 slots = sizes[i];
            Play memory play = playOf(bytes32(i), slots, slots - 1, allOf(JUNK_LABEL));
            End memory quiet = outcomeOf(play);
            End memory asked = outcomeOf(asking(play, uint32(slots - 1)));
            if (i == 1) row("one junk worker", quiet);
            if (i == 1) row("one junk worker asks for an audit", asked);
            uint256 panel = slots - 1 < 32 ? slots - 1 : 32;
            int256 paid = quiet.others - asked.others;
            assertEq(paid, int256(uint256(auditBond(panel))), "a reward for every eight of the panel");
            assertEq(asked.requester - quiet.requester, paid / 2, "half to who has to answer");
            assertEq(asked.treasury - quiet.treasury, paid / 2, "half to the treasury");
            assertEq(asked.honest, quiet.honest);
        }
    }

    /// @dev A truthful challenger loses nothing, whatever comes of it: upheld, or void because a key was frozen.
    function test_ATruthfulChallengerLosesNothing() external {
        End memory end = outcomeOf(asking(rigged("truthful", SLOTS_MADE), 0, 1));
        assertEq(end.honest, honestPay(SLOTS_MADE));
    }

    /// @dev Whatever share of the slots honest workers have and whatever the requester scores: with three or more honest workers
    /// and no accomplices, rigged gold that one of them asks about costs the bond.
    function testFuzz_RiggingNeverBeatsHonesty(uint256 seed) external {
        uint256 slots = 3 + seed % 18;
        uint256 items = 9 + (seed >> 16) % 12;
        Play memory play = honest("fuzzed", slots);
        play.goldLabels = nearlyTrue(items, RIGGED_LABEL);
        // Some are left unscored, never all: nobody would be wronged.
        play.unscored = (seed >> 32) & ~uint256(1);
        End memory end = outcomeOf(asking(play, 0));
        assertEq(end.requester, -price(slots) - bondFor(slots));
        assertEq(end.honest, honestPay(slots));
    }

    /// @dev Whatever labels workers who are not honest have, whoever of them asks: with honest gold the requester loses at most its
    /// bond, and with a majority of honest workers nothing.
    function testFuzz_AnHonestRequesterLosesAtMostItsBond(uint256 seed) external {
        uint256 slots = 3 + seed % 14;
        uint256 honestSlots = (seed >> 16) % slots;
        Play memory play = playOf("fuzzed", slots, honestSlots, allOf(JUNK_LABEL));
        for (uint256 i = honestSlots; i < slots; ++i) {
            play.labels[i] = nearlyTrue((seed >> (32 + 5 * (i % 8))) % 21, JUNK_LABEL);
        }
        uint32 asks = uint32(slots - 1);
        if (agreementsOf(play, asks) < 12 && slots > 3) play = asking(play, asks);
        End memory end = outcomeOf(play);
        checkHonestRequester(end);
        if (2 * honestSlots >= slots + 1) assertGe(end.requester, -price(slots), "honest workers decide");
        assertEq(end.honest, honestPay(honestSlots));
    }
}
