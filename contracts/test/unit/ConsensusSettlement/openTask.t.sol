// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../../src/libraries/Grading.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";
import {Rules} from "../../utils/Rules.sol";

contract ConsensusSettlementOpenTaskTest is ConsensusTest {
    using Rules for Rules.Scalar;

    function expectInvalid(IConsensusSettlement.Terms memory made, uint32 slots, string memory field) internal {
        expectRefused(
            made, slots, abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_TermsInvalid.selector, field)
        );
    }

    function expectRefused(IConsensusSettlement.Terms memory made, uint32 slots, bytes memory reason) internal {
        refuse(consensusRequest(made, slots), reason);
    }

    function refuse(ITaskRegistry.TaskRequest memory asked, bytes memory reason) internal {
        asked.maxFeePerSlot = FEE;
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.createTask{value: asked.slots * (REWARD + FEE)}(asked);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, address(this)));
        consensus.openTask("task", JOIN_BY, abi.encode(smallTerms(3)));
    }

    function test_RevertWhen_RulesAreNotThoseOfAVote() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.rules = Rules.digits().pack();
        expectRefused(
            made,
            3,
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, made.rules, "goldCount")
        );
    }

    function test_RevertWhen_EncryptionKeyIsNoKey() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.encryptionKey = [uint256(0), 1];
        expectRefused(
            made, 3, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EncryptionKeyInvalid.selector, 0, 1)
        );
    }

    function test_RevertWhen_GradingIsInvalid() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.grading.curve = Grading.Curve.Table;
        expectRefused(made, 3, abi.encodeWithSelector(Grading.Grading_ScaleInvalid.selector, "steps"));
    }

    function test_RevertWhen_KeysDoNotFitTheCapacity() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.consensusKeyId = 0;
        expectInvalid(made, 3, "consensusKeyId");
        made = largeTerms(3);
        made.consensusKeyId = consensusKey;
        expectInvalid(made, 3, "consensusKeyId");
        made = smallTerms(3);
        made.tallyKeyId = tallyKey;
        expectInvalid(made, 3, "tallyKeyId");
        made = largeTerms(3);
        made.tallyKeyId = 0;
        expectInvalid(made, 3, "tallyKeyId");
        made = smallTerms(3);
        made.decideKeyId = decideKey;
        expectInvalid(made, 3, "decideKeyId");
        made = largeTerms(3);
        made.decideKeyId = 0;
        expectInvalid(made, 3, "decideKeyId");
        made = smallTerms(3);
        made.agreeKeyId = agreeKey;
        expectInvalid(made, 3, "agreeKeyId");
        made = largeTerms(3);
        made.agreeKeyId = 0;
        expectInvalid(made, 3, "agreeKeyId");
    }

    function test_RevertGiven_AKeyIsNotActive() external {
        bytes32[5] memory pinned = [legalityKey, consensusKey, tallyKey, decideKey, agreeKey];
        for (uint256 i; i < 5; ++i) {
            uint256 snapshot = vm.snapshotState();
            freeze(pinned[i]);
            expectRefused(
                i < 2 ? smallTerms(3) : largeTerms(3),
                3,
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i])
            );
            vm.revertToState(snapshot);
        }
    }

    function test_RevertWhen_OneProofCannotTakeAllSlots() external {
        expectInvalid(smallTerms(8), 8, "slots");
        create(smallTerms(7), 7);
    }

    function test_RevertWhen_VotesCouldOverflowACount() external {
        parameters.setParameters(withSlots(5000));
        IConsensusSettlement.Terms memory made = largeTerms(273);
        made.historyOf = requester;
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 273);
        asked.rewardPerSlot = 1000;
        createTask(asked);
        (made.firstSlots, asked.slots, asked.salt) = (274, 274, "more");
        asked.settlementData = abi.encode(made);
        refuseSmall(asked);

        made = largeTerms(4095);
        asked = consensusRequest(made, 4095);
        (asked.rewardPerSlot, asked.salt) = (1000, "plain");
        createTask(asked);
        (made.firstSlots, asked.slots, asked.salt) = (4096, 4096, "too many");
        asked.settlementData = abi.encode(made);
        refuseSmall(asked);
    }

    function withSlots(uint32 maxSlots) internal view returns (IProtocolParameters.Parameters memory made) {
        made = defaultParameters();
        made.maxSlots = maxSlots;
    }

    function refuseSmall(ITaskRegistry.TaskRequest memory asked) internal {
        asked.maxFeePerSlot = 25;
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_TermsInvalid.selector, "slots"));
        tasks.createTask{value: uint256(asked.slots) * 1025}(asked);
    }

    function test_RevertWhen_AssignmentAndSeedDoNotFit() external {
        IConsensusSettlement.Terms memory made = drawn(smallTerms(3));
        made.assignmentShift = 4;
        expectInvalid(made, 3, "assignmentShift");
        made.assignmentShift = 0;
        expectInvalid(made, 3, "seedCommitment");
        made.assignmentShift = 3;
        made.seedCommitment = 0;
        expectInvalid(made, 3, "seedCommitment");
    }

    function test_RevertWhen_RoundsDoNotFit() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.firstSlots = 4;
        expectInvalid(made, 3, "firstSlots");
        made.firstSlots = 3;
        expectInvalid(made, 4, "stepSlots");
        expectInvalid(adaptive(smallTerms(3), 3, 1), 3, "stepSlots");
        made = adaptive(smallTerms(4), 3, 1);
        made.agreementBoundBps = 0;
        expectInvalid(made, 4, "agreementBoundBps");
        made.agreementBoundBps = 10_001;
        expectInvalid(made, 4, "agreementBoundBps");
        made = smallTerms(3);
        made.agreementBoundBps = 1;
        expectInvalid(made, 3, "agreementBoundBps");
    }

    /// @dev Of two workers, who always says the lowest class agrees with every item: every tie goes to it.
    function test_RevertWhen_AVoteCouldDecideByATie() external {
        for (uint32 first; first < 3; ++first) {
            bytes memory reason =
                abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_TooFewVoters.selector, first, 3);
            expectRefused(smallTerms(first), 2, reason);
            expectRefused(adaptive(largeTerms(9), first, 9), 9, reason);
        }
        create(smallTerms(3), 3);
    }

    function test_RevertWhen_ThereAreMoreThanSixteenRounds() external {
        IConsensusSettlement.Terms memory made = adaptive(largeTerms(19), 3, 1);
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 19);
        asked.joinBy = JOIN_BY;
        refuse(
            asked, abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_TermsInvalid.selector, "stepSlots")
        );
    }

    function test_RevertWhen_AWindowIsOutOfRange() external {
        for (uint256 i; i < 4; ++i) {
            IConsensusSettlement.Terms memory made = withWindow(i, MIN_WINDOW - 1);
            expectRefused(made, 3, windowError(MIN_WINDOW - 1));
            made = withWindow(i, MAX_WINDOW + 1);
            expectRefused(made, 3, windowError(MAX_WINDOW + 1));
        }
    }

    function withWindow(uint256 which, uint32 window) internal view returns (IConsensusSettlement.Terms memory made) {
        made = smallTerms(3);
        if (which == 0) made.joinWindow = window;
        if (which == 1) made.commitWindow = window;
        if (which == 2) made.deliverWindow = window;
        if (which == 3) made.settleWindow = window;
    }

    function windowError(uint256 window) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILabelSettlement.LabelSettlement_DeadlineOutOfRange.selector, window, MIN_WINDOW, MAX_WINDOW
        );
    }

    function test_RevertWhen_JoinByLeavesTheFirstRoundTooMuchOrTooLittle() external {
        IConsensusSettlement.Terms memory made = adaptive(smallTerms(5), 3, 1);
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 5);
        uint64 latest = uint64(START + 2 * 4 * WINDOW + WINDOW);
        assertEq(asked.joinBy, latest);
        asked.joinBy = latest + 1;
        refuse(asked, joinByError(latest + 1, latest));
        uint64 earliest = uint64(START + 2 * 4 * WINDOW + MIN_WINDOW);
        asked.joinBy = earliest - 1;
        refuse(asked, joinByError(earliest - 1, latest));
        asked.joinBy = earliest;
        bytes32 taskId = createTask(asked);
        assertEq(consensus.progressOf(taskId).joinBy, START + MIN_WINDOW);
    }

    function joinByError(uint256 joinBy, uint256 latest) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_JoinByMismatch.selector, joinBy, latest);
    }

    function test_RevertWhen_TheDatasetCouldNotBeRegistered() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.publication.name = "";
        expectInvalid(made, 3, "name");
        made.publication.name = string(new bytes(129));
        expectInvalid(made, 3, "name");
        made = smallTerms(3);
        made.publication.licence = "";
        expectInvalid(made, 3, "licence");
        made.publication.licence = string(new bytes(65));
        expectInvalid(made, 3, "licence");
    }

    function test_KeepsTheTermsAndStartsTheFirstRound() external {
        IConsensusSettlement.Terms memory made = drawn(adaptive(largeTerms(7), 3, 2));
        made.grading.curve = Grading.Curve.Table;
        made.grading.steps = new Grading.Step[](2);
        made.grading.steps[0] = Grading.Step(6000, 5000);
        made.grading.steps[1] = Grading.Step(9000, 10_000);
        bytes32 expected = tasks.taskIdOf(requester, "task");
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.ConsensusTermsSet(expected, made);
        bytes32 taskId = create(made, 7);

        assertEq(abi.encode(consensus.terms(taskId)), abi.encode(made));
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        IConsensusSettlement.Progress memory start;
        (start.roundLimit, start.slotLimit, start.counts) = (3, 3, ZERO_COUNTS);
        (start.joinBy, start.commitBy, start.deliverBy, start.settleBy) = (JOIN_BY, COMMIT_BY, DELIVER_BY, SETTLE_BY);
        assertEq(abi.encode(progress), abi.encode(start));
        assertEq(consensus.finalDeadline(taskId), SETTLE_BY + 2 * 4 * WINDOW);
    }

    function test_RevertGiven_AnUnknownTask() external {
        bytes memory reason = abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(reason);
        consensus.terms("none");
        vm.expectRevert(reason);
        consensus.progressOf("none");
        vm.expectRevert(reason);
        consensus.outcome("none", 0);
        vm.expectRevert(reason);
        consensus.finalDeadline("none");
        vm.expectRevert(reason);
        consensus.commit("none", 0, 1);
        vm.expectRevert(reason);
        consensus.revealSeed("none", "secret");
    }
}
