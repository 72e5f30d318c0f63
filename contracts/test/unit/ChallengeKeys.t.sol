// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {Groth16ProofSystem} from "../../src/proofSystems/Groth16ProofSystem.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ProofTaskTest} from "../utils/ProofTaskTest.sol";

/// @notice Keys whose prover must not choose one of the public signals: who takes them, and who must not. The forged proof is of
/// a labelling circuit with the challenge 0: of sixteen gold items one is right, and it states that all are.
contract ChallengeKeysTest is ProofTaskTest {
    /// @dev Position of alpha among the signals of a labelling circuit.
    uint256 internal constant ALPHA = 3;

    Groth16ProofSystem internal groth16;
    bytes internal keyData;
    uint256[] internal forgedSignals;
    bytes internal forgedProof;
    bytes32 internal marked;

    function setUp() public override {
        super.setUp();
        groth16 = new Groth16ProofSystem(address(keys));
        string memory json = vm.readFile("contracts/test/fixtures/groth16/open-gold-forged-alpha.json");
        keyData = vm.parseJsonBytes(json, ".keyData");
        forgedSignals = vm.parseJsonUintArray(json, ".publicSignals");
        forgedProof = vm.parseJsonBytes(json, ".proof");
        marked = registered(KeyProposals.challenged(address(groth16), keyData, "manifest", true));
    }

    function registered(IVerifierKeyRegistry.Proposal memory made) internal returns (bytes32 keyId) {
        keyId = keys.propose(made);
        vm.warp(vm.getBlockTimestamp() + ACTIVATION_DELAY);
        keys.activate(keyId);
        vm.warp(START);
    }

    function refused(bytes32 keyId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNeedsChallenge.selector, keyId);
    }

    function create(ITaskRegistry.TaskRequest memory made) internal {
        vm.prank(requester);
        tasks.createTask{value: DEPOSIT}(made);
    }

    /// @dev It holds under the key, challenge and all: nothing but the refusal of the key stands between it and the reward.
    function test_TheForgedProofHolds() external view {
        assertEq(forgedSignals[ALPHA], 0);
        assertTrue(keys.verify(marked, forgedSignals, forgedProof));
    }

    function test_RevertWhen_ADirectTaskTakesAKeyThatNeedsAChallenge() external {
        statementKey = marked;
        ITaskRegistry.TaskRequest memory made = directRequest();
        vm.expectRevert(refused(marked));
        create(made);
    }

    function test_RevertWhen_AnOptimisticTaskTakesAKeyThatNeedsAChallenge() external {
        statementKey = marked;
        ITaskRegistry.TaskRequest memory made = optimisticRequest();
        vm.expectRevert(refused(marked));
        create(made);
    }

    /// @dev The other way round: labels are proven under keys whose proposer says that they need the challenge, so that one
    /// registered without the mark has no use that would lend it a name.
    function test_RevertWhen_ALabelTaskTakesAKeyWithoutTheMark() external {
        bytes32 unmarked = registered(KeyProposals.plain(address(groth16), keyData, "manifest", true));
        assertNotEq(unmarked, marked);
        bytes memory reason =
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyWithoutChallenge.selector, unmarked);
        (bytes32 agreement, bytes32 legality) = (agreementKey, legalityKey);

        agreementKey = unmarked;
        ITaskRegistry.TaskRequest memory made = request();
        vm.expectRevert(reason);
        create(made);
        (agreementKey, legalityKey) = (agreement, unmarked);
        made = request();
        vm.expectRevert(reason);
        create(made);
        (agreementKey, legalityKey) = (marked, legality);
        create(request());
    }
}
