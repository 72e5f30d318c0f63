// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IProtocolParameters
/// @notice The numbers and allow-lists that governance may change. Nothing here moves money: every task keeps the
/// version of the parameters it was created under, and every key keeps the gas cap it was proposed with. Every version
/// that ever was can be read.
/// @dev Role: one `owner` (a timelock). It can change the values below for the future. It can NOT touch a live task,
/// a credit, a stake or a registered key.
interface IProtocolParameters {
    /// @param feeBps Protocol fee on top of each paid reward, in basis points (0 to 1,000).
    /// @param maxSlots Most slots one task may have (1 to 65,535).
    /// @param minWindow Shortest time between two consecutive deadlines of a task, in seconds: an hour to 90 days (from 10 on
    /// local chains).
    /// @param maxWindow Longest time between two consecutive deadlines of a task, in seconds.
    /// @param keyActivationDelay Time between proposing and activating a verifier key, in seconds: an hour to 90 days (anything
    /// on local chains).
    /// @param verifyGasCap Gas forwarded to one proof verification (350,000 to {maxVerifyGasCap}), where a key was proposed
    /// without a cap of its own.
    /// @param treasury Where fees and slashed stakes go; not zero when any of them is not zero.
    /// @param unbondingDelay Time between asking for free stake back and getting it, in seconds: an hour to 90 days (from 10 on
    /// local chains), as the next two. What a task has locked cannot start to leave, however short this is: a slot's stake and
    /// a requester's bond stay locked until rejections and audits are over.
    /// @param leaveWindow Time from the publication of a slot's content key within which its worker may leave without loss,
    /// in seconds.
    /// @param missedSlashBps Share of its stake that a slot loses by missing a deadline, in basis points.
    /// @param rejectedSlashBps Share of its stake that a slot loses by a proven rejection, in basis points.
    /// @param goldBondBps Smallest bond of a requester who may reject by hidden gold, in basis points of all rewards
    /// (1,000 to 10,000). All of it is burned when its gold is found rigged: with fee f, bond b and reward R per slot, rigging
    /// loses as soon as it is found out more often than (R + f) / (R + f + b).
    /// @param auditRateBps Share of the decisive answers that must side with the challenger to find gold rigged, in basis points
    /// (5,001 to 7,500).
    /// @param auditWindow Time to ask for a gold audit after scoring ends, and as long again to answer it, in seconds;
    /// longer by a 64th for each audit of the task that is open already.
    struct Parameters {
        uint16 feeBps;
        uint32 maxSlots;
        uint32 minWindow;
        uint32 maxWindow;
        uint32 keyActivationDelay;
        uint32 verifyGasCap;
        address treasury;
        uint32 unbondingDelay;
        uint32 leaveWindow;
        uint16 missedSlashBps;
        uint16 rejectedSlashBps;
        uint16 goldBondBps;
        uint16 auditRateBps;
        uint32 auditWindow;
    }

    /// @param allowed Whether new tasks may pay in this token.
    /// @param minReward Smallest reward per slot, in the token's base units.
    /// @param minStake Smallest stake per slot, in the token's base units; zero lets tasks go without.
    struct TokenPolicy {
        bool allowed;
        uint128 minReward;
        uint128 minStake;
    }

    /// @param version Number of `current`; the first is 1.
    event ParametersChanged(uint32 indexed version, Parameters previous, Parameters current);
    /// @param token The ERC-20, or the zero address for the chain's native coin.
    event TokenPolicyChanged(address indexed token, TokenPolicy previous, TokenPolicy current);
    event SettlementAllowed(address indexed settlement, bool previous, bool current);
    event GateAllowed(address indexed gate, bool previous, bool current);

    error ProtocolParameters_FeeTooHigh(uint256 feeBps, uint256 maxFeeBps);
    error ProtocolParameters_TreasuryZero();
    error ProtocolParameters_SlotLimitOutOfRange(uint256 maxSlots);
    error ProtocolParameters_WindowsOutOfOrder(uint256 minWindow, uint256 maxWindow);
    error ProtocolParameters_GasCapOutOfRange(uint256 verifyGasCap);
    error ProtocolParameters_MinRewardZero(address token);
    error ProtocolParameters_TokenWithoutCode(address token);
    error ProtocolParameters_SettlementWithoutCode(address settlement);
    error ProtocolParameters_GateWithoutCode(address gate);
    /// @notice A share above the whole.
    error ProtocolParameters_ShareTooHigh(string name, uint256 bps);
    error ProtocolParameters_DelayTooLong(string name, uint256 delay, uint256 maxDelay);
    error ProtocolParameters_DelayTooShort(string name, uint256 delay, uint256 minDelay);
    /// @notice A rejection by hidden gold costs a stake, so there must be a bond that answers for the gold.
    error ProtocolParameters_GoldBondTooLow(uint256 bps, uint256 minBps);
    error ProtocolParameters_AuditRateOutOfRange(uint256 auditRateBps, uint256 minBps, uint256 maxBps);
    error ProtocolParameters_UnknownVersion(uint32 version);

    function setParameters(Parameters calldata next) external;
    function setTokenPolicy(address token, TokenPolicy calldata next) external;
    function setSettlement(address settlement, bool allowed) external;
    function setGate(address gate, bool allowed) external;

    /// @notice The parameters that tasks are made under now.
    function parameters() external view returns (Parameters memory);
    /// @notice Number of the parameters that tasks are made under now.
    function version() external view returns (uint32);
    /// @notice The parameters of any version, 1 to {version}.
    function parametersAt(uint32 version) external view returns (Parameters memory);
    /// @notice Of the parameters of a version, what the end of a slot needs: one storage word. Zeros for an unknown version.
    function stakeRulesAt(uint32 version)
        external
        view
        returns (uint32 leaveWindow, uint16 missedSlashBps, uint16 rejectedSlashBps);
    /// @notice Highest gas cap of a key, whether it is proposed with one or takes `verifyGasCap`.
    function maxVerifyGasCap() external view returns (uint32);
    function tokenPolicy(address token) external view returns (TokenPolicy memory);
    function isSettlementAllowed(address settlement) external view returns (bool);
    function isGateAllowed(address gate) external view returns (bool);
}
