// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IModelRegistry} from "../../../src/interfaces/IModelRegistry.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";

contract ModelRegistryTest is ProtocolTest {
    bytes32 internal modelId;
    bytes32 internal firstVersion;

    function setUp() public override {
        super.setUp();
        vm.prank(alice);
        (modelId, firstVersion) = models.register("salt", "Reader", versionOf(5));
    }

    function versionOf(uint256 commitment) internal view returns (IModelRegistry.Version memory) {
        return IModelRegistry.Version({
            weightsCommitment: commitment,
            architectureHash: "architecture",
            manifestDigest: "manifest",
            licence: "Apache-2.0",
            keyIds: one(agreementKey),
            datasets: one(datasetVersion),
            parents: new bytes32[](0)
        });
    }

    function one(bytes32 id) internal pure returns (bytes32[] memory ids) {
        ids = new bytes32[](1);
        ids[0] = id;
    }

    function expectRefusal(IModelRegistry.Version memory version, bytes memory reason) internal {
        vm.prank(alice);
        vm.expectRevert(reason);
        models.publishVersion(modelId, version);
        vm.expectRevert(reason);
        models.register("other", "Other", version);
    }

    function test_Registers() external {
        IModelRegistry.Version memory first = versionOf(6);
        bytes32 id = keccak256(abi.encode(block.chainid, address(models), bob, bytes32("salt")));
        bytes32 versionId = keccak256(abi.encode(id, uint32(1)));
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelRegistered(id, bob, "Writer");
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelVersionPublished(id, versionId, 1, first);
        vm.prank(bob);
        (bytes32 gotId, bytes32 gotVersion) = models.register("salt", "Writer", first);
        assertEq(gotId, id);
        assertEq(gotVersion, versionId);
        assertEq(models.ownerOf(id), bob);
        assertEq(models.versionCount(id), 1);
        assertEq(models.commitmentOf(versionId), 6);
    }

    function test_RevertGiven_ModelExists() external {
        IModelRegistry.Version memory version = versionOf(5);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_ModelExists.selector, modelId));
        vm.prank(alice);
        models.register("salt", "Reader", version);
    }

    function test_RevertWhen_NameOrLicenceIsEmptyOrTooLong() external {
        IModelRegistry.Version memory version = versionOf(5);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_TextLength.selector, 0, 128));
        models.register("other", "", version);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_TextLength.selector, 129, 128));
        models.register("other", string(new bytes(129)), version);
        version.licence = "";
        expectRefusal(version, abi.encodeWithSelector(IModelRegistry.ModelRegistry_TextLength.selector, 0, 64));
        version.licence = string(new bytes(65));
        expectRefusal(version, abi.encodeWithSelector(IModelRegistry.ModelRegistry_TextLength.selector, 65, 64));
    }

    function test_RevertWhen_CommitmentIsOutOfRange() external {
        uint256[2] memory hostile = [uint256(0), ReferenceStatement.R];
        for (uint256 i; i < hostile.length; ++i) {
            expectRefusal(
                versionOf(hostile[i]),
                abi.encodeWithSelector(IModelRegistry.ModelRegistry_CommitmentOutOfRange.selector, hostile[i])
            );
        }
    }

    function test_RevertWhen_LinksAreTooMany() external {
        bytes memory refusal = abi.encodeWithSelector(IModelRegistry.ModelRegistry_TooManyLinks.selector, 17, 16);
        IModelRegistry.Version memory version = versionOf(6);
        version.keyIds = new bytes32[](17);
        expectRefusal(version, refusal);
        version = versionOf(6);
        version.datasets = new bytes32[](17);
        expectRefusal(version, refusal);
        version = versionOf(6);
        version.parents = new bytes32[](17);
        expectRefusal(version, refusal);
    }

    function test_RevertWhen_LinkIsUnknown() external {
        IModelRegistry.Version memory version = versionOf(6);
        version.keyIds = one("none");
        expectRefusal(
            version, abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownKey.selector, bytes32("none"))
        );
        version = versionOf(6);
        version.datasets = one("none");
        expectRefusal(
            version, abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownDataset.selector, bytes32("none"))
        );
        version = versionOf(6);
        version.parents = one("none");
        expectRefusal(
            version, abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownParent.selector, bytes32("none"))
        );
    }

    function test_PublishesVersionsWithParents() external {
        IModelRegistry.Version memory next = versionOf(7);
        next.parents = one(firstVersion);
        bytes32 versionId = keccak256(abi.encode(modelId, uint32(2)));
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelVersionPublished(modelId, versionId, 2, next);
        vm.prank(alice);
        assertEq(models.publishVersion(modelId, next), versionId);
        assertEq(models.commitmentOf(versionId), 7);
        assertEq(models.commitmentOf(firstVersion), 5);
        assertEq(models.versionCount(modelId), 2);
    }

    function test_TransfersInTwoSteps() external {
        IModelRegistry.Version memory next = versionOf(7);
        bytes memory notOwner = abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, modelId, bob);
        vm.startPrank(bob);
        vm.expectRevert(notOwner);
        models.startTransfer(modelId, bob);
        vm.expectRevert(notOwner);
        models.publishVersion(modelId, next);
        vm.stopPrank();

        vm.expectEmit(address(models));
        emit IModelRegistry.ModelTransferStarted(modelId, alice, bob);
        vm.prank(alice);
        models.startTransfer(modelId, bob);
        assertEq(models.pendingOwnerOf(modelId), bob);

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotPendingOwner.selector, modelId, carol));
        vm.prank(carol);
        models.acceptTransfer(modelId);

        vm.expectEmit(address(models));
        emit IModelRegistry.ModelTransferred(modelId, alice, bob);
        vm.prank(bob);
        models.acceptTransfer(modelId);
        assertEq(models.ownerOf(modelId), bob);
        assertEq(models.pendingOwnerOf(modelId), address(0));
    }
}
