// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";

/// @notice A settlement module that says what the test told it to say. For unit tests of the TaskRegistry only.
contract MockSettlement is ISettlement {
    mapping(uint32 slot => Outcome outcome) internal _outcomes;
    mapping(uint32 slot => bool done) internal _handedIn;
    uint64 internal _missedDeadline = type(uint64).max;
    bool internal _halted;
    uint16 internal _rejectedScore;
    bool internal _disputable;
    uint32 internal _slotLimit = type(uint32).max;
    uint128 internal _disputeBond;

    function setOutcome(uint32 slot, Outcome next) external {
        _outcomes[slot] = next;
    }

    function setHandedIn(uint32 slot, bool next) external {
        _handedIn[slot] = next;
    }

    function setMissedDeadline(uint64 next) external {
        _missedDeadline = next;
    }

    function setHalted(bool next) external {
        _halted = next;
    }

    function setSlotLimit(uint32 next) external {
        _slotLimit = next;
    }

    function setRejectedScore(uint16 next) external {
        _rejectedScore = next;
    }

    function setDisputable(bool next, uint128 bond) external {
        (_disputable, _disputeBond) = (next, bond);
    }

    function paySlot(ITaskRegistry tasks, bytes32 taskId, uint32 slot, bool transferNow) external {
        tasks.paySlot(
            taskId,
            slot,
            ITaskRegistry.Payment({shareBps: 10_000, scoreBps: 0, relayer: address(0), transferNow: transferNow})
        );
    }

    function payGraded(
        ITaskRegistry tasks,
        bytes32 taskId,
        uint32 slot,
        ITaskRegistry.Payment calldata payment
    )
        external
    {
        tasks.paySlot(taskId, slot, payment);
    }

    function returnSlot(ITaskRegistry tasks, bytes32 taskId, uint32 slot) external {
        tasks.returnSlot(taskId, slot, 0, ITaskRegistry.Ending.Lapsed);
    }

    function returnAs(
        ITaskRegistry tasks,
        bytes32 taskId,
        uint32 slot,
        uint16 scoreBps,
        ITaskRegistry.Ending ending
    )
        external
    {
        tasks.returnSlot(taskId, slot, scoreBps, ending);
    }

    function closeDispute(
        ITaskRegistry tasks,
        bytes32 taskId,
        uint32 slot,
        ITaskRegistry.Ruling ruling,
        address beneficiary
    )
        external
    {
        tasks.closeDispute(taskId, slot, ruling, beneficiary);
    }

    function burnBond(ITaskRegistry tasks, bytes32 taskId) external {
        tasks.burnBond(taskId);
    }

    function openTask(bytes32, uint64, bytes calldata) external {}

    function outcome(bytes32, uint32 slot) external view returns (Outcome) {
        return _outcomes[slot];
    }

    function halted(bytes32) external view returns (bool) {
        return _halted;
    }

    function admission(bytes32) external view returns (uint32 slotLimit, bool closed) {
        return (_slotLimit, _halted);
    }

    function mayLeave(bytes32, uint32 slot) external view returns (bool) {
        return !_handedIn[slot];
    }

    function missedDeadline(bytes32, uint32) external view returns (uint64) {
        return _missedDeadline;
    }

    function openDispute(bytes32 taskId, uint32 slot, address) external view returns (uint128 bond) {
        if (!_disputable) revert Settlement_NotDisputable(taskId, slot);
        return _disputeBond;
    }

    function rejectedScoreOf(bytes32, uint32) external view returns (uint16) {
        return _rejectedScore;
    }

    function finalDeadline(bytes32) external pure returns (uint64) {
        return 0;
    }
}
