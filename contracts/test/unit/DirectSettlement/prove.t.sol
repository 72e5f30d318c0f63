// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {DirectSettlement} from "../../../src/settlement/DirectSettlement.sol";
import {ProofTaskTest} from "../../utils/ProofTaskTest.sol";

contract DirectSettlementProveTest is ProofTaskTest {
    bytes32 internal taskId;
    uint32 internal slot;
    uint256[] internal signals;
    bytes internal proof;

    function setUp() public override {
        super.setUp();
        ITaskRegistry.TaskRequest memory made = directRequest();
        made.stakePerSlot = STAKE;
        taskId = createTask(made);
        giveStake(alice, STAKE);
        giveStake(bob, STAKE);
        slot = joinFor(taskId, alice, carol);
        signals = signalsWith(contextOf(direct, taskId, slot));
        proof = proofOf(signals);
    }

    function expectRefusal(bytes memory reason) internal {
        vm.expectRevert(reason);
        direct.prove(taskId, slot, signals, proof, true);
    }

    function test_ProofContextIsTheSlots() external view {
        assertEq(direct.proofContext(taskId, slot), contextOf(direct, taskId, slot));
        assertEq(tasks.slotOf(taskId, slot).payout, carol);
    }

    function test_RevertGiven_UnknownTask() external {
        bytes memory refusal = abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none"));
        vm.expectRevert(refusal);
        direct.prove("none", slot, signals, proof, true);
        vm.expectRevert(refusal);
        direct.proofContext("none", 0);
        vm.expectRevert(refusal);
        direct.terms("none");
    }

    function test_DeadlineIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = DIRECT_BY - 1; at <= DIRECT_BY; ++at) {
            vm.warp(at);
            direct.prove(taskId, slot, signals, proof, true);
            vm.revertToState(snapshot);
        }
        vm.warp(DIRECT_BY + 1);
        expectRefusal(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_DeadlinePassed.selector, taskId, DIRECT_BY, DIRECT_BY + 1
            )
        );
    }

    function test_RevertGiven_SlotIsNotLive() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 1));
        direct.prove(taskId, 1, signals, proof, true);
        direct.prove(taskId, slot, signals, proof, true);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
    }

    function test_RevertGiven_TheWorkerLeft() external {
        vm.prank(alice);
        tasks.leave(taskId, slot);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
    }

    function test_RevertWhen_TheNumberOfSignalsIsAnother() external {
        signals.push(0);
        proof = proofOf(signals);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalCount.selector, statementKey, 5, 4));
        signals.pop();
        signals.pop();
        proof = proofOf(signals);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalCount.selector, statementKey, 3, 4));
    }

    /// @dev Whoever has a proof of other signals has one that says something else.
    function test_RevertWhen_APinnedSignalOrTheContextIsAnother() external {
        for (uint256 i; i < 3; ++i) {
            uint256 right = signals[i];
            signals[i] ^= 1;
            proof = proofOf(signals);
            expectRefusal(
                abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalMismatch.selector, i, right ^ 1, right)
            );
            signals[i] = right;
        }
    }

    function test_AFreeSignalIsTheWorkers() external {
        signals[3] = type(uint256).max;
        proof = proofOf(signals);
        direct.prove(taskId, slot, signals, proof, true);
        assertEq(carol.balance, REWARD);
    }

    function test_RevertGiven_KeyFrozen() external {
        freeze(statementKey);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, statementKey));
    }

    function test_RevertWhen_TheProofIsBad() external {
        bytes[3] memory bad = [bytes(""), abi.encode(1), proofs.proofOf(legalityKey, signals)];
        for (uint256 i; i < bad.length; ++i) {
            proof = bad[i];
            expectRefusal(
                abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, statementKey, taskId, slot)
            );
        }
        // Of another free signal.
        proof = proofOf(signals);
        signals[3] ^= 1;
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, statementKey, taskId, slot));
    }

    function test_PaysAtOnceWhoeverRelays() external {
        expectReceipt(direct, taskId, slot, signals, proof);
        vm.expectEmit(address(tasks));
        emitPaid(taskId, slot, carol, 0, ITaskRegistry.Ending.Proven);
        vm.prank(stranger);
        direct.prove(taskId, slot, signals, proof, true);
        assertEq(carol.balance, REWARD);
        assertEq(stakes.stakeOf(alice, NATIVE).free, STAKE);
        assertEq(tasks.recordOf(alice).accepted, 1);
        assertEq(tasks.recordOf(requester).paid, 1);
    }

    function test_CreditsWithoutATransfer() external {
        direct.prove(taskId, slot, signals, proof, false);
        assertEq(carol.balance, 0);
        assertEq(tasks.creditOf(carol, NATIVE), REWARD);
    }
}

