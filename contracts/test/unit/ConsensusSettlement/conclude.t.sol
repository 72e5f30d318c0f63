// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../../src/interfaces/IConsensusSettlement.sol";
import {IDatasetRegistry} from "../../../src/interfaces/IDatasetRegistry.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../../src/libraries/Grading.sol";
import {ConsensusTest} from "../../utils/ConsensusTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract ConsensusSettlementConcludeTest is ConsensusTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = create(smallTerms(3), 3);
        fill(taskId, 0, 3);
    }

    function refuse(uint32[] memory slots, uint256[] memory agreements, uint256 support, bytes memory reason) internal {
        vm.expectRevert(reason);
        consensus.conclude(taskId, slots, agreements, OUT, support, 99, "");
    }

    function list(uint32 a, uint32 b, uint32 c) internal pure returns (uint32[] memory slots) {
        slots = new uint32[](3);
        (slots[0], slots[1], slots[2]) = (a, b, c);
    }

    function versionId() internal view returns (bytes32 datasetId, bytes32 version) {
        datasetId = keccak256(abi.encode(block.chainid, address(datasets), address(consensus), taskId));
        version = keccak256(abi.encode(datasetId, uint32(1)));
    }

    function test_RevertWhen_ItIsNotThisTasksPath() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(largeTerms(3), 3);
        asked.salt = "large";
        taskId = createTask(asked);
        fill(taskId, 0, 3);
        refuse(
            range(0, 3),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_WrongPath.selector, taskId)
        );
    }

    function test_RevertWhen_DeliveriesAreOpen() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(smallTerms(3), 3);
        asked.salt = "two";
        taskId = createTask(asked);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 3);
        deliverAll(taskId, 0, 2);
        vm.warp(DELIVER_BY);
        refuse(
            range(0, 2),
            repeated(9, 2),
            18,
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_DeliveriesStillOpen.selector, taskId, DELIVER_BY, DELIVER_BY
            )
        );
        vm.warp(DELIVER_BY + 1);
        conclude(taskId, range(0, 2), repeated(9, 2), 18);
        expectOutcome(taskId, 2, ISettlement.Outcome.Missed);
    }

    function test_RevertWhen_SettleByHasPassed() external {
        vm.warp(SETTLE_BY + 1);
        refuse(
            range(0, 3),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(
                ILabelSettlement.LabelSettlement_DeadlinePassed.selector, taskId, SETTLE_BY, SETTLE_BY + 1
            )
        );
    }

    function test_RevertGiven_AKeyIsFrozen() external {
        freeze(legalityKey);
        refuse(
            range(0, 3),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, legalityKey)
        );
    }

    function test_RevertWhen_SlotsAreNotAllThatDelivered() external {
        refuse(
            range(0, 2),
            repeated(9, 2),
            18,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotsIncomplete.selector, taskId, 2, 3)
        );
        refuse(
            range(0, 3),
            repeated(9, 2),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotsIncomplete.selector, taskId, 2, 3)
        );
        refuse(
            list(0, 1, 1),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotTwice.selector, taskId, 1)
        );
        refuse(
            list(0, 2, 1),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotTwice.selector, taskId, 1)
        );
        refuse(
            list(0, 1, 3),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_SlotNotDelivered.selector, taskId, 3)
        );
        refuse(
            new uint32[](0),
            new uint256[](0),
            0,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ChunkSize.selector, 0, 7)
        );
        refuse(
            range(0, 8),
            repeated(9, 8),
            0,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ChunkSize.selector, 8, 7)
        );
    }

    function test_RevertWhen_AValueIsBeyondWhatThereIs() external {
        refuse(
            range(0, 3),
            repeated(11, 3),
            27,
            abi.encodeWithSelector(
                IConsensusSettlement.ConsensusSettlement_ValueOutOfRange.selector, "agreements", 11, 10
            )
        );
        refuse(
            range(0, 3),
            repeated(9, 3),
            31,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_ValueOutOfRange.selector, "support", 31, 30)
        );
    }

    /// @dev Each value is bound: a proof of any other statement is refused.
    function test_RevertWhen_TheProofIsOfAnotherStatement() external {
        uint256[] memory agreements = repeated(9, 3);
        bytes memory proof = concludeProof(taskId, range(0, 3), agreements, 27);
        agreements[2] = 5;
        expectRejected(consensusKey, taskId);
        consensus.conclude(taskId, range(0, 3), agreements, OUT, 27, 99, proof);
        agreements[2] = 9;
        expectRejected(consensusKey, taskId);
        consensus.conclude(taskId, range(0, 3), agreements, OUT + 1, 27, 99, proof);
        expectRejected(consensusKey, taskId);
        consensus.conclude(taskId, range(0, 3), agreements, OUT, 26, 99, proof);
        expectRejected(consensusKey, taskId);
        consensus.conclude(taskId, range(0, 3), agreements, OUT, 27, 98, proof);
        consensus.conclude(taskId, range(0, 3), agreements, OUT, 27, 99, proof);
    }

    function test_RevertWhen_TheProofIsOfAnotherTask() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(smallTerms(3), 3);
        asked.salt = "twin";
        bytes32 twin = createTask(asked);
        fill(twin, 0, 3);
        bytes memory proof = concludeProof(twin, range(0, 3), repeated(9, 3), 27);
        expectRejected(consensusKey, taskId);
        consensus.conclude(taskId, range(0, 3), repeated(9, 3), OUT, 27, 99, proof);
    }

    function test_RevertWhen_OutIsNoFieldElementOrZero() external {
        vm.expectRevert(
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_WordOutOfRange.selector, 1, ReferenceStatement.R)
        );
        consensus.conclude(taskId, range(0, 3), repeated(9, 3), ReferenceStatement.R, 27, 99, "");
    }

    /// @dev Five of ten is under 60 %: two are paid, one is not, and the consensus becomes a dataset of the requester's.
    function test_SettlesEverySlotAndPublishes() external {
        uint256[] memory agreements = repeated(9, 3);
        (agreements[1], agreements[2]) = (6, 5);
        uint256[] memory signals = concludeSignals(taskId, range(0, 3), agreements, 20);
        (bytes32 datasetId, bytes32 version) = versionId();
        bytes32[] memory parents = new bytes32[](1);
        parents[0] = datasetVersion;

        expectReceipt(taskId, consensusKey, signals);
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetRegistered(datasetId, address(consensus), "Digits by consensus");
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetVersionPublished(
            datasetId,
            version,
            1,
            IDatasetRegistry.Version(OUT, uint64(SMALL_ITEMS), "schema", "manifest", "CC0-1.0", parents)
        );
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetTransferStarted(datasetId, address(consensus), requester);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.ConsensusReached(taskId, version, OUT, 20, 30);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SlotAgreed(taskId, 0, 9, 10, true);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 0, workerAt(0), 9000, ITaskRegistry.Ending.Proven);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SlotAgreed(taskId, 1, 6, 10, true);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, 1, workerAt(1), 6000, ITaskRegistry.Ending.Proven);
        vm.expectEmit(address(consensus));
        emit IConsensusSettlement.SlotAgreed(taskId, 2, 5, 10, false);
        vm.expectEmit(address(tasks));
        emitReturned(taskId, 2, 5000, ITaskRegistry.Ending.Rejected);
        vm.prank(stranger);
        conclude(taskId, range(0, 3), agreements, 20);

        assertEq(datasets.rootOf(version), OUT);
        assertEq(datasets.sizeOf(version), SMALL_ITEMS);
        vm.prank(requester);
        datasets.acceptTransfer(datasetId);
        assertEq(datasets.ownerOf(datasetId), requester);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(taskId);
        assertEq(progress.out, OUT);
        assertEq(progress.support, 20);
        assertEq(consensus.finalDeadline(taskId), SETTLE_BY);
        assertEq(
            abi.encode(consensus.historyOf(requester, workerAt(2))), abi.encode(IConsensusSettlement.History(5, 10))
        );
        expectOutcome(taskId, 0, ISettlement.Outcome.Paid);
        expectOutcome(taskId, 2, ISettlement.Outcome.Returned);
    }

    function test_RevertGiven_ItIsDecided() external {
        conclude(taskId, range(0, 3), repeated(9, 3), 27);
        refuse(
            range(0, 3),
            repeated(9, 3),
            27,
            abi.encodeWithSelector(IConsensusSettlement.ConsensusSettlement_AlreadyDecided.selector, taskId)
        );
    }

    function test_PaysAShareByTheScale() external {
        IConsensusSettlement.Terms memory made = smallTerms(3);
        made.grading.curve = Grading.Curve.Linear;
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 3);
        asked.salt = "graded";
        bytes32 graded = createTask(asked);
        fill(graded, 0, 3);
        uint256[] memory agreements = repeated(7, 3);
        agreements[0] = 10;
        conclude(graded, range(0, 3), agreements, 24);
        assertEq(tasks.creditOf(workerAt(0), NATIVE), REWARD);
        assertEq(tasks.creditOf(workerAt(1), NATIVE), REWARD * 7 / 10);
    }

    function test_OneDeliveredIsItsOwnMajority() external {
        ITaskRegistry.TaskRequest memory asked = consensusRequest(smallTerms(3), 3);
        asked.salt = "one";
        bytes32 lonely = createTask(asked);
        join(lonely, alice);
        commitLabels(lonely, 0);
        vm.warp(COMMIT_BY + 1);
        deliverLabels(lonely, 0);
        conclude(lonely, range(0, 1), repeated(10, 1), 10);
        assertEq(tasks.creditOf(alice, NATIVE), REWARD);
        tasks.returnUnfilled(lonely);
        assertEq(tasks.task(lonely).escrow, 0);
    }

    /// @dev What a worker agreed with a requester's earlier consensus weighs its votes where that requester is named.
    function test_WeighsByHistory() external {
        uint256[] memory agreements = repeated(10, 3);
        (agreements[1], agreements[2]) = (8, 5);
        conclude(taskId, range(0, 3), agreements, 23);

        IConsensusSettlement.Terms memory made = smallTerms(4);
        made.historyOf = requester;
        ITaskRegistry.TaskRequest memory asked = consensusRequest(made, 4);
        asked.salt = "weighted";
        bytes32 weighted = createTask(asked);
        joinAll(weighted, 0, 4);
        commitAll(weighted, 0, 4);
        // At most two of four: one vote stays under half of a full round, were all others new.
        uint8[4] memory expected = [2, 2, 1, 1];
        for (uint32 slot; slot < 4; ++slot) {
            assertEq(consensus.workOf(weighted, slot).weight, expected[slot]);
        }
        deliverAll(weighted, 0, 4);
        IConsensusSettlement.Progress memory progress = consensus.progressOf(weighted);
        assertEq(progress.weight, 6);
        assertEq(progress.possible, 60);
        // Agreements are counted plainly, the support by weight.
        conclude(weighted, range(0, 4), repeated(9, 4), 50);
    }

    /// @dev Where a round is large enough, weights are what the history says; in a smaller one no vote is half of all.
    function test_WeightsStayUnderHalfOfTheVotes() external {
        uint256[] memory agreements = repeated(10, 3);
        (agreements[1], agreements[2]) = (8, 5);
        conclude(taskId, range(0, 3), agreements, 23);
        for (uint32 slots = 3; slots < 18; ++slots) {
            IConsensusSettlement.Terms memory made = largeTerms(slots);
            made.historyOf = requester;
            ITaskRegistry.TaskRequest memory asked = consensusRequest(made, slots);
            asked.salt = bytes32(uint256(slots));
            bytes32 weighted = createTask(asked);
            joinAll(weighted, 0, slots);
            commitAll(weighted, 0, 3);
            // 1 + 15 * (20 - 10) / 12, 1 + 15 * (16 - 10) / 12, half right.
            uint8[3] memory earned = [13, 8, 1];
            for (uint32 slot; slot < 3; ++slot) {
                uint256 weight = consensus.workOf(weighted, slot).weight;
                assertEq(weight, earned[slot] < slots - 2 ? earned[slot] : slots - 2);
                assertLt(2 * weight, weight + slots - 1);
            }
        }
    }
}
