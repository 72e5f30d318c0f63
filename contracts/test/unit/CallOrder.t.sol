// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {CallOrderTest} from "../utils/CallOrderTest.sol";

/// @notice Every settlement at the points where several calls are possible at once, with stakes, with workers who have missed a
/// deadline, and with slots nobody took.
contract CallOrder is CallOrderTest {
    uint128 internal constant AT_STAKE = 1 ether;

    /// @dev Nobody waits for a content key, so a missed deadline is the worker's.
    function staked(ITaskRegistry.TaskRequest memory asked, uint32 slots) internal returns (bytes32) {
        (asked.payloadDigest, asked.stakePerSlot, asked.slots) = (0, AT_STAKE, slots);
        return createTask(asked);
    }

    // Open gold: slot 0 has committed and can be proven, slot 1 has committed, slot 2 has not, slot 3 is free.

    function openGoldTask() internal returns (bytes32 taskId) {
        taskId = staked(request(), 4);
        for (uint32 i; i < 3; ++i) {
            join(taskId, workerAt(i));
        }
        commit(taskId, 0, workerAt(0));
        commit(taskId, 1, workerAt(1));
        vm.warp(COMMIT_BY + 1);
    }

    function test_OpenGoldWhileProofsAreTaken() external {
        bytes32 taskId = openGoldTask();
        openTheGold(taskId);
        bytes memory proof = proofs.proofOf(agreementKey, agreementSignals(taskId, 0, 77));
        add(
            stranger,
            address(openGold),
            abi.encodeCall(openGold.prove, (taskId, 0, 77, goldSet(), delivery(), proof, true))
        );
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_OpenGoldOfASilentRequester() external {
        bytes32 taskId = openGoldTask();
        vm.warp(OPEN_BY + 1);
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(openGold), taskId, 0, 77));
        add(stranger, address(openGold), abi.encodeCall(openGold.deliver, (taskId, 0, 77, delivery(), proof, false)));
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_OpenGoldAfterAll() external {
        bytes32 taskId = openGoldTask();
        vm.warp(PROVE_BY + 1);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    // Hidden gold: slots 0 and 1 have submitted, slot 2 has not, slot 3 is free.

    function hiddenGoldTask() internal returns (bytes32 taskId) {
        ITaskRegistry.TaskRequest memory asked = hiddenRequest();
        asked.bond = 2 ether;
        taskId = staked(asked, 4);
        for (uint32 i; i < 3; ++i) {
            join(taskId, workerAt(i));
            if (i != 2) submit(taskId, i, workerAt(i));
        }
        vm.warp(SUBMIT_BY + 1);
    }

    function test_HiddenGoldWhileScoresAreTaken() external {
        bytes32 taskId = hiddenGoldTask();
        bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(taskId, 0, 3, 88));
        add(stranger, address(hiddenGold), abi.encodeCall(hiddenGold.score, (taskId, 0, 3, 88, proof, true)));
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_HiddenGoldAfterAll() external {
        bytes32 taskId = hiddenGoldTask();
        vm.warp(SCORE_BY + 1);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    // Consensus

    /// @dev The aggregator's proof opens a round; slot 1 did not deliver, slot 2 did not commit.
    function test_ConsensusThatOpensARound() external {
        bytes32 taskId = adaptiveTask();
        addConclude(taskId, 1, 7);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    /// @dev The same with nothing else than the two calls that did not commute: every order.
    function test_ConsensusRoundAgainstAMissedSlot() external {
        bytes32 taskId = adaptiveTask();
        watched = taskId;
        addConclude(taskId, 1, 7);
        add(stranger, address(tasks), abi.encodeCall(tasks.settle, (taskId, 1)));
        add(stranger, address(tasks), abi.encodeCall(tasks.settle, (taskId, 2)));
        checkOrders();
        // Each was slashed, whoever came first.
        tasks.settle(taskId, 1);
        assertEq(tasks.recordOf(workerAt(1)).missed, 1);
    }

    function adaptiveTask() internal returns (bytes32 taskId) {
        taskId = staked(consensusRequest(adaptive(smallTerms(6), 3, 2), 6), 6);
        joinAll(taskId, 0, 3);
        commitAll(taskId, 0, 2);
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 1);
        vm.warp(DELIVER_BY + 1);
    }

    function addConclude(bytes32 taskId, uint32 delivered, uint256 support) internal {
        uint32[] memory slots = range(0, delivered);
        uint256[] memory agreements = repeated(7, delivered);
        bytes memory proof = concludeProof(taskId, slots, agreements, support);
        add(
            address(this),
            address(consensus),
            abi.encodeCall(consensus.conclude, (taskId, slots, agreements, OUT, support, 99, proof))
        );
    }

    function test_ConsensusThatIsReached() external {
        bytes32 taskId = staked(consensusRequest(smallTerms(6), 6), 6);
        joinAll(taskId, 0, 5);
        commitAll(taskId, 0, 4);
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 3);
        vm.warp(DELIVER_BY + 1);
        addConclude(taskId, 3, 21);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_ConsensusAfterAll() external {
        bytes32 taskId = adaptiveTask();
        vm.warp(SETTLE_BY + 1);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    /// @dev Nine of ten delivered and are counted; the majority, and the agreement of each chunk, are proven in any order that
    /// the module takes.
    function test_ConsensusByChunks() external {
        bytes32 taskId = staked(consensusRequest(largeTerms(11), 11), 11);
        joinAll(taskId, 0, 10);
        commitAll(taskId, 0, 10);
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 9);
        vm.warp(DELIVER_BY + 1);
        tally(taskId, range(0, 7), 1111);
        tally(taskId, range(7, 9), 2222);
        bytes memory proof = decideProof(taskId, 900);
        add(address(this), address(consensus), abi.encodeCall(consensus.decide, (taskId, OUT, 900, 66, proof)));
        addAgree(taskId, range(0, 7), 200);
        addAgree(taskId, range(7, 9), 20);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function addAgree(bytes32 taskId, uint32[] memory slots, uint256 agreements) internal {
        uint256[] memory list = repeated(agreements, slots.length);
        bytes memory proof = agreeProof(taskId, slots, list);
        add(stranger, address(consensus), abi.encodeCall(consensus.agree, (taskId, slots, list, 44, proof)));
    }

    /// @dev Whether the beacon is fixed by a call of its own or by the secret, the draw is the same.
    function test_ConsensusDraw() external {
        bytes32 taskId = staked(consensusRequest(drawn(smallTerms(4)), 4), 4);
        joinAll(taskId, 0, 3);
        vm.warp(JOIN_BY + 1);
        pickBeacon(taskId);
        watched = taskId;
        add(stranger, address(consensus), abi.encodeCall(consensus.drawBeacon, (taskId)));
        add(requester, address(consensus), abi.encodeCall(consensus.revealSeed, (taskId, secretOf(0))));
        add(stranger, address(tasks), abi.encodeCall(tasks.returnUnfilled, (taskId)));
        checkOrders();
    }

    function test_ConsensusWithoutItsSeed() external {
        bytes32 taskId = staked(consensusRequest(drawn(smallTerms(4)), 4), 4);
        joinAll(taskId, 0, 3);
        vm.warp(JOIN_BY + WINDOW / 2 + 1);
        pickBeacon(taskId);
        add(stranger, address(consensus), abi.encodeCall(consensus.drawBeacon, (taskId)));
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    /// @dev Both orders of a round of which one slot was drawn and missed, and the next, whose secret the requester keeps.
    function test_ConsensusWithoutALaterSeed() external {
        IConsensusSettlement.Terms memory made = drawn(adaptive(smallTerms(6), 3, 2));
        bytes32 taskId = staked(consensusRequest(made, 6), 6);
        joinAll(taskId, 0, 3);
        revealSeed(taskId, 0);
        commitAll(taskId, 0, 2);
        vm.warp(COMMIT_BY + 1);
        deliverAll(taskId, 0, 2);
        vm.warp(DELIVER_BY + 1);
        conclude(taskId, range(0, 2), repeated(1, 2), 1);
        join(taskId, workerAt(3));
        vm.warp(consensus.progressOf(taskId).deliverBy + 1);
        bytes memory proof = concludeProof(taskId, range(0, 2), repeated(1, 2), 1);
        add(
            address(this),
            address(consensus),
            abi.encodeCall(consensus.conclude, (taskId, range(0, 2), repeated(1, 2), OUT, 1, 99, proof))
        );
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    // Direct: slot 0 can be proven, slot 1 does nothing, slot 2 is free.

    function directTask() internal returns (bytes32 taskId) {
        taskId = staked(directRequest(), 3);
        join(taskId, workerAt(0));
        join(taskId, workerAt(1));
        vm.warp(JOIN_BY + 1);
    }

    function test_DirectWhileProofsAreTaken() external {
        bytes32 taskId = directTask();
        uint256[] memory signals = signalsWith(contextOf(direct, taskId, 0));
        add(stranger, address(direct), abi.encodeCall(direct.prove, (taskId, 0, signals, proofOf(signals), true)));
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_DirectAfterAll() external {
        bytes32 taskId = directTask();
        vm.warp(DIRECT_BY + 1);
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    // Optimistic: slot 0 has an undisputed claim, slot 1 a disputed one, slot 2 claimed nothing, slot 3 is free.

    function optimisticTask() internal returns (bytes32 taskId) {
        taskId = staked(optimisticRequest(), 4);
        for (uint32 i; i < 3; ++i) {
            join(taskId, workerAt(i));
        }
        vm.warp(CLAIM_BY - 100);
        for (uint32 i; i < 2; ++i) {
            uint256[] memory signals = signalsWith(contextOf(optimistic, taskId, i));
            vm.prank(workerAt(i));
            optimistic.claim(taskId, i, signals);
        }
        vm.prank(bob);
        tasks.dispute(taskId, 1, uint96(AT_STAKE));
    }

    function addOptimistic(bytes32 taskId) internal {
        for (uint32 slot; slot < 2; ++slot) {
            uint256[] memory signals = signalsWith(contextOf(optimistic, taskId, slot));
            bytes memory proof = proofOf(signals);
            add(stranger, address(optimistic), abi.encodeCall(optimistic.prove, (taskId, slot, signals, proof, true)));
        }
        add(stranger, address(optimistic), abi.encodeCall(optimistic.resolve, (taskId, 1)));
        addWhatAnyoneCanDo(taskId);
        checkOrders();
    }

    function test_OptimisticWhileAClaimIsProven() external {
        bytes32 taskId = optimisticTask();
        vm.warp(CLAIM_BY + CHALLENGE_WINDOW);
        addOptimistic(taskId);
    }

    function test_OptimisticAfterAll() external {
        bytes32 taskId = optimisticTask();
        vm.warp(optimistic.finalDeadline(taskId) + 1);
        addOptimistic(taskId);
    }
}
