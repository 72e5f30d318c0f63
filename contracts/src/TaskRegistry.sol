// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IDatasetRegistry} from "./interfaces/IDatasetRegistry.sol";
import {IGate} from "./interfaces/IGate.sol";
import {IProtocolParameters} from "./interfaces/IProtocolParameters.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {ITaskRegistry} from "./interfaces/ITaskRegistry.sol";
import {ITaskRequests} from "./interfaces/ITaskRequests.sol";
import {TaskMoney} from "./libraries/TaskMoney.sol";
import {TokenTransfer} from "./libraries/TokenTransfer.sol";
import {StakeVault} from "./StakeVault.sol";
import {TaskRequests} from "./TaskRequests.sol";

/// @title TaskRegistry
/// @notice See {ITaskRegistry} for what it does, who may do what, and what nobody can.
contract TaskRegistry is ITaskRegistry, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Longest wrapped content key, in bytes.
    uint256 internal constant MAX_WRAPPED_KEY_LENGTH = 256;
    /// @dev Gas for a transfer tried within a payment; enough for a token and for a wallet that logs.
    uint256 internal constant PAYMENT_TRANSFER_GAS = 150_000;
    /// @dev Basis points in the whole.
    uint256 internal constant BPS = 10_000;
    /// @dev Part of a stake or bond lost in a dispute that its winner gets, in basis points; the rest goes to the treasury.
    uint256 internal constant DISPUTE_WINNER_BPS = 5000;

    IProtocolParameters internal immutable PARAMETERS;
    ITaskRequests internal immutable REQUESTS;
    IStakeVault internal immutable STAKES;

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
        address gate; // slot 7
        uint32 parametersVersion;
        uint128 stakePerSlot; // slot 8
        uint128 bond;
        bytes32 termsHash; // slot 9
        BondState bondState; // slot 10, written when there is a bond
    }

    mapping(bytes32 taskId => Kept task) internal _tasks;
    mapping(bytes32 taskId => mapping(uint32 number => Slot slot)) internal _slots;
    mapping(bytes32 taskId => mapping(address worker => uint32 numberPlusOne)) internal _slotNumbers;
    mapping(bytes32 taskId => mapping(bytes32 nullifier => bool used)) internal _nullifiers;
    /// @dev Who relayed the joining; zero when the worker came itself.
    mapping(bytes32 taskId => mapping(uint32 number => address relayer)) internal _relayers;
    mapping(bytes32 taskId => mapping(uint32 number => Dispute dispute)) internal _disputes;
    mapping(address account => Record record) internal _records;
    mapping(address account => mapping(address token => uint256 amount)) internal _credits;

    /// @param trustedForwarder ERC-2771 forwarder of this registry, its vault and its settlement modules.
    constructor(
        IProtocolParameters parameters,
        IDatasetRegistry datasets,
        address trustedForwarder
    )
        ERC2771Context(trustedForwarder)
    {
        PARAMETERS = parameters;
        STAKES = new StakeVault(address(this), parameters, trustedForwarder);
        REQUESTS = new TaskRequests(parameters, datasets);
    }

    /// @inheritdoc ITaskRegistry
    function createTask(TaskRequest calldata request) external payable nonReentrant returns (bytes32 taskId) {
        // Check:
        taskId = taskIdOf(msg.sender, request.salt);
        if (_tasks[taskId].requester != address(0)) revert TaskRegistry_TaskExists(taskId);
        (uint128 feePerSlot, address treasury, uint32 parametersVersion, bytes32 termsHash) = REQUESTS.check(request);

        // Effect:
        Kept storage kept = _tasks[taskId];
        kept.requester = msg.sender;
        kept.slots = request.slots;
        kept.token = request.token;
        kept.joinBy = request.joinBy;
        kept.settlement = request.settlement;
        kept.treasury = treasury;
        kept.rewardPerSlot = request.rewardPerSlot;
        kept.feePerSlot = feePerSlot;
        kept.datasetVersionId = request.datasetVersionId;
        kept.payloadDigest = request.payloadDigest;
        kept.parametersVersion = parametersVersion;
        kept.termsHash = termsHash;
        if (request.gate != address(0)) kept.gate = request.gate;
        if (request.stakePerSlot != 0) kept.stakePerSlot = request.stakePerSlot;
        _emitCreated(taskId, kept, request.title);
        emit TaskSecured(taskId, request.gate, request.stakePerSlot, request.bond, parametersVersion, termsHash);
        if (request.bond != 0) {
            kept.bond = request.bond;
            kept.bondState = BondState.Held;
            _lock(taskId, msg.sender, request.token, request.bond);
        }

        // Interaction:
        _takeDeposit(kept.token, _escrowOf(kept));
        if (request.gate != address(0)) IGate(request.gate).openTask(taskId, request.gateData);
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
        if (kept.bondState == BondState.Held) _releaseBond(taskId, kept);
    }

    /// @inheritdoc ITaskRegistry
    function join(
        bytes32 taskId,
        Joining calldata joining,
        bytes calldata admission
    )
        external
        nonReentrant
        returns (uint32 slot)
    {
        // Check:
        Kept storage kept = _taskOf(taskId);
        slot = _checkJoin(taskId, kept, joining);
        _checkWorker(taskId, kept, joining);

        // Effect:
        kept.joined = slot + 1;
        _slotNumbers[taskId][joining.worker] = slot + 1;
        Slot storage taken = _slots[taskId][slot];
        taken.worker = joining.worker;
        taken.state = SlotState.Joined;
        taken.payout = joining.payout;
        taken.relayFee = joining.relayFee;
        // Without a payload there is no key to wait for.
        if (kept.payloadDigest == 0) taken.wrappedAt = uint64(block.timestamp);
        address relayer = _msgSender();
        if (relayer == joining.worker) relayer = address(0);
        if (relayer != address(0)) _relayers[taskId][slot] = relayer;
        _lock(taskId, joining.worker, kept.token, kept.stakePerSlot);

        // Interaction: the guard keeps the gate from coming back; whatever it does, one nullifier joins once.
        bytes32 nullifier = _admit(taskId, kept.gate, joining, admission);

        // Effect:
        emit SlotJoined(
            taskId, slot, joining.worker, joining.payout, joining.encryptionKey, nullifier, relayer, joining.relayFee
        );
    }

    /// @inheritdoc ITaskRegistry
    function leave(bytes32 taskId, uint32 slot) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        Slot storage taken = _joinedSlot(taskId, slot);
        if (_msgSender() != taken.worker) revert TaskRegistry_NotWorker(taken.worker, _msgSender());
        if (!ISettlement(kept.settlement).mayLeave(taskId, slot)) revert TaskRegistry_AlreadyHandedIn(taskId, slot);
        if (taken.wrappedAt != 0) {
            (uint256 leaveBy,,) = _stakeRulesOf(kept, taken);
            if (block.timestamp > leaveBy) revert TaskRegistry_LeaveClosed(taskId, slot, leaveBy, block.timestamp);
        }

        // Effect:
        _return(taskId, kept, slot, 0, Ending.Left);
    }

    /// @inheritdoc ITaskRegistry
    function dispute(bytes32 taskId, uint32 slot, uint96 maxBond) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        Dispute storage open = _disputes[taskId][slot];
        if (open.challenger != address(0)) revert TaskRegistry_AlreadyDisputed(taskId, slot, open.challenger);

        // Interaction: the module answers for its own terms; nothing can re-enter here.
        address challenger = _msgSender();
        uint128 bond = ISettlement(kept.settlement).openDispute(taskId, slot, challenger);
        if (bond > maxBond) revert TaskRegistry_BondTooHigh(bond, maxBond);

        // Effect:
        open.challenger = challenger;
        open.bond = uint96(bond);
        emit DisputeOpened(taskId, slot, challenger, kept.token, bond);
        _lock(taskId, challenger, kept.token, bond);
    }

    /// @inheritdoc ITaskRegistry
    function releaseBond(bytes32 taskId) external nonReentrant {
        // Check:
        Kept storage kept = _taskOf(taskId);
        if (kept.bondState != BondState.Held) revert TaskRegistry_BondNotHeld(taskId, kept.bondState);
        if (_unended(kept) != 0) revert TaskRegistry_BondStillHeld(taskId);

        // Effect:
        _releaseBond(taskId, kept);
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
            Slot storage slot = _slots[taskId][slots[i]];
            if (slot.wrappedAt == 0) slot.wrappedAt = uint64(block.timestamp);
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
        if (block.timestamp <= kept.joinBy) {
            (, bool closed) = ISettlement(kept.settlement).admission(taskId);
            if (!closed) revert TaskRegistry_JoinStillOpen(taskId, kept.joinBy, block.timestamp);
        }

        // Effect:
        _returnUnfilled(taskId, kept);
        _completeIfOver(taskId, kept);
    }

    /// @inheritdoc ITaskRegistry
    function paySlot(bytes32 taskId, uint32 slot, Payment calldata payment) external nonReentrant {
        // Check:
        Kept storage kept = _moduleTaskOf(taskId);
        if (payment.shareBps == 0 || payment.shareBps > BPS || payment.scoreBps > BPS) {
            revert TaskRegistry_ShareOutOfRange(payment.shareBps);
        }

        // Effect:
        address payout = _pay(taskId, kept, slot, payment, Ending.Proven);

        // Interaction:
        if (payment.transferNow) _tryPayOut(payout, kept.token);
    }

    /// @inheritdoc ITaskRegistry
    function returnSlot(bytes32 taskId, uint32 slot, uint16 scoreBps, Ending ending) external nonReentrant {
        // Check:
        Kept storage kept = _moduleTaskOf(taskId);

        // Effect:
        _return(taskId, kept, slot, scoreBps, ending);
    }

    /// @inheritdoc ITaskRegistry
    function closeDispute(bytes32 taskId, uint32 slot, Ruling ruling, address beneficiary) external nonReentrant {
        // Check:
        Kept storage kept = _moduleTaskOf(taskId);
        if (_disputes[taskId][slot].challenger == address(0)) revert TaskRegistry_NotDisputed(taskId, slot);

        // Effect:
        _closeDispute(taskId, kept, slot, ruling, beneficiary);
    }

    /// @inheritdoc ITaskRegistry
    function burnBond(bytes32 taskId) external nonReentrant {
        // Check:
        Kept storage kept = _moduleTaskOf(taskId);
        if (kept.bondState != BondState.Held) revert TaskRegistry_BondNotHeld(taskId, kept.bondState);

        // Effect:
        kept.bondState = BondState.Burned;
        ++_records[kept.requester].bondsLost;
        emit BondBurned(taskId, kept.requester, kept.token, kept.bond);
        STAKES.burn(taskId, kept.requester, kept.token, kept.bond);
    }

    /// @inheritdoc ITaskRegistry
    function withdraw(address account, address token) external nonReentrant returns (uint256 amount) {
        return _withdraw(account, token, account);
    }

    /// @inheritdoc ITaskRegistry
    function withdrawTo(address token, address to) external nonReentrant returns (uint256 amount) {
        // Check:
        if (to == address(0) || to == address(this)) revert TaskRegistry_RecipientInvalid(to);

        return _withdraw(_msgSender(), token, to);
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
            payloadDigest: kept.payloadDigest,
            gate: kept.gate,
            parametersVersion: kept.parametersVersion,
            stakePerSlot: kept.stakePerSlot,
            bond: kept.bond,
            bondState: kept.bondState,
            termsHash: kept.termsHash
        });
    }

    /// @inheritdoc ITaskRegistry
    function essentialsOf(bytes32 taskId)
        external
        view
        returns (address requester, address settlement, address token, uint32 parametersVersion)
    {
        Kept storage kept = _taskOf(taskId);
        return (kept.requester, kept.settlement, kept.token, kept.parametersVersion);
    }

    /// @inheritdoc ITaskRegistry
    function disputeOf(bytes32 taskId, uint32 slot) external view returns (Dispute memory) {
        return _disputes[taskId][slot];
    }

    /// @inheritdoc ITaskRegistry
    function recordOf(address account) external view returns (Record memory) {
        return _records[account];
    }

    /// @inheritdoc ITaskRegistry
    function stakeVault() external view returns (address) {
        return address(STAKES);
    }

    /// @inheritdoc ITaskRegistry
    function forwarder() external view returns (address) {
        return trustedForwarder();
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
        if (outcome == ISettlement.Outcome.Paid || outcome == ISettlement.Outcome.Redressed) {
            Payment memory whole =
                Payment({shareBps: uint16(BPS), scoreBps: 0, relayer: _msgSender(), transferNow: false});
            _pay(taskId, kept, slot, whole, outcome == ISettlement.Outcome.Paid ? Ending.Silent : Ending.Redressed);
        } else if (outcome == ISettlement.Outcome.Rejected) {
            uint16 scoreBps = ISettlement(kept.settlement).rejectedScoreOf(taskId, slot);
            _return(taskId, kept, slot, scoreBps, Ending.Rejected);
        } else {
            _return(taskId, kept, slot, 0, outcome == ISettlement.Outcome.Missed ? Ending.Missed : Ending.Lapsed);
        }
        if (_disputes[taskId][slot].challenger == address(0)) return true;
        Ruling ruling = Ruling.Void;
        if (outcome == ISettlement.Outcome.Rejected) ruling = Ruling.Dismissed;
        else if (outcome == ISettlement.Outcome.Redressed) ruling = Ruling.Upheld;
        _closeDispute(taskId, kept, slot, ruling, kept.requester);
        return true;
    }

    /// @dev The challenger of a rejection disputes what the requester proved, so that is who wins a dispute dismissed with it.
    function _closeDispute(
        bytes32 taskId,
        Kept storage kept,
        uint32 slot,
        Ruling ruling,
        address beneficiary
    )
        internal
    {
        Dispute memory open = _disputes[taskId][slot];
        delete _disputes[taskId][slot];
        bool lost = ruling == Ruling.Dismissed;
        emit DisputeClosed(taskId, slot, open.challenger, ruling, lost ? beneficiary : address(0));
        if (lost) ++_records[open.challenger].disputesLost;
        if (lost) _slashToWinner(taskId, kept, open.challenger, open.bond, beneficiary);
        else _release(taskId, open.challenger, kept.token, open.bond);
    }

    /// @dev Ends a joined slot in the worker's favour; reward and fee become credits.
    function _pay(
        bytes32 taskId,
        Kept storage kept,
        uint32 number,
        Payment memory payment,
        Ending ending
    )
        internal
        returns (address payout)
    {
        // Check:
        Slot storage slot = _joinedSlot(taskId, number);

        // Effect:
        slot.state = SlotState.Paid;
        slot.ending = ending;
        slot.scoreBps = payment.scoreBps;
        ++kept.ended;
        payout = slot.payout;
        address token = kept.token;
        (uint256 reward, uint256 fee, uint256 left) =
            TaskMoney.split(kept.rewardPerSlot, kept.feePerSlot, payment.shareBps);
        emit SlotPaid(taskId, number, payout, token, reward, fee, left, payment.scoreBps, ending);
        address joiner = kept.gate == address(0) ? address(0) : _relayers[taskId][number];
        if (slot.relayFee != 0) reward -= _payRelayers(taskId, number, slot, token, reward, joiner, payment.relayer);
        _credit(payout, token, reward);
        if (fee != 0) _credit(kept.treasury, token, fee);
        if (left != 0) _credit(kept.requester, token, left);
        _release(taskId, slot.worker, token, kept.stakePerSlot);
        _recordPaid(slot.worker, joiner, kept.requester, ending);
        _completeIfOver(taskId, kept);
    }

    /// @dev Ends a joined slot in the requester's favour; reward and fee go back, and the stake goes where the slashing table
    /// says.
    function _return(bytes32 taskId, Kept storage kept, uint32 number, uint16 scoreBps, Ending ending) internal {
        // Check:
        Slot storage slot = _joinedSlot(taskId, number);

        // Effect:
        if (ending == Ending.Missed && !_mustHaveWorked(taskId, kept, number, slot)) ending = Ending.Lapsed;
        slot.state = SlotState.Returned;
        slot.ending = ending;
        slot.scoreBps = scoreBps;
        ++kept.ended;
        uint256 amount = _perSlot(kept);
        emit SlotReturned(taskId, number, kept.requester, kept.token, amount, scoreBps, ending);
        _credit(kept.requester, kept.token, amount);
        if (kept.stakePerSlot != 0) _endStake(taskId, kept, number, slot, ending);
        _recordReturned(taskId, kept, number, slot.worker, ending);
        _completeIfOver(taskId, kept);
    }

    /// @dev The slashing table (contracts/README.md). Who decides never gains: slashes go to the treasury, but for a lost
    /// dispute, half of which goes to its winner.
    function _endStake(bytes32 taskId, Kept storage kept, uint32 number, Slot storage slot, Ending ending) internal {
        uint128 stake = kept.stakePerSlot;
        uint128 loss;
        if (ending == Ending.Disputed) {
            address challenger = _disputes[taskId][number].challenger;
            if (challenger == address(0)) revert TaskRegistry_NotDisputed(taskId, number);
            return _slashToWinner(taskId, kept, slot.worker, stake, challenger);
        }
        if (ending == Ending.Rejected || ending == Ending.Missed) {
            (, uint256 missedBps, uint256 rejectedBps) = _stakeRulesOf(kept, slot);
            // A rejection costs a stake only where the requester has a bond at stake for its fairness.
            if (kept.bond == 0) rejectedBps = 0;
            loss = uint128(TaskMoney.shareOf(stake, ending == Ending.Missed ? missedBps : rejectedBps));
        }
        _slash(taskId, slot.worker, kept.token, loss, kept.treasury);
        _release(taskId, slot.worker, kept.token, stake - loss);
    }

    /// @dev A missed deadline is the worker's fault only when it had what it needed, and could still have left without loss,
    /// before that deadline: else a requester could withhold the key until it is too late.
    function _mustHaveWorked(
        bytes32 taskId,
        Kept storage kept,
        uint32 number,
        Slot storage slot
    )
        internal
        view
        returns (bool)
    {
        if (slot.wrappedAt == 0) return false;
        (uint256 leaveBy,,) = _stakeRulesOf(kept, slot);
        return leaveBy < ISettlement(kept.settlement).missedDeadline(taskId, number);
    }

    /// @return leaveBy Last second to leave a slot whose key was published.
    /// @return missedBps What a missed deadline costs, in basis points of the stake.
    /// @return rejectedBps What a proven rejection costs, in basis points of the stake.
    function _stakeRulesOf(
        Kept storage kept,
        Slot storage slot
    )
        internal
        view
        returns (uint256 leaveBy, uint256 missedBps, uint256 rejectedBps)
    {
        (uint32 leaveWindow, uint16 missed, uint16 rejected) = PARAMETERS.stakeRulesAt(kept.parametersVersion);
        return (uint256(slot.wrappedAt) + leaveWindow, missed, rejected);
    }

    function _releaseBond(bytes32 taskId, Kept storage kept) internal {
        kept.bondState = BondState.Released;
        emit BondReleased(taskId, kept.requester, kept.token, kept.bond);
        _release(taskId, kept.requester, kept.token, kept.bond);
    }

    function _lock(bytes32 taskId, address account, address token, uint128 amount) internal {
        if (amount != 0) STAKES.lock(taskId, account, token, amount);
    }

    function _release(bytes32 taskId, address account, address token, uint128 amount) internal {
        if (amount != 0) STAKES.release(taskId, account, token, amount);
    }

    function _slash(bytes32 taskId, address account, address token, uint128 amount, address beneficiary) internal {
        if (amount != 0) STAKES.slash(taskId, account, token, amount, beneficiary);
    }

    /// @dev What is lost in a dispute. A part goes to the treasury: between two accounts of one owner it would else cost nothing.
    function _slashToWinner(bytes32 taskId, Kept storage kept, address loser, uint128 amount, address winner) internal {
        uint128 won = uint128(uint256(amount) * DISPUTE_WINNER_BPS / BPS);
        _slash(taskId, loser, kept.token, won, winner);
        _slash(taskId, loser, kept.token, amount - won, kept.treasury);
    }

    /// @dev Both relayers of an anonymous slot: who brought the joining, and who brought what pays. A worker that comes itself
    /// keeps the fee.
    function _payRelayers(
        bytes32 taskId,
        uint32 number,
        Slot storage slot,
        address token,
        uint256 reward,
        address joiner,
        address payer
    )
        internal
        returns (uint256 paid)
    {
        uint256 fee = TaskMoney.relayFee(slot.relayFee, reward);
        if (fee == 0) return 0;
        if (payer == slot.worker || payer == slot.payout) payer = address(0);
        for (uint256 i; i < 2; ++i) {
            address relayer = i == 0 ? joiner : payer;
            if (relayer == address(0)) continue;
            paid += fee;
            emit RelayerPaid(taskId, number, relayer, token, fee);
            _credit(relayer, token, fee);
        }
    }

    /// @dev A worker that others brought has no record: anyone could name any account.
    function _recordPaid(address worker, address joiner, address requester, Ending ending) internal {
        bool proven = ending == Ending.Proven;
        if (joiner == address(0)) {
            if (proven) ++_records[worker].accepted;
            else ++_records[worker].unproven;
        }
        if (proven) ++_records[requester].paid;
        else if (ending == Ending.Redressed) ++_records[requester].refused;
        else ++_records[requester].silent;
    }

    function _recordReturned(bytes32 taskId, Kept storage kept, uint32 number, address worker, Ending ending) internal {
        if (ending == Ending.Rejected) ++_records[kept.requester].refused;
        if (kept.gate != address(0) && _relayers[taskId][number] != address(0)) return;
        if (ending == Ending.Rejected) ++_records[worker].rejected;
        if (ending == Ending.Missed) ++_records[worker].missed;
        if (ending == Ending.Disputed) ++_records[worker].disputesLost;
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

    /// @return slot Number of the slot to be taken.
    function _checkJoin(
        bytes32 taskId,
        Kept storage kept,
        Joining calldata joining
    )
        internal
        view
        returns (uint32 slot)
    {
        // First: with other terms nothing else that the worker saw need be true.
        if (joining.termsHash != kept.termsHash) {
            revert TaskRegistry_TermsDiffer(taskId, joining.termsHash, kept.termsHash);
        }
        if (kept.unfilledReturned) revert TaskRegistry_UnfilledAlreadyReturned(taskId);
        if (block.timestamp > kept.joinBy) revert TaskRegistry_JoinClosed(taskId, kept.joinBy, block.timestamp);
        slot = kept.joined;
        if (slot == kept.slots) revert TaskRegistry_NoSlotLeft(taskId, slot);
        (uint32 slotLimit, bool closed) = ISettlement(kept.settlement).admission(taskId);
        if (closed) revert TaskRegistry_AdmissionClosed(taskId);
        if (slot >= slotLimit) revert TaskRegistry_NoSlotLeft(taskId, slotLimit);
        if (joining.payout == address(0)) revert TaskRegistry_PayoutZero();
        if (joining.encryptionKey == 0) revert TaskRegistry_EncryptionKeyZero();
    }

    function _checkWorker(bytes32 taskId, Kept storage kept, Joining calldata joining) internal view {
        (address worker, address sender) = (joining.worker, _msgSender());
        if (worker == address(0)) revert TaskRegistry_WorkerZero();
        uint32 taken = _slotNumbers[taskId][worker];
        if (taken != 0) revert TaskRegistry_AlreadyJoined(taskId, worker, taken - 1);
        bool open = kept.gate == address(0);
        // A stake is locked only by who owns it: by its transaction, or by its signature for the forwarder.
        if (worker != sender && (open || kept.stakePerSlot != 0)) revert TaskRegistry_NotWorker(worker, sender);
        uint256 maxRelayFee = open ? 0 : kept.rewardPerSlot / 2;
        if (joining.relayFee > maxRelayFee) revert TaskRegistry_RelayFeeTooHigh(joining.relayFee, maxRelayFee);
    }

    /// @dev The open gate knows workers by their address, which `_slotNumbers` keeps from joining twice.
    function _admit(
        bytes32 taskId,
        address gate,
        Joining calldata joining,
        bytes calldata admission
    )
        internal
        returns (bytes32 nullifier)
    {
        if (gate == address(0)) return bytes32(uint256(uint160(joining.worker)));

        // Interaction:
        nullifier = IGate(gate).admit(taskId, _msgSender(), joining, admission);

        // Effect:
        if (nullifier == 0 || _nullifiers[taskId][nullifier]) revert TaskRegistry_NullifierUsed(taskId, nullifier);
        _nullifiers[taskId][nullifier] = true;
    }

    function _moduleTaskOf(bytes32 taskId) internal view returns (Kept storage kept) {
        kept = _taskOf(taskId);
        if (msg.sender != kept.settlement) revert TaskRegistry_NotSettlement(taskId, msg.sender);
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

    function _unended(Kept storage kept) internal view returns (uint256) {
        return TaskMoney.unended(kept.slots, kept.joined, kept.ended, kept.unfilledReturned);
    }

    function _escrowOf(Kept storage kept) internal view returns (uint256) {
        return _unended(kept) * _perSlot(kept);
    }
}
