// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ITaskRegistry
/// @notice Tasks, their slots, the escrow behind them, the credits that come out of it, and the record of everyone who took
/// part.
/// @dev No role can move money. Escrow leaves a task in three ways only: a slot is paid (its settlement module says a
/// proof or a silence earned it), a slot is returned to the requester (the module says it can no longer be earned), or
/// unfilled slots go back. Each slot ends once. Stakes and bonds are locked only by who owns them (by joining, creating or
/// disputing) and lost only as the slashing table in contracts/README.md says. The settlement module is trusted with the
/// outcome of the slots of the tasks that pinned it, and with nothing else; the gate with who may join them.
/// {join}, {leave}, {dispute}, {settle} and {withdrawTo} may come through the ERC-2771 forwarder: who signed is then who acts,
/// so that no worker needs a coin. What a requester does comes from its own account.
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
    /// @param gate Allow-listed gate, or the zero address: open to every account.
    /// @param gateData The gate's own terms, ABI-encoded; ignored for the open gate.
    /// @param stakePerSlot Stake a worker locks while its slot is live, in base units of `token`.
    /// @param bond Stake the requester locks while the task is live, in base units of `token`.
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
        address gate;
        bytes gateData;
        uint128 stakePerSlot;
        uint128 bond;
    }

    /// @notice What a worker asks for when it joins.
    /// @param worker The account that will commit and leave; the gate says who may join for it.
    /// @param payout Where the reward goes; bound into every proof.
    /// @param encryptionKey The worker's X25519 public key, to which the content key is wrapped.
    /// @param relayFee Paid out of the reward to who relayed the joining, and as much again to who sends the transaction that
    /// pays the slot; at most half the reward each. Zero through the open gate.
    /// @param termsHash Of the task the worker saw ({Task}). A task id names requester and salt only: after a reorganization the
    /// requester can have made another task under it, with a higher stake or worse terms.
    struct Joining {
        address worker;
        address payout;
        bytes32 encryptionKey;
        uint96 relayFee;
        bytes32 termsHash;
    }

    /// @param escrow What the task still holds, in base units of `token`.
    /// @param feePerSlot Protocol fee per paid slot, fixed at creation.
    /// @param treasury Where the fee of this task goes, fixed at creation.
    /// @param joined Slots taken. Slots are numbered 0 to joined - 1 in the order of joining.
    /// @param ended Joined slots that were paid or returned.
    /// @param unfilledReturned True once the never-taken slots went back to the requester; nobody can join after that.
    /// @param parametersVersion Version of the protocol parameters the task was made under and keeps.
    /// @param bondState What became of the requester's bond.
    /// @param termsHash All that was agreed when the task was made:
    /// `keccak256(abi.encode(TaskRequest, feePerSlot, parametersVersion, Parameters))`.
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
        address gate;
        uint32 parametersVersion;
        uint128 stakePerSlot;
        uint128 bond;
        BondState bondState;
        bytes32 termsHash;
    }

    enum SlotState {
        Open,
        Joined,
        Paid,
        Returned
    }

    /// @notice Why a slot ended.
    /// @dev Proven, Silent and Redressed (rejected by gold that an audit found rigged) pay. Rejected (by a proof), Missed (a
    /// deadline), Left (by its worker), Lapsed (a key was frozen, or nobody is at fault) and Disputed (a lost dispute) return.
    /// The slashing table follows this list.
    /// Missed is only who had the content key and was past the leave window; who had not has Lapsed.
    enum Ending {
        None,
        Proven,
        Silent,
        Rejected,
        Missed,
        Left,
        Lapsed,
        Disputed,
        Redressed
    }

    enum BondState {
        None,
        Held,
        Released,
        Burned
    }

    /// @notice How a dispute was decided: by proof or deadline, never by vote. Void when nobody could prove any more.
    enum Ruling {
        Void,
        Upheld,
        Dismissed
    }

    /// @param worker The account that joined; only it may commit.
    /// @param state Where the slot stands.
    /// @param ending Why it ended; None while it has not.
    /// @param scoreBps Proven agreement in basis points, rounded down; zero when none was proven.
    /// @param wrappedAt When a content key was first published for it, in seconds; zero before. When it was joined, if the task
    /// has no payload.
    /// @param payout Where the reward goes; bound into every proof.
    /// @param relayFee What each of the two relayers gets, in base units.
    struct Slot {
        address worker;
        SlotState state;
        Ending ending;
        uint16 scoreBps;
        uint64 wrappedAt;
        address payout;
        uint96 relayFee;
    }

    /// @notice How a slot is paid.
    /// @param shareBps Part of the reward, 1 to 10,000 basis points; the rest goes back to the requester.
    /// @param scoreBps Proven agreement, 0 to 10,000 basis points.
    /// @param relayer Who sent what pays; gets the slot's relay fee.
    /// @param transferNow Whether to try the transfer in this call; a refused one leaves the credit.
    struct Payment {
        uint16 shareBps;
        uint16 scoreBps;
        address relayer;
        bool transferNow;
    }

    /// @param bond What the challenger has locked.
    struct Dispute {
        address challenger;
        uint96 bond;
    }

    /// @notice What an account has done, counted once for each slot or dispute that ended. Nobody can edit it.
    /// @dev Warning: counts, not a rating. Whoever pays itself under a key that proves anything raises even `accepted`, for the
    /// fee: look at who paid. A worker that a relayer brought has no record of its slots: whoever joins could name any account.
    /// @param accepted As a worker: slots paid by a proof.
    /// @param unproven As a worker: slots paid because nobody said anything. Shows no work.
    /// @param rejected As a worker: slots returned by a proven rejection.
    /// @param missed As a worker: slots returned because a deadline passed.
    /// @param disputesLost As a worker or challenger.
    /// @param paid As a requester: slots paid by a proof.
    /// @param refused As a requester: slots it rejected by proof, redressed ones too.
    /// @param silent As a requester: slots paid because it said nothing.
    /// @param bondsLost As a requester.
    struct Record {
        uint48 accepted; // slot 0: as a worker or challenger
        uint48 unproven;
        uint48 rejected;
        uint48 missed;
        uint48 disputesLost;
        uint48 paid; // slot 1: as a requester
        uint48 refused;
        uint48 silent;
        uint48 bondsLost;
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
    /// @notice With TaskCreated, what its workers and its requester answer for.
    /// @param termsHash What a joining has to name.
    event TaskSecured(
        bytes32 indexed taskId,
        address indexed gate,
        uint128 stakePerSlot,
        uint128 bond,
        uint32 parametersVersion,
        bytes32 termsHash
    );
    /// @param nullifier The worker's one-use pseudonym in this task; its address when the gate is open.
    /// @param relayer Who relayed the joining; zero when the worker came itself.
    event SlotJoined(
        bytes32 indexed taskId,
        uint32 indexed slot,
        address indexed worker,
        address payout,
        bytes32 encryptionKey,
        bytes32 nullifier,
        address relayer,
        uint96 relayFee
    );
    /// @param wrappedKey HPKE encapsulation and ciphertext of the content key.
    event ContentKeyWrapped(bytes32 indexed taskId, uint32 indexed slot, bytes wrappedKey);
    /// @param reward Credited to the payout address and, out of it, to relayers.
    /// @param fee Credited to the treasury.
    /// @param returned Credited to the requester: what a graded reward leaves of reward and fee.
    /// @param scoreBps Proven agreement; zero when none was proven.
    /// @param ending Proven, Silent or Redressed.
    event SlotPaid(
        bytes32 indexed taskId,
        uint32 indexed slot,
        address indexed payout,
        address token,
        uint256 reward,
        uint256 fee,
        uint256 returned,
        uint16 scoreBps,
        Ending ending
    );
    event SlotReturned(
        bytes32 indexed taskId,
        uint32 indexed slot,
        address indexed requester,
        address token,
        uint256 amount,
        uint16 scoreBps,
        Ending ending
    );
    event RelayerPaid(
        bytes32 indexed taskId, uint32 indexed slot, address indexed relayer, address token, uint256 amount
    );
    event DisputeOpened(
        bytes32 indexed taskId, uint32 indexed slot, address indexed challenger, address token, uint256 bond
    );
    /// @param beneficiary Who gets half of the challenger's bond when it lost; zero otherwise.
    event DisputeClosed(
        bytes32 indexed taskId, uint32 indexed slot, address indexed challenger, Ruling ruling, address beneficiary
    );
    event BondReleased(bytes32 indexed taskId, address indexed requester, address token, uint256 amount);
    /// @notice The requester has lost its bond: it is paid to no party and never leaves the vault.
    event BondBurned(bytes32 indexed taskId, address indexed requester, address token, uint256 amount);
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
    error TaskRegistry_GateNotAllowed(address gate);
    error TaskRegistry_StakeTooSmall(uint256 stakePerSlot, uint256 minStake);
    /// @notice Slashed stakes need a treasury to go to: governance has named none.
    error TaskRegistry_NoTreasury();
    error TaskRegistry_DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error TaskRegistry_WrongDeposit(uint256 received, uint256 required);
    error TaskRegistry_NotRequester(bytes32 taskId, address caller);
    error TaskRegistry_NotSettlement(bytes32 taskId, address caller);
    /// @notice The task is not the one the worker agreed to: its requester made it anew after a reorganization.
    error TaskRegistry_TermsDiffer(bytes32 taskId, bytes32 agreed, bytes32 actual);
    error TaskRegistry_JoinClosed(bytes32 taskId, uint256 joinBy, uint256 timestamp);
    /// @notice The settlement takes no more workers: a key is frozen, or it has what it needs.
    error TaskRegistry_AdmissionClosed(bytes32 taskId);
    error TaskRegistry_WorkerZero();
    /// @notice Through the open gate, and with a stake, every worker joins for itself: by a transaction, or by its signature for
    /// the forwarder.
    error TaskRegistry_NotWorker(address worker, address caller);
    error TaskRegistry_RelayFeeTooHigh(uint256 relayFee, uint256 maxRelayFee);
    error TaskRegistry_NullifierUsed(bytes32 taskId, bytes32 nullifier);
    error TaskRegistry_LeaveClosed(bytes32 taskId, uint32 slot, uint256 leaveBy, uint256 timestamp);
    error TaskRegistry_AlreadyHandedIn(bytes32 taskId, uint32 slot);
    error TaskRegistry_ShareOutOfRange(uint256 shareBps);
    error TaskRegistry_AlreadyDisputed(bytes32 taskId, uint32 slot, address challenger);
    error TaskRegistry_NotDisputed(bytes32 taskId, uint32 slot);
    error TaskRegistry_BondTooHigh(uint256 bond, uint256 maxBond);
    error TaskRegistry_BondNotHeld(bytes32 taskId, BondState state);
    error TaskRegistry_BondStillHeld(bytes32 taskId);
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

    /// @notice Ends a task nobody has joined, credits the escrow to the requester and frees its bond. Requester only.
    function cancelTask(bytes32 taskId) external;

    /// @notice Takes the next slot and locks the worker's stake; one slot per account and per nullifier in a task.
    /// @param admission The gate's evidence; ignored by the open gate.
    function join(bytes32 taskId, Joining calldata joining, bytes calldata admission) external returns (uint32 slot);

    /// @notice Gives a slot back without loss: before a content key was published for it, or within the leave window after.
    /// Its worker only, and only while it has handed in nothing.
    function leave(bytes32 taskId, uint32 slot) external;

    /// @notice Disputes a slot where its settlement lets it, and locks the caller's bond.
    /// @param maxBond Most the bond may be, in base units of the task's token.
    function dispute(bytes32 taskId, uint32 slot, uint96 maxBond) external;

    /// @notice Frees the requester's bond once every slot has ended. Anyone may call.
    function releaseBond(bytes32 taskId) external;

    /// @notice Publishes the content key wrapped to each of these slots. Requester only; a later one for the same slot
    /// supersedes the earlier. A slot that has ended is passed over, one that nobody took reverts.
    function wrapContentKeys(bytes32 taskId, uint32[] calldata slots, bytes[] calldata wrappedKeys) external;

    /// @notice Ends a slot whose outcome is decided by time, silence, an audit or a frozen key, and with it a dispute of it:
    /// dismissed in the requester's favor when the slot is rejected, upheld when it is redressed, else void. Anyone may call.
    function settle(bytes32 taskId, uint32 slot) external;

    /// @notice {settle} for many slots: `slots[i]` of `taskIds[i]`. A slot that is pending, not taken or ended is passed over
    /// with `SlotPassedOver`. Anyone may call.
    function settleBatch(bytes32[] calldata taskIds, uint32[] calldata slots) external;

    /// @notice Credits the reward of never-taken slots to the requester, after `joinBy` or when the task is halted.
    /// Anyone may call.
    function returnUnfilled(bytes32 taskId) external;

    /// @notice Settlement module only: pays a joined slot by proof.
    function paySlot(bytes32 taskId, uint32 slot, Payment calldata payment) external;

    /// @notice Settlement module only: returns a joined slot's reward and fee to the requester.
    /// @param scoreBps Proven agreement, for a proven rejection.
    /// @param ending Rejected, Missed, Lapsed or Disputed.
    function returnSlot(bytes32 taskId, uint32 slot, uint16 scoreBps, Ending ending) external;

    /// @notice Settlement module only: ends an open dispute. The challenger's bond comes back, or half of it goes to
    /// `beneficiary`, and the rest to the treasury, when the dispute is dismissed.
    function closeDispute(bytes32 taskId, uint32 slot, Ruling ruling, address beneficiary) external;

    /// @notice Settlement module only: the requester has lost its bond, which is burned. Reverts unless it is held.
    function burnBond(bytes32 taskId) external;

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
    function disputeOf(bytes32 taskId, uint32 slot) external view returns (Dispute memory);
    function recordOf(address account) external view returns (Record memory);
    /// @notice Settlement module of a task, its requester, token and parameters: what modules read again and again.
    function essentialsOf(bytes32 taskId)
        external
        view
        returns (address requester, address settlement, address token, uint32 parametersVersion);
    /// @notice Where stakes and bonds lie.
    function stakeVault() external view returns (address);
    /// @notice The ERC-2771 forwarder whose word on a sender this registry, its vault and the settlement modules take.
    function forwarder() external view returns (address);
    function taskIdOf(address requester, bytes32 salt) external view returns (bytes32);
}
