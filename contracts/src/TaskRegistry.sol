// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IDatasetRegistry} from "./interfaces/IDatasetRegistry.sol";
import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {ITaskRegistry} from "./interfaces/ITaskRegistry.sol";
import {TokenTransfer} from "./libraries/TokenTransfer.sol";

/// @title TaskRegistry
/// @notice See {ITaskRegistry} for what it does, who may do what, and what nobody can.
contract TaskRegistry is ITaskRegistry, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Longest title and wrapped content key, in bytes.
    uint256 internal constant MAX_TITLE_LENGTH = 128;
    uint256 internal constant MAX_WRAPPED_KEY_LENGTH = 256;
    /// @dev Gas for a transfer tried within a payment; enough for a token and for a wallet that logs.
    uint256 internal constant PAYMENT_TRANSFER_GAS = 150_000;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    IProtocolParameters internal immutable PARAMETERS;
    IDatasetRegistry internal immutable DATASETS;

    /// @dev A task as it is kept; its escrow follows from the counts (see `_escrowOf`).
    struct Kept {
        address requester; // slot 0
        uint32 slots;
        uint32 joined;
        uint32 ended;
        address token; // slot 1
        uint64 joinBy;
        bool unfilledReturned;
        address settlement; // slot 2
        address treasury; // slot 3
        uint128 rewardPerSlot; // slot 4
        uint128 feePerSlot;
        bytes32 datasetVersionId; // slot 5
        bytes32 payloadDigest; // slot 6
    }

    mapping(bytes32 taskId => Kept task) internal _tasks;
    mapping(bytes32 taskId => mapping(uint32 number => Slot slot)) internal _slots;
    mapping(bytes32 taskId => mapping(address worker => uint32 numberPlusOne)) internal _slotNumbers;
    mapping(address account => mapping(address token => uint256 amount)) internal _credits;

    constructor(IProtocolParameters parameters, IDatasetRegistry datasets) {
        PARAMETERS = parameters;
        DATASETS = datasets;
    }

    /// @inheritdoc ITaskRegistry
    function createTask(TaskRequest calldata request) external payable nonReentrant returns (bytes32 taskId) {
        // Check:
        taskId = taskIdOf(msg.sender, request.salt);
        if (_tasks[taskId].requester != address(0)) revert TaskRegistry_TaskExists(taskId);
        IProtocolParameters.Parameters memory current = PARAMETERS.parameters();
        _checkRequest(request, current);
        uint256 feePerSlot = uint256(request.rewardPerSlot) * current.feeBps / BPS;
        if (feePerSlot > request.maxFeePerSlot) revert TaskRegistry_FeeTooHigh(feePerSlot, request.maxFeePerSlot);

        // Effect:
        Kept storage kept = _tasks[taskId];
        kept.requester = msg.sender;
        kept.slots = request.slots;
        kept.token = request.token;
        kept.joinBy = request.joinBy;
        kept.settlement = request.settlement;
        kept.treasury = current.treasury;
        kept.rewardPerSlot = request.rewardPerSlot;
        // At most what the requester named, so it fits.
        kept.feePerSlot = uint128(feePerSlot);
        kept.datasetVersionId = request.datasetVersionId;
        kept.payloadDigest = request.payloadDigest;
        _emitCreated(taskId, kept, request.title);

        // Interaction:
        _takeDeposit(kept.token, _escrowOf(kept));
        ISettlement(request.settlement).openTask(taskId, request.joinBy, request.settlementData);
    }

    /// @inheritdoc ITaskRegistry
    function cancelTask(bytes32 taskId) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (msg.sender != kept.requester) revert TaskRegistry_NotRequester(taskId, msg.sender);
        if (kept.unfilledReturned) revert TaskRegistry_UnfilledAlreadyReturned(taskId);
        if (kept.joined != 0) revert TaskRegistry_AlreadyHasSlots(taskId, kept.joined);

        // Effect:
        _returnUnfilled(taskId, kept);
        emit TaskCancelled(taskId);
    }

    /// @inheritdoc ITaskRegistry
    function join(bytes32 taskId, address payout, bytes32 encryptionKey) external nonReentrant returns (uint32 slot) {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (kept.unfilledReturned) revert TaskRegistry_UnfilledAlreadyReturned(taskId);
        if (block.timestamp > kept.joinBy) revert TaskRegistry_JoinClosed(taskId, kept.joinBy, block.timestamp);
        slot = kept.joined;
        if (slot == kept.slots) revert TaskRegistry_NoSlotLeft(taskId, slot);
        uint32 taken = _slotNumbers[taskId][msg.sender];
        if (taken != 0) revert TaskRegistry_AlreadyJoined(taskId, msg.sender, taken - 1);
        if (payout == address(0)) revert TaskRegistry_PayoutZero();
        if (encryptionKey == 0) revert TaskRegistry_EncryptionKeyZero();
        if (ISettlement(kept.settlement).halted(taskId)) revert TaskRegistry_TaskHalted(taskId);

        // Effect:
        kept.joined = slot + 1;
        _slotNumbers[taskId][msg.sender] = slot + 1;
        _slots[taskId][slot] = Slot({worker: msg.sender, state: SlotState.Joined, payout: payout});
        emit SlotJoined(taskId, slot, msg.sender, payout, encryptionKey);
    }

    /// @inheritdoc ITaskRegistry
    function wrapContentKeys(
        bytes32 taskId,
        uint32[] calldata slots,
        bytes[] calldata wrappedKeys
    )
        external
        nonReentrant
    {
        // Check:
        if (msg.sender != _taskOf(taskId).requester) revert TaskRegistry_NotRequester(taskId, msg.sender);
        if (slots.length != wrappedKeys.length) {
            revert TaskRegistry_LengthMismatch(slots.length, wrappedKeys.length);
        }

        for (uint256 i; i < slots.length; ++i) {
            // Check:
            uint256 length = wrappedKeys[i].length;
            if (length == 0 || length > MAX_WRAPPED_KEY_LENGTH) {
                revert TaskRegistry_WrappedKeyLength(length, MAX_WRAPPED_KEY_LENGTH);
            }
            SlotState state = _slots[taskId][slots[i]].state;
            if (state == SlotState.Open) revert TaskRegistry_SlotNotJoined(taskId, slots[i], state);
            // It may have ended while this call was on its way; the other slots still need their keys.
            if (state != SlotState.Joined) continue;

            // Effect:
            emit ContentKeyWrapped(taskId, slots[i], wrappedKeys[i]);
        }
    }

    /// @inheritdoc ITaskRegistry
    function settle(bytes32 taskId, uint32 slot) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        _joinedSlot(taskId, slot);

        // Effect:
        if (!_settle(taskId, kept, slot)) revert TaskRegistry_OutcomePending(taskId, slot);
    }

    /// @inheritdoc ITaskRegistry
    function settleBatch(bytes32[] calldata taskIds, uint32[] calldata slots) external nonReentrant {
        // Check:
        if (taskIds.length != slots.length) revert TaskRegistry_LengthMismatch(taskIds.length, slots.length);

        for (uint256 i; i < slots.length; ++i) {
            // Check:
            (bytes32 taskId, uint32 slot) = (taskIds[i], slots[i]);
            Kept storage kept = _taskOf(taskId);
            SlotState state = _slots[taskId][slot].state;

            // Effect:
            if (state == SlotState.Joined && _settle(taskId, kept, slot)) continue;
            emit SlotPassedOver(taskId, slot, state);
        }
    }

    /// @inheritdoc ITaskRegistry
    function returnUnfilled(bytes32 taskId) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (kept.unfilledReturned) revert TaskRegistry_UnfilledAlreadyReturned(taskId);
        if (kept.joined == kept.slots) revert TaskRegistry_NoSlotLeft(taskId, kept.slots);
        if (block.timestamp <= kept.joinBy && !ISettlement(kept.settlement).halted(taskId)) {
            revert TaskRegistry_JoinStillOpen(taskId, kept.joinBy, block.timestamp);
        }

        // Effect:
        _returnUnfilled(taskId, kept);
        _completeIfOver(taskId, kept);
    }

    /// @inheritdoc ITaskRegistry
    function paySlot(bytes32 taskId, uint32 slot, bool transferNow) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (msg.sender != kept.settlement) revert TaskRegistry_NotSettlement(taskId, msg.sender);

        // Effect:
        address payout = _pay(taskId, kept, slot);

        // Interaction:
        if (transferNow) _tryPayOut(payout, kept.token);
    }

    /// @inheritdoc ITaskRegistry
    function returnSlot(bytes32 taskId, uint32 slot) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (msg.sender != kept.settlement) revert TaskRegistry_NotSettlement(taskId, msg.sender);

        // Effect:
        _return(taskId, kept, slot);
    }

    /// @inheritdoc ITaskRegistry
    function withdraw(address account, address token) external nonReentrant returns (uint256 amount) {
        return _withdraw(account, token, account);
    }

    /// @inheritdoc ITaskRegistry
    function withdrawTo(address token, address to) external nonReentrant returns (uint256 amount) {
        // Check:
        if (to == address(0) || to == address(this)) revert TaskRegistry_RecipientInvalid(to);

        return _withdraw(msg.sender, token, to);
    }

    /// @inheritdoc ITaskRegistry
    function task(bytes32 taskId) external view returns (Task memory) {
        Kept storage kept = _taskOf(taskId);
        return Task({
            requester: kept.requester,
            slots: kept.slots,
            joined: kept.joined,
            ended: kept.ended,
            token: kept.token,
            joinBy: kept.joinBy,
            unfilledReturned: kept.unfilledReturned,
            settlement: kept.settlement,
            treasury: kept.treasury,
            rewardPerSlot: kept.rewardPerSlot,
            feePerSlot: kept.feePerSlot,
            escrow: _escrowOf(kept),
            datasetVersionId: kept.datasetVersionId,
            payloadDigest: kept.payloadDigest
        });
    }

    /// @inheritdoc ITaskRegistry
    function slotOf(bytes32 taskId, uint32 slot) external view returns (Slot memory) {
        return _slots[taskId][slot];
    }

    /// @inheritdoc ITaskRegistry
    function fillingOf(bytes32 taskId) external view returns (address requester, uint32 joined, bool joinClosed) {
        Kept storage kept = _taskOf(taskId);
        joined = kept.joined;
        return (kept.requester, joined, joined == kept.slots || block.timestamp > kept.joinBy || kept.unfilledReturned);
    }

    /// @inheritdoc ITaskRegistry
    function slotNumberPlusOne(bytes32 taskId, address worker) external view returns (uint32) {
        return _slotNumbers[taskId][worker];
    }

    /// @inheritdoc ITaskRegistry
    function creditOf(address account, address token) external view returns (uint256) {
        return _credits[account][token];
    }

    /// @inheritdoc ITaskRegistry
    function taskIdOf(address requester, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), requester, salt));
    }

    /// @dev Ends a joined slot as its module says.
    /// @return over False when the outcome is pending: nothing has happened then.
    function _settle(bytes32 taskId, Kept storage kept, uint32 slot) internal returns (bool over) {
        // Check:
        ISettlement.Outcome outcome = ISettlement(kept.settlement).outcome(taskId, slot);
        if (outcome == ISettlement.Outcome.Pending) return false;

        // Effect:
        if (outcome == ISettlement.Outcome.Paid) _pay(taskId, kept, slot);
        else _return(taskId, kept, slot);
        return true;
    }

    /// @dev Ends a joined slot in the worker's favour; reward and fee become credits.
    function _pay(bytes32 taskId, Kept storage kept, uint32 number) internal returns (address payout) {
        // Check:
        Slot storage slot = _joinedSlot(taskId, number);

        // Effect:
        slot.state = SlotState.Paid;
        ++kept.ended;
        payout = slot.payout;
        (address token, uint256 reward, uint256 fee) = (kept.token, kept.rewardPerSlot, kept.feePerSlot);
        emit SlotPaid(taskId, number, payout, token, reward, fee);
        _credit(payout, token, reward);
        if (fee != 0) _credit(kept.treasury, token, fee);
        _completeIfOver(taskId, kept);
    }

    /// @dev Ends a joined slot in the requester's favour; reward and fee go back.
    function _return(bytes32 taskId, Kept storage kept, uint32 number) internal {
        // Check:
        Slot storage slot = _joinedSlot(taskId, number);

        // Effect:
        slot.state = SlotState.Returned;
        ++kept.ended;
        uint256 amount = _perSlot(kept);
        emit SlotReturned(taskId, number, kept.requester, kept.token, amount);
        _credit(kept.requester, kept.token, amount);
        _completeIfOver(taskId, kept);
    }

    function _returnUnfilled(bytes32 taskId, Kept storage kept) internal {
        kept.unfilledReturned = true;
        uint32 unfilled = kept.slots - kept.joined;
        uint256 amount = unfilled * _perSlot(kept);
        emit UnfilledReturned(taskId, kept.requester, kept.token, unfilled, amount);
        _credit(kept.requester, kept.token, amount);
    }

    function _completeIfOver(bytes32 taskId, Kept storage kept) internal {
        if (_unended(kept) == 0) emit TaskCompleted(taskId);
    }

    function _credit(address account, address token, uint256 amount) internal {
        _credits[account][token] += amount;
        emit Credited(account, token, amount);
    }

    /// @dev Hands over the whole credit or reverts.
    function _withdraw(address account, address token, address to) internal returns (uint256 amount) {
        // Check:
        amount = _credits[account][token];
        if (amount == 0) revert TaskRegistry_NothingToWithdraw(account, token);

        // Effect:
        _credits[account][token] = 0;
        emit Withdrawn(account, token, amount);

        // Interaction: the caller chose to spend its gas on this one transfer, so all of it may be used.
        if (!TokenTransfer.trySend(token, to, amount, gasleft())) {
            revert TaskRegistry_TransferRefused(to, token, amount);
        }
    }

    /// @dev Tries to hand over the whole credit; when the transfer is refused the credit is back as it was.
    function _tryPayOut(address account, address token) internal {
        // Effect:
        uint256 amount = _credits[account][token];
        _credits[account][token] = 0;

        // Interaction: nothing can re-enter; what follows depends on its answer only.
        bool sent = TokenTransfer.trySend(token, account, amount, PAYMENT_TRANSFER_GAS);
        if (sent) {
            emit Withdrawn(account, token, amount);
            return;
        }
        _credits[account][token] = amount;
        emit WithdrawalRefused(account, token, amount);
    }

    /// @dev Exactly `deposit` must arrive: a token that keeps a fee would leave the escrow short.
    function _takeDeposit(address token, uint256 deposit) internal {
        if (token == TokenTransfer.NATIVE) {
            if (msg.value != deposit) revert TaskRegistry_WrongDeposit(msg.value, deposit);
            return;
        }
        if (msg.value != 0) revert TaskRegistry_WrongDeposit(msg.value, 0);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), deposit);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != deposit) revert TaskRegistry_WrongDeposit(received, deposit);
    }

    function _emitCreated(bytes32 taskId, Kept storage kept, string calldata title) internal {
        emit TaskCreated(
            taskId,
            kept.requester,
            kept.settlement,
            kept.datasetVersionId,
            kept.payloadDigest,
            title,
            kept.token,
            kept.rewardPerSlot,
            kept.feePerSlot,
            kept.treasury,
            kept.slots,
            kept.joinBy
        );
    }

    function _checkRequest(TaskRequest calldata request, IProtocolParameters.Parameters memory current) internal view {
        uint256 titleLength = bytes(request.title).length;
        if (titleLength == 0 || titleLength > MAX_TITLE_LENGTH) {
            revert TaskRegistry_TextLength(titleLength, MAX_TITLE_LENGTH);
        }
        if (DATASETS.rootOf(request.datasetVersionId) == 0) {
            revert TaskRegistry_UnknownDataset(request.datasetVersionId);
        }
        IProtocolParameters.TokenPolicy memory policy = PARAMETERS.tokenPolicy(request.token);
        if (!policy.allowed) revert TaskRegistry_TokenNotAllowed(request.token);
        if (request.rewardPerSlot < policy.minReward) {
            revert TaskRegistry_RewardTooSmall(request.rewardPerSlot, policy.minReward);
        }
        if (request.slots == 0 || request.slots > current.maxSlots) {
            revert TaskRegistry_SlotsOutOfRange(request.slots, current.maxSlots);
        }
        if (!PARAMETERS.isSettlementAllowed(request.settlement)) {
            revert TaskRegistry_SettlementNotAllowed(request.settlement);
        }
        uint256 earliest = block.timestamp + current.minWindow;
        uint256 latest = block.timestamp + current.maxWindow;
        if (request.joinBy < earliest || request.joinBy > latest) {
            revert TaskRegistry_DeadlineOutOfRange(request.joinBy, earliest, latest);
        }
    }

    function _taskOf(bytes32 taskId) internal view returns (Kept storage kept) {
        kept = _tasks[taskId];
        if (kept.requester == address(0)) revert TaskRegistry_UnknownTask(taskId);
    }

    function _joinedSlot(bytes32 taskId, uint32 number) internal view returns (Slot storage slot) {
        slot = _slots[taskId][number];
        if (slot.state != SlotState.Joined) revert TaskRegistry_SlotNotJoined(taskId, number, slot.state);
    }

    function _perSlot(Kept storage kept) internal view returns (uint256) {
        return uint256(kept.rewardPerSlot) + kept.feePerSlot;
    }

    /// @dev Slots that still hold money: all of the task, or the joined ones once the rest went back, less the ended.
    function _unended(Kept storage kept) internal view returns (uint256) {
        return (kept.unfilledReturned ? kept.joined : kept.slots) - kept.ended;
    }

    function _escrowOf(Kept storage kept) internal view returns (uint256) {
        return _unended(kept) * _perSlot(kept);
    }
}
