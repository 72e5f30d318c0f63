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

    function test_RevertWhen_FeeHasNoTreasury() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.treasury = address(0);
        expectRefusal(next, abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_TreasuryZero.selector));
        next.feeBps = 0;
        parameters.setParameters(next);
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
        next.minWindow = 0;
        expectRefusal(
            next,
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_WindowsOutOfOrder.selector, 0, MAX_WINDOW)
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
        initial.minWindow = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolParameters.ProtocolParameters_WindowsOutOfOrder.selector, 0, MAX_WINDOW)
        );
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
        IProtocolParameters.TokenPolicy memory next = IProtocolParameters.TokenPolicy({allowed: false, minReward: 0, minStake: 0});
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
