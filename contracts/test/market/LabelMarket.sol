// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../src/libraries/Grading.sol";
import {Rules} from "../utils/Rules.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @notice How the people of the market act in tasks with gold.
/// @dev Three gold items of which two must agree. Rigged gold has two labels that no honest worker gives.
abstract contract LabelMarket is MarketWorld {
    using Rules for Rules.Scalar;

    uint256 internal constant GOLD = 3;
    uint256 internal constant NEEDED = 2;
    uint256 internal constant RIGGED_MASK = 1;
    /// @dev A hidden gold's commitment: some field element.
    uint256 internal constant HIDDEN_GOLD = 4242;

    uint256 internal auditsAsked;

    function goldRules() internal pure returns (uint256) {
        return Rules.digits().pack();
    }

    /// @dev With which gold items the labels of a slot agree.
    function bitsOf(Job memory job, uint32 slot) internal pure returns (uint256 bits) {
        Worker temper = temperOf(job.workers[slot]);
        uint256 percent = 97;
        if (temper == Worker.Careless || temper == Worker.Copying) percent = 35;
        if (temper == Worker.Colluding) percent = 0;
        if (temper == Worker.Malicious) percent = 50;
        for (uint256 item; item < GOLD; ++item) {
            if (chance(job.seed, "agrees", slot * GOLD + item, percent)) bits |= 1 << item;
        }
        if (job.temper == Requester.Rigging) bits &= RIGGED_MASK;
    }

    function agreementsOf(Job memory job, uint32 slot) internal pure returns (uint256 count) {
        for (uint256 bits = bitsOf(job, slot); bits != 0; bits &= bits - 1) {
            ++count;
        }
    }

    function worksIn(Job memory job, uint32 slot) internal view returns (bool) {
        bool joined = tasks.slotOf(job.id, slot).state == ITaskRegistry.SlotState.Joined;
        return joined && temperOf(job.workers[slot]) != Worker.Silent;
    }

    function hasCommitted(Job memory job, uint32 slot) internal view returns (bool) {
        if (job.kind == Kind.OpenGold) return openGold.commitmentOf(job.id, slot) != 0;
        return hiddenGold.commitmentOf(job.id, slot) != 0;
    }

    // Open gold

    function openGoldSet(Job memory job) internal pure returns (IOpenGoldSettlement.Gold memory gold) {
        gold.salt = bytes32(job.seed);
        gold.mask = new uint256[](1);
        gold.mask[0] = 1 << 1 | 1 << 5 | 1 << 40;
        gold.values = new uint256[](1);
        gold.values[0] = 3 | 9 << 16;
    }

    function openGoldData(Job memory job) internal view returns (bytes memory) {
        IOpenGoldSettlement.Gold memory gold = openGoldSet(job);
        bytes32 commitment = keccak256(abi.encode(keccak256("veritask.gold.1"), gold.salt, gold.mask, gold.values));
        return abi.encode(
            IOpenGoldSettlement.Terms({
                rules: goldRules(),
                encryptionKey: [PK_X, PK_Y],
                goldCommitment: commitment,
                agreementKeyId: agreementKey,
                legalityKeyId: legalityKey,
                commitBy: job.start + 2 * WINDOW,
                openBy: job.start + 3 * WINDOW,
                proveBy: job.start + 4 * WINDOW
            })
        );
    }

    function workInOpenGold(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!worksIn(job, slot)) continue;
            vm.prank(workers[job.workers[slot]]);
            openGold.commit(job.id, slot, commitmentOf(job, slot));
        }
    }

    function openTheGold(Job memory job) internal {
        if (job.temper == Requester.Silent) return;
        vm.prank(job.requester);
        openGold.openGold(job.id, openGoldSet(job));
    }

    /// @dev Who agrees enough has a proof; who does not hands in another's.
    function proveOpenGold(Job memory job) internal {
        IOpenGoldSettlement.Gold memory gold = openGoldSet(job);
        uint256[] memory extra = new uint256[](2);
        (extra[0], extra[1]) = (gold.mask[0], gold.values[0]);
        bytes memory stolen;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!worksIn(job, slot)) continue;
            address worker = workers[job.workers[slot]];
            uint256 digest = digestOf(job, slot);
            if (job.temper == Requester.Silent) {
                bytes memory legal = deliveryProof(job, slot, legalityKey, goldRules(), new uint256[](0));
                vm.prank(worker);
                openGold.deliver(job.id, slot, digest, delivery(), legal, true);
                continue;
            }
            if (agreementsOf(job, slot) < NEEDED) {
                if (stolen.length == 0) continue;
                tryTheft(
                    worker,
                    address(openGold),
                    abi.encodeCall(openGold.prove, (job.id, slot, digest, gold, delivery(), stolen, true))
                );
                continue;
            }
            bytes memory proof = deliveryProof(job, slot, agreementKey, goldRules(), extra);
            vm.prank(worker);
            openGold.prove(job.id, slot, digest, gold, delivery(), proof, slot % 2 == 0);
            stolen = proof;
        }
    }

    // Hidden gold

    function hiddenGoldData(Job memory job) internal view returns (bytes memory) {
        Grading.Scale memory grading;
        grading.curve = Grading.Curve(draw(job.seed, "curve", 0) % 3);
        if (grading.curve == Grading.Curve.Table) {
            grading.steps = new Grading.Step[](2);
            (grading.steps[0], grading.steps[1]) = (Grading.Step(6000, 7000), Grading.Step(10_000, 10_000));
        }
        return abi.encode(
            IHiddenGoldSettlement.Terms({
                rules: goldRules(),
                encryptionKey: [PK_X, PK_Y],
                goldCommitment: HIDDEN_GOLD,
                legalityKeyId: legalityKey,
                scoreKeyId: scoreKey,
                auditKeyId: auditKey,
                submitBy: job.start + 2 * WINDOW,
                scoreBy: job.start + 3 * WINDOW,
                grading: grading
            })
        );
    }

    function workInHiddenGold(Job memory job) internal {
        bytes memory stolen;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!worksIn(job, slot)) continue;
            address worker = workers[job.workers[slot]];
            (uint256 commitment, uint256 digest) = (commitmentOf(job, slot), digestOf(job, slot));
            if (temperOf(job.workers[slot]) == Worker.Malicious && stolen.length != 0) {
                tryTheft(
                    worker,
                    address(hiddenGold),
                    abi.encodeCall(hiddenGold.submit, (job.id, slot, commitment, digest, delivery(), stolen))
                );
            }
            bytes memory proof = deliveryProof(job, slot, legalityKey, goldRules(), new uint256[](0));
            vm.prank(worker);
            hiddenGold.submit(job.id, slot, commitment, digest, delivery(), proof);
            stolen = proof;
        }
    }

    function goldProof(Job memory job, uint32 slot, bytes32 keyId, uint256 value) internal returns (bytes memory) {
        uint256[] memory more = new uint256[](2);
        (more[0], more[1]) = (HIDDEN_GOLD, value);
        return labelProof(job, slot, keyId, goldRules(), more);
    }

    /// @dev Half of the tasks are scored in one batch.
    function scoreHiddenGold(Job memory job) internal {
        if (job.temper == Requester.Silent) return;
        IHiddenGoldSettlement.TaskScores[] memory batch = new IHiddenGoldSettlement.TaskScores[](1);
        batch[0].taskId = job.id;
        batch[0].scores = new IHiddenGoldSettlement.SlotScore[](job.workers.length);
        bool together = chance(job.seed, "batch", 0, 50);
        for (uint32 slot; slot < job.workers.length; ++slot) {
            uint256 digest = digestOf(job, slot);
            batch[0].scores[slot].slot = slot;
            if (!hasCommitted(job, slot)) continue;
            uint256 agreements = agreementsOf(job, slot);
            bytes memory proof = goldProof(job, slot, scoreKey, agreements);
            // What it cannot prove, it cannot say.
            tryTheft(
                job.requester,
                address(hiddenGold),
                abi.encodeCall(
                    hiddenGold.score, (job.id, slot, agreements == 0 ? 1 : agreements - 1, digest, proof, true)
                )
            );
            batch[0].scores[slot] = IHiddenGoldSettlement.SlotScore(slot, agreements, digest, proof);
            if (!together) hiddenGold.score(job.id, slot, agreements, digest, proof, slot % 2 == 0);
        }
        if (together) hiddenGold.scoreBatch(batch, true);
    }

    /// @dev Who knows its work was good asks; who is malicious may try its luck.
    function askForAudit(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (tasks.slotOf(job.id, slot).ending != ITaskRegistry.Ending.Rejected) continue;
            address worker = workers[job.workers[slot]];
            bytes memory asking = abi.encodeCall(tasks.dispute, (job.id, slot, uint96(job.reward)));
            tryTheft(treasury, address(tasks), asking);
            Worker temper = temperOf(job.workers[slot]);
            bool asks =
                temper == Worker.Honest || (temper == Worker.Malicious && chance(job.seed, "extortion", slot, 25));
            if (!asks) continue;
            vm.prank(worker);
            tasks.dispute(job.id, slot, uint96(job.reward));
            ++auditsAsked;
            return;
        }
    }

    /// @dev Half of those who rigged their gold answer all the same.
    function answerAudit(Job memory job) internal {
        IHiddenGoldSettlement.Audit memory audit = hiddenGold.auditOf(job.id);
        if (audit.answerBy == 0) return;
        if (job.temper == Requester.Rigging && chance(job.seed, "hides", 0, 50)) return;
        IHiddenGoldSettlement.SlotAudit[] memory audits = new IHiddenGoldSettlement.SlotAudit[](audit.panel);
        uint256 next;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            bool rejected = tasks.slotOf(job.id, slot).ending == ITaskRegistry.Ending.Rejected;
            if (!hasCommitted(job, slot) || rejected != audit.ofRejected) continue;
            uint256 bits = bitsOf(job, slot);
            audits[next++] =
                IHiddenGoldSettlement.SlotAudit(slot, bits, digestOf(job, slot), goldProof(job, slot, auditKey, bits));
        }
        assertEq(next, audit.panel, "panel");
        audits[0].agreementBits ^= 1;
        tryTheft(job.requester, address(hiddenGold), abi.encodeCall(hiddenGold.auditSlots, (job.id, audits)));
        audits[0].agreementBits ^= 1;
        hiddenGold.auditSlots(job.id, audits);
    }

    /// @dev What is left of a hidden-gold task: its audit, and the bond.
    function endBond(Job memory job) internal {
        IHiddenGoldSettlement.Audit memory audit = hiddenGold.auditOf(job.id);
        if (audit.answerBy != 0) hiddenGold.closeAudit(job.id);
        if (tasks.task(job.id).bondState == ITaskRegistry.BondState.Held) {
            tasks.releaseBond(job.id);
            return;
        }
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (tasks.slotOf(job.id, slot).ending != ITaskRegistry.Ending.Rejected) continue;
            tasks.claimRedress(job.id, slot);
            tryTheft(workers[job.workers[slot]], address(tasks), abi.encodeCall(tasks.claimRedress, (job.id, slot)));
        }
    }
}