/// @notice One proof against every cell of chain × module × task × slot × payout × key: exactly one accepts it.
/// @dev The mock proof system accepts a proof for its own key and public signals only.
contract DirectSettlementReplayTest is ProofTaskTest {
    uint256 internal constant SECOND_CHAIN = 1337;
    uint256 internal constant FIRST_CHAIN = 31_337;

    DirectSettlement[2] internal modules;
    bytes32[2] internal keyIds;
    /// @dev By module, key and task.
    bytes32[2][2][2] internal taskIds;

    function setUp() public override {
        super.setUp();
        modules = [direct, new DirectSettlement(tasks, keys, parameters)];
        parameters.setSettlement(address(modules[1]), true);
        keyIds = [statementKey, newKey("second")];
        for (uint256 i; i < 8; ++i) {
            vm.warp(START);
            (direct, statementKey) = (modules[i / 4], keyIds[i / 2 % 2]);
            ITaskRegistry.TaskRequest memory made = directRequest();
            made.salt = bytes32(i + 1);
            taskIds[i / 4][i / 2 % 2][i % 2] = createTask(made);
        }
    }

    /// @dev Cells are numbered; each bit is a choice of chain, module, key, task, slot and payout.
    function enter(uint256 unjoined, uint256 cell) internal returns (bytes32 taskId, uint32 slot) {
        vm.revertToState(unjoined);
        vm.chainId(cell & 1 == 0 ? FIRST_CHAIN : SECOND_CHAIN);
        (direct, statementKey) = (modules[cell >> 1 & 1], keyIds[cell >> 2 & 1]);
        taskId = taskIds[cell >> 1 & 1][cell >> 2 & 1][cell >> 3 & 1];
        slot = uint32(cell >> 4 & 1);
        joinFor(taskId, alice, cell >> 5 == 0 ? alice : carol);
        joinFor(taskId, bob, cell >> 5 == 0 ? alice : carol);
    }

    function test_AProofIsGoodInItsOwnCellOnly() external {
        uint256[5] memory homes = [uint256(0), 63, 21, 42, 38];
        uint256 unjoined = vm.snapshotState();
        for (uint256 i; i < homes.length; ++i) {
            (bytes32 taskId, uint32 slot) = enter(unjoined, homes[i]);
            uint256[] memory signals = signalsWith(contextOf(direct, taskId, slot));
            bytes memory proof = proofOf(signals);
            for (uint256 cell; cell < 64; ++cell) {
                (taskId, slot) = enter(unjoined, cell);
                if (cell == homes[i]) {
                    direct.prove(taskId, slot, signals, proof, true);
                    continue;
                }
                uint256 required = direct.proofContext(taskId, slot);
                vm.expectRevert(
                    abi.encodeWithSelector(
                        IProofSettlement.ProofSettlement_SignalMismatch.selector,
                        CONTEXT_INDEX,
                        signals[CONTEXT_INDEX],
                        required
                    )
                );
                direct.prove(taskId, slot, signals, proof, true);
                // With the cell's own context the proof is of something else.
                uint256[] memory own = signalsWith(required);
                vm.expectRevert(
                    abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, statementKey, taskId, slot)
                );
                direct.prove(taskId, slot, own, proof, true);
            }
        }
    }
}
