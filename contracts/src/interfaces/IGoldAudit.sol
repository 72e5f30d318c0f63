// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "./ITaskRegistry.sol";

/// @title IGoldAudit
/// @notice Decides whether the hidden gold of a task was fair, by what the other workers answered: arithmetic over proven
/// values, no vote.
/// @dev HiddenGoldSettlement creates it and alone opens audits in it; it moves no money and nobody has a role. Every rejected
/// worker may ask for an audit of its own, all at once: were there one for a task, a requester could use it up with a
/// worthless account of its own.
/// The panel is drawn from the accepted slots when they are at least half of the submitted and could overturn the gold, else
/// from everyone who submitted, and never holds the challenger's own. Up to 32 slots are all of them the panel; of more a
/// beacon draws 32: opening picks a block that nobody has seen, anyone draws by its hash ({drawPanel}), and a block whose hash
/// cannot be read any more (see BlockHashes) is picked again.
/// The items that count are the gold items on which the challenger's committed labels disagree with the gold. For each slot of
/// the panel the requester proves which of them the slot answers as the gold and not as the challenger does, and which as the
/// challenger and not as the gold. Which item of the dataset a gold item is stays secret.
/// An item is overturned when, of the panel's answers for either side, at least `auditRateBps` are the challenger's. Upheld when
/// the challenger would have passed with the overturned items, and the answers to them lead by three standard deviations:
/// (b - a)^2 >= 9 * (a + b). Dismissed when these do not lead so, and the answers to all items lead for the gold by two. Void
/// otherwise. So a challenger's own mistakes say nothing about gold that is rigged in other items. Dismissed and Void concern
/// the challenger alone. Upheld says that the gold was wrong in the overturned items; those that more than half of the panel
/// answer as the challenger does are overturned for everybody: they redress every rejected slot of the task that would have
/// passed with them ({IHiddenGoldSettlement}). The other audits of the task go on and want an answer, those of slots that are
/// redressed already too.
/// The time to answer is `auditWindow`, longer by a 64th of it for each audit of the task that is open already: many rejected
/// accounts that ask at once do not take a requester's time away.
/// A requester that has not proven the whole panel by `answerBy` has lost (Upheld), with all items of its gold, whether the
/// panel was drawn or not: it could have drawn it. A frozen audit or legality key voids an audit whose panel is not proven; a
/// proven panel decides even then.
/// Warning: whoever owns most of the panel owns the ruling. Accepted accounts of the requester itself side with any gold;
/// accepted accounts of the challenger's that answer the same few items wrongly side with it. The first pays a fee and a
/// slot for each, the second gains nothing: the requester's bond is burned. Only a gate that tells people apart stops either.
/// Warning: the builder of a beacon's block can choose among panels; so can a requester that lets a block be forgotten when
/// nobody else draws. A challenger should draw the panel, or have anybody draw it.
interface IGoldAudit {
    /// @param answerBy Last second to prove, in seconds; zero before an audit is asked for.
    /// @param beaconBlock Block whose hash draws the panel; zero when the panel is everyone it could be.
    /// @param population Slots the panel is drawn from.
    /// @param panelSize Slots of the panel.
    /// @param ofAccepted Whether the population is the accepted slots; else everyone who submitted but the challenger.
    /// @param drawn Whether the panel is known.
    /// @param closed Whether it has been decided.
    /// @param ruling Void until it is closed.
    /// @param disputedItems Gold items on which the challenger disagrees with the gold.
    /// @param audited Slots proven.
    /// @param proven Bit i is set when slot i of the panel is proven.
    /// @param withGold Answers to disputed items that agree with the gold and not with the challenger, over the slots proven.
    /// @param withChallenger Answers that agree with the challenger and not with the gold.
    /// @param overturnedItems Gold items that the panel overturned, all of them when the requester did not answer; zero until it
    /// is closed.
    struct Audit {
        uint64 answerBy; // slot 0
        uint64 beaconBlock;
        uint32 population;
        uint16 panelSize;
        bool ofAccepted;
        bool drawn;
        bool closed;
        ITaskRegistry.Ruling ruling;
        uint16 disputedItems; // slot 1
        uint16 audited;
        uint32 proven;
        uint32 withGold;
        uint32 withChallenger;
        uint16 overturnedItems;
    }

    /// @notice What HiddenGoldSettlement knows of a task whose gold is disputed.
    /// @param slot The challenger's.
    /// @param submitted Slots that submitted.
    /// @param rejected Those of them that were rejected.
    /// @param disputedItems Gold items on which the challenger disagrees with the gold.
    /// @param openAudits Audits of the task that are open already.
    struct Opening {
        uint32 slot;
        address challenger;
        uint32 submitted;
        uint32 rejected;
        uint16 disputedItems;
        uint32 openAudits;
    }

    /// @notice The answers of one slot of the panel.
    /// @param withGold Disputed items answered as the gold and not as the challenger does: bit k for gold item k.
    /// @param withChallenger Disputed items answered as the challenger and not as the gold does, likewise.
    /// @param digest First public signal: the statement digest.
    struct SlotAudit {
        uint32 member;
        uint256 withGold;
        uint256 withChallenger;
        uint256 digest;
        bytes proof;
    }

