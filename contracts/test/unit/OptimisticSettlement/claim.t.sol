// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

import {IOptimisticSettlement} from "../../../src/interfaces/IOptimisticSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {OptimisticTest} from "../../utils/OptimisticTest.sol";

contract OptimisticSettlementClaimTest is OptimisticTest {
    function expectRefusal(bytes memory reason) internal {
        vm.prank(alice);
        vm.expectRevert(reason);
        optimistic.claim(taskId, slot, signals);
    }

    function test_RevertGiven_UnknownTask() external {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_UnknownTask.selector, bytes32("none")));
        optimistic.claim("none", slot, signals);
    }

    function test_DeadlineIsInclusive() external {
        uint256 snapshot = vm.snapshotState();
        for (uint256 at = CLAIM_BY - 1; at <= CLAIM_BY; ++at) {
            vm.warp(at);
            claim();
            assertEq(optimistic.claimOf(taskId, slot).claimedAt, at);
            vm.revertToState(snapshot);
        }
        vm.warp(CLAIM_BY + 1);
        expectRefusal(
            abi.encodeWithSelector(
                IProofSettlement.ProofSettlement_DeadlinePassed.selector, taskId, CLAIM_BY, CLAIM_BY + 1
            )
        );
    }

    function test_RevertGiven_SlotIsNotLive() external {
        vm.prank(alice);
        tasks.leave(taskId, slot);
        expectRefusal(abi.encodeWithSelector(ISettlement.Settlement_SlotEnded.selector, taskId, slot));
    }

    function test_RevertWhen_CallerIsNotTheWorker() external {
        address[3] memory others = [carol, requester, stranger];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(ISettlement.Settlement_NotWorker.selector, taskId, slot, others[i]));
            optimistic.claim(taskId, slot, signals);
        }
    }

    function test_RevertGiven_Claimed() external {
        claim();
        vm.warp(CLAIMED_AT + 1);
        expectRefusal(
            abi.encodeWithSelector(IOptimisticSettlement.OptimisticSettlement_AlreadyClaimed.selector, taskId, slot)
        );
    }

    function test_RevertGiven_KeyFrozen() external {
        freeze(statementKey);
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_KeyNotActive.selector, statementKey));
    }

    function test_RevertWhen_SignalsAreNotTheStatements() external {
        for (uint256 i; i < 3; ++i) {
            uint256 right = signals[i];
            signals[i] ^= 1;
            expectRefusal(
                abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalMismatch.selector, i, right ^ 1, right)
            );
            signals[i] = right;
        }
        signals.pop();
        expectRefusal(abi.encodeWithSelector(IProofSettlement.ProofSettlement_SignalCount.selector, statementKey, 3, 4));
    }

    function test_KeepsTheClaim() external {
        vm.expectEmit(address(optimistic));
        emit IOptimisticSettlement.StatementClaimed(taskId, slot, alice, signals, CHALLENGE_BY);
        claim();
        IOptimisticSettlement.Claimed memory claimed = optimistic.claimOf(taskId, slot);
        assertEq(claimed.signalsHash, keccak256(abi.encodePacked(signals)));
        assertEq(claimed.claimedAt, CLAIMED_AT);
        assertEq(claimed.disputedAt, 0);
    }

    function test_AWorkerMayLeaveUntilItClaims() external {
        assertTrue(optimistic.mayLeave(taskId, slot));
        claim();
        assertFalse(optimistic.mayLeave(taskId, slot));
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_AlreadyHandedIn.selector, taskId, slot));
        tasks.leave(taskId, slot);
    }

    /// @dev Signed by the worker, sent by anyone through the registry's forwarder.
    function test_AWorkersSignatureIsAsGood() external {
        (address signer, uint256 privateKey) = makeAddrAndKey("signer");
        giveStake(signer, STAKE);
        slot = join(taskId, signer);
        signals = signalsWith(contextOf(optimistic, taskId, slot));
        ERC2771Forwarder.ForwardRequestData memory forwarded;
        forwarded.from = signer;
        forwarded.to = address(optimistic);
        forwarded.gas = 1_000_000;
        forwarded.deadline = uint48(CLAIM_BY);
        forwarded.data = abi.encodeCall(optimistic.claim, (taskId, slot, signals));
        (, string memory name, string memory version, uint256 chainId, address verifying,,) = forwarder.eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifying
            )
        );
        bytes32 hash = keccak256(
            abi.encode(
                keccak256(
                    "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)"
                ),
                signer,
                forwarded.to,
                0,
                forwarded.gas,
                0,
                forwarded.deadline,
                keccak256(forwarded.data)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, keccak256(abi.encodePacked("\x19\x01", domain, hash)));
        forwarded.signature = abi.encodePacked(r, s, v);
        vm.prank(stranger);
        forwarder.execute(forwarded);
        assertEq(optimistic.claimOf(taskId, slot).claimedAt, CLAIMED_AT);
    }
}
