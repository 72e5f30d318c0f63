// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TaskMoney} from "../src/libraries/TaskMoney.sol";

/// @notice The escrow of a task covers exactly its unended slots, for every count and every price: one step of each kind from
/// any state that TaskRegistry keeps to (ended <= joined <= slots).
/// @dev Proven, never deployed: `npm run formal`. Nothing here may revert but by `require`.
contract EscrowProof {
    function creating(uint32 slots, uint128 reward, uint128 fee) external pure {
        uint256 perSlot = uint256(reward) + fee;
        uint256 escrow = TaskMoney.unended(slots, 0, 0, false) * perSlot;
        assert(escrow == slots * perSlot);
        assert(TaskMoney.unended(slots, 0, 0, true) == 0);
    }

    function joining(uint32 slots, uint32 joined, uint32 ended) external pure {
        require(ended <= joined && joined < slots);
        assert(TaskMoney.unended(slots, joined + 1, ended, false) == TaskMoney.unended(slots, joined, ended, false));
    }

    /// @dev An ending takes one slot's money out of the escrow, no more, whenever it comes.
    function ending(
        uint32 slots,
        uint32 joined,
        uint32 ended,
        bool returned,
        uint128 reward,
        uint128 fee
    )
        external
        pure
    {
        require(ended < joined && joined <= slots);
        uint256 perSlot = uint256(reward) + fee;
        uint256 before = TaskMoney.unended(slots, joined, ended, returned);
        uint256 after_ = TaskMoney.unended(slots, joined, ended + 1, returned);
        assert(before == after_ + 1);
        assert(before * perSlot == after_ * perSlot + perSlot);
    }

    /// @dev What goes back to the requester is what the escrow loses; the joined slots keep theirs.
    function returningTheRest(uint32 slots, uint32 joined, uint32 ended, uint128 reward, uint128 fee) external pure {
        require(ended <= joined && joined <= slots);
        uint256 perSlot = uint256(reward) + fee;
        uint256 before = TaskMoney.unended(slots, joined, ended, false);
        uint256 after_ = TaskMoney.unended(slots, joined, ended, true);
        assert(before == after_ + (slots - joined));
        assert(before * perSlot == after_ * perSlot + (slots - joined) * perSlot);
        assert(after_ == joined - ended);
    }

    /// @dev Nothing is left in a task that is over.
    function completing(uint32 slots, uint32 joined) external pure {
        require(joined <= slots);
        assert(TaskMoney.unended(slots, joined, joined, true) == 0);
        assert(TaskMoney.unended(slots, slots, slots, false) == 0);
    }
}
