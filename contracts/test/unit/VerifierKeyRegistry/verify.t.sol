// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract VerifierKeyRegistryVerifyTest is ProtocolTest {
    HostileProofSystem internal hostile;
    bytes32 internal hostileKey;
    uint256[] internal signals;

    function setUp() public override {
        super.setUp();
        hostile = new HostileProofSystem();
        hostileKey = keys.propose(KeyProposals.plain(address(hostile), "data", 0, true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(hostileKey);
        signals.push(1);
    }

    function verifyHostile(bytes memory answer) internal returns (bool) {
        hostile.set(HostileProofSystem.Mode.Answer, answer);
        return keys.verify(hostileKey, signals, "");
    }

    function test_RevertGiven_KeyNotActive() external {
        bytes32 proposed = keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        freeze(hostileKey);
        bytes32[3] memory ids = [bytes32("none"), proposed, hostileKey];
        IVerifierKeyRegistry.Status[3] memory statuses = [
            IVerifierKeyRegistry.Status.None, IVerifierKeyRegistry.Status.Proposed, IVerifierKeyRegistry.Status.Frozen
        ];
        for (uint256 i; i < ids.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                    ids[i],
                    statuses[i],
                    IVerifierKeyRegistry.Status.Active
                )
            );
            keys.verify(ids[i], signals, "");
        }
    }

    function test_AcceptsExactlyTheWordOne() external {
        assertTrue(verifyHostile(abi.encode(uint256(1))));
    }

    function test_RefusesEveryOtherAnswer() external {
        assertFalse(verifyHostile(""));
        assertFalse(verifyHostile(abi.encode(uint256(0))));
        assertFalse(verifyHostile(abi.encode(uint256(2))));
        assertFalse(verifyHostile(abi.encode(type(uint256).max)));
        assertFalse(verifyHostile(hex"01"));
        assertFalse(verifyHostile(new bytes(31)));
        assertFalse(verifyHostile(abi.encode(uint256(1), uint256(0))));
        assertFalse(verifyHostile(bytes.concat(abi.encode(uint256(1)), hex"00")));
    }

    function test_RefusesARevertingSystem() external {
        hostile.set(HostileProofSystem.Mode.Revert, "");
        assertFalse(keys.verify(hostileKey, signals, ""));
    }

    function test_RefusesASystemWithoutCode() external {
        verifyHostile(abi.encode(uint256(1)));
        vm.etch(address(hostile), "");
        assertFalse(keys.verify(hostileKey, signals, ""));
    }

    function test_CapsWhatABurningSystemCosts() external {
        hostile.set(HostileProofSystem.Mode.Burn, "");
        uint256 before = gasleft();
        assertFalse(keys.verify(hostileKey, signals, ""));
        uint256 used = before - gasleft();
        assertGt(used, GAS_CAP);
        assertLt(used, GAS_CAP + 30_000);
    }

    function test_KeepsTheGasCapItWasProposedUnder() external {
        hostile.set(HostileProofSystem.Mode.Burn, "");
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.verifyGasCap = 1_000_000;
        parameters.setParameters(next);
        uint256 before = gasleft();
        keys.verify(hostileKey, signals, "");
        assertLt(before - gasleft(), GAS_CAP + 30_000);
    }

    /// @dev With too little gas the call reverts: no amount of gas turns a good proof into a rejection.
    function testFuzz_RevertWhen_GasIsTooScarceToTell(uint256 gasSent) external {
        hostile.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(1)));
        gasSent = bound(gasSent, 20_000, 2_000_000);
        try keys.verify{gas: gasSent}(hostileKey, signals, "") returns (bool accepted) {
            assertTrue(accepted);
            assertGt(gasSent, GAS_CAP);
        } catch (bytes memory reason) {
            assertLt(gasSent, GAS_CAP + GAS_CAP / 63 + 40_000);
            if (reason.length != 0) {
                assertEq(bytes4(reason), IVerifierKeyRegistry.VerifierKeyRegistry_InsufficientGas.selector);
            }
        }
    }

    function test_InsufficientGasSaysWhatIsNeeded() external {
        uint256 required = uint256(GAS_CAP) + GAS_CAP / 63 + 5000;
        try keys.verify{gas: 200_000}(hostileKey, signals, "") {
            fail();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IVerifierKeyRegistry.VerifierKeyRegistry_InsufficientGas.selector);
            (uint256 available, uint256 needed) = this.decodePair(reason);
            assertLt(available, 200_000);
            assertEq(needed, required);
        }
    }

    function decodePair(bytes calldata reason) external pure returns (uint256, uint256) {
        return abi.decode(reason[4:], (uint256, uint256));
    }
}
