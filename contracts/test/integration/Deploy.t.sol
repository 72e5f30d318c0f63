// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {Deploy} from "../../../script/Deploy.s.sol";
import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {Groth16Fixtures} from "../utils/Groth16Fixtures.sol";
import {PlainParameters} from "../utils/PlainParameters.sol";

/// @notice What a deployment leaves behind, with real keys: who may do what, and that the timelock's way works.
contract DeployTest is Groth16Fixtures {
    uint256 internal constant DELAY = 2 days;

    Deploy internal script;
    Deploy.Deployed internal deployed;
    bytes32[] internal keyIds;
    address internal proposer = makeAddr("proposer");
    address internal executor = makeAddr("executor");
    address internal guardian = makeAddr("guardian");
    address internal stranger = makeAddr("stranger");

    function setUp() public {
        vm.warp(1_800_000_000);
        script = new Deploy();
        Deploy.Configuration memory configuration;
        configuration.deployer = address(script);
        configuration.minReward = 5;
        configuration.timelockDelay = DELAY;
        configuration.proposers = new address[](1);
        configuration.proposers[0] = proposer;
        configuration.executors = new address[](1);
        configuration.executors[0] = executor;
        configuration.parameters = PlainParameters.withGasCap(600_000);
        configuration.parameters.keyActivationDelay = 60;

        Deploy.KeyFile[] memory files = new Deploy.KeyFile[](3);
        string[3] memory names = fixtureNames();
        for (uint256 i; i < 3; ++i) {
            // The published proof's own statement stands in for an impossible one: here somebody can prove it.
            Fixture memory made = fixture(names[i]);
            files[i] = Deploy.KeyFile(made.publicSignals, made.keyData, bytes32(i + 1), names[i]);
        }
        deployed = script.deploy(configuration);
        keyIds = script.proposeKeys(deployed, files);
        script.handOver(deployed, guardian);
    }

    /// @dev Every role of every contract that has one: the deployer holds none.
    function test_RoleCensus() external view {
        TimelockController timelock = deployed.timelock;
        assertEq(deployed.protocolParameters.owner(), address(timelock));
        assertEq(deployed.verifierKeyRegistry.owner(), address(timelock));
        assertEq(deployed.verifierKeyRegistry.guardian(), guardian);
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            assertEq(deployed.proofSystems[i].registry(), address(deployed.verifierKeyRegistry));
        }

        bytes32[4] memory roles = [
            timelock.DEFAULT_ADMIN_ROLE(), timelock.PROPOSER_ROLE(), timelock.EXECUTOR_ROLE(), timelock.CANCELLER_ROLE()
        ];
        address[4] memory accounts = [address(script), address(this), stranger, address(0)];
        for (uint256 i; i < roles.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                assertFalse(timelock.hasRole(roles[i], accounts[j]));
            }
        }
        assertTrue(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(timelock)));
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), proposer));
        assertTrue(timelock.hasRole(timelock.EXECUTOR_ROLE(), executor));
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), proposer));
        assertEq(timelock.getMinDelay(), DELAY);
    }

    /// @dev Every privileged call × every account that is not the owner.
    function test_PrivilegedCallsAreTheTimelocksAlone() external {
        address[5] memory accounts = [address(script), proposer, executor, guardian, stranger];
        bytes[4] memory onParameters = [
            abi.encodeCall(deployed.protocolParameters.setSettlement, (address(this), true)),
            abi.encodeCall(
                deployed.protocolParameters.setTokenPolicy, (address(0), IProtocolParameters.TokenPolicy(true, 1, 0))
            ),
            abi.encodeCall(deployed.protocolParameters.setParameters, (deployed.protocolParameters.parameters())),
            abi.encodeCall(Ownable.transferOwnership, (stranger))
        ];
        bytes[4] memory onKeys = [
            abi.encodeCall(
                deployed.verifierKeyRegistry.propose,
                (address(deployed.groth16), "", bytes32(0), false, new uint256[](0))
            ),
            abi.encodeCall(deployed.verifierKeyRegistry.setGuardian, (stranger)),
            abi.encodeCall(Ownable.transferOwnership, (stranger)),
            abi.encodeCall(Ownable.renounceOwnership, ())
        ];
        for (uint256 i; i < accounts.length; ++i) {
            for (uint256 j; j < 4; ++j) {
                expectRefused(accounts[i], address(deployed.protocolParameters), onParameters[j]);
                expectRefused(accounts[i], address(deployed.verifierKeyRegistry), onKeys[j]);
            }
        }
    }

    /// @dev A proof system takes keys from the registry alone: not from whoever deployed or governs it.
    function test_ProofSystemsTakeKeysFromTheRegistryAlone() external {
        address[5] memory accounts = [address(script), address(deployed.timelock), proposer, guardian, stranger];
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                vm.prank(accounts[j]);
                vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, accounts[j]));
                deployed.proofSystems[i].addKey(bytes32(uint256(1)), "");
            }
        }
    }

    /// @dev The deployment file names each by its system id, so no two may share one.
    function test_ProofSystemsHaveNamesOfTheirOwn() external view {
        assertEq(address(deployed.proofSystems[0]), address(deployed.groth16));
        assertEq(script.nameOf(deployed.groth16.systemId()), "groth16-bn254");
        for (uint256 i; i < deployed.proofSystems.length; ++i) {
            bytes32 systemId = deployed.proofSystems[i].systemId();
            string memory name = script.nameOf(systemId);
            assertEq(bytes32(bytes(name)), systemId);
            assertGt(bytes(name).length, 0);
            for (uint256 j; j < i; ++j) {
                assertNotEq(systemId, deployed.proofSystems[j].systemId());
            }
        }
        assertEq(script.nameOf(bytes32(type(uint256).max)), string(abi.encodePacked(bytes32(type(uint256).max))));
        assertEq(script.nameOf(0), "");
    }

    function expectRefused(address account, address target, bytes memory data) internal {
        vm.prank(account);
        (bool called, bytes memory reason) = target.call(data);
        assertFalse(called);
        assertEq(reason, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, account));
    }

    function test_TheTimelockGoverns() external {
        bytes memory data =
            abi.encodeCall(deployed.protocolParameters.setSettlement, (address(deployed.openGold), false));
        address target = address(deployed.protocolParameters);
        vm.prank(proposer);
        deployed.timelock.schedule(target, 0, data, 0, 0, DELAY);
        vm.prank(executor);
        vm.expectRevert();
        deployed.timelock.execute(target, 0, data, 0, 0);
        vm.warp(block.timestamp + DELAY);
        vm.prank(executor);
        deployed.timelock.execute(target, 0, data, 0, 0);
        assertFalse(deployed.protocolParameters.isSettlementAllowed(address(deployed.openGold)));
    }

    function test_ConfiguresAndProposes() external {
        assertTrue(deployed.protocolParameters.isSettlementAllowed(address(deployed.openGold)));
        assertTrue(deployed.protocolParameters.isSettlementAllowed(address(deployed.hiddenGold)));
        assertEq(deployed.protocolParameters.tokenPolicy(address(0)).minReward, 5);
        assertEq(keyIds.length, 3);
        vm.warp(block.timestamp + 60);
        for (uint256 i; i < keyIds.length; ++i) {
            IVerifierKeyRegistry.VerifierKey memory key = deployed.verifierKeyRegistry.verifierKey(keyIds[i]);
            assertTrue(key.development);
            vm.prank(stranger);
            deployed.verifierKeyRegistry.activate(keyIds[i]);
        }
    }

    /// @dev What a deployment designates as impossible is what ends the key when somebody proves it.
    function test_ProposesKeysWithTheirImpossibleStatement() external {
        string[3] memory names = fixtureNames();
        for (uint256 i; i < 3; ++i) {
            Fixture memory made = fixture(names[i]);
            assertEq(
                deployed.verifierKeyRegistry.verifierKey(keyIds[i]).impossibleStatement,
                keccak256(abi.encodePacked(made.publicSignals))
            );
            vm.prank(stranger);
            deployed.verifierKeyRegistry.freezeWithProof(keyIds[i], made.publicSignals, made.proof);
            assertTrue(deployed.verifierKeyRegistry.status(keyIds[i]) == IVerifierKeyRegistry.Status.Frozen);
        }
    }

    /// @dev Published proofs through the whole way: proposed, activated, verified under the gas cap, refused when frozen.
    function test_PublishedProofsPassTheRegistry() external {
        vm.warp(block.timestamp + 60);
        string[3] memory names = fixtureNames();
        for (uint256 i; i < 3; ++i) {
            Fixture memory made = fixture(names[i]);
            deployed.verifierKeyRegistry.activate(keyIds[i]);
            assertTrue(deployed.verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof));
            made.publicSignals[0] ^= 1;
            assertFalse(deployed.verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof));

            vm.prank(guardian);
            deployed.verifierKeyRegistry.freeze(keyIds[i], "end", "");
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                    keyIds[i],
                    IVerifierKeyRegistry.Status.Frozen,
                    IVerifierKeyRegistry.Status.Active
                )
            );
            deployed.verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof);
        }
    }
}
