// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Test} from "forge-std/Test.sol";

import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {Deploy} from "../../../script/Deploy.s.sol";
import {DeployConfiguration} from "../../../script/deploy/DeployConfiguration.sol";
import {DeployTypes} from "../../../script/deploy/DeployTypes.sol";

/// @notice What the deployment script takes from its files and its environment. One walk: the environment is shared by all
/// tests, so no other test reads it, and what is set stays set.
contract DeployConfigurationTest is Test {
    uint256 internal constant PUBLIC_CHAIN = 84_532;
    address internal constant GUARDIAN = address(0x61);
    /// @dev Of anvil's public mnemonic: 1 holds the votes of local chains, 2 is their guardian.
    address internal constant ANVIL_1 = 0x70997970C51812dc3A010C7d01b50e0d17dc79C8;
    address internal constant ANVIL_2 = 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC;

    Deploy internal script;

    function expectRequired(string memory variable, string memory field) internal {
        vm.expectRevert(abi.encodeWithSelector(DeployConfiguration.Deploy_ValueRequired.selector, variable, field));
        script.readConfiguration();
    }

    function expectOverflow(string memory name, uint8 bits, string memory good) internal {
        uint256 value = 2 ** bits + 100;
        vm.setEnv(name, vm.toString(value));
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value));
        script.readConfiguration();
        vm.setEnv(name, good);
    }

    function expectTooShort(string memory name, string memory short, string memory good) internal {
        vm.setEnv(name, short);
        vm.expectRevert(
            abi.encodeWithSelector(DeployConfiguration.Deploy_DelayTooShort.selector, name, vm.parseUint(short), 1 days)
        );
        script.readConfiguration();
        vm.setEnv(name, good);
    }

    function test_ReadsFilesAndEnvironment() external {
        script = new Deploy();
        readsLocal();
        wantsAFile();
        readsPublic();
        overrides();
        readsKeys();
    }

    function readsLocal() internal {
        uint256[2] memory localChains = [uint256(31_337), 1337];
        for (uint256 i; i < localChains.length; ++i) {
            vm.chainId(localChains[i]);
            Deploy.Configuration memory read = script.readConfiguration();
            assertEq(read.parameters.minWindow, 10);
            assertEq(read.parameters.maxWindow, 30 days);
            assertEq(read.parameters.keyActivationDelay, 60);
            assertEq(read.parameters.verifyGasCap, 600_000);
            assertEq(read.timelockDelay, 60);
            assertLe(read.governor.votingDelay + read.governor.votingPeriod, 2 minutes);
            assertEq(read.guardian, ANVIL_2);
            assertEq(read.allocations.length, 1);
            assertEq(read.allocations[0].holder, ANVIL_1);
            assertEq(read.outside.length, 0);
            assertEq(read.deployer, address(0));
        }
    }

    function wantsAFile() internal {
        vm.chainId(8453);
        vm.expectRevert(
            abi.encodeWithSelector(DeployConfiguration.Deploy_NoConfiguration.selector, 8453, "script/config/8453.json")
        );
        script.readConfiguration();
    }

    /// @dev No public chain has people whom nobody named.
    function readsPublic() internal {
        uint256[2] memory publicChains = [uint256(11_155_111), PUBLIC_CHAIN];
        vm.chainId(publicChains[1]);
        expectRequired("GUARDIAN", ".governance.guardian");
        vm.setEnv("GUARDIAN", vm.toString(GUARDIAN));
        expectRequired("HOLDERS", ".governance.holders");
        vm.setEnv("HOLDERS", string.concat(vm.toString(ANVIL_1), ",", vm.toString(ANVIL_2)));
        expectRequired("HOLDINGS", ".governance.holdings");
        vm.setEnv("HOLDINGS", "7");
        vm.expectRevert(abi.encodeWithSelector(DeployConfiguration.Deploy_HoldingsMismatch.selector, 2, 1));
        script.readConfiguration();
        vm.setEnv("HOLDINGS", "7,8");

        for (uint256 i; i < publicChains.length; ++i) {
            vm.chainId(publicChains[i]);
            Deploy.Configuration memory read = script.readConfiguration();
            assertEq(read.guardian, GUARDIAN);
            assertEq(read.allocations[1].holder, ANVIL_2);
            assertEq(read.allocations[1].amount, 8);
            assertGe(read.parameters.minWindow, 1 hours);
            assertGe(read.parameters.keyActivationDelay, 1 days);
            assertGe(read.timelockDelay, 1 days);
            assertGe(read.governor.votingPeriod, 1 days);
            assertGe(read.parameters.unbondingDelay, 1 days);
            assertGe(read.parameters.auditWindow, 1 days);
            assertGt(read.governor.proposalThreshold, 0);
            assertEq(read.parameters.treasury, address(0));
            // What the contract would refuse on this chain shows here.
            read.parameters.treasury = GUARDIAN;
            new ProtocolParameters(address(this), read.parameters);
            // Whose addresses are named, and none twice.
            assertEq(read.outside.length, 4);
            for (uint256 j; j < 4; ++j) {
                assertNotEq(read.outside[j].at, address(0));
                for (uint256 k; k < j; ++k) {
                    assertNotEq(read.outside[j].at, read.outside[k].at);
                }
            }
        }
    }

    function overrides() internal {
        vm.setEnv("MIN_WINDOW", "3599");
        vm.expectRevert(abi.encodeWithSelector(DeployConfiguration.Deploy_MinWindowTooShort.selector, 3599, 3600));
        script.readConfiguration();
        vm.setEnv("MIN_WINDOW", "3601");
        expectTooShort("TIMELOCK_DELAY", "86399", "86400");
        expectTooShort("KEY_ACTIVATION_DELAY", "0", "86401");
        expectTooShort("VOTING_PERIOD", "1", "86402");
        expectTooShort("UNBONDING_DELAY", "86399", "86403");
        expectTooShort("AUDIT_WINDOW", "3600", "86404");

        // 65,636 would become 100 in 16 bits.
        expectOverflow("FEE_BPS", 16, "100");
        expectOverflow("MISSED_SLASH_BPS", 16, "101");
        expectOverflow("REJECTED_SLASH_BPS", 16, "102");
        expectOverflow("GOLD_BOND_BPS", 16, "103");
        expectOverflow("AUDIT_RATE_BPS", 16, "104");
        expectOverflow("MAX_SLOTS", 32, "105");
        expectOverflow("MIN_WINDOW", 32, "3601");
        expectOverflow("MAX_WINDOW", 32, "864000");
        expectOverflow("KEY_ACTIVATION_DELAY", 32, "86401");
        expectOverflow("VERIFY_GAS_CAP", 32, "600000");
        expectOverflow("UNBONDING_DELAY", 32, "86403");
        expectOverflow("LEAVE_WINDOW", 32, "107");
        expectOverflow("AUDIT_WINDOW", 32, "86404");
        expectOverflow("VOTING_PERIOD", 32, "86402");
        expectOverflow("VOTING_DELAY", 48, "109");
        expectOverflow("LATE_QUORUM_EXTENSION", 48, "110");
        expectOverflow("MIN_REWARD", 128, "5");
        expectOverflow("MIN_STAKE", 128, "6");
        vm.setEnv("TREASURY", vm.toString(GUARDIAN));
        vm.setEnv("PROPOSAL_THRESHOLD", "1");
        vm.setEnv("QUORUM_PERCENT", "50");
        Deploy.Configuration memory given = script.readConfiguration();
        assertEq(given.parameters.feeBps, 100);
        assertEq(given.parameters.missedSlashBps, 101);
        assertEq(given.parameters.rejectedSlashBps, 102);
        assertEq(given.parameters.goldBondBps, 103);
        assertEq(given.parameters.auditRateBps, 104);
        assertEq(given.parameters.maxSlots, 105);
        assertEq(given.parameters.minWindow, 3601);
        assertEq(given.parameters.maxWindow, 10 days);
        assertEq(given.parameters.keyActivationDelay, 86_401);
        assertEq(given.parameters.verifyGasCap, 600_000);
        assertEq(given.parameters.unbondingDelay, 86_403);
        assertEq(given.parameters.leaveWindow, 107);
        assertEq(given.parameters.auditWindow, 86_404);
        assertEq(given.parameters.treasury, GUARDIAN);
        assertEq(given.governor.votingPeriod, 86_402);
        assertEq(given.governor.votingDelay, 109);
        assertEq(given.governor.lateQuorumExtension, 110);
        assertEq(given.governor.proposalThreshold, 1);
        assertEq(given.governor.quorumPercent, 50);
        assertEq(given.nativeCoin.minReward, 5);
        assertEq(given.nativeCoin.minStake, 6);
        assertEq(given.timelockDelay, 1 days);
    }

    /// @dev What does not say that it was made in a ceremony was not.
    function readsKeys() internal {
        assertEq(script.readKeys().length, 0);
        vm.setEnv("KEYS_FILE", "contracts/test/fixtures/deploy/keys.json");
        DeployTypes.KeyFile[] memory keys = script.readKeys();
        assertEq(keys.length, 3);
        assertEq(keys[0].name, "unmarked");
        assertTrue(keys[0].development);
        assertEq(keys[0].proofSystem, "");
        assertEq(keys[0].keyData, hex"0102");
        assertEq(keys[0].manifestHash, bytes32(uint256(3)));
        assertFalse(keys[0].needsChallenge || keys[0].freezableByProof);
        assertEq(keys[0].gasCap, 0);
        assertTrue(keys[1].needsChallenge);
        assertTrue(keys[1].development);
        assertFalse(keys[2].development);
        assertEq(keys[2].proofSystem, "plonk-snarkjs");
        assertTrue(keys[2].freezableByProof);
        assertEq(keys[2].gasCap, 729_000);
    }
}