    /// @param beaconBlock Block whose hash draws the panel; zero when the panel is everyone it could be.
    event GoldAuditOpened(
        bytes32 indexed taskId,
        uint32 indexed slot,
        address indexed challenger,
        uint32 population,
        uint16 panelSize,
        bool ofAccepted,
        uint16 disputedItems,
        uint64 answerBy,
        uint64 beaconBlock
    );
    /// @notice The hash of the block picked before cannot be read any more.
    event PanelRescheduled(bytes32 indexed taskId, uint32 indexed slot, uint64 previousBlock, uint64 beaconBlock);
    /// @param slot The challenger's, as in all these events.
    /// @param panel Comes with the opening when the panel is everyone it could be.
    event PanelDrawn(bytes32 indexed taskId, uint32 indexed slot, uint32[] panel);
    /// @param member Slot of the panel that was proven.
    /// @param withGold Bit k: gold item k is answered as the gold and not as the challenger does.
    /// @param withChallenger Bit k: it is answered as the challenger and not as the gold does.
    event SlotAudited(
        bytes32 indexed taskId, uint32 indexed slot, uint32 indexed member, uint256 withGold, uint256 withChallenger
    );
    /// @param audited Slots proven; fewer than `panelSize` when the requester did not answer, or could not.
    /// @param overturnedItems Gold items that the panel overturned, all of them when the requester did not answer in time; zero
    /// when it could not.
    event GoldAuditClosed(
        bytes32 indexed taskId,
        uint32 indexed slot,
        ITaskRegistry.Ruling ruling,
        uint16 panelSize,
        uint16 audited,
        uint32 withGold,
        uint32 withChallenger,
        uint16 overturnedItems
    );

    /// @notice An audit was upheld.
    /// @param overturned Gold items overturned for everybody by the task's audits up to now: bit k for gold item k.
    event GoldOverturned(bytes32 indexed taskId, uint256 overturned);

    error GoldAudit_NotSettlement(address caller);
    /// @notice The others' answers are too few to overturn the gold: nobody can lose by this rejection, or by an audit of it.
    /// @param answers Slots of the panel times disputed items.
    error GoldAudit_TooFewAnswers(bytes32 taskId, uint32 slot, uint256 answers, uint256 required);
    /// @notice This slot's worker asked for no audit, or it has been decided.
    error GoldAudit_NotOpen(bytes32 taskId, uint32 slot);
    error GoldAudit_PanelAlreadyDrawn(bytes32 taskId, uint32 slot);
    /// @notice Draw the panel first.
    error GoldAudit_PanelNotDrawn(bytes32 taskId, uint32 slot, uint64 beaconBlock);
    /// @notice Draw again once block `beaconBlock` is past.
    error GoldAudit_BeaconTooEarly(bytes32 taskId, uint32 slot, uint64 beaconBlock, uint256 blockNumber);
    error GoldAudit_NotInPanel(bytes32 taskId, uint32 slot, uint32 member);
    error GoldAudit_AnswersOutOfRange(uint256 withGold, uint256 withChallenger, uint256 disputedItems);
    /// @notice Wait until every slot of the panel is proven, or `answerBy` is past.
    error GoldAudit_Pending(bytes32 taskId, uint32 slot, uint16 audited, uint16 panelSize, uint64 answerBy);

    /// @notice HiddenGoldSettlement only: opens an audit.
    /// @return bond What the challenger has to lock: a reward for every eight slots of the panel or part of them.
    function open(bytes32 taskId, Opening calldata opening) external returns (uint128 bond);

    /// @notice Draws the panel by the hash of the block that was picked; picks another when it is forgotten. Anyone may call.
    /// @param slot The challenger's, as in all these functions.
    function drawPanel(bytes32 taskId, uint32 slot) external;

    /// @notice Proves the answers of slots of the panel, until `answerBy`. Anyone may relay: the requester alone can make these
    /// proofs. A slot that is proven already is passed over, so that nobody undoes an answer by sending a part of it first; of
    /// the others all count or, with a bad proof among them, none.
    function auditSlots(bytes32 taskId, uint32 slot, SlotAudit[] calldata audits) external;

    /// @notice Decides an audit whose panel is proven, whose time is over or whose key is frozen. Anyone may call.
    function closeAudit(bytes32 taskId, uint32 slot) external;

    function auditOf(bytes32 taskId, uint32 slot) external view returns (Audit memory);
    /// @notice Gold items that audits of the task which were upheld overturned for everybody: bit k for gold item k.
    function overturnedOf(bytes32 taskId) external view returns (uint256);
    /// @notice Slots of the panel, of those proven, that answered gold item `item` (0 to 61) as one side does and not as the
    /// other.
    function answersOf(
        bytes32 taskId,
        uint32 slot,
        uint256 item
    )
        external
        view
        returns (uint256 withGold, uint256 withChallenger);
    /// @notice The slots of the panel; empty before it is drawn.
    function panelOf(bytes32 taskId, uint32 slot) external view returns (uint32[] memory panel);
    /// @notice The context that a proof about a slot of a panel must carry as its public signal.
    function proofContext(bytes32 taskId, uint32 member) external view returns (uint256);
    function settlement() external view returns (address);
}
