// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {IVeritaskToken} from "../../contracts/src/interfaces/IVeritaskToken.sol";
import {VeritaskTimelock} from "../../contracts/src/governance/VeritaskTimelock.sol";
import {DeployTypes} from "./DeployTypes.sol";

/// @title DeployCensus
/// @notice Who may do what after a deployment. Anything but the following reverts:
/// - Timelock: its own admin; the Governor proposes and cancels; the guardian cancels; anyone executes. Nobody else was ever
/// granted a role and kept it, as its own events tell.
/// - Every contract that answers `owner()` is the timelock's, and none of them has a pending owner.
/// - The key registry's guardian is the one configured, and proof systems take keys from the registry alone.
/// - The deployer is nobody: no role, no ownership, no guardian, and off local chains no votes.
abstract contract DeployCensus is DeployTypes {
    error Deploy_CensusRole(bytes32 role, address account, bool held);
    error Deploy_CensusRoleEvents(uint256 held, uint256 expected);
    error Deploy_CensusOwner(address at, address owner);
    error Deploy_CensusWrong(string what, address found, address expected);
    error Deploy_CensusNumber(string what, uint256 found, uint256 expected);
    error Deploy_CensusVotes(address deployer, uint256 votes);

    /// @param logs Everything that was emitted since before the timelock was made.
    function census(
        Deployed memory deployed,
        Configuration memory configuration,
        VmSafe.Log[] memory logs
    )
        public
        view
    {
        _checkTimelock(deployed, configuration);
        _checkRoleEvents(deployed, configuration, logs);
        _checkGovernor(deployed, configuration);
        _checkOwners(deployed);
        _checkGuardian(deployed, configuration);
        if (isLocal()) return;
        uint256 votes =
            deployed.voteToken.balanceOf(configuration.deployer) + deployed.voteToken.getVotes(configuration.deployer);
        if (votes != 0) revert Deploy_CensusVotes(configuration.deployer, votes);
    }

    /// @dev Every role × everybody there is: each is held exactly by whom it should.
    function _checkTimelock(Deployed memory deployed, Configuration memory configuration) internal view {
        VeritaskTimelock timelock = deployed.timelock;
        address[5] memory accounts =
            [address(0), address(timelock), address(deployed.governor), configuration.guardian, configuration.deployer];
        bytes32[4] memory roles = [
            timelock.DEFAULT_ADMIN_ROLE(), timelock.PROPOSER_ROLE(), timelock.EXECUTOR_ROLE(), timelock.CANCELLER_ROLE()
        ];
        for (uint256 i; i < roles.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                bool held = timelock.hasRole(roles[i], accounts[j]);
                if (held != _expected(deployed, configuration, roles[i], accounts[j])) {
                    revert Deploy_CensusRole(roles[i], accounts[j], held);
                }
            }
            bytes32 admin = timelock.getRoleAdmin(roles[i]);
            if (admin != roles[0]) revert Deploy_CensusRole(admin, address(timelock), true);
        }
        uint256 delay = timelock.getMinDelay();
        if (delay != configuration.timelockDelay) {
            revert Deploy_CensusNumber("timelock delay", delay, configuration.timelockDelay);
        }
    }

    function _expected(
        Deployed memory deployed,
        Configuration memory configuration,
        bytes32 role,
        address account
    )
        internal
        view
        returns (bool)
    {
        VeritaskTimelock timelock = deployed.timelock;
        if (role == timelock.DEFAULT_ADMIN_ROLE()) return account == address(timelock);
        if (role == timelock.EXECUTOR_ROLE()) return account == address(0);
        if (account == address(deployed.governor)) return true;
        return role == timelock.CANCELLER_ROLE() && account == configuration.guardian && account != address(0);
    }

    /// @dev Whoever was granted a role in any contract either lost it again or is expected to have it.
    function _checkRoleEvents(
        Deployed memory deployed,
        Configuration memory configuration,
        VmSafe.Log[] memory logs
    )
        internal
        view
    {
        uint256 held;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IAccessControl.RoleGranted.selector) continue;
            bytes32 role = logs[i].topics[1];
            address account = address(uint160(uint256(logs[i].topics[2])));
            if (!IAccessControl(logs[i].emitter).hasRole(role, account)) continue;
            bool expected =
                logs[i].emitter == address(deployed.timelock) && _expected(deployed, configuration, role, account);
            if (!expected) revert Deploy_CensusRole(role, account, true);
            ++held;
        }
        uint256 whole = configuration.guardian == address(0) ? 4 : 5;
        if (held != whole) revert Deploy_CensusRoleEvents(held, whole);
    }

    function _checkGovernor(Deployed memory deployed, Configuration memory configuration) internal view {
        _same("governor's timelock", deployed.governor.timelock(), address(deployed.timelock));
        _same("governor's votes", address(deployed.governor.token()), address(deployed.voteToken));
        uint256 supply;
        IVeritaskToken.Allocation[] memory allocations = configuration.allocations;
        for (uint256 i; i < allocations.length; ++i) {
            supply += allocations[i].amount;
        }
        uint256 found = deployed.voteToken.totalSupply();
        if (found != supply) revert Deploy_CensusNumber("vote supply", found, supply);
    }

    /// @dev Asks every contract, not only those known to have an owner: one that grows one is found here.
    function _checkOwners(Deployed memory deployed) internal view {
        address[] memory all = everyContract(deployed);
        address timelock = address(deployed.timelock);
        uint256 owned;
        for (uint256 i; i < all.length; ++i) {
            (bool answered, address owner) = _ask(all[i], "owner()");
            if (!answered) continue;
            if (owner != timelock) revert Deploy_CensusOwner(all[i], owner);
            (bool hasPending, address pending) = _ask(all[i], "pendingOwner()");
            if (hasPending && pending != address(0)) revert Deploy_CensusOwner(all[i], pending);
            ++owned;
        }
        // The parameters and the keys.
        if (owned < 2) revert Deploy_CensusNumber("owned contracts", owned, 2);
    }

    function _checkGuardian(Deployed memory deployed, Configuration memory configuration) internal view {
        _same("guardian of the keys", deployed.verifierKeyRegistry.guardian(), configuration.guardian);
        if (configuration.guardian == configuration.deployer) {
            revert Deploy_CensusWrong("guardian", configuration.guardian, address(0));
        }
        address registry = address(deployed.verifierKeyRegistry);
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            _same("registry of a proof system", deployed.proofSystems[i].registry(), registry);
        }
    }

    /// @notice Every contract of a deployment.
    function everyContract(Deployed memory deployed) public pure returns (address[] memory all) {
        uint256 systems = deployed.proofSystems.length;
        uint256 settlements = deployed.settlements.length;
        uint256 gates = deployed.gates.length;
        all = new address[](12 + systems + settlements + gates);
        all[0] = address(deployed.voteToken);
        all[1] = address(deployed.timelock);
        all[2] = address(deployed.governor);
        all[3] = address(deployed.protocolParameters);
        all[4] = address(deployed.verifierKeyRegistry);
        all[5] = address(deployed.datasetRegistry);
        all[6] = address(deployed.modelRegistry);
        all[7] = address(deployed.forwarder);
        all[8] = address(deployed.taskRegistry);
        all[9] = address(deployed.stakeVault);
        all[10] = address(deployed.reputationRegistry);
        all[11] = address(deployed.goldAudit);
        for (uint256 i; i < systems; ++i) {
            all[12 + i] = address(deployed.proofSystems[i]);
        }
        for (uint256 i; i < settlements; ++i) {
            all[12 + systems + i] = deployed.settlements[i].at;
        }
        for (uint256 i; i < gates; ++i) {
            all[12 + systems + settlements + i] = deployed.gates[i].at;
        }
    }

    function _same(string memory what, address found, address expected) internal pure {
        if (found != expected) revert Deploy_CensusWrong(what, found, expected);
    }

    function _ask(address at, string memory signature) internal view returns (bool answered, address answer) {
        (bool called, bytes memory data) = at.staticcall(abi.encodeWithSignature(signature));
        answered = called && data.length == 32;
        if (answered) answer = abi.decode(data, (address));
    }
}
