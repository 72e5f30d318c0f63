// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGate} from "../../src/interfaces/IGate.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";

/// @notice Lets in whoever names a nullifier, by any sender; may call something else meanwhile. For unit tests only.
contract MockGate is IGate {
    address internal _target;
    bytes internal _call;
    bool public reached;
    bytes public reason;
    bytes32 public asked;

    mapping(bytes32 taskId => bytes data) public openedWith;

    function prepare(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    function openTask(bytes32 taskId, bytes calldata gateData) external {
        openedWith[taskId] = gateData;
    }

    function admit(
        bytes32 taskId,
        address sender,
        ITaskRegistry.Joining calldata joining,
        bytes calldata admission
    )
        external
        returns (bytes32)
    {
        asked = keccak256(abi.encode(taskId, sender, joining));
        if (_target != address(0)) (reached, reason) = _target.call(_call);
        return abi.decode(admission, (bytes32));
    }
}
