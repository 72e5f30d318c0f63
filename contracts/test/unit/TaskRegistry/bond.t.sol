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

    function expectNoRedress(uint32 slot) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NoRedress.selector, taskId, slot));
        tasks.claimRedress(taskId, slot);
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
        vm.prank(requester);
        tasks.cancelTask(other);
        tasks.releaseBond(other);
        assertEq(stakes.lockedOf(other, requester), 0);
    }

    function test_RevertGiven_TheModuleHoldsIt() external {
        endAll(ITaskRegistry.Ending.Lapsed);
        module.setBondHeld(true);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondStillHeld.selector, taskId));
        tasks.releaseBond(taskId);
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
        module.forfeitBond(tasks, taskId);
        expectNoRedress(0);
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
            tasks.forfeitBond(taskId);
        }
    }

    function test_RevertGiven_NothingWasRejected() external {
        endAll(ITaskRegistry.Ending.Lapsed);
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Held));
        module.forfeitBond(tasks, taskId);
    }

    function test_RevertGiven_NotForfeited() external {
        endAll(ITaskRegistry.Ending.Rejected);
        expectNoRedress(0);
    }

    /// @dev Three parts of a bond that three does not divide; the slots are claimed in any order.
    function test_SharesAForfeitedBondToTheLastUnit() external {
        endAll(ITaskRegistry.Ending.Rejected);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.BondForfeited(taskId, requester, NATIVE, BOND, 3);
        module.forfeitBond(tasks, taskId);
        assertEq(tasks.recordOf(requester).bondsLost, 1);
        assertEq(locked(requester), BOND, "locked until it is claimed");
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Forfeited));
        tasks.releaseBond(taskId);
        vm.expectRevert(notHeld(ITaskRegistry.BondState.Forfeited));
        module.forfeitBond(tasks, taskId);

        uint128 part = BOND / 3;
        assertNotEq(3 * uint256(part), BOND);
        uint256 aliceHad = free(alice);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.RedressPaid(taskId, 2, stranger, NATIVE, part);
        tasks.claimRedress(taskId, 2);
        tasks.claimRedress(taskId, 1);
        expectNoRedress(2);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.RedressPaid(taskId, 0, alice, NATIVE, BOND - 2 * part);
        tasks.claimRedress(taskId, 0);
        assertEq(free(stranger), part);
        assertEq(free(alice), aliceHad + BOND - 2 * part);
        assertEq(stakes.lockedOf(taskId, requester), 0);
        for (uint32 slot; slot < 4; ++slot) {
            expectNoRedress(slot);
        }
    }

    function test_GivesNoRedressToOthersThanTheRejected() external {
        pay(taskId, 0, 10_000, 10_000, address(0));
        end(taskId, 1, ITaskRegistry.Ending.Rejected);
        end(taskId, 2, ITaskRegistry.Ending.Lapsed);
        module.forfeitBond(tasks, taskId);
        expectNoRedress(0);
        expectNoRedress(2);
        uint256 had = free(bob);
        tasks.claimRedress(taskId, 1);
        assertEq(free(bob), had + BOND);
    }

    function testFuzz_PartsAddUp(uint128 bond, uint8 rejected) external {
        bond = uint128(bound(bond, 1, 1e30));
        uint32 count = uint32(bound(rejected, 1, 20));
        giveStake(requester, bond);
        ITaskRegistry.TaskRequest memory made = stakedRequest("fuzzed");
        (made.bond, made.stakePerSlot, made.slots) = (bond, 0, count);
        bytes32 fuzzed = createTask(made);
        for (uint32 i; i < count; ++i) {
            join(fuzzed, workerAt(i));
            end(fuzzed, i, ITaskRegistry.Ending.Rejected);
        }
        module.forfeitBond(tasks, fuzzed);
        uint256 sum;
        for (uint32 i; i < count; ++i) {
            tasks.claimRedress(fuzzed, i);
            sum += free(workerAt(i));
        }
        assertEq(sum, bond);
        assertEq(stakes.lockedOf(fuzzed, requester), 0);
    }
}
