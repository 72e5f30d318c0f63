// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {DatasetRegistry} from "../../src/DatasetRegistry.sol";
import {IDatasetRegistry} from "../../src/interfaces/IDatasetRegistry.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {MockSettlement} from "../mocks/MockSettlement.sol";
import {GovernanceTest} from "../utils/GovernanceTest.sol";
import {PlainParameters} from "../utils/PlainParameters.sol";

/// @notice Random holders, a guardian and strangers who move votes, propose, vote, queue, execute, cancel, renounce and try
/// everything that is governance's, with a model of what may have come of it.
/// @dev The model counts votes itself, from what each account held and delegated at the snapshot. `calls` counts what succeeded.
contract GovernanceHandler is GovernanceTest {
    uint256 internal constant ACTORS = 6;
    uint256 internal constant MAX_TASKS = 12;
    uint256 internal constant KINDS = 6;
    /// @dev Actions look at the newest proposals, so that some of them come to their end.
    uint256 internal constant RECENT = 4;

    /// @param eta First second in which it may be executed; zero until it is queued.
    struct Tracked {
        Proposal made;
        uint256 id;
        uint256 kind;
        uint256 value;
        address proposer;
        uint256 snapshot;
        uint256 eta;
        bool cancelled;
        bool executed;
        uint256[3] votes;
    }

    ProtocolParameters internal parameters;
    TaskRegistry internal tasks;
    MockSettlement internal settlement;
    bytes32 internal datasetVersion;

    /// @dev Three holders, the guardian, a stranger, and whoever may be made a canceller.
    address[ACTORS] internal _actors;
    Tracked[] internal _proposals;
    mapping(uint256 id => mapping(address voter => bool voted)) internal _voted;
    /// @dev Votes by time, as the model counts them: every account's checkpoints.
    mapping(address account => uint256[] times) internal _times;
    mapping(address account => uint256[] votes) internal _votes;
    mapping(address account => uint256 balance) internal _balances;
    mapping(address account => address delegate) internal _delegates;
    bytes32[] internal _versions;
    bytes32[] internal _tasks;
    uint32[] internal _taskVersions;

    mapping(string action => uint256 count) public calls;
    string[] internal _actions;
    string[] internal _violations;

    /// @dev Nothing but an execution moves a power or a parameter; the guardian may lay its own role down.
    modifier powerless() {
        bytes32 before = powers();
        _;
        if (powers() != before) _violations.push("a power moved without a proposal");
    }

    constructor() {
        deployGovernance();
        IProtocolParameters.Parameters memory first = PlainParameters.withGasCap(1_000_000);
        first.treasury = makeAddr("treasury");
        parameters = new ProtocolParameters(address(this), first);
        DatasetRegistry datasets = new DatasetRegistry();
        (, datasetVersion) = datasets.register(
            "digits", "Digits", IDatasetRegistry.Version(7, 64, "schema", "manifest", "CC0-1.0", new bytes32[](0))
        );
        settlement = new MockSettlement();
        parameters.setSettlement(address(settlement), true);
        parameters.setTokenPolicy(address(0), IProtocolParameters.TokenPolicy(true, 1, 0));
        parameters.transferOwnership(address(timelock));
        tasks = new TaskRegistry(parameters, datasets, address(1));
        _actors = [alice, bob, carol, guardian, stranger, makeAddr("candidate")];
        _versions = [bytes32(0), keccak256(abi.encode(first))];
        for (uint256 i; i < ACTORS; ++i) {
            address actor = _actors[i];
            vm.deal(actor, 1e24);
            _balances[actor] = token.balanceOf(actor);
            _delegates[actor] = token.delegates(actor);
            _checkpoint(actor);
        }
    }

    // Votes

    function transferVotes(uint256 from, uint256 to, uint256 amount) external powerless {
        (address payer, address payee) = (_actor(from), _actor(to));
        // Small steps, or one account soon has everything.
        uint256 moved = _bound(amount, 0, _balances[payer] / 4);
        vm.prank(payer);
        bool sent = token.transfer(payee, moved);
        if (!sent) return;
        _balances[payer] -= moved;
        _balances[payee] += moved;
        _checkpointAll();
        _count("transfer");
    }

    function delegateVotes(uint256 from, uint256 to) external powerless {
        address holder = _actor(from);
        // Mostly to themselves: votes that nobody casts pass nothing.
        address next = to % 4 == 0 ? _actor(to >> 8) : holder;
        vm.prank(holder);
        token.delegate(next);
        _delegates[holder] = next;
        _checkpointAll();
        _count("delegate");
    }

    // Proposals

    function proposeChange(uint256 who, uint256 kind, uint256 value) external powerless {
        // Not too often, or none stays among the newest until its end.
        if (who >> 8 & 1 == 1) return;
        address proposer = _actor(who % 4);
        Proposal memory made = _change(kind % KINDS, value);
        made.description = vm.toString(_proposals.length);
        bool enough = _votesAt(proposer, block.timestamp - 1) >= governor.proposalThreshold();
        vm.prank(proposer);
        try governor.propose(made.targets, made.values, made.calldatas, made.description) returns (uint256 id) {
            if (!enough) _violations.push("who has too few votes proposed");
            Tracked storage tracked = _proposals.push();
            (tracked.made, tracked.id, tracked.kind, tracked.value) = (made, id, kind % KINDS, value);
            (tracked.proposer, tracked.snapshot) = (proposer, block.timestamp + governor.votingDelay());
            _count("propose");
        } catch {
            if (enough) _violations.push("who has enough votes could not propose");
            _count("propose refused");
        }
    }

    function castVote(uint256 which, uint256 who, uint256 support) external powerless {
        if (_proposals.length == 0) return;
        Tracked storage tracked = _chosen(which, IGovernor.ProposalState.Active);
        address voter = _actor(who);
        // Mostly in favor: what is rejected goes no further.
        uint8 given = support % 5 < 2 ? uint8(support % 2 * 2) : FOR;
        vm.prank(voter);
        try governor.castVote(tracked.id, given) returns (uint256 weight) {
            if (_voted[tracked.id][voter]) _violations.push("an account voted twice");
            if (block.timestamp <= tracked.snapshot) _violations.push("a vote before the snapshot");
            if (weight != _votesAt(voter, tracked.snapshot)) {
                _violations.push("votes that were not held at the snapshot");
            }
            _voted[tracked.id][voter] = true;
            tracked.votes[given] += weight;
            _count(given == FOR ? "vote for" : "vote otherwise");
        } catch {
            _count("vote refused");
        }
    }

    function queueOne(uint256 which) external powerless {
        if (_proposals.length == 0) return;
        Tracked storage tracked = _chosen(which, IGovernor.ProposalState.Succeeded);
        Proposal memory made = tracked.made;
        try governor.queue(made.targets, made.values, made.calldatas, keccak256(bytes(made.description))) {
            if (tracked.cancelled || tracked.eta != 0 || !_carried(tracked)) {
                _violations.push("queued, and not carried");
            }
            if (block.timestamp <= tracked.snapshot + 1 days) _violations.push("queued before its vote was over");
            tracked.eta = block.timestamp + timelock.getMinDelay();
            _count("queue");
        } catch {
            _count("queue refused");
        }
    }

    function executeOne(uint256 which) external {
        if (_proposals.length == 0) return;
        Tracked storage tracked = _chosen(which, IGovernor.ProposalState.Queued);
        Proposal memory made = tracked.made;
        bytes32 before = powers();
        try governor.execute(made.targets, made.values, made.calldatas, keccak256(bytes(made.description))) {
            if (tracked.eta == 0 || block.timestamp < tracked.eta) _violations.push("executed before its delay");
            if (tracked.cancelled || tracked.executed) _violations.push("executed, and cancelled or over");
            if (!_carried(tracked)) _violations.push("executed, and not carried");
            tracked.executed = true;
            _checkEffect(tracked);
            _count("execute");
        } catch {
            if (powers() != before) _violations.push("a refused execution moved a power");
            _count("execute refused");
        }
    }

    // Cancelling and leaving

    function cancelAtGovernor(uint256 which, uint256 who) external powerless {
        // Rarely: or nothing passes.
        if (_proposals.length == 0 || who >> 8 & 3 != 0) return;
        Tracked storage tracked = _recent(which);
        Proposal memory made = tracked.made;
        address actor = _actor(who);
        vm.prank(actor);
        try governor.cancel(made.targets, made.values, made.calldatas, keccak256(bytes(made.description))) {
            if (actor != tracked.proposer) _violations.push("another account cancelled a proposal");
            if (tracked.executed) _violations.push("cancelled what was executed");
            tracked.cancelled = true;
            _count("cancel");
        } catch {
            _count("cancel refused");
        }
    }

    function cancelAtTimelock(uint256 which, uint256 who) external powerless {
        if (_proposals.length == 0 || who >> 8 & 1 != 0) return;
        Tracked storage tracked = _chosen(which, IGovernor.ProposalState.Queued);
        address actor = who >> 16 & 1 == 0 ? guardian : _actor(who);
        bytes32 operation = operationOf(tracked.made);
        bool dismissal = timelock.isDismissal(operation);
        bool may = timelock.hasRole(timelock.CANCELLER_ROLE(), actor);
        vm.prank(actor);
        try timelock.cancel(operation) {
            if (!may) _violations.push("who is no canceller cancelled an operation");
            if (dismissal) _violations.push("a canceller kept its place");
            tracked.cancelled = true;
            _count("cancel an operation");
        } catch {
            _count("cancel an operation refused");
        }
    }

    /// @dev The one power that anybody may lay down is its own.
    function renounce(uint256 who, uint256 role) external {
        if (who >> 8 & 3 != 0) return;
        address actor = _actor(who);
        bytes32 name = role % 2 == 0 ? timelock.CANCELLER_ROLE() : _roles()[(role >> 8) % 4];
        bool had = timelock.hasRole(name, actor);
        vm.prank(actor);
        timelock.renounceRole(name, actor);
        if (timelock.hasRole(name, actor)) _violations.push("a role was not laid down");
        if (had) _count("renounce");
    }

    /// @dev Whatever belongs to governance, called by whoever it does not belong to.
    function trespass(uint256 who, uint256 what, uint256 value) external powerless {
        address actor = _actor(who);
        Proposal memory made = _change(what % KINDS, value);
        (address target, bytes memory data) = (made.targets[0], made.calldatas[0]);
        if (what >> 8 & 3 == 1) data = abi.encodeCall(timelock.schedule, (target, 0, data, 0, 0, 30 days));
        if (what >> 8 & 3 == 2) data = abi.encodeCall(Ownable.transferOwnership, (actor));
        if (what >> 8 & 3 == 3) data = abi.encodeCall(IAccessControl.grantRole, (_roles()[value % 4], actor));
        if (what >> 8 & 1 == 1) target = address(timelock);
        vm.prank(actor);
        (bool done,) = target.call(data);
        if (done) _violations.push("a stranger's call to governance's contracts passed");
        _count("trespass");
    }

    // Tasks and time

    function makeTask(uint256 who) external powerless {
        if (_tasks.length == MAX_TASKS) return;
        ITaskRegistry.TaskRequest memory made;
        (made.salt, made.datasetVersionId, made.title) = (bytes32(_tasks.length), datasetVersion, "Which digit?");
        (made.rewardPerSlot, made.slots, made.maxFeePerSlot) = (10_000, 1, 1000);
        (made.joinBy, made.settlement) = (uint64(block.timestamp + 100), address(settlement));
        uint256 fee = parameters.parameters().feeBps;
        vm.prank(_actor(who));
        _tasks.push(tasks.createTask{value: 10_000 + fee}(made));
        _taskVersions.push(uint32(_versions.length - 1));
        _count("make a task");
    }

    function pass(uint256 time) external powerless {
        vm.warp(block.timestamp + _bound(time, 1, 3 days));
        _count("pass");
    }

    // What the invariants read

    /// @dev Everything that governance decides: who holds which role, who owns, and every setting.
    function powers() public view returns (bytes32 digest) {
        bytes32[4] memory roles = _roles();
        for (uint256 i; i < 4 * (ACTORS + 3); ++i) {
            address account =
                i / 4 < ACTORS ? _actors[i / 4] : [address(0), address(governor), address(timelock)][i / 4 - ACTORS];
            digest = keccak256(abi.encode(digest, timelock.hasRole(roles[i % 4], account)));
        }
        digest = keccak256(abi.encode(digest, parameters.owner(), parameters.version(), parameters.parameters()));
        digest = keccak256(abi.encode(digest, parameters.tokenPolicy(address(0)), timelock.getMinDelay()));
        digest = keccak256(abi.encode(digest, governor.votingDelay(), governor.votingPeriod()));
        return keccak256(abi.encode(digest, governor.proposalThreshold(), governor.quorumNumerator()));
    }

    /// @dev No proposal has more votes than there were, and the Governor counts as the model does.
    function checkVotes() external view {
        for (uint256 i; i < _proposals.length; ++i) {
            Tracked storage tracked = _proposals[i];
            (uint256 against, uint256 inFavor, uint256 abstained) = governor.proposalVotes(tracked.id);
            assertEq(against, tracked.votes[0], "against");
            assertEq(inFavor, tracked.votes[1], "for");
            assertEq(abstained, tracked.votes[2], "abstained");
            assertLe(against + inFavor + abstained, SUPPLY, "more votes than supply");
        }
        uint256 votes;
        for (uint256 i; i < ACTORS; ++i) {
            votes += token.getVotes(_actors[i]);
            assertEq(token.getVotes(_actors[i]), _votesAt(_actors[i], block.timestamp), "votes");
        }
        assertLe(votes, SUPPLY, "votes of everybody");
    }

    /// @dev What was executed is executed, what was cancelled is not.
    function checkProposals() external view {
        for (uint256 i; i < _proposals.length; ++i) {
            Tracked storage tracked = _proposals[i];
            IGovernor.ProposalState state = governor.state(tracked.id);
            assertEq(state == IGovernor.ProposalState.Executed, tracked.executed, "executed");
            if (tracked.cancelled) assertTrue(state == IGovernor.ProposalState.Canceled, "cancelled");
        }
    }

    /// @dev A task keeps its version, and a version says for ever what it said.
    function checkVersions() external view {
        assertEq(parameters.version(), _versions.length - 1, "version");
        for (uint32 i = 1; i < _versions.length; ++i) {
            assertEq(keccak256(abi.encode(parameters.parametersAt(i))), _versions[i], "a version changed");
        }
        for (uint256 i; i < _tasks.length; ++i) {
            ITaskRegistry.Task memory task = tasks.task(_tasks[i]);
            assertEq(task.parametersVersion, _taskVersions[i], "version of a task");
            assertEq(task.feePerSlot, parameters.parametersAt(_taskVersions[i]).feeBps, "fee of a task");
        }
    }

    function violations() external view returns (string[] memory) {
        return _violations;
    }

    function actions() external view returns (string[] memory) {
        return _actions;
    }

    // The model

    function _change(uint256 kind, uint256 value) internal view returns (Proposal memory) {
        if (kind == 0) {
            IProtocolParameters.Parameters memory next = parameters.parameters();
            next.feeBps = uint16(value % 1001);
            return proposal(address(parameters), abi.encodeCall(parameters.setParameters, (next)));
        }
        if (kind == 1) {
            IProtocolParameters.TokenPolicy memory policy =
                IProtocolParameters.TokenPolicy(true, uint128(1 + value % 100), 0);
            return proposal(address(parameters), abi.encodeCall(parameters.setTokenPolicy, (address(0), policy)));
        }
        if (kind == 2) {
            return proposal(address(timelock), abi.encodeCall(timelock.updateDelay, (1 days + value % 1 days)));
        }
        if (kind == 3) {
            uint48 delay = uint48(1 days + value % 1 days);
            return proposal(address(governor), abi.encodeCall(governor.setVotingDelay, (delay)));
        }
        bytes32 role = timelock.CANCELLER_ROLE();
        return kind == 4
            ? proposal(address(timelock), abi.encodeCall(timelock.grantRole, (role, _actors[value % ACTORS])))
            : proposal(address(timelock), abi.encodeCall(timelock.revokeRole, (role, _actors[value % ACTORS])));
    }

    /// @dev What the proposal said is so now.
    function _checkEffect(Tracked storage tracked) internal {
        uint256 value = tracked.value;
        bytes32 role = timelock.CANCELLER_ROLE();
        bool so;
        if (tracked.kind == 0) {
            so = parameters.parameters().feeBps == value % 1001;
            _versions.push(keccak256(abi.encode(parameters.parameters())));
        }
        if (tracked.kind == 1) so = parameters.tokenPolicy(address(0)).minReward == 1 + value % 100;
        if (tracked.kind == 2) so = timelock.getMinDelay() == 1 days + value % 1 days;
        if (tracked.kind == 3) so = governor.votingDelay() == 1 days + value % 1 days;
        if (tracked.kind > 3) so = timelock.hasRole(role, _actors[value % ACTORS]) == (tracked.kind == 4);
        if (!so) _violations.push("an execution did not do what was voted on");
    }

    function _carried(Tracked storage tracked) internal view returns (bool) {
        uint256 quorum = SUPPLY * QUORUM_PERCENT / 100;
        return tracked.votes[1] > tracked.votes[0] && tracked.votes[1] + tracked.votes[2] >= quorum;
    }

    function _checkpointAll() internal {
        for (uint256 i; i < ACTORS; ++i) {
            _checkpoint(_actors[i]);
        }
    }

    /// @dev What an account may vote with from this second on.
    function _checkpoint(address account) internal {
        uint256 votes;
        for (uint256 i; i < ACTORS; ++i) {
            if (_delegates[_actors[i]] == account) votes += _balances[_actors[i]];
        }
        _times[account].push(block.timestamp);
        _votes[account].push(votes);
    }

    function _votesAt(address account, uint256 time) internal view returns (uint256) {
        uint256[] storage times = _times[account];
        for (uint256 i = times.length; i > 0; --i) {
            if (times[i - 1] <= time) return _votes[account][i - 1];
        }
        // Held from the start, a second before the model was made.
        return _votes[account][0];
    }

    function _roles() internal view returns (bytes32[4] memory) {
        return
            [
                timelock.PROPOSER_ROLE(),
                timelock.CANCELLER_ROLE(),
                timelock.EXECUTOR_ROLE(),
                timelock.DEFAULT_ADMIN_ROLE()
            ];
    }

    function _actor(uint256 who) internal view returns (address) {
        return _actors[who % ACTORS];
    }

    /// @dev Half of the time the newest that is in the wanted state, so that every step is met; else any recent one.
    function _chosen(uint256 which, IGovernor.ProposalState wanted) internal view returns (Tracked storage) {
        uint256 count = _proposals.length;
        for (uint256 i = count; which & 1 == 1 && i > 0 && i + 2 * RECENT > count; --i) {
            if (governor.state(_proposals[i - 1].id) == wanted) return _proposals[i - 1];
        }
        return _recent(which >> 1);
    }

    function _recent(uint256 which) internal view returns (Tracked storage) {
        uint256 count = _proposals.length;
        return _proposals[count <= RECENT ? which % count : count - 1 - which % RECENT];
    }

    function _count(string memory action) internal {
        if (calls[action]++ == 0) _actions.push(action);
    }
}

