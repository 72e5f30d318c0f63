// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AllowListGate} from "../../src/gates/AllowListGate.sol";
import {SemaphoreGate} from "../../src/gates/SemaphoreGate.sol";
import {StakedGate} from "../../src/gates/StakedGate.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {IVerifierKeyRegistry} from "../../src/interfaces/IVerifierKeyRegistry.sol";
import {Groth16ProofSystem} from "../../src/proofSystems/Groth16ProofSystem.sol";
import {GreedyAccount} from "../mocks/GreedyAccount.sol";
import {HookToken} from "../mocks/TokenZoo.sol";
import {ConsensusTest} from "../utils/ConsensusTest.sol";
import {GoldAuditTest} from "../utils/GoldAuditTest.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ProofTaskTest} from "../utils/ProofTaskTest.sol";
import {TrapdoorGroth16} from "../utils/TrapdoorGroth16.sol";

/// @notice The parties, keys and tasks of a walk through every settlement, and a model of all that must have come of it.
/// @dev The model never reads what a contract decided. Each action says from the rules alone whether it must pass and what it
/// must change; whatever differs is a violation.
abstract contract SettlementWorld is ConsensusTest, ProofTaskTest, GoldAuditTest, TrapdoorGroth16 {
    uint256 internal constant MAX_TASKS = 7;
    uint256 internal constant WORKERS = 5;
    uint256 internal constant PARTIES = 11;
    /// @dev Workers on the allow-list, the first ones.
    uint256 internal constant LISTED = 4;
    uint256 internal constant KEYS = 9;
    uint256 internal constant KINDS = 8;
    /// @dev Every window of every task, in seconds.
    uint32 internal constant STEP = 200;
    uint256 internal constant PURSE = 1e24;
    uint128 internal constant START_STAKE = 60 ether;
    uint128 internal constant GATE_STAKE = 58 ether;
    uint256 internal constant GROUP_ROOT = 77;
    uint256 internal constant BPS = 10_000;

    /// @dev Consensus in one proof, in rounds, with an assignment, and by chunks.
    enum Kind {
        OpenGold,
        HiddenGold,
        Direct,
        Optimistic,
        Consensus,
        Adaptive,
        Drawn,
        Chunked
    }

    enum Door {
        Open,
        Staked,
        Listed,
        Members
    }

    struct Made {
        bytes32 id;
        Kind kind;
        Door door;
        address requester;
        address aggregator;
        uint256 coin;
        uint128 reward;
        uint128 fee;
        uint128 stake;
        uint128 bond;
        uint32 slots;
        uint64 joinBy;
        uint64 statedEnd;
        address treasury;
        uint32 version;
        uint8 curve;
        bool payload;
        bool weighted;
        bytes32[KEYS] keys;
        bytes32 fingerprint;
        uint32 joined;
        uint32 ended;
        uint32 handed;
        uint32 rejected;
        uint32 openAudits;
        uint256 overturned;
        bool restReturned;
        ITaskRegistry.BondState bondState;
        uint64 goldOpenedAt;
    }

    /// @param rejected Whether a score below the threshold was proven, whatever came of it.
    /// @param handedAt When labels were committed or submitted, or the statement was claimed.
    struct Taken {
        address worker;
        address payout;
        address relayer;
        uint96 relayFee;
        uint64 wrappedAt;
        ITaskRegistry.Ending ending;
        uint16 scoreBps;
        uint64 handedAt;
        uint64 disputedAt;
        address challenger;
        uint96 challengeBond;
        uint32 round;
        uint16 assigned;
        uint8 weight;
        bool delivered;
        bool tallied;
        bool rejected;
        uint8 agreements;
    }

    /// @param counted Bit i: the answers of slot i are.
    /// @param withGold Answers for the gold, by item; `withChallenger` likewise.
    struct Audited {
        uint64 answerBy;
        uint256 counted;
        uint256[3] withGold;
        uint256[3] withChallenger;
        bool closed;
        ITaskRegistry.Ruling ruling;
    }

    struct Votes {
        uint32 round;
        uint32 firstSlot;
        uint64 joinBy;
        uint64 firstJoinBy;
        uint32 roundCommitted;
        uint32 roundDelivered;
        uint32 delivered;
        uint32 tallied;
        uint256 possible;
        uint256 weight;
        uint256 support;
        uint256 counts;
        bool decided;
        bytes32 published;
        uint256 publications;
        uint256 beaconBlock;
        bool drawn;
        bool revealed;
    }

    struct History {
        uint256 agreements;
        uint256 items;
    }

    StakedGate internal stakedGate;
    AllowListGate internal allowListGate;
    SemaphoreGate internal semaphoreGate;
    bytes32 internal membersKey;
    GreedyAccount internal greedy;
    HookToken internal token;
    bytes32 internal listRoot;

    /// @dev Five workers, two requesters, who relays and aggregates, two treasuries, and the greedy.
    address[PARTIES] internal _parties;
    uint256[WORKERS] internal _workerKeys;
    Made[] internal _made;
    mapping(bytes32 id => mapping(uint32 slot => Taken taken)) internal _taken;
    mapping(bytes32 id => mapping(uint32 slot => Audited audit)) internal _audits;
    mapping(uint256 coin => uint256 amount) internal _burned;
    mapping(bytes32 id => Votes votes) internal _votes;
    mapping(bytes32 id => mapping(bytes32 nullifier => bool used)) internal _used;
    mapping(bytes32 id => mapping(address worker => bool joined)) internal _inTask;
    mapping(address requester => mapping(address worker => History history)) internal _history;
    bytes32[KEYS] internal _newest;
    uint256 internal _keysMade;
    mapping(bytes32 keyId => bool frozen) internal _frozen;
    /// @dev Hash of each version, as governance set it.
    mapping(uint32 version => bytes32 hash) internal _versionHash;
    mapping(uint32 version => IProtocolParameters.Parameters parameters) internal _version;
    uint32 internal _versions;
    address internal _barred;

    mapping(string action => uint256 count) public calls;
    string[] internal _actions;
    string[] internal _violations;

    function setUp() public virtual override(ConsensusTest, ProofTaskTest, GoldAuditTest) {
        super.setUp();
        loadMultiples();
        stakedGate = new StakedGate(tasks);
        allowListGate = new AllowListGate(tasks);
        semaphoreGate = new SemaphoreGate(tasks, keys);
        parameters.setGate(address(stakedGate), true);
        parameters.setGate(address(allowListGate), true);
        parameters.setGate(address(semaphoreGate), true);
        token = new HookToken();
        parameters.setTokenPolicy(address(token), tokenPolicy(1000, 0));
        greedy = new GreedyAccount();
        _gather();
        IProtocolParameters.Parameters memory next = parameters.parameters();
        next.keyActivationDelay = 0;
        next.treasury = _parties[8];
        _setParameters(next);
        for (uint256 i; i < KEYS; ++i) {
            _newest[i] = _freshKey(i);
        }
        Groth16ProofSystem groth16 = new Groth16ProofSystem(address(keys));
        membersKey = keys.propose(KeyProposals.plain(address(groth16), trapdoorKey(4), "members", true));
        keys.activate(membersKey);
    }

    function _gather() internal {
        for (uint256 i; i < PARTIES; ++i) {
            uint256 key = uint256(keccak256(abi.encode(address(this), i))) >> 8;
            if (i < WORKERS) _workerKeys[i] = key;
            _parties[i] = i == PARTIES - 1 ? address(greedy) : vm.addr(key);
            vm.deal(_parties[i], PURSE);
            token.mint(_parties[i], PURSE);
        }
        bytes[] memory wishes = new bytes[](2);
        wishes[0] = abi.encodeCall(tasks.withdraw, (address(greedy), NATIVE));
        wishes[1] = abi.encodeCall(tasks.withdraw, (address(greedy), address(token)));
        greedy.aim(address(tasks), wishes);
        listRoot = _pair(_pair(_leaf(0), _leaf(1)), _pair(_leaf(2), _leaf(3)));
    }

    function _leaf(uint256 worker) internal view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(_parties[worker]))));
    }

    function _pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _pathOf(uint256 worker) internal view returns (bytes32[] memory path) {
        path = new bytes32[](2);
        path[0] = _leaf((worker % LISTED) ^ 1);
        path[1] = worker % LISTED < 2 ? _pair(_leaf(2), _leaf(3)) : _pair(_leaf(0), _leaf(1));
    }

    function _setParameters(IProtocolParameters.Parameters memory next) internal {
        parameters.setParameters(next);
        _versions = parameters.version();
        _version[_versions] = next;
        _versionHash[_versions] = keccak256(abi.encode(next));
    }

    function _freshKey(uint256 which) internal returns (bytes32 keyId) {
        IVerifierKeyRegistry.Proposal memory made =
            KeyProposals.plain(address(proofs), abi.encode(which), bytes32(++_keysMade), true);
        // The last is for statements; labels are proven under the others.
        made.needsChallenge = which != KEYS - 1;
        keyId = keys.propose(made);
        keys.activate(keyId);
    }

    /// @dev The proof helpers read the key fields, so they are set to the task's own.
    function _useKeys(bytes32[KEYS] memory set) internal {
        (agreementKey, legalityKey, scoreKey, auditKey) = (set[0], set[1], set[2], set[3]);
        (consensusKey, tallyKey, decideKey, agreeKey) = (set[4], set[5], set[6], set[7]);
        statementKey = set[8];
    }

    // Reading the model

    function moduleOf(Kind kind) internal view returns (address) {
        if (kind == Kind.OpenGold) return address(openGold);
        if (kind == Kind.HiddenGold) return address(hiddenGold);
        if (kind == Kind.Direct) return address(direct);
        return kind == Kind.Optimistic ? address(optimistic) : address(consensus);
    }

    function gateOf(Door door) internal view returns (address) {
        if (door == Door.Open) return address(0);
        if (door == Door.Staked) return address(stakedGate);
        return door == Door.Listed ? address(allowListGate) : address(semaphoreGate);
    }

    function isVote(Made storage m) internal view returns (bool) {
        return m.kind >= Kind.Consensus;
    }

    function tokenAt(uint256 coin) internal view returns (address) {
        return coin == 0 ? NATIVE : address(token);
    }

    function balanceAt(uint256 coin, address account) internal view returns (uint256) {
        return coin == 0 ? account.balance : token.balanceOf(account);
    }

    function now_() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    /// @dev 0 is the last second to join; each of the others comes one window later.
    function due(Made storage m, uint256 number) internal view returns (uint256) {
        return (isVote(m) ? _votes[m.id].joinBy : m.joinBy) + number * STEP;
    }

    function passed(Made storage m, uint256 number) internal view returns (bool) {
        return now_() > due(m, number);
    }

    function isFrozen(Made storage m, uint256 key) internal view returns (bool) {
        return _frozen[m.keys[key]];
    }

    /// @dev Whether any key that the task pinned is frozen.
    function isHalted(Made storage m) internal view returns (bool) {
        if (m.kind == Kind.OpenGold) return isFrozen(m, 0) || isFrozen(m, 1);
        if (m.kind == Kind.HiddenGold) return isFrozen(m, 1) || isFrozen(m, 2) || isFrozen(m, 3);
        if (m.kind < Kind.Consensus) return isFrozen(m, 8);
        if (m.kind != Kind.Chunked) return isFrozen(m, 1) || isFrozen(m, 4);
        return isFrozen(m, 1) || isFrozen(m, 5) || isFrozen(m, 6) || isFrozen(m, 7);
    }

    function isLive(Made storage m, uint32 slot) internal view returns (bool) {
        return slot < m.joined && _taken[m.id][slot].ending == ITaskRegistry.Ending.None;
    }

    function unended(Made storage m) internal view returns (uint256) {
        return (m.restReturned ? m.joined : m.slots) - m.ended;
    }

    /// @dev Slots that a vote has opened so far.
    function slotLimit(Made storage m) internal view returns (uint256) {
        if (m.kind != Kind.Adaptive) return m.slots;
        uint256 limit = 3 + _votes[m.id].round;
        return limit < m.slots ? limit : m.slots;
    }

    /// @return limit Slots that may be taken by now.
    /// @return closed Whether none will ever be taken again.
    function admissionOf(Made storage m) internal view returns (uint256 limit, bool closed) {
        closed = isHalted(m);
        if (!isVote(m)) return (type(uint32).max, closed);
        Votes storage votes = _votes[m.id];
        limit = slotLimit(m);
        if (!passed(m, 0) && !votes.decided) return (limit, closed);
        bool idle = passed(m, 2) && votes.delivered == 0;
        return (m.joined, closed || votes.decided || limit == m.slots || passed(m, 3) || idle);
    }

    function shareOf(Made storage m, uint256 scoreBps) internal view returns (uint256) {
        if (m.curve == 0) return BPS;
        if (m.curve == 1) return scoreBps;
        return scoreBps < BPS ? 7000 : BPS;
    }

    // Noting

    function _count(string memory action) internal {
        if (calls[action]++ == 0) _actions.push(action);
    }

    /// @dev What the rules say and what the contracts did must be the same.
    function _judge(string memory action, bool must, bool done) internal {
        if (must != done) _violations.push(string.concat(action, must ? " was refused" : " was let through"));
        if (!done) _count(string.concat(action, " refused"));
    }

    function _try(address sender, address target, bytes memory data) internal returns (bool done) {
        vm.prank(sender);
        (done,) = target.call(data);
    }

    function _pick(uint256 seed, uint256 step) internal view returns (Made storage) {
        return _made[(seed % _made.length + step) % _made.length];
    }

    /// @dev Its keys are set for the proof helpers.
    function _choose(uint256 seed, uint256 step) internal returns (Made storage m) {
        m = _pick(seed, step);
        _useKeys(m.keys);
    }

    function _party(uint256 who) internal view returns (address) {
        return _parties[who % (PARTIES - 1)];
    }
}
