// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IProtocolParameters} from "../../contracts/src/interfaces/IProtocolParameters.sol";
import {IVeritaskGovernor} from "../../contracts/src/interfaces/IVeritaskGovernor.sol";
import {IVeritaskToken} from "../../contracts/src/interfaces/IVeritaskToken.sol";
import {DeployTypes} from "./DeployTypes.sol";

/// @title DeployConfiguration
/// @notice Reads script/config/<chain id>.json; a variable of the environment goes before the value in the file.
abstract contract DeployConfiguration is DeployTypes {
    using SafeCast for uint256;

    /// @dev Shortest distance of two deadlines on a public chain, in seconds: people and congested chains need time.
    uint256 internal constant MIN_PUBLIC_WINDOW = 1 hours;
    /// @dev Shortest delay of a governed change on a public chain, in seconds: time to leave, or to cancel it.
    uint256 internal constant MIN_PUBLIC_DELAY = 1 days;

    error Deploy_NoConfiguration(uint256 chainId, string path);
    error Deploy_WrongConfiguration(uint256 chainId, uint256 found);
    error Deploy_ValueRequired(string variable, string field);
    error Deploy_MinWindowTooShort(uint256 minWindow, uint256 required);
    error Deploy_DelayTooShort(string variable, uint256 delay, uint256 required);
    error Deploy_HoldingsMismatch(uint256 holders, uint256 holdings);

    /// @dev All but the deployer, which the broadcast decides.
    function readConfiguration() public view returns (Configuration memory configuration) {
        string memory json = _readFile();
        configuration.parameters = _readParameters(json);
        configuration.nativeCoin = IProtocolParameters.TokenPolicy({
            allowed: true,
            minReward: _number(json, "MIN_REWARD", ".nativeCoin.minReward").toUint128(),
            minStake: _number(json, "MIN_STAKE", ".nativeCoin.minStake").toUint128()
        });
        configuration.governor = IVeritaskGovernor.Settings({
            votingDelay: _number(json, "VOTING_DELAY", ".governance.votingDelay").toUint48(),
            votingPeriod: _number(json, "VOTING_PERIOD", ".governance.votingPeriod").toUint32(),
            lateQuorumExtension: _number(json, "LATE_QUORUM_EXTENSION", ".governance.lateQuorumExtension").toUint48(),
            proposalThreshold: _number(json, "PROPOSAL_THRESHOLD", ".governance.proposalThreshold"),
            quorumPercent: _number(json, "QUORUM_PERCENT", ".governance.quorumPercent")
        });
        configuration.timelockDelay = _number(json, "TIMELOCK_DELAY", ".governance.timelockDelay");
        configuration.guardian = _account(json, "GUARDIAN", ".governance.guardian");
        configuration.allocations = _readAllocations(json);
        configuration.outside = _readOutside(json);
        configuration.releases = _readReleases(json);
        if (!isLocal()) _checkPublic(configuration);
    }

    /// @notice The keys to propose. An entry that does not say whether it is a development key is taken for one. Whether a key
    /// needs a challenge must be said.
    function readKeys() public view returns (KeyFile[] memory keys) {
        string memory path = vm.envOr("KEYS_FILE", string(""));
        if (bytes(path).length == 0) return keys;
        string memory json = vm.readFile(path);
        uint256 count;
        while (vm.keyExistsJson(json, _item("", count, ""))) {
            ++count;
        }
        keys = new KeyFile[](count);
        for (uint256 i; i < count; ++i) {
            KeyFile memory key = keys[i];
            key.name = vm.parseJsonString(json, _item("", i, ".name"));
            string memory system = _item("", i, ".proofSystem");
            if (vm.keyExistsJson(json, system)) key.proofSystem = vm.parseJsonString(json, system);
            key.keyData = vm.parseJsonBytes(json, _item("", i, ".keyData"));
            key.manifestHash = vm.parseJsonBytes32(json, _item("", i, ".manifestHash"));
            string memory development = _item("", i, ".development");
            key.development = !vm.keyExistsJson(json, development) || vm.parseJsonBool(json, development);
            key.needsChallenge = vm.parseJsonBool(json, _item("", i, ".needsChallenge"));
            key.freezableByProof = vm.parseJsonBool(json, _item("", i, ".freezableByProof"));
            string memory gasCap = _item("", i, ".gasCap");
            if (vm.keyExistsJson(json, gasCap)) key.gasCap = vm.parseJsonUint(json, gasCap).toUint32();
        }
    }

    function _readFile() internal view returns (string memory json) {
        uint256 chainId = isLocal() ? ANVIL_CHAIN_ID : block.chainid;
        string memory path = string.concat("script/config/", vm.toString(chainId), ".json");
        if (!vm.isFile(path)) revert Deploy_NoConfiguration(block.chainid, path);
        json = vm.readFile(path);
        uint256 found = vm.parseJsonUint(json, ".chainId");
        if (found != chainId) revert Deploy_WrongConfiguration(chainId, found);
    }

    function _readParameters(string memory json) internal view returns (IProtocolParameters.Parameters memory read) {
        read.feeBps = _number(json, "FEE_BPS", ".parameters.feeBps").toUint16();
        read.maxSlots = _number(json, "MAX_SLOTS", ".parameters.maxSlots").toUint32();
        read.minWindow = _number(json, "MIN_WINDOW", ".parameters.minWindow").toUint32();
        read.maxWindow = _number(json, "MAX_WINDOW", ".parameters.maxWindow").toUint32();
        read.keyActivationDelay = _number(json, "KEY_ACTIVATION_DELAY", ".parameters.keyActivationDelay").toUint32();
        read.verifyGasCap = _number(json, "VERIFY_GAS_CAP", ".parameters.verifyGasCap").toUint32();
        read.unbondingDelay = _number(json, "UNBONDING_DELAY", ".parameters.unbondingDelay").toUint32();
        read.leaveWindow = _number(json, "LEAVE_WINDOW", ".parameters.leaveWindow").toUint32();
        read.missedSlashBps = _number(json, "MISSED_SLASH_BPS", ".parameters.missedSlashBps").toUint16();
        read.rejectedSlashBps = _number(json, "REJECTED_SLASH_BPS", ".parameters.rejectedSlashBps").toUint16();
        read.goldBondBps = _number(json, "GOLD_BOND_BPS", ".parameters.goldBondBps").toUint16();
        read.auditRateBps = _number(json, "AUDIT_RATE_BPS", ".parameters.auditRateBps").toUint16();
        read.auditWindow = _number(json, "AUDIT_WINDOW", ".parameters.auditWindow").toUint32();
        // Without one, fees and slashed stakes are the timelock's.
        if (vm.envExists("TREASURY") || vm.keyExistsJson(json, ".parameters.treasury")) {
            read.treasury = _account(json, "TREASURY", ".parameters.treasury");
        }
    }

    function _readAllocations(string memory json) internal view returns (IVeritaskToken.Allocation[] memory read) {
        address[] memory holders;
        uint256[] memory holdings;
        if (vm.envExists("HOLDERS")) {
            if (!vm.envExists("HOLDINGS")) revert Deploy_ValueRequired("HOLDINGS", ".governance.holdings");
            holders = vm.envAddress("HOLDERS", ",");
            holdings = vm.envUint("HOLDINGS", ",");
        } else {
            if (!vm.keyExistsJson(json, ".governance.holders")) {
                revert Deploy_ValueRequired("HOLDERS", ".governance.holders");
            }
            holders = vm.parseJsonAddressArray(json, ".governance.holders");
            holdings = vm.parseJsonUintArray(json, ".governance.holdings");
        }
        if (holders.length != holdings.length) revert Deploy_HoldingsMismatch(holders.length, holdings.length);
        read = new IVeritaskToken.Allocation[](holders.length);
        for (uint256 i; i < holders.length; ++i) {
            read[i] = IVeritaskToken.Allocation({holder: holders[i], amount: holdings[i]});
        }
    }

    function _readOutside(string memory json) internal view returns (Named[] memory read) {
        uint256 count;
        while (vm.keyExistsJson(json, _item(".outside", count, ""))) {
            ++count;
        }
        read = new Named[](count);
        for (uint256 i; i < count; ++i) {
            read[i].name = vm.parseJsonString(json, _item(".outside", i, ".name"));
            read[i].at = vm.parseJsonAddress(json, _item(".outside", i, ".at"));
        }
    }

    /// @notice The releases that a configuration file lists.
    function readReleases(string memory path) public view returns (Release[] memory) {
        return _readReleases(vm.readFile(path));
    }

    function _readReleases(string memory json) internal view returns (Release[] memory read) {
        uint256 count;
        while (vm.keyExistsJson(json, _item(".releases", count, ""))) {
            ++count;
        }
        read = new Release[](count);
        for (uint256 i; i < count; ++i) {
            read[i].name = vm.parseJsonString(json, _item(".releases", i, ".name"));
            read[i].proofSystem = vm.parseJsonString(json, _item(".releases", i, ".proofSystem"));
            read[i].selector = bytes4(vm.parseJsonBytes(json, _item(".releases", i, ".selector")));
        }
    }

    /// @dev What people who are not asleep at their keyboards need.
    function _checkPublic(Configuration memory configuration) internal pure {
        uint256 minWindow = configuration.parameters.minWindow;
        if (minWindow < MIN_PUBLIC_WINDOW) revert Deploy_MinWindowTooShort(minWindow, MIN_PUBLIC_WINDOW);
        _checkDelay("TIMELOCK_DELAY", configuration.timelockDelay);
        _checkDelay("KEY_ACTIVATION_DELAY", configuration.parameters.keyActivationDelay);
        _checkDelay("VOTING_PERIOD", configuration.governor.votingPeriod);
        _checkDelay("UNBONDING_DELAY", configuration.parameters.unbondingDelay);
        _checkDelay("AUDIT_WINDOW", configuration.parameters.auditWindow);
    }

    function _checkDelay(string memory variable, uint256 delay) internal pure {
        if (delay < MIN_PUBLIC_DELAY) revert Deploy_DelayTooShort(variable, delay, MIN_PUBLIC_DELAY);
    }

    function _number(string memory json, string memory variable, string memory field) internal view returns (uint256) {
        if (vm.envExists(variable)) return vm.envUint(variable);
        if (!vm.keyExistsJson(json, field)) revert Deploy_ValueRequired(variable, field);
        return vm.parseJsonUint(json, field);
    }

    function _account(string memory json, string memory variable, string memory field) internal view returns (address) {
        if (vm.envExists(variable)) return vm.envAddress(variable);
        if (!vm.keyExistsJson(json, field)) revert Deploy_ValueRequired(variable, field);
        return vm.parseJsonAddress(json, field);
    }

    function _item(string memory list, uint256 index, string memory field) internal pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]", field);
    }
}
