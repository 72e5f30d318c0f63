// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {IStakeVault} from "../../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ForwardRequests} from "../../utils/ForwardRequests.sol";
import {StakedTest} from "../../utils/StakedTest.sol";

/// @notice What a worker without a coin does through the forwarder of registry and vault.
contract TaskRegistryForwarderTest is StakedTest {
    using ForwardRequests for ERC2771Forwarder;

    uint96 internal constant RELAY_FEE = 0.1 ether;

    address internal worker;
    uint256 internal workerKey;
    address internal relayer;
    uint256 internal relayerKey;
    bytes32 internal taskId;

    function setUp() public override {
        super.setUp();
        (worker, workerKey) = makeAddrAndKey("worker without a coin");
        (relayer, relayerKey) = makeAddrAndKey("relayer");
        giveStake(worker, 10 ether);
        taskId = createStaked("task");
    }

    function forward(uint256 key, address to, bytes memory data) internal {
        ERC2771Forwarder.ForwardRequestData memory signed = forwarder.signedRequest(key, to, data);
        vm.prank(stranger);
        forwarder.execute(signed);
    }

    /// @dev A refused call reverts the forwarder's own; what was refused is seen in a call with the signer appended.
    function expectRefused(uint256 key, address to, bytes memory data, bytes memory reason) internal {
        vm.prank(address(forwarder));
        (bool done, bytes memory refusal) = to.call(abi.encodePacked(data, vm.addr(key)));
        assertFalse(done);
        assertEq(refusal, reason);
        ERC2771Forwarder.ForwardRequestData memory signed = forwarder.signedRequest(key, to, data);
        vm.expectRevert(Errors.FailedCall.selector);
        forwarder.execute(signed);
    }

    function joinCall(bytes32 id, address who) internal view returns (bytes memory) {
        return abi.encodeCall(tasks.join, (id, joining(id, who, who), abi.encode(who)));
    }

    function test_RegistryAndVaultTrustTheSameForwarder() external view {
        assertEq(tasks.forwarder(), address(forwarder));
        assertTrue(tasks.isTrustedForwarder(address(forwarder)));
        assertTrue(stakes.isTrustedForwarder(address(forwarder)));
        assertFalse(tasks.isTrustedForwarder(stranger));
    }

    function test_AWorkerNeedsNoCoinFromJoiningToItsMoney() external {
        forward(workerKey, address(tasks), joinCall(taskId, worker));
        assertEq(tasks.slotOf(taskId, 0).worker, worker);
        assertEq(locked(worker), STAKE, "its own signature locks its stake");

        forward(workerKey, address(tasks), abi.encodeCall(tasks.leave, (taskId, 0)));
        assertEq(uint8(endingOf(taskId, 0)), uint8(ITaskRegistry.Ending.Left));
        assertEq(locked(worker), 0);

        // Another task: paid, and the credit goes where the worker says.
        bytes32 second = createStaked("second");
        forward(workerKey, address(tasks), joinCall(second, worker));
        module.setOutcome(0, ISettlement.Outcome.Paid);
        forward(workerKey, address(tasks), abi.encodeCall(tasks.settle, (second, 0)));
        forward(workerKey, address(tasks), abi.encodeCall(tasks.withdrawTo, (NATIVE, carol)));
        assertEq(carol.balance, REWARD);

        forward(workerKey, address(stakes), abi.encodeCall(stakes.unbond, (NATIVE, 4 ether)));
        assertEq(stakes.stakeOf(worker, NATIVE).unbonding, 4 ether);
        vm.warp(vm.getBlockTimestamp() + UNBONDING_DELAY);
        forward(workerKey, address(stakes), abi.encodeCall(stakes.withdrawTo, (NATIVE, bob)));
        assertEq(bob.balance, 4 ether);
        assertEq(worker.balance, 0);
    }

    function test_AChallengerNeedsNoCoin() external {
        join(taskId, alice);
        module.setDisputable(true, 1 ether);
        forward(workerKey, address(tasks), abi.encodeCall(tasks.dispute, (taskId, 0, 1 ether)));
        assertEq(tasks.disputeOf(taskId, 0).challenger, worker);
        assertEq(locked(worker), 1 ether);
    }

    // Somebody else's signature

    function test_NoStakeIsLockedButByItsOwnersSignature() external {
        bytes memory reason = abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, worker, relayer);
        expectRefused(relayerKey, address(tasks), joinCall(taskId, worker), reason);
        assertEq(locked(worker), 0);
    }

    function test_NoSlotIsLeftByAnothersSignature() external {
        join(taskId, worker);
        bytes memory reason = abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, worker, relayer);
        expectRefused(relayerKey, address(tasks), abi.encodeCall(tasks.leave, (taskId, 0)), reason);
    }

    /// @dev The forwarder can spend nothing: what it would earn would be nobody's.
    function test_TheRelayerIsWhoSignedAndNotTheForwarder() external {
        bytes32 gated = createGated("gated");
        ITaskRegistry.Joining memory asked = relayed(gated, worker, worker, RELAY_FEE);
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.SlotJoined(gated, 0, worker, worker, asked.encryptionKey, "n", relayer, RELAY_FEE);
        forward(relayerKey, address(tasks), abi.encodeCall(tasks.join, (gated, asked, abi.encode(bytes32("n")))));
        module.setOutcome(0, ISettlement.Outcome.Paid);
        forward(relayerKey, address(tasks), abi.encodeCall(tasks.settle, (gated, 0)));
        assertEq(tasks.creditOf(relayer, NATIVE), 2 * RELAY_FEE);
        assertEq(tasks.creditOf(worker, NATIVE), REWARD - 2 * RELAY_FEE);
        assertEq(tasks.creditOf(address(forwarder), NATIVE), 0);
    }

    // What is no word of the forwarder

    function test_AnAppendedAddressIsNobodysWordWithoutTheForwarder() external {
        join(taskId, worker);
        bytes[2] memory calls =
            [abi.encodeCall(tasks.leave, (taskId, 0)), abi.encodeCall(tasks.withdrawTo, (NATIVE, stranger))];
        bytes[2] memory reasons = [
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotWorker.selector, worker, stranger),
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NothingToWithdraw.selector, stranger, NATIVE)
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool done, bytes memory reason) = address(tasks).call(abi.encodePacked(calls[i], worker));
            assertFalse(done);
            assertEq(reason, reasons[i]);
        }
        vm.prank(stranger);
        (bool taken, bytes memory refusal) =
            address(stakes).call(abi.encodePacked(abi.encodeCall(stakes.unbond, (NATIVE, 1)), worker));
        assertFalse(taken);
        assertEq(refusal, abi.encodeWithSelector(IStakeVault.StakeVault_NotEnoughFree.selector, stranger, NATIVE, 0, 1));
    }

    function test_RevertWhen_TheSignatureIsLateUsedOrForAnotherCall() external {
        ERC2771Forwarder.ForwardRequestData memory signed =
            forwarder.signedRequest(workerKey, address(tasks), joinCall(taskId, worker));
        vm.warp(signed.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ERC2771Forwarder.ERC2771ForwarderExpiredRequest.selector, signed.deadline)
        );
        forwarder.execute(signed);

        vm.warp(signed.deadline);
        forwarder.execute(signed);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        forwarder.execute(signed);

        signed = forwarder.signedRequest(workerKey, address(stakes), abi.encodeCall(stakes.unbond, (NATIVE, 1)));
        signed.data = abi.encodeCall(stakes.unbond, (NATIVE, 2));
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        forwarder.execute(signed);
    }

    /// @dev Neither a requester nor the registry itself speaks through the forwarder.
    function test_RevertWhen_ARequesterOrTheRegistryIsSigned() external {
        (address maker, uint256 makerKey) = makeAddrAndKey("maker");
        vm.deal(maker, DEPOSIT);
        ITaskRegistry.TaskRequest memory made = stakedRequest("made");
        (made.bond, made.maxFeePerSlot) = (0, FEE);
        vm.prank(maker);
        bytes32 own = tasks.createTask{value: DEPOSIT}(made);
        bytes memory reason =
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_NotRequester.selector, own, address(forwarder));
        expectRefused(makerKey, address(tasks), abi.encodeCall(tasks.cancelTask, (own)), reason);

        reason = abi.encodeWithSelector(IStakeVault.StakeVault_NotTaskRegistry.selector, address(forwarder));
        bytes memory slash = abi.encodeCall(stakes.slash, (taskId, requester, NATIVE, 1, worker));
        expectRefused(workerKey, address(stakes), slash, reason);
    }
}
