// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {ProofTaskTest} from "./ProofTaskTest.sol";

/// @notice What holds for the terms of every settlement over one statement.
abstract contract ProofTermsTest is ProofTaskTest {
    /// @dev A request whose terms have this statement and this first deadline.
    function requestWith(
        IProofSettlement.Statement memory made,
        uint64 deadline
    )
        internal
        view
        virtual
        returns (ITaskRegistry.TaskRequest memory);

    function module() internal view virtual returns (ISettlement);

    function expectRefusal(ITaskRegistry.TaskRequest memory made, bytes memory reason) internal {
        giveStake(requester, 1 ether);
        vm.prank(requester);
        vm.expectRevert(reason);
        tasks.createTask{value: DEPOSIT}(made);
    }

    function test_RevertWhen_CallerIsNotTheTaskRegistry() external {
        bytes memory terms = requestWith(statement(), DIRECT_BY).settlementData;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotTaskRegistry.selector, address(this)));
        module().openTask("task", JOIN_BY, terms);
    }

    function test_RevertGiven_KeyIsNotActive() external {
        bytes32[3] memory useless = [bytes32("unknown"), legalityKey, bytes32(0)];
        freeze(legalityKey);
        useless[2] = keys.propose(KeyProposals.plain(address(proofs), "proposed", 0, true));
        for (uint256 i; i < useless.length; ++i) {
            IProofSettlement.Statement memory made = statement();
            made.keyId = useless[i];
            expectRefusal(
                requestWith(made, DIRECT_BY),
                abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, useless[i])
            );
        }
    }

    function test_RevertWhen_TheNumberOfSignalsIsAnother() external {
        for (uint256 count = SIGNALS - 1; count <= SIGNALS + 1; count += 2) {
            IProofSettlement.Statement memory made = statement();
            made.signals = new uint256[](count);
            expectRefusal(
                requestWith(made, DIRECT_BY),
                abi.encodeWithSelector(
                    IProofSettlement.ProofSettlement_SignalCount.selector, statementKey, count, SIGNALS
                )
            );
        }
    }

    function test_RevertWhen_TheContextIsNoSignal() external {
        for (uint256 i; i < 2; ++i) {
            IProofSettlement.Statement memory made = statement();
            made.contextIndex = i == 0 ? uint8(SIGNALS) : type(uint8).max;
            expectRefusal(
                requestWith(made, DIRECT_BY),
                abi.encodeWithSelector(
                    IProofSettlement.ProofSettlement_ContextIndexInvalid.selector, made.contextIndex, SIGNALS
                )
            );
        }
    }

    function test_RevertWhen_APinIsBeyondTheSignalsOrOnTheContext() external {
        uint256[3] memory wrong = [uint256(1 << SIGNALS), 1 << 255, 3 | 1 << CONTEXT_INDEX];
        for (uint256 i; i < wrong.length; ++i) {
            IProofSettlement.Statement memory made = statement();
            made.pinned = wrong[i];
            expectRefusal(
                requestWith(made, DIRECT_BY),
                abi.encodeWithSelector(IProofSettlement.ProofSettlement_PinsInvalid.selector, wrong[i], SIGNALS)
            );
        }
    }

    function test_RevertWhen_TheDeadlineIsTooCloseOrTooFar() external {
        uint64[2] memory wrong = [JOIN_BY + MIN_WINDOW - 1, JOIN_BY + MAX_WINDOW + 1];
        for (uint256 i; i < wrong.length; ++i) {
            expectRefusal(
                requestWith(statement(), wrong[i]),
                abi.encodeWithSelector(
                    IProofSettlement.ProofSettlement_DeadlineOutOfRange.selector,
                    wrong[i],
                    JOIN_BY + MIN_WINDOW,
                    JOIN_BY + MAX_WINDOW
                )
            );
        }
    }

    function test_TakesTheDeadlinesAtTheEdge() external {
        giveStake(requester, 1 ether);
        for (uint256 i; i < 2; ++i) {
            ITaskRegistry.TaskRequest memory made =
                requestWith(statement(), i == 0 ? JOIN_BY + MIN_WINDOW : JOIN_BY + MAX_WINDOW);
            made.salt = bytes32(i + 1);
            createTask(made);
        }
    }

    function test_TakesEveryOtherPinAndContext() external {
        IProofSettlement.Statement memory made = statement();
        (made.pinned, made.contextIndex) = ((1 << SIGNALS) - 2, 0);
        ITaskRegistry.TaskRequest memory wanted = requestWith(made, DIRECT_BY);
        wanted.salt = "pinned";
        createTask(wanted);
        (made.pinned, made.contextIndex) = (0, uint8(SIGNALS - 1));
        wanted = requestWith(made, DIRECT_BY);
        wanted.salt = "free";
        createTask(wanted);
    }
}
