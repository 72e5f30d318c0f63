// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {IStakedGate} from "../../src/interfaces/IStakedGate.sol";
import {IStakeVault} from "../../src/interfaces/IStakeVault.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {ConsensusMarket} from "./ConsensusMarket.sol";
import {LabelMarket} from "./LabelMarket.sol";
import {MarketWorld} from "./MarketWorld.sol";
import {StatementMarket} from "./StatementMarket.sol";

/// @notice A market of forty workers and ten requesters of every temper, over all settlements: every coin is accounted for,
/// every task is final by its deadline, and honest work pays best. `npm test -- --nightly` runs a thousand tasks.
contract MarketTest is LabelMarket, StatementMarket, ConsensusMarket {
    uint256 internal constant SEED = 0x766572697461736b;
    uint256 internal constant TASKS = 40;
    uint256 internal constant TASKS_AT_NIGHT = 1000;
    /// @dev Tasks that run at the same time.
    uint256 internal constant ROUND = 20;
    uint256 internal constant KINDS = 5;
    /// @dev From a round's start to the last thing that can happen in it, in seconds.
    uint256 internal constant ROUND_TIME = 5 * WINDOW;
    /// @dev Apart, so that no worker is drawn twice for a task.
    uint256 internal constant STRIDE = 7;

    mapping(uint256 number => Job job) internal _jobs;
    uint256[6] internal slotsJoined;

    function test_EveryCoinIsAccountedForAndEveryTaskEnds() external {
        bool night = bytes(vm.envOr("VERITASK_NIGHTLY", string(""))).length != 0;
        uint256 count = night ? TASKS_AT_NIGHT : TASKS;
        for (uint256 first; first < count; first += ROUND) {
            // A call of its own, so that its memory is given back.
            this.runRound(first, START + first / ROUND * ROUND_TIME);
            // A night's market takes more gas than Forge gives to one test.
            vm.resetGasMetering();
        }
        printMarket(count);
        checkEarnings();
        everybodyLeaves();
    }

    /// @dev Twenty tasks in the same windows, step by step.
    function runRound(uint256 first, uint256 start) external {
        vm.warp(start);
        for (uint256 i = first; i < first + ROUND; ++i) {
            create(i);
        }
        vm.warp(start + 1);
        for (uint256 i = first; i < first + ROUND; ++i) {
            fill(i);
        }
        for (uint256 step = 1; step < 5; ++step) {
            // Audits that are open at once have a little longer.
            vm.warp(start + step * WINDOW + 1 + (step == 4 ? WINDOW / 8 : 0));
            for (uint256 i = first; i < first + ROUND; ++i) {
                act(_jobs[i], step);
            }
        }
        for (uint256 i = first; i < first + ROUND; ++i) {
            checkFinal(_jobs[i]);
        }
        assertEq(wealthOfAll(), wealthAtStart, "a coin is missing");
    }

    // Making and joining

    function create(uint256 number) internal {
        Job storage kept = _jobs[number];
        kept.seed = uint256(keccak256(abi.encode(SEED, number)));
        kept.kind = Kind(number % KINDS);
        uint256 requester = draw(kept.seed, "requester", 0) % REQUESTERS;
        (kept.requester, kept.temper) = (requesters[requester], requesterTemperOf(requester));
        kept.start = uint64(vm.getBlockTimestamp());
        kept.reward = uint128(1 ether + draw(kept.seed, "reward", 0) % 1 ether);
        Job memory job = kept;

        ITaskRegistry.TaskRequest memory made;
        (made.salt, made.datasetVersionId, made.payloadDigest) = (bytes32(number), datasetVersion, "payload");
        (made.title, made.rewardPerSlot, made.slots) = ("A task", job.reward, tasksSlots(job));
        made.maxFeePerSlot = uint128(job.reward * FEE_BPS / BPS);
        made.joinBy = job.start + WINDOW;
        made.settlement = moduleOf(job.kind);
        made.settlementData = dataOf(job);
        if (job.kind == Kind.Optimistic) made.stakePerSlot = job.reward / 4;
        else if (chance(job.seed, "stake", 0, 50)) made.stakePerSlot = job.reward / 10;
        if (chance(job.seed, "gate", 0, 25)) {
            made.gate = address(stakedGate);
            made.gateData = abi.encode(IStakedGate.Terms({token: NATIVE, minStake: 1 ether}));
        }
        if (job.kind == Kind.HiddenGold) made.bond = uint128(uint256(job.reward) * made.slots / 5 + 1);
        uint256 deposit = made.slots * (uint256(made.rewardPerSlot) + made.maxFeePerSlot);
        vm.prank(job.requester);
        kept.id = tasks.createTask{value: deposit}(made);
    }

    function dataOf(Job memory job) internal view returns (bytes memory) {
        if (job.kind == Kind.OpenGold) return openGoldData(job);
        if (job.kind == Kind.HiddenGold) return hiddenGoldData(job);
        if (job.kind == Kind.Direct) return directData(job);
        return job.kind == Kind.Optimistic ? optimisticData(job) : consensusData(job);
    }

    /// @dev In some tasks a slot stays free; now and then a worker thinks better of it.
    function fill(uint256 number) internal {
        Job storage kept = _jobs[number];
        uint256 count = tasks.task(kept.id).slots;
        bytes32 termsHash = tasks.task(kept.id).termsHash;
        if (chance(kept.seed, "unfilled", 0, 15)) --count;
        uint256 from = draw(kept.seed, "from", 0);
        for (uint32 slot; slot < count; ++slot) {
            uint256 worker = (from + slot * STRIDE) % WORKERS;
            kept.workers.push(worker);
            ++slotsJoined[uint256(temperOf(worker))];
            address account = workers[worker];
            vm.prank(account);
            tasks.join(kept.id, ITaskRegistry.Joining(account, account, bytes32(uint256(1)), 0, termsHash), "");
            if (chance(kept.seed, "leaves", slot, 4)) {
                vm.prank(account);
                tasks.leave(kept.id, slot);
            }
        }
        if (kept.temper == Requester.Silent && chance(kept.seed, "withholds", 0, 50)) return;
        uint32[] memory slots = new uint32[](count);
        bytes[] memory wrapped = new bytes[](count);
        for (uint32 slot; slot < count; ++slot) {
            (slots[slot], wrapped[slot]) = (slot, "key");
        }
        vm.prank(kept.requester);
        tasks.wrapContentKeys(kept.id, slots, wrapped);
    }

    // Acting

    /// @param step 1: joining is over. 2: work is over. 3: the requester's first time is over. 4: everything is.
    function act(Job memory job, uint256 step) internal {
        if (step == 1) work(job);
        else if (step == 2) respond(job);
        else if (step == 3) conclude(job);
        else end(job);
    }

    function work(Job memory job) internal {
        if (job.kind == Kind.OpenGold) workInOpenGold(job);
        else if (job.kind == Kind.HiddenGold) workInHiddenGold(job);
        else if (job.kind == Kind.Direct) workInDirect(job);
        else if (job.kind == Kind.Optimistic) claimOptimistic(job);
        else commitConsensus(job);
        pretend(job);
    }

    function respond(Job memory job) internal {
        if (job.kind == Kind.OpenGold) openTheGold(job);
        else if (job.kind == Kind.HiddenGold) scoreHiddenGold(job);
        else if (job.kind == Kind.Optimistic) disputeOptimistic(job);
        else if (job.kind == Kind.Consensus) deliverConsensus(job);
    }

    function conclude(Job memory job) internal {
        if (job.kind == Kind.OpenGold) {
            proveOpenGold(job);
        } else if (job.kind == Kind.HiddenGold) {
            askForAudits(job);
            answerAudits(job);
        } else if (job.kind == Kind.Optimistic) {
            answerOptimistic(job);
        } else if (job.kind == Kind.Consensus) {
            concludeConsensus(job);
        }
    }

    /// @dev Anyone can end what is left, and somebody does.
    function end(Job memory job) internal {
        assertLt(ISettlement(moduleOf(job.kind)).finalDeadline(job.id), vm.getBlockTimestamp(), "deadline");
        if (job.workers.length < tasks.task(job.id).slots) tasks.returnUnfilled(job.id);
        (bytes32[] memory ids, uint32[] memory slots) =
            (new bytes32[](job.workers.length), new uint32[](job.workers.length));
        for (uint32 slot; slot < slots.length; ++slot) {
            (ids[slot], slots[slot]) = (job.id, slot);
        }
        if (job.kind == Kind.HiddenGold) closeAudits(job);
        tasks.settleBatch(ids, slots);
        if (job.kind == Kind.Optimistic) resolveOptimistic(job);
        if (job.kind == Kind.HiddenGold) endBond(job);
    }

    /// @dev What nobody but a settlement may do.
    function pretend(Job memory job) internal {
        address thief = workers[18];
        ITaskRegistry.Payment memory payment = ITaskRegistry.Payment(uint16(BPS), 0, thief, true);
        tryTheft(thief, address(tasks), abi.encodeCall(tasks.paySlot, (job.id, 0, payment)));
        tryTheft(thief, address(tasks), abi.encodeCall(tasks.burnBond, (job.id)));
        tryTheft(thief, address(tasks), abi.encodeCall(tasks.cancelTask, (job.id)));
        tryTheft(
            thief,
            address(tasks),
            abi.encodeCall(tasks.closeDispute, (job.id, 0, ITaskRegistry.Ruling.Dismissed, thief))
        );
        tryTheft(
            thief, address(stakes), abi.encodeCall(stakes.slash, (job.id, job.requester, NATIVE, uint128(1), thief))
        );
    }

    // Checking

    function checkFinal(Job memory job) internal view {
        ITaskRegistry.Task memory task = tasks.task(job.id);
        assertEq(task.escrow, 0, "escrow");
        assertEq(task.ended, task.joined, "ended");
        assertTrue(task.bondState != ITaskRegistry.BondState.Held, "bond");
        for (uint32 slot; slot < job.workers.length; ++slot) {
            assertEq(tasks.disputeOf(job.id, slot).challenger, address(0), "dispute");
            assertEq(stakes.lockedOf(job.id, workers[job.workers[slot]]), 0, "stake");
        }
        assertEq(stakes.lockedOf(job.id, job.requester), 0, "requester's stake");
    }

    function earnedBy(Worker temper) internal view returns (int256 earned) {
        for (uint256 i; i < WORKERS; ++i) {
            if (temperOf(i) == temper) earned += int256(wealthOf(workers[i])) - int256(uint256(WORKER_STAKE));
        }
    }

    function spentBy(Requester temper) internal view returns (int256 spent) {
        for (uint256 i; i < REQUESTERS; ++i) {
            if (requesterTemperOf(i) != temper) continue;
            spent += int256(REQUESTER_MONEY + REQUESTER_STAKE) - int256(wealthOf(requesters[i]));
        }
    }

    function perSlot(Worker temper) internal view returns (int256) {
        uint256 joined = slotsJoined[uint256(temper)];
        return joined == 0 ? int256(0) : earnedBy(temper) / int256(joined);
    }

    function checkEarnings() internal view {
        for (uint256 i = 1; i < 6; ++i) {
            assertGt(perSlot(Worker.Honest), perSlot(Worker(i)), "honest work pays best");
        }
        assertGt(theftsTried, 0);
        assertGt(consensusReached, 0);
        assertGt(disputesOpened, 0);
        assertGt(auditsAsked, 0);
        assertGt(stakes.burnedOf(NATIVE), 0, "no rigged gold was found out");
    }

    function printMarket(uint256 count) internal view {
        console2.log("tasks %s, proofs checked %s, thefts tried %s", count, proofsMade, theftsTried);
        console2.log("disputes %s, audits %s, consensus reached %s", disputesOpened, auditsAsked, consensusReached);
        console2.log("workers: slots joined, paid, rejected, missed, disputes lost; earned, per slot (in 1/1000)");
        string[6] memory names = ["honest", "careless", "copying", "colluding", "silent", "malicious"];
        for (uint256 i; i < 6; ++i) {
            ITaskRegistry.Record memory sum;
            for (uint256 j; j < WORKERS; ++j) {
                if (uint256(temperOf(j)) == i) add(sum, workers[j]);
            }
            console2.log(
                string.concat(
                    row(names[i], slotsJoined[i], sum.accepted, sum.rejected, sum.missed, sum.disputesLost),
                    "; ",
                    thousandths(earnedBy(Worker(i))),
                    " ",
                    thousandths(perSlot(Worker(i)))
                )
            );
        }
        console2.log("requesters: slots paid by proof, refused, paid by silence, bonds lost, disputes lost; spent");
        string[3] memory tempers = ["honest", "silent", "rigging"];
        for (uint256 i; i < 3; ++i) {
            ITaskRegistry.Record memory sum;
            for (uint256 j; j < REQUESTERS; ++j) {
                if (uint256(requesterTemperOf(j)) == i) add(sum, requesters[j]);
            }
            console2.log(
                string.concat(
                    row(tempers[i], sum.paid, sum.refused, sum.silent, sum.bondsLost, sum.disputesLost),
                    "; ",
                    thousandths(spentBy(Requester(i)))
                )
            );
        }
        console2.log(string.concat("treasury: ", thousandths(int256(wealthOf(treasury)))));
    }

    function add(ITaskRegistry.Record memory sum, address account) internal view {
        ITaskRegistry.Record memory one = tasks.recordOf(account);
        sum.accepted += one.accepted;
        sum.unproven += one.unproven;
        sum.rejected += one.rejected;
        sum.missed += one.missed;
        sum.disputesLost += one.disputesLost;
        sum.paid += one.paid;
        sum.refused += one.refused;
        sum.silent += one.silent;
        sum.bondsLost += one.bondsLost;
    }

    function row(
        string memory name,
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 d,
        uint256 e
    )
        internal
        pure
        returns (string memory line)
    {
        line = string.concat("  ", name, ": ", vm.toString(a), " ", vm.toString(b), " ", vm.toString(c));
        line = string.concat(line, " ", vm.toString(d), " ", vm.toString(e));
    }

    function thousandths(int256 amount) internal pure returns (string memory) {
        return vm.toString(amount / 1e15);
    }

    /// @dev Everybody takes everything: neither contract keeps a coin, and none was made or lost.
    function everybodyLeaves() internal {
        address[] memory everyone = new address[](WORKERS + REQUESTERS + 1);
        for (uint256 i; i < everyone.length; ++i) {
            everyone[i] = i < WORKERS ? workers[i] : treasury;
            if (i >= WORKERS && i < WORKERS + REQUESTERS) everyone[i] = requesters[i - WORKERS];
            if (tasks.creditOf(everyone[i], NATIVE) != 0) tasks.withdraw(everyone[i], NATIVE);
            uint128 free = stakes.stakeOf(everyone[i], NATIVE).free;
            if (free == 0) continue;
            vm.prank(everyone[i]);
            stakes.unbond(NATIVE, free);
        }
        vm.warp(vm.getBlockTimestamp() + UNBONDING_DELAY);
        uint256 sum;
        for (uint256 i; i < everyone.length; ++i) {
            IStakeVault.Stake memory stake = stakes.stakeOf(everyone[i], NATIVE);
            assertEq(stake.locked, 0);
            if (stake.unbonding != 0) stakes.withdraw(everyone[i], NATIVE);
            sum += everyone[i].balance;
        }
        assertEq(address(tasks).balance, 0, "registry");
        uint256 burned = stakes.burnedOf(NATIVE);
        assertEq(address(stakes).balance, burned, "vault");
        assertEq(sum + burned, wealthAtStart, "everybody");
    }
}
