// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDirectSettlement} from "../../src/interfaces/IDirectSettlement.sol";
import {IOptimisticSettlement} from "../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../src/interfaces/ITaskRegistry.sol";
import {DirectSettlement} from "../../src/settlement/DirectSettlement.sol";
import {OptimisticSettlement} from "../../src/settlement/OptimisticSettlement.sol";
import {KeyProposals} from "./KeyProposals.sol";
import {ProtocolTest} from "./ProtocolTest.sol";

/// @notice Tasks whose rule is one statement with four signals under the mock proof system: two are pinned, the third is the
/// context and the last is the worker's to fill.
abstract contract ProofTaskTest is ProtocolTest {
    uint64 internal constant DIRECT_BY = JOIN_BY + 1000;
    uint64 internal constant CLAIM_BY = JOIN_BY + 1000;
    uint32 internal constant CHALLENGE_WINDOW = 300;
    uint32 internal constant PROVE_WINDOW = 400;
    uint128 internal constant STAKE = 0.5 ether;
    uint8 internal constant CONTEXT_INDEX = 2;
    uint256 internal constant SIGNALS = 4;
    uint256 internal constant FIRST = 10;
    uint256 internal constant SECOND = 11;
    uint256 internal constant FREE = 77;

    DirectSettlement internal direct;
    OptimisticSettlement internal optimistic;
    bytes32 internal statementKey;

    function setUp() public virtual override {
        super.setUp();
        direct = new DirectSettlement(tasks, keys, parameters);
        optimistic = new OptimisticSettlement(tasks, keys, parameters);
        parameters.setSettlement(address(direct), true);
        parameters.setSettlement(address(optimistic), true);
        statementKey = newKey("statement");
        vm.warp(START);
    }

    function newKey(bytes memory name) internal returns (bytes32 keyId) {
        keyId = keys.propose(KeyProposals.plain(address(proofs), name, 0, true));
        vm.warp(vm.getBlockTimestamp() + ACTIVATION_DELAY);
        keys.activate(keyId);
    }

    function statement() internal view returns (IProofSettlement.Statement memory made) {
        made.keyId = statementKey;
        made.contextIndex = CONTEXT_INDEX;
        made.pinned = 3;
        made.signals = new uint256[](SIGNALS);
        (made.signals[0], made.signals[1]) = (FIRST, SECOND);
    }

    function directTerms() internal view returns (IDirectSettlement.Terms memory) {
        return IDirectSettlement.Terms({statement: statement(), proveBy: DIRECT_BY});
    }

    function optimisticTerms() internal view returns (IOptimisticSettlement.Terms memory) {
        return IOptimisticSettlement.Terms({
            statement: statement(), claimBy: CLAIM_BY, challengeWindow: CHALLENGE_WINDOW, proveWindow: PROVE_WINDOW
        });
    }

    function directRequest() internal view returns (ITaskRegistry.TaskRequest memory made) {
        made = request();
        made.settlement = address(direct);
        made.settlementData = abi.encode(directTerms());
    }

    function optimisticRequest() internal view returns (ITaskRegistry.TaskRequest memory made) {
        made = request();
        made.settlement = address(optimistic);
        made.settlementData = abi.encode(optimisticTerms());
        made.stakePerSlot = STAKE;
    }

    function contextOf(ISettlement module, bytes32 taskId, uint32 slot) internal view returns (uint256) {
        address payout = tasks.slotOf(taskId, slot).payout;
        return uint256(keccak256(abi.encode(block.chainid, module, taskId, slot, payout, statementKey))) >> 8;
    }

    function signalsWith(uint256 context) internal pure returns (uint256[] memory signals) {
        signals = new uint256[](SIGNALS);
        (signals[0], signals[1], signals[2], signals[3]) = (FIRST, SECOND, context, FREE);
    }

    function proofOf(uint256[] memory signals) internal view returns (bytes memory) {
        return proofs.proofOf(statementKey, signals);
    }

    function expectReceipt(
        ISettlement module,
        bytes32 taskId,
        uint32 slot,
        uint256[] memory signals,
        bytes memory proof
    )
        internal
    {
        uint256 digest = uint256(keccak256(abi.encodePacked(signals)));
        bytes32 id = keccak256(abi.encode(block.chainid, module, statementKey, signals[CONTEXT_INDEX], digest));
        vm.expectEmit(address(module));
        emit ISettlement.ReceiptIssued(id, statementKey, taskId, slot, signals, proof);
    }
}
