// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";

/// @notice A settlement module that says what the test told it to say. For unit tests of the TaskRegistry only.
contract MockSettlement is ISettlement {
    mapping(uint32 slot => Outcome outcome) internal _outcomes;
    bool internal _halted;

    function setOutcome(uint32 slot, Outcome next) external {
        _outcomes[slot] = next;
    }

    function setHalted(bool next) external {
        _halted = next;
    }

    function paySlot(ITaskRegistry tasks, bytes32 taskId, uint32 slot, bool transferNow) external {
        tasks.paySlot(taskId, slot, transferNow);
    }

    function returnSlot(ITaskRegistry tasks, bytes32 taskId, uint32 slot) external {
        tasks.returnSlot(taskId, slot);
    }

    function openTask(bytes32, uint64, bytes calldata) external {}

    function outcome(bytes32, uint32 slot) external view returns (Outcome) {
        return _outcomes[slot];
    }

    function halted(bytes32) external view returns (bool) {
        return _halted;
    }

    function finalDeadline(bytes32) external pure returns (uint64) {
        return 0;
    }
}
