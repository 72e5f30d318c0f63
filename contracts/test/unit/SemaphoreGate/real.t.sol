// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SemaphoreVerifier} from "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol";
import {ISemaphoreVerifier} from "@semaphore-protocol/contracts/interfaces/ISemaphoreVerifier.sol";
import {Semaphore} from "@semaphore-protocol/contracts/Semaphore.sol";
import {console2} from "forge-std/console2.sol";

import {SemaphoreGate} from "../../../src/gates/SemaphoreGate.sol";
import {IDeployedVerifier} from "../../../src/interfaces/IDeployedVerifier.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {ISemaphoreGate} from "../../../src/interfaces/ISemaphoreGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {SemaphoreProofSystem} from "../../../src/proofSystems/SemaphoreProofSystem.sol";
import {GateTest} from "../../utils/GateTest.sol";
import {TermsOf} from "../../utils/TermsOf.sol";

/// @notice Joinings with proofs made from Semaphore's published artifacts (script/fixtures/semaphoreJoinings.ts), over
/// Semaphore's own contracts and under its plain key.
contract SemaphoreGateRealTest is GateTest {
    /// @dev How long a root counts after the group has another, in seconds.
    uint256 internal constant ROOT_DURATION = 50;

    SemaphoreGate internal gate;
    Semaphore internal semaphore;
    SemaphoreProofSystem internal system;
    uint256 internal groupId;
    string internal joinings;
    uint256 internal depth;
    bytes32 internal taskId;
    bytes32 internal keyId;

    function setUp() public override {
        super.setUp();
        joinings = outside("semaphore-joinings");
        depth = vm.parseJsonUint(joinings, ".depth");
        deployCodeTo("SemaphoreGate.sol:SemaphoreGate", abi.encode(tasks, registry), GATE_AT);
        gate = SemaphoreGate(GATE_AT);
        semaphore = new Semaphore(ISemaphoreVerifier(address(new SemaphoreVerifier())));
        system = new SemaphoreProofSystem(address(registry));
        groupId = semaphore.createGroup(address(this), ROOT_DURATION);
        semaphore.addMembers(groupId, vm.parseJsonUintArray(joinings, ".members"));
    }

    function test_OverSemaphoresContract() external {
        openDeployed(groupId);
        joinsOnceEach(true);
    }

    function test_UnderThePlainKey() external {
        openPlain();
        joinsOnceEach(false);
    }

    function test_RevertWhen_AnythingOfTheJoiningIsAnother() external {
        openDeployed(groupId);
        changesAreRejected(true);
    }

    function test_RevertWhen_AnythingOfTheJoiningIsAnotherUnderThePlainKey() external {
        openPlain();
        changesAreRejected(false);
    }

    function test_RevertWhen_TheGroupIsAnother() external {
        uint256 own = semaphore.createGroup(address(this), ROOT_DURATION);
        semaphore.addMember(own, 12345);
        openDeployed(own);
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0, true);
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    /// @dev The contract says how long the root of a group that has grown since counts.
    function test_RevertGiven_TheRootHasExpired() external {
        openDeployed(groupId);
        semaphore.addMember(groupId, 12345);
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0, true);
        joinAs(relayer, taskId, joining, abi.encode(admission));

        vm.warp(block.timestamp + ROOT_DURATION + 1);
        (joining, admission) = load(2, true);
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function test_RevertWhen_NullifierIsAnotherMembers() external {
        openDeployed(groupId);
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0, true);
        (, IProofGate.Admission memory other) = load(2, true);
        admission.nullifier = other.nullifier;
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function joinsOnceEach(bool deployed) internal {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0, deployed);
        expectJoined(taskId, 0, joining, bytes32(admission.nullifier), relayer);
        uint256 before = gasleft();
        joinAs(relayer, taskId, joining, abi.encode(admission));
        console2.log(deployed ? "Joining over Semaphore, gas" : "Joining under its plain key, gas", before - gasleft());

        // The same member with a fresh account and a fresh proof.
        bytes32 used = bytes32(admission.nullifier);
        (joining, admission) = load(1, deployed);
        assertEq(bytes32(admission.nullifier), used);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NullifierUsed.selector, taskId, used));
        joinAs(relayer, taskId, joining, abi.encode(admission));

        (joining, admission) = load(2, deployed);
        expectJoined(taskId, 1, joining, bytes32(admission.nullifier), stranger);
        joinAs(stranger, taskId, joining, abi.encode(admission));
    }

    function changesAreRejected(bool deployed) internal {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0, deployed);
        bytes32[5] memory words = abi.decode(abi.encode(joining), (bytes32[5]));
        for (uint256 i; i < words.length; ++i) {
            words[i] ^= bytes32(uint256(1));
            ITaskRegistry.Joining memory other = abi.decode(abi.encode(words), (ITaskRegistry.Joining));
            words[i] ^= bytes32(uint256(1));
            TermsOf.setTermsHash(address(tasks), taskId, other.termsHash);
            // With the worker's hand: only the proof stands in the way. An account without a known key comes itself.
            bytes32 consent = MessageHashUtils.toEthSignedMessageHash(gate.consentOf(taskId, other));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(0xa11ce, consent);
            admission.consent = abi.encodePacked(r, s, v);
            expectRejected();
            joinAs(i == 0 ? other.worker : relayer, taskId, other, abi.encode(admission));
        }
    }

    function openDeployed(uint256 group) internal {
        IDeployedVerifier.Target memory target = IDeployedVerifier.Target({
            verifier: address(semaphore), codeHash: address(semaphore).codehash, callGas: 400_000
        });
        keyId = activated(system, abi.encode(target, group));
        open(0);
    }

    function openPlain() internal {
        keyId = activated(groth16, vm.parseJsonBytes(outside("semaphore-v4"), ".keyData"));
        open(vm.parseJsonUint(joinings, ".joinings[0].root"));
    }

    function open(uint256 root) internal {
        taskId = createTask("task", address(gate), abi.encode(ISemaphoreGate.Terms({keyId: keyId, root: root})));
        TermsOf.setTermsHash(address(tasks), taskId, vm.parseJsonBytes32(joinings, ".termsHash"));
    }

    function expectRejected() internal {
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_ProofRejected.selector, keyId, taskId));
    }

    function load(
        uint256 number,
        bool deployed
    )
        internal
        view
        returns (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission)
    {
        string memory at = string.concat(".joinings[", vm.toString(number), "]");
        joining.worker = vm.parseJsonAddress(joinings, string.concat(at, ".worker"));
        joining.payout = vm.parseJsonAddress(joinings, string.concat(at, ".payout"));
        joining.encryptionKey = vm.parseJsonBytes32(joinings, string.concat(at, ".encryptionKey"));
        joining.relayFee = uint96(vm.parseJsonUint(joinings, string.concat(at, ".relayFee")));
        joining.termsHash = vm.parseJsonBytes32(joinings, ".termsHash");
        admission.root = vm.parseJsonUint(joinings, string.concat(at, ".root"));
        admission.nullifier = vm.parseJsonUint(joinings, string.concat(at, ".nullifier"));
        admission.consent = vm.parseJsonBytes(joinings, string.concat(at, ".consent"));
        bytes memory points = vm.parseJsonBytes(joinings, string.concat(at, ".points"));
        admission.proof = deployed ? abi.encodePacked(depth, points) : points;
    }
}
