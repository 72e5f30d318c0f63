// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGoldAudit} from "../../src/interfaces/IGoldAudit.sol";
import {IHiddenGoldSettlement} from "../../src/interfaces/IHiddenGoldSettlement.sol";
import {IOpenGoldSettlement} from "../../src/interfaces/IOpenGoldSettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../src/libraries/Grading.sol";
import {ReferenceStatement} from "../utils/ReferenceStatement.sol";
import {Rules} from "../utils/Rules.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @notice How the people of the market act in tasks with gold.
/// @dev Open gold has three items of which two must agree, hidden gold ten of which six must. Rigged gold has labels that no
/// honest worker gives.
abstract contract LabelMarket is MarketWorld {
    using Rules for Rules.Scalar;

    uint256 internal constant OPEN_GOLD = 3;
    uint256 internal constant OPEN_NEEDED = 2;
    uint256 internal constant HIDDEN_ITEMS = 10;
    /// @dev Items that are not rigged: one of three, five of ten.
    uint256 internal constant OPEN_FAIR = 1;
    uint256 internal constant HIDDEN_FAIR = 5;
    uint256 internal constant TRUE_LABEL = 0;
    uint256 internal constant RIGGED_LABEL = 9;
    /// @dev A hidden gold's commitment: some field element.
    uint256 internal constant HIDDEN_GOLD = 4242;

    uint256 internal auditsAsked;

    function goldRules() internal pure returns (uint256) {
        return Rules.digits().pack();
    }

    function hiddenRules() internal pure returns (uint256) {
        Rules.Scalar memory rules = Rules.digits();
        rules.goldCount = HIDDEN_ITEMS;
        return rules.pack();
    }

    function itemsOf(Job memory job) internal pure returns (uint256) {
        return job.kind == Kind.OpenGold ? OPEN_GOLD : HIDDEN_ITEMS;
    }

    /// @dev What a slot says of a gold item.
    function goldLabelOf(Job memory job, uint32 slot, uint256 item) internal pure returns (uint256) {
        Worker temper = temperOf(job.workers[slot]);
        uint256 percent = 97;
        if (temper == Worker.Careless || temper == Worker.Copying) percent = 35;
        if (temper == Worker.Colluding) percent = 0;
        if (temper == Worker.Malicious) percent = 50;
        uint256 which = slot * HIDDEN_ITEMS + item;
        if (chance(job.seed, "agrees", which, percent)) return TRUE_LABEL;
        // Those who collude all say the same.
        return temper == Worker.Colluding ? 1 : 1 + draw(job.seed, "wrong", which) % (RIGGED_LABEL - 1);
    }

    function goldOf(Job memory job, uint256 item) internal pure returns (uint256) {
        if (job.temper != Requester.Rigging) return TRUE_LABEL;
        return item < (job.kind == Kind.OpenGold ? OPEN_FAIR : HIDDEN_FAIR) ? TRUE_LABEL : RIGGED_LABEL;
    }

    function agreementsOf(Job memory job, uint32 slot) internal pure returns (uint256 count) {
        for (uint256 item; item < itemsOf(job); ++item) {
            if (goldLabelOf(job, slot, item) == goldOf(job, item)) ++count;
        }
    }

    /// @dev Where a challenger disagrees with the gold, with which of the two another slot agrees.
    function answersOf(
        Job memory job,
        uint32 challenger,
        uint32 slot
    )
        internal
        pure
        returns (uint256 withGold, uint256 withChallenger)
    {
        for (uint256 item; item < itemsOf(job); ++item) {
            (uint256 gold, uint256 disputed) = (goldOf(job, item), goldLabelOf(job, challenger, item));
            if (disputed == gold) continue;
            if (goldLabelOf(job, slot, item) == gold) withGold |= 1 << item;
            if (goldLabelOf(job, slot, item) == disputed) withChallenger |= 1 << item;
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
            if (agreementsOf(job, slot) < OPEN_NEEDED) {
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
                rules: hiddenRules(),
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
            bytes memory proof = deliveryProof(job, slot, legalityKey, hiddenRules(), new uint256[](0));
            vm.prank(worker);
            hiddenGold.submit(job.id, slot, commitment, digest, delivery(), proof);
            stolen = proof;
        }
    }

    function goldProof(Job memory job, uint32 slot, bytes32 keyId, uint256 value) internal returns (bytes memory) {
        uint256[] memory more = new uint256[](2);
        (more[0], more[1]) = (HIDDEN_GOLD, value);
        return labelProof(job, slot, keyId, hiddenRules(), more);
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
    function askForAudits(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (!hiddenGold.rejectionOf(job.id, slot).rejected) continue;
            address worker = workers[job.workers[slot]];
            bytes memory asking = abi.encodeCall(tasks.dispute, (job.id, slot, type(uint96).max));
            tryTheft(treasury, address(tasks), asking);
            Worker temper = temperOf(job.workers[slot]);
            bool asks =
                temper == Worker.Honest || (temper == Worker.Malicious && chance(job.seed, "extortion", slot, 25));
            if (!asks) continue;
            // Refused where the others' answers could show nothing.
            vm.prank(worker);
            (bool asked,) = address(tasks).call(asking);
            if (asked) ++auditsAsked;
        }
    }

    /// @dev Half of those who rigged their gold answer all the same.
    function answerAudits(Job memory job) internal {
        if (job.temper == Requester.Rigging && chance(job.seed, "hides", 0, 50)) return;
        for (uint32 slot; slot < job.workers.length; ++slot) {
            uint32[] memory panel = goldAudit.panelOf(job.id, slot);
            if (panel.length == 0) continue;
            IGoldAudit.SlotAudit[] memory audits = new IGoldAudit.SlotAudit[](panel.length);
            for (uint256 i; i < panel.length; ++i) {
                audits[i] = auditProof(job, slot, panel[i]);
            }
            // What it cannot prove, it cannot say.
            (uint256 withGold, uint256 withChallenger) = (audits[0].withGold, audits[0].withChallenger);
            (audits[0].withGold, audits[0].withChallenger) = withGold == 0 ? (1, 0) : (withGold & (withGold - 1), 0);
            tryTheft(job.requester, address(goldAudit), abi.encodeCall(goldAudit.auditSlots, (job.id, slot, audits)));
            (audits[0].withGold, audits[0].withChallenger) = (withGold, withChallenger);
            goldAudit.auditSlots(job.id, slot, audits);
        }
    }

    function auditProof(Job memory job, uint32 slot, uint32 member) internal returns (IGoldAudit.SlotAudit memory) {
        (uint256 withGold, uint256 withChallenger) = answersOf(job, slot, member);
        uint256[] memory vector = new uint256[](8);
        vector[0] = hiddenGold.commitmentContext(job.id, member);
        (vector[1], vector[2], vector[3]) = (commitmentOf(job, member), hiddenRules(), HIDDEN_GOLD);
        vector[4] = hiddenGold.commitmentContext(job.id, slot);
        (vector[5], vector[6], vector[7]) = (commitmentOf(job, slot), withGold, withChallenger);
        uint256 context = goldAudit.proofContext(job.id, member);
        uint256[] memory signals = ReferenceStatement.publicSignals(digestOf(job, member), context, vector);
        return IGoldAudit.SlotAudit(member, withGold, withChallenger, digestOf(job, member), proofOf(signals));
    }

    function closeAudits(Job memory job) internal {
        for (uint32 slot; slot < job.workers.length; ++slot) {
            if (goldAudit.auditOf(job.id, slot).answerBy != 0) goldAudit.closeAudit(job.id, slot);
        }
    }

    /// @dev What is left of a hidden-gold task is the bond, unless its gold was found rigged.
    function endBond(Job memory job) internal {
        if (tasks.task(job.id).bondState == ITaskRegistry.BondState.Held) tasks.releaseBond(job.id);
        else tryTheft(job.requester, address(tasks), abi.encodeCall(tasks.releaseBond, (job.id)));
    }
}
