// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {InternalLeanIMT, LeanIMTData} from "@zk-kit/lean-imt.sol/InternalLeanIMT.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";

import {IReputationRegistry} from "./interfaces/IReputationRegistry.sol";
import {ITaskRegistry} from "./interfaces/ITaskRegistry.sol";
import {BN254} from "./libraries/BN254.sol";

/// @title ReputationRegistry
/// @notice See {IReputationRegistry} for what it does, who may do what, and what nobody can.
contract ReputationRegistry is IReputationRegistry, ERC2771Context {
    using InternalLeanIMT for LeanIMTData;

    /// @dev ASCII "veritask.reputation-leaf.1". Three inputs, so that no node of a tree passes for a leaf.
    uint256 internal constant LEAF_DOMAIN = uint208(bytes26("veritask.reputation-leaf.1"));
    /// @dev Leaves of a tree of depth 20, the deepest that the circuit reads.
    uint256 internal constant MAX_LEAVES = 1 << 20;

    ITaskRegistry internal immutable TASKS;

    mapping(address requester => LeanIMTData tree) internal _trees;
    mapping(address requester => mapping(uint256 root => RootTimes times)) internal _roots;
    mapping(bytes32 taskId => mapping(uint32 slot => bool recorded)) internal _recorded;

    constructor(ITaskRegistry tasks) ERC2771Context(tasks.forwarder()) {
        TASKS = tasks;
    }

    /// @inheritdoc IReputationRegistry
    function record(bytes32 taskId, uint32 slot, uint256 commitment) external returns (uint256 root) {
        // Check:
        ITaskRegistry.Slot memory ended = TASKS.slotOf(taskId, slot);
        if (_msgSender() != ended.worker) revert ReputationRegistry_NotWorker(taskId, slot, _msgSender());
        if (ended.state != ITaskRegistry.SlotState.Paid || ended.scoreBps == 0) {
            revert ReputationRegistry_NotAccepted(taskId, slot);
        }
        if (_recorded[taskId][slot]) revert ReputationRegistry_AlreadyRecorded(taskId, slot);
        if (commitment == 0 || commitment >= BN254.SCALAR_FIELD) {
            revert ReputationRegistry_CommitmentOutOfRange(commitment);
        }
        (address requester,,,) = TASKS.essentialsOf(taskId);
        LeanIMTData storage tree = _trees[requester];
        uint256 index = tree.size;
        if (index == MAX_LEAVES) revert ReputationRegistry_TreeFull(requester, index);
        uint256 leaf = PoseidonT4.hash([LEAF_DOMAIN, commitment, ended.scoreBps]);
        if (tree._has(leaf)) revert ReputationRegistry_LeafExists(requester, leaf);

        // Effect: a root never comes back, since leaves differ and stay.
        _recorded[taskId][slot] = true;
        if (index != 0) _roots[requester][tree._root()].replacedAt = uint64(block.timestamp);
        root = tree._insert(leaf);
        _roots[requester][root].recordedAt = uint64(block.timestamp);
        emit ReputationRecorded(requester, taskId, slot, leaf, commitment, ended.scoreBps, index, root);
    }

    /// @inheritdoc IReputationRegistry
    function isRecorded(bytes32 taskId, uint32 slot) external view returns (bool) {
        return _recorded[taskId][slot];
    }

    /// @inheritdoc IReputationRegistry
    function rootTimesOf(address requester, uint256 root) external view returns (RootTimes memory) {
        return _roots[requester][root];
    }

    /// @inheritdoc IReputationRegistry
    function treeOf(address requester) external view returns (uint256 root, uint256 leaves) {
        LeanIMTData storage tree = _trees[requester];
        return (tree._root(), tree.size);
    }
}
