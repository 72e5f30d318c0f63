// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

contract TaskRegistryDisputeTest is StakedTest {
    uint96 internal constant DISPUTE_BOND = 0.5 ether;

    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        taskId = createStaked("staked");
        join(taskId, alice);
        module.setDisputable(true, DISPUTE_BOND);
    }

    function dispute(address challenger) internal {
        vm.prank(challenger);
        tasks.dispute(taskId, 0, DISPUTE_BOND);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_UnknownTask.selector, bytes32("none")));
        tasks.dispute("none", 0, 0);
    }

    function test_RevertGiven_TheModuleRefuses() external {
        module.setDisputable(false, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotDisputable.selector, taskId, 0));
        dispute(bob);
    }

    function test_RevertGiven_AlreadyDisputed() external {
        dispute(bob);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyDisputed.selector, taskId, 0, bob));
        dispute(carol);
    }

    function test_RevertWhen_TheBondIsAboveWhatWasNamed() external {
        vm.prank(bob);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_BondTooHigh.selector, DISPUTE_BOND, DISPUTE_BOND - 1)
        );
        tasks.dispute(taskId, 0, DISPUTE_BOND - 1);
        assertEq(locked(bob), 0);
    }

    function test_RevertGiven_TooLittleFreeStake() external {
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, stranger, NATIVE, 0, DISPUTE_BOND)
        );
        dispute(stranger);
        assertEq(tasks.disputeOf(taskId, 0).challenger, address(0));
    }

    function test_LocksTheBond() external {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeOpened(taskId, 0, bob, NATIVE, DISPUTE_BOND);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeLocked(taskId, bob, NATIVE, DISPUTE_BOND);
        dispute(bob);
        assertEq(locked(bob), DISPUTE_BOND);
        assertEq(tasks.disputeOf(taskId, 0).challenger, bob);
        assertEq(tasks.disputeOf(taskId, 0).bond, DISPUTE_BOND);
    }

    function test_ADisputeWithoutABondLocksNothing() external {
        module.setDisputable(true, 0);
        vm.prank(stranger);
        tasks.dispute(taskId, 0, 0);
        assertEq(tasks.disputeOf(taskId, 0).challenger, stranger);
        module.closeDispute(tasks, taskId, 0, ITaskRegistry.Ruling.Dismissed, alice);
        assertEq(tasks.recordOf(stranger).disputesLost, 1);
    }

    function test_RevertWhen_CallerIsNotTheTasksModule() external {
        dispute(bob);
        address[4] memory others = [requester, bob, alice, address(openGold)];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(
                abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotSettlement.selector, taskId, others[i])
            );
            tasks.closeDispute(taskId, 0, ITaskRegistry.Ruling.Upheld, bob);
        }
    }

    function test_RevertGiven_NotDisputed() external {
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotDisputed.selector, taskId, 0));
        module.closeDispute(tasks, taskId, 0, ITaskRegistry.Ruling.Upheld, address(0));
    }

    function test_UpheldAndVoidFreeTheBond() external {
        ITaskRegistry.Ruling[2] memory rulings = [ITaskRegistry.Ruling.Upheld, ITaskRegistry.Ruling.Void];
        for (uint256 i; i < 2; ++i) {
            dispute(bob);
            vm.expectEmit(address(tasks));
            emit ITaskRegistry.DisputeClosed(taskId, 0, bob, rulings[i], address(0));
            module.closeDispute(tasks, taskId, 0, rulings[i], carol);
            assertEq(free(bob), 10 ether);
            assertEq(free(carol), 10 ether);
            assertEq(tasks.recordOf(bob).disputesLost, 0);
            assertEq(tasks.disputeOf(taskId, 0).challenger, address(0));
        }
    }

    function test_DismissedGivesHalfOfTheBondToTheBeneficiary() external {
        dispute(bob);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.DisputeClosed(taskId, 0, bob, ITaskRegistry.Ruling.Dismissed, carol);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeSlashed(taskId, bob, carol, NATIVE, DISPUTE_BOND / 2);
        vm.expectEmit(address(stakes));
        emit IStakeVault.StakeSlashed(taskId, bob, treasury, NATIVE, DISPUTE_BOND / 2);
        module.closeDispute(tasks, taskId, 0, ITaskRegistry.Ruling.Dismissed, carol);
        assertEq(free(bob), 10 ether - DISPUTE_BOND);
        assertEq(free(carol), 10 ether + DISPUTE_BOND / 2);
        assertEq(free(treasury), DISPUTE_BOND / 2);
        assertEq(locked(bob), 0);
        assertEq(tasks.recordOf(bob).disputesLost, 1);
    }

    /// @dev Worker and challenger may be one account: its stake and its bond are kept apart.
    function test_AWorkerThatDisputesItsOwnSlot() external {
        dispute(alice);
        assertEq(stakes.lockedOf(taskId, alice), uint256(STAKE) + DISPUTE_BOND);
        end(taskId, 0, ITaskRegistry.Ending.Rejected);
        assertEq(stakes.lockedOf(taskId, alice), DISPUTE_BOND);
        module.closeDispute(tasks, taskId, 0, ITaskRegistry.Ruling.Upheld, address(0));
        assertEq(stakes.lockedOf(taskId, alice), 0);
    }

    /// @dev A rejected slot's dispute was about the rejection: it ends with the slot, as the slot does.
    function test_ADisputeEndsWithItsSlot() external {
        ISettlement.Outcome[4] memory outcomes = [
            ISettlement.Outcome.Rejected,
            ISettlement.Outcome.Redressed,
            ISettlement.Outcome.Returned,
            ISettlement.Outcome.Paid
        ];
        ITaskRegistry.Ruling[4] memory rulings = [
            ITaskRegistry.Ruling.Dismissed,
            ITaskRegistry.Ruling.Upheld,
            ITaskRegistry.Ruling.Void,
            ITaskRegistry.Ruling.Void
        ];
        dispute(alice);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 4; ++i) {
            module.setOutcome(0, outcomes[i]);
            bool lost = i == 0;
            vm.expectEmit(address(tasks));
            emit ITaskRegistry.DisputeClosed(taskId, 0, alice, rulings[i], lost ? requester : address(0));
            tasks.settle(taskId, 0);
            assertEq(tasks.disputeOf(taskId, 0).challenger, address(0));
            assertEq(stakes.lockedOf(taskId, alice), 0);
            uint256 slashed = lost ? uint256(STAKE) * REJECTED_SLASH_BPS / 10_000 : 0;
            assertEq(free(alice), 10 ether - slashed - (lost ? DISPUTE_BOND : 0));
            assertEq(free(requester), 10 ether - BOND + (lost ? DISPUTE_BOND / 2 : 0));
            assertEq(tasks.recordOf(alice).disputesLost, lost ? 1 : 0);
            vm.revertToState(snapshot);
        }
    }
}
