// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {VeritaskTimelock} from "../../../src/governance/VeritaskTimelock.sol";
import {IVeritaskTimelock} from "../../../src/interfaces/IVeritaskTimelock.sol";
import {GovernanceTest} from "../../utils/GovernanceTest.sol";

contract VeritaskTimelockCancelTest is GovernanceTest {
    bytes32 internal canceller;
    address internal successor = makeAddr("successor");

    function setUp() public {
        deployGovernance();
        canceller = timelock.CANCELLER_ROLE();
    }

    function dismissal() internal view returns (Proposal memory made) {
        made = proposal(address(timelock), abi.encodeCall(timelock.revokeRole, (canceller, guardian)));
        made.description = "dismiss the guardian";
    }

    function test_RevertWhen_NoCanceller() external {
        Proposal memory made = proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (0)));
        toQueue(made);
        bytes32 operation = operationOf(made);
        address[3] memory accounts = [alice, stranger, address(this)];
        for (uint256 i; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, accounts[i], canceller)
            );
            timelock.cancel(operation);
        }
    }

    function test_RevertWhen_NotPending() external {
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector, bytes32("none"), bytes32(uint256(6))
            )
        );
        timelock.cancel("none");
    }

    function test_RevertGiven_ADismissal() external {
        Proposal memory made = dismissal();
        toQueue(made);
        bytes32 operation = operationOf(made);
        assertTrue(timelock.isDismissal(operation));
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IVeritaskTimelock.VeritaskTimelock_DismissalStands.selector, operation, guardian)
        );
        timelock.cancel(operation);

        // It waits like everything else.
        vm.expectRevert();
        execute(made);
        vm.warp(block.timestamp + DELAY);
        execute(made);
        assertFalse(timelock.hasRole(canceller, guardian));
    }

    function test_TheGovernorCancelsADismissal() external {
        Proposal memory made = dismissal();
        toQueue(made);
        cancel(alice, made);
        assertFalse(timelock.isOperation(operationOf(made)));
        assertTrue(timelock.hasRole(canceller, guardian));
    }

    /// @dev Scheduled as one call, by whoever governance once makes a proposer beside the Governor.
    function test_RevertGiven_ADismissalOfOneCall() external {
        bytes memory data = abi.encodeCall(timelock.revokeRole, (canceller, guardian));
        vm.prank(address(governor));
        timelock.schedule(address(timelock), 0, data, 0, 0, DELAY);
        bytes32 operation = timelock.hashOperation(address(timelock), 0, data, 0, 0);
        assertTrue(timelock.isDismissal(operation));
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IVeritaskTimelock.VeritaskTimelock_DismissalStands.selector, operation, guardian)
        );
        timelock.cancel(operation);
    }

    /// @dev Nothing rides along with a dismissal past the guardian.
    function test_CancelsADismissalWithAnythingElse() external {
        bytes[5] memory others = [
            abi.encodeCall(timelock.grantRole, (canceller, successor)),
            abi.encodeCall(timelock.revokeRole, (timelock.PROPOSER_ROLE(), address(governor))),
            abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), alice)),
            abi.encodeCall(timelock.updateDelay, (0)),
            // Cut short: it would revert, and is no dismissal.
            abi.encodePacked(timelock.revokeRole.selector, bytes31(canceller))
        ];
        for (uint256 i; i < others.length; ++i) {
            Proposal memory made = dismissal();
            made.targets = new address[](2);
            made.targets[0] = address(timelock);
            made.targets[1] = address(timelock);
            made.values = new uint256[](2);
            bytes[] memory calldatas = new bytes[](2);
            calldatas[i % 2] = made.calldatas[0];
            calldatas[1 - i % 2] = others[i];
            made.calldatas = calldatas;
            toQueue(made);
            bytes32 operation = operationOf(made);
            assertFalse(timelock.isDismissal(operation));
            vm.prank(guardian);
            timelock.cancel(operation);
            assertFalse(timelock.isOperation(operation));
        }
    }

    function test_ARevokedRoleElsewhereIsNoDismissal() external {
        Proposal memory made = dismissal();
        made.targets[0] = address(token);
        toQueue(made);
        assertFalse(timelock.isDismissal(operationOf(made)));

        vm.prank(address(governor));
        timelock.scheduleBatch(new address[](0), new uint256[](0), new bytes[](0), 0, 0, DELAY);
        bytes32 empty = timelock.hashOperationBatch(new address[](0), new uint256[](0), new bytes[](0), 0, 0);
        assertFalse(timelock.isDismissal(empty));
    }

    function test_RevertWhen_TheDelayIsTooLong() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVeritaskTimelock.VeritaskTimelock_DelayTooLong.selector, 30 days + 1, 30 days)
        );
        new VeritaskTimelock(30 days + 1, new address[](0), new address[](0), address(0));

        Proposal memory made = proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (30 days + 1)));
        toQueue(made);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IVeritaskTimelock.VeritaskTimelock_DelayTooLong.selector, 30 days + 1, 30 days)
        );
        execute(made);

        pass(proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (30 days))));
        assertEq(timelock.getMinDelay(), 30 days);
    }

    function test_RevertWhen_TheDelayIsChangedFromOutside() external {
        address[3] memory accounts = [guardian, alice, address(governor)];
        for (uint256 i; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, accounts[i]));
            timelock.updateDelay(0);
        }
    }
}
