// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {VeritaskGovernor} from "../../src/governance/VeritaskGovernor.sol";
import {VeritaskToken} from "../../src/governance/VeritaskToken.sol";
import {FlashLender, IFlashBorrower} from "../mocks/FlashLender.sol";
import {DeployTest} from "../utils/DeployTest.sol";

/// @notice Borrows nearly all votes there are, uses them every way there is, and returns them in the same transaction.
contract Borrower is IFlashBorrower {
    struct Attack {
        FlashLender lender;
        VeritaskGovernor governor;
        uint256 voteOn;
        address accomplice;
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
    }

    Attack internal _attack;
    /// @notice Votes held while the loan lasted.
    uint256 public held;
    bytes public whyNotProposed;

    function run(Attack memory attack) external {
        _attack = attack;
        attack.lender.lend(IERC20(address(attack.governor.token())));
    }

    function onFlashLoan(IERC20 token, uint256 amount) external {
        Attack memory attack = _attack;
        VeritaskToken votes = VeritaskToken(address(token));
        votes.delegate(address(this));
        held = votes.getVotes(address(this));
        if (attack.targets.length != 0) {
            try attack.governor.propose(attack.targets, attack.values, attack.calldatas, "take over") {}
            catch (bytes memory reason) {
                whyNotProposed = reason;
            }
        }
        if (attack.voteOn != 0) attack.governor.castVote(attack.voteOn, 1);
        // What stays delegated to somebody else leaves with the tokens as well.
        if (attack.accomplice != address(0)) votes.delegate(attack.accomplice);
        token.transfer(msg.sender, amount);
    }
}

contract GovernanceFlashLoanTest is DeployTest {
    FlashLender internal lender;
    Borrower internal borrower;
    Proposal internal takeover;

    function setUp() public {
        deploySystem();
        script.handOver(deployed(), configuration);
        lender = new FlashLender();
        borrower = new Borrower();
        takeover = proposal(
            address(deployed().protocolParameters), abi.encodeWithSignature("transferOwnership(address)", bob)
        );
        vm.startPrank(alice);
        token.transfer(address(lender), token.balanceOf(alice));
        vm.stopPrank();
        vm.warp(block.timestamp + 1);
    }

    function attackOn(uint256 id) internal view returns (Borrower.Attack memory attack) {
        attack.lender = lender;
        attack.governor = governor;
        attack.voteOn = id;
        attack.accomplice = stranger;
    }

    function test_BorrowedVotesProposeNothing() external {
        Borrower.Attack memory attack = attackOn(0);
        attack.targets = takeover.targets;
        attack.values = takeover.values;
        attack.calldatas = takeover.calldatas;
        borrower.run(attack);
        assertEq(borrower.held(), SUPPLY * 60 / 100);
        assertEq(
            borrower.whyNotProposed(),
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, address(borrower), 0, THRESHOLD
            )
        );
    }

    function test_BorrowedVotesCountNothing() external {
        uint256 id = propose(carol, takeover);
        toVote(id);
        borrower.run(attackOn(id));
        assertEq(borrower.held(), SUPPLY * 60 / 100);
        assertTrue(governor.hasVoted(id, address(borrower)));
        assertNoVotes(id);
        toEnd(id);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    /// @dev In every second around the snapshot, the snapshot's own included, before or after others move.
    function test_BorrowedVotesCountNothingAroundTheSnapshot() external {
        uint256 id = propose(carol, takeover);
        uint256 snapshot = governor.proposalSnapshot(id);
        for (uint256 second = snapshot - 1; second <= snapshot + 1; ++second) {
            vm.warp(second);
            borrower.run(attackOn(0));
            assertEq(borrower.held(), SUPPLY * 60 / 100);
        }
        assertEq(token.getPastVotes(address(borrower), snapshot), 0);
        assertEq(token.getPastVotes(stranger, snapshot), 0);
        vm.warp(snapshot + 2);
        vote(address(borrower), id, FOR);
        vote(stranger, id, FOR);
        assertNoVotes(id);
    }

    /// @dev Bought for good, tokens count from the next proposal on.
    function test_KeptVotesCountLater() external {
        uint256 id = propose(carol, takeover);
        toVote(id);
        vm.prank(bob);
        token.transfer(stranger, THRESHOLD);
        vm.prank(stranger);
        token.delegate(stranger);
        vote(stranger, id, FOR);
        assertNoVotes(id);
        takeover.description = "another";
        id = propose(carol, takeover);
        toVote(id);
        vote(stranger, id, FOR);
        (, uint256 inFavour,) = governor.proposalVotes(id);
        assertEq(inFavour, THRESHOLD);
    }

    function assertNoVotes(uint256 id) internal view {
        (uint256 against, uint256 inFavour, uint256 abstained) = governor.proposalVotes(id);
        assertEq(against + inFavour + abstained, 0);
    }
}
