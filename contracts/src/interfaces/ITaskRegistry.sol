// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ITaskRegistry
/// @notice Tasks, their slots, the escrow behind them and the credits that come out of it.
/// @dev No role can move money. Escrow leaves a task in three ways only: a slot is paid (its settlement module says a
/// proof or a silence earned it), a slot is returned to the requester (the module says it can no longer be earned), or
/// unfilled slots go back. Each slot ends once. The settlement module is trusted with the outcome of the slots of the
/// tasks that pinned it, and with nothing else.
/// Assumes allow-listed tokens do not rebase downwards; fee-on-transfer deposits are refused.
interface ITaskRegistry {
    /// @param salt Chosen by the requester; the same salt twice reverts, so a resubmission creates once.
    /// @param datasetVersionId Published dataset version whose items are labelled.
    /// @param payloadDigest sha2-256 digest of the encrypted payload's CIDv1 (dag-pb).
    /// @param title Display title, 1 to 128 bytes. Untrusted text for whoever shows it.
    /// @param token Reward token, or the zero address for the native coin.
    /// @param rewardPerSlot Reward per slot in base units.
    /// @param maxFeePerSlot Most the protocol fee per slot may be, in base units: the fee may change before the task is made.
    /// @param slots Number of slots.
    /// @param joinBy Last second at which a slot may be taken.
    /// @param settlement Allow-listed settlement module.
    /// @param settlementData The module's own terms, ABI-encoded.
    struct TaskRequest {
        bytes32 salt;
        bytes32 datasetVersionId;
        bytes32 payloadDigest;
        string title;
        address token;
        uint128 rewardPerSlot;
        uint128 maxFeePerSlot;
        uint32 slots;
        uint64 joinBy;
        address settlement;
        bytes settlementData;
    }

    /// @param escrow What the task still holds, in base units of `token`.
    /// @param feePerSlot Protocol fee per paid slot, fixed at creation.
    /// @param treasury Where the fee of this task goes, fixed at creation.
    /// @param joined Slots taken. Slots are numbered 0 to joined - 1 in the order of joining.
    /// @param ended Joined slots that were paid or returned.
    /// @param unfilledReturned True once the never-taken slots went back to the requester; nobody can join after that.
    struct Task {
        address requester;
        uint32 slots;
        uint32 joined;
        uint32 ended;
        address token;
        uint64 joinBy;
        bool unfilledReturned;
        address settlement;
        address treasury;
        uint128 rewardPerSlot;
        uint128 feePerSlot;
        uint256 escrow;
        bytes32 datasetVersionId;
        bytes32 payloadDigest;
    }

    enum SlotState {
        Open,
        Joined,
        Paid,
        Returned
    }

    /// @param worker The account that joined; only it may commit.
    /// @param payout Where the reward goes; bound into every proof.
    struct Slot {
        address worker;
        SlotState state;
        address payout;
    }

    event TaskCreated(
        bytes32 indexed taskId,
        address indexed requester,
        address indexed settlement,
        bytes32 datasetVersionId,
        bytes32 payloadDigest,
        string title,
        address token,
        uint128 rewardPerSlot,
        uint128 feePerSlot,
        address treasury,
        uint32 slots,
        uint64 joinBy
    );
    /// @param encryptionKey The worker's X25519 public key, to which the content key is wrapped.
    event SlotJoined(
        bytes32 indexed taskId, uint32 indexed slot, address indexed worker, address payout, bytes32 encryptionKey
    );
    /// @param wrappedKey HPKE encapsulation and ciphertext of the content key.
    event ContentKeyWrapped(bytes32 indexed taskId, uint32 indexed slot, bytes wrappedKey);
    event SlotPaid(
        bytes32 indexed taskId, uint32 indexed slot, address indexed payout, address token, uint256 reward, uint256 fee
    );
    event SlotReturned(
        bytes32 indexed taskId, uint32 indexed slot, address indexed requester, address token, uint256 amount
    );
    /// @notice A batch left this slot as it is. Anyone can send such a batch.
    /// @param state Joined while its outcome is pending; else nobody took it, or it has ended.
    event SlotPassedOver(bytes32 indexed taskId, uint32 indexed slot, SlotState state);
    event UnfilledReturned(
        bytes32 indexed taskId, address indexed requester, address token, uint32 slots, uint256 amount
    );
    event TaskCancelled(bytes32 indexed taskId);
    /// @notice The last slot ended: nothing of the task remains in escrow.
    event TaskCompleted(bytes32 indexed taskId);
    event Credited(address indexed account, address indexed token, uint256 amount);
    /// @param account Whose credit was paid out, wherever it went.
    event Withdrawn(address indexed account, address indexed token, uint256 amount);
    /// @notice A transfer within a payment was refused; the credit stays.
    event WithdrawalRefused(address indexed account, address indexed token, uint256 amount);

