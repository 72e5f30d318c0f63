// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IBatchProofSystem} from "../../../src/interfaces/IBatchProofSystem.sol";
import {IVerifierKeyRegistry} from "../../../src/interfaces/IVerifierKeyRegistry.sol";
import {HostileProofSystem} from "../../mocks/HostileProofSystem.sol";
import {MockBatchProofSystem} from "../../mocks/MockBatchProofSystem.sol";
import {KeyProposals} from "../../utils/KeyProposals.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

contract VerifierKeyRegistryVerifyBatchTest is ProtocolTest {
    uint256 internal constant MAX_BATCH = 64;

    HostileProofSystem internal single;
    HostileProofSystem internal batching;
    bytes32 internal singleKey;
    bytes32 internal batchingKey;
    bytes32 internal mockBatchKey;

    function setUp() public override {
        super.setUp();
        single = new HostileProofSystem();
        batching = new HostileProofSystem();
        batching.setInterface(type(IERC165).interfaceId, abi.encode(true));
        batching.setInterface(0xffffffff, abi.encode(false));
        batching.setInterface(type(IBatchProofSystem).interfaceId, abi.encode(true));
        MockBatchProofSystem mockBatch = new MockBatchProofSystem();
        singleKey = keys.propose(KeyProposals.plain(address(single), "single", 0, true));
        batchingKey = keys.propose(KeyProposals.plain(address(batching), "batching", 0, true));
        mockBatchKey = keys.propose(KeyProposals.plain(address(mockBatch), "mock batch", 0, true));
        vm.warp(START + ACTIVATION_DELAY);
        keys.activate(singleKey);
        keys.activate(batchingKey);
        keys.activate(mockBatchKey);
        assertFalse(keys.verifierKey(singleKey).batches);
        assertTrue(keys.verifierKey(batchingKey).batches);
        assertTrue(keys.verifierKey(mockBatchKey).batches);
    }

    /// @dev Proofs of different statements; a bit of `bad` spoils the proof at its place.
    function batchOf(
        bytes32 keyId,
        uint256 count,
        uint256 bad
    )
        internal
        view
        returns (uint256[][] memory signals, bytes[] memory batch)
    {
        signals = new uint256[][](count);
        batch = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            signals[i] = new uint256[](4);
            signals[i][0] = i;
            batch[i] = bad >> i & 1 == 0 ? proofs.proofOf(keyId, signals[i]) : bytes("bad");
        }
    }

    function ones(uint256 count) internal pure returns (uint256) {
        return (1 << count) - 1;
    }

    function verifyUnder(bytes32 keyId, uint256 count) internal view returns (uint256) {
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(keyId, count, 0);
        return keys.verifyBatch(keyId, signals, batch);
    }

    function test_RevertGiven_KeyNotActive() external {
        bytes32 proposed = keys.propose(KeyProposals.plain(address(proofs), "data", 0, true));
        freeze(batchingKey);
        bytes32[3] memory ids = [bytes32("none"), proposed, batchingKey];
        IVerifierKeyRegistry.Status[3] memory statuses = [
            IVerifierKeyRegistry.Status.None, IVerifierKeyRegistry.Status.Proposed, IVerifierKeyRegistry.Status.Frozen
        ];
        for (uint256 i; i < ids.length; ++i) {
            (uint256[][] memory signals, bytes[] memory batch) = batchOf(ids[i], i, 0);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_WrongStatus.selector,
                    ids[i],
                    statuses[i],
                    IVerifierKeyRegistry.Status.Active
                )
            );
            keys.verifyBatch(ids[i], signals, batch);
        }
    }

    function test_RevertWhen_LengthsDiffer() external {
        bytes32[2] memory ids = [agreementKey, batchingKey];
        for (uint256 i; i < ids.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_LengthMismatch.selector, 2, 3)
            );
            keys.verifyBatch(ids[i], new uint256[][](2), new bytes[](3));
            vm.expectRevert(
                abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_LengthMismatch.selector, 3, 2)
            );
            keys.verifyBatch(ids[i], new uint256[][](3), new bytes[](2));
        }
    }

    function test_RevertWhen_ThereAreTooMany() external {
        bytes32[2] memory ids = [agreementKey, mockBatchKey];
        for (uint256 i; i < ids.length; ++i) {
            assertEq(verifyUnder(ids[i], MAX_BATCH), ones(MAX_BATCH));
            (uint256[][] memory signals, bytes[] memory batch) = batchOf(ids[i], MAX_BATCH + 1, 0);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IVerifierKeyRegistry.VerifierKeyRegistry_BatchTooLarge.selector, MAX_BATCH + 1, MAX_BATCH
                )
            );
            keys.verifyBatch(ids[i], signals, batch);
        }
    }

    function test_NothingOfNothingIsAccepted() external view {
        assertEq(verifyUnder(agreementKey, 0), 0);
        assertEq(verifyUnder(mockBatchKey, 0), 0);
        assertEq(verifyUnder(batchingKey, 0), 0);
    }

    /// @dev Bit i answers for proof i, whichever are bad, one by one and in one go alike.
    function testFuzz_OneBitPerProof(uint256 count, uint256 bad) external view {
        count = bound(count, 1, MAX_BATCH);
        bytes32[2] memory ids = [agreementKey, mockBatchKey];
        for (uint256 i; i < ids.length; ++i) {
            (uint256[][] memory signals, bytes[] memory batch) = batchOf(ids[i], count, bad);
            assertEq(keys.verifyBatch(ids[i], signals, batch), ~bad & ones(count));
        }
    }

    /// @dev Two good proofs at each other's place are two bad ones.
    function test_ProofsBelongToTheirSignals() external view {
        bytes32[2] memory ids = [agreementKey, mockBatchKey];
        for (uint256 i; i < ids.length; ++i) {
            (uint256[][] memory signals, bytes[] memory batch) = batchOf(ids[i], 4, 0);
            (batch[1], batch[2]) = (batch[2], batch[1]);
            assertEq(keys.verifyBatch(ids[i], signals, batch), 1 | 8);
        }
    }

    function test_OneByOneCountsOnlyTheWordOne() external {
        bytes[6] memory answers = [
            bytes(""),
            abi.encode(uint256(0)),
            abi.encode(uint256(2)),
            new bytes(31),
            bytes.concat(abi.encode(uint256(1)), hex"00"),
            abi.encode(uint256(1), uint256(1))
        ];
        for (uint256 i; i < answers.length; ++i) {
            single.set(HostileProofSystem.Mode.Answer, answers[i]);
            assertEq(verifyUnder(singleKey, 3), 0);
        }
        single.set(HostileProofSystem.Mode.Revert, "");
        assertEq(verifyUnder(singleKey, 3), 0);
        single.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(1)));
        assertEq(verifyUnder(singleKey, 3), 7);
    }

    function test_OneByOneBurningCostsTheCapOfEach() external {
        single.set(HostileProofSystem.Mode.Burn, "");
        uint256 before = gasleft();
        assertEq(verifyUnder(singleKey, 3), 0);
        uint256 used = before - gasleft();
        assertGt(used, 3 * uint256(GAS_CAP));
        assertLt(used, 3 * uint256(GAS_CAP) + 60_000);
    }

    /// @dev Gas that suffices for the first proof only is no verdict on the second.
    function test_RevertWhen_OneByOneRunsShort() external {
        single.set(HostileProofSystem.Mode.Burn, "");
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(singleKey, 2, 0);
        vm.expectPartialRevert(IVerifierKeyRegistry.VerifierKeyRegistry_InsufficientGas.selector);
        keys.verifyBatch{gas: 2 * GAS_CAP}(singleKey, signals, batch);
    }

    function test_InOneGoDropsBitsBeyondTheProofs() external {
        batching.set(HostileProofSystem.Mode.Answer, abi.encode(type(uint256).max));
        assertEq(verifyUnder(batchingKey, 2), 3);
        assertEq(verifyUnder(batchingKey, 3), 7);
        assertEq(verifyUnder(batchingKey, MAX_BATCH), ones(MAX_BATCH));
        batching.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(5)));
        assertEq(verifyUnder(batchingKey, 3), 5);
        batching.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(8)));
        assertEq(verifyUnder(batchingKey, 3), 0);
    }

    function expectBatchFailed() internal {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierKeyRegistry.VerifierKeyRegistry_BatchFailed.selector, batchingKey)
        );
    }

    /// @dev No answer is not "refused": honest proofs would lose their pay to a system in trouble.
    function test_RevertWhen_InOneGoAnswersAnythingButOneWord() external {
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(batchingKey, 3, 0);
        bytes[5] memory answers =
            [bytes(""), new bytes(31), bytes.concat(abi.encode(uint256(7)), hex"00"), new bytes(64), new bytes(4096)];
        for (uint256 i; i < answers.length; ++i) {
            batching.set(HostileProofSystem.Mode.Answer, answers[i]);
            expectBatchFailed();
            keys.verifyBatch(batchingKey, signals, batch);
        }
        batching.set(HostileProofSystem.Mode.Revert, "");
        expectBatchFailed();
        keys.verifyBatch(batchingKey, signals, batch);
        vm.etch(address(batching), "");
        expectBatchFailed();
        keys.verifyBatch(batchingKey, signals, batch);
    }

    function test_RevertWhen_InOneGoBurnsItsGas() external {
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(batchingKey, 3, 0);
        batching.set(HostileProofSystem.Mode.Burn, "");
        uint256 before = gasleft();
        expectBatchFailed();
        keys.verifyBatch(batchingKey, signals, batch);
        assertLt(before - gasleft(), 4 * 3 * uint256(GAS_CAP) + 60_000);
    }

    /// @dev The call is passed on as it came; another encoding of the same lists reads the same there.
    function test_InOneGoPassesTheCallOn() external {
        (uint256[][] memory signals, bytes[] memory batch) = batchOf(batchingKey, 2, 0);
        batching.set(HostileProofSystem.Mode.Answer, abi.encode(uint256(3)));
        bytes memory call_ = abi.encodeCall(IBatchProofSystem.verifyBatch, (batchingKey, signals, batch));
        vm.expectCall(address(batching), call_);
        keys.verifyBatch(batchingKey, signals, batch);
        bytes memory trailing = bytes.concat(call_, "more");
        vm.expectCall(address(batching), trailing);
        (bool called, bytes memory answer) = address(keys).staticcall(trailing);
        assertTrue(called);
        assertEq(abi.decode(answer, (uint256)), 3);
    }
}
