// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDirectSettlement} from "../../src/interfaces/IDirectSettlement.sol";
import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @notice How the people of the market act in tasks over one statement. Honest workers find what satisfies it.
abstract contract StatementMarket is MarketWorld {
    uint8 internal constant CONTEXT_INDEX = 2;

    uint256 internal disputesOpened;

    function statement(Job memory job) internal view returns (IProofSettlement.Statement memory made) {
        made.keyId = statementKey;
        made.contextIndex = CONTEXT_INDEX;
        made.pinned = 1;
        made.signals = new uint256[](4);
        made.signals[0] = job.seed >> 8;
    }

    function directData(Job memory job) internal view returns (bytes memory) {
        return abi.encode(IDirectSettlement.Terms({statement: statement(job), proveBy: job.start + 2 * WINDOW}));
    }

    function optimisticData(Job memory job) internal view returns (bytes memory) {
        return abi.encode(
            IOptimisticSettlement.Terms({
                statement: statement(job), claimBy: job.start + 2 * WINDOW, challengeWindow: WINDOW, proveWindow: WINDOW
            })
        );
    }

    function signalsOf(Job memory job, uint32 slot) internal view returns (uint256[] memory signals) {
        signals = new uint256[](4);
        signals[0] = job.seed >> 8;
        signals[1] = draw(job.seed, "answer", slot) >> 8;
        signals[CONTEXT_INDEX] = IProofSettlement(moduleOf(job.kind)).proofContext(job.id, slot);
    }

    function isLive(Job memory job, uint32 slot) internal view returns (bool) {
        return tasks.slotOf(job.id, slot).state == ITaskRegistry.SlotState.Joined;
    }

    /// @dev Who has no proof takes another's from the mempool.
    function workInDirect(Job memory job) internal {
        bytes memory stolen;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!isLive(job, slot)) continue;
            address worker = workers[job.workers[slot]];
            uint256[] memory signals = signalsOf(job, slot);
            if (temperOf(job.workers[slot]) == Worker.Honest) {
                bytes memory proof = proofOf(signals);
                vm.prank(worker);
                direct.prove(job.id, slot, signals, proof, slot % 2 == 0);
                tryTheft(worker, address(direct), abi.encodeCall(direct.prove, (job.id, slot, signals, proof, true)));
                stolen = proof;
            } else if (temperOf(job.workers[slot]) != Worker.Silent && stolen.length != 0) {
                tryTheft(worker, address(direct), abi.encodeCall(direct.prove, (job.id, slot, signals, stolen, true)));
            }
        }
    }

    /// @dev Only honest workers claim what is true.
    function claimOptimistic(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!isLive(job, slot) || temperOf(job.workers[slot]) == Worker.Silent) continue;
            uint256[] memory signals = signalsOf(job, slot);
            vm.prank(workers[job.workers[slot]]);
            optimistic.claim(job.id, slot, signals);
        }
    }

    /// @dev An honest requester checks most claims, and a watcher some of the others. The malicious dispute what is true.
    function disputeOptimistic(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (optimistic.claimOf(job.id, slot).claimedAt == 0) continue;
            bool honest = temperOf(job.workers[slot]) == Worker.Honest;
            address challenger;
            if (honest) {
                if (chance(job.seed, "spite", slot, 20)) challenger = workers[18 + 20 * (slot % 2)];
            } else if (job.temper == Requester.Honest && chance(job.seed, "checks", slot, 80)) {
                challenger = job.requester;
            } else if (chance(job.seed, "watches", slot, 50)) {
                challenger = workers[draw(job.seed, "watcher", slot) % 9];
            }
            if (challenger == address(0)) continue;
            uint96 bond = uint96(tasks.task(job.id).stakePerSlot);
            vm.prank(challenger);
            tasks.dispute(job.id, slot, bond);
            ++disputesOpened;
        }
    }

    function answerOptimistic(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!isLive(job, slot) || optimistic.claimOf(job.id, slot).claimedAt == 0) continue;
            address worker = workers[job.workers[slot]];
            uint256[] memory signals = signalsOf(job, slot);
            // The time of whoever can still prove is not over.
            tryTheft(treasury, address(optimistic), abi.encodeCall(optimistic.resolve, (job.id, slot)));
            if (temperOf(job.workers[slot]) != Worker.Honest) {
                bytes memory made = abi.encodePacked(keccak256("no proof"));
                tryTheft(
                    worker, address(optimistic), abi.encodeCall(optimistic.prove, (job.id, slot, signals, made, true))
                );
            } else if (optimistic.claimOf(job.id, slot).disputedAt != 0) {
                bytes memory proof = proofOf(signals);
                vm.prank(worker);
                optimistic.prove(job.id, slot, signals, proof, true);
            }
        }
    }

    function resolveOptimistic(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (isLive(job, slot)) optimistic.resolve(job.id, slot);
        }
    }
}
