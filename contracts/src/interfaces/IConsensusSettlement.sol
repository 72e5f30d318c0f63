// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Grading} from "../libraries/Grading.sol";
import {ILabelSettlement} from "./ILabelSettlement.sol";

/// @title IConsensusSettlement
/// @notice Several workers label the same items; an aggregator proves the majority label of each item, how far each worker
/// agrees with it, and a commitment to the consensus labels, which become a dataset version. Workers under the threshold
/// are not paid. Silence pays everyone who delivered.
/// @dev The aggregator is the requester, or anyone it names; it holds the secret of `encryptionKey`. Only it may send what
/// chooses a salt ({conclude}, {tally}, {decide}): a worker that tallied its own vote under a salt of its own would leave
/// counts that nobody else can open. The result itself has no choice in it. Ties go to the lowest label.
/// Warning: whoever joins with most of the accounts is the majority, the requester not excepted. So a proven disagreement
/// costs the reward alone, never a stake, and no bond is taken here. Only a gate that knows people apart helps; ask for one
/// before you work for a requester you do not know, above all in a task of several rounds, whose votes it has read.
/// Up to 7 workers and 64 items are settled by one proof ({conclude}). More go by chunks of 7 workers: {tally} adds each chunk
/// to committed counts, {decide} takes the majority, {agree} settles the workers of each chunk.
/// A vote weighs 1, or with `historyOf` 1 to 15 by how far the worker agreed with that requester's earlier consensus:
/// `1 + 15 * max(0, 2 * (agreements + 1) / (items + 2) - 1)`, rounded down and at most two less than
/// `firstSlots >> assignmentShift`, the votes that an item can expect, or 1; fixed when the worker commits: in a full round no
/// one vote is half of all, whoever the others are.
/// Warning: a worker's own vote is among those it is measured by, and ties go to the lowest label. Where few vote on an item,
/// whoever always gives one answer agrees too often. First rounds of fewer than three slots are refused; the SDK asks for
/// more, counts what a draw leaves of them, and asks for a threshold that such a worker does not reach.
/// With `firstSlots < slots` a task starts small: while the agreement stays under `agreementBoundBps`, a round with
/// `stepSlots` more follows, to which whoever was missing in the last one adds a free slot.
/// A frozen key of any kind halts the task: delivered slots without a proven rejection are paid, the rest lapses.
///
/// With `assignmentShift` s > 0 each worker gets each item with probability 2^-s. Votes on other items do not count. What a
/// worker gets is a hash over three things:
/// 1. a secret of the round, to which the requester was bound before anyone joined: no worker can know, when it chooses its
///    account, its payout or its time to join, what they will bring it. Each round opens the next link of a hash chain, so
///    that those who join later are as blind as the first.
/// 2. a beacon from the hash of a block that nobody knows when it is picked: the first {drawBeacon} after joining closed picks
/// the block after its own, and the hash is read later. Anyone may call. So a contract that joins last and draws sees nothing
/// to its taste, and trying again changes nothing: once picked, the block is what it is. A requester that knew beforehand who
/// would join gains nothing from that: the beacon is not known when it fixes the secret.
/// 3. the worker's own account and payout, and nobody else's: no other account that joins, late or often, moves a draw.
/// When joining closed, in which block and by whom, is in none of them.
/// A requester that dislikes a draw can only keep the secret, in which case the round's slots lapse without a slash.
/// What is left, and only together with the secret: who builds the picked block can try many of them for the one it likes, and
/// pay for its choice in what it leaves out; so can whoever orders the blocks of a rollup. And a hash can be read for
/// 8,191 blocks (EIP-2935), which are 27 hours of 12-second blocks and 27 minutes of 200-millisecond blocks; for 256 on a chain
/// without that contract. If in all of them nobody else cares to fix a beacon, the requester can let it pass and pick another
/// block. A worker that cares draws the beacon itself as soon as joining is over.
interface IConsensusSettlement is ILabelSettlement {
    /// @notice The dataset that the consensus becomes. This module registers it, so that its labels are known to be proven, and
    /// offers it to the requester.
    struct Publication {
        string name;
        bytes32 schemaHash;
        bytes32 manifestDigest;
        string licence;
    }

