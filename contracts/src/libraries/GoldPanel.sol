// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {AnswerTally} from "./AnswerTally.sol";

/// @title GoldPanel
/// @notice Who answers for hidden gold, and what their answers decide (see IGoldAudit).
library GoldPanel {
    using AnswerTally for uint256[2];

    /// @dev Most slots of a panel: what one transaction can prove.
    uint256 internal constant MAX_SIZE = 32;
    /// @dev Fewest slots of a panel: a single one against the gold leaves nobody to say which of them is right.
    uint256 internal constant MIN_SIZE = 2;
    /// @dev Standard deviations, squared, by which an answer other than the gold must lead. As many unanimous answers reach it.
    uint256 internal constant MIN_LEAD = 9;
    /// @dev The same of the gold's lead over a challenger: two. Less is no proof against who asked.
    uint256 internal constant MIN_DISMISSAL = 4;
    /// @dev Slots of the panel that one reward of the challenger's bond stands for.
    uint256 internal constant SLOTS_PER_REWARD = 8;
    /// @dev Audits that are open at once and double the time to answer the next one.
    uint256 internal constant AUDITS_PER_WINDOW = 64;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    /// @notice Whose answers count: the accepted, when they are half of the submitted or more and could overturn the gold, else
    /// everyone who submitted without the challenger, which is among the rejected.
    /// @dev So leaving slots unscored, which counts them as accepted, never takes the power to decide from a panel.
    /// @param submitted Slots that submitted.
    /// @param rejected Those of them that were rejected, at least one.
    /// @param disputedItems Gold items on which the challenger disagrees with the gold.
    function populationOf(
        uint256 submitted,
        uint256 rejected,
        uint256 disputedItems
    )
        internal
        pure
        returns (uint256 population, bool ofAccepted)
    {
        uint256 accepted = submitted - rejected;
        ofAccepted = 2 * accepted >= submitted && canUphold(accepted, disputedItems);
        population = ofAccepted ? accepted : submitted - 1;
    }

    function sizeOf(uint256 population) internal pure returns (uint256) {
        return population < MAX_SIZE ? population : MAX_SIZE;
    }

    /// @notice Whether a panel that is of one mind could overturn the gold. Some panel of a task can when all who submitted but
    /// one can.
    /// @param disputedItems Gold items on which the challenger disagrees with the gold.
    function canUphold(uint256 population, uint256 disputedItems) internal pure returns (bool) {
        return population >= MIN_SIZE && sizeOf(population) * disputedItems >= MIN_LEAD;
    }

    /// @notice What the challenger stands to lose, at most 2^96 - 1: proving a panel costs gas, so more of it is dearer.
    function bondOf(uint256 size, uint256 rewardPerSlot) internal pure returns (uint128) {
        uint256 bond = rewardPerSlot * ((size + SLOTS_PER_REWARD - 1) / SLOTS_PER_REWARD);
        return uint128(bond < type(uint96).max ? bond : type(uint96).max);
    }

    /// @notice Time to answer an audit, in seconds.
    /// @param auditWindow Of the task's parameters.
    /// @param openAudits Audits of the task that are open already.
    function timeToAnswer(uint256 auditWindow, uint256 openAudits) internal pure returns (uint256) {
        return auditWindow + auditWindow * openAudits / AUDITS_PER_WINDOW;
    }

    /// @notice What the answers of a proven panel say, item by item: a challenger's own mistakes are no answer to gold that is
    /// rigged in other items.
    /// @dev An item is overturned when at least `auditRateBps` of its answers for either side are the challenger's.
    /// Upheld when the challenger would have passed with the overturned items, and their answers lead by three standard
    /// deviations; Dismissed when they do not and those to all items lead for the gold by two; else Void.
    /// @param withGold Answers that agree with the gold and not with the challenger.
    /// @param withChallenger Answers that agree with the challenger and not with the gold.
    /// @param neededItems Overturned items with which the challenger reaches the threshold, at least one.
    /// @param auditRateBps Above half.
    function rulingOf(
        uint256[2] memory withGold,
        uint256[2] memory withChallenger,
        uint256 neededItems,
        uint256 auditRateBps
    )
        internal
        pure
        returns (ITaskRegistry.Ruling ruling, uint256 overturned)
    {
        // Of all items, and of those that are overturned.
        uint256 gold;
        uint256 challenger;
        uint256 lost;
        uint256 won;
        for (uint256 item; item < AnswerTally.ITEMS; ++item) {
            (uint256 a, uint256 b) = (withGold.countOf(item), withChallenger.countOf(item));
            (gold, challenger) = (gold + a, challenger + b);
            if (_isOverturned(a, b, auditRateBps)) (lost, won, overturned) = (lost + a, won + b, overturned + 1);
        }
        if (_leads(won, lost, MIN_LEAD)) {
            ruling = overturned >= neededItems ? ITaskRegistry.Ruling.Upheld : ITaskRegistry.Ruling.Void;
        } else {
            ruling =
                _leads(gold, challenger, MIN_DISMISSAL) ? ITaskRegistry.Ruling.Dismissed : ITaskRegistry.Ruling.Void;
        }
    }

    /// @notice Which items an upheld audit overturns for everybody: those overturned that more than half of the panel answer as
    /// the challenger does. What few of them say may help the challenger, who disputes it, and nobody else.
    /// @return items Bit k for gold item k.
    function overturnedForAll(
        uint256[2] memory withGold,
        uint256[2] memory withChallenger,
        uint256 auditRateBps,
        uint256 panelSize
    )
        internal
        pure
        returns (uint256 items)
    {
        for (uint256 item; item < AnswerTally.ITEMS; ++item) {
            uint256 b = withChallenger.countOf(item);
            if (2 * b > panelSize && _isOverturned(withGold.countOf(item), b, auditRateBps)) items |= 1 << item;
        }
    }

    function _isOverturned(uint256 withGold, uint256 withChallenger, uint256 auditRateBps) private pure returns (bool) {
        return withChallenger != 0 && withChallenger * BPS >= auditRateBps * (withGold + withChallenger);
    }

    /// @param squared Standard deviations of an even chance by which `more` has to lead, squared.
    function _leads(uint256 more, uint256 less, uint256 squared) private pure returns (bool) {
        return more > less && (more - less) * (more - less) >= squared * (more + less);
    }
}
