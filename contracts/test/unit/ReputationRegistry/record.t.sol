// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";

import {IReputationRegistry} from "../../../src/interfaces/IReputationRegistry.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {GateTest} from "../../utils/GateTest.sol";

contract ReputationRegistryRecordTest is GateTest {
    uint256 internal constant TREES_SLOT = 0;
    uint256 internal constant FULL = 1 << 20;
    bytes32 internal constant REQUEST_TYPE = keccak256(
        "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)"
    );

    address internal alice;
    uint256 internal aliceKey;
    bytes32 internal taskId;

    function setUp() public override {
        vm.warp(1_800_000_000);
        super.setUp();
        (alice, aliceKey) = makeAddrAndKey("alice");
        taskId = accepted(alice, "task", 9000);
    }

    /// @dev The values are those of the SDK (sdk/src/gates/gates.test.ts).
    function test_AddsLeavesThatTheSdkComputes() external {
        uint256[3] memory leaves = [
            0x1d05f1718e79c2daae843c4e621f54e0451e508aaae69fbc85a395aa71901524,
            0x2323b6b2b1afd930c0dbc7b7a5aa76298a74a96041c1b2b92b64f246978aee15,
            0x2aea7b34ea0d464dc546fbde49f2f874b04285b1bd085b43b5eda7712f0bbb37
        ];
        uint256[3] memory roots = [
            0x1d05f1718e79c2daae843c4e621f54e0451e508aaae69fbc85a395aa71901524,
            0x0f5d8bce29d6626065b3b036acc849091bbb9b5a48030f1ff18a51ab091c9065,
            0x25e4250a36d916b3872c3c1a216b7f172281fe65501244476fef1a174ce093ea
        ];
        for (uint16 i; i < 3; ++i) {
            uint16 scoreBps = 9000 - 1000 * i;
            bytes32 id = accepted(alice, bytes32(uint256(i) + 1), scoreBps);
            vm.expectEmit(address(reputation));
            emit IReputationRegistry.ReputationRecorded(REQUESTER, id, 0, leaves[i], 1001 + i, scoreBps, i, roots[i]);
            assertEq(record(alice, id, 1001 + i), roots[i]);
            assertTrue(reputation.isRecorded(id, 0));
            (uint256 root, uint256 count) = reputation.treeOf(REQUESTER);
            assertEq(root, roots[i]);
            assertEq(count, i + 1);
            vm.warp(block.timestamp + 1);
        }
        // Every root that ever was stays known, with the time at which the next leaf replaced it.
        for (uint64 i; i < 3; ++i) {
            expectTimes(REQUESTER, roots[i], 1_800_000_000 + i, i == 2 ? 0 : 1_800_000_001 + i);
        }
        expectTimes(REQUESTER, 0, 0, 0);
        expectTimes(stranger, roots[2], 0, 0);
    }

    function expectTimes(address whose, uint256 root, uint64 recordedAt, uint64 replacedAt) internal view {
        IReputationRegistry.RootTimes memory times = reputation.rootTimesOf(whose, root);
        assertEq(times.recordedAt, recordedAt);
        assertEq(times.replacedAt, replacedAt);
    }

    function test_KeepsATreeForEachRequester() external {
        record(alice, taskId, 1001);
        bytes32 other = createTaskBy(stranger, "task", address(0), "");
        pay(other, joinAs(alice, other, joiningOf(other, alice), ""), 9000);
        // The same leaf in another tree.
        uint256 root = record(alice, other, 1001);
        (uint256 first,) = reputation.treeOf(REQUESTER);
        assertEq(root, first);
        (, uint256 count) = reputation.treeOf(stranger);
        assertEq(count, 1);
    }

    function test_RootIsThatOfTheWholeTree() external {
        uint256[] memory leaves = new uint256[](20);
        for (uint256 i; i < leaves.length; ++i) {
            bytes32 id = accepted(alice, bytes32(i + 1), uint16(1 + i));
            vm.recordLogs();
            uint256 root = record(alice, id, 7 * i + 1);
            (leaves[i],,,,) = abi.decode(vm.getRecordedLogs()[0].data, (uint256, uint256, uint16, uint256, uint256));
            assertEq(root, _rootOf(leaves, i + 1));
        }
    }

    function test_RecordsThroughTheForwarder() external {
        vm.prank(relayer);
        forwarder.execute(_request(alice, aliceKey, abi.encodeCall(reputation.record, (taskId, 0, 1001))));
        assertTrue(reputation.isRecorded(taskId, 0));
    }

    function test_RevertWhen_AnotherSignsForTheForwarder() external {
        (address mallory, uint256 malloryKey) = makeAddrAndKey("mallory");
        bytes memory data = abi.encodeCall(reputation.record, (taskId, 0, 1001));
        ERC2771Forwarder.ForwardRequestData memory request = _request(mallory, malloryKey, data);
        vm.prank(mallory);
        vm.expectRevert();
        forwarder.execute(request);
        assertFalse(reputation.isRecorded(taskId, 0));
    }

    function test_RevertWhen_CallerAppendsAnotherAddress() external {
        bytes memory data = abi.encodePacked(abi.encodeCall(reputation.record, (taskId, 0, 1001)), alice);
        vm.prank(stranger);
        (bool success, bytes memory reason) = address(reputation).call(data);
        assertFalse(success);
        assertEq(
            reason,
            abi.encodeWithSelector(IReputationRegistry.ReputationRegistry_NotWorker.selector, taskId, 0, stranger)
        );
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        _expect(IReputationRegistry.ReputationRegistry_NotWorker.selector, taskId, 0, stranger);
        record(stranger, taskId, 1001);
        _expect(IReputationRegistry.ReputationRegistry_NotWorker.selector, taskId, 1, alice);
        vm.prank(alice);
        reputation.record(taskId, 1, 1001);
        _expect(IReputationRegistry.ReputationRegistry_NotWorker.selector, "none", 0, alice);
        record(alice, "none", 1001);
    }

    function test_RevertGiven_SlotIsNotAccepted() external {
        bytes32 live = createTask("live", address(0), "");
        joinAs(alice, live, joiningOf(live, alice), "");
        _expectNotAccepted(live);
        record(alice, live, 1001);

        settlement.setOutcome(0, ISettlement.Outcome.Paid);
        tasks.settle(live, 0);
        assertEq(uint8(tasks.slotOf(live, 0).ending), uint8(ITaskRegistry.Ending.Silent));
        _expectNotAccepted(live);
        record(alice, live, 1001);

        bytes32 rejected = createTask("rejected", address(0), "");
        joinAs(alice, rejected, joiningOf(rejected, alice), "");
        settlement.returnAs(tasks, rejected, 0, 4000, ITaskRegistry.Ending.Rejected);
        assertEq(tasks.slotOf(rejected, 0).scoreBps, 4000);
        _expectNotAccepted(rejected);
        record(alice, rejected, 1001);
    }

    function test_RevertGiven_AlreadyRecorded() external {
        record(alice, taskId, 1001);
        vm.expectRevert(
            abi.encodeWithSelector(IReputationRegistry.ReputationRegistry_AlreadyRecorded.selector, taskId, 0)
        );
        record(alice, taskId, 1002);
    }

    function test_RevertWhen_CommitmentIsOutOfRange() external {
        uint256[4] memory hostile = [uint256(0), R, R + 1001, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IReputationRegistry.ReputationRegistry_CommitmentOutOfRange.selector, hostile[i])
            );
            record(alice, taskId, hostile[i]);
        }
        record(alice, taskId, R - 1);
    }

    function test_RevertGiven_LeafExists() external {
        record(alice, taskId, 1001);
        bytes32 second = accepted(alice, "second", 9000);
        vm.expectRevert(
            abi.encodeWithSelector(
                IReputationRegistry.ReputationRegistry_LeafExists.selector,
                REQUESTER,
                0x1d05f1718e79c2daae843c4e621f54e0451e508aaae69fbc85a395aa71901524
            )
        );
        record(alice, second, 1001);
        // With another score it is another leaf.
        record(alice, accepted(alice, "third", 9001), 1001);
    }

    function test_RevertGiven_TreeIsFull() external {
        bytes32 tree = keccak256(abi.encode(REQUESTER, TREES_SLOT));
        vm.store(address(reputation), tree, bytes32(FULL - 1));
        vm.store(address(reputation), bytes32(uint256(tree) + 1), bytes32(uint256(20)));
        record(alice, taskId, 1001);
        (, uint256 count) = reputation.treeOf(REQUESTER);
        assertEq(count, FULL);

        bytes32 second = accepted(alice, "second", 9000);
        vm.expectRevert(
            abi.encodeWithSelector(IReputationRegistry.ReputationRegistry_TreeFull.selector, REQUESTER, FULL)
        );
        record(alice, second, 1002);
    }

    function _expect(bytes4 selector, bytes32 id, uint32 slot, address caller) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, id, slot, caller));
    }

    function _expectNotAccepted(bytes32 id) internal {
        vm.expectRevert(abi.encodeWithSelector(IReputationRegistry.ReputationRegistry_NotAccepted.selector, id, 0));
    }

    /// @dev From all leaves at once: a node without a right neighbour is its own parent.
    function _rootOf(uint256[] memory leaves, uint256 count) internal pure returns (uint256) {
        uint256[] memory level = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            level[i] = leaves[i];
        }
        while (count > 1) {
            uint256 half = (count + 1) / 2;
            for (uint256 i; i < half; ++i) {
                level[i] = 2 * i + 1 < count ? PoseidonT3.hash([level[2 * i], level[2 * i + 1]]) : level[2 * i];
            }
            count = half;
        }
        return level[0];
    }

    function _request(
        address from,
        uint256 key,
        bytes memory data
    )
        internal
        view
        returns (ERC2771Forwarder.ForwardRequestData memory request)
    {
        request = ERC2771Forwarder.ForwardRequestData({
            from: from,
            to: address(reputation),
            value: 0,
            gas: 1_000_000,
            deadline: uint48(block.timestamp + 100),
            data: data,
            signature: ""
        });
        bytes32 structHash = keccak256(
            abi.encode(
                REQUEST_TYPE,
                from,
                request.to,
                request.value,
                request.gas,
                forwarder.nonces(from),
                request.deadline,
                keccak256(data)
            )
        );
        (, string memory name, string memory version,,,,) = forwarder.eip712Domain();
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                block.chainid,
                address(forwarder)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", separator, structHash)));
        request.signature = abi.encodePacked(r, s, v);
    }
}
