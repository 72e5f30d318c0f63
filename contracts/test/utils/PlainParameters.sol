// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";

/// @notice Parameters of a protocol that takes no fee, slashes nothing and waits for nothing.
library PlainParameters {
    function withGasCap(uint256 gasCap) internal pure returns (IProtocolParameters.Parameters memory plain) {
        plain.maxSlots = 100;
        plain.minWindow = 10;
        plain.maxWindow = 1000;
        plain.verifyGasCap = uint32(gasCap);
    }
}
