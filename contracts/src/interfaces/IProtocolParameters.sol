// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IProtocolParameters
/// @notice The numbers and allow-lists that governance may change. Nothing here moves money: every task keeps the
/// snapshot of what it was created under, and every key keeps the gas cap it was proposed under.
/// @dev Role: one `owner` (a timelock). It can change the values below for the future. It can NOT touch a live task,
/// a credit or a registered key.
interface IProtocolParameters {
    /// @param feeBps Protocol fee on top of each paid reward, in basis points (0 to 1,000).
    /// @param maxSlots Most slots one task may have (1 to 65,535).
    /// @param minWindow Shortest time between two consecutive deadlines of a task, in seconds.
    /// @param maxWindow Longest time between two consecutive deadlines of a task, in seconds.
    /// @param keyActivationDelay Time between proposing and activating a verifier key, in seconds.
    /// @param verifyGasCap Gas forwarded to one proof verification (350,000 to 10,000,000).
    /// @param treasury Where fees are credited; not zero when `feeBps` is not zero.
    struct Parameters {
        uint16 feeBps;
        uint32 maxSlots;
        uint32 minWindow;
        uint32 maxWindow;
        uint32 keyActivationDelay;
        uint32 verifyGasCap;
        address treasury;
    }

    /// @param allowed Whether new tasks may pay in this token.
    /// @param minReward Smallest reward per slot, in the token's base units.
    struct TokenPolicy {
        bool allowed;
        uint128 minReward;
    }

    event ParametersChanged(Parameters previous, Parameters current);
    /// @param token The ERC-20, or the zero address for the chain's native coin.
    event TokenPolicyChanged(address indexed token, TokenPolicy previous, TokenPolicy current);
    event SettlementAllowed(address indexed settlement, bool previous, bool current);

    error ProtocolParameters_FeeTooHigh(uint256 feeBps, uint256 maxFeeBps);
    error ProtocolParameters_TreasuryZero();
    error ProtocolParameters_SlotLimitOutOfRange(uint256 maxSlots);
    error ProtocolParameters_WindowsOutOfOrder(uint256 minWindow, uint256 maxWindow);
    error ProtocolParameters_GasCapOutOfRange(uint256 verifyGasCap);
    error ProtocolParameters_MinRewardZero(address token);
    error ProtocolParameters_TokenWithoutCode(address token);
    error ProtocolParameters_SettlementWithoutCode(address settlement);

    function setParameters(Parameters calldata next) external;
    function setTokenPolicy(address token, TokenPolicy calldata next) external;
    function setSettlement(address settlement, bool allowed) external;

    function parameters() external view returns (Parameters memory);
    function tokenPolicy(address token) external view returns (TokenPolicy memory);
    function isSettlementAllowed(address settlement) external view returns (bool);
}
