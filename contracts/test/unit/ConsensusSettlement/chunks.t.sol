// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";

/// @notice tally, decide and agree.
contract ConsensusSettlementChunksTest is ConsensusTest {
    uint32 internal constant COUNT = 9;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = create(largeTerms(COUNT), COUNT);
        fill(taskId, 0, COUNT);
    }

    function tallyAll() internal {
        tally(taskId, range(0, 7), 1111);
        tally(taskId, range(7, 9), 2222);
    }

    function refuseTally(uint32[] memory slots, bytes memory reason) internal {
        vm.expectRevert(reason);
        consensus.tally(taskId, slots, 1111, 55, "");
    }

    function refuseDecide(bytes memory reason) internal {
        vm.expectRevert(reason);
        consensus.decide(taskId, OUT, 10, 66, "");
    }

    function refuseAgree(uint32[] memory slots, uint256[] memory agreements, bytes memory reason) internal {
        vm.expectRevert(reason);
        consensus.agree(taskId, slots, agreements, 44, "");
    }

    function incomplete(uint256 given, uint256 required) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsensusSettlement.ConsensusSettlement_SlotsIncomplete.selector, taskId, given, required
        );
    }

    function passed() internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SETTLE_BY, SETTLE_BY + 1
        );
    }

    // tally

    function test_RevertWhen_ItIsNotThisTasksPath() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(smallTerms(3), 3);
        asked.salt = "small";
        taskId = createTask(asked);
        fill(taskId, 0, 3);
        bytes memory reason =
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_WrongPath.selector, taskId);
        refuseTally(range(0, 3), reason);
        refuseDecide(reason);
        refuseAgree(range(0, 3), repeated(1, 3), reason);
    }

    function test_RevertWhen_TallyingBadLists() external {
        refuseTally(
            range(0, 8), abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ChunkSize.selector, 8, 7)
        );
        refuseTally(
            new uint32[](0), abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ChunkSize.selector, 0, 7)
        );
        refuseTally(
            range(8, 10),
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotNotDelivered.selector, taskId, 9)
        );
        tally(taskId, range(0, 7), 1111);
        refuseTally(
            range(6, 9), abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotTwice.selector, taskId, 6)
        );
        refuseTally(
            new uint32[](2),
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotTwice.selector, taskId, 0)
        );
    }

    function test_RevertWhen_TheTallyStartsFromOtherCounts() external {
        bytes memory proof = tallyProof(taskId, range(0, 7), 1111);
        bytes memory late = tallyProof(taskId, range(7, 9), 2222);
        consensus.tally(taskId, range(0, 7), 1111, 55, proof);
        // Made over zero counts: it would drop the first seven.
        expectRejected(tallyKey, taskId);
        consensus.tally(taskId, range(7, 9), 2222, 55, late);
    }

    function test_RevertWhen_AnyPartOfTheTallyIsChanged() external {
        bytes memory proof = tallyProof(taskId, range(0, 7), 1111);
        expectRejected(tallyKey, taskId);
        consensus.tally(taskId, range(0, 6), 1111, 55, proof);
        expectRejected(tallyKey, taskId);
        consensus.tally(taskId, range(0, 7), 1112, 55, proof);
        expectRejected(tallyKey, taskId);
        consensus.tally(taskId, range(0, 7), 1111, 56, proof);
    }

    /// @dev A worker could tally its own vote under a salt that nobody else knows, and nobody could count any further.
    function test_RevertWhen_SomebodyElseTallies() external {
        address[3] memory others = [workerAt(0), stranger, requester];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IConsensusSettlement.ConsensusSettlement_NotAggregator.selector, taskId, others[i]
                )
            );
            vm.prank(others[i]);
            consensus.tally(taskId, range(0, 1), 1111, 56, "");
        }
    }

    function test_TheRequesterCountsWhenNoAggregatorIsNamed() external {
        IConsensusSettlement.Terms memory made = largeTerms(3);
        made.aggregator = address(0);
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 3);
        asked.salt = "no aggregator";
        bytes32 own = createTask(asked);
        fill(own, 0, 3);

        bytes memory proof = tallyProof(own, range(0, 3), 1111);
        address[3] memory others = [workerAt(0), stranger, address(this)];
        for (uint256 i; i < others.length; ++i) {
            bytes memory refusal =
                abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_NotAggregator.selector, own, others[i]);
            vm.startPrank(others[i]);
            vm.expectRevert(refusal);
            consensus.tally(own, range(0, 3), 1111, 55, proof);
            vm.expectRevert(refusal);
            consensus.decide(own, OUT, 300, 66, "");
            vm.stopPrank();
        }
        vm.prank(requester);
        consensus.tally(own, range(0, 3), 1111, 55, proof);
        proof = decideProof(own, 300);
        vm.prank(requester);
        consensus.decide(own, OUT, 300, 66, proof);
        assertEq(consensus.progressOf(own).out, OUT);
        // Agreement has one answer only: anybody may bring it.
        proof = agreeProof(own, range(0, 3), repeated(200, 3));
        vm.prank(stranger);
        consensus.agree(own, range(0, 3), repeated(200, 3), 44, proof);
        assertEq(tasks.task(own).escrow, 0);
    }

    function test_TalliesInChunks() external {
        assertEq(consensus.progressOf(taskId).counts, ZERO_COUNTS);
        expectReceipt(taskId, tallyKey, tallySignals(taskId, range(0, 7), 1111));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.CountsAdded(taskId, range(0, 7), ZERO_COUNTS, 1111);
        tally(taskId, range(0, 7), 1111);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.CountsAdded(taskId, range(7, 9), 1111, 2222);
        tally(taskId, range(7, 9), 2222);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        assertEq(progress.tallied, 9);
        assertEq(progress.counts, 2222);
        assertTrue(consensus.workOf(taskId, 8).tallied);
    }

    // decide

    function test_RevertWhen_NotAllAreTallied() external {
        refuseDecide(incomplete(0, 9));
        tally(taskId, range(0, 7), 1111);
        refuseDecide(incomplete(7, 9));
    }

    /// @dev A majority of nothing would be a dataset of zeros.
    function test_RevertWhen_NobodyDelivered() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(largeTerms(3), 3);
        asked.salt = "nobody";
        taskId = createTask(asked);
        vm.warp(DELIVER_BY + 1);
        refuseDecide(incomplete(0, 1));
        refuseTally(
            new uint32[](0), abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ChunkSize.selector, 0, 7)
        );
        tasks.returnUnfilled(taskId);
    }

    function test_RevertWhen_SupportIsBeyondAllVotes() external {
        tallyAll();
        uint256 all = COUNT * LARGE_ITEMS;
        vm.expectRevert(
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_ValueOutOfRange.selector, "support", all + 1, all
            )
        );
        consensus.decide(taskId, OUT, all + 1, 66, "");
    }

    function test_RevertWhen_TheDecisionIsOverOtherCounts() external {
        bytes memory early = decideProof(taskId, 2000);
        tallyAll();
        expectRejected(decideKey, taskId);
        consensus.decide(taskId, OUT, 2000, 66, early);
    }

    function test_DecidesOnceAndClosesTheTally() external {
        tallyAll();
        bytes32 datasetId = keccak256(abi.encode(block.chainid, address(datasets), address(consensus), taskId));
        bytes32 version = keccak256(abi.encode(datasetId, uint32(1)));
        expectReceipt(taskId, decideKey, decideSignals(taskId, 2000));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.ConsensusReached(taskId, version, OUT, 2000, COUNT * LARGE_ITEMS);
        decide(taskId, 2000);
        assertEq(datasets.sizeOf(version), LARGE_ITEMS);
        bytes memory reason =
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_AlreadyDecided.selector, taskId);
        refuseDecide(reason);
        refuseTally(range(0, 1), reason);
        expectOutcome(taskId, 0, ISettlement.Outcome.Pending);
    }

    // agree

    function test_RevertWhen_Undecided() external {
        tallyAll();
        refuseAgree(
            range(0, 7),
            repeated(1, 7),
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_Undecided.selector, taskId)
        );
    }

    function test_RevertWhen_AgreementsAreMissingOrTooMany() external {
        tallyAll();
        decide(taskId, 2000);
        refuseAgree(range(0, 7), repeated(1, 6), incomplete(6, 7));
        refuseAgree(
            range(0, 7),
            repeated(LARGE_ITEMS + 1, 7),
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_ValueOutOfRange.selector,
                "agreements",
                LARGE_ITEMS + 1,
                LARGE_ITEMS
            )
        );
    }

    function test_RevertWhen_AnyPartOfTheAgreementIsChanged() external {
        tallyAll();
        decide(taskId, 2000);
        bytes memory proof = agreeProof(taskId, range(0, 7), repeated(200, 7));
        expectRejected(agreeKey, taskId);
        consensus.agree(taskId, range(0, 7), repeated(199, 7), 44, proof);
        expectRejected(agreeKey, taskId);
        consensus.agree(taskId, range(0, 6), repeated(200, 6), 44, proof);
        expectRejected(agreeKey, taskId);
        consensus.agree(taskId, range(1, 8), repeated(200, 7), 44, proof);
    }

    function test_SettlesChunkByChunk() external {
        tallyAll();
        decide(taskId, 2000);
        uint256[] memory agreements = repeated(200, 7);
        agreements[6] = 149;
        expectReceipt(taskId, agreeKey, agreeSignals(taskId, range(0, 7), agreements));
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SlotAgreed(taskId, 0, 200, LARGE_ITEMS, true);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, workerAt(0), 8000, ITaskRegistry.Ending.Proven);
        agree(taskId, range(0, 7), agreements);
        // 149 of 250 is one label short of 60 %.
        assertEq(uint8(tasks.slotOf(taskId, 6).ending), uint8(ITaskRegistry.Ending.Rejected));

        refuseAgree(
            range(6, 8), repeated(1, 2), abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 6)
        );
        agree(taskId, range(7, 9), repeated(150, 2));
        assertEq(uint8(tasks.slotOf(taskId, 8).ending), uint8(ITaskRegistry.Ending.Proven));
        assertEq(tasks.task(taskId).escrow, 0);
    }

    // Silence at every step

    function test_SilencePaysWhateverWasHalfDone() external {
        tallyAll();
        decide(taskId, 2000);
        agree(taskId, range(0, 7), repeated(10, 7));
        vm.warp(SETTLE_BY);
        expectOutcome(taskId, 7, ISettlement.Outcome.Pending);
        agree(taskId, range(8, 9), repeated(200, 1));
        vm.warp(SETTLE_BY + 1);
        expectOutcome(taskId, 0, ISettlement.Outcome.Returned);
        expectOutcome(taskId, 7, ISettlement.Outcome.Paid);
        refuseAgree(range(7, 8), repeated(1, 1), passed());
        tasks.settle(taskId, 7);
        assertEq(tasks.creditOf(workerAt(7), NATIVE), REWARD);
        assertEq(tasks.task(taskId).escrow, 0);
    }

    function test_SilencePaysWhenHalfIsTallied() external {
        tally(taskId, range(0, 7), 1111);
        vm.warp(SETTLE_BY + 1);
        refuseTally(range(7, 9), passed());
        refuseDecide(passed());
        for (uint32 slot; slot < COUNT; ++slot) {
            tasks.settle(taskId, slot);
            assertEq(tasks.creditOf(workerAt(slot), NATIVE), REWARD);
        }
    }

    function test_AFrozenKeyPaysWhoDelivered() external {
        bytes32[4] memory pinned = [legalityKey, tallyKey, decideKey, agreeKey];
        tallyAll();
        decide(taskId, 2000);
        agree(taskId, range(0, 7), repeated(10, 7));
        for (uint256 i; i < 4; ++i) {
            uint256 snapshot = vm.snapshotState();
            assertFalse(consensus.halted(taskId));
            freeze(pinned[i]);
            assertTrue(consensus.halted(taskId));
            expectOutcome(taskId, 0, ISettlement.Outcome.Returned);
            expectOutcome(taskId, 7, ISettlement.Outcome.Paid);
            refuseAgree(
                range(7, 9),
                repeated(1, 2),
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, pinned[i])
            );
            tasks.settle(taskId, 7);
            vm.revertToState(snapshot);
        }
    }
}
