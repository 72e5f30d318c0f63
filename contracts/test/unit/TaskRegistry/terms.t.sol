// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {MockSettlement} from "../../mocks/MockSettlement.sol";
import {StakedTest} from "../../utils/StakedTest.sol";
import {TermsOf} from "../../utils/TermsOf.sol";

/// @notice A task id names requester and salt; what was agreed is the terms hash.
contract TaskRegistryTermsTest is StakedTest {
    uint256 internal constant FIELDS = 13;

    function hashOf(ITaskRegistry.TaskRequest memory made) internal returns (bytes32) {
        return tasks.task(createTask(made)).termsHash;
    }

    /// @dev The request with one field changed; the salt is part of the id.
    function changed(uint256 field) internal returns (ITaskRegistry.TaskRequest memory made) {
        made = stakedRequest("terms");
        if (field == 0) (, made.datasetVersionId) = datasets.register("other", "Other", datasetVersionOf(8));
        if (field == 1) made.payloadDigest = "another payload";
        if (field == 2) made.title = "Which letter?";
        if (field == 3) made.rewardPerSlot = REWARD - 1000;
        if (field == 4) made.slots = SLOTS + 1;
        if (field == 5) made.joinBy = JOIN_BY + 1;
        if (field == 6) {
            MockSettlement other = new MockSettlement();
            parameters.setSettlement(address(other), true);
            made.settlement = address(other);
        }
        if (field == 7) made.settlementData = "terms";
        if (field == 8) made.gate = address(gate);
        if (field == 9) made.gateData = "terms";
        if (field == 10) made.stakePerSlot = STAKE + 1;
        if (field == 11) made.bond = BOND + 1;
        if (field == 12) {
            IProtocolParameters.Parameters memory next = defaultParameters();
            next.missedSlashBps = MISSED_SLASH_BPS + 1;
            parameters.setParameters(next);
        }
    }

    function test_TheHashIsOfRequestFeeAndParameters() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("terms");
        made.maxFeePerSlot = FEE;
        bytes32 expected = keccak256(abi.encode(made, FEE, uint32(1), defaultParameters()));
        bytes32 taskId = createTask(made);
        assertEq(tasks.task(taskId).termsHash, expected);
        assertEq(TermsOf.termsHash(address(tasks), taskId), expected, "where the tests read it");
    }

    function test_AnyOtherTermIsAnotherHash() external {
        bytes32[] memory seen = new bytes32[](FIELDS + 2);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < FIELDS; ++i) {
            seen[i] = hashOf(changed(i));
            vm.revertToState(snapshot);
        }
        // Nor is the limit of the fee, although nothing else keeps it.
        ITaskRegistry.TaskRequest memory made = stakedRequest("terms");
        made.maxFeePerSlot = FEE + 1;
        vm.prank(requester);
        seen[FIELDS] = tasks.task(tasks.createTask{value: DEPOSIT}(made)).termsHash;
        vm.revertToState(snapshot);
        seen[FIELDS + 1] = hashOf(stakedRequest("terms"));
        for (uint256 i; i < seen.length; ++i) {
            for (uint256 j; j < i; ++j) {
                assertNotEq(seen[i], seen[j]);
            }
        }
    }

    /// @dev What was signed when the stake was 0.01 ether is sent again by whoever has it, after the requester's transaction was
    /// replaced by another with the same salt.
    function test_TheSameCalldataAfterAReorganizationDoesNotLock100Ether() external {
        giveStake(alice, 100 ether);
        ITaskRegistry.TaskRequest memory made = stakedRequest("terms");
        made.stakePerSlot = 0.01 ether;
        uint256 reorganization = vm.snapshotState();
        bytes32 seen = createTask(made);
        bytes32 agreed = tasks.task(seen).termsHash;
        bytes memory call = abi.encodeCall(tasks.join, (seen, joining(seen, alice, alice), ""));
        vm.revertToState(reorganization);

        made.stakePerSlot = 100 ether;
        assertEq(createTask(made), seen, "the same id");
        bytes32 actual = tasks.task(seen).termsHash;
        vm.prank(alice);
        (bool done, bytes memory reason) = address(tasks).call(call);
        assertFalse(done);
        assertEq(reason, abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TermsDiffer.selector, seen, agreed, actual));
        assertEq(locked(alice), 0);
        assertEq(tasks.task(seen).joined, 0);
    }

    function test_TheSameCalldataAfterAReorganizationJoinsTheSameTask() external {
        uint256 reorganization = vm.snapshotState();
        bytes32 seen = createStaked("terms");
        bytes memory call = abi.encodeCall(tasks.join, (seen, joining(seen, alice, alice), ""));
        vm.revertToState(reorganization);

        vm.warp(START + 1);
        createStaked("terms");
        vm.prank(alice);
        (bool done,) = address(tasks).call(call);
        assertTrue(done);
        assertEq(locked(alice), STAKE);
    }

    function testFuzz_RevertWhen_TheHashIsAnother(bytes32 other) external {
        bytes32 taskId = createStaked("terms");
        ITaskRegistry.Joining memory asked = joining(taskId, alice, alice);
        bytes32 actual = asked.termsHash;
        vm.assume(other != actual);
        asked.termsHash = other;
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TermsDiffer.selector, taskId, other, actual));
        tasks.join(taskId, asked, "");
    }
}
