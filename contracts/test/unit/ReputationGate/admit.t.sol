// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReputationGate} from "../../../src/gates/ReputationGate.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IReputationGate} from "../../../src/interfaces/IReputationGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofGateTest} from "../../utils/ProofGateTest.sol";
import {TermsOf} from "../../utils/TermsOf.sol";

contract ReputationGateAdmitTest is ProofGateTest {
    uint8 internal constant MIN_SLOTS = 2;
    uint16 internal constant MIN_SCORE_BPS = 8000;
    uint256 internal constant ROOT_LIFETIME = 1 hours;

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
                keyId: pinnedKeyId, requester: REQUESTER, minSlots: MIN_SLOTS, minScoreBps: MIN_SCORE_BPS
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
        (signals[2], signals[3]) = (MIN_SLOTS, MIN_SCORE_BPS);
        (signals[4], signals[5]) = (scopeFor(id), message);
    }

    /// @dev A tree that the gate's requester never had, such as one of a requester of one's own.
    function test_RevertWhen_RootIsOfAnotherTree() external {
        bytes32 own = createTaskBy(stranger, "own", address(0), "");
        pay(own, joinAs(stranger, own, joiningOf(own, stranger), ""), 10_000);
        uint256 ownRoot = record(stranger, own, 2002);
        assertGt(reputation.rootTimesOf(stranger, ownRoot).recordedAt, 0);

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

    /// @dev A task that is still open when a root of now has lost its hour.
    function openLong() internal returns (bytes32 long) {
        IProtocolParameters.Parameters memory wide = parameters.parameters();
        wide.maxWindow = uint32(4 * ROOT_LIFETIME);
        parameters.setParameters(wide);
        ITaskRegistry.TaskRequest memory made = requestOf("long", address(gate), gateData(keyId));
        made.joinBy = uint64(block.timestamp + 2 * ROOT_LIFETIME);
        vm.deal(REQUESTER, SLOTS * REWARD);
        vm.prank(REQUESTER);
        return tasks.createTask{value: SLOTS * REWARD}(made);
    }

    /// @dev However old, while no leaf came after it; and for an hour after the next one did.
    function test_AdmitsUnderARecentRoot() external {
        bytes32 long = openLong();
        vm.warp(block.timestamp + ROOT_LIFETIME);
        ITaskRegistry.Joining memory joining = theJoining();
        joining.termsHash = TermsOf.termsHash(address(tasks), long);
        bytes memory admission = abi.encode(admissionFor(long, joining, NULLIFIER));
        uint256 snapshot = vm.snapshotState();
        joinAs(relayer, long, joining, admission);
        vm.revertToState(snapshot);

        uint256 rootAfter = record(stranger, accepted(stranger, "earned later", 9500), 1002);
        assertNotEq(rootAfter, rootBefore);
        // A second one does not renew the first.
        vm.warp(block.timestamp + 10);
        record(stranger, accepted(stranger, "earned last", 9500), 1003);
        vm.warp(block.timestamp + ROOT_LIFETIME - 10);
        joinAs(relayer, long, joining, admission);
        assertEq(tasks.slotOf(long, 0).worker, worker);
    }

    /// @dev Whoever chooses the leaves that a worker reads cannot leave out what was recorded more than an hour ago.
    function test_RevertWhen_RootIsTooOld() external {
        bytes32 long = openLong();
        record(stranger, accepted(stranger, "earned later", 9500), 1002);
        uint256 countsUntil = block.timestamp + ROOT_LIFETIME;
        vm.warp(countsUntil + 1);
        ITaskRegistry.Joining memory joining = theJoining();
        joining.termsHash = TermsOf.termsHash(address(tasks), long);
        bytes memory admission = abi.encode(admissionFor(long, joining, NULLIFIER));
        vm.expectRevert(
            abi.encodeWithSelector(
                IReputationGate.ReputationGate_RootTooOld.selector, long, rootBefore, countsUntil, block.timestamp
            )
        );
        joinAs(relayer, long, joining, admission);
    }

    function test_RevertWhen_ProofIsOfFewerSlotsOrLowerScores() external {
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
