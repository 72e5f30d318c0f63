// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

import {DatasetRegistry} from "../../src/DatasetRegistry.sol";
import {IDatasetRegistry} from "../../src/interfaces/IDatasetRegistry.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {IReputationRegistry} from "../../src/interfaces/IReputationRegistry.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ReputationRegistry} from "../../src/ReputationRegistry.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {MockSettlement} from "../mocks/MockSettlement.sol";
import {ProofSystemTest} from "./ProofSystemTest.sol";
import {TrapdoorGroth16} from "./TrapdoorGroth16.sol";
import {TermsOf} from "./TermsOf.sol";

/// @notice A TaskRegistry, real proof systems, and a settlement that says what the test told it to say.
abstract contract GateTest is ProofSystemTest, TrapdoorGroth16 {
    uint128 internal constant REWARD = 1 ether;
    uint32 internal constant SLOTS = 5;
    uint64 internal constant WINDOW = 100;
    bytes32 internal constant X25519_KEY = bytes32(uint256(0x2525));
    /// @dev Where script/fixtures/semaphoreJoinings.ts says that they are.
    address internal constant TASKS_AT = address(bytes20(hex"7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a"));
    address internal constant GATE_AT = address(bytes20(hex"6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a6a"));
    address internal constant REQUESTER = address(bytes20(hex"2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e"));

    address internal guardian = makeAddr("guardian");
    address internal relayer = makeAddr("relayer");
    address internal stranger = makeAddr("stranger");
    TaskRegistry internal tasks;
    StakeVault internal stakes;
    ReputationRegistry internal reputation;
    ERC2771Forwarder internal forwarder;
    MockSettlement internal settlement;
    bytes32 internal datasetVersion;

    function setUp() public virtual {
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
        forwarder = new ERC2771Forwarder("Veritask");
        deployCodeTo("TaskRegistry.sol:TaskRegistry", abi.encode(parameters, datasets, forwarder), TASKS_AT);
        tasks = TaskRegistry(TASKS_AT);
        stakes = StakeVault(tasks.stakeVault());
        reputation = new ReputationRegistry(tasks);
        settlement = new MockSettlement();
        parameters.setSettlement(address(settlement), true);
        parameters.setTokenPolicy(
            address(0), IProtocolParameters.TokenPolicy({allowed: true, minReward: 1, minStake: 0})
        );
        registry.setGuardian(guardian);
    }

    /// @param gate Zero for the open gate.
    function createTask(bytes32 salt, address gate, bytes memory gateData) internal returns (bytes32) {
        return createTaskBy(REQUESTER, salt, gate, gateData);
    }

    function createTaskBy(address by, bytes32 salt, address gate, bytes memory gateData) internal returns (bytes32) {
        ITaskRegistry.TaskRequest memory made = requestOf(salt, gate, gateData);
        if (gate != address(0) && !parameters.isGateAllowed(gate)) parameters.setGate(gate, true);
        vm.deal(by, SLOTS * REWARD);
        vm.prank(by);
        return tasks.createTask{value: SLOTS * REWARD}(made);
    }

    function expectUnopenable(bytes memory gateData, address gate, bytes memory reason) internal {
        ITaskRegistry.TaskRequest memory made = requestOf("unopenable", gate, gateData);
        parameters.setGate(gate, true);
        vm.deal(REQUESTER, SLOTS * REWARD);
        vm.expectRevert(reason);
        vm.prank(REQUESTER);
        tasks.createTask{value: SLOTS * REWARD}(made);
    }

    function requestOf(
        bytes32 salt,
        address gate,
        bytes memory gateData
    )
        internal
        view
        returns (ITaskRegistry.TaskRequest memory)
    {
        return ITaskRegistry.TaskRequest({
            salt: salt,
            datasetVersionId: datasetVersion,
            payloadDigest: "payload",
            title: "Which digit?",
            token: address(0),
            rewardPerSlot: REWARD,
            maxFeePerSlot: 0,
            slots: SLOTS,
            joinBy: uint64(block.timestamp) + WINDOW,
            settlement: address(settlement),
            settlementData: "",
            gate: gate,
            gateData: gateData,
            stakePerSlot: 0,
            bond: 0
        });
    }

    function joiningOf(bytes32 taskId, address worker) internal view returns (ITaskRegistry.Joining memory) {
        return ITaskRegistry.Joining({
            worker: worker,
            payout: worker,
            encryptionKey: X25519_KEY,
            relayFee: 0,
            termsHash: TermsOf.termsHash(address(tasks), taskId)
        });
    }

    function joinAs(
        address sender,
        bytes32 taskId,
        ITaskRegistry.Joining memory joining,
        bytes memory admission
    )
        internal
        returns (uint32)
    {
        vm.prank(sender);
        return tasks.join(taskId, joining, admission);
    }

    function expectJoined(
        bytes32 taskId,
        uint32 slot,
        ITaskRegistry.Joining memory joining,
        bytes32 nullifier,
        address by
    )
        internal
    {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotJoined(
            taskId, slot, joining.worker, joining.payout, joining.encryptionKey, nullifier, by, joining.relayFee
        );
    }

    /// @dev A slot of an open task that was paid with this score.
    function accepted(address worker, bytes32 salt, uint16 scoreBps) internal returns (bytes32 taskId) {
        taskId = createTask(salt, address(0), "");
        pay(taskId, joinAs(worker, taskId, joiningOf(taskId, worker), ""), scoreBps);
    }

    function pay(bytes32 taskId, uint32 slot, uint16 scoreBps) internal {
        settlement.payGraded(
            tasks,
            taskId,
            slot,
            ITaskRegistry.Payment({shareBps: 10_000, scoreBps: scoreBps, relayer: address(0), transferNow: false})
        );
    }

    function record(address worker, bytes32 taskId, uint256 commitment) internal returns (uint256) {
        vm.prank(worker);
        return reputation.record(taskId, 0, commitment);
    }
}
