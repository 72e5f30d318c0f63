// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILabelSettlement} from "../../../src/interfaces/ILabelSettlement.sol";
import {IOpenGoldSettlement} from "../../../src/interfaces/IOpenGoldSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";
import {Rules} from "../../utils/Rules.sol";

contract OpenGoldSettlementOpenTaskTest is ProtocolTest {
    using Rules for Rules.Scalar;

    function create(IOpenGoldSettlement.Terms memory terms) internal returns (bytes32) {
        ITaskRegistry.TaskRequest memory made = request();
        made.settlementData = abi.encode(terms);
        return createTask(made);
    }

    function expectRefusal(IOpenGoldSettlement.Terms memory terms, bytes memory reason) internal {
        ITaskRegistry.TaskRequest memory made = request();
        made.settlementData = abi.encode(terms);
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, address(this)));
        openGold.openTask("task", JOIN_BY, abi.encode(openTerms()));
    }

    function test_RevertWhen_TermsDoNotDecode() external {
        ITaskRegistry.TaskRequest memory made = request();
        made.settlementData = hex"00";
        vm.prank(requester);
        vm.expectRevert();
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertWhen_RulesAreInvalid() external {
        IOpenGoldSettlement.Terms memory terms = openTerms();
        terms.rules |= 1 << 200;
        expectRefusal(
            terms,
            abi.encodeWithSelector(ILabelSettlement.LabelSettlement_RulesInvalid.selector, terms.rules, "padding")
        );
    }

    function test_RevertWhen_ThresholdIsAboveTheWhole() external {
        IOpenGoldSettlement.Terms memory terms = openTerms();
        Rules.Scalar memory rules = Rules.digits();
        rules.thresholdBps = 10_001;
        terms.rules = rules.pack();
        expectRefusal(
            terms, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_ThresholdTooHigh.selector, 10_001, 10_000)
        );
    }

    function test_RevertWhen_EncryptionKeyIsOffCurveOrOfLowOrder() external {
        uint256[2][3] memory hostile = [[PK_X, PK_Y + 1], [uint256(0), 1], [uint256(0), 0]];
        for (uint256 i; i < hostile.length; ++i) {
            IOpenGoldSettlement.Terms memory terms = openTerms();
            terms.encryptionKey = hostile[i];
            expectRefusal(
                terms,
                abi.encodeWithSelector(
                    ILabelSettlement.LabelSettlement_EncryptionKeyInvalid.selector, hostile[i][0], hostile[i][1]
                )
            );
        }
    }

    function test_RevertWhen_GoldCommitmentIsZero() external {
        IOpenGoldSettlement.Terms memory terms = openTerms();
        terms.goldCommitment = 0;
        expectRefusal(
            terms, abi.encodeWithSelector(ILabelSettlement.LabelSettlement_GoldCommitmentOutOfRange.selector, 0)
        );
    }

    function test_RevertGiven_KeyIsNotActive() external {
        bytes32 proposed = keys.propose(KeyProposals.challenged(address(proofs), "new", bytes32(uint256(9)), true));
        bytes32[3] memory unusable = [proposed, scoreKey, bytes32("unknown")];
        freeze(scoreKey);
        for (uint256 i; i < unusable.length; ++i) {
            IOpenGoldSettlement.Terms memory terms = openTerms();
            terms.agreementKeyId = unusable[i];
            bytes memory refusal =
                abi.encodeWithSelector(ILabelSettlement.LabelSettlement_KeyNotActive.selector, unusable[i]);
            expectRefusal(terms, refusal);
            terms = openTerms();
            terms.legalityKeyId = unusable[i];
            expectRefusal(terms, refusal);
        }
    }

    function test_RevertWhen_DeadlinesAreTooCloseOrTooFar() external {
        for (uint256 i; i < 3; ++i) {
            IOpenGoldSettlement.Terms memory terms = openTerms();
            uint64 previous = [JOIN_BY, COMMIT_BY, OPEN_BY][i];
            _setDeadline(terms, i, previous + MIN_WINDOW - 1);
            expectRefusal(terms, _outOfRange(previous + MIN_WINDOW - 1, previous));
            _setDeadline(terms, i, previous + MAX_WINDOW + 1);
            expectRefusal(terms, _outOfRange(previous + MAX_WINDOW + 1, previous));
            _setDeadline(terms, i, previous);
            expectRefusal(terms, _outOfRange(previous, previous));
        }
    }

    function test_WindowEdgesAreAllowed() external {
        ITaskRegistry.TaskRequest memory made = request();
        IOpenGoldSettlement.Terms memory terms = openTerms();
        terms.commitBy = JOIN_BY + MIN_WINDOW;
        terms.openBy = terms.commitBy + MAX_WINDOW;
        terms.proveBy = terms.openBy + MIN_WINDOW;
        made.settlementData = abi.encode(terms);
        bytes32 taskId = createTask(made);
        assertEq(openGold.finalDeadline(taskId), terms.proveBy);
    }

    function test_KeepsTheTerms() external {
        IOpenGoldSettlement.Terms memory terms = openTerms();
        bytes32 taskId = tasks.taskIdOf(requester, "task");
        vm.expectEmit(address(openGold));
        emit IOpenGoldSettlement.OpenGoldTermsSet(taskId, terms);
        create(terms);
        assertEq(abi.encode(openGold.terms(taskId)), abi.encode(terms));
        assertEq(openGold.finalDeadline(taskId), PROVE_BY);
        assertEq(openGold.goldOpenedAt(taskId), 0);
        assertEq(openGold.committedCount(taskId), 0);
        assertFalse(openGold.halted(taskId));
    }

    function _setDeadline(IOpenGoldSettlement.Terms memory terms, uint256 which, uint64 deadline) internal pure {
        if (which == 0) terms.commitBy = deadline;
        if (which == 1) terms.openBy = deadline;
        if (which == 2) terms.proveBy = deadline;
    }

    function _outOfRange(uint64 deadline, uint64 previous) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILabelSettlement.LabelSettlement_DeadlineOutOfRange.selector,
            deadline,
            previous + MIN_WINDOW,
            previous + MAX_WINDOW
        );
    }
}
