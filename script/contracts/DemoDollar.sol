// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title DemoDollar
/// @notice The ERC-20 in which the main job pays one of its tasks, on a local chain only.
contract DemoDollar is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Demo Dollar", "DEMO") {
        _mint(holder, supply);
    }
}
