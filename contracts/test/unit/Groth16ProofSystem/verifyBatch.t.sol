// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IBatchProofSystem} from "../../../src/interfaces/IBatchProofSystem.sol";
import {IProofSystem} from "../../../src/interfaces/IProofSystem.sol";
import {Groth16ProofSystem} from "../../../src/proofSystems/Groth16ProofSystem.sol";
import {Groth16Fixtures} from "../../utils/Groth16Fixtures.sol";
import {TrapdoorGroth16} from "../../utils/TrapdoorGroth16.sol";

contract Groth16ProofSystemVerifyBatchTest is Groth16Fixtures, TrapdoorGroth16 {
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    bytes32 internal constant EIGHT_SIGNALS = "eight";
    bytes32 internal constant FOUR_SIGNALS = "four";
    /// @dev Words of a proof.
    uint256 internal constant A_X = 0;
    uint256 internal constant A_Y = 1;
    uint256 internal constant B_X = 2;
    uint256 internal constant C_X = 6;
    uint256 internal constant C_Y = 7;

    Groth16ProofSystem internal system;

    function setUp() public {
        loadMultiples();
        system = new Groth16ProofSystem(address(this));
        system.addKey(EIGHT_SIGNALS, trapdoorKey(8));
        system.addKey(FOUR_SIGNALS, trapdoorKey(4));
    }

    function goodBatch(
        uint256 count,
        uint256 signalCount
    )
        internal
        view
        returns (uint256[][] memory signals, bytes[] memory batch)
    {
        signals = new uint256[][](count);
        batch = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            signals[i] = new uint256[](signalCount);
            for (uint256 j; j < signalCount; ++j) {
                signals[i][j] = secret("signal", i * 100 + j);
            }
            batch[i] = trapdoorProof(signals[i], i);
        }
    }

    function all(uint256 count) internal pure returns (uint256) {
        return (1 << count) - 1;
    }

    /// @dev The answer must be that of checking one by one.
    function checkAgainstSingle(
        uint256[][] memory signals,
        bytes[] memory batch
    )
        internal
        view
        returns (uint256 accepted)
    {
        accepted = system.verifyBatch(EIGHT_SIGNALS, signals, batch);
        for (uint256 i; i < batch.length; ++i) {
            bool alone = system.verify(EIGHT_SIGNALS, signals[i], batch[i]);
            assertEq((accepted >> i) & 1, alone ? 1 : 0, "differs from verify");
        }
    }

    /// @param warm Whether the system and its key have been used in the transaction before.
    function gasOf(
        bytes32 keyId,
        uint256 count,
        uint256 signalCount,
        bool warm
    )
        internal
        view
        returns (uint256 perProof)
    {
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(count, signalCount);
        address target = address(system);
        bytes memory data = abi.encodeCall(system.verifyBatch, (keyId, signals, batch));
        if (warm) assertTrue(system.verify(keyId, signals[0], batch[0]));
        (uint256 used, uint256 accepted) = gasOfCall(target, data);
        assertEq(accepted, all(count));
        return used / count;
    }

    function test_AcceptsNoneOfAMalformedBatch() external view {
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(2, 8);
        assertEq(system.verifyBatch("unknown", signals, batch), 0);
        assertEq(system.verifyBatch(EIGHT_SIGNALS, new uint256[][](1), batch), 0);
        (signals, batch) = goodBatch(65, 8);
        assertEq(system.verifyBatch(EIGHT_SIGNALS, signals, batch), 0);
        (signals, batch) = goodBatch(0, 8);
        assertEq(system.verifyBatch(EIGHT_SIGNALS, signals, batch), 0);
    }

    /// @dev What one proof alone takes, warm.
    function gasAlone() internal view returns (uint256) {
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(1, 8);
        bytes memory data = abi.encodeCall(system.verify, (EIGHT_SIGNALS, signals[0], batch[0]));
        address target = address(system);
        assertTrue(system.verify(EIGHT_SIGNALS, signals[0], batch[0]));
        (uint256 used, uint256 accepted) = gasOfCall(target, data);
        assertEq(accepted, 1);
        return used;
    }

    /// @dev In assembly: Solidity would copy the data first, and that would count.
    function gasOfCall(address target, bytes memory data) internal view returns (uint256 used, uint256 answer) {
        bool called;
        assembly ("memory-safe") {
            let before := gas()
            called := staticcall(gas(), target, add(data, 0x20), mload(data), 0x00, 0x20)
            used := sub(before, gas())
            answer := mload(0x00)
        }
        assertTrue(called);
    }

    /// @dev Targets for eight signals: 61,000 for each of 16 proofs, 53,000 for each of 64.
    function test_CostsLessForEach() external view {
        console2.log("alone, 8 signals: gas", gasAlone());
        uint256[5] memory counts = [uint256(1), 4, 16, 32, 64];
        for (uint256 i; i < counts.length; ++i) {
            uint256 gasForEach = gasOf(EIGHT_SIGNALS, counts[i], 8, true);
            console2.log("batch: proofs, gas for each", counts[i], gasForEach);
            if (counts[i] == 16) assertLe(gasForEach, 61_000);
            if (counts[i] == 64) assertLe(gasForEach, 53_000);
        }
        console2.log("4 signals, batch of 16: gas for each", gasOf(FOUR_SIGNALS, 16, 4, true));
    }

    function test_CostsLittleMoreWithColdAccounts() external view {
        uint256 gasForEach = gasOf(EIGHT_SIGNALS, 16, 8, false);
        console2.log("8 signals, batch of 16, cold: gas for each", gasForEach);
        assertLe(gasForEach, 61_500);
    }

    function test_AcceptsRealProofsOfOneStatementTwice() external {
        for (uint256 i; i < 3; ++i) {
            Fixture memory real = fixture(fixtureNames()[i]);
            system.addKey(bytes32(i), real.keyData);
            uint256[][] memory signals = new uint256[][](3);
            bytes[] memory batch = new bytes[](3);
            (signals[0], signals[1], signals[2]) = (real.publicSignals, real.publicSignals, real.publicSignals);
            (batch[0], batch[1], batch[2]) = (real.proof, real.scaledProof, real.shiftedProof);
            assertEq(system.verifyBatch(bytes32(i), signals, batch), 7);
        }
    }

    function test_TakesEveryNumberOfSignals() external {
        for (uint256 count = 1; count <= 9; ++count) {
            bytes32 keyId = bytes32(count);
            system.addKey(keyId, trapdoorKey(count));
            (uint256[][] memory signals, bytes[] memory batch) = goodBatch(3, count);
            assertEq(system.verifyBatch(keyId, signals, batch), 7);
            signals[1][count - 1] += 1;
            assertEq(system.verifyBatch(keyId, signals, batch), 5);
        }
    }

    function test_FindsTheBadOneWhereverItIs() external view {
        for (uint256 bad; bad < 16; ++bad) {
            (uint256[][] memory signals, bytes[] memory batch) = goodBatch(16, 8);
            signals[bad][bad % 8] ^= 1;
            uint256 before = gasleft();
            assertEq(system.verifyBatch(EIGHT_SIGNALS, signals, batch), all(16) ^ (1 << bad));
            if (bad == 0 || bad == 15) console2.log("batch of 16 with a bad one at, gas", bad, before - gasleft());
        }
    }

    function testFuzz_AcceptsExactlyWhatVerifyAccepts(uint256 badOnes, uint256 kindSeed) external view {
        uint256 count = 9;
        badOnes &= all(count);
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(count, 8);
        for (uint256 i; i < count; ++i) {
            if ((badOnes >> i) & 1 == 0) continue;
            uint256 kind = uint256(keccak256(abi.encode(kindSeed, i))) % 14;
            (signals[i], batch[i]) = spoil(kind, signals[i], batch[i], batch[(i + 1) % count]);
        }
        uint256 accepted = checkAgainstSingle(signals, batch);
        assertEq(accepted & badOnes, 0);
        assertEq(accepted, all(count) ^ badOnes);
    }

    /// @dev One way of being bad; none gives a proof that `verify` accepts.
    function spoil(
        uint256 kind,
        uint256[] memory signals,
        bytes memory good,
        bytes memory other
    )
        internal
        pure
        returns (uint256[] memory, bytes memory)
    {
        if (kind == 0) signals[7] = addmod(signals[7], 1, ORDER);
        if (kind == 1) signals[0] += ORDER;
        if (kind == 2) signals = new uint256[](7);
        if (kind == 3) signals = new uint256[](9);
        if (kind == 4) return (signals, slice(good, 255));
        if (kind == 5) return (signals, bytes.concat(good, hex"00"));
        if (kind == 6) return (signals, new bytes(256));
        if (kind == 7) return (signals, withWord(good, A_Y, Q - wordAt(good, A_Y)));
        if (kind == 8) return (signals, withWord(good, A_X, wordAt(good, A_X) + Q));
        if (kind == 9) return (signals, withWord(good, C_X, wordAt(good, C_X) ^ 1));
        if (kind == 10) return (signals, withWords(good, B_X, other, B_X, 4));
        if (kind == 11) return (signals, withWords(good, C_X, other, C_X, 2));
        if (kind == 12) return (signals, withWord(good, B_X, wordAt(good, B_X) ^ 1));
        if (kind == 13) return (signals, withWord(good, C_Y, wordAt(good, C_Y) + Q));
        return (signals, good);
    }

    /// @dev C_0 + D and C_1 - D cancel out in a plain sum, and so do exchanged points: only weights tell.
    function test_RefusesProofsThatCancelEachOtherOut() external view {
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(4, 8);
        bytes memory shift = g1(12_345);
        bytes memory back = withWord(shift, 1, Q - wordAt(shift, 1));
        batch[1] = withWords(batch[1], C_X, sum(slice2(batch[1], 192), shift), 0, 2);
        batch[2] = withWords(batch[2], C_X, sum(slice2(batch[2], 192), back), 0, 2);
        assertEq(checkAgainstSingle(signals, batch), 9);

        // The first weight is 1: the same with the first proof.
        (signals, batch) = goodBatch(2, 8);
        (batch[0], batch[1]) = (withWords(batch[0], C_X, batch[1], C_X, 2), withWords(batch[1], C_X, batch[0], C_X, 2));
        assertEq(checkAgainstSingle(signals, batch), 0);

        // Signals exchanged between two proofs: the sum of both statements is the same.
        (signals, batch) = goodBatch(2, 8);
        (signals[0][3], signals[1][3]) = (signals[1][3], signals[0][3]);
        assertEq(checkAgainstSingle(signals, batch), 0);
    }

    function slice2(bytes memory data, uint256 from) internal pure returns (bytes memory part) {
        return bytes.concat(bytes32(wordAt(data, from / 32)), bytes32(wordAt(data, from / 32 + 1)));
    }

    function sum(bytes memory first, bytes memory second) internal view returns (bytes memory point) {
        bool called;
        (called, point) = address(6).staticcall(bytes.concat(first, second));
        assertTrue(called);
    }

    /// @dev Two false proofs whose errors cancel out if the second's weight is z: 1 · (z·d) + z · (-d) = 0.
    function crossedBatch(uint256 z) internal view returns (uint256[][] memory signals, bytes[] memory batch) {
        (signals, batch) = goodBatch(2, 8);
        uint256 d = secret("error", 0);
        bytes memory first = g1(mulmod(z, d, ORDER));
        bytes memory second = g1(ORDER - d);
        batch[0] = withWords(batch[0], C_X, sum(slice2(batch[0], 192), first), 0, 2);
        batch[1] = withWords(batch[1], C_X, sum(slice2(batch[1], 192), second), 0, 2);
    }

    /// @dev A weight that anybody can know before C is chosen is worth a false proof: none of these may be the one used.
    function test_WeightsFollowFromEverything() external view {
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(2, 8);
        bytes memory honest = abi.encodeCall(system.verifyBatch, (EIGHT_SIGNALS, signals, batch));
        bytes memory withoutC = abi.encode(EIGHT_SIGNALS, signals, slice(batch[0], 192), slice(batch[1], 192));
        bytes[8] memory guesses = [
            bytes(""),
            abi.encode(EIGHT_SIGNALS),
            abi.encode(EIGHT_SIGNALS, signals),
            abi.encode(signals),
            abi.encode(EIGHT_SIGNALS, signals, batch),
            abi.encode(signals, batch),
            withoutC,
            honest
        ];
        for (uint256 i; i < guesses.length; ++i) {
            checkCrossed(uint256(keccak256(guesses[i])) >> 8);
            checkCrossed(uint256(keccak256(guesses[i])) % ORDER);
        }
        for (uint256 z = 1; z < 10; ++z) {
            checkCrossed(z);
        }
        // What is tried here would work: with the weight of the crossed call itself it would, if that could be known.
        (signals, batch) = crossedBatch(7);
        assertEq(checkAgainstSingle(signals, batch), 0);
    }

    function checkCrossed(uint256 z) internal view {
        (uint256[][] memory signals, bytes[] memory batch) = crossedBatch(z);
        assertEq(system.verifyBatch(EIGHT_SIGNALS, signals, batch), 0);
    }

    /// @dev Whatever gas is sent, the answer is right or there is none: step by step, so that no narrow window is missed.
    function test_RevertWhen_GasRunsShort() external {
        system.addKey("one", trapdoorKey(1));
        (uint256[][] memory signals, bytes[] memory batch) = goodBatch(1, 1);
        (uint256 answers, uint256 refusals) =
            sweep(abi.encodeCall(system.verifyBatch, ("one", signals, batch)), 1, 20_000, 330_000, 53);
        assertGt(answers, 100);
        assertGt(refusals, 100);
        (signals, batch) = goodBatch(4, 8);
        (answers, refusals) =
            sweep(abi.encodeCall(system.verifyBatch, (EIGHT_SIGNALS, signals, batch)), 15, 60_000, 620_000, 211);
        assertGt(answers, 100);
        assertGt(refusals, 100);
    }

    function sweep(
        bytes memory data,
        uint256 expected,
        uint256 from,
        uint256 to,
        uint256 step
    )
        internal
        returns (uint256 answers, uint256 refusals)
    {
        address target = address(system);
        for (uint256 gasSent = from; gasSent < to; gasSent += step) {
            bool called;
            uint256 answer;
            assembly ("memory-safe") {
                mstore(0x00, 0)
                called := staticcall(gasSent, target, add(data, 0x20), mload(data), 0x00, 0x20)
                answer := mload(0x00)
            }
            if (called) {
                assertEq(answer, expected);
                ++answers;
            } else if (bytes4(bytes32(answer)) == IProofSystem.ProofSystem_InsufficientGas.selector) {
                ++refusals;
            }
            // One test may use about a billion gas; what was used so far is forgotten.
            if (gasSent % 100 == 0) vm.resetGasMetering();
        }
    }

    function test_SaysWhatItIs() external view {
        assertTrue(system.supportsInterface(type(IBatchProofSystem).interfaceId));
        assertTrue(system.supportsInterface(type(IProofSystem).interfaceId));
        assertTrue(system.supportsInterface(0x01ffc9a7));
        assertFalse(system.supportsInterface(0xffffffff));
    }
}
