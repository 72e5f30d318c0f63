// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {IVeritaskTimelock} from "../../src/interfaces/IVeritaskTimelock.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";
import {DeployTest} from "../utils/DeployTest.sol";
import {Groth16Fixtures} from "../utils/Groth16Fixtures.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";

/// @notice The deployed protocol under its governance: what passes, who may do nothing, and what the guardian cannot keep.
contract GovernanceIntegrationTest is DeployTest, Groth16Fixtures {
    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal keys;
    address internal requester = makeAddr("requester");
    address internal worker = makeAddr("worker");

    function setUp() public {
        deploySystem();
        script.handOver(deployed(), configuration);
        parameters = deployed().protocolParameters;
        keys = deployed().verifierKeyRegistry;
    }

    /// @dev Everybody there is, the Governor past its timelock included.
    function everybody() internal view returns (address[8] memory) {
        return [
            requester,
            worker,
            guardian,
            configuration.deployer,
            stranger,
            alice,
            address(governor),
            address(deployed().taskRegistry)
        ];
    }

    function expectRefused(address account, address target, bytes memory data, bytes memory reason) internal {
        vm.prank(account);
        (bool called, bytes memory found) = target.call(data);
        assertFalse(called);
        assertEq(found, reason);
    }

    function test_OwnersCallsAreTheTimelocksAlone() external {
        bytes[6] memory onParameters = [
            abi.encodeCall(parameters.setParameters, (parameters.parameters())),
            abi.encodeCall(parameters.setTokenPolicy, (address(0), IProtocolParameters.TokenPolicy(true, 1, 0))),
            abi.encodeCall(parameters.setSettlement, (address(this), true)),
            abi.encodeCall(parameters.setGate, (address(this), true)),
            abi.encodeCall(Ownable.transferOwnership, (stranger)),
            abi.encodeCall(Ownable.renounceOwnership, ())
        ];
        bytes[4] memory onKeys = [
            abi.encodeCall(keys.propose, (KeyProposals.plain(address(deployed().groth16), "", bytes32(0), false))),
            abi.encodeCall(keys.setGuardian, (stranger)),
            abi.encodeCall(Ownable.transferOwnership, (stranger)),
            abi.encodeCall(Ownable.renounceOwnership, ())
        ];
        address[8] memory accounts = everybody();
        for (uint256 i; i < accounts.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, accounts[i]);
            for (uint256 j; j < onParameters.length; ++j) {
                expectRefused(accounts[i], address(parameters), onParameters[j], reason);
            }
            for (uint256 j; j < onKeys.length; ++j) {
                expectRefused(accounts[i], address(keys), onKeys[j], reason);
            }
        }
    }

    /// @dev The guardian's two powers, and nobody else's.
    function test_FreezingIsTheGuardiansAndTheTimelocks() external {
        address[8] memory accounts = everybody();
        bytes memory data =
            abi.encodeCall(keys.freeze, (bytes32("key"), "why", IVerifierKeyRegistry.Advisory("", ""), ""));
        for (uint256 i; i < accounts.length; ++i) {
            bytes memory reason = accounts[i] == guardian
                ? abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                    bytes32("key"),
                    IVerifierKeyRegistry.Status.None,
                    IVerifierKeyRegistry.Status.Active
                )
                : abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_NotGuardianOrOwner.selector, accounts[i]
                );
            expectRefused(accounts[i], address(keys), data, reason);
        }
    }

    /// @dev Every call of the timelock that asks for a role. The Governor schedules and cancels by its own rules alone, which
    /// nobody can make it break from outside.
    function test_TheTimelocksCallsAreTheGovernors() external {
        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 canceller = timelock.CANCELLER_ROLE();
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        Proposal memory none = proposal(address(parameters), "");
        bytes[6] memory calls = [
            abi.encodeCall(timelock.schedule, (address(parameters), 0, "", 0, 0, DELAY)),
            abi.encodeCall(timelock.scheduleBatch, (none.targets, none.values, none.calldatas, 0, 0, DELAY)),
            abi.encodeCall(timelock.cancel, (bytes32("operation"))),
            abi.encodeCall(timelock.grantRole, (proposer, stranger)),
            abi.encodeCall(timelock.revokeRole, (canceller, address(governor))),
            abi.encodeCall(timelock.grantRole, (admin, stranger))
        ];
        bytes32[6] memory wanted = [proposer, proposer, canceller, admin, admin, admin];
        address[8] memory accounts = everybody();
        for (uint256 i; i < accounts.length; ++i) {
            for (uint256 j; j < calls.length; ++j) {
                if (timelock.hasRole(wanted[j], accounts[i])) continue;
                expectRefused(
                    accounts[i],
                    address(timelock),
                    calls[j],
                    abi.encodeWithSelector(
                        IAccessControl.AccessControlUnauthorizedAccount.selector, accounts[i], wanted[j]
                    )
                );
            }
            expectRefused(
                accounts[i],
                address(timelock),
                abi.encodeCall(timelock.updateDelay, (0)),
                abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, accounts[i])
            );
            // Nobody leaves a role for somebody else.
            expectRefused(
                accounts[i],
                address(timelock),
                abi.encodeCall(timelock.renounceRole, (admin, address(timelock))),
                abi.encodeWithSelector(IAccessControl.AccessControlBadConfirmation.selector)
            );
        }
        // The guardian holds one role there, the Governor two.
        for (uint256 j; j < 4; ++j) {
            bytes32 role = [proposer, canceller, admin, timelock.EXECUTOR_ROLE()][j];
            assertEq(timelock.hasRole(role, guardian), role == canceller);
            assertEq(timelock.hasRole(role, address(governor)), role == canceller || role == proposer);
        }
    }

    /// @dev Nothing of the stakes obeys a role, governance included.
    function test_TheStakesObeyNobody() external {
        bytes[3] memory calls = [
            abi.encodeCall(IStakeVault.lock, (bytes32(0), worker, address(0), 1)),
            abi.encodeCall(IStakeVault.release, (bytes32(0), worker, address(0), 1)),
            abi.encodeCall(IStakeVault.slash, (bytes32(0), worker, address(0), 1, stranger))
        ];
        address[4] memory accounts = [guardian, address(timelock), address(governor), configuration.deployer];
        for (uint256 i; i < accounts.length; ++i) {
            for (uint256 j; j < calls.length; ++j) {
                expectRefused(
                    accounts[i],
                    address(deployed().stakeVault),
                    calls[j],
                    abi.encodeWithSelector(IStakeVault.StakeVault_NotTaskRegistry.selector, accounts[i])
                );
            }
        }
    }

    function test_AVoteChangesAParameter() external {
        IProtocolParameters.Parameters memory before = parameters.parameters();
        IProtocolParameters.Parameters memory next = parameters.parameters();
        next.feeBps = 250;
        assertEq(parameters.version(), 1);
        pass(proposal(address(parameters), abi.encodeCall(parameters.setParameters, (next))));
        assertEq(parameters.parameters().feeBps, 250);
        assertEq(parameters.version(), 2);
        assertEq(parameters.parametersAt(1).feeBps, before.feeBps);
    }

    function test_AVoteChangesTheLists() external {
        address gate = deployed().gates[0].at;
        address settlement = deployed().settlements[0].at;
        Proposal memory made = proposal(address(parameters), abi.encodeCall(parameters.setGate, (gate, false)));
        made.targets = new address[](2);
        made.targets[0] = address(parameters);
        made.targets[1] = address(parameters);
        made.values = new uint256[](2);
        bytes[] memory calldatas = new bytes[](2);
        calldatas[0] = made.calldatas[0];
        calldatas[1] = abi.encodeCall(parameters.setSettlement, (settlement, false));
        made.calldatas = calldatas;
        pass(made);
        assertFalse(parameters.isGateAllowed(gate));
        assertFalse(parameters.isSettlementAllowed(settlement));
    }

    function test_AVoteAddsAKey() external {
        Fixture memory made = fixture(fixtureNames()[0]);
        bytes32 keyId = keys.keyIdOf(address(deployed().groth16), made.keyData, bytes32(uint256(1)), false, false);
        pass(
            proposal(
                address(keys),
                abi.encodeCall(
                    keys.propose,
                    (KeyProposals.plain(address(deployed().groth16), made.keyData, bytes32(uint256(1)), false))
                )
            )
        );
        vm.warp(block.timestamp + 60);
        vm.prank(stranger);
        keys.activate(keyId);
        assertTrue(keys.verify(keyId, made.publicSignals, made.proof));
        vm.prank(guardian);
        keys.freeze(keyId, "broken", IVerifierKeyRegistry.Advisory("", ""), "");
        assertTrue(keys.status(keyId) == IVerifierKeyRegistry.Status.Frozen);
    }

    /// @dev Fees go to the timelock, and leave it by a vote.
    function test_AVoteSpendsTheTreasury() external {
        (bool paid,) = address(timelock).call{value: 3 ether}("");
        assertTrue(paid);
        Proposal memory made = proposal(worker, "");
        made.values[0] = 2 ether;
        pass(made);
        assertEq(worker.balance, 2 ether);
        assertEq(address(timelock).balance, 1 ether);
    }

    function test_TheGuardianCancelsWhatIsQueued() external {
        Proposal memory made = proposal(address(parameters), abi.encodeCall(Ownable.transferOwnership, (stranger)));
        uint256 id = toQueue(made);
        bytes32 operation = operationOf(made);
        vm.prank(guardian);
        timelock.cancel(operation);
        assertState(id, IGovernor.ProposalState.Canceled);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert();
        execute(made);
        assertEq(parameters.owner(), address(timelock));
    }

    /// @dev A guardian that cancels everything loses its place all the same, and with it the power to freeze.
    function test_AHostileGuardianIsDismissed() external {
        bytes32 canceller = timelock.CANCELLER_ROLE();
        address successor = makeAddr("successor");
        Proposal memory dismissal =
            proposal(address(timelock), abi.encodeCall(timelock.revokeRole, (canceller, guardian)));
        dismissal.description = "dismiss";
        Proposal memory rotation =
            proposal(address(timelock), abi.encodeCall(timelock.grantRole, (canceller, successor)));
        rotation.targets = new address[](2);
        rotation.targets[0] = address(timelock);
        rotation.targets[1] = address(keys);
        rotation.values = new uint256[](2);
        bytes[] memory calldatas = new bytes[](2);
        calldatas[0] = rotation.calldatas[0];
        calldatas[1] = abi.encodeCall(keys.setGuardian, (successor));
        rotation.calldatas = calldatas;
        rotation.description = "rotate";

        toQueue(rotation);
        bytes32 operation = operationOf(rotation);
        vm.prank(guardian);
        timelock.cancel(operation);

        toQueue(dismissal);
        operation = operationOf(dismissal);
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IVeritaskTimelock.VeritaskTimelock_DismissalStands.selector, operation, guardian)
        );
        timelock.cancel(operation);
        vm.warp(block.timestamp + DELAY);
        vm.prank(stranger);
        execute(dismissal);

        rotation.description = "rotate again";
        toQueue(rotation);
        operation = operationOf(rotation);
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, guardian, canceller)
        );
        timelock.cancel(operation);
        vm.warp(block.timestamp + DELAY);
        execute(rotation);
        assertEq(keys.guardian(), successor);
        assertTrue(timelock.hasRole(canceller, successor));
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_NotGuardianOrOwner.selector, guardian)
        );
        keys.freeze(bytes32("key"), "", IVerifierKeyRegistry.Advisory("", ""), "");
    }

    /// @dev With the guardian's consent one proposal does it all.
    function test_AWillingGuardianIsRotatedAtOnce() external {
        bytes32 canceller = timelock.CANCELLER_ROLE();
        address successor = makeAddr("successor");
        Proposal memory made = proposal(address(timelock), "");
        made.targets = new address[](3);
        made.values = new uint256[](3);
        bytes[] memory calldatas = new bytes[](3);
        (made.targets[0], calldatas[0]) =
        (address(timelock), abi.encodeCall(timelock.revokeRole, (canceller, guardian)));
        (made.targets[1], calldatas[1]) =
        (address(timelock), abi.encodeCall(timelock.grantRole, (canceller, successor)));
        (made.targets[2], calldatas[2]) = (address(keys), abi.encodeCall(keys.setGuardian, (successor)));
        made.calldatas = calldatas;
        pass(made);
        assertEq(keys.guardian(), successor);
        assertTrue(timelock.hasRole(canceller, successor));
        assertFalse(timelock.hasRole(canceller, guardian));
    }

    /// @dev What governance itself may hand out, it may take back: a second proposer obeys the delay and the guardian too.
    function test_AnotherProposerIsNoWayAround() external {
        bytes32 proposer = timelock.PROPOSER_ROLE();
        pass(proposal(address(timelock), abi.encodeCall(timelock.grantRole, (proposer, bob))));
        bytes memory data = abi.encodeCall(parameters.setGate, (address(this), true));
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, DELAY - 1, DELAY));
        timelock.schedule(address(parameters), 0, data, 0, 0, DELAY - 1);
        vm.prank(bob);
        timelock.schedule(address(parameters), 0, data, 0, 0, DELAY);
        bytes32 operation = timelock.hashOperation(address(parameters), 0, data, 0, 0);
        vm.prank(guardian);
        timelock.cancel(operation);
        assertFalse(timelock.isOperation(operation));
    }
}
