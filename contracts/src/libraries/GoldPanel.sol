// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";

/// @title GoldPanel
/// @notice Who answers for hidden gold, and what their answers decide (see IGoldAudit).
library GoldPanel {
    /// @dev Most slots of a panel: what one transaction can prove.
    uint256 internal constant MAX_SIZE = 32;
    /// @dev Fewest slots of a panel: a single one against the gold leaves nobody to say which of them is right.
    uint256 internal constant MIN_SIZE = 2;
    /// @dev Standard deviations, squared, by which an answer other than the gold must lead. As many unanimous answers reach it.
    uint256 internal constant MIN_LEAD = 9;
    /// @dev Slots of the panel that one reward of the challenger's bond stands for.
    uint256 internal constant SLOTS_PER_REWARD = 8;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    /// @notice Whose answers count: the accepted, when they are half of the submitted or more and at least two, else everyone
    /// who submitted without the challenger, which is among the rejected.
    /// @param submitted Slots that submitted.
    /// @param rejected Those of them that were rejected, at least one.
    function populationOf(
        uint256 submitted,
        uint256 rejected
    )
        internal
        pure
        returns (uint256 population, bool ofAccepted)
    {
        uint256 accepted = submitted - rejected;
        ofAccepted = 2 * accepted >= submitted && accepted >= MIN_SIZE;
        population = ofAccepted ? accepted : submitted - 1;
    }

    function sizeOf(uint256 population) internal pure returns (uint256) {
        return population < MAX_SIZE ? population : MAX_SIZE;
    }

    /// @notice Whether a panel that is of one mind could overturn the gold.
    /// @param disputedItems Gold items on which the challenger disagrees with the gold.
    function canUphold(uint256 population, uint256 disputedItems) internal pure returns (bool) {
        return population >= MIN_SIZE && sizeOf(population) * disputedItems >= MIN_LEAD;
    }

    /// @notice What the challenger stands to lose, at most 2^96 - 1: proving a panel costs gas, so more of it is dearer.
    function bondOf(uint256 size, uint256 rewardPerSlot) internal pure returns (uint128) {
        uint256 bond = rewardPerSlot * ((size + SLOTS_PER_REWARD - 1) / SLOTS_PER_REWARD);
        return uint128(bond < type(uint96).max ? bond : type(uint96).max);
    }

    /// @notice What the answers of a proven panel say.
    /// @param withGold Answers, over all slots and disputed items, that agree with the gold and not with the challenger.
    /// @param withChallenger Answers that agree with the challenger and not with the gold.
    /// @param auditRateBps Share of both that must side with the challenger.
    function rulingOf(
        uint256 withGold,
        uint256 withChallenger,
        uint256 auditRateBps
    )
        internal
        pure
        returns (ITaskRegistry.Ruling)
    {
        if (withGold > withChallenger) return ITaskRegistry.Ruling.Dismissed;
        if (withGold == withChallenger) return ITaskRegistry.Ruling.Void;
        (uint256 lead, uint256 answers) = (withChallenger - withGold, withGold + withChallenger);
        bool beyondChance = lead * lead >= MIN_LEAD * answers;
        bool enough = withChallenger * BPS >= auditRateBps * answers;
        return beyondChance && enough ? ITaskRegistry.Ruling.Upheld : ITaskRegistry.Ruling.Void;
    }
}
