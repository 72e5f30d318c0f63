// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {DatasetRegistry} from "../../../src/DatasetRegistry.sol";
import {IDatasetRegistry} from "../../../src/interfaces/IDatasetRegistry.sol";
import {IDirectSettlement} from "../../../src/interfaces/IDirectSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {FflonkProofSystem} from "../../../src/proofSystems/FflonkProofSystem.sol";
import {PlonkProofSystem} from "../../../src/proofSystems/PlonkProofSystem.sol";
import {ProtocolParameters} from "../../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../../src/VerifierKeyRegistry.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {PlainParameters} from "../../utils/PlainParameters.sol";

/// @notice A PLONK and an FFLONK circuit as a whole task, with proofs that snarkjs made for the slot's context.
/// @dev The context follows from the addresses of all who take part, so they are fixed (script/fixtures/context.ts).
contract DirectSettlementPlonkishTest is Test {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant GAS_CAP = 1_000_000;
    uint128 internal constant REWARD = 1 ether;
    ITaskRegistry internal constant TASKS = ITaskRegistry(address(0x7a51));
    IDirectSettlement internal constant DIRECT = IDirectSettlement(address(0xd12e));
    address internal constant REQUESTER = address(0x9e90);
    address internal constant PAYOUT = address(0xa1ce);

    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal keys;
    bytes32 internal datasetVersion;
    address internal worker = makeAddr("worker");

    function setUp() public {
        vm.warp(START);
        parameters = new ProtocolParameters(address(this), PlainParameters.withGasCap(GAS_CAP));
        keys = new VerifierKeyRegistry(address(this), parameters);
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
        deployCodeTo("TaskRegistry.sol:TaskRegistry", abi.encode(parameters, datasets, address(1)), address(TASKS));
        deployCodeTo("DirectSettlement.sol:DirectSettlement", abi.encode(TASKS, keys, parameters), address(DIRECT));
        parameters.setSettlement(address(DIRECT), true);
        parameters.setTokenPolicy(address(0), IProtocolParameters.TokenPolicy(true, 1, 0));
    }

    function check(address system, string memory folder) internal {
        string memory json = vm.readFile(string.concat("contracts/test/fixtures/", folder, "/context.json"));
        uint256[] memory signals = vm.parseJsonUintArray(json, ".publicSignals");
        bytes memory proof = vm.parseJsonBytes(json, ".proof");
        bytes32 keyId = keys.propose(KeyProposals.plain(system, vm.parseJsonBytes(json, ".keyData"), 0, true));
        keys.activate(keyId);
        bytes32 taskId = createTask(keyId);
        assertEq(DIRECT.proofContext(taskId, 0), signals[0], "the fixture is of other addresses");

        uint256 other = DIRECT.proofContext(taskId, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalMismatch.selector, 0, signals[0], other)
        );
        DIRECT.prove(taskId, 1, signals, proof, true);
        uint256[] memory own = new uint256[](1);
        own[0] = other;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, keyId, taskId, 1));
        DIRECT.prove(taskId, 1, own, proof, true);

        DIRECT.prove(taskId, 0, signals, proof, true);
        assertEq(PAYOUT.balance, REWARD);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, 0));
        DIRECT.prove(taskId, 0, signals, proof, true);
    }

    function createTask(bytes32 keyId) internal returns (bytes32 taskId) {
        IDirectSettlement.Terms memory terms;
        (terms.statement.keyId, terms.statement.signals) = (keyId, new uint256[](1));
        terms.proveBy = uint64(START + 200);
        ITaskRegistry.TaskRequest memory made;
        (made.salt, made.datasetVersionId, made.title) = ("context", datasetVersion, "Prove it");
        (made.rewardPerSlot, made.slots, made.joinBy) = (REWARD, 2, uint64(START + 100));
        (made.settlement, made.settlementData) = (address(DIRECT), abi.encode(terms));
        vm.deal(REQUESTER, 2 * REWARD);
        vm.prank(REQUESTER);
        taskId = TASKS.createTask{value: 2 * REWARD}(made);
        bytes32 termsHash = TASKS.task(taskId).termsHash;
        for (uint256 i; i < 2; ++i) {
            address joining = i == 0 ? worker : PAYOUT;
            vm.prank(joining);
            TASKS.join(taskId, ITaskRegistry.Joining(joining, PAYOUT, "key", 0, termsHash), "");
        }
    }

    function test_APlonkCircuit() external {
        check(address(new PlonkProofSystem(address(keys))), "plonk");
    }

    function test_AnFflonkCircuit() external {
        check(address(new FflonkProofSystem(address(keys))), "fflonk");
    }
}
