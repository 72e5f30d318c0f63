// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

import {DatasetRegistry} from "../../src/DatasetRegistry.sol";
import {StakedGate} from "../../src/gates/StakedGate.sol";
import {IConsensusSettlement} from "../../src/interfaces/IConsensusSettlement.sol";
import {IDatasetRegistry} from "../../src/interfaces/IDatasetRegistry.sol";
import {ILabelSettlement} from "../../src/interfaces/ILabelSettlement.sol";
import {IProtocolParameters} from "../../src/interfaces/IProtocolParameters.sol";
import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {Groth16ProofSystem} from "../../src/proofSystems/Groth16ProofSystem.sol";
import {ProtocolParameters} from "../../src/ProtocolParameters.sol";
import {DirectSettlement} from "../../src/settlement/DirectSettlement.sol";
import {GoldAudit} from "../../src/settlement/GoldAudit.sol";
import {HiddenGoldSettlement} from "../../src/settlement/HiddenGoldSettlement.sol";
import {OpenGoldSettlement} from "../../src/settlement/OpenGoldSettlement.sol";
import {OptimisticSettlement} from "../../src/settlement/OptimisticSettlement.sol";
import {StakeVault} from "../../src/StakeVault.sol";
import {TaskRegistry} from "../../src/TaskRegistry.sol";
import {VerifierKeyRegistry} from "../../src/VerifierKeyRegistry.sol";
import {KeyProposals} from "../utils/KeyProposals.sol";
import {ReferenceStatement} from "../utils/ReferenceStatement.sol";
import {TrapdoorGroth16} from "../utils/TrapdoorGroth16.sol";

