// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IAllowListGate} from "../interfaces/IAllowListGate.sol";
import {IGate} from "../interfaces/IGate.sol";
import {ITaskRegistry} from "../interfaces/ITaskRegistry.sol";
import {GateBase} from "./GateBase.sol";

/// @title AllowListGate
/// @notice See {IAllowListGate} for what it does, who may do what, and what nobody can.
contract AllowListGate is IAllowListGate, GateBase {
    mapping(bytes32 taskId => bytes32 root) internal _roots;

    constructor(ITaskRegistry tasks) GateBase(tasks) {}

    /// @inheritdoc IGate
    /// @param gateData The root, ABI-encoded.
    function openTask(bytes32 taskId, bytes calldata gateData) external onlyTaskRegistry {
        // Check:
        bytes32 root = abi.decode(gateData, (bytes32));
        if (root == 0) revert AllowListGate_RootZero();

        // Effect:
        _roots[taskId] = root;
        emit AllowListTermsSet(taskId, root);
    }

    /// @inheritdoc IGate
    /// @param admission The worker's Merkle path (`bytes32[]`), ABI-encoded.
    function admit(
        bytes32 taskId,
        address sender,
        ITaskRegistry.Joining calldata joining,
        bytes calldata admission
    )
        external
        view
        onlyTaskRegistry
        returns (bytes32 nullifier)
    {
        // Check:
        nullifier = _selfOnly(sender, joining);
        bytes32 root = rootOf(taskId);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(joining.worker))));
        if (!MerkleProof.verify(abi.decode(admission, (bytes32[])), root, leaf)) {
            revert AllowListGate_NotListed(taskId, joining.worker);
        }
    }

    /// @inheritdoc IAllowListGate
    function rootOf(bytes32 taskId) public view returns (bytes32 root) {
        root = _roots[taskId];
        if (root == 0) revert Gate_UnknownTask(taskId);
    }
}
