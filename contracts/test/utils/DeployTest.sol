// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Deploy} from "../../../script/Deploy.s.sol";
import {DeployTypes} from "../../../script/deploy/DeployTypes.sol";
import {GovernanceTest} from "./GovernanceTest.sol";
import {PlainParameters} from "./PlainParameters.sol";

/// @notice The whole protocol as the deployment script makes it, before the deployer leaves.
abstract contract DeployTest is GovernanceTest {
    Deploy internal script;
    Deploy.Configuration internal configuration;
    /// @dev As bytes: such a struct has no place in storage.
    bytes internal encoded;

    function deploySystem() internal {
        vm.warp(START);
        script = new Deploy();
        configuration.deployer = address(script);
        configuration.guardian = guardian;
        configuration.parameters = PlainParameters.withGasCap(600_000);
        configuration.parameters.keyActivationDelay = 60;
        configuration.parameters.feeBps = 100;
        configuration.nativeCoin.allowed = true;
        configuration.nativeCoin.minReward = 5;
        configuration.governor = settings();
        configuration.timelockDelay = DELAY;
        for (uint256 i; i < 3; ++i) {
            configuration.allocations.push(allocations()[i]);
        }
        redeploy();
        token = deployed().voteToken;
        timelock = deployed().timelock;
        governor = deployed().governor;
        vm.warp(START + 1);
    }

    function redeploy() internal {
        encoded = abi.encode(script.deploy(configuration));
    }

    function deployed() internal view returns (DeployTypes.Deployed memory) {
        return abi.decode(encoded, (DeployTypes.Deployed));
    }
}
