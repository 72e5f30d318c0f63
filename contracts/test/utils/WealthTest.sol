// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";

import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";

/// @notice What each of a list of actors owns, wherever it lies: at itself, as credit, as stake (free, locked or unbonding), and
/// as what its own tasks hold in escrow, which is its requester's until a slot is paid.
/// @dev A treasury is an actor like any other. What the vault has and owes to nobody is burned. Between two moments the sum over
/// the actors and what was burned is the same, if the list is whole; and who owns less must have had it at stake.
abstract contract WealthTest is Test {
    /// @param each What each actor owns, in the order of the list.
    /// @param atStake The part of it that others may come to own: locked stake, and the escrow of its tasks.
    /// @param burned What the vault has beyond what it holds for accounts.
    struct Wealth {
        uint256[] each;
        uint256[] atStake;
        uint256 burned;
    }

    /// @param ids Every task there is.
    function wealthOf(
        ITaskRegistry registry,
        address token,
        address[] memory actors,
        bytes32[] memory ids
    )
        internal
        view
        returns (Wealth memory wealth)
    {
        IStakeVault vault = IStakeVault(registry.stakeVault());
        (wealth.each, wealth.atStake) = (new uint256[](actors.length), new uint256[](actors.length));
        for (uint256 i; i < actors.length; ++i) {
            IStakeVault.Stake memory stake = vault.stakeOf(actors[i], token);
            wealth.atStake[i] = stake.locked;
            wealth.each[i] = coinsOf(token, actors[i]) + registry.creditOf(actors[i], token) + stake.free + stake.locked
                + stake.unbonding;
        }
        for (uint256 i; i < ids.length; ++i) {
            ITaskRegistry.Task memory task = registry.task(ids[i]);
            if (task.token != token) continue;
            for (uint256 j; j < actors.length; ++j) {
                if (actors[j] != task.requester) continue;
                wealth.each[j] += task.escrow;
                wealth.atStake[j] += task.escrow;
            }
        }
        wealth.burned = coinsOf(token, address(vault)) - vault.heldOf(token);
    }

    function totalOf(Wealth memory wealth) internal pure returns (uint256 total) {
        total = wealth.burned;
        for (uint256 i; i < wealth.each.length; ++i) {
            total += wealth.each[i];
        }
    }

    /// @notice Nothing was made and nothing was lost; what is burned stays burned.
    function isConserved(Wealth memory before, Wealth memory now_) internal pure returns (bool) {
        return totalOf(before) == totalOf(now_) && before.burned <= now_.burned;
    }

    /// @notice Whether the actor lost nothing but what it had at stake and has no more.
    function lostAtMostItsStake(Wealth memory before, Wealth memory now_, uint256 actor) internal pure returns (bool) {
        return before.each[actor] + now_.atStake[actor] <= now_.each[actor] + before.atStake[actor]
            || before.each[actor] <= now_.each[actor];
    }

    function coinsOf(address token, address account) internal view returns (uint256) {
        return token == address(0) ? account.balance : IERC20(token).balanceOf(account);
    }
}