    /// @param rules Packed label rules: scalar classes (distance, tolerance 0), at most 4 (max 1 to 3), without gold
    /// (goldCount 0), capacity 64 (at most 7 slots) or 256.
    /// @param encryptionKey The aggregator's BabyJubJub public key, affine x and y.
    /// @param aggregator Who may send proofs of the majority; the zero address for the requester.
    /// @param legalityKeyId Key of the legality circuit of this capacity.
    /// @param consensusKeyId For capacity 64: key of the consensus circuit. Otherwise zero, as are the next three for 64.
    /// @param historyOf Whose consensus history weighs the votes; zero for one worker, one vote.
    /// @param assignmentShift 0 to 3: each item goes to each worker with probability 2^-assignmentShift.
    /// @param seedCommitment `keccak256(abi.encode(secret))` of the first round's secret, which in turn is the hash of the
    /// second round's, and so on; zero exactly when `assignmentShift` is.
    /// @param firstSlots Slots of the first round (3 to `slots`).
    /// @param stepSlots Slots of each later round, of which there are at most 15; zero exactly when `firstSlots` is `slots`.
    /// @param agreementBoundBps Agreement at which no further round follows, in basis points of all counted votes; zero exactly
    /// when `stepSlots` is.
    /// @param joinWindow Each round: time to join, then to commit, then to deliver, then to prove, in seconds. A later round's
    /// windows start when it opens. The task's `joinBy` is the last second to join of the last round there can be; what it
    /// leaves for the first one's joining is at most `joinWindow` and at least the shortest window.
    /// @param commitWindow With an assignment, seeds are taken in its first half: what is left is the workers'.
    struct Terms {
        uint256 rules;
        uint256[2] encryptionKey;
        address aggregator;
        bytes32 legalityKeyId;
        bytes32 consensusKeyId;
        bytes32 tallyKeyId;
        bytes32 decideKeyId;
        bytes32 agreeKeyId;
        address historyOf;
        uint8 assignmentShift;
        bytes32 seedCommitment;
        uint32 firstSlots;
        uint32 stepSlots;
        uint16 agreementBoundBps;
        uint32 joinWindow;
        uint32 commitWindow;
        uint32 deliverWindow;
        uint32 settleWindow;
        Grading.Scale grading;
        Publication publication;
    }

    /// @notice Where a task stands. Deadlines are those of the current round, in seconds.
    /// @param round 0 for the first.
    /// @param slotLimit Slots that may be taken by now.
    /// @param roundLimit Rounds there can be.
    /// @param firstSlot Number of the round's first slot; those before it joined in earlier rounds.
    /// @param tallied Delivered slots whose votes are in `counts`.
    /// @param counts Commitment to the counts so far (chunked tasks).
    /// @param out Commitment to the consensus labels; zero before the majority is proven for good.
    /// @param support Winning votes over all items, weighted.
    /// @param possible What `support` would be if all agreed: weight times assigned items over all delivered slots.
    /// @param weight Sum of all weights delivered.
    struct Progress {
        uint32 round;
        uint32 roundLimit;
        uint32 firstSlot;
        uint32 slotLimit;
        uint32 committed;
        uint32 delivered;
        uint32 tallied;
        uint64 joinBy;
        uint64 commitBy;
        uint64 deliverBy;
        uint64 settleBy;
        uint256 counts;
        uint256 out;
        uint256 support;
        uint256 possible;
        uint256 weight;
    }

    /// @param weight Of this worker's votes; zero before it commits.
    /// @param assigned Items that count.
    struct Work {
        uint8 weight;
        bool delivered;
        bool tallied;
        uint16 assigned;
    }

    /// @param agreements Labels that agreed with a proven consensus.
    /// @param items Labels that were compared.
    struct History {
        uint64 agreements;
        uint64 items;
    }