/// @notice The protocol with the real Groth16 verifier, and the people of a market with what they own.
/// @dev Proofs are made with the secrets of the setup, without a circuit: the market makes one only for what is true in it, and
/// the contracts check each of them in full.
abstract contract MarketWorld is TrapdoorGroth16 {
    enum Kind {
        OpenGold,
        HiddenGold,
        Direct,
        Optimistic,
        Consensus
    }

    enum Worker {
        Honest,
        Careless,
        Copying,
        Colluding,
        Silent,
        Malicious
    }

    enum Requester {
        Honest,
        Silent,
        Rigging
    }

    /// @param start Of its windows, in seconds.
    /// @param seed Of everything that is drawn for it.
    /// @param workers Number of each slot's worker.
    struct Job {
        bytes32 id;
        Kind kind;
        address requester;
        Requester temper;
        uint64 start;
        uint256 seed;
        uint128 reward;
        uint256[] workers;
    }

    uint256 internal constant START = 1_800_000_000;
    uint32 internal constant WINDOW = 200;
    uint32 internal constant AUDIT_WINDOW = 100;
    uint32 internal constant UNBONDING_DELAY = 1000;
    uint16 internal constant FEE_BPS = 250;
    uint256 internal constant BPS = 10_000;
    uint256 internal constant WORKERS = 40;
    uint256 internal constant REQUESTERS = 10;
    uint128 internal constant WORKER_STAKE = 1000 ether;
    uint128 internal constant REQUESTER_STAKE = 10_000 ether;
    uint256 internal constant REQUESTER_MONEY = 100_000 ether;
    address internal constant NATIVE = address(0);

    /// @dev 123456789 · Base8 and 987654321 · Base8 on BabyJubJub.
    uint256 internal constant PK_X = 15919299401931535325513703139194931338293993994510664661086800834970360591752;
    uint256 internal constant PK_Y = 1645780246786685895560641778865228215443840970280597910012614014295481144366;
    uint256 internal constant R_X = 3786052435012899366340248208277520368404678617497448646358239296295828943121;
    uint256 internal constant R_Y = 16449606152468185267122726090513598979225798443847928573493676725305587856616;

    address internal treasury = makeAddr("treasury");
    ProtocolParameters internal parameters;
    VerifierKeyRegistry internal keys;
    Groth16ProofSystem internal groth16;
    TaskRegistry internal tasks;
    StakeVault internal stakes;
    StakedGate internal stakedGate;
    OpenGoldSettlement internal openGold;
    HiddenGoldSettlement internal hiddenGold;
    GoldAudit internal goldAudit;
    DirectSettlement internal direct;
    OptimisticSettlement internal optimistic;
    IConsensusSettlement internal consensus;
    /// @dev One for each circuit: legality, agreement, score, audit, consensus, statement.
    bytes32 internal legalityKey;
    bytes32 internal agreementKey;
    bytes32 internal scoreKey;
    bytes32 internal auditKey;
    bytes32 internal consensusKey;
    bytes32 internal statementKey;
    bytes32 internal datasetVersion;
    address[] internal workers;
    address[] internal requesters;
    uint256 internal wealthAtStart;
    uint256 internal proofsMade;
    uint256 internal theftsTried;

    function setUp() public virtual {
        vm.warp(START);
        loadMultiples();
        parameters = new ProtocolParameters(address(this), marketParameters());
        keys = new VerifierKeyRegistry(address(this), parameters);
        groth16 = new Groth16ProofSystem(address(keys));
        DatasetRegistry datasets = new DatasetRegistry();
        tasks = new TaskRegistry(parameters, datasets, address(new ERC2771Forwarder("Veritask")));
        stakes = StakeVault(tasks.stakeVault());
        stakedGate = new StakedGate(tasks);
        openGold = new OpenGoldSettlement(tasks, keys, parameters);
        hiddenGold = new HiddenGoldSettlement(tasks, keys, parameters);
        goldAudit = GoldAudit(hiddenGold.goldAudit());
        direct = new DirectSettlement(tasks, keys, parameters);
        optimistic = new OptimisticSettlement(tasks, keys, parameters);
        // Compiled otherwise than the rest, so by name (foundry.toml).
        bytes memory arguments = abi.encode(tasks, keys, parameters, datasets);
        consensus = IConsensusSettlement(deployCode("ConsensusSettlement.sol:ConsensusSettlement", arguments));
        parameters.setTokenPolicy(NATIVE, IProtocolParameters.TokenPolicy(true, 1000, 0));
        parameters.setGate(address(stakedGate), true);
        for (uint256 i; i < 5; ++i) {
            parameters.setSettlement(moduleOf(Kind(i)), true);
        }
        legalityKey = _newKey(1);
        agreementKey = _newKey(2);
        scoreKey = _newKey(3);
        auditKey = _newKey(4);
        consensusKey = _newKey(5);
        statementKey = keys.propose(KeyProposals.plain(address(groth16), trapdoorKey(4), bytes32(uint256(6)), true));
        keys.activate(statementKey);
        (, datasetVersion) = datasets.register(
            "market",
            "Market",
            IDatasetRegistry.Version({
                root: 7,
                size: 64,
                schemaHash: "schema",
                manifestDigest: "manifest",
                licence: "CC0-1.0",
                parents: new bytes32[](0)
            })
        );
        _populate();
    }

    function marketParameters() internal view returns (IProtocolParameters.Parameters memory) {
        return IProtocolParameters.Parameters({
            feeBps: FEE_BPS,
            maxSlots: 100,
            minWindow: 10,
            maxWindow: 10_000,
            keyActivationDelay: 0,
            verifyGasCap: 600_000,
            treasury: treasury,
            unbondingDelay: UNBONDING_DELAY,
            leaveWindow: 20,
            missedSlashBps: 2000,
            rejectedSlashBps: 5000,
            goldBondBps: 2000,
            auditRateBps: 6000,
            auditWindow: AUDIT_WINDOW
        });
    }

    // People

    /// @dev Of twenty workers nine are honest.
    function temperOf(uint256 worker) internal pure returns (Worker) {
        uint256 place = worker % 20;
        if (place < 9) return Worker.Honest;
        if (place < 12) return Worker.Careless;
        if (place < 14) return Worker.Copying;
        if (place < 16) return Worker.Colluding;
        return place < 18 ? Worker.Silent : Worker.Malicious;
    }

    /// @dev Of ten requesters six are honest.
    function requesterTemperOf(uint256 requester) internal pure returns (Requester) {
        uint256 place = requester % 10;
        if (place < 6) return Requester.Honest;
        return place < 8 ? Requester.Silent : Requester.Rigging;
    }

    function moduleOf(Kind kind) internal view returns (address) {
        if (kind == Kind.OpenGold) return address(openGold);
        if (kind == Kind.HiddenGold) return address(hiddenGold);
        if (kind == Kind.Direct) return address(direct);
        return kind == Kind.Optimistic ? address(optimistic) : address(consensus);
    }

    /// @dev All that an account has, wherever it lies.
    function wealthOf(address account) internal view returns (uint256) {
        IStakeVault.Stake memory stake = stakes.stakeOf(account, NATIVE);
        uint256 held = uint256(stake.free) + stake.locked + stake.unbonding;
        return account.balance + tasks.creditOf(account, NATIVE) + held;
    }

    /// @dev Of everybody, without what live tasks hold.
    function wealthOfAll() internal view returns (uint256 sum) {
        for (uint256 i; i < WORKERS; ++i) {
            sum += wealthOf(workers[i]);
        }
        for (uint256 i; i < REQUESTERS; ++i) {
            sum += wealthOf(requesters[i]);
        }
        // A bond that was burned is nobody's, and not lost.
        sum += wealthOf(treasury) + stakes.burnedOf(NATIVE);
    }

    // Chance

    function draw(uint256 seed, string memory what, uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what, index)));
    }

    function chance(uint256 seed, string memory what, uint256 index, uint256 percent) internal pure returns (bool) {
        return draw(seed, what, index) % 100 < percent;
    }

    // Proofs

    /// @dev A commitment as a circuit would make it: some field element, one for each slot.
    function commitmentOf(Job memory job, uint32 slot) internal pure returns (uint256) {
        return draw(job.seed, "commitment", slot) >> 8;
    }

    function digestOf(Job memory job, uint32 slot) internal pure returns (uint256) {
        return draw(job.seed, "digest", slot) >> 8;
    }

    function delivery() internal pure returns (ILabelSettlement.Delivery memory made) {
        made.ephemeralKey = [R_X, R_Y];
        made.ciphertext = new uint256[](4);
        for (uint256 i; i < 4; ++i) {
            made.ciphertext[i] = i + 1;
        }
    }

    /// @dev Commitment context, commitment and rules, then what the statement adds.
    function labelProof(
        Job memory job,
        uint32 slot,
        bytes32 keyId,
        uint256 rules,
        uint256[] memory more
    )
        internal
        returns (bytes memory)
    {
        (address module, address payout) = (moduleOf(job.kind), tasks.slotOf(job.id, slot).payout);
        uint256[] memory vector = new uint256[](3);
        vector[0] = ReferenceStatement.contextOf(module, job.id, slot, payout, 0);
        (vector[1], vector[2]) = (commitmentOf(job, slot), rules);
        vector = ReferenceStatement.concat(vector, more);
        uint256 context = ReferenceStatement.contextOf(module, job.id, slot, payout, keyId);
        return proofOf(ReferenceStatement.publicSignals(digestOf(job, slot), context, vector));
    }

    function deliveryProof(
        Job memory job,
        uint32 slot,
        bytes32 keyId,
        uint256 rules,
        uint256[] memory gold
    )
        internal
        returns (bytes memory)
    {
        uint256[] memory points = new uint256[](4);
        (points[0], points[1], points[2], points[3]) = (PK_X, PK_Y, R_X, R_Y);
        uint256[] memory more = ReferenceStatement.concat(points, gold);
        return labelProof(job, slot, keyId, rules, ReferenceStatement.concat(more, delivery().ciphertext));
    }

    function proofOf(uint256[] memory signals) internal returns (bytes memory) {
        return trapdoorProof(signals, ++proofsMade);
    }

    /// @dev Somebody tries what must not work.
    function tryTheft(address thief, address target, bytes memory data) internal {
        ++theftsTried;
        vm.prank(thief);
        (bool done,) = target.call(data);
        assertFalse(done, "a theft went through");
    }

    function _newKey(uint256 number) internal returns (bytes32 keyId) {
        keyId = keys.propose(KeyProposals.challenged(address(groth16), trapdoorKey(4), bytes32(number), true));
        keys.activate(keyId);
    }

    function _populate() internal {
        for (uint256 i; i < WORKERS; ++i) {
            workers.push(makeAddr(string.concat("worker ", vm.toString(i))));
            _stake(workers[i], WORKER_STAKE);
        }
        for (uint256 i; i < REQUESTERS; ++i) {
            requesters.push(makeAddr(string.concat("requester ", vm.toString(i))));
            vm.deal(requesters[i], REQUESTER_MONEY);
            _stake(requesters[i], REQUESTER_STAKE);
        }
        wealthAtStart = wealthOfAll();
    }

    function _stake(address account, uint128 amount) internal {
        vm.deal(address(this), amount);
        stakes.deposit{value: amount}(account, NATIVE, amount);
    }
}
