// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReputationGate} from "../../../src/gates/ReputationGate.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {IReputationGate} from "../../../src/interfaces/IReputationGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofGateTest} from "../../utils/ProofGateTest.sol";

contract ReputationGateAdmitTest is ProofGateTest {
    uint8 internal constant MIN_TASKS = 2;
    uint16 internal constant MIN_SCORE_BPS = 8000;

    uint256 internal rootBefore;

    function setUp() public override {
        vm.warp(1_800_000_000);
        super.setUp();
    }

    function deployGate() internal override {
        gate = new ReputationGate(tasks, registry, reputation);
        if (rootBefore == 0) rootBefore = record(stranger, accepted(stranger, "earned", 9000), 1001);
    }

    function signalCount() internal pure override returns (uint256) {
        return 6;
    }

    function gateData(bytes32 pinnedKeyId) internal pure override returns (bytes memory) {
        return abi.encode(
            IReputationGate.Terms({
                keyId: pinnedKeyId, requester: REQUESTER, minTasks: MIN_TASKS, minScoreBps: MIN_SCORE_BPS
            })
        );
    }

    function root() internal view override returns (uint256) {
        return rootBefore;
    }

    function scopeFor(bytes32 id) internal view override returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(gate), id))) >> 8;
    }

    function signalsFor(
        bytes32 id,
        uint256 message,
        uint256 nullifier
    )
        internal
        view
        override
        returns (uint256[] memory signals)
    {
        signals = new uint256[](6);
        (signals[0], signals[1]) = (nullifier, rootBefore);
        (signals[2], signals[3]) = (MIN_TASKS, MIN_SCORE_BPS);
        (signals[4], signals[5]) = (scopeFor(id), message);
    }

    /// @dev A tree that the gate's requester never had, such as one of a requester of one's own.
    function test_RevertWhen_RootIsOfAnotherTree() external {
        bytes32 own = createTaskBy(stranger, "own", address(0), "");
        pay(own, joinAs(stranger, own, joiningOf(own, stranger), ""), 10_000);
        uint256 ownRoot = record(stranger, own, 2002);
        assertGt(reputation.rootRecordedAt(stranger, ownRoot), 0);

        uint256[3] memory hostile = [uint256(0), ownRoot, rootBefore + R];
        for (uint256 i; i < hostile.length; ++i) {
            ITaskRegistry.Joining memory joining = theJoining();
            IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
            uint256[] memory signals = signalsFor(taskId, messageFor(taskId, joining), NULLIFIER);
            signals[1] = hostile[i];
            admission.root = hostile[i];
            admission.proof = trapdoorProof(signals, 7);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IReputationGate.ReputationGate_UnknownRoot.selector, taskId, REQUESTER, hostile[i]
                )
            );
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }

    /// @dev Nothing is ever taken out of a tree.
    function test_AdmitsUnderARootOfBefore() external {
        uint256 rootAfter = record(stranger, accepted(stranger, "earned later", 9500), 1002);
        assertNotEq(rootAfter, rootBefore);
        ITaskRegistry.Joining memory joining = theJoining();
        joinAs(relayer, taskId, joining, abi.encode(admissionFor(taskId, joining, NULLIFIER)));
        assertEq(tasks.slotOf(taskId, 0).worker, worker);
    }

    function test_RevertWhen_ProofIsOfFewerTasksOrLowerScores() external {
        for (uint256 i = 2; i < 4; ++i) {
            ITaskRegistry.Joining memory joining = theJoining();
            IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
            uint256[] memory signals = signalsFor(taskId, messageFor(taskId, joining), NULLIFIER);
            admission.proof = trapdoorProof(changed(signals, i, signals[i] - 1), 7);
            expectRejected();
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }
}
