// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";

/// @title ProtocolParameters
/// @notice See {IProtocolParameters} for what it does, who may do what, and what nobody can.
contract ProtocolParameters is IProtocolParameters, Ownable {
    uint256 internal constant MAX_FEE_BPS = 1000;
    uint256 internal constant MAX_SLOT_LIMIT = 65_535;
    /// @dev A Groth16 proof with four signals takes about 222,000 gas, a bad point at most 300,000; the rest is margin.
    uint256 internal constant MIN_GAS_CAP = 350_000;
    uint32 internal constant MAX_GAS_CAP = 10_000_000;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;
    /// @dev A stake or a bond may not be held longer than this by one delay, in seconds.
    uint256 internal constant MAX_DELAY = 90 days;
    /// @dev Shortest delay in which an account can act, in seconds; on local chains, whose tasks take minutes, and elsewhere.
    uint256 internal constant MIN_LOCAL_DELAY = 10;
    uint256 internal constant MIN_PUBLIC_DELAY = 1 hours;
    /// @dev Local chains: Anvil and Hardhat, and the older local default.
    uint256 internal constant ANVIL_CHAIN_ID = 31_337;
    uint256 internal constant LOCAL_CHAIN_ID = 1337;
    /// @dev Less, and rigging gold pays though nine of ten cases are found out, with the reward at stake once (IGoldAudit).
    uint256 internal constant MIN_GOLD_BOND_BPS = 1000;
    /// @dev More than half: else both sides of an audit could be right at once. More than three quarters, and one slip or one
    /// accomplice in a panel of three shields gold that is rigged.
    uint256 internal constant MIN_AUDIT_RATE_BPS = 5001;
    uint256 internal constant MAX_AUDIT_RATE_BPS = 7500;

    uint32 internal _version;
    mapping(uint32 version => Parameters parameters) internal _parametersAt;
    mapping(address token => TokenPolicy policy) internal _tokenPolicies;
    mapping(address settlement => bool allowed) internal _settlements;
    mapping(address gate => bool allowed) internal _gates;

    constructor(address initialOwner, Parameters memory initial) Ownable(initialOwner) {
        _setParameters(initial);
    }

    /// @inheritdoc IProtocolParameters
    function setParameters(Parameters calldata next) external onlyOwner {
        _setParameters(next);
    }

    /// @inheritdoc IProtocolParameters
    function setTokenPolicy(address token, TokenPolicy calldata next) external onlyOwner {
        // Check:
        if (next.allowed) {
            if (next.minReward == 0) revert ProtocolParameters_MinRewardZero(token);
            if (token != address(0) && token.code.length == 0) revert ProtocolParameters_TokenWithoutCode(token);
        }

        // Effect:
        TokenPolicy memory previous = _tokenPolicies[token];
        _tokenPolicies[token] = next;
        emit TokenPolicyChanged(token, previous, next);
    }

    /// @inheritdoc IProtocolParameters
    function setSettlement(address settlement, bool allowed) external onlyOwner {
        // Check:
        if (allowed && settlement.code.length == 0) revert ProtocolParameters_SettlementWithoutCode(settlement);

        // Effect:
        bool previous = _settlements[settlement];
        _settlements[settlement] = allowed;
        emit SettlementAllowed(settlement, previous, allowed);
    }

    /// @inheritdoc IProtocolParameters
    function setGate(address gate, bool allowed) external onlyOwner {
        // Check:
        if (allowed && gate.code.length == 0) revert ProtocolParameters_GateWithoutCode(gate);

        // Effect:
        bool previous = _gates[gate];
        _gates[gate] = allowed;
        emit GateAllowed(gate, previous, allowed);
    }

    /// @inheritdoc IProtocolParameters
    function parameters() external view returns (Parameters memory) {
        return _parametersAt[_version];
    }

    /// @inheritdoc IProtocolParameters
    function version() external view returns (uint32) {
        return _version;
    }

    /// @inheritdoc IProtocolParameters
    function parametersAt(uint32 version_) external view returns (Parameters memory) {
        if (version_ == 0 || version_ > _version) revert ProtocolParameters_UnknownVersion(version_);
        return _parametersAt[version_];
    }

    /// @inheritdoc IProtocolParameters
    function stakeRulesAt(uint32 version_)
        external
        view
        returns (uint32 leaveWindow, uint16 missedSlashBps, uint16 rejectedSlashBps)
    {
        Parameters storage kept = _parametersAt[version_];
        return (kept.leaveWindow, kept.missedSlashBps, kept.rejectedSlashBps);
    }

    /// @inheritdoc IProtocolParameters
    function maxVerifyGasCap() external pure returns (uint32) {
        return MAX_GAS_CAP;
    }

    /// @inheritdoc IProtocolParameters
    function tokenPolicy(address token) external view returns (TokenPolicy memory) {
        return _tokenPolicies[token];
    }

    /// @inheritdoc IProtocolParameters
    function isSettlementAllowed(address settlement) external view returns (bool) {
        return _settlements[settlement];
    }

    /// @inheritdoc IProtocolParameters
    function isGateAllowed(address gate) external view returns (bool) {
        return _gates[gate];
    }

    function _setParameters(Parameters memory next) internal {
        // Check:
        if (next.feeBps > MAX_FEE_BPS) revert ProtocolParameters_FeeTooHigh(next.feeBps, MAX_FEE_BPS);
        bool takes = next.feeBps != 0 || next.missedSlashBps != 0 || next.rejectedSlashBps != 0;
        if (takes && next.treasury == address(0)) revert ProtocolParameters_TreasuryZero();
        if (next.maxSlots == 0 || next.maxSlots > MAX_SLOT_LIMIT) {
            revert ProtocolParameters_SlotLimitOutOfRange(next.maxSlots);
        }
        if (next.minWindow > next.maxWindow) {
            revert ProtocolParameters_WindowsOutOfOrder(next.minWindow, next.maxWindow);
        }
        if (next.verifyGasCap < MIN_GAS_CAP || next.verifyGasCap > MAX_GAS_CAP) {
            revert ProtocolParameters_GasCapOutOfRange(next.verifyGasCap);
        }
        _checkShare("missedSlashBps", next.missedSlashBps);
        _checkShare("rejectedSlashBps", next.rejectedSlashBps);
        _checkShare("goldBondBps", next.goldBondBps);
        if (next.goldBondBps < MIN_GOLD_BOND_BPS) {
            revert ProtocolParameters_GoldBondTooLow(next.goldBondBps, MIN_GOLD_BOND_BPS);
        }
        if (next.auditRateBps < MIN_AUDIT_RATE_BPS || next.auditRateBps > MAX_AUDIT_RATE_BPS) {
            revert ProtocolParameters_AuditRateOutOfRange(next.auditRateBps, MIN_AUDIT_RATE_BPS, MAX_AUDIT_RATE_BPS);
        }
        _checkDelay("minWindow", next.minWindow);
        // Local chains may activate keys at once.
        if (!_isLocal()) _checkDelay("keyActivationDelay", next.keyActivationDelay);
        _checkDelay("unbondingDelay", next.unbondingDelay);
        _checkDelay("leaveWindow", next.leaveWindow);
        _checkDelay("auditWindow", next.auditWindow);

        // Effect:
        Parameters memory previous = _parametersAt[_version];
        uint32 number = ++_version;
        _parametersAt[number] = next;
        emit ParametersChanged(number, previous, next);
    }

    function _checkShare(string memory name, uint256 bps) internal pure {
        if (bps > BPS) revert ProtocolParameters_ShareTooHigh(name, bps);
    }

    function _checkDelay(string memory name, uint256 delay) internal view {
        uint256 minDelay = _isLocal() ? MIN_LOCAL_DELAY : MIN_PUBLIC_DELAY;
        if (delay < minDelay) revert ProtocolParameters_DelayTooShort(name, delay, minDelay);
        if (delay > MAX_DELAY) revert ProtocolParameters_DelayTooLong(name, delay, MAX_DELAY);
    }

    function _isLocal() internal view returns (bool) {
        return block.chainid == ANVIL_CHAIN_ID || block.chainid == LOCAL_CHAIN_ID;
    }
}
