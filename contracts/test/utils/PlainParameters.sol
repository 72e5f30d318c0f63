// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";

/// @notice Parameters of a protocol that takes no fee, slashes nothing and waits no longer than it has to.
library PlainParameters {
    function withGasCap(uint256 gasCap) internal pure returns (IProtocolParameters.Parameters memory plain) {
        plain.maxSlots = 100;
        plain.minWindow = 10;
        plain.maxWindow = 1000;
        plain.verifyGasCap = uint32(gasCap);
        // The least that any chain allows.
        (plain.unbondingDelay, plain.leaveWindow, plain.auditWindow) = (1 hours, 1 hours, 1 hours);
        (plain.goldBondBps, plain.auditRateBps) = (1000, 7500);
    }
}
