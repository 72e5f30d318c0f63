// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {console2} from "forge-std/console2.sol";

import {ReputationGate} from "../../../src/gates/ReputationGate.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {IReputationGate} from "../../../src/interfaces/IReputationGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GateTest} from "../../utils/GateTest.sol";
import {TermsOf} from "../../utils/TermsOf.sol";

/// @notice Joinings with proofs of the circuit reputation-5 (script/fixtures/reputationJoinings.ts), over a tree that the
/// registry makes of really accepted slots.
contract ReputationGateRealTest is GateTest {
    ReputationGate internal gate;
    string internal json;
    bytes32 internal keyId;
    bytes32 internal taskId;
    uint8 internal minSlots;
    uint16 internal minScoreBps;

    function setUp() public override {
        vm.warp(1_800_000_000);
        super.setUp();
        json = outside("reputation-joinings");
        deployCodeTo("ReputationGate.sol:ReputationGate", abi.encode(tasks, registry, reputation), GATE_AT);
        gate = ReputationGate(GATE_AT);
        keyId = activated(groth16, vm.parseJsonBytes(json, ".keyData"));
        minSlots = uint8(vm.parseJsonUint(json, ".minSlots"));
        minScoreBps = uint16(vm.parseJsonUint(json, ".minScoreBps"));
        for (uint256 i; i < 7; ++i) {
            string memory at = string.concat(".records[", vm.toString(i), "]");
            bytes32 salt = vm.parseJsonBytes32(json, string.concat(at, ".salt"));
            uint16 scoreBps = uint16(vm.parseJsonUint(json, string.concat(at, ".scoreBps")));
            bytes32 earned = accepted(relayer, salt, scoreBps);
            record(relayer, earned, vm.parseJsonUint(json, string.concat(at, ".commitment")));
        }
        taskId = open("task", minSlots, minScoreBps);
    }

    function test_JoinsOnce() external {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0);
        (uint256 root,) = reputation.treeOf(REQUESTER);
        assertEq(admission.root, root);
        expectJoined(taskId, 0, joining, bytes32(admission.nullifier), relayer);
        uint256 before = gasleft();
        joinAs(relayer, taskId, joining, abi.encode(admission));
        console2.log("Joining by reputation, gas", before - gasleft());

        // The same secret with a fresh account and a fresh proof.
        bytes32 used = bytes32(admission.nullifier);
        (joining, admission) = load(1);
        assertEq(bytes32(admission.nullifier), used);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NullifierUsed.selector, taskId, used));
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    /// @dev The tree has grown since.
    function test_JoinsUnderTheRootOfBefore() external {
        record(relayer, accepted(relayer, "later", 9000), 5);
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0);
        joinAs(relayer, taskId, joining, abi.encode(admission));
        assertEq(tasks.slotOf(taskId, 0).worker, joining.worker);
    }

    function test_RevertWhen_AnythingOfTheJoiningIsAnother() external {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0);
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

    /// @dev A proof of three slots at 8,000 is none of four, nor of three at 8,001; and none of fewer or lower either.
    function test_RevertWhen_TheTermsAreOthers() external {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0);
        int16[2][4] memory changes =
            [[int16(1), int16(0)], [int16(0), int16(1)], [int16(-1), int16(0)], [int16(0), int16(-1)]];
        for (uint256 i; i < changes.length; ++i) {
            // The gate keeps whatever terms the TaskRegistry hands it last; only this test hands it any twice.
            bytes memory terms = abi.encode(
                IReputationGate.Terms({
                    keyId: keyId,
                    requester: REQUESTER,
                    minSlots: uint8(uint16(int16(uint16(minSlots)) + changes[i][0])),
                    minScoreBps: uint16(int16(minScoreBps) + changes[i][1])
                })
            );
            vm.prank(TASKS_AT);
            gate.openTask(taskId, terms);
            expectRejected();
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }

    function test_RevertWhen_NullifierIsAnother() external {
        (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission) = load(0);
        admission.nullifier ^= 1;
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function open(bytes32 salt, uint8 tasksAsked, uint16 scoreAsked) internal returns (bytes32 made) {
        made = createTask(
            salt,
            address(gate),
            abi.encode(
                IReputationGate.Terms({
                    keyId: keyId, requester: REQUESTER, minSlots: tasksAsked, minScoreBps: scoreAsked
                })
            )
        );
        TermsOf.setTermsHash(address(tasks), made, vm.parseJsonBytes32(json, ".termsHash"));
    }

    function expectRejected() internal {
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_ProofRejected.selector, keyId, taskId));
    }

    function load(uint256 number)
        internal
        view
        returns (ITaskRegistry.Joining memory joining, IProofGate.Admission memory admission)
    {
        string memory at = string.concat(".joinings[", vm.toString(number), "]");
        joining.worker = vm.parseJsonAddress(json, string.concat(at, ".worker"));
        joining.payout = vm.parseJsonAddress(json, string.concat(at, ".payout"));
        joining.encryptionKey = vm.parseJsonBytes32(json, string.concat(at, ".encryptionKey"));
        joining.relayFee = uint96(vm.parseJsonUint(json, string.concat(at, ".relayFee")));
        joining.termsHash = vm.parseJsonBytes32(json, ".termsHash");
        admission.root = vm.parseJsonUint(json, string.concat(at, ".root"));
        admission.nullifier = vm.parseJsonUint(json, string.concat(at, ".nullifier"));
        admission.proof = vm.parseJsonBytes(json, string.concat(at, ".proof"));
        admission.consent = vm.parseJsonBytes(json, string.concat(at, ".consent"));
    }
}
