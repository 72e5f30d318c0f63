// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IConsensusSettlement} from "../interfaces/IConsensusSettlement.sol";
import {IDatasetRegistry} from "../interfaces/IDatasetRegistry.sol";
import {ILabelSettlement} from "../interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {BabyJubJub} from "../libraries/BabyJubJub.sol";
import {Grading} from "../libraries/Grading.sol";
import {LabelRules} from "../libraries/LabelRules.sol";

/// @title ConsensusTerms
/// @notice Checks the terms of consensus tasks and reads the parts of variable length: code that does not fit into
/// ConsensusSettlement, which deploys it.
/// @dev It keeps nothing and changes nothing: it answers from what it is given and from the registries.
contract ConsensusTerms {
    /// @dev Slots of one proof, as in the circuits.
    uint256 internal constant CHUNK = 7;
    /// @dev Largest weight of one vote, and of all votes of a task: the circuits count in 12 bits.
    uint256 internal constant MAX_WEIGHT = 15;
    uint256 internal constant MAX_TOTAL_WEIGHT = 4095;
    uint256 internal constant MAX_SHIFT = 3;
    /// @dev Slots of the smallest first round. A worker's own vote is among those it is measured by, and a tie goes to the lowest
    /// class: of two workers, who always says the lowest agrees with every item.
    uint256 internal constant MIN_FIRST_SLOTS = 3;
    /// @dev Looking up a slot's round takes as many steps.
    uint256 internal constant MAX_ROUNDS = 16;
    /// @dev As DatasetRegistry has them: what it would refuse could never be concluded.
    uint256 internal constant MAX_NAME_LENGTH = 128;
    uint256 internal constant MAX_LICENCE_LENGTH = 64;
    uint256 internal constant BPS = 10_000;

    ITaskRegistry internal immutable TASKS;
    IProtocolParameters internal immutable PARAMETERS;

    constructor(ITaskRegistry tasks, IProtocolParameters parameters) {
        TASKS = tasks;
        PARAMETERS = parameters;
    }

    /// @notice Reverts unless a task can run to its end under these terms, whoever is silent. Whether the keys are active
    /// is for the caller to check.
    /// @param joinBy Last second to join that the task names.
    /// @return encoded `abi.encode(Terms)`.
    /// @return firstJoinBy Last second to join of the first round: what every later one may take is left after it.
    /// @return rounds Rounds there can be.
    /// @return slots Slots of the task.
    function check(
        bytes32 taskId,
        uint256 joinBy,
        bytes calldata settlementData
    )
        external
        view
        returns (bytes memory encoded, uint64 firstJoinBy, uint8 rounds, uint16 slots)
    {
        ITaskRegistry.Task memory task = TASKS.task(taskId);
        // A bond would make rejections cost stakes, and nothing here could ever take the bond.
        if (task.bond != 0) revert IConsensusSettlement.ConsensusSettlement_TermsInvalid("bond");
        uint256 count = task.slots;
        IConsensusSettlement.Terms memory next = abi.decode(settlementData, (IConsensusSettlement.Terms));
        LabelRules.validateVote(next.rules);
        if (!BabyJubJub.isPublicKey(next.encryptionKey[0], next.encryptionKey[1])) {
            revert ILabelSettlement.LabelSettlement_EncryptionKeyInvalid(next.encryptionKey[0], next.encryptionKey[1]);
        }
        Grading.validate(next.grading, LabelRules.layout(next.rules).thresholdBps);
        _checkKeys(next, count);
        _checkVotes(next, count);
        _checkText("name", next.publication.name, MAX_NAME_LENGTH);
        _checkText("licence", next.publication.licence, MAX_LICENCE_LENGTH);
        rounds = uint8(_checkRounds(next, count));
        firstJoinBy = uint64(_checkWindows(next, joinBy, rounds));
        encoded = abi.encode(next);
        slots = uint16(count);
    }

    /// @notice Whether so many agreements reach the threshold, and what they earn.
    /// @param encoded From {check}.
    /// @return scoreBps Agreement in basis points.
    /// @return shareBps Share of the reward in basis points; zero when they do not.
    function gradeOf(
        bytes calldata encoded,
        uint256 agreements,
        uint256 assigned
    )
        external
        pure
        returns (uint16 scoreBps, uint16 shareBps)
    {
        IConsensusSettlement.Terms memory pinned = abi.decode(encoded, (IConsensusSettlement.Terms));
        scoreBps = uint16(BPS * agreements / assigned);
        if (agreements * BPS < LabelRules.layout(pinned.rules).thresholdBps * assigned) return (scoreBps, 0);
        shareBps = Grading.shareOf(pinned.grading, scoreBps);
    }

    /// @notice How the consensus is registered as a dataset, with the task's own as its parent.
    /// @param encoded From {check}.
    /// @return registration Call of `IDatasetRegistry.register`.
    function registrationOf(
        bytes32 taskId,
        bytes calldata encoded,
        uint256 out
    )
        external
        view
        returns (bytes memory registration)
    {
        IConsensusSettlement.Terms memory pinned = abi.decode(encoded, (IConsensusSettlement.Terms));
        IConsensusSettlement.Publication memory publication = pinned.publication;
        bytes32[] memory parents = new bytes32[](1);
        parents[0] = TASKS.task(taskId).datasetVersionId;
        IDatasetRegistry.Version memory version = IDatasetRegistry.Version({
            root: out,
            size: uint64(LabelRules.layout(pinned.rules).itemCount),
            schemaHash: publication.schemaHash,
            manifestDigest: publication.manifestDigest,
            licence: publication.licence,
            parents: parents
        });
        return abi.encodeCall(IDatasetRegistry.register, (taskId, publication.name, version));
    }

    function _checkKeys(IConsensusSettlement.Terms memory next, uint256 slots) internal pure {
        bool chunked = LabelRules.layout(next.rules).maskWords != 1;
        if (!chunked && slots > CHUNK) _refuse("slots");
        if (chunked != (next.consensusKeyId == 0)) _refuse("consensusKeyId");
        if (chunked == (next.tallyKeyId == 0)) _refuse("tallyKeyId");
        if (chunked == (next.decideKeyId == 0)) _refuse("decideKeyId");
        if (chunked == (next.agreeKeyId == 0)) _refuse("agreeKeyId");
    }

    function _checkVotes(IConsensusSettlement.Terms memory next, uint256 slots) internal pure {
        uint256 weight = next.historyOf == address(0) ? 1 : MAX_WEIGHT;
        if (slots * weight > MAX_TOTAL_WEIGHT) _refuse("slots");
        if (next.assignmentShift > MAX_SHIFT) _refuse("assignmentShift");
        if ((next.assignmentShift == 0) != (next.seedCommitment == 0)) _refuse("seedCommitment");
    }

    function _checkRounds(IConsensusSettlement.Terms memory next, uint256 slots)
        internal
        pure
        returns (uint256 rounds)
    {
        if (next.firstSlots < MIN_FIRST_SLOTS) {
            revert IConsensusSettlement.ConsensusSettlement_TooFewVoters(next.firstSlots, MIN_FIRST_SLOTS);
        }
        if (next.firstSlots > slots) _refuse("firstSlots");
        bool single = next.firstSlots == slots;
        if (single != (next.stepSlots == 0)) _refuse("stepSlots");
        if (single != (next.agreementBoundBps == 0) || next.agreementBoundBps > BPS) _refuse("agreementBoundBps");
        rounds = 1;
        if (!single) rounds += (slots - next.firstSlots + next.stepSlots - 1) / next.stepSlots;
        if (rounds > MAX_ROUNDS) _refuse("stepSlots");
    }

    function _checkWindows(
        IConsensusSettlement.Terms memory next,
        uint256 joinBy,
        uint256 rounds
    )
        internal
        view
        returns (uint256 firstJoinBy)
    {
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkWindow(next.joinWindow, current);
        _checkWindow(next.commitWindow, current);
        _checkWindow(next.deliverWindow, current);
        _checkWindow(next.settleWindow, current);
        uint256 cycle = uint256(next.joinWindow) + next.commitWindow + next.deliverWindow + next.settleWindow;
        uint256 later = (rounds - 1) * cycle;
        uint256 latest = block.timestamp + next.joinWindow + later;
        if (joinBy > latest || joinBy < block.timestamp + current.minWindow + later) {
            revert IConsensusSettlement.ConsensusSettlement_JoinByMismatch(joinBy, latest);
        }
        return joinBy - later;
    }

    function _checkWindow(uint256 window, IProtocolParameters.Parameters memory current) internal pure {
        if (window < current.minWindow || window > current.maxWindow) {
            revert ILabelSettlement.LabelSettlement_DeadlineOutOfRange(window, current.minWindow, current.maxWindow);
        }
    }

    function _checkText(string memory field, string memory text, uint256 maxLength) internal pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maxLength) _refuse(field);
    }

    function _refuse(string memory field) internal pure {
        revert IConsensusSettlement.ConsensusSettlement_TermsInvalid(field);
    }
}