    event ConsensusTermsSet(bytes32 indexed taskId, Terms terms);
    /// @notice The beacon of a round will come from the hash of this block; a later event for the same round takes its place.
    event BeaconScheduled(bytes32 indexed taskId, uint32 indexed round, uint64 blockNumber);
    event BeaconDrawn(bytes32 indexed taskId, uint32 indexed round, bytes32 beacon);
    event SeedRevealed(bytes32 indexed taskId, uint32 indexed round, bytes32 seed);
    event LabelsCommitted(
        bytes32 indexed taskId, uint32 indexed slot, address indexed worker, uint256 commitment, uint8 weight
    );
    event CountsAdded(bytes32 indexed taskId, uint32[] slots, uint256 previous, uint256 next);
    /// @param support Winning votes over all items, weighted; `possible` is what it would be if all agreed.
    event RoundOpened(
        bytes32 indexed taskId,
        uint32 indexed round,
        uint32 slotLimit,
        uint256 support,
        uint256 possible,
        uint64 settleBy
    );
    event ConsensusReached(
        bytes32 indexed taskId, bytes32 indexed versionId, uint256 out, uint256 support, uint256 possible
    );
    event SlotAgreed(bytes32 indexed taskId, uint32 indexed slot, uint256 agreements, uint256 assigned, bool passed);

    error ConsensusSettlement_TermsInvalid(string field);
    /// @notice So few slots in the first round that one vote could decide against all others by a tie.
    error ConsensusSettlement_TooFewVoters(uint256 firstSlots, uint256 required);
    error ConsensusSettlement_NotAggregator(bytes32 taskId, address caller);
    error ConsensusSettlement_JoinByMismatch(uint256 joinBy, uint256 required);
    error ConsensusSettlement_SeedMissing(bytes32 taskId);
    error ConsensusSettlement_SeedMismatch(bytes32 taskId, bytes32 commitment, bytes32 given);
    error ConsensusSettlement_SeedAlreadyRevealed(bytes32 taskId);
    error ConsensusSettlement_BeaconAlreadyDrawn(bytes32 taskId, uint32 round);
    /// @notice No block is picked (`beaconBlock` zero), or its hash cannot be read any more: {drawBeacon} picks one.
    error ConsensusSettlement_BeaconNotScheduled(bytes32 taskId, uint256 beaconBlock, uint256 blockNumber);
    /// @notice The picked block is not past.
    error ConsensusSettlement_BeaconTooEarly(bytes32 taskId, uint256 beaconBlock, uint256 blockNumber);
    error ConsensusSettlement_NoAssignment(bytes32 taskId);
    error ConsensusSettlement_JoiningOpen(bytes32 taskId, uint256 joinBy, uint256 timestamp);
    error ConsensusSettlement_CommitsStillOpen(bytes32 taskId, uint256 commitBy, uint256 timestamp);
    error ConsensusSettlement_DeliveriesStillOpen(bytes32 taskId, uint256 deliverBy, uint256 timestamp);
    error ConsensusSettlement_WrongPath(bytes32 taskId);
    error ConsensusSettlement_SlotsIncomplete(bytes32 taskId, uint256 given, uint256 required);
    error ConsensusSettlement_SlotNotDelivered(bytes32 taskId, uint32 slot);
    error ConsensusSettlement_AlreadyDelivered(bytes32 taskId, uint32 slot);
    /// @notice Named before in the same list (slots must rise), or in the counts already.
    error ConsensusSettlement_SlotTwice(bytes32 taskId, uint32 slot);
    error ConsensusSettlement_ChunkSize(uint256 count, uint256 maxCount);
    error ConsensusSettlement_ValueOutOfRange(string name, uint256 value, uint256 max);
    error ConsensusSettlement_Undecided(bytes32 taskId);
    error ConsensusSettlement_AlreadyDecided(bytes32 taskId);

