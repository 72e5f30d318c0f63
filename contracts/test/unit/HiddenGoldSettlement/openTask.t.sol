// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IHiddenGoldSettlement} from "../../../src/interfaces/IHiddenGoldSettlement.sol";
import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {Grading} from "../../../src/libraries/Grading.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {ReferenceStatement} from "../../utils/ReferenceStatement.sol";
import {Rules} from "../../utils/Rules.sol";

contract HiddenGoldSettlementOpenTaskTest is ProtocolTest {
    function expectRefusal(IHiddenGoldSettlement.Terms memory terms, bytes memory reason) internal {
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.settlementData = abi.encode(terms);
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, address(this)));
        hiddenGold.openTask("task", JOIN_BY, abi.encode(hiddenTerms()));
    }

    function test_RevertWhen_RulesAreInvalid() external {
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.rules = 3;
        expectRefusal(terms, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, 3, "kind"));
    }

    function test_RevertWhen_EncryptionKeyIsOffCurve() external {
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.encryptionKey = [uint256(1), 1];
        expectRefusal(
            terms, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_EncryptionKeyInvalid.selector, 1, 1)
        );
    }

    function test_RevertWhen_GoldCommitmentIsOutOfRange() external {
        uint256[3] memory hostile = [uint256(0), ReferenceStatement.R, type(uint256).max];
        for (uint256 i; i < hostile.length; ++i) {
            IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
            terms.goldCommitment = hostile[i];
            expectRefusal(
                terms,
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_GoldCommitmentOutOfRange.selector, hostile[i])
            );
        }
    }

    function test_RevertGiven_KeyIsNotActive() external {
        freeze(agreementKey);
        bytes memory refusal =
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, agreementKey);
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.legalityKeyId = agreementKey;
        expectRefusal(terms, refusal);
        terms = hiddenTerms();
        terms.scoreKeyId = agreementKey;
        expectRefusal(terms, refusal);
        terms = hiddenTerms();
        terms.auditKeyId = agreementKey;
        expectRefusal(terms, refusal);
    }

    /// @dev A linear scale pays a score of nothing nothing; see Grading for the rest.
    function test_RevertWhen_AScorePassesThatEarnsNothing() external {
        IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
        terms.grading.curve = Grading.Curve.Linear;
        Rules.Scalar memory rules = Rules.digits();
        rules.thresholdBps = 0;
        terms.rules = Rules.pack(rules);
        expectRefusal(terms, abi.encodeWithSelector(Grading.Grading_ScaleInvalid.selector, "thresholdBps"));
        terms = hiddenTerms();
        terms.grading.curve = Grading.Curve.Table;
        terms.grading.steps = new Grading.Step[](1);
        terms.grading.steps[0] = Grading.Step(THRESHOLD_BPS + 1, 10_000);
        expectRefusal(terms, abi.encodeWithSelector(Grading.Grading_ScaleInvalid.selector, "fromBps"));
    }

    /// @dev 3,333 basis points of three rewards, rounded up.
    function test_RevertWhen_TheBondIsTooSmall() external {
        IProtocolParameters.Parameters memory next = defaultParameters();
        next.goldBondBps = 3333;
        parameters.setParameters(next);
        giveStake(requester, 10 ether);
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.rewardPerSlot = 1001;
        uint128[2] memory bonds = [uint128(0), 1000];
        for (uint256 i; i < bonds.length; ++i) {
            made.bond = bonds[i];
            vm.expectRevert(
                abi.encodeWithSelector(IHiddenGoldSettlement.HiddenGoldSettlement_BondTooSmall.selector, bonds[i], 1001)
            );
            vm.prank(requester);
            tasks.createTask{value: 3 * (1001 + 25)}(made);
        }
        made.bond = 1001;
        createTask(made);
    }

    function test_RevertWhen_DeadlinesAreTooCloseOrTooFar() external {
        for (uint256 i; i < 2; ++i) {
            uint64 previous = [JOIN_BY, SUBMIT_BY][i];
            uint64[2] memory wrong = [previous + MIN_WINDOW - 1, previous + MAX_WINDOW + 1];
            for (uint256 j; j < 2; ++j) {
                IHiddenGoldSettlement.Terms memory terms = hiddenTerms();
                if (i == 0) terms.submitBy = wrong[j];
                else terms.scoreBy = wrong[j];
                expectRefusal(
                    terms,
                    abi.encodeWithSelector(
                        ILabelSettlement.LabelSettlement_DeadlineOutOfRange.selector,
                        wrong[j],
                        previous + MIN_WINDOW,
                        previous + MAX_WINDOW
                    )
                );
            }
        }
    }

    function test_KeepsTheTerms() external {
        bytes32 taskId = tasks.taskIdOf(requester, "task");
        ITaskRegistry.TaskRequest memory made = hiddenRequest();
        made.bond = goldBond(SLOTS, REWARD);
        giveStake(requester, made.bond);
        vm.expectEmit(address(hiddenGold));
        emit IHiddenGoldSettlement.HiddenGoldTermsSet(taskId, hiddenTerms());
        createTask(made);
        assertEq(abi.encode(hiddenGold.terms(taskId)), abi.encode(hiddenTerms()));
        // An audit may be asked for, and then answered, in a window each.
        uint256 others = tasks.task(taskId).slots - 1;
        assertEq(hiddenGold.finalDeadline(taskId), SCORE_BY + 2 * AUDIT_WINDOW + AUDIT_WINDOW * others / 64);
    }
}
