// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {Deploy} from "../../../script/Deploy.s.sol";
import {DeployCensus} from "../../../script/deploy/DeployCensus.sol";
import {DeployReleases} from "../../../script/deploy/DeployReleases.sol";
import {DeployTypes} from "../../../script/deploy/DeployTypes.sol";
import {SupportedChains} from "../../../script/deploy/SupportedChains.sol";
import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {BlockHashes} from "../../src/libraries/BlockHashes.sol";
import {DeployTest} from "../utils/DeployTest.sol";
import {Groth16Fixtures} from "../utils/Groth16Fixtures.sol";

/// @notice What a deployment leaves behind, with real keys, and that its census sees whatever is wrong.
contract DeployScriptTest is DeployTest, Groth16Fixtures {
    bytes32[] internal keyIds;
    VmSafe.Log[] internal emitted;

    function setUp() public {
        string[3] memory names = fixtureNames();
        DeployTypes.KeyFile[] memory files = new DeployTypes.KeyFile[](3);
        for (uint256 i; i < 3; ++i) {
            Fixture memory made = fixture(names[i]);
            files[i] = DeployTypes.KeyFile({
                name: names[i],
                proofSystem: i == 0 ? "" : "groth16-bn254",
                keyData: made.keyData,
                manifestHash: bytes32(i + 1),
                development: true,
                needsChallenge: i == 1,
                freezableByProof: i != 2,
                gasCap: i == 2 ? 729_000 : 0
            });
        }
        vm.recordLogs();
        deploySystem();
        keyIds = script.proposeKeys(deployed(), files);
        script.handOver(deployed(), configuration);
        VmSafe.Log[] memory recorded = vm.getRecordedLogs();
        for (uint256 i; i < recorded.length; ++i) {
            emitted.push(recorded[i]);
        }
    }

    function test_TheCensusHolds() external view {
        script.census(deployed(), configuration, emitted);
        // Parameters and keys are owned; nothing else answers.
        address[] memory all = script.everyContract(deployed());
        uint256 owned;
        for (uint256 i; i < all.length; ++i) {
            assertGt(all[i].code.length, 0);
            (bool answered, bytes memory answer) = all[i].staticcall(abi.encodeWithSignature("owner()"));
            if (!answered) continue;
            assertEq(abi.decode(answer, (address)), address(timelock));
            ++owned;
        }
        assertEq(owned, 2);
        assertEq(timelock.getMinDelay(), DELAY);
        assertEq(deployed().verifierKeyRegistry.guardian(), guardian);
        assertTrue(timelock.hasRole(timelock.CANCELLER_ROLE(), guardian));
    }

    function test_TheCensusHoldsWithoutAGuardian() external {
        configuration.guardian = address(0);
        vm.recordLogs();
        redeploy();
        script.handOver(deployed(), configuration);
        script.census(deployed(), configuration, vm.getRecordedLogs());
        assertFalse(deployed().timelock.hasRole(timelock.CANCELLER_ROLE(), address(0)));
        assertEq(deployed().verifierKeyRegistry.guardian(), address(0));
    }

    /// @dev Before anything else: a chain on which a beacon or a key would be something else is refused, with the reason.
    function test_RefusesChainsThatAreNotSupported() external {
        uint64[11] memory refused =
            [42_161, 42_170, 421_614, 324, 300, 59_144, 59_141, 534_352, 534_351, 137, uint64(80_002)];
        string memory json = vm.readFile("script/deploy/chains.json");
        for (uint256 i; i < refused.length; ++i) {
            string memory at = string.concat(".refused[", vm.toString(i), "]");
            assertEq(vm.parseJsonUint(json, string.concat(at, ".chainId")), refused[i]);
            string memory reason = vm.parseJsonString(json, string.concat(at, ".reason"));
            assertGt(bytes(reason).length, 0);
            expectRefused(refused[i], reason);
        }
        assertFalse(vm.keyExistsJson(json, ".refused[11]"));
        expectRefused(56, "it was not examined");
    }

    function expectRefused(uint256 chainId, string memory reason) internal {
        vm.chainId(chainId);
        vm.expectRevert(abi.encodeWithSelector(SupportedChains.Deploy_ChainRefused.selector, chainId, reason));
        script.checkChain(false);
        vm.expectRevert(abi.encodeWithSelector(SupportedChains.Deploy_ChainRefused.selector, chainId, reason));
        script.run();
    }

    function test_TakesTheSupportedChainsThatKeepTheirHistory() external {
        uint64[6] memory supported = [1, 11_155_111, 10, 11_155_420, 8453, uint64(84_532)];
        for (uint256 i; i < supported.length; ++i) {
            vm.chainId(supported[i]);
            vm.etch(BlockHashes.HISTORY, "");
            vm.expectRevert(
                abi.encodeWithSelector(
                    SupportedChains.Deploy_NoBlockHistory.selector, supported[i], BlockHashes.HISTORY
                )
            );
            script.checkChain(false);
            vm.etch(BlockHashes.HISTORY, "code");
            script.checkChain(false);
        }
        vm.etch(BlockHashes.HISTORY, "");
        vm.chainId(31_337);
        script.checkChain(true);
        vm.chainId(1337);
        script.checkChain(true);
    }

    /// @dev Every role × accounts: granted to whom it should not be, the census names both.
    function test_TheCensusSeesEveryRole() external {
        bytes32[4] memory roles = [
            timelock.DEFAULT_ADMIN_ROLE(), timelock.PROPOSER_ROLE(), timelock.EXECUTOR_ROLE(), timelock.CANCELLER_ROLE()
        ];
        address[4] memory accounts = [configuration.deployer, guardian, address(governor), stranger];
        for (uint256 i; i < roles.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                if (timelock.hasRole(roles[i], accounts[j])) continue;
                uint256 snapshot = vm.snapshotState();
                vm.recordLogs();
                vm.prank(address(timelock));
                timelock.grantRole(roles[i], accounts[j]);
                expectCensus(
                    withMore(vm.getRecordedLogs()),
                    abi.encodeWithSelector(DeployCensus.Deploy_CensusRole.selector, roles[i], accounts[j], true)
                );
                vm.revertToState(snapshot);
            }
        }
    }

    function test_TheCensusSeesAMissingRole() external {
        bytes32 canceller = timelock.CANCELLER_ROLE();
        vm.prank(address(timelock));
        timelock.revokeRole(canceller, guardian);
        expectCensus(
            emitted, abi.encodeWithSelector(DeployCensus.Deploy_CensusRole.selector, canceller, guardian, false)
        );
    }

    /// @dev Without the events nothing is known of accounts that the census does not know.
    function test_TheCensusWantsTheEvents() external {
        expectCensus(new VmSafe.Log[](0), abi.encodeWithSelector(DeployCensus.Deploy_CensusRoleEvents.selector, 0, 5));
    }

    function test_TheCensusSeesAnotherOwner() external {
        address[2] memory owned = [address(deployed().protocolParameters), address(deployed().verifierKeyRegistry)];
        for (uint256 i; i < owned.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            vm.prank(address(timelock));
            Ownable(owned[i]).transferOwnership(configuration.deployer);
            expectCensus(
                emitted,
                abi.encodeWithSelector(DeployCensus.Deploy_CensusOwner.selector, owned[i], configuration.deployer)
            );
            vm.revertToState(snapshot);
        }
        // A contract that has grown an owner.
        vm.mockCall(address(deployed().taskRegistry), abi.encodeWithSignature("owner()"), abi.encode(stranger));
        expectCensus(
            emitted,
            abi.encodeWithSelector(DeployCensus.Deploy_CensusOwner.selector, address(deployed().taskRegistry), stranger)
        );
        vm.mockCall(address(deployed().taskRegistry), abi.encodeWithSignature("owner()"), abi.encode(address(timelock)));
        vm.mockCall(address(deployed().taskRegistry), abi.encodeWithSignature("pendingOwner()"), abi.encode(stranger));
        expectCensus(
            emitted,
            abi.encodeWithSelector(DeployCensus.Deploy_CensusOwner.selector, address(deployed().taskRegistry), stranger)
        );
    }

    function test_TheCensusSeesAnotherGuardian() external {
        vm.prank(address(timelock));
        deployed().verifierKeyRegistry.setGuardian(stranger);
        expectCensus(
            emitted,
            abi.encodeWithSelector(DeployCensus.Deploy_CensusWrong.selector, "guardian of the keys", stranger, guardian)
        );
    }

    function test_TheCensusSeesOtherVotesAndDelays() external {
        configuration.timelockDelay = DELAY + 1;
        expectCensus(
            emitted,
            abi.encodeWithSelector(DeployCensus.Deploy_CensusNumber.selector, "timelock delay", DELAY, DELAY + 1)
        );
        configuration.timelockDelay = DELAY;
        configuration.allocations[0].amount += 1;
        expectCensus(
            emitted,
            abi.encodeWithSelector(DeployCensus.Deploy_CensusNumber.selector, "vote supply", SUPPLY, SUPPLY + 1)
        );
    }

    /// @dev Locally the deployer may hold votes: everybody's mnemonic is nobody's.
    function test_TheDeployerHasNoVotesOnAPublicChain() external {
        vm.chainId(84_532);
        script.census(deployed(), configuration, emitted);
        vm.prank(alice);
        token.transfer(configuration.deployer, 1);
        expectCensus(
            emitted, abi.encodeWithSelector(DeployCensus.Deploy_CensusVotes.selector, configuration.deployer, 1)
        );
        vm.chainId(31_337);
        script.census(deployed(), configuration, emitted);
    }

    function test_TheDeployerIsNotTheGuardian() external {
        configuration.guardian = configuration.deployer;
        vm.recordLogs();
        redeploy();
        script.handOver(deployed(), configuration);
        vm.expectRevert(
            abi.encodeWithSelector(
                DeployCensus.Deploy_CensusWrong.selector, "guardian", configuration.deployer, address(0)
            )
        );
        script.census(deployed(), configuration, vm.getRecordedLogs());
    }

    /// @dev Stopped before the hand-over, the deployer still rules: the census says so.
    function test_TheCensusSeesAnUnfinishedDeployment() external {
        vm.recordLogs();
        redeploy();
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(DeployCensus.Deploy_CensusRole.selector, admin, configuration.deployer, true)
        );
        script.census(deployed(), configuration, vm.getRecordedLogs());
    }

    function test_RevertWhen_ADevelopmentKeyGoesPublic() external {
        DeployTypes.KeyFile[] memory files = new DeployTypes.KeyFile[](2);
        files[0].name = "made in a ceremony";
        files[1].name = "made in a minute";
        files[1].development = true;
        script.check(configuration, files);
        vm.chainId(11_155_111);
        vm.expectRevert(abi.encodeWithSelector(Deploy.Deploy_DevelopmentKey.selector, "made in a minute", 11_155_111));
        script.check(configuration, files);
        files[1].development = false;
        script.check(configuration, files);
    }

    /// @dev Past the script's own check, the registry refuses.
    function test_RevertWhen_TheRegistryIsAskedToTakeADevelopmentKeyInPublic() external {
        Fixture memory made = fixture(fixtureNames()[0]);
        vm.chainId(84_532);
        (configuration.parameters.minWindow, configuration.parameters.maxWindow) = (1 hours, 1 days);
        configuration.parameters.keyActivationDelay = 1 hours;
        redeploy();
        DeployTypes.KeyFile[] memory files = new DeployTypes.KeyFile[](1);
        files[0].keyData = made.keyData;
        files[0].development = true;
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierKeyRegistry.VerifierKeyRegistry_DevelopmentKeyOnPublicChain.selector, 84_532
            )
        );
        script.proposeKeys(deployed(), files);
        files[0].development = false;
        bytes32 keyId = script.proposeKeys(deployed(), files)[0];
        assertFalse(deployed().verifierKeyRegistry.verifierKey(keyId).development);
    }

    function test_RevertWhen_AnOutsideContractHasNoCode() external {
        DeployTypes.Named[] memory outside = new DeployTypes.Named[](2);
        outside[0] = DeployTypes.Named("here", address(token));
        outside[1] = DeployTypes.Named("elsewhere", stranger);
        configuration.outside.push(outside[0]);
        script.check(configuration, new DeployTypes.KeyFile[](0));
        configuration.outside.push(outside[1]);
        vm.expectRevert(abi.encodeWithSelector(Deploy.Deploy_OutsideWithoutCode.selector, "elsewhere", stranger));
        script.check(configuration, new DeployTypes.KeyFile[](0));
    }

    /// @dev Of the releases that the public configuration lists; version 6.0.0 of SP1 has a flaw, RISC Zero 2.0 and 2.1 are
    /// stopped, and 5.0 is routed nowhere.
    function test_RevertWhen_AKeyIsOfAReleaseThatIsNotRouted() external {
        listReleases();
        bytes4[3] memory routed = [bytes4(0x4388a21c), 0xbb001d44, 0x73c457ba];
        for (uint256 i; i < routed.length; ++i) {
            checkRelease(i == 0 ? "sp1-groth16-v6" : "risc0-groth16", routed[i], 0);
        }
        bytes4[4] memory others = [bytes4(0x0e78f4db), 0x9f39696c, 0xf536085a, 0xc27d1bc0];
        for (uint256 i; i < others.length; ++i) {
            string memory system = i == 0 ? "sp1-groth16-v6" : "risc0-groth16";
            expectNotRouted(system, others[i]);
            checkRelease(system, others[i], 0);
        }
        // A selector is that of one project alone.
        expectNotRouted("risc0-groth16", 0x4388a21c);
        checkRelease("risc0-groth16", 0x4388a21c, 0);
    }

    function test_RevertWhen_AKeyNamesASetBuilderThatIsNotRouted() external {
        listReleases();
        checkRelease("risc0-groth16", 0x73c457ba, 0x70909b25db0db00f1d4b4016aeb876f53568a3e5a8e6397cb562d79947a02cc9);
        bytes32 tag = sha256("risc0.SetInclusionReceiptVerifierParameters");
        bytes32 builder = keccak256("builder");
        expectNotRouted("risc0-set", bytes4(sha256(bytes.concat(tag, builder, hex"0100"))));
        checkRelease("risc0-groth16", 0x73c457ba, builder);
    }

    function listReleases() internal {
        DeployTypes.Release[] memory releases = script.readReleases("script/config/84532.json");
        for (uint256 i; i < releases.length; ++i) {
            configuration.releases.push(releases[i]);
        }
    }

    function expectNotRouted(string memory system, bytes4 selector) internal {
        vm.expectRevert(
            abi.encodeWithSelector(DeployReleases.Deploy_ReleaseNotRouted.selector, "program", system, selector)
        );
    }

    function checkRelease(string memory system, bytes4 selector, bytes32 builder) internal view {
        DeployTypes.KeyFile[] memory files = new DeployTypes.KeyFile[](1);
        files[0].name = "program";
        files[0].proofSystem = system;
        files[0].keyData = keccak256(bytes(system)) == keccak256("sp1-groth16-v6")
            ? abi.encode(0, selector, 0, 0, 0)
            : abi.encode(0, 0, 0, 0, selector, 0, builder);
        script.check(configuration, files);
    }

    function test_RevertWhen_AKeyNamesNoProofSystem() external {
        DeployTypes.KeyFile memory file;
        file.name = "key";
        file.proofSystem = "plonk";
        vm.expectRevert(abi.encodeWithSelector(Deploy.Deploy_UnknownProofSystem.selector, "key", "plonk"));
        script.systemOf(deployed(), file);
        for (uint256 i; i < deployed().proofSystems.length; ++i) {
            file.proofSystem = script.nameOf(deployed().proofSystems[i].systemId());
            assertEq(script.systemOf(deployed(), file), address(deployed().proofSystems[i]));
        }
        file.proofSystem = "";
        assertEq(script.systemOf(deployed(), file), address(deployed().groth16));
    }

    function test_FeesAreTheTimelocksByDefault() external {
        assertEq(deployed().protocolParameters.parameters().treasury, address(timelock));
        configuration.parameters.treasury = stranger;
        assertEq(script.deploy(configuration).protocolParameters.parameters().treasury, stranger);
    }

    function expectCensus(VmSafe.Log[] memory recorded, bytes memory reason) internal {
        vm.expectRevert(reason);
        script.census(deployed(), configuration, recorded);
    }

    function withMore(VmSafe.Log[] memory more) internal view returns (VmSafe.Log[] memory all) {
        all = new VmSafe.Log[](emitted.length + more.length);
        for (uint256 i; i < all.length; ++i) {
            all[i] = i < emitted.length ? emitted[i] : more[i - emitted.length];
        }
    }

    /// @dev A proof system takes keys from the registry alone: not from whoever deployed or governs it.
    function test_ProofSystemsTakeKeysFromTheRegistryAlone() external {
        address[5] memory accounts = [address(script), address(timelock), alice, guardian, stranger];
        for (uint256 i; i < deployed().proofSystems.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                vm.prank(accounts[j]);
                vm.expectRevert(abi.encodeWithSelector(IProofSystem.ProofSystem_NotRegistry.selector, accounts[j]));
                deployed().proofSystems[i].addKey(bytes32(uint256(1)), "");
            }
        }
    }

    /// @dev The deployment file names each by its system id, so no two may share one.
    function test_ProofSystemsHaveNamesOfTheirOwn() external view {
        assertEq(address(deployed().proofSystems[0]), address(deployed().groth16));
        assertEq(script.nameOf(deployed().groth16.systemId()), "groth16-bn254");
        for (uint256 i; i < deployed().proofSystems.length; ++i) {
            bytes32 systemId = deployed().proofSystems[i].systemId();
            string memory name = script.nameOf(systemId);
            assertEq(bytes32(bytes(name)), systemId);
            assertGt(bytes(name).length, 0);
            for (uint256 j; j < i; ++j) {
                assertNotEq(systemId, deployed().proofSystems[j].systemId());
            }
        }
        assertEq(script.nameOf(bytes32(type(uint256).max)), string(abi.encodePacked(bytes32(type(uint256).max))));
        assertEq(script.nameOf(0), "");
    }

    function test_ConfiguresAndProposes() external {
        for (uint256 i; i < deployed().settlements.length; ++i) {
            assertTrue(deployed().protocolParameters.isSettlementAllowed(deployed().settlements[i].at));
        }
        for (uint256 i; i < deployed().gates.length; ++i) {
            assertTrue(deployed().protocolParameters.isGateAllowed(deployed().gates[i].at));
        }
        IProtocolParameters.TokenPolicy memory native = deployed().protocolParameters.tokenPolicy(address(0));
        assertTrue(native.allowed);
        assertEq(native.minReward, 5);
        assertEq(keyIds.length, 3);
        vm.warp(block.timestamp + 60);
        for (uint256 i; i < keyIds.length; ++i) {
            IVerifierKeyRegistry.VerifierKey memory key = deployed().verifierKeyRegistry.verifierKey(keyIds[i]);
            assertTrue(key.development);
            vm.prank(stranger);
            deployed().verifierKeyRegistry.activate(keyIds[i]);
        }
    }

    /// @dev Marks and caps are those of the file, and a proof of a true statement ends no key.
    function test_ProposesKeysWithTheirMarksAndCaps() external {
        string[3] memory names = fixtureNames();
        for (uint256 i; i < 3; ++i) {
            Fixture memory made = fixture(names[i]);
            IVerifierKeyRegistry registry = deployed().verifierKeyRegistry;
            IVerifierKeyRegistry.VerifierKey memory key = registry.verifierKey(keyIds[i]);
            assertEq(key.needsChallenge, i == 1);
            assertEq(key.freezableByProof, i != 2);
            assertEq(key.gasCap, i == 2 ? 729_000 : configuration.parameters.verifyGasCap);
            vm.expectRevert(
                abi.encodeWithSelector(
                    i == 2
                        ? IVerifierKeyRegistry.VerifierKeyRegistry_NotFreezableByProof.selector
                        : IVerifierKeyRegistry.VerifierKeyRegistry_ExploitRejected.selector,
                    keyIds[i]
                )
            );
            vm.prank(stranger);
            registry.freezeWithProof(keyIds[i], made.proof);
        }
    }

    /// @dev Published proofs through the whole way: proposed, activated, verified under the gas cap, refused when frozen.
    function test_PublishedProofsPassTheRegistry() external {
        vm.warp(block.timestamp + 60);
        string[3] memory names = fixtureNames();
        for (uint256 i; i < 3; ++i) {
            Fixture memory made = fixture(names[i]);
            deployed().verifierKeyRegistry.activate(keyIds[i]);
            assertTrue(deployed().verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof));
            made.publicSignals[0] ^= 1;
            assertFalse(deployed().verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof));

            vm.prank(guardian);
            deployed().verifierKeyRegistry.freeze(keyIds[i], "end", IVerifierKeyRegistry.Advisory("", ""), "");
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                    keyIds[i],
                    IVerifierKeyRegistry.Status.Frozen,
                    IVerifierKeyRegistry.Status.Active
                )
            );
            deployed().verifierKeyRegistry.verify(keyIds[i], made.publicSignals, made.proof);
        }
    }
}
