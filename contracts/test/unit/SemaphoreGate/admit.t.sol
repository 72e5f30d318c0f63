// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SemaphoreGate} from "../../../src/gates/SemaphoreGate.sol";
import {IGroupGate} from "../../../src/interfaces/IGroupGate.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {ISemaphoreGate} from "../../../src/interfaces/ISemaphoreGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofGateTest} from "../../utils/ProofGateTest.sol";

/// @notice The Semaphore gate under a plain Groth16 key; real.t.sol has Semaphore's own proofs and contracts.
contract SemaphoreGateAdmitTest is ProofGateTest {
    uint256 internal constant ROOT = 0x5007;

    function deployGate() internal override {
        gate = new SemaphoreGate(tasks, registry);
    }

    function signalCount() internal pure override returns (uint256) {
        return 4;
    }

    function gateData(bytes32 pinnedKeyId) internal pure override returns (bytes memory) {
        return abi.encode(ISemaphoreGate.Terms({keyId: pinnedKeyId, root: ROOT}));
    }

    function root() internal pure override returns (uint256) {
        return ROOT;
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
        signals = new uint256[](4);
        (signals[0], signals[1]) = (ROOT, nullifier);
        (signals[2], signals[3]) = (hashed(message), hashed(scopeFor(id)));
    }

    function hashed(uint256 word) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(word))) >> 8;
    }

    /// @dev A group of one's own.
    function test_RevertWhen_RootIsNotThePinned() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        uint256[] memory signals = signalsFor(taskId, messageFor(taskId, joining), NULLIFIER);
        signals[0] = ROOT + 1;
        admission.root = ROOT + 1;
        admission.proof = trapdoorProof(signals, 7);
        vm.expectRevert(abi.encodeWithSelector(IGroupGate.GroupGate_WrongRoot.selector, taskId, ROOT + 1, ROOT));
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    /// @dev The circuit of a plain key knows hashes alone.
    function test_RevertWhen_MessageAndScopeAreNotHashed() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        uint256[] memory signals = signalsFor(taskId, messageFor(taskId, joining), NULLIFIER);
        (signals[2], signals[3]) = (messageFor(taskId, joining), scopeFor(taskId));
        admission.proof = trapdoorProof(signals, 7);
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }
}
