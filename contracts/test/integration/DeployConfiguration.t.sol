// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Test} from "forge-std/Test.sol";

import {Deploy} from "../../../script/Deploy.s.sol";

/// @notice What the deployment script takes from its environment. One walk: the environment is shared by all tests, so no
/// other test reads it.
contract DeployConfigurationTest is Test {
    uint256 internal constant PUBLIC_CHAIN = 8453;
    address internal constant GUARDIAN = address(0x61);

    Deploy internal script;

    function expectRequired(string memory name) internal {
        vm.expectRevert(abi.encodeWithSelector(Deploy.Deploy_VariableRequired.selector, name));
        script.readConfiguration();
    }

    function expectOverflow(string memory name, uint8 bits, uint256 value, string memory good) internal {
        vm.setEnv(name, vm.toString(value));
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value));
        script.readConfiguration();
        vm.setEnv(name, good);
    }

    function test_ReadsTheEnvironment() external {
        script = new Deploy();
        vm.setEnv("TIMELOCK_PROPOSERS", "0x0000000000000000000000000000000000000009");

        // Local chains have defaults for everything else.
        uint256[2] memory localChains = [uint256(31_337), 1337];
        for (uint256 i; i < localChains.length; ++i) {
            vm.chainId(localChains[i]);
            Deploy.Configuration memory byDefault = script.readConfiguration();
            assertEq(byDefault.parameters.minWindow, 10);
            assertEq(byDefault.parameters.maxWindow, 30 days);
            assertEq(byDefault.parameters.keyActivationDelay, 60);
            assertEq(byDefault.parameters.verifyGasCap, 600_000);
            assertEq(byDefault.timelockDelay, 60);
            assertEq(byDefault.guardian, address(0));
        }

        // Public chains have none for what protects people.
        vm.chainId(PUBLIC_CHAIN);
        expectRequired("MIN_WINDOW");
        vm.setEnv("MIN_WINDOW", "3599");
        expectRequired("MAX_WINDOW");
        vm.setEnv("MAX_WINDOW", "864000");
        expectRequired("TIMELOCK_DELAY");
        vm.setEnv("TIMELOCK_DELAY", "172800");
        expectRequired("KEY_ACTIVATION_DELAY");
        vm.setEnv("KEY_ACTIVATION_DELAY", "86400");
        expectRequired("GUARDIAN");
        vm.setEnv("GUARDIAN", vm.toString(GUARDIAN));

        vm.expectRevert(abi.encodeWithSelector(Deploy.Deploy_MinWindowTooShort.selector, 3599, 3600));
        script.readConfiguration();
        vm.setEnv("MIN_WINDOW", "3600");
        Deploy.Configuration memory given = script.readConfiguration();
        assertEq(given.parameters.minWindow, 1 hours);
        assertEq(given.parameters.maxWindow, 10 days);
        assertEq(given.parameters.keyActivationDelay, 1 days);
        assertEq(given.timelockDelay, 2 days);
        assertEq(given.guardian, GUARDIAN);

        // 65,636 would become 100 in 16 bits.
        expectOverflow("FEE_BPS", 16, 65_636, "100");
        expectOverflow("MAX_SLOTS", 32, 2 ** 32, "100");
        expectOverflow("MIN_WINDOW", 32, 2 ** 32 + 3600, "3600");
        expectOverflow("MAX_WINDOW", 32, 2 ** 32 + 3600, "864000");
        expectOverflow("KEY_ACTIVATION_DELAY", 32, 2 ** 32, "86400");
        expectOverflow("VERIFY_GAS_CAP", 32, 2 ** 32 + 600_000, "600000");
        expectOverflow("MIN_REWARD", 128, 2 ** 128, "5");
        given = script.readConfiguration();
        assertEq(given.parameters.feeBps, 100);
        assertEq(given.minReward, 5);
    }
}
