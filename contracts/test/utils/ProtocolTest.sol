// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Test} from "forge-std/Test.sol";

import {DatasetRegistry} from "../../src/DatasetRegistry.sol";
import {IDatasetRegistry} from "../../src/interfaces/IDatasetRegistry.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {Grading} from "../../src/libraries/Grading.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {GoldAudit} from "../../src/settlement/GoldAudit.sol";
import {HiddenGoldSettlement} from "../../src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../../src/settlement/OpenGoldSettlement.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";
import {MockProofSystem} from "../mocks/MockProofSystem.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {ReferenceStatement} from "./ReferenceStatement.sol";
import {Rules} from "./Rules.sol";
import {TermsOf} from "./TermsOf.sol";

/// @notice The whole protocol with a mock proof system, and the steps of a task as one call each.
abstract contract ProtocolTest is Test {
    using Rules for Rules.Scalar;

    uint256 internal constant START = 1_800_000_000;
    uint32 internal constant MIN_WINDOW = 100;
    uint32 internal constant MAX_WINDOW = 10_000;
    uint32 internal constant ACTIVATION_DELAY = 60;
    uint32 internal constant GAS_CAP = 500_000;
    uint16 internal constant FEE_BPS = 250;
    uint32 internal constant UNBONDING_DELAY = 500;
    uint32 internal constant LEAVE_WINDOW = 50;
    uint16 internal constant MISSED_SLASH_BPS = 2000;
    uint16 internal constant REJECTED_SLASH_BPS = 5000;
    uint16 internal constant GOLD_BOND_BPS = 2000;
    uint16 internal constant AUDIT_RATE_BPS = 6000;
    uint32 internal constant AUDIT_WINDOW = 1000;
    uint64 internal constant JOIN_BY = uint64(START + 1000);
    uint64 internal constant COMMIT_BY = uint64(START + 2000);
    uint64 internal constant OPEN_BY = uint64(START + 3000);
    uint64 internal constant PROVE_BY = uint64(START + 4000);
    uint64 internal constant SUBMIT_BY = COMMIT_BY;
    uint64 internal constant SCORE_BY = OPEN_BY;
    uint32 internal constant SLOTS = 3;
    /// @dev Of Rules.digits().
    uint16 internal constant THRESHOLD_BPS = 6000;
    uint128 internal constant REWARD = 1 ether;
    uint128 internal constant FEE = 0.025 ether;
    uint256 internal constant DEPOSIT = SLOTS * (uint256(REWARD) + FEE);
    address internal constant NATIVE = address(0);
    bytes32 internal constant X25519_KEY = bytes32(uint256(0x2525));

    /// @dev 123456789 · Base8 and 987654321 · Base8 on BabyJubJub.
    uint256 internal constant PK_X = 15919299401931535325513703139194931338293993994510664661086800834970360591752;
    uint256 internal constant PK_Y = 1645780246786685895560641778865228215443840970280597910012614014295481144366;
    uint256 internal constant R_X = 3786052435012899366340248208277520368404678617497448646358239296295828943121;
    uint256 internal constant R_Y = 16449606152468185267122726090513598979225798443847928573493676725305587856616;

    address internal requester = makeAddr("requester");
    address internal treasury = makeAddr("treasury");
    address internal guardian = makeAddr("guardian");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal stranger = makeAddr("stranger");

    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal keys;
    DatasetRegistry internal datasets;
    ModelRegistry internal models;
    ERC2771Forwarder internal forwarder;
    TaskRegistry internal tasks;
    StakeVault internal stakes;
    OpenGoldSettlement internal openGold;
    HiddenGoldSettlement internal hiddenGold;
    GoldAudit internal goldAudit;
    MockProofSystem internal proofs;
    bytes32 internal agreementKey;
    bytes32 internal legalityKey;
    bytes32 internal scoreKey;
    bytes32 internal auditKey;
    bytes32 internal datasetVersion;

    function setUp() public virtual {
        vm.warp(START);
        parameters = new ProtocolParameters(address(this), defaultParameters());
        keys = new VerifierKeyRegistry(address(this), parameters);
        datasets = new DatasetRegistry();
        models = new ModelRegistry(datasets, keys);
        forwarder = new ERC2771Forwarder("Veritask");
        tasks = new TaskRegistry(parameters, datasets, address(forwarder));
        stakes = StakeVault(tasks.stakeVault());
        openGold = new OpenGoldSettlement(tasks, keys, parameters);
        hiddenGold = new HiddenGoldSettlement(tasks, keys, parameters);
        goldAudit = GoldAudit(hiddenGold.goldAudit());
        proofs = newProofSystem();

        parameters.setTokenPolicy(NATIVE, tokenPolicy(1000, 0));
        parameters.setSettlement(address(openGold), true);
        parameters.setSettlement(address(hiddenGold), true);
        keys.setGuardian(guardian);
        agreementKey = keys.propose(KeyProposals.challenged(address(proofs), "agreement", bytes32(uint256(1)), true));
        legalityKey = keys.propose(KeyProposals.challenged(address(proofs), "legality", bytes32(uint256(2)), true));
        scoreKey = keys.propose(KeyProposals.challenged(address(proofs), "score", bytes32(uint256(3)), true));
        auditKey = keys.propose(KeyProposals.challenged(address(proofs), "audit", bytes32(uint256(4)), true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(agreementKey);
        keys.activate(legalityKey);
        keys.activate(scoreKey);
        keys.activate(auditKey);
        vm.warp(START);

        (, datasetVersion) = datasets.register("digits", "Digits", datasetVersionOf(7));
        vm.deal(requester, 1000 ether);
        vm.label(address(tasks), "TaskRegistry");
    }

    /// @dev The one that checks proof by proof; a test of batches may take the one that checks them in one go.
    function newProofSystem() internal virtual returns (MockProofSystem) {
        return new MockProofSystem();
    }

    function defaultParameters() internal view returns (IProtocolParameters.Parameters memory) {
        return IProtocolParameters.Parameters({
            feeBps: FEE_BPS,
            maxSlots: 100,
            minWindow: MIN_WINDOW,
            maxWindow: MAX_WINDOW,
            keyActivationDelay: ACTIVATION_DELAY,
            verifyGasCap: GAS_CAP,
            treasury: treasury,
            unbondingDelay: UNBONDING_DELAY,
            leaveWindow: LEAVE_WINDOW,
            missedSlashBps: MISSED_SLASH_BPS,
            rejectedSlashBps: REJECTED_SLASH_BPS,
            goldBondBps: GOLD_BOND_BPS,
            auditRateBps: AUDIT_RATE_BPS,
            auditWindow: AUDIT_WINDOW
        });
    }

    function tokenPolicy(
        uint128 minReward,
        uint128 minStake
    )
        internal
        pure
        returns (IProtocolParameters.TokenPolicy memory)
    {
        return IProtocolParameters.TokenPolicy({allowed: true, minReward: minReward, minStake: minStake});
    }

    function datasetVersionOf(uint256 root) internal pure returns (IDatasetRegistry.Version memory) {
        return IDatasetRegistry.Version({
            root: root,
            size: 64,
            schemaHash: "schema",
            manifestDigest: "manifest",
            licence: "CC0-1.0",
            parents: new bytes32[](0)
        });
    }

    // Tasks

    function rulesUsed() internal pure virtual returns (uint256) {
        return Rules.digits().pack();
    }

    function openTerms() internal view returns (IOpenGoldSettlement.Terms memory) {
        return IOpenGoldSettlement.Terms({
            rules: rulesUsed(),
            encryptionKey: [PK_X, PK_Y],
            goldCommitment: goldCommitment(goldSet()),
            agreementKeyId: agreementKey,
            legalityKeyId: legalityKey,
            commitBy: COMMIT_BY,
            openBy: OPEN_BY,
            proveBy: PROVE_BY
        });
    }

    function hiddenTerms() internal view returns (IHiddenGoldSettlement.Terms memory) {
        return IHiddenGoldSettlement.Terms({
            rules: rulesUsed(),
            encryptionKey: [PK_X, PK_Y],
            goldCommitment: 4242,
            legalityKeyId: legalityKey,
            scoreKeyId: scoreKey,
            auditKeyId: auditKey,
            submitBy: SUBMIT_BY,
            scoreBy: SCORE_BY,
            grading: Grading.Scale({curve: Grading.Curve.Threshold, steps: new Grading.Step[](0)})
        });
    }

    function request() internal view returns (ITaskRegistry.TaskRequest memory) {
        return ITaskRegistry.TaskRequest({
            salt: "task",
            datasetVersionId: datasetVersion,
            payloadDigest: "payload",
            title: "Which digit?",
            token: NATIVE,
            rewardPerSlot: REWARD,
            maxFeePerSlot: FEE,
            slots: SLOTS,
            joinBy: JOIN_BY,
            settlement: address(openGold),
            settlementData: abi.encode(openTerms()),
            gate: address(0),
            gateData: "",
            stakePerSlot: 0,
            bond: 0
        });
    }

    function hiddenRequest() internal view returns (ITaskRegistry.TaskRequest memory made) {
        made = request();
        made.settlement = address(hiddenGold);
        made.settlementData = abi.encode(hiddenTerms());
    }

    /// @dev The smallest bond of a hidden-gold task.
    function goldBond(uint256 slots, uint256 reward) internal view returns (uint128) {
        return uint128((slots * reward * parameters.parameters().goldBondBps + 9999) / 10_000);
    }

    /// @dev A hidden-gold task that names no bond gets the smallest, and its requester the stake for it.
    function createTask(ITaskRegistry.TaskRequest memory made) internal returns (bytes32) {
        if (made.bond == 0 && made.settlement == address(hiddenGold)) {
            made.bond = goldBond(made.slots, made.rewardPerSlot);
            giveStake(requester, made.bond);
        }
        made.maxFeePerSlot = uint128(uint256(made.rewardPerSlot) * FEE_BPS / 10_000);
        uint256 deposit = made.slots * (uint256(made.rewardPerSlot) + made.maxFeePerSlot);
        vm.prank(requester);
        return tasks.createTask{value: made.token == NATIVE ? deposit : 0}(made);
    }

    function createOpen() internal returns (bytes32) {
        return createTask(request());
    }

    function createHidden() internal returns (bytes32) {
        return createTask(hiddenRequest());
    }

    function joining(
        bytes32 taskId,
        address worker,
        address payout
    )
        internal
        view
        returns (ITaskRegistry.Joining memory)
    {
        return ITaskRegistry.Joining({
            worker: worker,
            payout: payout,
            encryptionKey: X25519_KEY,
            relayFee: 0,
            termsHash: TermsOf.termsHash(address(tasks), taskId)
        });
    }

    function join(bytes32 taskId, address worker) internal returns (uint32) {
        return joinFor(taskId, worker, worker);
    }

    function joinFor(bytes32 taskId, address worker, address payout) internal returns (uint32) {
        vm.prank(worker);
        return tasks.join(taskId, joining(taskId, worker, payout), "");
    }

    /// @dev Free stake of the account in native coin.
    function giveStake(address account, uint128 amount) internal {
        vm.deal(address(this), address(this).balance + amount);
        stakes.deposit{value: amount}(account, NATIVE, amount);
    }

    // Payments

    /// @dev As a settlement module pays a slot in whole.
    function wholePayment(bool transferNow) internal pure returns (ITaskRegistry.Payment memory) {
        return ITaskRegistry.Payment({shareBps: 10_000, scoreBps: 0, relayer: address(0), transferNow: transferNow});
    }

    /// @dev The event of a slot that earned all of REWARD in native coin; expect it first.
    function emitPaid(
        bytes32 taskId,
        uint32 slot,
        address payout,
        uint16 scoreBps,
        ITaskRegistry.Ending ending
    )
        internal
    {
        emit ITaskRegistry.SlotPaid(taskId, slot, payout, NATIVE, REWARD, FEE, 0, scoreBps, ending);
    }

    function emitReturned(bytes32 taskId, uint32 slot, uint16 scoreBps, ITaskRegistry.Ending ending) internal {
        emit ITaskRegistry.SlotReturned(taskId, slot, requester, NATIVE, REWARD + FEE, scoreBps, ending);
    }

    // Gold

    /// @dev Items 1, 5 and 40 with labels 3, 0 and 9.
    function goldSet() internal pure returns (IOpenGoldSettlement.Gold memory gold) {
        gold.salt = "gold salt";
        gold.mask = new uint256[](1);
        gold.mask[0] = 1 << 1 | 1 << 5 | 1 << 40;
        gold.values = new uint256[](1);
        gold.values[0] = 3 | 0 << 8 | 9 << 16;
    }

    function goldCommitment(IOpenGoldSettlement.Gold memory gold) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("veritask.gold.1"), gold.salt, gold.mask, gold.values));
    }

    // Labels

    function commitmentFor(uint32 slot) internal pure virtual returns (uint256) {
        return 1000 + slot;
    }

    function delivery() internal pure returns (ILabelSettlement.Delivery memory made) {
        made.ephemeralKey = [R_X, R_Y];
        made.ciphertext = new uint256[](4);
        for (uint256 i; i < 4; ++i) {
            made.ciphertext[i] = ReferenceStatement.R - 1 - i;
        }
    }

    function head(
        address module,
        bytes32 taskId,
        uint32 slot,
        uint256 commitment,
        uint256 rules
    )
        internal
        view
        returns (uint256[] memory vector)
    {
        vector = new uint256[](3);
        vector[0] = ReferenceStatement.contextOf(module, taskId, slot, tasks.slotOf(taskId, slot).payout, 0);
        vector[1] = commitment;
        vector[2] = rules;
    }

    function signalsUnder(
        address module,
        bytes32 keyId,
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        uint256[] memory vector
    )
        internal
        view
        returns (uint256[] memory)
    {
        address payout = tasks.slotOf(taskId, slot).payout;
        uint256 context = ReferenceStatement.contextOf(module, taskId, slot, payout, keyId);
        return ReferenceStatement.publicSignals(digest, context, vector);
    }

    function deliveryVector(
        address module,
        bytes32 taskId,
        uint32 slot,
        uint256[] memory extra,
        ILabelSettlement.Delivery memory made
    )
        internal
        view
        returns (uint256[] memory vector)
    {
        uint256[] memory points = new uint256[](4);
        (points[0], points[1], points[2], points[3]) = (PK_X, PK_Y, made.ephemeralKey[0], made.ephemeralKey[1]);
        vector = ReferenceStatement.concat(head(module, taskId, slot, commitmentFor(slot), rulesUsed()), points);
        vector = ReferenceStatement.concat(vector, extra);
        vector = ReferenceStatement.concat(vector, made.ciphertext);
    }

    function agreementSignals(bytes32 taskId, uint32 slot, uint256 digest) internal view returns (uint256[] memory) {
        IOpenGoldSettlement.Gold memory gold = goldSet();
        uint256[] memory vector = deliveryVector(
            address(openGold), taskId, slot, ReferenceStatement.concat(gold.mask, gold.values), delivery()
        );
        return signalsUnder(address(openGold), agreementKey, taskId, slot, digest, vector);
    }

    function legalitySignals(
        address module,
        bytes32 taskId,
        uint32 slot,
        uint256 digest
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory vector = deliveryVector(module, taskId, slot, new uint256[](0), delivery());
        return signalsUnder(module, legalityKey, taskId, slot, digest, vector);
    }

    function scoreSignals(
        bytes32 taskId,
        uint32 slot,
        uint256 agreements,
        uint256 digest
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory tail = new uint256[](2);
        (tail[0], tail[1]) = (4242, agreements);
        uint256[] memory vector =
            ReferenceStatement.concat(head(address(hiddenGold), taskId, slot, commitmentFor(slot), rulesUsed()), tail);
        return signalsUnder(address(hiddenGold), scoreKey, taskId, slot, digest, vector);
    }

    function receiptId(address module, bytes32 keyId, uint256[] memory signals) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, module, keyId, signals[2], signals[0]));
    }

    // Steps

    function commit(bytes32 taskId, uint32 slot, address worker) internal {
        vm.prank(worker);
        openGold.commit(taskId, slot, commitmentFor(slot));
    }

    function joinAndCommit(bytes32 taskId, address worker) internal returns (uint32 slot) {
        slot = join(taskId, worker);
        commit(taskId, slot, worker);
    }

    function openTheGold(bytes32 taskId) internal {
        vm.prank(requester);
        openGold.openGold(taskId, goldSet());
    }

    function prove(bytes32 taskId, uint32 slot, bool transferNow) internal {
        bytes memory proof = proofs.proofOf(agreementKey, agreementSignals(taskId, slot, 77));
        openGold.prove(taskId, slot, 77, goldSet(), delivery(), proof, transferNow);
    }

    function deliver(bytes32 taskId, uint32 slot, bool transferNow) internal {
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(openGold), taskId, slot, 77));
        openGold.deliver(taskId, slot, 77, delivery(), proof, transferNow);
    }

    function submit(bytes32 taskId, uint32 slot, address worker) internal {
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(hiddenGold), taskId, slot, 77));
        vm.prank(worker);
        hiddenGold.submit(taskId, slot, commitmentFor(slot), 77, delivery(), proof);
    }

    function score(bytes32 taskId, uint32 slot, uint256 agreements, bool transferNow) internal {
        bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(taskId, slot, agreements, 88));
        hiddenGold.score(taskId, slot, agreements, 88, proof, transferNow);
    }

    function freeze(bytes32 keyId) internal {
        vm.prank(guardian);
        keys.freeze(keyId, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
    }

    // Batches

    function workerAt(uint256 index) internal pure returns (address) {
        return address(uint160(0x10000 + index));
    }

    /// @dev The numbers from `from` up to, and without, `to`.
    function range(uint32 from, uint32 to) internal pure returns (uint32[] memory numbers) {
        numbers = new uint32[](to - from);
        for (uint32 i; i < numbers.length; ++i) {
            numbers[i] = from + i;
        }
    }

    /// @dev A task with so many slots, all taken; in open gold committed and the gold open, in hidden gold submitted.
    function createFull(bytes32 salt, uint32 slots, bool hidden) internal returns (bytes32 taskId) {
        vm.warp(START);
        ITaskRegistry.TaskRequest memory made = hidden ? hiddenRequest() : request();
        (made.salt, made.slots) = (salt, slots);
        taskId = createTask(made);
        for (uint32 i; i < slots; ++i) {
            uint32 slot = join(taskId, workerAt(i));
            if (hidden) submit(taskId, slot, workerAt(i));
            else commit(taskId, slot, workerAt(i));
        }
        vm.warp(COMMIT_BY + 1);
        if (!hidden) openTheGold(taskId);
    }

    function agreementEntry(bytes32 taskId, uint32 slot) internal view returns (ILabelSettlement.SlotProof memory) {
        bytes memory proof = proofs.proofOf(agreementKey, agreementSignals(taskId, slot, 77));
        return ILabelSettlement.SlotProof(slot, 77, delivery(), proof);
    }

    function legalityEntry(bytes32 taskId, uint32 slot) internal view returns (ILabelSettlement.SlotProof memory) {
        bytes memory proof = proofs.proofOf(legalityKey, legalitySignals(address(openGold), taskId, slot, 77));
        return ILabelSettlement.SlotProof(slot, 77, delivery(), proof);
    }

    function scoreEntry(
        bytes32 taskId,
        uint32 slot,
        uint256 agreements
    )
        internal
        view
        returns (IHiddenGoldSettlement.SlotScore memory)
    {
        bytes memory proof = proofs.proofOf(scoreKey, scoreSignals(taskId, slot, agreements, 88));
        return IHiddenGoldSettlement.SlotScore(slot, agreements, 88, proof);
    }

    function proofsOfTask(
        bytes32 taskId,
        uint32[] memory slots
    )
        internal
        view
        returns (IOpenGoldSettlement.TaskProofs memory group)
    {
        group.taskId = taskId;
        group.gold = goldSet();
        group.proofs = new ILabelSettlement.SlotProof[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            group.proofs[i] = agreementEntry(taskId, slots[i]);
        }
    }

    function deliveriesOfTask(
        bytes32 taskId,
        uint32[] memory slots
    )
        internal
        view
        returns (IOpenGoldSettlement.TaskDeliveries memory group)
    {
        group.taskId = taskId;
        group.proofs = new ILabelSettlement.SlotProof[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            group.proofs[i] = legalityEntry(taskId, slots[i]);
        }
    }

    /// @dev Slot i gets `agreements[i]`.
    function scoresOfTask(
        bytes32 taskId,
        uint256[] memory agreements
    )
        internal
        view
        returns (IHiddenGoldSettlement.TaskScores memory group)
    {
        group.taskId = taskId;
        group.scores = new IHiddenGoldSettlement.SlotScore[](agreements.length);
        for (uint32 i; i < agreements.length; ++i) {
            group.scores[i] = scoreEntry(taskId, i, agreements[i]);
        }
    }

    /// @dev A batch of one task.
    function only(IOpenGoldSettlement.TaskProofs memory group)
        internal
        pure
        returns (IOpenGoldSettlement.TaskProofs[] memory batch)
    {
        batch = new IOpenGoldSettlement.TaskProofs[](1);
        batch[0] = group;
    }

    function only(IOpenGoldSettlement.TaskDeliveries memory group)
        internal
        pure
        returns (IOpenGoldSettlement.TaskDeliveries[] memory batch)
    {
        batch = new IOpenGoldSettlement.TaskDeliveries[](1);
        batch[0] = group;
    }

    function only(IHiddenGoldSettlement.TaskScores memory group)
        internal
        pure
        returns (IHiddenGoldSettlement.TaskScores[] memory batch)
    {
        batch = new IHiddenGoldSettlement.TaskScores[](1);
        batch[0] = group;
    }

    function stateOf(bytes32 taskId, uint32 slot) internal view returns (ITaskRegistry.SlotState) {
        return tasks.slotOf(taskId, slot).state;
    }

    function endingOf(bytes32 taskId, uint32 slot) internal view returns (ITaskRegistry.Ending) {
        return tasks.slotOf(taskId, slot).ending;
    }

    function assertState(bytes32 taskId, uint32 slot, ITaskRegistry.SlotState expected) internal view {
        assertEq(uint8(stateOf(taskId, slot)), uint8(expected));
    }
}