    /// @notice Two steps to the beacon of the round's assignment, once nobody can join in this round. The first call picks the
    /// block after its own; a call after that block fixes the beacon, `keccak256(abi.encode(chainId, taskId, round,
    /// blockhash))`, once a round. After 8,191 more blocks without it (256 where the chain has no history contract, EIP-2935) the
    /// hash is lost, and a call picks a block again. Anyone may call.
    function drawBeacon(bytes32 taskId) external;

    /// @notice Fixes the assignment of all who have joined in this round: `keccak256(abi.encode(secret, beacon))`. Anyone who
    /// knows the secret, from when the picked block is past up to the middle of the commit window; fixes the beacon when
    /// nobody has.
    /// @dev Warning: a call that is refused shows the secret to whoever sees it. Send none before the picked block is past.
    function revealSeed(bytes32 taskId, bytes32 secret) external;

    /// @notice Fixes the labels of the caller's slot without showing them, and the weight of its votes. With an assignment, once
    /// the seed of the round is known.
    function commit(bytes32 taskId, uint32 slot, uint256 commitment) external;

    /// @notice Delivers committed labels, encrypted to the aggregator, with a proof that they are legal. Once commits are over
    /// (deadline passed, or the round's slots are taken and all have committed); anyone may relay.
    function deliver(
        bytes32 taskId,
        uint32 slot,
        uint256 digest,
        Delivery calldata delivery,
        bytes calldata proof
    )
        external;

    /// @notice {deliver} for up to 64 slots of one task; one that cannot be accepted is passed over with `SubmissionRefused`.
    /// @dev Whatever is wrong with the whole task, and a malformed delivery, reverts as {deliver} does.
    function deliverBatch(bytes32 taskId, SlotProof[] calldata proofs) external;

    /// @notice Capacity 64: proves the consensus over every delivered slot and settles them, or opens another round. Once
    /// deliveries are over (deadline passed, or commits are over and all have delivered).
    /// @param slots Every delivered slot, rising.
    /// @param agreements Of each of them.
    function conclude(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256[] calldata agreements,
        uint256 out,
        uint256 support,
        uint256 digest,
        bytes calldata proof
    )
        external;

    /// @notice Capacity 256: adds the votes of up to 7 delivered slots to the counts.
    function tally(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256 next,
        uint256 digest,
        bytes calldata proof
    )
        external;

    /// @notice Capacity 256: proves the majority of the counts once every delivered slot is tallied, or opens another round.
    function decide(bytes32 taskId, uint256 out, uint256 support, uint256 digest, bytes calldata proof) external;

    /// @notice Capacity 256: proves how far up to 7 workers agree with the consensus and settles them.
    function agree(
        bytes32 taskId,
        uint32[] calldata slots,
        uint256[] calldata agreements,
        uint256 digest,
        bytes calldata proof
    )
        external;

    function terms(bytes32 taskId) external view returns (Terms memory);
    function progressOf(bytes32 taskId) external view returns (Progress memory);
    function workOf(bytes32 taskId, uint32 slot) external view returns (Work memory);
    /// @notice Items assigned to a slot, 248 to a word, item 0 in the lowest bit; empty before the seed is known. Bit i of word w
    /// is the AND over j < `assignmentShift` of that bit of `keccak256(abi.encode(seed, worker, payout, w, j))`; all items
    /// when that leaves none, and when there is no assignment.
    function assignmentOf(bytes32 taskId, uint32 slot) external view returns (uint256[] memory mask);
    /// @notice The seed of a round; zero before it is known.
    function seedOf(bytes32 taskId, uint32 round) external view returns (bytes32);
    /// @notice The beacon of a round and the block it is from, or will be; each zero before it is known.
    function beaconOf(bytes32 taskId, uint32 round) external view returns (bytes32 beacon, uint64 blockNumber);
    function historyOf(address requester, address worker) external view returns (History memory);
    /// @notice Context of the statements about a task as a whole (slot 2^32 - 1, no payout) under a key; with a zero key id, what
    /// the consensus labels are committed for.
    function taskContext(bytes32 taskId, bytes32 keyId) external view returns (uint256);
}
