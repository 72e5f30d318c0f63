// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

/// @notice One test that passes and one that must fail: `npm test` runs them apart and demands a red result.
contract CanaryTest is Test {
    function test_Passes() external pure {
        assertEq(uint256(2) + 2, 4);
    }

    function test_FailsOnPurpose() external pure {
        assertEq(uint256(2) + 2, 5);
    }
}
