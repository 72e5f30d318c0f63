// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../src/libraries/Grading.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {ReferenceStatement} from "./ReferenceStatement.sol";
import {Rules} from "./Rules.sol";

/// @notice Consensus tasks with a mock proof system; masks and statements computed the slow and obvious way.
abstract contract ConsensusTest is ProtocolTest {
    using Rules for Rules.Scalar;

    uint32 internal constant WINDOW = 1000;
    uint64 internal constant DELIVER_BY = uint64(START + 3000);
    uint64 internal constant SETTLE_BY = uint64(START + 4000);
    uint32 internal constant WHOLE_TASK = type(uint32).max;
    uint256 internal constant SMALL_ITEMS = 10;
    uint256 internal constant LARGE_ITEMS = 250;
    uint256 internal constant OUT = 31_337;
    bytes32 internal constant SECRET_2 = "third round";
    /// @dev H("veritask.counts.1", 0, 0 x 52), computed by the SDK.
    uint256 internal constant ZERO_COUNTS =
        21120946712707854102462624947789385109055756570087986727247613001039237672485;

    IConsensusSettlement internal consensus;
    bytes32 internal consensusKey;
    bytes32 internal tallyKey;
    bytes32 internal decideKey;
    bytes32 internal agreeKey;

    function setUp() public virtual override {
        super.setUp();
        // By name: whoever imports this contract is compiled as it is.
        consensus = IConsensusSettlement(
            deployCode("ConsensusSettlement.sol:ConsensusSettlement", abi.encode(tasks, keys, parameters, datasets))
        );
        parameters.setSettlement(address(consensus), true);
        consensusKey = activeKey("consensus");
        tallyKey = activeKey("tally");
        decideKey = activeKey("decide");
        agreeKey = activeKey("agree");
        vm.warp(START);
    }

    function activeKey(bytes memory name) internal returns (bytes32 keyId) {
        vm.warp(START);
        keyId = keys.propose(KeyProposals.challenged(address(proofs), name, keccak256(name), true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(keyId);
    }

    function rulesOf(uint256 capacity, uint256 items) internal pure returns (uint256) {
        return Rules.Scalar({
            kind: 0, capacity: capacity, itemCount: items, goldCount: 0, thresholdBps: 6000, max: 3, tolerance: 0
        }).pack();
    }

    // Terms

    /// @dev Ten items, one proof, one round.
    function smallTerms(uint32 slots) internal view returns (IConsensusSettlement.Terms memory made) {
        made.rules = rulesOf(64, SMALL_ITEMS);
        made.encryptionKey = [PK_X, PK_Y];
        made.aggregator = address(this);
        made.legalityKeyId = legalityKey;
        made.consensusKeyId = consensusKey;
        made.firstSlots = slots;
        made.joinWindow = WINDOW;
        made.commitWindow = WINDOW;
        made.deliverWindow = WINDOW;
        made.settleWindow = WINDOW;
        made.grading = Grading.Scale({curve: Grading.Curve.Threshold, steps: new Grading.Step[](0)});
        made.publication = IConsensusSettlement.Publication({
            name: "Digits by consensus", schemaHash: "schema", manifestDigest: "manifest", licence: "CC0-1.0"
        });
    }

    /// @dev 250 items, so that the second mask word is used; by chunks.
    function largeTerms(uint32 slots) internal view returns (IConsensusSettlement.Terms memory made) {
        made = smallTerms(slots);
        made.rules = rulesOf(256, LARGE_ITEMS);
        made.consensusKeyId = 0;
        (made.tallyKeyId, made.decideKeyId, made.agreeKeyId) = (tallyKey, decideKey, agreeKey);
    }

    /// @dev Rounds of `first` slots, then `step` each, while less than 80 % agree.
    function adaptive(
        IConsensusSettlement.Terms memory made,
        uint32 first,
        uint32 step
    )
        internal
        pure
        returns (IConsensusSettlement.Terms memory)
    {
        (made.firstSlots, made.stepSlots, made.agreementBoundBps) = (first, step, 8000);
        return made;
    }

    /// @dev Half of the items, with secrets for three rounds.
    function drawn(IConsensusSettlement.Terms memory made) internal pure returns (IConsensusSettlement.Terms memory) {
        made.assignmentShift = 1;
        made.seedCommitment = keccak256(abi.encode(secretOf(0)));
        return made;
    }

    function secretOf(uint256 round) internal pure returns (bytes32 secret) {
        secret = SECRET_2;
        for (uint256 i = 2; i > round; --i) {
            secret = keccak256(abi.encode(secret));
        }
    }

    function consensusRequest(
        IConsensusSettlement.Terms memory made,
        uint32 slots
    )
        internal
        view
        returns (ITaskRegistry.TaskRequest memory asked)
    {
        asked = request();
        asked.slots = slots;
        // Without a payload nobody waits for a content key: a missed deadline is the worker's.
        asked.payloadDigest = 0;
        asked.settlement = address(consensus);
        asked.settlementData = abi.encode(made);
        uint256 later = made.stepSlots == 0 ? 0 : (slots - made.firstSlots + made.stepSlots - 1) / made.stepSlots;
        asked.joinBy = uint64(JOIN_BY + later * 4 * WINDOW);
    }

    function create(IConsensusSettlement.Terms memory made, uint32 slots) internal returns (bytes32) {
        return createTask(consensusRequest(made, slots));
    }

    // Steps

    function joinAll(bytes32 taskId, uint32 from, uint32 to) internal {
        for (uint32 i = from; i < to; ++i) {
            join(taskId, workerAt(i));
        }
    }

    /// @dev A block is picked for the beacon, and it is past.
    function pickBeacon(bytes32 taskId) internal returns (uint64 beaconBlock) {
        consensus.drawBeacon(taskId);
        vm.roll(vm.getBlockNumber() + 2);
        (, beaconBlock) = consensus.beaconOf(taskId, consensus.progressOf(taskId).round);
    }

    function revealSeed(bytes32 taskId, uint32 round) internal {
        pickBeacon(taskId);
        consensus.revealSeed(taskId, secretOf(round));
    }

    function commitLabels(bytes32 taskId, uint32 slot) internal {
        vm.prank(tasks.slotOf(taskId, slot).worker);
        consensus.commit(taskId, slot, commitmentFor(slot));
    }

    function commitAll(bytes32 taskId, uint32 from, uint32 to) internal {
        for (uint32 i = from; i < to; ++i) {
            commitLabels(taskId, i);
        }
    }

    function deliverAll(bytes32 taskId, uint32 from, uint32 to) internal {
        for (uint32 i = from; i < to; ++i) {
            deliverLabels(taskId, i);
        }
    }

    /// @dev Slots from `from` up to `to` joined, committed and delivered.
    function fill(bytes32 taskId, uint32 from, uint32 to) internal {
        joinAll(taskId, from, to);
        commitAll(taskId, from, to);
        deliverAll(taskId, from, to);
    }

    function deliverLabels(bytes32 taskId, uint32 slot) internal {
        consensus.deliver(taskId, slot, 77, deliveryOf(taskId), deliveryProof(taskId, slot));
    }

    function conclude(bytes32 taskId, uint32[] memory slots, uint256[] memory agreements, uint256 support) internal {
        bytes memory proof = concludeProof(taskId, slots, agreements, support);
        consensus.conclude(taskId, slots, agreements, OUT, support, 99, proof);
    }

    function tally(bytes32 taskId, uint32[] memory slots, uint256 next) internal {
        consensus.tally(taskId, slots, next, 55, tallyProof(taskId, slots, next));
    }

    function decide(bytes32 taskId, uint256 support) internal {
        consensus.decide(taskId, OUT, support, 66, decideProof(taskId, support));
    }

    function agree(bytes32 taskId, uint32[] memory slots, uint256[] memory agreements) internal {
        consensus.agree(taskId, slots, agreements, 44, agreeProof(taskId, slots, agreements));
    }

    // Reference

    function deliveryOf(bytes32 taskId) internal view returns (ILabelSettlement.Delivery memory made) {
        made = delivery();
        if (!isLarge(taskId)) return made;
        made.ciphertext = new uint256[](10);
        for (uint256 i; i < 10; ++i) {
            made.ciphertext[i] = 7000 + i;
        }
    }

    function isLarge(bytes32 taskId) internal view returns (bool) {
        return consensus.terms(taskId).consensusKeyId == 0;
    }

    /// @dev One item at a time.
    function maskOf(bytes32 taskId, uint32 slot, uint32 round) internal view returns (uint256[] memory mask) {
        IConsensusSettlement.Terms memory pinned = consensus.terms(taskId);
        (uint256 items, uint256 length) = isLarge(taskId) ? (LARGE_ITEMS, uint256(2)) : (SMALL_ITEMS, uint256(1));
        bytes32 seed = consensus.seedOf(taskId, round);
        mask = new uint256[](length);
        uint256 taken;
        for (uint256 i; i < items; ++i) {
            if (!draws(pinned.assignmentShift, seed, tasks.slotOf(taskId, slot), i)) continue;
            mask[i / 248] += 2 ** (i % 248);
            ++taken;
        }
        if (taken != 0) return mask;
        for (uint256 i; i < items; ++i) {
            mask[i / 248] += 2 ** (i % 248);
        }
    }

    function draws(
        uint256 shift,
        bytes32 seed,
        ITaskRegistry.Slot memory taken,
        uint256 item
    )
        internal
        pure
        returns (bool)
    {
        for (uint256 j; j < shift; ++j) {
            uint256 word = uint256(keccak256(abi.encode(seed, taken.worker, taken.payout, item / 248, j)));
            if (word / 2 ** (item % 248) % 2 == 0) return false;
        }
        return true;
    }

    function itemsOf(uint256[] memory mask) internal pure returns (uint256 items) {
        for (uint256 w; w < mask.length; ++w) {
            for (uint256 i; i < 256; ++i) {
                items += mask[w] / 2 ** i % 2;
            }
        }
    }

    function deliveryProof(bytes32 taskId, uint32 slot) internal view returns (bytes memory) {
        return proofs.proofOf(legalityKey, consensusLegality(taskId, slot, deliveryOf(taskId)));
    }

    function consensusLegality(
        bytes32 taskId,
        uint32 slot,
        ILabelSettlement.Delivery memory made
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256 rules = consensus.terms(taskId).rules;
        uint256[] memory vector = head(address(consensus), taskId, slot, commitmentFor(slot), rules);
        uint256[] memory points = new uint256[](4);
        (points[0], points[1], points[2], points[3]) = (PK_X, PK_Y, made.ephemeralKey[0], made.ephemeralKey[1]);
        vector = ReferenceStatement.concat(ReferenceStatement.concat(vector, points), made.ciphertext);
        return signalsUnder(address(consensus), legalityKey, taskId, slot, 77, vector);
    }

    function words(uint256 a) internal pure returns (uint256[] memory made) {
        made = new uint256[](1);
        made[0] = a;
    }

    function words(uint256 a, uint256 b) internal pure returns (uint256[] memory) {
        return ReferenceStatement.concat(words(a), words(b));
    }

    function words(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory) {
        return ReferenceStatement.concat(words(a, b), words(c));
    }

    /// @dev Filled up with zeros to `length`.
    function padded(uint256[] memory list, uint256 length) internal pure returns (uint256[] memory) {
        return ReferenceStatement.concat(list, new uint256[](length - list.length));
    }

    function commitmentsOf(uint32[] memory slots) internal pure returns (uint256[] memory list) {
        for (uint256 i; i < slots.length; ++i) {
            list = ReferenceStatement.concat(list, words(commitmentFor(slots[i])));
        }
        return padded(list, 7);
    }

    function weightsOf(bytes32 taskId, uint32[] memory slots) internal view returns (uint256[] memory list) {
        for (uint256 i; i < slots.length; ++i) {
            list = ReferenceStatement.concat(list, words(consensus.workOf(taskId, slots[i]).weight));
        }
        return padded(list, 7);
    }

    function masksOf(bytes32 taskId, uint32[] memory slots) internal view returns (uint256[] memory list) {
        for (uint256 i; i < slots.length; ++i) {
            list = ReferenceStatement.concat(list, maskOf(taskId, slots[i], roundOf(slots[i])));
        }
        return padded(list, isLarge(taskId) ? 14 : 7);
    }

    /// @dev A test with rounds says which slot joined in which.
    function roundOf(uint32) internal view virtual returns (uint32) {
        return 0;
    }

    function taskSignals(
        bytes32 taskId,
        bytes32 keyId,
        uint256 digest,
        uint256[] memory vector
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256 context = ReferenceStatement.contextOf(address(consensus), taskId, WHOLE_TASK, address(0), keyId);
        return ReferenceStatement.publicSignals(digest, context, vector);
    }

    function outContext(bytes32 taskId) internal view returns (uint256) {
        return ReferenceStatement.contextOf(address(consensus), taskId, WHOLE_TASK, address(0), 0);
    }

    function concludeSignals(
        bytes32 taskId,
        uint32[] memory slots,
        uint256[] memory agreements,
        uint256 support
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory vector =
            ReferenceStatement.concat(words(outContext(taskId), OUT, slots.length), words(support));
        vector = ReferenceStatement.concat(vector, commitmentsOf(slots));
        vector = ReferenceStatement.concat(vector, weightsOf(taskId, slots));
        vector = ReferenceStatement.concat(vector, masksOf(taskId, slots));
        vector = ReferenceStatement.concat(vector, padded(agreements, 7));
        return taskSignals(taskId, consensusKey, 99, vector);
    }

    function concludeProof(
        bytes32 taskId,
        uint32[] memory slots,
        uint256[] memory agreements,
        uint256 support
    )
        internal
        view
        returns (bytes memory)
    {
        return proofs.proofOf(consensusKey, concludeSignals(taskId, slots, agreements, support));
    }

    function tallySignals(bytes32 taskId, uint32[] memory slots, uint256 next)
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory vector = words(slots.length, consensus.progressOf(taskId).counts, next);
        vector = ReferenceStatement.concat(vector, commitmentsOf(slots));
        vector = ReferenceStatement.concat(vector, weightsOf(taskId, slots));
        return taskSignals(taskId, tallyKey, 55, ReferenceStatement.concat(vector, masksOf(taskId, slots)));
    }

    function tallyProof(bytes32 taskId, uint32[] memory slots, uint256 next) internal view returns (bytes memory) {
        return proofs.proofOf(tallyKey, tallySignals(taskId, slots, next));
    }

    function decideSignals(bytes32 taskId, uint256 support) internal view returns (uint256[] memory) {
        uint256 counts = consensus.progressOf(taskId).counts;
        uint256[] memory vector = ReferenceStatement.concat(words(outContext(taskId), counts), words(OUT, support));
        return taskSignals(taskId, decideKey, 66, vector);
    }

    function decideProof(bytes32 taskId, uint256 support) internal view returns (bytes memory) {
        return proofs.proofOf(decideKey, decideSignals(taskId, support));
    }

    function agreeSignals(
        bytes32 taskId,
        uint32[] memory slots,
        uint256[] memory agreements
    )
        internal
        view
        returns (uint256[] memory)
    {
        uint256[] memory vector = ReferenceStatement.concat(words(slots.length, OUT), commitmentsOf(slots));
        vector = ReferenceStatement.concat(vector, masksOf(taskId, slots));
        return taskSignals(taskId, agreeKey, 44, ReferenceStatement.concat(vector, padded(agreements, 7)));
    }

    function agreeProof(
        bytes32 taskId,
        uint32[] memory slots,
        uint256[] memory agreements
    )
        internal
        view
        returns (bytes memory)
    {
        return proofs.proofOf(agreeKey, agreeSignals(taskId, slots, agreements));
    }

    // Expectations

    function expectReceipt(bytes32 taskId, bytes32 keyId, uint256[] memory signals) internal {
        vm.expectEmit(address(consensus));
        emit ISettlement.ReceiptIssued(
            receiptId(address(consensus), keyId, signals),
            keyId,
            taskId,
            WHOLE_TASK,
            signals,
            proofs.proofOf(keyId, signals)
        );
    }

    function expectRejected(bytes32 keyId, bytes32 taskId) internal {
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.Settlement_ProofRejected.selector, keyId, taskId, WHOLE_TASK)
        );
    }

    function expectOutcome(bytes32 taskId, uint32 slot, ISettlement.Outcome expected) internal view {
        assertEq(uint8(consensus.outcome(taskId, slot)), uint8(expected));
    }

    function repeated(uint256 value, uint256 count) internal pure returns (uint256[] memory list) {
        list = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = value;
        }
    }
}
