// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

interface IFlashBorrower {
    function onFlashLoan(IERC20 token, uint256 amount) external;
}

/// @notice Lends all it has for the length of one call.
contract FlashLender {
    function lend(IERC20 token) external {
        uint256 amount = token.balanceOf(address(this));
        token.transfer(msg.sender, amount);
        IFlashBorrower(msg.sender).onFlashLoan(token, amount);
        require(token.balanceOf(address(this)) == amount, "not returned");
    }
}
