// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {WorldIdGate} from "../../../src/gates/WorldIdGate.sol";
import {IGate} from "../../../src/interfaces/IGate.sol";
import {IGroupGate} from "../../../src/interfaces/IGroupGate.sol";
import {IWorldIdGate} from "../../../src/interfaces/IWorldIdGate.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract WorldIdGateOpenTaskTest is GateTest {
    WorldIdGate internal gate;
    bytes32 internal keyId;

    function setUp() public override {
        super.setUp();
        gate = new WorldIdGate(tasks, registry);
        parameters.setGate(address(gate), true);
        keyId = activated(groth16, fixture("world-id-v3").keyData);
    }

    function test_RevertWhen_AppIdHashIsZeroOrNoHash() external {
        uint256[3] memory hostile = [uint256(0), 1 << 248, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            expectUnopenable(
                terms(hostile[i], 5),
                address(gate),
                abi.encodeWithSelector(IWorldIdGate.WorldIdGate_AppIdHashOutOfRange.selector, hostile[i])
            );
        }
    }

    function test_RevertWhen_APlainKeyComesWithoutARoot() external {
        bytes memory reason = abi.encodeWithSelector(IGroupGate.GroupGate_RootRequired.selector, keyId);
        expectUnopenable(terms(1, 0), address(gate), reason);
    }

    function test_RevertWhen_RootIsNotBelowTheFieldOrder() external {
        bytes memory reason = abi.encodeWithSelector(IGroupGate.GroupGate_RootOutOfRange.selector, R);
        expectUnopenable(terms(1, R), address(gate), reason);
    }

    function test_KeepsTheTerms() external {
        bytes32 taskId = tasks.taskIdOf(REQUESTER, "task");
        IWorldIdGate.Terms memory expected = IWorldIdGate.Terms({keyId: keyId, appIdHash: (1 << 248) - 1, root: R - 1});
        vm.expectEmit(address(gate));
        emit IWorldIdGate.WorldIdGateTermsSet(taskId, expected);
        createTask("task", address(gate), abi.encode(expected));
        assertEq(abi.encode(gate.terms(taskId)), abi.encode(expected));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.terms("none");
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.scopeOf("none");
    }

    function terms(uint256 appIdHash, uint256 root) internal view returns (bytes memory) {
        return abi.encode(IWorldIdGate.Terms({keyId: keyId, appIdHash: appIdHash, root: root}));
    }
}
