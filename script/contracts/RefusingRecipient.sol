// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title RefusingRecipient
/// @notice A payout address that refuses every transfer until its owner opens it: the case a worker's wallet is a contract
/// that cannot be paid now. Used by the main job to show that such a worker keeps its credit and hinders nobody.
contract RefusingRecipient {
    address public immutable owner;
    bool public isOpen;

    error RefusingRecipient_Closed();
    error RefusingRecipient_NotOwner(address caller);

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {
        if (!isOpen) revert RefusingRecipient_Closed();
    }

    function open() external {
        if (msg.sender != owner) revert RefusingRecipient_NotOwner(msg.sender);
        isOpen = true;
    }
}
