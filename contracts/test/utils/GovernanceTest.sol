// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {Test} from "forge-std/Test.sol";

import {VeritaskGovernor} from "../../src/governance/VeritaskGovernor.sol";
import {VeritaskTimelock} from "../../src/governance/VeritaskTimelock.sol";
import {VeritaskToken} from "../../src/governance/VeritaskToken.sol";
import {IVeritaskGovernor} from "../../src/interfaces/IVeritaskGovernor.sol";
import {IVeritaskToken} from "../../src/interfaces/IVeritaskToken.sol";

/// @notice Vote token, governor and timelock, and the steps of a proposal as one call each.
abstract contract GovernanceTest is Test {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant SUPPLY = 1_000_000 ether;
    uint256 internal constant THRESHOLD = 10_000 ether;
    uint256 internal constant QUORUM_PERCENT = 10;
    uint48 internal constant VOTING_DELAY = 1 days;
    uint32 internal constant VOTING_PERIOD = 5 days;
    uint48 internal constant LATE_EXTENSION = 1 days;
    uint256 internal constant DELAY = 2 days;
    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;

    VeritaskToken internal token;
    VeritaskTimelock internal timelock;
    VeritaskGovernor internal governor;
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal guardian = makeAddr("guardian");
    address internal stranger = makeAddr("stranger");

    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    /// @dev Alice holds 60 %, Bob 35 %, Carol 5 %.
    function allocations() internal view returns (IVeritaskToken.Allocation[] memory made) {
        made = new IVeritaskToken.Allocation[](3);
        made[0] = IVeritaskToken.Allocation(alice, SUPPLY * 60 / 100);
        made[1] = IVeritaskToken.Allocation(bob, SUPPLY * 35 / 100);
        made[2] = IVeritaskToken.Allocation(carol, SUPPLY * 5 / 100);
    }

    function settings() internal pure returns (IVeritaskGovernor.Settings memory) {
        return IVeritaskGovernor.Settings({
            votingDelay: VOTING_DELAY,
            votingPeriod: VOTING_PERIOD,
            lateQuorumExtension: LATE_EXTENSION,
            proposalThreshold: THRESHOLD,
            quorumPercent: QUORUM_PERCENT
        });
    }

    /// @dev As the deployment script leaves them.
    function deployGovernance() internal {
        vm.warp(START);
        token = new VeritaskToken(allocations());
        timelock = new VeritaskTimelock(DELAY, new address[](0), new address[](1), address(this));
        governor = new VeritaskGovernor(token, timelock, settings());
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), guardian);
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        // Votes are read a second ago.
        vm.warp(START + 1);
    }

    function proposal(address target, bytes memory data) internal pure returns (Proposal memory made) {
        made.targets = new address[](1);
        made.values = new uint256[](1);
        made.calldatas = new bytes[](1);
        made.targets[0] = target;
        made.calldatas[0] = data;
        made.description = "change";
    }

    function idOf(Proposal memory made) internal view returns (uint256) {
        return governor.getProposalId(made.targets, made.values, made.calldatas, keccak256(bytes(made.description)));
    }

    /// @dev Id of the operation in the timelock.
    function operationOf(Proposal memory made) internal view returns (bytes32) {
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(made.description));
        return timelock.hashOperationBatch(made.targets, made.values, made.calldatas, 0, salt);
    }

    function propose(address account, Proposal memory made) internal returns (uint256) {
        vm.prank(account);
        return governor.propose(made.targets, made.values, made.calldatas, made.description);
    }

    function vote(address account, uint256 id, uint8 support) internal {
        vm.prank(account);
        governor.castVote(id, support);
    }

    function queue(Proposal memory made) internal {
        governor.queue(made.targets, made.values, made.calldatas, keccak256(bytes(made.description)));
    }

    function execute(Proposal memory made) internal {
        governor.execute(made.targets, made.values, made.calldatas, keccak256(bytes(made.description)));
    }

    function cancel(address account, Proposal memory made) internal {
        vm.prank(account);
        governor.cancel(made.targets, made.values, made.calldatas, keccak256(bytes(made.description)));
    }

    function toVote(uint256 id) internal {
        vm.warp(governor.proposalSnapshot(id) + 1);
    }

    function toEnd(uint256 id) internal {
        vm.warp(governor.proposalDeadline(id) + 1);
    }

    /// @dev Proposed by Alice and carried by her votes.
    function toQueue(Proposal memory made) internal returns (uint256 id) {
        id = propose(alice, made);
        toVote(id);
        vote(alice, id, FOR);
        toEnd(id);
        queue(made);
    }

    function pass(Proposal memory made) internal {
        toQueue(made);
        vm.warp(block.timestamp + timelock.getMinDelay());
        execute(made);
    }

    function assertState(uint256 id, IGovernor.ProposalState expected) internal view {
        assertEq(uint8(governor.state(id)), uint8(expected));
    }
}
