// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReputationGate} from "../../../src/gates/ReputationGate.sol";
import {IGate} from "../../../src/interfaces/IGate.sol";
import {IReputationGate} from "../../../src/interfaces/IReputationGate.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract ReputationGateOpenTaskTest is GateTest {
    ReputationGate internal gate;
    bytes32 internal keyId;

    function setUp() public override {
        super.setUp();
        gate = new ReputationGate(tasks, registry, reputation);
        parameters.setGate(address(gate), true);
        keyId = activated(groth16, trapdoorKey(6));
    }

    function test_RevertWhen_RequesterIsZero() external {
        expectUnopenable(
            terms(address(0), 1, 1),
            address(gate),
            abi.encodeWithSelector(IReputationGate.ReputationGate_RequesterZero.selector)
        );
    }

    function test_RevertWhen_TasksAreOutOfRange() external {
        uint8[3] memory hostile = [0, 6, 255];
        for (uint256 i; i < hostile.length; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(IReputationGate.ReputationGate_SlotsOutOfRange.selector, hostile[i], 5);
            expectUnopenable(terms(REQUESTER, hostile[i], 1), address(gate), reason);
        }
    }

    function test_RevertWhen_ScoreIsOutOfRange() external {
        uint16[3] memory hostile = [0, 10_001, 65_535];
        for (uint256 i; i < hostile.length; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(IReputationGate.ReputationGate_ScoreOutOfRange.selector, hostile[i]);
            expectUnopenable(terms(REQUESTER, 1, hostile[i]), address(gate), reason);
        }
    }

    function test_KeepsTheTerms() external {
        bytes32 taskId = tasks.taskIdOf(REQUESTER, "task");
        bytes memory expected = terms(REQUESTER, 5, 10_000);
        vm.expectEmit(address(gate));
        emit IReputationGate.ReputationGateTermsSet(taskId, abi.decode(expected, (IReputationGate.Terms)));
        createTask("task", address(gate), expected);
        assertEq(abi.encode(gate.terms(taskId)), expected);
        createTask("least", address(gate), terms(stranger, 1, 1));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.terms("none");
    }

    function terms(address requester, uint8 minSlots, uint16 minScoreBps) internal view returns (bytes memory) {
        return abi.encode(
            IReputationGate.Terms({keyId: keyId, requester: requester, minSlots: minSlots, minScoreBps: minScoreBps})
        );
    }
}
