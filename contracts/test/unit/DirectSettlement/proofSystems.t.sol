// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

import {DatasetRegistry} from "../../../src/DatasetRegistry.sol";
import {IDatasetRegistry} from "../../../src/interfaces/IDatasetRegistry.sol";
import {IDirectSettlement} from "../../../src/interfaces/IDirectSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {IProofSystem} from "../../../src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {EzklProofSystem} from "../../../src/proofSystems/EzklProofSystem.sol";
import {RiscZeroProofSystem} from "../../../src/proofSystems/RiscZeroProofSystem.sol";
import {RiscZeroVerifierProofSystem} from "../../../src/proofSystems/RiscZeroVerifierProofSystem.sol";
import {Sp1ProofSystem} from "../../../src/proofSystems/Sp1ProofSystem.sol";
import {Sp1VerifierProofSystem} from "../../../src/proofSystems/Sp1VerifierProofSystem.sol";
import {WorldIdProofSystem} from "../../../src/proofSystems/WorldIdProofSystem.sol";
import {DirectSettlement} from "../../../src/settlement/DirectSettlement.sol";
import {TaskRegistry} from "../../../src/TaskRegistry.sol";
import {
    HonestHalo2Verifier,
    HonestRiscZeroVerifier,
    HonestSp1Verifier,
    HonestWorldIdRouter
} from "../../mocks/HonestVerifiers.sol";
import {RiscZeroReceipt, RiscZeroReceipts} from "../../utils/RiscZeroReceipts.sol";
import {Sp1Proof, Sp1Proofs} from "../../utils/Sp1Proofs.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

