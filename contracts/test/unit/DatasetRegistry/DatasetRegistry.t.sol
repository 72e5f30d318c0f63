// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDatasetRegistry} from "../../../src/interfaces/IDatasetRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract DatasetRegistryTest is ProtocolTest {
    bytes32 internal datasetId;

    function setUp() public override {
        super.setUp();
        vm.prank(alice);
        (datasetId,) = datasets.register("salt", "Animals", datasetVersionOf(11));
    }

    function expectRefusal(IDatasetRegistry.Version memory version, bytes memory reason) internal {
        vm.prank(alice);
        vm.expectRevert(reason);
        datasets.publishVersion(datasetId, version);
        vm.expectRevert(reason);
        datasets.register("other", "Other", version);
    }

    function test_Registers() external {
        IDatasetRegistry.Version memory first = datasetVersionOf(12);
        bytes32 id = keccak256(abi.encode(block.chainid, address(datasets), bob, bytes32("salt")));
        bytes32 versionId = keccak256(abi.encode(id, uint32(1)));
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetRegistered(id, bob, "Birds");
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetVersionPublished(id, versionId, 1, first);
        vm.prank(bob);
        (bytes32 gotId, bytes32 gotVersion) = datasets.register("salt", "Birds", first);
        assertEq(gotId, id);
        assertEq(gotVersion, versionId);
        assertEq(datasets.ownerOf(id), bob);
        assertEq(datasets.versionCount(id), 1);
        assertEq(datasets.rootOf(versionId), 12);
        assertEq(datasets.sizeOf(versionId), 64);
    }

    function test_RevertGiven_DatasetExists() external {
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_DatasetExists.selector, datasetId));
        vm.prank(alice);
        datasets.register("salt", "Animals", datasetVersionOf(11));
    }

    function test_RevertWhen_NameIsEmptyOrTooLong() external {
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TextLength.selector, 0, 128));
        datasets.register("other", "", datasetVersionOf(11));
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TextLength.selector, 129, 128));
        datasets.register("other", string(new bytes(129)), datasetVersionOf(11));
    }

    function test_RevertWhen_RootIsOutOfRange() external {
        uint256[3] memory hostile = [uint256(0), ReferenceStatement.R, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            expectRefusal(
                datasetVersionOf(hostile[i]),
                abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_RootOutOfRange.selector, hostile[i])
            );
        }
    }

    function test_RevertWhen_SizeIsOutOfRange() external {
        IDatasetRegistry.Version memory version = datasetVersionOf(12);
        uint64[3] memory wrong = [uint64(0), 2 ** 24 + 1, type(uint64).max];
        for (uint256 i; i < wrong.length; ++i) {
            version.size = wrong[i];
            expectRefusal(
                version,
                abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_SizeOutOfRange.selector, wrong[i], 2 ** 24)
            );
        }
        version.size = 2 ** 24;
        vm.prank(alice);
        assertEq(datasets.sizeOf(datasets.publishVersion(datasetId, version)), 2 ** 24);
    }

    function test_RevertWhen_LicenceIsEmptyOrTooLong() external {
        IDatasetRegistry.Version memory version = datasetVersionOf(12);
        version.licence = "";
        expectRefusal(version, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TextLength.selector, 0, 64));
        version.licence = string(new bytes(65));
        expectRefusal(version, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TextLength.selector, 65, 64));
    }

    function test_RevertWhen_ParentsAreTooManyOrUnknown() external {
        IDatasetRegistry.Version memory version = datasetVersionOf(12);
        version.parents = new bytes32[](17);
        expectRefusal(version, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TooManyParents.selector, 17, 16));
        version.parents = new bytes32[](2);
        (version.parents[0], version.parents[1]) = (datasetVersion, "none");
        expectRefusal(
            version, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownParent.selector, bytes32("none"))
        );
    }

    function test_RevertWhen_PublisherIsNotTheOwner() external {
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, bob));
        vm.prank(bob);
        datasets.publishVersion(datasetId, datasetVersionOf(12));
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, bytes32("none"), bob)
        );
        vm.prank(bob);
        datasets.publishVersion("none", datasetVersionOf(12));
    }

    function test_PublishesVersionsWithParents() external {
        IDatasetRegistry.Version memory next = datasetVersionOf(13);
        next.parents = new bytes32[](16);
        for (uint256 i; i < 16; ++i) {
            next.parents[i] = datasetVersion;
        }
        bytes32 versionId = keccak256(abi.encode(datasetId, uint32(2)));
        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetVersionPublished(datasetId, versionId, 2, next);
        vm.prank(alice);
        assertEq(datasets.publishVersion(datasetId, next), versionId);
        assertEq(datasets.versionCount(datasetId), 2);
        assertEq(datasets.rootOf(versionId), 13);
        assertEq(datasets.rootOf(keccak256(abi.encode(datasetId, uint32(1)))), 11);
    }

    function test_TransfersInTwoSteps() external {
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, bob));
        vm.prank(bob);
        datasets.startTransfer(datasetId, bob);

        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetTransferStarted(datasetId, alice, bob);
        vm.prank(alice);
        datasets.startTransfer(datasetId, bob);
        assertEq(datasets.pendingOwnerOf(datasetId), bob);
        assertEq(datasets.ownerOf(datasetId), alice);

        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotPendingOwner.selector, datasetId, carol)
        );
        vm.prank(carol);
        datasets.acceptTransfer(datasetId);

        vm.expectEmit(address(datasets));
        emit IDatasetRegistry.DatasetTransferred(datasetId, alice, bob);
        vm.prank(bob);
        datasets.acceptTransfer(datasetId);
        assertEq(datasets.ownerOf(datasetId), bob);
        assertEq(datasets.pendingOwnerOf(datasetId), address(0));

        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotPendingOwner.selector, datasetId, bob)
        );
        vm.prank(bob);
        datasets.acceptTransfer(datasetId);
    }

    function test_AStartedTransferCanBeWithdrawn() external {
        vm.startPrank(alice);
        datasets.startTransfer(datasetId, bob);
        datasets.startTransfer(datasetId, address(0));
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotPendingOwner.selector, datasetId, bob)
        );
        vm.prank(bob);
        datasets.acceptTransfer(datasetId);
    }
}
