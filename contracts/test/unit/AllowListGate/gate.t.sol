// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AllowListGate} from "../../../src/gates/AllowListGate.sol";
import {IAllowListGate} from "../../../src/interfaces/IAllowListGate.sol";
import {IGate} from "../../../src/interfaces/IGate.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract AllowListGateTest is GateTest {
    /// @dev Of the accounts 0x11…, 0x22…, 0x33…, 0x44… and 0x55…, as the SDK computes it (sdk/src/gates/gates.test.ts).
    bytes32 internal constant ROOT = 0xd21ca6424df344c7bdcd3d65c364ffa0cfbe7e04510d81fa57c175716da06376;

    AllowListGate internal gate;
    bytes32 internal taskId;
    address internal listed = address(bytes20(hex"1111111111111111111111111111111111111111"));
    bytes32[] internal path;

    function setUp() public override {
        super.setUp();
        gate = new AllowListGate(tasks);
        taskId = createTask("task", address(gate), abi.encode(ROOT));
        path.push(0xbd164a4590db938a0b098da1b25cf37b155f857b38c37c016ad5b8f8fce80192);
        path.push(0x4de471fd4dc354047905142d46b40b7b787cb74950fa3bcc2b0dad59d44c00b0);
    }

    // openTask

    function test_KeepsTheRoot() external {
        bytes32 id = tasks.taskIdOf(REQUESTER, "another");
        vm.expectEmit(address(gate));
        emit IAllowListGate.AllowListTermsSet(id, "root");
        createTask("another", address(gate), abi.encode(bytes32("root")));
        assertEq(gate.rootOf(id), "root");
    }

    function test_RevertWhen_RootIsZero() external {
        expectUnopenable(
            abi.encode(bytes32(0)),
            address(gate),
            abi.encodeWithSelector(IAllowListGate.AllowListGate_RootZero.selector)
        );
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.startPrank(listed);
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, listed));
        gate.openTask("another", abi.encode(ROOT));
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotTaskRegistry.selector, listed));
        gate.admit(taskId, listed, joiningOf(taskId, listed), abi.encode(path));
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        gate.rootOf("none");
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_UnknownTask.selector, bytes32("none")));
        vm.prank(TASKS_AT);
        gate.admit("none", listed, joiningOf("none", listed), abi.encode(path));
    }

    // admit

    function test_AdmitsAListedAccount() external {
        expectJoined(taskId, 0, joiningOf(taskId, listed), bytes32(uint256(uint160(listed))), address(0));
        joinAs(listed, taskId, joiningOf(taskId, listed), abi.encode(path));
    }

    function test_RevertWhen_AccountIsNotListed() external {
        _expectNotListed(stranger);
        joinAs(stranger, taskId, joiningOf(taskId, stranger), abi.encode(path));
        // A tree of one account: no path at all.
        _expectNotListed(stranger);
        joinAs(stranger, taskId, joiningOf(taskId, stranger), abi.encode(new bytes32[](0)));
    }

    function test_RevertWhen_PathIsAnother() external {
        path.pop();
        _expectNotListed(listed);
        joinAs(listed, taskId, joiningOf(taskId, listed), abi.encode(path));
        path.push(bytes32("wrong"));
        _expectNotListed(listed);
        joinAs(listed, taskId, joiningOf(taskId, listed), abi.encode(path));
    }

    /// @dev Were leaves hashed once, the account could be chosen so that its leaf is an inner node of 64 bytes; hashed
    /// twice, a leaf is the hash of 32 bytes.
    function testFuzz_RevertWhen_PathIsAnything(bytes32[] calldata anything) external {
        vm.prank(TASKS_AT);
        _expectNotListed(stranger);
        gate.admit(taskId, stranger, joiningOf(taskId, stranger), abi.encode(anything));
    }

    function test_RevertWhen_SenderIsNotTheWorker() external {
        vm.expectRevert(abi.encodeWithSelector(IGate.Gate_NotWorker.selector, listed, relayer));
        joinAs(relayer, taskId, joiningOf(taskId, listed), abi.encode(path));
    }

    function _expectNotListed(address account) internal {
        vm.expectRevert(abi.encodeWithSelector(IAllowListGate.AllowListGate_NotListed.selector, taskId, account));
    }
}
