// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract TaskRegistryCreateTaskTest is ProtocolTest {
    function expectRefusal(ITaskRegistry.TaskRequest memory made, bytes memory reason) internal {
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertGiven_TaskExists() external {
        bytes32 taskId = createOpen();
        expectRefusal(request(), abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TaskExists.selector, taskId));
    }

    function test_RevertWhen_TitleIsEmptyOrTooLong() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.title = "";
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TextLength.selector, 0, 128));
        made.title = string(new bytes(129));
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TextLength.selector, 129, 128));
        made.title = string(new bytes(128));
        createTask(made);
    }

    function test_RevertGiven_UnknownDataset() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.datasetVersionId = "none";
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownDataset.selector, bytes32("none")));
    }

    function test_RevertGiven_TokenNotAllowed() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.token = address(proofs);
        expectRefusal(
            made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TokenNotAllowed.selector, address(proofs))
        );
    }

    function test_RevertWhen_RewardIsTooSmall() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.rewardPerSlot = 999;
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_RewardTooSmall.selector, 999, 1000));
        made.rewardPerSlot = 1000;
        createTask(made);
    }

    function test_RevertWhen_FeeIsAboveTheRequestersLimit() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.maxFeePerSlot = FEE - 1;
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_FeeTooHigh.selector, FEE, FEE - 1));

        // The fee is raised between reading it and creating the task.
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.feeBps = 2 * FEE_BPS;
        parameters.setParameters(next);
        expectRefusal(request(), abi.encodeWithSelector(ITaskRegistry.TaskRegistry_FeeTooHigh.selector, 2 * FEE, FEE));

        // It is lowered: the lower one is taken, whatever the limit.
        next.feeBps = 0;
        parameters.setParameters(next);
        vm.prank(requester);
        bytes32 taskId = tasks.createTask{value: SLOTS * uint256(REWARD)}(request());
        assertEq(tasks.task(taskId).feePerSlot, 0);
    }

    function test_RevertWhen_SlotsAreOutOfRange() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.slots = 0;
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_SlotsOutOfRange.selector, 0, 100));
        made.slots = 101;
        expectRefusal(made, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_SlotsOutOfRange.selector, 101, 100));
        made.slots = 100;
        createTask(made);
    }

    function test_RevertGiven_SettlementNotAllowed() external {
        parameters.setSettlement(address(openGold), false);
        expectRefusal(
            request(),
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_SettlementNotAllowed.selector, address(openGold))
        );
    }

    function test_RevertWhen_JoinByIsOutOfTheWindow() external {
        uint64[4] memory wrong =
            [uint64(START - 1), uint64(START), uint64(START + MIN_WINDOW - 1), uint64(START + MAX_WINDOW + 1)];
        for (uint256 i; i < wrong.length; ++i) {
            ITaskRegistry.TaskRequest memory made = request();
            made.joinBy = wrong[i];
            expectRefusal(
                made,
                abi.encodeWithSelector(
                    ITaskRegistry.TaskRegistry_DeadlineOutOfRange.selector,
                    wrong[i],
                    START + MIN_WINDOW,
                    START + MAX_WINDOW
                )
            );
        }
        ITaskRegistry.TaskRequest memory edge = request();
        edge.joinBy = uint64(START + MIN_WINDOW);
        createTask(edge);
    }

    function test_RevertWhen_DepositIsNotExact() external {
        uint256[3] memory wrong = [uint256(0), DEPOSIT - 1, DEPOSIT + 1];
        for (uint256 i; i < wrong.length; ++i) {
            vm.prank(requester);
            vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrongDeposit.selector, wrong[i], DEPOSIT));
            tasks.createTask{value: wrong[i]}(request());
        }
    }

    function test_CreatesWithASnapshotOfTheParameters() external {
        bytes32 taskId = keccak256(abi.encode(block.chainid, address(tasks), requester, bytes32("task")));
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.TaskCreated(
            taskId,
            requester,
            address(openGold),
            datasetVersion,
            "payload",
            "Which digit?",
            NATIVE,
            REWARD,
            FEE,
            treasury,
            SLOTS,
            JOIN_BY
        );
        assertEq(createOpen(), taskId);
        assertEq(tasks.taskIdOf(requester, "task"), taskId);

        IProtocolParameters.Parameters memory next = defaultParameters();
        (next.feeBps, next.treasury, next.maxSlots) = (1000, stranger, 1);
        parameters.setParameters(next);
        parameters.setTokenPolicy(NATIVE, IProtocolParameters.TokenPolicy({allowed: false, minReward: 0, minStake: 0}));
        parameters.setSettlement(address(openGold), false);

        ITaskRegistry.Task memory kept = tasks.task(taskId);
        assertEq(kept.requester, requester);
        assertEq(kept.slots, SLOTS);
        assertEq(kept.joined, 0);
        assertEq(kept.ended, 0);
        assertEq(kept.token, NATIVE);
        assertEq(kept.joinBy, JOIN_BY);
        assertFalse(kept.unfilledReturned);
        assertEq(kept.settlement, address(openGold));
        assertEq(kept.treasury, treasury);
        assertEq(kept.rewardPerSlot, REWARD);
        assertEq(kept.feePerSlot, FEE);
        assertEq(kept.escrow, DEPOSIT);
        assertEq(kept.datasetVersionId, datasetVersion);
        assertEq(kept.payloadDigest, bytes32("payload"));
        assertEq(address(tasks).balance, DEPOSIT);

        // The task goes on under what it was created with.
        uint32 slot = joinAndCommit(taskId, alice);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
        prove(taskId, slot, true);
        assertEq(alice.balance, REWARD);
        assertEq(tasks.creditOf(treasury, NATIVE), FEE);
    }

    function testFuzz_EscrowIsTheDeposit(uint128 reward, uint32 slots, uint16 feeBps) external {
        ITaskRegistry.TaskRequest memory made = request();
        made.rewardPerSlot = uint128(bound(reward, 1000, type(uint128).max));
        made.slots = uint32(bound(slots, 1, 100));
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.feeBps = uint16(bound(feeBps, 0, 1000));
        parameters.setParameters(next);
        made.maxFeePerSlot = uint128(uint256(made.rewardPerSlot) * next.feeBps / 10_000);
        uint256 deposit = made.slots * (uint256(made.rewardPerSlot) + made.maxFeePerSlot);
        vm.deal(requester, deposit);
        vm.prank(requester);
        bytes32 taskId = tasks.createTask{value: deposit}(made);
        assertEq(tasks.task(taskId).escrow, deposit);
    }
}
