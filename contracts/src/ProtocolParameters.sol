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
    uint256 internal constant MAX_GAS_CAP = 10_000_000;

    Parameters internal _parameters;
    mapping(address token => TokenPolicy policy) internal _tokenPolicies;
    mapping(address settlement => bool allowed) internal _settlements;

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
    function parameters() external view returns (Parameters memory) {
        return _parameters;
    }

    /// @inheritdoc IProtocolParameters
    function tokenPolicy(address token) external view returns (TokenPolicy memory) {
        return _tokenPolicies[token];
    }

    /// @inheritdoc IProtocolParameters
    function isSettlementAllowed(address settlement) external view returns (bool) {
        return _settlements[settlement];
    }

    function _setParameters(Parameters memory next) internal {
        // Check:
        if (next.feeBps > MAX_FEE_BPS) revert ProtocolParameters_FeeTooHigh(next.feeBps, MAX_FEE_BPS);
        if (next.feeBps != 0 && next.treasury == address(0)) revert ProtocolParameters_TreasuryZero();
        if (next.maxSlots == 0 || next.maxSlots > MAX_SLOT_LIMIT) {
            revert ProtocolParameters_SlotLimitOutOfRange(next.maxSlots);
        }
        if (next.minWindow == 0 || next.minWindow > next.maxWindow) {
            revert ProtocolParameters_WindowsOutOfOrder(next.minWindow, next.maxWindow);
        }
        if (next.verifyGasCap < MIN_GAS_CAP || next.verifyGasCap > MAX_GAS_CAP) {
            revert ProtocolParameters_GasCapOutOfRange(next.verifyGasCap);
        }

        // Effect:
        Parameters memory previous = _parameters;
        _parameters = next;
        emit ParametersChanged(previous, next);
    }
}
