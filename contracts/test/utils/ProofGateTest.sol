// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IGate} from "../../src/interfaces/IGate.sol";
import {IProofGate} from "../../src/interfaces/IProofGate.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {ContractWorker} from "../mocks/ContractWorker.sol";
import {MockProofSystem} from "../mocks/MockProofSystem.sol";
import {GateTest} from "./GateTest.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {TermsOf} from "./TermsOf.sol";

/// @notice What holds for every gate of anonymous workers. Proofs are real Groth16 proofs under a key whose secrets are known:
/// a dishonest prover could not have more.
abstract contract ProofGateTest is GateTest {
    uint96 internal constant RELAY_FEE = 0.1 ether;
    uint256 internal constant NULLIFIER = 0x1111;
    /// @dev What a joining is made of, as words: worker, payout, encryption key, relay fee.
    uint256 internal constant JOINING_WORDS = 5;

    IProofGate internal gate;
    bytes32 internal keyId;
    bytes32 internal taskId;
    uint256 internal workerKey = 0xa11ce;
    address internal worker = vm.addr(0xa11ce);

    function setUp() public virtual override {
        super.setUp();
        deployGate();
        keyId = newKey();
        taskId = createTask("task", address(gate), gateData(keyId));
    }

    /// @dev A key under which `trapdoorProof` proves anything.
    function newKey() internal virtual returns (bytes32) {
        return activated(groth16, trapdoorKey(signalCount()));
    }

    /// @dev Sets `gate`.
    function deployGate() internal virtual;
    function signalCount() internal pure virtual returns (uint256);
    /// @dev Good terms under this key.
    function gateData(bytes32 pinnedKeyId) internal view virtual returns (bytes memory);
    /// @dev A root that counts under these terms.
    function root() internal view virtual returns (uint256);
    /// @dev The signals that a proof for this message has to have, by another way than the gate's.
    function signalsFor(bytes32 id, uint256 message, uint256 nullifier) internal view virtual returns (uint256[] memory);
    function scopeFor(bytes32 id) internal view virtual returns (uint256);

    function messageFor(bytes32 id, ITaskRegistry.Joining memory joining) internal view returns (uint256) {
        return uint256(consentFor(id, joining)) >> 8;
    }

    function consentFor(bytes32 id, ITaskRegistry.Joining memory joining) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid,
                address(gate),
                id,
                joining.worker,
                joining.payout,
                joining.encryptionKey,
                joining.relayFee,
                joining.termsHash
            )
        );
    }

    function theJoining() internal view returns (ITaskRegistry.Joining memory) {
        return ITaskRegistry.Joining({
            worker: worker,
            payout: address(0x9a7),
            encryptionKey: X25519_KEY,
            relayFee: RELAY_FEE,
            termsHash: TermsOf.termsHash(address(tasks), taskId)
        });
    }

    /// @dev Proof and consent for a joining.
    function admissionFor(
        bytes32 id,
        ITaskRegistry.Joining memory joining,
        uint256 nullifier
    )
        internal
        view
        returns (IProofGate.Admission memory admission)
    {
        admission.root = root();
        admission.nullifier = nullifier;
        admission.proof = trapdoorProof(signalsFor(id, messageFor(id, joining), nullifier), 7);
        admission.consent = signed(workerKey, consentFor(id, joining));
    }

    function signed(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, MessageHashUtils.toEthSignedMessageHash(hash));
        return abi.encodePacked(r, s, v);
    }

    function expectRejected() internal {
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_ProofRejected.selector, keyId, taskId));
    }

    function expectNoConsent(address account) internal {
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_NoConsent.selector, taskId, account));
    }

    // What is bound

    function test_MessageConsentAndScopeAreWhatAProverComputes() external view {
        ITaskRegistry.Joining memory joining = theJoining();
        assertEq(gate.messageOf(taskId, joining), messageFor(taskId, joining));
        assertEq(gate.consentOf(taskId, joining), consentFor(taskId, joining));
        assertEq(gate.scopeOf(taskId), scopeFor(taskId));
    }

    // Who is let in

    function test_AdmitsAWorkerThatComesItselfWithoutItsSignature() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        admission.consent = "";
        expectJoined(taskId, 0, joining, bytes32(NULLIFIER), address(0));
        assertEq(joinAs(worker, taskId, joining, abi.encode(admission)), 0);
    }

    function test_AdmitsAWorkerThroughARelayer() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        expectJoined(taskId, 0, joining, bytes32(NULLIFIER), relayer);
        joinAs(relayer, taskId, joining, admission);
        ITaskRegistry.Slot memory slot = tasks.slotOf(taskId, 0);
        assertEq(slot.worker, worker);
        assertEq(slot.payout, joining.payout);
        assertEq(slot.relayFee, RELAY_FEE);

        pay(taskId, 0, 9000);
        assertEq(tasks.creditOf(relayer, address(0)), RELAY_FEE);
        assertEq(tasks.creditOf(joining.payout, address(0)), REWARD - RELAY_FEE);
        assertEq(tasks.creditOf(worker, address(0)), 0);
    }

    function test_AdmitsAnAccountContractThroughARelayer() external {
        ContractWorker account = new ContractWorker();
        ITaskRegistry.Joining memory joining = theJoining();
        joining.worker = address(account);
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        expectNoConsent(address(account));
        joinAs(relayer, taskId, joining, abi.encode(admission));

        account.sign(MessageHashUtils.toEthSignedMessageHash(consentFor(taskId, joining)));
        joinAs(relayer, taskId, joining, abi.encode(admission));
        assertEq(tasks.slotOf(taskId, 0).worker, address(account));
    }

    function test_AdmitsManyWorkersEachOnce() external {
        for (uint32 i; i < SLOTS; ++i) {
            ITaskRegistry.Joining memory joining = theJoining();
            workerKey = 0xb0b + i;
            joining.worker = vm.addr(workerKey);
            joinAs(relayer, taskId, joining, abi.encode(admissionFor(taskId, joining, NULLIFIER + i)));
        }
        assertEq(tasks.task(taskId).joined, SLOTS);
    }

    // What a relayer can change

    function test_RevertWhen_RelayerChangesPayoutFeeOrEncryptionKey() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        for (uint256 i = 1; i < JOINING_WORDS - 1; ++i) {
            expectNoConsent(worker);
            joinAs(relayer, taskId, _changed(joining, i), admission);
        }
    }

    /// @dev Whatever became of the task under this id: consent and proof are for the terms that the worker saw.
    function test_RevertWhen_TheTaskHasOtherTermsThanTheWorkerSaw() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        bytes32 other = keccak256("terms after a reorganization");
        bytes32 seen = joining.termsHash;
        TermsOf.setTermsHash(address(tasks), taskId, other);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TermsDiffer.selector, taskId, seen, other));
        joinAs(relayer, taskId, joining, abi.encode(admission));
        joining.termsHash = other;
        expectNoConsent(worker);
        joinAs(relayer, taskId, joining, abi.encode(admission));
        admission.consent = signed(workerKey, consentFor(taskId, joining));
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function test_RevertWhen_RelayerPutsItselfInThePlaceOfTheWorker() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        joining.worker = relayer;
        expectRejected();
        joinAs(relayer, taskId, joining, admission);
    }

    /// @dev Even with the worker's hand, the proof is for what it was made for.
    function test_RevertWhen_ProofIsForAnotherJoining() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        for (uint256 i; i < JOINING_WORDS; ++i) {
            ITaskRegistry.Joining memory other = _changed(joining, i);
            TermsOf.setTermsHash(address(tasks), taskId, other.termsHash);
            admission.consent = signed(workerKey, consentFor(taskId, other));
            expectRejected();
            joinAs(i == 0 ? other.worker : relayer, taskId, other, abi.encode(admission));
        }
    }

    function testFuzz_RevertWhen_AnyBitOfTheJoiningIsAnother(uint8 word, uint8 bit) external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        bytes32[5] memory words = abi.decode(abi.encode(joining), (bytes32[5]));
        word %= 5;
        // An address has 160 bits; a fee beyond half the reward is refused before the gate is asked.
        bit = uint8(bound(bit, 0, word == 2 || word == 4 ? 255 : word == 3 ? 56 : 159));
        words[word] ^= bytes32(1 << bit);
        joining = abi.decode(abi.encode(words), (ITaskRegistry.Joining));
        vm.prank(TASKS_AT);
        if (word == 0) expectRejected();
        else expectNoConsent(worker);
        gate.admit(taskId, word == 0 ? joining.worker : relayer, joining, admission);
    }

    function test_RevertWhen_WorkerDidNotSign() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        bytes[4] memory hostile = [
            bytes(""),
            signed(workerKey + 1, consentFor(taskId, joining)),
            signed(workerKey, consentFor("another task", joining)),
            bytes.concat(admission.consent, hex"00")
        ];
        for (uint256 i; i < hostile.length; ++i) {
            admission.consent = hostile[i];
            expectNoConsent(worker);
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }

    /// @dev Whoever copies it brings the same joining, and takes the fee in the place of who was slower.
    function test_ACopiedProofBringsTheSameJoining() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        expectJoined(taskId, 0, joining, bytes32(NULLIFIER), stranger);
        joinAs(stranger, taskId, joining, admission);

        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyJoined.selector, taskId, worker, 0));
        joinAs(relayer, taskId, joining, admission);
    }

    // What a worker can repeat

    function test_RevertWhen_TheSamePseudonymJoinsTwice() external {
        ITaskRegistry.Joining memory joining = theJoining();
        joinAs(relayer, taskId, joining, abi.encode(admissionFor(taskId, joining, NULLIFIER)));

        workerKey = 0xb0b;
        joining.worker = vm.addr(0xb0b);
        bytes memory second = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NullifierUsed.selector, taskId, bytes32(NULLIFIER))
        );
        joinAs(relayer, taskId, joining, second);
    }

    function test_RevertWhen_NullifierIsZeroOrNotBelowTheFieldOrder() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        uint256[5] memory hostile = [uint256(0), R, NULLIFIER + R, NULLIFIER + 5 * R, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            admission.nullifier = hostile[i];
            vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_NullifierOutOfRange.selector, hostile[i]));
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }

    function test_RevertWhen_NullifierIsAnother() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        admission.nullifier = NULLIFIER + 1;
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function test_AdmitsTheLastNullifierOfTheField() external {
        ITaskRegistry.Joining memory joining = theJoining();
        joinAs(relayer, taskId, joining, abi.encode(admissionFor(taskId, joining, R - 1)));
    }

    // Where else a proof is worth nothing

    function test_RevertWhen_ProofIsForAnotherTask() external {
        bytes32 first = taskId;
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(first, joining, NULLIFIER);
        taskId = createTask("another", address(gate), gateData(keyId));
        TermsOf.setTermsHash(address(tasks), taskId, joining.termsHash);
        admission.consent = signed(workerKey, consentFor(taskId, joining));
        expectRejected();
        joinAs(relayer, taskId, joining, abi.encode(admission));
    }

    function test_RevertWhen_ProofIsForAnotherGate() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        deployGate();
        vm.prank(TASKS_AT);
        gate.openTask(taskId, gateData(keyId));
        vm.prank(TASKS_AT);
        expectNoConsent(worker);
        gate.admit(taskId, relayer, joining, admission);
        vm.prank(TASKS_AT);
        expectRejected();
        gate.admit(taskId, worker, joining, admission);
    }

    function test_RevertWhen_ProofIsForAnotherChain() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        vm.chainId(1337);
        expectNoConsent(worker);
        joinAs(relayer, taskId, joining, admission);
        expectRejected();
        joinAs(worker, taskId, joining, admission);
    }

    function test_RevertWhen_ProofIsNone() external {
        ITaskRegistry.Joining memory joining = theJoining();
        IProofGate.Admission memory admission = admissionFor(taskId, joining, NULLIFIER);
        bytes[4] memory hostile =
            [bytes(""), new bytes(256), flipped(admission.proof, 100), bytes.concat(admission.proof, hex"00")];
        for (uint256 i; i < hostile.length; ++i) {
            admission.proof = hostile[i];
            expectRejected();
            joinAs(relayer, taskId, joining, abi.encode(admission));
        }
    }

    function test_RevertGiven_KeyIsFrozen() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        vm.prank(guardian);
        registry.freeze(keyId, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                keyId,
                IVerifierKeyRegistry.Status.Frozen,
                IVerifierKeyRegistry.Status.Active
            )
        );
        joinAs(relayer, taskId, joining, admission);
    }

    // Who may call, and which tasks there are

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, worker));
        vm.prank(worker);
        gate.admit(taskId, worker, joining, admission);

        bytes memory terms = gateData(keyId);
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, worker));
        vm.prank(worker);
        gate.openTask("another", terms);
    }

    function test_RevertGiven_UnknownTask() external {
        ITaskRegistry.Joining memory joining = theJoining();
        bytes memory admission = abi.encode(admissionFor(taskId, joining, NULLIFIER));
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        vm.prank(TASKS_AT);
        gate.admit("none", worker, joining, admission);
    }

    // Which keys a task can pin

    function test_RevertWhen_KeyIsNotActive() external {
        _expectNotActive("unknown", IVerifierKeyRegistry.Status.None);
        vm.prank(TASKS_AT);
        gate.openTask("another", gateData("unknown"));

        vm.prank(guardian);
        registry.freeze(keyId, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
        bytes memory terms = gateData(keyId);
        _expectNotActive(keyId, IVerifierKeyRegistry.Status.Frozen);
        vm.prank(TASKS_AT);
        gate.openTask("another", terms);
    }

    function test_RevertWhen_KeyIsOfAnotherProofSystem() external {
        MockProofSystem other = new MockProofSystem();
        other.setSignalCount(signalCount());
        _expectUnsuitable(activated(other, "key"), "mock", signalCount());
    }

    function test_RevertWhen_KeyHasAnotherNumberOfSignals() external {
        for (uint256 count = 1; count < 9; ++count) {
            if (count == signalCount()) continue;
            _expectUnsuitable(activated(groth16, trapdoorKey(count)), "groth16-bn254", count);
        }
    }

    /// @dev No gate derives a challenge: whoever joins would choose it.
    function test_RevertWhen_KeyNeedsAChallenge() external {
        bytes memory key = trapdoorKey(signalCount());
        bytes32 marked = registry.propose(KeyProposals.challenged(address(groth16), key, 0, true));
        registry.activate(marked);
        bytes memory terms = gateData(marked);
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_KeyNeedsChallenge.selector, marked));
        vm.prank(TASKS_AT);
        gate.openTask("another", terms);
    }

    function _expectNotActive(bytes32 unusable, IVerifierKeyRegistry.Status status) internal {
        vm.expectRevert(abi.encodeWithSelector(IProofGate.ProofGate_KeyNotActive.selector, unusable, status));
    }

    function _expectUnsuitable(bytes32 unsuitable, bytes32 systemId, uint256 count) internal {
        bytes memory terms = gateData(unsuitable);
        vm.expectRevert(
            abi.encodeWithSelector(IProofGate.ProofGate_KeyUnsuitable.selector, unsuitable, systemId, count)
        );
        vm.prank(TASKS_AT);
        gate.openTask("another", terms);
    }

    function _changed(
        ITaskRegistry.Joining memory joining,
        uint256 word
    )
        internal
        pure
        returns (ITaskRegistry.Joining memory)
    {
        bytes32[5] memory words = abi.decode(abi.encode(joining), (bytes32[5]));
        words[word] ^= bytes32(uint256(1));
        return abi.decode(abi.encode(words), (ITaskRegistry.Joining));
    }
}
