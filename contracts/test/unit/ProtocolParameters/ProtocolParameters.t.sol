// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ProtocolParameters} from "../../../src/ProtocolParameters.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract ProtocolParametersTest is ProtocolTest {
    function expectRefusal(IProtocolParameters.Parameters memory next, bytes memory reason) internal {
        vm.expectRevert(reason);
        parameters.setParameters(next);
    }

    function test_RevertWhen_CallerIsNotTheOwner() external {
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        parameters.setParameters(defaultParameters());
        vm.expectRevert(refusal);
        parameters.setTokenPolicy(NATIVE, tokenPolicy(1, 0));
        vm.expectRevert(refusal);
        parameters.setSettlement(address(openGold), true);
        vm.expectRevert(refusal);
        parameters.setGate(address(openGold), true);
        vm.expectRevert(refusal);
        parameters.transferOwnership(stranger);
    }

    function test_RevertWhen_FeeIsTooHigh() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.feeBps = 1001;
        expectRefusal(
            next, abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_FeeTooHigh.selector, 1001, 1000)
        );
        next.feeBps = 1000;
        parameters.setParameters(next);
    }

    function test_RevertWhen_AFeeOrSlashHasNoTreasury() external {
        bytes memory refusal = abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_TreasuryZero.selector);
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.treasury = address(0);
        expectRefusal(next, refusal);
        next.feeBps = 0;
        expectRefusal(next, refusal);
        next.missedSlashBps = 0;
        expectRefusal(next, refusal);
        (next.missedSlashBps, next.rejectedSlashBps) = (1, 0);
        expectRefusal(next, refusal);
        next.missedSlashBps = 0;
        parameters.setParameters(next);
    }

    function test_RevertWhen_AShareIsAboveTheWhole() external {
        string[3] memory names = ["missedSlashBps", "rejectedSlashBps", "goldBondBps"];
        for (uint256 i; i < 3; ++i) {
            expectRefusal(
                withShare(i, 10_001),
                abi.encodeWithSelector(
                    IProtocolParameters.ProtocolParameters_ShareTooHigh.selector, names[i], uint256(10_001)
                )
            );
            parameters.setParameters(withShare(i, 10_000));
        }
    }

    function test_RevertWhen_ADelayIsTooLong() external {
        string[3] memory names = ["unbondingDelay", "leaveWindow", "auditWindow"];
        for (uint256 i; i < 3; ++i) {
            expectRefusal(
                withDelay(i, 90 days + 1),
                abi.encodeWithSelector(
                    IProtocolParameters.ProtocolParameters_DelayTooLong.selector, names[i], 90 days + 1, 90 days
                )
            );
            parameters.setParameters(withDelay(i, 90 days));
        }
    }

    /// @dev A rejection slashes, so somebody must answer for the gold; and nobody could ask for an audit in no time.
    function test_RevertWhen_ADelayIsTooShort() external {
        string[5] memory names = ["unbondingDelay", "leaveWindow", "auditWindow", "minWindow", "keyActivationDelay"];
        uint256[3] memory chains = [uint256(31_337), 1337, 84_532];
        for (uint256 i; i < 15; ++i) {
            vm.chainId(chains[i / 5]);
            // Local chains may activate keys at once.
            if (i % 5 == 4 && i < 10) continue;
            uint32 shortest = i < 10 ? 10 : 1 hours;
            IProtocolParameters.Parameters memory next = defaultParameters();
            (next.unbondingDelay, next.leaveWindow, next.auditWindow) = (1 hours, 1 hours, 1 hours);
            (next.minWindow, next.maxWindow, next.keyActivationDelay) = (1 hours, 30 days, 1 hours);
            uint32[2] memory delays = [shortest - 1, 0];
            for (uint256 j; j < 2; ++j) {
                setDelay(next, i % 5, delays[j]);
                expectRefusal(
                    next,
                    abi.encodeWithSelector(
                        IProtocolParameters.ProtocolParameters_DelayTooShort.selector, names[i % 5], delays[j], shortest
                    )
                );
            }
            setDelay(next, i % 5, shortest);
            parameters.setParameters(next);
        }
    }

    function test_LocalChainsMayActivateKeysAtOnce() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.keyActivationDelay = 0;
        parameters.setParameters(next);
    }

    function setDelay(IProtocolParameters.Parameters memory next, uint256 which, uint32 delay) internal pure {
        if (which == 0) next.unbondingDelay = delay;
        if (which == 1) next.leaveWindow = delay;
        if (which == 2) next.auditWindow = delay;
        if (which == 3) next.minWindow = delay;
        if (which == 4) next.keyActivationDelay = delay;
    }

    function test_RevertWhen_NobodyAnswersForGold() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.goldBondBps = 999;
        expectRefusal(
            next, abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_GoldBondTooLow.selector, 999, 1000)
        );
        next.goldBondBps = 1000;
        parameters.setParameters(next);
    }

    function test_RevertWhen_TheAuditRateIsNoMajorityOrNearlyAll() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        uint16[4] memory wrong = [uint16(0), 5000, 7501, type(uint16).max];
        for (uint256 i; i < 4; ++i) {
            next.auditRateBps = wrong[i];
            expectRefusal(
                next,
                abi.encodeWithSelector(
                    IProtocolParameters.ProtocolParameters_AuditRateOutOfRange.selector, wrong[i], 5001, 7500
                )
            );
        }
        next.auditRateBps = 5001;
        parameters.setParameters(next);
        next.auditRateBps = 7500;
        parameters.setParameters(next);
    }

    function withShare(uint256 which, uint16 bps) internal view returns (IProtocolParameters.Parameters memory next) {
        next = defaultParameters();
        if (which == 0) next.missedSlashBps = bps;
        if (which == 1) next.rejectedSlashBps = bps;
        if (which == 2) next.goldBondBps = bps;
    }

    function withDelay(uint256 which, uint32 delay) internal view returns (IProtocolParameters.Parameters memory next) {
        next = defaultParameters();
        setDelay(next, which, delay);
    }

    /// @dev Every version stays readable, however many follow.
    function test_KeepsEveryVersion() external {
        assertEq(parameters.version(), 1);
        for (uint32 i = 2; i < 6; ++i) {
            IProtocolParameters.Parameters memory next = defaultParameters();
            next.leaveWindow = 10 + i;
            (next.missedSlashBps, next.rejectedSlashBps) = (uint16(10 * i), uint16(100 * i));
            parameters.setParameters(next);
            assertEq(parameters.version(), i);
        }
        assertEq(abi.encode(parameters.parametersAt(1)), abi.encode(defaultParameters()));
        for (uint32 i = 2; i < 6; ++i) {
            assertEq(parameters.parametersAt(i).leaveWindow, 10 + i);
            (uint32 leaveWindow, uint16 missed, uint16 rejected) = parameters.stakeRulesAt(i);
            assertEq(leaveWindow, 10 + i);
            assertEq(missed, 10 * i);
            assertEq(rejected, 100 * i);
        }
        assertEq(abi.encode(parameters.parametersAt(5)), abi.encode(parameters.parameters()));
    }

    function test_RevertGiven_UnknownVersion() external {
        uint32[2] memory unknown = [uint32(0), 2];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_UnknownVersion.selector, unknown[i])
            );
            parameters.parametersAt(unknown[i]);
        }
    }

    function test_AllowsAndForbidsGates() external {
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_GateWithoutCode.selector, stranger)
        );
        parameters.setGate(stranger, true);
        vm.expectEmit(address(parameters));
        emit IProtocolParameters.GateAllowed(address(proofs), false, true);
        parameters.setGate(address(proofs), true);
        assertTrue(parameters.isGateAllowed(address(proofs)));
        vm.expectEmit(address(parameters));
        emit IProtocolParameters.GateAllowed(address(proofs), true, false);
        parameters.setGate(address(proofs), false);
        assertFalse(parameters.isGateAllowed(address(proofs)));
    }

    function test_RevertWhen_SlotLimitIsOutOfRange() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        uint32[2] memory wrong = [uint32(0), 65_536];
        for (uint256 i; i < 2; ++i) {
            next.maxSlots = wrong[i];
            expectRefusal(
                next,
                abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_SlotLimitOutOfRange.selector, wrong[i])
            );
        }
        next.maxSlots = 65_535;
        parameters.setParameters(next);
    }

    function test_RevertWhen_WindowsAreOutOfOrder() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.minWindow = MAX_WINDOW + 1;
        expectRefusal(
            next,
            abi.encodeWithSelector(
                IProtocolParameters.ProtocolParameters_WindowsOutOfOrder.selector, MAX_WINDOW + 1, MAX_WINDOW
            )
        );
        next.minWindow = MAX_WINDOW;
        parameters.setParameters(next);
    }

    function test_RevertWhen_GasCapIsOutOfRange() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        uint32[2] memory wrong = [uint32(349_999), 10_000_001];
        for (uint256 i; i < 2; ++i) {
            next.verifyGasCap = wrong[i];
            expectRefusal(
                next, abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_GasCapOutOfRange.selector, wrong[i])
            );
        }
        next.verifyGasCap = 350_000;
        parameters.setParameters(next);
        next.verifyGasCap = 10_000_000;
        parameters.setParameters(next);
    }

    function test_SetsParameters() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.feeBps = 1;
        vm.expectEmit(address(parameters));
        emit IProtocolParameters.ParametersChanged(2, defaultParameters(), next);
        parameters.setParameters(next);
        assertEq(abi.encode(parameters.parameters()), abi.encode(next));
    }

    function test_RevertWhen_InitialParametersAreRefused() external {
        IProtocolParameters.Parameters memory initial = defaultParameters();
        initial.maxSlots = 0;
        vm.expectRevert(abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_SlotLimitOutOfRange.selector, 0));
        new ProtocolParameters(address(this), initial);
    }

    function test_RevertWhen_AllowedTokenHasNoMinimum() external {
        vm.expectRevert(abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_MinRewardZero.selector, NATIVE));
        parameters.setTokenPolicy(NATIVE, tokenPolicy(0, 0));
    }

    function test_RevertWhen_AllowedTokenHasNoCode() external {
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_TokenWithoutCode.selector, stranger)
        );
        parameters.setTokenPolicy(stranger, tokenPolicy(1, 0));
    }

    function test_SetsTokenPolicies() external {
        IProtocolParameters.TokenPolicy memory previous = parameters.tokenPolicy(NATIVE);
        IProtocolParameters.TokenPolicy memory next =
            IProtocolParameters.TokenPolicy({allowed: false, minReward: 0, minStake: 0});
        vm.expectEmit(address(parameters));
        emit IProtocolParameters.TokenPolicyChanged(NATIVE, previous, next);
        parameters.setTokenPolicy(NATIVE, next);
        assertFalse(parameters.tokenPolicy(NATIVE).allowed);
        parameters.setTokenPolicy(address(proofs), previous);
        assertEq(parameters.tokenPolicy(address(proofs)).minReward, 1000);
    }

    function test_RevertWhen_AllowedSettlementHasNoCode() external {
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_SettlementWithoutCode.selector, stranger)
        );
        parameters.setSettlement(stranger, true);
    }

    function test_SetsSettlements() external {
        vm.expectEmit(address(parameters));
        emit IProtocolParameters.SettlementAllowed(address(openGold), true, false);
        parameters.setSettlement(address(openGold), false);
        assertFalse(parameters.isSettlementAllowed(address(openGold)));
    }
}
