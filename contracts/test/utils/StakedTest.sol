// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {MockGate} from "../mocks/MockGate.sol";
import {MockSettlement} from "../mocks/MockSettlement.sol";
import {ProtocolTest} from "./ProtocolTest.sol";

/// @notice Tasks with stakes, bonds, gates and a settlement that says what the test wants.
abstract contract StakedTest is ProtocolTest {
    uint128 internal constant STAKE = 0.7 ether;
    uint128 internal constant BOND = 2 ether;

    MockSettlement internal module;
    MockGate internal gate;

    function setUp() public virtual override {
        super.setUp();
        module = new MockSettlement();
        gate = new MockGate();
        parameters.setSettlement(address(module), true);
        parameters.setGate(address(gate), true);
        giveStake(alice, 10 ether);
        giveStake(bob, 10 ether);
        giveStake(carol, 10 ether);
        giveStake(requester, 10 ether);
    }

    function stakedRequest(bytes32 salt) internal view returns (ITaskRegistry.TaskRequest memory made) {
        made = request();
        made.salt = salt;
        made.settlement = address(module);
        made.settlementData = "";
        made.stakePerSlot = STAKE;
        made.bond = BOND;
    }

    function createStaked(bytes32 salt) internal returns (bytes32) {
        return createTask(stakedRequest(salt));
    }

    /// @dev Through the mock gate, without a stake.
    function createGated(bytes32 salt) internal returns (bytes32) {
        ITaskRegistry.TaskRequest memory made = stakedRequest(salt);
        (made.gate, made.stakePerSlot, made.bond) = (address(gate), 0, 0);
        return createTask(made);
    }

    function relayed(
        bytes32 taskId,
        address worker,
        address payout,
        uint96 relayFee
    )
        internal
        view
        returns (ITaskRegistry.Joining memory asked)
    {
        asked = joining(taskId, worker, payout);
        asked.relayFee = relayFee;
    }

    function relay(
        bytes32 taskId,
        address relayer,
        ITaskRegistry.Joining memory asked,
        bytes32 nullifier
    )
        internal
        returns (uint32)
    {
        vm.prank(relayer);
        return tasks.join(taskId, asked, abi.encode(nullifier));
    }

    function wrap(bytes32 taskId, uint32 slot) internal {
        bytes[] memory wrapped = new bytes[](1);
        wrapped[0] = "key";
        vm.prank(requester);
        tasks.wrapContentKeys(taskId, range(slot, slot + 1), wrapped);
    }

    /// @dev The key is out and the time to leave is over.
    function makeLiable(bytes32 taskId, uint32 slot) internal {
        wrap(taskId, slot);
        vm.warp(vm.getBlockTimestamp() + LEAVE_WINDOW + 1);
    }

    function free(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).free;
    }

    function locked(address account) internal view returns (uint256) {
        return stakes.stakeOf(account, NATIVE).locked;
    }

    function pay(bytes32 taskId, uint32 slot, uint16 shareBps, uint16 scoreBps, address relayer) internal {
        module.payGraded(tasks, taskId, slot, ITaskRegistry.Payment(shareBps, scoreBps, relayer, false));
    }

    function end(bytes32 taskId, uint32 slot, ITaskRegistry.Ending ending) internal {
        module.returnAs(tasks, taskId, slot, 0, ending);
    }
}
