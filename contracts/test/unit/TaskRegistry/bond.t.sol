// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryBondTest is StakedTest {
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createStaked("staked");
        join(taskId, alice);
        join(taskId, bob);
        joinFor(taskId, carol, stranger);
    }

    function endAll(ITaskRegistry.Ending ending) internal {
        for (uint32 slot; slot < 3; ++slot) {
            end(taskId, slot, ending);
        }
    }

    function notHeld(ITaskRegistry.BondState state) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondNotHeld.selector, taskId, state);
    }

    function test_RevertGiven_TooLittleFreeStake() external {
        ITaskRegistry.TaskRequest memory made = stakedRequest("dear");
        made.bond = uint128(free(requester) + 1);
        vm.prank(requester);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.StakeVault_NotEnoughFree.selector, requester, NATIVE, made.bond - 1, made.bond
            )
        );
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_LocksTheBond() external view {
        assertEq(locked(requester), BOND);
        assertEq(tasks.task(taskId).bond, BOND);
        assertEq(uint8(tasks.task(taskId).bondState), uint8(ITaskRegistry.BondState.Held));
    }

    function test_RevertGiven_ASlotMayStillEnd() external {
        end(taskId, 0, ITaskRegistry.Ending.Lapsed);
        end(taskId, 1, ITaskRegistry.Ending.Lapsed);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, taskId));
        tasks.releaseBond(taskId);
        end(taskId, 2, ITaskRegistry.Ending.Lapsed);
        tasks.releaseBond(taskId);
    }

    function test_RevertGiven_UnfilledSlotsAreNotReturned() external {
        bytes32 other = createStaked("other");
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, other));
        tasks.releaseBond(other);
        vm.warp(JOIN_BY + 1);
        tasks.returnUnfilled(other);
        tasks.releaseBond(other);
        assertEq(stakes.lockedOf(other, requester), 0);
    }

    function test_CancellingReleases() external {
        bytes32 other = createStaked("other");
        uint256 before = free(requester);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondReleased(other, requester, NATIVE, BOND);
        vm.prank(requester);
        tasks.cancelTask(other);
        assertEq(stakes.lockedOf(other, requester), 0);
        assertEq(free(requester), before + BOND);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITaskRegistry.TaskRegistry_BondNotHeld.selector, other, ITaskRegistry.BondState.Released
            )
        );
        tasks.releaseBond(other);
    }

    function test_ReleasesOnce() external {
        endAll(ITaskRegistry.Ending.Rejected);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondReleased(taskId, requester, NATIVE, BOND);
        vm.prank(stranger);
        tasks.releaseBond(taskId);
        assertEq(free(requester), 10 ether);
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Released));
        tasks.releaseBond(taskId);
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Released));
        module.burnBond(tasks, taskId);
    }

    function test_RevertGiven_NoBond() external {
        bytes32 none = createGated("none");
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondNotHeld.selector, none, ITaskRegistry.BondState.None)
        );
        tasks.releaseBond(none);
    }

    function test_RevertWhen_CallerIsNotTheTasksModule() external {
        address[3] memory others = [requester, alice, address(hiddenGold)];
        for (uint256 i; i < 3; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(
                abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotSettlement.selector, taskId, others[i])
            );
            tasks.burnBond(taskId);
        }
    }

    /// @dev Paid to no party: not to who was wronged, so that nobody gains by setting it up; not to the treasury.
    function test_BurnsTheWholeBondOnce() external {
        uint128 held = stakes.heldOf(NATIVE);
        uint256 balance = address(stakes).balance;
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondBurned(taskId, requester, NATIVE, BOND);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeBurned(taskId, requester, NATIVE, BOND);
        module.burnBond(tasks, taskId);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        assertEq(locked(requester), 0);
        assertEq(free(requester), 10 ether - BOND);
        assertEq(free(treasury) + free(stranger), 0);
        assertEq(stakes.heldOf(NATIVE), held - BOND);
        assertEq(stakes.burnedOf(NATIVE), BOND);
        assertEq(address(stakes).balance, balance, "it stays in the vault for ever");

        vm.expectRevert(notHeld(ITaskRegistry.BondState.Burned));
        module.burnBond(tasks, taskId);
        endAll(ITaskRegistry.Ending.Lapsed);
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Burned));
        tasks.releaseBond(taskId);
    }
}
