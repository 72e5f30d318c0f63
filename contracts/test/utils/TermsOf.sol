// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "forge-std/Vm.sol";

/// @title TermsOf
/// @notice The terms hash of a task, read from storage: a call would use up the prank or the expectation that stands before the
/// joining it is for. `test/unit/TaskRegistry/terms.t.sol` shows that it is what `task` says.
library TermsOf {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    /// @dev Where the registry keeps its tasks, and the hash within one (`forge inspect TaskRegistry storage-layout`).
    uint256 private constant TASKS_SLOT = 0;
    uint256 private constant TERMS_HASH_OFFSET = 9;

    function termsHash(address tasks, bytes32 taskId) internal view returns (bytes32) {
        return VM.load(tasks, slotOf(taskId));
    }

    /// @dev Proofs of a fixture are made for terms of their own.
    function setTermsHash(address tasks, bytes32 taskId, bytes32 hash) internal {
        VM.store(tasks, slotOf(taskId), hash);
    }

    function slotOf(bytes32 taskId) internal pure returns (bytes32) {
        return bytes32(uint256(keccak256(abi.encode(taskId, TASKS_SLOT))) + TERMS_HASH_OFFSET);
    }
}