    error TaskRegistry_TaskExists(bytes32 taskId);
    error TaskRegistry_UnknownTask(bytes32 taskId);
    error TaskRegistry_UnknownDataset(bytes32 datasetVersionId);
    error TaskRegistry_TextLength(uint256 length, uint256 maxLength);
    error TaskRegistry_TokenNotAllowed(address token);
    error TaskRegistry_RewardTooSmall(uint256 reward, uint256 minReward);
    error TaskRegistry_FeeTooHigh(uint256 feePerSlot, uint256 maxFeePerSlot);
    error TaskRegistry_SlotsOutOfRange(uint256 slots, uint256 maxSlots);
    error TaskRegistry_SettlementNotAllowed(address settlement);
    error TaskRegistry_DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error TaskRegistry_WrongDeposit(uint256 received, uint256 required);
    error TaskRegistry_NotRequester(bytes32 taskId, address caller);
    error TaskRegistry_NotSettlement(bytes32 taskId, address caller);
    error TaskRegistry_JoinClosed(bytes32 taskId, uint256 joinBy, uint256 timestamp);
    error TaskRegistry_TaskHalted(bytes32 taskId);
    error TaskRegistry_NoSlotLeft(bytes32 taskId, uint256 slots);
    error TaskRegistry_AlreadyJoined(bytes32 taskId, address worker, uint32 slot);
    error TaskRegistry_PayoutZero();
    error TaskRegistry_EncryptionKeyZero();
    error TaskRegistry_AlreadyHasSlots(bytes32 taskId, uint256 joined);
    error TaskRegistry_JoinStillOpen(bytes32 taskId, uint256 joinBy, uint256 timestamp);
    error TaskRegistry_UnfilledAlreadyReturned(bytes32 taskId);
    error TaskRegistry_SlotNotJoined(bytes32 taskId, uint32 slot, SlotState state);
    error TaskRegistry_OutcomePending(bytes32 taskId, uint32 slot);
    /// @notice Two lists that belong together differ in length.
    error TaskRegistry_LengthMismatch(uint256 first, uint256 second);
    error TaskRegistry_WrappedKeyLength(uint256 length, uint256 maxLength);
    error TaskRegistry_RecipientInvalid(address to);
    error TaskRegistry_NothingToWithdraw(address account, address token);
    /// @param account Who was to receive the transfer.
    error TaskRegistry_TransferRefused(address account, address token, uint256 amount);

    /// @notice Opens a task and takes `slots * (reward + fee)` into escrow.
    /// @return taskId `keccak256(abi.encode(chainId, this, requester, salt))`.
    function createTask(TaskRequest calldata request) external payable returns (bytes32 taskId);

    /// @notice Ends a task nobody has joined and credits the escrow to the requester. Requester only.
    function cancelTask(bytes32 taskId) external;

    /// @notice Takes the next slot; one per account and task.
    /// @param payout Where the reward goes.
    /// @param encryptionKey X25519 public key to which the requester wraps the content key.
    function join(bytes32 taskId, address payout, bytes32 encryptionKey) external returns (uint32 slot);

    /// @notice Publishes the content key wrapped to each of these slots. Requester only; a later one for the same slot
    /// supersedes the earlier. A slot that has ended is passed over, one that nobody took reverts.
    function wrapContentKeys(bytes32 taskId, uint32[] calldata slots, bytes[] calldata wrappedKeys) external;

    /// @notice Ends a slot whose outcome is decided by time, silence or a frozen key. Anyone may call.
    function settle(bytes32 taskId, uint32 slot) external;

    /// @notice {settle} for many slots: `slots[i]` of `taskIds[i]`. A slot that is pending, not taken or ended is passed over
    /// with `SlotPassedOver`. Anyone may call.
    function settleBatch(bytes32[] calldata taskIds, uint32[] calldata slots) external;

    /// @notice Credits the reward of never-taken slots to the requester, after `joinBy` or when the task is halted.
    /// Anyone may call.
    function returnUnfilled(bytes32 taskId) external;

    /// @notice Settlement module only: pays a joined slot.
    /// @param transferNow Whether to try the transfer in this call; a refused one leaves the credit.
    function paySlot(bytes32 taskId, uint32 slot, bool transferNow) external;

    /// @notice Settlement module only: returns a joined slot's reward and fee to the requester.
    function returnSlot(bytes32 taskId, uint32 slot) external;

    /// @notice Pays out a credit to its owner. Anyone may call; reverts when the owner refuses the transfer.
    function withdraw(address account, address token) external returns (uint256 amount);

    /// @notice Pays out the caller's own credit to another address: the way out for an account that cannot receive.
    /// @param to Neither the zero address nor this contract.
    function withdrawTo(address token, address to) external returns (uint256 amount);

    function task(bytes32 taskId) external view returns (Task memory);
    function slotOf(bytes32 taskId, uint32 slot) external view returns (Slot memory);
    /// @notice Who made the task and how far its slots are taken.
    /// @return requester Who made the task.
    /// @return joined Slots taken.
    /// @return joinClosed True when no slot can be taken any more: all taken, `joinBy` passed, or the rest went back.
    function fillingOf(bytes32 taskId) external view returns (address requester, uint32 joined, bool joinClosed);
    /// @notice Slot number plus one of this worker in this task; zero when it has not joined.
    function slotNumberPlusOne(bytes32 taskId, address worker) external view returns (uint32);
    function creditOf(address account, address token) external view returns (uint256);
    function taskIdOf(address requester, bytes32 salt) external view returns (bytes32);
}
