// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {DirectSettlement} from "../../src/settlement/DirectSettlement.sol";
import {OptimisticSettlement} from "../../src/settlement/OptimisticSettlement.sol";
import {ConsensusTest} from "../utils/ConsensusTest.sol";
import {ProofTaskTest} from "../utils/ProofTaskTest.sol";

/// @notice One proof against every cell of chain × contract × task × slot × key, in direct, optimistic and consensus tasks:
/// exactly one accepts it, whoever sends it.
/// @dev The gates of anonymous workers are gone through in the same way by ProofGateTest: task, gate, chain and each word of
/// the joining.
contract ReplaySettlementsTest is ConsensusTest, ProofTaskTest {
    uint256 internal constant FIRST_CHAIN = 31_337;
    uint256 internal constant SECOND_CHAIN = 1337;
    uint256 internal constant CELLS = 32;

    struct Cell {
        uint256 chain;
        uint256 module;
        uint256 task;
        uint32 slot;
        uint256 key;
    }

    DirectSettlement[2] internal directs;
    OptimisticSettlement[2] internal optimistics;
    bytes32[2] internal statementKeys;
    /// @dev By module, key and task.
    bytes32[2][2][2] internal directTasks;
    bytes32[2][2][2] internal optimisticTasks;
    uint256 internal salt;

    function setUp() public override(ConsensusTest, ProofTaskTest) {
        super.setUp();
        statementKeys = [statementKey, newKey("second statement")];
        vm.warp(START);
        directs = [direct, new DirectSettlement(tasks, keys, parameters)];
        optimistics = [optimistic, new OptimisticSettlement(tasks, keys, parameters)];
        parameters.setSettlement(address(directs[1]), true);
        parameters.setSettlement(address(optimistics[1]), true);
        giveStake(workerAt(0), 100 ether);
        giveStake(workerAt(1), 100 ether);
        for (uint256 i; i < 8; ++i) {
            use(Cell(FIRST_CHAIN, i / 4, 0, 0, i / 2 % 2));
            directTasks[i / 4][i / 2 % 2][i % 2] = createJoined(directRequest());
            optimisticTasks[i / 4][i / 2 % 2][i % 2] = createJoined(optimisticRequest());
        }
    }

    function createJoined(ITaskRegistry.TaskRequest memory made) internal returns (bytes32 taskId) {
        (made.salt, made.slots) = (bytes32(++salt), 2);
        taskId = createTask(made);
        join(taskId, workerAt(0));
        join(taskId, workerAt(1));
    }

    /// @dev Points the helpers at a cell.
    function use(Cell memory cell) internal returns (bytes32 directTask, bytes32 optimisticTask) {
        vm.chainId(cell.chain);
        (direct, optimistic) = (directs[cell.module], optimistics[cell.module]);
        statementKey = statementKeys[cell.key];
        directTask = directTasks[cell.module][cell.key][cell.task];
        optimisticTask = optimisticTasks[cell.module][cell.key][cell.task];
    }

    function cellAt(uint256 index) internal pure returns (Cell memory) {
        return Cell({
            chain: index % 2 == 0 ? FIRST_CHAIN : SECOND_CHAIN,
            module: index / 2 % 2,
            task: index / 4 % 2,
            slot: uint32(index / 8 % 2),
            key: index / 16
        });
    }

    function selectorOf(bytes memory reason) internal pure returns (bytes4) {
        return bytes4(reason);
    }

    /// @dev With the cell's own signals, and with those the proof was made for.
    function checkMatrix(
        function(Cell memory) internal returns (uint256[] memory, bytes memory) make,
        function(Cell memory, uint256[] memory, bytes memory, bytes4) internal returns (bool) send,
        bytes4 otherSignals
    )
        internal
    {
        uint256 accepted;
        for (uint256 home; home < CELLS; home += 3) {
            // One test may use about a billion gas; what was used so far is forgotten.
            vm.resetGasMetering();
            (uint256[] memory signals, bytes memory proof) = make(cellAt(home));
            for (uint256 index; index < CELLS; ++index) {
                uint256 snapshot = vm.snapshotState();
                (uint256[] memory own,) = make(cellAt(index));
                bool taken = send(cellAt(index), own, proof, ISettlement.Settlement_ProofRejected.selector);
                vm.revertToState(snapshot);
                assertEq(taken, index == home, "a proof with the cell's own signals");
                taken = send(cellAt(index), signals, proof, otherSignals);
                vm.revertToState(snapshot);
                assertEq(taken, index == home, "a proof with the signals it was made for");
                if (taken) ++accepted;
            }
        }
        assertEq(accepted, 11);
    }

    function makeDirect(Cell memory cell) internal returns (uint256[] memory signals, bytes memory proof) {
        (bytes32 taskId,) = use(cell);
        signals = signalsWith(contextOf(direct, taskId, cell.slot));
        proof = proofOf(signals);
    }

    function sendDirect(
        Cell memory cell,
        uint256[] memory signals,
        bytes memory proof,
        bytes4 refusal
    )
        internal
        returns (bool)
    {
        (bytes32 taskId,) = use(cell);
        vm.prank(stranger);
        try direct.prove(taskId, cell.slot, signals, proof, true) {}
        catch (bytes memory reason) {
            assertEq(selectorOf(reason), refusal);
        }
        return stateOf(taskId, cell.slot) == ITaskRegistry.SlotState.Paid;
    }

    function test_OneCellAcceptsADirectProof() external {
        checkMatrix(makeDirect, sendDirect, IProofSettlement.ProofSettlement_SignalMismatch.selector);
    }

    function makeOptimistic(Cell memory cell) internal returns (uint256[] memory signals, bytes memory proof) {
        (, bytes32 taskId) = use(cell);
        signals = signalsWith(contextOf(optimistic, taskId, cell.slot));
        proof = proofOf(signals);
    }

    /// @dev The worker claims what is its own; anyone else's signals are not what was claimed.
    function sendOptimistic(
        Cell memory cell,
        uint256[] memory signals,
        bytes memory proof,
        bytes4 refusal
    )
        internal
        returns (bool)
    {
        (, bytes32 taskId) = use(cell);
        uint256[] memory claimed = signalsWith(contextOf(optimistic, taskId, cell.slot));
        vm.prank(workerAt(cell.slot));
        optimistic.claim(taskId, cell.slot, claimed);
        vm.prank(stranger);
        try optimistic.prove(taskId, cell.slot, signals, proof, true) {}
        catch (bytes memory reason) {
            assertEq(selectorOf(reason), refusal);
        }
        return stateOf(taskId, cell.slot) == ITaskRegistry.SlotState.Paid;
    }

    function test_OneCellAcceptsTheProofOfAClaim() external {
        checkMatrix(makeOptimistic, sendOptimistic, IOptimisticSettlement.OptimisticSettlement_SignalsDiffer.selector);
    }

    /// @dev Two tasks alike, three slots each, the same commitments; on two chains.
    function test_OneCellAcceptsADeliveredVote() external {
        bytes32[2] memory ids = twoVotes();
        uint256 accepted;
        for (uint256 home; home < 12; ++home) {
            vm.chainId(home % 2 == 0 ? FIRST_CHAIN : SECOND_CHAIN);
            bytes memory proof = deliveryProof(ids[home / 2 % 2], uint32(home / 4));
            for (uint256 index; index < 12; ++index) {
                vm.chainId(index % 2 == 0 ? FIRST_CHAIN : SECOND_CHAIN);
                (bytes32 id, uint32 slot) = (ids[index / 2 % 2], uint32(index / 4));
                uint256 snapshot = vm.snapshotState();
                bool taken;
                try consensus.deliver(id, slot, 77, deliveryOf(id), proof) {
                    taken = true;
                } catch (bytes memory reason) {
                    assertEq(selectorOf(reason), ISettlement.Settlement_ProofRejected.selector);
                }
                vm.revertToState(snapshot);
                assertEq(taken, index == home);
                if (taken) ++accepted;
            }
        }
        assertEq(accepted, 12);
    }

    /// @dev The proof of one task's majority is worth nothing for another's with the same votes, nor on another chain.
    function test_OneTaskAcceptsAConsensus() external {
        bytes32[2] memory ids = twoVotes();
        deliverAll(ids[0], 0, 3);
        deliverAll(ids[1], 0, 3);
        uint256[] memory agreements = repeated(SMALL_ITEMS, 3);
        bytes memory proof = concludeProof(ids[0], range(0, 3), agreements, 30);
        expectRejected(consensusKey, ids[1]);
        consensus.conclude(ids[1], range(0, 3), agreements, OUT, 30, 99, proof);
        vm.chainId(SECOND_CHAIN);
        expectRejected(consensusKey, ids[0]);
        consensus.conclude(ids[0], range(0, 3), agreements, OUT, 30, 99, proof);
        vm.chainId(FIRST_CHAIN);
        consensus.conclude(ids[0], range(0, 3), agreements, OUT, 30, 99, proof);
        assertEq(tasks.task(ids[0]).escrow, 0);
    }

    /// @dev All have committed, none has delivered.
    function twoVotes() internal returns (bytes32[2] memory ids) {
        for (uint256 i; i < 2; ++i) {
            ITaskRegistry.TaskRequest memory made = consensusRequest(smallTerms(3), 3);
            made.salt = bytes32(++salt);
            ids[i] = createTask(made);
            joinAll(ids[i], 0, 3);
            commitAll(ids[i], 0, 3);
        }
    }

    function commitmentFor(uint32) internal pure override returns (uint256) {
        return 1000;
    }
}
