// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {WorldIdGate} from "../../../src/gates/WorldIdGate.sol";
import {IDeployedVerifier} from "../../../src/interfaces/IDeployedVerifier.sol";
import {IGroupGate} from "../../../src/interfaces/IGroupGate.sol";
import {IProofGate} from "../../../src/interfaces/IProofGate.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {IWorldIdGate} from "../../../src/interfaces/IWorldIdGate.sol";
import {WorldIdProofSystem} from "../../../src/proofSystems/WorldIdProofSystem.sol";
import {HonestWorldIdRouter} from "../../mocks/HonestVerifiers.sol";
import {IdKit} from "../../utils/IdKit.sol";
import {ProofGateTest} from "../../utils/ProofGateTest.sol";

/// @notice Admission through the World ID gate. Nobody but World ID can make proofs under its own key that are bound
/// to a joining, so these are made under a key of the same shape whose secrets are known.
abstract contract WorldIdGateAdmitTest is ProofGateTest {
    uint256 internal constant ROOT = 0x5007;
    string internal constant APP_ID = "app_10eb12bd96d8f7202892ff25f094c803";

    function deployGate() internal override {
        gate = new WorldIdGate(tasks, registry);
    }

    function signalCount() internal pure override returns (uint256) {
        return 4;
    }

    function pinnedRoot() internal pure virtual returns (uint256) {
        return ROOT;
    }

    function gateData(bytes32 pinnedKeyId) internal pure override returns (bytes memory) {
        return
            abi.encode(IWorldIdGate.Terms({keyId: pinnedKeyId, appIdHash: IdKit.appHash(APP_ID), root: pinnedRoot()}));
    }

    function root() internal pure override returns (uint256) {
        return ROOT;
    }

    function scopeFor(bytes32 id) internal pure override returns (uint256) {
        return IdKit.externalNullifier(APP_ID, vm.toString(id));
    }

    function signalsFor(
        bytes32 id,
        uint256 message,
        uint256 nullifier
    )
        internal
        pure
        override
        returns (uint256[] memory signals)
    {
        signals = new uint256[](4);
        (signals[0], signals[1]) = (ROOT, nullifier);
        (signals[2], signals[3]) = (IdKit.hash(abi.encode(message)), scopeFor(id));
    }

    /// @dev Vectors of World's own wallet (worldcoin/walletkit), and what the published proof is about.
    function test_TheReferenceIsIdKits() external pure {
        assertEq(
            IdKit.externalNullifier("app_staging_45068dca85829d2fd90e2dd6f0bff997", "test-action-qli8g"),
            0x00d8b157e767dc59faa533120ed0ce34fc51a71937292ea8baed6ee6f4fda866
        );
        assertEq(
            IdKit.externalNullifier(APP_ID, "test-123123"),
            0x0065ebab05692ff2e0816cc4c3b83216c33eaa4d906c6495add6323fe0e2dc89
        );
        assertEq(IdKit.hash("xxx"), 0x00bc6bb462e38af7da48e0ae7b5cbae860141c04e5af2cf92328cd6548df111f);
    }

    /// @dev Two apps do not share pseudonyms.
    function test_ScopeIsOfTheApp() external {
        bytes memory other =
            abi.encode(IWorldIdGate.Terms({keyId: keyId, appIdHash: IdKit.appHash("app_other"), root: pinnedRoot()}));
        bytes32 second = createTask("other app", address(gate), other);
        assertEq(gate.scopeOf(second), IdKit.externalNullifier("app_other", vm.toString(second)));
    }
}

contract WorldIdGatePlainKeyTest is WorldIdGateAdmitTest {
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

    /// @dev A proof that somebody made elsewhere, under World ID's own key.
    function test_RevertWhen_ProofIsAPublishedOne() external {
        Fixture memory published = fixture("world-id-v3");
        keyId = activated(groth16, published.keyData);
        assertTrue(registry.verify(keyId, published.publicSignals, published.proof));
        taskId = createTask(
            "published",
            address(gate),
            abi.encode(
                IWorldIdGate.Terms({keyId: keyId, appIdHash: IdKit.appHash(APP_ID), root: published.publicSignals[0]})
            )
        );
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = IProofGate.Admission({
            root: published.publicSignals[0], nullifier: published.publicSignals[1], proof: published.proof, consent: ""
        });
        expectRejected();
        joinAs(worker, taskId, joining, abi.encode(admission));
    }
}

/// @notice The same over a deployed router, which knows the root: the task pins none.
contract WorldIdGateRouterTest is WorldIdGateAdmitTest {
    uint256 internal constant GROUP_ID = 1;
    uint256 internal constant CALL_GAS = 400_000;

    function newKey() internal override returns (bytes32) {
        bytes32 inner = activated(groth16, trapdoorKey(4));
        address router = address(new HonestWorldIdRouter(groth16, inner, GROUP_ID, ROOT));
        IDeployedVerifier.Target memory target =
            IDeployedVerifier.Target({verifier: router, codeHash: router.codehash, callGas: CALL_GAS});
        return activated(new WorldIdProofSystem(address(registry)), abi.encode(target, GROUP_ID));
    }

    function pinnedRoot() internal pure override returns (uint256) {
        return 0;
    }

    function test_RevertWhen_TheRouterDoesNotKnowTheRoot() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        uint256[] memory signals = signalsFor(taskId, messageFor(taskId, joining), NULLIFIER);
        signals[0] = ROOT + 1;
        admission.root = ROOT + 1;
        admission.proof = trapdoorProof(signals, 7);
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }
}
