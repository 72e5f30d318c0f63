// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TaskMoney} from "../src/libraries/TaskMoney.sol";

/// @notice What is paid for a slot adds up to what the slot holds, for every price, share and relay fee.
/// @dev Proven, never deployed: `npm run formal`. Nothing here may revert but by `require`.
contract PaymentProof {
    uint256 internal constant BPS = 10_000;

    function cutting(uint128 amount, uint16 shareBps) external pure {
        require(shareBps <= BPS);
        uint256 share = TaskMoney.shareOf(amount, shareBps);
        // So a fee, a loss of stake and a graded reward fit the 128 bits of what they are cut from.
        assert(share <= amount);
        assert(shareBps != BPS || share == amount);
        assert(shareBps != 0 || share == 0);
    }

    function splitting(uint128 rewardPerSlot, uint128 feePerSlot, uint16 shareBps) external pure {
        require(shareBps <= BPS);
        (uint256 reward, uint256 fee, uint256 left) = TaskMoney.split(rewardPerSlot, feePerSlot, shareBps);
        assert(reward <= rewardPerSlot);
        assert(fee <= feePerSlot);
        assert(reward + fee + left == uint256(rewardPerSlot) + feePerSlot);
    }

    /// @param relayers None, one or both are paid out of the reward.
    function relaying(uint96 agreed, uint128 reward, uint8 relayers) external pure {
        require(relayers <= 2);
        uint256 fee = TaskMoney.relayFee(agreed, reward);
        assert(fee <= agreed);
        assert(relayers * fee <= reward);
        // What was agreed at the joining, at most half the reward, is paid in full of a whole reward.
        assert(agreed > reward / 2 || fee == agreed);
    }
}