/// @notice A program or circuit of every system that wraps Groth16 as a whole task, with real proofs for the slot's context.
/// @dev The wrapping setup is one whose secrets are known, so that there can be proofs for a context that follows from the
/// key itself; every check on the way, from the journal to the pairing, is the real one.
contract DirectSettlementProofSystemsTest is RiscZeroReceipts, Sp1Proofs, TrapdoorGroth16 {
    uint256 internal constant START = 1_800_000_000;
    uint64 internal constant JOIN_BY = uint64(START + 100);
    uint64 internal constant PROVE_BY = JOIN_BY + 100;
    uint128 internal constant REWARD = 1 ether;
    uint256 internal constant CALL_GAS = 400_000;
    uint256 internal constant INPUT = 5;

    TaskRegistry internal tasks;
    DirectSettlement internal direct;
    bytes32 internal datasetVersion;
    address internal worker = makeAddr("worker");
    address internal payout = makeAddr("payout");
    bytes32 internal wrapped;
    bytes internal wrappedKey;
    RiscZeroReceipt internal receipt;
    Sp1Proof internal sp1;
    uint256 internal salt;
    uint8 internal contextIndex = 1;

    function setUp() public {
        vm.warp(START);
        loadMultiples();
        DatasetRegistry datasets = new DatasetRegistry();
        (, datasetVersion) = datasets.register(
            "digits",
            "Digits",
            IDatasetRegistry.Version({
                root: 7,
                size: 64,
                schemaHash: "schema",
                manifestDigest: "manifest",
                licence: "CC0-1.0",
                parents: new bytes32[](0)
            })
        );
        tasks = new TaskRegistry(parameters, datasets, address(new ERC2771Forwarder("Veritask")));
        direct = new DirectSettlement(tasks, registry, parameters);
        parameters.setSettlement(address(direct), true);
        parameters.setTokenPolicy(address(0), IProtocolParameters.TokenPolicy(true, 1, 0));
        wrappedKey = trapdoorKey(5);
        wrapped = activated(groth16, wrappedKey);
        receipt = publishedReceipt();
        receipt.selector = selectorOf(receipt.controlRoot, receipt.bn254ControlId, wrappedKey);
        sp1 = publishedProof();
    }

    /// @dev A task with two slots under this key, whose first signal is pinned.
    function taskUnder(bytes32 keyId, uint256 count) internal returns (bytes32 taskId) {
        IProofSettlement.Statement memory statement;
        (statement.keyId, statement.contextIndex, statement.pinned) = (keyId, contextIndex, 1);
        statement.signals = new uint256[](count);
        statement.signals[0] = INPUT;
        ITaskRegistry.TaskRequest memory made;
        (made.salt, made.datasetVersionId, made.title) = (bytes32(++salt), datasetVersion, "Prove it");
        (made.rewardPerSlot, made.slots, made.joinBy) = (REWARD, 2, JOIN_BY);
        made.settlement = address(direct);
        made.settlementData = abi.encode(IDirectSettlement.Terms({statement: statement, proveBy: PROVE_BY}));
        vm.deal(address(this), 2 * REWARD);
        taskId = tasks.createTask{value: 2 * REWARD}(made);
        bytes32 termsHash = tasks.task(taskId).termsHash;
        vm.prank(worker);
        tasks.join(taskId, ITaskRegistry.Joining(worker, payout, "key", 0, termsHash), "");
        vm.prank(payout);
        tasks.join(taskId, ITaskRegistry.Joining(payout, payout, "key", 0, termsHash), "");
    }

    function statementSignals(bytes32 taskId, uint32 slot, uint256 count)
        internal
        view
        returns (uint256[] memory list)
    {
        list = new uint256[](count);
        list[0] = INPUT;
        for (uint256 i = 1; i < count; ++i) {
            list[i] = i == contextIndex ? direct.proofContext(taskId, slot) : i;
        }
    }

    /// @dev The proof is good in its slot, nowhere else and once.
    function paysOnce(bytes32 keyId, bytes32 taskId, uint256[] memory list, bytes memory proof) internal {
        uint256 other = direct.proofContext(taskId, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_SignalMismatch.selector, contextIndex, list[contextIndex], other
            )
        );
        direct.prove(taskId, 1, list, proof, true);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, keyId, taskId, 1));
        direct.prove(taskId, 1, changed(list, contextIndex, other), proof, true);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, keyId, taskId, 0));
        direct.prove(taskId, 0, list, flipped(proof, 8 * proof.length - 1), true);

        uint256 before = payout.balance;
        direct.prove(taskId, 0, list, proof, true);
        assertEq(payout.balance, before + REWARD);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 0));
        direct.prove(taskId, 0, list, proof, true);
    }

    function riscZeroSeal(uint256[] memory words) internal view returns (bytes memory) {
        uint256[] memory inner = new uint256[](5);
        (inner[0], inner[1]) = split(receipt.controlRoot);
        (inner[2], inner[3]) = split(claimDigest(receipt.imageId, sha256(abi.encodePacked(words))));
        inner[4] = uint256(receipt.bn254ControlId);
        return bytes.concat(receipt.selector, trapdoorProof(inner, 1));
    }

    function sp1Proof(uint256[] memory words) internal view returns (bytes memory) {
        uint256[] memory inner = new uint256[](5);
        inner[0] = uint256(sp1.programVKey);
        inner[1] = maskedDigest(abi.encodePacked(words));
        inner[3] = uint256(sp1.vkRoot);
        return bytes.concat(sp1.selector, bytes32(0), sp1.vkRoot, bytes32(0), trapdoorProof(inner, 2));
    }

    function test_Groth16() external {
        bytes32 keyId = activated(groth16, trapdoorKey(3));
        bytes32 taskId = taskUnder(keyId, 3);
        uint256[] memory list = statementSignals(taskId, 0, 3);
        // The same statement under another name.
        bytes memory proof = trapdoorProof(list, 3);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, keyId, taskId, 0));
        direct.prove(taskId, 0, changed(list, 2, list[2] + R), proof, true);
        paysOnce(keyId, taskId, list, proof);
    }

    /// @dev A malleated proof is another proof of the same statement: it pays no second time.
    function test_AnotherProofOfTheSameStatementPaysNothing() external {
        bytes32 taskId = taskUnder(activated(groth16, trapdoorKey(2)), 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        (bytes memory first, bytes memory second) = (trapdoorProof(list, 4), trapdoorProof(list, 5));
        assertTrue(registry.verify(direct.terms(taskId).statement.keyId, list, second));
        direct.prove(taskId, 0, list, first, true);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 0));
        direct.prove(taskId, 0, list, second, true);
    }

    function test_ARiscZeroProgram() external {
        IProofSystem system = new RiscZeroProofSystem(address(registry));
        bytes32 keyId = activated(system, keyOf(receipt, wrapped, 3));
        bytes32 taskId = taskUnder(keyId, 3);
        uint256[] memory list = statementSignals(taskId, 0, 3);
        paysOnce(keyId, taskId, list, riscZeroSeal(list));
    }

    function test_ARiscZeroProgramOverADeployedVerifier() external {
        IProofSystem system = new RiscZeroVerifierProofSystem(address(registry));
        address verifier = address(
            new HonestRiscZeroVerifier(
                groth16, wrapped, receipt.controlRoot, uint256(receipt.bn254ControlId), receipt.selector
            )
        );
        bytes32 keyId =
            activated(system, abi.encode(verifier, verifier.codehash, CALL_GAS, receipt.imageId, uint256(2)));
        bytes32 taskId = taskUnder(keyId, 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        paysOnce(keyId, taskId, list, riscZeroSeal(list));
    }

    function test_AnSp1Program() external {
        IProofSystem system = new Sp1ProofSystem(address(registry));
        bytes32 keyId = activated(system, keyOf(sp1, wrapped, 2));
        bytes32 taskId = taskUnder(keyId, 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        paysOnce(keyId, taskId, list, sp1Proof(list));
    }

    function test_AnSp1ProgramOverADeployedVerifier() external {
        IProofSystem system = new Sp1VerifierProofSystem(address(registry));
        address verifier = address(new HonestSp1Verifier(groth16, wrapped, sp1.selector, uint256(sp1.vkRoot)));
        bytes32 keyId =
            activated(system, abi.encode(verifier, verifier.codehash, CALL_GAS, sp1.programVKey, uint256(2)));
        bytes32 taskId = taskUnder(keyId, 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        paysOnce(keyId, taskId, list, sp1Proof(list));
    }

    function test_AnEzklCircuit() external {
        IProofSystem system = new EzklProofSystem(address(registry));
        bytes32 inner = activated(groth16, trapdoorKey(2));
        address verifier = address(new HonestHalo2Verifier(groth16, inner));
        bytes32 keyId = activated(system, abi.encode(verifier, verifier.codehash, CALL_GAS, uint256(2)));
        bytes32 taskId = taskUnder(keyId, 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        paysOnce(keyId, taskId, list, trapdoorProof(list, 6));
    }

    /// @dev Signals of the router: root, nullifier, signal, external nullifier. The signal carries the context.
    function test_AWorldIdRouter() external {
        contextIndex = 2;
        IProofSystem system = new WorldIdProofSystem(address(registry));
        bytes32 inner = activated(groth16, trapdoorKey(4));
        address router = address(new HonestWorldIdRouter(groth16, inner, 1, INPUT));
        bytes32 keyId = activated(system, abi.encode(router, router.codehash, CALL_GAS, uint256(1)));
        bytes32 taskId = taskUnder(keyId, 4);
        uint256[] memory list = statementSignals(taskId, 0, 4);
        paysOnce(keyId, taskId, list, trapdoorProof(list, 7));
    }

    /// @dev The key that a program's proofs are checked with in the end ends the task with it.
    function test_AFrozenWrapperReturnsTheSlot() external {
        IProofSystem system = new RiscZeroProofSystem(address(registry));
        bytes32 keyId = activated(system, keyOf(receipt, wrapped, 2));
        bytes32 taskId = taskUnder(keyId, 2);
        uint256[] memory list = statementSignals(taskId, 0, 2);
        bytes memory seal = riscZeroSeal(list);
        registry.freeze(wrapped, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
        vm.expectRevert(abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, keyId));
        direct.prove(taskId, 0, list, seal, true);
        tasks.settle(taskId, 0);
        assertEq(tasks.creditOf(address(this), address(0)), REWARD);
    }
}
