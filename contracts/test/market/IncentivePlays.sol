// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {GoldAuditTest} from "../utils/GoldAuditTest.sol";

/// @notice Plays a task of hidden gold at the public parameters (script/config/84532.json) and tells what everybody ends with.
/// @dev Every worker has labels, the requester has gold, and every proof says what follows from them. Labels are digits; 1 is the
/// truth everywhere.
abstract contract IncentivePlays is GoldAuditTest {
    uint256 internal constant GOLD = 20;
    /// @dev 60 % of the gold.
    uint256 internal constant NEEDED = 12;
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

    /// @dev Changes of wealth, in base units; label sets that the requester holds; honest workers who would have passed with the true
    /// labels as gold and were rejected, and those of them who were paid in full.
    struct End {
        int256 requester;
        int256 honest;
        int256 others;
        int256 treasury;
        uint256 burned;
        uint256 labelSets;
        uint256 wronged;
        uint256 whole;
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

    /// @dev Arrays in memory are references: whoever changes one slot's labels must not change another's.
    function copyOf(uint8[GOLD] memory from) internal pure returns (uint8[GOLD] memory labels) {
        for (uint256 i; i < GOLD; ++i) {
            labels[i] = from[i];
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
            play.labels[i] = i < first ? allOf(TRUE_LABEL) : copyOf(theirs);
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

    function agreementsOf(Play memory play, uint256 slot) internal pure returns (uint256) {
        return agreementsWith(play, slot, play.goldLabels);
    }

    function agreementsWith(
        Play memory play,
        uint256 slot,
        uint8[GOLD] memory labels
    )
        internal
        pure
        returns (uint256 count)
    {
        for (uint256 i; i < GOLD; ++i) {
            if (play.labels[slot][i] == labels[i]) ++count;
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
            if (theirs == gold) withGold |= 1 << i;
            if (theirs == said) withChallenger |= 1 << i;
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
            if (play.owners[i] == address(0)) {
                end.honest += change;
                bool wronged = agreementsWith(play, i, allOf(TRUE_LABEL)) >= NEEDED && agreementsOf(play, i) < NEEDED;
                if (wronged) ++end.wronged;
                if (wronged && change == int256(uint256(REWARD))) ++end.whole;
            }
            if (play.owners[i] == requester) end.requester += change;
            if (play.owners[i] == sybil) end.others += change;
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
            audits[i] = auditEntryOf(taskId, slot, panel[i], withGold, withChallenger);
        }
    }

    function wealthOf(address account) internal view returns (uint256) {
        return account.balance + tasks.creditOf(account, NATIVE) + freeStake(account) + lockedStake(account);
    }

    /// @dev A row of the table of contracts/README.md; one that is not there, or has other figures, fails.
    function row(string memory name, End memory end) internal {
        string memory line = string.concat(name, " | ", rewards(end.requester), " | ", vm.toString(end.labelSets));
        line = string.concat(line, " | ", rewards(end.honest), " | ", rewards(end.others));
        line = string.concat(line, " | ", rewards(end.treasury), " | ", rewards(int256(end.burned)), " |");
        console2.log(string.concat("| ", line));
        assertTrue(vm.contains(vm.readFile("contracts/README.md"), line), line);
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
}
