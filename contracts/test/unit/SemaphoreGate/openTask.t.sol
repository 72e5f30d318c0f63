// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SemaphoreVerifier} from "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol";
import {ISemaphoreVerifier} from "@semaphore-protocol/contracts/interfaces/ISemaphoreVerifier.sol";
import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";

import {SemaphoreGate} from "../../../src/gates/SemaphoreGate.sol";
import {IDeployedVerifier} from "../../../src/interfaces/IDeployedVerifier.sol";
import {IGate} from "../../../src/interfaces/IGate.sol";
import {IGroupGate} from "../../../src/interfaces/IGroupGate.sol";
import {ISemaphoreGate} from "../../../src/interfaces/ISemaphoreGate.sol";
import {SemaphoreProofSystem} from "../../../src/proofSystems/SemaphoreProofSystem.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract SemaphoreGateOpenTaskTest is GateTest {
    SemaphoreGate internal gate;
    bytes32 internal plainKey;
    bytes32 internal deployedKey;

    function setUp() public override {
        super.setUp();
        gate = new SemaphoreGate(tasks, registry);
        parameters.setGate(address(gate), true);
        plainKey = activated(groth16, trapdoorKey(4));
        Semaphore semaphore = new Semaphore(ISemaphoreVerifier(address(new SemaphoreVerifier())));
        IDeployedVerifier.Target memory target = IDeployedVerifier.Target({
            verifier: address(semaphore), codeHash: address(semaphore).codehash, callGas: 400_000
        });
        deployedKey =
            activated(new SemaphoreProofSystem(address(registry)), abi.encode(target, semaphore.createGroup()));
    }

    function test_RevertWhen_APlainKeyComesWithoutARoot() external {
        bytes memory reason = abi.encodeWithSelector(IGroupGate.GroupGate_RootRequired.selector, plainKey);
        expectUnopenable(terms(plainKey, 0), address(gate), reason);
    }

    function test_RevertWhen_RootIsNotBelowTheFieldOrder() external {
        uint256[2] memory hostile = [R, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IGroupGate.GroupGate_RootOutOfRange.selector, hostile[i]);
            expectUnopenable(terms(plainKey, hostile[i]), address(gate), reason);
            expectUnopenable(terms(deployedKey, hostile[i]), address(gate), reason);
        }
    }

    function test_KeepsTheTerms() external {
        opens("plain", plainKey, 5);
        opens("deployed", deployedKey, 0);
        opens("deployed and pinned", deployedKey, R - 1);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.terms("none");
    }

    function opens(bytes32 salt, bytes32 keyId, uint256 root) internal {
        bytes32 taskId = tasks.taskIdOf(REQUESTER, salt);
        vm.expectEmit(address(gate));
        emit ISemaphoreGate.SemaphoreGateTermsSet(taskId, ISemaphoreGate.Terms({keyId: keyId, root: root}));
        createTask(salt, address(gate), terms(keyId, root));
        assertEq(gate.terms(taskId).keyId, keyId);
        assertEq(gate.terms(taskId).root, root);
    }

    function terms(bytes32 keyId, uint256 root) internal pure returns (bytes memory) {
        return abi.encode(ISemaphoreGate.Terms({keyId: keyId, root: root}));
    }
}
