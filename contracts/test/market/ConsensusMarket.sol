// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ReferenceStatement} from "../utils/ReferenceStatement.sol";
import {Rules} from "../utils/Rules.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @notice How the people of the market act in consensus tasks: sixteen items, four classes, half must agree.
abstract contract ConsensusMarket is MarketWorld {
    using Rules for Rules.Scalar;

    uint256 internal constant ITEMS = 16;
    uint256 internal constant CLASSES = 4;
    /// @dev Workers of one proof.
    uint256 internal constant CHUNK = 7;

    uint256 internal consensusReached;

    /// @param slots Those that delivered.
    /// @param agreements Of each of them with the majority.
    struct Tally {
        uint32[] slots;
        uint256[] agreements;
        uint256 support;
    }

    function voteRules() internal pure returns (uint256) {
        return Rules.Scalar({
            kind: 0, capacity: 64, itemCount: ITEMS, goldCount: 0, thresholdBps: 5000, max: CLASSES - 1, tolerance: 0
        }).pack();
    }

    function consensusData(Job memory job) internal view returns (bytes memory) {
        IConsensusSettlement.Terms memory terms;
        terms.rules = voteRules();
        terms.encryptionKey = [PK_X, PK_Y];
        (terms.legalityKeyId, terms.consensusKeyId) = (legalityKey, consensusKey);
        terms.firstSlots = tasksSlots(job);
        (terms.joinWindow, terms.commitWindow, terms.deliverWindow, terms.settleWindow) =
        (WINDOW, WINDOW, WINDOW, WINDOW);
        terms.publication = IConsensusSettlement.Publication("Consensus", "schema", "manifest", "CC0-1.0");
        return abi.encode(terms);
    }

    function tasksSlots(Job memory job) internal pure returns (uint32) {
        return uint32(3 + draw(job.seed, "slots", 0) % 3);
    }

    function labelOf(Job memory job, uint32 slot, uint256 item) internal pure returns (uint256) {
        Worker temper = temperOf(job.workers[slot]);
        uint256 truth = draw(job.seed, "truth", item) % CLASSES;
        if (temper == Worker.Honest && chance(job.seed, "sees", slot * ITEMS + item, 92)) return truth;
        // They agreed on it beforehand.
        if (temper == Worker.Colluding) return (truth + 1) % CLASSES;
        return draw(job.seed, "guess", slot * ITEMS + item) % CLASSES;
    }

    function commitConsensus(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            bool joined = tasks.slotOf(job.id, slot).state == ITaskRegistry.SlotState.Joined;
            bool silent = temperOf(job.workers[slot]) == Worker.Silent;
            // Some of the silent commit and are heard of no more.
            if (!joined || (silent && chance(job.seed, "vanishes", slot, 50))) continue;
            vm.prank(workers[job.workers[slot]]);
            consensus.commit(job.id, slot, commitmentOf(job, slot));
        }
    }

    function deliverConsensus(Job memory job) internal {
        bytes memory stolen;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (consensus.commitmentOf(job.id, slot) == 0 || temperOf(job.workers[slot]) == Worker.Silent) continue;
            address worker = workers[job.workers[slot]];
            uint256 digest = digestOf(job, slot);
            if (stolen.length != 0) {
                tryTheft(
                    worker,
                    address(consensus),
                    abi.encodeCall(consensus.deliver, (job.id, slot, digest, delivery(), stolen))
                );
            }
            bytes memory proof = deliveryProof(job, slot, legalityKey, voteRules(), new uint256[](0));
            vm.prank(worker);
            consensus.deliver(job.id, slot, digest, delivery(), proof);
            stolen = proof;
        }
    }

    /// @dev The majority, counted once more; ties go to the lowest label.
    function countVotes(Job memory job) internal view returns (Tally memory tally) {
        uint256 delivered;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (consensus.workOf(job.id, slot).delivered) ++delivered;
        }
        (tally.slots, tally.agreements) = (new uint32[](delivered), new uint256[](delivered));
        uint256 next;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (consensus.workOf(job.id, slot).delivered) tally.slots[next++] = slot;
        }
        for (uint256 item; item < ITEMS; ++item) {
            uint256[CLASSES] memory votes;
            uint256 winner;
            for (uint256 i; i < delivered; ++i) {
                ++votes[labelOf(job, tally.slots[i], item)];
            }
            for (uint256 label = 1; label < CLASSES; ++label) {
                if (votes[label] > votes[winner]) winner = label;
            }
            tally.support += votes[winner];
            for (uint256 i; i < delivered; ++i) {
                if (labelOf(job, tally.slots[i], item) == winner) ++tally.agreements[i];
            }
        }
    }

    function outOf(Job memory job) internal pure returns (uint256) {
        return draw(job.seed, "consensus", 0) >> 8;
    }

    function wholeDigest(Job memory job) internal pure returns (uint256) {
        return draw(job.seed, "whole", 0) >> 8;
    }

    function consensusProof(Job memory job, Tally memory tally) internal returns (bytes memory) {
        uint256 used = tally.slots.length;
        uint256[] memory vector = new uint256[](4 + 4 * CHUNK);
        (vector[0], vector[1], vector[2]) = (consensus.taskContext(job.id, 0), outOf(job), used);
        vector[3] = tally.support;
        for (uint256 i; i < used; ++i) {
            vector[4 + i] = commitmentOf(job, tally.slots[i]);
            vector[4 + CHUNK + i] = 1;
            vector[4 + 2 * CHUNK + i] = (1 << ITEMS) - 1;
            vector[4 + 3 * CHUNK + i] = tally.agreements[i];
        }
        uint256 context = consensus.taskContext(job.id, consensusKey);
        return proofOf(ReferenceStatement.publicSignals(wholeDigest(job), context, vector));
    }

    function conclusion(
        Job memory job,
        Tally memory tally,
        uint256[] memory agreements,
        bytes memory proof
    )
        internal
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            consensus.conclude, (job.id, tally.slots, agreements, outOf(job), tally.support, wholeDigest(job), proof)
        );
    }

    function concludeConsensus(Job memory job) internal {
        if (job.temper == Requester.Silent) return;
        Tally memory tally = countVotes(job);
        uint256 used = tally.slots.length;
        if (used == 0) return;
        bytes memory proof = consensusProof(job, tally);
        // A requester that would rather pay nobody has no proof of it.
        tryTheft(job.requester, address(consensus), conclusion(job, tally, new uint256[](used), proof));
        vm.prank(job.requester);
        (bool done,) = address(consensus).call(conclusion(job, tally, tally.agreements, proof));
        assertTrue(done, "consensus");
        ++consensusReached;
    }
}
